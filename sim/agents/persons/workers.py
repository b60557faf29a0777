"""Workers: the columns that the steps of work read and write, gathered from the tables of persons and households."""

from __future__ import annotations

from typing import NamedTuple

from sim.engine.columns import Array
from sim.engine.compiled import rule
from sim.state.persons import NO_EMPLOYER, NO_INDUSTRY


class Workers(NamedTuple):
    """Everybody and their households. The persons of household ``h`` begin at ``first_person[h]``."""

    oblast: Array  # of the household, as the next six
    weight: Array  # real households for each row
    first_person: Array
    members: Array
    farm: Array  # what land and animals make of farm income, mean one
    earned_rate: Array  # net pay of the members over the average wage
    informal_rate: Array  # part of it from informal jobs
    own_sum: Array  # own-account and farm income of the members, som of 2023 a month
    pension_rate: Array  # old-age pensions of the members over the mean pension
    benefit_sum: Array  # benefits of the members, som of 2023 a month
    changed: Array  # 1 if pay or pensions of a member must be worked out anew
    identifier: Array  # of the person, as all that follow
    household: Array  # row of the household
    woman: Array
    birth: Array
    education: Array
    register: Array  # 1 if the labour block moves the person from the month of the certificate on
    certified_from: Array
    wage_score: Array
    base: Array  # type at the youngest age group
    talent: Array  # permanent effect on pay, mean one
    own_talent: Array  # the same on own-account income
    leaving: Array  # month in which schooling ends
    work: Array  # state of work (Work)
    industry: Array
    formal: Array
    employer: Array
    since: Array
    shock: Array
    pay: Array  # net pay over the average wage
    own: Array
    pension: Array  # over the mean pension
    benefit: Array  # paid, som of 2023 a month
    entitled: Array  # the benefit without an old-age pension, som of 2023 a month


@rule
def quit_work(i: int, w: Workers, work: int, t: int) -> None:
    """Put person ``i`` into a state of work without industry, job or pay; what follows may set them."""
    w.work[i], w.industry[i], w.formal[i], w.employer[i], w.since[i] = work, NO_INDUSTRY, 0, NO_EMPLOYER, t
    w.pay[i], w.own[i] = 0.0, 0.0
    w.changed[w.household[i]] = 1


@rule
def first_of(w: Workers, household: int) -> int:
    """Return the row of the first person of a household; of the one after the last, the number of persons."""
    return int(w.first_person[household] if household < len(w.first_person) else len(w.work))
