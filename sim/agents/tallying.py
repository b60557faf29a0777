"""Tallying: what the businesses of an oblast add up to in a month, in whole numbers (model.md H11, H13, Y2)."""

from __future__ import annotations

import numpy as np

from sim.engine.columns import fixed
from sim.engine.compiled import rule


@rule
def add_up_value(weights, profits, sectors, ages, t, sums):  # type: ignore[no-untyped-def]
    """Add the value added of businesses that began in the burn-in's last month or later to ``sums`` (4, 5).

    >>> sums = np.zeros((4, 5), dtype=np.int64)
    >>> add_up_value(np.array([9, 2, 1]), np.array([1.0, 2.0, 4.0]), np.array([1, 2, 1]), np.array([0, 3, 99]), 3, sums)
    >>> sums[:, 0].tolist()
    [9216, 4096, 0, 0]
    """
    for sector in range(1, 5):
        total = 0
        for m in range(len(profits)):
            total += weights[m] * fixed(profits[m]) if (sectors[m] == sector) & (ages[m] <= t) else 0
        sums[sector - 1, 0] += total


@rule
def add_up_businesses(rows, weights, sectors, capital, state, now, working, chosen, sums):  # type: ignore[no-untyped-def]
    """Add capital of agriculture, newly funded businesses, their jobs, and hours of hires to an oblast's real sums."""
    herds = 0
    for m in range(len(rows)):
        herds += weights[m] * fixed(capital[m]) if sectors[m] == 1 else 0
    sums[0, 1] += herds
    found = 0
    for m in range(len(rows)):
        i = rows[m]
        chosen[found] = m
        found += np.int64(state.funded[i] != 0) | np.int64(state.hired[i] != 0)
    for c in range(found):
        i = rows[chosen[c]]
        sector, weight = sectors[chosen[c]] - 1, weights[chosen[c]]
        if state.funded[i] == 1 and state.paid_at[i] >= now.start:
            sums[sector, 2] += weight * (1 + np.int64(state.family_workers[i]) + np.int64(state.hired[i]))
            sums[sector, 3] += weight
        sums[sector, 4] += weight * fixed(np.float64(state.hired[i]) * working.hire_fte)
