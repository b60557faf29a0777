"""Tracing: what a world leaves so that a design close to it can be lived by its difference (sim.differing)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sim.engine.columns import Array
from sim.state.households import HouseholdState

EVERY = 12  # months between stations; calls open in January, so most families are caught up with at once


@dataclass(frozen=True)
class Station:
    """The families of a world before a month; columns that have not changed since the last station are shared."""

    state: HouseholdState
    threshold: float
    first_threshold: float
    first_prices: float


@dataclass
class Trace:
    """By month: one byte a family (see :mod:`sim.agents.noting`), the sums of the month; every few months all columns.

    Months before the first one that is wanted leave nothing.
    """

    first: int
    marks: dict[int, Array] = field(default_factory=dict)
    tallies: dict[int, Any] = field(default_factory=dict)
    stations: dict[int, Station] = field(default_factory=dict)

    def stop_at(self, world: Any) -> None:
        """Keep the families of a world before its month, if it is time to."""
        if world.t < self.first or (world.t - self.first) % EVERY:
            return
        last = self.stations.get(world.t - EVERY)
        columns = list(world.state)
        if last is None:
            kept = [column.copy() for column in columns]
        else:
            pairs = zip(columns, last.state, strict=True)
            kept = [old if np.array_equal(new, old) else new.copy() for new, old in pairs]
        self.stations[world.t] = Station(
            HouseholdState(*kept), world.threshold, world.first_threshold, world.first_prices
        )

    def paper(self, world: Any) -> Array | None:
        """Return room for the bytes of a world's month, ``None`` where none are wanted."""
        if world.t < self.first:
            return None
        return self.marks.setdefault(world.t, np.zeros(world.rows, dtype=np.uint8))

    def leave(self, world: Any) -> None:
        """Keep the sums of a month that is over."""
        if world.t >= self.first:
            self.tallies[world.t] = replace(world.tally)
