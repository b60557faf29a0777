"""Operating: a business earns, closes, employs and re-invests (model.md H11 to H14)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.closing import close_down, closes, exit_probability, shift_of, shocked
from sim.agents.tallying import add_business, add_value
from sim.agents.working import expected_family_workers, expected_hires
from sim.engine.compiled import rule, sweep
from sim.engine.draws import binomial, poisson, uniform
from sim.engine.math import exp, log, normal
from sim.state.businesses import grow_older
from sim.state.households import AGRICULTURE

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
def log_returns_of(reference, operating):  # type: ignore[no-untyped-def]
    """Return for each of the four sectors the logarithm of monthly value added at the reference capital.

    >>> class P: return_agriculture, return_production, return_trade, return_services = 0.03, 0.05, 0.045, 0.06
    >>> [round(exp(value), 6) for value in log_returns_of(1e5, P)]
    [3000.0, 5000.0, 4500.0, 6000.0]
    """
    return (
        log(sector_return(1, operating) * reference), log(sector_return(2, operating) * reference),
        log(sector_return(3, operating) * reference), log(sector_return(4, operating) * reference),
    )  # fmt: skip


@rule
def log_value(log_return, log_capital, effect, woman, operating):  # type: ignore[no-untyped-def]
    """Return the logarithm of monthly value added at full ramp with prices and demand of one (H11).

    ``log_return`` is that of the sector at the reference capital, ``log_capital`` the logarithm of capital over the
    reference; ``effect`` the log effect of ability, whose mean is taken out so that the average operator earns the
    sector return (test V16).

    >>> class P: capital_elasticity, ability_sd, woman = 0.5, 0.0, -0.1
    >>> log_value(8.0, 2.0, 0.25, 0, P), log_value(8.0, 2.0, 0.25, 1, P)
    (9.25, 9.15)
    >>> round(exp(log_value(log(0.03 * 1e5), log(4.0), 0.0, 0, P)), 6)
    6000.0
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
def value_added(worth, score, age, full_after, market, fade):  # type: ignore[no-untyped-def]
    """Return the month's value added of a business (H11); ``worth`` is the logarithm at full ramp.

    ``market`` is demand times price index. Luck has mean one.

    >>> value_added(8.0, VALUE_SD / 2, 8, 8.0, 1.0, 0.0) == exp(8.0), value_added(8.0, 0.0, 0, 8.0, 1.0, 0.0)
    (True, 0.0)
    """
    logarithm = worth + VALUE_SD * score - 0.5 * VALUE_SD * VALUE_SD + log_fade(age, full_after, fade)
    return exp(logarithm) * ramp(age, full_after) * market


@rule
def capital_left(capital, frozen, ill, winter_loss):  # type: ignore[no-untyped-def]
    """Return the herd that a severe winter and an animal disease leave (X1, X2).

    >>> capital_left(100.0, 0, 0, 0.25), capital_left(100.0, 1, 0, 0.25), capital_left(100.0, 1, 1, 0.25)
    (100.0, 75.0, 37.5)
    """
    if frozen == 1:
        capital = capital * (1.0 - winter_loss)
    return 0.5 * capital if ill == 1 else capital


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
def of_sector(sector, values):  # type: ignore[no-untyped-def]
    """Return that of four values which belongs to a sector.

    >>> [of_sector(sector, (0.5, 2.0, 3.0, 4.0)) for sector in (1, 2, 3, 4)]
    [0.5, 2.0, 3.0, 4.0]
    """
    return (values[0] if sector == 1 else values[1]) if sector <= 2 else (values[2] if sector == 3 else values[3])


@rule
def earn(i, sector, age, log_return, log_capital, households, endowments, state, now, operating, key):  # type: ignore[no-untyped-def]
    """Set the month's value added of business ``i`` (H11)."""
    woman, effect = np.int64(endowments.operator_woman[i]), np.float64(endowments.ability_effect[i])
    state.profit[i] = value_added(
        log_value(log_return, log_capital, effect, woman, operating),
        normal(uniform(key, households.identifier[i])),
        age,
        operating.ramp_agriculture if sector == AGRICULTURE else operating.ramp_other,
        now.season * now.demand[households.oblast[i], sector - 1],
        operating.fade,
    )


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
def carry_on(i, sector, households, state, now, operating):  # type: ignore[no-untyped-def]
    """Let a business that stays open re-invest, and sell off a part in distress once a year (H14)."""
    gap = poverty_gap(now.poverty_line, np.int64(households.size[i]), np.float64(state.other_income[i]))
    back = reinvestment(operating.reinvestment, np.float64(state.profit[i]), gap)
    capital = np.float64(state.capital[i])
    state.reinvested[i] = back
    state.capital[i] = (capital if sector == AGRICULTURE else capital * (1.0 - operating.depreciation)) + back
    poor = np.float64(state.smoothed[i]) < 0.8 * now.poverty_line
    if poor and state.loan[i] == 0.0 and state.distress_months[i] > 12:
        sell_in_distress(i, state)
        state.distress_months[i] = 0


@sweep
def operate(  # type: ignore[no-untyped-def]
    first, last, households, endowments, state, now, operating, closing, working, keys, sums,
):
    """Let every live business earn, perhaps close, employ and re-invest.

    ``sums`` is (oblasts, 4 sectors, 5) int64 and receives value added and capital of agriculture in fixed point, jobs
    in newly funded businesses, newly funded businesses, and hours of paid hires in fixed point.
    """
    monthly_exit, oldest = exit_probability(closing.exit_at_end), len(now.base_hazard) - 1
    log_returns = log_returns_of(now.reference, operating)
    for i in range(first, last):
        if state.operating[i] == 0:
            continue
        who, oblast = households.identifier[i], households.oblast[i]
        sector, age = np.int64(state.sector[i]), np.int64(state.business_age[i])
        shock, ill = shocked(sector, oblast, now), 0
        if sector == AGRICULTURE:
            ill = 1 if uniform(keys.animal, who) < now.animal_probability else 0
            state.capital[i] = capital_left(np.float64(state.capital[i]), shock, ill, now.winter_loss)
        log_capital = log(np.float64(state.capital[i]) / now.reference)
        log_return = of_sector(sector, log_returns)
        earn(i, sector, age, log_return, log_capital, households, endowments, state, now, operating, keys.value)
        added = sums[oblast, sector - 1]
        add_value(np.float64(state.profit[i]), age, now.t, added)
        shift = shift_of(i, sector, log_capital, shock, households, endowments, state, now, closing)
        after = np.int64(state.contract_month[i]) - now.contract_months
        ends = 1 <= after <= 6 and uniform(keys.end, who) < monthly_exit
        if ends or closes(uniform(keys.close, who), now.base_hazard[min(age, oldest)], shift):
            close_down(i, sector, max(shock, ill), state, now, closing)
            continue
        grow_older(i, state)
        if now.january == 1 or age == 0:
            staff(i, households, endowments, state, working, operating, now.reference, keys)
        carry_on(i, sector, households, state, now, operating)
        add_business(i, sector, state, now, working, added)
