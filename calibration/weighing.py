"""Weighing: published results of other countries beside the model's, and parameter draws weighed by some of them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.errors import CountryError

Floats = npt.NDArray[np.float64]
FIT, CHECK, NOT_REPRESENTED = "fit", "check", "not represented"
LOG, LINEAR = "log", "linear"
BAND = (0.05, 0.5, 0.95)
FEWEST = 8.0  # equal draws that weighed draws must be worth to make a band
IN, OUT = "in", "**out**"
NORMAL_90 = 3.29  # width of the middle 90 % of a normal, in standard deviations


class Published(NamedTuple):
    """A published result: the figure, the ends of its own error, and what another country may differ from it."""

    value: float
    low: float
    high: float
    scale: str  # on which the discrepancy is stated: log or linear
    discrepancy: float  # one standard deviation

    def on_scale(self, values: Floats) -> Floats:
        """Return figures on the scale of the discrepancy."""
        return np.log(np.maximum(values, 1e-9)) if self.scale == LOG else np.asarray(values)

    @property
    def error(self) -> float:
        """Standard deviation of what the study may miss and what another country may differ, on that scale.

        >>> round(Published(0.5, 0.5 - 1.645 * 0.03, 0.5 + 1.645 * 0.03, "linear", 0.04).error, 9)
        0.05
        """
        low, high = self.on_scale(np.array([self.low, self.high]))
        return math.hypot(float(high - low) / NORMAL_90, self.discrepancy)


def published(row: Mapping[str, str]) -> Published:
    """Return the figure of a row of a data file."""
    if row["scale"] not in (LOG, LINEAR):
        raise CountryError(f"{row['id']}: scale is '{row['scale']}'; it must be log or linear")
    value, low, high, discrepancy = (float(row[name]) for name in ("published", "low", "high", "discrepancy"))
    if not low <= value <= high:
        raise CountryError(f"{row['id']}: published is {value:g}; it must lie between {low:g} and {high:g}")
    return Published(value, low, high, row["scale"], discrepancy)


def weights(fitted: Sequence[tuple[str, Published]], runs: Sequence[Mapping[str, float]]) -> Floats:
    """Return the weight of each draw by fitted rows; they add up to one.

    A draw in which a figure has no value, because nobody was left to ask, counts for that row as the other draws do on
    average: it neither gains nor loses by it.
    """
    found = np.ones(len(runs))
    for name, of in fitted:
        here = of.on_scale(np.array([run[name] for run in runs]))
        off = (here - of.on_scale(np.array([of.value]))) / of.error
        if np.isnan(off).all():
            continue
        likely = np.exp(-0.5 * (off**2 - np.nanmin(off**2)))
        found *= np.where(np.isnan(likely), np.nanmean(likely), likely)
    return np.asarray(found / found.sum())


def effective(of: Floats) -> float:
    """Return how many equal draws weighed draws are worth.

    >>> effective(np.array([0.5, 0.5, 0.0]))
    2.0
    """
    return round(float(1.0 / (of**2).sum()), 1)


def quantiles(values: Floats, of: Floats) -> list[float]:
    """Return the ends of the middle 90 % and the median of weighed values; those without a value are left out.

    >>> quantiles(np.array([1.0, 2.0, 3.0, np.nan]), np.array([0.4, 0.2, 0.4, 0.0]))
    [1.0, 2.0, 3.0]
    """
    known = ~np.isnan(values)
    if not known.any():
        return [math.nan] * len(BAND)
    order = np.argsort(values[known], kind="stable")
    v, w = values[known][order], of[known][order]
    reached = np.cumsum(w) / w.sum()
    return [float(v[min(int(np.searchsorted(reached, share)), len(v) - 1)]) for share in BAND]


def bands(name: str, runs: Sequence[Mapping[str, float]], weighed: Floats) -> dict[str, Any]:
    """Return the bands of a figure as drawn and as weighed, and in how many draws it has a value."""
    values = np.array([run[name] for run in runs])
    plain, better = (quantiles(values, w) for w in (np.full(len(values), 1.0 / len(values)), weighed))
    return {
        "drawn": [round(v, 4) for v in plain], "weighed": [round(v, 4) for v in better],
        "runs": int((~np.isnan(values)).sum()),
    }  # fmt: skip


def believed(found: Mapping[str, Any], row: Mapping[str, Any]) -> list[float]:
    """Return the band of a row that is held against the study: the weighed one, or that of the draws as they came.

    Weighed draws that are worth fewer than ``FEWEST`` equal ones make no band.

    >>> believed({"effective": 1.3}, {"drawn": [1.0, 2.0, 3.0], "weighed": [2.0, 2.0, 2.0]})
    [1.0, 2.0, 3.0]
    """
    return list(row["weighed" if found["effective"] >= FEWEST else "drawn"])


def meets(of: Published, band: Sequence[float]) -> bool:
    """Return whether a band meets the published interval: the study's own error and nothing else.

    >>> meets(Published(0.5, 0.4, 0.6, "linear", 9.0), [0.61, 0.7, 0.8])
    False
    """
    return bool(band[0] <= of.high and band[2] >= of.low)


def factor(model: float, published_: float) -> float | None:
    """Return the model's middle over the published figure; none where one of them is not above zero.

    >>> factor(0.1, 0.4), factor(-0.1, 0.4), factor(0.1, 0.0)
    (0.25, None, None)
    """
    return round(model / published_, 2) if model > 0.0 and published_ > 0.0 else None


def keep(found: Mapping[str, Any], file: Path) -> Path:
    """Write results as a file."""
    file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def kept(file: Path) -> dict[str, Any]:
    """Return results that come along, empty if there are none."""
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}
