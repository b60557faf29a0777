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
from sim.lanes import exponentials, logarithms
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


@rule
def suffer(rows, luck, households, state, now, capital, hits):  # type: ignore[no-untyped-def]
    """Let herds die in a severe winter and by misfortune; set the capital that is left and who was hit (X1, X2).

    >>> class H: oblast = np.array([0, 0, 1])
    >>> class S: sector, capital = np.array([1, 2, 1]), np.array([100.0, 100.0, 100.0])
    >>> class M: winter, winter_loss, animal_probability = np.array([1, 0]), 0.25, 0.01
    >>> capital, hits = np.zeros(3), np.zeros(3, dtype=np.uint8)
    >>> suffer(np.arange(3), np.array([0.5, 0.5, 0.001]), H, S, M, capital, hits)
    >>> capital.tolist(), hits.tolist(), S.capital.tolist()
    ([75.0, 100.0, 50.0], [1, 0, 1], [75.0, 100.0, 50.0])
    """
    for m in range(len(rows)):
        capital[m] = np.float64(state.capital[rows[m]])
        hits[m] = 0
    for m in range(len(rows)):
        i = rows[m]
        frozen = now.winter[households.oblast[i]] == 1
        if (frozen or luck[m] < now.animal_probability) and state.sector[i] == 1:
            left = capital[m]
            if frozen:
                left = left * (1.0 - now.winter_loss)
            if luck[m] < now.animal_probability:
                left = 0.5 * left
            hits[m] = 1
            state.capital[i] = left
            capital[m] = np.float64(state.capital[i])


@rule
def earn_profit(  # type: ignore[no-untyped-def]
    rows, scores, logs, log_returns, households, endowments, state, now, operating, exponents, profits,
):  # fmt: skip
    """Set the month's value added of businesses, given the logarithm of their capital over the reference (H11)."""
    for m in range(len(rows)):
        i = rows[m]
        sector = np.int64(state.sector[i])
        full_after = operating.ramp_agriculture if sector == 1 else operating.ramp_other
        woman = np.int64(endowments.operator_woman[i])
        effect = np.float64(endowments.ability_effect[i])
        exponents[m] = (
            log_value_of(log_returns[sector], logs[m], effect, woman, operating)
            + VALUE_SD * scores[m]
            - 0.5 * VALUE_SD * VALUE_SD
            + log_fade(np.int64(state.business_age[i]), full_after, operating.fade)
        )
    exponentials(exponents[: len(rows)], profits)
    for m in range(len(rows)):
        i = rows[m]
        sector = np.int64(state.sector[i])
        full_after = operating.ramp_agriculture if sector == 1 else operating.ramp_other
        price = now.demand[households.oblast[i], sector - 1]
        profits[m] = profits[m] * ramp(np.int64(state.business_age[i]), full_after) * now.season * price
        state.profit[i] = profits[m]


@rule
def shocked(sector, oblast, now):  # type: ignore[no-untyped-def]
    """Return 1 for a business whose trade is hit this month: herds in a hard winter, sewing when demand falls.

    >>> class M: winter, sewing = np.array([1, 0]), 1
    >>> shocked(1, 0, M), shocked(1, 1, M), shocked(2, 1, M), shocked(3, 0, M)
    (1, 0, 1, 0)
    """
    return 1 if (sector == 1 and now.winter[oblast] == 1) or (sector == 2 and now.sewing == 1) else 0


@rule
def shift_closures(rows, logs, households, endowments, state, now, closing, shifts):  # type: ignore[no-untyped-def]
    """Set the log shift of each business's closure hazard (H12)."""
    for m in range(len(rows)):
        i = rows[m]
        sector = np.int64(state.sector[i])
        month = np.int64(state.contract_month[i])
        shifts[m] = closure_shift(
            sector,
            1 if endowments.operator_woman[i] == 1 and households.adults[i] == 1 else 0,
            np.float64(households.ability[i]),
            max(logs[m], now.log_floor),
            now.coached if 1 <= month <= now.contract_months else 0,
            contract_lock(month, now.contract_months, np.int64(state.visited[i]), closing.lock),
            shocked(sector, households.oblast[i], now),
            closing,
        )


@rule
def close_down(i, hit, households, state, now, closing):  # type: ignore[no-untyped-def]
    """Wind up business ``i``; closing in a month of shock may end the suspension of the child benefit (H3, H12)."""
    sector = np.int64(state.sector[i])
    shock = shocked(sector, households.oblast[i], now)
    wind_up(i, state, recovered_share(sector, closing))
    if state.contract[i] == 5:
        state.contract[i] = 7
    if now.release == 1 and state.contract_month[i] > 0 and (hit == 1 or shock == 1):
        state.released[i] = 1


