"""Noting: what of a family's month decides whether it can apply, in one byte, and how a byte is read again."""

from __future__ import annotations

import numpy as np

from sim.agents.applying import eligible_income
from sim.engine.compiled import rule, sweep

EMPLOYED, RECEIVES, LOW_INCOME = 1, 2, 4


@rule
def mark(employed, benefit, low_income):  # type: ignore[no-untyped-def]
    """Return what the choice to apply asks of a family's month, as one number.

    >>> mark(1, 0, 0), mark(0, 1, 1)
    (1, 6)
    """
    return EMPLOYED * employed + RECEIVES * benefit + LOW_INCOME * low_income


@sweep
def note(first, last, endowments, state, ceiling, marks):  # type: ignore[no-untyped-def]
    """Write down the month of each family into ``marks`` (rows,) uint8."""
    income, ratio = state.income[first:last], endowments.observed_ratio[first:last]
    employed, benefit, paper = state.employed[first:last], state.benefit[first:last], marks[first:last]
    for k in range(last - first):
        low = eligible_income(np.float64(income[k]), np.float64(ratio[k]), ceiling)
        paper[k] = mark(np.int64(employed[k]), np.int64(benefit[k]), low)


@sweep
def recall(first, last, marks, outside, state):  # type: ignore[no-untyped-def]
    """Bring back the month of each family that is ``outside`` (rows,) uint8; the others are too rich to be asked.

    Of the income only the side of the ceiling is kept: it comes back as zero or as infinity.
    """
    seen, out = marks[first:last], outside[first:last]
    employed, benefit, income = state.employed[first:last], state.benefit[first:last], state.income[first:last]
    for k in range(last - first):
        employed[k] = np.uint8(seen[k] & EMPLOYED != 0)
    for k in range(last - first):
        benefit[k] = np.uint8(seen[k] & RECEIVES != 0)
    for k in range(last - first):
        may = np.uint8(seen[k] & LOW_INCOME != 0) & np.uint8(out[k] == 1)
        income[k] = np.float32(0.0) if may == 1 else np.float32(np.inf)
