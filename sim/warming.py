"""Warming: compile the two halves of the model at once; they share no compiled code, so two processes can do it."""

from __future__ import annotations

from collections.abc import Callable

from sim.beginning import begin
from sim.behaviour import Behaviour
from sim.population import Population, load
from sim.scenario import Scenario
from sim.schedule import SCHEDULE, run_labour, work_and_pay
from sim.twins import HISTORY, Rules, law_of

SMALLEST = 1000  # scale of the country that is lived through
LOANS_EXIST = 26  # a month by which every sweep of households has been called
LABOUR_MONTHS = 14  # enough for every yearly event of the labour block


def compile_households(country: str) -> None:
    """Run history without the labour block and without everybody's work, which the other half compiles."""
    population, behaviour, rules = _ground(country)
    world = begin(population, behaviour, rules, 1, 0)
    steps = [step for step in SCHEDULE if step.run not in (run_labour, work_and_pay)]
    while world.t <= LOANS_EXIST:
        terms = rules.terms(world.t, behaviour)
        for step in steps:
            step.run(world, terms)
        world.t += 1


def compile_labour(country: str) -> None:
    """Run the burn-in of the labour block and of everybody's work."""
    population, behaviour, rules = _ground(country)
    world = begin(population, behaviour, rules, 1, 0)
    for _ in range(LABOUR_MONTHS):
        terms = rules.terms(world.t, behaviour)
        run_labour(world, terms)
        work_and_pay(world, terms)
        world.t += 1


HALVES: tuple[Callable[[str], None], ...] = (compile_labour, compile_households)


def _ground(country: str) -> tuple[Population, Behaviour, Rules]:
    population = load(country, SMALLEST)
    scenario = Scenario.of({"country": country, "scale": SMALLEST, "start": "2022-01", "horizon": "2026-12"})
    return population, Behaviour.central(), Rules(law_of(scenario, HISTORY, population.country.regions))
