"""Evasion: seats that a law would ask for and that employers keep out of its reach (model.md E2, Q1).

Staying smaller and hiding staff are behaviour of the model. Splitting a firm in two is not: what is given for it is
arithmetic, the seats that would no longer be owed if every private employer with a duty became two equal firms.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.columns import Array
from sim.labour import LabourWorld
from sim.state.labour import BUDGET, PRIVATE
from sim.state.labour_state import NO_LIMIT
from sim.state.quota_law import QuotaTerms, required_seats

if TYPE_CHECKING:
    from sim.outcomes.compared import Lives

Row = tuple[str, str, int, float]


def rows(lives: Lives) -> Iterator[Row]:
    """Yield seats kept out of reach by staying smaller, by hiding staff, and the most that splitting could take."""
    world = lives.final.labour
    law = lives.final.design.terms(world.t, lives.final.behaviour).quota
    for name, value in avoided(world, law).items():
        yield name, "all", -1, value


def avoided(world: LabourWorld, law: QuotaTerms) -> dict[str, float]:
    """Return seats, and employers that could escape the duty by splitting, in real numbers."""
    e, table, weight = world.employers, world.frame.employers, world.frame.weight
    public = (table.owner == BUDGET).astype(np.int64)
    wanted = np.clip(np.floor(e.wanted.astype(np.float64) + 0.5), 1, 65000).astype(np.int64)
    smaller, hides = e.limit < NO_LIMIT, (e.report_limit < NO_LIMIT) & (e.limit == NO_LIMIT)
    outside = np.zeros(len(public), np.int64)
    if law.base_without:
        outside = e.workers.astype(np.int64) - e.additional + e.relabelled  # no part of the size that the law looks at
    gap = np.zeros(len(public))
    act = np.flatnonzero(smaller | hides)
    gap[act] = np.maximum(0.0, _seats(law, public[act], np.maximum(wanted - outside, 0)[act]) - e.owed[act])
    mine = np.flatnonzero((table.owner == PRIVATE) & (e.owed > 0.0))
    size = np.maximum(e.reported.astype(np.int64) - outside, 0)[mine]
    halves = _seats(law, public[mine], size // 2) + _seats(law, public[mine], size - size // 2)
    split = np.maximum(0.0, _seats(law, public[mine], size) - halves)
    return {
        "avoided_smaller": float(gap[smaller].sum() * weight),
        "avoided_hiding": float(gap[hides].sum() * weight),
        "avoided_splitting": float(split.sum() * weight),
        "free_by_splitting": float(((halves == 0.0) & (size > 1)).sum() * weight),
    }


def _seats(law: QuotaTerms, public: Array, size: Array) -> Array:
    """Return the seats owed at each size; each different size is looked up once."""
    pairs = public * 100_000 + size
    known, place = np.unique(pairs, return_inverse=True)
    found = [float(required_seats(law, int(p // 100_000), float(p % 100_000))) for p in known]
    return np.array(found)[place] if len(known) else np.zeros(0)
