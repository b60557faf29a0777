"""Workers: the columns that the steps of work read and write, gathered from the tables of persons and households."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import rule


class Workers(NamedTuple):
    """Everybody and their households. The persons of household ``h`` begin at ``first_person[h]``."""

    oblast: Array  # of the household, as the next six
    weight: Array  # real households for each row
    first_person: Array
    members: Array
    farm: Array  # what land and animals make of farm income, mean one
    earned: Array  # net pay of the members, som of 2023 a month
    own_income: Array  # own-account and farm income of the members
    transfers: Array  # pensions and benefits of the members
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
    pay: Array
    own: Array
    pension: Array
    benefit: Array


@rule
def first_of(w: Workers, household: int) -> int:
    """Return the row of the first person of a household; of the one after the last, the number of persons."""
    return np.int64(w.first_person[household]) if household < len(w.first_person) else len(w.work)
