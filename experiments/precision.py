"""Precision: when a study has run long enough, decided by how precise its figures are and never by what they say.

The draws of a study are looked at when fixed numbers of them are complete: 100, then a tenth more each time. It stops

- when the 90 % confidence interval of each mean paired difference is narrower than asked (``width``, in units of the
  outcome): mean +- t s / sqrt(n) over the draws, moved for skewness as Johnson (1978) does. Stopping at a fixed width
  keeps the coverage of the interval in the limit of small widths (Chow and Robbins 1965; for simulations Glynn and
  Whitt 1992). Before the limit, a mean and a variance that go together lower it by some percent; the interval is
  therefore wider by half the skewness over sqrt(n), which vanishes in the limit (``benchmarks/stopping.py``);
- when the Monte Carlo error of each reported median, 5 % and 95 % quantile, by bootstrap over draws, is below a share
  of the 90 % interval (``relative``), and that of each probability of being better below ``probability``;
- or when the draws or the minutes are used up, which the result says.

The 90 % interval over draws is uncertainty about parameters: more draws make it known better, never narrower. Draws
come from a scrambled Sobol sequence, on which the errors above, those of independent draws, are on the safe side.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from experiments.certainty import probability_error
from experiments.store import OK, Store, Unit
from sim.errors import ResultError

Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.9
LEAST, MOST = 100, 4000
GROWTH = 1.1
RESAMPLES = 200
PRECISE, USED_UP, LATE = "precision", "draws", "time"


class Line(NamedTuple):
    """One figure of a contract: what it is, how precise it is, and what was asked."""

    outcome: str
    arm: str
    figure: str
    value: float
    asked: float

    @property
    def met(self) -> bool:
        """Whether the figure is precise enough."""
        return self.value <= self.asked

    @property
    def sentence(self) -> str:
        """The line in words."""
        relation = "within" if self.met else "not yet"
        return f"{self.figure} of {self.outcome} ({self.arm}): {self.value:,.4g}, {relation} {self.asked:,.4g}"


class Look(NamedTuple):
    """What was seen when a number of draws was complete."""

    draws: int
    lines: tuple[Line, ...]

    @property
    def met(self) -> bool:
        """Whether every figure is precise enough."""
        return all(line.met for line in self.lines)

    @property
    def sentence(self) -> str:
        """The worst figure in words."""
        worst = max(self.lines, key=lambda line: line.value / line.asked)
        return f"{self.draws} draws: {worst.sentence}."


class Stopped(NamedTuple):
    """Why a study stopped, at how many draws, and how precise its figures were then."""

    reason: str
    draws: int
    sentence: str
    precision: tuple[dict[str, Any], ...] = ()
    looks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Stopping:
    """A contract: the precision asked of each paired difference, and the most that may be spent on it."""

    most: int
    least: int = 1
    width: Mapping[str, float] = field(default_factory=dict)
    relative: float = 0.0
    probability: float = 0.0
    seconds: float = 0.0

    @property
    def precise(self) -> bool:
        """Whether any precision is asked."""
        return bool(self.width) or self.relative > 0.0 or self.probability > 0.0

    def looks(self) -> Iterator[int]:
        """Yield the numbers of draws at which the study is looked at; the last is the most.

        >>> list(Stopping(300, 100, {"net_jobs": 1.0}).looks())
        [100, 110, 121, 134, 148, 163, 180, 198, 218, 240, 264, 291, 300]
        >>> list(Stopping(300).looks())
        [300]
        """
        count = self.least
        while self.precise and count < self.most:
            yield count
            count = math.ceil(GROWTH * count - 1e-9)
        yield self.most

    def look(self, draws: int, paired: Mapping[str, Mapping[str, Floats]], outcomes: Sequence[str]) -> Look:
        """Return how precise the paired differences (outcome -> arm -> one value a draw) are."""
        lines = []
        for outcome in dict.fromkeys([*self.width, *outcomes]):
            for arm, values in paired[outcome].items():
                known = values[np.isfinite(values)]
                if outcome in self.width:
                    _, low, high = mean_interval(known)
                    lines.append(Line(outcome, arm, "width of the 90 % confidence interval of the mean difference",
                                      high - low, self.width[outcome]))  # fmt: skip
                if self.relative and outcome in outcomes:
                    lines += self._quantiles(outcome, arm, known)
                if self.probability and outcome in outcomes:
                    lines.append(Line(outcome, arm, "error of the probability of a positive difference",
                                      probability_error(np.where(known == 0.0, 0.5, known > 0.0)),
                                      self.probability))  # fmt: skip
        return Look(draws, tuple(lines))

    def _quantiles(self, outcome: str, arm: str, values: Floats) -> Iterator[Line]:
        low, high = np.quantile(values, [0.05, 0.95]) if len(values) else (math.nan, math.nan)
        errors = quantile_errors(values, (0.05, 0.5, 0.95))
        for name, error in zip(("5 % quantile", "median", "95 % quantile"), errors, strict=True):
            share = error / (high - low) if high > low else 0.0 if high == low else math.inf
            yield Line(outcome, arm, f"error of the {name} as a share of the interval", share, self.relative)


def mean_interval(values: Floats, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Return mean and confidence interval of a mean, corrected for skewness; infinite with fewer than two values.

    >>> [round(x, 3) for x in mean_interval(np.array([1.0, 2.0, 3.0, 4.0]))]
    [2.5, 0.981, 4.019]
    >>> [round(x, 3) for x in mean_interval(np.array([0.0, 0.0, 0.0, 0.0, 10.0]))]
    [2.0, -3.127, 7.447]
    """
    from scipy.special import stdtrit

    n = len(values)
    if n < 2:
        return (float(values.mean()) if n else math.nan), -math.inf, math.inf
    mean, spread = float(values.mean()), float(values.std(ddof=1))
    reach = float(stdtrit(n - 1, 0.5 + confidence / 2.0)) * spread / math.sqrt(n)
    if spread == 0.0:
        return mean, mean, mean
    skewness = float(((values - mean) ** 3).mean()) / spread**3
    centre = mean + skewness * spread / (6.0 * n)
    reach *= 1.0 + abs(skewness) / (2.0 * math.sqrt(n))
    return mean, centre - reach, centre + reach


