"""Financing: how households and employers come to pay what a design costs the budget net (people.md F).

The cost of a month is known from the design lived without financing. An income tax, an indirect tax or a cut of a line
falls on each household by what it has of the base; a levy on the payroll of private employers goes the way of their
other charges (:mod:`sim.markets.incidence`). Whole numbers: what the treasury receives in a month is what households
paid in it, and what rounding leaves is asked for in the next.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array


class Raising(NamedTuple):
    """What was to be covered and what was received, som of 2023 in 1/1024 units; each of one whole number."""

    wanted: Array  # (1,) since the run began
    received: Array  # (1,) from households since the run began


def nothing_raised() -> Raising:
    """Return books in which nothing was asked for."""
    return Raising(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))


def still_wanted(books: Raising) -> int:
    """Return what is still to be received; negative where households have money to come back.

    >>> books = nothing_raised()
    >>> books.wanted[0], books.received[0] = 2048, 2000
    >>> still_wanted(books)
    48
    """
    return int(books.wanted[0] - books.received[0])


def rate_of(wanted: int, base: int) -> float:
    """Return what a household pays for each som of its base; at most all of it, nothing where there is no base.

    >>> rate_of(1024, 10240), rate_of(4096, 1024), rate_of(1024, 0), rate_of(-512, 1024)
    (0.1, 1.0, 0.0, -0.5)
    """
    return min(wanted / base, 1.0) if base > 0 else 0.0


def spread(amount: int, shares: Array) -> Array:
    """Return a whole amount in whole parts by shares that need not add up to one; the largest takes what is left over.

    >>> spread(10, np.array([1.0, 1.0, 2.0])).tolist(), spread(10, np.zeros(2)).tolist()
    ([2, 2, 6], [0, 0])
    """
    total = float(shares.sum())
    if total <= 0.0:
        return np.zeros(len(shares), dtype=np.int64)
    parts = np.floor(amount * (shares / total)).astype(np.int64)
    parts[int(np.argmax(shares))] += amount - int(parts.sum())
    return parts
