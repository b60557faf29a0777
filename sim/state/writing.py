"""Writing: what a user may write into the columns of agents by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.columns import Array
from sim.errors import InputError
from sim.state.households import BREACHED, SERVICES
from sim.state.labour_state import QUOTA
from sim.state.terms import LAST_CONTRACT_MONTH

# Codes and places that the rules use as indices: (smallest, largest) value that may be written.
BOUNDS = {
    "contract": (0, BREACHED), "contract_month": (0, LAST_CONTRACT_MONTH), "sector": (0, SERVICES),
    "best_sector": (0, SERVICES), "funded_sector": (0, SERVICES), "reported_failed": (0, 2), "origin": (0, QUOTA),
}  # fmt: skip
KEPT = ("employer", "state", "workers")  # bookkeeping between tables, which the matching rules alone may change


def check(owner: str, value: Array, dtype: Any, unit: str, bounds: tuple[int, int] | None) -> None:
    """Raise an ``InputError`` of one sentence if a number, or one of many, does not fit into a column.

    >>> check("household.benefit", np.array([0, 1]), np.dtype(np.uint8), "0 or 1", None)
    """
    if value.dtype.kind not in "biuf":
        raise InputError(f"{owner} is {value!r}; it must be a number ({unit})")
    if dtype.kind == "f":
        if not np.isfinite(value).all():
            raise InputError(f"{owner} is {_odd(value, ~np.isfinite(value))}; it must be a finite number ({unit})")
        return
    info = np.iinfo(dtype)
    low, high = (0, 1) if unit == "0 or 1" else bounds or (int(info.min), int(info.max))
    wrong = (value != np.floor(value)) | (value < low) | (value > high) if value.dtype.kind == "f" else (
        (value < low) | (value > high)
    )
    if np.any(wrong):
        raise InputError(f"{owner} is {_odd(value, wrong)}; it must be a whole number from {low} to {high} ({unit})")


def _odd(value: Array, wrong: Array) -> Any:
    return value[wrong][0] if value.ndim else value[()]
