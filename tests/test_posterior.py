"""The posterior that comes along: proven to the bit, calibrated and drawn from, or withdrawn and nowhere used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from calibration import ahead, bank, likelihood, making, posterior, priors, sets, targets
from experiments.cli import app
from sim import behaviour
from sim.errors import InputError
from sim.scenario import Scenario

COUNTRY = "kyrgyzstan"


@pytest.fixture(scope="module")
def shipped() -> posterior.Posterior:
    found = posterior.read(COUNTRY)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def why_not(shipped: posterior.Posterior) -> str:
    """Return why the posterior is not used; empty where it fits the priors of today."""
    return posterior.withdrawn(shipped, COUNTRY, behaviour.priors(COUNTRY))


@pytest.fixture(scope="module")
def present(shipped: posterior.Posterior, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Return the folder and the facts of a posterior of today's priors and model, from a bank in a small country."""
    folder = tmp_path_factory.mktemp("posterior")
    posterior.write(shipped, COUNTRY, folder)
    facts = json.loads((folder / f"{COUNTRY}.json").read_text(encoding="utf-8"))
    facts["effort"] |= {"scale": 1000, "runs": 8}
    facts["data"] |= {
        "priors": priors.fingerprint(behaviour.priors(COUNTRY)), "targets": targets.fingerprint(targets.read(COUNTRY)),
    }  # fmt: skip
    run = bank.one(making.bank_plan(facts), 0)
    facts["proof"] = [{"run": 0, "figures": bank.digest([run])}]
    return folder, facts


def faults(present: tuple[Path, dict[str, Any]], **other: Any) -> list[str]:
    folder, facts = present
    (folder / f"{COUNTRY}.json").write_text(json.dumps(facts | other), encoding="utf-8")
    return making.faults(COUNTRY, folder)


def test_the_command_proves_the_posterior_or_says_in_one_sentence_why_it_cannot(why_not: str) -> None:
    done = CliRunner().invoke(app, ["verify", "posterior"])
    if why_not:
        assert done.exit_code == 1
        (said,) = done.output.strip().splitlines()
        assert said.startswith("Not proven: the priors have changed since the posterior was made (")
    else:
        assert done.exit_code == 0, done.output
        assert "Proven" in done.output


def test_a_posterior_of_the_present_model_is_proven_by_simulating_its_bank_again(
    present: tuple[Path, dict[str, Any]],
) -> None:
    assert faults(present) == []


def test_another_model_would_be_found_out(present: tuple[Path, dict[str, Any]]) -> None:
    (fault,) = faults(present, proof=[present[1]["proof"][0] | {"figures": "0" * 12}])
    assert fault == "run 0 of the bank gives other figures than when the posterior was made"


def test_other_priors_are_found_out_before_anything_is_simulated(
    present: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank, "one", None)
    (fault,) = faults(present, data=present[1]["data"] | {"priors": "0" * 12})
    assert fault.startswith("the priors have changed since the posterior was made (000000000000, now ")


def test_scenarios_draw_from_it_where_it_fits_and_else_from_the_prior_and_say_so(
    shipped: posterior.Posterior, why_not: str
) -> None:
    assert Scenario().prior == "posterior"
    found = sets.parameter_sets(Scenario().prior, 8, 1, COUNTRY)
    if why_not:
        assert found.status == sets.PRIOR_SCENARIO
        assert found.coverage == f"{sets.OF_PRIOR} {why_not}"
        assert found.values == sets.parameter_sets("draws", 8, 1, COUNTRY).values
    else:
        assert found.status == (sets.CALIBRATED if shipped.sound else sets.PRIOR_SCENARIO)
        figures = len(likelihood.figures(targets.read(COUNTRY)))
        assert f"{figures} published figures" in found.coverage or not shipped.sound


def test_nobody_looks_ahead_at_draws_of_a_withdrawn_posterior(why_not: str, tmp_path: Path) -> None:
    if not why_not:
        pytest.skip("the posterior is in use")
    with pytest.raises(InputError, match="it must have a posterior of its present priors"):
        ahead.analyse(COUNTRY, tmp_path)


def test_it_is_no_quick_one_and_its_draws_are_numbers(shipped: posterior.Posterior) -> None:
    assert not shipped.quick
    assert shipped.latent.shape == (2000, len(shipped.names))
    assert np.isfinite(shipped.latent).all()


def test_every_published_figure_has_a_verdict(shipped: posterior.Posterior) -> None:
    judged = {row["target"] for row in shipped.about["diagnostics"]["predictive"]}
    without = {t.name for t in targets.read(COUNTRY) if t.fitted} - judged
    assert not without
