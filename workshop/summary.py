"""Summary: what the runs of some designs say, with an interval that is honest about how few they are.

Below four runs there is no interval. With four to seven it is Student's interval for one further run: wide, because
the spread itself is hardly known; of figures that cannot be negative it is that of their square roots. From eight on
low and high are the quantiles that ``kelishim compare`` prints. Designs are compared run by run, on the same parameters
and the same luck, and told apart by the rule of every command (:func:`experiments.certainty.judged`), so the same runs
never get two verdicts; below eight runs it is too early.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.certainty import FEWEST as ENOUGH
from experiments.certainty import HIGH, LOW, SAME, judged, probability_error
from sim.outcomes import CODEBOOK
from workshop.figures import Floats, Layout
from workshop.outcomes import COVERAGE, INTERVALS, MONTHLY, NO_INTERVAL, QUANTILE, STUDENT, described

FEWEST = 4
NINETY, OF_MEDIAN = 3.29, 1.25  # standard deviations in a 90 % interval; error of a median over that of a mean
DOTS = 20
TOO_EARLY = "too early"
DIGITS = 7


def method_of(draws: int) -> str:
    """Return how intervals are made from a number of draws.

    >>> method_of(3), method_of(4), method_of(8)
    ('none', 'student', 'quantile')
    """
    return NO_INTERVAL if draws < FEWEST else STUDENT if draws < ENOUGH else QUANTILE


def rough_error(spread: Mapping[str, Any], draws: int) -> float:
    """Return about how far another set of draws would move a median, from its 90 % interval.

    >>> round(rough_error({"low": 0.0, "high": 329.0}, 25)), rough_error({"low": None, "high": None}, 2)
    (25, nan)
    """
    if spread["low"] is None or spread["high"] is None:
        return math.nan
    return float(OF_MEDIAN * (spread["high"] - spread["low"]) / NINETY / math.sqrt(draws))


def figures(layout: Layout, tables: Sequence[Floats], *, details: bool, rough: bool = False) -> dict[str, Any]:
    """Return outcomes, differences, ranking and details of designs; ``tables`` of shape (draws, figures), A first.

    ``rough`` leaves out dots: for estimates.
    """
    draws = len(tables[0])
    method = method_of(draws)
    levels = [Spread(table, layout.never_negative) for table in tables]
    paired = [Spread(table - tables[0]) for table in tables[1:]]
    out: dict[str, Any] = {
        "draws": draws,
        "kind": "simulated",
        "interval": {"coverage": COVERAGE, "method": method, "text": INTERVALS[method]},
        "outcomes": {},
        "differences": {},
    }
    for name in layout.headlines:
        k = layout.headline(name)
        better = described()[name]["better"]
        out["outcomes"][name] = [spread.full(k, dots=not rough) for spread in levels]
        if paired:
            out["differences"][name] = [None, *(spread.change(k, better, dots=not rough) for spread in paired)]
    if len(tables) > 2:
        out["ranking"] = _ranking(layout, tables)
    if details and method != NO_INTERVAL:
        out["details"] = _details(layout, levels, paired)
    return out


class Spread:
    """Median, interval and twenty equally likely results of every figure, over draws."""

    def __init__(self, table: Floats, never_negative: npt.NDArray[np.bool_] | None = None) -> None:
        self.table = table
        self.positive = np.zeros(table.shape[1], dtype=bool) if never_negative is None else never_negative
        self.draws = len(table)
        self.method = method_of(self.draws)
        self.there = np.isfinite(table)
        self.rising = np.sort(np.where(self.there, table, np.nan), axis=0)  # what is not there comes last
        self.count = self.there.sum(axis=0)
        with np.errstate(invalid="ignore"):
            self.median = self._at(0.5) if self.method == QUANTILE else self._quantiles(0.5)
            if self.method == NO_INTERVAL:
                self.low = self.high = np.full(table.shape[1], np.nan)
            else:
                self.low, self.high = self._at(LOW), self._at(HIGH)

    def full(self, k: int, *, dots: bool = True) -> dict[str, Any]:
        """Return the summary of one figure with its dots."""
        twenty = None
        if dots and self.method != NO_INTERVAL and np.isfinite(self.median[k]):
            one = Spread.of_one(self.table[:, k], self.method, positive=bool(self.positive[k]))
            twenty = _plain(one)
        return self.short(k) | {"dots": twenty, "undefined": 1.0 - float(self.there[:, k].mean())}

    def short(self, k: int) -> dict[str, Any]:
        """Return median and interval of one figure."""
        low, median, high = _plain(np.array([self.low[k], self.median[k], self.high[k]]))
        return {"median": median, "low": low, "high": high}

    def change(self, k: int, better: str, *, dots: bool = True) -> dict[str, Any]:
        """Return the summary of one paired difference, with the verdict and the probability of being better."""
        out = self.full(k) if dots else self.short(k)
        known = self.table[self.there[:, k], k]
        if self.draws < ENOUGH:
            said = SAME if len(known) and not known.any() and self.draws > 1 else TOO_EARLY
        else:
            said = judged(np.where(self.there[:, k], self.table[:, k], np.nan)).verdict
        share, error = _probability(known, better, self.method)
        more = round(DOTS * float((known > 0.0).mean())) if self.draws >= DOTS and len(known) else None
        return out | {"verdict": said, "better": share, "better_error": error, "more_in": more}

    def lines(self, places: list[int]) -> dict[str, Any]:
        """Return a band over time."""
        named = {
            "median": self.median, "low": self.low, "high": self.high,
            "inner_low": self.inner[0], "inner_high": self.inner[1],
        }  # fmt: skip
        return {name: _plain(values[places]) for name, values in named.items()}

    @staticmethod
    def of_one(values: Floats, method: str, *, positive: bool = False) -> Floats:
        """Return twenty equally likely results of one figure, rising."""
        known = values[np.isfinite(values)]
        shares = (np.arange(DOTS) + 0.5) / DOTS
        if method == QUANTILE:
            return np.asarray(np.quantile(known, shares))
        if len(known) < 2:
            return np.full(DOTS, known[0])
        known = np.sqrt(known) if positive else known
        found = known.mean() + known.std(ddof=1) * np.sqrt(1 + 1 / len(known)) * _student(len(known) - 1)
        return np.asarray(np.maximum(found, 0.0) ** 2 if positive else found)

    @cached_property
    def inner(self) -> tuple[Floats, Floats]:
        """The middle half of every figure."""
        with np.errstate(invalid="ignore"):
            return self._at(0.25), self._at(0.75)

    @cached_property
    def _moments(self) -> tuple[Floats, Floats]:
        """Mean of every figure and how far one more draw spreads; of square roots where nothing is negative."""
        table = np.where(self.positive, np.sqrt(np.maximum(self.table, 0.0)), self.table)
        count = np.maximum(self.count, 1)
        mean = np.where(self.there, table, 0.0).sum(axis=0) / count
        squares = (np.where(self.there, table - mean, 0.0) ** 2).sum(axis=0)
        return mean, np.sqrt(squares / np.maximum(self.count - 1, 1)) * np.sqrt(1.0 + 1.0 / count)

    def _at(self, share: float) -> Floats:
        """Return one quantile of what is likely: of the draws, or of Student's interval where they are few."""
        if self.method == QUANTILE:
            return self._quantiles(share)
        mean, spread = self._moments
        reach = np.array([_t(share, max(n - 1, 1)) for n in range(self.draws + 1)])
        found = mean + reach[self.count] * spread
        found = np.where(self.positive, np.maximum(found, 0.0) ** 2, found)
        return np.where(self.count >= 2, found, np.nan)

    def _quantiles(self, share: float) -> Floats:
        """Return a quantile of the draws that are there, the same numbers as ``numpy.nanquantile``, in one go."""
        place = np.maximum(self.count - 1, 0) * share
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(self.count - 1, 0))
        low, high = (np.take_along_axis(self.rising, k[None], axis=0)[0] for k in (below, above))
        part, step = place - below, high - low
        found = np.where(part >= 0.5, high - step * (1.0 - part), low + step * part)
        return np.where(self.count > 0, found, np.nan)


