"""Small countries, eventful parameters and dated designs for the tests of the household block."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from sim.beginning import begin, match_register
from sim.behaviour import Behaviour
from sim.engine.columns import taken
from sim.laws import HISTORY, Rules, law_of
from sim.population import Population, load
from sim.population.sampling import with_members
from sim.scenario import Scenario
from sim.schedule import advance
from sim.world import Terms, World

COUNTRY = "kyrgyzstan"
# Under these parameters everything that can happen to a family happens to some among a few hundred.
EVENTFUL = {
    "learning__media": 0.2,
    "applying__intercept": -1.0,
    "applying__income_ceiling": 1.5,
    "investing__diversion": 0.4,
    "investing__loan_take": 0.8,
    "visiting__rate": 4.0,
    "visiting__clawback": 0.8,
    "closing__early": 0.5,
    "closing__mature": 0.3,
    "closing__lock": -0.2,
    "starting__rate": 0.4,
    "working__family_agriculture": 0.8,
    "working__hires_agriculture": 0.2,
    "working__hires_other": 0.6,
    "claiming__entry": 0.1,
    "shocks__winter": 0.4,
    "shocks__animal_loss": 0.4,
    "reporting__detection": 0.4,
    "choosing__production": 0.0,
    "choosing__trade": 0.0,
    "choosing__services": 0.0,
}


def rows(population: Population, households: np.ndarray, scale: int) -> Population:
    """Return a country of the given household rows, each for ``scale`` real ones, and very little labour."""
    homes, everyone, place = with_members(population.households, population.everyone, np.asarray(households))
    persons = taken(population.persons, np.flatnonzero(place[population.persons.person] >= 0))
    return replace(
        population,
        households=homes._replace(weight=np.full(len(homes.weight), scale, np.uint16)),
        everyone=everyone,
        persons=persons._replace(person=place[persons.person]),
        employers=taken(population.employers, np.arange(0, len(population.employers.identifier), 10)),
        scale=scale,
    )


def shuffled(population: Population, seed: int) -> Population:
    """Return the same country with the rows of every table in another order; persons stay with their households."""
    generator = np.random.default_rng(seed)
    order, certified, employers = (
        generator.permutation(len(getattr(population, name).identifier))
        for name in ("households", "persons", "employers")
    )
    homes, everyone, place = with_members(population.households, population.everyone, order)
    persons = taken(population.persons, certified)
    return replace(
        population,
        households=homes,
        everyone=everyone,
        persons=persons._replace(person=np.where(persons.person >= 0, place[persons.person], -1)),
        employers=taken(population.employers, employers),
    )


@cache
def small(count: int = 500, scale: int = 200) -> Population:
    """Return a country of ``count`` households spread over all oblasts."""
    whole = load(COUNTRY, 1000)
    found = len(whole.households.identifier)
    return rows(whole, np.arange(count) * found // count, scale)


@cache
def mixed(count: int = 500, light: int = 20, heavy: int = 200) -> Population:
    """Return the same country with lighter rows for households with a disability, as a sample by strata has them."""
    made = small(count, heavy)
    homes = made.households
    weight = np.where(homes.with_disability > 0, light, heavy).astype(homes.weight.dtype)
    return replace(made, households=homes._replace(weight=weight))


@cache
def eventful(**changes: float) -> Behaviour:
    """Return central parameters made eventful."""
    return Behaviour.central(COUNTRY).changed(**EVENTFUL | changes)


def scenario(**values: Any) -> Scenario:
    """Return a scenario of the country with today's law."""
    return Scenario.of({"name": "test", "scale": 200, "start": "2022-01", "horizon": "2026-12"} | values)


Change = Callable[[int, Terms], Terms]


@dataclass(frozen=True)
class Bent:
    """A law whose monthly terms are bent by a function of the month."""

    law: Any
    change: Change
    known: dict[int, Terms] = field(default_factory=dict, compare=False)

    def terms(self, t: int, behaviour: Behaviour) -> Terms:
        """Return the incentives of month ``t``."""
        if t not in self.known:
            self.known[t] = self.change(t, self.law.terms(t, behaviour))
        return self.known[t]


