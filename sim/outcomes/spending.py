"""Spending: what the state of 2022 and 2023 paid by line, beside what was published (people.md Y16).

Published rows stand in the country's ``spending.csv``. Those of use ``withheld`` are reported as they come out, and
nothing is fitted to them.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.errors import CountryError, nearest
from sim.months import year_of
from sim.outcomes.budget import SPENT, lines
from sim.population.margins import number, rows
from sim.world import World

FILE = "spending.csv"
COLUMNS = ("name", "lines", "year", "published", "unit", "source", "confidence", "use")
USES = ("fit", "withheld", "context")
YEARS = (2022, 2023)
MILLION, TOLERANCE = 1e6, 0.10


class Published(NamedTuple):
    """One row of ``spending.csv``."""

    name: str
    lines: tuple[str, ...]  # of the budget; none where the simulation does not hold the flow
    year: int
    value: float  # million som
    unit: str
    source: str
    confidence: str
    use: str


class Spent(NamedTuple):
    """A published figure beside what the state of a world paid."""

    published: Published
    model: float | None  # million som; None where the simulation does not hold the flow

    @property
    def off(self) -> float | None:
        """How far the model is from the published figure, share of it."""
        return None if self.model is None else self.model / self.published.value - 1.0

    @property
    def inside(self) -> bool | None:
        """Whether the model lies within ten per cent; None where nothing is judged."""
        if self.published.use == "context":
            return None
        return self.off is not None and abs(self.off) <= TOLERANCE


def read(folder: Path) -> tuple[Published, ...]:
    """Return the rows of a country; raise :class:`CountryError` with one sentence for the first that is wrong."""
    out = []
    for place, row in rows(folder / FILE, COLUMNS):
        named = tuple(part for part in row["lines"].split(";") if part)
        for line in named:
            if line not in SPENT:
                raise CountryError(f"{place}: lines has '{line}'; {nearest(line, SPENT)}")
        if row["use"] not in USES:
            raise CountryError(f"{place}: use is '{row['use']}'; it must be one of {', '.join(USES)}")
        year = int(number(place, row, "year", YEARS[0], YEARS[-1]))
        value = number(place, row, "published", 1e-3, 1e9)
        rest = (row[column] for column in ("unit", "source", "confidence", "use"))
        out.append(Published(row["name"], named, year, value, *rest))
    return tuple(out)


def compare(world: World) -> tuple[Spent, ...]:
    """Return every published figure beside what ``world`` has paid; it must have lived through both years."""
    paid, years = lines(world, world), np.array([year_of(t) for t in world.records.months])
    out = []
    for row in read(world.population.country.folder):
        at = years == row.year
        model = sum(float(paid[line][at].sum()) for line in row.lines) / MILLION if row.lines else None
        out.append(Spent(row, model))
    return tuple(out)
