"""Middles: the median of each prior of behaviour, without the libraries that the runs load for it.

A calculator answers in less time than those libraries take to load. ``tests/test_household_calculator.py`` holds every
median to that of the runs (:func:`sim.behaviour.medians`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from sim.countries import country_folder, home, table_of
from sim.errors import CountryError

COUNTRY = home()
G = TypeVar("G")
HALVINGS, TERMS, TINY = 200, 200, 1e-300


@cache
def rows() -> Mapping[str, Mapping[str, str]]:
    """Return the rows of the country's priors by name."""
    files = [one for one in country_folder(COUNTRY).iterdir() if one.name.startswith("behaviour_")]
    return {row.get("name") or "": row for file in files for row in table_of(file)}


@cache
def middle(name: str) -> float:
    """Return the median of the truncated prior of a parameter.

    >>> middle("contributing.worker_severe"), round(middle("seeking.feared_loss"), 4)
    (0.02, 0.3641)
    """
    row = rows().get(name, {})
    try:
        return _median(row["family"], row)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        folder = country_folder(COUNTRY)
        raise CountryError(f"parameter {name} has no row that can be read in {folder.name}/behaviour_*.csv; 'kelishim "
                           f"country check {COUNTRY}' says what is wrong there") from None  # fmt: skip


def _median(family: str, row: Mapping[str, str]) -> float:
    first = float(row["p1"])
    if family == "fixed":
        return first
    second, low, high = float(row["p2"]), float(row["lower"]), float(row["upper"])
    wanted = 0.5 * (share_below(family, first, second, low) + share_below(family, first, second, high))
    for _ in range(HALVINGS):
        between = 0.5 * (low + high)
        if between in (low, high):
            break
        low, high = (between, high) if share_below(family, first, second, between) < wanted else (low, between)
    return 0.5 * (low + high)


def group_of(kind: type[G], name: str) -> G:
    """Return a group of parameters of behaviour, each at its median."""
    fields: Any = kind
    return kind(*(middle(f"{name}.{field}") for field in fields._fields))


def share_below(family: str, first: float, second: float, value: float) -> float:
    """Return the distribution function of a prior before it is truncated.

    >>> share_below("normal", 3.0, 2.0, 3.0), share_below("uniform", 1.0, 3.0, 1.5), share_below("beta", 2.0, 2.0, 0.5)
    (0.5, 0.25, 0.5)
    """
    if family == "normal":
        return _normal((value - first) / second)
    if family == "lognormal":
        return _normal((math.log(value) - first) / second) if value > 0.0 else 0.0
    if family == "beta":
        return _beta(first, second, min(max(value, 0.0), 1.0))
    if family == "uniform":
        return (value - first) / (second - first)
    raise CountryError(f"a prior of the family '{family}' has no median here; calculators use normal, beta and uniform")


def _normal(score: float) -> float:
    return 0.5 * math.erfc(-score / math.sqrt(2.0))


def _beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function, by its continued fraction."""
    if x in (0.0, 1.0):
        return x
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - _beta(b, a, 1.0 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    c, d = 1.0, 1.0 / _off_zero(1.0 - (a + b) * x / (a + 1.0))
    out = d
    for m in range(1, TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for part in (even, odd):
            d, c = 1.0 / _off_zero(1.0 + part * d), _off_zero(1.0 + part / c)
            out *= d * c
        if d * c == 1.0:
            break
    return front * out


def _off_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY
