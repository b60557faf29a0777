"""Hiring: the month's race for jobs at employers of five staff and more, and those who lose theirs (D4, W5)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.persons.kinds import age_group, follows_labour
from sim.agents.persons.workers import Workers, first_of
from sim.engine.columns import Array, ordered
from sim.engine.compiled import sweep
from sim.engine.draws import Decision, key, uniform
from sim.markets.jobs import Books, Bounds, Moves, Seekers, arrival, cut, fill
from sim.state.persons import NO_EMPLOYER, NO_INDUSTRY, Work

Clock = tuple[int, int, np.uint64]  # the month, that at which ages are taken, the key of the draws
SAME = 1.0  # rate of the race among persons of small firms, who come in where seekers do not suffice


@sweep
def list_candidates(
    first: int, last: int, w: Workers, work: int, race: Array, clock: Clock, rows: Array, at: Array
) -> int:
    """List the persons in a state of work who may take a job, with their arrival in the race; return how many (D4).

    ``race`` (types,) are rates, empty for equal ones; ``rows`` receives (person, household).
    """
    t, age_at, draws = clock
    found = 0
    for i in range(first_of(w, first), first_of(w, last)):
        if w.work[i] != work:
            continue
        if follows_labour(w.register[i], w.certified_from[i], t):
            continue
        rate = race[np.int64(w.base[i]) + age_group(age_at - np.int64(w.birth[i]))] if len(race) > 0 else SAME
        rows[found, 0], rows[found, 1] = i, w.household[i]
        at[found] = arrival(uniform(draws, w.identifier[i]), rate)
        found += 1
    return found


def in_order(rows: Array, at: Array, w: Workers, missing: Array, bounds: Bounds) -> Seekers:
    """Return the first candidates of every oblast in the order of their arrival, as many as may be needed."""
    person, home = rows[:, 0], rows[:, 1]
    oblast = w.oblast[home].astype(np.int64)
    weight = w.weight[home]
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
    room = int(np.count_nonzero(w.work == work))
    rows, at = np.zeros((room, 2), np.int64), np.empty(room)
    clock = race.t, race.age_at, key(race.seed, Decision.JOB_RACE, race.t, work)
    found = list_candidates(0, len(w.oblast), w, work, rates, clock, rows, at)
    seekers = in_order(rows[:found], at[:found], w, missing, books.bounds)
    out = np.zeros((len(seekers.rows), 2), np.int64)
    draws = key(race.seed, Decision.JOB_CELL, race.t, work)
    hired = out[: fill(seekers, missing, race.affinity, books.bounds, draws, out)]
    give_jobs(w, hired, race.t)
    return hired


@sweep
def list_over(
    first: int, last: int, w: Workers, over: Array, clock: Clock, rows: Array, luck: Array
) -> int:
    """List the holders of jobs in cells that have too many of them, with their luck; return how many (D4).

    ``rows`` receives (person, household, cell laid out flat).
    """
    t, _, draws = clock
    found = 0
    for i in range(first_of(w, first), first_of(w, last)):
        if w.work[i] != Work.EMPLOYEE:
            continue
        h, industry = w.household[i], np.int64(w.industry[i])
        oblast = np.int64(w.oblast[h])
        if over[oblast, industry] == 0 or follows_labour(w.register[i], w.certified_from[i], t):
            continue
        rows[found, 0], rows[found, 1], rows[found, 2] = i, h, oblast * over.shape[1] + industry
        luck[found] = uniform(draws, w.identifier[i])
        found += 1
    return found


def let_go(w: Workers, books: Books, missing: Array, race: Race) -> Array:
    """Let persons go in cells that have too many, in a drawn order; return their rows."""
    books.cut[:] = 0
    over = (missing <= books.bounds.offset - books.bounds.largest).astype(np.uint8)
    if not over.any():
        return np.zeros(0, np.int64)
    room = int(np.count_nonzero(w.work == Work.EMPLOYEE))
    rows, luck = np.zeros((room, 3), np.int64), np.empty(room)
    clock = race.t, race.age_at, key(race.seed, Decision.JOB_CUT, race.t)
    found = list_over(0, len(w.oblast), w, over, clock, rows, luck)
    order = ordered(luck[:found], w.identifier[rows[:found, 0]])
    person, homes, cells = rows[order].T
    out = np.zeros(found, np.int64)
    person, cells = np.ascontiguousarray(person), np.ascontiguousarray(cells)
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
