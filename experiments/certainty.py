"""Certainty: how far figures and verdicts would move with another set of draws, and the one rule of verdict.

:func:`judged` says whether a design gives more or fewer than another; screen, report, page and files ask it and state
:data:`RULE`. It looks at the two designs alone, so what else is compared changes nothing. Errors are bootstrap errors
over draws. A draw is resampled as a whole, so all arms and outcomes of a resample rest on the same draws. Resamples
are the same for the same number of draws, so a table never changes when it is made again.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from experiments.marks import N_

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

LOW, HIGH = 0.05, 0.95
COVERAGE = HIGH - LOW
SIMULTANEOUS_FROM = 3  # designs
RESAMPLES = 200
STABLE = 0.9
CHUNK = 2_000_000  # values resampled at once
FEWEST = 8  # draws; among fewer, luck alone gives a definite verdict too often (23 % with 3, 8 % with 5)
ENDLESS = 1e300  # stands for infinity where quantiles are interpolated

MORE, FEWER, SAME, UNCLEAR, UNDEFINED = "more", "fewer", "the same", "cannot be told apart", "undefined"
RULE = (
    "Two designs are told apart when the middle 90 % of their differences, draw by draw, lies on one side of zero and "
    "would do so in at least nine of ten other sets of as many draws. Otherwise, and with fewer than eight draws, they "
    "cannot be told apart. 'The same' means zero in every draw."
)
FEW_DRAWS, OTHER_DRAWS = N_("too few draws"), N_("other draws could give zero")


@lru_cache(maxsize=4)
def resamples(draws: int) -> Integers:
    """Return the draws of each resample, shape (resamples, draws)."""
    return np.random.default_rng([2022, draws]).integers(0, draws, (RESAMPLES, draws))


def resampled(values: Floats) -> Iterator[Floats]:
    """Yield the values of some resamples at a time, shape (some, draws, ...), in the order of the resamples."""
    picks = resamples(len(values))
    step = max(1, CHUNK // max(1, values.size))
    for first in range(0, len(picks), step):
        yield values[picks[first : first + step]]


def quantiles(values: Floats, shares: list[float], axis: int = 0) -> Floats:
    """Return quantiles along an axis; NaN is left out, infinite values count as the largest or smallest.

    >>> quantiles(np.array([1.0, np.inf, 3.0]), [0.5, 0.95])
    array([ 3., inf])
    """
    finite = np.clip(values, -ENDLESS, ENDLESS)
    known = np.nanquantile if np.isnan(finite).any() else np.quantile
    found = np.asarray(known(finite, shares, axis=axis))
    limitless = np.abs(found) > ENDLESS * 1e-9
    return np.where(limitless, np.copysign(np.inf, found), found)


def bands(paired: Floats) -> Floats:
    """Return one band for each arm so that, in 90 % of draws, all arms are inside theirs.

    ``paired`` has the shape (..., draws, arms), the result (..., arms, 2). Each 90 % interval is stretched about its
    median by one common factor of at least 1; with one arm it is the interval itself. Draws in which an arm is
    undefined or without limit count as inside for that arm.
    """
    low, middle, high = quantiles(paired, [LOW, 0.5, HIGH], axis=-2)
    factor = np.ones(paired.shape[:-2])
    if paired.shape[-1] + 1 >= SIMULTANEOUS_FROM:
        with np.errstate(invalid="ignore"):
            away = paired - middle[..., None, :]
            reach = np.where(away < 0.0, (middle - low)[..., None, :], (high - middle)[..., None, :])
        usable = np.isfinite(away) & np.isfinite(reach) & (reach > 0.0)
        distance = np.divide(np.abs(away), reach, out=np.zeros_like(away), where=usable)
        factor = np.maximum(1.0, np.quantile(distance.max(axis=-1), COVERAGE, axis=-1))
    with np.errstate(invalid="ignore"):
        below, above = (factor[..., None] * (middle - low)), (factor[..., None] * (high - middle))
        first = np.where(np.isfinite(low) & np.isfinite(middle), middle - below, low)
        second = np.where(np.isfinite(high) & np.isfinite(middle), middle + above, high)
    return np.stack([first, second], axis=-1)


class Judgement(NamedTuple):
    """What is said of a paired difference, and the share of resamples of its draws that say the same."""

    verdict: str
    stability: float


def judged(paired: Floats) -> Judgement:
    """Return what the differences of two designs, one for each draw, say by the rule of :data:`RULE`.

    >>> judged(np.arange(1.0, 21.0)), judged(np.arange(-1.0, 19.0)).verdict, judged(np.zeros(3)).verdict
    (Judgement(verdict='more', stability=1.0), 'cannot be told apart', 'the same')
    """
    known = paired[~np.isnan(paired)]
    low, high = quantiles(known, [LOW, HIGH]) if len(known) else (np.nan, np.nan)
    said = verdict(known, float(low), float(high))
    if said in (SAME, UNDEFINED):
        return Judgement(said, 1.0)
    stability = _share(said, *_limits(paired))
    return Judgement(UNCLEAR if stability < STABLE else said, stability)


def _limits(paired: Floats) -> Floats:
    """Return the ends of the 90 % interval in each resample; a resample without any figure counts as zero."""
    drawn = paired[resamples(len(paired))]
    return quantiles(np.where(np.isnan(drawn).all(axis=1, keepdims=True), 0.0, drawn), [LOW, HIGH], axis=1)


def _share(said: str, low: Floats, high: Floats) -> float:
    """Return the share of resamples whose interval says the same; 1 where nothing varies."""
    if said == MORE:
        return float((low > 0.0).mean())
    if said == FEWER:
        return float((high < 0.0).mean())
    return float(((low <= 0.0) & (high >= 0.0)).mean()) if said == UNCLEAR else 1.0


def reason(said: str, low: float, high: float, draws: int) -> str:
    """Return why designs cannot be told apart though the interval beside it leaves out zero; else nothing.

    >>> reason(UNCLEAR, 1.0, 9.0, 20), reason(UNCLEAR, 1.0, 9.0, 5), reason(UNCLEAR, -1.0, 9.0, 20)
    ('other draws could give zero', 'too few draws', '')
    """
    if said != UNCLEAR or not (low > 0.0 or high < 0.0):
        return ""
    return FEW_DRAWS if draws < FEWEST else OTHER_DRAWS


def verdict(paired: Floats, low: float, high: float) -> str:
    """Return ``more``, ``fewer``, ``the same`` or ``cannot be told apart`` for a difference with its 90 % interval.

    It does not ask whether other draws would say the same (:func:`judged`).

    >>> verdict(np.array([1.0, 2.0, 3.0]), 1.0, 3.0), verdict(np.zeros(3), 0.0, 0.0)
    ('cannot be told apart', 'the same')
    """
    known = paired[~np.isnan(paired)]
    if not len(known):
        return UNDEFINED
    if not known.any():
        return SAME
    if len(known) < FEWEST:
        return UNCLEAR
    if low > 0.0:
        return MORE
    return FEWER if high < 0.0 else UNCLEAR


def probability_error(won: Floats) -> float:
    """Return the standard error of a share of draws (0, 0.5 or 1 each); two of each kind are added (Agresti-Coull).

    >>> round(probability_error(np.ones(96)), 4), round(probability_error(np.array([1.0, 0.0] * 48)), 4)
    (0.014, 0.05)
    """
    n = len(won) + 4.0
    share = (float(won.sum()) + 2.0) / n
    return float(np.sqrt(share * (1.0 - share) / n))


class Errors:
    """What resamples of the draws say about one outcome; arrays over arms."""

    def __init__(self, paired: Floats) -> None:
        arms = paired.shape[1]
        defined = ~np.isnan(paired).all(axis=0)
        middles = np.full((RESAMPLES, arms), np.nan)
        limits = np.full((RESAMPLES, arms, 2), np.nan)
        if defined.any() and len(paired) > 1:
            place = 0
            for part in resampled(paired[:, defined]):
                rows = slice(place, place + len(part))
                drawn = np.where(np.isnan(part).all(axis=1, keepdims=True), 0.0, part)
                middles[rows, defined] = quantiles(drawn, [0.5], axis=1)[0]
                limits[rows, defined] = bands(drawn)
                place += len(part)
        self.median = _spread(middles)
        self.low = _spread(limits[:, :, 0])
        self.high = _spread(limits[:, :, 1])


def _spread(values: Floats) -> Floats:
    """Return the standard deviation over resamples; NaN where a resample has no limit."""
    finite = np.isfinite(values).all(axis=0)
    return np.where(finite, np.where(np.isfinite(values), values, 0.0).std(axis=0, ddof=1), np.nan)
