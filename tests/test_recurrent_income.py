"""The gain in income of all families is recurrent; money that comes once is an outcome of its own (K2)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.behaviour import Behaviour
from sim.outcomes.codebook import CODEBOOK
from sim.outcomes.compared import Compared
from sim.population import load
from sim.scenario import Scenario
from sim.twins import compare


@cache
def compared() -> Compared:
    """Return a programme of one year that ends in it, in the year before a business is mature."""
    scenario = Scenario.of({
        "country": "kyrgyzstan", "scale": 1000, "start": "2026-01", "horizon": "2026-12",
        "designs": {"today": {"social_contract": {"slots": 20_000.0}}},
    })  # fmt: skip
    behaviour = Behaviour.central().changed(investing__diversion=0.6)
    lives = compare(load("kyrgyzstan", 1000), scenario, behaviour, 1, keep=True).lives["today"]
    return Compared(lives, lives.final.t - 1)


def of_books(name: str) -> float:
    """Return how much more a figure of the monthly books is over the horizon."""
    lives = compared().lives
    return float(sum((w.records.series(name).sum() * sign) for w, sign in ((lives.final, 1.0), (lives.base, -1.0))))


def test_recurrent_income_and_money_that_came_once_are_apart_and_add_up_to_disposable_income() -> None:
    recurrent, once = (CODEBOOK[name].value(compared()) for name in ("income_change", "income_once_all"))
    assert once == pytest.approx(of_books("income_once"), rel=1e-3)
    assert recurrent + once == pytest.approx(of_books("income"), rel=1e-3, abs=1e6)
    assert once > 0.0, "most of each grant is spent"
    assert recurrent < recurrent + once - 1e8, "consumed grants were in the change of income until now"


def test_groups_of_families_add_up_to_the_country_in_both() -> None:
    for name in ("income_change", "income_once_all"):
        groups = dict(CODEBOOK[name].by_group(compared()))
        halves = [value for group, value in groups.items() if group.startswith("disability=")]
        assert len(halves) == 2
        assert np.sum(halves) == pytest.approx(CODEBOOK[name].value(compared()), rel=1e-6)


def test_the_headline_says_that_it_is_recurrent() -> None:
    assert "recurrent" in CODEBOOK["income_change"].label
    assert "once is apart" in CODEBOOK["income_change"].definition
