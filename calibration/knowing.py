"""Knowing: what it would be worth to learn one parameter before choosing among designs, and where a choice turns.

The expected value of partial perfect information by regression (Strong, Oakley and Brennan, Medical Decision Making
34, 2014): what is expected of each design, given a parameter, is a polynomial in its normal score whose degree is
chosen by runs left out; its worth is what the best choice for each value is better than one choice for all. Its error
comes from the regression's own; and because the best of noisy curves looks better than it is, the mean of that excess
is taken off, and what a parameter without any effect would seem worth is said beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DEGREES = 5
LEAST = 40  # draws
SIMULATED = 400  # curves of each regression
DUMMIES = 100  # parameters without effect
ONE_ERROR = 1.0  # a further degree must predict runs left out better by as many standard errors
GRID = 201


class Worth(NamedTuple):
    """What learning a parameter would add to the outcome of the choice."""

    value: float
    error: float  # standard error
    degree: int  # of the curve, 0 where nothing is seen


class Turning(NamedTuple):
    """Where the expected figure is zero, given a quantity; not numbers where that is not within its range."""

    at: float
    low: float  # middle 90 % of the curves that the draws allow
    high: float
    least: float  # range of the quantity over the draws
    largest: float
    crosses: float  # share of the curves that cross zero within the range
    rises: bool


class Curves(NamedTuple):
    """Expected figures given one quantity."""

    fitted: Floats  # (draws, figures)
    design: Floats  # (draws, 1 + degree)
    weights: Floats  # (1 + degree, figures)
    factor: Floats  # inverse of the design's Gram matrix
    residual: Floats  # covariance of the figures' residuals
    degree: int


def scores(values: Floats) -> Floats:
    """Return normal scores: the standard normal quantiles of ranks, ties sharing theirs.

    >>> scores(np.array([5.0, 1.0, 9.0])).round(3).tolist()
    [0.0, -0.967, 0.967]
    """
    from scipy.special import ndtri
    from scipy.stats import rankdata

    return np.asarray(ndtri((rankdata(values) - 0.5) / len(values)))


def curves(x: Floats, y: Floats) -> Curves:
    """Return polynomials of figures ``y`` (draws, figures) in ``x``, of the degree that predicts runs left out best.

    A further degree counts only where it predicts better by a standard error, so that chance is rarely taken for more.
    """
    scale = np.maximum(y.std(axis=0), 1e-300)
    best, kept = np.zeros(0), 0
    for degree in range(DEGREES + 1):
        design = _design(x, degree)
        factor = np.linalg.inv(design.T @ design)
        leverage = np.einsum("ij,jk,ik->i", design, factor, design)
        left = (y - design @ (factor @ (design.T @ y))) / (1.0 - np.minimum(leverage, 0.95))[:, None] / scale
        missed = np.sum(left**2, axis=1)
        gain = best - missed if degree else np.ones(len(x))
        if degree == 0 or gain.mean() > ONE_ERROR * gain.std() / np.sqrt(len(x)):
            best, kept = missed, degree
    design = _design(x, kept)
    factor = np.linalg.inv(design.T @ design)
    weights = factor @ (design.T @ y)
    fitted = design @ weights
    residual = (y - fitted).T @ (y - fitted) / (len(x) - kept - 1)
    return Curves(fitted, design, weights, np.asarray(factor, dtype=np.float64), residual, kept)


def worth(x: Floats, benefit: Floats, rng: np.random.Generator) -> Worth:
    """Return what learning ``x`` would add to the best choice among the columns of ``benefit`` (draws, designs)."""
    paired = benefit - benefit[:, [int(np.argmax(benefit.mean(axis=0)))]]
    found = curves(scores(x), paired)
    if found.degree == 0:
        return Worth(0.0, 0.0, 0)
    value = _gain(found.fitted)
    drawn = np.array([_gain(found.fitted + noise) for noise in _noise(found, rng)])
    return Worth(max(value - (float(drawn.mean()) - value), 0.0), float(drawn.std()), found.degree)


def everything(benefit: Floats) -> Worth:
    """Return what knowing everything, the luck of a run too, would add: no parameter is worth more."""
    best = benefit.max(axis=1) - benefit[:, int(np.argmax(benefit.mean(axis=0)))]
    return Worth(float(best.mean()), float(best.std() / np.sqrt(len(best))), 0)


def best_in(benefit: Floats) -> Floats:
    """Return the share of draws in which each design is best; designs that are equally good share a draw.

    >>> best_in(np.array([[1.0, 1.0], [2.0, 1.0]])).tolist()
    [0.75, 0.25]
    """
    best = benefit == benefit.max(axis=1, keepdims=True)
    return np.asarray((best / best.sum(axis=1, keepdims=True)).mean(axis=0))


def of_chance(benefit: Floats, rng: np.random.Generator) -> float:
    """Return what one in twenty parameters without any effect would seem worth."""
    return float(np.quantile([worth(rng.random(len(benefit)), benefit, rng).value for _ in range(DUMMIES)], 0.95))


def ranked(parameters: Mapping[str, Floats], benefit: Floats, seed: int) -> list[tuple[str, Worth]]:
    """Return the worth of learning each parameter that varies, the largest first."""
    rng = np.random.default_rng([seed, 14])
    varying = {name: x for name, x in parameters.items() if np.ptp(x) > 0.0}
    found = [(name, worth(x, benefit, rng)) for name, x in varying.items()]
    return sorted(found, key=lambda row: -row[1].value)


def turning(x: Floats, y: Floats, seed: int) -> Turning:
    """Return at which value of ``x`` the expected ``y`` is zero, within the range of the draws and nowhere else."""
    middle, width = float(x.mean()), max(float(x.std()), 1e-300)
    found = curves((x - middle) / width, y[:, None])
    least, largest = float(x.min()), float(x.max())
    grid = np.linspace(least, largest, GRID)
    there = _design((grid - middle) / width, found.degree)
    rng = np.random.default_rng([seed, 15])
    root = np.linalg.cholesky(found.factor) * np.sqrt(found.residual[0, 0])
    noise = (root @ rng.standard_normal((len(root), SIMULATED))).T
    own = crossing(grid, there @ found.weights[:, 0])
    all_of_them = [crossing(grid, there @ (found.weights[:, 0] + change)) for change in noise]
    met = np.array([at for at in all_of_them if np.isfinite(at)])
    share = len(met) / len(all_of_them)
    low, high = np.quantile(met, [0.05, 0.95]) if np.isfinite(own) and len(met) else (np.nan, np.nan)
    level = there @ found.weights[:, 0]
    return Turning(own, float(low), float(high), least, largest, share, bool(level[-1] > level[0]))


def crossing(grid: Floats, values: Floats) -> float:
    """Return where values along a grid first change sign; not a number where they never do.

    >>> crossing(np.array([0.0, 1.0, 2.0]), np.array([2.0, 1.0, -1.0])), crossing(np.arange(2.0), np.ones(2))
    (1.5, nan)
    """
    change = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) <= 0.0)
    if not len(change):
        return float("nan")
    k = int(change[0])
    step = values[k] - values[k + 1]
    return float(grid[k] + (grid[k + 1] - grid[k]) * (values[k] / step if step != 0.0 else 0.0))


def _design(x: Floats, degree: int) -> Floats:
    from numpy.polynomial import hermite_e

    return np.asarray(hermite_e.hermevander(x, degree))


def _gain(expected: Floats) -> float:
    return float(expected.max(axis=1).mean() - expected.mean(axis=0).max())


def _noise(found: Curves, rng: np.random.Generator) -> Sequence[Floats]:
    """Return differences between the curves and others that the draws allow as well."""
    rows = np.linalg.cholesky(found.factor)
    values, vectors = np.linalg.eigh(found.residual)
    columns = vectors * np.sqrt(np.maximum(values, 0.0))
    drawn = rng.standard_normal((SIMULATED, len(rows), len(columns)))
    return [found.design @ (rows @ each @ columns.T) for each in drawn]
