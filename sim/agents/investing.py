"""Investing: what becomes of the grant, and of a follow-up loan (model.md H8 draw, H9a, H9b)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.agents.choosing import chosen, feasible, has_skill, sector_utility
from sim.engine.columns import fixed
from sim.engine.compiled import rule, sweep
from sim.engine.draws import normal, uniform


class Investing(NamedTuple):
    """Parameters of investment."""

    diversion: float  # inv_divert, mean share of the grant not invested
    diversion_spread: float  # inv_divert_disp, log points
    in_kind_cut: float  # inkind_cut, reduction of diversion when paid as goods
    leakage: float  # inv_leak, lost to mark-ups, transport and fees
    own_share: float  # inv_copay, own co-investment over the grant
    loan_take: float  # probability that an offered loan is taken
    animal_share: float  # share of animal rearing within agriculture


@rule
def diverted_share(mean, spread, score, in_kind, cut):  # type: ignore[no-untyped-def]
    """Return the share of a grant that a family diverts to consumption.

    >>> diverted_share(0.2, 0.0, 1.3, 0, 0.5), diverted_share(0.2, 0.0, 1.3, 1, 0.5)
    (0.2, 0.1)
    >>> diverted_share(0.9, 1.0, 3.0, 0, 0.5)
    1.0
    """
    share = min(1.0, mean * math.exp(spread * score - 0.5 * spread * spread))
    return share * (1.0 - in_kind * cut)


@rule
def invested_capital(grant, leakage, diverted, own_share):  # type: ignore[no-untyped-def]
    """Return the capital bought with a grant, som of 2023 (K0 in H9a).

    >>> invested_capital(100000.0, 0.05, 0.2, 0.1), invested_capital(100000.0, 0.0, 1.0, 0.1)
    (83600.0, 0.0)
    """
    return grant * (1.0 - leakage) * (1.0 - diverted) * (1.0 + own_share)


@rule
def draw_sector(i, u, households, endowments, price, choosing):  # type: ignore[no-untyped-def]
    """Draw the sector of household ``i`` by multinomial logit over its feasible sectors (H8)."""
    oblast = households.oblast[i]
    woman = np.int64(endowments.operator_woman[i])
    w1 = 0.0
    w2 = 0.0
    w3 = 0.0
    w4 = 0.0
    for sector in range(1, 5):
        possible = feasible(
            sector,
            np.int64(households.urban[i]),
            np.float64(households.herd[i]),
            np.float64(households.land[i]),
            np.int64(households.education[i]),
            np.int64(households.skills[i]),
        )
        if possible == 1:
            skilled = has_skill(np.int64(households.skills[i]), sector)
            weight = math.exp(sector_utility(sector, skilled, price[oblast, sector - 1], woman, choosing))
            if sector == 1:
                w1 = weight
            elif sector == 2:
                w2 = weight
            elif sector == 3:
                w3 = weight
            else:
                w4 = weight
    return chosen(u, w1, w2, w3, w4)


@sweep
def invest(  # type: ignore[no-untyped-def]
    rows, households, endowments, state, grant, t, in_kind, price, cattle_price, choosing, investing,
    key_divert, key_sector, spent,
):
    """Pay the grant to the households in ``rows``.

    ``spent`` (oblasts, 2) int64 receives cattle-equivalents bought and the families' own co-investment, of the real
    country in fixed point.
    """
    for n in range(len(rows)):
        i = rows[n]
        who = households.identifier[i]
        oblast, weight = households.oblast[i], np.int64(households.weight[i])
        state.contract[i] = 5
        state.contract_month[i] = 1
        state.paid_at[i] = t
        state.visited[i] = 255
        amount = grant[oblast]
        state.grant[i] = amount
        diverted = diverted_share(
            investing.diversion,
            investing.diversion_spread,
            normal(uniform(key_divert, who)),
            in_kind,
            investing.in_kind_cut,
        )
        capital = invested_capital(amount, investing.leakage, diverted, investing.own_share)
        if capital < choosing.minimum_capital:
            diverted = 1.0
        elif state.operating[i] == 0:
            state.operating[i] = 1
            state.funded[i] = 1
            state.business_age[i] = 0
            state.sector[i] = draw_sector(i, uniform(key_sector, who), households, endowments, price, choosing)
            state.capital[i] = capital
            state.distress_months[i] = 255
        else:
            state.funded[i] = 1
            state.capital[i] = np.float64(state.capital[i]) + capital
        if diverted < 1.0:
            state.funded_sector[i] = state.sector[i]
            own = capital * investing.own_share / (1.0 + investing.own_share)
            spent[oblast, 1] += weight * fixed(own)
            state.own_money[i] = np.float64(state.own_money[i]) + own
            if state.sector[i] == 1:
                spent[oblast, 0] += weight * fixed(investing.animal_share * capital / cattle_price[oblast])
        third = amount * diverted / 3.0
        state.diverted[i] = diverted
        state.due_1[i] = np.float64(state.due_1[i]) + third
        state.due_2[i] = np.float64(state.due_2[i]) + third
        state.due_3[i] = np.float64(state.due_3[i]) + third


@sweep
def borrow(first, last, households, state, amount, term, take, key):  # type: ignore[no-untyped-def]
    """Offer the follow-up loan to live contract businesses in contract month 12 (H9b).

    It is paid back in ``term`` equal parts, whatever the law says of loans later.
    """
    for i in range(first, last):
        if state.contract_month[i] == 12 and state.contract[i] == 5 and state.operating[i] == 1:
            if uniform(key, households.identifier[i]) < take:
                state.capital[i] = np.float64(state.capital[i]) + amount
                state.loan[i] = np.float64(state.loan[i]) + amount
                state.instalment[i] = amount / term
