"""Starting: the first state of everybody, drawn from the stationary shares of her type (people.md W1)."""

from __future__ import annotations

import math

import numpy as np

from sim.agents.persons.changing import Month, begin_work, drawn_kind
from sim.agents.persons.kinds import FIRST_AGE, LAST, age_group, follows_labour
from sim.agents.persons.moving import Chain
from sim.agents.persons.workers import Workers, quit_work
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import Decision, key, uniform  # noqa: F401  the example draws
from sim.engine.math import log
from sim.state.persons import Work

LONGEST = 480  # months that a state may have lasted at the start


@rule
def lasted(exit_chance: float, luck: float) -> int:
    """Return how many months a state has lasted that is left with a monthly chance: geometric, at most 40 years.

    >>> int(lasted(0.5, 0.3)), int(lasted(0.5, 0.9)), int(lasted(0.0, 0.5))
    (1, 0, 480)
    >>> int(lasted(1e-20, 0.5)), int(lasted(1.0, 0.5))
    (480, 0)
    """
    if 1.0 - exit_chance >= 1.0:
        return LONGEST
    if exit_chance >= 1.0:
        return 0
    return min(math.floor(log(luck) / log(1.0 - exit_chance)), LONGEST)


@sweep
def start(first: int, last: int, w: Workers, abroad: Array, chain: Chain, luck: Array, month: Month) -> None:
    """Give the persons of households ``first`` to ``last`` their first state (W1).

    Who is drawn to a job at an employer of five staff and more gets its industry afterwards, when jobs are filled.
    Persons on the register stay at home until the labour block moves them.
    """
    for h in range(first, last):
        oblast = np.int64(w.oblast[h])
        begin = np.int64(w.first_person[h])
        for i in range(begin, begin + np.int64(w.members[h])):
            age = month.age_at - np.int64(w.birth[i])
            if age < 1:
                quit_work(i, w, Work.ABSENT, month.t)
            elif abroad[i] == 1:
                quit_work(i, w, Work.ABROAD, month.t)
            elif age < FIRST_AGE:
                quit_work(i, w, Work.CHILD, month.t)
            elif follows_labour(w.register[i], w.certified_from[i], month.t):
                quit_work(i, w, Work.HOME, month.t)
            elif month.age_at < w.leaving[i]:
                quit_work(i, w, Work.STUDENT, month.t)
            else:
                number = np.int64(w.base[i]) + age_group(age)
                kind = drawn_kind(chain.shares[number], luck[i])
                begin_work(i, kind, oblast, w, chain, month)
                months = lasted(chain.chances[number, kind, LAST], uniform(month.birthday, w.identifier[i]))
                w.since[i] = month.t - months


@sweep
def draw_luck(identifier: Array, draws: np.uint64, out: Array) -> None:
    """Set everybody's luck."""
    for i in range(len(out)):
        out[i] = uniform(draws, identifier[i])


def even_luck(identifier: Array, group: Array, weight: Array, draws: np.uint64) -> Array:
    """Return luck that is spread evenly over the persons of each group, in the order of their drawn luck.

    A sample then starts with nearly the expected number of persons in each state.

    >>> luck = even_luck(np.arange(4), np.array([0, 0, 0, 1]), np.ones(4), key(1, Decision.WORK_START))
    >>> sorted(luck.round(3).tolist())
    [0.167, 0.5, 0.5, 0.833]
    """
    luck = np.empty(len(identifier))
    draw_luck(identifier, draws, luck)
    order = np.lexsort((identifier, luck, group))
    reached = np.cumsum(weight[order])
    totals = np.bincount(group, weight)
    before = (np.cumsum(totals) - totals)[group[order]]
    luck[order] = (reached - 0.5 * weight[order] - before) / totals[group[order]]
    return luck
