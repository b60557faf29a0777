"""Living: persons are born, grow up, reach the pension age and die, and their households change (people.md N1 to N3).

What happens is on the tape; the rules here say what it does to a person and to the numbers of members by which
households are known.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.agents.persons.kinds import follows_labour
from sim.agents.persons.workers import Workers, first_of, quit_work
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.state.persons import NEVER_CERTIFIED, Persons, Work, at_home

YEAR = 12
CHILD_TO, GROWN_FROM = 16 * YEAR, 18 * YEAR  # months: a child is younger than the first
TOO_OLD = 63 * YEAR  # months, from which nobody begins to run a business
EDUCATION_STEP, CHILDREN_STEP = 12, 6  # numbers of types between levels of education, and without and with children


class Event(IntEnum):
    """What happens to a person."""

    BORN = 0
    DIES = 1
    NO_CHILD = 2  # turns 16
    GROWN = 3  # turns 18
    SCHOOLED = 4  # turns 25
    ELDER = 5  # reaches the pension age
    TOO_OLD = 6  # turns 63


class Composition(NamedTuple):
    """Members of each household of a world, as in the table of households, and what it receives through them."""

    size: Array
    children: Array
    adults: Array
    elders: Array
    women: Array
    men: Array
    remittances: Array


class Ages(NamedTuple):
    """The month and its pension ages, months."""

    t: int
    pension_man: int
    pension_woman: int


@rule
def count_member(h: int, woman: int, age: int, change: int, home: Composition, ages: Ages) -> None:
    """Add a member of an age in months to household ``h``, or take her away with a change of -1.

    >>> zero = lambda: np.zeros(1, dtype=np.int64)
    >>> home = Composition(zero(), zero(), zero(), zero(), zero(), zero(), zero())
    >>> ages = Ages(0, 756, 696)
    >>> for woman, age in ((1, 30), (0, 400), (1, 700), (0, 200)): count_member(0, woman, age, 1, home, ages)
    >>> [int(column[0]) for column in home]
    [4, 1, 2, 1, 0, 1, 0]
    """
    pension = ages.pension_woman if woman == 1 else ages.pension_man
    home.size[h] = np.int64(home.size[h]) + change
    if age < CHILD_TO:
        home.children[h] = np.int64(home.children[h]) + change
    elif age < pension:
        home.adults[h] = np.int64(home.adults[h]) + change
    else:
        home.elders[h] = np.int64(home.elders[h]) + change
    if GROWN_FROM <= age < pension:
        if woman == 1:
            home.women[h] = np.int64(home.women[h]) + change
        else:
            home.men[h] = np.int64(home.men[h]) + change


@rule
def retype(h: int, had: int, home: Composition, w: Workers) -> None:
    """Move the women of household ``h`` to their new type of work where it has its first child, or none any more."""
    now = home.children[h] > 0
    if now == (had > 0):
        return
    step = CHILDREN_STEP if now else -CHILDREN_STEP
    for i in range(first_of(w, h), first_of(w, h + 1)):
        if w.woman[i] == 1:
            w.base[i] = np.int64(w.base[i]) + step


@rule
def learn_more(i: int, level: int, w: Workers) -> None:
    """Raise the education of person ``i`` to a level, and with it the type of work; nobody loses any (N7)."""
    more = level - np.int64(w.education[i])
    if more > 0:
        w.education[i] = level
        w.base[i] = np.int64(w.base[i]) + EDUCATION_STEP * more
        w.changed[w.household[i]] = 1


@rule
def die(i: int, h: int, w: Workers, home: Composition, ages: Ages) -> None:
    """Take person ``i`` out of the household and out of work."""
    if w.work[i] != Work.ABROAD:
        count_member(h, np.int64(w.woman[i]), ages.t - 1 - np.int64(w.birth[i]), -1, home, ages)
    quit_work(i, w, Work.ABSENT, ages.t)
    w.pension[i], w.benefit[i], w.entitled[i], w.shock[i] = 0.0, 0.0, 0.0, 0.0
    if home.size[h] == 0:
        home.remittances[h] = 0.0


@rule
def change_mover(i: int, kind: int, w: Workers, t: int) -> None:
    """Hand person ``i`` to the labour block where she turns 18 with a certificate to come or in force, back at 63."""
    if kind == Event.GROWN and w.certified_from[i] != NEVER_CERTIFIED:
        w.register[i] = 1
    elif kind == Event.TOO_OLD and w.register[i] == 1:
        moved = follows_labour(np.int64(w.register[i]), np.int64(w.certified_from[i]), t)
        w.register[i] = 0
        if moved and w.work[i] != Work.CONTRACT:
            quit_work(i, w, Work.HOME, t)


@rule
def happen(
    i: int, kind: int, w: Workers, everyone: Persons, home: Composition, mother: Array, ages: Ages
) -> None:
    """Let one event happen to person ``i`` (N1 to N3, N7); ``mother`` is the row of the mother of who is born."""
    h, woman, age = np.int64(w.household[i]), np.int64(w.woman[i]), ages.t - np.int64(w.birth[i])
    had = np.int64(home.children[h])
    if kind == Event.BORN:
        abroad = w.work[mother[i]] == Work.ABROAD
        quit_work(i, w, Work.ABROAD if abroad else Work.CHILD, ages.t)
        if not abroad:
            count_member(h, woman, age, 1, home, ages)
    elif kind == Event.DIES:
        die(i, h, w, home, ages)
    elif at_home(np.int64(w.work[i])) and (kind == Event.NO_CHILD or kind == Event.GROWN or kind == Event.ELDER):
        count_member(h, woman, age - 1, -1, home, ages)
        count_member(h, woman, age, 1, home, ages)
        w.changed[h] = 1
    if kind == Event.GROWN or kind == Event.TOO_OLD:
        change_mover(i, kind, w, ages.t)
    if kind == Event.NO_CHILD:
        learn_more(i, min(np.int64(everyone.reached[i]), 1), w)
    elif kind == Event.SCHOOLED:
        learn_more(i, np.int64(everyone.reached[i]), w)
    retype(h, had, home, w)


@sweep
def live(
    person: Array, kind: Array, w: Workers, everyone: Persons, home: Composition, mother: Array, ages: Ages, sums: Array
) -> None:
    """Let the events of a month happen, in their order; ``sums`` (2,) receives real persons born and dead."""
    for k in range(len(person)):
        i = person[k]
        if kind[k] <= Event.DIES:
            sums[kind[k]] += np.int64(w.weight[w.household[i]])
        happen(i, np.int64(kind[k]), w, everyone, home, mother, ages)
