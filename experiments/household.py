"""Household: every som of a family under the law of a month, by the rules that the simulation runs; simulates nothing.

The sum is the identity of household money (:mod:`sim.agents.households.budget`). Flows that the simulation does not
hold come from :mod:`sim.taxes_benefits`; each entry says by its flow whether the simulation holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from experiments.design_of_law import Law
from experiments.household_case import FORMAL, OWN_WORK, Case, Job, Member
from experiments.middles import group_of, middle
from sim.agents.applying import eligible_income
from sim.agents.claiming import benefit_amount
from sim.agents.households.budget import Coverage, Flows, money_once, recurrent_income
from sim.agents.households.declaring import Declaring, declared_income, seen_income
from sim.agents.persons.paying import net_pay
from sim.agents.persons.retiring import benefit_beside, pension_beside, pension_of
from sim.engine.plain import plain
from sim.engine.sums import added
from sim.errors import InputError
from sim.state.labour import Owner
from sim.taxes_benefits import care, children, disability, taxing, unemployment
from sim.taxes_benefits.contributions import income_tax_rate, worker_contribution
from sim.taxes_benefits.disability import Category
from sim.taxes_benefits.flows import FLOWS

FAMILY = -1  # entries of nobody alone
ALL_OF_IT = Coverage(1.0, 1.0, 1.0, 1.0)
IN_LAW = Declaring(1.0, 1.0, 1.0)  # the law counts all income
BENEFIT_UNTIL = 16  # years, children of the child benefit
DEPENDANT_UNTIL = 18
OUTSIDE = 0  # group of who has none
OTHER_KIND, SENSORY_KIND = 0, 1
FIRST_STEP = 1  # of contract months


class Entry(NamedTuple):
    """One flow of one member, or of the family; what comes in and what goes out are both positive."""

    flow: str
    who: int  # place among the members, or ``FAMILY``
    amount: float
    parameter: str = ""  # of social protection that the amount is


class Test(NamedTuple):
    """A means test: income per person against a limit."""

    passed: bool
    income: float  # som per person
    limit: float


@dataclass(frozen=True)
class Account:
    """All money of a household under one law, in som of the month."""

    case: Case
    law: Law
    entries: tuple[Entry, ...]
    needy: Test  # as the law has it
    practice: Test  # as the simulation takes offices to see it
    contract: Test

    @cached_property
    def flows(self) -> Flows:
        """The flows of the identity."""
        sums = dict.fromkeys(Flows._fields, 0.0)
        for entry in self.entries:
            flow = FLOWS[entry.flow]
            direction = -1.0 if flow.identity == "repaid" else 1.0
            sums[flow.identity] += direction * flow.sign * entry.amount
        return Flows(**sums)

    @property
    def monthly(self) -> float:
        """Money that comes every month."""
        return float(plain(recurrent_income)(self.flows, ALL_OF_IT))

    @property
    def once(self) -> float:
        """Money that comes once."""
        return float(plain(money_once)(self.flows))

    @property
    def indirect(self) -> float:
        """Indirect taxes contained in prices, if all of the month's money is spent."""
        return float(plain(taxing.indirect_tax)(max(self.monthly, 0.0), self.law.protection.indirect_tax))

    def of(self, flow: str, who: int | None = None) -> float:
        """Return the sum of a flow, of all or of one member."""
        return added(e.amount for e in self.entries if e.flow == flow and who in (None, e.who))

    def own_benefits(self, who: int) -> float:
        """Return what a member has of pensions and benefits for a disability."""
        return added(self.of(flow, who) for flow in ("disability_pension", "social_benefit", "extra_cost"))


def reckon(case: Case, law: Law) -> Account:
    """Return the account of a household under a law."""
    _possible(case, law)
    entries = [entry for who in range(len(case.members)) for entry in _of_member(case, law, who)]
    needy, practice = child_benefit_tests(case, law, entries)
    entries += _of_children(case, law, needy.passed)
    if case.remittances > 0.0:
        entries.append(Entry("remittances", FAMILY, case.remittances))
    if case.instalment > 0.0:
        entries.append(Entry("instalment", FAMILY, case.instalment))
    return Account(case, law, tuple(entries), needy, practice, _contract_test(case, law, entries))


