"""SMC: draws from the posterior by tempering, from the prior to the full likelihood in small steps.

Latent parameters are standard normal under the prior. At each step points are resampled and then moved by proposals
that keep the normal distribution of the present points (as in preconditioned Crank-Nicolson), so that a step may be
large in many dimensions. One sentinel dimension, which touches nothing, must come back as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LogLikelihood = Callable[[Floats], Floats]

AIMED = 0.3  # share of proposals taken
LEAST_STEP, LARGEST_STEP = 0.05, 0.95


class Sample(NamedTuple):
    """Points of the posterior and how they came about."""

    points: Floats  # (points, parameters)
    loglikelihood: Floats
    evidence: float  # logarithm
    stages: int
    taken: float  # share of proposals taken in the last stage
    unique: float  # share of points that differ, before the last moves they were copies


def sample(
    likelihood: LogLikelihood, dimensions: int, points: int, moves: int, rng: np.random.Generator,
    start: Floats | None = None,
) -> Sample:  # fmt: skip
    """Return equally weighted points of the posterior under a standard normal prior.

    Where the likelihood has several columns the first is tempered, and the others hold already at the points of
    ``start``, draws from the posterior of what they observe.
    """
    z = rng.standard_normal((points, dimensions)) if start is None else rng.permutation(start)[:points]
    value, known = _told(likelihood, z)
    power, evidence, stages, step, taken = 0.0, 0.0, 0, 0.6, 0.0
    unique = 1.0
    while power < 1.0:
        rise = _rise(value, power, 0.5 * points)
        logs = rise * value
        top = float(logs.max())
        weights = np.exp(logs - top)
        evidence += top + float(np.log(weights.mean()))
        power = min(1.0, power + rise)
        chosen = _systematic(weights / weights.sum(), rng)
        z, value, known = z[chosen], value[chosen], known[chosen]
        before = z.copy()
        stages += 1
        last = moves * (2 if power >= 1.0 else 1)
        middle, factor = _shape(z)
        for _ in range(last):
            z, value, known, taken = _move(likelihood, z, (value, known), power, (middle, factor), step, rng)
            step = float(np.clip(step * np.exp(taken - AIMED), LEAST_STEP, LARGEST_STEP))
        unique = float(np.mean(np.any(z != before, axis=1)))
    return Sample(z, value, evidence, stages, taken, unique)


def _told(likelihood: LogLikelihood, z: Floats) -> tuple[Floats, Floats]:
    """Return what is tempered of the log-likelihood of points, and the rest."""
    value = likelihood(z).reshape(len(z), -1)
    return value[:, 0], value[:, 1:].sum(axis=1)


def _rise(value: Floats, power: float, wanted: float) -> float:
    """Return the largest step in power that leaves an effective number of points."""
    low, high = 0.0, 1.0 - power
    if _effective(high * value) >= wanted:
        return high
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _effective(middle * value) >= wanted else (low, middle)
    return max(low, 1e-6)


def _effective(logs: Floats) -> float:
    weights = np.exp(logs - logs.max())
    return float(weights.sum() ** 2 / np.sum(weights**2))


def _systematic(weights: Floats, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    marks = (rng.random() + np.arange(len(weights))) / len(weights)
    return np.minimum(np.searchsorted(np.cumsum(weights), marks), len(weights) - 1)


def _shape(z: Floats) -> tuple[Floats, Floats]:
    """Return mean and Cholesky factor of the points, drawn to the diagonal where the points are few."""
    middle = z.mean(axis=0)
    covariance = np.cov(z.T).reshape(z.shape[1], z.shape[1])
    amount = min(0.5, 0.5 * z.shape[1] / len(z))
    covariance = (1.0 - amount) * covariance + amount * np.diag(np.diag(covariance))
    covariance[np.diag_indices_from(covariance)] += 1e-8
    return middle, np.linalg.cholesky(covariance)


def _move(
    likelihood: LogLikelihood, z: Floats, values: tuple[Floats, Floats], power: float, shape: tuple[Floats, Floats],
    step: float, rng: np.random.Generator,
) -> tuple[Floats, Floats, Floats, float]:  # fmt: skip
    """Return points after one round of proposals with their log-likelihoods, and the share taken."""
    (value, known), (middle, factor) = values, shape
    away = np.linalg.solve(factor, (z - middle).T).T  # standard normal under the reference
    proposed = np.sqrt(1.0 - step**2) * away + step * rng.standard_normal(z.shape)
    there = middle + proposed @ factor.T
    new, rest = _told(likelihood, there)
    # target over reference: the proposal keeps the reference, so only the ratio counts
    gain = (
        power * (new - value)
        + rest
        - known
        - 0.5 * np.sum(there**2 - z**2, axis=1)
        + 0.5 * np.sum(proposed**2 - away**2, axis=1)
    )
    accept = np.log(rng.random(len(z))) < gain
    moved = np.where(accept[:, None], there, z)
    return moved, np.where(accept, new, value), np.where(accept, rest, known), float(accept.mean())