def _probability(known: Floats, better: str, method: str) -> tuple[float | None, float | None]:
    """Return the probability that a difference is for the better and its Monte Carlo error; none from few draws."""
    if better not in ("more", "less") or not len(known) or method == NO_INTERVAL:
        return None, None
    signed = known if better == "more" else -known
    spread = float(signed.std(ddof=1)) if len(known) > 1 else 0.0
    if method == STUDENT and spread > 0.0:
        from scipy.special import stdtr

        reach = float(signed.mean()) / (spread * np.sqrt(1.0 + 1.0 / len(known)))
        share = float(stdtr(len(known) - 1, reach))
    else:
        share = float(np.mean(np.where(signed == 0.0, 0.5, signed > 0.0)))
    return round(share, 4), round(probability_error(np.where(signed == 0.0, 0.5, signed > 0.0)), 4)


def _ranking(layout: Layout, tables: Sequence[Floats]) -> dict[str, Any]:
    """Return for each outcome how often a design is the best and what it misses on average where it is not."""
    out: dict[str, Any] = {}
    for name in layout.headlines:
        better = described()[name]["better"]
        if better not in ("more", "less"):
            continue
        values = np.stack([table[:, layout.headline(name)] for table in tables], axis=1)
        values = (values if better == "more" else -values)[np.isfinite(values).all(axis=1)]
        if not len(values):
            out[name] = [{"best": None, "regret": None} for _ in tables]
            continue
        top = values.max(axis=1, keepdims=True)
        best = values == top
        shares, regret = (best / best.sum(axis=1, keepdims=True)).mean(axis=0), (top - values).mean(axis=0)
        out[name] = [{"best": p, "regret": r} for p, r in zip(_plain(shares), _plain(regret), strict=True)]
    return out


