"""People: where household money gets the pay, own income and transfers of members from (people.md W1 to W4).

The narrow side of persons at work that households see. Whoever provides it sets five columns of every household each
month: ``earned``, ``informal``, ``own_income``, ``transfers`` and ``employed``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sim.errors import InputError


class People(Protocol):
    """Persons at work."""

    def enter(self, world: Any, terms: Any) -> None:
        """Set the columns of households of the month in which the burn-in begins."""

    def month(self, world: Any, terms: Any) -> None:
        """Let persons find, lose and keep work this month, and set the columns of households."""

    def copy(self) -> People:
        """Return persons of their own for another world."""


Maker = Callable[[Any, Any, Any, int], People]
_makers: list[Maker] = []


def provide(maker: Maker) -> None:
    """Tell who makes the persons of a world: a function of population, behaviour, terms and seed."""
    _makers[:] = [maker]


def begin_people(population: Any, behaviour: Any, terms: Any, seed: int) -> People:
    """Return the persons of a world at the start of its burn-in."""
    if not _makers:
        raise InputError("nobody provides the pay of persons; sim.people.provide must be called once before a run")
    return _makers[0](population, behaviour, terms, seed)
