"""Outlook: headlines of present law and of three designs in the years after the record, under the posterior."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from calibration.structural import IN_FORCE, VARIANTS, varied
from sim.behaviour import Behaviour
from sim.population import load
from sim.scenario import Scenario
from sim.state.households import proportions
from sim.twins import Ground

HEADLINES = ("net_jobs", "income_gain", "net_fiscal_cost", "poverty_exits", "families_worse_off", "social_cost",
             "programme_cost")  # fmt: skip
TODAY = "today"
DESIGNS = {
    TODAY: {"label": "Today's law"},
    "grant_200": {"label": "Larger grants", "social_contract": {"grant": 200_000, "slots": 10_000}},
    "taper": {"label": "Child benefit tapered", "social_contract": {"exclusion": "taper"}},
    "levy": {
        "label": "Universal quota with a levy",
        "quota": {"design": "KG_2025", "assignment": "universal", "levy": 0.25},
    },
}


def plan(country: str, scale: int) -> Scenario:
    """Return the scenario of the headlines: the designs of the demonstration, five years."""
    return Scenario.of(_years(country, scale) | {"designs": DESIGNS})


def _years(country: str, scale: int) -> dict[str, Any]:
    return {
        "name": "headlines", "country": country, "scale": scale, "start": "2026-01", "horizon": "2030-12",
        "worlds": "whole",
    }  # fmt: skip


def headlines(
    values: Mapping[str, float], seed: int, scale: int, country: str, population_seed: int = 1
) -> dict[str, float]:
    """Return headline outcomes of each design, named ``design outcome``."""
    scenario, people = plan(country, scale), load(country, scale, population_seed)
    ground = Ground.of(people, scenario, Behaviour.from_values(values), seed)
    out: dict[str, float] = {}
    for design in DESIGNS:
        out |= _whole(ground, scenario, design, design)
    operators = ground.base.endowments.has_operator == 1
    employed, share = ground.base.state.employed[operators], proportions(ground.base.households)[operators]
    out["employed before"] = float((share * employed.astype(np.float64)).sum() / share.sum())
    return out


def _whole(ground: Ground, scenario: Scenario, design: str, name: str) -> dict[str, float]:
    """Return the headlines of a design for the whole country and period, named ``name outcome``."""
    return {
        f"{name} {row['outcome']}": float(row["value"])
        for row in ground.records(scenario, design)
        if row["group"] == "all" and row["month"] == -1 and row["outcome"] in HEADLINES
    }


def in_other_forms(values: Mapping[str, float], seed: int, scale: int, country: str) -> dict[str, float]:
    """Return the headlines of today's law under the rules in force and under each variant, ``variant outcome``."""
    people = load(country, scale)
    out: dict[str, float] = {}
    plain = _years(country, scale) | {"designs": {TODAY: DESIGNS[TODAY]}}
    forms = {IN_FORCE: (dict(values), plain)}
    for variant in VARIANTS:
        forms[variant.name] = ({**values, **variant.behaviour}, varied(plain, variant) or plain)
    for name, (drawn, asked) in forms.items():
        scenario = Scenario.of(asked)
        out |= _whole(Ground.of(people, scenario, Behaviour.from_values(drawn), seed), scenario, TODAY, name)
    return out
