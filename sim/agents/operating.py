"""Operating: a business earns, closes, employs and re-invests (model.md H11 to H14)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.agents.closing import closes, closure_shift, contract_lock, exit_probability, recovered_share
from sim.agents.working import expected_family_workers, expected_hires
from sim.columns import BLOCK, fixed
from sim.compiled import rule, sweep
from sim.draws import binomial, normals, poisson, uniform, uniforms
from sim.state.businesses import wind_up

VALUE_SD = 0.25


class Operating(NamedTuple):
    """Parameters of value added and re-investment."""

    return_agriculture: float  # ret_agri, monthly value added per som of capital at the reference capital
    return_production: float  # ret_prod
    return_trade: float  # ret_trade
    return_services: float  # ret_serv
    capital_elasticity: float  # ret_alpha
    ability_sd: float  # ret_sd_ability, log points
    woman: float  # ret_female, log points
    ramp_agriculture: float  # ret_ramp_agri, months until full return
    ramp_other: float  # ret_ramp_other
    fade: float  # ret_fade, log points a year after the ramp
    reinvestment: float  # s_invest, share of net income above half the poverty gap
    depreciation: float  # dep_K, monthly, not in agriculture


class OperatingKeys(NamedTuple):
    """Keys of this month's draws of businesses."""

    animal: np.uint64
    value: np.uint64
    close: np.uint64
    end: np.uint64
    family: np.uint64
    hire: np.uint64
    family_before: np.uint64
    hire_before: np.uint64


class BusinessMonth(NamedTuple):
    """What every business of the month shares."""

    t: int  # month index
    january: int  # 1 in January
    season: float  # seasonal factor of value added
    demand: np.ndarray  # (oblasts, 4), demand times price index
    winter: np.ndarray  # (oblasts,), 1 in the March after a severe winter
    winter_loss: float  # share of herd lost in it
    animal_probability: float  # monthly probability of losing half of a herd
    sewing: int  # 1 in the first month of a fall in sewing demand
    reference: float  # grant_ref, som
    poverty_line: float  # som of 2023 per person
    contract_months: int  # duration of the obligations
    coached: int  # 1: business coaching
    release: int  # 1: a closure in a month of shock ends the suspension of the child benefit
    base_hazard: np.ndarray  # (months,), yearly closure hazard by age before any shift
    log_floor: float  # least logarithm of capital over the reference that the closure hazard knows
    start: int  # month from which a contract counts as new


@rule
def sector_return(sector, operating):  # type: ignore[no-untyped-def]
    """Return the monthly value added per som at the reference capital.

    >>> class P: return_agriculture, return_production, return_trade, return_services = 0.03, 0.05, 0.045, 0.06
    >>> sector_return(1, P), sector_return(4, P)
    (0.03, 0.06)
    """
    if sector == 1:
        return operating.return_agriculture
    if sector == 2:
        return operating.return_production
    if sector == 3:
        return operating.return_trade
    return operating.return_services


@rule
def log_value(sector, log_capital, effect, woman, reference, operating):  # type: ignore[no-untyped-def]
    """Return the logarithm of monthly value added at full ramp with prices and demand of one (H11).

    ``log_capital`` is the logarithm of capital over the reference; ``effect`` the log effect of ability, whose mean is
    taken out so that the average operator earns the sector return (test V16).

    >>> class P:
    ...     return_agriculture, return_production, return_trade, return_services = 0.03, 0.05, 0.045, 0.06
    ...     capital_elasticity, ability_sd, woman = 0.5, 0.0, -0.1
    >>> round(math.exp(log_value(1, 0.0, 0.0, 0, 1e5, P)), 6)
    3000.0
    >>> round(math.exp(log_value(1, math.log(4), 0.0, 0, 1e5, P)), 6)
    6000.0
    """
    return log_value_of(math.log(sector_return(sector, operating) * reference), log_capital, effect, woman, operating)


