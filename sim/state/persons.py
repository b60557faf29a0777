"""Persons: everybody of the country, who they are and what happens to them (people.md section 1).

The persons of a household are one contiguous block of rows, and the blocks follow the order of the households' rows.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from sim.engine.columns import Code, Flag, Identifier, LogPoints, Money, MonthIndex, Row, Score
from sim.engine.compiled import rule

NEVER_CERTIFIED = 32767  # first month on the register of a person who is not on it
NO_INDUSTRY = 255
EVER, LASTS = -32768, 32767  # first month of who is there from the start; first month after who outlives the horizon
NO_EMPLOYER = -1


class Role(IntEnum):
    """Part of a person in the household."""

    ADULT = 0  # heads the household alone: no spouse present
    SPOUSE = 1  # one of a couple that heads the household
    CHILD = 2  # child or grandchild of the couple or the head, of any age
    ELDER = 3  # parent of the couple or the head
    OTHER = 4  # everybody else: partner of a child, brother, sister, other relative, non-relative


class Work(IntEnum):
    """State of work of a person; each person is in exactly one."""

    CHILD = 0
    STUDENT = 1
    HOME = 2
    SEEKING = 3
    EMPLOYEE = 4  # at an explicit employer, one of five staff and more
    CELL_EMPLOYEE = 5  # of a small firm, pooled in the cell of oblast and industry
    OWN_ACCOUNT = 6
    FARM = 7
    FAMILY_WORKER = 8  # unpaid
    CONTRACT = 9  # runs a business of the social contract
    ABROAD = 10
    RETIRED = 11
    ABSENT = 12  # not born yet, or dead


@rule
def at_home(work: int) -> bool:
    """Return whether a person is in the household: born, alive and not abroad.

    >>> [bool(at_home(work)) for work in (Work.CHILD, Work.RETIRED, Work.ABROAD, Work.ABSENT)]
    [True, True, False, False]
    """
    return (work != Work.ABROAD) & (work != Work.ABSENT)


@rule
def age(birth: int, month: int) -> int:
    """Return completed years at the end of a month.

    >>> age(-1, -1), age(-12, -1), age(-13, -1), age(-13, 0)
    (0, 0, 1, 1)
    """
    return (month - birth) // 12


class Persons(NamedTuple):
    """Persons as the synthetic country builds them; never changed by a run."""

    identifier: Identifier  # stable at every scale
    household: Row  # row of the household
    woman: Flag  # 1 woman, 0 man
    birth: MonthIndex  # month of birth, 0 January 2022, if the ages of July 2022 were those of January, see born_in
    education: Code  # 0 below basic or still small, 1 secondary, 2 higher
    role: Code  # part in the household (Role)
    group: Code  # certified group 1 (most severe) to 3, 0 none
    kind: Code  # 0 mobility, 1 sensory, 2 intellectual, 3 psychosocial, 4 somatic; 0 where group is 0
    certified_from: MonthIndex  # first month on the register, 32767 where group is 0
    abroad: Flag  # works abroad at the start: in no household size, poverty or employment base
    wage_score: Score  # permanent score of pay
    reached: Code  # education at 25, for who is younger; else as education
    enters: MonthIndex  # first month of life, -32768 for who is alive at the start
    leaves: MonthIndex  # first month after the end of life, 32767 for who outlives December 2035


class Newborns(NamedTuple):
    """Children to be born until December 2035, in the order of households; rows only where a run lets time pass."""

    identifier: Identifier  # the mother's with the order of the birth
    household: Identifier  # identifier of the household of the mother
    woman: Flag  # 1 girl, 0 boy
    enters: MonthIndex  # month of birth
    leaves: MonthIndex  # first month after the end of life, 32767 for who outlives December 2035
    abroad: Flag  # born abroad


class Onsets(NamedTuple):
    """Certificates that follow those of persons who die, so that the register has its published totals (N4)."""

    person: Identifier  # identifier of the person
    group: Code  # as that of the person who died
    kind: Code
    benefit: Money
    certified_from: MonthIndex  # month in which the other died


class PersonState(NamedTuple):
    """What has happened to persons up to the current month."""

    work: Code  # state of work (Work)
    industry: Code  # index in INDUSTRIES, 255 none
    formal: Flag  # works formally
    employer: Row  # row of the employer
    since: MonthIndex  # month in which the present state of work began
    shock: LogPoints  # persistent shock of own-account and farm income
    pay: Money  # net pay of the month
    own: Money  # own-account and farm income of the month
    pension: Money  # old-age pension of the month
    benefit: Money  # disability and other social benefits of the person
