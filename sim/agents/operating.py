"""Operating: a business earns, closes, employs and re-invests (model.md H11 to H14)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.closing import Closing, ClosingMonth, close_down, ends, shocked, shuts
from sim.agents.tallying import add_business, add_value
from sim.agents.working import Working, expected_family_workers, expected_hires
from sim.engine.columns import Array, fixed, row
from sim.engine.compiled import rule, sweep
from sim.engine.draws import binomial, poisson, uniform
from sim.engine.math import exp, log, normal
from sim.state.businesses import Business, grow_older
from sim.state.households import (
    AGRICULTURE,
    PRODUCTION,
    TRADE,
    Endowments,
    Households,
    HouseholdState,
)

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
    saturation: float  # ret_full, log of capital over the reference beyond which a family's own hands are full (K14)


class OperatingKeys(NamedTuple):
    """Keys of this month's draws of businesses, beside those of closures."""

    animal: np.uint64
    value: np.uint64
    family: np.uint64
    hire: np.uint64
    family_before: np.uint64
    hire_before: np.uint64


class BusinessMonth(NamedTuple):
    """What every business of the month shares."""

    t: int  # month index
    january: int  # 1 in January
    growth: float  # of value added since the base year, on the scenario's path of wages (K5)
    demand: Array  # (oblasts, 4), demand times price index
    winter: Array  # (oblasts,), 1 in the March after a severe winter
    winter_loss: float  # share of herd lost in it
    animal_probability: float  # monthly probability of losing half of a herd
    sewing: int  # 1 in the first month of a fall in sewing demand
    reference: float  # grant_ref, som
    log_returns: Array  # (4,), log of monthly value added at the reference capital, by sector
    poverty_line: float  # som of 2023 per person
    start: int  # month from which a contract counts as new
    closing: ClosingMonth
    keys: OperatingKeys
    insured: float = 0.0  # share of lost animals that the state replaces for contract families (question 11)


class BusinessRules(NamedTuple):
    """Parameters of businesses."""

    operating: Operating
    closing: Closing
    working: Working


@rule
def sector_return(sector: int, operating: Operating) -> float:
    """Return the monthly value added per som at the reference capital.

    >>> class P: return_agriculture, return_production, return_trade, return_services = 0.03, 0.05, 0.045, 0.06
    >>> sector_return(1, P), sector_return(4, P)
    (0.03, 0.06)
    """
    if sector == AGRICULTURE:
        return operating.return_agriculture
    if sector == PRODUCTION:
        return operating.return_production
    if sector == TRADE:
        return operating.return_trade
    return operating.return_services


@rule
def log_return_of(sector: int, reference: float, operating: Operating) -> float:
    """Return the logarithm of monthly value added at the reference capital.

    >>> class P: return_agriculture, return_production, return_trade, return_services = 0.03, 0.05, 0.045, 0.06
    >>> [round(exp(log_return_of(sector, 1e5, P)), 6) for sector in (1, 2, 3, 4)]
    [3000.0, 5000.0, 4500.0, 6000.0]
    """
    return log(sector_return(sector, operating) * reference)


