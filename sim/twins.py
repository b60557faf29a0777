"""Twins: coupled worlds that differ in policy or feedback (model.md section 12).

One draw of the parameters and one seed give these worlds, all with the same luck:

    never   no contract is ever signed; the reference that market feedback is measured against
    before  what really happened until the comparison starts
    base    fork of ``before`` without new contracts; today's quota practice and services go on (R00)
    frozen  fork of ``before`` with the design, markets frozen at those of ``base`` (R1p)
    stolen  the same with stealing, prices, wages and tightness, but no multiplier beyond that of ``base`` (R1s)
    whole   the same with all feedback (R11)
    final   the same with the cost covered by a tax or a cut where the design says so (R1f), else ``whole``

If the comparison starts in January 2022, ``base`` is ``never``. A scenario with ``worlds = "whole"`` lives without
``frozen`` and ``stolen``, one with ``worlds = "frozen"`` only with ``frozen``; what cannot be told then is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from sim.beginning import begin, match_register
from sim.behaviour import Behaviour
from sim.engine.columns import FIXED_POINT, Array
from sim.errors import InputError
from sim.following import arrived, following, may_keep
from sim.laws import HISTORY, NO_CONTRACTS, PUBLISHED, Law, Quotas, Rules, alike, law_of
from sim.outcomes.compared import After
from sim.outcomes.costs import net_fiscal_cost
from sim.outcomes.history import history
from sim.outcomes.records import Lives, Row, records, tidy
from sim.outcomes.remembering import Known
from sim.policies.dated import EVER, Dated, Step
from sim.population import Population
from sim.scenario import Policies, Scenario
from sim.schedule import advance
from sim.state.monthly import Records
from sim.world import Financed, World

WORK = ("quota", "services", "social_protection", "economy")  # what persons at work and employers feel of policies
Attend: TypeAlias = Callable[[], None]


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
    population: Population, scenario: Scenario, behaviour: Behaviour, seed: int, threads: int = 1, keep: bool = False,
    also: Callable[[Lives], Iterable[Row]] | None = None,
) -> Comparison:  # fmt: skip
    """Run every design of a scenario as twins; the identity of net jobs is checked for each (A5).

    ``also`` adds rows of its own for each design, such as :func:`sim.outcomes.budget.rows`.
    """
    ground = Ground.of(population, scenario, behaviour, seed, threads)
    first = next(iter(scenario.designs))
    ground.most_kept = len(scenario.designs)
    rows: list[dict[str, Any]] = [
        {"design": first, "outcome": f"history_{name}", "group": "history", "month": -1, "value": value}
        for name, value in history(ground.before).items()
    ]
    lives: dict[str, Lives] = {}
    compared_with: World | None = None
    for name in scenario.designs:
        found = ground.live(scenario, name)
        compared_with = compared_with or found.final
        rows += records(name, found, scenario.last_month, ground.known, ground.afterwards(found), compared_with)
        rows += tidy(name, also(found)) if also is not None else ()
        if keep:
            lives[name] = found
    return Comparison(scenario, rows, lives)


@dataclass
class Ground:
    """What all designs share under one draw of the parameters and one seed; kept, a further design costs one arm.

    ``before`` and ``base`` are never changed. Lives of the last designs are remembered.
    """

    scenario: Scenario
    before: World
    base: World
    most_kept: int = 4
    lived: dict[tuple[Law, str], Lives] = field(default_factory=dict)
    known: Known = field(default_factory=Known)
    never: World | None = None
    after: tuple[World, World] | None = None  # ``never`` and ``base`` after the horizon

    @classmethod
    def of(
        cls, population: Population, scenario: Scenario, behaviour: Behaviour, seed: int, threads: int = 1,
        attend: Attend | None = None,
    ) -> Ground:  # fmt: skip
        """Return the ground of a scenario; ``attend`` is called before each month of its worlds and designs."""
        never, before, base = roots(population, scenario, behaviour, seed, threads, attend)
        return cls(scenario, before, base, never=never)

    def live(self, scenario: Scenario, design: str) -> Lives:
        """Return the worlds of a design of this scenario, or of another that differs in nothing but its designs."""
        self._check(scenario)
        regions = self.before.population.country.regions
        law, without = law_of(scenario, design, regions), law_of(scenario, NO_CONTRACTS, regions)
        last, worlds = scenario.last_month, scenario.worlds
        for known in [*self.lived]:
            if known[1] == worlds and alike(known[0].policies, law.policies, self.before.t, last):
                self.lived[known] = self.lived.pop(known)  # the one used last is forgotten last
                return self.lived[known]
        if alike(without.policies, law.policies, self.before.t, last):
            return Lives(self.before, *[self.base] * 5)
        found = live(law, self.before, self.base, last, worlds)
        while self.most_kept and len(self.lived) >= self.most_kept:
            self.lived.pop(next(iter(self.lived)))
        self.lived[law, worlds] = found
        return found

    def records(self, scenario: Scenario, design: str) -> list[dict[str, Any]]:
        """Return the tidy rows of a design."""
        found = self.live(scenario, design)
        return records(design, found, scenario.last_month, self.known, self.afterwards(found))

    def afterwards(self, lives: Lives) -> After:
        """Return what happens by month after the horizon, ``follow`` months without new contracts (Y11, K3)."""
        until = self.scenario.last_month + self.scenario.follow
        if self.scenario.follow == 0 or lives.final is self.base:
            return After.nothing(self.scenario.follow)
        if self.after is None:
            assert self.never is not None, "a ground with months after its horizon knows the world without contracts"
            never = advance(self.never.fork(), until)
            same = self.base is self.never
            self.after = never, never if same else advance(self.base.fork(reference=never.path), until)
        never, base = self.after
        rules = replace(lives.final.design, closed=True)  # type: ignore[type-var]
        frozen = base.path if lives.final.frozen is not None else None
        final = lives.final.fork(design=rules, reference=never.path, frozen=frozen, financed=None)
        advance(final, until)
        return After.of(final, base)

    def _check(self, scenario: Scenario) -> None:
        for name in ("country", "scale", "labour_scale", "start", "horizon", "follow", "population", "economy"):
            mine, theirs = getattr(self.scenario, name), getattr(scenario, name)
            if mine != theirs:
                raise InputError(
                    f"{name} is {theirs}, but the years before the start were lived with {mine}; both must be equal"
                )


def begun(
    population: Population, scenario: Scenario, behaviour: Behaviour, seed: int, threads: int = 1,
    attend: Attend | None = None,
) -> tuple[World, World]:  # fmt: skip
    """Return ``never`` and ``before`` in January 2022, after the burn-in that they share.

    The burn-in starts from headcounts of years to come, so it is set up with the prices of those years as published,
    whatever the scenario changes in them.
    """
    regions = population.country.regions
    law, published = law_of(scenario, HISTORY, regions), law_of(scenario, PUBLISHED, regions)
    quotas: Quotas = {}
    until = scenario.last_month if scenario.population == "living" else None
    never = begin(population, behaviour, Rules(published, True, quotas), seed, scenario.start_month, threads, until)
    never.design, never.attend = Rules(law, True, quotas), attend
    advance(never, -1)
    match_register(never)
    return never, never.fork(design=Rules(law, quotas=quotas), reference=never.path)


def roots(
    population: Population, scenario: Scenario, behaviour: Behaviour, seed: int, threads: int = 1,
    attend: Attend | None = None,
) -> tuple[World, World, World]:  # fmt: skip
    """Return the worlds that all designs share: ``never`` and ``base`` at the horizon, ``before`` at the start."""
    start, last = scenario.start_month, scenario.last_month
    never, before = begun(population, scenario, behaviour, seed, threads, attend)
    kept: dict[int, Any] | None = {} if scenario.worlds != "whole" and may_keep(never, last + 1 - start) else None
    if start == 0:
        never.records, never.path.members = Records(), kept  # months of the burn-in are in no comparison
        return advance(never, last), before, never
    advance(never, last)
    advance(before, start - 1)
    without = law_of(scenario, NO_CONTRACTS, population.country.regions)
    quotas = before.design.quotas  # type: ignore[attr-defined]
    base = before.fork(design=Rules(without, quotas=quotas))
    base.path.members = kept
    return never, before, advance(base, last)


def same_work(law: Law, base: World, start: int, last: int) -> bool:
    """Return whether nothing differs from the base world that persons at work and employers feel with fixed markets."""
    theirs: Law = base.design.law  # type: ignore[attr-defined]
    incidence, other = law.policies.financing.incidence, theirs.policies.financing.incidence
    months = range(start, last + 1)
    return (
        alike(law.policies, theirs.policies, start, last, WORK)
        and all(incidence.at(t) == other.at(t) for t in months)
        and all(law.protection(t) is None and theirs.protection(t) is None for t in months)
    )


def with_fixed_markets(fork: Callable[..., World], rules: Rules, base: World, start: int, last: int) -> World:
    """Return the world of a design with markets fixed at those of the base world (R1p).

    Where nothing differs that persons at work and employers feel, it takes over what they do there.
    """
    if base.path.members is None or not same_work(rules.law, base, start, last):
        return advance(fork(design=rules, frozen=base.path), last)
    return arrived(advance(fork(design=rules, frozen=base.path, **following(base)), last))


def live(law: Law, before: World, base: World, last: int, worlds: str = "all") -> Lives:
    """Run the worlds of one design."""
    rules, policies = Rules(law, quotas=dict(base.design.quotas)), law.policies  # type: ignore[attr-defined]
    fork: Callable[..., World] = before.fork
    if pays_cash(policies, before.t, last):
        frozen_too = {"frozen": base.path} if worlds == "frozen" else {}
        twin = advance(fork(design=Rules(with_contracts(law), quotas=rules.quotas), **frozen_too), last)
        fork = partial(before.fork, chosen=twin.path)
    frozen = stolen = whole = None
    if worlds != "whole":
        frozen = with_fixed_markets(fork, rules, base, before.t, last)
    if worlds == "all":
        stolen = advance(fork(design=rules, multiplier=base.path), last)
    if worlds != "frozen":
        whole = advance(fork(design=rules), last)
    final = _there(frozen if whole is None else whole)
    if whole is not None and any(policies.financing.mode.at(t) != "none" for t in range(before.t, last + 1)):
        final = advance(fork(design=rules, financed=charge(policies, whole, base)), last)
    return Lives(before, base, frozen, stolen, whole, final)


def pays_cash(policies: Policies, start: int, last: int) -> bool:
    """Return whether a design hands money over in cash in any month (question 23)."""
    return any(policies.social_contract.cash.at(t) for t in range(start, last + 1))


def with_contracts(law: Law) -> Law:
    """Return the law of a design with contracts in place of cash: who is paid there is paid in cash here."""
    never: Dated[bool] = Dated([Step(EVER, False)])
    contract = law.policies.social_contract.model_copy(update={"cash": never})
    return replace(law, policies=replace(law.policies, social_contract=contract))


def _there(world: World | None) -> World:
    assert world is not None, "a design is only like another that was lived in the same worlds"
    return world


def charge(policies: Policies, whole: World, base: World) -> Financed:
    """Return the net cost of each month, and what each oblast's local demand loses to a tax or cut (R1f).

    The cost is that of the design without financing, spread by consumption. A tax passes through consumption, of which
    indirect taxes take a part; a cut of public spending hits local demand in full. Other ways of financing ask
    households or employers for the cost itself, and demand follows what they have left.
    """
    cost = net_fiscal_cost(whole, base)
    first = whole.records.months[0]
    leak = whole.behaviour.feedback.indirect_tax

    def loss(t: int) -> Array:
        mode = policies.financing.mode.at(t)
        consumption = base.path.flows[t].consumption
        share = consumption / consumption.sum()
        if mode not in ("tax", "cut"):
            return np.zeros(len(share))
        return share * cost[t - first] / (1.0 if mode == "tax" else 1.0 - leak)

    bill = {first + k: round(float(x) * FIXED_POINT) for k, x in enumerate(cost)}
    return Financed(loss, bill)
