"""People: everybody's work as the side of persons that household money sees (people.md W1 to W5, D4, D5).

Each month, before households decide anything, persons on the disability register do what the labour block did last,
everybody else moves and is paid, and five columns of every household are set: pay, the informal part of it, own-account
and farm income, transfers, and whether the person who would run a business has work.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from sim.agents.persons.receiving import Income
from sim.engine.columns import Array
from sim.labour import LabourWorld
from sim.markets.feedback import Baseline, Markets
from sim.markets.jobs import Moves
from sim.months import BURN_IN
from sim.state.terms import EconomyTerms
from sim.work.beginning import USUAL, Options, begin_persons
from sim.work.certified import explicit_jobs, follow_labour, wages_of
from sim.work.world import Conditions, WorkWorld, calm


class Country(Protocol):
    """What the step needs of a world; nothing else of it is read or changed."""

    t: int
    labour: LabourWorld
    markets: Markets
    baseline: Baseline
    state: Any  # of households, with the columns of Income
    endowments: Any  # of households: ``operator``, the row of the person who would run a business

    def sweep(self, sweep: Any, *arguments: Any, sums: Any = ()) -> None:
        """Run a sweep over all households, or note it down."""

    def settle(self) -> None:
        """Run the sweeps noted down."""


class MonthTerms(Protocol):
    """What the step needs of a month's terms."""

    @property
    def economy(self) -> EconomyTerms:
        """Prices, wages and taxes."""

    @property
    def quota(self) -> Any:
        """The quota law, for the shortest hours that count."""


@dataclass
class Everybody:
    """Everybody's work, as one of the parts of a world."""

    work: WorkWorld
    moves: dict[int, Moves] = field(default_factory=dict)  # what the books of jobs did, by month
    other: dict[int, Moves] | None = None  # with fixed markets: what those of the other world did

    def enter(self, world: Country, terms: MonthTerms) -> None:
        """Set the columns of households at the start."""
        self.work.operator = np.ascontiguousarray(world.endowments.operator)
        self._hand_to(world)
        self.work.hand_out(self.work.serial)

    def month(self, world: Country, terms: MonthTerms) -> None:
        """Let everybody work and be paid for a month."""
        work, t = self.work, world.t

        def run(sweep: Any, *arguments: Any, sums: tuple[Array, ...] = ()) -> None:
            world.sweep(sweep, *arguments, sums=sums)
            world.settle()

        self._hand_to(world)
        jobs = work.books.jobs
        if world.labour.base.solved:
            follow_labour(world.labour, work.workers, wages_of(world.labour, terms.economy, terms.quota.short_hours), t)
            jobs = explicit_jobs(world.labour)
        other = self.other[t] if self.other is not None else None
        work.month(t, terms.economy, conditions(world, jobs, other), run)
        assert work.moves is not None
        self.moves[t] = work.moves

    def copy(self) -> Everybody:
        """Return persons of their own for another world."""
        return replace(self, work=self.work.copy(), moves={})

    def _hand_to(self, world: Country) -> None:
        """Let the world's own columns of households receive the sums of members."""
        self.work.income = Income(*[getattr(world.state, name) for name in Income._fields])


def conditions(world: Country, jobs: Array, other: Moves | None) -> Conditions:
    """Return what the markets of a world say to everybody's work."""
    m = world.markets
    small = m.incumbents / np.maximum(world.baseline.incumbents, 1e-9)
    return calm(jobs)._replace(tightness=m.tightness, small_jobs=small, demand=m.demand * m.price, other=other)


def make(population: Any, behaviour: Any, terms: MonthTerms, seed: int, t: int, options: Options = USUAL) -> Everybody:
    """Return everybody's work at the beginning of month ``t``."""
    return Everybody(begin_persons(population, behaviour, terms.economy, seed, t, options))


def begin(population: Any, behaviour: Any, terms: MonthTerms, seed: int) -> Everybody:
    """Return everybody's work at the start of the burn-in."""
    return make(population, behaviour, terms, seed, -BURN_IN)
