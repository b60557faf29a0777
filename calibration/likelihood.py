"""Likelihood: how well expected figures agree with published ones, given luck, discrepancy and rounding.

Published intervals are uniform within their bounds, which is carried as their variance, exact enough because
discrepancy is wider. Two figures bound demand from below only: that the places of a year were taken.

Figures are compared on a scale on which luck is about as large everywhere: counts and small shares on the logarithm of
the figure plus a start, so that none and few lie at a finite distance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration import emulator, evaluating, luck
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
    start: float  # added before the logarithm; a share's distance from its bounds
    bound: bool = False  # only a lower bound, at ``middle``
    foreign: bool = False  # of another country

    def transformed(self, values: Floats) -> Floats:
        """Return simulated values on the scale of residuals."""
        if self.scale == "linear":
            return np.asarray(values, dtype=np.float64)
        if self.scale == "log":
            return np.log(np.maximum(values, 0.0) + self.start)
        share = np.clip(values, 0.0, 1.0)
        return np.asarray(np.log((share + self.start) / (1.0 - share + self.start)))

    def back(self, values: Floats) -> Floats:
        """Return values of the scale in the figure's unit."""
        if self.scale == "linear":
            return values
        if self.scale == "log":
            return np.exp(values) - self.start
        return (1.0 + 2.0 * self.start) / (1.0 + np.exp(-values)) - self.start

    def slope(self, value: float) -> float:
        """Return how fast the scale rises at a value."""
        if self.scale == "linear":
            return 1.0
        low = 1.0 / (value + self.start)
        return low if self.scale == "log" else low + 1.0 / (1.0 - value + self.start)


# Demand that the record implies, 1.25 applications filed for each place (1.27 with the start); below it the model
# leaves places untaken (2022) or pays fewer than 92 % of the year's contracts by the middle of May (2023), as prior
# runs show.
DEMAND = (
    Figure("demand 2022", "SC01", "log", math.log(1.27), 0.0, 0.1, 0.02, bound=True),
    Figure("filed 15", "SC16", "log", math.log(1.27), 0.0, 0.1, 0.02, bound=True),
)
ALIASES = {"SC03": "persons per family 2022", "SC04": "persons per family 2023"}
ABROAD = ("HU", "AT")
LOG_START = 0.02  # of the published value
SHARE_START = 0.01
# Shares of few persons or places, of which many runs have none.
FEW = {"PD21": 0.05, "QP04": 0.05, "QP05": 0.05}


def figures(targets: Sequence[Target], leave_out: Sequence[str] = ()) -> tuple[Figure, ...]:
    """Return the figures of the fitted targets and bounds on demand where there are contracts, but those left out."""
    out = []
    for target in targets:
        if not target.fitted or target.name in leave_out or any(f.target == target.name for f in DEMAND):
            continue
        scale = "log" if target.name in FEW else target.scale
        start = FEW.get(target.name, LOG_START * target.value)
        if scale == "logit":
            start = min(SHARE_START, 0.2 * target.value)
        made = Figure(
            ALIASES.get(target.name, target.name), target.name, scale, 0.0, 0.0, 0.0, start,
            foreign=target.name[:2] in ABROAD,
        )  # fmt: skip
        low, high = (float(v) for v in made.transformed(np.array([target.lower, target.upper])))
        spread = target.discrepancy * made.slope(target.value)
        out.append(replace(made, middle=0.5 * (low + high), width=high - low, discrepancy=spread))
    known = {target.name for target in targets} - set(leave_out)
    return (*out, *(f for f in DEMAND if f.target in known))


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
    bound: npt.NDArray[np.int64]  # (figures,) 0 a value, 1 a lower bound, -1 an upper bound
    also: tuple[tuple[Floats, npt.NDArray[np.int64]], ...] = ()  # further observations with their bounds
    jitter: float = 1e-9

    @cached_property
    def _compiled(self) -> tuple[evaluating.Surfaces, evaluating.Seen]:
        e = self.emulator
        starts, figures, weights = _by_row(e.weights)
        size = _by_row(e.spread[3:])
        surfaces = evaluating.Surfaces(
            e.places, e.degrees, starts, figures, weights, size[0], size[1], size[2],
            np.ascontiguousarray(e.spread[:3]), np.ascontiguousarray(e.centre), np.ascontiguousarray(e.range),
            np.ascontiguousarray(e.correlation), emulator.DEGREE, luck.FARTHEST,
        )  # fmt: skip
        every = ((self.observed, self.bound), *self.also)
        seen = evaluating.Seen(
            np.stack([observed for observed, _ in every]), np.stack([bound for _, bound in every]),
            self.discrepancy**2 + self.jitter, np.flatnonzero(self.bound == 0),
        )  # fmt: skip
        return surfaces, seen

    def __call__(self, z: Floats) -> Floats:
        """Return the log-likelihood of points, shape (points,)."""
        return np.asarray(self.parts(z).sum(axis=1))

    def parts(self, z: Floats) -> Floats:
        """Return the log-likelihood of points for these observations and for each further set, (points, sets)."""
        used = np.ascontiguousarray(z[:, self.emulator.singles], dtype=np.float64)
        out = np.empty((len(used), 1 + len(self.also)))
        evaluating.log_likelihood(0, len(used), used, *self._compiled, out)
        return out

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
        distance = (self.observed - e.mean(z)) / np.hypot(e.sd(z), self.discrepancy)
        return np.where(self.bound == 0, np.abs(distance), np.maximum(self.bound * distance, 0.0))


def _by_row(table: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    """Return the entries of a table that are not zero, row by row: where rows begin, columns and values."""
    rows, columns = np.nonzero(table)
    return np.searchsorted(rows, np.arange(len(table) + 1)), columns, table[rows, columns]


def of_record(made: Emulator, given: Sequence[Figure], factor: float = 1.0) -> Likelihood:
    """Return the likelihood of the published figures; ``factor`` scales every discrepancy."""
    own = np.array([math.sqrt((factor * f.discrepancy) ** 2 + f.width**2 / 12.0) for f in given])
    return Likelihood(made, np.array([f.middle for f in given]), own, np.array([int(f.bound) for f in given]))
