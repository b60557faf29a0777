"""Endowing: what one set of parameters makes of each household (model.md H2, H6, H11, H13)."""

from __future__ import annotations

import math

import numpy as np

from sim.agents.choosing import can_farm
from sim.agents.persons.succeeding import NOBODY
from sim.agents.starting import start_rate
from sim.beginning.drawing import exponential
from sim.beginning.operators import operators
from sim.behaviour import Behaviour
from sim.engine.columns import Array, empty
from sim.engine.compiled import sweep
from sim.engine.draws import Decision, hazard, key, uniform
from sim.population import Population
from sim.population.belongings import PLACE_TYPES, place_type
from sim.state.households import Endowments, Households


def endow(population: Population, b: Behaviour, at: int) -> Endowments:
    """Return what the parameters make of each household; the effect on consumption is found later.

    ``at`` is the month at which ages are taken.
    """
    h, everyone = population.households, population.everyone
    e = empty(Endowments, len(h.identifier))
    e.operator[:] = operators(h, everyone, b.applying.woman_operator, population.seed, at)
    has = e.operator != NOBODY
    e.has_operator[:] = has
    e.operator_woman[:] = np.where(has, everyone.woman[e.operator], 0)
    e.operator_group[:] = np.where(has, everyone.group[e.operator], 0)
    sd, corr = b.operating.ability_sd, b.applying.belief_correlation
    ability = h.ability.astype(np.float64)
    e.ability_effect[:] = sd * ability
    e.believed_effect[:] = sd * (corr * ability + math.sqrt(1.0 - corr * corr) * h.belief_score)
    e.seen_error[:] = exponential(b.applying.observed_sd * h.observation_score.astype(np.float64))
    e.may_farm[:] = farmers(population)
    e.base_employment[:] = base_employment(h, e, population.country.employment_rate)
    return e


def farmers(population: Population) -> Array:
    """Return which households can keep animals or work land: in towns and cities a share of those who do not (D12)."""
    h, country = population.households, population.country
    place = place_type(country, {"urban": h.urban, "raion": h.raion})
    shares = np.array([1.0, *(country.share(f"may_farm[{kind}]") for kind in PLACE_TYPES[1:])])[place]
    out = np.zeros(len(place), dtype=np.uint8)
    set_farmers(0, len(place), h, shares, key(population.seed, Decision.YARD), out)
    return out


@sweep
def set_farmers(
    first: int, last: int, households: Households, shares: Array, draws: np.uint64, out: Array
) -> None:
    """Set which households can keep animals or work land, given the share of the place of each, into ``out``."""
    for i in range(first, last):
        luck = uniform(draws, households.identifier[i])
        out[i] = can_farm(
            np.int64(households.urban[i]), np.float64(households.herd[i]), np.float64(households.land[i]), luck,
            shares[i],
        )  # fmt: skip


def base_employment(h: Households, e: Endowments, rates: Array) -> Array:
    """Return the share in work of adults like those of each household beside the operator, 0 where there are none.

    ``rates`` (man and woman, rural and urban) are published.
    """
    woman = (e.operator_woman == 1) & (e.has_operator == 1)
    man = (e.operator_woman == 0) & (e.has_operator == 1)
    women = np.maximum(h.women.astype(np.float64) - woman, 0.0)
    men = np.maximum(h.men.astype(np.float64) - man, 0.0)
    of_men, of_women = (np.asarray(rates, dtype=np.float64)[sex][h.urban] for sex in (0, 1))
    return np.asarray((women * of_women + men * of_men) / np.maximum(women + men, 1.0))


def highest_start(endowments: Endowments, b: Behaviour) -> float:
    """Return a bound of every family's monthly probability of an own start (H10)."""
    best = float(endowments.believed_effect.max()) if len(endowments.believed_effect) else 0.0
    return float(hazard(start_rate(b.starting.rate, best, 1))) + 1e-12
