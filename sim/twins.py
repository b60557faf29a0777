"""Twins: coupled worlds that differ in policy or feedback (model.md section 12).

One draw of the parameters and one seed give these worlds, all with the same luck:

    never   no contract is ever signed; the reference that market feedback is measured against
    before  what really happened until the comparison starts
    base    fork of ``before`` without new contracts; today's quota practice and services go on (R00)
    frozen  fork of ``before`` with the design, markets frozen at those of ``base`` (R1p)
    stolen  the same with stealing, prices, wages and tightness, but no multiplier beyond that of ``base`` (R1s)
    whole   the same with all feedback (R11)
    final   the same with the cost covered by a tax or a cut where the design says so (R1f), else ``whole``

If the comparison starts in January 2022, ``base`` is ``never``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.beginning import begin, match_register
from sim.behaviour import Behaviour
from sim.columns import Array
from sim.outcomes.costs import net_fiscal_cost
from sim.outcomes.records import Lives, records
from sim.population import Population
from sim.scenario import Policies, Scenario
from sim.schedule import advance
from sim.world import Terms, World

BEFORE_EVERYTHING = -(10**6)


@dataclass(frozen=True)
class Rules:
    """The law of a world as monthly terms; each month is worked out once."""

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
class Comparison:
    """All designs of a scenario under one draw of the parameters and one seed.

    ``lives`` is empty unless the worlds were asked to be kept; they take much memory in a large country.
    """

    scenario: Scenario
    rows: list[dict[str, Any]]
    lives: dict[str, Lives]

    def records(self) -> list[dict[str, Any]]:
        """Return tidy rows: design, outcome, group, month (-1 for the whole horizon) and value."""
        return self.rows


def compare(
    population: Population, scenario: Scenario, behaviour: Behaviour, seed: int, threads: int = 1, keep: bool = False
) -> Comparison:
    """Run every design of a scenario as twins; the identity of net jobs is checked for each (A5)."""
    last = scenario.last_month
    never, before, base = roots(population, scenario, behaviour, seed, threads)
    rows: list[dict[str, Any]] = []
    lives: dict[str, Lives] = {}
    for name in scenario.designs:
        found = live(scenario.policies(name), never, before, base, last)
        rows += records(name, found, last)
        if keep:
            lives[name] = found
    return Comparison(scenario, rows, lives)


def roots(
    population: Population, scenario: Scenario, behaviour: Behaviour, seed: int, threads: int = 1
) -> tuple[World, World, World]:
    """Return the worlds that all designs share: ``never`` and ``base`` at the horizon, ``before`` at the start."""
    regions = population.country.regions
    start, last = scenario.start_month, scenario.last_month
    law = scenario.history()
    never = begin(population, behaviour, Rules(law, regions, BEFORE_EVERYTHING), seed, start, threads)
    advance(never, -1)
    match_register(never)
    before = never.fork(design=Rules(law, regions), reference=never.path)
    advance(never, last)
    if start == 0:
        return never, before, never
    advance(before, start - 1)
    base = before.fork(design=Rules(scenario.without_programme(), regions))
    advance(base, last)
    return never, before, base


def live(policies: Policies, never: World, before: World, base: World, last: int) -> Lives:
    """Run the worlds of one design."""
    rules = Rules(policies, base.population.country.regions)
    fork: Callable[..., World] = before.fork
    frozen = advance(fork(design=rules, frozen=base.path), last)
    stolen = advance(fork(design=rules, multiplier=base.path), last)
    whole = advance(fork(design=rules), last)
    final = whole
    if any(policies.financing.mode.at(t) != "none" for t in range(before.t, last + 1)):
        final = advance(fork(design=rules, financed=charge(policies, whole, base)), last)
    return Lives(before, base, frozen, stolen, whole, final)


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
