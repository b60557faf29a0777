"""Moving: the chances of losing, leaving, seeking and finding work (people.md W2); who moves is in ``changing``.

Every kind of work is lost or left at a hazard of its own. The hazards of finding work follow from them: in the shares
of her type a person finds each kind of work as often as it is lost, so these shares are stationary. Work at employers
of five staff and more is found through :mod:`sim.markets.jobs` alone, because employers say how many jobs there are.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.agents.persons.kinds import KINDS, LAST, Kind, work_of
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.state.persons import Work

MIDDLE_AGE = 2  # an age group in which hazards are those of the parameters
MOST_OPEN = 4.0  # times as many jobs open in a month as end of themselves, at most
MOST = 0.85  # largest monthly probability of leaving a state by losing, leaving, finding or giving up


class Moving(NamedTuple):
    """Parameters of monthly transitions, probabilities unless said otherwise."""

    loss_employee: float
    loss_cell: float
    loss_own: float
    loss_farm: float
    loss_family: float
    leave_employee: float
    leave_cell: float
    leave_own: float
    leave_farm: float
    leave_family: float
    give_up: float
    young: float  # losing and leaving work at 15 to 24 over other ages, ratio
    old: float  # leaving work from 55 on over other ages, ratio
    tightness: float  # elasticity of a seeker's finding work at small firms and on own account to tightness (M6)
    following: float  # months in which small firms and own account follow their market (M3)


class Chain(NamedTuple):
    """Chances of every type of person."""

    shares: Array  # (types, kinds) in which the type is stationary
    plain: Array  # (types, kinds, kinds) chances in normal markets
    chances: Array  # (types, kinds, kinds) cumulated over the kind moved to; the last is that of moving at all
    leaving: Array  # (types, states of work) chance of moving at all; 0 for children, students, contracts and abroad
    race: Array  # (types,) rate at which a seeker gets a job at an employer of five staff and more
    industries: Array  # (2, oblasts, 2, industries) cumulated over industries: small firms, own account; man, woman
    formal: Array  # (industries,) share of formal work at small firms
    farming: float  # share of unpaid family workers on farms


@rule
def loss_hazard(kind: int, age: int, moving: Moving) -> float:
    """Return the monthly probability of losing work of a kind and seeking, before turnover; ``age`` is a group (W2).

    >>> class P: loss_employee, loss_farm, young = 0.006, 0.002, 1.5
    >>> loss_hazard(2, 1, P), round(loss_hazard(2, 0, P), 6), loss_hazard(5, 5, P), loss_hazard(0, 0, P)
    (0.006, 0.009, 0.002, 0.0)
    """
    hazard = 0.0
    if kind == Kind.EMPLOYEE:
        hazard = moving.loss_employee
    elif kind == Kind.CELL:
        hazard = moving.loss_cell
    elif kind == Kind.OWN:
        hazard = moving.loss_own
    elif kind == Kind.FARM:
        hazard = moving.loss_farm
    elif kind == Kind.FAMILY:
        hazard = moving.loss_family
    return hazard * moving.young if age == 0 else hazard


@rule
def leave_hazard(kind: int, age: int, moving: Moving) -> float:
    """Return the monthly probability of leaving work of a kind for home; ``age`` is a group (W2).

    >>> class P: leave_employee, leave_family, young, old = 0.003, 0.01, 1.5, 2.0
    >>> leave_hazard(2, 3, P), leave_hazard(6, 0, P), leave_hazard(6, 4, P), leave_hazard(1, 3, P)
    (0.003, 0.015, 0.02, 0.0)
    """
    hazard = 0.0
    if kind == Kind.EMPLOYEE:
        hazard = moving.leave_employee
    elif kind == Kind.CELL:
        hazard = moving.leave_cell
    elif kind == Kind.OWN:
        hazard = moving.leave_own
    elif kind == Kind.FARM:
        hazard = moving.leave_farm
    elif kind == Kind.FAMILY:
        hazard = moving.leave_family
    if age == 0:
        return hazard * moving.young
    return hazard * moving.old if age >= 4 else hazard


@rule
def turnover(shares: Array, age: int, moving: Moving) -> float:
    """Return the factor on all flows through search that keeps a seeker's monthly chance of moving at most ``MOST``.

    Where few seek and many work, a share of the jobs lost as large as elsewhere could not be found again.

    >>> import numpy as np
    >>> class P: loss_cell, leave_employee, give_up, young, old = 0.01, 0.0, 0.05, 1.0, 1.0
    >>> P.loss_employee = P.loss_own = P.loss_farm = P.loss_family = 0.0
    >>> turnover(np.array([0.3, 0.1, 0.0, 0.6, 0.0, 0.0, 0.0]), 2, P)
    1.0
    >>> float(round(turnover(np.array([0.399, 0.001, 0.0, 0.6, 0.0, 0.0, 0.0]), 2, P), 6))  # 0.8 x 0.001 / 0.006
    0.133333
    """
    flow = leave_hazard(Kind.EMPLOYEE, age, moving) * shares[Kind.EMPLOYEE]
    for kind in range(Kind.EMPLOYEE, KINDS):
        flow += loss_hazard(kind, age, moving) * shares[kind]
    room = (MOST - moving.give_up) * shares[Kind.SEEKING]
    return room / flow if flow > room else 1.0


@rule
def chance(origin: int, target: int, shares: Array, age: int, pace: float, moving: Moving) -> float:
    """Return the monthly probability of moving between two kinds at which ``shares`` are stationary (W2).

    ``pace`` is the type's turnover. Each flow between search, home and a kind of work is as large as the one back; but
    work at employers of five staff and more is found from search alone, so those who leave it for home come back
    through search.

    >>> import numpy as np
    >>> class P: loss_employee, loss_cell, leave_employee, leave_cell, give_up = 0.0, 0.02, 0.01, 0.03, 0.1
    >>> shares = np.array([0.25, 0.05, 0.2, 0.5, 0.0, 0.0, 0.0])
    >>> def shown(*move): return round(float(chance(*move, shares, 2, 1.0, P)), 6)
    >>> shown(3, 1), shown(1, 3)  # 0.02 x 0.5 = 0.2 x 0.05
    (0.02, 0.2)
    >>> shown(0, 3), shown(1, 0)  # 0.03 x 0.5 / 0.25
    (0.06, 0.1)
    >>> shown(0, 1), shown(1, 2)  # (0.1 x 0.05 + 0.01 x 0.2) / 0.25
    (0.028, 0.0)
    """
    if origin == target or target == Kind.EMPLOYEE:
        return 0.0
    through_home = pace * leave_hazard(Kind.EMPLOYEE, age, moving) * shares[Kind.EMPLOYEE]
    if origin >= Kind.EMPLOYEE:
        if target == Kind.SEEKING:
            return pace * loss_hazard(origin, age, moving)
        if target == Kind.HOME:
            leave = leave_hazard(origin, age, moving)
            return pace * leave if origin == Kind.EMPLOYEE else leave
        return 0.0
    if shares[origin] <= 0.0:
        return 0.0
    if origin == Kind.SEEKING:
        flow = moving.give_up * shares[Kind.SEEKING]
        if target != Kind.HOME:
            flow = pace * loss_hazard(target, age, moving) * shares[target]
    elif target == Kind.SEEKING:
        flow = moving.give_up * shares[Kind.SEEKING] + through_home
    else:
        flow = leave_hazard(target, age, moving) * shares[target]
    return flow / shares[origin]


@rule
def race_rate(shares: Array, age: int, pace: float, moving: Moving) -> float:
    """Return the rate at which a seeker gets a job at an employer of five staff and more (D4).

    >>> import numpy as np
    >>> class P: loss_employee, leave_employee, young, old = 0.006, 0.004, 1.0, 1.0
    >>> float(round(race_rate(np.array([0.3, 0.1, 0.4, 0.2, 0.0, 0.0, 0.0]), 2, 0.5, P), 6))  # 0.5 x 0.01 x 0.4 / 0.1
    0.02
    >>> race_rate(np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]), 2, 0.5, P)
    0.0
    """
    gone = loss_hazard(Kind.EMPLOYEE, age, moving) + leave_hazard(Kind.EMPLOYEE, age, moving)
    return pace * gone * shares[Kind.EMPLOYEE] / shares[Kind.SEEKING] if shares[Kind.SEEKING] > 0.0 else 0.0


@rule
def opening(now: float, before: float, ends: float) -> float:
    """Return what multiplies the chances of finding a kind of work, so that as many have it as there are jobs (M3, K9).

    ``now`` and ``before`` are jobs over the base, this month and last, ``ends`` the share of jobs that ends in a month
    of itself. Where jobs stay as many as they are, only those that ended are open. With 2 % fewer than a month before,
    and 4 % that end of themselves, half of what ends is not open again.

    >>> opening(1.0, 1.0, 0.04), opening(0.9, 0.9, 0.04), round(opening(0.98, 1.0, 0.04), 6), opening(0.5, 1.0, 0.04)
    (1.0, 0.9, 0.48, 0.0)
    """
    return min(max(now + (now - before) / ends, 0.0), MOST_OPEN)


@sweep
def open_jobs(now: Array, before: Array, moving: Moving, out: Array) -> None:
    """Set what multiplies the chances of finding each kind of work, so that those in it follow M3 (K9).

    All arrays have shape (oblasts, kinds); ``now`` and ``before`` are jobs over the base, this month and last.
    """
    for kind in range(KINDS):
        ends = loss_hazard(kind, MIDDLE_AGE, moving) + leave_hazard(kind, MIDDLE_AGE, moving)
        for r in range(len(now)):
            follows = kind == Kind.CELL or kind == Kind.OWN or kind == Kind.FARM
            out[r, kind] = opening(now[r, kind], before[r, kind], ends) if follows else 1.0


@sweep
def lay_out(chain: Chain, moving: Moving) -> None:
    """Set the chances of all types in normal markets, and their rates in the race for jobs; once for a run."""
    for number in range(len(chain.race)):
        age = number % 6
        shares = chain.shares[number]
        pace = turnover(shares, age, moving)
        chain.race[number] = race_rate(shares, age, pace, moving)
        for origin in range(KINDS):
            for target in range(KINDS):
                chain.plain[number, origin, target] = chance(origin, target, shares, age, pace, moving)


@sweep
def tabulate(chain: Chain, seeking: Array, jobs: Array) -> None:
    """Set the chances of all types for a month.

    ``seeking`` (oblasts, 2) multiplies the chances of a man's or woman's search, ``jobs`` (oblasts, kinds) those of
    finding a kind of work whether it was sought or not.
    """
    for number in range(len(chain.race)):
        woman, oblast = number // 144 % 2, number // 288
        for origin in range(KINDS):
            total = 0.0
            for target in range(KINDS):
                one = chain.plain[number, origin, target]
                if target >= Kind.EMPLOYEE:
                    one = one * jobs[oblast, target]
                    if origin == Kind.SEEKING:
                        one = one * seeking[oblast, woman]
                total += one
                chain.chances[number, origin, target] = total
            if total > 0.95:
                for target in range(KINDS):
                    chain.chances[number, origin, target] *= 0.95 / total
            chain.leaving[number, work_of(origin, 0, 1)] = chain.chances[number, origin, LAST]
        chain.leaving[number, Work.RETIRED] = chain.leaving[number, Work.HOME]
