"""Incidence: who bears what employers pay under a quota (people.md section 5 and D7).

Levies and fines less premiums of budget bodies and state enterprises are transfers inside government. What private
employers pay falls on profits, on wages or on prices: three corner cases, one in a run, never mixed. What is charged in
a month is passed on until the next March in equal parts. Whole numbers throughout: what was charged is at every moment
what households bore, what owners outside households bore and what is still to be passed on.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.engine.columns import FIXED_POINT, Array
from sim.engine.compiled import rule
from sim.errors import IdentityError

LEVY_MONTH = 3  # March, when the levy of the last year is collected


class Incidence(IntEnum):
    """On what the charges of private employers fall, in the order of ``sim.state.terms.INCIDENCE``."""

    PROFITS = 0
    WAGES = 1
    PRICES = 2


class Owning(NamedTuple):
    """Parameters of who owns private employers."""

    outside: float  # share of profits that belongs to owners outside households
    employers: float  # employers over own-account workers; those of the highest talent are taken to be employers


class Bearing(NamedTuple):
    """Charges of private employers by oblast, som of 2023 in 1/1024 units; each (oblasts,) of whole numbers."""

    open: Array  # charged and not yet passed on
    charged: Array  # since the run began
    households: Array  # borne by households since the run began
    outside: Array  # borne by owners outside households since the run began


def no_charges(oblasts: int) -> Bearing:
    """Return books without any charge."""
    return Bearing(*(np.zeros(oblasts, dtype=np.int64) for _ in Bearing._fields))


@rule
def months_to_pass_on(month: int) -> int:
    """Return in how many months what is open is passed on, this one included: until February.

    >>> months_to_pass_on(3), months_to_pass_on(12), months_to_pass_on(1), months_to_pass_on(2)
    (12, 3, 2, 1)
    """
    return (LEVY_MONTH - 1 - month) % 12 + 1


def add_charges(books: Bearing, nominal: Array, weight: float, deflator: float) -> None:
    """Add a month's charges: ``nominal`` som of rows in 1/1024 units by oblast, each row ``weight`` employers."""
    real = np.floor(nominal * weight / deflator + 0.5).astype(np.int64)
    books.open[:] += real
    books.charged[:] += real


def due_now(books: Bearing, month: int) -> Array:
    """Return what is to be passed on this month, whole numbers by oblast.

    >>> books = no_charges(1)
    >>> add_charges(books, np.array([1200.0]), 10.0, 1.0)
    >>> due_now(books, 3).tolist(), due_now(books, 2).tolist()
    ([1000], [12000])
    """
    return np.asarray(books.open // months_to_pass_on(month))


def rates(due: Array, outside: float, base: Array) -> Array:
    """Return what a household bears for each som of its base, by oblast; where there is no base nothing is borne.

    ``outside`` is the share of owners outside households, ``base`` the sum of the base over households, in 1/1024
    units of the whole country.

    >>> rates(np.array([1024]), 0.25, np.array([10240])).tolist(), rates(np.array([1024]), 0.0, np.array([0])).tolist()
    ([0.075], [0.0])
    """
    return np.where(base > 0, due * (1.0 - outside) / np.maximum(base, 1), 0.0)


def settle_charges(books: Bearing, due: Array, borne: Array, outside: float) -> None:
    """Book a month: what households bore, and the part of owners outside households; the rest stays open.

    Raises :class:`IdentityError` if a som is lost.
    """
    beyond = np.floor(due * outside + 0.5).astype(np.int64)
    books.households[:] += borne
    books.outside[:] += beyond
    books.open[:] -= borne + beyond
    gap = books.charged - books.households - books.outside - books.open
    if np.any(gap != 0):
        raise IdentityError(f"charges of employers: {np.abs(gap).max() / FIXED_POINT:g} som were borne by nobody")
