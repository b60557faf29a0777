"""Easy: names and meanings of outcomes in easy words: short sentences, no term that needs another."""

from __future__ import annotations

from typing import NamedTuple

from experiments.marks import N_


class Easy(NamedTuple):
    """An outcome in easy words."""

    name: str
    meaning: str


IN_EASY_WORDS = {
    "net_jobs": Easy(
        N_("More people with work"),
        N_("We count who has work at the end. Then we take away who would have work without this rule."),
    ),
    "jobs_disability": Easy(
        N_("More people with disabilities who have work"),
        N_("Only real work counts. Work that is only on paper does not count."),
    ),
    "poverty_exits": Easy(
        N_("People who are no longer poor"),
        N_("We count who is poor without this rule and not poor with it. Then we take away who becomes poor."),
    ),
    "income_change": Easy(
        N_("More money for families"),
        N_("Pay, business, pensions and help of all families in all years: how much more than without this rule."),
    ),
    "net_fiscal_cost": Easy(
        N_("What the state pays"),
        N_("What the state pays because of this rule. What it saves or gets back is taken away."),
    ),
    "employer_cost": Easy(
        N_("What employers pay"), N_("Fees, fines and other costs of this rule. Pay for work does not count.")
    ),
    "people_reached": Easy(
        N_("People in families with a grant"),
        N_("Everybody in a family that got a grant. It does not say if the grant helped."),
    ),
    "families_better": Easy(
        N_("Families with more money"), N_("These families have at least a little more money than without this rule.")
    ),
    "families_worse": Easy(
        N_("Families with less money"), N_("These families have at least a little less money than without this rule.")
    ),
    "programme_cost": Easy(
        N_("What the grants cost"),
        N_("Grants, office work and help for families. What comes back to the state is not taken away."),
    ),
    "social_cost": Easy(
        N_("What is used up"), N_("Money, work and things that are used up for this rule. It does not matter who pays.")
    ),
}
