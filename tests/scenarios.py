"""Scenarios for tests: one that uses everything, and what is said about one that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sim.errors import InputError
from sim.scenario import Scenario

WHOLE: dict[str, Any] = {
    "name": "whole",
    "question": "Everything at once?",
    "scale": 10,
    "start": "2026-01",
    "horizon": "2031-06",
    "seed": 7,
    "draws": 3,
    "prior": "medians",
    "economy": {"inflation": 0.08, "livestock_export": [{"from": "2026-03", "value": "banned"}]},
    "common": {"child_benefit": {"per_child": 1500}},
    "designs": {
        "today": {},
        "none": {"label": "Nothing"},
        "larger": {"social_contract": {"grant": 200_000, "envelope": 2e9}},
        "here": {
            "social_contract": {"grant": [{"from": "2027-07", "oblast": "Naryn", "value": 250_000}], "slots": 9_000}
        },
        "taper": {"social_contract": {"exclusion": "taper", "taper": [{"until": 39, "share": 0.3}]}},
        "levy": {"quota": {"design": "KG_2025", "assignment": "universal", "levy": 0.25}, "financing": {"mode": "tax"}},
        "france": {"quota": "FR", "services": {"coaches": 100, "fund_coaching": 0.5}},
    },
}


def mistake(values: Any) -> str:
    with pytest.raises(InputError) as error:
        Scenario.of(values, "plan.toml")
    return str(error.value)


def answer(make: Callable[[], Any], otherwise: str) -> str:
    """Return the sentence of an input error, or ``otherwise`` without one; any other exception passes."""
    try:
        make()
    except InputError as error:
        return str(error)
    return otherwise


def designed(**design: Any) -> dict[str, Any]:
    return {"designs": {"a": design}}
