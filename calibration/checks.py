"""Checks: whether the method finds truths that are known because they were invented.

Simulation-based calibration: parameters are drawn, the simulator makes figures of them, the posterior of these figures
is found as that of the record, and the rank of each true parameter among its draws is noted. If the method is right,
ranks are uniform and intervals cover as often as they say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from calibration import smc

Floats = npt.NDArray[np.float64]
POOLED_90, POOLED_50, EACH_90 = (0.87, 0.93), (0.45, 0.55), (0.83, 0.96)
KEPT = 200  # posterior points of each truth that are kept for its headlines
INFORMED, WEAK = 0.5, 0.85  # posterior over prior standard deviation


class Truths(NamedTuple):
    """Ranks of invented truths among the draws of their posteriors."""

    ranks: Floats  # (truths, parameters), share of draws below the truth
    width: Floats  # (truths, parameters), posterior standard deviation


def label(ratio: float) -> str:
    """Return what a ratio of posterior to prior standard deviation means.

    >>> label(0.3), label(0.7), label(0.9)
    ('informed', 'weak', 'prior-driven')
    """
    return "informed" if ratio < INFORMED else "weak" if ratio <= WEAK else "prior-driven"


def one_truth(
    likelihood: smc.LogLikelihood, truth: Floats, points: int, moves: int, seed: Sequence[int]
) -> tuple[Floats, Floats, Floats]:
    """Return the ranks of a truth's parameters, the widths of their posteriors, and some posterior points."""
    rng = np.random.default_rng(list(seed))
    found = smc.sample(likelihood, len(truth), points, moves, rng).points
    ranks = (np.mean(found < truth, axis=0) * len(found) + rng.random(len(truth))) / (len(found) + 1)
    return ranks, found.std(axis=0), found[:: max(len(found) // KEPT, 1)][:KEPT]


def coverage(ranks: Floats, share: float) -> Floats:
    """Return how often the central interval holds the truth, for each column of ranks.

    >>> coverage(np.array([[0.5], [0.02], [0.2]]), 0.9).round(3).tolist()
    [0.667]
    """
    tail = 0.5 * (1.0 - share)
    return np.asarray(np.mean((ranks > tail) & (ranks < 1.0 - tail), axis=0))


def verdict(truths: Truths, names: Sequence[str], judged: Sequence[int]) -> dict[str, Any]:
    """Return coverage and whether it is as it should be; ``judged`` are the columns that are judged one by one."""
    from scipy.stats import kstest

    columns = list(judged)
    pooled_90 = float(coverage(truths.ranks[:, columns], 0.9).mean())
    pooled_50 = float(coverage(truths.ranks[:, columns], 0.5).mean())
    each = coverage(truths.ranks, 0.9)
    count = len(truths.ranks)
    allowed = _allowed(count)
    outside = [names[k] for k in columns if not allowed[0] <= each[k] <= allowed[1]]
    uniform = {names[k]: float(kstest(truths.ranks[:, k], "uniform").pvalue) for k in columns}
    pooled_fine = _within(pooled_90, POOLED_90) and _within(pooled_50, POOLED_50)
    return {
        "truths": count,
        "pooled_90": round(pooled_90, 4),
        "pooled_50": round(pooled_50, 4),
        "each_90": {names[k]: round(float(each[k]), 3) for k in columns},
        "each_allowed": list(allowed),
        "outside": outside,
        "least_uniform": min(uniform, key=lambda name: uniform[name]) if uniform else "",
        "least_p": round(min(uniform.values()), 5) if uniform else 1.0,
        "sound": pooled_fine and not outside,
    }


def _allowed(count: int) -> tuple[float, float]:
    """Return the band for one parameter; the published one is for 100 truths or more, fewer widen it by their luck.

    >>> _allowed(200), _allowed(100), _allowed(25)
    ((0.83, 0.96), (0.83, 0.96), (0.76, 1.0))
    """
    if count >= 100:
        return EACH_90
    extra = 1.6 * (0.09 / count) ** 0.5 - 1.6 * (0.09 / 100) ** 0.5
    extra *= 70.0 / 48.0
    return round(EACH_90[0] - extra, 2), round(min(1.0, EACH_90[1] + extra), 2)


def _within(value: float, band: tuple[float, float]) -> bool:
    return band[0] <= value <= band[1]