def quantile_errors(values: Floats, shares: Sequence[float]) -> list[float]:
    """Return the standard errors of quantiles, by bootstrap over draws; the same numbers every time."""
    if len(values) < 2:
        return [math.inf] * len(shares)
    picks = np.random.default_rng(len(values)).integers(0, len(values), (RESAMPLES, len(values)))
    found = np.quantile(values[picks], shares, axis=1)
    return [float(error) for error in found.std(axis=1, ddof=1)]


class Figures:
    """The primary outcomes of the units on disk, each block read once."""

    def __init__(self, store: Store, outcomes: Sequence[str], replications: int) -> None:
        self.store = store
        self.outcomes = tuple(outcomes)
        self.replications = replications
        self._known: dict[Unit, dict[tuple[str, str], float]] = {}

    def complete_draws(self) -> int:
        """Return the number of draws of which, and of all before them, every replication is on disk."""
        there = self.store.finished()
        count = 0
        while all(Unit(count, replication) in there for replication in range(self.replications)):
            count += 1
        return count

    def read(self, units: Sequence[Unit], arms: Sequence[str]) -> dict[str, dict[str, Floats]] | None:
        """Return outcome -> arm -> paired difference to the first arm, one value a draw; ``None`` if a block is bad."""
        where = self.store.finished()
        try:
            for path in sorted({where[unit] for unit in units if unit not in self._known}):
                self._take(path)
        except (ResultError, KeyError):
            return None
        draws = 1 + max(unit.draw for unit in units)
        found: dict[str, dict[str, Floats]] = {}
        for outcome in self.outcomes:
            values = np.full((draws, self.replications, len(arms)), np.nan)
            for draw, replication in units:
                mine = self._known[Unit(draw, replication)]
                values[draw, replication] = [mine.get((arm, outcome), math.nan) for arm in arms]
            differences = values[:, :, 1:] - values[:, :, :1]
            defined = np.isfinite(differences)
            count = defined.sum(axis=1)
            total = np.where(defined, differences, 0.0).sum(axis=1)
            means = np.where(count > 0, total / np.maximum(count, 1), np.nan)
            found[outcome] = {arm: means[:, j] for j, arm in enumerate(arms[1:])}
        return found

    def _take(self, path: Any) -> None:
        import pyarrow
        import pyarrow.compute as pc

        table = self.store.read(path)
        for unit in self.store.units_in(path):
            self._known.setdefault(unit, {})
        whole = pc.and_(pc.equal(table["month"], -1), pc.equal(table["group"].cast(pyarrow.string()), "all"))
        wanted = pc.is_in(table["outcome"].cast(pyarrow.string()), pyarrow.array(self.outcomes))
        rows = table.filter(pc.and_(pc.and_(whole, wanted), pc.equal(table["status"].cast(pyarrow.string()), OK)))
        names = ("draw", "replication", "design", "outcome", "value")
        for draw, replication, arm, outcome, value in zip(*(rows[name].to_pylist() for name in names), strict=True):
            self._known[Unit(draw, replication)][arm, outcome] = value


def precise(looks: Sequence[Look]) -> Stopped:
    """Return that a study stopped because its figures are as precise as asked."""
    last = looks[-1]
    return Stopped(PRECISE, last.draws, f"Stopped at {last.draws} draws because every figure is as precise as asked.",
                   _plain(last), tuple(look.draws for look in looks))  # fmt: skip


def exhausted(rule: Stopping, looks: Sequence[Look]) -> Stopped:
    """Return that all draws asked for are finished."""
    most = rule.most
    if not looks:
        return Stopped(USED_UP, most, f"All {most} draws asked for are finished.")
    return Stopped(USED_UP, most, f"Stopped because all {most} draws allowed are finished before the precision asked "
                   f"was reached; {looks[-1].sentence}", _plain(looks[-1]),
                   tuple(look.draws for look in looks))  # fmt: skip


def out_of_time(rule: Stopping, draws: int, looks: Sequence[Look]) -> Stopped:
    """Return that the time was over, with the draws that are complete; raises ``ResultError`` if there are none."""
    minutes = rule.seconds / 60.0
    if draws < 1:
        raise ResultError(
            f"the {minutes:,.4g} minutes allowed were over before the first draw was complete; what is finished is "
            "kept, allow more minutes and repeat the command"
        )
    draws = min(draws, rule.most)
    return Stopped(LATE, draws, f"Stopped at {draws} draws because the {minutes:,.4g} minutes allowed were over"
                   + (f"; {looks[-1].sentence}" if looks else "."), _plain(looks[-1]) if looks else (),
                   tuple(look.draws for look in looks))  # fmt: skip


def _plain(look: Look) -> tuple[dict[str, Any], ...]:
    return tuple({**line._asdict(), "met": line.met} for line in look.lines)
