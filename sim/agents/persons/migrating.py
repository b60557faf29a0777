"""Migrating: members go abroad and come back, and remittances start and stop with them (people.md N6).

Chances by sex, age and oblast are those of the country, times what the scenario says of the month. Whether a person
goes is the person's uniform number of the month below the chance, so it is the same in every world of a scenario.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.persons.living import CHILD_TO, GROWN_FROM, YEAR, Ages, Composition, count_member, retype
from sim.agents.persons.workers import Workers, first_of, quit_work
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.state.persons import NEVER_CERTIFIED, Work, at_home


class Senders(NamedTuple):
    """What is known of members abroad."""

    mother: Array  # (persons,) row of the mother of a child to be born, -1 for everybody else
    amount: Array  # (households,) what each adult abroad sends, som of 2023 a month


class Migration(NamedTuple):
    """Chances of a month."""

    departures: Array  # (oblasts, men and women, ages in years) of a person at home to go abroad
    returns: float  # of an adult abroad to come back
    sent: float  # what is sent over what was sent at the start
    draws: np.uint64
    moved: Array  # (households,) receives 1 where somebody came or went


@rule
def may_leave(age: int, pension_age: int, certified: bool, adults: int) -> bool:
    """Return whether a person may go abroad: of working age, never on the register, and another adult stays (N6).

    Ages in months.

    >>> [bool(may_leave(age, 756, False, 2)) for age in (215, 216, 755, 756)]
    [False, True, True, False]
    >>> bool(may_leave(300, 756, True, 2)), bool(may_leave(300, 756, False, 1))
    (False, False)
    """
    return (age >= GROWN_FROM) & (age < pension_age) & (not certified) & (adults > 1)


@rule
def remitted(away: int, size: int, amount: float, sent: float) -> float:
    """Return what a household receives a month: an amount from each adult abroad, while somebody is at home (N6).

    >>> remitted(2, 3, 12000.0, 0.5), remitted(0, 3, 12000.0, 0.5), remitted(2, 0, 12000.0, 0.5)
    (12000.0, 0.0, 0.0)
    """
    return away * amount * sent if size > 0 else 0.0


@rule
def depart(i: int, h: int, age: int, w: Workers, home: Composition, ages: Ages) -> None:
    """Let person ``i`` leave household ``h`` for work abroad; a job at home is left."""
    count_member(h, np.int64(w.woman[i]), age, -1, home, ages)
    quit_work(i, w, Work.ABROAD, ages.t)
    w.shock[i], w.pension[i], w.benefit[i], w.entitled[i] = 0.0, 0.0, 0.0, 0.0


@rule
def come_back(i: int, h: int, age: int, w: Workers, home: Composition, ages: Ages) -> None:
    """Let person ``i`` come back to household ``h``; adults look for work as those do who leave school (W2)."""
    had = np.int64(home.children[h])
    count_member(h, np.int64(w.woman[i]), age, 1, home, ages)
    quit_work(i, w, Work.CHILD if age < CHILD_TO - YEAR else Work.STUDENT, ages.t)
    retype(h, had, home, w)


@rule
def comes_back(i: int, age: int, mother: int, w: Workers, migration: Migration) -> bool:
    """Return whether person ``i`` comes back this month: a child with the mother, everybody else by chance (N6)."""
    if mother >= 0 and age < GROWN_FROM:
        return w.work[mother] != Work.ABROAD
    return uniform(migration.draws, w.identifier[i]) < migration.returns


@rule
def leaves(i: int, h: int, age: int, w: Workers, home: Composition, rest: tuple[Ages, Migration]) -> bool:
    """Return whether person ``i``, who is at home, goes abroad this month (N6)."""
    ages, migration = rest
    woman = np.int64(w.woman[i])
    adults = np.int64(home.women[h]) + np.int64(home.men[h]) + np.int64(home.elders[h])
    pension_age = ages.pension_woman if woman == 1 else ages.pension_man
    if not may_leave(age, pension_age, w.certified_from[i] != NEVER_CERTIFIED, adults):
        return False
    return uniform(migration.draws, w.identifier[i]) < migration.departures[np.int64(w.oblast[h]), woman, age // YEAR]


@sweep
def migrate(
    first: int, last: int, w: Workers, home: Composition, senders: Senders, ages: Ages, migration: Migration
) -> None:
    """Let members of households ``first`` to ``last`` go abroad and come back, and set what they send."""
    for h in range(first, last):
        away = 0
        for i in range(first_of(w, h), first_of(w, h + 1)):
            work, age = np.int64(w.work[i]), ages.t - np.int64(w.birth[i])
            if work == Work.ABROAD:
                if comes_back(i, age, np.int64(senders.mother[i]), w, migration):
                    come_back(i, h, age, w, home, ages)
                    migration.moved[h] = 1
                elif age >= GROWN_FROM:
                    away += 1
            elif at_home(work) and leaves(i, h, age, w, home, (ages, migration)):
                depart(i, h, age, w, home, ages)
                migration.moved[h] = 1
                away += 1
        home.remittances[h] = remitted(away, np.int64(home.size[h]), np.float64(senders.amount[h]), migration.sent)
