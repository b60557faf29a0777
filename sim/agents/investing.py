"""Investing: what becomes of the grant, and of a follow-up loan (model.md H8 draw, H9a, H9b)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.choosing import Choosing, chosen, feasible, has_skill, sector_utility
from sim.engine.columns import Array, fixed, row
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.engine.math import exp, normal
from sim.state.households import (
    ACTIVE,
    AGRICULTURE,
    NEVER,
    NONE,
    PRODUCTION,
    TRADE,
    Endowments,
    Households,
    HouseholdState,
)


class Investing(NamedTuple):
    """Parameters of investment."""

    diversion: float  # inv_divert, mean share of the grant not invested
    diversion_spread: float  # inv_divert_disp, log points
    in_kind_cut: float  # inkind_cut, reduction of diversion when paid as goods
    leakage: float  # inv_leak, lost to mark-ups, transport and fees
    own_share: float  # inv_copay, own co-investment over the grant
    loan_take: float  # probability that an offered loan is taken
    animal_share: float  # share of animal rearing within agriculture


class Payment(NamedTuple):
    """What all grants paid in a month share."""

    t: int
    grant: Array  # (oblasts,), som of 2023
    in_kind: int  # 1: paid as goods
    price: Array  # (oblasts, 4), output price index
    cattle_price: Array  # (oblasts,), som of 2023
    divert: np.uint64  # keys of the month
    sector: np.uint64
    repaid_share: float = 0.0  # of the grant, to the budget


@rule
def diverted_share(mean: float, spread: float, score: float, in_kind: int, cut: float) -> float:
    """Return the share of a grant that a family diverts to consumption.

    >>> diverted_share(0.2, 0.0, 1.3, 0, 0.5), diverted_share(0.2, 0.0, 1.3, 1, 0.5)
    (0.2, 0.1)
    >>> diverted_share(0.9, 1.0, 3.0, 0, 0.5)
    1.0
    """
    share = min(1.0, mean * exp(spread * score - 0.5 * spread * spread))
    return share * (1.0 - in_kind * cut)


@rule
def invested_capital(grant: float, leakage: float, diverted: float, own_share: float) -> float:
    """Return the capital bought with a grant, som of 2023 (K0 in H9a).

    >>> invested_capital(100000.0, 0.05, 0.2, 0.1), invested_capital(100000.0, 0.0, 1.0, 0.1)
    (83600.0, 0.0)
    """
    return grant * (1.0 - leakage) * (1.0 - diverted) * (1.0 + own_share)


@rule
def draw_sector(
    i: int, u: float, households: Households, endowments: Endowments, price: Array, choosing: Choosing
) -> int:
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
            np.int64(endowments.may_farm[i]),
            np.int64(households.education[i]),
            np.int64(households.skills[i]),
        )
        if possible == 1:
            skilled = has_skill(np.int64(households.skills[i]), sector)
            weight = exp(sector_utility(sector, skilled, price[oblast, sector - 1], woman, choosing))
            if sector == AGRICULTURE:
                w1 = weight
            elif sector == PRODUCTION:
                w2 = weight
            elif sector == TRADE:
                w3 = weight
            else:
                w4 = weight
    return chosen(u, w1, w2, w3, w4)


@rule
def put_in(
    i: int, capital: float, households: Households, endowments: Endowments, state: HouseholdState, payment: Payment,
    choosing: Choosing,
) -> None:  # fmt: skip
    """Put the capital bought with a grant into the business of family ``i``, which is opened if it has none (H8)."""
    state.funded[i] = 1
    if state.operating[i] == 1:
        state.capital[i] = np.float64(state.capital[i]) + capital
        return
    luck = uniform(payment.sector, households.identifier[i])
    state.operating[i] = 1
    state.business_age[i] = 0
    state.sector[i] = draw_sector(i, luck, households, endowments, payment.price, choosing)
    state.capital[i] = capital
    state.distress_months[i] = NEVER


@rule
def sign(i: int, amount: float, t: int, state: HouseholdState) -> None:
    """Let the contract of family ``i`` begin with the payment of its grant."""
    state.contract[i] = ACTIVE
    state.contract_month[i] = 1
    state.paid_at[i] = t
    state.visited[i] = NEVER
    state.grant[i] = amount


@rule
def owe(i: int, amount: float, payment: Payment, state: HouseholdState) -> None:
    """Let family ``i`` owe the part of its grant that is to be paid back (question 8)."""
    if payment.repaid_share > 0.0:
        state.repayable[i] = amount * payment.repaid_share
        state.payback[i] = 0.0


@sweep
def begin_to_pay_back(rows: Array, state: HouseholdState, first: int, months: int) -> None:
    """Let the families in ``rows`` that owe a part of their grant begin to pay it back in contract month ``first``."""
    for n in range(len(rows)):
        i = rows[n]
        if state.payback[i] == 0.0 and state.contract_month[i] >= first:
            state.payback[i] = np.float64(state.repayable[i]) / months


@rule
def spend_in_thirds(i: int, amount: float, state: HouseholdState) -> None:
    """Let family ``i`` spend money of its grant on itself, a third in each of three months."""
    third = amount / 3.0
    state.due_1[i] = np.float64(state.due_1[i]) + third
    state.due_2[i] = np.float64(state.due_2[i]) + third
    state.due_3[i] = np.float64(state.due_3[i]) + third


@sweep
def hand_over(rows: Array, households: Households, state: HouseholdState, grant: Array, t: int) -> None:
    """Pay the money of a grant in cash to the families in ``rows``: no contract, no business, nothing lost for it.

    It is spent like the part of a grant that is not invested (question 23).
    """
    for n in range(len(rows)):
        i = rows[n]
        amount = grant[households.oblast[i]]
        state.contract[i], state.paid_at[i], state.grant[i], state.diverted[i] = NONE, t, amount, 1.0
        spend_in_thirds(i, amount, state)


@sweep
def invest(
    rows: Array, households: Households, endowments: Endowments, state: HouseholdState, payment: Payment,
    choosing: Choosing, investing: Investing, spent: Array,
) -> None:  # fmt: skip
    """Pay the grant to the households in ``rows``.

    ``spent`` (oblasts, 2) int64 receives cattle-equivalents bought and the families' own co-investment, of the real
    country in fixed point.
    """
    for n in range(len(rows)):
        i = rows[n]
        oblast, weight = households.oblast[i], np.int64(households.weight[i])
        amount = payment.grant[oblast]
        sign(i, amount, payment.t, state)
        owe(i, amount, payment, state)
        score = normal(uniform(payment.divert, households.identifier[i]))
        diverted = diverted_share(
            investing.diversion, investing.diversion_spread, score, payment.in_kind, investing.in_kind_cut
        )
        capital = invested_capital(amount, investing.leakage, diverted, investing.own_share)
        if capital < choosing.minimum_capital:
            diverted = 1.0
        else:
            put_in(i, capital, households, endowments, state, payment, choosing)
        if diverted < 1.0:
            state.funded_sector[i] = state.sector[i]
            own = capital * investing.own_share / (1.0 + investing.own_share)
            spent[oblast, 1] += weight * fixed(own)
            state.own_money[i] = np.float64(state.own_money[i]) + own
            if state.sector[i] == AGRICULTURE:
                spent[oblast, 0] += weight * fixed(investing.animal_share * capital / payment.cattle_price[oblast])
        state.diverted[i] = diverted
        spend_in_thirds(i, amount * diverted, state)


@sweep
def borrow(
    first: int, last: int, households: Households, state: HouseholdState, amount: float, term: int, take: float,
    key: np.uint64,
) -> None:  # fmt: skip
    """Offer the follow-up loan to live contract businesses in contract month 12 (H9b).

    It is paid back in ``term`` equal parts, whatever the law says of loans later.
    """
    for i in range(row(first), row(last)):
        if state.contract_month[i] == 12 and state.contract[i] == ACTIVE and state.operating[i] == 1:
            if uniform(key, households.identifier[i]) < take:
                state.capital[i] = np.float64(state.capital[i]) + amount
                state.loan[i] = np.float64(state.loan[i]) + amount
                state.instalment[i] = amount / term