def _possible(case: Case, law: Law) -> None:
    """Refuse assistants that the law does not pay, in one sentence."""
    assistants = [k for k, one in enumerate(case.members) if one.job == Job.ASSISTANT]
    cared = sum(may_have_assistant(one, law) for one in case.members)
    for place, who in enumerate(assistants):
        owner = f"adult {who + 1}"
        if case.members[who].age > law.protection.assistant_oldest:
            oldest = law.protection.assistant_oldest
            raise InputError(f"{owner} is {case.members[who].age} years old; an assistant is at most {oldest}")
        if place >= cared:
            raise InputError(
                f"{owner} is an assistant, but no member is left who may have one: a child with a disability, or an "
                "adult of group I since childhood"
            )


def may_have_assistant(one: Member, law: Law) -> int:
    """Return 1 if the state pays an assistant for a member."""
    return int(plain(care.may_be_assisted)(one.age, one.group, int(one.childhood), law.protection.assistant_adults))


def pension_age(one: Member, law: Law) -> int:
    """Return the pension age of a member; where the sex is not said it does not matter."""
    return law.protection.pension_age_women if one.woman else law.protection.pension_age_men


def owner_of(one: Member) -> Owner:
    """Return the kind of employer of a member."""
    return Owner.BUDGET if one.job == Job.BUDGET else Owner.PRIVATE


def tax_rates(one: Member, law: Law) -> tuple[float, float]:
    """Return the contribution of the worker and the income tax of a job, shares of pay."""
    group = one.group or 3
    contribution = plain(worker_contribution)(owner_of(one), group, law.economy, law.contributing)
    kind = SENSORY_KIND if one.sensory else OTHER_KIND
    tax = plain(income_tax_rate)(group, kind, law.economy) if one.group else law.economy.income_tax
    return float(contribution), float(tax)


def _of_member(case: Case, law: Law, who: int) -> Iterator[Entry]:
    one = case.members[who]
    if one.job in FORMAL:
        yield from _pay(case, law, who)
    elif one.job == Job.INFORMAL:
        yield Entry("informal_pay", who, one.pay)
    elif one.job in OWN_WORK:
        yield from _own_work(one, law, who)
    elif one.job == Job.PUBLIC_WORKS:
        found = plain(unemployment.public_works_pay)(1, one.pay, law.protection.public_works_pay)
        yield Entry("public_works", who, float(found), "" if one.pay else "public_works_pay")
    elif one.job == Job.ASSISTANT:
        found = plain(care.assistant_pay)(1, 0, law.protection.assistant_pay)
        yield Entry("assistant_pay", who, float(found), "assistant_pay")
    yield from _support(one, law, who)


def _pay(case: Case, law: Law, who: int) -> Iterator[Entry]:
    """Yield the pay of a job with a contract, what is taken from it, and what deductions leave."""
    one = case.members[who]
    contribution, tax = tax_rates(one, law)
    kept = float(plain(net_pay)(one.pay, 1, contribution, tax, 1.0))
    taxed = one.pay * tax
    yield Entry("gross_pay", who, one.pay)
    yield Entry("contribution", who, one.pay - taxed - kept)
    yield Entry("income_tax", who, taxed)
    dependants = _dependants(case) if who == _deducts(case, law) else 0
    yield Entry("tax_relief", who, _spared(one, law, dependants), "deduction_own")


def _dependants(case: Case) -> int:
    return sum(one.age < DEPENDANT_UNTIL and not one.employed for one in case.members)


def _spared(one: Member, law: Law, dependants: int) -> float:
    """Return the income tax that deductions spare a member with a contract."""
    terms, (contribution, tax) = law.protection, tax_rates(one, law)
    deducted = terms.deduction_own + dependants * terms.deduction_dependant
    counted = one.pay * contribution if terms.contributions_deducted else 0.0
    return float(plain(taxing.tax_relief)(one.pay * tax, tax, counted, deducted))


