"""Frozen: forecasts that were written down on a day, and are read as they were written; nothing changes them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sim.errors import InputError, ResultError, nearest

FOLDER = Path(__file__).parent / "forecasts"
TRIALS = FOLDER / "tried"  # forecasts of years that are known, made as if they were not
SHARES = {"low": 0.05, "lower": 0.25, "middle": 0.5, "upper": 0.75, "high": 0.95}  # quantiles by column


class Stated(NamedTuple):
    """What a forecast says of a figure in a year: quantiles by share; the oldest forecasts have no quartiles."""

    figure: str
    year: int
    unit: str
    meaning: str
    quantiles: Mapping[float, float]


class Forecast(NamedTuple):
    """A frozen forecast."""

    name: str
    stated: tuple[Stated, ...]
    about: Mapping[str, Any]

    @property
    def superseded(self) -> bool:
        """Whether a later forecast took its place before any comparison."""
        return "superseded" in self.about

    @property
    def first(self) -> int:
        """The first year that it has."""
        return min(one.year for one in self.stated)


def names() -> list[str]:
    """Return the names of all frozen forecasts, the oldest first; those of known years come last."""
    return [name for folder in (FOLDER, TRIALS) for name in sorted(path.stem for path in folder.glob("*.csv"))]


def read(name: str) -> Forecast:
    """Return a frozen forecast by name; one that is not as it was written is an error."""
    if name not in names():
        raise InputError(f"--forecast is '{name}'; {nearest(name, names())}")
    file = next(folder / f"{name}.csv" for folder in (FOLDER, TRIALS) if (folder / f"{name}.csv").is_file())
    about = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    if hashlib.sha256(file.read_bytes()).hexdigest() != about["file"]:
        raise ResultError(f"{file}: it is not as it was frozen; take it from the repository again")
    with file.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return Forecast(name, tuple(_stated(row) for row in rows), about)


def _stated(row: Mapping[str, str]) -> Stated:
    quantiles = {share: float(row[column]) for column, share in SHARES.items() if row.get(column)}
    return Stated(row["figure"], int(row["year"]), row["unit"], row["meaning"], quantiles)
