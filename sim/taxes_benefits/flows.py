"""Flows: every payment between a household and others that the calculators know, and where each is found.

A flow stands once in the identity of household money (:mod:`sim.agents.households.budget`) and, where public money is
moved and the simulation holds it, once in a line of the government's books. ``tests/test_flows.py`` holds the list to
both. What the simulation does not hold says so here, and the calculators say so to their readers.
What a design pays of a pension or benefit more or less than today's law stands in a line beside it.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Held(Enum):
    """Whether the simulation holds a flow."""

    YES = "yes"
    PARTLY = "partly"  # simpler than the law, or for some persons only
    NO = "no"


class Flow(NamedTuple):
    """One flow: which way it goes, its place in the identity, its line in the books, whether the simulation has it."""

    sign: int  # 1 into the household, -1 out of it
    identity: str  # field of ``Flows``
    line: str  # of ``kelishim budget`` or of the books of the labour block; empty where there is none
    held: Held
    rule: str  # where its rule is; empty for what no law sets
    law: str = ""  # empty for what no law sets
    once: bool = False  # paid once, not every month


YES, PARTLY, NO = Held
BENEFITS = "Law No. 163 of 28 July 2017 on state benefits"
PENSIONS = "Law No. 57 of 21 July 1997 on state pension social insurance"
TARIFFS = "Law on tariffs of insurance contributions"
TAXES = "Tax Code of 2022"
EMPLOYMENT = "Law on promoting employment"
CONTRACT = "Cabinet Resolution 385 of 15 July 2022"
HERE, PERSONS = "sim.taxes_benefits", "sim.agents.persons"

FLOWS: dict[str, Flow] = {
    "gross_pay": Flow(1, "earned", "", YES, f"{PERSONS}.paying:net_pay"),
    "contribution": Flow(
        -1, "earned", "contributions", YES, f"{HERE}.contributions:worker_contribution", TARIFFS),
    "income_tax": Flow(-1, "earned", "income_tax", YES, f"{HERE}.contributions:income_tax_rate", TAXES),
    "tax_relief": Flow(1, "earned", "", NO, f"{HERE}.taxing:tax_relief", TAXES),
    "informal_pay": Flow(1, "earned", "", YES, f"{PERSONS}.paying:net_pay"),
    "public_works": Flow(1, "earned", "", NO, f"{HERE}.unemployment:public_works_pay", EMPLOYMENT),
    "assistant_pay": Flow(
        1, "earned", "more_assistant_pay", PARTLY, f"{HERE}.care:assistant_pay",
        "Resolution on personal assistants, in force from 2019"),
    "own_income": Flow(1, "own_income", "", YES, f"{PERSONS}.receiving:own_income"),
    "own_contribution": Flow(-1, "own_income", "", NO, f"{HERE}.taxing:entrepreneur_contribution", TARIFFS),
    "patent": Flow(
        -1, "own_income", "", NO, "", f"{TAXES}; Cabinet Resolution 84 of 18 February 2022; its price is given"),
    "single_tax": Flow(-1, "own_income", "", NO, f"{HERE}.taxing:single_tax", TAXES),
    "age_pension": Flow(1, "transfers", "age_pension", PARTLY, f"{PERSONS}.retiring:pension_of", PENSIONS),
    "disability_pension": Flow(
        1, "transfers", "disability_pension", PARTLY, f"{HERE}.disability:disability_pension", PENSIONS),
    "social_benefit": Flow(
        1, "transfers", "social_benefit", PARTLY, f"{HERE}.disability:social_benefit", BENEFITS),
    "extra_cost": Flow(1, "transfers", "extra_cost", YES, f"{HERE}.disability:extra_cost", "No law: a design"),
    "unemployment_benefit": Flow(1, "transfers", "", NO, f"{HERE}.unemployment:unemployment_benefit", EMPLOYMENT),
    "compensation": Flow(
        1, "transfers", "", NO, f"{HERE}.care:compensation", "Law on monthly compensation in place of privileges"),
    "child_benefit": Flow(
        1, "child_benefit", "child_benefit", YES, "sim.agents.claiming:benefit_amount",
        f"{BENEFITS}; Cabinet Resolution 307 of 29 June 2018"),
    "universal_benefit": Flow(
        1, "transfers", "universal_child", YES, f"{HERE}.children:universal_benefit", "No law: a design"),
    "highland_benefit": Flow(1, "transfers", "", NO, f"{HERE}.children:highland_benefit", BENEFITS),
    "remittances": Flow(1, "remittances", "", YES, ""),
    "instalment": Flow(-1, "repaid", "", YES, "", CONTRACT),
    "birth_grant": Flow(1, "grant_spent", "", NO, f"{HERE}.children:birth_grant", BENEFITS, once=True),
    "grant": Flow(1, "grant_spent", "grants", YES, "", CONTRACT, once=True),
}  # fmt: skip
