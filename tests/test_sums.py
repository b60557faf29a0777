"""Figures do not hang on how a version of Python adds numbers: from 3.12 on the built-in sum compensates."""

from __future__ import annotations

import builtins
import json
import math

import small

from sim.behaviour import Behaviour
from sim.engine.sums import added
from sim.policies import economy
from sim.scenario import Scenario
from sim.twins import compare

PLAIN = builtins.sum
DEARER = {"inflation": [{"from": "2024-01", "value": 0.11}]}
SCENARIO = {
    "scale": 1000, "start": "2024-01", "horizon": "2024-03", "worlds": "whole", "economy": DEARER,
    "designs": {
        "today": {}, "levy": {"quota": {"design": "KG_2025", "assignment": "universal", "levy": 1.0}},
    },
}  # fmt: skip


def exact(numbers, start=0):
    """Add as later versions do, and more exactly still."""
    listed = list(numbers)
    if listed and start == 0 and all(type(one) is float for one in listed):
        return math.fsum(listed)
    return PLAIN(listed, start)


def test_numbers_are_added_one_after_the_other():
    assert added([0.1] * 10) == 0.9999999999999999 != math.fsum([0.1] * 10)


def test_a_comparison_has_the_same_bits_however_python_adds(monkeypatch, tiny):
    def rows():
        return json.dumps(compare(tiny, Scenario.of(SCENARIO), Behaviour.central(small.COUNTRY), 3).records())

    first = rows()
    monkeypatch.setattr(builtins, "sum", exact)
    for name in ("_factor", "_yearly"):
        getattr(economy, name).cache_clear()
    assert rows() == first
