"""Placing: what the employment service does for persons with disabilities (model.md S1, S2, S3)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.engine.math import exp
from sim.state.labour_state import Labour
from sim.state.labour_views import Register


class Placing(NamedTuple):
    """Parameters of the services."""

    officer_rate: float  # placements that one officer can handle in a year
    officer_pay: float  # som of 2023 a month, with contributions
    coach_rate: float  # clients of one coach in a year
    coach_cost: float  # som of 2023 per client and year
    no_cost_share: float  # acc_zero, placements that need no accommodation spending
    accommodation_cost: float  # acc_cost, som of 2023 if positive
    insider_share: float  # sub_insider, of wage subsidies that goes to workers already employed


@rule
def accommodation_need(u_zero: float, score: float, group: int, placing: Placing) -> float:
    """Return the cost of fitting a workplace, som of 2023 (S3); doubled for group I.

    >>> class P: no_cost_share, accommodation_cost = 0.5, 40000.0
    >>> accommodation_need(0.3, 0.0, 3, P), accommodation_need(0.7, 0.0, 1, P)
    (0.0, 80000.0)
    """
    if u_zero < placing.no_cost_share:
        return 0.0
    return placing.accommodation_cost * exp(0.9 * score) * (2.0 if group == 1 else 1.0)


@rule
def coaching_score(severe: int, waiting: float) -> float:
    """Return the priority of a willing seeker for a coach (S2): severe group first, then months on the register.

    >>> coaching_score(1, 0), coaching_score(0, 6)
    (1.0, 0.5)
    """
    return severe + waiting / 12.0


class Queue(NamedTuple):
    """Searchers of the month, in row order, and places that are given to them by score."""

    t: int
    seekers: Array  # rows of persons, oblast by oblast
    ends: Array  # (oblasts,) end of the oblast's part
    free: Array  # (oblasts,) free places
    key: np.uint64  # decides between equal scores


@rule
def rank_of(i: int, register: Register, queue: Queue) -> float:
    """Return the rank of searcher ``i``; the smallest comes first: by score, and by lot between equal scores (S2)."""
    persons, state = register.who, register.now
    waiting = queue.t - np.int64(state.registered_at[i]) if state.state[i] == Labour.REGISTERED else 0
    score = coaching_score(1 if persons.group[i] <= 2 else 0, waiting)
    return uniform(queue.key, persons.identifier[i]) - 2.0 * score * 12.0


@rule
def part_of(oblast: int, queue: Queue) -> tuple[int, int]:
    """Return where an oblast's part of the searchers begins and ends.

    >>> queue = Queue(0, np.zeros(5), np.array([3, 5]), np.zeros(2), np.uint64(1))
    >>> [int(n) for n in part_of(0, queue)], [int(n) for n in part_of(1, queue)]
    ([0, 3], [3, 5])
    """
    return queue.ends[oblast - 1] if oblast > 0 else 0, queue.ends[oblast]


@sweep(allocates=True)
def coach(first: int, last: int, register: Register, queue: Queue, started: Array) -> None:
    """Give free coaching places of each oblast to searchers by score; ties go to the smaller draw."""
    state = register.now
    for oblast in range(first, last):
        begin, end = part_of(oblast, queue)
        if queue.free[oblast] <= 0 or end == begin:
            continue
        rows, rank, count = np.empty(end - begin, np.int64), np.empty(end - begin, np.float64), 0
        for k in range(begin, end):
            if state.coached_until[queue.seekers[k]] <= queue.t:
                rows[count] = queue.seekers[k]
                rank[count] = rank_of(rows[count], register, queue)
                count += 1
        order = np.argsort(rank[:count], kind="mergesort")
        for m in range(min(count, queue.free[oblast])):
            state.coached_until[rows[order[m]]] = queue.t + 12
            started[oblast] += 1


@sweep
def coached_now(first: int, last: int, register: Register, t: int, clients: Array) -> None:
    """Count the clients of coaches by oblast."""
    for i in range(first, last):
        if register.now.coached_until[i] > t:
            clients[register.who.oblast[i]] += 1
