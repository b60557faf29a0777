"""The worth of learning a parameter, and where a choice turns: as known answers say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from calibration import knowing

DRAWS = 600


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(3)
    z = rng.standard_normal((DRAWS, 4))
    luck = 0.3 * rng.standard_normal(DRAWS)
    return z, np.stack([np.zeros(DRAWS), 0.4 + z[:, 0] + 0.5 * z[:, 1] + luck], axis=1)


def known(mean, slope):
    """Return the worth of learning z where one design is worth nothing and the other mean + slope z."""
    return mean * norm.cdf(mean / slope) + slope * norm.pdf(mean / slope) - max(mean, 0.0)


def test_worth_is_the_known_one(drawn):
    z, benefit = drawn
    found = {name: knowing.worth(np.exp(z[:, k]), benefit, np.random.default_rng(1)) for k, name in enumerate("abcd")}
    for name, slope in (("a", 1.0), ("b", 0.5)):
        assert found[name].value == pytest.approx(known(0.4, slope), abs=3.0 * found[name].error)
        assert 0.0 < found[name].error < 0.3 * known(0.4, slope) + 0.02
    assert found["a"].value > found["b"].value
    assert found["c"].value < 0.01
    assert knowing.everything(benefit).value >= found["a"].value


def test_errors_are_as_large_as_they_say():
    found = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        z = rng.standard_normal((200, 2))
        benefit = np.stack([np.zeros(200), z[:, 0] + z[:, 1]], axis=1)
        found.append(knowing.worth(z[:, 0], benefit, rng))
    away = np.array([(each.value - known(0.0, 1.0)) for each in found])
    assert abs(away.mean()) < 0.04
    assert 0.5 < away.std() / np.mean([each.error for each in found]) < 1.6


def test_a_parameter_without_effect_is_rarely_worth_more_than_chance(drawn):
    _, benefit = drawn
    rng = np.random.default_rng(8)
    chance = knowing.of_chance(benefit, rng)
    seen = [knowing.worth(rng.random(DRAWS), benefit, rng).value for _ in range(40)]
    assert np.mean(np.array(seen) > chance) < 0.2
    assert chance < 0.1 * known(0.4, 1.0)


def test_the_best_parameters_come_first(drawn):
    z, benefit = drawn
    table = {"a": z[:, 0], "b": z[:, 1], "fixed": np.ones(DRAWS)}
    assert [name for name, _ in knowing.ranked(table, benefit, 1)] == ["a", "b"]


def test_a_choice_turns_within_the_range_or_nowhere():
    rng = np.random.default_rng(4)
    x = rng.uniform(0.2, 0.8, 300)
    luck = 0.3 * rng.standard_normal(300)
    found = knowing.turning(x, 3.0 - 5.0 * x + luck, 1)
    assert found.low < 0.6 < found.high
    assert found.at == pytest.approx(0.6, abs=0.03)
    assert not found.rises
    outside = knowing.turning(x, 5.0 - 5.0 * x + luck, 1)
    assert np.isnan(outside.at)
    assert np.isnan(outside.low)
    assert outside.crosses < 0.05
