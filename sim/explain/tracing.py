"""Tracing: a sweep of the model, run once more for one household with what every rule was given and what it gave.

The code that runs is the code of the model as plain Python; nothing is written twice. The household's rows are compared
with those that the model itself has left, so a trace that differs from the run is an error and never a story.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from sim.engine.compiled import ENABLED
from sim.engine.draws import Decision, key, uniform
from sim.engine.plain import WORDS
from sim.errors import IdentityError
from sim.months import year_of

PAPERS = re.compile(r"\(((?:[A-Z]\d+[a-z]?)(?:,? (?:to )?[A-Z]\d+[a-z]?)*)\)")
ARITHMETIC = "sim.engine."  # stays compiled; it gives the same bits
SCALARS = (int, float, np.generic)
SUBS = range(16)  # numbered sub-decisions that are looked for


class Call(NamedTuple):
    """One rule that ran: its name, number in the papers, inputs that are numbers, result, and what it called."""

    rule: str
    paper: str
    inputs: dict[str, Any]
    result: Any
    inner: tuple[Any, ...]  # calls, in the order in which they ended

    def walk(self) -> Iterator[Call]:
        """Yield this call and all calls within it."""
        for call in self.inner:
            yield from call.walk()
        yield self

    def first(self, rule: str) -> Call | None:
        """Return the first call of a rule within this one."""
        return next((call for call in self.walk() if call.rule == rule), None)


class Luck(NamedTuple):
    """One draw that was looked at: the decision it belongs to, who drew, and the number."""

    decision: str
    who: int
    u: float


class Heard:
    """What was heard of one sweep: the calls that it made itself, and the draws, in the order in which they ended.

    ``given`` is what the sweep got for everybody, and ``run`` the rows it ran over and what it filled, if not all rows.
    """

    def __init__(self, names: dict[int, str], given: Sequence[Any] = (), run: tuple[Any, ...] = ()) -> None:
        self.names, self.given, self.run = names, given, run
        self.calls: list[Call] = []
        self.luck: list[Luck] = []

    def of(self, rule: str, **inputs: float) -> list[Call]:
        """Return the calls of a rule with some inputs, at any depth."""
        every = (call for one in self.calls for call in one.walk() if call.rule == rule)
        return [call for call in every if inputs.items() <= call.inputs.items()]


def names_of_keys(seed: int, t: int) -> dict[int, str]:
    """Return the decision behind each key that may be drawn with in a month."""
    return _names_at(seed, t) | _names_at(seed, year_of(t)) | _names_at(seed, 0)


@lru_cache(maxsize=64)
def _names_at(seed: int, when: int) -> dict[int, str]:
    return {int(key(seed, decision, when, sub)): decision.name for decision in Decision for sub in SUBS}


def traced(function: Any, heard: Heard) -> Callable[..., Any]:
    """Return a sweep or rule as plain Python that tells ``heard`` of every rule and draw.

    >>> from sim.agents.persons.paying import net_pay
    >>> heard = Heard({})
    >>> traced(net_pay, heard)(30000.0, 1, 0.1, 0.1, 0.8)
    24000.0
    >>> heard.calls[0].paper, heard.calls[0].inputs["gross"]
    ('W3, T3', 30000.0)
    """
    made: dict[Any, Any] = {}

    def draw(address: Any, who: Any) -> float:
        u = float(WORDS[uniform](address, who))
        heard.luck.append(Luck(heard.names.get(int(address), ""), int(who), u))
        return u

    def of(one: Any) -> Any:
        if one is uniform:
            return draw
        if one in WORDS:
            return WORDS[one]
        if one.__module__.startswith(ARITHMETIC):
            return one
        if one not in made:
            made[one] = _listened(one, of, heard)
        return made[one]

    return of(function) if _python(function) is not None else function


def _python(one: Any) -> Any:
    """Return the Python of a rule or sweep, nothing for what is neither; without the compiler they are Python."""
    alone = one if isinstance(one, FunctionType) and not ENABLED and one.__module__.startswith("sim.") else None
    return getattr(one, "py_func", alone)


def _plain(function: Any, of: Callable[[Any], Any]) -> Any:
    """Return a function whose compiled helpers are replaced by what ``of`` makes of them."""
    known = function.__globals__
    names = [name for name in function.__code__.co_names if _python(known.get(name)) is not None]
    helpers = {name: of(known[name]) for name in names}
    return FunctionType(function.__code__, {**known, **helpers}, function.__name__, function.__defaults__)


def _listened(rule: Any, of: Callable[[Any], Any], heard: Heard) -> Callable[..., Any]:
    """Return a rule that tells of each call; its Python is made at the first."""
    python = _python(rule)
    names = python.__code__.co_varnames[: python.__code__.co_argcount]
    found = PAPERS.search(rule.__doc__ or "")
    paper = found.group(1) if found else ""
    made: list[Any] = []

    def called(*given: Any) -> Any:
        made.extend([_plain(python, of)] if not made else [])
        outer, heard.calls = heard.calls, []
        result = made[0](*given)
        inner, heard.calls = heard.calls, outer
        inputs = {name: value for name, value in zip(names, given, strict=False) if isinstance(value, SCALARS)}
        heard.calls.append(Call(rule.__name__, paper, inputs, result, tuple(inner)))
        return result

    return called


def copied(value: Any, known: dict[int, Any]) -> Any:
    """Return tables and arrays with columns of their own where a sweep may write; ``known`` keeps one copy of each."""
    if isinstance(value, np.ndarray):
        if not value.flags.writeable:
            return value
        if id(value) not in known:
            known[id(value)] = value.copy()
        return known[id(value)]
    if isinstance(value, tuple):
        parts = [copied(part, known) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value


def differing(mine: Any, theirs: Any, rows: dict[int, slice], path: str = "") -> list[str]:
    """Return the columns in which two sets of tables differ at some rows; ``rows`` by the length of a column."""
    if isinstance(mine, np.ndarray):
        where = rows.get(len(mine)) if mine.ndim else None
        if where is None or mine is theirs:
            return []
        if np.array_equal(mine[where], theirs[where], equal_nan=mine.dtype.kind == "f"):
            return []
        return [f"{path} is {theirs[where].tolist()}, but the rules asked again give {mine[where].tolist()}"]
    if isinstance(mine, tuple):
        names: Sequence[Any] = getattr(mine, "_fields", range(len(mine)))
        pairs = zip(names, mine, theirs, strict=True)
        return [line for name, a, b in pairs for line in differing(a, b, rows, f"{name}")]
    return []


# Sweeps that make lists of persons, chunk by chunk, and change nobody.
LISTING = frozenset({"count_in_state", "list_candidates", "list_over"})


class Listener:
    """Runs the sweeps of a world and hears what its rules did for one household."""

    def __init__(self, world: Any, row: int, persons: slice) -> None:
        self.world, self.row = world, row
        self.rows = {world.rows: slice(row, row + 1), len(world.people.work.workers.work): persons}
        self.heard: dict[str, Heard] = {}
        self._names: tuple[int, dict[int, str]] = (-1, {})

    def __call__(self, sweep: Any, arguments: tuple[Any, ...], sums: tuple[Any, ...], rows: Any = None) -> None:
        """Run a sweep for all households, or for some, and once more for one, with every rule heard."""
        if sweep.__name__ in LISTING:
            sweep(0, self.world.rows, *arguments, *sums)
            return
        before = copied(arguments, {})
        everybody, mine = ((0, self.world.rows), (self.row, self.row + 1)) if rows is None else (
            (rows,), (rows[rows == self.row],)
        )
        sweep(*everybody, *arguments, *sums)
        heard = Heard(self.names())
        traced(sweep, heard)(*mine, *before, *[np.zeros_like(one) for one in sums])
        found = differing(before, arguments, self.rows)
        if found:
            raise IdentityError(f"explain: after {sweep.__name__} of month {self.world.t}, {found[0]}")
        self.heard[sweep.__name__] = heard

    def names(self) -> dict[int, str]:
        """Return the decision behind each key of the month."""
        if self._names[0] != self.world.t:
            self._names = self.world.t, names_of_keys(self.world.seed, self.world.t)
        return self._names[1]

    def month(self) -> dict[str, Heard]:
        """Return what was heard since the last call, by sweep."""
        heard, self.heard = self.heard, {}
        return heard
