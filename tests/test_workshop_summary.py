"""What the page says of a few runs: honest when there are few, the same as the command line when there are enough."""

import numpy as np
import pytest

from experiments import analysis
from sim.outcomes.records import ALL, HORIZON
from workshop.figures import Layout, Place
from workshop.outcomes import BY_GROUP, HEADLINES, MONTHLY
from workshop.summary import Spread, _plain, figures, method_of

PLACES = (
    *(Place(name, ALL, HORIZON) for name in HEADLINES),
    *(Place(name, ALL, month) for name in MONTHLY for month in (48, 49, 50)),
    *(Place(name, f"oblast={region}", HORIZON) for name in BY_GROUP for region in ("Naryn", "Talas")),
)
LAYOUT = Layout(PLACES)
NET, COST = LAYOUT.headline("net_jobs"), LAYOUT.headline("programme_cost")


def table(draws, shift=0.0, seed=1):
    return np.random.default_rng(seed).normal(100.0, 10.0, (draws, len(PLACES))) + shift


def test_below_four_runs_there_is_no_interval_and_no_verdict():
    found = figures(LAYOUT, [table(3), table(3, 50.0)], details=True)
    assert found["interval"]["method"] == "none"
    level, change = found["outcomes"]["net_jobs"][0], found["differences"]["net_jobs"][1]
    assert level["low"] is level["high"] is level["dots"] is None
    assert level["median"] is not None
    assert (change["verdict"], change["better"], change["more_in"]) == ("too early", None, None)
    assert "details" not in found


def test_students_interval_holds_one_further_run_in_nine_of_ten_cases():
    rng = np.random.default_rng(7)
    inside = 0
    for _ in range(2000):
        spread = Spread(rng.normal(0.0, 1.0, (5, 1)))
        inside += spread.low[0] <= rng.normal() <= spread.high[0]
    assert 0.88 < inside / 2000 < 0.92


def test_a_count_that_cannot_be_negative_has_no_negative_interval():
    values = np.abs(np.random.default_rng(3).normal(0.0, 100.0, (4, len(PLACES))))
    found = figures(LAYOUT, [values], details=True)
    for name in ("families_worse", "contracts"):
        spread = found["outcomes"][name][0]
        assert 0.0 <= spread["low"] <= spread["median"] <= spread["high"]
        assert min(spread["dots"]) >= 0.0
    assert min(line["low"] for line in (spread for spread in found["outcomes"]["net_jobs"])) < 0.0


@pytest.mark.parametrize("draws", [8, 20])
def test_from_eight_runs_on_the_interval_is_that_of_the_command_line(draws):
    values = table(draws)
    spread = Spread(values)
    expected = analysis._interval(values[:, NET])
    assert [spread.low[NET], spread.median[NET], spread.high[NET]] == [
        expected["low"], expected["median"], expected["high"],
    ]  # fmt: skip


@pytest.mark.parametrize("draws", [20, 33, 48])
def test_quantiles_of_what_is_there_are_numpys_bit_for_bit(draws):
    values = table(draws)
    values[np.random.default_rng(5).random(values.shape) < 0.3] = np.nan
    values[:, 2] = np.nan
    values[:-1, 3], values[-1, 3] = np.nan, 7.0
    spread, there = Spread(values), [k for k in range(values.shape[1]) if k != 2]
    for share in (0.05, 0.25, 0.5, 0.75, 0.95):
        found = spread._quantiles(share)
        assert np.isnan(found[2])
        assert (found[there] == np.nanquantile(values[:, there], share, axis=0)).all()


def test_the_interval_narrows_as_runs_come_in():
    values = table(48)
    widths = [np.mean(Spread(values[:n]).high - Spread(values[:n]).low) for n in (4, 5, 7, 8)]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("draws", [8, 48])
def test_designs_are_compared_run_by_run_not_by_two_intervals(draws):
    first = table(draws)
    found = figures(LAYOUT, [first, first + 0.5], details=True)
    change = found["differences"]["net_jobs"][1]
    assert change["verdict"] == "more"
    assert change["low"] == change["high"] == pytest.approx(0.5)
    assert change["better"] == 1.0
    assert found["differences"]["programme_cost"][1]["better"] == 0.0
    assert found["outcomes"]["net_jobs"][0]["low"] < found["outcomes"]["net_jobs"][1]["median"]


def test_equal_designs_are_the_same_and_noise_cannot_be_told_apart():
    first = table(30)
    same = figures(LAYOUT, [first, first.copy()], details=False)["differences"]["net_jobs"][1]
    assert (same["verdict"], same["better"]) == ("the same", 0.5)
    other = figures(LAYOUT, [first, table(30, seed=2)], details=False)["differences"]["net_jobs"][1]
    assert other["verdict"] == "cannot be told apart"


def test_three_designs_are_ranked_by_chance_of_being_best_and_by_regret():
    first = table(20)
    found = figures(LAYOUT, [first, first + 1.0, first - 1.0], details=False)["ranking"]
    assert [row["best"] for row in found["net_jobs"]] == [0.0, 1.0, 0.0]
    assert [row["regret"] for row in found["net_jobs"]] == [1.0, 0.0, 2.0]
    assert [row["best"] for row in found["programme_cost"]] == [0.0, 0.0, 1.0]


def test_figures_that_do_not_exist_are_left_out_and_said():
    values = table(24)
    values[:6, NET] = np.nan
    found = figures(LAYOUT, [values, values + 1.0], details=True)
    assert found["outcomes"]["net_jobs"][0]["undefined"] == 0.25
    assert found["differences"]["net_jobs"][1]["verdict"] == "more"
    nothing = np.full_like(values, np.nan)
    found = figures(LAYOUT, [nothing, nothing], details=True)
    assert found["outcomes"]["net_jobs"][0]["median"] is None
    assert found["differences"]["net_jobs"][1]["verdict"] == "undefined"


def test_dots_are_twenty_equally_likely_results_around_the_median():
    for draws in (4, 20, 48):
        found = figures(LAYOUT, [table(draws)], details=False)["outcomes"]["net_jobs"][0]
        assert len(found["dots"]) == 20
        assert found["dots"] == sorted(found["dots"])
        assert found["dots"][0] <= found["low"] <= found["high"] <= found["dots"][-1]


def test_details_hold_every_month_and_group():
    found = figures(LAYOUT, [table(8), table(8, 1.0)], details=True)["details"]
    assert len(found["monthly"]["net_jobs"][0]["median"]) == 3
    assert set(found["groups"]["oblast"]["net_jobs"]) == {"Naryn", "Talas"}
    assert found["group_differences"]["oblast"]["net_jobs"]["Naryn"][0] is None


def test_methods_change_at_four_and_eight():
    assert [method_of(n) for n in (1, 3, 4, 7, 8)] == ["none", "none", "student", "student", "quantile"]


def test_numbers_are_sent_with_seven_digits():
    assert _plain(np.array([-123456.789, 1e-9, 2.5e9 + 0.4])) == [-123456.8, 1e-9, 2.5e9]
