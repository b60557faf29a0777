"""Own work: income of own-account workers and farmers (people.md W4; its shocks are those of H1)."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.engine.compiled import rule
from sim.engine.math import exp, power


class OwnWork(NamedTuple):
    """Parameters of own-account and farm income."""

    level: float  # mean own-account income over the average wage of 2023, ratio
    farm: float  # mean income of a farmer over the average wage of 2023, ratio
    growth: float  # elasticity to the real average wage
    talent: float  # elasticity of own-account income to the personal effect on pay
    persistence: float  # of the persistent shock, monthly
    shock_sd: float  # stationary, log points
    transitory_sd: float  # log points
    capital: float  # exponent of land and animals in farm income
    capital_floor: float  # what a farm without either is as good as, over the mean farm
    farmers: float  # exponent of the number of farmers of a household


@rule
def next_own_shock(shock: float, score: float, own: OwnWork) -> float:
    """Return the persistent shock of the month, log points (H1).

    >>> class P: persistence, shock_sd = 0.6, 0.5
    >>> next_own_shock(1.0, 0.0, P), next_own_shock(0.0, 1.0, P)
    (0.6, 0.4)
    """
    return own.persistence * shock + own.shock_sd * math.sqrt(1.0 - own.persistence * own.persistence) * score


@rule
def luck_factor(shock: float, score: float, own: OwnWork) -> float:
    """Return what both shocks of the month make of own income, ratio with mean one (H1).

    >>> class P: shock_sd, transitory_sd = 0.5, 0.0
    >>> luck_factor(0.125, 1.0, P), luck_factor(0.0, 1.0, P) == exp(-0.125)
    (1.0, True)
    """
    variance = own.shock_sd * own.shock_sd + own.transitory_sd * own.transitory_sd
    return exp(shock + own.transitory_sd * score - 0.5 * variance)


@rule
def farm_factor(capital: float, own: OwnWork) -> float:
    """Return what land and animals make of farm income, 1 at the mean of farms; concave (W4).

    ``capital`` is half the land and half the animals, each over the mean of those who have them.

    >>> class P: capital, capital_floor = 0.5, 0.25
    >>> farm_factor(1.0, P), round(farm_factor(0.0, P), 6), farm_factor(4.75, P)
    (1.0, 0.447214, 2.0)
    """
    return power((own.capital_floor + capital) / (own.capital_floor + 1.0), own.capital)


@rule
def share_of_farm(farmers: int, own: OwnWork) -> float:
    """Return the part of a one-farmer farm's income that each of several farmers of a household has (W4).

    >>> class P: farmers = 0.5
    >>> share_of_farm(1, P), share_of_farm(4, P)
    (1.0, 0.5)
    """
    return 1.0 if farmers == 1 else power(farmers, own.farmers - 1.0)


@rule
def growth_index(wage: float, base: float, own: OwnWork) -> float:
    """Return own income over that of the base year, given the real average wage of the month and of the base year (K5).

    >>> class P: growth = 0.5
    >>> growth_index(40000.0, 10000.0, P), growth_index(10000.0, 10000.0, P)
    (2.0, 1.0)
    """
    return power(wage / base, own.growth)
