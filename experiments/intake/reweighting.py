"""Reweighting: new weights near the old ones that give the country's margins (Deville and Särndal 1992).

The new weight is the old one times a ratio. Among all ratios that lie between one over the cap and the cap, those are
taken whose entropy from one is least while the margins are met. Where the margins cannot be met, the relative misses
are as small as they can be in the sense of least squares. No weight becomes zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from experiments.intake.margins import Target
from sim.engine.columns import Array
from sim.engine.sums import added
from sim.errors import InputError

SOFT = 1e-7  # what a relative miss costs less than the entropy: a met margin is met to about this
TOLERANCE = 1e-3  # relative miss from which a target is not met
STEPS, HALVINGS = 200, 30
FINE, LEAST_GAIN = 1e-9, 1e-14  # a relative miss, and a gain of the dual, that do not matter


@dataclass(frozen=True)
class Reweighted:
    """New weights and what they reach."""

    old: Array  # times one number, so that they have the size of the country
    scale: float  # that number
    new: Array
    targets: tuple[Target, ...]
    before: Array  # of each target, with the old weights
    reached: Array  # with the new ones
    cap: float

    @property
    def ratio(self) -> Array:
        """Return new over old weight."""
        return np.asarray(self.new / self.old)

    @property
    def missed(self) -> list[int]:
        """Return the targets that are not met."""
        wanted = np.array([target.value for target in self.targets])
        return [int(k) for k in np.flatnonzero(np.abs(self.reached / wanted - 1.0) > TOLERANCE)]


def reweight(weight: Array, targets: Sequence[Target], cap: float) -> Reweighted:
    """Return weights that meet targets as well as the cap allows."""
    if not targets:
        raise InputError("there is no margin to weight to; the map must name region, place, age and sex, or the like")
    counts = np.stack([target.counts for target in targets], axis=1)
    wanted = np.array([target.value for target in targets])
    scale = _scale(weight, targets)
    old = weight * scale
    ratio = solved(old, counts, wanted, cap)
    new = old * ratio
    return Reweighted(old, scale, new, tuple(targets), old @ counts, new @ counts, cap)


def _scale(weight: Array, targets: Sequence[Target]) -> float:
    """Return what old weights are multiplied with so that the first margin that the survey has adds up."""
    for margin in dict.fromkeys(target.margin for target in targets):
        mine = [target for target in targets if target.margin == margin]
        have = added(float(weight @ target.counts) for target in mine)
        if have > 0.0:
            return added(target.value for target in mine) / have
    raise InputError("no household of the survey belongs to any category of the margins; check the codes of the map")


def solved(old: Array, counts: Array, wanted: Array, cap: float) -> Array:
    """Return the ratio of new to old weight of each household.

    The dual is concave and smooth by pieces: Newton's steps, halved until the value rises.
    """
    share = old / old.sum()
    x = counts * (old.sum() / wanted)
    low, high = np.log(1.0 / cap), np.log(cap)
    multipliers = np.zeros(len(wanted))

    def value(at: Array) -> float:
        score = x @ at
        bounded = np.clip(score, low, high)
        ratio = np.exp(bounded)
        return float(at.sum() - share @ (ratio - 1.0 + (score - bounded) * ratio) - 0.5 * SOFT * (at @ at))

    now = value(multipliers)
    for _ in range(STEPS):
        score = x @ multipliers
        ratio = np.exp(np.clip(score, low, high))
        slope = 1.0 - x.T @ (share * ratio) - SOFT * multipliers
        if np.abs(slope).max() < FINE:
            break
        free = (score > low) & (score < high)
        bend = (x[free].T * (share * ratio)[free]) @ x[free] + SOFT * np.eye(len(wanted))
        step = np.linalg.solve(bend, slope)
        better = _rising(value, multipliers, step, slope, now) if slope @ step > LEAST_GAIN else None
        if better is None:
            break
        multipliers, now = better
    return np.asarray(np.exp(np.clip(x @ multipliers, low, high)))


def _rising(value: object, at: Array, step: Array, slope: Array, now: float) -> tuple[Array, float] | None:
    """Return the first of the halved steps that raises the value enough."""
    assert callable(value)
    gain = float(slope @ step)
    length = 1.0
    for _ in range(HALVINGS):
        there = at + length * step
        reached = value(there)
        if reached >= now + 1e-4 * length * gain:
            return there, reached
        length *= 0.5
    return None


def effective_size(weight: Array) -> float:
    """Return how many households of equal weight would be as precise (Kish 1965).

    >>> effective_size(np.ones(10)), round(effective_size(np.array([1.0, 3.0])), 2)
    (10.0, 1.6)
    """
    return float(weight.sum() ** 2 / (weight**2).sum())


def top_share(weight: Array, part: float = 0.01) -> float:
    """Return the share of all weight that the largest weights hold.

    >>> top_share(np.array([1.0] * 99 + [101.0]))
    0.505
    """
    count = max(int(np.ceil(part * len(weight))), 1)
    return float(np.sort(weight)[-count:].sum() / weight.sum())


def whole_numbers(weight: Array, seed: int) -> Array:
    """Return a whole number for each weight, by systematic rounding: right on average, in all within one.

    >>> int(whole_numbers(np.full(10, 0.5), 1).sum()), whole_numbers(np.array([2.0, 3.0]), 1).tolist()
    (5, [2, 3])
    """
    start = float(np.random.default_rng(seed).random())
    ends = np.floor(np.cumsum(np.asarray(weight, np.float64)) + start + 1e-9).astype(np.int64)
    return np.diff(ends, prepend=0)


@dataclass(frozen=True)
class Contradiction:
    """Margins that cannot be met together, or one that cannot be met alone, whatever else is given up."""

    margins: tuple[str, ...]
    miss: float  # the least that the largest relative miss can be
    sums: tuple[float, ...]  # what the categories of each add up to


def contradictions(found: Reweighted) -> list[Contradiction]:
    """Return which margins contradict each other within the cap: each alone, then pairs of the others."""
    if not found.missed:
        return []
    margins = list(dict.fromkeys(target.margin for target in found.targets))
    alone = [one for one in (_least(found, (margin,)) for margin in margins) if one is not None]
    rest = [margin for margin in margins if (margin,) not in [one.margins for one in alone]]
    pairs = [one for one in (_least(found, pair) for pair in combinations(rest, 2)) if one is not None]
    return alone + sorted(pairs, key=lambda one: -one.miss)


def _least(found: Reweighted, margins: tuple[str, ...]) -> Contradiction | None:
    """Return a contradiction of margins, ``None`` where weights within the cap meet them all."""
    from scipy.optimize import linprog

    targets = [target for target in found.targets if target.margin in margins]
    kinds, mine = np.unique(np.stack([target.counts for target in targets], axis=1), axis=0, return_inverse=True)
    weight = np.bincount(mine.ravel(), found.old)  # households with the same counts may have the same ratio
    x = (kinds * weight[:, None] / np.array([target.value for target in targets])).T
    miss = np.ones((len(targets), 1))
    rows = np.vstack([np.hstack([x, -miss]), np.hstack([-x, -miss])])
    ends = np.concatenate([np.ones(len(targets)), -np.ones(len(targets))])
    goal = np.zeros(x.shape[1] + 1)
    goal[-1] = 1.0
    bounds = [(1.0 / found.cap, found.cap)] * x.shape[1] + [(0.0, None)]
    done = linprog(goal, A_ub=rows, b_ub=ends, bounds=bounds, method="highs")
    if done.status != 0 or done.fun <= TOLERANCE / 2.0:
        return None
    sums = tuple(added(target.value for target in targets if target.margin == margin) for margin in margins)
    return Contradiction(margins, float(done.fun), sums)
