"""Draws are uniform, unrelated to each other, and the same with and without the compiler (V20)."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.engine.draws import Decision, binomial, bits, hazard, key, poisson, subkey, uniform
from sim.engine.filling import draw_uniforms, filled, normal_quantiles
from sim.engine.math import logistic, normal

COUNT = 40_000
WHOLE = 2**64


def draw(k: np.uint64, first: int = 0, count: int = COUNT, step: int = 1) -> np.ndarray:
    """Return the uniforms of identifiers first, first + step, ..."""
    out = np.zeros(count)
    draw_uniforms((first + step * np.arange(count)).astype(np.uint32), k, out)
    return out


def unrelated(a: np.ndarray, b: np.ndarray) -> bool:
    """Return whether two samples of independent uniforms look so: linearly, and as a table of 8 by 8."""
    r = float(np.corrcoef(a, b)[0, 1])
    cells = np.histogram2d(a, b, bins=8, range=[[0, 1], [0, 1]])[0].ravel()
    return abs(r) * math.sqrt(len(a)) < 4.5 and stats.chisquare(cells).pvalue > 1e-5


MONTHLY = [d for d in Decision if d.name not in ("BUILD",)]


@pytest.mark.parametrize("decision", MONTHLY)
def test_each_decision_draws_uniforms(decision):
    u = draw(key(1, decision, 5))
    assert u.min() > 0.0
    assert u.max() < 1.0
    assert stats.chisquare(np.histogram(u, bins=64, range=(0, 1))[0]).pvalue > 1e-5
    assert stats.kstest(u, "uniform").pvalue > 1e-5


@pytest.mark.parametrize("step", [1, 2, 10, 1000, 65536])
def test_the_luck_of_neighbours_is_unrelated(step):
    u = draw(key(1, Decision.CLOSE, 5), count=COUNT, step=step)
    assert stats.chisquare(np.histogram(u, bins=64, range=(0, 1))[0]).pvalue > 1e-5
    for lag in (1, 2, 3, 57):
        assert unrelated(u[:-lag], u[lag:])


@pytest.mark.parametrize("lag", [1, 2, 12, 24])
def test_the_luck_of_months_is_unrelated(lag):
    for t in (-24, -1, 0, 30):
        assert unrelated(draw(key(1, Decision.VA, t)), draw(key(1, Decision.VA, t + lag)))


def test_the_luck_of_decisions_is_unrelated():
    drawn = {d: draw(key(1, d, 7), count=8000) for d in MONTHLY}
    named = list(drawn)
    for i, first in enumerate(named):
        for second in named[i + 1 :]:
            assert unrelated(drawn[first], drawn[second]), f"{first.name} and {second.name}"


def test_the_luck_of_seeds_and_sub_decisions_is_unrelated():
    for seed in (0, 1, 2, 7, 2**31, 2**63 - 2):
        assert unrelated(draw(key(seed, Decision.EMP, 3)), draw(key(seed + 1, Decision.EMP, 3)))
    k = key(1, Decision.MODE, 3)
    drawn = [draw(np.uint64(subkey(k, sub))) for sub in range(6)]
    for first, second in pairwise([draw(k), *drawn]):
        assert unrelated(first, second)
        assert second is drawn[0] or unrelated(draw(k), second)


def test_a_key_that_came_through_plain_python_draws_the_same():
    k = key(1, Decision.MODE, 3)
    for sub in range(40):
        plain = int(subkey(k, sub))
        if plain < 2**63:
            assert float(uniform(plain, np.uint32(7))) == (plainly(plain, 7) >> 12) / 2.0**52 + 0.5 / 2.0**52


def test_one_family_is_as_lucky_over_time_as_others_at_once():
    u = np.array([float(uniform(key(1, Decision.VA, t), 618)) for t in range(4000)])
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    assert unrelated(u[:-1], u[1:])


def test_no_two_addresses_share_a_key():
    keys = {
        int(key(seed, d, t, sub))
        for seed in range(3) for d in Decision for t in (*range(-24, 132), 2022, 2030) for sub in range(2)
    }  # fmt: skip
    assert len(keys) == 3 * len(Decision) * 158 * 2


def plainly(key_now: int, who: int) -> int:
    """Return the finaliser of SplitMix64 on an address, written from its publication in whole numbers."""
    z = (key_now + (who + 1) * 0x9E3779B97F4A7C15) % WHOLE
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % WHOLE
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % WHOLE
    return z ^ (z >> 31)


@settings(max_examples=300, deadline=None)
@given(k=st.integers(0, WHOLE - 1), who=st.integers(0, 2**32 - 1))
def test_compiled_and_plain_bits_are_the_same(k, who):
    expected = plainly(k, who)
    assert int(bits(np.uint64(k), np.uint32(who))) == expected
    assert float(uniform(np.uint64(k), np.uint32(who))) == ((expected >> 12) + 0.5) / 2.0**52
    assert int(subkey(np.uint64(k), who)) == plainly(k ^ 0xBF58476D1CE4E5B9, who)


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 2**62),
    decision=st.sampled_from(list(Decision)),
    period=st.integers(-30, 3000),
    who=st.integers(0, 2**32 - 2),
    change=st.sampled_from(["seed", "decision", "period", "sub", "who"]),
)
def test_a_draw_changes_with_each_part_of_its_address_and_with_nothing_else(seed, decision, period, who, change):
    mine = uniform(key(seed, decision, period), np.uint32(who))
    assert mine == uniform(key(seed, decision, period, 0), np.uint32(who))
    other = {"seed": seed, "decision": int(decision), "period": period, "sub": 0, "who": who}
    other[change] += 1
    theirs = uniform(key(*[other[name] for name in ("seed", "decision", "period", "sub")]), np.uint32(other["who"]))
    assert mine != theirs


@settings(max_examples=300, deadline=None)
@given(u=st.floats(1e-15, 1.0 - 1e-15))
def test_normal_is_the_inverse_normal_distribution(u):
    assert float(normal(u)) == pytest.approx(float(stats.norm.ppf(u)), rel=1e-9, abs=1e-12)


def test_normal_draws_are_standard_normal():
    u = np.zeros(COUNT)
    draw_uniforms(np.arange(COUNT, dtype=np.uint32), key(4, Decision.INC_AR, 9), u)
    z = filled(normal_quantiles, u)
    assert stats.kstest(z, "norm").pvalue > 1e-5


@settings(max_examples=200, deadline=None)
@given(u=st.floats(1e-12, 1 - 1e-9), mean=st.floats(0.001, 8.0), trials=st.integers(0, 12), share=st.floats(0.0, 1.0))
def test_counts_are_quantiles_of_their_distributions(u, mean, trials, share):
    k = int(poisson(u, mean))
    assert stats.poisson.cdf(k, mean) >= u - 1e-9
    assert k == 0 or stats.poisson.cdf(k - 1, mean) < u + 1e-9
    n = int(binomial(u, trials, share))
    assert 0 <= n <= trials
    assert stats.binom.cdf(n, trials, share) >= u - 1e-9
    assert n == 0 or stats.binom.cdf(n - 1, trials, share) < u + 1e-9


@settings(max_examples=100, deadline=None)
@given(yearly=st.floats(0.0, 20.0), v=st.floats(-30.0, 30.0))
def test_hazards_and_odds_are_probabilities(yearly, v):
    assert 0.0 <= float(hazard(yearly)) < 1.0
    assert (1.0 - float(hazard(yearly))) ** 12 == pytest.approx(math.exp(-yearly), rel=1e-9)
    assert float(logistic(v)) + float(logistic(-v)) == pytest.approx(1.0, abs=1e-12)
