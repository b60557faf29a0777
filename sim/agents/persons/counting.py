"""Counting: persons by state of work, place, sex and age, and what they have, in whole numbers."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from sim.agents.persons.kinds import AGE_GROUPS, FIRST_AGE, age_group, follows_labour
from sim.agents.persons.receiving import Rates, gross_pay
from sim.agents.persons.workers import Workers, first_of
from sim.engine.columns import Array, fixed
from sim.engine.compiled import rule, sweep
from sim.state.persons import Work


class Line(IntEnum):
    """Sums of money of a month by oblast, som of 2023 in 1/1024 units."""

    GROSS = 0  # of ordinary employees of employers of five staff and more
    PAY = 1  # the same in hand
    CELL_GROSS = 2  # of ordinary employees of small firms, informal ones at the formal gross pay of their work
    CELL_PAY = 3
    REGISTER_PAY = 4  # in hand, of persons whom the labour block moves
    OWN = 5
    FARM = 6
    PENSION = 7
    BENEFIT = 8


LINES = len(Line)
BANDS = len(AGE_GROUPS) + 1  # below 15, then the age groups of work
STATES = len(Work)
STAFF, BILL = 0, 1


@rule
def band(age: int) -> int:
    """Return the age band of the sums, 0 below 15; ``age`` in months.

    >>> int(band(100)), int(band(180)), int(band(900))
    (0, 1, 6)
    """
    return age_group(age) + 1 if age >= FIRST_AGE else 0


@rule
def add_income(i: int, oblast: int, weight: int, w: Workers, rates: Rates, money: Array, cells: Array) -> None:
    """Add what working person ``i`` has of the month."""
    work = np.int64(w.work[i])
    pay = fixed(np.float64(w.pay[i]) * rates.wage)
    if work == Work.OWN_ACCOUNT or work == Work.FARM:
        money[oblast, Line.OWN if work == Work.OWN_ACCOUNT else Line.FARM] += weight * fixed(np.float64(w.own[i]))
    elif follows_labour(w.register[i], w.certified_from[i], rates.t):
        money[oblast, Line.REGISTER_PAY] += weight * pay
    elif work == Work.EMPLOYEE or work == Work.CELL_EMPLOYEE:
        line = Line.GROSS if work == Work.EMPLOYEE else Line.CELL_GROSS
        gross = fixed(gross_pay(i, oblast, w, rates) * rates.wage)
        money[oblast, line] += weight * gross
        money[oblast, line + 1] += weight * pay
        if work == Work.EMPLOYEE:
            cells[oblast, w.industry[i], STAFF] += weight
            cells[oblast, w.industry[i], BILL] += weight * gross


@sweep
def count(first: int, last: int, w: Workers, rates: Rates, persons: Array, money: Array, cells: Array) -> None:
    """Count the persons of households ``first`` to ``last`` and add up what they have in the month.

    ``persons`` is (oblasts, states of work, 2, BANDS), ``money`` (oblasts, LINES), ``cells`` (oblasts, industries, 2):
    ordinary persons in jobs at employers of five staff and more, and their gross pay in 1/1024 units.
    """
    for h in range(first, last):
        oblast, weight = np.int64(w.oblast[h]), np.int64(w.weight[h])
        for i in range(first_of(w, h), first_of(w, h + 1)):
            work, age = np.int64(w.work[i]), rates.age_at - np.int64(w.birth[i])
            if work == Work.ABSENT:
                continue
            persons[oblast, work, w.woman[i], band(age)] += weight
            if Work.EMPLOYEE <= work <= Work.FARM:
                add_income(i, oblast, weight, w, rates, money, cells)
            if work != Work.ABROAD:
                money[oblast, Line.PENSION] += weight * fixed(np.float64(w.pension[i]) * rates.pension)
                money[oblast, Line.BENEFIT] += weight * fixed(np.float64(w.benefit[i]))