@rule
def log_value_of(log_return: float, log_capital: float, effect: float, woman: int, operating: Operating) -> float:
    """Return the logarithm of monthly value added at full ramp with prices and demand of one (H11).

    ``log_return`` is that of the sector at the reference capital, ``log_capital`` the logarithm of capital over the
    reference, ``effect`` the log effect of ability, whose mean is taken out so that the average operator earns the
    sector return (test V16).

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
def ramp(age: int, months: float) -> float:
    """Return the share of full value added that a young business reaches (H11).

    >>> ramp(0, 8.0), ramp(4, 8.0), ramp(20, 8.0)
    (0.0, 0.5, 1.0)
    """
    return min(1.0, age / months)


@rule
def log_fade(age: int, months: float, fade: float) -> float:
    """Return the log loss of an old business after its ramp (H11).

    >>> log_fade(8, 8.0, 0.03), log_fade(20, 8.0, 0.03)
    (-0.0, -0.03)
    """
    return -fade * max(0.0, age - months) / 12.0


@rule
def reinvestment(share: float, profit: float, gap: float) -> float:
    """Return what a family puts back into the business, som a month (H14); poverty comes first.

    >>> reinvestment(0.15, 3000.0, 2000.0), reinvestment(0.15, 1000.0, 4000.0)
    (300.0, 0.0)
    """
    return share * max(0.0, profit - 0.5 * gap)


@rule
def room_to_grow(capital: float, reference: float, operating: Operating) -> int:
    """Return 1 while more capital would add to a business's value; a family puts no more into a full one (K14).

    >>> class P: saturation = log(4.0)
    >>> room_to_grow(399_000.0, 100_000.0, P), room_to_grow(401_000.0, 100_000.0, P)
    (1, 0)
    """
    return 1 if capital < reference * exp(operating.saturation) else 0


@rule
def poverty_gap(line: float, size: int, consumption: float) -> float:
    """Return the shortfall of a household's consumption to the poverty line, som a month; consumption is per person.

    >>> poverty_gap(5000.0, 4, 3750.0), poverty_gap(5000.0, 4, 6000.0)
    (5000.0, 0.0)
    """
    return max(0.0, (line - consumption) * size)


@rule
def full_after(sector: int, operating: Operating) -> float:
    """Return the months until a business has its full return.

    >>> class P: ramp_agriculture, ramp_other = 10.0, 8.0
    >>> full_after(1, P), full_after(3, P)
    (10.0, 8.0)
    """
    return operating.ramp_agriculture if sector == AGRICULTURE else operating.ramp_other


@rule
def value_added(worth: float, score: float, age: int, months: float, market: float, fade: float) -> float:
    """Return the month's value added of a business (H11); ``worth`` is the logarithm at full ramp.

    ``market`` is growth, demand and price together. Luck has mean one.

    >>> value_added(8.0, VALUE_SD / 2, 8, 8.0, 1.0, 0.0) == exp(8.0), value_added(8.0, 0.0, 0, 8.0, 1.0, 0.0)
    (True, 0.0)
    """
    logarithm = worth + VALUE_SD * score - 0.5 * VALUE_SD * VALUE_SD + log_fade(age, months, fade)
    return exp(logarithm) * ramp(age, months) * market


@rule
def capital_left(capital: float, winter: int, ill: int, winter_loss: float) -> float:
    """Return the herd that a severe winter and an animal disease leave (X1, X2).

    >>> capital_left(100.0, 0, 0, 0.25), capital_left(100.0, 1, 0, 0.25), capital_left(100.0, 1, 1, 0.25)
    (100.0, 75.0, 37.5)
    """
    left = capital * (1.0 - winter_loss) if winter == 1 else capital
    return 0.5 * left if ill == 1 else left


@rule
def replaced(lost: float, insured: float, contract_month: int, months: int) -> float:
    """Return the animals that the state replaces for a family whose contract runs (question 11).

    >>> replaced(40.0, 0.5, 12, 36), replaced(40.0, 0.5, 40, 36), replaced(40.0, 0.5, 0, 36)
    (20.0, 0.0, 0.0)
    """
    return insured * lost if 1 <= contract_month <= months else 0.0


@rule
def staff(
    i: int, business: Business, households: Households, endowments: Endowments, state: HouseholdState,
    now: BusinessMonth, rules: BusinessRules,
) -> None:  # fmt: skip
    """Draw this year's extra family workers and paid hires of business ``i`` (H13)."""
    who, sector, keys, working = business.who, business.sector, now.keys, rules.working
    helpers = expected_family_workers(sector, np.float64(state.capital[i]) / now.reference, working)
    family = min(max(np.int64(households.adults[i]) - 1, 0), poisson(uniform(keys.family, who), helpers))
    usual = sector_return(sector, rules.operating) * now.reference * now.growth
    hired = poisson(uniform(keys.hire, who), expected_hires(sector, np.float64(state.profit[i]), usual, working))
    state.family_workers[i] = family
    state.family_new[i] = binomial(
        uniform(keys.family_before, who), family, 1.0 - np.float64(endowments.base_employment[i])
    )
    state.hired[i] = hired
    state.hired_new[i] = binomial(uniform(keys.hire_before, who), hired, 1.0 - working.hires_employed)


