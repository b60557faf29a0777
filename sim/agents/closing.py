"""Closing: how long a business lives (model.md H12).

Young firms close more often than old ones; a contract that binds keeps some alive, and some are wound up when it ends.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import rule
from sim.engine.draws import hazard, uniform
from sim.engine.math import exp, power
from sim.state.businesses import Business, wind_up
from sim.state.households import (
    ACTIVE,
    AGRICULTURE,
    FAILED,
    PRODUCTION,
    TRADE,
    Endowments,
    Households,
    HouseholdState,
)

LEAST_CAPITAL = 10_000.0  # som, below which the hazard no longer rises
OLDEST = 600  # months after which the base hazard no longer falls


class Closing(NamedTuple):
    """Parameters of the closure hazard, yearly, and its log shifts."""

    early: float  # sv_h1, yearly hazard at the start
    mature: float  # sv_hinf, yearly hazard of old microenterprises
    settling: float  # sv_tau, months
    woman: float  # sv_female, single woman operator
    trade: float  # sv_trade
    agriculture: float  # sv_agri
    ability: float  # sv_ability, per standard deviation
    capital: float  # sv_K, per log point of capital over the reference
    coaching: float  # sv_coach
    lock: float  # sv_lock, while the contract binds and the office has visited
    shock: float  # sv_shock, in a month of drought or lost demand
    exit_at_end: float  # sv_exit, probability of liquidation in contract months 37 to 42
    recovery: float  # rec_K, share of capital recovered at closure
    recovery_agriculture: float  # rec_K_agri


class ClosingMonth(NamedTuple):
    """What decides of closures in a month beside the business itself."""

    contract_months: int  # duration of the obligations
    coached: int  # 1: business coaching
    release: int  # 1: a closure in a month of shock ends the suspension of the child benefit
    base_hazard: Array  # (months,), yearly closure hazard by age before any shift
    log_floor: float  # least logarithm of capital over the reference that the closure hazard knows
    monthly_exit: float  # probability that a business is wound up in each of the six months after its contract
    close: np.uint64  # keys of the month
    end: np.uint64


@rule
def contract_lock(contract_month: int, months: int, visited: int, lock: float) -> float:
    """Return the log-hazard shift of a binding contract: full within a year of a visit, half otherwise, 0 without.

    >>> contract_lock(10, 36, 3, -0.6), contract_lock(10, 36, 255, -0.6), contract_lock(37, 36, 3, -0.6)
    (-0.6, -0.3, 0.0)
    """
    if contract_month < 1 or contract_month > months:
        return 0.0
    return lock if visited <= 12 else 0.5 * lock


@rule
def base_hazard(age: int, closing: Closing) -> float:
    """Return the yearly closure hazard at an age in months before any shift: high at first, then settling.

    >>> class P: early, mature, settling = 0.14, 0.08, 14.0
    >>> round(base_hazard(0, P), 9), round(base_hazard(10000, P), 9)
    (0.14, 0.08)
    """
    return closing.mature + (closing.early - closing.mature) * exp(-age / closing.settling)


@rule
def closure_shift(
    sector: int, single_woman: int, ability: float, log_capital: float, coached: int, lock: float, shock: int,
    closing: Closing,
) -> float:  # fmt: skip
    """Return the log shift of the closure hazard of a business (H12).

    ``log_capital`` is the logarithm of capital over the reference, at least that of 10,000 som.

    >>> class P:
    ...     woman, trade, agriculture, ability, capital, coaching, shock = 0.1, 0.2, -0.25, -0.25, -0.15, -0.12, 0.5
    >>> closure_shift(2, 0, 0.0, 0.0, 0, 0.0, 0, P), closure_shift(1, 0, 1.0, 0.0, 0, 0.0, 1, P)
    (0.0, 0.0)
    """
    shift = (
        closing.woman * single_woman
        + closing.ability * ability
        + closing.capital * log_capital
        + closing.coaching * coached
        + lock
        + closing.shock * shock
    )
    if sector == AGRICULTURE:
        shift += closing.agriculture
    elif sector == TRADE:
        shift += closing.trade
    return shift


@rule
def closure_hazard(base: float, shift: float) -> float:
    """Return the yearly closure hazard of a business (H12).

    >>> closure_hazard(0.14, 0.0), closure_hazard(0.14, 0.2) > closure_hazard(0.14, -0.25)
    (0.14, True)
    """
    return base * exp(shift)


@rule
def stays_open(u: float, base: float, shift: float) -> int:
    """Return 1 where a bound without an exponential settles that a business stays open.

    Most draws lie so far above the hazard: up to a shift of one, its exponential is at most one plus twice its positive
    part.

    >>> [int(stays_open(u, 0.14, shift)) for u, shift in ((0.02, 0.0), (0.02, 1.5), (0.01, 0.0))]
    [1, 0, 0]
    """
    return int(shift <= 1.0) & int(12.0 * u > base * (1.000001 + 2.0 * max(shift, 0.0)))


@rule
def closes(u: float, base: float, shift: float) -> bool:
    """Return whether a business closes this month, given its uniform draw.

    >>> closes(0.01, 0.14, 0.0), closes(0.02, 0.14, 0.0), closes(0.02, 0.14, 1.5), closes(0.0115, 0.14, 0.0)
    (True, False, True, True)
    """
    if stays_open(u, base, shift) == 1:
        return False
    yearly = closure_hazard(base, shift)
    return u < yearly / 12.0 and u < hazard(yearly)


@rule
def exit_probability(share: float) -> float:
    """Return the monthly probability that adds up to ``share`` over contract months 37 to 42.

    >>> round(1 - (1 - exit_probability(0.15)) ** 6, 12), exit_probability(0.0), exit_probability(1.0)
    (0.15, 0.0, 1.0)
    """
    return 1.0 - power(1.0 - share, 1.0 / 6.0)


@rule
def recovered_share(sector: int, closing: Closing) -> float:
    """Return the share of capital a family recovers at closure.

    >>> class P: recovery, recovery_agriculture = 0.5, 0.8
    >>> recovered_share(1, P), recovered_share(2, P)
    (0.8, 0.5)
    """
    return closing.recovery_agriculture if sector == AGRICULTURE else closing.recovery


@rule
def shocked(sector: int, winter: int, sewing: int) -> int:
    """Return 1 for a business whose trade is hit this month: herds in a hard winter, sewing when demand falls.

    >>> shocked(1, 1, 1), shocked(1, 0, 1), shocked(2, 0, 1), shocked(3, 1, 1)
    (1, 0, 1, 0)
    """
    return 1 if (sector == AGRICULTURE and winter == 1) or (sector == PRODUCTION and sewing == 1) else 0


@rule
def shift_of(
    i: int, business: Business, households: Households, endowments: Endowments, state: HouseholdState,
    now: ClosingMonth, closing: Closing,
) -> float:  # fmt: skip
    """Return the log shift of the closure hazard of business ``i`` this month."""
    return closure_shift(
        business.sector,
        1 if endowments.operator_woman[i] == 1 and households.adults[i] == 1 else 0,
        np.float64(households.ability[i]),
        max(business.log_capital, now.log_floor),
        now.coached if 1 <= business.month <= now.contract_months else 0,
        contract_lock(business.month, now.contract_months, np.int64(state.visited[i]), closing.lock),
        business.shock,
        closing,
    )


@rule
def ends(business: Business, now: ClosingMonth) -> bool:
    """Return whether a business is wound up because its contract has ended: in one of the six months after it.

    >>> class M: contract_months, monthly_exit, end = 36, 1.0, np.uint64(1)
    >>> first = Business(np.uint32(7), 0, 2, 9, 37, 0.0, 0)
    >>> ends(first, M), ends(first._replace(month=36), M), ends(first._replace(month=43), M)
    (True, False, False)
    """
    after = business.month - now.contract_months
    return 1 <= after <= 6 and bool(uniform(now.end, business.who) < now.monthly_exit)


@rule
def shuts(
    i: int, business: Business, households: Households, endowments: Endowments, state: HouseholdState,
    now: ClosingMonth, closing: Closing,
) -> bool:  # fmt: skip
    """Return whether business ``i`` closes this month (H12)."""
    base = now.base_hazard[min(business.age, len(now.base_hazard) - 1)]
    shift = shift_of(i, business, households, endowments, state, now, closing)
    return closes(uniform(now.close, business.who), base, shift)


@rule
def close_down(i: int, sector: int, blameless: int, state: HouseholdState, release: int, closing: Closing) -> None:
    """Wind up business ``i``; where nobody is to blame that may end the suspension of the child benefit (H3, H12)."""
    wind_up(i, state, recovered_share(sector, closing))
    if state.contract[i] == ACTIVE:
        state.contract[i] = FAILED
    if release == 1 and state.contract_month[i] > 0 and blameless == 1:
        state.released[i] = 1
