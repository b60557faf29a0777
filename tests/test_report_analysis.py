"""Analysis: comparisons are paired, noise is told from uncertainty, and doubt is said in words."""

from __future__ import annotations

from types import SimpleNamespace

import fake_simulator as fake
import numpy as np
import pandas
import pytest

from experiments import analysis, certainty
from sim.errors import InputError

CODEBOOK = {
    "net_jobs": SimpleNamespace(label="Net jobs", unit="jobs", better="more"),
    "programme_cost": SimpleNamespace(label="Programme cost", unit="som", better="less"),
    "cost_per_net_job": SimpleNamespace(label="Cost per net job", unit="som", better="less"),
}


def frame_of(study):
    rows = []
    for unit in study.units:
        records = study.simulator(study.scenario, study.parameter_sets[unit.draw], study.seed(unit))
        rows += [{**unit._asdict(), "status": "ok", **record} for record in records]
    return pandas.DataFrame(rows)


@pytest.fixture(scope="module")
def frame():
    return frame_of(fake.study(draws=40, designs=fake.DESIGNS))


def cell(table, **where):
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_a_level_is_the_median_over_draws_of_means_over_seeds(frame):
    rows = frame[(frame.design == "No change") & (frame.outcome == "net_jobs") & (frame.group == "all")]
    means = rows[rows.month == -1].groupby("draw")["value"].mean()
    row = cell(analysis.levels(frame, CODEBOOK), design="No change", outcome="net_jobs")
    assert row["median"] == pytest.approx(means.median())
    assert row["low"] == pytest.approx(means.quantile(0.05))
    assert row["high"] == pytest.approx(means.quantile(0.95))


def test_a_difference_is_taken_draw_by_draw_and_is_far_narrower_than_two_intervals(frame):
    level = analysis.levels(frame, CODEBOOK)
    difference = cell(analysis.differences(frame, CODEBOOK), design="Quota with levy", outcome="net_jobs")
    first = cell(level, design="No change", outcome="net_jobs")
    second = cell(level, design="Quota with levy", outcome="net_jobs")
    assert second["low"] < first["high"], "the levels overlap"
    assert difference["low"] > 0, "the paired difference does not"
    assert difference["verdict"] == "more"
    assert difference["high"] - difference["low"] < 0.2 * (
        (second["high"] - first["low"]) - (second["low"] - first["high"])
    )


def test_verdicts_follow_the_stated_rule(frame):
    table = analysis.differences(frame, CODEBOOK)
    assert cell(table, design="Services", outcome="net_jobs")["verdict"] == "fewer"
    assert cell(table, design="Services", outcome="programme_cost")["verdict"] == "the same"
    assert analysis.verdict(np.array([-1.0, 2.0]), -0.9, 1.9) == "cannot be told apart"
    assert analysis.verdict(np.array([np.nan]), np.nan, np.nan) == "undefined"


def test_better_knows_its_direction_and_ties_count_half():
    assert analysis.probability_better(np.array([1.0, 2.0, -1.0, 0.0]), "more")[0] == 0.625
    assert analysis.probability_better(np.array([1.0, 2.0, -1.0, 0.0]), "less")[0] == 0.375
    assert np.isnan(analysis.probability_better(np.array([1.0]), "neither")[0])


def test_probabilities_of_being_best_add_up_and_the_best_has_no_regret(frame):
    table = analysis.ranking(frame, CODEBOOK)
    assert table.groupby("outcome")["probability_best"].sum().to_numpy() == pytest.approx(1.0)
    assert cell(table, design="Larger grant", outcome="net_jobs")["expected_regret"] == pytest.approx(0.0)
    assert cell(table, design="Services", outcome="net_jobs")["expected_regret"] > 400
    assert set(table[table.outcome == "programme_cost"]["probability_best"]) == {0.25}


def test_variance_components_find_the_share_of_luck():
    rng = np.random.default_rng(5)
    between, within = 3.0, 2.0
    values = between * rng.standard_normal((20_000, 1)) + within * rng.standard_normal((20_000, 2))
    luck = within**2 / 2
    assert analysis.noise_share(values) == pytest.approx(luck / (between**2 + luck), abs=0.01)
    assert np.isnan(analysis.noise_share(values[:, :1]))
    assert analysis.noise_share(np.ones((5, 2))) == 0.0


def test_the_gain_of_pairing_is_the_ratio_of_variances():
    rng = np.random.default_rng(6)
    shared, own = rng.standard_normal((2, 20_000, 2))
    assert analysis.pairing_gain(shared, shared + 0.1 * own) == pytest.approx(2.01 / 0.01, rel=0.05)
    assert analysis.pairing_gain(shared, shared) == float("inf")
    assert np.isnan(analysis.pairing_gain(np.ones((5, 2)), np.ones((5, 2))))


def test_simultaneous_bands_hold_for_all_designs_at_once_and_contain_the_single_ones():
    rng = np.random.default_rng(7)
    paired = np.exp(0.5 * rng.standard_normal((4000, 3)))
    bands = certainty.bands(paired)
    inside = ((paired >= bands[:, 0]) & (paired <= bands[:, 1])).all(axis=1).mean()
    assert inside == pytest.approx(0.9, abs=0.005)
    single = np.quantile(paired, [0.05, 0.95], axis=0).T
    assert (bands[:, 0] <= single[:, 0]).all()
    assert (bands[:, 1] >= single[:, 1]).all()
    assert certainty.bands(paired[:, :1])[0] == pytest.approx(single[0])


def test_undefined_figures_are_counted_not_hidden():
    rows = [
        {"draw": draw, "replication": 0, "status": "ok", "design": "A", "outcome": "cost_per_net_job", "group": "all",
         "month": -1, "value": float("nan") if draw < 3 else float(draw)}
        for draw in range(10)
    ]  # fmt: skip
    row = analysis.levels(pandas.DataFrame(rows), CODEBOOK).iloc[0]
    assert row["undefined"] == pytest.approx(0.3)
    assert row["median"] == 6.0


def test_groups_and_months_are_summarised(frame):
    assert analysis.dimensions(frame) == {"oblast": ["Naryn", "Osh"]}
    table = analysis.by_group(frame, "net_jobs", "oblast")
    assert set(table["oblast"]) == {"Naryn", "Osh"}
    assert cell(table, oblast="Osh", design="Larger grant")["verdict"] == "more"
    months = analysis.by_month(frame, "net_jobs")
    assert list(months["month"].unique()) == list(range(fake.MONTHS))
    row = months.iloc[0]
    assert row["low"] <= row["inner_low"] <= row["median"] <= row["inner_high"] <= row["high"]


def test_a_failed_draw_is_left_out_of_figures(frame):
    broken = frame.copy()
    broken.loc[(broken.draw == 0) & (broken.replication == 0), ["status", "value"]] = ["failed", 1e12]
    table = analysis.levels(broken, CODEBOOK)
    assert table["high"].max() < 1e11


def test_an_outcome_that_a_study_has_not_is_one_sentence_with_the_nearest_name(frame):
    with pytest.raises(InputError, match=r"'net_job' is not an outcome of this study; did you mean 'net_jobs'\?"):
        analysis.by_group(frame, "net_job", "oblast")
