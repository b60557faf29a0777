"""Outlook: figures of the years after the record, under the posterior: headlines of present law and a forecast.

Nothing here is compared with anything: the forecast is written down before anybody looks what happened.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from calibration.simulator import SECTORS
from sim.behaviour import Behaviour
from sim.months import month_index
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import advance
from sim.state.households import proportions, weights_of
from sim.twins import Ground, begun
from sim.world import World

YEARS = (2024, 2025, 2026)
HEADLINES = ("net_jobs", "income_gain", "net_fiscal_cost", "poverty_exits", "families_worse_off", "social_cost",
             "programme_cost")  # fmt: skip
DESIGNS = {
    "today": {"label": "Today's law"},
    "grant_200": {"label": "Larger grants", "social_contract": {"grant": 200_000, "slots": 10_000}},
    "taper": {"label": "Child benefit tapered", "social_contract": {"exclusion": "taper"}},
    "levy": {
        "label": "Universal quota with a levy",
        "quota": {"design": "KG_2025", "assignment": "universal", "levy": 0.25},
    },
}


def plan(country: str, scale: int) -> Scenario:
    """Return the scenario of the headlines: the designs of the demonstration, five years."""
    return Scenario.of({
        "name": "headlines", "country": country, "scale": scale, "start": "2026-01", "horizon": "2030-12",
        "worlds": "whole", "designs": DESIGNS,
    })  # fmt: skip


def headlines(
    values: Mapping[str, float], seed: int, scale: int, country: str, population_seed: int = 1
) -> dict[str, float]:
    """Return headline outcomes of each design, named ``design outcome``."""
    scenario, people = plan(country, scale), load(country, scale, population_seed)
    ground = Ground.of(people, scenario, Behaviour.from_values(values), seed)
    out = {}
    for design in DESIGNS:
        for row in ground.records(scenario, design):
            if row["group"] == "all" and row["month"] == -1 and row["outcome"] in HEADLINES:
                out[f"{design} {row['outcome']}"] = float(row["value"])
    operators = ground.base.endowments.has_operator == 1
    employed, share = ground.base.state.employed[operators], proportions(ground.base.households)[operators]
    out["employed before"] = float((share * employed.astype(np.float64)).sum() / share.sum())
    return out


def forecast(values: Mapping[str, float], seed: int, scale: int, country: str) -> dict[str, float]:
    """Return yearly figures of 2024 to 2026 as they would be counted, with contracts as planned."""
    people, behaviour = load(country, scale), Behaviour.from_values(values)
    never, world = begun(people, plan(country, scale), behaviour, seed)
    last = month_index(YEARS[-1], 12)
    advance(never, last)
    out: dict[str, float] = {}
    for year in YEARS:
        advance(world, month_index(year, 12))
        out |= {f"{year} {name}": value for name, value in _year(world, year).items()}
    return out


def _year(world: World, year: int) -> dict[str, float]:
    s, h = world.state, world.households
    weight = weights_of(h)
    january, december = month_index(year), month_index(year, 12)
    cohort = (s.paid_at >= january) & (s.paid_at <= december)
    standing = cohort & ((s.contract == 5) | (s.contract == 6) | ((s.contract == 7) & (s.reported_failed != 2)))
    families = int(weight[cohort].sum())
    sector = np.bincount(s.funded_sector[cohort], weight[cohort], minlength=5)
    at = world.records.at(december)
    persons = float(world.population.country.population.sum())
    poor = np.mean([world.records.at(t)["poor"].sum() for t in range(january, december + 1)])
    return {
        "contracts": families,
        "jobs_reported": weight[standing].sum() * (1.0 + world.behaviour.reporting.extra_later),
        **{f"share_{name}": sector[k] / max(int(sector[1:].sum()), 1) for k, name in enumerate(SECTORS, start=1)},
        "persons_per_family": (weight * h.size)[cohort].sum() / max(families, 1),
        "benefit_families": float(at["benefit_families"].sum()),
        "placements": float(at["year_placed"].sum()),
        "poverty": 100.0 * float(poor) / persons,
    }
