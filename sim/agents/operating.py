"""Operating: a business earns, closes, employs and re-invests (model.md H11 to H14)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.agents.closing import close_down, closes, exit_probability, list_doubtful, shift_closures
from sim.agents.tallying import add_up_businesses, add_up_value
from sim.agents.working import expected_family_workers, expected_hires
from sim.engine.columns import BLOCK, run_end
from sim.engine.compiled import rule, sweep
from sim.engine.draws import binomial, normals, poisson, uniform, uniforms
from sim.engine.lanes import exponentials, logarithms
from sim.state.businesses import grow_older

VALUE_SD = 0.25
ROWS = 4 * BLOCK  # households looked at together; about three in ten run a business


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
    saturation: float  # ret_full, log of capital over the reference beyond which a family's own hands are full (K14)


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
    ...     capital_elasticity, ability_sd, woman, saturation = 0.5, 0.0, -0.1, 3.0
    >>> round(math.exp(log_value(1, 0.0, 0.0, 0, 1e5, P)), 6)
    3000.0
    >>> round(math.exp(log_value(1, math.log(4), 0.0, 0, 1e5, P)), 6)
    6000.0
    """
    return log_value_of(math.log(sector_return(sector, operating) * reference), log_capital, effect, woman, operating)


@rule
def log_value_of(log_return, log_capital, effect, woman, operating):  # type: ignore[no-untyped-def]
    """Return the same from the logarithm of value added at the reference capital, which is one for each sector.

    Capital beyond that which a family can work adds nothing (K14).

    >>> class P: capital_elasticity, ability_sd, woman, saturation = 0.5, 0.0, -0.1, 3.0
    >>> log_value_of(8.0, 2.0, 0.25, 0, P), log_value_of(8.0, 2.0, 0.25, 1, P), log_value_of(8.0, 7.0, 0.25, 0, P)
    (9.25, 9.15, 9.75)
    """
    return (
        log_return
        + operating.capital_elasticity * min(log_capital, operating.saturation)
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
def room_to_grow(capital: float, reference: float, operating: Operating) -> int:
    """Return 1 while more capital would add to a business's value; a family puts no more into a full one (K14).

    >>> class P: saturation = math.log(4.0)
    >>> room_to_grow(399_000.0, 100_000.0, P), room_to_grow(401_000.0, 100_000.0, P)
    (1, 0)
    """
    return 1 if capital < reference * math.exp(operating.saturation) else 0


@rule
def poverty_gap(line, size, consumption):  # type: ignore[no-untyped-def]
    """Return the shortfall of a household's consumption to the poverty line, som a month; consumption is per person.

    >>> poverty_gap(5000.0, 4, 3750.0), poverty_gap(5000.0, 4, 6000.0)
    (5000.0, 0.0)
    """
    return max(0.0, (line - consumption) * size)


@rule
def staff(i, households, endowments, state, working, operating, reference, keys):  # type: ignore[no-untyped-def]
    """Draw this year's extra family workers and paid hires of business ``i`` (H13)."""
    who = households.identifier[i]
    sector = np.int64(state.sector[i])
    family = min(
        max(np.int64(households.adults[i]) - 1, 0),
        poisson(
            uniform(keys.family, who),
            expected_family_workers(sector, np.float64(state.capital[i]) / reference, working),
        ),
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
def suffer(rows, luck, sectors, frozen, state, now, capital, hits):  # type: ignore[no-untyped-def]
    """Let the herds of one oblast die in a severe winter and by misfortune; set the capital left and who was hit.

    ``frozen`` is whether the winter was severe there (X1, X2); ``sectors`` are those of the businesses in ``rows``.

    >>> class S: capital = np.array([100.0, 100.0, 100.0])
    >>> class M: winter_loss, animal_probability = 0.25, 0.01
    >>> rows, luck, sectors = np.arange(3), np.array([0.5, 0.5, 0.001]), np.array([1, 2, 1])
    >>> capital, hits = np.zeros(3), np.zeros(3, dtype=np.uint8)
    >>> suffer(rows, luck, sectors, True, S, M, capital, hits)
    >>> capital.tolist(), hits.tolist(), S.capital.tolist()
    ([75.0, 100.0, 37.5], [1, 0, 1], [75.0, 100.0, 37.5])
    """
    for m in range(len(rows)):
        capital[m] = np.float64(state.capital[rows[m]])
    struck = 0
    for m in range(len(rows)):
        hits[m] = np.uint8(sectors[m] == 1) & (np.uint8(frozen) | np.uint8(luck[m] < now.animal_probability))
        struck += hits[m]
    if struck == 0:
        return
    for m in range(len(rows)):
        if hits[m] == 1:
            left = capital[m]
            if frozen:
                left = left * (1.0 - now.winter_loss)
            if luck[m] < now.animal_probability:
                left = 0.5 * left
            state.capital[rows[m]] = left
            capital[m] = np.float64(state.capital[rows[m]])


@rule
def of_sector(sector, values):  # type: ignore[no-untyped-def]
    """Return that of four values which belongs to a sector.

    >>> [of_sector(sector, (0.5, 2.0, 3.0, 4.0)) for sector in (1, 2, 3, 4)]
    [0.5, 2.0, 3.0, 4.0]
    """
    return (values[0] if sector == 1 else values[1]) if sector <= 2 else (values[2] if sector == 3 else values[3])


@rule
def earn_profit(  # type: ignore[no-untyped-def]
    rows, sectors, ages, scores, logs, log_returns, demand, endowments, state, now, operating, exponents, profits,
):
    """Set the month's value added of an oblast's businesses, given the logarithm of capital over the reference (H11).

    ``log_returns`` and ``demand`` have one value for each sector; ``profits`` receives value added as the state keeps
    it. Columns are fetched first, so that several businesses are worked out at a time.
    """
    count = len(rows)
    effects, women = np.empty(count), np.empty(count, np.uint8)
    for m in range(count):
        effects[m] = np.float64(endowments.ability_effect[rows[m]])
        women[m] = endowments.operator_woman[rows[m]]
    for m in range(count):
        full_after = operating.ramp_agriculture if sectors[m] == 1 else operating.ramp_other
        exponents[m] = (
            log_value_of(of_sector(sectors[m], log_returns), logs[m], effects[m], np.int64(women[m]), operating)
            + VALUE_SD * scores[m]
            - 0.5 * VALUE_SD * VALUE_SD
            + log_fade(ages[m], full_after, operating.fade)
        )
    exponentials(exponents[:count], profits)
    for m in range(count):
        full_after = operating.ramp_agriculture if sectors[m] == 1 else operating.ramp_other
        profits[m] = profits[m] * ramp(ages[m], full_after) * now.season * of_sector(sectors[m], demand)
    for m in range(count):
        state.profit[rows[m]] = profits[m]
    for m in range(count):
        profits[m] = np.float64(np.float32(profits[m]))


@rule
def sell_in_distress(i, state):  # type: ignore[no-untyped-def]
    """Let a family in distress sell a fifth of its business over three months.

    >>> class S: capital, sold_1, sold_2, sold_3 = np.array([90.0]), np.zeros(1), np.zeros(1), np.ones(1)
    >>> sell_in_distress(0, S)
    >>> S.capital.tolist(), S.sold_2.tolist(), S.sold_3.tolist()
    ([72.0], [6.0], [7.0])
    """
    third = 0.2 * np.float64(state.capital[i]) / 3.0
    state.sold_1[i] = np.float64(state.sold_1[i]) + third
    state.sold_2[i] = np.float64(state.sold_2[i]) + third
    state.sold_3[i] = np.float64(state.sold_3[i]) + third
    state.capital[i] = 0.8 * np.float64(state.capital[i])


@rule
def carry_on(  # type: ignore[no-untyped-def]
    rows, sectors, ages, capital, profits, backs, households, endowments, state, now, operating, working, keys,
):
    """Let businesses that stay open employ, re-invest, and sell off a part in distress once a year.

    ``capital`` is on return what the state keeps.
    """
    count = len(rows)
    for m in range(count):
        if now.january == 1 or ages[m] == 0:
            staff(rows[m], households, endowments, state, working, operating, now.reference, keys)
    for m in range(count):
        backs[m] = np.float64(state.consumption[rows[m]])
    for m in range(count):
        gap = poverty_gap(now.poverty_line, np.int64(households.size[rows[m]]), backs[m])
        backs[m] = reinvestment(operating.reinvestment, profits[m], gap)
        backs[m] *= room_to_grow(capital[m], now.reference, operating)
    for m in range(count):
        left = capital[m] if sectors[m] == 1 else capital[m] * (1.0 - operating.depreciation)
        capital[m] = np.float64(np.float32(left + backs[m]))
    for m in range(count):
        state.reinvested[rows[m]] = backs[m]
        state.capital[rows[m]] = capital[m]
    places = np.empty(count, np.int64)
    found = 0
    for m in range(count):
        places[found] = m
        found += np.int64(np.float64(state.consumption[rows[m]]) < 0.8 * now.poverty_line)
    for c in range(found):
        m = places[c]
        i = rows[m]
        if state.loan[i] == 0.0 and state.distress_months[i] > 12:
            sell_in_distress(i, state)
            state.distress_months[i] = 0
            capital[m] = np.float64(state.capital[i])


@sweep
def operate(  # type: ignore[no-untyped-def]
    first, last, households, endowments, state, now, operating, closing, working, keys, sums,
):
    """Let every live business earn, perhaps close, employ and re-invest.

    ``sums`` is (oblasts, 4 sectors, 5) int64 and receives, of the real country, value added and capital of agriculture
    in fixed point, jobs in newly funded businesses, newly funded businesses, and hours of paid hires in fixed point.
    What several steps look at is fetched once for all live businesses of a block, which lie in one oblast.
    """
    monthly_exit = exit_probability(closing.exit_at_end)
    oldest = len(now.base_hazard) - 1
    log_returns = (
        math.log(operating.return_agriculture * now.reference), math.log(operating.return_production * now.reference),
        math.log(operating.return_trade * now.reference), math.log(operating.return_services * now.reference),
    )  # fmt: skip
    live = np.empty(ROWS, np.uint64)  # rows without a sign: nobody has to ask whether they count from the end
    names = np.empty(ROWS, np.uint32)
    sectors, ages, months = np.empty(ROWS, np.int64), np.empty(ROWS, np.int64), np.empty(ROWS, np.int64)
    weights = np.empty(ROWS, np.int64)
    scores, luck, capital = np.empty(ROWS), np.empty(ROWS), np.empty(ROWS)
    logs, shifts, profits = np.empty(ROWS), np.empty(ROWS), np.empty(ROWS)
    hits, chosen = np.zeros(ROWS, np.uint8), np.empty(ROWS, np.int64)
    begin = first
    while begin < last:
        end = run_end(households.oblast, begin, min(begin + ROWS, last))
        oblast = households.oblast[begin]
        found = 0
        alive = state.operating[begin:end]
        for k in range(end - begin):
            live[found] = begin + k
            found += np.int64(alive[k] != 0)
        rows = live[:found]
        for m in range(found):
            i = rows[m]
            names[m] = households.identifier[i]
            weights[m] = households.weight[i]
            sectors[m] = state.sector[i]
            ages[m] = state.business_age[i]
        uniforms(keys.animal, names[:found], luck)
        suffer(rows, luck, sectors, now.winter[oblast] == 1, state, now, capital, hits)
        normals(keys.value, names[:found], scores)
        for m in range(found):
            shifts[m] = capital[m] / now.reference
        logarithms(shifts[:found], logs)
        felt = now.demand[oblast, 0], now.demand[oblast, 1], now.demand[oblast, 2], now.demand[oblast, 3]
        earn_profit(
            rows, sectors, ages, scores, logs, log_returns, felt, endowments, state, now, operating, shifts, profits
        )
        add_up_value(weights, profits[:found], sectors, ages, now.t, sums[oblast])
        shift_closures(rows, sectors, logs, months, oblast, households, endowments, state, now, closing, shifts)
        uniforms(keys.close, names[:found], luck)
        closed = 0
        for c in range(list_doubtful(luck, ages[:found], months, shifts, now, chosen)):
            m = chosen[c]
            ends = now.contract_months < months[m] <= now.contract_months + 6
            shuts = closes(luck[m], now.base_hazard[min(ages[m], oldest)], shifts[m])
            if shuts or (ends and uniform(keys.end, names[m]) < monthly_exit):
                close_down(rows[m], sectors[m], hits[m], oblast, state, now, closing)
                sectors[m] = 0
                closed += 1
        if closed > 0:
            stays = 0
            for m in range(found):
                rows[stays] = rows[m]
                weights[stays] = weights[m]
                sectors[stays] = sectors[m]
                ages[stays] = ages[m]
                capital[stays] = capital[m]
                profits[stays] = profits[m]
                stays += np.int64(sectors[m] != 0)
            rows = rows[:stays]
        grow_older(alive, state.business_age[begin:end], state.distress_months[begin:end])
        carry_on(
            rows, sectors, ages, capital, profits, shifts, households, endowments, state, now, operating, working, keys
        )
        add_up_businesses(rows, weights, sectors, capital, state, now, working, chosen, sums[oblast])
        begin = end
