"""People: everybody's work and pay as households and offices see them (people.md W1 to W5, D4).

The narrow side of :mod:`sim.work` that the month needs: persons work and are paid after the labour block has had its
month, and the columns of households - pay, informal pay, own income, pensions and benefits, and whether the operator
works - follow from their members.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.agents.persons.workers import Workers
from sim.engine.columns import Array
from sim.engine.compiled import sweep
from sim.markets.jobs import Moves
from sim.population import Population
from sim.state.households import Endowments, HouseholdState
from sim.state.persons import Work
from sim.state.terms import EconomyTerms
from sim.work.beginning import Options, begin_persons
from sim.work.certified import explicit_jobs, follow_labour, wages_of
from sim.work.world import INCOME, Conditions, WorkWorld

FIRST_JOB, LAST_JOB = int(Work.EMPLOYEE), int(Work.FAMILY_WORKER)


@sweep
def look_at_members(first: int, last: int, workers: Workers, endowments: Endowments, state: HouseholdState) -> None:
    """Set the informal pay of each household and whether its operator works beside the family business."""
    for h in range(first, last):
        informal = 0.0
        begin = np.int64(workers.first_person[h])
        for i in range(begin, begin + np.int64(workers.members[h])):
            if workers.formal[i] == 0:
                informal += np.float64(workers.pay[i])
        state.informal[h] = informal
        operator = np.int64(endowments.operator[h])
        works = operator >= 0 and FIRST_JOB <= workers.work[operator] <= LAST_JOB
        state.employed[h] = 1 if works else 0


def columns_of(state: HouseholdState) -> dict[str, Array]:
    """Return the columns of households that receive what their members earn."""
    return {name: getattr(state, name) for name in INCOME}


@dataclass
class People:
    """Everybody's work in one world."""

    work: WorkWorld

    @classmethod
    def begin(
        cls, population: Population, behaviour: Any, economy: EconomyTerms, when: tuple[int, int],
        endowments: Endowments, state: HouseholdState, options: Options = Options(),
    ) -> People:  # fmt: skip
        """Return everybody in a first state of work, and set the columns of households (W1).

        ``when`` are the seed and the month.
        """
        work = begin_persons(population, behaviour, economy, *when, options, columns_of(state))
        look_at_members(0, len(state.earned), work.workers, endowments, state)
        return cls(work)

    def copy(self, state: HouseholdState) -> People:
        """Return people of their own for a world whose households have the given state."""
        return People(self.work.copy(**columns_of(state)))

    def month(self, world: Any, terms: Any) -> Moves | None:
        """Let persons find, lose and keep work, pay them, and set the columns of households (W2 to W5).

        With fixed markets the jobs of the base world are filled as there, so nobody refills a job (D5).
        """
        work, markets = self.work, world.markets
        wages = wages_of(world.labour, terms.economy, float(terms.quota.short_hours))
        follow_labour(world.labour, work.workers, wages, world.t)
        fixed = world.frozen.moves[world.t] if world.frozen is not None else None
        now = Conditions(
            jobs=explicit_jobs(world.labour), tightness=markets.tightness,
            small_jobs=markets.incumbents / np.maximum(world.baseline.incumbents, 1e-9),
            demand=markets.demand * markets.price, other=fixed,
        )  # fmt: skip
        work.month(world.t, terms.economy, now, world.sweep_now)
        world.sweep_now(look_at_members, work.workers, world.endowments, world.state)
        return work.moves
