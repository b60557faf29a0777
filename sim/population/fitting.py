"""Fitting: tables and distributions that meet their margins exactly, with no draw in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.errors import CountryError
from sim.population.draws import normal

Floats = npt.NDArray[np.float64]


def whole(parts: Floats, total: int | None = None) -> npt.NDArray[np.int64]:
    """Return whole numbers near ``parts`` with the given sum (by default the rounded sum), by largest remainder.

    Equal remainders are ordered by position.

    >>> whole(np.array([1.5, 2.25, 0.25])).tolist()
    [2, 2, 0]
    """
    if total is None:
        total = int(np.floor(parts.sum() + 0.5))
    floor = np.floor(parts + 1e-9).astype(np.int64)
    missing = total - int(floor.sum())
    if not 0 <= missing <= len(parts):
        raise ValueError(f"cannot make {total} of parts that sum to {parts.sum():g}")
    remainder = np.round(parts - floor, 9)
    floor[np.argsort(-remainder, kind="stable")[:missing]] += 1
    return floor


def spread(parts: Floats) -> npt.NDArray[np.int64]:
    """Return whole numbers near ``parts`` by systematic sampling of the remainders along the list.

    Sums over any stretch of the list stay within one of the sum of the parts.

    >>> spread(np.array([0.5, 0.5, 1.0, 0.25, 0.75])).tolist()
    [1, 0, 1, 0, 1]
    """
    bound = np.floor(np.round(np.cumsum(parts), 6) + 0.5).astype(np.int64)
    bound[-1] = int(np.floor(parts.sum() + 0.5))
    return np.asarray(np.diff(bound, prepend=0), np.int64)


def ipf(
    seed: Floats, margins: Sequence[tuple[tuple[int, ...], Floats]], names: tuple[str, str] = ("the first", "the last"),
    rounds: int = 500,
) -> Floats:
    """Return the table nearest to ``seed`` whose sums over all but the named axes equal the margins.

    Iterative proportional fitting (Deming and Stephan 1940). ``names`` are said where margins contradict each other.

    >>> ipf(np.ones((2, 2)), [((0,), np.array([3.0, 1.0])), ((1,), np.array([2.0, 2.0]))]).tolist()
    [[1.5, 1.5], [0.5, 0.5]]
    """
    table = seed.astype(np.float64)
    for _ in range(rounds):
        worst = 0.0
        for axes, margin in margins:
            others = tuple(i for i in range(table.ndim) if i not in axes)
            sums = table.sum(axis=others)
            factor = np.divide(margin, sums, out=np.ones_like(sums), where=sums > 0)
            worst = max(worst, float(np.max(np.abs(sums - margin) / (margin.max() + 1e-300))))
            shape = [table.shape[i] if i in axes else 1 for i in range(table.ndim)]
            table = table * factor.reshape(shape)
        if worst < 1e-12:
            break
    else:
        if worst > 1e-6:
            raise CountryError(f"the margins {names[0]} and {names[1]} contradict each other: no table has both; the "
                               f"nearest misses one by {worst:.1%} of its largest entry")  # fmt: skip
    return table


@dataclass(frozen=True)
class Wanted:
    """Means that a mix of types must have: some in all places together, some in each place."""

    common: Floats  # features whose mean over all places is given, shape (types, common)
    local: Floats  # features whose mean in each place is given, shape (types, local)
    weight: Floats  # share of each place, sums to one
    common_mean: Floats
    local_mean: Floats  # shape (places, local)
    names: tuple[str, ...] = ()  # of the margins behind the common features, then of those behind the local ones

    def all_means(self) -> tuple[Floats, Floats]:
        """Return all features of types, and the means of all places together and of each place as one list."""
        target = np.concatenate([self.common_mean, (self.weight[:, None] * self.local_mean).ravel()])
        return np.hstack([self.common, self.local]), target


SOLVED = Path(__file__).with_name("solved.csv")  # slopes of a mix that has been solved for, 9 digits
NEAR = 1e-8  # means that are so near are met
SLICE = 64  # types that are added up at once: too few for a matrix library to split them over threads


def mixed(seed: Floats, wanted: Wanted, owner: str) -> Floats:
    """Return frequencies of types in each place, nearest to ``seed`` in entropy, that have the means wanted.

    Newton's method on the dual, which is convex; shape (places, types). Means that repeat each other are allowed. What
    the search ends with depends in its seventh digit on the matrix library and with it on the processor; so slopes on
    file are tried first and taken if they have the means wanted: the country that comes along has the same people on
    every machine.
    Raises :class:`CountryError` naming ``owner`` if no mix of the types has these means.
    """
    features, target = wanted.all_means()
    start, slope = np.log(seed / seed.sum()), solved_before()
    if len(slope) == len(target):
        p = _dual(slope, start, target, wanted)[1]
        if np.max(np.abs(target - _means(np.einsum("pt,tf->pf", p, features), wanted))) < NEAR:
            return p
    return _dual(searched(start, wanted, owner), start, target, wanted)[1]


def searched(start: Floats, wanted: Wanted, owner: str) -> Floats:
    """Return the slopes of the mix of :func:`mixed`, 9 digits, by Newton's method from zero."""
    features, target = wanted.all_means()
    slope = np.zeros(len(target))
    value, p = _dual(slope, start, target, wanted)
    gap = np.zeros(0)
    for _ in range(100):
        mean = np.einsum("pt,tf->pf", p, features)  # no matrix library, so no threads
        gap = target - _means(mean, wanted)
        step = np.linalg.lstsq(_curvature(p, features, mean, wanted), gap, rcond=1e-11)[0]
        if np.max(np.abs(gap)) < NEAR:  # one step more squares what is left
            return np.asarray(np.round(slope + step, 9), np.float64)
        step /= max(1.0, float(np.max(np.abs(step))) / 2.0)
        length = 1.0
        new, tried = _dual(slope + step, start, target, wanted)
        while new > value - 1e-4 * length * float(gap @ step) and length > 1e-4:
            length *= 0.5
            new, tried = _dual(slope + length * step, start, target, wanted)
        slope, value, p = slope + length * step, new, tried
    raise CountryError(f"{owner}: no mix of families has these means; {_culprits(wanted, gap)}")


