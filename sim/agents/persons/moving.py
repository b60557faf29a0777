"""Moving: how persons lose, leave, seek and find work, month by month (people.md W2).

Every kind of work is lost or left at a hazard of its own. The hazards of finding work follow from them: in the shares
of her type a person finds each kind of work as often as it is lost, so these shares are stationary. Work at employers
of five staff and more is found through :mod:`sim.markets.jobs` alone, because employers say how many jobs there are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.persons.kinds import (
    FIRST_AGE,
    KINDS,
    LAST,
    NO_KIND,
    Kind,
    age_group,
    changes_group,
    follows_labour,
    kind_of,
    work_of,
)
from sim.agents.persons.workers import Workers, first_of, quit_work
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import normal, uniform
from sim.state.persons import Work

MOST = 0.85  # largest monthly probability of leaving a state by losing, leaving, finding or giving up
AGRICULTURE, TRADE = 0, 5


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
    tightness: float  # elasticity of finding work at small firms and on own account


class Chain(NamedTuple):
    """Chances of every type of person."""

    shares: Array  # (types, kinds) in which the type is stationary
    chances: Array  # (types, kinds, kinds) cumulated over the kind moved to; the last is that of moving at all
    leaving: Array  # (types, states of work) chance of moving at all; 0 for children, students, contracts and abroad
    race: Array  # (types,) rate at which a seeker gets a job at an employer of five staff and more
    industries: Array  # (2, oblasts, 2, industries) cumulated over industries: small firms, own account; man, woman
    formal: Array  # (industries,) share of formal work at small firms
    farming: float  # share of unpaid family workers on farms


class Month(NamedTuple):
    """What a month of transitions needs to know."""

    t: int
    age_at: int  # month at which ages are taken; a fixed one where nobody ages
    ageing: int  # 1 if ages change
    pension_man: int  # months
    pension_woman: int  # months
    shock_sd: float
    move: np.uint64  # keys of the month
    birthday: np.uint64
    industry: np.uint64
    formal: np.uint64
    shock: np.uint64


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

    >>> class P: loss_employee, leave_employee, young, old = 0.006, 0.004, 1.0, 1.0
    >>> float(round(race_rate(np.array([0.3, 0.1, 0.4, 0.2, 0.0, 0.0, 0.0]), 2, 0.5, P), 6))  # 0.5 x 0.01 x 0.4 / 0.1
    0.02
    >>> race_rate(np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]), 2, 0.5, P)
    0.0
    """
    gone = loss_hazard(Kind.EMPLOYEE, age, moving) + leave_hazard(Kind.EMPLOYEE, age, moving)
    return pace * gone * shares[Kind.EMPLOYEE] / shares[Kind.SEEKING] if shares[Kind.SEEKING] > 0.0 else 0.0


@sweep
def tabulate(chain: Chain, moving: Moving, seeking: Array, jobs: Array) -> None:
    """Set the chances of all types for a month.

    ``seeking`` (oblasts, 2) multiplies the chances of a man's or woman's search, ``jobs`` (oblasts, kinds) those of
    finding a kind of work whether it was sought or not.
    """
    types = len(chain.race)
    for number in range(types):
        age, woman = number % 6, number // 144 % 2
        oblast = number // 288
        shares = chain.shares[number]
        pace = turnover(shares, age, moving)
        chain.race[number] = race_rate(shares, age, pace, moving)
        for origin in range(KINDS):
            total = 0.0
            for target in range(KINDS):
                one = chance(origin, target, shares, age, pace, moving)
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


@rule
def picked(cumulated: Array, luck: float) -> int:
    """Return the first place whose cumulated value exceeds ``luck``, the last place if none does.

    >>> table = np.array([0.1, 0.1, 0.3])
    >>> [int(picked(table, luck)) for luck in (0.05, 0.1, 0.29, 0.9)]
    [0, 2, 2, 2]
    """
    place = 0
    last = len(cumulated) - 1
    while place < last and luck >= cumulated[place]:
        place += 1
    return place


