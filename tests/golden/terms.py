"""Dated policies: what each design of each scenario on file says, month by month, and the economy around them."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from sim import months
from sim.policies.law import regions
from sim.policies.quota import Quota
from sim.scenario import Scenario
from sim.state.quota_law import BEYOND

from .fixed import PARAMETERS, stretches

SCENARIOS = Path(__file__).parent.parent.parent / "experiments" / "scenarios"
FIRST, LAST = -24, months.month_index(2033, 12)
MONTHS = ("2022-01", "2025-12", "2026-01", "2030-12")
PARTS = ("social_contract", "child_benefit", "services", "financing", "economy")


def by_month() -> dict[str, Any]:
    """Return every distinct policy as values by month of change, and which of them each design has."""
    policies: dict[str, dict[str, Any]] = {}
    designs: dict[str, Any] = {}
    for scenario, name in _designs():
        law = vars(scenario.policies(name)) | {"economy": scenario.history().economy}
        used = {}
        for part in PARTS:
            value = _monthly(law[part], regions(scenario.country))
            known = [key for key, other in policies.items() if key.startswith(part) and other == value]
            used[part] = known[0] if known else f"{part} {sum(key.startswith(part) for key in policies) + 1}"
            policies[used[part]] = value
        designs[f"{scenario.name}/{name}"] = list(used.values())
    return policies | {"designs": designs}


def of_quotas() -> dict[str, Any]:
    """Return the first design's quota law by month with fixed parameters, and what differs from it in every other."""
    laws: dict[str, Any] = {}
    designs: dict[str, Any] = {}
    first: dict[str, Any] = {}
    for scenario, name in _designs():
        law, economy = scenario.policies(name).quota, scenario.history().economy
        value = {f"{month} {field}": one for month in MONTHS for field, one in _quota(law, month, economy).items()}
        first = first or value
        value = {field: one for field, one in value.items() if value is first or first[field] != one}
        key = next((key for key, other in laws.items() if other == value), f"quota {len(laws) + 1}")
        laws[key] = value
        designs[f"{scenario.name}/{name}"] = key
    return laws | {"designs": designs}


def _designs() -> list[tuple[Scenario, str]]:
    found = [Scenario.read(path) for path in sorted(SCENARIOS.glob("*.toml"))]
    return [(scenario, name) for scenario in found for name in scenario.designs]


def _monthly(policy: Any, places: tuple[str, ...]) -> dict[str, Any]:
    terms = {t: policy.terms(t, places)._asdict() for t in range(FIRST, LAST + 1)}
    return {
        field: stretches((months.label(t), _short(terms[t][field])) for t in terms if _counts(field, t))
        for field in terms[FIRST]
    }


def _counts(field: str, t: int) -> bool:
    """Prices and the wages that follow them change every month; January and July stand for all."""
    return field not in ("deflator", "subsistence", "average_wage", "wages") or t % 6 == 0


def _quota(law: Quota, month: str, economy: Any) -> dict[str, Any]:
    t = months.parse(month)
    terms = law.terms(t, economy.terms(t), PARAMETERS)._asdict()
    return {name: _short(value) for name, value in terms.items() if not name.startswith("steps")}


def _short(value: Any) -> Any:
    """Return an array as values with how often each is repeated, and a number as it is."""
    if not isinstance(value, np.ndarray):
        return value
    used = [one for one in value.ravel().tolist() if one < BEYOND]
    return [f"{word} x {len(list(same))}" for word, same in groupby(f"{one:.12g}" for one in used)]
