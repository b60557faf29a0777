"""Sums of a few numbers outside compiled code, the same to the last bit in every version of Python."""

from __future__ import annotations

from collections.abc import Iterable


def added(numbers: Iterable[float]) -> float:
    """Return numbers added one after the other; the built-in sum does otherwise from version 3.12 of Python on.

    >>> added([1e16, 1.0, 1.0]), added([])
    (1e+16, 0.0)
    """
    total = 0.0
    for number in numbers:
        total += number
    return float(total)
