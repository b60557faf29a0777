"""Visiting: curators call on contract families; contracts end, fail or are breached (model.md O4, O5, R2)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array, fixed, row
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.state.businesses import wind_up
from sim.state.households import (
    ACTIVE,
    APPLIED,
    BREACHED,
    COMPLETED,
    FAILED,
    NEVER,
    NONE,
    QUEUED,
    REFUSED,
    Households,
    HouseholdState,
)
from sim.state.terms import LAST_CONTRACT_MONTH


class Visiting(NamedTuple):
    """Parameters of monitoring."""

    rate: float  # visit_rate, yearly visits per active contract
    clawback: float  # claw_p, probability that a detected large diversion leads to recovery


class VisitMonth(NamedTuple):
    """What all contract families of a month share."""

    months: int  # duration of the obligations
    probability: float  # of a visit in the month
    clawback_on: int  # 1: breach leads to recovery
    clawback: float  # probability that a detected large diversion leads to it
    detection: float  # probability that a failure is counted as one
    visit: np.uint64  # keys: of the month, and two that are drawn once
    claw: np.uint64
    report: np.uint64


@rule
def recovered_money(grant: float, capital: float, diverted_stock: float) -> float:
    """Return what the state recovers at a breach, som of 2023 (O5).

    >>> recovered_money(100000.0, 60000.0, 20000.0), recovered_money(100000.0, 90000.0, 20000.0)
    (80000.0, 100000.0)
    """
    return min(grant, capital + diverted_stock)


@rule
def unspent(i: int, state: HouseholdState) -> float:
    """Return the money of a grant, and of a business sold, that family ``i`` has not spent yet.

    >>> class S: due_1, due_2, due_3 = np.array([5.0]), np.array([5.0]), np.array([5.0])
    >>> S.sold_1, S.sold_2, S.sold_3 = np.array([1.0]), np.array([1.0]), np.zeros(1)
    >>> float(unspent(0, S))
    17.0
    """
    due = np.float64(state.due_1[i]) + np.float64(state.due_2[i]) + np.float64(state.due_3[i])
    return due + (np.float64(state.sold_1[i]) + np.float64(state.sold_2[i]) + np.float64(state.sold_3[i]))


@rule
def keep_proceeds(i: int, left: float, state: HouseholdState) -> None:
    """Leave family ``i`` with what a recovery has left of its business and its unspent money, to be spent this month.

    >>> class S: due_1, due_2, due_3 = np.array([5.0]), np.array([5.0]), np.array([5.0])
    >>> S.sold_1, S.sold_2, S.sold_3 = np.array([1.0]), np.array([1.0]), np.zeros(1)
    >>> keep_proceeds(0, 7.0, S), S.due_1.tolist(), S.sold_1.tolist()
    (None, [0.0], [7.0])
    """
    state.due_1[i], state.due_2[i], state.due_3[i] = 0.0, 0.0, 0.0
    state.sold_1[i], state.sold_2[i], state.sold_3[i] = left, 0.0, 0.0


@sweep
def count_contract_months(first: int, last: int, state: HouseholdState, january: int) -> None:
    """Move contracts, refusals and the yearly bar on a second attempt one month on."""
    for i in range(row(first), row(last)):
        if january == 1:
            state.barred[i] = 0
        if state.contract_month[i] > 0:
            if state.contract_month[i] < LAST_CONTRACT_MONTH:
                state.contract_month[i] += 1
            if state.visited[i] < 254:
                state.visited[i] += 1
        elif state.contract[i] == REFUSED:
            state.refused_months[i] += 1
            if state.refused_months[i] >= 12:
                state.contract[i] = NONE
                state.refused_months[i] = 0
        elif january == 1 and (state.contract[i] == APPLIED or state.contract[i] == QUEUED):
            state.contract[i] = REFUSED
            state.refused_months[i] = 0


@rule
def recover(i: int, oblast: int, weight: int, state: HouseholdState, sums: Array) -> None:
    """Recover the grant of family ``i`` as far as its money goes, and end its contract as breached (O5)."""
    stock = unspent(i, state)
    back = recovered_money(np.float64(state.grant[i]), np.float64(state.capital[i]), stock)
    sums[oblast, 1] += weight
    sums[oblast, 2] += weight * fixed(back)
    left = np.float64(state.capital[i]) + stock - back
    if state.operating[i] == 1:
        wind_up(i, state, 0.0)
    keep_proceeds(i, left, state)
    state.contract[i], state.repayable[i], state.payback[i] = BREACHED, 0.0, 0.0


@rule
def call_on(
    i: int, oblast: int, weight: int, households: Households, state: HouseholdState, now: VisitMonth, sums: Array
) -> int:
    """Let the office perhaps visit family ``i`` while its contract runs; return 1 if it does (O4, O5)."""
    who = households.identifier[i]
    if uniform(now.visit, who) >= now.probability:
        return 0
    first_visit = state.visited[i] == NEVER
    state.visited[i] = 0
    sums[oblast, 0] += weight
    if now.clawback_on == 1 and first_visit and np.float64(state.diverted[i]) > 0.5:
        if uniform(now.claw, who) < now.clawback:
            recover(i, oblast, weight, state, sums)
    return 1


@sweep
def visit(
    first: int, last: int, households: Households, state: HouseholdState, now: VisitMonth, sums: Array, families: Array
) -> None:
    """Visit contract families, settle breaches and ended contracts, and fill the reporting layer.

    ``sums`` is (oblasts, 3) int64: visits, breaches, and recovered money in fixed point; ``families`` (raions, 2):
    contract families, and those of them with a live business; all of the real country. The reporting layer
    (``reported_failed``) is written here and read by nothing in the model.
    """
    for i in range(row(first), row(last)):
        month = np.int64(state.contract_month[i])
        if month == 0:
            continue
        raion, weight = households.raion[i], np.int64(households.weight[i])
        seen = 0
        if month <= now.months and (state.contract[i] == ACTIVE or state.contract[i] == FAILED):
            seen = call_on(i, households.oblast[i], weight, households, state, now, sums)
        if state.contract[i] == ACTIVE and month >= now.months and state.operating[i] == 1:
            state.contract[i] = COMPLETED
        elif state.contract[i] == ACTIVE and state.operating[i] == 0:
            state.contract[i] = FAILED
        families[raion, 0] += weight
        families[raion, 1] += weight * np.int64(state.operating[i])
        if state.contract[i] == FAILED and state.reported_failed[i] == 0 and (seen == 1 or month == now.months):
            state.reported_failed[i] = 2 if uniform(now.report, households.identifier[i]) < now.detection else 1
