"""Orders with few ties, and totals that are rounded once."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.engine.columns import exact_total, ordered


@pytest.mark.parametrize("values", [1, 7, 300, 10**9])
def test_a_quick_order_is_that_of_all_keys(values: int) -> None:
    luck = np.random.default_rng(values)
    first, second = luck.integers(0, values, 2_000).astype(np.float64), luck.integers(0, 5, 2_000)
    third = luck.permutation(2_000)
    assert np.array_equal(ordered(first), np.argsort(first, kind="stable"))
    assert np.array_equal(ordered(first, second), np.lexsort((second, first)))
    assert np.array_equal(ordered(-first, second, third), np.lexsort((third, second, -first)))
    assert ordered(first[:0], second[:0]).tolist() == []


@pytest.mark.parametrize("spread", [0.0, 1.0, 20.0, 200.0])
def test_a_total_is_rounded_once(spread: float) -> None:
    luck = np.random.default_rng(int(spread))
    values = luck.normal(0.0, 1.0, 30_000) * np.exp(luck.normal(0.0, 1.0, 30_000) * spread / 3.0)
    assert exact_total(values) == math.fsum(values.tolist())
    assert exact_total(np.abs(values)) == math.fsum(np.abs(values).tolist())
    assert exact_total(np.concatenate([values, -values])) == 0.0
