"""Scoring: how good a guess was, in points that reward a range as wide as one is unsure."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

PENALTY = 4.0  # 2 / 0.5: ranges are judged as those that hold the result in half of the runs
MORE, SAME, FEWER = "more", "same", "fewer"
BEST = 100


def interval_score(values: Sequence[float] | npt.NDArray[np.float64], low: float, high: float) -> float:
    """Return the interval score of a range: its width, and four times how far results lie outside on average.

    Winkler 1972; Gneiting and Raftery 2007 (equation 43 with a level of one half): nobody scores better by giving
    another range than the one in which she expects the middle half of the results.

    >>> interval_score([1.0, 3.0], 1.0, 3.0), interval_score([1.0, 3.0], 2.0, 2.0)
    (2.0, 4.0)
    """
    found = np.asarray(values, dtype=np.float64)
    outside = np.maximum(low - found, 0.0) + np.maximum(found - high, 0.0)
    return float(high - low + PENALTY * outside.mean())


def points(values: Sequence[float] | npt.NDArray[np.float64], low: float, high: float) -> int:
    """Return from 0 to 100: the score of the model's own middle half over that of the guess.

    >>> points([1.0, 2.0, 3.0, 4.0, 5.0], 2.0, 4.0), points([1.0, 2.0, 3.0, 4.0, 5.0], 3.0, 3.0)
    (100, 75)
    >>> points([0.0, 0.0], 0.0, 0.0), points([0.0, 0.0], 1.0, 1.0)
    (100, 0)
    """
    lower, upper = (float(q) for q in np.quantile(np.asarray(values, dtype=np.float64), (0.25, 0.75)))
    best, own = interval_score(values, lower, upper), interval_score(values, low, high)
    if own <= best:
        return BEST
    return math.floor(BEST * best / own)


def direction(low: float, high: float) -> str:
    """Return the word for a guessed range.

    >>> direction(10.0, 20.0), direction(-5.0, 5.0), direction(-3.0, -3.0)
    ('more', 'same', 'fewer')
    """
    return MORE if low > 0.0 else FEWER if high < 0.0 else SAME
