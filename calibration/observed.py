"""Observed: a file of figures that somebody brings, to hold frozen forecasts against; each mistake gets one sentence.

The file has a row for each figure and year: ``figure,year,value,low,high,source``. ``low`` and ``high`` are the ends of
what the printed figure may stand for (33.2 may be anything from 33.15 to 33.25); both are empty for an exact count.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from sim.errors import InputError, nearest

COLUMNS = ("figure", "year", "value", "low", "high", "source")
SHARE, PERCENT = "share", "%"  # how units begin whose figures have a largest value
LARGEST = 1e12


class Observed(NamedTuple):
    """A figure as it was published: its value, and the ends of what its digits may stand for."""

    figure: str
    year: int
    value: float
    low: float
    high: float
    source: str


def read(path: Path, units: Mapping[str, str], years: Iterable[int]) -> tuple[Observed, ...]:
    """Return the figures of a file; ``units`` and ``years`` are those that forecasts have."""
    out: dict[tuple[str, int], Observed] = {}
    known = sorted(set(years))
    for line, row in _rows(path):
        place = f"{path}: line {line}"
        figure = row["figure"]
        if figure not in units:
            raise InputError(f"{place}: figure is '{figure}'; {nearest(figure, units)}")
        found = _observed(place, row, units[figure])
        if found.year not in known:
            raise InputError(f"{place}: year is {found.year}; forecasts have {known[0]} to {known[-1]}")
        if (figure, found.year) in out:
            raise InputError(f"{place}: {figure} of {found.year} stands there twice; each figure has one row a year")
        out[figure, found.year] = found
    return tuple(out.values())


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a CSV file with their line numbers, cells without blanks around them."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise InputError(f"{path}: it is a folder; a CSV file is wanted") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: it is no text in UTF-8; save it as CSV in UTF-8") from None
    lines = csv.reader(text.splitlines(keepends=True))
    try:
        table = [(lines.line_num, [cell.strip() for cell in cells]) for cells in lines if any(map(str.strip, cells))]
    except csv.Error as error:
        raise InputError(f"{path}: line {lines.line_num} is no CSV ({error})") from None
    if not table or tuple(table[0][1]) != COLUMNS:
        raise InputError(f"{path}: the first line must be {','.join(COLUMNS)}")
    for line, cells in table[1:]:
        if len(cells) != len(COLUMNS):
            says = "a decimal point is a point, and a source with commas stands in quotes"
            raise InputError(f"{path}: line {line} has {len(cells)} cells, not {len(COLUMNS)}; {says}")
    if len(table) == 1:
        raise InputError(f"{path}: it has no figures; write one row for each figure and year")
    return [(line, dict(zip(COLUMNS, cells, strict=True))) for line, cells in table[1:]]


def _observed(place: str, row: Mapping[str, str], unit: str) -> Observed:
    if not (row["year"].isascii() and row["year"].isdecimal() and len(row["year"]) == 4):
        raise InputError(f"{place}: year is '{row['year']}'; it must be a year such as 2024")
    value = _number(place, "value", row["value"])
    if bool(row["low"]) != bool(row["high"]):
        raise InputError(f"{place}: only one of low and high is given; give both, or neither for an exact count")
    low, high = (_number(place, name, row[name]) if row[name] else value for name in ("low", "high"))
    if not low <= value <= high:
        raise InputError(f"{place}: value is {value:g}, low {low:g} and high {high:g}; value must lie between them")
    most = 1.0 if unit.startswith(SHARE) else 100.0 if unit.startswith(PERCENT) else LARGEST
    for name, number in (("value", value), ("low", low), ("high", high)):
        if not 0.0 <= number <= most:
            raise InputError(f"{place}: {name} is {number:g}; {row['figure']} is in {unit}, from 0 to {most:g}")
    if not row["source"]:
        raise InputError(f"{place}: source is empty; say where the figure was published")
    return Observed(row["figure"], int(row["year"]), value, low, high, row["source"])


def _number(place: str, name: str, written: str) -> float:
    try:
        found = float(written.replace("_", "?"))
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise InputError(f"{place}: {name} is '{written}'; it must be a number such as 83824 or 29.8")
    return found
