"""Separating: workers with disabilities leave or lose their jobs (model.md P5, E5)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.compiled import rule, sweep
from sim.engine.draws import hazard, uniform
from sim.engine.math import exp
from sim.state.counting import counted_total, person_severe, person_weight
from sim.state.labour_state import COUNTED, EMPLOYED, IDLE, NO_ORIGIN, POOL

OUTSIDE, NEEDED, ABOVE = range(3)  # where a worker stands in the employer's quota


class Separating(NamedTuple):
    """Parameters of leaving a job; log hazard unless said otherwise."""

    rate: float  # sep_pwd, yearly hazard
    accommodation: float  # sep_acc
    coaching: float  # sep_coach
    subsidy_end: float  # sep_subend, in the three months after a wage subsidy ends
    quota: float  # sep_quota, while the worker counts toward a quota that is not exceeded
    above_quota: float  # sep_over


@rule
def separation_probability(accommodated, coached, subsidy_ended, place, separating):  # type: ignore[no-untyped-def]
    """Return the monthly probability of leaving a job (P5); ``place`` is OUTSIDE, NEEDED or ABOVE the quota (E5).

    >>> class P: rate, accommodation, coaching, subsidy_end, quota, above_quota = 0.12, -0.3, -0.3, 0.4, -0.2, 0.1
    >>> round(separation_probability(0, 0, 0, 0, P), 6)
    0.00995
    >>> separation_probability(1, 0, 0, 1, P) < separation_probability(0, 0, 0, 2, P)
    True
    """
    shift = separating.accommodation * accommodated + separating.coaching * coached
    shift += separating.subsidy_end * subsidy_ended
    if place == NEEDED:
        shift += separating.quota
    elif place == ABOVE:
        shift += separating.above_quota
    return hazard(separating.rate * exp(shift))


@rule
def place_in_quota(owed, counted):  # type: ignore[no-untyped-def]
    """Return where a worker stands: OUTSIDE a duty, NEEDED while it is not exceeded, else ABOVE (E5).

    >>> place_in_quota(0.0, 1.0), place_in_quota(2.0, 2.0), place_in_quota(2.0, 3.0)
    (0, 1, 2)
    """
    if owed <= 0.0:
        return OUTSIDE
    return NEEDED if counted <= owed else ABOVE


@rule
def vacate(i, t, persons, state, employers, weight, severe):  # type: ignore[no-untyped-def]
    """Take a person out of the job; ``weight`` and ``severe`` are what the person counted there."""
    j = np.int64(state.employer[i])
    if j >= 0:
        employers.workers[j] -= 1
        if state.additional[i] == 1:
            employers.additional[j] -= 1
        if state.state[i] == COUNTED:
            employers.counted[j] -= weight
            employers.severe[j] -= severe
    if state.subsidy_until[i] > t:
        state.subsidy_until[i] = t
    state.state[i] = IDLE
    state.employer[i] = POOL
    state.origin[i] = NO_ORIGIN
    state.additional[i] = 0
    state.half_time[i] = 0
    state.accommodated[i] = 0


@sweep
def separation_chances(separating, out):  # type: ignore[no-untyped-def]
    """Write the monthly separation probability by accommodation, coaching, end of subsidy and place in the quota."""
    for accommodated in range(2):
        for coached in range(2):
            for ended in range(2):
                for place in range(3):
                    out[accommodated, coached, ended, place] = separation_probability(
                        accommodated, coached, ended, place, separating
                    )


@sweep
def separate(first, last, active, persons, state, employers, law, t, chances, pay_share, key, leavers):  # type: ignore[no-untyped-def]
    """Let workers leave; ``chances[accommodated, coached, subsidy ended, place]`` are monthly probabilities.

    ``pay_share`` is the full-time pay over the average wage by employer row; ``leavers[oblast]`` counts.
    """
    for a in range(first, last):
        i = active[a]
        now = np.int64(state.state[i])
        if now != EMPLOYED and now != COUNTED:
            continue
        j = np.int64(state.employer[i])
        place = OUTSIDE
        if now == COUNTED:
            place = place_in_quota(employers.owed[j], counted_total(employers, law, j))
        coached = 1 if state.coached_until[i] > t else 0
        since_subsidy = t - np.int64(state.subsidy_until[i])
        ended = 1 if since_subsidy >= 0 and since_subsidy < 3 else 0
        if uniform(key, persons.identifier[i]) < chances[state.accommodated[i], coached, ended, place]:
            weight, severe = 0.0, 0
            if now == COUNTED:
                weight = person_weight(law, persons, state, i, pay_share[j])
                severe = person_severe(law, persons, i)
            vacate(i, t, persons, state, employers, weight, severe)
            leavers[persons.oblast[i]] += 1
