"""Forecasting: runs of the years after the record, as quantiles of published figures, frozen in a dated file.

A forecast is written down before anybody compares it with what happened, and is never written twice.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from calibration import ahead, bank, exogenous, frozen, priors
from calibration.pipeline import Say
from calibration.yearly import FIGURES
from sim import behaviour
from sim.engine.compiled import source_hash
from sim.errors import InputError

YEARS, KNOWN_YEARS = (2024, 2025, 2026, 2027, 2028), (2022, 2023)
RUNS, SCALE = 128, 50
POSTERIOR, PRIOR = "posterior", "draws"
COLUMNS = ("kind", "figure", "year", "unit", "low", "middle", "high", "meaning", "lower", "upper")
UNMOVED = ("employment_women", "employment_men")  # nothing that is drawn moves them
# Figures of 2022 and 2023 that the model is given or solved for: nobody can try to forecast them.
GIVEN = ("contracts", "jobs_reported", "jobs_reported_stock", "poverty", "extreme_poverty", "child_poverty",
         "employment_women", "employment_men")  # fmt: skip


class Effort(NamedTuple):
    """How many runs of what size, and where their parameters come from."""

    runs: int = RUNS
    scale: int = SCALE
    prior: str = POSTERIOR  # or draws of the prior
    seed: int = 1
    workers: int = 0


class Drawn(NamedTuple):
    """Parameter points of a forecast, and what they are called."""

    points: np.ndarray
    of: str  # fingerprint of the posterior, or of the priors
    status: str


def drawn(country: str, effort: Effort) -> Drawn:
    """Return the parameter points of a forecast."""
    if effort.prior == POSTERIOR:
        found, _, points = ahead.drawn(country, effort.seed + 1, effort.runs)
        return Drawn(points, found.fingerprint, "calibrated" if found.sound else "prior scenario")
    table = behaviour.priors(country)
    points = priors.latent(effort.runs, effort.seed + 1, len(priors.uncertain(table)))
    return Drawn(points, f"none; priors {priors.fingerprint(table)}", "prior scenario")


def forecast(
    country: str, folder: Path, effort: Effort, say: Say = lambda text: None,
    advance: bank.Advance = lambda runs: None, *, known_years: bool = False,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:  # fmt: skip
    """Return the forecast's rows and what it was made from; ``known_years`` tries 2022 and 2023 as if unknown."""
    if country != exogenous.COUNTRY:
        raise InputError(
            f"country is '{country}'; projections of growth and prices are on file for {exogenous.COUNTRY}"
        )
    years, what = (KNOWN_YEARS, "tried") if known_years else (YEARS, "forecast")
    points = drawn(country, effort)
    identity = {
        "drawn": points.of, "code": source_hash(),
        "figures": bank.source("yearly.py", "exogenous.py", "exogenous.csv"),
    }  # fmt: skip
    say(f"Forecast: {effort.runs} runs to December {years[-1]}, one household for {effort.scale}.")
    plan = bank.Plan(what, points.points, effort.seed, effort.scale, country, identity, what, years)
    runs = bank.run(plan, folder, effort.workers, advance)
    kept = [name for name in FIGURES if not (known_years and name in GIVEN)]
    rows = [_row(figure, year, runs) for figure in kept for year in years]
    return rows, _about(points, effort, bank.digest(runs), known_years)


def _row(figure: str, year: int, runs: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    values = np.array([float(run[f"{year} {figure}"]) for run in runs])
    quantiles = {name: float(np.quantile(values, share)) for name, share in frozen.SHARES.items()}
    unit, meaning = FIGURES[figure]
    row = {"kind": "forecast", "figure": figure, "year": year, "unit": unit, "meaning": meaning}
    row |= {name: _short(value) for name, value in quantiles.items()}
    return {column: row[column] for column in COLUMNS}


def _about(points: Drawn, effort: Effort, digest: str, known_years: bool) -> dict[str, Any]:
    around = "prices, pay, poverty levels and places as they were" if known_years else (
        "growth, prices and pay from projections made by 2023 and their errors, delivery of planned places, and the "
        "ministry's definition of jobs are drawn for each run (exogenous.csv)"
    )  # fmt: skip
    compared = "a trial on known years: parameters were not informed by them" if known_years else (
        "written before any comparison with what happened after 2023"
    )  # fmt: skip
    return {
        "posterior": points.of, "status": points.status, "seed": effort.seed, "runs": effort.runs,
        "scale": effort.scale, "digest": digest, "code": source_hash(),
        "interval": "quantiles of runs at parameter draws, luck of one run included, discrepancy not",
        "around": around, "policy": "the law and the plan of each year as known", "compared": compared,
    }  # fmt: skip


def check_day(name: str, folder: Path = frozen.FOLDER) -> str:
    """Return the name of a forecast that may be frozen: a day, and a word behind it for a second one of that day."""
    day = re.fullmatch(r"(\d{4}-\d{2}-\d{2})(-[a-z]+)?", name)
    try:
        date.fromisoformat(day[1] if day else "")
    except ValueError:
        raise InputError(f"--freeze is '{name}'; it must be a day such as 2026-11-30, or 2026-11-30-second") from None
    if (folder / f"{name}.csv").exists():
        raise InputError(f"{name}.csv: there is a forecast of this day already; a frozen forecast is not written twice")
    return name


def freeze(rows: Sequence[Mapping[str, Any]], about: Mapping[str, Any], day: str, folder: Path = frozen.FOLDER) -> Path:
    """Write a forecast under its day; a day that has one already is refused.

    Figures that nothing drawn moves are left out: their intervals would hold luck alone.
    """
    rows = [row for row in rows if row["figure"] not in UNMOVED]
    about = dict(about) | {"left_out": f"{', '.join(UNMOVED)}: growth does not move them in the model"}
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{check_day(day, folder)}.csv"
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file.write_bytes(text.getvalue().encode())
    whole = dict(about) | {"file": hashlib.sha256(file.read_bytes()).hexdigest()}
    file.with_suffix(".json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def _short(value: float) -> str:
    """Return a quantile as it is frozen.

    >>> _short(83824.4), _short(29.812), _short(0.71234)
    ('83824', '29.8', '0.712')
    """
    return f"{value:.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
