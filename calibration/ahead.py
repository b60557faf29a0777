"""Ahead: runs of the years after the record at posterior draws, and what drives the headlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from calibration import bank, importance, posterior, priors, structural
from calibration.headlines import analysed, headline_file, sentence, structure_file
from calibration.pipeline import Say
from calibration.posterior import Posterior
from sim import behaviour
from sim.engine.compiled import source_hash
from sim.errors import InputError

__all__ = ["analyse", "analysed", "drawn", "headline_file", "sentence", "structure_file", "structures"]

RUNS, AGAIN, SCALE = 256, 48, 100
STRUCTURE_SCALE = 200


def analyse(
    country: str, folder: Path, workers: int = 0, say: Say = lambda text: None,
    advance: bank.Advance = lambda runs: None, seed: int = 1, runs: int = RUNS, again: int = AGAIN,
) -> dict[str, Any]:  # fmt: skip
    """Run the headlines at posterior draws and return what drives them."""
    found, names, points = drawn(country, seed, runs)
    identity = {"posterior": found.fingerprint, "code": str(found.about["code"])}

    def rows(name: str, count: int, what: str) -> Sequence[Mapping[str, float]]:
        say(f"Headlines, {name}: {count} runs, one household for {SCALE}.")
        plan = bank.Plan(
            name, points[:count], seed + (7 if name == "another seed" else 0), SCALE, country, identity, what
        )
        return bank.run(plan, folder, workers, advance)

    label = {row["name"]: row["label"] for row in found.about["diagnostics"]["contraction"]}
    informed = [name for name in found.names if label.get(name) != "prior-driven"]
    made = importance.Runs(
        names, points, rows("posterior draws", runs, "headlines"), rows("another seed", again, "headlines"),
        rows("another population", again, "rebuilt"), informed,
    )  # fmt: skip
    return {
        "posterior": found.fingerprint, "runs": runs, "again": again, "scale": SCALE, "seed": seed,
        "shares": importance.shares(made), "sobol": importance.sobol(made, seed),
        "covered": _covered(made, folder, seed), "break_even": importance.break_even(made, seed),
        "worth": importance.worth_of_knowing(made, seed),
    }  # fmt: skip


def structures(
    country: str, folder: Path, runs: int, workers: int = 0, say: Say = lambda text: None,
    advance: bank.Advance = lambda runs: None, seed: int = 1, scale: int = STRUCTURE_SCALE,
) -> dict[str, Any]:  # fmt: skip
    """Run the weakest rules in another form at posterior draws and return how far the headlines hang on them."""
    found, _, points = drawn(country, seed, runs)
    say(f"Structure: {runs} draws, each under {len(structural.VARIANTS) + 1} forms, one household for {scale}.")
    identity = {
        "posterior": found.fingerprint, "code": source_hash(), "forms": bank.source("structural.py", "outlook.py"),
    }  # fmt: skip
    plan = bank.Plan("structure", points, seed, scale, country, identity, "structure")
    rows = bank.run(plan, folder, workers, advance)
    return {
        "posterior": found.fingerprint, "runs": runs, "scale": scale, "seed": seed, "code": source_hash(),
        "digest": bank.digest(rows), "outcomes": structural.parts(rows, importance.OUTCOMES, seed),
    }  # fmt: skip


def _covered(made: importance.Runs, folder: Path, seed: int) -> dict[str, dict[str, float]]:
    """Return the headlines' coverage of invented truths, where a calibration left its truths in the folder."""
    out = {}
    for name, stream in (("prior", 30), ("posterior", 40)):
        file = folder / f"truths-{stream}.npz"
        if file.is_file():
            with np.load(file) as kept:
                out[name] = importance.covered(made, kept["truths"], kept["singles"], kept["draws"], seed)
    return out


def drawn(country: str, seed: int, count: int) -> tuple[Posterior, list[str], np.ndarray]:
    """Return the posterior in use, the uncertain parameters, and points drawn from it."""
    found = posterior.read(country)
    if found is None:
        raise InputError(f"country is '{country}': it has no posterior yet; make one by kelishim calibrate --use")
    table = behaviour.priors(country)
    why_not = posterior.withdrawn(found, country, table)
    if why_not:
        raise InputError(
            f"country is '{country}'; it must have a posterior of its present priors. {why_not} With --prior draws a "
            "forecast is drawn from the prior."
        )
    names = [prior.name for prior in priors.uncertain(table)]
    return found, names, posterior.latent_points(found, count, seed, table)
