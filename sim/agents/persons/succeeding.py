"""Succeeding: who would run a household's business, and who goes on when the operator is lost (model.md X4, D6)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.closing import Closing, recovered_share
from sim.agents.persons.workers import Workers, first_of
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.state.businesses import wind_up
from sim.state.households import ACTIVE, APPLIED, APPROVED, FAILED, NONE, Endowments, Households, HouseholdState
from sim.state.persons import Persons, Role, at_home

YOUNGEST, OLDEST = 18 * 12, 63 * 12  # age in months: from 18 to 62 years
NOBODY = -1


class Succession(NamedTuple):
    """What a household goes by when its operator is lost."""

    t: int
    share: float  # of women among operators where there are adults of each sex
    draws: np.uint64
    luck: Array  # (households,) decides whether the operator is a woman


@rule
def may_operate(age: int, present: bool) -> bool:
    """Return whether a person could run a business: present, and 18 to 62 years old; ``age`` in months.

    >>> [bool(may_operate(*one)) for one in ((216, True), (215, True), (755, True), (756, True), (480, False))]
    [True, False, True, False, False]
    """
    return present and YOUNGEST <= age < OLDEST


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


@rule
def successor(h: int, w: Workers, everyone: Persons, succession: Succession) -> int:
    """Return the row of the member who would run the household's business from now on, ``NOBODY`` without one (D6)."""
    count, women = 0, 0
    for i in range(first_of(w, h), first_of(w, h + 1)):
        if may_operate(succession.t - np.int64(w.birth[i]), at_home(np.int64(w.work[i]))):
            count += 1
            women += np.int64(w.woman[i])
    if count == 0:
        return NOBODY
    woman = wanted_sex(women, count - women, np.float64(succession.luck[h]), succession.share)
    best, found = 3.0, NOBODY
    for i in range(first_of(w, h), first_of(w, h + 1)):
        may = may_operate(succession.t - np.int64(w.birth[i]), at_home(np.int64(w.work[i])))
        if may and np.int64(w.woman[i]) == woman:
            rank = operator_rank(np.int64(everyone.role[i]), uniform(succession.draws, w.identifier[i]))
            if rank < best:
                best, found = rank, i
    return found


@rule
def goes_on(i: int, runs: bool, w: Workers, t: int) -> bool:
    """Return whether operator ``i`` goes on: alive and at home, and not too old unless a business or contract runs.

    >>> class W: work, birth = np.array([2, 12, 2]), np.array([-480, -480, -760])
    >>> [bool(goes_on(i, runs, W, 0)) for i, runs in ((0, False), (1, True), (2, False), (2, True))]
    [True, False, False, True]
    """
    if not at_home(np.int64(w.work[i])):
        return False
    return runs or t - int(w.birth[i]) < OLDEST


@rule
def without_operator(h: int, state: HouseholdState, closing: Closing) -> None:
    """End what a household has begun that has nobody to run it: its stock is sold, no breach, no exclusion (D6)."""
    if state.operating[h] == 1:
        wind_up(h, state, recovered_share(np.int64(state.sector[h]), closing))
    if state.contract[h] == ACTIVE:
        state.contract[h], state.released[h] = FAILED, 1
    elif APPLIED <= state.contract[h] <= APPROVED:
        state.contract[h] = NONE
    state.best_sector[h], state.expected_gain[h] = 0, 0.0


@rule
def left_by_all(h: int, state: HouseholdState) -> None:
    """Let go what a household without members is owed, owes and receives."""
    state.benefit[h], state.aware[h], state.loan[h], state.instalment[h] = 0, 0, 0.0, 0.0
    state.repayable[h], state.payback[h] = 0.0, 0.0
    state.due_1[h], state.due_2[h], state.due_3[h] = 0.0, 0.0, 0.0
    state.sold_1[h], state.sold_2[h], state.sold_3[h] = 0.0, 0.0, 0.0
    state.profit[h], state.own_money[h] = 0.0, 0.0


@sweep
def succeed(
    rows: Array, homes: Households, endowments: Endowments, state: HouseholdState, w: Workers, everyone: Persons,
    succession: Succession, closing: Closing,
) -> None:
    """Settle who runs the business of households in which something has happened; where nobody can, it ends (D6)."""
    for k in range(len(rows)):
        h = rows[k]
        runs = state.operating[h] == 1 or APPLIED <= state.contract[h] <= ACTIVE
        who = np.int64(endowments.operator[h])
        if who != NOBODY and goes_on(who, runs, w, succession.t):
            continue
        new = successor(h, w, everyone, succession)
        endowments.operator[h], endowments.has_operator[h] = new, 1 if new != NOBODY else 0
        endowments.operator_woman[h] = w.woman[new] if new != NOBODY else 0
        endowments.operator_group[h] = everyone.group[new] if new != NOBODY else 0
        if new == NOBODY:
            without_operator(h, state, closing)
        if homes.size[h] == 0:
            left_by_all(h, state)
