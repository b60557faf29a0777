"""Paying: who among the approved is paid this month (model.md O3)."""

from __future__ import annotations

import numpy as np

from sim.engine.columns import Array
from sim.state.households import fitting

ROUNDING = 1e-6  # payments; shares of a year add up to less than they are by so little


def pay(approved_at: Array, merit: Array, identifier: Array, raion: Array, weight: Array, due: Array) -> Array:
    """Return positions of the approved applicants who are paid now, in order of selection within each raion.

    ``due`` (raions,) is what has fallen due since the programme began less what was paid. A row takes as many payments
    as it weighs and is paid as soon as half of them are due; what it takes too early or leaves is carried, because
    payments due and made are cumulated. So rows of one weight are paid at what has fallen due, rounded half up.

    >>> ranks = np.array([0, 1, 2]), np.zeros(3), np.arange(3), np.zeros(3, dtype=int)
    >>> pay(*ranks, np.array([10, 10, 100]), np.array([15.0])).tolist()
    [0, 1]
    >>> pay(*ranks, np.ones(3), np.array([0.4])).tolist()
    []
    """
    order = np.lexsort((identifier, -merit, approved_at, raion))
    bounds = np.searchsorted(raion[order], np.arange(len(due) + 1))
    chosen = []
    for d in np.flatnonzero((bounds[1:] > bounds[:-1]) & (due > 0.0)):
        waiting = order[bounds[d] : bounds[d + 1]]
        chosen.append(waiting[: fitting(weight[waiting], float(due[d]) + ROUNDING)])
    return np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)
