"""Members are looked at once; from then on only persons whose standing has changed, and the sums are the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import small

from sim.beginning import begin
from sim.engine.columns import copied
from sim.markets.incidence import Incidence
from sim.people import look_at_members
from sim.schedule import advance
from sim.world import World


def looked_at_anew(world: World, incidence: int) -> tuple[np.ndarray, ...]:
    """What a look at all members finds: sums, and columns of households."""
    people, state = world.people, copied(world.state)
    sums = tuple(np.zeros_like(one) for one in (people.persons, people.base, people.sharing))
    look = people.looking(incidence, world.t - 1)._replace(seen=people.seen.copy())
    look_at_members(0, world.rows, people.work.workers, state, look, *sums)
    return (*sums, state.staffed, state.lenders, state.bears)


def kept(world: World) -> tuple[np.ndarray, ...]:
    """What the world has."""
    people, state = world.people, world.state
    return people.persons, people.base, people.sharing, state.staffed, state.lenders, state.bears


@pytest.mark.parametrize("until", [None, 30], ids=["still", "living"])
def test_what_is_kept_is_what_a_look_at_everybody_finds(until):
    world = begin(small.mixed(300), small.eventful(), small.law(small.eras), 5, 0, until=until)
    moved = 0
    for month in range(world.t, 30):
        before = world.people.seen.copy()
        advance(world, month)
        moved += int((world.people.seen != before).sum())
        for found, wanted in zip(kept(world), looked_at_anew(world, Incidence.PROFITS), strict=True):
            assert np.array_equal(found, wanted), month
    assert moved > 500, "hardly anybody has moved"


def test_charges_may_fall_on_something_else_for_a_while():
    def bent(t, terms):
        falls_on = Incidence.WAGES if 3 <= t < 6 else Incidence.PROFITS
        return replace(terms, financing=terms.financing._replace(incidence=int(falls_on)))

    world = begin(small.mixed(300), small.eventful(), small.law(bent), 5, 0)
    bases = []
    for month in range(world.t, 9):
        advance(world, month)
        bases.append(int(world.people.base.sum()))
        if not 3 <= month < 6:
            for found, wanted in zip(kept(world), looked_at_anew(world, Incidence.PROFITS), strict=True):
                assert np.array_equal(found, wanted), month
    assert bases[-4] > 5 * bases[-1], "wages are no larger a base than heads"