@rule
def sell_in_distress(i, state):  # type: ignore[no-untyped-def]
    """Let a family in distress sell a fifth of its business and consume it in three months.

    >>> class S: capital, due_1, due_2, due_3 = np.array([90.0]), np.zeros(1), np.zeros(1), np.ones(1)
    >>> sell_in_distress(0, S)
    >>> S.capital.tolist(), S.due_2.tolist(), S.due_3.tolist()
    ([72.0], [6.0], [7.0])
    """
    third = 0.2 * np.float64(state.capital[i]) / 3.0
    state.due_1[i] = np.float64(state.due_1[i]) + third
    state.due_2[i] = np.float64(state.due_2[i]) + third
    state.due_3[i] = np.float64(state.due_3[i]) + third
    state.capital[i] = 0.8 * np.float64(state.capital[i])


@rule
def carry_on(rows, capital, households, endowments, state, now, operating, working, keys):  # type: ignore[no-untyped-def]
    """Let businesses that stay open employ, re-invest, sell off a part in distress once a year, and grow older."""
    for m in range(len(rows)):
        i = rows[m]
        if now.january == 1 or state.business_age[i] == 0:
            staff(i, households, endowments, state, working, operating, now.reference, keys)
    for m in range(len(rows)):
        i = rows[m]
        gap = poverty_gap(now.poverty_line, np.int64(households.size[i]), np.float64(state.other_income[i]))
        back = reinvestment(operating.reinvestment, np.float64(state.profit[i]), gap)
        state.reinvested[i] = back
        left = capital[m] if state.sector[i] == 1 else capital[m] * (1.0 - operating.depreciation)
        state.capital[i] = left + back
        state.business_age[i] += 1
    sellers = np.empty(len(rows), np.int64)
    found = 0
    for m in range(len(rows)):
        i = rows[m]
        since = np.int64(state.distress_months[i])
        state.distress_months[i] = since + (1 if since < 255 else 0)
        sellers[found] = i
        poor = np.float64(state.smoothed[i]) < 0.8 * now.poverty_line
        found += np.int64(poor) & np.int64(state.loan[i] == 0.0) & np.int64(since >= 12)
    for m in range(found):
        sell_in_distress(sellers[m], state)
        state.distress_months[sellers[m]] = 0


@rule
def add_up_businesses(rows, households, state, now, working, sums):  # type: ignore[no-untyped-def]
    """Add capital of agriculture, newly funded businesses, their jobs, and hours of hires to the month's sums."""
    for m in range(len(rows)):
        i = rows[m]
        sums[households.oblast[i], 0, 1] += fixed(np.float64(state.capital[i])) if state.sector[i] == 1 else 0
    for m in range(len(rows)):
        i = rows[m]
        if state.funded[i] == 1 and state.paid_at[i] >= now.start:
            place = sums[households.oblast[i], state.sector[i] - 1]
            place[2] += 1 + np.int64(state.family_workers[i]) + np.int64(state.hired[i])
            place[3] += 1
        if state.hired[i] > 0:
            hours = fixed(np.float64(state.hired[i]) * working.hire_fte)
            sums[households.oblast[i], state.sector[i] - 1, 4] += hours


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
    live = np.empty(BLOCK, np.int64)
    names = np.empty(BLOCK, np.uint32)
    scores, luck, capital = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    logs, shifts = np.empty(BLOCK), np.empty(BLOCK)
    hits = np.zeros(BLOCK, np.uint8)
    begin = first
    while begin < last:
        end = min(begin + BLOCK, last)
        found = 0
        alive = state.operating[begin:end]
        for k in range(end - begin):
            live[found] = begin + k
            found += 1 if alive[k] != 0 else 0
        rows = live[:found]
        for m in range(found):
            names[m] = households.identifier[rows[m]]
        uniforms(keys.animal, names[:found], luck)
        suffer(rows, luck, households, state, now, capital, hits)
        normals(keys.value, names[:found], scores)
        uniforms(keys.close, names[:found], luck)
        for m in range(found):
            shifts[m] = capital[m] / now.reference
        logarithms(shifts[:found], logs)
        earn_profit(rows, scores, logs, log_returns, households, endowments, state, now, operating, shifts, scores)
        shift_closures(rows, logs, households, endowments, state, now, closing, shifts)
        stays = 0
        for m in range(found):
            i = rows[m]
            age = np.int64(state.business_age[i])
            month = np.int64(state.contract_month[i])
            shuts = closes(luck[m], now.base_hazard[min(age, len(now.base_hazard) - 1)], shifts[m])
            if now.contract_months < month <= now.contract_months + 6 and uniform(keys.end, names[m]) < monthly_exit:
                shuts = True
            if age <= now.t:
                sums[households.oblast[i], state.sector[i] - 1, 0] += fixed(np.float64(state.profit[i]))
            if shuts:
                close_down(i, hits[m], households, state, now, closing)
            rows[stays] = i
            capital[stays] = capital[m]
            stays += 0 if shuts else 1
        carry_on(rows[:stays], capital, households, endowments, state, now, operating, working, keys)
        add_up_businesses(rows[:stays], households, state, now, working, sums)
        begin = end
