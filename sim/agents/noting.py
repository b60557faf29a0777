"""Noting: what of a family's month decides whether it can apply, in one byte, and how a byte is read again."""

from __future__ import annotations

import numpy as np

from sim.agents.applying import eligible_income
from sim.compiled import rule, sweep

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
    for i in range(first, last):
        low = eligible_income(np.float64(state.income[i]), np.float64(endowments.observed_ratio[i]), ceiling)
        marks[i] = mark(np.int64(state.employed[i]), np.int64(state.benefit[i]), low)


@sweep
def recall(first, last, marks, outside, state):  # type: ignore[no-untyped-def]
    """Bring back the month of each family that is ``outside`` (rows,) uint8; the others are too rich to be asked.

    Of the income only the side of the ceiling is kept: it comes back as zero or as infinity.
    """
    for i in range(first, last):
        state.employed[i] = np.int64(marks[i] & EMPLOYED != 0)
        state.benefit[i] = np.int64(marks[i] & RECEIVES != 0)
        state.income[i] = 0.0 if marks[i] & LOW_INCOME != 0 and outside[i] == 1 else np.inf
