"""Scoring: frozen forecasts held against figures that somebody brings, beside two simple rules.

Nothing is fitted to these figures, and no forecast is changed. A figure counts as covered where its interval for
rounding meets the forecast's interval; scores are those of its printed value.

The rules know what was known before the first year of the forecast (``rivals.csv``): *persistence* repeats the last
known figure; *in proportion* lets it grow with the planned places, or by its last yearly ratio.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from calibration import frozen, scores
from calibration.frozen import Forecast, Stated
from calibration.observed import Observed
from sim.engine.sums import added
from sim.errors import CountryError
from sim.months import month_index
from sim.scenario import present_law

RIVALS = Path(__file__).parent / "rivals.csv"
OUTER, INNER = (0.05, 0.95), (0.25, 0.75)
OUTER_LEVEL = 0.9
PLACES, SO_FAR, TREND, SAME = "places", "places_so_far", "trend", "same"
RULES = (PLACES, SO_FAR, TREND, SAME)


class Rival(NamedTuple):
    """The last known figure before a forecast, and the rule by which it may be carried forward."""

    figure: str
    year: int
    value: float
    rule: str
    per: float  # places behind the figure, or the yearly ratio of a trend; 1 where it stays the same

    def proportional(self, year: int, places: Mapping[int, float]) -> float:
        """Return what the rule says of a year; ``places`` are those planned for each year.

        11,800 jobs in 10,000 places make 23,600 in 20,000:

        >>> Rival("jobs", 2023, 11800.0, "places", 10000.0).proportional(2024, {2024: 20000.0})
        23600.0
        >>> Rival("families", 2023, 100.0, "trend", 0.5).proportional(2025, {})
        25.0
        """
        if self.rule == PLACES:
            return self.value * places[year] / self.per
        if self.rule == SO_FAR:
            more = added(places[y] for y in range(self.year + 1, year + 1))
            return float(self.value * (self.per + more) / self.per)
        return float(self.value * self.per ** (year - self.year)) if self.rule == TREND else self.value


class Row(NamedTuple):
    """A figure of one year in one forecast, with what came."""

    stated: Stated
    seen: Observed
    outer: bool  # the middle 90 % hold it
    inner: bool | None  # the middle half holds it; None where no quartiles were frozen
    interval: float  # score of the 90 % interval
    crps: float
    bias: float  # middle less figure
    persistence: float | None  # scores of the two rules; None where nothing was known before
    proportional: float | None


class Sum(NamedTuple):
    """Scores of a figure over its years, or of all figures."""

    figure: str
    years: int
    outer: float
    inner: float | None
    interval: float
    crps: float
    bias: float
    persistence: float | None
    proportional: float | None


class Scored(NamedTuple):
    """A forecast with its scores."""

    forecast: Forecast
    rows: tuple[Row, ...]
    by_figure: tuple[Sum, ...]
    total: Sum | None  # scores as shares of the figures, because units differ; figures of zero are left out


@cache
def rivals() -> tuple[Rival, ...]:
    """Return the rows of ``rivals.csv``."""
    with RIVALS.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    for line, row in enumerate(rows, start=2):
        if row["rule"] not in RULES:
            raise CountryError(f"rivals.csv: line {line}: rule is '{row['rule']}'; known: {', '.join(RULES)}")
    return tuple(
        Rival(row["figure"], int(row["year"]), float(row["value"]), row["rule"], float(row["per"] or 1.0))
        for row in rows
    )  # fmt: skip


@cache
def planned(country: str, first: int, last: int) -> Mapping[int, float]:
    """Return the places that a country planned for each year."""
    contract = present_law(country).social_contract
    return {year: float(contract.terms(month_index(year)).slots) for year in range(first, last + 1)}


def before(figure: str, first: int) -> Rival | None:
    """Return the last figure that was known before a year."""
    known = [rival for rival in rivals() if rival.figure == figure and rival.year < first]
    return max(known, key=lambda rival: rival.year) if known else None


def everything() -> tuple[Forecast, ...]:
    """Return all frozen forecasts."""
    return tuple(frozen.read(name) for name in frozen.names())


def score(forecast: Forecast, seen: Sequence[Observed], country: str = "kyrgyzstan") -> Scored | None:
    """Return the scores of a forecast, ``None`` if it says nothing about any of the figures."""
    said = {(one.figure, one.year): one for one in forecast.stated}
    pairs = [(said[one.figure, one.year], one) for one in seen if (one.figure, one.year) in said]
    rows = tuple(_row(stated, one, forecast.first, country) for stated, one in pairs)
    if not rows:
        return None
    figures = dict.fromkeys(row.stated.figure for row in rows)
    by_figure = [_sum(name, [row for row in rows if row.stated.figure == name]) for name in figures]
    shares = [_relative(row) for row in rows if row.seen.value != 0.0]
    return Scored(forecast, rows, tuple(by_figure), _sum("", shares) if shares else None)


def _row(stated: Stated, seen: Observed, first: int, country: str) -> Row:
    q = stated.quantiles
    low, high = (q[share] for share in OUTER)
    quartiles = [q[share] for share in INNER if share in q]
    rival = before(stated.figure, first)
    carried = rival and rival.proportional(seen.year, planned(country, rival.year, max(seen.year, rival.year)))
    return Row(
        stated, seen, scores.covered(low, high, seen.low, seen.high),
        scores.covered(quartiles[0], quartiles[1], seen.low, seen.high) if len(quartiles) == len(INNER) else None,
        scores.interval_score(low, high, OUTER_LEVEL, seen.value), scores.crps(q, seen.value), q[0.5] - seen.value,
        None if rival is None else abs(rival.value - seen.value),
        None if carried is None else abs(carried - seen.value),
    )  # fmt: skip


def _relative(row: Row) -> Row:
    """Return a row whose scores are shares of its figure."""
    size = abs(row.seen.value)
    return row._replace(
        interval=row.interval / size, crps=row.crps / size, bias=row.bias / size,
        persistence=None if row.persistence is None else row.persistence / size,
        proportional=None if row.proportional is None else row.proportional / size,
    )  # fmt: skip


def _sum(figure: str, rows: Sequence[Row]) -> Sum:
    return Sum(
        figure, len(rows), _mean([float(row.outer) for row in rows]),
        _mean_of_known([None if row.inner is None else float(row.inner) for row in rows]),
        _mean([row.interval for row in rows]), _mean([row.crps for row in rows]), _mean([row.bias for row in rows]),
        _mean_of_known([row.persistence for row in rows]), _mean_of_known([row.proportional for row in rows]),
    )  # fmt: skip


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _mean_of_known(values: Sequence[float | None]) -> float | None:
    """Return the mean where every value is known: means over different rows are not comparable.

    >>> _mean_of_known([1.0, 3.0]), _mean_of_known([1.0, None])
    (2.0, None)
    """
    known = [value for value in values if value is not None]
    return _mean(known) if known and len(known) == len(values) else None
