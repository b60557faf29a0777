"""Tallying: what a business adds to the sums of its oblast and sector, in whole numbers (model.md H11, H13, Y2)."""

from __future__ import annotations

import numpy as np

from sim.engine.columns import fixed
from sim.engine.compiled import rule


@rule
def add_value(profit, age, t, sums):  # type: ignore[no-untyped-def]
    """Add the value added of a business that began in the burn-in's last month or later to ``sums`` (5,).

    >>> sums = np.zeros(5, dtype=np.int64)
    >>> add_value(1.0, 0, 3, sums), add_value(2.0, 3, 3, sums), add_value(4.0, 99, 3, sums)
    (None, None, None)
    >>> int(sums[0])
    3072
    """
    if age <= t:
        sums[0] += fixed(profit)


@rule
def add_business(i, sector, state, now, working, sums):  # type: ignore[no-untyped-def]
    """Add business ``i`` to ``sums`` (5,): capital of agriculture, whether newly funded, its jobs, hours of hires."""
    if sector == 1:
        sums[1] += fixed(np.float64(state.capital[i]))
    if state.funded[i] == 1 and state.paid_at[i] >= now.start:
        sums[2] += 1 + np.int64(state.family_workers[i]) + np.int64(state.hired[i])
        sums[3] += 1
    sums[4] += fixed(np.float64(state.hired[i]) * working.hire_fte)
