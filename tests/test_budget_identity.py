"""Every flow of money of a household is found once in disposable income, and nothing else is (people.md B1)."""

from __future__ import annotations

import ast
import inspect
import textwrap

import numpy as np
import pytest

from sim.agents.households import budget, consuming
from sim.agents.households.budget import Coverage, Flows, disposable_income, money_once, recurrent_income
from sim.engine.columns import fields
from sim.state.households import RING, Households, HouseholdState
from sim.state.persons import PersonState

PLAIN = Coverage(1.0, 1.0, 1.0, 1.0)
NOTHING = Flows(*[0.0] * len(Flows._fields))

# Flows of the month that a column of the state holds, by the flow of the identity that takes them up.
HELD = {
    "earned": "earned", "own_income": "own_income", "transfers": "transfers", "remittances": "remittances",
    "profit": "profit", "reinvested": "reinvested", "instalment": "repaid", "due_1": "grant_spent",
    "sold_1": "stock_sold", "own_money": "own_money", "protection": "protection", "payback": "paid_back",
}  # fmt: skip
# Flows that no column holds, because the month works them out of other columns.
WORKED_OUT = {"given_up", "child_benefit", "in_kind", "application", "borne", "certificates", "given", "financed"}
# Columns of money that are no flow into or out of the month's budget, and why.
NO_FLOW = {
    "informal": "part of earned",
    "declared": "what the office sees of the same money",
    "other_benefits": "where transfers of members came from before persons had benefits of their own",
    "capital": "a stock",
    "grant": "a stock: what was received once; the part not invested is due_1 to due_3",
    "loan": "a stock: what is still owed; the instalment is the flow",
    "repayable": "a stock: what is still to be paid back of a grant; what is paid back is the flow",
    "due_2": "a stock: money to be spent next month",
    "due_3": "a stock: money to be spent in two months",
    "sold_2": "a stock: money to be spent next month",
    "sold_3": "a stock: money to be spent in two months",
    "expected_gain": "an expectation",
    **dict.fromkeys(RING, "the sum itself, of one of the last twelve months"),
    "income_year": "the sum itself, of twelve months",
    "consumption": "what follows from the sum",
    "recurrent_total": "the sum itself, since the comparison starts",
    "once_total": "the sum itself, since the comparison starts",
    "benefit_total": "a total of child benefit",
}
# Money of persons reaches households through these columns.
OF_PERSONS = {"pay": "earned", "own": "own_income", "pension": "transfers", "benefit": "transfers"}


def money_columns(*tables: type) -> set[str]:
    """Return the columns whose unit is som."""
    return {name for table in tables for name, (_, unit) in fields(table).items() if "som" in unit}


def test_every_column_of_money_is_a_flow_of_the_identity_or_has_a_reason_not_to_be():
    columns = money_columns(Households, HouseholdState)
    assert not set(HELD) & set(NO_FLOW)
    assert not columns ^ (set(HELD) | set(NO_FLOW))


def test_every_flow_of_the_identity_comes_from_one_place():
    assert sorted([*HELD.values(), *WORKED_OUT]) == sorted(Flows._fields)


def test_money_of_persons_reaches_households_once():
    assert money_columns(PersonState) == set(OF_PERSONS)
    assert set(OF_PERSONS.values()) <= set(HELD)


def test_each_flow_is_read_once_in_the_sum_and_the_sum_reads_nothing_else():
    read: list[str] = []
    for rule in (recurrent_income, money_once):
        source = textwrap.dedent(inspect.getsource(getattr(rule, "py_func", rule)))
        read += [
            node.attr
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "flows"
        ]
    assert sorted(read) == sorted(Flows._fields)


@pytest.mark.parametrize("name", Flows._fields)
def test_a_som_of_each_flow_moves_disposable_income_by_a_som(name):
    down = {"given_up", "reinvested", "repaid", "own_money", "application", "borne", "paid_back", "financed"}
    change = disposable_income(NOTHING._replace(**{name: 1.0}), PLAIN) - disposable_income(NOTHING, PLAIN)
    assert change == (-1.0 if name in down else 1.0)


@pytest.mark.parametrize("name", Coverage._fields)
def test_coverage_scales_its_own_flow_and_no_other(name):
    flows = Flows(*range(100, 100 + len(Flows._fields)))
    half = PLAIN._replace(**{name: 0.5})
    lost = disposable_income(flows, PLAIN) - disposable_income(flows, half)
    beside = {"earned": -flows.given_up, "transfers": flows.certificates + flows.protection}
    covered = getattr(flows, name) + beside.get(name, 0.0)
    assert lost == pytest.approx(0.5 * covered)


def test_the_month_runs_the_documented_identity():
    """The step calls the rule; nobody adds up a household's money a second time."""
    source = inspect.getsource(getattr(consuming.receive, "py_func", consuming.receive))
    assert source.count("disposable_income(flows") == 1
    assert consuming.disposable_income is budget.disposable_income


def test_whole_som_of_a_year_fit_into_their_column():
    assert np.iinfo(np.int32).max > 12 * budget.MOST