@rule
def log_value_of(log_return, log_capital, effect, woman, operating):  # type: ignore[no-untyped-def]
    """Return the same from the logarithm of value added at the reference capital, which is one for each sector.

    >>> class P: capital_elasticity, ability_sd, woman = 0.5, 0.0, -0.1
    >>> log_value_of(8.0, 2.0, 0.25, 0, P), log_value_of(8.0, 2.0, 0.25, 1, P)
    (9.25, 9.15)
    """
    return (
        log_return
        + operating.capital_elasticity * log_capital
        + effect
        - 0.5 * operating.ability_sd * operating.ability_sd
        + operating.woman * woman
    )


@rule
def ramp(age, months):  # type: ignore[no-untyped-def]
    """Return the share of full value added that a young business reaches (H11).

    >>> ramp(0, 8.0), ramp(4, 8.0), ramp(20, 8.0)
    (0.0, 0.5, 1.0)
    """
    return min(1.0, age / months)


@rule
def log_fade(age, months, fade):  # type: ignore[no-untyped-def]
    """Return the log loss of an old business after its ramp (H11).

    >>> log_fade(8, 8.0, 0.03), log_fade(20, 8.0, 0.03)
    (-0.0, -0.03)
    """
    return -fade * max(0.0, age - months) / 12.0


@rule
def reinvestment(share, profit, gap):  # type: ignore[no-untyped-def]
    """Return what a family puts back into the business, som a month (H14); poverty comes first.

    >>> reinvestment(0.15, 3000.0, 2000.0), reinvestment(0.15, 1000.0, 4000.0)
    (300.0, 0.0)
    """
    return share * max(0.0, profit - 0.5 * gap)


@rule
def poverty_gap(line, size, other_income):  # type: ignore[no-untyped-def]
    """Return the shortfall of a household to the poverty line without its business, som a month.

    >>> poverty_gap(5000.0, 4, 15000.0), poverty_gap(5000.0, 4, 25000.0)
    (5000.0, 0.0)
    """
    return max(0.0, line * size - other_income)


@rule
def staff(i, households, endowments, state, working, operating, reference, keys):  # type: ignore[no-untyped-def]
    """Draw this year's extra family workers and paid hires of business ``i`` (H13)."""
    who = households.identifier[i]
    sector = np.int64(state.sector[i])
    family = min(
        max(np.int64(households.adults[i]) - 1, 0),
        poisson(uniform(keys.family, who), expected_family_workers(sector, working)),
    )
    hired = poisson(
        uniform(keys.hire, who),
        expected_hires(
            sector, np.float64(state.profit[i]), sector_return(sector, operating) * reference, working
        ),
    )
    state.family_workers[i] = family
    state.family_new[i] = binomial(
        uniform(keys.family_before, who), family, 1.0 - np.float64(endowments.base_employment[i])
    )
    state.hired[i] = hired
    state.hired_new[i] = binomial(uniform(keys.hire_before, who), hired, 1.0 - working.hires_employed)


