"""Demography: how time passes for persons and households, month by month, from the tape (people.md section 2, D6)."""

from __future__ import annotations

import numpy as np

from sim.agents.persons.living import Ages, Event, live
from sim.agents.persons.succeeding import Succession, succeed
from sim.agents.separating import vacate
from sim.engine.columns import Array
from sim.engine.draws import Decision, key
from sim.months import BURN_IN, HORIZON
from sim.state.counting import person_severe, person_weight
from sim.state.labour_state import COUNTED, IDLE
from sim.state.persons import NEVER_CERTIFIED
from sim.world import Terms, World

ENDS = (Event.DIES, Event.GROWN, Event.TOO_OLD)  # what may change who would run a business


def let_time_pass(world: World, terms: Terms) -> None:
    """Let the month's births, birthdays and deaths happen; nothing where the population stands still."""
    life, t = world.life, world.t
    world.people.expected_change = 0
    if life is None or not 0 <= t < HORIZON:
        return
    world.settle()
    at = slice(*life.tape.starts[t : t + 2])
    person, kind = life.tape.person[at], life.tape.kind[at]
    dead = person[kind == Event.DIES]
    leave_register(world, terms, dead)
    w, everyone = world.people.work.workers, world.population.everyone
    sums = np.zeros(2, np.int64)
    ages = Ages(t, *world.people.work.frame.levels.pension_ages)
    live(person, kind, w, everyone, life.composition, ages, sums)
    world.people.expected_change = int(sums[Event.BORN] - sums[Event.DIES])
    rows = np.unique(w.household[person[np.isin(kind, ENDS)]]).astype(np.int64)
    succession = Succession(
        t, world.behaviour.applying.woman_operator, key(world.population.seed, Decision.OPERATOR, -BURN_IN),
        world.households.operator_luck,
    )
    succeed(
        rows, world.households, world.endowments, world.state, w, everyone, succession, world.behaviour.closing
    )


def leave_register(world: World, terms: Terms, dead: Array) -> None:
    """Take persons who died off the disability register, and out of their jobs."""
    assert world.life is not None
    labour = world.labour
    rows = world.life.register_row[dead]
    rows = rows[rows >= 0]
    if not len(rows):
        return
    table, state, share = labour.frame.persons, labour.persons, labour.prices(terms.economy).pay_share
    for k in rows:
        weight, severe = 0.0, 0
        if state.state[k] == COUNTED:
            weight = person_weight(terms.quota, table, state, k, share[state.employer[k]])
            severe = person_severe(terms.quota, table, k)
        if state.state[k] != IDLE:
            vacate(k, world.t, table, state, labour.employers, weight, severe)
        state.willing[k], state.own_business[k] = 0, 0
        table.certified_from[k] = NEVER_CERTIFIED
