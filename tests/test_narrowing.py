"""Compiled code is given those columns of a table alone that it names, and finds itself again in another process."""

from __future__ import annotations

import pickle
from typing import NamedTuple

import numpy as np
import pytest

from sim.agents.households.consuming import consume, count_work
from sim.engine import compiled
from sim.engine.columns import empty
from sim.engine.narrowing import names_in, narrow, narrowing
from sim.state.households import Households, HouseholdState

pytest.importorskip("numba")
needs_compiler = pytest.mark.skipif(not compiled.ENABLED, reason="nothing is compiled")


@needs_compiler
def test_a_sweep_is_given_the_columns_that_it_and_its_rules_name_and_no_others():
    given = count_work._narrowed(empty(HouseholdState, 3))
    assert set(given._fields) == set(HouseholdState._fields) & names_in(count_work.py_func)
    assert {"operating", "employed", "hired_new"} <= set(given._fields)
    assert "loan" not in given._fields
    called = consume._narrowed(empty(HouseholdState, 3))
    assert "income_year" in called._fields, "only a rule that the sweep calls names it"


@needs_compiler
def test_the_columns_that_are_left_are_the_same_arrays():
    table = empty(HouseholdState, 3)
    given = count_work._narrowed((table, 7))
    assert given[0].operating is table.operating
    assert given[1] == 7


@needs_compiler
def test_what_holds_anything_beside_arrays_stays_whole(monkeypatch):
    monkeypatch.setattr(count_work, "_narrowing", {})  # what another test has found out about the kind
    table = Households(*range(len(Households._fields)))
    assert count_work._narrowed(table) is table


def test_a_narrow_kind_is_found_by_its_name_wherever_it_is_wanted():
    kind = narrow(Households, ("size", "weight"))
    assert pickle.loads(pickle.dumps(kind)) is kind
    assert kind.__name__ == "Households"
    assert kind((3, 5)).weight == 5


def test_a_kind_that_cannot_be_found_by_its_name_stays_whole():
    class Here(NamedTuple):
        size: np.ndarray
        weight: np.ndarray

    assert narrow(Here, ("size",)) is Here
    table = Here(np.zeros(1), np.ones(1))
    assert narrowing(table, frozenset({"size"})) == (None, None)
