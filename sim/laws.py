"""Laws: the policies of a world as the terms of each month (model.md section 12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

from sim.behaviour import Behaviour
from sim.engine.plain import plain
from sim.policies.dated import Dated
from sim.policies.policy import Policy
from sim.policies.quota import AHEAD, Basis
from sim.policies.social_protection import SocialProtection, unindexed
from sim.scenario import Policies, Scenario, present_law
from sim.state.labour import Owner
from sim.state.protection_terms import Moved
from sim.state.quota_law import QuotaTerms
from sim.state.service_terms import ServiceTerms
from sim.state.terms import EconomyTerms
from sim.taxes_benefits.contributions import Contributing, employer_contribution
from sim.taxes_benefits.employers import contribution_relief
from sim.world import Terms

HISTORY, NO_CONTRACTS, PUBLISHED = ":history", ":no contracts", ":published"
OWN_PLACE = ("social_contract", "child_benefit", "economy", "services", "financing")  # have a field of ``Terms``
Quotas: TypeAlias = dict[Basis, QuotaTerms]


class Months(dict[int, Any]):
    """The terms by month of a policy that are worked out already."""


@lru_cache(maxsize=512)
def _known_terms(policy: Policy, regions: tuple[str, ...]) -> Months:
    """Return the known terms of a policy; equal policies of different laws share them."""
    return Months()


@lru_cache(maxsize=64)
def _known_bases(quota: Policy, economy: Policy, regions: tuple[str, ...]) -> dict[int, Basis]:
    """Return what the terms of a quota are made of by month; laws with the same quota and economy share it."""
    return {}


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
        if self._as_today:
            return None
        if t not in self._moved:
            now, known = self.month(t)["social_protection"], _known_terms(self.today, self.regions)
            if t not in known:
                known[t] = self.today.terms(t, self.regions)
            self._moved[t] = None if now == known[t] else Moved(known[t], now)
        return self._moved[t]

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
        return _known_bases(self.policies.quota, self.policies.economy, self.regions)

    @cached_property
    def _moved(self) -> dict[int, Moved | None]:
        return {}

    @cached_property
    def _as_today(self) -> bool:
        return bool(self.policies.social_protection == self.today)

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


def alike(first: Policies, second: Policies, start: int, last: int, parts: tuple[str, ...] = ()) -> bool:
    """Return whether two sets of policies are the same in every month that is felt, or some parts of them are."""
    felt = range(start, last + AHEAD + 1)
    for part in parts or type(first).__dataclass_fields__:
        mine, theirs = getattr(first, part), getattr(second, part)
        for name in type(mine).model_fields:
            one, other = getattr(mine, name), getattr(theirs, name)
            if one != other and not (isinstance(one, Dated) and all(one.at(t) == other.at(t) for t in felt)):
                return False
    return True
