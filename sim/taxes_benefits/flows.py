"""Flows: every payment between a household and others that the calculators know, and where each is found.

A flow stands once in the identity of household money (:mod:`sim.agents.households.budget`) and, where public money is
moved and the simulation holds it, once in a line of the government's books. ``tests/test_flows.py`` holds the list to
both. What the simulation does not hold says so here, and the calculators say so to their readers.
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
    once: bool = False  # paid once, not every month


FLOWS: dict[str, Flow] = {
    "gross_pay": Flow(1, "earned", "", Held.YES),
    "contribution": Flow(-1, "earned", "contributions", Held.YES),
    "income_tax": Flow(-1, "earned", "income_tax", Held.YES),
    "tax_relief": Flow(1, "earned", "", Held.NO),
    "informal_pay": Flow(1, "earned", "", Held.YES),
    "public_works": Flow(1, "earned", "", Held.NO),
    "assistant_pay": Flow(1, "earned", "", Held.NO),
    "own_income": Flow(1, "own_income", "", Held.YES),
    "own_contribution": Flow(-1, "own_income", "", Held.NO),
    "patent": Flow(-1, "own_income", "", Held.NO),
    "single_tax": Flow(-1, "own_income", "", Held.NO),
    "age_pension": Flow(1, "transfers", "", Held.PARTLY),
    "disability_pension": Flow(1, "transfers", "", Held.PARTLY),
    "social_benefit": Flow(1, "transfers", "", Held.PARTLY),
    "extra_cost": Flow(1, "transfers", "", Held.NO),
    "unemployment_benefit": Flow(1, "transfers", "", Held.NO),
    "compensation": Flow(1, "transfers", "", Held.NO),
    "child_benefit": Flow(1, "child_benefit", "child_benefit", Held.YES),
    "universal_benefit": Flow(1, "transfers", "", Held.NO),
    "highland_benefit": Flow(1, "transfers", "", Held.NO),
    "remittances": Flow(1, "remittances", "", Held.YES),
    "instalment": Flow(-1, "repaid", "", Held.YES),
    "birth_grant": Flow(1, "grant_spent", "", Held.NO, once=True),
    "grant": Flow(1, "grant_spent", "grants", Held.YES, once=True),
}
