"""Poverty: who is poor, how deeply, and how unequal consumption is, read off the state of a world (people.md B2, Y14).

Validation, outcomes and explanations ask these functions and no others. Consumption is that of twelve months, per
person, over the consumer prices of the place; persons are weighted.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array, exact_total, ordered
from sim.state.households import weights_of
from sim.world import World

LEAST = 1.0  # som a month, so that a logarithm exists


class Distribution(NamedTuple):
    """Real consumption per person of each household, with the persons for whom it stands."""

    consumption: Array  # som of 2023 a month
    persons: Array


class Poverty(NamedTuple):
    """How poor a group of persons is."""

    headcount: float  # share of persons below the line
    gap: float  # mean shortfall over the line
    severity: float  # mean squared shortfall over the line
    extreme: float  # share of persons below the extreme line


def real_consumption(world: World) -> Array:
    """Return consumption per person of each household at the prices of the reference world, som of 2023 a month."""
    price = world.markets.consumer_price[world.households.oblast]
    return np.maximum(world.state.consumption / price, LEAST)


def consumption_now(world: World) -> Array:
    """Return consumption per person of each household at the prices of the last month, som of 2023 a month."""
    price = world.path.markets[world.t - 1].consumer_price[world.households.oblast]
    return np.asarray(world.state.consumption.astype(np.float64) / price)


def poor_now(world: World) -> Array:
    """Return which households were below the poverty line in the last month, at the prices of that month."""
    return consumption_now(world) < world.behaviour.consuming.poverty_line


def members(world: World) -> dict[str, Array]:
    """Return the persons of each group for whom each household stands, as far as households know their members."""
    h = world.households
    weight = weights_of(h)
    everybody = weight * h.size
    return {
        "all": everybody, "children": weight * h.children, "adults": weight * h.adults, "elders": weight * h.elders,
        "urban": everybody * (h.urban == 1), "rural": everybody * (h.urban == 0),
        "disability=yes": everybody * (h.with_disability > 0), "disability=no": everybody * (h.with_disability == 0),
        "remittances=yes": everybody * (h.remittances > 0), "remittances=no": everybody * (h.remittances == 0),
        "working": weight * np.maximum(world.state.employed, world.state.operating),
    }  # fmt: skip


def distribution(world: World, group: str = "all") -> Distribution:
    """Return real consumption and the persons of a group."""
    return Distribution(real_consumption(world), members(world)[group])


def foster_greer_thorbecke(d: Distribution, line: float, power: int) -> float:
    """Return the poverty measure of Foster, Greer and Thorbecke (1984): 0 headcount, 1 gap, 2 severity.

    One person lives on half of the line and three live above it: 0.5 / 4 and 0.25 / 4.

    >>> d = Distribution(np.array([50.0, 200.0]), np.array([1, 3]))
    >>> [foster_greer_thorbecke(d, 100.0, power) for power in (0, 1, 2)]
    [0.25, 0.125, 0.0625]
    """
    poor = d.consumption < line
    short = np.where(poor, 1.0 - d.consumption / line, 0.0)
    persons = d.persons.astype(np.float64)
    people = exact_total(persons)
    if people == 0.0:
        return float("nan")
    return exact_total(persons * (poor if power == 0 else short**power)) / people


def poverty(d: Distribution, line: float, extreme_line: float) -> Poverty:
    """Return all measures of poverty of a distribution.

    >>> poverty(Distribution(np.array([50.0, 200.0]), np.array([1, 3])), 100.0, 56.0)
    Poverty(headcount=0.25, gap=0.125, severity=0.0625, extreme=0.25)
    """
    headcount, gap, severity = (foster_greer_thorbecke(d, line, power) for power in (0, 1, 2))
    return Poverty(headcount, gap, severity, foster_greer_thorbecke(d, extreme_line, 0))


def lines(world: World) -> tuple[float, float]:
    """Return the poverty line and the extreme line, som of 2023 per person and month."""
    line = world.behaviour.consuming.poverty_line
    return line, line * world.extreme_ratio


def poverty_of(world: World, group: str = "all") -> Poverty:
    """Return how poor a group of persons is; of those who work it is working poverty."""
    return poverty(distribution(world, group), *lines(world))


def gini(d: Distribution) -> float:
    """Return the Gini coefficient over persons.

    >>> round(gini(Distribution(np.array([1.0, 1.0]), np.ones(2))), 6)
    0.0
    >>> round(gini(Distribution(np.array([1.0, 3.0]), np.ones(2))), 6)
    0.25
    """
    order = ordered(d.consumption, d.persons)
    persons, consumption = d.persons[order].astype(np.float64), d.consumption[order]
    upto = np.cumsum(persons)
    total = exact_total(persons * consumption)
    ranked = exact_total(persons * consumption * (2.0 * upto - persons))
    return float(ranked / (upto[-1] * total) - 1.0)


def mobility(first: Array, second: Array, weights: Array, survey_sd: float) -> float:
    """Return the rank correlation that a survey would find between the consumption of households in two years.

    ``survey_sd`` is the noise of each year's logarithm. Log consumption is taken to be normal, so the rank correlation
    follows from the linear one: without noise a household stays where it is, with noise as large as the spread one
    half of the variance is shared.

    >>> spread = np.exp(np.array([-1.0, 1.0]))
    >>> round(mobility(spread, spread, np.ones(2), 0.0), 6), round(mobility(spread, spread, np.ones(2), 1.0), 3)
    (1.0, 0.483)
    """
    weights = weights.astype(np.float64)
    total = exact_total(weights)
    x, y = np.log(np.maximum(first, LEAST * 1e-9)), np.log(np.maximum(second, LEAST * 1e-9))
    x = x - exact_total(weights * x) / total
    y = y - exact_total(weights * y) / total
    shared = exact_total(weights * x * y) / total
    spread = [exact_total(weights * z * z) / total + survey_sd**2 for z in (x, y)]
    return 6.0 / math.pi * math.asin(0.5 * shared / math.sqrt(spread[0] * spread[1]))
