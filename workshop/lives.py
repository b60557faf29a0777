"""Lives: personas, who stands for one in the runs, and in how many such lives anything differs between two designs.

Everybody in the country whom a persona describes is looked at, in the runs that one process keeps. Only lives in which
something differs are told; the one in the middle by size of the difference comes first, then its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.outcomes.compared import Lives
from sim.outcomes.families import woman_runs
from sim.policies.law import regions
from sim.state.households import weights_of
from sim.state.labour import INDUSTRIES, OWNERS, Owner
from sim.state.labour_state import COUNTED, EMPLOYED
from workshop.country import COUNTRY, START_MONTH

HOUSEHOLD, EMPLOYER, PERSON = "household", "employer", "person"
SMALL = 1000.0  # som of 2023 over the horizon, below which two incomes are called the same
CHILDREN, WORKING_AGE = 3, (18, 62)
SCHOOL_STAFF, FIRM_STAFF = (50.0, 120.0), (25.0, 60.0)
GROUP_TWO = 2
NARYN, OSH = "Naryn", ("Osh oblast", "Osh city")


class Found(NamedTuple):
    """Those whom a persona describes in one run: rows, how much their lives differ, and whom each stands for."""

    rows: Array
    difference: Array
    weight: Array


class Persona(NamedTuple):
    """Somebody to tell of."""

    name: str
    label: str
    about: str
    kind: str
    of: Callable[[Lives, Lives], Found]
    places: tuple[str, ...] = ()  # regions that a country must have for somebody like this


class Choice(NamedTuple):
    """Who is told of: the run and the row, how many differ of a hundred, and how many were looked at."""

    run: int | None
    row: int
    share: float
    looked_at: int
    differing: int


def families(first: Lives, second: Lives) -> Found:
    """Return the families that were paid a grant under one of the designs since they part."""
    paid = [lives.final.state.paid_at >= START_MONTH for lives in (first, second)]
    return _households(first, second, paid[0] | paid[1])


def mothers(first: Lives, second: Lives) -> Found:
    """Return the families in Naryn with three children or more in which a woman would run a business."""
    world = first.final
    h = world.households
    here = h.oblast == world.population.country.regions.index(NARYN)
    return _households(first, second, here & (h.children >= CHILDREN) & woman_runs(world))


def _households(first: Lives, second: Lives, chosen: Array) -> Found:
    rows = np.flatnonzero(chosen)
    gain = np.abs(first.final.state.recurrent_total - second.final.state.recurrent_total)[rows]
    return Found(rows, np.where(gain > SMALL, gain, 0.0), weights_of(first.final.households)[rows])


def men(first: Lives, second: Lives) -> Found:
    """Return the men of working age with a certificate of group II in Osh.

    What differs is whether they work at the end; where that is so for nobody, the money of their household.
    """
    frame = first.final.labour.frame
    p, names = frame.persons, first.final.population.country.regions
    age = p.age + (first.final.t // 12)
    here = np.isin(p.oblast, [names.index(name) for name in OSH])
    known = (p.person >= 0) & (p.certified_from <= START_MONTH)
    chosen = here & (p.woman == 0) & (p.group == GROUP_TWO) & (age >= WORKING_AGE[0]) & (age <= WORKING_AGE[1]) & known
    rows = np.flatnonzero(chosen)
    now, then = (np.isin(lives.final.labour.persons.state, (EMPLOYED, COUNTED))[rows] for lives in (first, second))
    money = [lives.final.state.recurrent_total[_home(lives, p.person[rows])] for lives in (first, second)]
    gain = np.abs(money[0] - money[1])
    moved = now != then
    difference = np.where(moved, 1.0 + gain, 0.0) if moved.any() else np.where(gain > SMALL, gain, 0.0)
    return Found(rows, difference, np.ones(len(rows)))


def _home(lives: Lives, persons: Array) -> Array:
    return np.asarray(lives.final.people.work.workers.household[persons])


def employers(first: Lives, second: Lives) -> Found:
    """Return the employers that owe places under one of the designs."""
    tables = [lives.final.labour.employers for lives in (first, second)]
    return _firms(first, second, (tables[0].owed > 0) | (tables[1].owed > 0))


def schools(first: Lives, second: Lives) -> Found:
    """Return the budget bodies of education with about 80 staff."""
    e = first.final.labour.frame.employers
    staffed = (e.staff >= SCHOOL_STAFF[0]) & (e.staff <= SCHOOL_STAFF[1])
    return _firms(first, second, staffed & (e.industry == INDUSTRIES.index("education")) & (e.owner == Owner.BUDGET))


def firms(first: Lives, second: Lives) -> Found:
    """Return the private employers of manufacturing with about 40 staff; the model knows no finer trade."""
    e = first.final.labour.frame.employers
    staffed = (e.staff >= FIRM_STAFF[0]) & (e.staff <= FIRM_STAFF[1])
    private = e.owner == OWNERS.index("private")
    return _firms(first, second, staffed & (e.industry == INDUSTRIES.index("manufacturing")) & private)


def _firms(first: Lives, second: Lives, chosen: Array) -> Found:
    rows = np.flatnonzero(chosen)
    tables = [lives.final.labour.employers for lives in (first, second)]
    change = sum(
        np.abs(getattr(tables[0], name)[rows].astype(np.float64) - getattr(tables[1], name)[rows].astype(np.float64))
        for name in ("owed", "workers", "proforma", "relabelled", "counted")
    )
    return Found(rows, np.asarray(change), np.ones(len(rows)))


EVERYBODY = (
    Persona(
        "mother",
        "A woman with three children in Naryn",
        "A family in Naryn with three children or more in which a woman would run the business.",
        HOUSEHOLD,
        mothers,
        (NARYN,),
    ),
    Persona(
        "man",
        "A man with a group II disability in Osh",
        "A man of working age in Osh with a certificate of group II.",
        PERSON,
        men,
        OSH,
    ),
    Persona("school", "A school with 80 staff", "A budget body of education with 50 to 120 staff.", EMPLOYER, schools),
    Persona(
        "sewing",
        "A sewing firm with 40 staff",
        "A private employer of manufacturing with 25 to 60 staff; the model knows no finer trade.",
        EMPLOYER,
        firms,
    ),
    Persona("family", "A family with a contract", "A family that was paid a grant under A or B.", HOUSEHOLD, families),
    Persona("employer", "An employer that owes places", "An employer with a duty under A or B.", EMPLOYER, employers),
)
PERSONAS = tuple(one for one in EVERYBODY if set(one.places) <= set(regions(COUNTRY)))
BY_NAME = {one.name: one for one in PERSONAS}


def chosen(persona: Persona, runs: Mapping[int, tuple[Lives, Lives]], number: int) -> Choice:
    """Return the life to tell of: ``number`` 0 is the first choice, 1 another one, and so on around."""
    found = {k: persona.of(*pair) for k, pair in runs.items()}
    looked, all_weight = sum(len(one.rows) for one in found.values()), sum(one.weight.sum() for one in found.values())
    differing = sorted(_differing(found))
    share = sum(weight for *_, weight in differing) / all_weight if all_weight else 0.0
    if not differing:
        return Choice(None, -1, 0.0, looked, 0)
    order = list(_around(len(differing)))
    _, k, row, _ = differing[order[number % len(order)]]
    return Choice(k, row, float(share), looked, len(differing))


def _differing(found: Mapping[int, Found]) -> Iterator[tuple[float, int, int, float]]:
    """Yield difference, run, row and weight of each life in which something differs."""
    for k, one in found.items():
        for row, difference, weight in zip(one.rows, one.difference, one.weight, strict=True):
            if difference > 0.0:
                yield float(difference), k, int(row), float(weight)


def _around(count: int) -> Iterator[int]:
    """Yield places from the middle outwards.

    >>> list(_around(5)), list(_around(2)), list(_around(0))
    ([2, 3, 1, 4, 0], [1, 0], [])
    """
    middle = count // 2
    for step in range(count + 1):
        for place in dict.fromkeys((middle + step, middle - step)):
            if 0 <= place < count:
                yield place
