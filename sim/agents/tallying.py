"""Tallying: what a business adds to the sums of its oblast and sector, in whole numbers (model.md H11, H13, Y2)."""

from __future__ import annotations

import numpy as np

from sim.agents.working import Working
from sim.engine.columns import Array, fixed
from sim.engine.compiled import rule
from sim.state.households import AGRICULTURE, HouseholdState


@rule
def add_value(weight: int, profit: float, age: int, t: int, sums: Array) -> None:
    """Add the value added of a business that began in the burn-in's last month or later to ``sums`` (5,).

    ``weight`` real businesses are like it.

    >>> sums = np.zeros(5, dtype=np.int64)
    >>> add_value(2, 1.0, 0, 3, sums), add_value(1, 2.0, 3, 3, sums), add_value(1, 4.0, 99, 3, sums)
    (None, None, None)
    >>> int(sums[0])
    4096
    """
    if age <= t:
        sums[0] += weight * fixed(profit)


@rule
def add_business(
    i: int, weight: int, sector: int, state: HouseholdState, start: int, working: Working, sums: Array
) -> None:
    """Add business ``i`` to ``sums`` (5,): capital of agriculture, whether newly funded, its jobs, hours of hires."""
    if sector == AGRICULTURE:
        sums[1] += weight * fixed(np.float64(state.capital[i]))
    if state.funded[i] == 1 and state.paid_at[i] >= start:
        sums[2] += weight * (1 + np.int64(state.family_workers[i]) + np.int64(state.hired[i]))
        sums[3] += weight
    sums[4] += weight * fixed(np.float64(state.hired[i]) * working.hire_fte)
