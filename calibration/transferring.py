"""Transferring: how far the rules for employers hold in countries whose quotas have been studied.

Each foreign law is run to the age that it had when the figure was taken: stocks are compared with stocks that have
built up at work (W6), the years after a change with as many years. Austria and Hungary may inform parameters, but for
the share of places filled in Austria; that one, Germany, France, Japan, Spain, Brazil and Chile are predicted. A row is
*in* only if the model's band covers the published figure within its own measurement error.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from calibration import weighing
from calibration.foreign import Expected, case
from calibration.stocks import lived, without_law
from calibration.weighing import Published
from sim.labour.expecting import COMPLY, FILLED, NONE, OWED, WORKERS

FILE = Path(__file__).parent / "transfer.csv"
COUNTRIES = {"AT": "Austria", "HU": "Hungary", "DE": "Germany", "FR": "France", "JP": "Japan", "ES": "Spain",
             "BR": "Brazil", "CL": "Chile"}  # fmt: skip
SIZES = {"middle": (20, 99), "large": (500, 1e9)}
SAME_SIZE = "HU"  # its study compares with firms of the same size without the law; all others with those just below
OWN_SAKE = ", certified for their own sake"
SECOND_PLACE = 40  # staff at which German employers owe a second place


class Row(NamedTuple):
    """A row of ``transfer.csv``."""

    id: str
    country: str
    what: str
    measure: str
    kind: str  # stock or flow
    age: int  # of the law, years
    published: Published
    unit: str
    use: str
    source: str
    confidence: str
    note: str  # how the units or the employers behind the figure differ from the model's

    @property
    def name(self) -> str:
        """What the model's figure is called."""
        return f"{self.country} {self.measure} {self.age}"


@cache
def rows() -> tuple[Row, ...]:
    """Return the rows of ``transfer.csv``."""
    with FILE.open(newline="", encoding="utf-8") as handle:
        return tuple(
            Row(
                row["id"], row["country"], row["what"], row["measure"], row["kind"], int(row["age"]),
                weighing.published(row), row["unit"], row["use"], row["source"], row["confidence"],
                row["note"],
            )
            for row in csv.DictReader(handle)
        )  # fmt: skip


def figures(behaviour: Any) -> dict[str, float]:
    """Return the model's figure of each row, and the same if nobody were certified for the employer's sake (W6)."""
    own_sake = replace(behaviour, acquiring=behaviour.acquiring._replace(elasticity=0.0))
    return of_rows(behaviour) | {f"{name}{OWN_SAKE}": value for name, value in of_rows(own_sake).items()}


def of_rows(behaviour: Any) -> dict[str, float]:
    """Return the model's figure of each row."""
    found = {country: at_ages(country, behaviour) for country in COUNTRIES}
    out = {}
    for row in rows():
        here = found[row.country][row.age]
        same = row.measure == "threshold" and row.country == SAME_SIZE
        out[row.name] = over_same_size(row, here, behaviour) if same else measured(row.country, row.measure, here)
    return out


def at_ages(country: str, behaviour: Any) -> dict[int, Expected]:
    """Return what employers of a country do at each age of the law at which a figure was taken."""
    ages = {row.age for row in rows() if row.country == country}
    years = zip(range(max(ages) + 1), lived(country, behaviour), strict=False)
    return {year: found for year, (_, found) in years if year in ages}


def measured(country: str, measure: str, found: Expected) -> float:
    """Return one figure of employers under a law."""
    duty = found.found[:, OWED] > 0.0
    staff = found.firms * found.sizes
    firms = float(found.firms[duty].sum())
    if measure == "rate":
        return found.total(WORKERS, duty) / float(staff[duty].sum())
    if measure == "filled":
        return found.total(FILLED, duty) / found.total(OWED, duty)
    if measure in ("none", "comply"):
        return found.total(NONE if measure == "none" else COMPLY, duty) / firms
    if measure in SIZES:
        here = found.between(*SIZES[measure])
        return found.total(WORKERS, here) / float(staff[here].sum())
    size = threshold(country)
    return jump(found, size) / size if measure == "threshold_share" else jump(found, size)


def threshold(country: str) -> int:
    """Return the size of firm at which the study of a country looks."""
    return SECOND_PLACE if country == "DE" else round(float(case(country).law.n_min))


def over_same_size(row: Row, found: Expected, behaviour: Any) -> float:
    """Return how many more workers with disabilities there are at the threshold than in such firms without the law."""
    k = int(np.searchsorted(found.sizes, threshold(row.country)))
    return float(found.found[k, WORKERS] - without_law(row.country, behaviour, row.age)[k])


def jump(found: Expected, size: float) -> float:
    """Return how many more workers with disabilities there are in firms of a size than in those just below."""
    k = int(np.searchsorted(found.sizes, size))
    return float(found.found[k, WORKERS] - found.found[k - 1, WORKERS])
