"""Starting: the first state of everybody, drawn from the stationary shares of her type (people.md W1)."""

from __future__ import annotations

import math

import numpy as np

from sim.agents.persons.kinds import FIRST_AGE, LAST, Kind, age_group, follows_labour
from sim.agents.persons.moving import Chain, Month, begin_work, drawn_kind, picked
from sim.agents.persons.workers import Workers
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.state.persons import NO_EMPLOYER, NO_INDUSTRY, Work

LONGEST = 480  # months that a state may have lasted at the start


@rule
def lasted(exit_chance: float, luck: float) -> int:
    """Return how many months a state has lasted that is left with a monthly chance: geometric, at most 40 years.

    >>> int(lasted(0.5, 0.3)), int(lasted(0.5, 0.9)), int(lasted(0.0, 0.5))
    (1, 0, 480)
    """
    if exit_chance <= 0.0:
        return LONGEST
    return min(math.floor(math.log(luck) / math.log(1.0 - exit_chance)), LONGEST)


@rule
def without_work(i: int, work: int, w: Workers, t: int) -> None:
    """Give person ``i`` a state without work."""
    w.work[i], w.industry[i], w.formal[i], w.employer[i], w.since[i] = work, NO_INDUSTRY, 0, NO_EMPLOYER, t


@sweep
def start(
    first: int, last: int, w: Workers, abroad: Array, chain: Chain, explicit: Array, month: Month, filled: Array
) -> None:
    """Give the persons of households ``first`` to ``last`` their first state (W1).

    ``explicit`` (oblasts, 2, industries) is cumulated over the industries of jobs at employers of five staff and more;
    ``filled`` receives the persons in such jobs. Persons on the register stay at home until the labour block moves them.
    """
    for h in range(first, last):
        oblast, weight = np.int64(w.oblast[h]), np.int64(w.weight[h])
        begin = np.int64(w.first_person[h])
        for i in range(begin, begin + np.int64(w.members[h])):
            age = month.age_at - np.int64(w.birth[i])
            if abroad[i] == 1:
                without_work(i, Work.ABROAD, w, month.t)
            elif age < FIRST_AGE:
                without_work(i, Work.CHILD, w, month.t)
            elif follows_labour(np.int64(w.group[i]), w.certified_from[i], age, month.t):
                without_work(i, Work.HOME, w, month.t)
            elif month.age_at < w.leaving[i]:
                without_work(i, Work.STUDENT, w, month.t)
            else:
                number = np.int64(w.base[i]) + age_group(age)
                kind = drawn_kind(chain.shares[number], uniform(month.move, w.identifier[i]))
                begin_work(i, kind, oblast, w, chain, month)
                months = lasted(chain.chances[number, kind, LAST], uniform(month.birthday, w.identifier[i]))
                w.since[i] = month.t - months
                if kind == Kind.EMPLOYEE:
                    row = explicit[oblast, w.woman[i]]
                    w.industry[i] = picked(row, uniform(month.industry, w.identifier[i]))
                    w.formal[i] = 1
                    filled[oblast, w.industry[i]] += weight
