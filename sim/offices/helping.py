"""Helping: sheltered places, and the use of assistance and remote work (model.md P1, T1)."""

from __future__ import annotations

import numpy as np

from sim.engine.compiled import sweep
from sim.engine.draws import uniform
from sim.offices.placing import coaching_score
from sim.state.labour_state import IDLE, POOL, REGISTERED, SEEKING, SHELTERED
from sim.state.support import has_assistant, has_remote_place


@sweep(allocates=True)
def shelter(first, last, persons, state, t, free, seekers, ends, key, started):  # type: ignore[no-untyped-def]
    """Give free sheltered places of each oblast to who searched in vain: severe groups first, then months waited."""
    for oblast in range(first, last):
        begin = ends[oblast - 1] if oblast > 0 else 0
        if free[oblast] <= 0 or ends[oblast] == begin:
            continue
        rows = np.empty(ends[oblast] - begin, np.int64)
        rank = np.empty(ends[oblast] - begin, np.float64)
        count = 0
        for k in range(begin, ends[oblast]):
            i = seekers[k]
            if state.state[i] != SEEKING and state.state[i] != REGISTERED:
                continue
            waiting = t - np.int64(state.registered_at[i]) if state.state[i] == REGISTERED else 0
            rows[count] = i
            score = coaching_score(1 if persons.group[i] <= 2 else 0, waiting)
            rank[count] = uniform(key, persons.identifier[i]) - 2.0 * score * 12.0
            count += 1
        order = np.argsort(rank[:count], kind="mergesort")
        for m in range(min(count, free[oblast])):
            i = rows[order[m]]
            state.state[i] = SHELTERED
            state.employer[i] = POOL
            state.since[i] = t
            started[oblast] += 1


@sweep
def leave_workshops(first, last, active, persons, state, t, chance, key, stayed):  # type: ignore[no-untyped-def]
    """Let sheltered workers leave with a monthly probability; ``stayed[oblast]`` counts who is still there."""
    for a in range(first, last):
        i = active[a]
        if state.state[i] != SHELTERED:
            continue
        if state.since[i] < t and uniform(key, persons.identifier[i]) < chance:
            state.state[i] = IDLE
        else:
            stayed[persons.oblast[i]] += 1


@sweep
def count_helped(first, last, active, persons, state, support, working, used):  # type: ignore[no-untyped-def]
    """Count who has an assistant, and who a remote place, among those whose state is in ``working``, by oblast."""
    for a in range(first, last):
        i = active[a]
        if working[state.state[i]] == 1:
            oblast, who = persons.oblast[i], persons.identifier[i]
            used[oblast, 0] += has_assistant(support, oblast, np.int64(persons.group[i]), who)
            used[oblast, 1] += has_remote_place(support, oblast, who)
