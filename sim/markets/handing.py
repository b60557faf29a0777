"""Handing out: money that a quota brings to households whose members the labour block does not know by name.

Two pots of each oblast. Benefits of staff who were certified for the quota go to households of employees at employers
of five staff and more; what employers give for no work goes to households of persons on the register who have no job.
Every such person gets the same, which is what each may expect. Whole numbers throughout: what was paid is at every
moment what households received and what is still to be handed out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import FIXED_POINT, Array
from sim.errors import IdentityError
from sim.state.households import Pot


class Handed(NamedTuple):
    """Money by oblast and pot since the run began, som of 2023 in 1/1024 units; each (oblasts, pots) whole numbers."""

    open: Array  # paid and not yet received
    paid: Array
    received: Array


def nothing_handed(oblasts: int) -> Handed:
    """Return empty pots."""
    return Handed(*(np.zeros((oblasts, len(Pot)), dtype=np.int64) for _ in Handed._fields))


def add_to_pots(books: Handed, nominal: Array, weight: float, deflator: float) -> None:
    """Add a month's money, by oblast and pot: ``nominal`` som of rows in 1/1024 units, a row ``weight`` employers."""
    real = np.floor(nominal * weight / deflator + 0.5).astype(np.int64)
    books.open[:] += real
    books.paid[:] += real


def each_gets(books: Handed, persons: Array) -> Array:
    """Return what a person of each pot gets now, som of 2023; where a pot is for nobody it waits.

    >>> books = nothing_handed(1)
    >>> add_to_pots(books, np.array([[2048.0, 1024.0]]), 10.0, 1.0)
    >>> each_gets(books, np.array([[40, 0]])).tolist()
    [[0.5, 0.0]]
    """
    return np.where(persons > 0, books.open / FIXED_POINT / np.maximum(persons, 1), 0.0)


def settle_pots(books: Handed, received: Array) -> None:
    """Book what households received this month; what rounding leaves stays in the pot.

    Raises :class:`IdentityError` if a som is lost.
    """
    books.received[:] += received
    books.open[:] -= received
    gap = books.paid - books.received - books.open
    if np.any(gap != 0):
        raise IdentityError(f"money handed to households: {np.abs(gap).max() / FIXED_POINT:g} som reached nobody")
