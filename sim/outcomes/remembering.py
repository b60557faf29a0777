"""Remembering: figures of households that several designs share, worked out once (docs/decisions/worlds.md).

Designs that differ in nothing but the quota or the services share the lives of households, and all designs share the
world without them. What is asked of such lives again is looked up by the identity of their state; lives are kept only
as long as they are among the last that were asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from sim.engine.columns import Array
from sim.outcomes import families, poor, poverty, wellbeing
from sim.outcomes.groups import of_employers, residents, rows_by_group
from sim.outcomes.jobs import difference, series
from sim.outcomes.workers import jobs_by_group
from sim.state.households import weights_of
from sim.world import World

T = TypeVar("T")


class Latest(Generic[T]):
    """What was made of the last few things; things are told apart by identity, because tables have no other.

    >>> made = Latest(1)
    >>> one, other = [1], [1]
    >>> [made.of((x,), lambda: len(made.kept)) for x in (one, one, other, one)]
    [0, 0, 1, 1]
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.kept: dict[tuple[int, ...], tuple[tuple[Any, ...], T]] = {}

    def of(self, things: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Return what is made of ``things``, which must not be changed afterwards."""
        key = tuple(id(thing) for thing in things)
        found = self.kept.pop(key, None)
        if found is None:
            found = things, make()
            while len(self.kept) >= self.most:
                self.kept.pop(next(iter(self.kept)))
        self.kept[key] = found  # the last used is forgotten last
        return found[1]


class Standing(NamedTuple):
    """How the persons and families of one world fare at the end."""

    gini: float
    worth: float  # generalised mean of consumption, see wellbeing.worth
    own_jobs: float  # operators with a disability who have no work but their business
    operator_jobs: Array  # (rows,)
    woman_runs: Array  # (rows,)
    owned: Array  # (rows,) capital less loans, som of 2023

    @classmethod
    def of(cls, world: World) -> Standing:
        """Return the standing of a world."""
        d = poverty.distribution(world)
        return cls(
            poverty.gini(d),
            wellbeing.worth(d, world.behaviour.accounting.risk_aversion),
            families.own_work_with_disability(world), families.operator_jobs(world), families.woman_runs(world),
            world.state.capital.astype(np.float64) - world.state.loan,
        )  # fmt: skip


class Gains(NamedTuple):
    """What the families of one world gain or lose over those of another; families and persons are real ones."""

    contracts: float  # families paid a grant since the comparison started
    better: float  # families
    worse: float  # families
    people_reached: float
    income_gain: float
    income_gain_before_loss: float
    income_gain_trimmed: float
    income_once: float
    worse_share: float  # of participants
    assets: float
    own_jobs: float  # operators with a disability who have no work but their business, more
    income: float  # recurrent, of all families over the horizon, som of 2023
    once: float  # money that came once, less what was spent once, of all families
    exits: Array  # (months,) persons out of poverty
    left: float  # persons who are poor without the design and not with it, at the end
    entered: float  # persons who are poor with the design and not without it
    cells: tuple[tuple[str, dict[str, float]], ...]  # by group: contracts, income_gain, better, worse, income ... exits

    def groups(self, figure: str) -> Iterator[tuple[str, float]]:
        """Yield a figure by group."""
        for name, cell in self.cells:
            yield name, cell[figure]


class Known:
    """The standings of the last two worlds asked for, and the gains of the last two."""

    def __init__(self) -> None:
        self._standings: Latest[Standing] = Latest(2)
        self._gains: Latest[Gains] = Latest(1)
        self._groups: Latest[tuple[tuple[str, Array], ...]] = Latest(1)
        self._deciles: Latest[Array] = Latest(1)
        self._poor: Latest[poor.Table] = Latest(2)
        self._rows: Latest[dict[str, int]] = Latest(1)
        self._jobs: Latest[dict[str, int]] = Latest(2)

    def standing(self, world: World) -> Standing:
        """Return the standing of a world at its end."""
        return self._standings.of((world.state, world.markets), lambda: Standing.of(world))

    def gains(self, final: World, base: World, before: World, last: int) -> Gains:
        """Return the gains of ``final`` over ``base``; groups are those at the start of the comparison, ``before``."""
        things = (final.state, final.markets, base.state, base.markets, before.state)
        return self._gains.of(things, lambda: self._made(final, base, before, last))

    def groups(self, before: World) -> tuple[tuple[str, Array], ...]:
        """Return the groups of households at the start of the comparison: name and rows."""
        return self._groups.of((before.state,), lambda: tuple(families.groups(before)))

    def deciles(self, before: World) -> Array:
        """Return the decile of each household at the start of the comparison."""
        return self._deciles.of((before.state,), lambda: families.deciles(before))

    def poor(self, world: World, before: World) -> poor.Table:
        """Return the poverty of a world at its end; tenths are those at the start of the comparison, ``before``."""
        things = (world.state, world.markets, before.state)
        return self._poor.of(things, lambda: poor.table_of(world, self.deciles(before)))

    def jobs(self, world: World, before: World) -> dict[str, int]:
        """Return the jobs of a world at its end by group of those who hold them."""
        return self._jobs.of((world.state, before.state), lambda: jobs_by_group(world, self.deciles(before)))

    def rows(self, before: World) -> dict[str, int]:
        """Return the number of simulated households, or persons, of each group at the start of the comparison."""
        return self._rows.of((before.state,), lambda: self._counted(before))

    def _counted(self, before: World) -> dict[str, int]:
        people = residents(before).dimensions()
        homes = {name: int(rows.sum()) for name, rows in self.groups(before)}
        return homes | dict(rows_by_group((*people, *of_employers(before))))

    def _made(self, final: World, base: World, before: World, last: int) -> Gains:
        weight, everyone = weights_of(final.households), np.ones(final.rows, dtype=bool)
        effect = families.effects(final, base, last)
        took = effect.participant
        better, worse = families.better_and_worse(effect, base)
        mine, theirs = self.standing(final), self.standing(base)
        poor_now, were = poverty.poor_now(final), poverty.poor_now(base)
        left, entered = (weight * final.households.size * rows for rows in (were & ~poor_now, poor_now & ~were))
        return Gains(
            contracts=float(weight[took].sum()), better=float(weight[better].sum()), worse=float(weight[worse].sum()),
            people_reached=float((weight * final.households.size)[took].sum()),
            income_gain=families.gain_a_month(effect, everyone),
            income_gain_before_loss=families.gain_a_month(effect, everyone, before_loss=True),
            income_gain_trimmed=families.gain_a_month(effect, families.without_extremes(effect)),
            income_once=families.gain_once(effect, everyone),
            worse_share=families.mean(worse.astype(np.float64), took, weight),
            assets=families.exact_sum(mine.owned - theirs.owned, weight),
            own_jobs=mine.own_jobs - theirs.own_jobs,
            income=families.exact_sum(effect.recurrent, weight),
            once=families.exact_sum(effect.once, weight),
            exits=difference(base, final, series("poor")),
            left=float(left.sum()), entered=float(entered.sum()),
            cells=tuple(
                (name, {
                    "contracts": float(weight[rows & took].sum()), "income_gain": families.gain_a_month(effect, rows),
                    "better": float(weight[rows & better].sum()), "worse": float(weight[rows & worse].sum()),
                    "income": families.exact_sum(effect.recurrent[rows], weight[rows]),
                    "once": families.exact_sum(effect.once[rows], weight[rows]),
                    "exits": float((left - entered)[rows].sum()), "left": float(left[rows].sum()),
                    "entered": float(entered[rows].sum()),
                })
                for name, rows in (*self.groups(before), *families.sectors(final))
            ),
        )  # fmt: skip
