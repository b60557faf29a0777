"""The front: arms that nobody beats in cost, jobs and well-being at once, by draw and on average."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import front

BETTER = {"net_fiscal_cost": "less", "net_jobs": "more", "money_metric_gain": "more"}
CODEBOOK = {name: SimpleNamespace(label=name, unit="", better=better) for name, better in BETTER.items()}


def frame(goods: dict[str, list[tuple[float, float, float]]]) -> pandas.DataFrame:
    """Rows of runs: for each arm and draw its cost, jobs and gain."""
    rows = [
        {"draw": draw, "replication": 0, "status": "ok", "design": arm, "outcome": outcome, "group": "all",
         "month": -1, "value": value}
        for arm, draws in goods.items() for draw, values in enumerate(draws)
        for outcome, value in zip(BETTER, values, strict=True)
    ]  # fmt: skip
    return pandas.DataFrame(rows)


def fronted(goods, **more) -> pandas.DataFrame:
    return front.front(frame(goods), CODEBOOK, **more).set_index("design")


def test_an_arm_that_is_dearer_and_no_better_is_beaten_and_it_is_said_by_which():
    found = fronted({"cheap": [(1.0, 5.0, 5.0)], "dear": [(2.0, 5.0, 5.0)], "jobs": [(3.0, 9.0, 5.0)]})
    assert found["on_front_of_means"].to_dict() == {"cheap": True, "dear": False, "jobs": True}
    assert found.loc["dear", "beaten_by"] == "cheap"
    assert found["probability_on_front"].to_dict() == {"cheap": 1.0, "dear": 0.0, "jobs": 1.0}


def test_the_probability_is_the_share_of_draws_in_which_nobody_is_better():
    found = fronted({
        "steady": [(1.0, 5.0, 5.0)] * 4,
        "lucky": [(1.0, 6.0, 5.0), (1.0, 4.0, 5.0), (1.0, 4.0, 5.0), (1.0, 4.0, 5.0)],
    })  # fmt: skip
    assert found.loc["steady", "probability_on_front"] == 0.75
    assert found.loc["lucky", "probability_on_front"] == 0.25
    assert found.loc["steady", "probability_error"] > 0.0


def test_equal_arms_do_not_beat_each_other():
    found = fronted({"one": [(1.0, 2.0, 3.0)] * 2, "other": [(1.0, 2.0, 3.0)] * 2})
    assert list(found["probability_on_front"]) == [1.0, 1.0]
    assert list(found["beaten_by"]) == ["", ""]


def test_a_draw_in_which_a_figure_does_not_exist_counts_for_nobody():
    found = fronted({"one": [(1.0, 2.0, 3.0), (np.nan, 2.0, 3.0)], "other": [(0.5, 2.0, 3.0), (9.0, 0.0, 0.0)]})
    assert found["probability_on_front"].to_dict() == {"one": 0.0, "other": 1.0}


@pytest.mark.parametrize(
    "goods", [{"alone": [(1.0, 2.0, 3.0)]}, {"one": [(np.nan, 1.0, 1.0)], "other": [(1.0, 1.0, 1.0)]}]
)
def test_without_a_second_arm_or_without_figures_there_is_no_front(goods):
    assert fronted(goods).empty


def test_without_an_aim_that_has_a_better_direction_there_is_no_front():
    goods = {"one": [(1.0, 2.0, 3.0)], "other": [(1.0, 2.0, 4.0)]}
    assert fronted(goods, aims=("net_jobs", "unknown")).empty
    without = {**CODEBOOK, "net_jobs": SimpleNamespace(label="", unit="", better="")}
    assert front.front(frame(goods), without).empty


@given(st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=2, max_size=6))
def test_the_front_is_never_empty_and_whoever_is_beaten_is_beaten_by_somebody_on_it(goods):
    beaten = front.beaten(np.array([goods], dtype=float))[0]
    on_it = ~beaten.any(axis=1)
    assert on_it.any()
    for arm in np.flatnonzero(~on_it):
        assert (beaten[arm] & on_it).any()
