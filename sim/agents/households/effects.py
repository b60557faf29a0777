"""Effects: the fixed part of a household's consumption that its income does not explain (theta in people.md B2).

The effect has loadings on what is known of the household and a spread. Four of them are found so that the poverty of
children, of elders and of towns, and extreme poverty, are those published for 2021, given what households had over
that year: four figures, four numbers. Nothing later is used. Where a figure cannot be met, the nearest is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.agents.households.consuming import Consuming, income_per_person, log_standing
from sim.agents.households.levelling import CLASSES, class_of, threshold
from sim.engine.columns import Array, row
from sim.engine.compiled import rule, sweep
from sim.engine.math import log
from sim.engine.plain import plain
from sim.state.households import Endowments, Households, HouseholdState

MIDDLE_EDUCATION = 1
TRIALS = 12  # at most so many looks at the whole country after the first five
NEAR = 0.0004  # of a share; no figure is published more exactly
STEPS = np.array([0.15, 0.15, 0.08, 0.08])
LOWEST = np.array([-4.0, -4.0, -2.0, 0.02])
HIGHEST = np.array([4.0, 4.0, 2.0, 1.5])
LONGEST = 1.0  # step
DAMPING = 1e-3


class Loadings(NamedTuple):
    """What is found at the beginning, log points of consumption."""

    children: float  # of the share of children among members
    elders: float  # of the share of elders among members
    urban: float  # of living in a town
    spread: float  # of the household's permanent score


class Targets(NamedTuple):
    """Published shares of poor persons of the year 2021; those in extreme poverty are of all persons."""

    children: float
    elders: float
    urban: float
    extreme: float


class Group(IntEnum):
    """Persons whose poverty is looked at, in the order of :class:`Targets`."""

    CHILDREN = 0
    ELDERS = 1
    URBAN = 2
    EXTREME = 3


FIRST_GUESS = Loadings(-0.5, 0.3, 0.1, 0.3)


@rule
def known_effect(education: int, remittances: float, herd: float, disability: int, consuming: Consuming) -> float:
    """Return the part of the effect whose loadings are parameters, log points.

    >>> class P: education, remittances, herd, disability = 0.25, 0.5, 0.125, -0.5
    >>> known_effect(2, 0.0, 0.0, 1, P), known_effect(1, 0.0, 0.0, 0, P)
    (-0.25, 0.0)
    """
    return (
        consuming.education * (education - MIDDLE_EDUCATION)
        + consuming.remittances * log(1.0 + remittances / 1000.0)
        + consuming.herd * log(1.0 + herd)
        + consuming.disability * disability
    )


@rule
def found_effect(children: float, elders: float, urban: int, score: float, loadings: Loadings) -> float:
    """Return the part of the effect whose loadings are found at the beginning; the first two are shares of members.

    >>> loadings = Loadings(-1.0, 2.0, 0.25, 0.5)
    >>> found_effect(0.5, 0.25, 1, 2.0, loadings), found_effect(1.0, 0.0, 0, 0.0, loadings)
    (1.25, -1.0)
    """
    return (
        loadings.children * children + loadings.elders * elders + loadings.urban * urban + loadings.spread * score
    )


@sweep
def set_known(first: int, last: int, households: Households, effect: Array, consuming: Consuming) -> None:
    """Set the known part of the effect of every household into ``effect`` (rows,) float64."""
    for i in range(row(first), row(last)):
        effect[i] = known_effect(
            np.int64(households.education[i]), np.float64(households.remittances[i]), np.float64(households.herd[i]),
            1 if households.with_disability[i] > 0 else 0, consuming,
        )  # fmt: skip


@sweep
def add_found(first: int, last: int, households: Households, loadings: Loadings, effect: Array) -> None:
    """Add the found part to the effect of every household."""
    for i in range(row(first), row(last)):
        size = np.float64(households.size[i])
        effect[i] += found_effect(
            np.float64(households.children[i]) / size, np.float64(households.elders[i]) / size,
            np.int64(households.urban[i]), np.float64(households.permanent_score[i]), loadings,
        )  # fmt: skip


@sweep
def add_income(
    first: int, last: int, households: Households, state: HouseholdState, consuming: Consuming, standing: Array
) -> None:
    """Add what income explains of log consumption to ``standing``, and so make it log consumption before the level."""
    for i in range(row(first), row(last)):
        size = np.int64(households.size[i])
        income = income_per_person(np.int64(state.income_year[i]), size, consuming.in_kind)
        standing[i] = log_standing(income, consuming.elasticity, standing[i])


@sweep
def count_standings(first: int, last: int, households: Households, standing: Array, counts: Array) -> None:
    """Count persons by oblast and class of ``standing`` (rows,) into ``counts`` (oblasts, classes)."""
    for i in range(row(first), row(last)):
        persons = np.int64(households.weight[i]) * np.int64(households.size[i])
        counts[households.oblast[i], class_of(standing[i])] += persons


@sweep
def count_poor(
    first: int, last: int, households: Households, standing: Array, lines: Array, deep: float, counts: Array
) -> None:
    """Count persons and poor persons of each group into ``counts`` (groups, 2).

    ``lines`` (oblasts,) is the standing at the poverty line; the extreme line lies ``deep`` log points below it.
    """
    for i in range(row(first), row(last)):
        weight, line = np.int64(households.weight[i]), lines[households.oblast[i]]
        poor = 1 if standing[i] < line else 0
        size, urban = np.int64(households.size[i]), np.int64(households.urban[i])
        children, elders = np.int64(households.children[i]), np.int64(households.elders[i])
        counts[Group.CHILDREN, 0] += weight * children
        counts[Group.CHILDREN, 1] += weight * children * poor
        counts[Group.ELDERS, 0] += weight * elders
        counts[Group.ELDERS, 1] += weight * elders * poor
        counts[Group.URBAN, 0] += weight * size * urban
        counts[Group.URBAN, 1] += weight * size * urban * poor
        counts[Group.EXTREME, 0] += weight * size
        counts[Group.EXTREME, 1] += weight * size * (1 if standing[i] < line - deep else 0)


def poverty_of_groups(
    households: Households, standing: Array, headcounts: Array, extreme_ratio: float
) -> Array:
    """Return the poverty of each group, where the level of each oblast is the one that meets its headcount."""
    rows = len(standing)
    classes = np.zeros((len(headcounts), CLASSES), dtype=np.int64)
    count_standings(0, rows, households, standing, classes)
    lines = np.array([threshold(few, float(share)) if few.any() else 0.0 for few, share in zip(classes, headcounts,
                      strict=True)])  # fmt: skip
    counts = np.zeros((len(Group), 2), dtype=np.int64)
    count_poor(0, rows, households, standing, lines, -plain(log)(extreme_ratio), counts)
    return counts[:, 1] / np.maximum(counts[:, 0], 1)


def nearest_root(misses: Callable[[Array], Array], start: Array) -> Array:
    """Return where ``misses`` (4 numbers of 4 numbers) come nearest to zero, by Broyden's steps from ``start``.

    >>> [round(float(v), 1) for v in nearest_root(lambda x: 0.1 * (x - np.array([1.0, -1.0, 0.5, 0.3])), np.zeros(4))]
    [1.0, -1.0, 0.5, 0.3]
    """
    place = np.clip(start, LOWEST, HIGHEST)
    now = misses(place)
    slopes = np.empty((4, 4))
    for k in range(4):
        moved = place.copy()
        moved[k] += STEPS[k]
        slopes[:, k] = (misses(moved) - now) / STEPS[k]
    best, least = place, float(now @ now)
    for _ in range(TRIALS):
        if least < NEAR * NEAR:
            break
        size = slopes.T @ slopes + DAMPING * np.diag(np.diag(slopes.T @ slopes) + 1e-9)
        step = -np.linalg.solve(size, slopes.T @ now)
        then = np.round(np.clip(place + np.clip(step, -LONGEST, LONGEST), LOWEST, HIGHEST), 6)
        found, gone = misses(then), then - place
        length = float(gone @ gone)
        if length == 0.0:
            break
        slopes += np.outer(found - now - slopes @ gone, gone) / length
        place, now = then, found
        if float(now @ now) < least:
            best, least = place, float(now @ now)
    return best


def find_loadings(
    households: Households, state: HouseholdState, consuming: Consuming, targets: Targets, headcounts: Array,
    extreme_ratio: float, start: Loadings = FIRST_GUESS,
) -> Loadings:  # fmt: skip
    """Return the loadings at which the figures of 2021 are met, given income over the last twelve months."""
    rows = len(households.identifier)
    known = np.zeros(rows)
    set_known(0, rows, households, known, consuming)
    add_income(0, rows, households, state, consuming, known)

    def misses(loadings: Array) -> Array:
        standing = known.copy()
        add_found(0, rows, households, Loadings(*(float(v) for v in loadings)), standing)
        return poverty_of_groups(households, standing, headcounts, extreme_ratio) - np.array(targets)

    return Loadings(*(float(v) for v in nearest_root(misses, np.array(start))))


def set_effects(households: Households, endowments: Endowments, consuming: Consuming, loadings: Loadings) -> None:
    """Set the effect of every household."""
    rows = len(households.identifier)
    effect = np.zeros(rows)
    set_known(0, rows, households, effect, consuming)
    add_found(0, rows, households, loadings, effect)
    endowments.effect[:] = effect
