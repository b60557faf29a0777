"""Operators: which member of a household would run its business (model.md X4, people.md H2)."""

from __future__ import annotations

import numpy as np

from sim.agents.persons.succeeding import NOBODY, may_operate, operator_rank, wanted_sex
from sim.engine.columns import Array
from sim.engine.compiled import sweep
from sim.engine.draws import Decision, key, uniform
from sim.months import BURN_IN
from sim.state.households import Households
from sim.state.persons import Persons


@sweep
def choose(
    first: int, last: int, households: Households, everyone: Persons, at: int, luck: tuple[float, np.uint64],
    rows: Array,
) -> None:
    """Set the row of the operator of every household into ``rows``, ``NOBODY`` where nobody may be one.

    ``at`` is the month at which ages are taken; ``luck``: the share of women, and the draws.
    """
    share, draws = luck
    for i in range(first, last):
        begin = np.int64(households.first_person[i])
        end = begin + np.int64(households.members[i])
        count, women = np.int64(0), np.int64(0)
        for p in range(begin, end):
            if may_operate(at - np.int64(everyone.birth[p]), everyone.abroad[p] == 0):
                count += 1
                women += np.int64(everyone.woman[p])
        rows[i] = NOBODY
        if count == 0:
            continue
        woman = wanted_sex(women, count - women, households.operator_luck[i], share)
        best = 3.0
        for p in range(begin, end):
            if may_operate(at - np.int64(everyone.birth[p]), everyone.abroad[p] == 0) and everyone.woman[p] == woman:
                rank = operator_rank(np.int64(everyone.role[p]), uniform(draws, everyone.identifier[p]))
                if rank < best:
                    best = rank
                    rows[i] = p


def operators(households: Households, everyone: Persons, share: float, seed: int, at: int = 0) -> Array:
    """Return the row among all persons of each household's potential operator, -1 where there is none.

    ``share`` is the probability that it is a woman where there is an adult of each sex (op_female); among the adults
    of the sex, one of those who head the household comes first, and luck decides. ``at`` is the month at which ages are
    taken.
    """
    rows = np.empty(len(households.identifier), dtype=np.int32)
    draws = key(seed, Decision.OPERATOR, -BURN_IN)
    choose(0, len(rows), households, everyone, at, (share, draws), rows)
    return rows
