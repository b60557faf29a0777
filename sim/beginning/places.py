"""Places: markets, herds and offices of each oblast and raion before the first month (model.md M1 to M7, O3)."""

from __future__ import annotations

import numpy as np

from sim.behaviour import Behaviour
from sim.engine.columns import FIXED_POINT, Array
from sim.engine.draws import Decision, key, uniform
from sim.markets.feedback import Markets
from sim.population import Country, Population
from sim.state.households import weights_of
from sim.world import Office

SHEEP_PER_CATTLE = 5.0


def calm_markets(regions: int, b: Behaviour, incumbents: Array) -> Markets:
    """Return markets in which every index is one."""
    return Markets(
        demand=np.ones((regions, 4)), price=np.ones((regions, 4)),
        cattle_price=np.full(regions, b.feedback.cattle_price), wage=np.full(regions, b.working.casual_wage),
        incumbents=incumbents.copy(), tightness=np.ones(regions), consumer_price=np.ones(regions),
        rounds=np.ones(regions), year_of_rounds=np.ones((regions, 12)),
    )


def baseline_value(country: Country, b: Behaviour) -> Array:
    """Return monthly value added of small businesses by oblast and sector, som of 2023 (V0 in M1)."""
    f = b.feedback
    share = np.array([f.demand_agriculture, f.demand_production, f.demand_trade, f.demand_services])
    yearly = country.gdp_per_person * country.population * f.small_share
    return np.outer(yearly / 12.0, share)


def regional_herd(population: Population) -> Array:
    """Return the livestock of households by oblast, in cattle-equivalents (a sheep is a fifth)."""
    h = population.households
    whole = np.floor(h.herd.astype(np.float64) * FIXED_POINT + 0.5).astype(np.int64)
    out = np.zeros(len(population.country.regions), dtype=np.int64)
    np.add.at(out, h.oblast, weights_of(h) * whole)
    return np.maximum(out / FIXED_POINT / SHEEP_PER_CATTLE, 1.0)


def new_office(raions: int, seed: int, lot: int) -> Office:
    """Return an office that rounds the payments due in each raion at a point of its own (O3, section 16.4).

    With one rounding point for all, a small sample would pay every raion's only contract in the same month.
    """
    office = Office.empty(raions)
    draws = key(seed, Decision.ROUND_SLOTS)
    office.due[:] = [lot * (float(uniform(draws, np.uint32(d))) - 0.5) for d in range(raions)]
    return office
