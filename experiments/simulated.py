"""Simulated: what happens to families or employers like a given one, over luck and parameters, under some designs.

A calculator says what the law makes of one family or employer. Here the same one is looked for in the simulated
country: those like it at the start are followed under each design, on the same luck, for each draw of the parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from experiments import progress, runs
from experiments.language import Language
from experiments.screen import Screen
from experiments.sections import Cell, Row
from sim import months, population
from sim.behaviour import Behaviour
from sim.errors import InputError
from sim.outcomes.records import Lives
from sim.policies.registry import INSTRUMENTS
from sim.scenario import Scenario
from sim.twins import Ground

if TYPE_CHECKING:
    import pandas

LEAST = 30  # rows of the simulation in each draw, below which nothing is said
ENDS = (("10", 0.1), ("50", 0.5), ("90", 0.9))
BAND = (0.05, 0.95)
TODAY = "today"
Follow = Callable[[Lives], list[dict[str, Any]]]


class Run(NamedTuple):
    """How much is simulated."""

    scale: int
    draws: int
    years: int
    workers: int = 0


def scenario_of(t: int, designs: Mapping[str, Mapping[str, Any]], run: Run) -> Scenario:
    """Return a scenario of today's law and designs, from the January of month ``t`` on."""
    known = [one.name for one in INSTRUMENTS if one.of_designs]
    for label, tables in designs.items():
        for name in tables:
            if name not in known:
                raise InputError(
                    f"{label}: [{name}] is the same for all designs of a simulation; leave it out, or --simulate"
                )
    start = months.year_of(t)
    named: dict[str, Any] = {TODAY: {}}
    named |= {f"design_{k}": {"label": label, **tables} for k, (label, tables) in enumerate(designs.items(), start=1)}
    return Scenario.of({
        "name": "like", "scale": run.scale, "start": f"{start}-01", "horizon": f"{start + run.years - 1}-12",
        "draws": run.draws, "replications": 1, "worlds": "whole", "designs": named,
    })  # fmt: skip


def follow(
    follows: Follow, scenario: Mapping[str, Any], values: Mapping[str, float], seed: int
) -> list[dict[str, Any]]:
    """Return one row for each of those like the given one and each design, of one draw."""
    made = Scenario.of(scenario)
    ground = Ground.of(population.load(made.country, made.scale), made, Behaviour.from_values(values), seed)
    return [{"design": name, **row} for name in made.designs for row in follows(ground.live(made, name))]


def lived(scenario: Scenario, follows: Follow, workers: int, what: str, say: Language) -> pandas.DataFrame:
    """Return the rows of all draws; ``what`` they are is named where there are too few of them."""
    with progress.shown(scenario.draws * scenario.replications, Screen(stderr=True), say) as (_, advance):
        frame = runs.over_draws(scenario, partial(follow, follows), workers=workers, advance=advance)
    first = frame[frame["design"] == TODAY] if len(frame) else frame
    found = [int((first["draw"] == k).sum()) if len(frame) else 0 for k in range(scenario.draws)]
    if min(found) < LEAST:
        raise InputError(
            f"{min(found)} simulated {what} are like this one at one household for {scenario.scale:,}; at least "
            f"{LEAST} are needed. Give a smaller --scale, or say less of it"
        )
    return frame


class Figures:
    """Figures of the rows of a frame, by design."""

    def __init__(self, frame: pandas.DataFrame, say: Language) -> None:
        self.designs = list(dict.fromkeys(frame["design"]))
        self.parts = [frame[frame["design"] == name] for name in self.designs]
        self.say = say
        self.draws = int(frame["draw"].max()) + 1

    def share(self, key: str, label: str, column: str, skip: int = 0) -> Iterator[Row]:
        """Yield the share of rows for which a column is true, and its 90 % interval over the parameters.

        The first ``skip`` designs have none.
        """
        parts, none = self.parts[skip:], (Cell(""),) * skip
        by_draw = [[_share(part[part["draw"] == k], column) for k in range(self.draws)] for part in parts]
        yield Row(key, label, (*none, *(self._percent(_share(part, column)) for part in parts)))
        if self.draws > 1:
            ends = ("low", self.say.text("90 %: from"), BAND[0]), ("high", self.say.text("90 %: to"), BAND[1])
            for end, said, level in ends:
                cells = tuple(self._percent(float(np.quantile(values, level))) for values in by_draw)
                yield Row(f"{key} {end}", "  " + said, (*none, *cells))

    def spread(self, key: str, label: str, column: str, *, percent: bool = False) -> Iterator[Row]:
        """Yield the value that a tenth, a half and nine tenths of rows lie below."""
        write = self._percent if percent else self._number
        names = {"10": self.say.text("one in ten below"), "50": self.say.text("half below"),
                 "90": self.say.text("nine in ten below")}  # fmt: skip
        yield Row(key, label, heading=True)
        for end, level in ENDS:
            cells = tuple(write(quantile(part[column], part["weight"], level)) for part in self.parts)
            yield Row(f"{key} {end}", "  " + names[end], cells)

    def mean(self, key: str, label: str, column: str, decimals: int = 2) -> Iterator[Row]:
        """Yield the mean of a column."""
        values = [_mean(part[column], part["weight"]) for part in self.parts]
        yield Row(key, label, tuple(Cell(self.say.number(value, decimals), value) for value in values))

    def _percent(self, value: float) -> Cell:
        return Cell(self.say.percent(value, 1), value)

    def _number(self, value: float) -> Cell:
        return Cell(self.say.number(value), value)


def quantile(values: Sequence[float], weights: Sequence[float], level: float) -> float:
    """Return the value below which a share of the weights lies, halfway between neighbours by weight.

    >>> quantile([1.0, 2.0, 3.0], [1, 1, 1], 0.5), quantile([5.0, 1.0], [1, 3], 0.1)
    (2.0, 1.0)
    """
    v, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    order = np.argsort(v, kind="stable")
    middle = np.cumsum(w[order]) - 0.5 * w[order]
    return float(np.interp(level * w.sum(), middle, v[order]))


def _share(part: pandas.DataFrame, column: str) -> float:
    return _mean(part[column], part["weight"])


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    w = np.asarray(weights, dtype=np.float64)
    return float((np.asarray(values, dtype=np.float64) * w).sum() / w.sum()) if w.sum() else float("nan")
