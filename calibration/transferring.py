"""Transferring: how far the rules for employers hold in countries whose quotas have been studied.

Each foreign law is run to the age that it had when the figure was taken: stocks are compared with stocks that have
built up at work (W6), the years after a change with as many years. Austria and Hungary may inform parameters; Germany,
France, Japan, Spain, Brazil and Chile are predicted. A row is *in* only if the model's band covers the published figure
within its own measurement error.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from calibration import weighing
from calibration.foreign import Expected, at_threshold, case
from calibration.stocks import aged
from calibration.weighing import Published
from sim.labour.expecting import COMPLY, FILLED, NONE, OWED, WORKERS

FILE = Path(__file__).parent / "transfer.csv"
COUNTRIES = {"AT": "Austria", "HU": "Hungary", "DE": "Germany", "FR": "France", "JP": "Japan", "ES": "Spain",
             "BR": "Brazil", "CL": "Chile"}  # fmt: skip
SIZES = {"middle": (20, 99), "large": (500, 1e9)}
CONTRASTS = ("DE", "AT", "ES")  # studies that compare firms at a size with those just below
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
            )
            for row in csv.DictReader(handle)
        )  # fmt: skip


def figures(behaviour: Any) -> dict[str, float]:
    """Return the model's figure of each row."""
    ages = dict.fromkeys((row.country, row.age) for row in rows())
    found = {key: aged(key[0], behaviour, key[1])[2] for key in ages}
    return {row.name: measured(row.country, row.measure, found[row.country, row.age]) for row in rows()}


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
    size = SECOND_PLACE if country == "DE" else round(float(case(country).law.n_min))
    there = jump(found, size) if country in CONTRASTS else at_threshold(found, size)
    return there / size if measure == "threshold_share" else there


def jump(found: Expected, size: float) -> float:
    """Return how many more workers with disabilities there are in firms of a size than in those just below."""
    k = int(np.searchsorted(found.sizes, size))
    return float(found.found[k, WORKERS] - found.found[k - 1, WORKERS])