@rule
def profit_of(i: int, business: Business, endowments: Endowments, now: BusinessMonth, operating: Operating) -> float:
    """Return the month's value added of business ``i`` (H11)."""
    place = business.sector - 1
    worth = log_value_of(
        now.log_returns[place], business.log_capital, np.float64(endowments.ability_effect[i]),
        np.int64(endowments.operator_woman[i]), operating,
    )  # fmt: skip
    score = normal(uniform(now.keys.value, business.who))
    market = now.growth * now.demand[business.oblast, place]
    return value_added(worth, score, business.age, full_after(business.sector, operating), market, operating.fade)


@rule
def sell_in_distress(i: int, state: HouseholdState) -> None:
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
def carry_on(
    i: int, sector: int, households: Households, state: HouseholdState, now: BusinessMonth, operating: Operating
) -> None:
    """Let a business that stays open re-invest, and sell off a part in distress once a year (H14)."""
    consumption, capital = np.float64(state.consumption[i]), np.float64(state.capital[i])
    gap = poverty_gap(now.poverty_line, np.int64(households.size[i]), consumption)
    back = reinvestment(operating.reinvestment, np.float64(state.profit[i]), gap)
    back *= room_to_grow(capital, now.reference, operating)
    state.reinvested[i] = back
    state.capital[i] = (capital if sector == AGRICULTURE else capital * (1.0 - operating.depreciation)) + back
    if consumption < 0.8 * now.poverty_line and state.loan[i] == 0.0 and state.distress_months[i] > 12:
        sell_in_distress(i, state)
        state.distress_months[i] = 0


@rule
def live_on(
    i: int, business: Business, ill: int, households: Households, endowments: Endowments, state: HouseholdState,
    now: BusinessMonth, rules: BusinessRules,
) -> bool:  # fmt: skip
    """Close business ``i`` down, or let it grow a month older, employ and re-invest; return whether it lives on."""
    sector = business.sector
    closes = shuts(i, business, households, endowments, state, now.closing, rules.closing)
    if closes or ends(business, now.closing):
        close_down(i, sector, max(business.shock, ill), state, now.closing.release, rules.closing)
        return False
    grow_older(i, state)
    if now.january == 1 or business.age == 0:
        staff(i, business, households, endowments, state, now, rules)
    carry_on(i, sector, households, state, now, rules.operating)
    return True


@sweep
def operate(
    first: int, last: int, households: Households, endowments: Endowments, state: HouseholdState, now: BusinessMonth,
    rules: BusinessRules, sums: Array,
) -> None:  # fmt: skip
    """Let every live business earn, perhaps close, employ and re-invest.

    ``sums`` is (oblasts, 4 sectors, 6) int64 and receives, of the real country, value added and capital of agriculture
    in fixed point, jobs in newly funded businesses, newly funded businesses, hours of paid hires, and animals that the
    state replaces, both in fixed point.
    """
    for i in range(row(first), row(last)):
        if state.operating[i] == 0:
            continue
        who, oblast, weight = households.identifier[i], int(households.oblast[i]), np.int64(households.weight[i])
        sector, age = int(state.sector[i]), int(state.business_age[i])
        winter, ill = now.winter[oblast], 0
        if sector == AGRICULTURE:
            ill = 1 if uniform(now.keys.animal, who) < now.animal_probability else 0
            herd = np.float64(state.capital[i])
            left = capital_left(herd, winter, ill, now.winter_loss)
            paid = replaced(herd - left, now.insured, np.int64(state.contract_month[i]), now.closing.contract_months)
            state.capital[i] = left + paid
            if paid > 0.0:
                sums[oblast, sector - 1, 5] += weight * fixed(paid)
        business = Business(
            who, oblast, sector, age, int(state.contract_month[i]),
            log(np.float64(state.capital[i]) / now.reference), shocked(sector, winter, now.sewing),
        )  # fmt: skip
        state.profit[i] = profit_of(i, business, endowments, now, rules.operating)
        added = sums[oblast, sector - 1]
        add_value(weight, np.float64(state.profit[i]), age, now.t, added)
        if live_on(i, business, ill, households, endowments, state, now, rules):
            add_business(i, weight, sector, state, now.start, rules.working, added)
