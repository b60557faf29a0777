"""Kinds of work and types of persons: who has the same chances of working (people.md W1, W2).

A person of 15 years and more who is neither in school nor abroad moves between seven kinds. Persons who share oblast,
sex, town or village, land, education, children and age group are of one type and have the same chances.
"""

from __future__ import annotations

from enum import IntEnum

from sim.engine.compiled import rule
from sim.state.persons import Work


class Kind(IntEnum):
    """Where a person of 15 and more stands, apart from school, the contract and work abroad."""

    HOME = 0  # at home or retired
    SEEKING = 1
    EMPLOYEE = 2  # at an employer of five staff and more
    CELL = 3  # employee of a small firm
    OWN = 4  # on own account, without farms
    FARM = 5
    FAMILY = 6  # unpaid family worker


KINDS = len(Kind)
WORKING = tuple(kind for kind in Kind if kind >= Kind.EMPLOYEE)
LAST = KINDS - 1
NO_KIND = -1

YEAR = 12  # months
FIRST_AGE = 15 * YEAR  # age at which work may begin
EDGES = tuple(years * YEAR for years in (25, 35, 45, 55, 65))  # ages at which the groups after the first begin
SCHOOL_ENDS = 25 * YEAR  # nobody is counted as a student from this age on
AGE_GROUPS = ("15-24", "25-34", "35-44", "45-54", "55-64", "65+")
SHAPE = (2, 2, 2, 3, 2)  # woman, town, land or animals, education, children; oblast before, age group behind


@rule
def age_group(age: int) -> int:
    """Return the group of an age in months, 0 for 15 to 24 up to 5 for 65 and more.

    >>> [int(age_group(years * 12)) for years in (15, 24, 25, 64, 65, 90)]
    [0, 0, 1, 4, 5, 5]
    """
    a, b, c, d, e = EDGES
    return int(age >= a) + int(age >= b) + int(age >= c) + int(age >= d) + int(age >= e)


@rule
def changes_group(age: int) -> bool:
    """Return whether a person enters another age group in this month of her life.

    >>> [bool(changes_group(months)) for months in (15 * 12, 25 * 12, 25 * 12 + 1, 65 * 12, 75 * 12)]
    [False, True, False, True, False]
    """
    a, b, c, d, e = EDGES
    return (age == a) | (age == b) | (age == c) | (age == d) | (age == e)


@rule
def kind_of(work: int) -> int:
    """Return the kind of a state of work; -1 for children, students, contracts and persons abroad.

    >>> [int(kind_of(state)) for state in (Work.HOME, Work.RETIRED, Work.FAMILY_WORKER, Work.STUDENT, Work.CONTRACT)]
    [0, 0, 6, -1, -1]
    """
    if work == Work.RETIRED:
        return 0
    return work - 2 if Work.HOME <= work <= Work.FAMILY_WORKER else NO_KIND


@rule
def work_of(kind: int, age: int, pension_age: int) -> int:
    """Return the state of work of a kind; who is at home past the pension age (in months) is retired.

    >>> [int(work_of(*one)) for one in ((0, 700, 756), (0, 756, 756), (1, 800, 756), (6, 300, 756))]
    [2, 11, 3, 8]
    """
    if kind == Kind.HOME and age >= pension_age:
        return Work.RETIRED
    return kind + 2


@rule
def follows_labour(register: int, certified_from: int, t: int) -> bool:
    """Return whether the labour block moves a person: one of its own, from the month after the certificate on.

    >>> [bool(follows_labour(*one)) for one in ((1, 4, 5), (1, 5, 5), (0, 0, 5))]
    [True, False, False]
    """
    return (register == 1) & (certified_from < t)


@rule
def type_of(oblast: int, woman: int, urban: int, land: int, education: int, children: int) -> int:
    """Return the number of a person's type at the youngest age group; that of the older groups follow it.

    >>> int(type_of(0, 0, 0, 0, 0, 1)), int(type_of(1, 1, 0, 1, 2, 0))
    (6, 492)
    """
    return (((((oblast * 2 + woman) * 2 + urban) * 2 + land) * 3 + education) * 2 + children) * 6
