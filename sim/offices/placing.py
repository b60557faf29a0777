"""Placing: what the employment service does for persons with disabilities (model.md S1, S2, S3)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.engine.math import exp
from sim.state.labour_state import REGISTERED


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
def accommodation_need(u_zero, score, group, placing):  # type: ignore[no-untyped-def]
    """Return the cost of fitting a workplace, som of 2023 (S3); doubled for group I.

    >>> class P: no_cost_share, accommodation_cost = 0.5, 40000.0
    >>> accommodation_need(0.3, 0.0, 3, P), accommodation_need(0.7, 0.0, 1, P)
    (0.0, 80000.0)
    """
    if u_zero < placing.no_cost_share:
        return 0.0
    return placing.accommodation_cost * exp(0.9 * score) * (2.0 if group == 1 else 1.0)


@rule
def coaching_score(severe, waiting):  # type: ignore[no-untyped-def]
    """Return the priority of a willing seeker for a coach (S2): severe group first, then months on the register.

    >>> coaching_score(1, 0), coaching_score(0, 6)
    (1.0, 0.5)
    """
    return severe + waiting / 12.0


@sweep(allocates=True)
def coach(first, last, persons, state, t, free, seekers, ends, key, started):  # type: ignore[no-untyped-def]
    """Give free coaching places of each oblast to searchers by score; ties go to the smaller draw."""
    for oblast in range(first, last):
        begin = ends[oblast - 1] if oblast > 0 else 0
        count = 0
        if free[oblast] > 0 and ends[oblast] > begin:
            rows = np.empty(ends[oblast] - begin, np.int64)
            rank = np.empty(ends[oblast] - begin, np.float64)
            for k in range(begin, ends[oblast]):
                i = seekers[k]
                if state.coached_until[i] > t:
                    continue
                waiting = t - np.int64(state.registered_at[i]) if state.state[i] == REGISTERED else 0
                severe = 1 if persons.group[i] <= 2 else 0
                rows[count] = i
                rank[count] = uniform(key, persons.identifier[i]) - 2.0 * coaching_score(severe, waiting) * 12.0
                count += 1
            order = np.argsort(rank[:count], kind="mergesort")
            for m in range(min(count, free[oblast])):
                state.coached_until[rows[order[m]]] = t + 12
                started[oblast] += 1


@sweep
def coached_now(first, last, persons, state, t, clients):  # type: ignore[no-untyped-def]
    """Count the clients of coaches by oblast."""
    for i in range(first, last):
        if state.coached_until[i] > t:
            clients[persons.oblast[i]] += 1
