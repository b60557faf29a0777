"""Social protection: the benefits, pensions and help to employers that a design can change (people.md F).

The months of the simulation run each of them, and the calculators do too: one declaration and one rule for both
(:mod:`sim.taxes_benefits`). What the calculators know beside stands in :mod:`sim.policies.household_law`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.months import month_index
from sim.policies.economy import BASE_YEAR
from sim.policies.instrument import Instrument
from sim.policies.law import law
from sim.policies.policy import BY_OBLAST, Dated, OnPage, Policy, parameter
from sim.state.protection_terms import SupportTerms, Unindexed

LAW = "Given by the law of a country"
SOM, MONTHLY, YEARS = "som", "som per month", "years"
MOST = (0.0, 1e6)
AGES = (0, 120)
CATEGORIES = (
    "child", "childhood_1", "childhood_2", "childhood_3", "general_1", "general_2", "general_3", "old", "half_orphan",
    "orphan",
)  # fmt: skip
OF_DISABILITY = CATEGORIES[:7]
GROUPS = (1, 2, 3)
NO_DESIGN = ("No such benefit in today's law", "B")


def amount(label: str, unit: str = MONTHLY, on_page: OnPage | None = None) -> Any:
    """Declare an amount that the law of a country gives."""
    return parameter(0.0, MOST, unit, label, (LAW, "C"), "F", on_page=on_page)


class SocialProtection(Policy):
    """Benefits and pensions beside the child benefit, and help to employers of persons with disabilities."""

    minimum_income: Dated[float] = amount("Guaranteed minimum income", "som per person and month")
    universal_child: Dated[float] = parameter(
        0.0, MOST, "som per child and month", "Benefit for every child of an age", NO_DESIGN, "F",
        varies=BY_OBLAST,
        on_page=OnPage(
            "everychild", "Paid each month for every child under three years, rich or poor.",
            (0, 5_000, 100), label="Benefit for every child under three"))
    universal_from: Dated[int] = parameter(0, AGES, YEARS, "Benefit for every child: from this age", NO_DESIGN, "F")
    universal_until: Dated[int] = parameter(
        3, AGES, YEARS, "Benefit for every child: until this age", NO_DESIGN, "F")
    social_benefit_child: Dated[float] = amount("Social benefit, child with a disability")
    social_benefit_childhood_1: Dated[float] = amount("Social benefit, group I since childhood")
    social_benefit_childhood_2: Dated[float] = amount("Social benefit, group II since childhood")
    social_benefit_childhood_3: Dated[float] = amount("Social benefit, group III since childhood")
    social_benefit_general_1: Dated[float] = amount("Social benefit, group I, general illness")
    social_benefit_general_2: Dated[float] = amount("Social benefit, group II, general illness")
    social_benefit_general_3: Dated[float] = amount("Social benefit, group III, general illness")
    extra_cost_1: Dated[float] = parameter(
        0.0, MOST, MONTHLY, "Extra-cost allowance, group I and children", NO_DESIGN, "F",
        varies=BY_OBLAST,
        on_page=OnPage(
            "allowance", "Paid each month to every child and adult with a certified disability, beside what the law "
            "pays today, in work or not.",
            (0, 10_000, 250), main=True, label="Disability allowance", also=("extra_cost_2", "extra_cost_3")))
    extra_cost_2: Dated[float] = parameter(0.0, MOST, MONTHLY, "Extra-cost allowance, group II", NO_DESIGN, "F",
        varies=BY_OBLAST)
    extra_cost_3: Dated[float] = parameter(0.0, MOST, MONTHLY, "Extra-cost allowance, group III", NO_DESIGN, "F",
        varies=BY_OBLAST)
    benefit_kept: Dated[float] = parameter(
        1.0, (0.0, 1.0), "share", "Part of a disability pension or benefit that workers keep",
        ("No law was found that takes any of it", "B-judged"), "F")
    age_pension: Dated[float] = amount(
        "Mean age pension", on_page=OnPage("pension", "What a pensioner gets on average.", (0, 30_000, 250)))
    disability_pension: Dated[float] = amount(
        "Mean disability pension",
        on_page=OnPage(
            "invalidity", "What somebody with a disability and an insurance record gets on average; group I gets more, "
            "group III less.", (0, 30_000, 250)))
    pension_ratio_1: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "Disability pension of group I over the mean", (LAW, "C"), "F")
    pension_ratio_2: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "Disability pension of group II over the mean", (LAW, "C"), "F")
    pension_ratio_3: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "Disability pension of group III over the mean", (LAW, "C"), "F")
    assistants: Dated[float] = parameter(
        0.0, (0.0, 1e6), "persons", "Personal assistants at home whom the state pays", (LAW, "C"), "F")
    assistant_pay: Dated[float] = amount("Pay of a personal assistant")
    assistant_adults: Dated[bool] = parameter(
        False, None, "yes or no", "Assistants for adults of group I since childhood", (LAW, "C"), "F")
    employer_relief: Dated[float] = parameter(
        0.0, (0.0, 1.0), "share", "Part of the employer's contribution not due for workers with disabilities",
        NO_DESIGN, "F",
        on_page=OnPage(
            "relief", "Social contributions that employers need not pay for workers with disabilities.", (0, 1, 0.05),
            label="Contributions spared", heading="Employers and jobs"))
    first_hire_grant: Dated[float] = parameter(
        0.0, MOST, SOM, "Grant to an employer for its first worker with a disability", NO_DESIGN, "F",
        on_page=OnPage(
            "first", "Paid once to an employer that hires its first worker with a disability.", (0, 300_000, 5_000),
            label="Grant for the first hire", heading="Employers and jobs"))

    def terms(self, t: int, regions: Sequence[str] = ()) -> Any:
        """Return the amounts and rates of month ``t``."""
        others = (0.0,) * (len(CATEGORIES) - len(OF_DISABILITY))
        of = [float(getattr(self, f"social_benefit_{name}").at(t)) for name in OF_DISABILITY]
        return SupportTerms(
            social_benefit=(0.0, *of, *others),
            extra_cost=tuple(
                tuple(float(getattr(self, f"extra_cost_{group}").at(t, place)) for group in GROUPS) for place in regions
            ),
            benefit_kept=float(self.benefit_kept.at(t)),
            age_pension=float(self.age_pension.at(t)),
            disability_pension=float(self.disability_pension.at(t)),
            pension_ratio=tuple(float(getattr(self, f"pension_ratio_{group}").at(t)) for group in GROUPS),
            universal_child=tuple(float(self.universal_child.at(t, place)) for place in regions),
            universal_from=int(self.universal_from.at(t)),
            universal_until=int(self.universal_until.at(t)),
            minimum_income=float(self.minimum_income.at(t)),
            assistants=float(self.assistants.at(t)),
            assistant_pay=float(self.assistant_pay.at(t)),
            assistant_adults=int(self.assistant_adults.at(t)),
            employer_relief=float(self.employer_relief.at(t)),
            first_hire_grant=float(self.first_hire_grant.at(t)),
        )


def unindexed(law: SocialProtection, t: int, deflator: float) -> Unindexed | None:
    """Return what social benefits of a law are worth in month ``t``, nothing in the years that they are held for.

    The register holds them in prices of the base year. Later the law's amounts count, which follow no prices.
    """
    base = month_index(BASE_YEAR, 12)
    if t <= base:
        return None
    now, then = law.terms(t), law.terms(base)
    pairs = zip(now.social_benefit, then.social_benefit, strict=True)
    return Unindexed(tuple((new / old if old > 0.0 else 1.0) / deflator for new, old in pairs), now.benefit_kept)


def in_force(country: str) -> SocialProtection:
    """Return social protection as a country has it today."""
    return law(SocialProtection, country, "social_protection", of_others=True)


SOCIAL_PROTECTION = Instrument(
    "social_protection", "Social protection", SocialProtection, of_country=in_force, page="Benefits and money")
