"""Raking: a table of expected persons that meets many published figures at once (iterative proportional fitting)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.errors import CountryError

ENOUGH = 1e-10
TOLERANCE = 1e-3  # of the largest entry of a margin; more is a contradiction
ANY = 1e300  # tolerance of a small sample, which cannot meet every figure
ROUNDS, FEW_ROUNDS = 3000, 200  # at most; of a small sample, where more come no nearer


class Margin(NamedTuple):
    """A margin: persons in some kinds of work, summed over all axes but some, must be as many as the target."""

    name: str
    kinds: tuple[int, ...]  # of the last axis
    axes: tuple[int, ...]  # kept
    target: Callable[[Array], Array]  # of the present table, as some targets are rates


def summed(table: Array, kinds: Sequence[int], axes: Sequence[int]) -> Array:
    """Return a table's persons in some kinds, summed over all axes but some and the last.

    >>> summed(np.arange(8.0).reshape(2, 2, 2), (1,), (0,)).tolist()
    [4.0, 12.0]
    """
    part = table[..., kinds[0]]
    for kind in kinds[1:]:
        part = part + table[..., kind]
    others = tuple(k for k in range(part.ndim) if k not in axes)
    return np.asarray(part.sum(axis=others) if others else part)


def raked(seed: Array, margins: Sequence[Margin], tolerance: float = TOLERANCE, rounds: int = ROUNDS) -> Array:
    """Return the table nearest to ``seed`` in entropy that meets all margins (Deming and Stephan 1940).

    The last margin is met exactly. Raises :class:`CountryError` where two margins contradict each other.

    >>> both = (Margin("row", (0, 1), (0,), lambda t: np.array([3.0, 1.0])), Margin("kind", (0,), (), lambda t: 2.0))
    >>> raked(np.ones((2, 2)), both).tolist()
    [[1.5, 1.5], [0.5, 0.5]]
    """
    by_kind = np.moveaxis(seed, -1, 0).astype(np.float64, order="C")  # a kind's persons lie side by side
    table, flat = np.moveaxis(by_kind, 0, -1), by_kind.reshape(len(by_kind), -1)
    worst, name = 0.0, ""
    for _ in range(rounds):
        worst = 0.0
        for margin in margins:
            found = summed(table, margin.kinds, margin.axes)
            target = np.asarray(margin.target(table), np.float64)
            off = float(np.abs(found - target).max() / max(float(target.max()), 1e-300))
            worst, name = max((worst, name), (off, margin.name))
            factor = np.divide(target, found, out=np.ones_like(found), where=found > 0)
            shape = [table.shape[k] if k in margin.axes else 1 for k in range(table.ndim - 1)]
            everywhere = np.broadcast_to(factor.reshape(shape), table.shape[:-1]).reshape(-1)
            for kind in margin.kinds:
                flat[kind] *= everywhere
        if worst < ENOUGH:
            break
    if worst > tolerance and len(margins) == 2:
        raise CountryError(f"margins of work: '{margins[0].name}' and '{margins[1].name}' contradict each other")
    if worst > tolerance:
        other = _against(seed, margins, name, tolerance)
        both = f"'{name}' and '{other}' contradict each other" if other else f"'{name}' contradicts all others together"
        raise CountryError(f"margins of work: {both}; it is missed by {worst:.1%} of its largest entry")
    return np.ascontiguousarray(table)


def _against(seed: Array, margins: Sequence[Margin], name: str, tolerance: float) -> str:
    """Return the margin that cannot be met together with a named one; empty where each can."""
    mine = next(margin for margin in margins if margin.name == name)
    for other in margins:
        if other.name == name:
            continue
        try:
            raked(seed, (mine, other), tolerance, FEW_ROUNDS)
        except CountryError:
            return other.name
    return ""
