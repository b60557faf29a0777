"""Terms of taxes and benefits beside the child benefit, in one month; amounts are nominal som (people.md F)."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from sim.engine.columns import Array


class ProtectionTerms(NamedTuple):
    """Benefits, pensions, taxes of own work and deductions as the law of a month has them."""

    minimum_income: float  # guaranteed minimum income per person, below which a family is needy
    universal_child: float  # a child and month, 0 by today's law
    universal_from: int  # years
    universal_until: int  # years
    birth_grant: float  # a child
    birth_grant_multiple: float  # each of three or more born together
    highland_child: float  # a child and month
    highland_first: int  # from which child on
    highland_until: int  # years
    social_benefit: tuple[float, ...]  # by ``Category``
    extra_cost: tuple[float, ...]  # by group, 0 by today's law
    benefit_kept: float  # share of a benefit for disability paid beside work
    age_pension: float  # mean
    disability_pension: float  # mean
    pension_ratio: tuple[float, ...]  # disability pension over its mean, by group
    pension_age_men: int  # years
    pension_age_women: int
    assistant_pay: float
    assistant_adults: int  # 1: adults of group I since childhood too
    assistant_oldest: int  # years
    compensation_least: float
    compensation_most: float
    unemployment_benefit: float
    public_works_pay: float
    deduction_own: float  # a month
    deduction_dependant: float  # for each
    contributions_deducted: int  # 1: contributions lower the taxable pay
    entrepreneur_contribution: float  # share of the average wage
    single_tax_free: float  # turnover of a year
    single_tax: float  # share of turnover
    indirect_tax: float  # share of consumption
    employer_relief: float  # share of the contribution for workers with disabilities, 0 by today's law
    first_hire_grant: float  # to an employer, 0 by today's law


class Payment(IntEnum):
    """What a design pays beyond today's law, each a line of the budget; less where a design takes away."""

    SOCIAL_BENEFIT = 0  # for disability
    DISABILITY_PENSION = 1
    AGE_PENSION = 2
    EXTRA_COST = 3
    UNIVERSAL_CHILD = 4
    ASSISTANT_PAY = 5  # of personal assistants at home


PAYMENTS = {
    Payment.SOCIAL_BENEFIT: "more_social_benefit", Payment.DISABILITY_PENSION: "more_disability_pension",
    Payment.AGE_PENSION: "more_age_pension", Payment.EXTRA_COST: "extra_cost",
    Payment.UNIVERSAL_CHILD: "universal_child", Payment.ASSISTANT_PAY: "more_assistant_pay",
}  # fmt: skip


class SupportTerms(NamedTuple):
    """What of a law the months of the simulation run, in one month; amounts are nominal som."""

    social_benefit: tuple[float, ...]  # by ``Category``
    extra_cost: tuple[tuple[float, ...], ...]  # by oblast and group, 0 by today's law
    benefit_kept: float  # share of a benefit for disability paid beside work
    age_pension: float  # mean
    disability_pension: float  # mean
    pension_ratio: tuple[float, ...]  # disability pension over its mean, by group
    universal_child: tuple[float, ...]  # a child and month by oblast, 0 by today's law
    universal_from: int  # years
    universal_until: int  # years
    minimum_income: float  # guaranteed minimum income per person, below which a family is needy
    assistants: float  # personal assistants at home whom the state pays
    assistant_pay: float
    assistant_adults: int  # 1: adults of group I since childhood too
    employer_relief: float  # share of the contribution for workers with disabilities, 0 by today's law
    first_hire_grant: float  # to an employer, 0 by today's law


class Moved(NamedTuple):
    """A design's law beside today's, in a month in which they differ."""

    law: SupportTerms  # of today
    now: SupportTerms  # of the design


class Unindexed(NamedTuple):
    """What today's law makes of social benefits that it does not index, in one month."""

    value: tuple[float, ...]  # real value of a som held, by ``Category``; 1 until the end of the year of the prices
    kept: float  # share of a benefit that a worker keeps


class AtRisk(NamedTuple):
    """What persons on the register weigh who decide whether to work, where it is not what the register holds."""

    benefit: Array  # (persons on the register,) pension or benefit for disability, som of 2023 a month
    kept: float  # share of it that a worker keeps by law
