"""Quota records: what a design does to seats, jobs and money, by group of employers or persons (A6, Q, T1, Y7).

Levels (seats, money) are those of the design's world at the last month or over the horizon; jobs and seats gained are
against the world without the design. Cells of a dimension add up to the whole country, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np

from sim.engine.columns import Array
from sim.engine.sums import added
from sim.labour import LabourWorld
from sim.months import month_of
from sim.outcomes.jobs import difference, series
from sim.outcomes.quota import Decomposition, cells_of, decompose, firm_cells, supported
from sim.outcomes.seats import SCALE, WAYS, in_cells, ways_of
from sim.state.quota_law import QuotaTerms
from sim.world import World

DIMENSIONS = {"oblast": "oblast", "sex": "sex", "group": "disability group", "owner": "owner", "size": "size"}
OF_FIRMS = ("oblast", "owner", "size")
WHOLE = int(SCALE)  # one seat, or one employer
Groups = Iterator[tuple[str, float]]


class Seats:
    """Employers of a world at the last month, counted one by one in 1/1024 units under the law of that month."""

    def __init__(self, world: LabourWorld, law: QuotaTerms) -> None:
        self.world, self.law, self.employers = world, law, world.employers

    @cached_property
    def ways(self) -> Array:
        """How owed seats are filled, (employers, ways)."""
        return ways_of(self.world, self.law)

    @cached_property
    def _cells(self) -> list[tuple[str, tuple[str, ...], Array]]:
        return [(by, *firm_cells(self.world, by)) for by in OF_FIRMS]

    @property
    def duty(self) -> Array:
        """Which employers have a duty."""
        return np.asarray(self.employers.owed > 0.0)

    def way(self, name: str) -> Array:
        """Return seats filled in one way."""
        return self.ways[:, WAYS.index(name)]

    def owed(self) -> Array:
        """Return the seats owed."""
        owed = self.employers.owed
        return np.where(owed > 0.0, np.floor(owed * SCALE + 0.5), 0.0).astype(np.int64)

    def levy_due(self) -> Array | None:
        """Return the levy of the year in som of 2023, nothing before December."""
        if month_of(self.world.t) != 12:
            return None
        due = np.maximum(self.employers.levy_due, 0.0) / self.world.deflator * self.law.collection
        return np.floor(due * SCALE + 0.5).astype(np.int64)

    def total(self, count: Callable[[Seats], Array | None]) -> float | None:
        """Return a count over the whole country."""
        values = count(self)
        return None if values is None else float(values.sum() / SCALE * self.world.frame.weight)

    def by_group(self, count: Callable[[Seats], Array | None]) -> Groups:
        """Yield a count by oblast, owner and size of employers."""
        values = count(self)
        if values is None:
            return
        for by, labels, cells in self._cells:
            found = in_cells(values, cells, len(labels), self.world.frame.weight)
            for label, value in zip(labels, found, strict=True):
                yield f"{DIMENSIONS[by]}={label}", float(value)


class Changes:
    """Where the seats gained come from, and net jobs of persons with disabilities and of everybody."""

    def __init__(self, world: LabourWorld, other: LabourWorld) -> None:
        self.world, self.other = world, other

    @cached_property
    def _by(self) -> dict[str, Decomposition]:
        return {by: decompose(self.world, self.other, by) for by in DIMENSIONS}

    @cached_property
    def total(self) -> dict[str, float]:
        """Each term over the whole country."""
        return self._by["oblast"].total()

    @cached_property
    def support(self) -> dict[str, float]:
        """Changes of work with support, apart from open work."""
        return supported(self.world, self.other)

    def real(self) -> float:
        """Return the change of all staff of employers, reported or hidden; others may take work elsewhere."""
        return self.total["netall"] + self.total["hidden"]

    def with_disability(self) -> Groups:
        """Yield net jobs of persons with disabilities by each dimension."""
        yield from self._cells(tuple(DIMENSIONS), lambda found: found.netpwd)

    def everybody(self) -> Groups:
        """Yield the change of all staff; whose job a person takes is known by employer, not by sex or group."""
        yield from self._cells(OF_FIRMS, lambda found: found.netall + found.hidden)

    def _cells(self, dimensions: tuple[str, ...], of: Callable[[Decomposition], Array]) -> Groups:
        for by in dimensions:
            found = self._by[by]
            last = len(cells_of(self.world, by)[0]) - (by in ("sex", "group"))
            values = of(found)
            for k, label in enumerate(found.labels[:last]):
                yield f"{DIMENSIONS[by]}={label}", float(values[k])


class Money:
    """Som of 2023 over the horizon into and out of the fund, and the cost to employers and to the treasury."""

    def __init__(self, final: World, base: World) -> None:
        self.final, self.base = final, base

    def sum(self, line: str) -> float:
        """Return a line of the books over the horizon."""
        return float(series(line)(self.final).sum())

    def more(self, line: str) -> float:
        """Return how much more a line is than without the design."""
        return float(difference(self.final, self.base, series(line)).sum())

    def employers(self) -> float:
        """Return what employers pay more; of alternative purchases only what has no value to the buyer is a cost."""
        paid = ("labour_levy", "labour_fines_paid", "labour_paper_pay", "labour_donations")
        received = ("labour_bonus", "labour_subsidy")
        cost = added(self.more(line) for line in paid) - added(self.more(line) for line in received)
        lost = 1.0 - self.final.behaviour.complying.alternative_value
        return cost + lost * self.more("labour_purchases")

    def treasury(self) -> float:
        """Return what the treasury spends more less what it receives more."""
        return self.more("labour_spending") + self.more("labour_entitled") - self.more("labour_receipts")