def _details(layout: Layout, levels: Sequence[Spread], paired: Sequence[Spread]) -> dict[str, Any]:
    out: dict[str, Any] = {"monthly": {}, "monthly_differences": {}, "groups": {}, "group_differences": {}}
    for name in MONTHLY:
        places = layout.monthly(name)
        out["monthly"][name] = [spread.lines(places) for spread in levels]
        out["monthly_differences"][name] = [None, *(spread.lines(places) for spread in paired)]
    for dimension, outcomes in layout.groups.items():
        of_level, of_pair = out["groups"].setdefault(dimension, {}), out["group_differences"].setdefault(dimension, {})
        for name, groups in outcomes.items():
            at = dict(zip(groups, layout.group(name, dimension), strict=True))
            better = CODEBOOK[name].better
            of_level[name] = {g: [spread.short(k) for spread in levels] for g, k in at.items()}
            of_pair[name] = {
                g: [None, *(spread.change(k, better, dots=False) for spread in paired)] for g, k in at.items()
            }
    return out


@lru_cache(maxsize=64)
def _student(freedom: int) -> Floats:
    from scipy.special import stdtrit

    return np.asarray(stdtrit(freedom, (np.arange(DOTS) + 0.5) / DOTS))


@lru_cache(maxsize=256)
def _t(share: float, freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, share))


def _plain(values: Floats) -> list[float | None]:
    """Return numbers with seven significant digits, ``None`` where there is none.

    >>> _plain(np.array([1234567.891, np.nan, 0.0]))
    [1234568.0, None, 0.0]
    """
    known = np.where(np.isfinite(values), values, 0.0)
    size = np.where(known == 0.0, 1.0, np.abs(known))
    factor = 10.0 ** (DIGITS - 1 - np.floor(np.log10(size)))
    rounded = (np.round(known * factor) / factor).tolist()
    return [number if there else None for number, there in zip(rounded, np.isfinite(values).tolist(), strict=True)]