@sweep
def operate(  # type: ignore[no-untyped-def]
    first, last, households, endowments, state, now, operating, closing, working, keys, sums,
):
    """Let every live business earn, perhaps close, employ and re-invest.

    ``sums`` is (oblasts, 4 sectors, 5) int64 and receives value added and capital of agriculture in fixed point, jobs
    in newly funded businesses, newly funded businesses, and hours of paid hires in fixed point.
    """
    monthly_exit = exit_probability(closing.exit_at_end)
    log_returns = np.empty(5)
    for k in range(1, 5):
        log_returns[k] = math.log(sector_return(k, operating) * now.reference)
    rows = np.empty(BLOCK, np.int64)
    names = np.empty(BLOCK, np.uint32)
    scores = np.empty(BLOCK)
    luck = np.empty(BLOCK)
    begin = first
    while begin < last:
        end = min(begin + BLOCK, last)
        found = 0
        alive = state.operating[begin:end]
        for k in range(end - begin):
            rows[found] = begin + k
            found += 1 if alive[k] != 0 else 0
        for m in range(found):
            names[m] = households.identifier[rows[m]]
        normals(keys.value, names[:found], scores)
        uniforms(keys.close, names[:found], luck)
        for m in range(found):
            i = rows[m]
            who = names[m]
            oblast = households.oblast[i]
            sector = np.int64(state.sector[i])
            age = np.int64(state.business_age[i])
            capital = np.float64(state.capital[i])
            hit = 0
            if sector == 1:
                if now.winter[oblast] == 1:
                    capital = capital * (1.0 - now.winter_loss)
                    hit = 1
                if uniform(keys.animal, who) < now.animal_probability:
                    capital = 0.5 * capital
                    hit = 1
                state.capital[i] = capital
                capital = np.float64(state.capital[i])
            shock = 1 if (sector == 1 and now.winter[oblast] == 1) or (sector == 2 and now.sewing == 1) else 0
            woman = np.int64(endowments.operator_woman[i])
            full_after = operating.ramp_agriculture if sector == 1 else operating.ramp_other
            log_capital = math.log(capital / now.reference)
            effect = np.float64(endowments.ability_effect[i])
            profit = (
                math.exp(
                    log_value_of(log_returns[sector], log_capital, effect, woman, operating)
                    + VALUE_SD * scores[m]
                    - 0.5 * VALUE_SD * VALUE_SD
                    + log_fade(age, full_after, operating.fade)
                )
                * ramp(age, full_after)
                * now.season
                * now.demand[oblast, sector - 1]
            )
            month = np.int64(state.contract_month[i])
            shift = closure_shift(
                sector,
                1 if woman == 1 and households.adults[i] == 1 else 0,
                np.float64(households.ability[i]),
                max(log_capital, now.log_floor),
                now.coached if 1 <= month <= now.contract_months else 0,
                contract_lock(month, now.contract_months, np.int64(state.visited[i]), closing.lock),
                shock,
                closing,
            )
            shuts = closes(luck[m], now.base_hazard[min(age, len(now.base_hazard) - 1)], shift)
            if now.contract_months < month <= now.contract_months + 6 and uniform(keys.end, who) < monthly_exit:
                shuts = True
            state.profit[i] = profit
            if age <= now.t:
                sums[oblast, sector - 1, 0] += fixed(np.float64(state.profit[i]))
            if shuts:
                wind_up(i, state, recovered_share(sector, closing))
                if state.contract[i] == 5:
                    state.contract[i] = 7
                if now.release == 1 and month > 0 and (hit == 1 or shock == 1):
                    state.released[i] = 1
                continue
            if now.january == 1 or age == 0:
                staff(i, households, endowments, state, working, operating, now.reference, keys)
            gap = poverty_gap(now.poverty_line, np.int64(households.size[i]), np.float64(state.other_income[i]))
            back = reinvestment(operating.reinvestment, np.float64(state.profit[i]), gap)
            state.reinvested[i] = back
            if sector != 1:
                capital = capital * (1.0 - operating.depreciation)
            state.capital[i] = capital + back
            distressed = np.float64(state.smoothed[i]) < 0.8 * now.poverty_line and state.loan[i] == 0.0
            if distressed and state.distress_months[i] >= 12:
                third = 0.2 * np.float64(state.capital[i]) / 3.0
                state.due_1[i] = np.float64(state.due_1[i]) + third
                state.due_2[i] = np.float64(state.due_2[i]) + third
                state.due_3[i] = np.float64(state.due_3[i]) + third
                state.capital[i] = 0.8 * np.float64(state.capital[i])
                state.distress_months[i] = 0
            elif state.distress_months[i] < 255:
                state.distress_months[i] += 1
            state.business_age[i] = age + 1
            if sector == 1:
                sums[oblast, 0, 1] += fixed(np.float64(state.capital[i]))
            if state.funded[i] == 1 and state.paid_at[i] >= now.start:
                sums[oblast, sector - 1, 2] += 1 + np.int64(state.family_workers[i]) + np.int64(state.hired[i])
                sums[oblast, sector - 1, 3] += 1
            sums[oblast, sector - 1, 4] += fixed(np.float64(state.hired[i]) * working.hire_fte)
        begin = end
