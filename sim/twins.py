"""Twins: coupled worlds that differ in policy or feedback, and the identity of net effects (model.md section 12).

One draw of the parameters and one seed give these worlds, all with the same luck:

    never   no contract is ever signed; the reference that market feedback is measured against
    before  what really happened until the comparison starts
    base    fork of ``before`` without new contracts; today's quota practice and services go on (R00)
    frozen  fork of ``before`` with the design, markets frozen at those of ``base`` (R1p)
    stolen  the same with stealing, prices, wages and tightness, but no multiplier beyond that of ``base`` (R1s)
    whole   the same with all feedback (R11)
    paid    the same with the cost covered by a tax or a cut, where the design says so (R1f)

If the comparison starts in January 2022 there is no ``before``, and ``base`` is ``never``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.beginning import begin
from sim.behaviour import Behaviour
from sim.columns import Array
from sim.errors import IdentityError
from sim.population import Population
from sim.scenario import Policies, Scenario
from sim.schedule import advance
from sim.world import Terms, World

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Rules:
    """The law of a world as its monthly terms; months are worked out once."""

    policies: Policies
    regions: tuple[str, ...]
    closed_from: int | None = None
    known: dict[int, Terms] = field(default_factory=dict, compare=False)

    def terms(self, t: int, behaviour: Behaviour) -> Terms:
        """Return the incentives of month ``t``."""
        if t not in self.known:
            p = self.policies
            economy = p.economy.terms(t, self.regions)
            contract = p.social_contract.terms(t, self.regions)
            if self.closed_from is not None and t >= self.closed_from:
                contract = contract._replace(slots=0.0)
            self.known[t] = Terms(
                contract=contract,
                benefit=p.child_benefit.terms(t, self.regions),
                economy=economy,
                quota=p.quota.terms(t, economy, behaviour),
                services=p.services.terms(t),
            )
        return self.known[t]


@dataclass
class Twin:
    """The worlds of one design beside the world without new contracts."""

    design: str
    base: World
    frozen: World
    stolen: World
    whole: World
    paid: World | None = None

    @property
    def final(self) -> World:
        """The world in which everything the design names is switched on."""
        return self.paid if self.paid is not None else self.whole


@dataclass
class Comparison:
    """All designs of a scenario under one draw of the parameters and one seed."""

    scenario: Scenario
    base: World
    twins: dict[str, Twin]

    def records(self) -> list[dict[str, Any]]:
        """Return tidy rows: design, outcome, group, month (-1 for the whole horizon) and value."""
        from sim.outcomes.records import records

        return [row for name, twin in self.twins.items() for row in records(name, twin)]


def compare(
    population: Population, scenario: Scenario, behaviour: Behaviour, seed: int, threads: int = 1
) -> Comparison:
    """Run every design of a scenario as twins; the identity of net effects is checked for each (A5)."""
    regions = population.country.regions
    start, last = scenario.start_month, scenario.last_month
    law = scenario.history()
    never_law = Rules(law, regions, closed_from=-(10**6))
    never = begin(population, behaviour, never_law, seed, start, threads)
    advance(never, -1)
    if start > 0:
        before = never.fork(design=Rules(law, regions), reference=never.path)
        advance(never, last)
        before.reference = never.path
        advance(before, start - 1)
        base = before.fork(design=Rules(scenario.without_programme(), regions))
        advance(base, last)
    else:
        before = never.fork()
        advance(never, last)
        base = never
    twins = {}
    for name in scenario.designs:
        twins[name] = twin(name, scenario.policies(name), before, base, never, last)
    return Comparison(scenario, base, twins)


def twin(name: str, policies: Policies, before: World, base: World, never: World, last: int) -> Twin:
    """Run the worlds of one design."""
    rules = Rules(policies, base.population.country.regions)
    fork: Callable[..., World] = before.fork
    frozen = fork(design=rules, frozen=base.path, reference=never.path)
    stolen = fork(design=rules, reference=never.path, multiplier=base.path)
    whole = fork(design=rules, reference=never.path)
    for world in (frozen, stolen, whole):
        advance(world, last)
    paid = None
    if any(policies.financing.mode.at(t) != "none" for t in range(before.t, last + 1)):
        paid = fork(design=rules, reference=never.path, financed=charge(policies, whole, base))
        advance(paid, last)
    found = Twin(name, base, frozen, stolen, whole, paid)
    check(found)
    return found


def charge(policies: Policies, whole: World, base: World) -> Callable[[int], Array]:
    """Return what each oblast's local demand loses in a month to the tax or cut that covers the net cost (R1f).

    The cost is that of the design without financing, spread by consumption. A tax passes through consumption, of which
    indirect taxes take a part; a cut of public spending hits local demand in full.
    """
    cost = net_fiscal_cost(whole, base)
    first = whole.records.months[0]
    leak = whole.behaviour.feedback.indirect_tax

    def loss(t: int) -> Array:
        mode = policies.financing.mode.at(t)
        consumption = base.path.flows[t].consumption
        share = consumption / consumption.sum()
        if mode == "none":
            return np.zeros(len(share))
        return share * cost[t - first] / (1.0 if mode == "tax" else 1.0 - leak)

    return loss


def jobs(world: World) -> Array:
    """Return employment over all persons, heads, by month: households, incumbents and explicit employers."""
    r = world.records
    return r.series("heads").sum(axis=1) + r.series("incumbents").sum(axis=1) + r.series("employer_jobs")


def full_time_jobs(world: World) -> Array:
    """Return employment in full-time equivalents by month; incumbents and employers count as full-time."""
    r = world.records
    return r.series("full_time").sum(axis=1) + r.series("incumbents").sum(axis=1) + r.series("employer_jobs")


def difference(first: World, second: World, measure: Callable[[World], Array]) -> Array:
    """Return a monthly figure of one world less that of another, over the months that both have lived."""
    months = sorted(set(first.records.months) & set(second.records.months))
    mine, theirs = measure(first), measure(second)
    a, b = first.records.months.index(months[0]), second.records.months.index(months[0])
    return mine[a : a + len(months)] - theirs[b : b + len(months)]


def series(name: str) -> Callable[[World], Array]:
    """Return a measure that reads a national monthly series."""

    def measure(world: World) -> Array:
        values = world.records.series(name)
        return values.sum(axis=1) if values.ndim > 1 else values

    return measure


def net_fiscal_cost(world: World, base: World) -> Array:
    """Return the net cost of a world to the budget against ``base``, som of 2023 by month (Y9)."""
    extra = sum(difference(world, base, series(name)) for name in COSTS)
    return np.asarray(extra - sum(difference(world, base, series(name)) for name in RECEIPTS))


COSTS = ("grants", "administration", "loan_interest", "benefit", "labour_spending")
RECEIPTS = ("recovered", "labour_receipts")


def decomposition(found: Twin) -> dict[str, Array]:
    """Return the parts of net jobs by month, heads (A1 to A5).

    ``net = gross - deadweight + quota - displacement + multiplier + financing``; ``gross`` are jobs in newly funded
    businesses, ``quota`` the direct effect of the quota and services on employers' employment.
    """
    households = series("heads")
    gross = series("gross_jobs")(found.frozen)
    direct = difference(found.frozen, found.base, households)
    quota = difference(found.frozen, found.base, series("employer_jobs"))
    parts = {
        "gross": gross,
        "deadweight": gross - direct,
        "quota": quota,
        "displacement": difference(found.frozen, found.stolen, jobs),
        "multiplier": difference(found.whole, found.stolen, jobs),
        "financing": difference(found.final, found.whole, jobs),
        "net": difference(found.final, found.base, jobs),
    }
    return parts


def residual(parts: Mapping[str, Array]) -> float:
    """Return the largest violation of the identity over the months, in jobs."""
    explained = (
        parts["gross"] - parts["deadweight"] + parts["quota"]
        - parts["displacement"] + parts["multiplier"] + parts["financing"]
    )
    return float(np.max(np.abs(parts["net"] - explained), initial=0.0))


def check(found: Twin) -> None:
    """Raise :class:`IdentityError` if the parts of net jobs do not add up, relative to all jobs (A5)."""
    total = float(np.max(jobs(found.base), initial=1.0))
    gap = residual(decomposition(found))
    if gap > TOLERANCE * max(1.0, total * 1e-6):
        raise IdentityError(f"design {found.design}: net jobs differ from the sum of their parts by {gap:.3g}")
