"""Incomes: what households of the country have of each kind in a month, beside the share that reaches consumption."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import FIXED_POINT, Array
from sim.state.households import weights_of
from sim.world import World


class Component(NamedTuple):
    """One kind of income of the whole country in a month."""

    total: float  # som of 2023, as paid
    a_person: float  # som of 2023 per person
    coverage: float  # share that reaches the consumption which the survey measures (B2)


def components(world: World) -> dict[str, Component]:
    """Return the kinds of recurrent income of the last month that was simulated, to be printed beside published ones.

    A test holds their sum, covered, to recurrent income in the books where nobody runs a business.
    """
    h, s = world.households, world.state
    weight = weights_of(h)
    persons = float((weight * h.size).sum())
    books = world.records.at(world.t - 1) if world.records.months else {}
    benefit, certificates, given = (float(np.sum(books.get(k, np.nan))) for k in ("benefit", "certificates", "given"))
    kind = world.behaviour.consuming.in_kind
    totals = {
        "earned": _sum(s.earned, weight), "own_income": _sum(s.own_income, weight),
        "transfers": _sum(s.transfers, weight), "child_benefit": benefit, "remittances": _sum(h.remittances, weight),
        "certificates": certificates, "given": given,
        "business": _sum(s.profit, weight) - _sum(s.reinvested, weight), "in_kind": kind * persons,
    }  # fmt: skip
    coverage = world.coverage._asdict() | {"certificates": world.coverage.transfers}
    return {name: Component(total, total / persons, coverage.get(name, 1.0)) for name, total in totals.items()}


def _sum(column: Array, weight: Array) -> float:
    """Return a sum over real households that does not depend on the order of rows."""
    whole = np.floor(column.astype(np.float64) * FIXED_POINT + 0.5).astype(np.int64)
    return float((weight * whole).sum() / FIXED_POINT)
