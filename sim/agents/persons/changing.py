"""Changing: who loses, leaves, seeks and finds work in a month (people.md W2); the chances are in ``moving``."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.agents.persons.kinds import (
    FIRST_AGE,
    KINDS,
    LAST,
    NO_KIND,
    Kind,
    age_group,
    changes_group,
    follows_labour,
    kind_of,
    work_of,
)
from sim.agents.persons.moving import Chain
from sim.agents.persons.workers import Workers, first_of, quit_work
from sim.engine.columns import BLOCK, Array, row
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.engine.math import normal
from sim.state.persons import Work

AGRICULTURE, TRADE = 0, 5


class Month(NamedTuple):
    """What a month of transitions needs to know."""

    t: int
    age_at: int  # month at which ages are taken; a fixed one where nobody ages
    ageing: int  # 1 if ages change
    pension_man: int  # months
    pension_woman: int  # months
    shock_sd: float
    move: np.uint64  # keys of the month
    birthday: np.uint64
    industry: np.uint64
    formal: np.uint64
    shock: np.uint64


@rule
def picked(cumulated: Array, luck: float) -> int:
    """Return the first place whose cumulated value exceeds ``luck``, the last place if none does.

    >>> table = np.array([0.1, 0.1, 0.3])
    >>> [int(picked(table, luck)) for luck in (0.05, 0.1, 0.29, 0.9)]
    [0, 2, 2, 2]
    """
    place = 0
    last = len(cumulated) - 1
    while place < last and luck >= cumulated[place]:
        place += 1
    return place


@rule
def drawn_kind(shares: Array, luck: float) -> int:
    """Return the kind that ``luck`` picks from shares that add up to one (W1).

    >>> shares = np.array([0.25, 0.25, 0.5, 0.0, 0.0, 0.0, 0.0])
    >>> [int(drawn_kind(shares, luck)) for luck in (0.2, 0.3, 0.99)]
    [0, 1, 2]
    """
    reached = 0.0
    for kind in range(KINDS):
        reached += shares[kind]
        if luck < reached:
            return kind
    return Kind.HOME


@rule
def after_school(shares: Array, luck: float) -> int:
    """Return what a person does whose schooling ends: drawn from her shares, but jobs of employers are sought (W2).

    >>> shares = np.array([0.25, 0.25, 0.25, 0.25, 0.0, 0.0, 0.0])
    >>> [int(after_school(shares, luck)) for luck in (0.2, 0.6, 0.9)]
    [0, 1, 3]
    """
    kind = drawn_kind(shares, luck)
    return Kind.SEEKING if kind == Kind.EMPLOYEE else kind


@rule
def after_birthday(kind: int, before: Array, now: Array, luck: float) -> int:
    """Return what a person does who enters another age group: as few as possible change, and shares are met (W2).

    >>> young = np.array([0.4, 0.1, 0.5, 0.0, 0.0, 0.0, 0.0])
    >>> old = np.array([0.7, 0.05, 0.25, 0.0, 0.0, 0.0, 0.0])
    >>> [int(after_birthday(2, young, old, luck)) for luck in (0.49, 0.51)], int(after_birthday(0, young, old, 0.99))
    ([2, 0], 0)
    """
    stays = now[kind] / before[kind] if before[kind] > now[kind] else 1.0
    if luck < stays:
        return kind
    wanted = 0.0
    for other in range(KINDS):
        wanted += max(now[other] - before[other], 0.0)
    rest = (luck - stays) / (1.0 - stays) * wanted
    for other in range(KINDS):
        rest -= max(now[other] - before[other], 0.0)
        if rest < 0.0:
            return Kind.SEEKING if other == Kind.EMPLOYEE else other
    return Kind.HOME


@rule
def begin_work(i: int, kind: int, oblast: int, w: Workers, chain: Chain, month: Month) -> None:
    """Put person ``i`` into a kind of work, with industry, formality and shock where it has them."""
    age = month.age_at - np.int64(w.birth[i])
    woman = np.int64(w.woman[i])
    who = w.identifier[i]
    pension_age = month.pension_woman if woman == 1 else month.pension_man
    quit_work(i, w, work_of(kind, age, pension_age), month.t)
    if kind == Kind.CELL or kind == Kind.OWN:
        place = 0 if kind == Kind.CELL else 1
        industry = picked(chain.industries[place, oblast, woman], uniform(month.industry, who))
        w.industry[i] = industry
        if kind == Kind.CELL:
            w.formal[i] = 1 if uniform(month.formal, who) < chain.formal[industry] else 0
    elif kind == Kind.FARM:
        w.industry[i] = AGRICULTURE
    elif kind == Kind.FAMILY:
        w.industry[i] = AGRICULTURE if uniform(month.industry, who) < chain.farming else TRADE
    if kind == Kind.OWN or kind == Kind.FARM:
        w.shock[i] = month.shock_sd * normal(uniform(month.shock, who))


@rule
def next_kind(i: int, kind: int, age: int, w: Workers, chain: Chain, month: Month) -> int:
    """Return the kind of work of person ``i`` after this month's transitions; -1 for who is at school."""
    number = np.int64(w.base[i]) + age_group(age)
    who = w.identifier[i]
    if kind == NO_KIND:
        if month.age_at < w.leaving[i]:
            return NO_KIND
        return after_school(chain.shares[number], uniform(month.birthday, who))
    if month.ageing == 1 and changes_group(age):
        luck = uniform(month.birthday, who)
        return after_birthday(kind, chain.shares[number - 1], chain.shares[number], luck)
    luck = uniform(month.move, who)
    row = chain.chances[number, kind]
    return picked(row, luck) if luck < row[LAST] else kind