@rule
def drawn_kind(shares: Array, luck: float) -> int:
    """Return the kind that ``luck`` picks from shares that add up to one (W1).

    >>> shares = np.array([0.25, 0.25, 0.5, 0.0, 0.0, 0.0, 0.0])
    >>> [int(drawn_kind(shares, luck)) for luck in (0.2, 0.3, 0.99)]
    [0, 1, 2]
    """
    reached = 0.0
    for kind in range(KINDS):
        reached += shares[kind]
        if luck < reached:
            return kind
    return Kind.HOME


@rule
def after_school(shares: Array, luck: float) -> int:
    """Return what a person does whose schooling ends: drawn from her shares, but jobs of employers are sought (W2).

    >>> shares = np.array([0.25, 0.25, 0.25, 0.25, 0.0, 0.0, 0.0])
    >>> [int(after_school(shares, luck)) for luck in (0.2, 0.6, 0.9)]
    [0, 1, 3]
    """
    kind = drawn_kind(shares, luck)
    return Kind.SEEKING if kind == Kind.EMPLOYEE else kind


@rule
def after_birthday(kind: int, before: Array, now: Array, luck: float) -> int:
    """Return what a person does who enters another age group: as few as possible change, and shares are met (W2).

    >>> young = np.array([0.4, 0.1, 0.5, 0.0, 0.0, 0.0, 0.0])
    >>> old = np.array([0.7, 0.05, 0.25, 0.0, 0.0, 0.0, 0.0])
    >>> [int(after_birthday(2, young, old, luck)) for luck in (0.49, 0.51)], int(after_birthday(0, young, old, 0.99))
    ([2, 0], 0)
    """
    stays = now[kind] / before[kind] if before[kind] > now[kind] else 1.0
    if luck < stays:
        return kind
    wanted = 0.0
    for other in range(KINDS):
        wanted += max(now[other] - before[other], 0.0)
    rest = (luck - stays) / (1.0 - stays) * wanted
    for other in range(KINDS):
        rest -= max(now[other] - before[other], 0.0)
        if rest < 0.0:
            return Kind.SEEKING if other == Kind.EMPLOYEE else other
    return Kind.HOME


@rule
def begin_work(i: int, kind: int, oblast: int, w: Workers, chain: Chain, month: Month) -> None:
    """Put person ``i`` into a kind of work, with industry, formality and shock where it has them."""
    age = month.age_at - np.int64(w.birth[i])
    woman = np.int64(w.woman[i])
    who = w.identifier[i]
    pension_age = month.pension_woman if woman == 1 else month.pension_man
    quit_work(i, w, work_of(kind, age, pension_age), month.t)
    if kind == Kind.CELL or kind == Kind.OWN:
        place = 0 if kind == Kind.CELL else 1
        industry = picked(chain.industries[place, oblast, woman], uniform(month.industry, who))
        w.industry[i] = industry
        if kind == Kind.CELL:
            w.formal[i] = 1 if uniform(month.formal, who) < chain.formal[industry] else 0
    elif kind == Kind.FARM:
        w.industry[i] = AGRICULTURE
    elif kind == Kind.FAMILY:
        w.industry[i] = AGRICULTURE if uniform(month.industry, who) < chain.farming else TRADE
    if kind == Kind.OWN or kind == Kind.FARM:
        w.shock[i] = month.shock_sd * normal(uniform(month.shock, who))


