"""Protecting: how the benefits of a design reach persons, households and the budget in a month (people.md F).

Nothing is done in a month in which the design's law is today's. Otherwise households are paid the difference, it is
declared, counts in means tests of the next month, and is booked by line; persons with disabilities weigh the benefit
that they would have, and what of it a worker keeps, when they decide whether to work.
"""

from __future__ import annotations

import numpy as np

from sim.agents.persons.supporting import (
    Care,
    PayMonth,
    Register,
    count_cared,
    end_protection,
    find_rights,
    mark_register,
    protect,
    set_benefits,
)
from sim.engine.columns import Array
from sim.engine.decisions import decision
from sim.labour.frame import Frame
from sim.population.country import Country
from sim.state.protection_terms import PAYMENTS, AtRisk, Moved, SupportTerms
from sim.world import Terms, World, once_key

GROUPS = (1, 2, 3)
ASSISTED = decision("has an assistant at home")


def rights_of(frame: Frame, country: Country) -> Array:
    """Return by what each person on the register is paid (``Right``)."""
    exact = frame.persons.benefit.dtype.type
    general = np.array([country.deflated(f"social_benefit[group_{g}]") for g in GROUPS], dtype=exact)
    out = np.zeros(len(frame.persons.benefit), dtype=np.uint8)
    find_rights(frame.persons, exact(country.deflated("social_benefit[childhood]")), general, out)
    return out


def pay_benefits(world: World, terms: Terms) -> None:
    """Pay households what the benefits of the design are beyond those of today's law, and book it."""
    sums = np.zeros((world.oblasts, len(PAYMENTS)), dtype=np.int64)
    moved = terms.protection
    if moved is not None:
        w, rates = world.people.work.workers, world.people.work.rates
        register = Register(np.zeros(len(w.work), np.uint8), np.zeros(len(w.work), np.uint8))
        mark_register(world.labour.frame.persons, _rights(world), world.t, register)
        assert rates is not None, "everybody was paid before"
        month = PayMonth(moved, care_of(world, moved), rates, float(terms.economy.deflator))
        world.sweep(protect, w, register, world.state, month, sums=(sums,))
    elif world.protected:
        world.sweep(end_protection, world.state)
    world.protected = moved is not None
    for line, name in PAYMENTS.items():
        world.tally.instruments[f"paid_{name}"] = sums[:, line]


def care_of(world: World, moved: Moved) -> Care:
    """Return personal assistants at home over those who may have one, under today's law and under the design."""
    frame, rights = world.labour.frame, _rights(world)

    def share(law: SupportTerms) -> float:
        may = count_cared(frame.persons, rights, law.assistant_adults, world.t) * frame.weight
        return min(1.0, law.assistants / may) if may > 0 else 0.0

    return Care(share(moved.law), share(moved.now), once_key(world, ASSISTED))


def at_risk(world: World, moved: Moved | None, deflator: float) -> AtRisk | None:
    """Return what persons on the register have under a design, nothing under today's law."""
    if moved is None:
        return None
    persons = world.labour.frame.persons
    benefit = np.zeros_like(persons.benefit)
    set_benefits(persons, _rights(world), moved, float(deflator), benefit)
    return AtRisk(benefit, float(moved.now.benefit_kept))


def needy_over(moved: Moved | None) -> float:
    """Return the guaranteed minimum income of a design over that of today's law."""
    if moved is None or moved.law.minimum_income <= 0.0:
        return 1.0
    return float(moved.now.minimum_income) / float(moved.law.minimum_income)


def _rights(world: World) -> Array:
    return rights_of(world.labour.frame, world.population.country)
