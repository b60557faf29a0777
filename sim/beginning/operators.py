"""Operators: which member of a household would run its business (model.md X4, people.md H2)."""

from __future__ import annotations

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import Decision, key, uniform
from sim.months import BURN_IN
from sim.state.households import Households
from sim.state.persons import Persons, Role

YOUNGEST, OLDEST = 18 * 12, 63 * 12  # age in months: from 18 to 62 years in January 2022
NOBODY = -1


@rule
def may_operate(birth: int, abroad: int) -> bool:
    """Return whether a person could run a business: present, and 18 to 62 years old in January 2022.

    >>> may_operate(-12 * 18, 0), may_operate(-12 * 18 + 1, 0), may_operate(-12 * 63, 0), may_operate(-12 * 40, 1)
    (True, False, False, False)
    """
    return abroad == 0 and YOUNGEST <= -birth < OLDEST


@rule
def operator_rank(role: int, luck: float) -> float:
    """Return the place of a person among those who may run the business, the smallest first: heads before others.

    >>> operator_rank(Role.SPOUSE, 0.25), operator_rank(Role.CHILD, 0.25)
    (0.25, 1.25)
    """
    return luck if role == Role.ADULT or role == Role.SPOUSE else 1.0 + luck


@rule
def wanted_sex(women: int, men: int, luck: float, share: float) -> int:
    """Return 1 where the operator is to be a woman, 0 a man; ``share`` decides where both could be (X4).

    >>> [wanted_sex(women, men, luck, 0.9) for women, men, luck in ((1, 2, 0.8), (1, 2, 1.0), (0, 1, 0.1), (1, 0, 1.0))]
    [1, 0, 0, 1]
    """
    if women > 0 and men > 0:
        return 1 if luck < share else 0
    return 1 if women > 0 else 0


@sweep
def choose(
    first: int, last: int, households: Households, everyone: Persons, share: float, draws: np.uint64, rows: Array
) -> None:
    """Set the row of the operator of every household into ``rows``, ``NOBODY`` where nobody may be one."""
    for i in range(first, last):
        begin = np.int64(households.first_person[i])
        end = begin + np.int64(households.members[i])
        count, women = np.int64(0), np.int64(0)
        for p in range(begin, end):
            if may_operate(np.int64(everyone.birth[p]), np.int64(everyone.abroad[p])):
                count += 1
                women += np.int64(everyone.woman[p])
        rows[i] = NOBODY
        if count == 0:
            continue
        woman = wanted_sex(women, count - women, households.operator_luck[i], share)
        best = 3.0
        for p in range(begin, end):
            if may_operate(np.int64(everyone.birth[p]), np.int64(everyone.abroad[p])) and everyone.woman[p] == woman:
                rank = operator_rank(np.int64(everyone.role[p]), uniform(draws, everyone.identifier[p]))
                if rank < best:
                    best = rank
                    rows[i] = p


def operators(households: Households, everyone: Persons, share: float, seed: int) -> Array:
    """Return the row among all persons of each household's potential operator, -1 where there is none.

    ``share`` is the probability that it is a woman where there is an adult of each sex (op_female); among the adults
    of the sex, one of those who head the household comes first, and luck decides.
    """
    rows = np.empty(len(households.identifier), dtype=np.int32)
    draws = key(seed, Decision.OPERATOR, -BURN_IN)
    choose(0, len(rows), households, everyone, share, draws, rows)
    return rows
