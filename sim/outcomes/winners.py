"""Winners: persons by how much more or less income their household has, and by what was done to it (people.md Y15).

A household's gain is the change of its disposable income over the horizon and of what its business would fetch at the
end, less loans, against the same household without the design: own money put into a business is no loss. Five classes:
more than 5 % more or less, more than 0.1 % more or less, and the same. Households whose income without the design is
zero or negative, or not known, have no percentage; their persons are counted apart. Persons are those of the start.
Where a job goes to one person in place of another, one household gains and another loses. One design may also be held
against the first one in place of the country without a programme; the two are outcomes of their own, never mixed.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.outcomes.balance import household_gains
from sim.outcomes.groups import place_of, tenth_names
from sim.state.households import weights_of
from sim.state.persons import Work
from sim.world import World

SAME, MUCH = 0.001, 0.05  # shares of income beyond which a household gains or loses, and beyond which it does so much


class Class(IntEnum):
    """How a household fares; the order is that of the figures."""

    GAINS_MUCH = 0
    GAINS = 1
    SAME = 2
    LOSES = 3
    LOSES_MUCH = 4
    NO_SHARE = 5  # income without the design is not above zero, or is not known


class Kind(IntEnum):
    """What the design did to a household; the first that fits holds."""

    CONTRACT = 0  # paid a grant since the start
    APPLICANT = 1  # trained for an application since the start, and was paid no grant
    HIRED = 2  # a person on the disability register has a job that she has not without the design
    BEARS = 3  # levies of private employers fall on it
    OTHER = 4


class Winners(NamedTuple):
    """Persons of a country by what the design did to their household, decile, and how it fares."""

    by_kind: Array  # (kinds, classes)
    by_decile: Array  # (places of sim.outcomes.groups.tenth_names, classes)

    def of(self, fares: int) -> float:
        """Return the persons of a class."""
        return float(self.by_kind[:, fares].sum())

    def groups(self, fares: int) -> Iterator[tuple[str, float]]:
        """Yield the persons of a class by group."""
        for kind in Kind:
            yield f"household={kind.name.lower()}", float(self.by_kind[kind, fares])
        for place, name in enumerate(tenth_names()):
            yield name, float(self.by_decile[place, fares])


def classes(gain: Array, without: Array) -> Array:
    """Return the class of each household, given its gain and its income without the design, som over the horizon.

    >>> classes(np.array([51.0, 50.0, 1.0, -2.0, -51.0, 9.0]), np.array([1e3, 1e3, 1e3, 1e3, 1e3, 0.0])).tolist()
    [0, 1, 2, 3, 4, 5]
    """
    known = (without > 0.0) & ~np.isnan(gain)
    share = np.divide(gain, without, out=np.zeros(len(gain)), where=known)
    bounds = (share > MUCH, share > SAME, share >= -SAME, share >= -MUCH)
    found = np.select(bounds, [int(Class.GAINS_MUCH), int(Class.GAINS), int(Class.SAME), int(Class.LOSES)],
                      int(Class.LOSES_MUCH))  # fmt: skip
    return np.where(known, found, int(Class.NO_SHARE))


def table(persons: Array, place: Array, places: int, fares: Array) -> Array:
    """Return persons by place and class, whole numbers.

    >>> table(np.array([4, 2, 1]), np.array([1, 0, 1]), 2, np.array([0, 2, 0]))[:, :3].tolist()
    [[0, 0, 2], [5, 0, 0]]
    """
    out = np.zeros((places, len(Class)), dtype=np.int64)
    np.add.at(out, (place, fares), persons)
    return out


def hired(final: World, base: World) -> Array:
    """Return which households have a person on the disability register in a job that she has not without the design."""
    mine, theirs = final.people.work.workers, base.people.work.workers
    out = np.zeros(final.rows, dtype=bool)
    works, worked = (np.isin(w.work, (Work.EMPLOYEE, Work.CELL_EMPLOYEE)) for w in (mine, theirs))
    out[mine.household[(mine.register == 1) & works & ~worked]] = True
    return out


def applied(final: World) -> Array:
    """Return which households trained for an application since the start; filed ones that still wait are in it."""
    return np.asarray(final.state.tried_at >= final.start)


def kinds(final: World, base: World) -> Array:
    """Return what the design did to each household; with another design as ``base``, what either of them did."""
    contract = (final.state.paid_at >= final.start) | (base.state.paid_at >= base.start)
    state, charged = final.state, final.bearing.charged - base.bearing.charged
    bears = (state.bears > 0) & (charged != 0)[final.households.oblast]
    steps = (contract, applied(final), hired(final, base), bears)
    return np.select(steps, [int(Kind.CONTRACT), int(Kind.APPLICANT), int(Kind.HIRED), int(Kind.BEARS)],
                     int(Kind.OTHER))  # fmt: skip


def winners(final: World, base: World, before: World, deciles: Array) -> Winners:
    """Return persons by how they fare in ``final`` against ``base``; ``deciles``, from 1, are those of ``before``."""
    fares = classes(household_gains(final, base), base.state.recurrent_total + base.state.once_total)
    persons = weights_of(before.households) * before.households.size
    return Winners(
        table(persons, kinds(final, base), len(Kind), fares),
        table(persons, place_of(deciles), len(tenth_names()), fares),
    )  # fmt: skip