@cache
def solved_before() -> Floats:
    """Return the slopes on file; :mod:`sim.population.solving` writes them."""
    return np.loadtxt(SOLVED, skiprows=1, ndmin=1)


def _culprits(wanted: Wanted, gap: Floats) -> str:
    """Return which margins cannot be met: one alone, else two together, else the one that is missed most."""
    features = np.hstack([wanted.common, wanted.local])
    target = np.concatenate([wanted.common_mean, wanted.weight @ wanted.local_mean])
    shared, each = wanted.common.shape[1], wanted.local.shape[1]
    off = np.abs(gap[shared:]).reshape(-1, each).max(axis=0)
    order = np.argsort(-np.concatenate([np.abs(gap[:shared]), off]), kind="stable")
    names = wanted.names or tuple(f"number {k}" for k in range(len(target)))
    for k in order:
        low, high = features[:, k].min(), features[:, k].max()
        if not low <= target[k] <= high:
            return f"{names[k]} is {target[k]:.4g}, and families have {low:.4g} to {high:.4g}"
    for at, k in enumerate(order):
        for j in order[at + 1 :]:
            if names[j] != names[k] and not within(features[:, (k, j)], target[[k, j]]):
                return f"the margins {names[k]} and {names[j]} contradict each other"
    worst = names[order[0]]
    return f"no two margins contradict each other, all together they do; {worst} is missed most"


def within(points: Floats, target: Floats) -> bool:
    """Return whether a mix of points of the plane has the mean ``target``: whether it lies among them.

    >>> square = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> within(square, np.array([0.9, 0.9])), within(square[:3], np.array([0.9, 0.9]))
    (True, False)
    """
    apart = points - target
    if (apart == 0.0).all(axis=1).any():
        return True
    angle = np.sort(np.arctan2(apart[:, 1], apart[:, 0]))
    gaps = np.diff(angle, append=angle[0] + 2.0 * np.pi)
    return bool(gaps.max() <= np.pi + 1e-9)


def _means(mean: Floats, wanted: Wanted) -> Floats:
    """Return the means of all places together and of each place, the latter times its weight, as one list."""
    shared = wanted.common.shape[1]
    return np.concatenate([wanted.weight @ mean[:, :shared], (wanted.weight[:, None] * mean[:, shared:]).ravel()])


def _dual(slope: Floats, start: Floats, target: Floats, wanted: Wanted) -> tuple[float, Floats]:
    """Return the dual's value at some slopes, and the mix that belongs to them."""
    shared, each = wanted.common.shape[1], wanted.local.shape[1]
    tilt = slope[shared:].reshape(-1, each) @ wanted.local.T
    tilt += wanted.common @ slope[:shared] + start
    top = tilt.max(axis=1, keepdims=True)
    p = np.exp(tilt - top)
    total = p.sum(axis=1, keepdims=True)
    p /= total
    return float(wanted.weight @ (np.log(total) + top).ravel() - target @ slope), p


