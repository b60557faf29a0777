"""Matching: seekers and vacancies meet by oblast, and offers are accepted or not (model.md P3, P4)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import rule
from sim.engine.math import exp, power


class Matching(NamedTuple):
    """Parameters of matching."""

    efficiency: float  # mu_m, monthly
    elasticity: float  # eta_m, on seekers
    callback: float  # pwd_callback, of disclosed applicants in the open market
    coaching_ratio: float  # pwd_ips, offers to a coached seeker over others
    referral: float  # offers to a seeker registered with the employment service over others, employers of five or more
    lock_in: float  # sub_lockin, multiplier in the year after a subsidised job


@rule
def seeker_weight(coached: int, after_subsidy: int, matching: Matching) -> float:
    """Return the weight of a seeker in the competition for offers of small employers (w_j in P3).

    >>> class P: coaching_ratio, lock_in = 1.5, 0.7
    >>> seeker_weight(1, 0, P), seeker_weight(0, 1, P), seeker_weight(0, 0, P)
    (1.5, 0.7, 1.0)
    """
    weight = matching.coaching_ratio if coached == 1 else 1.0
    return weight * matching.lock_in if after_subsidy == 1 else weight


@rule
def referred_weight(weight: float, registered: int, matching: Matching) -> float:
    """Return the weight of a seeker where vacancies are notified to the employment service (w_j in P3).

    >>> class P: referral = 5.0
    >>> referred_weight(1.5, 1, P), referred_weight(1.5, 0, P)
    (7.5, 1.5)
    """
    return weight * matching.referral if registered == 1 else weight


@rule
def matches(seekers: float, effective: float, vacancies: float, psi: float, matching: Matching) -> float:
    """Return the expected offers of a month in an oblast (Mk in P3); ``effective`` is the sum of weights.

    >>> class P: efficiency, elasticity = 0.1, 0.5
    >>> matches(400.0, 400.0, 100.0, 0.5, P), matches(3.0, 3.0, 1e6, 1.0, P), matches(0.0, 0.0, 5.0, 1.0, P)
    (10.0, 3.0, 0.0)
    """
    if seekers <= 0.0 or vacancies <= 0.0:
        return 0.0
    flow = psi * matching.efficiency * power(effective, matching.elasticity)
    return min(min(seekers, vacancies), flow * power(vacancies, 1.0 - matching.elasticity))


@rule
def offer_probability(expected: float, weight: float, effective: float) -> float:
    """Return the probability that a seeker gets an offer (P3).

    >>> round(offer_probability(10.0, 1.0, 100.0), 6), offer_probability(0.0, 1.0, 100.0)
    (0.095163, 0.0)
    """
    return 1.0 - exp(-expected * weight / effective)


@rule(allocates=True)
def smallest(values: Array, count: int, wanted: int) -> Array:
    """Return positions of the ``wanted`` smallest of the first ``count`` values, smallest first; ties in order.

    >>> smallest(np.array([0.9, 0.1, 0.5, 0.3]), 4, 2).tolist()
    [1, 3]
    """
    if count > 64 and wanted * 8 < count:
        bound = 4.0 * (wanted + 4.0) / count
        near = np.empty(count, np.int64)
        found = 0
        for k in range(count):
            if values[k] < bound:
                near[found] = k
                found += 1
        if found >= wanted:
            chosen = near[:found]
            return chosen[np.argsort(values[chosen], kind="mergesort")][:wanted]
    return np.argsort(values[:count], kind="mergesort")[:wanted]
