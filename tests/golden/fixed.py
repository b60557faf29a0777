"""Inputs that never change: prices, wages and parameters of the golden outputs; round numbers, not estimates."""

from __future__ import annotations

from itertools import groupby
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.state.terms import EconomyTerms

WAGE = 40_000.0
ECONOMY = EconomyTerms(
    1.25, 8_000.0, WAGE, 3_000.0, WAGE * (0.75 + 0.0625 * np.arange(9)), 1.0, 0, 0.0225, 0.1725, 0.1, 0.1, 0.05
)
PARAMETERS = SimpleNamespace(
    inspecting=SimpleNamespace(fine=20_000.0),
    complying=SimpleNamespace(cheapest_full_time=0.5, cheapest_half_time=0.3),
)
SCALES = (1000, 500, 100)


def stretches(values: Any) -> list[list[Any]]:
    """Return (first, value) of every stretch of equal values in pairs of place and value."""
    return [[next(same)[0], value] for value, same in groupby(values, key=lambda pair: pair[1])]


def scattered(count: int, step: int) -> np.ndarray:
    """Return ``count`` numbers in (0, 1) in no order: multiples of a step in units of the prime 65,537."""
    return ((np.arange(1, count + 1) * step) % 65_537) / 65_537.0
