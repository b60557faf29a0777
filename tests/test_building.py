"""What the compiler is made to leave out is not missed: rows, counted arrays, and code of others that calls ours."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from sim.engine import compiled
from sim.engine.compiled import rule, sweep

numba = pytest.importorskip("numba")
pytestmark = pytest.mark.skipif(not compiled.ENABLED, reason="the model runs in plain Python")


class Table(NamedTuple):
    """Two columns."""

    number: np.ndarray
    found: np.ndarray


class Tables(NamedTuple):
    """A table in another one, and a number."""

    table: Table
    most: int


@rule
def least(number: int, most: int) -> int:
    """Return a number, at most another."""
    return min(number, most)


@rule(allocates=True)
def doubled(tables: Tables) -> Any:
    """Return a new column, from one of a table in a table."""
    table = tables.table
    made = np.empty(len(table.number), np.int64)
    for k in range(len(made)):
        made[k] = 2 * least(table.number[k], tables.most)
    return made


@sweep
def turn_round(first: int, last: int, table: Table) -> None:
    """Write every row into the row that is as far from the end, where numbers below zero count from."""
    for k in range(first, last):
        table.found[-1 - k] = table.number[k] + table.number[-1]


@sweep(allocates=True)
def double(first: int, last: int, tables: Tables) -> int:
    """Write down a column that was made on the way, several times over; return its last number."""
    table, total = tables.table, 0
    for _ in range(3):
        made = doubled(tables)
        for k in range(first, last):
            table.found[k] = made[k]
        total = made[last - 1]
    return total


def table() -> Table:
    return Table(np.arange(5), np.zeros(5, np.int16))


def test_a_row_below_zero_counts_from_the_end_in_compiled_code_too():
    mine, plain = table(), table()
    turn_round(0, 5, mine)
    turn_round.py_func(0, 5, plain)
    assert mine.found.tolist() == plain.found.tolist() == [8, 7, 6, 5, 4]


def test_a_sweep_that_makes_arrays_gives_back_every_array_that_it_was_given():
    tables = Tables(table(), 3)
    before = [sys.getrefcount(column) for column in tables.table]
    assert double(0, 5, tables) == 6
    assert tables.table.found.tolist() == [0, 2, 4, 6, 6]
    assert [sys.getrefcount(column) for column in tables.table] == before


def test_compiled_code_of_others_can_call_our_rules_and_what_they_call():
    double(0, 5, Tables(table(), 3))  # so that the rules are compiled as parts of a sweep first

    @numba.njit
    def foreign(tables: Tables) -> Any:
        return doubled(tables), min(tables.most, 2)

    column, smaller = foreign(Tables(table(), 3))
    assert column.tolist() == [0, 2, 4, 6, 6]
    assert smaller == 2


def test_the_compiler_that_is_installed_is_the_one_that_the_shorter_way_is_written_for():
    lock = (Path(__file__).parents[1] / "requirements.lock").read_text()
    assert f"numba=={compiled.KNOWN_COMPILER}" in lock