def _curvature(p: Floats, features: Floats, mean: Floats, wanted: Wanted) -> Floats:
    """Return the covariance of all features under a mix, weighted by place."""
    shared, each = wanted.common.shape[1], wanted.local.shape[1]
    slices, width = -(-len(features) // SLICE), features.shape[1]
    flat = np.zeros((slices * SLICE, width))
    flat[: len(features)] = features
    filled = flat.reshape(slices, SLICE, width)
    weights = np.zeros(slices * SLICE)
    out = np.zeros((shared + len(p) * each,) * 2)
    for place, weight in enumerate(wanted.weight):
        weights[: len(features)] = p[place]
        weighed = filled * weights.reshape(slices, SLICE, 1)
        square = np.matmul(weighed.transpose(0, 2, 1), filled).sum(axis=0)
        at = np.concatenate([np.arange(shared), shared + place * each + np.arange(each)])
        out[np.ix_(at, at)] += weight * (square - np.outer(mean[place], mean[place]))
    return out


def solved(function: Callable[[float], float], target: float, low: float, high: float) -> float:
    """Return x between ``low`` and ``high`` where a monotone function meets ``target``, by bisection."""
    rising = function(high) > function(low)
    for _ in range(200):
        middle = 0.5 * (low + high)
        if (function(middle) < target) == rising:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def pareto_quantile(u: Floats, low: float, high: float, exponent: float) -> Floats:
    """Return quantiles of the Pareto distribution cut at ``low`` and ``high``.

    >>> pareto_quantile(np.array([0.0, 0.5, 1.0]), 1.0, 4.0, 1.0).round(6).tolist()
    [1.0, 1.6, 4.0]
    """
    top = (low / high) ** exponent
    return np.asarray(low * (1.0 - u * (1.0 - top)) ** (-1.0 / exponent), np.float64)


def pareto_mean(low: float, high: float, exponent: float) -> float:
    """Return the mean of the Pareto distribution cut at ``low`` and ``high``.

    >>> round(pareto_mean(1.0, 4.0, 1.0), 4)
    1.8484
    """
    top = 1.0 - float((low / high) ** exponent)
    if abs(exponent - 1.0) < 1e-9:
        return low * float(np.log(high / low)) / top
    return exponent / (exponent - 1.0) * low * (1.0 - float((low / high) ** (exponent - 1.0))) / top


def lognormal_quantile(u: Floats, low: float, high: float, centre: float, sd: float) -> Floats:
    """Return quantiles of the lognormal distribution, drawn in to ``low`` and ``high``."""
    return np.clip(np.exp(centre + sd * normal(u)), low, high)


def sizes(count: int, total: int, low: int, high: int, quantile: Callable[[Floats, float], Floats],
          span: tuple[float, float]) -> npt.NDArray[np.int64]:  # fmt: skip
    """Return ``count`` whole sizes from ``low`` to ``high`` that sum to ``total``, smallest first.

    They follow a distribution with one free number, which is moved within ``span`` until the sum is met.
    """
    if not count * low <= total <= count * high:
        raise CountryError(f"{count} employers between {low} and {high} staff cannot have {total} jobs; change these")
    u = (np.arange(count) + 0.5) / count
    raw = np.clip(quantile(u, solved(lambda x: float(quantile(u, x).sum()), float(total), *span)), low, high)
    out = np.clip(np.floor(raw + 1e-9).astype(np.int64), low, high)
    missing = total - int(out.sum())
    order = np.argsort(-np.round(raw - out, 6), kind="stable")
    while missing != 0:
        step = 1 if missing > 0 else -1
        free = order[(out[order] < high) if step > 0 else (out[order] > low)][: abs(missing)]
        out[free] += step
        missing -= step * len(free)
    return np.sort(out)


def pareto_sizes(count: int, total: int, low: int, high: int) -> npt.NDArray[np.int64]:
    """Return sizes of a truncated Pareto distribution whose exponent meets the total."""
    return sizes(count, total, low, high, lambda u, a: pareto_quantile(u, low, high + 1, a), (-20.0, 40.0))


def lognormal_sizes(count: int, total: int, low: int, high: int, sd: float) -> npt.NDArray[np.int64]:
    """Return sizes of a lognormal distribution within bounds whose centre meets the total."""
    return sizes(count, total, low, high, lambda u, m: lognormal_quantile(u, low, high, m, sd), (-5.0, 15.0))


def shared(staff: npt.NDArray[np.int64], slots: npt.NDArray[np.int64], jobs: Floats) -> npt.NDArray[np.int64]:
    """Return the cell of each size so that a cell has its slots filled and nearly its jobs.

    The largest size goes to the cell with most jobs left above the smallest size in each of its slots.

    >>> shared(np.array([9, 5, 2]), np.array([1, 2]), np.array([10.0, 7.0])).tolist()
    [0, 1, 1]
    """
    left, room = jobs - slots * float(staff.min()), slots.copy()
    out = np.empty(len(staff), np.int64)
    for i in np.argsort(-staff, kind="stable"):
        cell = int(np.argmax(np.where(room > 0, left, -np.inf)))
        out[i] = cell
        left[cell] -= staff[i] - staff.min()
        room[cell] -= 1
    return out
