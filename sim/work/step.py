"""The monthly step of everybody's work, as the schedule takes it (people.md W2 to W5, D4, D5)."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from sim.labour import LabourWorld
from sim.markets.feedback import Baseline, Markets
from sim.markets.jobs import Moves
from sim.state.terms import EconomyTerms
from sim.work.certified import explicit_jobs, follow_labour, wages_of
from sim.work.world import Conditions, WorkWorld


class Country(Protocol):
    """What the step needs of a world; nothing else of it is read or changed."""

    t: int
    work: WorkWorld
    labour: LabourWorld
    markets: Markets
    baseline: Baseline
    other_jobs: Moves | None  # with fixed markets: what the books of the other world did this month

    def sweep(self, sweep: Any, *arguments: Any, sums: Any = ()) -> None:
        """Run a sweep over all households."""


class MonthTerms(Protocol):
    """What the step needs of a month's terms."""

    @property
    def economy(self) -> EconomyTerms:
        """Prices, wages and taxes."""

    @property
    def quota(self) -> Any:
        """The quota law, for its shortest hours."""


def work_and_pay(world: Country, terms: MonthTerms) -> None:
    """Let everybody work and be paid for a month, after the labour block has had its own."""
    work, markets = world.work, world.markets
    wages = wages_of(world.labour, terms.economy, float(terms.quota.short_hours))
    follow_labour(world.labour, work.workers, wages, world.t)
    now = Conditions(
        jobs=explicit_jobs(world.labour), tightness=markets.tightness,
        small_jobs=markets.incumbents / np.maximum(world.baseline.incumbents, 1e-9),
        demand=markets.demand * markets.price, other=world.other_jobs,
    )  # fmt: skip
    work.month(world.t, terms.economy, now)