def law(change: Change | None = None, closed_from: int | None = None) -> Any:
    """Return the history and plans of the country as a design, bent by ``change``, without places from a month on."""
    rules = Rules(law_of(scenario(), HISTORY, load(COUNTRY, 1000).country.regions))

    def bent(t: int, terms: Terms) -> Terms:
        if change is not None:
            terms = change(t, terms)
        if closed_from is not None and t >= closed_from:
            terms = replace(terms, contract=terms.contract._replace(slots=0.0))
        return terms

    return Bent(rules, bent)


def eras(t: int, terms: Terms) -> Terms:
    """Return terms under which each year has a design of its own, so that every branch is taken."""
    if t < 0:
        return terms
    c, e = terms.contract._replace(release=1), terms.economy
    if t < 12:
        c = c._replace(slots=8000.0, pay_share=1.0 / 12.0)
    elif t < 24:
        c = c._replace(loan_max=200_000.0)
    elif t < 36:
        taper = np.where(c.benefit_share < 1.0, 0.4, 1.0)
        c = c._replace(exclusion=2, benefit_share=taper, coached=1, set_aside=0.3, loan_max=0.0)
    elif t < 48:
        oblasts = np.arange(len(c.grant))
        grant = c.grant * (1.0 + 0.1 * oblasts) * (oblasts != 1)
        c = c._replace(in_kind=1, grant=grant * (2.0 if t > 40 else 1.0), oblast_weight=1.0 + oblasts % 3)
        e = e._replace(sewing_shock=1)
    else:
        c = c._replace(exclusion=0, benefit_share=np.ones_like(c.benefit_share))
        e = e._replace(export_open=0.0)
    return replace(terms, contract=c, economy=e)


def burnt_in(
    population: Population,
    behaviour: Behaviour,
    seed: int = 1,
    start: int = 0,
    threads: int = 1,
    until: int = 0,
    design: Any = None,
) -> World:
    """Return a world without any programme through its burn-in, with the register matched."""
    world = begin(population, behaviour, design or law(closed_from=-1000), seed, start, threads)
    advance(world, -1)
    match_register(world)
    return advance(world, until - 1)


def twin(world: World, design: Any, last: int, **changes: Any) -> World:
    """Return a fork under another law at month ``last``; unless told, markets answer to ``world``'s path."""
    return advance(world.fork(design=design, **{"reference": world.path} | changes), last)


def state_of(world: World, by_identifier: bool = False) -> Mapping[str, np.ndarray]:
    """Return the columns of a world, in the order of identifiers if wished."""
    order = np.argsort(world.households.identifier) if by_identifier else slice(None)
    return {name: column[order] for name, column in world.state._asdict().items()}


def differences(first: World, second: World) -> list[str]:
    """Return the columns and records in which two worlds differ in any bit, households compared by identifier."""
    mine, theirs = state_of(first, by_identifier=True), state_of(second, by_identifier=True)
    found = [name for name in mine if mine[name].tobytes() != theirs[name].tobytes()]
    for name in first.records.values.keys() | second.records.values.keys():
        a, b = first.records.series(name), second.records.series(name)
        if a.shape != b.shape or a.tobytes() != b.tobytes():
            found.append("record " + name)
    for name, a in first.path.markets[first.t - 1]._asdict().items():
        if a.tobytes() != getattr(second.path.markets[second.t - 1], name).tobytes():
            found.append("market " + name)
    return sorted(found)


def rounded(records: list[dict]) -> list[tuple]:
    """Return records in a form in which nothing but equal bits is equal, and not-a-number equals itself."""
    return [
        (r["design"], r["outcome"], r["group"], r["month"], "nan" if math.isnan(r["value"]) else r["value"].hex())
        for r in records
    ]
