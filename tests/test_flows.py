"""Every flow of public and private money stands once in the identity of households, and once in a line of the books."""

from __future__ import annotations

import ast
import importlib
import inspect

import pytest

from experiments import household, household_case, household_words
from experiments.design_of_law import law_of
from experiments.household import reckon
from sim.agents.households.budget import Flows
from sim.labour.accounts import MONEY
from sim.outcomes.budget import RECEIVED, SPENT, SUPPORT
from sim.policies.registry import OF_DESIGNS, PAYING
from sim.policies.social_protection import CATEGORIES
from sim.state.protection_terms import PAYMENTS
from sim.taxes_benefits.disability import Category
from sim.taxes_benefits.flows import FLOWS, Held

# Fields of the identity that no law moves: they belong to the family business, or to what the household does itself.
PRIVATE = {
    "given_up": "pay given up for the family business", "profit": "of the family business",
    "reinvested": "put back into it", "in_kind": "made or given",
    "stock_sold": "of the business",
    "own_money": "put into the business", "application": "what applying costs",
    "borne": "what levies of employers take from households: found from the levy, not from a rule of the household",
    "certificates": "benefits of staff certified for a quota, which each employee may expect: found from the quota",
    "protection": "what the rules of the flows pay more under a design than under today's law: lines of PAID",
    "paid_back": "of a repayable grant, which the calculators show as a grant",
    "financed": "what covers the cost of a design: found from the cost, not from a rule of the household",
    "given": "what employers give for no work under a quota: found from the quota",
}  # fmt: skip
# Lines of the budget that are no money of a household, and whose they are.
OTHERS = {
    "administration": "offices", "loan_interest": "banks", "top_up": "the same benefit beyond the rate of the law",
    "bonus": "employers", "subsidy": "employers", "accommodation": "employers", "coaching": "coaches",
    "inspection": "offices", "officers": "offices", "assistance": "assistants at work", "remote": "providers",
    "workshops": "workshops", "levy": "employers", "fines_paid": "employers", "paid_inside": "one part of government",
    "recovered": "families in breach: part of what is sold of a business",
    "certificates": "staff certified for a quota, whom the calculators do not know",
    "given_inside": "persons whom government employers pay for no work, whom the calculators do not know",
    "taxes": "employees of private employers, more or less than today: the flows stand in the books by their names",
    **{one.name: "an instrument that says itself what it pays" for one in PAYING},
    **{f"more_{name}": "the flow of that name, beyond today's law" for name in SUPPORT},
    "livestock_insurance": "family businesses: animals put back",
    "relief": "employers", "first_hire": "employers", "paid_back": "of a repayable grant",
    "raised": "in the field financed of the identity", "levied": "employers", "borrowed": "lenders",
}  # fmt: skip


def everybody():
    """A household and a month in which every flow of the calculators is there."""
    case = household_case.made(
        ["35:woman:works:pay=25000", "40:man:own:income=30000:registered", "41:man:own:income=9000:patent=500",
         "42:man:own:income=1000000:single-tax:turnover=1000000", "30:woman:informal:pay=8000", "30:woman:assistant",
         "30:man:public-works", "30:man:seeking:insured", "70:woman", "50:man:group=1:insured",
         "45:woman:group=3:compensation=1500", "20:man:farm:income=4000"],
        ["1", "2", "7:disability", "0:newborn"], remittances=5000, instalment=1000, highland=True, declared=100,
    )  # fmt: skip
    tables = {"social_protection": {"extra_cost_1": 500.0, "universal_child": 300.0}}
    return reckon(case, law_of(48, "all", tables))


def test_every_flow_has_one_place_in_the_identity_and_every_place_a_flow_or_a_reason():
    used = {flow.identity for flow in FLOWS.values()}
    assert used | set(PRIVATE) == set(Flows._fields)
    assert not used & set(PRIVATE)
    assert all(flow.sign in (1, -1) for flow in FLOWS.values())


def test_every_line_of_the_budget_is_that_of_one_flow_or_belongs_to_somebody_else():
    lines = [flow.line for flow in FLOWS.values() if flow.line]
    assert len(lines) == len(set(lines))
    assert set(lines) <= {*SPENT, *RECEIVED, *MONEY}
    assert {line for line in lines if line in {*SPENT, *RECEIVED}} | set(OTHERS) == {*SPENT, *RECEIVED}
    assert not set(lines) & set(OTHERS)


def test_what_a_design_pays_beyond_the_law_is_a_flow_of_the_calculators_beside_the_line_of_the_law():
    assert set(OF_DESIGNS) == set(PAYMENTS.values())
    lines = {flow.line for flow in FLOWS.values()}
    assert all(name in lines or name.removeprefix("more_") in SUPPORT for name in PAYMENTS.values())


def test_every_public_flow_names_its_law_and_every_rule_is_there_with_an_example():
    private = {"gross_pay", "informal_pay", "own_income", "remittances"}
    assert {name for name, flow in FLOWS.items() if not flow.law} == private
    for name, flow in FLOWS.items():
        if flow.rule:
            module, _, function = flow.rule.partition(":")
            rule = getattr(importlib.import_module(module), function)
            about = inspect.getdoc(getattr(rule, "py_func", rule)) or ""
            assert ">>>" in about or function == "own_income", name  # which works on the table of persons


def test_what_the_simulation_does_not_hold_has_no_line_of_its_books():
    assert all(not flow.line for flow in FLOWS.values() if flow.held == Held.NO)


def test_the_calculator_knows_every_flow_and_no_other():
    source = ast.parse(inspect.getsource(household))
    named = {
        node.args[0].value for node in ast.walk(source)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Entry"
    }  # fmt: skip
    assert named == set(FLOWS) - {"grant"}  # which is offered to the family, and no money of today
    assert set(household_words.LABELS) == named
    assert {entry.flow for entry in everybody().entries} == named


def test_each_entry_moves_its_place_in_the_identity_and_nothing_else():
    account = everybody()
    for name in Flows._fields:
        mine = [entry for entry in account.entries if FLOWS[entry.flow].identity == name]
        direction = -1.0 if name == "repaid" else 1.0
        assert getattr(account.flows, name) == pytest.approx(
            sum(direction * FLOWS[e.flow].sign * e.amount for e in mine)
        )  # fmt: skip
    each_month = sum(FLOWS[e.flow].sign * e.amount for e in account.entries if not FLOWS[e.flow].once)
    assert account.monthly == pytest.approx(each_month)
    assert account.once == account.of("birth_grant") == 4000.0


def test_amounts_of_the_social_benefit_stand_in_the_order_of_their_categories():
    assert [name.upper() for name in CATEGORIES] == [one.name for one in list(Category)[1:]]
