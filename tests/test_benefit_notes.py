"""Benefit notes: an amount that is read in other prices than it looks, or that moves nobody, is said to be so."""

from __future__ import annotations

import pytest

from experiments.benefit_notes import benefit_notes
from sim.scenario import Scenario


def notes(**benefits):
    designs = {"a": {"label": "A", "social_protection": benefits}}
    return list(benefit_notes(Scenario.of({"start": "2026-01", "horizon": "2028-12", "designs": designs})))


def test_a_pension_is_said_in_prices_of_the_month_from_which_it_holds():
    (said,) = notes(age_pension=[{"from": "2027-01", "value": 12_000}])
    assert said == (
        "A: Mean age pension: 12,000 som stands in prices of October 2025, like today's 11,226 som. In prices of "
        "January 2027 it is 12,830 som."
    )


@pytest.mark.parametrize("key", ["social_benefit_childhood_2", "social_benefit_childhood_3"])
def test_a_benefit_that_nobody_of_the_register_has_is_said_to_move_nobody(key):
    (said,) = notes(**{key: 9_000})
    assert "moves nobody" in said


@pytest.mark.parametrize("benefits", [{}, {"age_pension": 11_226}, {"social_benefit_general_2": 4_000}])
def test_nothing_is_said_of_amounts_that_stay_or_are_nominal(benefits):
    assert notes(**benefits) == []
