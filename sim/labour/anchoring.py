"""Anchoring: constants that the base run fixes, so that it reproduces what is known (model.md P0, E0, E3, E7, M6).

They are solved once, from the population and the first month's law, and travel with every fork of a world.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.agents.complying import FORBIDDEN, Constants
from sim.agents.entering import Entering, employment_probability, employment_sum, of_working_age
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import poisson, subkey, uniform
from sim.engine.math import exp
from sim.errors import CountryError
from sim.labour.choosing import Choosing, Seat, seat_odds
from sim.offices.inspecting import perceived_probability
from sim.state.counting import employer_base, person_severe, person_weight
from sim.state.labour import Employers, Owner, Persons
from sim.state.labour_state import POOL, EmployerState, Labour, Origin
from sim.state.labour_views import Firms, Register
from sim.state.quota_law import QuotaTerms, required_seats

PLACES = "quota_places.csv"
LISTED_FROM = 2022  # year of the second published list


@lru_cache(maxsize=8)
def published_places(folder: Path, regions: tuple[str, ...], year: int) -> Array:
    """Return the assigned places by oblast on the lists of a year: the latest list not after it, else the first."""
    best: dict[str, tuple[int, float]] = {}
    with (folder / PLACES).open(newline="", encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            given = int(row["year"])
            if row["oblast"] not in regions:
                raise CountryError(f"{PLACES}: oblast is '{row['oblast']}'; it must be one of {', '.join(regions)}")
            if row["oblast"] not in best or best[row["oblast"]][0] < given <= year:
                best[row["oblast"]] = (given, float(row["places"]))
    missing = [region for region in regions if region not in best]
    if missing:
        raise CountryError(f"{PLACES}: no list of places for {missing[0]}")
    return np.array([best[region][1] for region in regions])


def solved(function: Any, target: float, low: float, high: float) -> float:
    """Return where an increasing function meets a target, by bisection; the nearer end if it does not.

    >>> round(solved(lambda x: x * x, 9.0, 0.0, 10.0), 6)
    3.0
    """
    for _ in range(40):
        middle = 0.5 * (low + high)
        if function(middle) < target:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def employment_intercept(persons: Any, t: int, entering: Any) -> float:
    """Return the intercept of P0 that gives the mean employment of persons of working age certified by month ``t``."""

    def mean(intercept: float) -> float:
        working, people = employment_sum(0, len(persons.age), persons, t, intercept, entering)
        return working / max(people, 1.0)

    return solved(mean, entering.employment, -12.0, 12.0)


class Start(NamedTuple):
    """How persons are put to work when they enter the register (P0)."""

    t: int
    intercept: float
    entering: Entering
    explicit_share: Array  # (oblasts,) share that works with an employer of five staff and more
    cumulated: Array  # staff cumulated over rows, with one leading zero
    starts: Array  # (oblasts,) first row of an oblast's employers
    ends: Array  # (oblasts,)
    key: np.uint64
    kept: float  # chance to stay at work with the help there is, over that without (W6)
    short: float  # share that goes to the shortest hours that count (W6)


@rule
def works_at_start(i: int, persons: Persons, start: Start) -> bool:
    """Return whether person ``i`` works when she enters the register (P0), as at the start or with later help (W6)."""
    if of_working_age(np.int64(persons.age[i])) == 0:
        return False
    chance = employment_probability(
        start.intercept,
        np.int64(persons.woman[i]),
        np.int64(persons.group[i]),
        np.int64(persons.secondary[i]),
        np.int64(persons.age[i]),
        start.entering,
    )
    return np.float64(persons.employed_luck[i]) < min(1.0, chance * start.kept)


@rule
def employer_by_staff(oblast: int, u: float, start: Start) -> int:
    """Return the employer of an oblast at share ``u`` of its staff, in the order of rows.

    >>> class S: starts, ends, cumulated = [0], [3], [0.0, 10.0, 40.0, 50.0]  # staff of 10, 30 and 10
    >>> [employer_by_staff(0, u, S) for u in (0.1, 0.5, 0.9)]
    [0, 1, 2]
    """
    low, high = start.starts[oblast], start.ends[oblast] - 1
    staff = start.cumulated[start.ends[oblast]] - start.cumulated[start.starts[oblast]]
    mark = start.cumulated[start.starts[oblast]] + u * staff
    while low < high:
        middle = (low + high) // 2
        if start.cumulated[middle + 1] <= mark:
            low = middle + 1
        else:
            high = middle
    return low


@rule
def join_employer(i: int, j: int, register: Register, firms: Firms, law: QuotaTerms) -> None:
    """Put person ``i`` to work with employer ``j`` and count her there."""
    persons, state = register.who, register.now
    employers = firms.state
    state.employer[i] = j
    employers.workers[j] += 1
    if employers.owed[j] > 0.0:
        state.state[i] = Labour.COUNTED
        employers.counted[j] += person_weight(law, persons, state, i, firms.prices.pay_share[j])
        employers.severe[j] += person_severe(law, persons, i)


@sweep
def enter(first: int, last: int, rows: Array, register: Register, firms: Firms, law: QuotaTerms, start: Start) -> int:
    """Put the persons of ``rows``, certified by the month, to work as at the start (P0); return how many do.

    The second draw chooses the employer, in proportion to its initial staff.
    """
    persons, state = register.who, register.now
    entered = 0
    for a in range(first, last):
        i = rows[a]
        if not works_at_start(i, persons, start):
            continue
        entered += 1
        who, oblast = persons.identifier[i], np.int64(persons.oblast[i])
        state.state[i] = Labour.EMPLOYED
        state.origin[i] = Origin.FROM_START
        state.since[i] = start.t
        state.employer[i] = POOL
        if start.short > 0.0 and law.short_hours < 1.0 and uniform(subkey(start.key, 3), who) < start.short:
            state.half_time[i] = 1
        explicit = uniform(subkey(start.key, 1), who) < start.explicit_share[oblast]
        if explicit and start.ends[oblast] > start.starts[oblast]:
            j = employer_by_staff(oblast, uniform(subkey(start.key, 2), who), start)
            if np.float64(firms.state.workers[j]) < np.float64(firms.table.staff[j]):
                join_employer(i, j, register, firms, law)
    return entered


@sweep
def draw_certifiable(
    first: int, last: int, table: Employers, state: EmployerState, share: float, key: np.uint64
) -> None:
    """Draw the staff of every employer who could be certified (E3, n_cert)."""
    for j in range(first, last):
        state.certifiable[j] = poisson(uniform(key, table.identifier[j]), share * np.float64(table.staff[j]))


@sweep
def formal_seats(first: int, last: int, table: Employers, law: QuotaTerms, seats: Array) -> None:
    """Add up by oblast the seats that a universal duty would require at initial sizes."""
    for j in range(first, last):
        if law.owners[table.owner[j]] > 0.0 and law.industries[table.industry[j]] > 0.0:
            public = 1 if table.owner[j] == Owner.BUDGET else 0
            seats[table.oblast[j]] += required_seats(law, public, np.floor(np.float64(table.staff[j]) + 0.5))


@rule
def weight_of(odds: float) -> float:
    """Return the weight of a mode, zero for a forbidden one.

    >>> weight_of(0.0), weight_of(-1e9)
    (1.0, 0.0)
    """
    return exp(odds) if odds > 0.5 * FORBIDDEN else 0.0


@sweep
def seat_weights(first: int, last: int, firms: Firms, choosing: Choosing, out: Array) -> None:
    """Write for each employer seats, and the weights of hire, relabel, pro-forma and the rest, constants as given."""
    table, law = firms.table, choosing.law
    perceived = perceived_probability(choosing.standing.inspection, 0, choosing.inspecting)
    for j in range(first, last):
        public = 1 if table.owner[j] == Owner.BUDGET else 0
        owed = required_seats(law, public, employer_base(law, firms.state, j, firms.state.staff[j]))
        if owed <= 0.0 or law.owners[table.owner[j]] == 0.0:
            continue
        odds = seat_odds(j, firms, choosing, Seat(owed, 0.0, owed, 0, 0, 0, perceived))
        out[j, 0] = owed
        out[j, 1] = weight_of(odds.hire)
        out[j, 2] = weight_of(odds.relabel)
        out[j, 3] = weight_of(odds.proforma)
        out[j, 4] = weight_of(odds.alternative) + weight_of(odds.pay) + weight_of(odds.ignore)


@sweep
def expected_modes(
    first: int, last: int, weights: Array, relabel: float, proforma: float
) -> tuple[float, float, float]:
    """Return the expected seats hired, relabelled and pro-forma at given multipliers of the last two."""
    hired, labelled, paper = 0.0, 0.0, 0.0
    for j in range(first, last):
        if weights[j, 0] > 0.0:
            total = weights[j, 1] + relabel * weights[j, 2] + proforma * weights[j, 3] + weights[j, 4]
            hired += weights[j, 0] * weights[j, 1] / total
            labelled += weights[j, 0] * relabel * weights[j, 2] / total
            paper += weights[j, 0] * proforma * weights[j, 3] / total
    return hired, labelled, paper


@sweep(allocates=True)
def balanced_modes(weights: Array, relabelled: float, papered: float) -> tuple[float, float]:
    """Return the constants that give the share relabelled among gains and the share on paper among counted hires.

    Each is found by bisection given the other, in turn.
    """
    wanted, logs = (relabelled, papered), np.zeros(2)
    for _ in range(6):
        for way in range(2):
            low, high = -12.0, 12.0
            for _ in range(40):
                logs[way] = 0.5 * (low + high)
                seats = expected_modes(0, len(weights), weights, exp(logs[0]), exp(logs[1]))
                part = seats[1 + way]
                if (part / (seats[0] + part) if part > 0.0 else 0.0) < wanted[way]:
                    low = logs[way]
                else:
                    high = logs[way]
            logs[way] = 0.5 * (low + high)
    return logs[0], logs[1]


def mode_constants(weights: Array, complying: Any) -> Constants:
    """Return the constants that give the base run's relabelled share of gains and pro-forma share of counted hires."""
    owing = np.ascontiguousarray(weights[weights[:, 0] > 0.0])
    share = complying.relabelled_share
    relabel, proforma = balanced_modes(owing, share, complying.proforma_share)
    _, verified = balanced_modes(owing, share, complying.proforma_share * complying.proforma_verified)
    return Constants(relabel, proforma, verified)


NO_CONSTANTS = Constants(0.0, 0.0, 0.0)
