"""The posterior that comes along: proven to the bit, calibrated, and what every scenario draws from by default."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from calibration import likelihood, making, posterior, sets, targets
from experiments.cli import app
from sim.scenario import Scenario

COUNTRY = "kyrgyzstan"


@pytest.fixture(scope="module")
def shipped():
    return posterior.read(COUNTRY)


def test_the_posterior_is_proven_by_the_command():
    done = CliRunner().invoke(app, ["verify", "posterior"])
    assert done.exit_code == 0, done.output
    assert "Proven" in done.output


def test_another_model_would_be_found_out(shipped, tmp_path):
    posterior.write(shipped, COUNTRY, tmp_path)
    about = tmp_path / f"{COUNTRY}.json"
    facts = json.loads(about.read_text(encoding="utf-8"))
    facts["proof"] = [facts["proof"][0] | {"figures": "0" * 12}]
    about.write_text(json.dumps(facts), encoding="utf-8")
    (fault,) = making.faults(COUNTRY, tmp_path)
    assert fault == "run 0 of the bank gives other figures than when the posterior was made"


def test_scenarios_draw_from_it_by_default(shipped):
    assert Scenario().prior == "posterior"
    found = sets.parameter_sets(Scenario().prior, 8, 1, COUNTRY)
    assert found.status == (sets.CALIBRATED if shipped.sound else sets.PRIOR_SCENARIO)
    assert f"{len(likelihood.figures(targets.read(COUNTRY)))} published figures" in found.coverage or not shipped.sound


def test_it_is_no_quick_one_and_its_draws_are_numbers(shipped):
    assert not shipped.quick
    assert shipped.latent.shape == (2000, len(shipped.names))
    assert np.isfinite(shipped.latent).all()


def test_every_published_figure_has_a_verdict(shipped):
    judged = {row["target"] for row in shipped.about["diagnostics"]["predictive"]}
    without = {t.name for t in targets.read(COUNTRY) if t.fitted} - judged
    assert not without
