"""Margins: published numbers and judgements about a country, each with unit, source and confidence.

Every number of a country is a row of a CSV file: ``name,value,unit,year,region,source,confidence``. The region is one
of the country's regions or ``country``. :data:`sim.population.expected.EXPECTED` says which rows must exist.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.countries import table_of
from sim.errors import CountryError, nearest

COUNTRY = "country"
CONFIDENCE = ("A", "B", "derived", "B-judged", "C")
COLUMNS = ("name", "value", "unit", "year", "region", "source", "confidence")


@dataclass(frozen=True)
class Margin:
    """One number about the country."""

    name: str
    value: float
    unit: str
    year: int
    region: str
    source: str
    confidence: str
    place: str  # file and line, for messages


def rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (file and line, row) of a country file; raise if it is missing or has other columns."""
    if not path.is_file():
        raise CountryError(f"{path.name} is missing in {path.parent}; a country folder must have it")
    reader = table_of(path)
    try:
        if tuple(reader.fieldnames or ()) != tuple(columns):
            raise CountryError(f"{path.name}: its columns are {reader.fieldnames}; they must be {','.join(columns)}")
        for row in reader:
            place = f"{path.name}, line {reader.line_num}"
            if None in row or None in row.values():
                raise CountryError(f"{place}: the row has not {len(columns)} cells; quote a text that has a comma")
            if row.get("confidence", "C") not in CONFIDENCE:
                raise CountryError(
                    f"{place}: confidence is '{row['confidence']}'; it must be one of {', '.join(CONFIDENCE)}"
                )
            if not row.get("source", "x").strip():
                raise CountryError(f"{place}: the source is empty; every number must say where it comes from")
            yield place, row
    except csv.Error as error:
        raise CountryError(f"{path.name}, line {reader.line_num}: the row cannot be read ({error})") from None


def number(place: str, row: dict[str, str], column: str, low: float, high: float) -> float:
    """Return a cell as a number between ``low`` and ``high``."""
    try:
        value = float(row[column])
    except ValueError:
        raise CountryError(f"{place}: {column} is '{row[column]}'; it must be a number") from None
    if not (math.isfinite(value) and low <= value <= high):
        raise CountryError(f"{place}: {column} is {value:g}; it must be between {low:g} and {high:g}")
    return value


class Margins:
    """All margins of a country, by name, region and year."""

    def __init__(self, found: Iterable[Margin]) -> None:
        self._by_key: dict[tuple[str, str, int], Margin] = {}
        self._years: dict[tuple[str, str], list[int]] = {}
        self._regions: dict[str, set[str]] = {}
        for margin in found:
            before = self._by_key.get((margin.name, margin.region, margin.year))
            if before:
                raise CountryError(
                    f"{margin.place}: {margin.name} of {margin.region} in {margin.year} is given twice "
                    f"(first in {before.place}); keep one row"
                )
            self._by_key[margin.name, margin.region, margin.year] = margin
            self._years.setdefault((margin.name, margin.region), []).append(margin.year)
            self._regions.setdefault(margin.name, set()).add(margin.region)

    def __iter__(self) -> Iterator[Margin]:
        """Yield every margin, in the order of the files."""
        return iter(self._by_key.values())

    def names(self) -> set[str]:
        """Return the names of all margins."""
        return {name for name, _, _ in self._by_key}

    def row(self, name: str, region: str = COUNTRY, year: int | None = None) -> Margin:
        """Return a margin; without a year, that of the latest year.

        Raises :class:`CountryError` if the country has no such number.
        """
        years = self._years.get((name, region), [])
        if not years:
            if name not in self.names():
                raise CountryError(f"the country has no margin '{name}'; {nearest(name, self.names())}")
            regions = sorted({r for n, r, _ in self._by_key if n == name})
            raise CountryError(f"{name} is not given for {region}; it is given for {', '.join(regions)}")
        chosen = max(years) if year is None else year
        if chosen not in years:
            raise CountryError(
                f"{name} of {region} is not given for {year}; it is given for {', '.join(map(str, sorted(years)))}"
            )
        return self._by_key[name, region, chosen]

    def value(self, name: str, region: str = COUNTRY, year: int | None = None) -> float:
        """Return the number of a margin; without a year, that of the latest year."""
        return self.row(name, region, year).value

    def has(self, name: str, region: str = COUNTRY, year: int | None = None) -> bool:
        """Return whether a margin is given, for any year if none is named."""
        years = self._years.get((name, region), [])
        return bool(years) if year is None else year in years

    def area(self, name: str, region: str) -> str:
        """Return the area of a survey that a region belongs to: itself, or several regions joined by a plus."""
        found = sorted(r for r in self._regions.get(name, ()) if region in r.split(" + "))
        if len(found) > 1:
            raise CountryError(f"{name} is given for {region} in {' and in '.join(found)}; keep one of them")
        return found[0] if found else region

    def array(self, name: str, regions: Sequence[str], year: int | None = None) -> npt.NDArray[np.float64]:
        """Return a margin of all regions, in their order."""
        return np.array([self.value(name, region, year) for region in regions], np.float64)

    def categories(self, name: str) -> dict[str, float]:
        """Return category -> national value of the margins ``name[category]``, in the order of the file."""
        found: dict[str, float] = {}
        for n, region, _ in self._by_key:
            if n.startswith(name + "[") and region == COUNTRY:
                found[n[len(name) + 1 : -1]] = self.value(n)
        return found


def read(path: Path, regions: Sequence[str]) -> list[Margin]:
    """Return the margins of one file; raise :class:`CountryError` for a row that makes no sense."""
    found = []
    for place, row in rows(path, COLUMNS):
        for part in row["region"].split(" + "):
            if part != COUNTRY and part not in regions:
                raise CountryError(f"{place}: region is '{part}'; it must be '{COUNTRY}' or a row of regions.csv")
        if not row["year"].isdigit():
            raise CountryError(f"{place}: year is '{row['year']}'; it must be a calendar year such as 2022")
        value = number(place, row, "value", -1e15, 1e15)
        found.append(
            Margin(row["name"], value, row["unit"], int(row["year"]), row["region"],
                   row["source"], row["confidence"], place)
        )  # fmt: skip
    return found