@rule
def next_kind(i: int, kind: int, age: int, w: Workers, chain: Chain, month: Month) -> int:
    """Return the kind of work of person ``i`` after this month's transitions; -1 for who is at school."""
    number = np.int64(w.base[i]) + age_group(age)
    who = w.identifier[i]
    if kind == NO_KIND:
        if month.age_at < w.leaving[i]:
            return NO_KIND
        return after_school(chain.shares[number], uniform(month.birthday, who))
    if month.ageing == 1 and changes_group(age):
        luck = uniform(month.birthday, who)
        return after_birthday(kind, chain.shares[number - 1], chain.shares[number], luck)
    luck = uniform(month.move, who)
    row = chain.chances[number, kind]
    return picked(row, luck) if luck < row[LAST] else kind


@rule
def grows_up(work: int, age: int, left_school: bool, pension_age: int, ageing: int) -> bool:
    """Return whether age alone may change a person's state this month: school, a birthday or the pension (W2).

    >>> [bool(grows_up(*one)) for one in ((0, 179, False, 756, 1), (0, 180, False, 756, 1), (1, 200, False, 756, 1))]
    [False, True, False]
    >>> [bool(grows_up(*one)) for one in ((1, 240, True, 756, 1), (4, 300, True, 756, 1), (4, 300, True, 756, 0))]
    [True, True, False]
    >>> bool(grows_up(4, 756, True, 756, 0)), bool(grows_up(11, 800, True, 756, 1))
    (True, False)
    """
    school = (work <= Work.STUDENT) & (age >= FIRST_AGE) & ((work == Work.CHILD) | left_school)
    retires = (age == pension_age) | ((work == Work.HOME) & (age > pension_age))
    return school | retires | ((ageing == 1) & changes_group(age))


@rule
def change(
    i: int, work: int, age: int, oblast: int, weight: int, w: Workers, rest: tuple[Chain, Month, Array, Array]
) -> None:
    """Move person ``i`` to her state after this month; ``rest``: the chain, the month, the sums of :func:`move`."""
    chain, month, lost, flows = rest
    kind = kind_of(work)
    new = next_kind(i, kind, age, w, chain, month)
    w.changed[w.household[i]] = 1
    if new == kind:
        if kind == Kind.HOME:
            w.work[i] = work_of(kind, age, month.pension_woman if w.woman[i] == 1 else month.pension_man)
        elif kind == NO_KIND:
            w.work[i] = Work.STUDENT
        return
    if kind == Kind.EMPLOYEE:
        lost[oblast, w.industry[i]] += weight
    if kind != NO_KIND:
        flows[kind, new] += weight
    begin_work(i, new, oblast, w, chain, month)


@sweep
def move(
    first: int, last: int, w: Workers, chain: Chain, month: Month, present: Array, lost: Array, flows: Array
) -> None:
    """Let the persons of households ``first`` to ``last`` lose, leave, seek and find work (W2).

    Adds persons by cell (oblast, industry) with jobs at employers of five staff and more: ``present`` at the beginning,
    ``lost`` of these in the month; and ``flows`` (kinds before, kinds after) between kinds. Most persons stay where
    they are, so what may change a state is looked at without branches first.
    """
    extra = month.pension_woman - month.pension_man
    for i in range(first_of(w, first), first_of(w, last)):
        work, age = np.int64(w.work[i]), month.age_at - np.int64(w.birth[i])
        chance_now = np.float64(chain.leaving[np.int64(w.base[i]) + age_group(age), work])
        pension_age = month.pension_man + np.int64(w.woman[i]) * extra
        moves = uniform(month.move, w.identifier[i]) < chance_now
        changes = moves | grows_up(work, age, month.age_at >= w.leaving[i], pension_age, month.ageing)
        if not (changes | (work == Work.EMPLOYEE)):
            continue
        if work == Work.CONTRACT or work == Work.ABROAD:
            continue
        if follows_labour(w.register[i], w.certified_from[i], month.t):
            continue
        home = w.household[i]
        oblast, weight = np.int64(w.oblast[home]), np.int64(w.weight[home])
        if work == Work.EMPLOYEE:
            present[oblast, w.industry[i]] += weight
        if changes:
            change(i, work, age, oblast, weight, w, (chain, month, lost, flows))
