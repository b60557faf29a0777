"""Household law: all amounts of social protection that the calculators know (people.md F).

The simulation runs the part that :mod:`sim.policies.social_protection` declares; what it holds of the other flows is
said in :mod:`sim.taxes_benefits.flows`. A scenario has that part only: the rest would move nothing in a run.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.policies.instrument import Instrument
from sim.policies.law import law_of
from sim.policies.policy import Dated, parameter
from sim.policies.social_protection import (
    AGES,
    CATEGORIES,
    LAW,
    SOCIAL_PROTECTION,
    YEARS,
    SocialProtection,
    amount,
)
from sim.state.protection_terms import ProtectionTerms


class HouseholdLaw(SocialProtection):
    """Benefits, pensions, deductions and taxes of own work, beside the child benefit and the social contract."""

    birth_grant: Dated[float] = amount("Birth grant", "som per child")
    birth_grant_multiple: Dated[float] = amount("Birth grant for each of three or more", "som per child")
    highland_child: Dated[float] = amount("Benefit for third and further children in highlands")
    highland_first: Dated[int] = parameter(
        3, (1, 20), "child", "Highlands: from this child on", (LAW, "C"), "F")
    highland_until: Dated[int] = parameter(3, AGES, YEARS, "Highlands: until this age", (LAW, "C"), "F")
    social_benefit_old: Dated[float] = amount("Social benefit at pension age without a pension")
    social_benefit_half_orphan: Dated[float] = amount("Social benefit, child who lost one parent")
    social_benefit_orphan: Dated[float] = amount("Social benefit, child who lost both parents")
    pension_age_men: Dated[int] = parameter(63, AGES, YEARS, "Pension age of men", (LAW, "C"), "F")
    pension_age_women: Dated[int] = parameter(58, AGES, YEARS, "Pension age of women", (LAW, "C"), "F")
    assistant_oldest: Dated[int] = parameter(65, AGES, YEARS, "Oldest age of an assistant", (LAW, "C"), "F")
    compensation_least: Dated[float] = amount("Least compensation in place of privileges")
    compensation_most: Dated[float] = amount("Largest compensation in place of privileges")
    unemployment_benefit: Dated[float] = amount("Unemployment benefit")
    public_works_pay: Dated[float] = amount("Usual pay for public works")
    deduction_own: Dated[float] = amount("Deduction from taxable pay for oneself")
    deduction_dependant: Dated[float] = amount("Deduction from taxable pay for each dependant")
    contributions_deducted: Dated[bool] = parameter(
        False, None, "yes or no", "Contributions lower the taxable pay", (LAW, "C"), "F")
    entrepreneur_contribution: Dated[float] = parameter(
        0.0, (0.0, 1.0), "share of the average wage", "Contribution of a registered entrepreneur", (LAW, "C"), "F")
    single_tax_free: Dated[float] = parameter(
        0.0, (0.0, 1e12), "som a year", "Turnover up to which no single tax is due", (LAW, "C"), "F")
    single_tax: Dated[float] = parameter(0.0, (0.0, 1.0), "share of turnover", "Single tax", (LAW, "C"), "F")
    indirect_tax: Dated[float] = parameter(
        0.0, (0.0, 1.0), "share of consumption", "Indirect taxes contained in prices", (LAW, "C"), "F")

    def terms(self, t: int, regions: Sequence[str] = ()) -> ProtectionTerms:
        """Return the amounts and rates of month ``t``."""
        now = {name: getattr(self, name).at(t) for name in type(self).model_fields}
        listed = {
            "social_benefit": (0.0, *(now.pop(f"social_benefit_{name}") for name in CATEGORIES)),
            "extra_cost": tuple(now.pop(f"extra_cost_{group}") for group in (1, 2, 3)),
            "pension_ratio": tuple(now.pop(f"pension_ratio_{group}") for group in (1, 2, 3)),
        }
        flags = {name: int(now[name]) for name in ("assistant_adults", "contributions_deducted")}
        now.pop("assistants")
        return ProtectionTerms(**{**now, **listed, **flags})


HOUSEHOLD_LAW = Instrument(
    SOCIAL_PROTECTION.name, SOCIAL_PROTECTION.title, HouseholdLaw, of_country=law_of(HouseholdLaw, "social_protection"))
