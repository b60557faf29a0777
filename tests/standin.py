"""A stand-in for persons at work: pay, own income and transfers of households made of their scores, for tests alone.

It holds no state: everything is a function of the household, the seed and the month, so any part of a country can be
asked. Pay is steady; own income has a shock of the year and one of the month.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.draws import Decision, key
from sim.engine.filling import draw_normals, draw_uniforms
from sim.months import year_of

MEAN = 6_500.0  # som of 2023 per person and month, of pay and own income
PERMANENT, YEARLY, MONTHLY = 0.45, 0.35, 0.15
INFORMAL = 0.5
WORKING = np.array([[0.75, 0.72], [0.45, 0.5]])  # man and woman, rural and urban


def drawn(fill: Any, seed: int, decision: Decision, period: int, who: np.ndarray) -> np.ndarray:
    """Return a draw of each household."""
    out = np.zeros(len(who))
    fill(np.ascontiguousarray(who), key(seed, decision, period), out)
    return out


class Standin:
    """Persons at work who have no names."""

    def __init__(self, seed: int, growth: float = 0.0) -> None:
        """Take the seed, and the yearly growth of all incomes from 2022 on."""
        self.seed, self.growth = seed, growth

    def copy(self) -> Standin:
        """Return itself: it has no state."""
        return self

    def enter(self, world: Any, terms: Any) -> None:
        """Set the columns of the first month."""
        self.month(world, terms)

    def month(self, world: Any, terms: Any) -> None:
        """Set the columns of a month."""
        h, e, s, t = world.households, world.endowments, world.state, world.t
        who, size = h.identifier, h.size.astype(np.float64)
        workers = h.adults.astype(np.float64)
        level = MEAN * (1.0 + self.growth) ** (max(t, 0) / 12.0)
        luck = drawn(draw_normals, self.seed, Decision.EMP, 0, who)
        score = PERMANENT * (0.5 * h.covariate_score.astype(np.float64) + 0.85 * luck)
        base = level * np.exp(score - 0.5 * PERMANENT**2) * (0.4 * size + 0.6 * 2.0 * workers)
        farm = np.where(h.land + h.herd > 0, 0.6, 0.2)
        yearly = drawn(draw_normals, self.seed, Decision.INC_AR, year_of(t), who)
        monthly = drawn(draw_normals, self.seed, Decision.INC_TR, t, who)
        shock = np.exp(YEARLY * yearly - 0.5 * YEARLY**2 + MONTHLY * monthly - 0.5 * MONTHLY**2)
        s.earned[:] = (1.0 - farm) * base * (workers > 0)
        s.informal[:] = INFORMAL * s.earned * (h.education < 2)
        s.own_income[:] = farm * base * shock * (workers > 0)
        s.transfers[:] = h.other_benefits
        rate = WORKING[e.operator_woman, h.urban]
        lucky = drawn(draw_uniforms, self.seed, Decision.EMP, year_of(t), who) < rate
        s.employed[:] = lucky & (e.has_operator == 1)


def begin(population: Any, behaviour: Any, terms: Any, seed: int) -> Standin:
    """Return the persons of a world."""
    return Standin(seed)
