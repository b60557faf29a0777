"""The page about the calibration says what the shipped posterior says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from calibration import ahead, posterior, telling

COUNTRY = "kyrgyzstan"
PAGE = Path(__file__).parents[1] / "docs" / "calibration.md"


def test_the_page_is_that_of_the_shipped_posterior():
    assert telling.page(posterior.read(COUNTRY), ahead.analysed(COUNTRY)) == PAGE.read_text(encoding="utf-8")


def test_the_headlines_are_those_of_the_shipped_posterior():
    known = ahead.analysed(COUNTRY)
    assert set(known["covered"]) == {"prior", "posterior"}
    assert "net jobs" in ahead.sentence(COUNTRY)


def test_a_frozen_forecast_is_as_it_was_written_and_one_is_valid():
    valid = []
    for about in sorted(ahead.FORECASTS.glob("*.json")):
        facts = json.loads(about.read_text(encoding="utf-8"))
        assert hashlib.sha256(about.with_suffix(".csv").read_bytes()).hexdigest() == facts["file"]
        if "superseded" not in facts:
            valid.append(facts["posterior"])
    assert valid == [posterior.read(COUNTRY).fingerprint]
