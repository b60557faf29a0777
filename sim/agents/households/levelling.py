"""Levelling: the level of consumption of each oblast at which its published share of persons is poor (people.md B2).

Households are counted into narrow classes of log consumption before the level, in whole persons, so the counts do not
depend on the order of rows. The level puts the poverty line where the published headcount is reached; within the class
that holds it persons are taken to be spread evenly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from sim.agents.households.consuming import Consuming, consumes
from sim.engine.columns import BLOCK, Array, row
from sim.engine.compiled import rule, sweep
from sim.engine.math import log
from sim.engine.plain import plain
from sim.months import month_index
from sim.state.households import Endowments, Households, HouseholdState

LOWEST, PER_UNIT, CLASSES = -6.0, 256, 24 * 256  # log points; a class is 0.4 % wide
DECEMBER = 12


@rule
def class_of(standing: float) -> int:
    """Return the class of log consumption that a household belongs to; the outermost are open.

    >>> class_of(LOWEST), class_of(LOWEST + 1.0), class_of(-99.0), class_of(99.0) == CLASSES - 1
    (0, 256, 0, True)
    """
    return int(min(max(math.floor((standing - LOWEST) * PER_UNIT), 0), CLASSES - 1))


@sweep(allocates=True)
def count_classes(
    first: int, last: int, households: Households, endowments: Endowments, state: HouseholdState, consuming: Consuming,
    counts: Array,
) -> None:
    """Count persons by oblast and class of log consumption into ``counts`` (oblasts, CLASSES) int64."""
    places = np.empty(BLOCK, np.int64)
    for begin in range(first, last, BLOCK):
        start, stop = row(begin), row(min(begin + BLOCK, last))
        for i in range(start, stop):
            places[i - start] = class_of(consumes(i, households, endowments, state, consuming))
        for i in range(start, stop):
            persons = np.int64(households.weight[i]) * np.int64(households.size[i])
            counts[households.oblast[i], places[i - start]] += persons


def threshold(counts: Array, share: float) -> float:
    """Return the log consumption below which the share of persons lives; ``counts`` has one entry for each class.

    Four persons in the first class and four in the second: three eighths lie below three quarters of the first.

    >>> counts = np.zeros(CLASSES, np.int64)
    >>> counts[:2] = 4
    >>> threshold(counts, 0.375) == LOWEST + 0.75 / PER_UNIT
    True
    """
    upto = np.cumsum(counts)
    wanted = share * float(upto[-1])
    place = min(int(np.searchsorted(upto, wanted)), CLASSES - 1)
    inside = (wanted - float(upto[place] - counts[place])) / max(float(counts[place]), 1.0)
    return LOWEST + (place + inside) / PER_UNIT


def levels(counts: Array, headcounts: Array, line: float) -> Array:
    """Return log a of each oblast (B2); ``counts`` has shape (oblasts, classes), an oblast without persons has zero."""
    found = [threshold(few, float(share)) if few.any() else plain(log)(line) for few, share in zip(counts, headcounts,
             strict=True)]  # fmt: skip
    return np.array([plain(log)(line) - one for one in found])


def headcount_path(published: Mapping[int, Array], t: int) -> Array:
    """Return the share of poor persons of each oblast in month ``t``: Decembers are published, straight between them.

    Before the first published December it is that of the first, after the last that of the last.

    >>> [headcount_path({2021: np.array([0.25]), 2022: np.array([0.5])}, t).tolist() for t in (-20, -1, 5, 30)]
    [[0.25], [0.25], [0.375], [0.5]]
    """
    years = sorted(published)
    months = [float(month_index(year, DECEMBER)) for year in years]
    values = np.array([published[year] for year in years], dtype=np.float64)
    return np.array([np.interp(float(t), months, values[:, r]) for r in range(values.shape[1])])
