"""Start: a world before the first month of its burn-in (model.md sections 8, 16.2 and X4; people.md B2)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.agents.closing import OLDEST, base_hazard
from sim.agents.households.budget import Coverage
from sim.agents.households.effects import FIRST_GUESS
from sim.agents.persons.living import Composition
from sim.beginning.endowing import endow, highest_start
from sim.beginning.places import baseline_value, calm_markets, new_office, regional_herd
from sim.beginning.register import first_caseload
from sim.behaviour import Behaviour
from sim.engine.columns import Array, empty, locked
from sim.engine.plain import plain
from sim.labour import begin as begin_labour
from sim.markets.feedback import Baseline
from sim.markets.handing import nothing_handed
from sim.markets.incidence import no_charges
from sim.money import begin_money
from sim.months import BURN_IN, PEOPLED
from sim.people import People
from sim.population import Population
from sim.population.migration import departures, senders
from sim.population.tape import tape_of, with_newborns
from sim.schedule import look_at_declared
from sim.state.households import NEVER, UNPAID, HouseholdState
from sim.work.beginning import USUAL, Options
from sim.world import Design, Life, World, with_composition, with_own_register

LIVING = Options(ageing=True, age_at=PEOPLED)


def begin(
    population: Population, behaviour: Behaviour, design: Design, seed: int, start: int, threads: int = 1,
    until: int | None = None,
) -> World:  # fmt: skip
    """Return a world at the start of its burn-in.

    Until the month ``until`` persons are born, grow older and die; without it the population stays as it is.
    """
    if until is None:
        world = bare_world(population, behaviour, design, (seed, start, threads))
    else:
        world = living(bare_world(with_newborns(population, until), behaviour, design, (seed, start, threads), LIVING))
        then = begin_labour(population, behaviour, seed).frame
        world.labour.frame = replace(
            world.labour.frame, people=then.people, capability=then.capability, gain=then.gain
        )
    terms = design.terms(world.t, behaviour)
    look_at_declared(world)
    world.settle()
    first_caseload(world)
    begin_money(world, terms)
    return world


def bare_world(
    population: Population, behaviour: Behaviour, design: Design, run: tuple[int, int, int], options: Options = USUAL
) -> World:
    """Return a world in which nobody has any money yet; ``run``: the seed, the month of comparison, threads."""
    seed, start, threads = run
    h, b, country, t = locked(population.households), behaviour, population.country, -BURN_IN
    endowments, state = endow(population, b, options.age_at), first_state(len(h.identifier))
    people = People.begin(population, b, design.terms(t, b).economy, (seed, t), endowments, state, options)
    regions, lot = len(country.regions), int(h.weight.max())
    return World(
        population=population, behaviour=b, design=design, seed=seed, t=t, start=start,
        households=h, endowments=endowments, state=state,
        people=people, bearing=no_charges(regions), handed=nothing_handed(regions),
        markets=calm_markets(regions, b, country.incumbents),
        baseline=Baseline(value=baseline_value(country, b), incumbents=country.incumbents),
        herd=regional_herd(population), office=new_office(len(country.raion_oblast), seed, lot),
        labour=begin_labour(population, b, seed), raion_oblast=country.raion_oblast, lot=lot,
        never_above=highest_start(endowments, b), base_hazard=base_hazards(b), threshold=b.claiming.threshold,
        coverage=Coverage(*(country.value(f"coverage[{name}]") for name in Coverage._fields)), loadings=FIRST_GUESS,
        extreme_ratio=country.value("extreme_line_ratio"), threads=threads,
    )


def living(world: World) -> World:
    """Return a world in which persons are born, grow older and die from July 2022 on."""
    h, everyone, labour = world.households, world.population.everyone, with_own_register(world.labour)
    composition = Composition(*(getattr(h, name).copy() for name in Composition._fields))
    row = np.full(len(everyone.birth), -1, np.int64)
    table = labour.frame.persons.person
    row[table[table >= 0]] = np.flatnonzero(table >= 0)
    country = world.population.country
    life = Life(
        tape_of(everyone), row, composition, senders(world.population), departures(country),
        country.share("return_abroad"),
    )  # fmt: skip
    return replace(world, labour=labour, life=life, households=with_composition(h, composition))


def first_state(rows: int) -> HouseholdState:
    """Return the state of households to which nothing has happened."""
    state = empty(HouseholdState, rows)
    state.visited[:] = NEVER
    state.distress_months[:] = NEVER
    state.paid_at[:] = UNPAID
    state.tried_at[:] = UNPAID
    return state


def base_hazards(b: Behaviour) -> Array:
    """Return the yearly closure hazard of a business by its age in months."""
    return np.array([plain(base_hazard)(age, b.closing) for age in range(OLDEST)])
