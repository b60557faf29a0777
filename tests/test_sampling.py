"""The sampling error of a survey in the headlines of a study: replicates of the survey, and what is made of them."""

import numpy as np
import pandas
import pytest
from typer.testing import CliRunner

from experiments import sampling
from experiments.cli import app
from experiments.intake import replicates
from experiments.intake.errors_of_sample import Design, design_of, ratio, total


def test_a_replicate_draws_one_unit_less_of_each_stratum_and_keeps_its_weight():
    stratum = np.repeat([0, 1, 2], [4, 7, 1])
    design = Design(np.arange(12), stratum, np.bincount(stratum)[stratum])
    for seed in range(20):
        factor = replicates.drawn(design, np.random.default_rng(seed))
        times = factor[:11] * np.repeat([3 / 4, 6 / 7], [4, 7])
        assert np.allclose(times, np.round(times))
        assert np.allclose(np.bincount(stratum, factor), [4.0, 7.0, 1.0]), "the stratum counts as much as before"


def test_the_spread_over_replicates_is_the_standard_error_of_the_jackknife():
    chance = np.random.default_rng(3)
    stratum = np.repeat([0, 1, 2], [240, 300, 180])
    unit = np.repeat(np.arange(72), 10)
    values, weight = chance.gamma(2.0, size=720) + 0.3 * (unit % 5), chance.uniform(50.0, 150.0, 720)
    design = design_of(stratum, unit)
    of_total, of_mean = total(design, weight, values), ratio(design, weight, values, np.ones(720))
    found = []
    for seed in range(600):
        new = weight * replicates.drawn(design, np.random.default_rng(seed))[unit]
        found.append((new @ values, (new @ values) / new.sum()))
    spread = np.std(found, axis=0, ddof=1)
    assert spread == pytest.approx([of_total.error, of_mean.error], rel=0.1)


def runs(values: dict[tuple[int, int], float], names: tuple[str, str]) -> pandas.Series:
    return pandas.Series(values, index=pandas.MultiIndex.from_tuples(values, names=names), dtype=float)


def test_the_part_of_the_survey_is_how_far_runs_move_less_the_luck_of_both():
    base = runs({(0, 0): 10.0, (1, 0): 30.0}, ("draw", "replication"))
    mine = runs(
        {("2", 0): 12.0, ("3", 1): 28.0, ("4", 0): 14.0, ("5", 1): 28.0}, ("variant", "draw")
    )  # moves 2 -2 4 -2
    assert sampling.of_survey(base, mine, float("nan")) == pytest.approx(9.0)
    assert sampling.of_survey(base, mine, 2.5) == pytest.approx(4.0)
    assert sampling.of_survey(base, mine, 50.0) == 0.0


def test_a_country_without_a_survey_has_no_sampling_error_and_says_so():
    asked = ["compare", "demo", "--scale", "1000", "--draws", "1", "--sampling", "8"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 2
    assert "it has no replicates of a survey, so there is no sampling error to show" in " ".join(done.stderr.split())
