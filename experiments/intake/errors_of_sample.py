"""Sampling errors: what would differ had the survey drawn other primary sampling units.

The stratified jackknife (Rust and Rao 1996): for each primary sampling unit, the survey is counted once without it,
with the others of its stratum weighted up. The variance is the weighted sum of squared differences from the figure of
the whole survey. A figure is a total of a household value, or a ratio of two totals; both need only the totals of each
unit. A stratum with one unit adds nothing, which is said where the survey is checked.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array


class Design(NamedTuple):
    """Stratum of each primary sampling unit, and the unit of each household."""

    unit: Array  # of each household
    stratum: Array  # of each unit
    units: Array  # number of units in the stratum of each unit


class Estimate(NamedTuple):
    """A figure of a survey with its standard error."""

    value: float
    error: float


def design_of(stratum: Array, unit: Array) -> Design:
    """Return the design of a survey from stratum and unit of each household."""
    count = int(unit.max()) + 1
    of_unit = np.zeros(count, np.int64)
    of_unit[unit] = stratum
    return Design(unit, of_unit, np.bincount(of_unit)[of_unit])


def replicated(design: Design, values: Array) -> tuple[float, Array]:
    """Return a total of values that are weighted already, and what it is without each unit in turn."""
    each = np.bincount(design.unit, values, minlength=len(design.stratum))
    of_stratum = np.bincount(design.stratum, each)
    n = design.units.astype(np.float64)
    up = np.where(n > 1.0, n / np.maximum(n - 1.0, 1.0), 1.0)
    total = float(each.sum())
    rest = of_stratum[design.stratum] - each
    without = np.where(n > 1.0, total - of_stratum[design.stratum] + up * rest, total)
    return total, np.asarray(without)


def jackknifed(design: Design, value: float, without: Array) -> Estimate:
    """Return a figure with the standard error that its replicates give."""
    n = design.units.astype(np.float64)
    return Estimate(value, float(np.sqrt(((n - 1.0) / n * (without - value) ** 2).sum())))


def total(design: Design, weight: Array, values: Array) -> Estimate:
    """Return a total with its standard error."""
    return jackknifed(design, *replicated(design, weight * values))


def ratio(design: Design, weight: Array, above: Array, below: Array) -> Estimate:
    """Return the ratio of two totals with its standard error; not-a-number where there is nothing below."""
    one, ones = replicated(design, weight * above)
    other, others = replicated(design, weight * below)
    if other == 0.0:
        return Estimate(float("nan"), float("nan"))
    safe = np.where(others == 0.0, np.nan, others)
    return jackknifed(design, one / other, np.where(np.isnan(safe), one / other, ones / safe))
