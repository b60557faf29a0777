"""Exploring: points where they should be, drivers and boxes that are there, and none that are not."""

from __future__ import annotations

import dataclasses
import warnings

import numpy as np
import pandas
import pytest
from scipy.stats import qmc

from experiments import adapters, discovery, factors, runner, sensitivity, summary
from experiments.protocol import Explore, Plan
from experiments.study import prepare
from sim.engine.draws import key, uniform
from sim.errors import InputError, ResultError

LEVY, PRICES, RATE = "designs.levy.quota.levy", "economy.inflation", "behaviour.starting.rate"
BASE = {
    "scale": 1000, "labour_scale": 100, "start": "2023-01", "horizon": "2024-06", "prior": "medians",
    "designs": {"today": {}, "levy": {"quota": {"design": "KG_2025", "assignment": "universal", "levy": 0.2}}},
}  # fmt: skip
FACTORS = {LEVY: [0.0, 1.0], PRICES: [0.02, 0.2], RATE: "prior"}


def plan(method="lhs", points=64, **more):
    explore = {"method": method, "points": points, "factors": FACTORS, **more}
    return Plan.of({**BASE, "study": {"outcomes": ["net_jobs"], "failures_allowed": 0.2, "explore": explore}})


def simulate(scenario, values, seed):
    """Net jobs of the levy: more with a higher levy, less where prices rise, nothing from the rate of starts."""
    levy, prices = scenario_value(values, LEVY), scenario_value(values, PRICES)
    if abs(levy - 0.51) < 0.02 or (abs(levy - 2 / 3) < 1e-9 and prices > 0.19):
        raise ZeroDivisionError("no employer is left")
    luck = uniform(key(seed, 1), 1) - 0.5
    rows = [("today", 100.0 * luck), ("levy", 100.0 * luck + 1000.0 * levy - 4000.0 * max(0.0, prices - 0.1))]
    return [{"design": d, "outcome": "net_jobs", "group": "all", "month": -1, "value": v} for d, v in rows]


def scenario_value(values, name):
    return float(values[name.removeprefix("behaviour.")])


@pytest.fixture
def explored(tmp_path, monkeypatch):
    mark = tmp_path / "ready"
    mark.touch()
    monkeypatch.setattr(runner, "compiled", lambda: mark)

    def run(made):
        study = dataclasses.replace(prepare(made), simulator=simulate)
        runner.run(study, tmp_path / "results", workers=1)
        return summary.read(tmp_path / "results")

    return run


def test_points_fill_their_ranges_and_are_the_same_every_time():
    for method in ("lhs", "sobol"):
        made = factors.points(plan(method).protocol.explore, "kyrgyzstan", 7)
        again = factors.points(plan(method).protocol.explore, "kyrgyzstan", 7)
        assert made == again
        table = factors.table(made)
        shares = ((table[[LEVY, PRICES]] - [0.0, 0.02]) / [1.0, 0.18]).to_numpy()
        assert shares.min() >= 0.0
        assert shares.max() <= 1.0
        assert qmc.discrepancy(shares) < qmc.discrepancy(np.random.default_rng(1).random((64, 2)))


def test_a_grid_has_every_combination_and_whole_numbers_stay_whole():
    explore = Explore.model_validate(
        {"method": "grid", "levels": 3, "factors": {"a": [0, 4], "b": ["x", "y"], "c": [0.0, 1.0]}}
    )
    with pytest.raises(InputError, match="factor 'a' must begin with one of designs, common, economy or behaviour"):
        factors.points(explore, "kyrgyzstan", 1)
    explore = Explore.model_validate(
        {
            "method": "grid",
            "levels": 3,
            "factors": {"economy.a": [0, 4], "economy.b": ["x", "y"], "economy.c": [0.0, 1.0]},
        }
    )
    made = factors.points(explore, "kyrgyzstan", 1)
    assert len(made) == 18
    assert {(type(point["economy.a"]), point["economy.a"]) for point in made} == {(int, 0), (int, 2), (int, 4)}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"designs.levvy.quota.levy": [0.0, 1.0]}, "names no design of the scenario; did you mean 'levy'"),
        ({"designs.levy.quota.levi": [0.0, 1.0]}, "is not a known key; did you mean 'levy'"),
        ({"economy.inflation": [0.0, 99.0]}, "economy.inflation is 99; it must be at most"),
        ({"behaviour.starting.rat": "prior"}, "is no parameter of behaviour; did you mean"),
        ({"economy.inflation": [0.2, 0.1]}, "the first must be less"),
    ],
)  # fmt: skip
def test_a_factor_that_makes_no_sense_is_one_sentence_before_anything_runs(change, says):
    with pytest.raises(InputError, match=says):
        Plan.of({**BASE, "study": {"explore": {"method": "lhs", "factors": change}}})


@pytest.mark.parametrize(("method", "points"), [("saltelli", 64), ("morris", 40), ("lhs", 256)])
def test_drivers_are_ranked_rightly_though_some_runs_failed(explored, method, points):
    found = explored(plan(method, points))
    assert 0 < len(found.failures) < 0.1 * len(found.parameters)
    ranked = sensitivity.drivers(found, "net_jobs")
    names = list(ranked["parameter"])
    assert names[0] == LEVY
    assert names[1] == PRICES
    assert names[2] == RATE.removeprefix("behaviour.") or names[2] == RATE
    assert ranked["left_out"].iloc[0] >= len(found.failures)
    if method == "lhs":
        assert ranked["index"].iloc[0] > ranked["of_chance"].iloc[0]
        assert ranked["index"].iloc[2] < ranked["of_chance"].iloc[2]
    if method == "saltelli":
        assert ranked["index"].iloc[0] + ranked["index"].iloc[1] == pytest.approx(1.0, abs=0.25)
        assert ranked["index"].iloc[2] == pytest.approx(0.0, abs=1e-12)


def test_all_points_share_their_luck_so_that_differences_between_them_are_the_factors():
    study = prepare(plan())
    assert len({study.seed(unit) for unit in study.units}) == 1


def test_the_futures_in_which_the_levy_backfires_are_found(explored):
    box = discovery.backfires(explored(plan("sobol", 256)), "net_jobs")
    limits = {limit.parameter: limit for limit in box.limits}
    assert set(limits) <= {LEVY, PRICES}
    assert PRICES in limits
    assert limits[PRICES].low > 0.08
    assert box.density > 0.7
    assert box.density > 2 * box.share
    assert "Mostly luck" not in box.sentence


def test_a_box_in_pure_luck_says_so():
    rng = np.random.default_rng(4)
    noise = pandas.DataFrame(rng.random((300, 8)), columns=list("abcdefgh"))
    box = discovery.found(noise, rng.random(300) < 0.2)
    assert box.density_found > 1.5 * box.share, "where it was looked for, it looks like a finding"
    assert "Mostly luck" in box.sentence


def test_too_few_futures_for_a_box_are_one_sentence():
    with pytest.raises(ResultError, match="50 futures have a figure; a box needs at least 100"):
        discovery.found(pandas.DataFrame({"a": np.arange(50.0)}), np.arange(50) < 20)


def test_a_user_of_salib_gets_its_indices_with_a_few_lines():
    from SALib.analyze import rbd_fast
    from SALib.sample import latin

    problem = adapters.salib_problem(plan())
    points = latin.sample(problem, 200, seed=1)
    values = adapters.evaluated(plan(), points, "net_jobs", simulator=simulate)
    failed = np.isnan(values)
    assert 0 < failed.sum() < 20
    found = rbd_fast.analyze(problem, points[~failed], values[~failed], seed=1)
    strongest = problem["names"][int(np.argmax(found["S1"]))]
    assert strongest == LEVY


def test_a_user_of_the_ema_workbench_runs_experiments_with_a_few_lines():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench import perform_experiments
    model = adapters.ema_model(plan(), "net_jobs", simulator=simulate)
    assert [lever.name for lever in model.levers] == ["designs__levy__quota__levy"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        experiments, outcomes = perform_experiments(model, scenarios=6, policies=3)
    assert len(experiments) == 18
    expected = 1000.0 * experiments["designs__levy__quota__levy"]
    expected -= 4000.0 * (experiments["economy__inflation"] - 0.1).clip(lower=0.0)
    known = ~np.isnan(outcomes["net_jobs"])
    assert known.sum() >= 12
    assert outcomes["net_jobs"][known] == pytest.approx(expected[known])
