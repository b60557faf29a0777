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
SPREAD = (0.9, 1.1)  # of standardised residuals
POOLED_90, POOLED_50, EACH_90 = (0.87, 0.93), (0.45, 0.55), (0.83, 0.96)
KEPT = 200  # posterior points of each truth that are kept for its headlines
INFORMED, WEAK = 0.5, 0.85  # posterior over prior standard deviation


def residuals(standard: Floats) -> dict[str, Any]:
    """Return what standardised residuals of runs kept apart say: their spread, its sampling error, and their tails.

    The error is that of a standard deviation from so many runs with such tails; ``chance_outside`` is how often a
    right emulator would then seem wrong.
    """
    from scipy.special import ndtr

    r = standard[np.isfinite(standard)]
    sd = float(r.std())
    tails = float(np.mean(((r - r.mean()) / max(sd, 1e-12)) ** 4))
    error = float(np.sqrt((tails - 1.0) / (4.0 * len(r))))
    outside = 1.0 - float(ndtr((SPREAD[1] - 1.0) / error) - ndtr((SPREAD[0] - 1.0) / error))
    return {
        "sd": round(sd, 3), "sd_error": round(error, 3), "mean": round(float(r.mean()), 3),
        "beyond_3": round(float(np.mean(np.abs(r) > 3.0)), 4), "chance_outside": round(outside, 3),
    }  # fmt: skip


def well_spread(sd: float) -> bool:
    """Return whether the spread of standardised residuals is as it should be.

    >>> well_spread(1.05), well_spread(1.2)
    (True, False)
    """
    return _within(sd, SPREAD)


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
    likelihood: smc.LogLikelihood, dimensions: int, points: int, moves: int, seed: Sequence[int], start: Floats | None
) -> Floats:
    """Return draws from the posterior of a truth, given the likelihood of its figures."""
    found = smc.sample(likelihood, dimensions, points, moves, np.random.default_rng(list(seed)), start).points
    return found[:: max(len(found) // KEPT, 1)][:KEPT]


def ranked(truths: Floats, draws: Floats, seed: Sequence[int]) -> Truths:
    """Return ranks of truths (truths, parameters) among their draws (truths, draws, parameters), ties by luck."""
    below = np.sum(draws < truths[:, None, :], axis=1)
    luck = np.random.default_rng(list(seed)).random(truths.shape)
    return Truths((below + luck) / (draws.shape[1] + 1), draws.std(axis=1))


def coverage(ranks: Floats, share: float) -> Floats:
    """Return how often the central interval holds the truth, for each column of ranks.

    >>> coverage(np.array([[0.5], [0.02], [0.2]]), 0.9).round(3).tolist()
    [0.667]
    """
    tail = 0.5 * (1.0 - share)
    return np.asarray(np.mean((ranks > tail) & (ranks < 1.0 - tail), axis=0))


def verdict(truths: Truths, names: Sequence[str]) -> dict[str, Any]:
    """Return coverage over all parameters but the last, which is the sentinel, and whether it is as it should be.

    Pooled coverage counts all of them; one by one, those are judged that the figures inform. Others that lie outside
    the band are named.
    """
    from scipy.stats import kstest

    columns = range(len(names) - 1)
    each, width = coverage(truths.ranks, 0.9), truths.width.mean(axis=0)
    pooled_90 = float(each[:-1].mean())
    pooled_50 = float(coverage(truths.ranks, 0.5)[:-1].mean())
    allowed = _allowed(len(truths.ranks))
    outside = [names[k] for k in columns if not allowed[0] <= each[k] <= allowed[1]]
    judged = [names[k] for k in columns if width[k] < INFORMED]
    uniform = {names[k]: float(kstest(truths.ranks[:, k], "uniform").pvalue) for k in columns}
    least = min(uniform, key=lambda name: uniform[name])
    return {
        "truths": len(truths.ranks),
        "pooled_90": round(pooled_90, 4),
        "pooled_50": round(pooled_50, 4),
        "each_90": {names[k]: round(float(each[k]), 3) for k in columns},
        "each_allowed": list(allowed),
        "judged": judged,
        "outside": outside,
        "sentinel_sd": round(float(width[-1]), 4),
        "least_uniform": least,
        "least_p": round(uniform[least], 5),
        "sound": _within(pooled_90, POOLED_90) and _within(pooled_50, POOLED_50) and not set(judged) & set(outside),
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
