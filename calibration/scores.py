"""Scores: how good an interval, or a set of quantiles, was once the figure is known; lower is better.

All are proper: nobody scores better by stating other quantiles than those believed (Gneiting and Raftery, JASA 2007).
"""

from __future__ import annotations

from collections.abc import Mapping


def interval_score(low: float, high: float, level: float, value: float) -> float:
    """Return the score of a central interval: its width, and 2/(1 - level) times how far the figure lies outside.

    A 90 % interval of 10 that the figure misses by 1 scores 10 + 20:

    >>> interval_score(20.0, 30.0, 0.9, 25.0), round(interval_score(20.0, 30.0, 0.9, 31.0), 9)
    (10.0, 30.0)
    """
    outside = max(low - value, 0.0) + max(value - high, 0.0)
    return (high - low) + 2.0 / (1.0 - level) * outside


def quantile_score(share: float, quantile: float, value: float) -> float:
    """Return the score of one quantile: the distance, weighed by the share on the side where the figure lies.

    >>> round(quantile_score(0.95, 30.0, 25.0), 9), round(quantile_score(0.95, 30.0, 40.0), 9)
    (0.25, 9.5)
    """
    return (share if value >= quantile else 1.0 - share) * abs(value - quantile)


def crps(quantiles: Mapping[float, float], value: float) -> float:
    """Return the continuous ranked probability score as far as quantiles tell it, in units of the figure.

    Twice the mean quantile score, which is the weighted interval score of Bracher and others (PLOS Computational
    Biology 2021). A single number that is stated for sure scores its distance. For 20, 25, 30 and the figure 31 by
    hand: 0.05 x 11 = 0.55, 0.5 x 6 = 3 and 0.95 x 1 = 0.95; their mean is 1.5.

    >>> round(crps({0.05: 20.0, 0.5: 25.0, 0.95: 30.0}, 31.0), 9)
    3.0
    >>> round(crps({0.05: 25.0, 0.25: 25.0, 0.5: 25.0, 0.75: 25.0, 0.95: 25.0}, 31.0), 9)
    6.0
    """
    found = [quantile_score(share, quantile, value) for share, quantile in quantiles.items()]
    return 2.0 * sum(found) / len(found)


def covered(low: float, high: float, least: float, most: float) -> bool:
    """Return whether an interval holds a published figure, which lies anywhere between ``least`` and ``most``.

    >>> covered(20.0, 30.0, 30.0, 31.0), covered(20.0, 30.0, 30.1, 31.0)
    (True, False)
    """
    return least <= high and most >= low
