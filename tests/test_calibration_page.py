"""The page about the calibration says what the posterior that comes along says, and whether it is used."""

from __future__ import annotations

from calibration import ahead, frozen, posterior, telling
from sim import behaviour

COUNTRY = "kyrgyzstan"
PAGE = telling.PAGE


def test_the_page_is_that_of_the_shipped_posterior() -> None:
    assert PAGE.read_text(encoding="utf-8") == telling.shipped_page(COUNTRY), "run: python -m calibration.telling"


def test_the_page_calls_calibrated_only_what_scenarios_draw_from() -> None:
    used, why_not = posterior.shipped(COUNTRY, behaviour.priors(COUNTRY))
    first = PAGE.read_text(encoding="utf-8").splitlines()[2]
    if used is None:
        assert first.startswith("**Withdrawn: everything is a prior scenario.**")
        assert why_not in first
    else:
        assert first.startswith("**Calibrated.**" if used.sound else "**Prior scenario**")


def test_headlines_of_another_posterior_are_said_nowhere() -> None:
    known, used = ahead.analysed(COUNTRY), posterior.read(COUNTRY)
    assert used is not None
    assert bool(known) is ("net jobs" in ahead.sentence(COUNTRY)) is ("What drives the headlines" in PAGE.read_text())
    assert not known or known["posterior"] == used.fingerprint


def test_a_frozen_forecast_is_as_it_was_written_and_says_what_it_was_drawn_from() -> None:
    names = frozen.names()
    assert "2026-11-22-third" in names
    for name in names:
        assert frozen.read(name).about["posterior"]
