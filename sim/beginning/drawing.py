"""Drawing: whole columns of luck and of functions of each row."""

from __future__ import annotations

import numpy as np

from sim.engine.columns import Array
from sim.engine.filling import draw_uniforms, exponentials
from sim.state.households import Households


def uniforms(households: Households, draws: np.uint64) -> Array:
    """Return one uniform draw for each household."""
    out = np.zeros(len(households.identifier))
    draw_uniforms(households.identifier, draws, out)
    return out


def exponential(values: Array) -> Array:
    """Return the exponential of each value."""
    out = np.zeros(len(values))
    exponentials(np.ascontiguousarray(values, dtype=np.float64), out)
    return out
