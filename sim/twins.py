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
from functools import cached_property, lru_cache, partial
from typing import Any, TypeAlias

import numpy as np

from sim.beginning import begin, match_register
from sim.behaviour import Behaviour
from sim.engine.columns import FIXED_POINT, Array
from sim.engine.plain import plain
from sim.errors import InputError
from sim.outcomes.compared import After
from sim.outcomes.costs import net_fiscal_cost
from sim.outcomes.history import history
from sim.outcomes.records import Lives, Row, records, tidy
from sim.outcomes.remembering import Known
from sim.policies.dated import EVER, Dated, Step
from sim.policies.policy import Policy
from sim.policies.quota import AHEAD, Basis
from sim.policies.social_protection import SocialProtection, unindexed
from sim.population import Population
from sim.scenario import Policies, Scenario, present_law
from sim.schedule import advance
from sim.state.labour import Owner
from sim.state.monthly import Records
from sim.state.protection_terms import Moved
from sim.state.quota_law import QuotaTerms
from sim.state.service_terms import ServiceTerms
from sim.state.terms import EconomyTerms
from sim.taxes_benefits.contributions import Contributing, employer_contribution
from sim.taxes_benefits.employers import contribution_relief
from sim.world import Financed, Terms, World

HISTORY, NO_CONTRACTS, PUBLISHED = ":history", ":no contracts", ":published"
OWN_PLACE = ("social_contract", "child_benefit", "economy", "services", "financing")  # have a field of ``Terms``
Quotas: TypeAlias = dict[Basis, QuotaTerms]
Attend: TypeAlias = Callable[[], None]


class Months(dict[int, Any]):
    """The terms by month of a policy that are worked out already."""


@lru_cache(maxsize=512)
def _known_terms(policy: Policy, regions: tuple[str, ...]) -> Months:
    """Return the known terms of a policy; equal policies of different laws share them."""
    return Months()


@dataclass(frozen=True, eq=False)
class Law:
    """The policies of a world, with what each month's terms are for any behaviour; worked out once."""

    policies: Policies
    regions: tuple[str, ...]
    today: SocialProtection  # social protection of the country without any design

    @cached_property
    def _known(self) -> dict[str, tuple[Policy, Months]]:
        every: dict[str, Policy] = {name: policy for name, policy in vars(self.policies).items() if name != "quota"}
        return {name: (policy, _known_terms(policy, self.regions)) for name, policy in every.items()}

    def month(self, t: int) -> dict[str, Any]:
        """Return the terms of all policies in month ``t``, by the name of the policy; those of the quota take more."""
        for policy, months in self._known.values():
            if t not in months:
                months[t] = policy.terms(t, self.regions)
        return {name: months[t] for name, (_, months) in self._known.items()}

    def protection(self, t: int) -> Moved | None:
        """Return the benefits of month ``t`` beside those of today's law, nothing where they are the same."""
        now, known = self.month(t)["social_protection"], _known_terms(self.today, self.regions)
        if t not in known:
            known[t] = self.today.terms(t, self.regions)
        return None if now == known[t] else Moved(known[t], now)

    @cached_property
    def _closed(self) -> Months:
        return Months()

    def closed(self, t: int) -> Any:
        """Return the terms of contract in month ``t`` without any places."""
        if t not in self._closed:
            self._closed[t] = self.month(t)["social_contract"]._replace(slots=0.0)
        return self._closed[t]

    @cached_property
    def _bases(self) -> dict[int, Basis]:
        return {}

    def quota_basis(self, t: int) -> Basis:
        """Return what the terms of the quota in month ``t`` are made of beside behaviour."""
        if t not in self._bases:
            self._bases[t] = self.policies.quota.basis(t, self.month(t)["economy"])
        return self._bases[t]


@lru_cache(maxsize=64)
def law_of(scenario: Scenario, design: str, regions: tuple[str, ...]) -> Law:
    """Return the law of a design of a scenario, of ``HISTORY``, ``NO_CONTRACTS``, or as ``PUBLISHED``."""
    today = present_law(scenario.country).social_protection
    if design == PUBLISHED:
        return Law(present_law(scenario.country), regions, today)
    if design == HISTORY:
        return Law(scenario.history(), regions, today)
    if design == NO_CONTRACTS:
        return Law(scenario.without_programme(), regions, today)
    return Law(scenario.policies(design), regions, today)


@dataclass(frozen=True, eq=False)
class Rules:
    """A law as the terms of each month, for one behaviour; ``closed`` takes no contracts in any month.

    ``quotas`` may be shared by the rules of one behaviour: what months and laws have in common is worked out once.
    """

    law: Law
    closed: bool = False
    quotas: Quotas = field(default_factory=dict)
    known: dict[int, Terms] = field(default_factory=dict)

    def terms(self, t: int, behaviour: Behaviour) -> Terms:
        """Return the incentives of month ``t``."""
        if t not in self.known:
            more = self.law.month(t)
            contract, benefit, economy, services, financing = (more.pop(name) for name in OWN_PLACE)
            if self.closed:
                contract = self.law.closed(t)
            moved = self.law.protection(t)
            more.pop("social_protection")
            basis = self.law.quota_basis(t)
            if basis not in self.quotas:
                self.quotas[basis] = self.law.policies.quota.terms(t, economy, behaviour, self.law.regions)
            help_ = helped(services, moved, economy, behaviour.contributing)
            quota = self.quotas[basis]
            held = unindexed(self.law.today, t, economy.deflator)
            self.known[t] = Terms(contract, benefit, economy, quota, help_, financing, moved, held, more)
        return self.known[t]


def helped(services: ServiceTerms, moved: Moved | None, economy: EconomyTerms, known: Contributing) -> ServiceTerms:
    """Return services with the help to employers that social protection gives under a design (questions 21 and 22)."""
    if moved is None or (moved.now.employer_relief <= 0.0 and moved.now.first_hire_grant <= 0.0):
        return services
    rates = [plain(employer_contribution)(owner, 0, economy, known) for owner in Owner]
    relief = moved.now.employer_relief
    return services._replace(
        employer_relief=relief, first_hire_grant=moved.now.first_hire_grant,
        relief_of_pay=tuple(float(plain(contribution_relief)(rate, relief)) for rate in rates),
    )  # fmt: skip


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
    if start == 0:
        never.records = Records()  # months of the burn-in are in no comparison
        return advance(never, last), before, never
    advance(never, last)
    advance(before, start - 1)
    without = law_of(scenario, NO_CONTRACTS, population.country.regions)
    quotas = before.design.quotas  # type: ignore[attr-defined]
    base = before.fork(design=Rules(without, quotas=quotas))
    return never, before, advance(base, last)


def alike(first: Policies, second: Policies, start: int, last: int) -> bool:
    """Return whether two sets of policies are the same in every month that is felt."""
    felt = range(start, last + AHEAD + 1)
    for part in type(first).__dataclass_fields__:
        mine, theirs = getattr(first, part), getattr(second, part)
        for name in type(mine).model_fields:
            one, other = getattr(mine, name), getattr(theirs, name)
            if one != other and not (isinstance(one, Dated) and all(one.at(t) == other.at(t) for t in felt)):
                return False
    return True


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
        frozen = advance(fork(design=rules, frozen=base.path), last)
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
