"""What stays after the last new contract is said from runs that are followed on, and from as many as there are."""

import numpy as np
import pytest

from experiments.language import language
from workshop import later
from workshop.country import LAST_MONTH, START_MONTH
from workshop.results import CATALOGUES

HORIZON, MORE = LAST_MONTH - START_MONTH + 1, 60
SLOPES = (0.9, 1.0, 1.1, 1.0)


def runs(at_the_end, at_last):
    """Return four runs, each of two designs that differ by so many jobs at the horizon and at the last month."""
    months = np.arange(HORIZON + MORE)
    apart = np.interp(months, [0, HORIZON - 1, HORIZON + MORE - 1], [0.0, at_the_end, at_last])
    return [[np.full(HORIZON + MORE, 5000.0), 5000.0 + slope * apart] for slope in SLOPES]


def test_both_months_stand_in_the_sentence_with_the_range_of_the_last():
    found = later.finished(runs(12_000.0, 3_000.0), language("en", CATALOGUES))
    assert found["months"][0] == "2026-01"
    assert found["months"][-1] == "2034-12"
    assert "+12,000 jobs in December 2029, with contracts still being signed" in found["finding"]
    assert "+3,000 in December 2034, 60 months after the last new contract" in found["finding"]
    assert found["note"].startswith("From 4 runs that are followed on without new contracts. A wide interval")


@pytest.mark.parametrize("code", ["ru", "ky"])
def test_it_is_said_in_each_language(code):
    found = later.finished(runs(12_000.0, 3_000.0), language(code, CATALOGUES))
    assert "contract" not in found["finding"] + found["note"]


def test_two_designs_that_are_the_same_differ_by_nothing():
    found = later.finished(runs(0.0, 0.0), language("en", CATALOGUES))
    assert set(found["line"]["median"]) == {0.0}
    assert "0 in December 2034" in found["finding"]
