"""Likelihood: how well expected figures agree with published ones, given luck, discrepancy and rounding.

Published intervals are uniform within their bounds, which is carried as their variance, exact enough because
discrepancy is wider. Two figures bound demand from below only: that the places of a year were taken.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.emulator import Emulator
from calibration.targets import Target

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """What is emulated and compared: a target, or a bound that a target puts on demand."""

    name: str  # of the simulator's figure
    target: str  # identifier of the target
    scale: str  # log, logit or linear
    middle: float  # published, on the scale
    width: float  # of the published interval, on the scale
    discrepancy: float  # standard deviation, on the scale
    floor: float  # least value before the logarithm
    bound: bool = False  # only a lower bound, at ``middle``
    foreign: bool = False  # of another country

    def transformed(self, values: Floats) -> Floats:
        """Return simulated values on the scale of residuals."""
        if self.scale == "linear":
            return np.asarray(values, dtype=np.float64)
        if self.scale == "log":
            return np.log(np.maximum(values, self.floor))
        share = np.clip(values, self.floor, 1.0 - self.floor)
        return np.asarray(np.log(share / (1.0 - share)))

    def back(self, values: Floats) -> Floats:
        """Return values of the scale in the figure's unit."""
        if self.scale == "linear":
            return values
        return np.exp(values) if self.scale == "log" else 1.0 / (1.0 + np.exp(-values))


# Demand that the record implies, as applications filed for each place; below these the model leaves places untaken
# (2022) or pays fewer than 92 % of the year's contracts by the middle of May (2023), as prior runs show.
DEMAND = (
    Figure("demand 2022", "SC01", "log", math.log(1.25), 0.0, 0.1, 0.02, bound=True),
    Figure("filed 15", "SC16", "log", math.log(1.25), 0.0, 0.1, 0.02, bound=True),
)
ALIASES = {"SC03": "persons per family 2022", "SC04": "persons per family 2023"}
ABROAD = ("HU", "AT")
LOG_FLOOR = 0.02  # of the published value
SHARE_FLOOR = 0.01


def figures(targets: Sequence[Target], leave_out: Sequence[str] = ()) -> tuple[Figure, ...]:
    """Return the figures of the fitted targets, without those left out."""
    out = []
    for target in targets:
        if not target.fitted or target.name in leave_out or any(f.target == target.name for f in DEMAND):
            continue
        low, high = target.interval()
        floor = LOG_FLOOR * target.value if target.scale == "log" else min(SHARE_FLOOR, 0.2 * target.value)
        name = ALIASES.get(target.name, target.name)
        middle, width = 0.5 * (low + high), high - low
        foreign = target.name[:2] in ABROAD
        out.append(Figure(name, target.name, target.scale, middle, width, target.spread(), floor, foreign=foreign))
    return (*out, *(f for f in DEMAND if f.target not in leave_out))


def table(runs: Sequence[Mapping[str, Any]], given: Sequence[Figure]) -> Floats:
    """Return the figures of runs on their scales, shape (runs, figures); not a number where a run lacks one."""
    missing = float("nan")
    return np.stack([f.transformed(np.array([float(run.get(f.name, missing)) for run in runs])) for f in given], axis=1)


@dataclass(frozen=True, eq=False)
class Likelihood:
    """Log-likelihood of latent parameters; ``observed`` may be the record or an invented truth."""

    emulator: Emulator
    observed: Floats  # (figures,) on their scales
    discrepancy: Floats  # (figures,) standard deviation, with rounding
    noise: Floats  # (figures,) share of the bank's variance of luck that the observed figures carry
    extra: Floats  # (figures,) standard deviation of the step between scales
    bound: npt.NDArray[np.int64]  # (figures,) 0 a value, 1 a lower bound, -1 an upper bound
    also: tuple[tuple[Floats, npt.NDArray[np.int64]], ...] = ()  # further observations with their bounds
    jitter: float = 1e-9

    def __call__(self, z: Floats) -> Floats:
        """Return the log-likelihood of points, shape (points,)."""
        from scipy.special import log_ndtr

        e, exact = self.emulator, self.bound == 0
        mean, sd = e.mean(z), e.sd(z) * np.sqrt(self.noise)
        own = self.discrepancy**2 + e.error**2 + self.extra**2
        scaled = sd[:, exact]
        covariance = scaled[:, :, None] * scaled[:, None, :] * e.correlation[np.ix_(exact, exact)]
        index = np.arange(scaled.shape[1])
        covariance[:, index, index] += own[exact] + self.jitter
        factor = np.linalg.cholesky(covariance)
        value = np.zeros(len(z))
        for observed, bound in ((self.observed, self.bound), *self.also):
            gap = (observed - mean)[:, exact]
            solved = np.empty_like(gap)
            for k in index:  # forward substitution, all points at once
                known = np.einsum("nj,nj->n", factor[:, k, :k], solved[:, :k])
                solved[:, k] = (gap[:, k] - known) / factor[:, k, k]
            value += -0.5 * np.sum(solved**2, axis=1) - np.sum(np.log(factor[:, index, index]), axis=1)
            for k in np.flatnonzero(bound):
                value += log_ndtr(bound[k] * (mean[:, k] - observed[k]) / np.sqrt(sd[:, k] ** 2 + own[k]))
        return value

    def of_truth(self, simulated: Floats, rng: np.random.Generator) -> Likelihood:
        """Return the likelihood of what would be published if ``simulated`` figures were the truth."""
        published = simulated + self.discrepancy * rng.standard_normal(len(simulated))
        side = np.where(published >= self.observed, 1, -1)
        return replace(
            self, observed=np.where(self.bound == 0, published, self.observed),
            bound=np.where(self.bound == 0, 0, side),
        )  # fmt: skip

    def beside(self, other: Likelihood) -> Likelihood:
        """Return the likelihood of these observations and another's together."""
        return replace(self, also=(*self.also, (other.observed, other.bound)))

    def without(self, *left_out: int) -> Likelihood:
        """Return the likelihood without some figures, which then may be anything."""
        wide = self.discrepancy.copy()
        wide[list(left_out)] = 1e3
        return replace(self, discrepancy=wide)

    def implausibility(self, z: Floats) -> Floats:
        """Return each figure's distance from the record in standard deviations, shape (points, figures)."""
        e = self.emulator
        mean, sd = e.mean(z), e.sd(z) * np.sqrt(self.noise)
        away = np.sqrt(sd**2 + self.discrepancy**2 + e.error**2 + self.extra**2)
        distance = (self.observed - mean) / away
        return np.where(self.bound == 0, np.abs(distance), np.maximum(self.bound * distance, 0.0))


def of_record(emulator: Emulator, given: Sequence[Figure], noise: float = 1.0, factor: float = 1.0) -> Likelihood:
    """Return the likelihood of the published figures; ``factor`` scales every discrepancy."""
    count = len(given)
    own = np.array([math.sqrt((factor * f.discrepancy) ** 2 + f.width**2 / 12.0) for f in given])
    return Likelihood(
        emulator, np.array([f.middle for f in given]), own, np.full(count, noise), np.zeros(count),
        np.array([int(f.bound) for f in given]),
    )  # fmt: skip
