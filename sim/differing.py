"""Differing: live a design by its difference to the world without contracts, markets frozen (R1p; test V4).

With frozen markets a family lives the same life under a design as without it, to the bit, until it applies for a
contract. So only families that hold a contract at the start or apply are lived again, once with the design and once
without. Of all others the world without contracts has left one byte a month (:mod:`sim.tracing`): enough to let them
hear of the programme, think about it and apply. Whoever applies is lived again from the last station on, in a
world of its own, and joins. The sums of a month are those of the world without contracts, less its families lived
again, plus the same families under the design: whole numbers, so nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.agents.noting import recall
from sim.engine.columns import Array, copied, locked, taken
from sim.engine.compiled import hold
from sim.programme import consider_and_apply
from sim.recording import keep_records
from sim.schedule import SCHEDULE, Step, advance, feel_markets, learn_of_programme, move_markets, run_labour
from sim.state.households import UNPAID, Endowments, Households, HouseholdState
from sim.world import Design, Incomes, Office, Records, Terms, World, pool

WORTH_ROWS = 40_000  # below, the steps of three worlds cost more than they save
LARGEST_SHARE = 0.4  # of all rows; where more differ a whole run is cheaper
FIRST_ROOM = 1024  # rows


def _place(run: Any) -> int:
    return next(k for k, step in enumerate(SCHEDULE) if step.run is run)


TO_APPLY = SCHEDULE[: _place(consider_and_apply) + 1]
TO_MARKETS = SCHEDULE[len(TO_APPLY) : _place(move_markets)]
TO_ACCOUNTS = SCHEDULE[_place(move_markets) : _place(keep_records)]
ACCOUNTS = SCHEDULE[_place(keep_records) :]


class Table:
    """Columns that rows can be added to; ``now`` is the table of the rows that are there."""

    def __init__(self, first: Any, fixed: bool = False) -> None:
        self.kind, self.fixed, self.rows, self.now = type(first), fixed, 0, first
        self.room = [np.empty(max(2 * len(first[0]), FIRST_ROOM), column.dtype) for column in first]
        self.add(first)

    def add(self, more: Any) -> None:
        """Add rows at the end; tables taken before stay as they are, except that their columns go on living."""
        rows = self.rows + len(more[0])
        if rows > len(self.room[0]):
            wider = [np.empty(2 * rows, column.dtype) for column in self.room]
            for old, new in zip(self.room, wider, strict=True):
                new[: self.rows] = old[: self.rows]
            self.room = wider
        for column, part in zip(self.room, more, strict=True):
            column[self.rows : rows] = part
        self.rows = rows
        self.now = self.kind(*[column[:rows] for column in self.room])
        if self.fixed:
            self.now = locked(self.now)


@dataclass
class Again:
    """The families that are lived again, under one design."""

    world: World
    state: Table

    @classmethod
    def of(cls, before: World, households: Table, endowments: Table, state: HouseholdState, **changes: Any) -> Again:
        """Return the families of ``state`` in a world forked from ``before``."""
        own = Table(state)
        kept = households.now, endowments.now, own.now
        return cls(part(before, *kept, gathering=True, threads=1, **changes), own)

    def join(self, households: Table, endowments: Table, state: HouseholdState) -> None:
        """Add families, which have been added to the other tables already."""
        self.state.add(state)
        world = self.world
        world.households, world.endowments, world.state = households.now, endowments.now, self.state.now
        world.incomes = Incomes(0)
        hold(world, world.households, world.endowments, world.state)

    def run(self, terms: Terms, steps: tuple[Step, ...]) -> None:
        """Take some steps of a month."""
        for step in steps:
            if step.run is not run_labour:  # nobody of the labour block is in this world
                step.run(self.world, terms)
        self.world.settle()


def both(mine: tuple[Again, Terms], theirs: tuple[Again, Terms], steps: tuple[Step, ...], threads: int) -> None:
    """Let families take the same steps with a design and without it, side by side with more than one thread."""
    if threads == 1:
        theirs[0].run(theirs[1], steps)
        mine[0].run(mine[1], steps)
        return
    beside = pool(threads).submit(theirs[0].run, theirs[1], steps)
    mine[0].run(mine[1], steps)
    beside.result()


def part(world: World, households: Households, endowments: Endowments, state: HouseholdState, **changes: Any) -> World:
    """Return a fork of a world with some of its families and nobody of the labour block."""
    return world.fork(
        households=households, endowments=endowments, state=state, incomes=Incomes(0), labour=world.labour, **changes
    )


def touched(state: HouseholdState) -> Array:
    """Return the rows that a contract or an application has touched."""
    marks = (state.contract != 0) | (state.paid_at != UNPAID) | (state.barred != 0) | (state.trained != 0)
    return np.flatnonzero(marks | (state.loan > 0.0))


def differing(before: World, base: World, rules: Design, last: int, known: Records) -> World | None:
    """Return the world of a design with markets frozen as in ``base``, through month ``last``.

    Equal in every bit to ``advance(before.fork(design=rules, frozen=base.path, labour_of=known), last)`` for a design
    that differs from ``base`` in nothing but its contracts. ``None`` if too many families differ.
    """
    trace = base.trace
    assert trace is not None, "the world without contracts has left no trace"
    h, e = before.households, before.endowments
    rows = touched(before.state)
    tables = Table(taken(h, rows), fixed=True), Table(taken(e, rows))
    first = taken(before.state, rows)
    mine = Again.of(before, *tables, first, design=rules, frozen=base.path, labour_of=known)
    theirs = Again.of(before, *tables, first, design=base.design, frozen=base.path, labour_of=Records())
    others = thinking(before, rules, base)
    outside = np.ones(len(h.identifier), dtype=np.uint8)
    outside[rows] = 0
    for t in range(before.t, last + 1):
        terms, closed = rules.terms(t, before.behaviour), base.design.terms(t, before.behaviour)
        think(others, terms, mine.world.office, trace.marks[t], outside)
        both((mine, terms), (theirs, closed), TO_APPLY, before.threads)
        mine.world.office.informed = mine.world.office.informed + others.office.informed
        new = np.flatnonzero(others.state.trained != 0)
        if len(new):
            lived = catch_up(before, base, new, t)
            for table, source in zip(tables, (h, e), strict=True):
                table.add(taken(source, new))
            theirs.join(*tables, lived)
            mine.join(*tables, applied(lived, others.state, new))
            outside[new] = 0
            others.state.trained[new] = 0
            rows = np.concatenate([rows, new])
            if len(rows) > LARGEST_SHARE * len(outside):
                return None
        both((mine, terms), (theirs, closed), TO_MARKETS, before.threads)
        for name in ("paid", "receiving", "spent", "businesses", "places"):
            complete(mine.world, theirs.world, trace.tallies[t], name)
        both((mine, terms), (theirs, closed), TO_ACCOUNTS, before.threads)
        complete(mine.world, theirs.world, trace.tallies[t], "visits")
        mine.run(terms, ACCOUNTS)
        mine.world.t = theirs.world.t = others.t = t + 1
    return together(before, base, mine.world, theirs.world, others, rows)


def thinking(before: World, rules: Design, base: World) -> World:
    """Return the world of those who live as in ``base`` and may yet apply; what they know and think is theirs."""
    own = {"employed", "benefit", "income", "aware", "contract", "barred", "trained", "expected_gain", "best_sector"}
    columns = zip(before.state._fields, before.state, strict=True)
    state = HouseholdState(*[column.copy() if name in own else column for name, column in columns])
    state.trained[:] = 0
    return before.fork(
        design=rules, frozen=base.path, labour_of=Records(), state=state, labour=before.labour, gathering=True
    )


def think(others: World, terms: Terms, office: Office, marks: Array, outside: Array) -> None:
    """Let those who have not applied yet hear of the programme, think about it and apply."""
    others.office = office.fork()
    feel_markets(others, terms)
    others.sweep(recall, marks, outside, others.state)
    learn_of_programme(others, terms)
    consider_and_apply(others, terms)
    others.settle()


def catch_up(before: World, base: World, rows: Array, t: int) -> HouseholdState:
    """Return how ``rows`` stand in ``base`` in month ``t``, at the moment when families apply."""
    assert base.trace is not None
    at = max(month for month in base.trace.stations if month <= t)
    station = base.trace.stations[at]
    world = part(
        before, locked(taken(before.households, rows)), taken(before.endowments, rows), taken(station.state, rows),
        design=base.design, frozen=base.path, labour_of=Records(),
    )  # fmt: skip
    world.t, world.threshold = at, station.threshold
    world.first_threshold, world.first_prices = station.first_threshold, station.first_prices
    advance(world, t - 1)
    terms = base.design.terms(t, before.behaviour)
    for step in TO_APPLY:
        step.run(world, terms)
    return world.state


def applied(lived: HouseholdState, thought: HouseholdState, rows: Array) -> HouseholdState:
    """Return families as they stood, with what they came to know, think and do when they applied."""
    found = copied(lived)
    for name in ("aware", "contract", "barred", "trained", "expected_gain"):
        getattr(found, name)[:] = getattr(thought, name)[rows]
    return found


def complete(mine: World, theirs: World, whole: Any, name: str) -> None:
    """Make a sum over the families lived again under a design the sum over all families."""
    rest = getattr(whole, name) - getattr(theirs.tally, name)
    setattr(mine.tally, name, rest + getattr(mine.tally, name))


def together(before: World, base: World, mine: World, theirs: World, others: World, rows: Array) -> World:
    """Return the whole world: the families lived again under the design, all others as in ``base``."""

    def column(name: str) -> Array:
        source = others.state if name in ("aware", "expected_gain") else base.state
        found: Array = getattr(source, name).copy()
        found[rows] = getattr(mine.state, name)
        return found

    state = HouseholdState(*pool(before.threads).map(column, HouseholdState._fields))
    office = mine.office
    office.poor = base.office.poor - theirs.office.poor + office.poor
    office.families = base.office.families - theirs.office.families + office.families
    tally = replace(mine.tally, households=base.tally.households - theirs.tally.households + mine.tally.households)
    return replace(
        mine, households=before.households, endowments=before.endowments, state=state, office=office, tally=tally,
        incomes=before.incomes, threads=before.threads, labour=before.labour.copy(), gathering=False, waiting=[],
    )  # fmt: skip