def _deducts(case: Case, law: Law) -> int:
    """Return who deducts the dependants: the member with a contract whom it spares most; one of them may do so."""
    dependants = _dependants(case)
    gains = [
        _spared(one, law, dependants) - _spared(one, law, 0) if one.job in FORMAL else -1.0 for one in case.members
    ]
    return gains.index(max(gains))


def _own_work(one: Member, law: Law, who: int) -> Iterator[Entry]:
    terms = law.protection
    yield Entry("own_income", who, one.income)
    if one.registered:
        due = plain(taxing.entrepreneur_contribution)(law.economy.average_wage, terms.entrepreneur_contribution)
        yield Entry("own_contribution", who, float(due), "entrepreneur_contribution")
    if one.single_tax:
        due = plain(taxing.single_tax)(one.turnover, terms.single_tax_free, terms.single_tax)
        yield Entry("single_tax", who, float(due), "single_tax")
    if one.patent > 0.0:
        yield Entry("patent", who, one.patent)


def _support(one: Member, law: Law, who: int) -> Iterator[Entry]:
    """Yield pensions and benefits of a member: of two for the same loss the larger is paid alone."""
    terms, works = law.protection, int(one.employed)
    old = int(one.adult and one.age >= pension_age(one, law))
    age_pension = _age_pension(one, law)
    pension = _disability_pension(one, law)
    right = age_pension + pension > 0.0
    category = plain(disability.category_of)(one.age, one.group, int(one.childhood), one.lost, 0 if right else old)
    benefit = float(plain(disability.social_benefit)(category, terms.social_benefit))
    pension, benefit = _larger(pension, benefit)
    beside = max(pension, benefit)
    if plain(pension_beside)(age_pension, beside) > 0.0:
        own = one.pension is not None
        yield Entry("age_pension", who, age_pension, "" if own else "age_pension")
    kept = float(plain(disability.kept_at_work)(plain(benefit_beside)(age_pension, beside), works, terms.benefit_kept))
    if kept > 0.0:
        if pension > 0.0:
            ratio = "" if one.pension is not None else f"pension_ratio_{one.group}"
            yield Entry("disability_pension", who, kept, ratio)
        else:
            yield Entry("social_benefit", who, kept, f"social_benefit_{_name(category)}")
    extra = float(plain(disability.extra_cost)(1 if one.group and not one.adult else one.group, terms.extra_cost))
    if extra > 0.0:
        yield Entry("extra_cost", who, extra, f"extra_cost_{one.group}")
    paid = plain(unemployment.unemployment_benefit)(
        int(one.job == Job.SEEKING), int(one.insured), terms.unemployment_benefit)  # fmt: skip
    if paid > 0.0:
        yield Entry("unemployment_benefit", who, float(paid), "unemployment_benefit")
    if one.compensation > 0.0:
        found = plain(care.compensation)(one.compensation, terms.compensation_least, terms.compensation_most)
        yield Entry("compensation", who, float(found))


def _name(category: int) -> str:
    return Category(category).name.lower()


def _larger(pension: float, benefit: float) -> tuple[float, float]:
    return float(plain(pension_beside)(pension, benefit)), float(plain(benefit_beside)(pension, benefit))


def _age_pension(one: Member, law: Law) -> float:
    """Return the age pension: the own one if it is known, else the mean; a known pension may be one for disability."""
    if not one.adult or (one.group and one.pension is not None and one.age < pension_age(one, law)):
        return 0.0
    mean = law.protection.age_pension if one.pension is None else one.pension
    return float(plain(pension_of)(12 * one.age, 12 * pension_age(one, law), mean, 0.0, 0.0))


def _disability_pension(one: Member, law: Law) -> float:
    if not (one.adult and one.group and (one.insured or one.pension is not None)):
        return 0.0
    if one.pension is not None:
        return one.pension if one.age < pension_age(one, law) else 0.0
    terms = law.protection
    return float(plain(disability.disability_pension)(one.group, terms.disability_pension, terms.pension_ratio))


