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
    mark_register,
    move_benefits,
    protect,
)
from sim.engine.columns import Array
from sim.engine.decisions import decision
from sim.state.protection_terms import PAYMENTS, AtRisk, Moved, SupportTerms
from sim.work.certified import held_benefits
from sim.world import Terms, World, once_key

ASSISTED = decision("has an assistant at home")


def pay_benefits(world: World, terms: Terms) -> None:
    """Pay households what the benefits of the design are beyond those of today's law, and book it."""
    sums = np.zeros((world.oblasts, len(PAYMENTS)), dtype=np.int64)
    moved = terms.protection
    if moved is not None:
        register, month = register_of(world, world.t), pay_month(world, terms, world.t)
        world.sweep(protect, world.people.work.workers, register, world.state, month, sums=(sums,))
    elif world.protected:
        world.sweep(end_protection, world.state)
    world.protected = moved is not None
    for line, name in PAYMENTS.items():
        world.tally.instruments[f"paid_{name}"] = sums[:, line]


def pay_month(world: World, terms: Terms, t: int, persons: int = 0) -> PayMonth:
    """Return what all households share in month ``t``, with room for what each of so many ``persons`` is paid."""
    rates, moved = world.people.work.rates, terms.protection
    assert rates is not None, "everybody was paid before"
    assert moved is not None, "a design pays what today's law does not"
    each = np.zeros((persons, len(PAYMENTS)))
    return PayMonth(moved, care_of(world, moved, t), rates, float(terms.economy.deflator), each)


def register_of(world: World, t: int) -> Register:
    """Return who of everybody is on the disability register in month ``t``, and what they are paid by."""
    count = len(world.people.work.workers.work)
    register = Register(np.zeros(count, np.uint8), np.zeros(count, np.uint8))
    mark_register(world.labour.frame.persons, world.labour.frame.rights, t, register)
    return register


def paid_beyond(world: World, terms: Terms, register: Register) -> Array:
    """Return what each person was paid in the last month beyond today's law, (persons, Payment), som of 2023."""
    w = world.people.work.workers
    if terms.protection is None:
        return np.zeros((len(w.work), len(PAYMENTS)))
    month = pay_month(world, terms, world.t - 1, persons=len(w.work))
    aside = world.state._replace(protection=np.zeros_like(world.state.protection))
    protect(0, world.rows, w, register, aside, month, np.zeros((world.oblasts, len(PAYMENTS)), np.int64))
    return month.each


def care_of(world: World, moved: Moved, t: int) -> Care:
    """Return personal assistants at home in month ``t`` over those who may have one, by today's law and the design."""
    frame = world.labour.frame

    def share(law: SupportTerms) -> float:
        may = count_cared(frame.persons, frame.rights, law.assistant_adults, t) * frame.weight
        return min(1.0, law.assistants / may) if may > 0 else 0.0

    return Care(share(moved.law), share(moved.now), once_key(world, ASSISTED))


def at_risk(world: World, terms: Terms) -> AtRisk | None:
    """Return what persons on the register have in a month, nothing where it is what the register holds."""
    moved, unindexed = terms.protection, terms.unindexed
    if moved is None and unindexed is None:
        return None
    frame = world.labour.frame
    benefit, kept = held_benefits(frame, unindexed).copy(), 1.0 if unindexed is None else unindexed.kept
    if moved is not None:
        move_benefits(frame.persons, frame.rights, moved, float(terms.economy.deflator), benefit)
        kept = moved.now.benefit_kept
    return AtRisk(benefit, float(kept))


def needy_over(moved: Moved | None) -> float:
    """Return the guaranteed minimum income of a design over that of today's law."""
    if moved is None or moved.law.minimum_income <= 0.0:
        return 1.0
    return float(moved.now.minimum_income) / float(moved.law.minimum_income)
