"""Register: the caseload of the child benefit at the start, and the register of January 2022 (model.md section 8)."""

from __future__ import annotations

import numpy as np

from sim.agents.claiming import MOST_CHILDREN
from sim.beginning.drawing import uniforms
from sim.engine.columns import ordered
from sim.engine.draws import Decision, key
from sim.months import BURN_IN
from sim.schedule import REGISTER, REGISTER_YEAR, entry_chances
from sim.state.households import fitting, weights_of
from sim.world import World


def registered(world: World) -> float:
    """Return the families with the child benefit on the register at the start."""
    return float(world.population.country.value(REGISTER, "country", REGISTER_YEAR))


def first_caseload(world: World) -> None:
    """Give the child benefit to the families with the lowest declared income, as many as the register says."""
    h, state = world.households, world.state
    luck = uniforms(h, key(world.seed, Decision.UBK_ENTRY, world.t - 1))
    entries, leaving = entry_chances(world.behaviour.claiming), world.behaviour.claiming.exit
    moves = entries + leaving
    settled = np.divide(entries, moves, out=np.zeros_like(entries), where=moves > 0.0)
    settled = settled[np.minimum(h.children, MOST_CHILDREN)]
    rows = np.flatnonzero((h.children > 0) & (luck < settled))
    order = rows[ordered(state.declared[rows], h.identifier[rows])]
    state.benefit[order[: fitting(weights_of(h, order), registered(world))]] = 1


def match_register(world: World) -> None:
    """Bring the caseload of the child benefit to the register's families before the first month.

    Families leave at random; families with children enter at random, first those whose declared income lies below the
    threshold. Whole rows move, so the caseload comes as near as half a row. Only the national register is published, so
    places follow the model.
    """
    h, state = world.households, world.state
    wanted, weight = registered(world), weights_of(h)
    luck = uniforms(h, key(world.seed, Decision.UBK_EXIT, -BURN_IN - 1))
    receives = state.benefit == 1
    known = int(weight[receives].sum())
    if known > wanted:
        rows = np.flatnonzero(receives)
        stays = rows[ordered(luck[rows], h.identifier[rows])[::-1]]
        state.benefit[stays[fitting(weight[stays], wanted) :]] = 0
    elif known < wanted:
        rows = np.flatnonzero(~receives & (h.children > 0))
        above = state.declared[rows] >= world.threshold
        enters = rows[np.lexsort((h.identifier[rows], luck[rows], above))]
        state.benefit[enters[: fitting(weight[enters], wanted - known)]] = 1
