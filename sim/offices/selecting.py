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
from sim.state.households import Households, HouseholdState, fitting


class Selecting(NamedTuple):
    """Parameters of allocation and selection."""

    need: float  # off_w_need, weight on minus log declared income
    children: float  # off_w_kid, weight per child
    disability: float  # off_w_pwd, weight for a member with a certified disability
    plan: float  # off_w_plan, weight of the standardised plan score
    plan_correlation: float  # tgt_plan_r, of the plan score with true ability
    patronage: float  # tgt_patron, share of slots given irrespective of the score
    poor_weight: float  # alloc_poor, weight of the poor in the slot formula, the rest follows the benefit caseload


@rule
def selection_score(
    declared_income: float, children: int, disability: int, ability: float, plan_score: float, selecting: Selecting
) -> float:
    """Return the score of an applicant (O2); a declared income below one som counts as one.

    >>> class P: need, children, disability, plan, plan_correlation = 1.0, 0.25, 0.4, 0.5, 0.0
    >>> round(selection_score(1.0, 4, 1, 2.0, 1.0, P), 9)
    1.9
    >>> selection_score(4000.0, 2, 0, 0.0, 0.0, P) > selection_score(5000.0, 2, 0, 0.0, 0.0, P)
    True
    """
    r = selecting.plan_correlation
    plan = r * ability + math.sqrt(1.0 - r * r) * plan_score
    return (
        -selecting.need * log(max(declared_income, 1.0))
        + selecting.children * children
        + selecting.disability * disability
        + selecting.plan * plan
    )


@sweep
def score(
    rows: Array, households: Households, state: HouseholdState, selecting: Selecting, key_plan: np.uint64,
    key_patron: np.uint64, scores: Array, patrons: Array,
) -> None:  # fmt: skip
    """Set the score and the patronage rank number of the applicants in ``rows``."""
    for n in range(len(rows)):
        i = rows[n]
        who = households.identifier[i]
        scores[n] = selection_score(
            np.float64(state.declared[i]),
            np.int64(households.children[i]),
            1 if households.with_disability[i] > 0 else 0,
            np.float64(households.ability[i]),
            normal(uniform(key_plan, who)),
            selecting,
        )
        patrons[n] = uniform(key_patron, who)


@rule
def given_by_lot(patronage: float, lottery: float) -> float:
    """Return the share of places that go by lot among applicants: the lottery of a design, then patronage (O2).

    Patronage is drawn by lot too, so a design that draws all places has none of its own.

    >>> given_by_lot(0.25, 0.0), given_by_lot(0.25, 1.0), given_by_lot(0.25, 0.5)
    (0.25, 1.0, 0.625)
    """
    return lottery + (1.0 - lottery) * patronage


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


def raion_slots(slots: float, shares: Array, offset: float, lot: int) -> Array:
    """Return the slots of each raion in whole lots by systematic rounding: exact in total, unbiased for every raion.

    A lot is what the heaviest row of the country weighs, so that a raion has room for whole rows.

    >>> raion_slots(10.0, np.array([0.25, 0.25, 0.5]), 0.5, 1).tolist()
    [3, 2, 5]
    >>> raion_slots(1000.0, np.array([0.25, 0.25, 0.5]), 0.5, 100).tolist()
    [300, 200, 500]
    """
    edges = np.floor(np.concatenate([[0.0], np.cumsum(slots / lot * shares)]) + offset + 1e-9)
    return np.diff(edges).astype(np.int64) * lot


def carried(selected: Array, slots: Array, lot: int) -> Array:
    """Return with what each raion begins the year: families beyond last year's slots, or short of them (negative).

    Rows are selected whole, so a raion ends up less than a lot away from its slots. Where it is further away nobody
    asked for the places, or the law changed them within the year, and nothing is carried.

    >>> carried(np.array([330, 260, 300, 100]), np.array([300, 300, 300, 300]), 100).tolist()
    [30, -40, 0, 0]
    """
    beyond = selected - slots
    return np.where(np.abs(beyond) < lot, beyond, 0)


class Applicants(NamedTuple):
    """Those who ask for a place; arrays with one entry for each row."""

    raion: Array
    identifier: Array
    score: Array
    patron: Array  # patronage number
    disability: Array  # members with a certified disability
    weight: Array  # real families, which is how many places a row takes


def select(applicants: Applicants, places: Array, patronage: float, set_aside: float) -> Array:
    """Return which applicants are selected, as positions in order of selection (O2); ``places`` has one for each raion.

    First the share set aside for households with a member with disability, then the places by score, then the places
    by patronage. Ties are broken by the patronage number, then by the identifier.
    """
    chosen: list[Array] = []
    a = applicants
    order = np.lexsort((a.identifier, a.patron, -a.score, a.raion))
    bounds = np.searchsorted(a.raion[order], np.arange(len(places) + 1))
    for d in np.flatnonzero(places > 0):
        chosen += ways(a, order[bounds[d] : bounds[d + 1]], int(places[d]), patronage, set_aside)
    return np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)


def ways(
    applicants: Applicants, ranked: Array, places: int, patronage: float, set_aside: float
) -> tuple[Array, Array, Array]:
    """Return whom one raion selects among the ``ranked``: from the places set aside, by score, and by patronage.

    A row takes as many places as it weighs, and each list ends as :func:`sim.state.households.fitting` says. What the
    places set aside leave over goes by score; patronage has its share, less what the list by score takes too many.
    So where a heavy row ends that list, no lighter one behind it comes in by patronage: the rest is carried.

    >>> few = Applicants(*np.zeros((5, 4)), np.array([10, 10, 100, 10]))
    >>> [rows.tolist() for rows in ways(few, np.arange(4), 50, 0.2, 0.0)]
    [[], [0, 1], []]
    >>> [rows.tolist() for rows in ways(few, np.arange(4), 130, 0.2, 0.0)]
    [[], [0, 1, 2], [3]]
    """
    weight = applicants.weight
    with_disability = ranked[applicants.disability[ranked] > 0] if set_aside > 0.0 else ranked[:0]
    first = with_disability[: fitting(weight[with_disability], set_aside * places)]
    others = ranked[~np.isin(ranked, first)] if len(first) else ranked
    left = places - int(weight[first].sum())
    room = left * (1.0 - patronage)
    by_score = others[: fitting(weight[others], room)]
    beyond = left - max(room, float(weight[by_score].sum()))
    rest = others[len(by_score) :] if beyond > 0.0 else others[:0]
    if not len(rest):
        return first, by_score, rest
    by_luck = rest[np.lexsort((applicants.identifier[rest], applicants.patron[rest]))]
    return first, by_score, by_luck[: fitting(weight[by_luck], beyond)]
