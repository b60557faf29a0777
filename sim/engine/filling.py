"""Filling: whole columns made by one function of each row."""

from __future__ import annotations

from sim.engine import lanes
from sim.engine.columns import BLOCK
from sim.engine.compiled import sweep
from sim.engine.draws import normals, uniforms


@sweep
def draw_normals(identifiers, draws, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` with the standard normal draw of every identifier."""
    for i in range(0, len(identifiers), BLOCK):
        normals(draws, identifiers[i : i + BLOCK], out[i : i + BLOCK])


@sweep
def draw_uniforms(identifiers, draws, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` with the uniform draw of every identifier."""
    uniforms(draws, identifiers, out)


@sweep
def exponentials(values, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` with the exponential of every value."""
    lanes.exponentials(values, out)


@sweep
def logarithms(values, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` with the logarithm of every value."""
    lanes.logarithms(values, out)
