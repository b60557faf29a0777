"""Columns: the truth about agents, one array for each fact; an agent is a row (architecture principle 3).

A table is a ``NamedTuple`` of arrays of one length. The annotation of a field is its type and unit, the comment
behind it its meaning; :func:`codebook` reads both, so that they are written once.
"""

from __future__ import annotations

import ast
import inspect
import math
import textwrap
from functools import cache
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_type_hints

import numpy as np
import numpy.typing as npt

from sim.engine.compiled import rule, sweep

Array = npt.NDArray[Any]
Table = TypeVar("Table", bound=NamedTuple)

Identifier = Annotated[Array, np.uint32, "identifier"]
Code = Annotated[Array, np.uint8, "code"]
Flag = Annotated[Array, np.uint8, "0 or 1"]
Count = Annotated[Array, np.uint8, "persons"]
Number = Annotated[Array, np.uint16, "number"]
Weight = Annotated[Array, np.uint16, "real households"]
Row = Annotated[Array, np.int32, "row, -1 for none"]
Months = Annotated[Array, np.uint8, "months"]
LongMonths = Annotated[Array, np.uint16, "months"]
MonthIndex = Annotated[Array, np.int16, "month index, 0 is January 2022"]
Year = Annotated[Array, np.uint16, "calendar year"]
Money = Annotated[Array, np.float32, "som of 2023 per month"]
Capital = Annotated[Array, np.float32, "som of 2023"]
Total = Annotated[Array, np.float64, "som of 2023, cumulated"]
LogPoints = Annotated[Array, np.float32, "log points"]
Score = Annotated[Array, np.float32, "standard normal"]
Uniform = Annotated[Array, np.float64, "uniform in (0, 1)"]
Share = Annotated[Array, np.float32, "share"]
Amount = Annotated[Array, np.float32, "number"]
Kilometres = Annotated[Array, np.float32, "km"]

FIXED_POINT = 1024.0
HALF = 27  # bits of a number's digits that are added up apart from the rest


@rule
def fixed(value: float) -> int:
    """Return a number in 1/1024 units as an integer, so that sums are exact in any order and any split.

    >>> fixed(1.5), fixed(-0.25)
    (1536, -256)
    """
    return math.floor(value * 1024.0 + 0.5)


BLOCK = 1024  # rows that a split pass works on at once, so that its buffers stay in the nearest cache


@rule(in_place=True)
def row(number: int) -> Any:
    """Return the number of a row as one that cannot count from the end: unsigned.

    A loop ``for i in range(row(first), row(last))`` need not ask in every row whether ``i`` is negative, and where it
    reads no table by another index the compiler works on several rows at a time. Nothing is added to such a number: the
    compiler would make a fraction of it.

    >>> int(row(0)), int(row(7_000_000))
    (0, 7000000)
    """
    return np.uint64(number)


@sweep
def add_digits(first: int, last: int, bits: Array, high: Array, low: Array) -> None:
    """Add the digits of floating-point numbers, given as bits, as whole numbers by exponent, in two parts."""
    for k in range(first, last):
        exponent = (bits[k] >> 52) & 2047
        digits = bits[k] & ((1 << 52) - 1)
        if exponent > 0:
            digits += 1 << 52
        else:
            exponent = 1
        if bits[k] < 0:
            digits = -digits
        high[exponent] += digits >> HALF
        low[exponent] += digits & ((1 << HALF) - 1)


def exact_total(values: Array) -> float:
    """Return the sum of numbers as if it were worked out without rounding and rounded once, like ``math.fsum``.

    >>> exact_total(np.array([1e16, 1.0, -1e16, 0.25])), exact_total(np.array([0.1] * 10)), exact_total(np.zeros(0))
    (1.25, 1.0, 0.0)
    """
    high, low = np.zeros(2048, np.int64), np.zeros(2048, np.int64)
    add_digits(0, len(values), np.ascontiguousarray(values, dtype=np.float64).view(np.int64), high, low)
    used = np.flatnonzero(high | low).tolist()
    least = used[0] if used else 1
    total = sum(((int(high[place]) << HALF) + int(low[place])) << (place - least) for place in used)
    return math.ldexp(float(total), least - 1075)


def ordered(values: Array, *ties: Array) -> Array:
    """Return the order of values; equal ones are ordered by the first of ``ties``, then the next, last by their place.

    The same as ``np.lexsort((..., ties[1], ties[0], values))``, several times faster where few values are equal.

    >>> ordered(np.array([2.0, 1.0, 2.0, 2.0]), np.array([5, 0, 4, 4])).tolist()
    [1, 2, 3, 0]
    """
    order = np.argsort(values)
    found = values[order]
    same = np.zeros(len(order) + 1, dtype=bool)
    same[1:-1] = found[1:] == found[:-1]
    places = np.flatnonzero(same[1:] | same[:-1])
    if len(places):
        rows = np.sort(order[places])
        keys = [rows, *(tie[rows] for tie in reversed(ties)), values[rows]]
        order[places] = rows[np.lexsort(keys)]
    return order


def fields(table: type) -> dict[str, tuple[Any, str]]:
    """Return column name -> (NumPy type, unit) of a table class."""
    return _fields_of(table)


@cache
def _fields_of(table: Any) -> dict[str, tuple[Any, str]]:
    out = {}
    for name, hint in get_type_hints(table, include_extras=True).items():
        _, dtype, unit = get_args(hint)
        out[name] = (dtype, unit)
    return out


def empty(table: type[Table], rows: int) -> Table:
    """Return a table of ``rows`` rows, all zero.

    Zeros are written, not left to the system: compiled code that may write to a row of memory that nobody has written
    to yet waits for the system in every row.
    """
    return table._make(np.full(rows, 0, dtype) for dtype, _ in fields(table).values())


def typed(table: type[Table], columns: dict[str, Array]) -> Table:
    """Return a table made of ``columns``, each converted to its column's type; a missing one is a ``KeyError``."""
    return table._make(np.ascontiguousarray(columns[name], dtype=dtype) for name, (dtype, _) in fields(table).items())


def copied(table: Table) -> Table:
    """Return a table with its own copy of every column."""
    return table._make(column.copy() for column in table)


def locked(table: Table) -> Table:
    """Return read-only views of a table's columns: whatever they were made of, compiled code sees one type."""
    views = [np.asarray(column).view() for column in table]
    for view in views:
        view.flags.writeable = False
    return table._make(views)


def taken(table: Table, rows: Array) -> Table:
    """Return the table made of the given rows."""
    return table._make(np.ascontiguousarray(column[rows]) for column in table)


def codebook(table: type) -> list[tuple[str, str, str, str]]:
    """Return (column, type, unit, meaning) for each column of a table class; the meaning is the comment behind it."""
    source = textwrap.dedent(inspect.getsource(table))
    lines = source.splitlines()
    meaning = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            _, _, comment = lines[node.lineno - 1].partition("#")
            meaning[node.target.id] = comment.strip()
    return [(name, np.dtype(dtype).name, unit, meaning.get(name, "")) for name, (dtype, unit) in fields(table).items()]
