"""Lost jobs that other small work makes up for are told apart, and net jobs have a lower bound (D5, A4)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.behaviour import Behaviour
from sim.outcomes.codebook import CODEBOOK
from sim.outcomes.compared import Compared
from sim.outcomes.jobs import PARTS, demanded, difference
from sim.population import load
from sim.scenario import Scenario
from sim.twins import compare


@cache
def compared() -> Compared:
    """Return a universal quota with a levy over three years, in which private employers need fewer other staff."""
    scenario = Scenario.of({
        "country": "kyrgyzstan", "scale": 1000, "labour_scale": 100, "start": "2026-01", "horizon": "2028-12",
        "designs": {"levy": {
            "quota": {"design": "KG_2025", "assignment": "universal", "levy": 1.0}, "social_contract": {"slots": 0.0},
        }},
    })  # fmt: skip
    lives = compare(load("kyrgyzstan", 1000, labour_scale=100), scenario, Behaviour.central(), 1, keep=True).lives[
        "levy"
    ]
    return Compared(lives, lives.final.t - 1)


def test_what_is_lost_is_displacement_and_what_other_small_work_makes_up_for() -> None:
    lives, parts = compared().lives, compared().parts
    lost = difference(lives.frozen, lives.stolen, demanded)
    assert lost == pytest.approx(parts["displacement"] + parts["refilled"])
    assert lost[-1] > 0.0
    assert parts["refilled"][-1] > 0.0, "those who lose work take up other work in small firms and on own account"


def test_jobs_that_are_asked_for_are_those_of_markets_and_of_employers() -> None:
    base = compared().base
    asked = demanded(base)
    assert asked == pytest.approx(
        base.records.series("incumbents").sum(axis=1) + base.records.series("work_employee").sum(axis=1)
    )


def test_net_jobs_have_a_lower_bound_that_leaves_out_what_was_refilled() -> None:
    net, low, refilled = (CODEBOOK[name].value(compared()) for name in ("net_jobs", "net_jobs_low", "refilled"))
    assert low == net - refilled < net
    assert "upper bound" in CODEBOOK["net_jobs"].definition
    assert "lower bound" in CODEBOOK["displacement"].definition


def test_what_was_refilled_is_no_part_of_the_sum() -> None:
    parts = compared().parts
    assert "refilled" not in PARTS
    total = parts["gross"] - parts["deadweight"] + parts["quota"] - parts["displacement"] + parts["multiplier"]
    assert np.allclose(total + parts["financing"], parts["net"])
