"""Social protection: benefits, pensions, deductions and taxes of own work, dated, as laws have them (people.md F).

The calculators of households and employers use it. The months of the simulation do not read it yet, so it is not in
:mod:`sim.policies.registry`: a scenario cannot change what would then move nothing. What the simulation holds of the
same flows is said in :mod:`sim.taxes_benefits.flows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.policies.instrument import Instrument
from sim.policies.law import law_of
from sim.policies.policy import Dated, Policy, parameter
from sim.state.protection_terms import ProtectionTerms

LAW = "Given by the law of a country"
SOM, MONTHLY, YEARS = "som", "som per month", "years"
MOST = (0.0, 1e6)
AGES = (0, 120)
CATEGORIES = (
    "child", "childhood_1", "childhood_2", "childhood_3", "general_1", "general_2", "general_3", "old", "half_orphan",
    "orphan",
)  # fmt: skip
NO_DESIGN = ("No such benefit in today's law", "B")


def _amount(label: str, unit: str = MONTHLY) -> Any:
    return parameter(0.0, MOST, unit, label, (LAW, "C"), "F")


class SocialProtection(Policy):
    """Benefits, pensions, deductions and taxes of own work, beside the child benefit and the social contract."""

    minimum_income: Dated[float] = _amount("Guaranteed minimum income", "som per person and month")
    universal_child: Dated[float] = parameter(
        0.0, MOST, "som per child and month", "Benefit for every child of an age", NO_DESIGN, "F")
    universal_from: Dated[int] = parameter(0, AGES, YEARS, "Benefit for every child: from this age", NO_DESIGN, "F")
    universal_until: Dated[int] = parameter(
        3, AGES, YEARS, "Benefit for every child: until this age", NO_DESIGN, "F")
    birth_grant: Dated[float] = _amount("Birth grant", "som per child")
    birth_grant_multiple: Dated[float] = _amount("Birth grant for each of three or more", "som per child")
    highland_child: Dated[float] = _amount("Benefit for third and further children in highlands")
    highland_first: Dated[int] = parameter(
        3, (1, 20), "child", "Highlands: from this child on", (LAW, "C"), "F")
    highland_until: Dated[int] = parameter(3, AGES, YEARS, "Highlands: until this age", (LAW, "C"), "F")
    social_benefit_child: Dated[float] = _amount("Social benefit, child with a disability")
    social_benefit_childhood_1: Dated[float] = _amount("Social benefit, group I since childhood")
    social_benefit_childhood_2: Dated[float] = _amount("Social benefit, group II since childhood")
    social_benefit_childhood_3: Dated[float] = _amount("Social benefit, group III since childhood")
    social_benefit_general_1: Dated[float] = _amount("Social benefit, group I, general illness")
    social_benefit_general_2: Dated[float] = _amount("Social benefit, group II, general illness")
    social_benefit_general_3: Dated[float] = _amount("Social benefit, group III, general illness")
    social_benefit_old: Dated[float] = _amount("Social benefit at pension age without a pension")
    social_benefit_half_orphan: Dated[float] = _amount("Social benefit, child who lost one parent")
    social_benefit_orphan: Dated[float] = _amount("Social benefit, child who lost both parents")
    extra_cost_1: Dated[float] = parameter(
        0.0, MOST, MONTHLY, "Extra-cost allowance, group I and children", NO_DESIGN, "F")
    extra_cost_2: Dated[float] = parameter(0.0, MOST, MONTHLY, "Extra-cost allowance, group II", NO_DESIGN, "F")
    extra_cost_3: Dated[float] = parameter(0.0, MOST, MONTHLY, "Extra-cost allowance, group III", NO_DESIGN, "F")
    benefit_kept: Dated[float] = parameter(
        1.0, (0.0, 1.0), "share", "Part of a disability pension or benefit that workers keep",
        ("No law was found that takes any of it", "B-judged"), "F")
    age_pension: Dated[float] = _amount("Mean age pension")
    disability_pension: Dated[float] = _amount("Mean disability pension")
    pension_ratio_1: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "Disability pension of group I over the mean", (LAW, "C"), "F")
    pension_ratio_2: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "Disability pension of group II over the mean", (LAW, "C"), "F")
    pension_ratio_3: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "Disability pension of group III over the mean", (LAW, "C"), "F")
    pension_age_men: Dated[int] = parameter(63, AGES, YEARS, "Pension age of men", (LAW, "C"), "F")
    pension_age_women: Dated[int] = parameter(58, AGES, YEARS, "Pension age of women", (LAW, "C"), "F")
    assistant_pay: Dated[float] = _amount("Pay of a personal assistant")
    assistant_adults: Dated[bool] = parameter(
        False, None, "yes or no", "Assistants for adults of group I since childhood", (LAW, "C"), "F")
    assistant_oldest: Dated[int] = parameter(65, AGES, YEARS, "Oldest age of an assistant", (LAW, "C"), "F")
    compensation_least: Dated[float] = _amount("Least compensation in place of privileges")
    compensation_most: Dated[float] = _amount("Largest compensation in place of privileges")
    unemployment_benefit: Dated[float] = _amount("Unemployment benefit")
    public_works_pay: Dated[float] = _amount("Usual pay for public works")
    deduction_own: Dated[float] = _amount("Deduction from taxable pay for oneself")
    deduction_dependant: Dated[float] = _amount("Deduction from taxable pay for each dependant")
    contributions_deducted: Dated[bool] = parameter(
        False, None, "yes or no", "Contributions lower the taxable pay", (LAW, "C"), "F")
    entrepreneur_contribution: Dated[float] = parameter(
        0.0, (0.0, 1.0), "share of the average wage", "Contribution of a registered entrepreneur", (LAW, "C"), "F")
    single_tax_free: Dated[float] = parameter(
        0.0, (0.0, 1e12), "som a year", "Turnover up to which no single tax is due", (LAW, "C"), "F")
    single_tax: Dated[float] = parameter(0.0, (0.0, 1.0), "share of turnover", "Single tax", (LAW, "C"), "F")
    indirect_tax: Dated[float] = parameter(
        0.0, (0.0, 1.0), "share of consumption", "Indirect taxes contained in prices", (LAW, "C"), "F")

    employer_relief: Dated[float] = parameter(
        0.0, (0.0, 1.0), "share", "Part of the employer's contribution not due for workers with disabilities",
        NO_DESIGN, "F")
    first_hire_grant: Dated[float] = parameter(
        0.0, MOST, SOM, "Grant to an employer for its first worker with a disability", NO_DESIGN, "F")

    def terms(self, t: int, regions: Sequence[str] = ()) -> ProtectionTerms:
        """Return the amounts and rates of month ``t``."""
        now = {name: getattr(self, name).at(t) for name in type(self).model_fields}
        listed = {
            "social_benefit": (0.0, *(now.pop(f"social_benefit_{name}") for name in CATEGORIES)),
            "extra_cost": tuple(now.pop(f"extra_cost_{group}") for group in (1, 2, 3)),
            "pension_ratio": tuple(now.pop(f"pension_ratio_{group}") for group in (1, 2, 3)),
        }
        flags = {name: int(now[name]) for name in ("assistant_adults", "contributions_deducted")}
        return ProtectionTerms(**{**now, **listed, **flags})


SOCIAL_PROTECTION = Instrument(
    "social_protection", "Social protection", SocialProtection,
    of_country=law_of(SocialProtection, "social_protection"))
