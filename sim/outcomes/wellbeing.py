"""Well-being of all persons: poverty, inequality and a money metric (model.md Y3, Y5, Y6)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array, exact_total, ordered
from sim.state.households import proportions
from sim.world import World


class Distribution(NamedTuple):
    """Real consumption per person of each household, with the persons that it stands for."""

    consumption: Array  # som of 2023 a month
    persons: Array  # in proportion; only shares count


def distribution(world: World) -> Distribution:
    """Return smoothed consumption over the consumer prices of the place, at least one som."""
    price = world.markets.consumer_price[world.households.oblast]
    persons = proportions(world.households) * world.households.size
    return Distribution(np.maximum(world.state.smoothed / price, 1.0), persons.astype(np.float64))


def weighted_mean(values: Array, persons: Array) -> float:
    """Return a mean over persons that does not depend on the order of rows."""
    return exact_total(values * persons) / exact_total(persons)


def foster_greer_thorbecke(d: Distribution, line: float, power: int) -> float:
    """Return the poverty measure of Foster, Greer and Thorbecke (1984): 0 headcount, 1 gap, 2 severity.

    >>> round(foster_greer_thorbecke(Distribution(np.array([50.0, 200.0]), np.ones(2)), 100.0, 1), 6)
    0.25
    """
    gap = np.where(d.consumption < line, 1.0 - d.consumption / line, 0.0)
    poor = (d.consumption < line).astype(np.float64)
    return weighted_mean(poor if power == 0 else gap**power, d.persons)


def gini(d: Distribution) -> float:
    """Return the Gini coefficient over persons.

    >>> round(gini(Distribution(np.array([1.0, 1.0]), np.ones(2))), 6)
    0.0
    >>> round(gini(Distribution(np.array([1.0, 3.0]), np.ones(2))), 6)
    0.25
    """
    order = ordered(d.consumption, d.persons)
    persons, consumption = d.persons[order], d.consumption[order]
    upto = np.cumsum(persons)
    total = exact_total(persons * consumption)
    ranked = exact_total(persons * consumption * (2.0 * upto - persons))
    return float(ranked / (upto[-1] * total) - 1.0)


def worth(d: Distribution, aversion: float) -> float:
    """Return the mean of consumption to the power of one less aversion, or of its logarithm at an aversion of one."""
    if abs(aversion - 1.0) < 1e-9:
        return weighted_mean(np.log(d.consumption), d.persons)
    return weighted_mean(d.consumption ** (1.0 - aversion), d.persons)


def rise(after: float, before: float, aversion: float) -> float:
    """Return the equal proportional rise of everybody's consumption that is worth as much (omega in Y6).

    >>> d = Distribution(np.array([100.0, 300.0]), np.ones(2))
    >>> more = d._replace(consumption=1.1 * d.consumption)
    >>> tuple(round(rise(worth(more, aversion), worth(d, aversion), aversion), 6) for aversion in (1.5, 1.0))
    (0.1, 0.1)
    """
    if abs(aversion - 1.0) < 1e-9:
        return math.exp(after - before) - 1.0
    return float((after / before) ** (1.0 / (1.0 - aversion))) - 1.0
