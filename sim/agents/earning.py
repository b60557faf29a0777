"""Earning: market income and underlying work of a family, whatever the programme does (model.md H1, H2).

Income has a permanent part, a persistent shock that fades slowly and a transitory shock. Its persistence is what stops
the model from crediting the programme with mean reversion: families apply when they are down, and many would have
recovered anyway.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.engine.columns import BLOCK, run_end
from sim.engine.compiled import rule, sweep
from sim.engine.draws import normals, uniforms
from sim.engine.lanes import exponentials


class Earning(NamedTuple):
    """Parameters of income and underlying work."""

    persistence: float  # inc_rho, monthly autocorrelation of the persistent shock
    permanent_sd: float  # inc_sd_perm, log points
    shock_sd: float  # inc_sd_ar, stationary, log points
    transitory_sd: float  # inc_sd_tr, log points
    survey_sd: float  # inc_sd_me, noise of observed annual log consumption
    poverty_line: float  # poor_line_m, som of 2023 per person and month
    base_employment: float  # lab_prior, share of potential operators who work without a contract
    join_hazard: float  # lab_join, monthly
    tightness: float  # lab_th_el, elasticity of job finding to incumbent employment


@rule
def next_shock(shock, persistence, sd, score):  # type: ignore[no-untyped-def]
    """Return the persistent income shock of the month (H1).

    >>> next_shock(1.0, 0.9, 0.5, 0.0)
    0.9
    >>> next_shock(0.0, 0.6, 0.5, 1.0)
    0.4
    """
    return persistence * shock + sd * math.sqrt(1.0 - persistence * persistence) * score


@rule
def log_market_income(log_income, shock, season, growth, transitory_sd, score):  # type: ignore[no-untyped-def]
    """Return the logarithm of market income per person (H1); the transitory shock has mean one.

    >>> log_market_income(8.0, 0.5, 0.0, 0.25, 0.0, 1.3), log_market_income(8.0, 0.5, 0.0, 0.0, 2.0, 1.0)
    (8.75, 8.5)
    """
    return log_income + shock + season + growth + transitory_sd * score - 0.5 * transitory_sd * transitory_sd


@rule
def works(worked, join_hazard, leave_hazard, tightness, u):  # type: ignore[no-untyped-def]
    """Return 1 if the operator has underlying work this month, else 0 (H2).

    Tightness enters job finding only; in both hazards it would cancel.

    >>> works(0, 0.02, 0.01, 1.0, 0.015), works(0, 0.02, 0.01, 1.0, 0.5), works(1, 0.02, 0.01, 1.0, 0.005)
    (1, 0, 0)
    """
    if worked == 1:
        return 1 if u >= leave_hazard else 0
    return 1 if u < min(max(join_hazard * tightness, 0.0), 0.5) else 0


@sweep
def earn(first, last, households, endowments, state, growth, season, earning, key_shock, key_transitory):  # type: ignore[no-untyped-def]
    """Set this month's persistent shock and market income of every household; ``season`` in log points."""
    scores = np.empty(BLOCK)
    values = np.empty(BLOCK)
    begin = first
    while begin < last:
        end = run_end(households.oblast, begin, min(begin + BLOCK, last))
        who = households.identifier[begin:end]
        shock = state.shock[begin:end]
        fixed_part = endowments.log_income[begin:end]
        income = state.income[begin:end]
        rise = growth[households.oblast[begin]]
        normals(key_shock, who, values[: end - begin])
        normals(key_transitory, who, scores[: end - begin])
        for k in range(len(who)):
            values[k] = next_shock(np.float64(shock[k]), earning.persistence, earning.shock_sd, values[k])
        for k in range(len(who)):
            shock[k] = values[k]
        for k in range(len(who)):
            values[k] = log_market_income(
                np.float64(fixed_part[k]), values[k], season, rise, earning.transitory_sd, scores[k]
            )
        exponentials(values[: end - begin], scores)
        for k in range(len(who)):
            income[k] = scores[k]
        begin = end


@sweep
def work(first, last, households, endowments, state, tightness, key):  # type: ignore[no-untyped-def]
    """Set the underlying employment of every potential operator."""
    luck = np.empty(BLOCK)
    begin = first
    while begin < last:
        end = run_end(households.oblast, begin, min(begin + BLOCK, last))
        who = households.identifier[begin:end]
        operator = endowments.has_operator[begin:end]
        join = endowments.join_hazard[begin:end]
        leave = endowments.leave_hazard[begin:end]
        employed = state.employed[begin:end]
        tight = tightness[households.oblast[begin]]
        uniforms(key, who, luck[: end - begin])
        for k in range(len(who)):
            now = works(np.int64(employed[k]), np.float64(join[k]), np.float64(leave[k]), tight, luck[k])
            employed[k] = now if operator[k] == 1 else employed[k]
        begin = end
