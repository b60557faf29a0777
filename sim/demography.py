"""Demography: how time passes for persons and households, month by month (people.md section 2, D6)."""

from __future__ import annotations

import numpy as np

from sim.agents.ageing import grow_older
from sim.agents.dying import leave_register
from sim.agents.persons.living import YEAR, Ages, Event, live
from sim.agents.persons.migrating import Migration, migrate
from sim.agents.persons.succeeding import Succession, succeed
from sim.engine.columns import Array, locked
from sim.engine.draws import Decision, key
from sim.months import BURN_IN, HORIZON, PEOPLED
from sim.world import Terms, World

ENDS = (Event.DIES, Event.GROWN, Event.TOO_OLD)  # what may change who would run a business


def let_time_pass(world: World, terms: Terms) -> None:
    """Let births, birthdays, deaths, departures and returns happen; none where the population stands still."""
    life, t = world.life, world.t
    world.people.expected_change = 0
    if life is None:
        send(world, terms.economy.remittances)
        return
    if not PEOPLED <= t < HORIZON:
        return
    world.settle()
    at = slice(*life.tape.starts[t : t + 2])
    person, kind = life.tape.person[at], life.tape.kind[at]
    age_register(world, terms, life.register_row[person[kind == Event.DIES]])
    w, everyone = world.people.work.workers, world.population.everyone
    sums = np.zeros(2, np.int64)
    ages = Ages(t, *world.people.work.frame.levels.pension_ages)
    live(person, kind, w, everyone, life.composition, life.senders.mother, ages, sums)
    world.people.expected_change = int(sums[Event.BORN] - sums[Event.DIES])
    moved = go_abroad_and_come_back(world, terms, ages)
    moved[w.household[person[np.isin(kind, ENDS)]]] = 1
    succession = Succession(
        t, world.behaviour.applying.woman_operator, key(world.population.seed, Decision.OPERATOR, -BURN_IN),
        world.households.operator_luck,
    )
    succeed(
        np.flatnonzero(moved), world.households, world.endowments, world.state, w, everyone, succession,
        world.behaviour.closing,
    )  # fmt: skip


def send(world: World, sent: float) -> None:
    """Let households of a population that stands still receive ``sent`` times what they received at the start."""
    if sent == world.sent:
        return
    first = world.population.households.remittances
    world.households = locked(world.households._replace(remittances=first * first.dtype.type(sent)))
    world.sent = sent


def age_register(world: World, terms: Terms, dead: Array) -> None:
    """Let persons on the register grow older; the rows ``dead`` leave it, those below 0 were never on it."""
    labour, t = world.labour, world.t
    firms, table = labour.firms(labour.prices(terms.economy)), labour.frame.persons
    leave_register(dead[dead >= 0], t, labour.register, firms, terms.quota)
    known = np.flatnonzero(table.person >= 0)
    years = (t - world.population.everyone.birth[table.person[known]].astype(np.int64)) // YEAR
    older = years != table.age[known]
    grow_older(known[older], years[older], t, labour.register, firms, terms.quota)


def go_abroad_and_come_back(world: World, terms: Terms, ages: Ages) -> Array:
    """Let members of households go abroad and come back; return 1 for each household in which somebody did (N6)."""
    life, economy = world.life, terms.economy
    assert life is not None
    moved = np.zeros(world.rows, np.uint8)
    migration = Migration(
        life.departures * (economy.departures / YEAR), life.returns * economy.returns / YEAR, economy.remittances,
        key(world.population.seed, Decision.ABROAD, world.t), moved,
    )  # fmt: skip
    world.sweep_now(migrate, world.people.work.workers, life.composition, life.senders, ages, migration)
    return moved