@rule
def leaves_school(work: int, age: int, left_school: bool) -> bool:
    """Return whether schooling ends for a child or student of an age in months (W2).

    >>> [bool(leaves_school(*one)) for one in ((0, 179, True), (0, 180, False), (1, 200, False), (1, 240, True))]
    [False, True, False, True]
    """
    return (work <= Work.STUDENT) & (age >= FIRST_AGE) & ((work == Work.CHILD) | left_school)


@rule
def grows_up(work: int, age: int, left_school: bool, pension_age: int, ageing: int) -> bool:
    """Return whether age alone may change a person's state this month: school, a birthday or the pension (W2).

    >>> [bool(grows_up(*one)) for one in ((0, 179, False, 756, 1), (0, 180, False, 756, 1), (4, 300, True, 756, 1))]
    [False, True, True]
    >>> [bool(grows_up(*one)) for one in ((4, 300, True, 756, 0), (4, 756, True, 756, 0), (11, 800, True, 756, 1))]
    [False, True, False]
    """
    retires = (age == pension_age) | ((work == Work.HOME) & (age > pension_age))
    return leaves_school(work, age, left_school) | retires | ((ageing == 1) & changes_group(age))


@rule
def looked_at(work: int, age: int, left_school: bool) -> bool:
    """Return whether a month may change a person's state at all: not that of children, contracts and persons abroad.

    >>> [bool(looked_at(work, 200, False)) for work in (Work.STUDENT, Work.HOME, Work.FAMILY_WORKER, Work.CONTRACT)]
    [False, True, True, False]
    >>> bool(looked_at(Work.STUDENT, 200, True)), bool(looked_at(Work.RETIRED, 700, True))
    (True, True)
    """
    return (kind_of(work) != NO_KIND) | leaves_school(work, age, left_school)


@rule
def stirs(i: Any, luck: float, w: Workers, chain: Chain, month: Month) -> bool:
    """Return whether the state of person ``i`` may change this month, by her draw or by her age."""
    work, age = np.int64(w.work[i]), month.age_at - np.int64(w.birth[i])
    likely = np.float64(chain.leaving[row(np.int64(w.base[i]) + age_group(age)), row(work)])
    pension_age = month.pension_woman if w.woman[i] == 1 else month.pension_man
    return (luck < likely) | grows_up(work, age, month.age_at >= w.leaving[i], pension_age, month.ageing)


@rule
def change(i: int, oblast: int, weight: int, w: Workers, rest: tuple[Chain, Month, Array, Array]) -> None:
    """Move person ``i`` to her state after this month; ``rest``: the chain, the month, the sums of :func:`move`."""
    chain, month, lost, flows = rest
    age, kind = month.age_at - np.int64(w.birth[i]), kind_of(np.int64(w.work[i]))
    new = next_kind(i, kind, age, w, chain, month)
    w.changed[w.household[i]] = 1
    if new == kind:
        if kind == Kind.HOME:
            w.work[i] = work_of(kind, age, month.pension_woman if w.woman[i] == 1 else month.pension_man)
        elif kind == NO_KIND:
            w.work[i] = Work.STUDENT
        return
    if kind == Kind.EMPLOYEE:
        lost[oblast, w.industry[i]] += weight
    if kind != NO_KIND:
        flows[kind, new] += weight
    begin_work(i, new, oblast, w, chain, month)


@sweep(allocates=True)
def move(
    first: int, last: int, w: Workers, chain: Chain, month: Month, present: Array, lost: Array, flows: Array
) -> None:
    """Let the persons of households ``first`` to ``last`` lose, leave, seek and find work (W2).

    Adds persons by cell (oblast, industry) with jobs at employers of five staff and more: ``present`` at the beginning,
    ``lost`` of these in the month; and ``flows`` (kinds before, kinds after) between kinds. Most persons stay where
    they are, so who may change is looked for without branches first.
    """
    looked, changing = np.empty(BLOCK, np.uint8), np.empty(BLOCK, np.uint8)
    listed, who, luck = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.uint32), np.empty(BLOCK)
    end = first_of(w, last)
    for begin in range(first_of(w, first), end, BLOCK):
        start, stop = row(begin), row(min(begin + BLOCK, end))
        for i in range(start, stop):
            age = month.age_at - np.int64(w.birth[i])
            looked[i - start] = looked_at(np.int64(w.work[i]), age, month.age_at >= w.leaving[i])
        some, few = 0, 0
        for i in range(start, stop):
            listed[some], who[some] = i, w.identifier[i]
            some += np.int64(looked[i - start])
        for k in range(row(0), row(some)):
            luck[k] = uniform(month.move, who[k])
        for k in range(row(0), row(some)):
            i = row(listed[k])
            changes = stirs(i, luck[k], w, chain, month)
            listed[few], changing[few] = i, changes
            few += np.int64(changes | (w.work[i] == Work.EMPLOYEE))
        for k in range(few):
            i = listed[k]
            if follows_labour(w.register[i], w.certified_from[i], month.t):
                continue
            home = w.household[i]
            oblast, weight = np.int64(w.oblast[home]), np.int64(w.weight[home])
            if w.work[i] == Work.EMPLOYEE:
                present[oblast, w.industry[i]] += weight
            if changing[k] == 1:
                change(i, oblast, weight, w, (chain, month, lost, flows))
