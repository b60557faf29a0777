"""Paying: who among the approved is paid this month (model.md O3)."""

from __future__ import annotations

import math

import numpy as np

from sim.engine.columns import Array


def payments_due(due: float, paid: int) -> int:
    """Return the payments of a month: what has fallen due so far, rounded half up, less what was paid.

    >>> payments_due(2.5, 2), payments_due(2.4, 2), payments_due(1.0, 2)
    (1, 0, 0)
    """
    return max(int(math.floor(due + 0.5 + 1e-9)) - paid, 0)


def pay(approved_at: Array, merit: Array, identifier: Array, raion: Array, due: Array, paid: Array) -> Array:
    """Return positions of the approved applicants who are paid now, in order of selection within each raion.

    ``due`` and ``paid`` have shape (raions,), cumulated since the programme began.
    """
    order = np.lexsort((identifier, -merit, approved_at, raion))
    bounds = np.searchsorted(raion[order], np.arange(len(due) + 1))
    chosen = [
        order[bounds[d] : bounds[d + 1]][: payments_due(float(due[d]), int(paid[d]))]
        for d in np.flatnonzero((bounds[1:] > bounds[:-1]) & (due > paid))
    ]
    return np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)
