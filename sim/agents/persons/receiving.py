"""Receiving: pay, own income and pensions of the month, person by person, summed to households and to the country."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.agents.persons.kinds import FIRST_AGE, age_group, follows_labour
from sim.agents.persons.own_work import OwnWork, luck_factor, next_own_shock, share_of_farm
from sim.agents.persons.paying import net_pay
from sim.agents.persons.retiring import benefit_beside, pension_beside, pension_of
from sim.agents.persons.workers import Workers, first_of
from sim.engine.columns import Array, fixed
from sim.engine.compiled import rule, sweep
from sim.engine.draws import normal, uniform
from sim.state.persons import Work

OLDEST = 110  # years, the last of the table of pay by age


class Line(IntEnum):
    """Sums of money of a month by oblast, som of 2023 in 1/1024 units."""

    GROSS = 0  # of ordinary employees of employers of five staff and more
    PAY = 1  # the same in hand
    CELL_GROSS = 2  # of employees of small firms, informal ones at the formal gross pay of their work
    CELL_PAY = 3
    CERTIFIED_PAY = 4  # in hand, of persons whom the labour block moves
    OWN = 5
    FARM = 6
    PENSION = 7
    BENEFIT = 8


LINES = len(Line)
BANDS = 7  # below 15, then the age groups of work
STATES = len(Work)
STAFF, BILL = 0, 1


class Rates(NamedTuple):
    """Levels of pay, own income and pensions of a month, som of 2023."""

    t: int
    age_at: int
    employee: Array  # (oblasts, industries, 2) gross pay at mean talent before education and age, man and woman
    cell: Array  # the same in small firms
    own: Array  # (oblasts, industries, 2)
    farm: Array  # (oblasts,) income of a farmer with the mean land and animals
    profile: Array  # (3, OLDEST + 1) pay by education and age
    own_profile: Array  # the same, of own-account income
    contribution: float
    tax: float
    informal: float
    pension: float
    pension_spread: float
    pension_man: int
    pension_woman: int  # not above that of men
    shock: np.uint64
    transitory: np.uint64


class Sums(NamedTuple):
    """What a month adds up over persons, in whole numbers."""

    persons: Array  # (oblasts, states of work, 2, BANDS), persons
    money: Array  # (oblasts, LINES)
    cells: Array  # (oblasts, industries, 2), ordinary persons at larger employers, and their gross pay in 1/1024 units


@rule
def band(age: int) -> int:
    """Return the age band of the sums, 0 below 15; ``age`` in months.

    >>> int(band(100)), int(band(180)), int(band(900))
    (0, 1, 6)
    """
    return age_group(age) + 1 if age >= FIRST_AGE else 0


@rule
def gross_pay(i: int, oblast: int, years: int, level: Array, w: Workers, rates: Rates) -> float:
    """Return the gross pay of employee ``i`` whose cell pays ``level`` (W3)."""
    return level[oblast, w.industry[i], w.woman[i]] * rates.profile[w.education[i], years] * w.talent[i]


@rule
def own_luck(i: int, w: Workers, rates: Rates, own: OwnWork) -> float:
    """Move the shock of own-account worker or farmer ``i`` and return what luck makes of the month's income (H1)."""
    who = w.identifier[i]
    w.shock[i] = next_own_shock(np.float64(w.shock[i]), normal(uniform(rates.shock, who)), own)
    return luck_factor(np.float64(w.shock[i]), normal(uniform(rates.transitory, who)), own)


@rule
def farmers_of(start: int, end: int, w: Workers) -> int:
    """Return how many of the persons of a household work on an own farm."""
    count = 0
    for i in range(start, end):
        count += 1 if w.work[i] == Work.FARM else 0
    return count


