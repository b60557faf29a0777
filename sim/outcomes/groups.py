"""Groups: the persons and households that figures are given for apart, and the floor below which none is given.

A person's groups are those of the month that is looked at; tenths are formed once, when the comparison starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array, ordered
from sim.engine.plain import plain
from sim.outcomes.quota import GROUPS as CERTIFIED
from sim.outcomes.quota import firm_cells
from sim.state.persons import at_home
from sim.world import World

LEAST_ROWS = 30  # simulated households or persons below which nothing is said of a group
SEXES = ("men", "women")
AGES = ("under 18", "18 to 57", "58 and older")  # those of the published poverty figures
AGE_FROM = (18, 58)
DISABILITY = ("none", *CERTIFIED)
PLACES = ("rural", "urban")
TENTHS = 10
NO_TENTH, NEGATIVE = "not known", "below zero"
OF_PERSONS, OF_HOMES = ("sex", "age", "disability group"), ("oblast", "place", "disability", "decile")
OF_FAMILIES = (*OF_HOMES, "operator", "sector")
SIZES = (len(SEXES), len(AGES), len(DISABILITY))


class Dimension(NamedTuple):
    """A way to part households or persons into groups."""

    name: str
    labels: Sequence[str]
    codes: Array  # index of the label of each row

    def names(self) -> list[str]:
        """Return the names of the groups, such as ``oblast=Naryn``."""
        return [f"{self.name}={label}" for label in self.labels]


class Residents(NamedTuple):
    """Persons who are present at the end of a month; each array has one entry for each of them."""

    home: Array  # row of the household
    weight: Array  # real persons
    woman: Array
    age: Array  # years
    group: Array  # of the certificate in force: 0 none, 1 to 3

    def dimensions(self) -> tuple[Dimension, ...]:
        """Return sex, age and group of disability."""
        age = np.searchsorted(AGE_FROM, self.age, side="right")
        codes = (self.woman.astype(np.int64), age, self.group.astype(np.int64))
        labels = zip(("sex", "age", "disability group"), (SEXES, AGES, DISABILITY), codes, strict=True)
        return tuple(Dimension(*each) for each in labels)


def present(world: World) -> Array:
    """Return the rows of the persons who are present as the last month of a world left them."""
    return np.flatnonzero(plain(at_home)(world.people.work.state.work))


def residents(world: World) -> Residents:
    """Return the persons who are present as the last month of a world left them."""
    t, everybody = world.t - 1, world.population.everyone
    here = present(world)
    birth = everybody.birth[here].astype(np.int64)
    home = everybody.household[here]
    certified = everybody.certified_from[here] <= t
    return Residents(
        home, world.households.weight[home].astype(np.int64), everybody.woman[here] == 1,
        (world.people.work.age_at(t) - birth) // 12, np.where(certified, everybody.group[here], 0),
    )  # fmt: skip


def tenths(values: Array, weights: Array, names: Array, count: int = TENTHS) -> Array:
    """Return the tenth of each row by its value, 1 to 10 with equal numbers of persons; ties are in one tenth.

    Rows of one value are where the middle of their persons is. Values below zero are apart (-1), and so are those that
    are not known (0): they are in no tenth and move no other. ``names`` only fix the order in which sums are made.

    >>> tenths(np.array([1.0, 2.0, 2.0, 3.0]), np.array([1, 1, 1, 1]), np.arange(4), count=2).tolist()
    [1, 2, 2, 2]
    >>> tenths(np.array([5.0, -1.0, np.nan, 9.0]), np.array([1, 7, 7, 1]), np.arange(4), count=2).tolist()
    [1, -1, 0, 2]
    """
    out = np.where(np.isnan(values), 0, -1)
    rows = np.flatnonzero(values >= 0.0)
    if not len(rows) or not weights[rows].any():
        return np.where(values >= 0.0, 0, out)
    order = rows[ordered(values[rows], names[rows])]
    persons = weights[order].astype(np.int64)
    upto = np.cumsum(persons)
    first = np.concatenate([[True], values[order][1:] != values[order][:-1]])
    tie = np.cumsum(first) - 1
    ends = upto[np.concatenate([np.flatnonzero(first)[1:] - 1, [len(order) - 1]])]
    begins = np.concatenate([[0], ends[:-1]])
    out[order] = np.clip((begins + ends) * count // (2 * upto[-1]) + 1, 1, count)[tie]
    return out


def tenth_names() -> list[str]:
    """Return the names of the groups of tenths, those that are in none last."""
    return [*(f"decile={k}" for k in range(1, TENTHS + 1)), f"decile={NO_TENTH}", f"decile={NEGATIVE}"]


def place_of(tenth: Array) -> Array:
    """Return the place of each row in :func:`tenth_names`.

    >>> place_of(np.array([1, 10, 0, -1])).tolist()
    [0, 9, 10, 11]
    """
    return np.where(tenth > 0, tenth - 1, TENTHS - tenth)


def of_homes(world: World, tenth: Array) -> tuple[Dimension, ...]:
    """Return the groups of households: oblast, town or village, member with a disability, and tenth."""
    h = world.households
    tenth_labels = [name.partition("=")[2] for name in tenth_names()]
    return (
        Dimension("oblast", world.population.country.regions, h.oblast.astype(np.int64)),
        Dimension("place", PLACES, (h.urban == 1).astype(np.int64)),
        Dimension("disability", ("yes", "no"), (h.with_disability == 0).astype(np.int64)),
        Dimension("decile", tenth_labels, place_of(tenth)),
    )


def of_employers(world: World) -> tuple[Dimension, ...]:
    """Return the groups of employers: owner and size."""
    return tuple(Dimension(by, *firm_cells(world.labour, by)) for by in ("owner", "size"))


def rows_by_group(dimensions: Sequence[Dimension]) -> Iterator[tuple[str, int]]:
    """Yield the number of simulated rows of each group."""
    for each in dimensions:
        counts = np.bincount(each.codes, minlength=len(each.labels))
        yield from zip(each.names(), (int(n) for n in counts), strict=True)
