"""Yardsticks: numbers that outcomes measure with and the model does not live by, each with source and confidence.

They stand in the country's ``yardsticks.csv``. None of them is drawn with the parameters of behaviour: what an outcome
says at the lower and at the upper value is shown beside the value itself.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.errors import CountryError
from sim.population.margins import number, rows

FILE = "yardsticks.csv"
COLUMNS = ("name", "value", "low", "high", "unit", "meaning", "source", "confidence")
MOST = 100.0  # times a line
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
    found = {row["name"]: _read(place, row) for place, row in rows(folder / FILE, COLUMNS)}
    for name in NAMES:
        if name not in found:
            raise CountryError(f"{FILE} has no row '{name}'; outcomes need {', '.join(NAMES)}")
    return found


def _read(place: str, row: dict[str, str]) -> Yardstick:
    """Return one row, checked."""
    value, low, high = (number(place, row, key, 0.0, MOST) for key in ("value", "low", "high"))
    if not low <= value <= high:
        raise CountryError(f"{place}: {row['name']} is {value:g}; it must lie between low, {low:g}, and high, {high:g}")
    return Yardstick(value, low, high, row["unit"], row["meaning"], row["source"], row["confidence"])