@rule
def employ(i: int, oblast: int, years: int, weight: int, w: Workers, rates: Rates, out: Sums) -> None:
    """Pay employee ``i`` and add it up; of an employer of five staff and more also by cell."""
    explicit = w.work[i] == Work.EMPLOYEE
    gross = gross_pay(i, oblast, years, rates.employee if explicit else rates.cell, w, rates)
    w.pay[i] = net_pay(gross, np.int64(w.formal[i]), rates.contribution, rates.tax, rates.informal)
    line = Line.GROSS if explicit else Line.CELL_GROSS
    out.money[oblast, line] += weight * fixed(gross)
    out.money[oblast, line + 1] += weight * fixed(np.float64(w.pay[i]))
    if explicit:
        out.cells[oblast, w.industry[i], STAFF] += weight
        out.cells[oblast, w.industry[i], BILL] += weight * fixed(gross)


@rule
def earn_own(i: int, h: int, years: int, weight: int, w: Workers, rates: Rates, own: OwnWork, out: Sums) -> None:
    """Set the month's income of own-account worker or farmer ``i`` of household ``h`` and add it up."""
    oblast = np.int64(w.oblast[h])
    luck = own_luck(i, w, rates, own)
    if w.work[i] == Work.OWN_ACCOUNT:
        level = rates.own[oblast, w.industry[i], w.woman[i]] * rates.own_profile[w.education[i], years]
        w.own[i] = level * w.own_talent[i] * luck
        out.money[oblast, Line.OWN] += weight * fixed(np.float64(w.own[i]))
    else:
        start = np.int64(w.first_person[h])
        farmers = farmers_of(start, start + np.int64(w.members[h]), w)
        w.own[i] = rates.farm[oblast] * w.farm[h] * share_of_farm(farmers, own) * luck
        out.money[oblast, Line.FARM] += weight * fixed(np.float64(w.own[i]))


@rule
def support(i: int, age: int, w: Workers, rates: Rates) -> float:
    """Set the pension of person ``i`` and return it with the benefit that is paid beside or in its place."""
    benefit = np.float64(w.benefit[i])
    pension_age = rates.pension_woman if w.woman[i] == 1 else rates.pension_man
    pension = pension_of(age, pension_age, rates.pension, np.float64(w.wage_score[i]), rates.pension_spread)
    w.pension[i] = pension_beside(pension, benefit)
    w.benefit[i] = benefit_beside(pension, benefit)
    return np.float64(w.pension[i]) + np.float64(w.benefit[i])


@sweep
def receive(
    first: int, last: int, w: Workers, rates: Rates, own: OwnWork, persons: Array, money: Array, cells: Array
) -> None:
    """Pay the persons of households ``first`` to ``last`` and add up households and the country (W3, W4).

    Pay of persons whom the labour block moves, and everybody's benefits, are set before. ``persons``, ``money`` and
    ``cells`` are those of :class:`Sums`.
    """
    out = Sums(persons, money, cells)
    for h in range(first, last):
        oblast, weight = np.int64(w.oblast[h]), np.int64(w.weight[h])
        earned, income, transfers = 0.0, 0.0, 0.0
        for i in range(first_of(w, h), first_of(w, h + 1)):
            work, age = np.int64(w.work[i]), rates.age_at - np.int64(w.birth[i])
            if age < 0:
                continue
            out.persons[oblast, work, w.woman[i], band(age)] += weight
            if Work.EMPLOYEE <= work <= Work.FARM:
                if follows_labour(w.register[i], w.certified_from[i], rates.t):
                    out.money[oblast, Line.CERTIFIED_PAY] += weight * fixed(np.float64(w.pay[i]))
                elif work <= Work.CELL_EMPLOYEE:
                    employ(i, oblast, min(age // 12, OLDEST), weight, w, rates, out)
                else:
                    earn_own(i, h, min(age // 12, OLDEST), weight, w, rates, own, out)
                earned += w.pay[i]
                income += w.own[i]
            if (age >= rates.pension_woman or w.benefit[i] > 0.0) and work != Work.ABROAD:
                transfers += support(i, age, w, rates)
                out.money[oblast, Line.PENSION] += weight * fixed(np.float64(w.pension[i]))
                out.money[oblast, Line.BENEFIT] += weight * fixed(np.float64(w.benefit[i]))
        w.earned[h], w.own_income[h], w.transfers[h] = earned, income, transfers
