"""Ahead: runs of the years after the record at posterior draws; what drives the headlines, and a frozen forecast.

The forecast is written to a dated file before anybody compares it with what happened, and is never written twice.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from calibration import bank, importance, posterior, priors
from calibration.headlines import analysed, headline_file, sentence
from calibration.outlook import YEARS
from calibration.pipeline import Say
from calibration.posterior import Posterior
from sim import behaviour
from sim.errors import InputError

__all__ = ["analyse", "analysed", "forecast", "freeze", "headline_file", "sentence"]

FORECASTS = Path(__file__).parent / "forecasts"
RUNS, AGAIN, SCALE = 256, 48, 100
FORECAST_RUNS, FORECAST_SCALE = 128, 50
UNITS = {
    "contracts": ("families", "Social contracts paid in the year; planned places, if families take them"),
    "jobs_reported": ("jobs", "Jobs as the ministry counts them, definition of 2023 carried forward (R1)"),
    "share_agriculture": ("share", "Contracts of the year in agriculture"),
    "share_production": ("share", "Contracts of the year in production"),
    "share_trade": ("share", "Contracts of the year in trade"),
    "share_services": ("share", "Contracts of the year in services"),
    "persons_per_family": ("persons/family", "Persons in the families of the year"),
    "benefit_families": ("families", "Families with the child benefit in December"),
    "placements": ("persons", "Placements of persons with disabilities by the employment service"),
    "poverty": ("% of population", "Poverty headcount, mean of the year"),
}


def analyse(
    country: str, folder: Path, workers: int = 0, say: Say = lambda text: None,
    advance: bank.Advance = lambda runs: None, seed: int = 1, runs: int = RUNS, again: int = AGAIN,
) -> dict[str, Any]:  # fmt: skip
    """Run the headlines at posterior draws and return what drives them."""
    found, names, points = _drawn(country, seed, runs)
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


def _covered(made: importance.Runs, folder: Path, seed: int) -> dict[str, dict[str, float]]:
    """Return the headlines' coverage of invented truths, where a calibration left its truths in the folder."""
    out = {}
    for name, stream in (("prior", 30), ("posterior", 40)):
        file = folder / f"truths-{stream}.npz"
        if file.is_file():
            with np.load(file) as kept:
                out[name] = importance.covered(made, kept["truths"], kept["singles"], kept["draws"], seed)
    return out


def forecast(
    country: str, folder: Path, workers: int = 0, say: Say = lambda text: None,
    advance: bank.Advance = lambda runs: None, seed: int = 1,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:  # fmt: skip
    """Return the forecast's rows and what it was made from."""
    found, _, points = _drawn(country, seed + 1, FORECAST_RUNS)
    identity = {"posterior": found.fingerprint, "code": str(found.about["code"])}
    say(f"Forecast: {FORECAST_RUNS} runs, one household for {FORECAST_SCALE}.")
    plan = bank.Plan("forecast", points, seed, FORECAST_SCALE, country, identity, "forecast")
    runs = bank.run(plan, folder, workers, advance)
    out = []
    for figure, (unit, meaning) in UNITS.items():
        for year in YEARS:
            drawn = np.array([float(run[f"{year} {figure}"]) for run in runs])
            low, middle, high = (float(v) for v in np.quantile(drawn, [0.05, 0.5, 0.95]))
            out.append({
                "kind": "forecast", "figure": figure, "year": year, "unit": unit, "low": _short(low),
                "middle": _short(middle), "high": _short(high), "meaning": meaning,
            })  # fmt: skip
    about = {
        "posterior": found.fingerprint, "status": "calibrated" if found.sound else "prior scenario", "seed": seed,
        "runs": FORECAST_RUNS, "scale": FORECAST_SCALE, "digest": bank.digest(runs),
        "interval": "middle 90 % of runs at posterior draws, luck of one run included, discrepancy not",
        "policy": "contracts as planned for each year, 100,000 som in 2024 and 150,000 som from 2025",
        "compared": "written before any comparison with what happened after 2023",
    }  # fmt: skip
    return out, about


def freeze(rows: Sequence[Mapping[str, Any]], about: Mapping[str, Any], day: str, folder: Path = FORECASTS) -> Path:
    """Write a forecast under its day; a day that has one already is refused."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{day}.csv"
    if file.exists():
        raise InputError(
            f"{file.name}: there is a forecast of this day already; a frozen forecast is not written twice"
        )
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file.write_bytes(text.getvalue().encode())
    whole = dict(about) | {"file": hashlib.sha256(file.read_bytes()).hexdigest()}
    file.with_suffix(".json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def _drawn(country: str, seed: int, count: int) -> tuple[Posterior, list[str], np.ndarray]:
    found = posterior.read(country)
    if found is None:
        raise InputError(f"country is '{country}': it has no posterior yet; make one by kelishim calibrate --use")
    table = behaviour.priors(country)
    why_not = posterior.withdrawn(found, country, table)
    if why_not:
        raise InputError(f"country is '{country}'; it must have a posterior of its present priors. {why_not}")
    names = [prior.name for prior in priors.uncertain(table)]
    return found, names, posterior.latent_points(found, count, seed, table)


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
