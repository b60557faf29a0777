"""Yardsticks: numbers that outcomes measure with and the model does not live by, each with source and confidence.

They stand in the country's ``yardsticks.csv``. None of them is drawn with the parameters of behaviour: what an outcome
says at the lower and at the upper value is shown beside the value itself.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.errors import CountryError

FILE = "yardsticks.csv"
COLUMNS = ("name", "value", "low", "high", "unit", "meaning", "source", "confidence")
NAMES = ("extra_cost", "at_risk")


class Yardstick(NamedTuple):
    """One number that outcomes measure with, and between which values it may lie."""

    value: float
    low: float
    high: float
    unit: str
    meaning: str
    source: str
    confidence: str


@cache
def yardsticks(folder: Path) -> dict[str, Yardstick]:
    """Return the yardsticks of a country folder by name; raise :class:`CountryError` for a bad row."""
    with (folder / FILE).open(newline="", encoding="utf-8") as handle:
        rows = csv.DictReader(handle)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise CountryError(f"{FILE}: the columns must be {', '.join(COLUMNS)}")
        found = {row["name"]: _read(line, row) for line, row in enumerate(rows, start=2)}
    for name in NAMES:
        if name not in found:
            raise CountryError(f"{FILE} has no row '{name}'; outcomes need {', '.join(NAMES)}")
    return found


def _read(line: int, row: dict[str, str]) -> Yardstick:
    """Return one row, checked."""
    try:
        value, low, high = (float(row[key]) for key in ("value", "low", "high"))
    except ValueError:
        raise CountryError(f"{FILE} line {line}: {row['name']} has a value that is not a number") from None
    if not 0.0 <= low <= value <= high:
        says = "must lie between low and high, and none may be negative"
        raise CountryError(f"{FILE} line {line}: {row['name']} is {value:g}, from {low:g} to {high:g}; it {says}")
    if not row["source"] or not row["confidence"]:
        raise CountryError(f"{FILE} line {line}: {row['name']} has no source or no confidence; it must have both")
    return Yardstick(value, low, high, row["unit"], row["meaning"], row["source"], row["confidence"])
