"""Drift: how household size moves where time passes, because nobody leaves home and nobody marries (people.md N5)."""

from __future__ import annotations

import numpy as np

from sim.months import FIRST_YEAR, HORIZON, PEOPLED
from sim.population.building import Population
from sim.state.households import weights_of


def household_sizes(population: Population) -> dict[int, float]:
    """Return the mean number of members at home of households lived in, in July of each year, with nobody migrating.

    It is one number from the tape, known before any run; departures and returns, which a run decides, nearly balance.
    """
    homes, everyone, born = population.households, population.everyone, population.newborns
    weight, rows = weights_of(homes).astype(np.float64), len(homes.size)
    order = np.argsort(homes.identifier, kind="stable")
    house = order[np.searchsorted(homes.identifier, born.household, sorter=order)]
    out = {}
    for t in range(PEOPLED, HORIZON, 12):
        at_home = (everyone.abroad == 0) & (everyone.leaves >= t)
        children = (born.abroad == 0) & (born.enters < t) & (born.leaves >= t)
        size = np.bincount(everyone.household[at_home], minlength=rows) + np.bincount(house[children], minlength=rows)
        out[FIRST_YEAR + t // 12] = float((weight * size).sum() / weight[size > 0].sum())
    return out
