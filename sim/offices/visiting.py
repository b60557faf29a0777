"""Visiting: curators call on contract families; contracts end, fail or are breached (model.md O4, O5, R2)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import BLOCK, fixed
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.state.businesses import wind_up


class Visiting(NamedTuple):
    """Parameters of monitoring."""

    rate: float  # visit_rate, yearly visits per active contract
    clawback: float  # claw_p, probability that a detected large diversion leads to recovery


@rule
def recovered_money(grant, capital, diverted_stock):  # type: ignore[no-untyped-def]
    """Return what the state recovers at a breach, som of 2023 (O5).

    >>> recovered_money(100000.0, 60000.0, 20000.0), recovered_money(100000.0, 90000.0, 20000.0)
    (80000.0, 100000.0)
    """
    return min(grant, capital + diverted_stock)


@rule
def unspent(i, state):  # type: ignore[no-untyped-def]
    """Return the money of a grant, and of a business sold, that family ``i`` has not spent yet.

    >>> class S: due_1, due_2, due_3 = np.array([5.0]), np.array([5.0]), np.array([5.0])
    >>> S.sold_1, S.sold_2, S.sold_3 = np.array([1.0]), np.array([1.0]), np.zeros(1)
    >>> float(unspent(0, S))
    17.0
    """
    due = np.float64(state.due_1[i]) + np.float64(state.due_2[i]) + np.float64(state.due_3[i])
    return due + (np.float64(state.sold_1[i]) + np.float64(state.sold_2[i]) + np.float64(state.sold_3[i]))


@rule
def keep_proceeds(i, left, state):  # type: ignore[no-untyped-def]
    """Leave family ``i`` with what a recovery has left of its business and its unspent money, to be spent this month.

    >>> class S: due_1, due_2, due_3 = np.array([5.0]), np.array([5.0]), np.array([5.0])
    >>> S.sold_1, S.sold_2, S.sold_3 = np.array([1.0]), np.array([1.0]), np.zeros(1)
    >>> keep_proceeds(0, 7.0, S), S.due_1.tolist(), S.sold_1.tolist()
    (None, [0.0], [7.0])
    """
    state.due_1[i], state.due_2[i], state.due_3[i] = 0.0, 0.0, 0.0
    state.sold_1[i], state.sold_2[i], state.sold_3[i] = left, 0.0, 0.0


@rule
def involved(month, contract, rows):  # type: ignore[no-untyped-def]
    """List the families with an application or a contract, past or present; return how many.

    >>> rows = np.zeros(3, dtype=np.int64)
    >>> involved(np.array([0, 3, 0]), np.array([1, 5, 0]), rows), rows[:2].tolist()
    (2, [0, 1])
    """
    some = 0
    for k in range(len(month)):
        some += 1 if month[k] != 0 or contract[k] != 0 else 0
    if some == 0:
        return 0
    found = 0
    for k in range(len(month)):
        rows[found] = k
        found += 1 if month[k] != 0 or contract[k] != 0 else 0
    return found


@sweep
def count_contract_months(first, last, state, january):  # type: ignore[no-untyped-def]
    """Move contracts, refusals and the yearly bar on a second attempt one month on."""
    rows = np.empty(BLOCK, np.int64)
    begin = first
    while begin < last:
        end = min(begin + BLOCK, last)
        for m in range(involved(state.contract_month[begin:end], state.contract[begin:end], rows)):
            i = begin + rows[m]
            if state.contract_month[i] > 0:
                if state.contract_month[i] < 52:
                    state.contract_month[i] += 1
                if state.visited[i] < 254:
                    state.visited[i] += 1
            elif state.contract[i] == 3:
                state.refused_months[i] += 1
                if state.refused_months[i] >= 12:
                    state.contract[i] = 0
                    state.refused_months[i] = 0
            elif january == 1 and (state.contract[i] == 1 or state.contract[i] == 2):
                state.contract[i] = 3
                state.refused_months[i] = 0
        if january == 1:
            state.barred[begin:end] = 0
        begin = end


@sweep
def visit(  # type: ignore[no-untyped-def]
    first, last, households, state, months, probability, clawback_on, clawback, detection, key_visit,
    key_claw, key_report, sums, families,
):
    """Visit contract families, settle breaches and ended contracts, and fill the reporting layer.

    ``sums`` is (oblasts, 3) int64: visits, breaches, and recovered money in fixed point; ``families`` (raions, 2):
    contract families, and those of them with a live business; all of the real country. The reporting layer
    (``reported_failed``) is written here and read by nothing in the model.
    """
    rows = np.empty(BLOCK, np.int64)
    begin = first
    while begin < last:
        end = min(begin + BLOCK, last)
        for m in range(involved(state.contract_month[begin:end], state.contract[begin:end], rows)):
            i = begin + rows[m]
            month = np.int64(state.contract_month[i])
            if month == 0:
                continue
            who = households.identifier[i]
            oblast, weight = households.oblast[i], np.int64(households.weight[i])
            seen = 0
            if month <= months and (state.contract[i] == 5 or state.contract[i] == 7):
                if uniform(key_visit, who) < probability:
                    seen = 1
                    first_visit = state.visited[i] == 255
                    state.visited[i] = 0
                    sums[oblast, 0] += weight
                    if clawback_on == 1 and first_visit and np.float64(state.diverted[i]) > 0.5:
                        if uniform(key_claw, who) < clawback:
                            stock = unspent(i, state)
                            back = recovered_money(np.float64(state.grant[i]), np.float64(state.capital[i]), stock)
                            sums[oblast, 1] += weight
                            sums[oblast, 2] += weight * fixed(back)
                            left = np.float64(state.capital[i]) + stock - back
                            if state.operating[i] == 1:
                                wind_up(i, state, 0.0)
                            keep_proceeds(i, left, state)
                            state.contract[i] = 8
            if state.contract[i] == 5 and month >= months and state.operating[i] == 1:
                state.contract[i] = 6
            elif state.contract[i] == 5 and state.operating[i] == 0:
                state.contract[i] = 7
            families[households.raion[i], 0] += weight
            if state.operating[i] == 1:
                families[households.raion[i], 1] += weight
            if state.contract[i] == 7 and state.reported_failed[i] == 0 and (seen == 1 or month == months):
                state.reported_failed[i] = 2 if uniform(key_report, who) < detection else 1
        begin = end
