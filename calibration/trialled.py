"""Trialled: published trials beside the trial inside the model; which are fitted was decided before any was run.

A row that is fitted gives each parameter draw a weight: how well the trial of this draw meets the published figure, its
error and the stated discrepancy together. All other rows are checks, or not represented for a reason that is named.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from calibration import bank, forecasting, priors, weighing
from calibration.forecasting import Effort
from calibration.pipeline import Say
from calibration.weighing import FIT, NOT_REPRESENTED, Published
from sim import behaviour
from sim.engine.compiled import source_hash

Floats = npt.NDArray[np.float64]
FILE, RESULTS = Path(__file__).parent / "trials.csv", Path(__file__).parent / "trials.json"
USUAL = Effort(runs=60, scale=50)
FEWEST = 20.0  # sampled families that a figure of a run must rest on to be judged
EVERYBODY, BOTH, SIZE = "all", "both", "size_elasticity"
SURE = 3.5  # times what chance moves, so that hardly one of two hundred parameters is named by chance


class Trial(NamedTuple):
    """A row of ``trials.csv``: a published result, and what the model measures beside it."""

    id: str
    study: str
    setting: str
    measure: str
    whom: str
    month: int
    published: Published
    unit: str
    use: str
    source: str
    confidence: str
    note: str

    @property
    def name(self) -> str:
        """What the model's figure is called."""
        return f"{self.measure} {self.whom} {self.month}"

    @property
    def behind(self) -> str:
        """Which families it rests on: all that were drawn, those that both lots drew, women or men with a business."""
        return BOTH if self.measure == SIZE else self.whom


@cache
def trials() -> tuple[Trial, ...]:
    """Return the rows of ``trials.csv``."""
    with FILE.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    plain = ("id", "study", "setting", "measure", "whom", "unit", "use", "source", "confidence", "note")
    return tuple(
        Trial(**{name: row[name] for name in plain}, month=int(row["month"]), published=weighing.published(row))
        for row in rows
    )  # fmt: skip


def run(
    country: str, folder: Path, effort: Effort = USUAL, say: Say = lambda text: None,
    advance: bank.Advance = lambda runs: None,
) -> dict[str, Any]:  # fmt: skip
    """Run the trial at parameter draws and return every row beside the model."""
    drawn = forecasting.drawn(country, effort)
    identity = {"drawn": drawn.of, "code": source_hash(), "figures": bank.source("offering.py")}
    say(f"Trials: {effort.runs} runs of ten years, one household for {effort.scale}.")
    plan = bank.Plan("trial", drawn.points, effort.seed, effort.scale, country, identity, "trial")
    runs = bank.run(plan, folder, effort.workers, advance)
    weights = weighing.weights([(trial.name, trial.published) for trial in trials() if trial.use == FIT], runs)
    names = [prior.name for prior in priors.uncertain(behaviour.priors(country))]
    return {
        "country": country, "drawn": drawn.of, "runs": effort.runs, "scale": effort.scale, "seed": effort.seed,
        "digest": bank.digest(runs), "effective": weighing.effective(weights),
        "balance": _middle(runs, "balance"), "grant": _middle(runs, "grant over a year of consumption"),
        "families": {who: _middle(runs, f"families {who}") for who in (EVERYBODY, BOTH, "women", "men")},
        "rows": [
            {"id": trial.id} | weighing.bands(trial.name, runs, weights)
            for trial in trials() if trial.use != NOT_REPRESENTED
        ],
        "moved": moved(names, drawn.points, weights),
    }  # fmt: skip


def _middle(runs: Sequence[Mapping[str, float]], name: str) -> float:
    return round(float(np.nanmedian([run[name] for run in runs])), 3)


def moved(names: Sequence[str], points: Floats, weights: Floats) -> list[dict[str, Any]]:
    """Return the parameters that the fitted rows move most, in prior standard deviations, beyond chance.

    With few draws the mean of a parameter that nothing informs moves too, by about the root of the sum of squared
    weights; only moves of ``SURE`` times that are named.
    """
    chance = float(np.sqrt((weights**2).sum()))
    shift = weights @ points - points.mean(axis=0)
    order = np.argsort(-np.abs(shift))
    return [
        {"name": names[k], "moved": round(float(shift[k]), 2)}
        for k in order if abs(shift[k]) > SURE * chance
    ]  # fmt: skip
