"""Compared: the worlds of one design beside those without it, with what several outcomes share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.engine.sums import added
from sim.outcomes import balance, costs, poverty
from sim.outcomes import jobs as job
from sim.outcomes.families import sectors
from sim.outcomes.groups import LEAST_ROWS
from sim.outcomes.jobs import Measure, difference
from sim.outcomes.poor import Table
from sim.outcomes.quota_records import Changes, Money, Seats
from sim.outcomes.remembering import Gains, Known, Standing
from sim.outcomes.winners import Winners, winners
from sim.state.households import weights_of
from sim.world import World

LONG = 60  # months after the horizon, in which contracts signed at its end have borne what they bear


class Lives(NamedTuple):
    """The worlds of one design (see :mod:`sim.twins`); those that were not asked for are ``None``."""

    before: World
    base: World
    frozen: World | None
    stolen: World | None
    whole: World | None
    final: World


class After(NamedTuple):
    """What is followed by month after the horizon, in which no new contract is signed."""

    jobs: Array  # net
    programme: Array  # cost to the programme, som of 2023
    budget: Mapping[str, Array]  # net cost to the budget by line, som of 2023
    willingness: Mapping[str, Array]  # what those affected would pay by part, without what is left at the end
    covering: Array  # what households and employers pay to cover the cost, som of 2023
    market: Array  # what family businesses bring more
    resources: Array  # what the design uses up
    left: float  # what the capital of businesses would fetch at the end, less loans, som of 2023, more
    households: Array  # (rows,) all income of each household since the start and its business at the end, more

    @classmethod
    def nothing(cls, months: int = 0) -> After:
        """Return so many months in which nothing differs."""
        none = np.zeros(months)
        return cls(none, none, {}, {}, none, none, none, 0.0, np.zeros(0))

    @classmethod
    def of(cls, final: World, base: World) -> After:
        """Return what two worlds leave that were followed after the horizon."""
        return cls(
            difference(final, base, job.jobs), costs.programme_cost(final, base), costs.budget_lines(final, base),
            balance.willingness_parts(final, base), balance.covering(final, base), costs.market_gain(final, base),
            costs.resources(final, base),
            balance.fetched(final) - balance.fetched(base), balance.household_gains(final, base),
        )  # fmt: skip


NOTHING_AFTER = After.nothing()


class Compared:
    """One design against the world without it; what is asked for is worked out once, and only when it is asked for.

    ``known`` remembers figures of households between designs; ``after`` is what was followed after the horizon;
    ``first`` is the world of the first design, if the design is held against it as well.
    """

    def __init__(
        self, lives: Lives, last: int, known: Known | None = None, after: After = NOTHING_AFTER,
        first: World | None = None,
    ) -> None:  # fmt: skip
        self.lives, self.last, self.known, self.after = lives, last, known or Known(), after
        self.final, self.base, self.first = lives.final, lives.base, first

    @cached_property
    def months(self) -> list[int]:
        """Months that both worlds have recorded."""
        return job.common_months(self.final, self.base)

    @cached_property
    def parts(self) -> dict[str, Array]:
        """The parts of net jobs by month; those whose worlds were not lived through are left out."""
        lives = self.lives
        return job.decomposition(lives.base, lives.frozen, lives.stolen, lives.whole, lives.final)

    @cached_property
    def gains(self) -> Gains:
        """What families gain and lose."""
        return self.known.gains(self.final, self.base, self.lives.before, self.last)

    @property
    def now(self) -> Standing:
        """How persons and families fare at the end with the design."""
        return self.known.standing(self.final)

    @property
    def then(self) -> Standing:
        """How they fare at the end without it."""
        return self.known.standing(self.base)

    @property
    def poor_now(self) -> Table:
        """Poverty at the end with the design."""
        return self.known.poor(self.final, self.lives.before)

    @property
    def poor_then(self) -> Table:
        """Poverty at the end without it."""
        return self.known.poor(self.base, self.lives.before)

    def rows_of(self, group: str) -> int:
        """Return how many simulated rows a group has at the start; the floor asks nothing of groups not listed."""
        if group.startswith("sector="):
            return self.sectors[group]
        return self.known.rows(self.lives.before).get(group, LEAST_ROWS)

    @cached_property
    def sectors(self) -> dict[str, int]:
        """Simulated contract families by the sector of their business."""
        return {name: int(rows.sum()) for name, rows in sectors(self.final)}

    @cached_property
    def net_jobs_by_group(self) -> dict[str, float]:
        """Net jobs at the end by group of those who hold them; the groups of a dimension add up to all."""
        now, then = (self.known.jobs(world, self.lives.before) for world in (self.final, self.base))
        return {name: float(now[name] - then[name]) for name in now}

    @cached_property
    def winners(self) -> Winners:
        """Persons by how much more or less income their household has."""
        deciles = self.known.deciles(self.lives.before)
        return winners(self.final, self.base, self.lives.before, deciles)

    @cached_property
    def against_first(self) -> Winners | None:
        """Persons by how much more or less income their household has than with the first design."""
        if self.first is None:
            return None
        return winners(self.final, self.first, self.lives.before, self.known.deciles(self.lives.before))

    @property
    def followed_long(self) -> bool:
        """Whether enough months after the horizon were followed to judge what contracts are worth (Y17)."""
        return len(self.after.jobs) >= LONG

    @property
    def discount(self) -> float:
        """The yearly rate at which society discounts."""
        return self.final.behaviour.accounting.discount

    @cached_property
    def gained(self) -> Array:
        """What each household has more from the start to the last month followed, its business at the end included."""
        if len(self.after.households):
            return self.after.households
        return balance.household_gains(self.final, self.base)

    @cached_property
    def left(self) -> float:
        """What family businesses would fetch at the last month followed, less loans, som of 2023, more; discounted."""
        after = len(self.after.jobs)
        left = self.after.left if after else balance.fetched(self.final) - balance.fetched(self.base)
        return balance.followed(np.zeros(len(self.months)), np.zeros(after), left, self.discount)

    @cached_property
    def willingness_parts(self) -> dict[str, float]:
        """What those affected would pay to the last month followed by part, som of 2023, discounted (Y17)."""
        parts = balance.willingness_parts(self.final, self.base)
        return balance.present_values(parts, self.after.willingness, self.discount) | {balance.CAPITAL: self.left}

    @cached_property
    def willingness(self) -> float:
        """What those affected would pay from the start to the last month followed, som of 2023, discounted (Y17)."""
        return added(self.willingness_parts.values())

    @property
    def willingness_without_markets(self) -> float:
        """The same without what markets give and take."""
        return self.willingness - self.willingness_parts["market"]

    @cached_property
    def budget_lines(self) -> dict[str, float]:
        """Net cost to the budget to the last month followed by line, som of 2023, discounted (Y17)."""
        return balance.present_values(costs.budget_lines(self.final, self.base), self.after.budget, self.discount)

    @cached_property
    def government(self) -> float:
        """Net cost to the budget from the start to the last month followed, som of 2023, discounted (Y17)."""
        return added(self.budget_lines.values())

    @cached_property
    def society(self) -> dict[str, float]:
        """The balance for society by who gains and who pays, som of 2023, discounted (Y17, K7)."""
        covered = balance.followed(
            balance.covering(self.final, self.base), self.after.covering, 0.0, self.discount
        )  # fmt: skip
        cost = self.final.behaviour.accounting.cost_of_funds
        return balance.society(self.willingness, self.government, covered, cost)

    @cached_property
    def weighting(self) -> float:
        """What it adds to the balance for society that a som of the poor counts more, som of 2023 (Y17)."""
        tenth = self.known.deciles(self.lives.before)
        aversion = self.final.behaviour.accounting.risk_aversion
        return balance.weighting(self.lives.before, self.gained, tenth, aversion)

    @cached_property
    def market_gain(self) -> float:
        """What family businesses bring more to the last month followed, som of 2023, discounted (Y9, K7)."""
        monthly = costs.market_gain(self.final, self.base)
        return balance.followed(monthly, self.after.market, 0.0, self.discount)

    @cached_property
    def social_cost(self) -> float:
        """What the design uses up to the last month followed, som of 2023, discounted (Y9, K7)."""
        monthly = costs.resources(self.final, self.base)
        used = balance.followed(monthly, self.after.resources, 0.0, self.discount)
        return used - self.society["raising"] - self.left

    @cached_property
    def consumption_up(self) -> float:
        """Persons whose consumption over the year is at least 5 % higher at the end than without the design (Y19)."""
        up = poverty.real_consumption(self.final) >= 1.05 * poverty.real_consumption(self.base)
        homes = self.final.households
        return float((weights_of(homes) * homes.size)[up].sum())

    @cached_property
    def programme(self) -> Array:
        """Cost to the programme by month, som of 2023."""
        return costs.programme_cost(self.final, self.base)

    @cached_property
    def programme_followed(self) -> float:
        """Cost to the programme from the start to the last month followed, discounted to the start (Y11, K3)."""
        cost = np.concatenate([self.programme, self.after.programme])
        return costs.present_value(cost, self.final.behaviour.accounting.discount)

    @cached_property
    def job_years(self) -> float:
        """Net job-years from the start to the last month followed, discounted to the start (Y11, K3)."""
        net = np.concatenate([self.parts["net"], self.after.jobs])
        return costs.present_value(net, self.final.behaviour.accounting.discount) / 12.0

    def jobs_after(self, months: int) -> float | None:
        """Return net jobs so many months after the horizon, nothing if they were not followed so far (Y11, K3)."""
        return float(self.after.jobs[months - 1]) if len(self.after.jobs) >= months else None

    @cached_property
    def seats(self) -> Seats:
        """Seats that employers owe with the design, and how they are filled."""
        law = self.final.design.terms(self.final.labour.t, self.final.behaviour).quota
        return Seats(self.final.labour, law)

    @cached_property
    def changes(self) -> Changes:
        """Seats and jobs gained at employers, taken apart."""
        return Changes(self.final.labour, self.base.labour)

    @cached_property
    def money(self) -> Money:
        """Money of the quota and of services over the horizon."""
        return Money(self.final, self.base)

    def part(self, name: str) -> float | None:
        """Return a part of net jobs at the end of the horizon, nothing if it cannot be told."""
        return float(self.parts[name][-1]) if name in self.parts else None

    def more(self, measure: Measure) -> Array:
        """Return by month how much more of a measure there is than without the design."""
        return difference(self.final, self.base, measure)


def ratio(value: float, by: float) -> float:
    """Return a ratio, not-a-number unless what it is divided by is above zero.

    >>> ratio(6.0, 4.0), ratio(6.0, 0.0)
    (1.5, nan)
    """
    return value / by if by > 0.0 else float(np.nan)
