"""Analysis: what a set of paired runs says about the designs, and how sure the model is of it.

The figure of a parameter draw is the mean over its seeds. Medians and 90 % intervals are over draws. A comparison is
made draw by draw, on the same parameters and the same luck, and summarised afterwards; it is never read off two
intervals. Ratios such as the cost of a net job are ratios of means: of a draw over its seeds, and, for the figure
itself, over all draws; a draw without net jobs has a cost without limit and is not left out. All summaries take and
return ``pandas`` tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from experiments import certainty
from experiments.cells import NONE, cells
from experiments.certainty import quantiles
from experiments.certainty import verdict as verdict  # users of this module ask it for verdicts
from experiments.store import OK
from sim.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas

Floats = npt.NDArray[np.float64]

ALL, WHOLE = "all", -1
LOW, HIGH = certainty.LOW, certainty.HIGH
MORE, LESS = "more", "less"

# Ratios of outcomes: numerator and denominator. Where there is nothing to divide by, a cost is without limit.
RATIOS = {
    "cost_per_net_job": ("programme_cost", "net_jobs"), "additionality": ("net_jobs", "gross_jobs"),
    "cost_per_job_year": ("programme_cost_followed", "job_years"),
    "value_of_public_money": ("willingness_to_pay", "public_cost"),
    "value_markets_left_out": ("willingness_markets_left_out", "public_cost"),
}  # fmt: skip

DIFFERENCE_COLUMNS = [
    "outcome", "design", "compared_with", "median", "low", "high", "undefined", "median_error", "band_low", "band_high",
    "band_low_error", "band_high_error", "verdict", "stability", "probability_better", "probability_error",
    "noise_share", "pairing_gain", "made",
]  # fmt: skip
RANKING_COLUMNS = ["outcome", "design", "probability_best", "probability_best_error", "expected_regret"]
MEDIAN, RATIO = "median over draws", "ratio of means over draws"


class Described(Protocol):
    """What the codebook says about an outcome."""

    @property
    def label(self) -> str:
        """Name for people."""

    @property
    def unit(self) -> str:
        """Unit of the value."""

    @property
    def better(self) -> str:
        """``more``, ``less``, or anything else when neither is better."""


class Cube(NamedTuple):
    """One outcome: values of shape (draws, replications, designs), NaN where undefined or failed."""

    designs: tuple[str, ...]
    values: Floats

    @property
    def of_draws(self) -> Floats:
        """Means over replications, shape (draws, designs); NaN only where all replications are."""
        defined = np.isfinite(self.values)
        count = defined.sum(axis=1)
        total = np.where(defined, self.values, 0.0).sum(axis=1)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def cube(frame: pandas.DataFrame, outcome: str, designs: Sequence[str], group: str = ALL, month: int = WHOLE) -> Cube:
    """Return the values of one outcome, group and month (-1: the whole horizon)."""
    found = cells(frame)
    rows = found.rows.get((outcome, group, month), NONE)
    values = np.full((found.draws, found.replications, len(designs)), np.nan)
    place = {name: j for j, name in enumerate(designs)}
    columns = np.array([place.get(name, -1) for name in found.designs], dtype=np.int64)[found.design[rows]]
    rows, columns = rows[columns >= 0], columns[columns >= 0]
    values[found.draw[rows], found.replication[rows], columns] = frame["value"].to_numpy()[rows]
    return Cube(tuple(designs), values)


def of_draws(frame: pandas.DataFrame, outcome: str, designs: Sequence[str], better: str = "") -> Floats:
    """Return the figure of each draw and design, shape (draws, designs); a ratio is made of the means of its parts.

    Infinite where a cost has nothing to be divided by, NaN where nothing is defined.
    """
    parts = RATIOS.get(outcome)
    if parts is None or not cells(frame).groups.keys() >= set(parts):
        return cube(frame, outcome, designs).of_draws
    above, below = (cube(frame, name, designs).of_draws for name in parts)
    nothing = np.where(np.isnan(above) | np.isnan(below), np.nan, np.inf if better == LESS else np.nan)
    return np.divide(above, below, out=nothing, where=below > 0.0)


def ratio_of_means(frame: pandas.DataFrame, outcome: str, designs: Sequence[str]) -> Floats | None:
    """Return mean over mean of all draws in which both parts are known, by design; ``None`` if it is no ratio."""
    parts = RATIOS.get(outcome)
    if parts is None or not cells(frame).groups.keys() >= set(parts):
        return None
    above, below = (cube(frame, name, designs).of_draws for name in parts)
    both = np.isfinite(above) & np.isfinite(below)
    sums = np.where(both, above, 0.0).sum(axis=0), np.where(both, below, 0.0).sum(axis=0)
    return np.divide(*sums, out=np.full(len(designs), np.nan), where=sums[1] > 0.0)


def paired_differences(values: Floats) -> Floats:
    """Return the differences to the first column; equal infinite values differ by nothing.

    >>> paired_differences(np.array([[1.0, 3.0], [np.inf, np.inf], [1.0, np.inf]]))
    array([[ 2.],
           [ 0.],
           [inf]])
    """
    with np.errstate(invalid="ignore"):
        found = values[:, 1:] - values[:, :1]
    return np.where(np.isinf(values[:, 1:]) & (values[:, 1:] == values[:, :1]), 0.0, found)


def designs_of(frame: pandas.DataFrame) -> list[str]:
    """Return the designs in the order in which the simulator names them; the first is the one compared with."""
    return list(cells(frame).designs)


def headlines(frame: pandas.DataFrame) -> list[str]:
    """Return the outcomes that have a value for the whole country over the whole horizon."""
    return [str(name) for name in _at(frame)["outcome"].unique()]


def levels(frame: pandas.DataFrame, codebook: Mapping[str, Described]) -> pandas.DataFrame:
    """Return median and 90 % interval over draws of each headline outcome and design.

    ``undefined`` is the share of draws without a figure, which the interval leaves out, or with one without limit
    (a cost per net job where there is no net job), which it does not; ``noise_share`` the part of the variance that is
    luck of the simulation, which more seeds would remove; the rest is uncertainty of parameters. It is NaN with a
    single replication. ``made`` says how ``median`` is made: ratios are ratios of means.
    """
    import pandas

    frame = _at(frame)
    designs = designs_of(frame)
    rows = []
    for outcome in headlines(frame):
        raw = cube(frame, outcome, designs)
        data = of_draws(frame, outcome, designs, _better(codebook, outcome))
        ratios = ratio_of_means(frame, outcome, designs)
        for j, design in enumerate(designs):
            summary = _interval(data[:, j])
            if ratios is not None:
                summary["median"] = float(ratios[j])
            noise = noise_share(raw.values[:, :, j])
            made = MEDIAN if ratios is None else RATIO
            rows.append({"outcome": outcome, "design": design, **summary, "noise_share": noise, "made": made})
    table = pandas.DataFrame(rows)
    table.insert(1, "unit", [codebook[name].unit if name in codebook else "" for name in table["outcome"]])
    return table


def differences(frame: pandas.DataFrame, codebook: Mapping[str, Described]) -> pandas.DataFrame:
    """Return the paired difference of each design to the first, for each headline outcome.

    ``low`` and ``high`` bound 90 % of draws, and the verdict rests on them (:func:`experiments.certainty.judged`);
    ``band_low`` and ``band_high`` hold for all designs at once (equal to ``low`` and ``high`` with two designs).
    Columns that end in ``_error`` are Monte Carlo errors, by bootstrap over draws. ``stability`` is the share of
    resamples that say the same; below 0.9 the verdict is that the designs cannot be told apart. ``pairing_gain`` is
    the variance of the difference under independent seeds over its variance under shared ones.
    """
    import pandas

    frame = _at(frame)
    designs = designs_of(frame)
    rows = []
    for outcome in headlines(frame) if len(designs) > 1 else ():
        raw, better = cube(frame, outcome, designs), _better(codebook, outcome)
        paired = paired_differences(of_draws(frame, outcome, designs, better))
        ratios = ratio_of_means(frame, outcome, designs)
        bands, errors = certainty.bands(_filled(paired)), certainty.Errors(paired)
        for j, design in enumerate(designs[1:]):
            within = raw.values[:, :, j + 1] - raw.values[:, :, 0]
            probability, error = probability_better(paired[:, j], better)
            low, high = (float(limit) for limit in bands[j])
            summary = _interval(paired[:, j])
            if ratios is not None:
                summary["median"] = float(ratios[j + 1] - ratios[0])
            said = certainty.judged(paired[:, j])
            rows.append(
                {
                    "outcome": outcome,
                    "design": design,
                    "compared_with": designs[0],
                    **summary,
                    "median_error": errors.median[j],
                    "band_low": low,
                    "band_high": high,
                    "band_low_error": errors.low[j],
                    "band_high_error": errors.high[j],
                    "verdict": said.verdict,
                    "stability": said.stability,
                    "probability_better": probability,
                    "probability_error": error,
                    "noise_share": noise_share(within),
                    "pairing_gain": pairing_gain(raw.values[:, :, 0], raw.values[:, :, j + 1]),
                    "made": MEDIAN if ratios is None else RATIO,
                }
            )
    return pandas.DataFrame(rows, columns=DIFFERENCE_COLUMNS)


def ranking(frame: pandas.DataFrame, codebook: Mapping[str, Described]) -> pandas.DataFrame:
    """Return, for outcomes of which more (or less) is better, the probability that a design is the best and its regret.

    Regret is the mean over draws of what the best design of that draw gives beyond this one, in units of the outcome.
    Designs that tie share the probability.
    """
    import pandas

    frame = _at(frame)
    designs = designs_of(frame)
    rows = []
    for outcome in headlines(frame):
        better = codebook[outcome].better if outcome in codebook else ""
        if better not in (MORE, LESS):
            continue
        values = of_draws(frame, outcome, designs, better) * (1.0 if better == MORE else -1.0)
        values = values[~np.isnan(values).any(axis=1)]
        if not len(values):
            continue
        top = values.max(axis=1, keepdims=True)
        best = values == top
        winning = best / best.sum(axis=1, keepdims=True)
        shares = winning.mean(axis=0)
        errors = [certainty.probability_error(winning[:, j]) for j in range(len(designs))]
        with np.errstate(invalid="ignore"):
            regrets = np.where(best, 0.0, top - values).mean(axis=0)
        rows += [
            dict(zip(RANKING_COLUMNS, (outcome, name, float(share), float(error), float(regret)), strict=True))
            for name, share, error, regret in zip(designs, shares, errors, regrets, strict=True)
        ]
    return pandas.DataFrame(rows, columns=RANKING_COLUMNS)


def by_group(frame: pandas.DataFrame, outcome: str, dimension: str) -> pandas.DataFrame:
    """Return paired differences of one outcome in each group of a dimension, such as ``oblast``."""
    _there(frame, outcome)
    return _slices(frame, outcome, dimension, paired=True)


def levels_by_group(frame: pandas.DataFrame, outcome: str, dimension: str) -> pandas.DataFrame:
    """Return median and 90 % interval of one outcome in each group of a dimension, for each design."""
    _there(frame, outcome)
    return _slices(frame, outcome, dimension, paired=False)


def by_month(frame: pandas.DataFrame, outcome: str) -> pandas.DataFrame:
    """Return median, 50 % and 90 % interval of one outcome in each month, for each design."""
    import pandas

    _there(frame, outcome)
    designs = designs_of(frame)
    monthly = frame[(frame["outcome"] == outcome) & (frame["group"] == ALL) & (frame["status"] == OK)]
    rows = []
    for month in sorted(int(m) for m in monthly["month"].unique() if m != WHOLE):
        data = cube(monthly, outcome, designs, month=month).of_draws
        for j, design in enumerate(designs):
            middle = data[np.isfinite(data[:, j]), j]
            inner = np.quantile(middle, [0.25, 0.75]) if len(middle) else (np.nan, np.nan)
            row = {"month": month, "design": design, **_interval(data[:, j])}
            rows.append({**row, "inner_low": float(inner[0]), "inner_high": float(inner[1])})
    return pandas.DataFrame(rows)


def dimensions(frame: pandas.DataFrame) -> dict[str, list[str]]:
    """Return dimension -> its groups, in the order of the simulator, from labels such as ``oblast=Naryn``."""
    return _parted(dict.fromkeys(str(label) for label in frame.loc[frame["status"] == OK, "group"].astype(object)))


def _parted(labels: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for label in labels:
        name, separator, value = label.partition("=")
        if separator:
            found.setdefault(name, []).append(value)
    return found


def probability_better(paired: Floats, better: str) -> tuple[float, float]:
    """Return the share of draws in which a design is better, ties counted half, and its Monte Carlo standard error."""
    known = paired[~np.isnan(paired)]
    if better not in (MORE, LESS) or not len(known):
        return float("nan"), float("nan")
    sign = 1.0 if better == MORE else -1.0
    won = np.where(known == 0.0, 0.5, (sign * known) > 0.0)
    return float(won.mean()), certainty.probability_error(won)


def noise_share(values: Floats) -> float:
    """Return the part of the variance of a draw's mean that is luck of the simulation; shape (draws, replications).

    One-way variance components: within-draw variance over replications against the variance between draws. NaN with
    fewer than two complete draws or replications; 0 when nothing varies.
    """
    within, between = _components(values)
    if np.isnan(within):
        return float("nan")
    luck = within / values.shape[1]
    total = max(between, luck)
    return float(luck / total) if total > 0.0 else 0.0


def pairing_gain(first: Floats, second: Floats) -> float:
    """Return the variance of a difference under independent seeds over that under shared seeds, within draws.

    Infinite when the shared luck cancels exactly; NaN with a single replication or without any luck.
    """
    apart = _components(first)[0] + _components(second)[0]
    together = _components(second - first)[0]
    if np.isnan(apart) or np.isnan(together) or apart == 0.0:
        return float("nan")
    return float(apart / together) if together > 0.0 else float("inf")


def _components(values: Floats) -> tuple[float, float]:
    """Return the variance within draws and the variance of the means of draws."""
    complete = values[np.isfinite(values).all(axis=1)]
    if complete.shape[0] < 2 or complete.shape[1] < 2:
        return float("nan"), float("nan")
    return float(complete.var(axis=1, ddof=1).mean()), float(complete.mean(axis=1).var(ddof=1))


def _there(frame: pandas.DataFrame, outcome: str) -> None:
    """Refuse an outcome that a study does not have."""
    known = cells(frame).groups
    if outcome not in known:
        raise InputError(f"'{outcome}' is not an outcome of this study; {nearest(outcome, known)}")


def _at(frame: pandas.DataFrame) -> pandas.DataFrame:
    return frame[(frame["group"] == ALL) & (frame["month"] == WHOLE) & (frame["status"] == OK)]


def _better(codebook: Mapping[str, Described], outcome: str) -> str:
    return codebook[outcome].better if outcome in codebook else ""


def _filled(paired: Floats) -> Floats:
    """Return differences in which a design without any figure has zeros, so that it widens no other band."""
    return np.where(np.isnan(paired).all(axis=0), 0.0, paired)


def _interval(values: Floats) -> dict[str, float]:
    known = values[~np.isnan(values)]
    undefined = 1.0 - np.isfinite(values).sum() / max(1, len(values))
    if not len(known):
        return {"median": float("nan"), "low": float("nan"), "high": float("nan"), "undefined": 1.0}
    low, middle, high = (float(q) for q in quantiles(known, [LOW, 0.5, HIGH]))
    return {"median": middle, "low": low, "high": high, "undefined": float(undefined)}


def _slices(frame: pandas.DataFrame, outcome: str, dimension: str, *, paired: bool) -> pandas.DataFrame:
    import pandas

    designs, known = designs_of(frame), cells(frame)
    rows: list[dict[str, Any]] = []
    for value in _parted(known.groups.get(outcome, ())).get(dimension, []):
        data = cube(frame, outcome, designs, f"{dimension}={value}").of_draws[: known.lasting[outcome]]
        if paired:
            data = data[:, 1:] - data[:, :1]
        for j, design in enumerate(designs[1:] if paired else designs):
            summary = _interval(data[:, j])
            row = {dimension: value, "design": design, **summary}
            if paired:
                row["verdict"] = certainty.judged(data[:, j]).verdict
            rows.append(row)
    return pandas.DataFrame(rows)
