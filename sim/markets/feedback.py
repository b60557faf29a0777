"""Feedback: how markets answer the programme (model.md M1 to M7).

Everything is measured as a difference from the reference world without the programme, so a business that would exist
anyway has no market effect, and without a programme every index stays at one except for exogenous shocks. New values
move half of the way to their target each month.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.math import exp, log, power


class Feedback(NamedTuple):
    """Parameters of market feedback."""

    steal_agriculture: float  # ge_steal_agri, share of added value taken from incumbents
    steal_production: float  # ge_steal_prod
    steal_trade: float  # ge_steal_trade
    steal_services: float  # ge_steal_serv
    job_elasticity: float  # ge_job_el, of incumbent employment to demand
    multiplier: float  # ge_mult, of additional consumption
    inflation: float  # ge_infl
    purchase_price: float  # liv_psi_buy
    herd_price: float  # liv_psi_stock
    offtake: float  # liv_offtake, yearly
    cattle_price: float  # pL0, som of 2023 per cattle-equivalent
    export: float  # liv_export
    sewing: float  # sew_shock
    sewing_share: float
    wage: float  # wage_spill
    indirect_tax: float  # ind_tax
    demand_agriculture: float  # demand_share_1
    demand_production: float
    demand_trade: float
    demand_services: float
    small_share: float  # share of regional output produced by small and household businesses
    crowding: float  # ge_crowd, added output over the base at which 63 % of a free room is used (K17)


class Shocks(NamedTuple):
    """Parameters of exogenous shocks (X1, X2)."""

    winter: float  # dz_prob, yearly probability of a severe winter or drought in an oblast
    winter_loss: float  # dz_mort, share of herds lost in it
    animal_loss: float  # liv_mort, yearly loss of purchased livestock


class Markets(NamedTuple):
    """Prices and indices of a month."""

    demand: np.ndarray  # (oblasts, 4), demand index D
    price: np.ndarray  # (oblasts, 4), output price index p
    cattle_price: np.ndarray  # (oblasts,), som of 2023
    wage: np.ndarray  # (oblasts,), casual wage, som of 2023 per hour
    incumbents: np.ndarray  # (oblasts, 4), employment in pooled small businesses, persons
    tightness: np.ndarray  # (oblasts,), th_gen: seekers of work in the reference world over those here (M6)
    consumer_price: np.ndarray  # (oblasts,), Pcons
    rounds: np.ndarray  # (oblasts,), what later rounds of spending make of demand (M2)
    year_of_rounds: np.ndarray  # (oblasts, 12), the same in each month of the last twelve, by calendar month


class Flows(NamedTuple):
    """What a month sends to the markets, in real persons and som of 2023."""

    value: np.ndarray  # (oblasts, 4), value added of businesses started since January 2022
    local_demand: np.ndarray  # (oblasts,), consumption of households before later rounds, and pay of hires of families
    consumption: np.ndarray  # (oblasts,), of households
    bought: np.ndarray  # (oblasts,), cattle-equivalents bought
    herd: np.ndarray  # (oblasts,), cattle-equivalents
    hours: np.ndarray  # (oblasts,), hours withdrawn from other work
    seekers: np.ndarray  # (oblasts,), persons who seek work


class Baseline(NamedTuple):
    """What the country is without any business of the model."""

    value: np.ndarray  # (oblasts, 4), V0, som of 2023 a month
    incumbents: np.ndarray  # (oblasts, 4), persons


class Outside(NamedTuple):
    """What markets of the month take from outside."""

    export_open: float  # 1: livestock exports allowed, 0: banned
    sewing_on: int  # 1: foreign demand for sewing has fallen
    casual_wage: float  # without the programme, som of 2023 per hour


@rule
def stolen_share(added: float, steal: float, crowding: float) -> float:
    """Return the share of added output that is taken from those who sell there already (M1, K17).

    ``added`` is over the output of the market before. Few sellers take the share ``steal``, because customers buy more
    or go without less; the room for that is used up as sellers become many, and then each sale is another's loss.

    >>> stolen_share(0.0, 0.25, 0.1), round(stolen_share(0.1, 0.25, 0.1), 6), stolen_share(9.0, 0.25, 0.1) > 0.999999
    (0.25, 0.72409, True)
    """
    return 1.0 - (1.0 - steal) * exp(-max(added, 0.0) / crowding)


@rule
def demand_after_stealing(added: float, baseline: float, steal: float, crowding: float) -> float:
    """Return the demand index after business stealing (M1); where all is stolen a market sells what it sold before.

    >>> demand_after_stealing(0.0, 100.0, 0.6, 1e9), round(demand_after_stealing(1.0, 100.0, 0.6, 1e9), 6)
    (1.0, 0.994048)
    >>> round(2.0 * demand_after_stealing(100.0, 100.0, 0.6, 0.01), 6)  # twice the sellers' output sells once
    1.0
    """
    ratio = max(added, -0.5 * baseline) / baseline
    return power(1.0 + ratio, -stolen_share(ratio, steal, crowding))


@rule
def later_rounds(multiplier: float, extra: float, demand: float) -> float:
    """Return what later rounds of spending make of demand, 1 without any (M2); see :func:`demand_with_multiplier`.

    >>> later_rounds(1.4, 10.0, 1000.0), later_rounds(1.4, 0.0, 1000.0)
    (1.004, 1.0)
    """
    return 1.0 + (multiplier - 1.0) * extra / demand


@rule
def seeking_tightness(before: float, now: float) -> float:
    """Return how much easier it is to find work, because fewer seek it than in the reference world (M6, K9).

    What the markets make of jobs is in M3 and not asked here, so it does not count twice.

    >>> seeking_tightness(1000.0, 1000.0), seeking_tightness(1000.0, 1250.0), seeking_tightness(0.0, 0.0)
    (1.0, 0.8, 1.0)
    """
    return min(max(max(before, 1.0) / max(now, 1.0), 0.5), 2.0)


@rule
def demand_with_multiplier(index: float, multiplier: float, extra: float, demand: float) -> float:
    """Return the demand index with the local multiplier (M2, K8).

    ``extra`` and ``demand`` are what households spend more than without the programme, and what they spend without it:
    one base for both, so every sector's index rises by the same share and its part of demand cancels. Of 1,000 som of
    demand and 10 more, a multiplier of 1.4 makes 14 more in all: 10 that are spent and 4 in later rounds.

    >>> demand_with_multiplier(1.0, 1.4, 10.0, 1000.0), demand_with_multiplier(0.9, 1.0, 10.0, 1000.0)
    (1.004, 0.9)
    """
    return index * later_rounds(multiplier, extra, demand)


@rule
def incumbent_jobs(baseline: float, elasticity: float, demand: float) -> float:
    """Return incumbent employment (M3).

    >>> incumbent_jobs(1000.0, 0.5, 1.0), incumbent_jobs(1000.0, 0.5, 0.99) < 1000.0
    (1000.0, True)
    """
    return baseline * max(0.0, 1.0 + elasticity * log(demand))


@rule
def livestock_price(
    feedback: Feedback, bought: float, trade: float, herd: float, herd_before: float, open_now: float
) -> float:
    """Return the price of a cattle-equivalent (M4).

    >>> class P: cattle_price, purchase_price, herd_price, export = 85000.0, 0.5, -0.5, 0.07
    >>> livestock_price(P, 0.0, 100.0, 1000.0, 1000.0, 1.0)
    85000.0
    >>> round(livestock_price(P, 2.0, 100.0, 1000.0, 1000.0, 1.0))  # one per cent dearer
    85854
    """
    return feedback.cattle_price * exp(
        feedback.purchase_price * bought / trade
        + feedback.herd_price * log(herd / herd_before)
        + feedback.export * (open_now - 1.0)
    )


@rule
def herd_output_price(stock: float, export: float, herd: float, herd_before: float, open_now: float) -> float:
    """Return the output price index of agriculture: half meat, half milk (M4).

    >>> herd_output_price(-0.5, 0.07, 1000.0, 1000.0, 1.0), round(herd_output_price(-0.5, 0.07, 1000.0, 1000.0, 0.0), 6)
    (1.0, 0.965605)
    """
    return exp(0.5 * (stock * log(herd / herd_before) + export * (open_now - 1.0)))


@rule
def casual_wage_now(base: float, elasticity: float, withdrawn: float, hours: float) -> float:
    """Return the casual wage, som of 2023 per hour (M5).

    >>> casual_wage_now(90.0, 0.2, 0.0, 1000.0), round(casual_wage_now(90.0, 0.2, 10.0, 1000.0), 4)
    (90.0, 90.1802)
    """
    return base * exp(elasticity * withdrawn / hours)


@rule
def halfway(old: float, target: float) -> float:
    """Return the damped new value of an index.

    >>> halfway(1.0, 0.9), halfway(0.95, 0.95)
    (0.95, 0.95)
    """
    return old + 0.5 * (target - old)


@sweep
def respond(
    markets: Markets, base: Baseline, now: Flows, then: Flows, driver: Array, outside: Outside, feedback: Feedback
) -> None:
    """Set next month's prices and indices.

    ``now`` and ``then`` are the flows of this world and of the reference world in the same month; ``driver`` (oblasts,)
    is the local demand that drives the multiplier, this world's own or, with the multiplier switched off, that of the
    world without new contracts.
    """
    steal = (
        feedback.steal_agriculture,
        feedback.steal_production,
        feedback.steal_trade,
        feedback.steal_services,
    )
    for r in range(len(markets.tightness)):
        extra = (driver[r] - then.local_demand[r]) * (1.0 - feedback.indirect_tax)
        jobs_before = 0.0
        for s in range(4):
            added = now.value[r, s] - then.value[r, s]
            index = demand_after_stealing(added, base.value[r, s], steal[s], feedback.crowding)
            index = demand_with_multiplier(index, feedback.multiplier, extra, then.local_demand[r])
            if s == 1 and outside.sewing_on == 1:
                index = index * exp(feedback.sewing * feedback.sewing_share)
            markets.demand[r, s] = halfway(markets.demand[r, s], index)
            target = incumbent_jobs(base.incumbents[r, s], feedback.job_elasticity, index)
            markets.incumbents[r, s] = halfway(markets.incumbents[r, s], target)
            jobs_before += base.incumbents[r, s]
        trade = feedback.offtake * now.herd[r] / 12.0
        bought, open_now = now.bought[r] - then.bought[r], outside.export_open
        cattle = livestock_price(feedback, bought, trade, now.herd[r], then.herd[r], open_now)
        markets.cattle_price[r] = halfway(markets.cattle_price[r], cattle)
        output = herd_output_price(feedback.herd_price, feedback.export, now.herd[r], then.herd[r], open_now)
        markets.price[r, 0] = halfway(markets.price[r, 0], output)
        hours = casual_wage_now(outside.casual_wage, feedback.wage, now.hours[r] - then.hours[r], jobs_before * 168.0)
        markets.wage[r] = halfway(markets.wage[r], hours)
        markets.rounds[r] = halfway(markets.rounds[r], later_rounds(feedback.multiplier, extra, then.local_demand[r]))
        markets.tightness[r] = halfway(markets.tightness[r], seeking_tightness(then.seekers[r], now.seekers[r]))
        prices = exp(feedback.inflation * extra / then.local_demand[r])
        markets.consumer_price[r] = halfway(markets.consumer_price[r], prices)