def _of_children(case: Case, law: Law, needy: bool) -> Iterator[Entry]:
    """Yield what is paid for children."""
    terms = law.protection
    young = [k for k, one in enumerate(case.members) if not one.adult and one.age < BENEFIT_UNTIL]
    share = float(law.contract.benefit_share[case.contract_month]) if case.contract_month else 1.0
    paid = plain(benefit_amount)(int(needy), law.benefit.per_child, len(young), case.coefficient, share, 1.0)
    if paid > 0.0:
        yield Entry("child_benefit", FAMILY, float(paid))
    ages = sorted((one.age for one in case.members if not one.adult), reverse=True)
    if case.highland:
        each = [
            plain(children.highland_benefit)(k, age, terms.highland_first, terms.highland_until, terms.highland_child)
            for k, age in enumerate(ages, start=1)
        ]
        if added(each) > 0.0:
            yield Entry("highland_benefit", FAMILY, added(each), "highland_child")
    every = [
        plain(children.universal_benefit)(age, terms.universal_from, terms.universal_until, terms.universal_child)
        for age in ages
    ]
    if added(every) > 0.0:
        yield Entry("universal_benefit", FAMILY, added(every), "universal_child")
    born = sum(one.newborn for one in case.members)
    if born:
        grant = plain(children.birth_grant)(born, terms.birth_grant, terms.birth_grant_multiple)
        yield Entry("birth_grant", FAMILY, float(grant), "birth_grant" if born < 3 else "birth_grant_multiple")


def _declared(case: Case, entries: list[Entry], declaring: Declaring) -> float:
    """Return the income per person that a test sees: what the family declares, or what the rule makes of its money."""
    size = max(len(case.members), 1)
    if case.declared is not None:
        return float(plain(seen_income)(case.declared, size, 1.0))
    sums = dict.fromkeys(("formal", "informal", "own_income", "transfers"), 0.0)
    for entry in entries:
        flow = FLOWS[entry.flow]
        kind = flow.identity
        if kind == "earned":
            kind = "informal" if entry.flow == "informal_pay" else "formal"
        if kind in sums and not flow.once:
            sums[kind] += flow.sign * entry.amount
    declared = plain(declared_income)(
        sums["formal"], sums["informal"], max(sums["own_income"], 0.0), sums["transfers"], case.remittances, declaring
    )  # fmt: skip
    return float(plain(seen_income)(declared, size, 1.0))


def child_benefit_tests(case: Case, law: Law, entries: list[Entry]) -> tuple[Test, Test]:
    """Return the means test of the child benefit in law, and as the simulation takes it to be in practice."""
    young = sum(not one.adult and one.age < BENEFIT_UNTIL for one in case.members)
    income, seen = _declared(case, entries, IN_LAW), _declared(case, entries, group_of(Declaring, "declaring"))
    limit, used = law.protection.minimum_income, middle("claiming.threshold") * law.economy.deflator
    needy = plain(children.is_needy)
    return Test(needy(income, limit, young) == 1, income, limit), Test(needy(seen, used, young) == 1, seen, used)


def _contract_test(case: Case, law: Law, entries: list[Entry]) -> Test:
    """Return the income test of the social contract, as the simulation has it (H5)."""
    seen = _declared(case, entries, group_of(Declaring, "declaring"))
    ceiling = middle("applying.income_ceiling") * float(law.economy.subsistence)
    return Test(plain(eligible_income)(seen, ceiling) == 1, seen, ceiling)


def benefit_given_up(case: Case, law: Law) -> float:
    """Return the child benefit that a contract signed now takes, som in all; children leave it at 16.

    Ages are known in years, so a child counts as one year older after each twelve months.
    """
    total = 0.0
    for month, share in enumerate(law.contract.benefit_share):
        young = sum(not one.adult and one.age + (month - 1) // 12 < BENEFIT_UNTIL for one in case.members)
        if month >= FIRST_STEP:
            lost = 1.0 - float(share)
            total += plain(benefit_amount)(1, law.benefit.per_child, young, case.coefficient, lost, 1.0)
    return float(total)
