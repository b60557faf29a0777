"""Tables enter compiled code as they are, held or not, and nobody keeps them longer than their owner."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from sim.agents.starting import Starting
from sim.engine import compiled
from sim.engine.columns import copied, empty
from sim.engine.compiled import ENABLED, hold, sweep
from sim.labour.world import LabourWorld
from sim.state.households import HouseholdState

pytestmark = pytest.mark.skipif(not ENABLED, reason="only compiled code borrows tables")


@sweep
def age(first, last, state, parameters, table):  # type: ignore[no-untyped-def]
    """Add to a column what parameters and a two-dimensional table say."""
    for i in range(first, last):
        state.earned[i] += parameters.rate + table[1, 0]


class Owner:
    """Something that owns tables."""


def parameters(rate: float) -> Starting:
    return Starting(**dict.fromkeys(Starting._fields, rate))


def test_a_held_table_is_the_table_that_was_given() -> None:
    state, table, owner = empty(HouseholdState, 5), np.arange(6.0).reshape(3, 2), Owner()
    age(0, 5, state, parameters(0.5), table)
    assert state.earned.tolist() == [2.5] * 5
    hold(owner, state)
    age(0, 3, state, parameters(1.0), table)
    assert state.earned.tolist() == [5.5] * 3 + [2.5] * 2
    other = copied(state)
    age(0, 5, other, parameters(0.0), table)
    assert other.earned.tolist() == [7.5] * 3 + [4.5] * 2
    assert state.earned.tolist() == [5.5] * 3 + [2.5] * 2


def test_a_table_is_let_go_with_its_last_owner() -> None:
    state, first, second = empty(HouseholdState, 2), Owner(), Owner()
    hold(first, state)
    hold(second, state)
    del first
    gc.collect()
    assert id(state) in compiled._held
    del second
    gc.collect()
    assert id(state) not in compiled._held


def test_whole_numbers_are_not_taken_for_fractions() -> None:
    state, table, owner = empty(HouseholdState, 1), np.zeros((2, 2)), Owner()
    fraction = parameters(0.75)
    hold(owner, fraction)
    age(0, 1, state, fraction, table)
    age(0, 1, state, parameters(1), table)  # integers are another type, and compiled anew
    assert state.earned.tolist() == [1.75]


def test_columns_that_are_not_in_a_row_enter_in_the_compilers_own_way() -> None:
    wide = np.zeros((4, 2), dtype=np.float32)
    state = empty(HouseholdState, 4)._replace(earned=wide[:, 0])
    age(0, 4, state, parameters(0.5), np.zeros((2, 2)))
    assert wide[:, 0].tolist() == [0.5] * 4
    assert wide[:, 1].tolist() == [0.0] * 4


def test_worlds_are_let_go() -> None:
    from sim.behaviour import Behaviour
    from sim.labour import begin
    from sim.population import load

    gc.collect()
    before = len(compiled._held)
    world: LabourWorld | None = begin(load("kyrgyzstan", 1000), Behaviour.central(), 1)
    assert len(compiled._held) > before
    del world
    gc.collect()
    assert len(compiled._held) == before
