"""Scores: how good an interval, or a set of quantiles, was once the figure is known; lower is better.

All are proper: nobody scores better by stating other quantiles than those believed (Gneiting and Raftery, JASA 2007).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

SLICES = 2_000  # equal shares in which a forecast is read to score it


def interval_score(low: float, high: float, level: float, value: float) -> float:
    """Return the score of a central interval: its width, and 2/(1 - level) times how far the figure lies outside.

    A 90 % interval of 10 that the figure misses by 1 scores 10 + 20:

    >>> interval_score(20.0, 30.0, 0.9, 25.0), round(interval_score(20.0, 30.0, 0.9, 31.0), 9)
    (10.0, 30.0)
    """
    outside = max(low - value, 0.0) + max(value - high, 0.0)
    return (high - low) + 2.0 / (1.0 - level) * outside


def crps(quantiles: Mapping[float, float], value: float) -> float:
    """Return the continuous ranked probability score of a forecast of which some quantiles are known.

    It is twice the mean score of all quantiles (Gneiting and Ranjan, JBES 2011), not of the few that are known: these
    stand far apart at the ends, and their plain mean is only 0.88 of the score of a normal forecast. Between them, and
    beyond the outermost, the forecast is read along a normal curve, so a normal forecast gets its own score: with a
    spread of 10, 2.337 at its middle. A single number that is stated for sure scores its distance.

    >>> normal = {0.05: 3.5515, 0.25: 13.2551, 0.5: 20.0, 0.75: 26.7449, 0.95: 36.4485}
    >>> round(crps(normal, 20.0), 2), round(crps(dict.fromkeys(normal, 25.0), 31.0), 9)
    (2.34, 6.0)
    """
    shares = (np.arange(SLICES) + 0.5) / SLICES
    distance = value - between(quantiles, shares)
    return float(2.0 * np.mean(np.where(distance >= 0.0, shares, shares - 1.0) * distance))


def between(quantiles: Mapping[float, float], shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return quantiles at other shares: straight lines over normal scores, the outer two going on beyond the ends.

    >>> between({0.05: -1.0, 0.5: 0.0, 0.95: 3.0}, np.array([0.05, 0.25, 0.975])).round(2).tolist()
    [-1.0, -0.41, 3.57]
    """
    from scipy.special import ndtri

    known = sorted(quantiles)
    at, values, wanted = ndtri(known), np.array([quantiles[share] for share in known]), ndtri(shares)
    left = np.clip(np.searchsorted(at, wanted) - 1, 0, len(at) - 2)
    slope = (values[left + 1] - values[left]) / (at[left + 1] - at[left])
    return np.asarray(values[left] + slope * (wanted - at[left]))


def covered(low: float, high: float, least: float, most: float) -> bool:
    """Return whether an interval holds a published figure, which lies anywhere between ``least`` and ``most``.

    >>> covered(20.0, 30.0, 30.0, 31.0), covered(20.0, 30.0, 30.1, 31.0)
    (True, False)
    """
    return least <= high and most >= low
