"""Filling: whole columns made by one rule of each row."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import sweep
from sim.engine.draws import uniform
from sim.engine.math import exp, log, normal, power


@sweep
def draw_uniforms(identifiers: Array, draws: np.uint64, out: Array) -> None:
    """Fill ``out`` with the uniform draw of every identifier."""
    for i in range(len(identifiers)):
        out[i] = uniform(draws, identifiers[i])


@sweep
def exponentials(values: Array, out: Array) -> None:
    """Fill ``out`` with the exponential of every value."""
    for i in range(len(values)):
        out[i] = exp(values[i])


@sweep
def logarithms(values: Array, out: Array) -> None:
    """Fill ``out`` with the logarithm of every value."""
    for i in range(len(values)):
        out[i] = log(values[i])


@sweep
def powers(values: Array, exponent: float, out: Array) -> None:
    """Fill ``out`` with every value to a power."""
    for i in range(len(values)):
        out[i] = power(values[i], exponent)


@sweep
def normal_quantiles(probabilities: Array, out: Array) -> None:
    """Fill ``out`` with the standard normal quantile of every probability."""
    for i in range(len(probabilities)):
        out[i] = normal(probabilities[i])


def filled(fill: Any, values: Array, *more: float) -> Array:
    """Return the column that one of these sweeps makes of ``values``.

    >>> filled(powers, np.array([1, 4, 9]), 0.5).tolist()
    [1.0, 2.0, 3.0]
    """
    out = np.empty(len(values))
    fill(np.ascontiguousarray(values, dtype=np.float64), *more, out)
    return out
