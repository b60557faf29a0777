"""Warming: compile the two halves of the model at once; they share no compiled code, so two processes can do it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from sim.beginning import begin
from sim.behaviour import Behaviour
from sim.labour import begin as begin_labour
from sim.laws import HISTORY, Rules, law_of
from sim.outcomes.remembering import Standing
from sim.outcomes.seats import ways_of
from sim.population import Population, load
from sim.scenario import Scenario
from sim.schedule import SCHEDULE, run_labour
from sim.state.households import SECTORS

SMALLEST = 1000  # scale of the country that is lived through
LOANS_EXIST = 26  # a month by which every sweep of households has been called
LABOUR_MONTHS = 14  # enough for every yearly event of the labour block
COLLECTED_AFTER = 100_000  # new objects: the compiler keeps what it makes, and looking for lost ones is in vain
PERSONS_IN_SMALL_FIRMS = 20_000.0  # by oblast and sector; any number does


@contextmanager
def _seldom_collected() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(COLLECTED_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@_seldom_collected()
def compile_households(country: str) -> None:
    """Run history without the labour block, which the other half compiles, and look at how households fare."""
    population, behaviour, rules = _ground(country)
    world = begin(population, behaviour, rules, 1, 0)
    steps = [step for step in SCHEDULE if step.run is not run_labour]
    while world.t <= LOANS_EXIST:
        terms = rules.terms(world.t, behaviour)
        for step in steps:
            step.run(world, terms)
        world.t += 1
    Standing.of(world)


@_seldom_collected()
def compile_labour(country: str) -> None:
    """Run the first months of the labour block alone, which needs nothing of households, and see how seats fill."""
    population, behaviour, rules = _ground(country)
    labour = begin_labour(population, behaviour, 1)
    small_firms = np.full((labour.frame.oblasts, len(SECTORS)), PERSONS_IN_SMALL_FIRMS)
    for t in range(-LABOUR_MONTHS, 0):
        terms = rules.terms(t, behaviour)
        labour.month(t, terms.quota, terms.services, terms.economy, small_firms)
    ways_of(labour, rules.terms(-1, behaviour).quota)


HALVES: tuple[Callable[[str], None], ...] = (compile_labour, compile_households)


def _ground(country: str) -> tuple[Population, Behaviour, Rules]:
    population = load(country, SMALLEST)
    scenario = Scenario.of({"country": country, "scale": SMALLEST, "start": "2022-01", "horizon": "2026-12"})
    return population, Behaviour.central(scenario.country), Rules(law_of(scenario, HISTORY, population.country.regions))
