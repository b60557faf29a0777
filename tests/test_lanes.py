"""Faster ways with the same bits: numbers several at a time (lanes), orders with few ties (columns)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.engine import draws, filling, lanes, library
from sim.engine.columns import exact_total, ordered
from sim.engine.draws import FAR, Decision, key, normal, uniform

ODD = [0.0, -0.0, 5e-324, 1e-300, 1e-16, -1e-17, 511.999, 512.0, -512.0, 700.0, 709.7, -708.4, -745.0, -746.0, 1.0,
       0.93, 0.94, 1.0 - 2**-53, 1.0 + 2**-52, 1.06, 1.0701, 2.2e-308, 1e300, 1.7e308]  # fmt: skip


def wide(seed: int, count: int) -> np.ndarray:
    """Return numbers of every size that the model takes exponentials of, and stranger ones."""
    luck = np.random.default_rng(seed)
    spread = np.exp(luck.uniform(-8.0, 5.5, count))
    return np.concatenate([luck.normal(0.0, 1.0, count) * spread, luck.normal(8.0, 1.5, count), ODD])


@pytest.mark.skipif(not library.KNOWN, reason="another C library: it is asked number by number")
@pytest.mark.parametrize("seed", range(4))
def test_exponentials_are_those_of_the_c_library(seed: int) -> None:
    values = np.clip(wide(seed, 50_000), -745.0, 709.0)
    found = np.empty(len(values))
    filling.exponentials(values, found)
    assert np.array_equal(found, [math.exp(x) for x in values])


@pytest.mark.parametrize("seed", range(4))
def test_logarithms_are_those_of_the_c_library(seed: int) -> None:
    luck = np.random.default_rng(seed)
    values = np.concatenate([
        np.exp(luck.normal(0.0, 60.0, 50_000)), luck.uniform(0.0, 0.075, 50_000), luck.uniform(0.9, 1.1, 5_000),
        [x for x in ODD if x > 0.0],
    ])  # fmt: skip
    found = np.empty(len(values))
    filling.logarithms(values, found)
    assert np.array_equal(found, [math.log(x) for x in values])


def test_what_is_no_number_stays_none_and_what_is_beyond_all_stays_there() -> None:
    found = np.empty(4)
    lanes.exponentials(np.array([math.nan, math.inf, -math.inf, 1.0]), found)
    assert math.isnan(found[0])
    assert found[1:].tolist() == [math.inf, 0.0, math.e]


def test_normals_several_at_a_time_are_the_normals_one_by_one() -> None:
    draw, who = key(3, Decision.VA, 5), np.arange(60_000, dtype=np.uint32)
    found = np.empty(len(who))
    filling.draw_normals(who, draw, found)
    assert np.array_equal(found, [normal(uniform(draw, one)) for one in who])
    assert np.abs(found).max() > 4.0


def test_the_last_part_of_the_tails_follows_on_the_one_before() -> None:
    edge = math.exp(-FAR * FAR)
    inside, beyond = draws.normal(edge * (1.0 + 1e-9)), draws.normal(edge * (1.0 - 1e-9))
    assert beyond < inside < -6.6
    assert inside - beyond < 1e-8


def test_another_c_library_would_be_noticed() -> None:
    assert all(len(one) >= 6 for one in (library.EXPONENTIALS, library.LOGARITHMS))
    nearest = {x: float(np.exp(np.longdouble(float.fromhex(x)))) for x in library.EXPONENTIALS}
    assert any(nearest[x] != float.fromhex(y) for x, y in library.EXPONENTIALS.items())


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
