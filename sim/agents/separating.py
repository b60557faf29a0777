"""Separating: workers with disabilities leave or lose their jobs (model.md P5, E5)."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import hazard, uniform
from sim.engine.math import exp
from sim.state.counting import counted_total, person_severe, person_weight
from sim.state.labour_state import POOL, EmployerState, Labour, Origin, PersonState
from sim.state.labour_views import Firms, Register
from sim.state.quota_law import QuotaTerms


class Place(IntEnum):
    """Where a worker stands in the employer's quota."""

    OUTSIDE = 0
    NEEDED = 1
    ABOVE = 2


OUTSIDE, NEEDED, ABOVE = Place


class Separating(NamedTuple):
    """Parameters of leaving a job; log hazard unless said otherwise."""

    rate: float  # sep_pwd, yearly hazard
    accommodation: float  # sep_acc
    coaching: float  # sep_coach
    subsidy_end: float  # sep_subend, in the three months after a wage subsidy ends
    quota: float  # sep_quota, while the worker counts toward a quota that is not exceeded
    above_quota: float  # sep_over


@rule
def separation_probability(
    accommodated: int, coached: int, subsidy_ended: int, place: int, separating: Separating
) -> float:
    """Return the monthly probability of leaving a job (P5); ``place`` is OUTSIDE, NEEDED or ABOVE the quota (E5).

    >>> class P: rate, accommodation, coaching, subsidy_end, quota, above_quota = 0.12, -0.3, -0.3, 0.4, -0.2, 0.1
    >>> round(separation_probability(0, 0, 0, 0, P), 6)
    0.00995
    >>> separation_probability(1, 0, 0, 1, P) < separation_probability(0, 0, 0, 2, P)
    True
    """
    shift = separating.accommodation * accommodated + separating.coaching * coached
    shift += separating.subsidy_end * subsidy_ended
    if place == Place.NEEDED:
        shift += separating.quota
    elif place == Place.ABOVE:
        shift += separating.above_quota
    return hazard(separating.rate * exp(shift))


@rule
def place_in_quota(owed: float, counted: float) -> int:
    """Return where a worker stands: OUTSIDE a duty, NEEDED while it is not exceeded, else ABOVE (E5).

    >>> [place_in_quota(*at).name for at in ((0.0, 1.0), (2.0, 2.0), (2.0, 3.0))]
    ['OUTSIDE', 'NEEDED', 'ABOVE']
    """
    if owed <= 0.0:
        return Place.OUTSIDE
    return Place.NEEDED if counted <= owed else Place.ABOVE


@rule
def vacate(i: int, t: int, register: Register, firms: Firms, law: QuotaTerms) -> None:
    """Take person ``i`` out of the job, and out of what she counts there."""
    persons, state = register.who, register.now
    employers = firms.state
    j = np.int64(state.employer[i])
    if j >= 0:
        employers.workers[j] -= 1
        if state.additional[i] == 1:
            employers.additional[j] -= 1
        if state.state[i] == Labour.COUNTED:
            employers.counted[j] -= person_weight(law, persons, state, i, firms.prices.pay_share[j])
            employers.severe[j] -= person_severe(law, persons, i)
    if state.subsidy_until[i] > t:
        state.subsidy_until[i] = t
    state.state[i] = Labour.IDLE
    state.employer[i] = POOL
    state.origin[i] = Origin.NO_ORIGIN
    state.additional[i] = 0
    state.half_time[i] = 0
    state.accommodated[i] = 0


@sweep
def separation_chances(separating: Separating, out: Array) -> None:
    """Write the monthly separation probability by accommodation, coaching, end of subsidy and place in the quota."""
    for accommodated in range(2):
        for coached in range(2):
            for ended in range(2):
                for place in range(3):
                    out[accommodated, coached, ended, place] = separation_probability(
                        accommodated, coached, ended, place, separating
                    )


class Leaving(NamedTuple):
    """The month in which workers leave: chances by accommodation, coaching, end of subsidy and place in the quota."""

    t: int
    law: QuotaTerms
    chances: Array  # (2, 2, 2, 3)
    key: np.uint64


@rule
def chance_of_leaving(i: int, state: PersonState, employers: EmployerState, month: Leaving) -> float:
    """Return the monthly probability that worker ``i`` leaves the job (P5, E5)."""
    j = np.int64(state.employer[i])
    place = np.int64(Place.OUTSIDE)
    if state.state[i] == Labour.COUNTED:
        place = np.int64(place_in_quota(employers.owed[j], counted_total(employers, month.law, j)))
    coached = 1 if state.coached_until[i] > month.t else 0
    since_subsidy = month.t - np.int64(state.subsidy_until[i])
    ended = 1 if since_subsidy >= 0 and since_subsidy < 3 else 0
    return month.chances[state.accommodated[i], coached, ended, place]


@sweep
def separate(
    first: int, last: int, active: Array, register: Register, firms: Firms, month: Leaving, leavers: Array
) -> None:
    """Let workers leave; ``leavers[oblast]`` counts."""
    persons, state = register.who, register.now
    for a in range(first, last):
        i = active[a]
        if state.state[i] != Labour.EMPLOYED and state.state[i] != Labour.COUNTED:
            continue
        if uniform(month.key, persons.identifier[i]) < chance_of_leaving(i, state, firms.state, month):
            vacate(i, month.t, register, firms, month.law)
            leavers[persons.oblast[i]] += 1
