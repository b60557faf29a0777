"""Helping: sheltered places, and the use of assistance and remote work (model.md P1, T1)."""

from __future__ import annotations

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import sweep
from sim.engine.draws import uniform
from sim.offices.placing import Queue, part_of, rank_of
from sim.state.labour_state import POOL, Labour
from sim.state.labour_views import Register
from sim.state.support import Support, has_assistant, has_remote_place


@sweep(allocates=True)
def shelter(first: int, last: int, register: Register, queue: Queue, started: Array) -> None:
    """Give free sheltered places of each oblast to who searched in vain: severe groups first, then months waited."""
    state = register.now
    for oblast in range(first, last):
        begin, end = part_of(oblast, queue)
        if queue.free[oblast] <= 0 or end == begin:
            continue
        rows, rank, count = np.empty(end - begin, np.int64), np.empty(end - begin, np.float64), 0
        for k in range(begin, end):
            now = state.state[queue.seekers[k]]
            if now == Labour.SEEKING or now == Labour.REGISTERED:
                rows[count] = queue.seekers[k]
                rank[count] = rank_of(rows[count], register, queue)
                count += 1
        order = np.argsort(rank[:count], kind="mergesort")
        for m in range(min(count, queue.free[oblast])):
            i = rows[order[m]]
            state.state[i] = Labour.SHELTERED
            state.employer[i] = POOL
            state.since[i] = queue.t
            started[oblast] += 1


@sweep
def leave_workshops(
    first: int, last: int, active: Array, register: Register, t: int, chance: float, key: np.uint64, stayed: Array
) -> None:
    """Let sheltered workers leave with a monthly probability; ``stayed[oblast]`` counts who is still there."""
    persons, state = register.who, register.now
    for a in range(first, last):
        i = active[a]
        if state.state[i] != Labour.SHELTERED:
            continue
        if state.since[i] < t and uniform(key, persons.identifier[i]) < chance:
            state.state[i] = Labour.IDLE
        else:
            stayed[persons.oblast[i]] += 1


@sweep
def count_helped(
    first: int, last: int, active: Array, register: Register, support: Support, working: Array, used: Array
) -> None:
    """Count who has an assistant, and who a remote place, among those whose state is in ``working``, by oblast."""
    persons, state = register.who, register.now
    for a in range(first, last):
        i = active[a]
        if working[state.state[i]] == 1:
            oblast, who = persons.oblast[i], persons.identifier[i]
            used[oblast, 0] += has_assistant(support, oblast, np.int64(persons.group[i]), who)
            used[oblast, 1] += has_remote_place(support, oblast, who)
