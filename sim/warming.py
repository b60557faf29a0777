"""Warming: compile the two halves of the model at once; they share no compiled code, so two processes can do it."""

from __future__ import annotations

from collections.abc import Callable

from sim.beginning import begin
from sim.behaviour import Behaviour
from sim.labour import begin as begin_labour
from sim.months import BURN_IN
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import advance
from sim.twins import HISTORY, Rules, law_of
from sim.world import Records

SMALLEST = 1000  # scale of the country that is lived through
LOANS_EXIST = 26  # a month by which every sweep of households has been called
LABOUR_MONTHS = 14  # enough for every yearly event of the labour block


def compile_households(country: str) -> None:
    """Live through history without the labour block."""
    population, behaviour, rules = _ground(country)
    world = begin(population, behaviour, rules, 1, 0)
    world.labour_of = Records()
    advance(world, LOANS_EXIST)


def compile_labour(country: str) -> None:
    """Live through the burn-in of the labour block alone."""
    population, behaviour, rules = _ground(country)
    labour = begin_labour(population, behaviour, 1)
    for t in range(-BURN_IN, -BURN_IN + LABOUR_MONTHS):
        terms = rules.terms(t, behaviour)
        labour.month(t, terms.quota, terms.services, terms.economy, population.country.incumbents)


HALVES: tuple[Callable[[str], None], ...] = (compile_labour, compile_households)


def _ground(country: str):  # type: ignore[no-untyped-def]
    population = load(country, SMALLEST)
    scenario = Scenario.of({"country": country, "scale": SMALLEST, "start": "2022-01", "horizon": "2026-12"})
    return population, Behaviour.central(), Rules(law_of(scenario, HISTORY, population.country.regions))
