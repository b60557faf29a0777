"""Fitting: tables and distributions that meet their margins exactly, with no draw in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from sim.errors import CountryError

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
    return np.diff(bound, prepend=0)


def ipf(seed: Floats, margins: Sequence[tuple[tuple[int, ...], Floats]], rounds: int = 500) -> Floats:
    """Return the table nearest to ``seed`` whose sums over all but the named axes equal the margins.

    Iterative proportional fitting (Deming and Stephan 1940).

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
            raise CountryError(f"margins contradict each other: a table still misses one by {worst:.1%} of the largest")
    return table


def tilted(seed: Floats, features: Floats, targets: Floats, owner: str) -> Floats:
    """Return the distribution nearest to ``seed`` in entropy whose mean features equal the targets.

    ``features`` has shape (types, targets). Newton's method on the dual; raises :class:`CountryError` naming ``owner``
    if no distribution on the seed's types can have these means.
    """
    weights = seed / seed.sum()
    slope = np.zeros(len(targets))
    for _ in range(100):
        tilt = features @ slope
        p = weights * np.exp(tilt - tilt.max())
        p /= p.sum()
        mean = p @ features
        gap = targets - mean
        if np.max(np.abs(gap)) < 1e-12:
            return p
        spread_ = (features - mean).T @ ((features - mean) * p[:, None])
        step = np.linalg.solve(spread_ + 1e-12 * np.eye(len(targets)), gap)
        slope = slope + step / max(1.0, float(np.max(np.abs(step))))
    raise CountryError(
        f"{owner}: no mix of household types has means {np.round(targets, 2).tolist()} (children, adults, elders); "
        "change the shares of children and elders, or the mean size"
    )


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
    return low * (1.0 - u * (1.0 - top)) ** (-1.0 / exponent)


def pareto_mean(low: float, high: float, exponent: float) -> float:
    """Return the mean of the Pareto distribution cut at ``low`` and ``high``.

    >>> round(pareto_mean(1.0, 4.0, 1.0), 4)
    1.8484
    """
    top = 1.0 - (low / high) ** exponent
    if abs(exponent - 1.0) < 1e-9:
        return low * float(np.log(high / low)) / top
    return exponent / (exponent - 1.0) * low * (1.0 - (low / high) ** (exponent - 1.0)) / top


def sizes(count: int, total: int, low: int, high: int, exponent: float) -> npt.NDArray[np.int64]:
    """Return ``count`` whole sizes from ``low`` to ``high`` that sum to ``total``, smallest first.

    They follow a truncated Pareto distribution; its exponent is moved until the sum is met.
    """
    u = (np.arange(count) + 0.5) / count

    def at(exponent: float) -> Floats:
        return pareto_quantile(u, low, high + 1, exponent)

    if not count * low <= total <= count * high:
        raise ValueError(f"{count} sizes between {low} and {high} cannot sum to {total}")
    if abs(at(exponent).sum() / total - 1.0) > 1e-6:
        exponent = solved(lambda a: float(at(a).sum()), float(total), -30.0, 60.0)
    raw = np.clip(at(exponent), low, high)
    out = np.clip(np.floor(raw + 1e-9).astype(np.int64), low, high)
    missing = total - int(out.sum())
    order = np.argsort(-(raw - out), kind="stable")
    while missing != 0:
        step = 1 if missing > 0 else -1
        free = order[(out[order] < high) if step > 0 else (out[order] > low)][: abs(missing)]
        out[free] += step
        missing -= step * len(free)
    return np.sort(out)
