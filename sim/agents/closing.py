"""Closing: how long a business lives (model.md H12).

Young firms close more often than old ones; a contract that binds keeps some alive, and some are wound up when it ends.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.compiled import rule
from sim.engine.draws import hazard
from sim.engine.math import exp, power
from sim.state.businesses import wind_up

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


@rule
def contract_lock(contract_month, months, visited, lock):  # type: ignore[no-untyped-def]
    """Return the log-hazard shift of a binding contract: full within a year of a visit, half otherwise, 0 without.

    >>> contract_lock(10, 36, 3, -0.6), contract_lock(10, 36, 255, -0.6), contract_lock(37, 36, 3, -0.6)
    (-0.6, -0.3, 0.0)
    """
    if contract_month < 1 or contract_month > months:
        return 0.0
    return lock if visited <= 12 else 0.5 * lock


@rule
def base_hazard(age, closing):  # type: ignore[no-untyped-def]
    """Return the yearly closure hazard at an age in months before any shift: high at first, then settling.

    >>> class P: early, mature, settling = 0.14, 0.08, 14.0
    >>> round(base_hazard(0, P), 9), round(base_hazard(10000, P), 9)
    (0.14, 0.08)
    """
    return closing.mature + (closing.early - closing.mature) * exp(-age / closing.settling)


@rule
def closure_shift(  # type: ignore[no-untyped-def]
    sector, single_woman, ability, log_capital, coached, lock, shock, closing,
):
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
    if sector == 1:
        shift += closing.agriculture
    elif sector == 3:
        shift += closing.trade
    return shift


@rule
def closure_hazard(base, shift):  # type: ignore[no-untyped-def]
    """Return the yearly closure hazard of a business (H12).

    >>> closure_hazard(0.14, 0.0), closure_hazard(0.14, 0.2) > closure_hazard(0.14, -0.25)
    (0.14, True)
    """
    return base * exp(shift)


@rule
def closes(u, base, shift):  # type: ignore[no-untyped-def]
    """Return whether a business closes this month, given its uniform draw.

    Most draws lie so far above the hazard that a bound settles it: up to a shift of one, its exponential is at most one
    plus twice its positive part.

    >>> closes(0.01, 0.14, 0.0), closes(0.02, 0.14, 0.0), closes(0.02, 0.14, 1.5), closes(0.0115, 0.14, 0.0)
    (True, False, True, True)
    """
    if shift <= 1.0 and 12.0 * u > base * (1.000001 + 2.0 * max(shift, 0.0)):
        return False
    return u < hazard(closure_hazard(base, shift))


@rule
def exit_probability(share):  # type: ignore[no-untyped-def]
    """Return the monthly probability that adds up to ``share`` over contract months 37 to 42.

    >>> round(1 - (1 - exit_probability(0.15)) ** 6, 12), exit_probability(0.0), exit_probability(1.0)
    (0.15, 0.0, 1.0)
    """
    return 1.0 - power(1.0 - share, 1.0 / 6.0)


@rule
def recovered_share(sector, closing):  # type: ignore[no-untyped-def]
    """Return the share of capital a family recovers at closure.

    >>> class P: recovery, recovery_agriculture = 0.5, 0.8
    >>> recovered_share(1, P), recovered_share(2, P)
    (0.8, 0.5)
    """
    return closing.recovery_agriculture if sector == 1 else closing.recovery


@rule
def shocked(sector, oblast, now):  # type: ignore[no-untyped-def]
    """Return 1 for a business whose trade is hit this month: herds in a hard winter, sewing when demand falls.

    >>> class M: winter, sewing = np.array([1, 0]), 1
    >>> shocked(1, 0, M), shocked(1, 1, M), shocked(2, 1, M), shocked(3, 0, M)
    (1, 0, 1, 0)
    """
    return 1 if (sector == 1 and now.winter[oblast] == 1) or (sector == 2 and now.sewing == 1) else 0


@rule
def shift_of(i, sector, log_capital, shock, households, endowments, state, now, closing):  # type: ignore[no-untyped-def]
    """Return the log shift of the closure hazard of business ``i`` this month."""
    month = np.int64(state.contract_month[i])
    return closure_shift(
        sector,
        1 if endowments.operator_woman[i] == 1 and households.adults[i] == 1 else 0,
        np.float64(households.ability[i]),
        max(log_capital, now.log_floor),
        now.coached if 1 <= month <= now.contract_months else 0,
        contract_lock(month, now.contract_months, np.int64(state.visited[i]), closing.lock),
        shock,
        closing,
    )


@rule
def close_down(i, sector, blameless, state, now, closing):  # type: ignore[no-untyped-def]
    """Wind up business ``i``; where nobody is to blame that may end the suspension of the child benefit (H3, H12)."""
    wind_up(i, state, recovered_share(sector, closing))
    if state.contract[i] == 5:
        state.contract[i] = 7
    if now.release == 1 and state.contract_month[i] > 0 and blameless == 1:
        state.released[i] = 1
