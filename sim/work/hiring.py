"""Hiring: the month's race for jobs at employers of five staff and more, and those who lose theirs (D4, W5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.agents.persons.kinds import age_group, follows_labour
from sim.agents.persons.workers import Workers, first_of
from sim.engine.columns import BLOCK, Array, ordered, row
from sim.engine.compiled import rule, sweep
from sim.engine.draws import Decision, key, uniform
from sim.markets.jobs import Books, Bounds, Moves, Seekers, arrival, cut, fill
from sim.state.persons import NO_EMPLOYER, NO_INDUSTRY, Work

Clock = tuple[int, int, np.uint64]  # the month, that at which ages are taken, the key of the draws
SLOTS = 4_096  # far more than chunks of households
SAME = 1.0  # rate of the race among persons of small firms, who come in where seekers do not suffice


class Listed(NamedTuple):
    """Persons found by a sweep; each chunk of households has a place of its own in the first three columns."""

    person: Array  # row
    place: Array  # what belongs to the person: an oblast, or a cell laid out flat
    luck: Array  # arrival in a race, or a draw
    start: Array  # (slots,) where a chunk begins to write
    found: Array  # (slots,) how many it found


@rule
def slot(first: int, households: int, slots: int) -> int:
    """Return the slot of a chunk of households, given its first: chunks that do not overlap have slots of their own.

    >>> slot(0, 1_600_000, 1024), slot(800_000, 1_600_000, 1024), slot(7, 10, 10)
    (0, 512, 7)
    """
    return first * slots // households


@sweep
def count_in_state(first: int, last: int, w: Workers, work: int, counts: Array) -> None:
    """Set how many persons of households ``first`` to ``last`` are in a state of work, in their slot."""
    count = 0
    for i in range(row(first_of(w, first)), row(first_of(w, last))):
        count += int(w.work[i] == work)
    counts[slot(first, len(w.oblast), len(counts))] = count


def room_for(w: Workers, work: int, run: Callable[..., None]) -> Listed:
    """Return an empty list with room for all persons in a state of work."""
    counts = np.zeros(min(SLOTS, len(w.oblast)), np.int64)
    run(count_in_state, w, int(work), counts)  # an enumeration is looked up anew at each call
    ends = np.cumsum(counts)
    room = int(ends[-1])
    columns = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
    return Listed(*columns, start=ends - counts, found=np.zeros_like(counts))


def together(listed: Listed) -> tuple[Array, Array, Array]:
    """Return persons, places and luck of all chunks, in the order of rows."""
    person, place, luck, starts, found = listed
    spans = [slice(starts[chunk], starts[chunk] + found[chunk]) for chunk in np.flatnonzero(found)]
    if not spans:
        return person[:0], place[:0], luck[:0]
    person, place, luck = (np.concatenate([column[span] for span in spans]) for column in (person, place, luck))
    return person, place, luck


@rule
def list_in_state(begin: int, end: int, w: Workers, work: int, some: Array) -> int:
    """List the persons of rows ``begin`` to ``end`` in a state of work, without branches; return how many."""
    count = 0
    for i in range(row(begin), row(end)):
        some[count] = i
        count += int(w.work[i] == work)
    return count


@sweep(allocates=True)
def list_candidates(
    first: int, last: int, w: Workers, work: int, race: Array, clock: Clock, listed: Listed
) -> None:
    """List the persons in a state of work who may take a job, with their oblast and arrival in the race (D4).

    ``race`` (types,) are rates, empty for equal ones.
    """
    t, age_at, draws = clock
    some, end = np.empty(BLOCK, np.int64), first_of(w, last)
    chunk = slot(first, len(w.oblast), len(listed.found))
    found = listed.start[chunk]
    for begin in range(first_of(w, first), end, BLOCK):
        for k in range(list_in_state(begin, min(begin + BLOCK, end), w, work, some)):
            i = some[k]
            if follows_labour(w.register[i], w.certified_from[i], t):
                continue
            rate = race[np.int64(w.base[i]) + age_group(age_at - np.int64(w.birth[i]))] if len(race) > 0 else SAME
            listed.person[found], listed.place[found] = i, w.oblast[w.household[i]]
            listed.luck[found] = arrival(uniform(draws, w.identifier[i]), rate)
            found += 1
    listed.found[chunk] = found - listed.start[chunk]


def in_order(candidates: tuple[Array, Array, Array], w: Workers, missing: Array, bounds: Bounds) -> Seekers:
    """Return the first candidates of every oblast in the order of their arrival, as many as may be needed."""
    person, oblast, at = candidates
    weight = w.weight[w.household[person]]
    keep = []
    sorted_rows = np.argsort(oblast, kind="stable")  # households may stand in any order
    edges = np.searchsorted(oblast[sorted_rows], np.arange(len(missing) + 1))
    for r in range(len(missing)):
        here = sorted_rows[edges[r] : edges[r + 1]]
        short = missing[r][missing[r] > bounds.offset[r]].sum()
        if not len(here) or short <= 0:
            continue
        here = here[np.isfinite(at[here])]
        needed = int(short // max(int(weight[here].min(initial=1)), 1)) + missing.shape[1] + 1
        if needed < len(here):
            here = here[np.argpartition(at[here], needed)[: needed + 1]]
        keep.append(here[ordered(at[here], w.identifier[person[here]])])
    chosen = np.concatenate(keep) if keep else np.zeros(0, np.int64)
    rows_of = person[chosen]
    return Seekers(rows_of, oblast[chosen], w.woman[rows_of], weight[chosen], w.identifier[rows_of])


def give_jobs(w: Workers, hired: Array, t: int) -> None:
    """Put the hired (row, industry) into jobs at employers of five staff and more."""
    rows = hired[:, 0]
    w.work[rows], w.industry[rows], w.formal[rows] = Work.EMPLOYEE, hired[:, 1], 1
    w.employer[rows], w.since[rows] = NO_EMPLOYER, t
    w.pay[rows], w.own[rows], w.changed[w.household[rows]] = 0.0, 0.0, 1


def take_jobs(w: Workers, rows: Array, t: int) -> None:
    """Let persons seek who lose a job at an employer of five staff and more."""
    w.work[rows], w.industry[rows], w.formal[rows] = Work.SEEKING, NO_INDUSTRY, 0
    w.employer[rows], w.since[rows] = NO_EMPLOYER, t
    w.pay[rows], w.own[rows], w.changed[w.household[rows]] = 0.0, 0.0, 1


def by_cell(w: Workers, homes: Array, industries: Array, like: Array) -> Array:
    """Return the persons of rows in some households by oblast and industry."""
    out = np.zeros(like.shape, np.int64)
    np.add.at(out, (w.oblast[homes].astype(np.int64), industries.astype(np.int64)), w.weight[homes].astype(np.int64))
    return out


class Race(NamedTuple):
    """What the race for jobs needs to know in a month."""

    rates: Array  # (types,) of seekers
    affinity: Array  # (2, industries) of men and women
    seed: int
    t: int
    age_at: int  # month at which ages are taken
    run: Callable[..., None]  # runs a sweep over all households


def hire_and_cut(w: Workers, books: Books, missing: Array, race: Race) -> tuple[Array, Array]:
    """Bring the persons in jobs to the number of jobs (D4); return the hired (row, industry) and the rows let go.

    ``missing`` is jobs less persons, and is left as the new ledger.
    """
    gone = let_go(w, books, missing, race)
    hired = [np.zeros((0, 2), np.int64)]
    for work, rates in ((Work.SEEKING, race.rates), (Work.CELL_EMPLOYEE, race.rates[:0])):
        if (missing > books.bounds.offset).any():
            hired.append(hire(w, books, missing, race, (int(work), rates)))
    taken = np.concatenate(hired)
    books.hired[:] = by_cell(w, w.household[taken[:, 0]], taken[:, 1], missing)
    books.unfilled[:] = (missing > books.bounds.offset).any(axis=1)
    return taken, gone


def first_jobs(w: Workers, books: Books, missing: Array, race: Race) -> None:
    """Give persons drawn to a job at an employer of five staff and more a vacancy; where there is none, they seek."""
    hired = hire(w, books, missing, race, (int(Work.EMPLOYEE), race.rates[:0]))
    drawn = w.work == Work.EMPLOYEE
    drawn[hired[:, 0]] = False
    take_jobs(w, np.flatnonzero(drawn), race.t)


def hire(w: Workers, books: Books, missing: Array, race: Race, state: tuple[int, Array]) -> Array:
    """Fill vacancies with persons in a state of work, at their rates; return the hired (row, industry)."""
    work, rates = state
    clock = race.t, race.age_at, key(race.seed, Decision.JOB_RACE, race.t, work)
    listed = room_for(w, work, race.run)
    race.run(list_candidates, w, work, rates, clock, listed)
    seekers = in_order(together(listed), w, missing, books.bounds)
    out = np.zeros((len(seekers.rows), 2), np.int64)
    draws = key(race.seed, Decision.JOB_CELL, race.t, work)
    hired = out[: fill(seekers, missing, race.affinity, books.bounds, draws, out)]
    give_jobs(w, hired, race.t)
    return hired


@sweep(allocates=True)
def list_over(first: int, last: int, w: Workers, over: Array, clock: Clock, listed: Listed) -> None:
    """List the holders of jobs in cells that have too many of them, with their cell laid out flat and luck (D4)."""
    t, _, draws = clock
    some, end = np.empty(BLOCK, np.int64), first_of(w, last)
    chunk = slot(first, len(w.oblast), len(listed.found))
    found = listed.start[chunk]
    for begin in range(first_of(w, first), end, BLOCK):
        for k in range(list_in_state(begin, min(begin + BLOCK, end), w, Work.EMPLOYEE, some)):
            i = some[k]
            oblast, industry = np.int64(w.oblast[w.household[i]]), np.int64(w.industry[i])
            if over[oblast, industry] == 0 or follows_labour(w.register[i], w.certified_from[i], t):
                continue
            listed.person[found], listed.place[found] = i, oblast * over.shape[1] + industry
            listed.luck[found] = uniform(draws, w.identifier[i])
            found += 1
    listed.found[chunk] = found - listed.start[chunk]


def let_go(w: Workers, books: Books, missing: Array, race: Race) -> Array:
    """Let persons go in cells that have too many, in a drawn order; return their rows."""
    books.cut[:] = 0
    over = (missing <= books.bounds.offset - books.bounds.largest).astype(np.uint8)
    if not over.any():
        return np.zeros(0, np.int64)
    clock = race.t, race.age_at, key(race.seed, Decision.JOB_CUT, race.t)
    listed = room_for(w, Work.EMPLOYEE, race.run)
    race.run(list_over, w, over, clock, listed)
    person, cells, luck = together(listed)
    order = ordered(luck, w.identifier[person])
    person, cells = person[order], cells[order]
    homes, out = w.household[person], np.zeros(len(person), np.int64)
    gone = out[: cut(person, cells, w.weight[homes], missing, books.bounds, out)]
    books.cut[:] = by_cell(w, w.household[gone], w.industry[gone], missing)
    take_jobs(w, gone, race.t)
    return gone


def repeat(w: Workers, books: Books, missing: Array, race: Race, done: Moves) -> None:
    """Do what the books of another world did this month, and nothing else: nobody refills a job (D5).

    Who was hired there takes the job here if she still seeks; who was let go there loses it here if she still has it.
    """
    gone = done.cut[w.work[done.cut] == Work.EMPLOYEE]
    books.cut[:] = by_cell(w, w.household[gone], w.industry[gone], missing)
    take_jobs(w, gone, race.t)
    taken = done.hired[np.isin(w.work[done.hired[:, 0]], (Work.SEEKING, Work.CELL_EMPLOYEE))]
    books.hired[:] = by_cell(w, w.household[taken[:, 0]], taken[:, 1], missing)
    give_jobs(w, taken, race.t)
    missing += books.cut - books.hired
