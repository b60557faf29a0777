"""People: shares, counts and means over everybody, read from the engine's state (people.md sections 4 and 6, D2).

The same functions make outcomes, the report and the comparison with published figures (:mod:`sim.validation`).
A snapshot has one entry for each person. Persons abroad are part of the population and of nothing else.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.state.persons import Work

IN_WORK = (Work.EMPLOYEE, Work.CELL_EMPLOYEE, Work.OWN_ACCOUNT, Work.FARM, Work.FAMILY_WORKER, Work.CONTRACT)
WORKING_AGE = 15  # from which age the labour force survey asks


class Homes(NamedTuple):
    """Households at the end of a month; each array has one entry for each household."""

    weight: Array  # real households of the row
    size: Array  # members present
    oblast: Array
    urban: Array
    consumption: Array  # som of 2023 per person and month, mean of the last twelve months
    remittances: Array  # som of 2023 a month
    benefit: Array  # receives the child benefit
    children: Array  # under 16
    land: Array  # hectares


class Snapshot(NamedTuple):
    """Everybody alive at the end of a month; each array has one entry for each person."""

    t: int
    deflator: float  # consumer prices, mean of 2023 = 1
    line: float  # national poverty line, som of 2023 per person and month
    extreme_line: float
    homes: Homes
    home: Array  # row of the household
    weight: Array  # real persons of the row
    woman: Array  # true for women
    age: Array  # years
    oblast: Array
    urban: Array  # true in towns
    role: Array
    present: Array  # true unless abroad
    work: Array
    industry: Array
    gross: Array  # gross pay of employees, som of 2023 a month
    pension: Array  # som of 2023 a month
    certified: Array  # true with a certificate in force
    registered: Array  # true for registered entrepreneurs who are present
    consumption: Array  # of the household, per person


def in_work(work: Array) -> Array:
    """Return who works.

    >>> in_work(np.array([Work.SEEKING, Work.FARM, Work.ABROAD])).tolist()
    [False, True, False]
    """
    return np.isin(work, [int(one) for one in IN_WORK])


def share(people: Snapshot, part: Array, base: Array) -> float:
    """Return the share of ``base`` that is also in ``part``, in percent; not-a-number where the base is empty."""
    of = int(people.weight[base].sum())
    return 100.0 * int(people.weight[base & part].sum()) / of if of else float("nan")


def mean(people: Snapshot, values: Array, base: Array) -> float:
    """Return the weighted mean of values over ``base``; not-a-number where the base is empty."""
    weight = people.weight[base].astype(np.float64)
    return float((values[base] * weight).sum() / weight.sum()) if len(weight) else float("nan")


def poverty(people: Snapshot, group: Array) -> float:
    """Return the percentage of persons present whose annual consumption lies below the national line (FGT 0)."""
    return share(people, people.consumption < people.line, group & people.present)


def extreme_poverty(people: Snapshot, group: Array) -> float:
    """Return the percentage of persons present whose annual consumption lies below the extreme line."""
    return share(people, people.consumption < people.extreme_line, group & people.present)


def working_poverty(people: Snapshot, group: Array) -> float:
    """Return the percentage of the employed whose household consumes less than the national line."""
    return share(people, people.consumption < people.line, group & in_work(people.work))


def employment(people: Snapshot, group: Array) -> float:
    """Return the percentage of persons present of 15 years and more who work."""
    return share(people, in_work(people.work), group & people.present & (people.age >= WORKING_AGE))


def unemployment(people: Snapshot, group: Array) -> float:
    """Return the percentage of the labour force, those who work or seek work, who seek work."""
    seeking = people.work == int(Work.SEEKING)
    return share(people, seeking, group & (seeking | in_work(people.work)))


def status(people: Snapshot, part: Array, group: Array) -> float:
    """Return the percentage of the employed of a group who are in ``part``."""
    return share(people, part, group & in_work(people.work))


def population(people: Snapshot, group: Array) -> float:
    """Return the number of persons of a group, those abroad included."""
    return float(people.weight[group].sum())


def average_wage(people: Snapshot, group: Array) -> float:
    """Return the mean gross pay of employees of explicit employers, nominal som a month."""
    return people.deflator * mean(people, people.gross, group & (people.work == int(Work.EMPLOYEE)))


def quintile_ratio(values: Array, weight: Array) -> float:
    """Return the mean of the richest fifth of persons over that of the poorest fifth (S80/S20).

    >>> quintile_ratio(np.array([1.0, 2.0, 2.0, 2.0, 6.0]), np.ones(5, dtype=np.int64))
    6.0
    """
    order = np.argsort(values, kind="stable")
    v, w = values[order].astype(np.float64), weight[order].astype(np.float64)
    top, fifth = np.cumsum(w), w.sum() / 5.0
    low = np.clip(fifth - (top - w), 0.0, w)
    high = np.clip(top - 4.0 * fifth, 0.0, w)
    return float((v * high).sum() / (v * low).sum())
