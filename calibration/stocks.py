"""Stocks: foreign laws run until the number of workers with disabilities stands still, beside the published stocks.

A law that is decades old is not to be compared with its first years: every year some of the staff acquire a disability,
stay, and are certified the more readily the more worker and employer gain by it (W6). Nothing else moves: no births, no
growth, no change of the law. Nothing here is fitted; the figures are printed as they come out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from calibration.foreign import Case, Expected, Stock, case, expected, grid
from calibration.foreign import country as abroad
from sim.agents.acquiring import certified_share, stay_probability
from sim.engine.columns import Array
from sim.errors import InputError, nearest
from sim.labour.expecting import FILLED, NONE, OWED, WORKERS
from sim.state.quota_charge import marginal_levy
from sim.state.quota_law import QuotaTerms

FIGURES = Path(__file__).parent / "stocks.csv"
COUNTRIES = ("DE", "FR", "AT", "HU")
STILL = 0.01  # yearly change of the stock at which a run ends
MOST = 200  # years


class Figure(NamedTuple):
    """A row of ``stocks.csv``: a figure that a run needs, or one that was published."""

    value: float
    unit: str
    source: str
    confidence: str


class Stationary(NamedTuple):
    """What a law has come to, in firms with a duty; published figures are ``None`` where there is none."""

    country: str
    years: int
    acquired: float  # workers who acquired the disability there, share of staff with and without a duty
    rate: float  # workers with disabilities, share of staff
    none: float  # share of employers that employ none
    filled: float  # share of seats owed
    published: tuple[Figure | None, Figure | None, Figure | None]  # of the last three


@cache
def figures() -> dict[tuple[str, str], Figure]:
    """Return the rows of ``stocks.csv`` by country and name."""
    with FIGURES.open(newline="", encoding="utf-8") as handle:
        return {
            (row["country"], row["name"]): Figure(float(row["value"]), row["unit"], row["source"], row["confidence"])
            for row in csv.DictReader(handle)
        }


def levy_of_one_more(law: QuotaTerms, sizes: Array, workers: Array, owed: Array) -> Array:
    """Return the yearly levy that one more certified worker spares an employer of each size, own currency (Q8)."""
    out = np.zeros(len(sizes))
    for k, (size, have, due) in enumerate(zip(sizes, workers, owed, strict=True)):
        missing = float(due - have)
        if missing > 1e-9:
            out[k] = marginal_levy(law, float(size), float(have), float(due), missing, 0.0) * min(1.0, missing)
    return out


def next_year(stock: Stock, given: Case, found: Expected, prevalence: float, worker_gain: float, b: Any) -> Stock:
    """Return the stock a year later: staff acquire disabilities, stay and are certified, and some leave (W6).

    If all stayed, the share ``prevalence`` of staff would have such a disability; ``worker_gain`` is what a certificate
    is worth to a worker, average wages of a year.
    """
    levy = levy_of_one_more(given.law, found.sizes, found.found[:, WORKERS], found.found[:, OWED])
    return _older(stock, found.sizes, levy, (prevalence, worker_gain * 12.0 * given.wage), b.acquiring)


def _older(stock: Stock, sizes: Array, levy: Array, of: tuple[float, float], acquiring: Any) -> Stock:
    """Return the stock a year later; ``levy`` is what a certificate spares the employer in a year."""
    prevalence, worth = of
    shares = np.array([certified_share(worth, float(one), acquiring) for one in levy])
    staying = prevalence * acquiring.leaving * sizes * stay_probability(0.0, 0.0, acquiring)
    left = 1.0 - acquiring.leaving
    return Stock(stock.certified * left + staying * shares, stock.certifiable * left + staying * (1.0 - shares))


def total(found: Expected) -> float:
    """Return workers with disabilities over all sizes."""
    return float((found.firms * found.found[:, WORKERS]).sum())


def lived(country: str, behaviour: Any) -> Iterator[tuple[Stock, Expected]]:
    """Yield the stock of staff who acquired a disability, and what employers do, after 0, 1, 2 and more years."""
    (prevalence, gain), given, (sizes, firms) = of_staff(country), case(country), grid()
    stock = Stock(np.zeros(len(sizes)), np.zeros(len(sizes)))
    while True:
        found = expected(given, behaviour, sizes, firms, stock)
        yield stock, found
        stock = next_year(stock, given, found, prevalence, gain, behaviour)


def of_staff(country: str) -> tuple[float, float]:
    """Return the share of staff who would have a disability, and what a certificate is worth to a worker."""
    known = figures()
    if (country, "prevalence") not in known:
        raise InputError(f"country is '{country}'; {nearest(country, COUNTRIES)}")
    return known[country, "prevalence"].value, known[country, "worker_gain"].value


def without_law(country: str, behaviour: Any, years: int) -> Array:
    """Return the workers with disabilities of firms of each size that no quota binds, after some years.

    Their staff are certified for their own sake alone, and they hire as far as the rule without a law says (E3).
    """
    (prevalence, gain), given, (sizes, _) = of_staff(country), case(country), grid()
    stock, nothing = Stock(np.zeros(len(sizes)), np.zeros(len(sizes))), np.zeros(len(sizes))
    for _ in range(years):
        stock = _older(stock, sizes, nothing, (prevalence, gain * 12.0 * given.wage), behaviour.acquiring)
    return np.asarray(stock.certified + abroad(country, behaviour).anyway)


def aged(country: str, behaviour: Any, most: int = MOST) -> tuple[int, Stock, Expected]:
    """Run the law of a country for some years, or until its stock changes by less than 1 % a year.

    Return the years run, the stock of staff who acquired a disability, and what employers do then.
    """
    before = 0.0
    for years, known in enumerate(lived(country, behaviour)):
        now = total(known[1])
        if years == most or (years and abs(now - before) / before < STILL):
            break
        before = now
    return years, *known


def stationary(country: str, behaviour: Any) -> Stationary:
    """Run the law of a country until its stock changes by less than 1 % a year, and return what it has come to."""
    years, stock, found = aged(country, behaviour)
    known, (sizes, firms) = figures(), grid()
    duty = found.found[:, OWED] > 0.0
    staff, number = float((firms * sizes)[duty].sum()), float(firms[duty].sum())
    return Stationary(
        country, years, float((firms * stock.certified).sum() / (firms * sizes).sum()),
        found.total(WORKERS, duty) / staff, found.total(NONE, duty) / number,
        found.total(FILLED, duty) / found.total(OWED, duty),
        (known.get((country, "rate")), known.get((country, "none")), known.get((country, "filled"))),
    )  # fmt: skip
