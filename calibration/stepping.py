"""Stepping: from the scale of the bank to that of policy studies, learned from runs there.

What an emulator misses at another scale is a shift of each figure, and where runs left out say so a slope in the
figure's own parameters: larger samples have other tails. What is left is the luck at that scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from calibration.emulator import Emulator

Floats = npt.NDArray[np.float64]

LEAST_LUCK, MOST_LUCK = 0.02, 1.5  # share of the bank's variance of luck that is left at another scale
SHRINKAGE = (3.0, 10.0, 30.0, 100.0, 300.0)  # of slopes, in runs
WORTH = 0.98  # of the squared residual of runs left out, what slopes must reach


class Step(NamedTuple):
    """What a step does to each figure."""

    shift: Floats  # (1 + singles, figures), constant and slopes
    noise: Floats  # (figures,) share of the bank's variance of luck
    extra: Floats  # (figures,) standard deviation of the step itself


def learned(made: Emulator, points: Floats, found: Floats) -> Step:
    """Return the step from an emulator to runs at another scale: points (runs, parameters), figures (runs, figures)."""
    missed, sd = found - made.mean(points), made.sd(points)
    place = {int(p): j for j, p in enumerate(made.singles)}
    shift = np.zeros((1 + len(place), found.shape[1]))
    noise, extra = np.zeros(found.shape[1]), np.zeros(found.shape[1])
    for k, own in enumerate(made.active):
        fit = _line(points[:, list(own)], missed[:, k], sd[:, k])
        shift[[0, *(1 + place[p] for p in own)], k] = fit.weights
        noise[k], extra[k] = np.clip(fit.luck, LEAST_LUCK, MOST_LUCK), fit.extra
    return Step(shift, noise, extra)


class _Line(NamedTuple):
    weights: Floats  # constant and slopes
    luck: float
    extra: float
    left_out: float  # squared residual of runs left out, in sizes of luck


def _line(z: Floats, missed: Floats, sd: Floats) -> _Line:
    """Return the line that predicts runs left out best; slopes only where they are worth it."""
    level = _shrunk(z[:, :0], missed, sd, 1.0)
    plain = level._replace(weights=np.append(level.weights, np.zeros(z.shape[1])))
    tried = [_shrunk(z, missed, sd, shrinkage) for shrinkage in SHRINKAGE if z.shape[1]]
    best = min(tried, key=lambda line: line.left_out, default=plain)
    return best if best.left_out < WORTH * plain.left_out else plain


def _shrunk(z: Floats, missed: Floats, sd: Floats, shrinkage: float) -> _Line:
    design = np.column_stack([np.ones(len(z)), z - z.mean(axis=0)])
    weight = (1.0 / np.maximum(sd, 1e-12)) ** 2
    gram = (design * weight[:, None]).T @ design
    gram[np.arange(1, len(gram)), np.arange(1, len(gram))] += shrinkage * weight.mean()
    inverse = np.linalg.inv(gram)
    weights = inverse @ (design.T @ (weight * missed))
    own = weight * np.einsum("ij,jk,ik->i", design, inverse, design)  # leverage
    rest = missed - design @ weights
    luck = float(np.sum(weight * rest**2) / (len(z) - own.sum()))
    extra = float(np.sqrt(np.mean(own) * np.mean(rest**2)))
    weights[0] -= weights[1:] @ z.mean(axis=0)
    return _Line(weights, luck, extra, float(np.mean(weight * (rest / (1.0 - own)) ** 2)))


def apart(count: int, parts: int = 5) -> Sequence[npt.NDArray[np.bool_]]:
    """Return which runs a step for each part is learned from: all others.

    >>> [rows.tolist() for rows in apart(3, 3)]
    [[False, True, True], [True, False, True], [True, True, False]]
    """
    return [np.arange(count) % parts != p for p in range(parts)]
