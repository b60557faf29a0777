"""Selecting: how slots are spread over raions and given to applicants (model.md O1, O2).

Slots follow last year's poor and child-benefit caseload. Within a raion applicants are ranked by a score that weighs
need, children, disability and the business plan; a small share of slots goes to others irrespective of the score.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.engine.math import log, normal

APPLIED, QUEUED, APPROVED = 1, 2, 4


class Selecting(NamedTuple):
    """Parameters of allocation and selection."""

    need: float  # off_w_need, weight on minus log observed income
    children: float  # off_w_kid, weight per child
    disability: float  # off_w_pwd, weight for a member with a certified disability
    plan: float  # off_w_plan, weight of the standardised plan score
    plan_correlation: float  # tgt_plan_r, of the plan score with true ability
    patronage: float  # tgt_patron, share of slots given irrespective of the score
    poor_weight: float  # alloc_poor, weight of the poor in the slot formula, the rest follows the benefit caseload


@rule
def selection_score(observed_income, children, disability, ability, plan_score, selecting):  # type: ignore[no-untyped-def]
    """Return the score of an applicant (O2).

    >>> class P: need, children, disability, plan, plan_correlation = 1.0, 0.25, 0.4, 0.5, 0.0
    >>> round(selection_score(1.0, 4, 1, 2.0, 1.0, P), 9)
    1.9
    >>> selection_score(4000.0, 2, 0, 0.0, 0.0, P) > selection_score(5000.0, 2, 0, 0.0, 0.0, P)
    True
    """
    r = selecting.plan_correlation
    plan = r * ability + math.sqrt(1.0 - r * r) * plan_score
    return (
        -selecting.need * log(observed_income)
        + selecting.children * children
        + selecting.disability * disability
        + selecting.plan * plan
    )


@sweep
def score(rows, households, endowments, state, selecting, key_plan, key_patron, scores, patrons):  # type: ignore[no-untyped-def]
    """Set the score and the patronage rank number of the applicants in ``rows``."""
    for n in range(len(rows)):
        i = rows[n]
        who = households.identifier[i]
        scores[n] = selection_score(
            np.float64(state.income[i]) * np.float64(endowments.observed_ratio[i]),
            np.int64(households.children[i]),
            1 if households.with_disability[i] > 0 else 0,
            np.float64(households.ability[i]),
            normal(uniform(key_plan, who)),
            selecting,
        )
        patrons[n] = uniform(key_patron, who)


def allocation_shares(poor: Array, benefit: Array, weights: Array, poor_weight: float) -> Array:
    """Return each raion's share of the year's slots from last year's poor persons and benefit families (O1).

    ``poor``, ``benefit`` and ``weights`` have shape (raions,); the shares sum to one.

    >>> allocation_shares(np.array([3, 1]), np.array([1, 1]), np.ones(2), 0.5).tolist()
    [0.625, 0.375]
    """
    poor_share = poor / max(poor.sum(), 1)
    benefit_share = benefit / max(benefit.sum(), 1)
    share = (poor_weight * poor_share + (1.0 - poor_weight) * benefit_share) * weights
    total = share.sum()
    return share / total if total > 0 else share


def raion_slots(slots: float, shares: Array, offset: float) -> Array:
    """Return whole slots of each raion by systematic rounding: exact in total, unbiased for every raion.

    >>> raion_slots(10.0, np.array([0.25, 0.25, 0.5]), 0.5).tolist()
    [3, 2, 5]
    """
    edges = np.floor(np.concatenate([[0.0], np.cumsum(slots * shares)]) + offset + 1e-9)
    return np.diff(edges).astype(np.int64)


def select(
    rows: Array,
    raion: Array,
    identifier: Array,
    scores: Array,
    patrons: Array,
    disability: Array,
    places: Array,
    patronage: float,
    set_aside: float,
) -> Array:
    """Return which of the applicants in ``rows`` are selected, as positions in ``rows`` in order of selection (O2).

    ``raion`` and the other arrays have one entry for each applicant, ``places`` one for each raion. First the share set
    aside for households with a member with disability, then the places by score, then the places by patronage. Ties are
    broken by the patronage number, then by the identifier.
    """
    chosen: list[Array] = []
    order = np.lexsort((identifier, patrons, -scores, raion))
    bounds = np.searchsorted(raion[order], np.arange(len(places) + 1))
    for d in np.flatnonzero(places > 0):
        group = order[bounds[d] : bounds[d + 1]]
        total = min(int(places[d]), len(group))
        if total == 0:
            continue
        first = group[disability[group] > 0][: int(math.floor(set_aside * places[d] + 0.5))]
        rest = group[~np.isin(group, first)] if len(first) else group
        by_score = int(math.floor((places[d] - len(first)) * (1.0 - patronage) + 0.5))
        second = rest[:by_score]
        last = rest[by_score:]
        third = last[np.lexsort((identifier[last], patrons[last]))][: max(total - len(first) - len(second), 0)]
        chosen.append(np.concatenate([first, second, third])[:total])
    return np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)
