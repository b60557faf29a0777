"""Filling: whole columns made by one function of each row."""

from __future__ import annotations

import math

from sim.compiled import sweep
from sim.draws import normal, uniform


@sweep
def draw_normals(identifiers, draws, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` with the standard normal draw of every identifier."""
    for i in range(len(identifiers)):
        out[i] = normal(uniform(draws, identifiers[i]))


@sweep
def draw_uniforms(identifiers, draws, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` with the uniform draw of every identifier."""
    for i in range(len(identifiers)):
        out[i] = uniform(draws, identifiers[i])


@sweep
def exponentials(values, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` with the exponential of every value."""
    for i in range(len(values)):
        out[i] = math.exp(values[i])


@sweep
def logarithms(values, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` with the logarithm of every value."""
    for i in range(len(values)):
        out[i] = math.log(values[i])
