"""Luck: how large what a run leaves beside its expected figures is, as a function of what is known of the run.

Its logarithm is linear in the expected figure and its square and in the parameters of the figure and their squares: far
out a polynomial knows less. It is learned by maximum likelihood from what emulators made without a run miss of it, and
enlarged by what the same function misses in parts that it was not learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEAST_SD = 1e-9
FARTHEST = 3.0  # how far out luck still depends on a parameter or on the expected figure
EXTREME = 0.005  # share of runs beyond which luck does not depend on anything any more
PENALTY = 16.0  # on how luck depends on parameters, in runs
STEPS = 30
PARTS = 16  # of the runs, each predicted by the others


def known(at: Floats, parameters: Floats) -> Floats:
    """Return what the size of luck depends on: expected figure ``at`` in its own spreads, parameters, their squares."""
    at, used = np.clip(at, -FARTHEST, FARTHEST), np.clip(parameters, -FARTHEST, FARTHEST)
    return np.column_stack([np.ones(len(at)), at, at * at - 1.0, used, used * used - 1.0])


def rows(mine: Sequence[int], singles: int) -> list[int]:
    """Return the rows of a spread that belong to what is known."""
    return [0, 1, 2, *(3 + j for j in mine), *(3 + singles + j for j in mine)]


class Size(NamedTuple):
    """How large luck is: its dependence on what is known, its bounds, and residuals in its size."""

    found: Floats
    bounds: Floats
    standard: Floats


def sized(given: Floats, missed: Floats, home: npt.NDArray[np.bool_]) -> Size:
    """Return how large luck is at ``home``, so that parts it was not learned from are as far out as it says."""
    part = np.arange(len(missed)) % PARTS
    apart = np.empty(len(missed))
    for p in range(PARTS):
        other, mine = part != p, part == p
        found, bounds = _at_home(given[other], missed[other], home[other])
        apart[mine] = missed[mine] * np.exp(-np.clip(given[mine] @ found, *bounds))
    found, bounds = _at_home(given, missed, home)
    rise = np.log(_far(apart[home]))
    found[0] += rise
    bounds = bounds + rise
    return Size(found, bounds, missed * np.exp(-np.clip(given @ found, *bounds)))


def _at_home(given: Floats, missed: Floats, home: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the dependence of luck on what is known, with its bounds, right in size for the runs at home."""
    found, logs = spread(given, missed)
    bounds = np.quantile(logs, [EXTREME, 1.0 - EXTREME])
    rise = np.log(_far((missed * np.exp(-np.clip(logs, *bounds)))[home]))
    found[0] += rise
    return found, bounds + rise


def _far(standard: Floats) -> float:
    return max(float(np.sqrt(np.mean(standard**2))), LEAST_SD)


def spread(given: Floats, residual: Floats) -> tuple[Floats, Floats]:
    """Return how the log standard deviation of residuals depends on what is known, by maximum likelihood; and itself.

    Fisher scoring with a penalty on all but the constant; single residuals beyond five standard deviations count as
    five.
    """
    found = np.zeros(given.shape[1])
    found[0] = 0.5 * np.log(max(float(np.mean(residual**2)), LEAST_SD**2))
    penalty = np.full(given.shape[1], PENALTY)
    penalty[0] = 0.0
    curvature = 2.0 * given.T @ given + np.diag(penalty)
    for _ in range(STEPS):
        surprise = np.minimum((residual * np.exp(-(given @ found))) ** 2, 25.0)
        found += np.clip(np.linalg.solve(curvature, given.T @ (surprise - 1.0) - penalty * found), -0.5, 0.5)
    return found, given @ found
