"""Sorting: who works, and at what, before the published figures are met (people.md W1).

The attractions below only say how kinds of work differ between persons. Their level does not matter: the table of
expected persons by type and kind is raked to the published figures (:mod:`sim.work.targets`).
"""

from __future__ import annotations

from typing import NamedTuple

from sim.agents.persons.kinds import KINDS, Kind
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep


class Sorting(NamedTuple):
    """Parameters of who works at what, log odds unless said otherwise."""

    education_employee: float  # per level
    education_cell: float  # per level
    education_own: float  # per level
    education_farm: float  # per level
    children: float  # any work, woman of 15 to 44 with children under 16
    urban_farm: float
    urban_family: float
    land_farm: float
    land_family: float
    young_own: float  # own account and farms, ages 15 to 24
    certified_seeking: float  # share of those on the register who look for work at the start


@rule
def attraction(
    kind: int, woman: int, urban: int, land: int, education: int, children: int, age: int, sorting: Sorting
) -> float:
    """Return the log odds of a kind of work over staying at home, before levels are met; ``age`` is the age group (W1).

    >>> class P: education_employee, education_farm, urban_farm, land_farm, children = 0.9, -0.4, -2.0, 2.5, -0.5
    >>> attraction(2, 0, 1, 0, 2, 0, 3, P), attraction(2, 1, 1, 0, 2, 1, 1, P), attraction(2, 1, 1, 0, 2, 1, 3, P)
    (1.8, 1.3, 1.8)
    >>> attraction(5, 0, 0, 1, 0, 0, 3, P), attraction(5, 0, 1, 0, 0, 0, 3, P), attraction(0, 1, 0, 0, 2, 1, 1, P)
    (2.5, -2.0, 0.0)
    """
    odds = 0.0
    if kind == Kind.EMPLOYEE:
        odds = sorting.education_employee * education
    elif kind == Kind.CELL:
        odds = sorting.education_cell * education
    elif kind == Kind.OWN:
        odds = sorting.education_own * education
    elif kind == Kind.FARM:
        odds = sorting.education_farm * education + sorting.urban_farm * urban + sorting.land_farm * land
    elif kind == Kind.FAMILY:
        odds = sorting.urban_family * urban + sorting.land_family * land
    if (kind == Kind.OWN or kind == Kind.FARM) and age == 0:
        odds += sorting.young_own
    if kind >= Kind.EMPLOYEE and woman == 1 and children == 1 and age <= 2:
        odds += sorting.children
    return odds


@sweep
def attract(first: int, last: int, sorting: Sorting, out: Array) -> None:
    """Set the attractions of the persons of types ``first`` to ``last``; ``out`` is (types, kinds)."""
    for number in range(first, last):
        rest, age = number // 6, number % 6
        rest, children = rest // 2, rest % 2
        rest, education = rest // 3, rest % 3
        rest, land = rest // 2, rest % 2
        woman, urban = rest // 2 % 2, rest % 2
        for kind in range(KINDS):
            out[number, kind] = attraction(kind, woman, urban, land, education, children, age, sorting)
