"""Evaluating: the likelihood of many latent points at once, compiled.

Points are taken in small batches whose members lie next to each other in memory, so that each step of the Cholesky
factorisation is one pass over the batch. Nothing here is random, and a point's value does not depend on its neighbours.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.engine.compiled import rule, sweep

Array = npt.NDArray[Any]
BATCH = 16


class Surfaces(NamedTuple):
    """An emulator as the compiled loop reads it; weights and spreads of each term and parameter stand together."""

    places: Array  # (terms, factors)
    degrees: Array  # (terms, factors)
    starts: Array  # (1 + terms,) where each term's entries begin
    figures: Array  # (entries,) figure of an entry
    weights: Array  # (entries,)
    luck_starts: Array  # (1 + 2 parameters,) linear, then squares
    luck_figures: Array
    luck_weights: Array
    spread: Array  # (3, figures)
    centre: Array  # (2, figures)
    range: Array  # (2, figures)
    correlation: Array  # (figures, figures)
    degree: int
    farthest: float


class Seen(NamedTuple):
    """What was observed: rows are sets of observations."""

    observed: Array  # (sets, figures)
    bound: Array  # (sets, figures) 0 a value, 1 a lower bound, -1 an upper bound
    own: Array  # (figures,) variance that no luck of the bank explains
    exact: Array  # figures that are values


@rule
def log_normal_below(x: float) -> float:
    """Return the logarithm of the standard normal distribution function.

    >>> round(log_normal_below(0.0), 6), round(log_normal_below(-2.0), 6), round(log_normal_below(-40.0), 4)
    (-0.693147, -3.783184, -804.6084)
    """
    if x > -30.0:
        return math.log(0.5 * math.erfc(-x / math.sqrt(2.0)))
    inverse = 1.0 / (x * x)
    return -0.5 * x * x - math.log(-x * math.sqrt(2.0 * math.pi)) + math.log1p(inverse * (3.0 * inverse - 1.0))


@rule
def polynomials(z: Array, begin: int, size: int, table: Array) -> None:
    """Write the normalised Hermite polynomials of the points of a batch; what a batch lacks repeats its last point.

    >>> table = np.empty((3, 1, BATCH))
    >>> polynomials(np.array([[2.0], [3.0]]), 0, 2, table)
    >>> table[:2, 0, 1].tolist(), round(float(table[2, 0, 0]), 6)
    ([1.0, 3.0], 2.12132)
    """
    for p in range(table.shape[1]):
        for i in range(BATCH):
            table[0, p, i] = 1.0
            table[1, p, i] = z[begin + min(i, size - 1), p]
        for d in range(1, table.shape[0] - 1):
            low, high = math.sqrt(np.float64(d)), math.sqrt(np.float64(d + 1))
            for i in range(BATCH):
                table[d + 1, p, i] = (table[1, p, i] * table[d, p, i] - low * table[d - 1, p, i]) / high


@rule(allocates=True)
def means(s: Surfaces, table: Array, mean: Array) -> None:
    """Write the mean of each figure as the terms of the emulator give it."""
    term = np.empty(BATCH)
    mean[:] = 0.0
    for t in range(len(s.places)):
        term[:] = 1.0
        for m in range(s.places.shape[1]):
            d, p = s.degrees[t, m], s.places[t, m]
            if d > 0:
                for i in range(BATCH):
                    term[i] *= table[d, p, i]
        for e in range(s.starts[t], s.starts[t + 1]):
            k, w = s.figures[e], s.weights[e]
            for i in range(BATCH):
                mean[k, i] += w * term[i]


@rule
def log_spreads(s: Surfaces, table: Array, mean: Array, sd: Array) -> None:
    """Write the logarithm of the luck of each figure, by its mean and by the parameters."""
    parameters = table.shape[1]
    for k in range(mean.shape[0]):
        for i in range(BATCH):
            at = (mean[k, i] - s.centre[0, k]) / s.centre[1, k]
            at = min(max(at, -s.farthest), s.farthest)
            sd[k, i] = s.spread[0, k] + s.spread[1, k] * at + s.spread[2, k] * (at * at - 1.0)
    for p in range(parameters):
        for e in range(s.luck_starts[p], s.luck_starts[p + 1]):
            k, w = s.luck_figures[e], s.luck_weights[e]
            for i in range(BATCH):
                sd[k, i] += w * min(max(table[1, p, i], -s.farthest), s.farthest)
        for e in range(s.luck_starts[parameters + p], s.luck_starts[parameters + p + 1]):
            k, w = s.luck_figures[e], s.luck_weights[e]
            for i in range(BATCH):
                x = min(max(table[1, p, i], -s.farthest), s.farthest)
                sd[k, i] += w * (x * x - 1.0)


@rule
def spreads(s: Surfaces, sd: Array) -> None:
    """Turn logarithms into spreads, within what was seen."""
    for k in range(sd.shape[0]):
        for i in range(BATCH):
            sd[k, i] = math.exp(min(max(sd[k, i], s.range[0, k]), s.range[1, k]))


@rule
def factorise(correlation: Array, seen: Seen, sd: Array, factor: Array) -> None:
    """Write the Cholesky factor of the covariance of the exact figures, one matrix for each point of the batch."""
    exact, count = seen.exact, len(seen.exact)
    for a in range(count):
        for b in range(a + 1):
            c = correlation[exact[a], exact[b]]
            for i in range(BATCH):
                factor[a, b, i] = c * sd[exact[a], i] * sd[exact[b], i]
        for i in range(BATCH):
            factor[a, a, i] += seen.own[exact[a]]
    for a in range(count):
        for b in range(a):
            for c in range(b):
                for i in range(BATCH):
                    factor[a, b, i] -= factor[a, c, i] * factor[b, c, i]
            for i in range(BATCH):
                factor[a, b, i] /= factor[b, b, i]
        for c in range(a):
            for i in range(BATCH):
                factor[a, a, i] -= factor[a, c, i] * factor[a, c, i]
        for i in range(BATCH):
            factor[a, a, i] = math.sqrt(factor[a, a, i])


@rule
def add_exact(seen: Seen, o: int, mean: Array, factor: Array, gap: Array, value: Array) -> None:
    """Add the log-density of the exact figures of a set of observations, up to a constant."""
    exact = seen.exact
    for a in range(len(exact)):
        seen_here = seen.observed[o, exact[a]]
        for i in range(BATCH):
            gap[a, i] = seen_here - mean[exact[a], i]
        for c in range(a):
            for i in range(BATCH):
                gap[a, i] -= factor[a, c, i] * gap[c, i]
        for i in range(BATCH):
            gap[a, i] /= factor[a, a, i]
            value[i] -= 0.5 * gap[a, i] * gap[a, i] + math.log(factor[a, a, i])


@rule
def add_bounds(seen: Seen, o: int, mean: Array, sd: Array, value: Array) -> None:
    """Add the log-probability of the figures of which only a bound was observed."""
    for k in range(mean.shape[0]):
        bound = seen.bound[o, k]
        if bound != 0:
            for i in range(BATCH):
                away = math.sqrt(sd[k, i] * sd[k, i] + seen.own[k])
                value[i] += log_normal_below(bound * (mean[k, i] - seen.observed[o, k]) / away)


@sweep(allocates=True)
def log_likelihood(first: int, last: int, z: Array, surfaces: Surfaces, seen: Seen, out: Array) -> None:
    """Write the log-likelihoods of the points ``first`` to ``last`` of ``z`` (points, parameters) to ``out``.

    ``out`` has a column for each set of observations.
    """
    figures, count = surfaces.spread.shape[1], len(seen.exact)
    table = np.empty((surfaces.degree + 1, z.shape[1], BATCH))
    mean, sd = np.empty((figures, BATCH)), np.empty((figures, BATCH))
    factor, gap = np.empty((count, count, BATCH)), np.empty((count, BATCH))
    value = np.empty(BATCH)
    for begin in range(first, last, BATCH):
        size = min(BATCH, last - begin)
        polynomials(z, begin, size, table)
        means(surfaces, table, mean)
        log_spreads(surfaces, table, mean, sd)
        spreads(surfaces, sd)
        factorise(surfaces.correlation, seen, sd, factor)
        for o in range(len(seen.observed)):
            value[:] = 0.0
            add_exact(seen, o, mean, factor, gap, value)
            add_bounds(seen, o, mean, sd, value)
            for i in range(size):
                out[begin + i, o] = value[i]
