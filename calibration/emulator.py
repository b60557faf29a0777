"""Emulator: a polynomial stand-in for the simulator, with the luck of a single run as a covariance.

Each figure gets the parameters that move it beyond chance (a screen on the runs), then a polynomial in them: linear,
quadratic with interactions, and pure cubic terms, in Hermite polynomials of the latent parameters. What is left is the
luck of a run and what the polynomial misses; its size may depend on the parameters and it is correlated across figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CERTAIN = 4.2  # t value beyond which a parameter counts: one false alarm in about 40,000 tests
MOST = 12  # parameters of one figure
CURVED = 8  # of them, those with interactions
LEAST_SD = 1e-6


def hermite(z: Floats) -> tuple[Floats, Floats, Floats]:
    """Return orthonormal polynomials of degree 1, 2 and 3 of standard normal values."""
    square = z * z
    return z, (square - 1.0) / np.sqrt(2.0), z * (square - 3.0) / np.sqrt(6.0)


@dataclass(frozen=True, eq=False)
class Emulator:
    """Mean, spread and correlation of all figures as functions of the latent parameters."""

    singles: npt.NDArray[np.int64]  # parameters that any figure uses
    pairs: npt.NDArray[np.int64]  # (pairs, 2) places in ``singles``
    weights: Floats  # (features, figures)
    spread: Floats  # (1 + singles, figures), logarithm of the standard deviation of a run, linear
    range: Floats  # (2, figures), least and largest log standard deviation seen
    correlation: Floats  # (figures, figures), of what a run leaves
    error: Floats  # (figures,) standard deviation of the mean surface itself
    active: tuple[tuple[int, ...], ...]  # parameters of each figure
    shift: Floats = field(default_factory=lambda: np.zeros(0))  # added to the mean: from the bank's scale to another

    def mean(self, z: Floats) -> Floats:
        """Return expected figures, shape (points, figures)."""
        made = self._features(z) @ self.weights
        return made + self.shift if len(self.shift) else made

    def sd(self, z: Floats) -> Floats:
        """Return the standard deviation of one run about its mean, shape (points, figures)."""
        used = z[:, self.singles]
        logs = self.spread[0] + used @ self.spread[1:]
        return np.exp(np.clip(logs, self.range[0], self.range[1]))

    def on_active(self) -> Emulator:
        """Return the same for points that have the active parameters only, in their order."""
        return replace(self, singles=np.arange(len(self.singles)))

    def shifted(self, shift: Floats) -> Emulator:
        """Return an emulator of another scale."""
        return replace(self, shift=shift)

    def _features(self, z: Floats) -> Floats:
        one, two, three = hermite(z[:, self.singles])
        crossed = one[:, self.pairs[:, 0]] * one[:, self.pairs[:, 1]]
        return np.hstack([np.ones((len(z), 1)), one, two, three, crossed])


def screen(z: Floats, y: Floats, telling: Sequence[int] | None = None) -> list[list[int]]:
    """Return for each figure the parameters, among those ``telling``, that move it beyond chance, the strongest first.

    Steps forward: after each parameter found, linear and squared, the rest is searched again.
    """
    one, two, _ = hermite(z)
    columns = np.stack([_standard(one), _standard(two)])
    silent = np.setdiff1d(np.arange(z.shape[1]), telling) if telling is not None else np.zeros(0, dtype=np.int64)
    found = []
    for k in range(y.shape[1]):
        there = np.isfinite(y[:, k])
        told, count = y[there, k], int(there.sum())
        chosen: list[int] = []
        rest = told - told.mean()
        while len(chosen) < MOST:
            scale = max(float(rest.std()), 1e-12)
            score = np.max(np.abs(columns[:, there].transpose(0, 2, 1) @ rest), axis=0) / (np.sqrt(count) * scale)
            score[chosen] = 0.0
            score[silent] = 0.0
            best = int(np.argmax(score))
            if score[best] < CERTAIN:
                break
            chosen.append(best)
            design = np.hstack([np.ones((count, 1)), one[there][:, chosen], two[there][:, chosen]])
            rest = told - design @ np.linalg.lstsq(design, told, rcond=None)[0]
        found.append(chosen)
    return found


def _standard(columns: Floats) -> Floats:
    return np.asarray((columns - columns.mean(axis=0)) / np.maximum(columns.std(axis=0), 1e-12))


def fit(z: Floats, y: Floats, telling: Sequence[int] | None = None) -> Emulator:
    """Return the emulator of runs: latent parameters (runs, parameters) and figures on their scale (runs, figures).

    Figures that a run lacks are not numbers; each figure is fitted to the runs that have it. What parameters outside
    ``telling`` do to a figure counts as luck.
    """
    active = screen(z, y, telling)
    singles = np.array(sorted({p for chosen in active for p in chosen}), dtype=np.int64)
    place = {int(p): j for j, p in enumerate(singles)}
    pairs = sorted({
        (min(place[a], place[b]), max(place[a], place[b]))
        for chosen in active for i, a in enumerate(chosen[:CURVED]) for b in chosen[i + 1 : CURVED]
    })  # fmt: skip
    pair_place = {pair: j for j, pair in enumerate(pairs)}
    n, p, figures = len(z), len(singles), y.shape[1]
    one, two, three = hermite(z[:, singles])
    weights = np.zeros((1 + 3 * p + len(pairs), figures))
    residual = np.full_like(y, np.nan)
    error = np.zeros(figures)
    spread = np.zeros((1 + p, figures))
    for k, chosen in enumerate(active):
        mine = [place[a] for a in chosen]
        curved = mine[:CURVED]
        crossed = [(min(a, b), max(a, b)) for i, a in enumerate(curved) for b in curved[i + 1 :]]
        columns = [0, *(1 + j for j in mine), *(1 + p + j for j in mine), *(1 + 2 * p + j for j in curved)]
        columns += [1 + 3 * p + pair_place[c] for c in crossed]
        parts = [np.ones((n, 1)), one[:, mine], two[:, mine], three[:, curved]]
        parts += [np.stack([one[:, a] * one[:, b] for a, b in crossed], axis=1)] if crossed else []
        there = np.isfinite(y[:, k])
        design, told = np.hstack(parts)[there], y[there, k]
        solution, leverage = ridge(design, told)
        weights[columns, k] = solution
        left = (told - design @ solution) / np.sqrt(np.maximum(1.0 - leverage, 0.05))
        residual[there, k] = left
        error[k] = float(np.sqrt(np.mean(leverage))) * float(left.std())
        spread[:, k] = _spread(one[there][:, mine], left, mine, p)
    logs = spread[0] + one @ spread[1:]
    bounds = np.stack([np.quantile(logs, 0.02, axis=0), np.quantile(logs, 0.98, axis=0)])
    standard = residual / np.exp(np.clip(logs, bounds[0], bounds[1]))
    scale = np.maximum(np.nanstd(standard, axis=0), LEAST_SD)
    spread[0] += np.log(scale)
    bounds += np.log(scale)
    ranks = np.nan_to_num(np.clip(standard / scale, -4.0, 4.0))
    correlation = shrunk(np.corrcoef(ranks.T)) if figures > 1 else np.ones((1, 1))
    return Emulator(
        singles, np.array(pairs, dtype=np.int64).reshape(-1, 2), weights, spread, bounds, correlation, error,
        tuple(tuple(a) for a in active),
    )  # fmt: skip


def ridge(design: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the least-squares solution with a breath of shrinkage, and the leverage of each run."""
    gram = design.T @ design
    gram[np.diag_indices_from(gram)] += 1e-3 * np.trace(gram) / len(gram) / np.sqrt(len(design))
    factor = np.linalg.inv(gram)
    leverage = np.einsum("ij,jk,ik->i", design, factor, design)
    return factor @ (design.T @ y), np.clip(leverage, 0.0, 0.95)


def shrunk(correlation: Floats, amount: float = 0.05) -> Floats:
    """Return a correlation matrix drawn a little to the identity, so that it is safely positive."""
    correlation = np.nan_to_num(correlation, nan=0.0)
    np.fill_diagonal(correlation, 1.0)
    return (1.0 - amount) * correlation + amount * np.eye(len(correlation))


def _spread(one: Floats, residual: Floats, mine: Sequence[int], p: int) -> Floats:
    """Return the log standard deviation of the residuals as a linear function of the figure's parameters."""
    out = np.zeros(1 + p)
    floor = max(float(residual.std()) * 0.02, LEAST_SD)
    logs = 0.5 * np.log(np.maximum(residual**2, floor**2))
    design = np.hstack([np.ones((len(one), 1)), one])
    gram = design.T @ design + np.diag([0.0, *[0.05 * len(one)] * one.shape[1]])
    solution = np.linalg.solve(gram, design.T @ logs)
    out[0] = solution[0]
    out[[1 + j for j in mine]] = solution[1:]
    return out
