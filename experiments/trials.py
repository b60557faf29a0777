"""Trials: what a design brings and costs, draw by draw, with the country of each draw lived once and kept.

Each worker process holds the ground of its draws (history, the world without the design, the household lives), so a
further design that changes quota or services only costs its labour block. The figures of a draw follow from its
parameters and its seed alone: they are the same for any number of workers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from experiments import compiling, study
from experiments.worlds import populated
from sim import twins
from sim.behaviour import Behaviour
from sim.errors import InputError, nearest
from sim.scenario import Scenario

Floats = npt.NDArray[np.float64]
REFERENCE, CANDIDATE = "reference", "candidate"
ALL, WHOLE = "all", -1


class Drawn(NamedTuple):
    """One draw: its parameters and its seed."""

    values: Mapping[str, float]
    seed: int


class Figures(NamedTuple):
    """Outcomes of a design by draw, more than those of the reference; (draws,) for each outcome."""

    outcome: Floats
    cost: Floats
    also: Mapping[str, Floats] = {}  # further outcomes that are asked for and not aimed at


_grounds: dict[str, Any] = {}


def compared(text: str, drawn: Sequence[Drawn], outcomes: Sequence[str]) -> list[list[float]]:
    """Return, for each draw, by how much the candidate of a scenario exceeds its reference in each outcome."""
    scenario = _scenario(text)
    country = populated(scenario)
    out = []
    for one in drawn:
        place = json.dumps([one.seed, scenario.country, scenario.scale, scenario.start, scenario.horizon])
        known = _grounds.get(place)
        if known is None or known[0] != one.values:
            ground = twins.Ground.of(country, scenario, Behaviour.from_values(dict(one.values)), one.seed)
            reference = _national(ground.records(scenario, REFERENCE))
            known = _grounds[place] = (one.values, ground, reference)
        mine = _national(known[1].records(scenario, CANDIDATE))
        for name in outcomes:
            if name not in mine:
                raise InputError(f"outcome is '{name}'; {nearest(name, mine)}")
        out.append([mine[name] - known[2][name] for name in outcomes])
    return out


@lru_cache(maxsize=4)
def _scenario(text: str) -> Scenario:
    return Scenario.of(json.loads(text))


def _national(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    return {
        row["outcome"]: float(row["value"]) for row in rows if row["group"] == ALL and row["month"] == WHOLE
    }  # fmt: skip


class Trials:
    """Evaluates designs on fixed draws; use as a context manager, so that no process is left behind."""

    def __init__(self, scenario: Scenario, outcome: str, cost: str, workers: int = 0, also: Sequence[str] = ()) -> None:
        """Prepare the draws of a scenario; ``workers`` 0 is one process for each core."""
        import joblib

        planned = study.prepare(scenario)
        self.scenario = scenario
        self.outcomes = (outcome, cost, *also)
        units = planned.units
        self.drawn = [Drawn(dict(planned.parameter_sets[unit.draw]), planned.seed(unit)) for unit in units]
        self.workers = max(1, min(workers or int(joblib.cpu_count()), len(self.drawn)))
        self._pools: list[Any] = []
        if not compiling.compiled().exists():
            compiling.compile_model(scenario)

    def __enter__(self) -> Trials:
        """Start the processes; with one worker there are none."""
        if self.workers > 1:
            from joblib.externals.loky import ProcessPoolExecutor

            self._pools = [ProcessPoolExecutor(max_workers=1) for _ in range(self.workers)]
        return self

    def __exit__(self, *error: object) -> None:
        """End the processes."""
        for pool in self._pools:
            pool.shutdown(wait=True, kill_workers=True)
        _grounds.clear()

    def __call__(self, changes: Mapping[str, Any]) -> Figures:
        """Return what a design brings and costs on every draw."""
        text = json.dumps(self._with(changes))
        parts = [self.drawn[k :: self.workers] for k in range(self.workers)]
        if self._pools:
            waiting = [pool.submit(compared, text, part, self.outcomes)
                       for pool, part in zip(self._pools, parts, strict=True)]  # fmt: skip
            found = [one.result() for one in waiting]
        else:
            found = [compared(text, parts[0], self.outcomes)]
        values = np.empty((len(self.drawn), len(self.outcomes)))
        for k, rows in enumerate(found):
            values[k :: self.workers] = rows
        also = dict(zip(self.outcomes[2:], values.T[2:], strict=True))
        return Figures(values[:, 0], values[:, 1], also)

    def _with(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        plain = self.scenario.as_dict()
        first = next(iter(plain["designs"].values()))
        return {**plain, "designs": {REFERENCE: first, CANDIDATE: dict(changes)}, "worlds": "whole"}


Evaluate = Callable[[Mapping[str, Any]], Figures]
