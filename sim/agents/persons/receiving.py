"""Receiving: pay, own income and pensions of the month, person by person, and their sums for households.

What an employee earns changes with her job, not with the month, so pay is kept over the average wage of the month and a
pension over the mean pension; only households to which something has happened are worked out anew.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.persons.kinds import follows_labour
from sim.agents.persons.own_work import OwnWork, luck_factor, next_own_shock, share_of_farm
from sim.agents.persons.paying import net_pay
from sim.agents.persons.retiring import benefit_beside, pension_beside, pension_of
from sim.agents.persons.workers import Workers, first_of
from sim.engine.columns import BLOCK, Array, row
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.engine.math import normals
from sim.state.persons import Work, at_home

OLDEST = 110  # years, the last of the table of pay by age


class Rates(NamedTuple):
    """Levels of a month: pay over the average wage, own income and pensions in som of 2023."""

    t: int
    january: int  # first month of the year, at which ages are taken for pay
    age_at: int  # month at which ages are taken for pensions
    employee: Array  # (oblasts, industries, 2) gross pay at mean talent before education and age, man and woman
    cell: Array  # the same in small firms
    own: Array  # (oblasts, industries, 2) income
    farm: Array  # (oblasts,) income of a farmer with the mean land and animals
    profile: Array  # (3, OLDEST + 1) pay by education and age
    own_profile: Array  # the same, of own-account income
    contribution: float
    tax: float
    informal: float
    wage: float  # average wage, som of 2023
    pension: float  # mean pension, som of 2023
    pension_spread: float
    pension_man: int  # pension age, months
    pension_woman: int  # not above that of men
    shock: np.uint64
    transitory: np.uint64


class Income(NamedTuple):
    """What a household has of its members in a month, som of 2023."""

    earned: Array  # net pay
    informal: Array  # part of it from informal jobs
    own_income: Array  # from own account and farming
    transfers: Array  # pensions and benefits
    employed: Array  # 1 if the person who would run a business has work


@rule
def years_at(month: int, birth: int) -> int:
    """Return the age in years in a month, from 0 to 110.

    >>> int(years_at(12, -240)), int(years_at(0, 5)), int(years_at(0, -2000))
    (21, 0, 110)
    """
    return min(max((month - birth) // 12, 0), OLDEST)


@rule
def gross_pay(i: int, oblast: int, w: Workers, rates: Rates) -> float:
    """Return the gross pay of employee ``i`` over the average wage (W3)."""
    level = rates.employee if w.work[i] == Work.EMPLOYEE else rates.cell
    years = years_at(rates.january, np.int64(w.birth[i]))
    return level[oblast, w.industry[i], w.woman[i]] * rates.profile[w.education[i], years] * np.float64(w.talent[i])


@rule
def set_support(i: int, w: Workers, rates: Rates) -> None:
    """Set the pension of person ``i`` over the mean pension, and the benefit that is paid beside or in its place."""
    age, pension_age = rates.age_at - np.int64(w.birth[i]), rates.pension_man
    if w.woman[i] == 1:
        pension_age = rates.pension_woman
    part = pension_of(age, pension_age, 1.0, np.float64(w.wage_score[i]), rates.pension_spread)
    benefit = np.float64(w.entitled[i])
    w.pension[i] = pension_beside(part * rates.pension, benefit) / rates.pension
    w.benefit[i] = benefit_beside(part * rates.pension, benefit)


@sweep
def work_out(first: int, last: int, w: Workers, rates: Rates, everybody: int) -> None:
    """Set pay and pensions of the households ``first`` to ``last`` that have changed, or of all (W3).

    Pay of persons whom the labour block moves, and to what benefit each is entitled, are set before.
    """
    for h in range(first, last):
        if w.changed[h] == 0 and everybody == 0:
            continue
        oblast = np.int64(w.oblast[h])
        earned, informal, pension, benefit = 0.0, 0.0, 0.0, 0.0
        for i in range(first_of(w, h), first_of(w, h + 1)):
            work = np.int64(w.work[i])
            if not at_home(work):
                continue
            if work == Work.EMPLOYEE or work == Work.CELL_EMPLOYEE:
                if not follows_labour(w.register[i], w.certified_from[i], rates.t):
                    gross = gross_pay(i, oblast, w, rates)
                    w.pay[i] = net_pay(gross, np.int64(w.formal[i]), rates.contribution, rates.tax, rates.informal)
                earned += np.float64(w.pay[i])
                informal += 0.0 if w.formal[i] == 1 else np.float64(w.pay[i])
            if rates.age_at - np.int64(w.birth[i]) >= rates.pension_woman or w.entitled[i] > 0.0:
                set_support(i, w, rates)
                pension += np.float64(w.pension[i])
                benefit += np.float64(w.benefit[i])
        w.earned_rate[h], w.informal_rate[h], w.pension_rate[h] = earned, informal, pension
        w.benefit_sum[h], w.changed[h] = benefit, 0


@rule
def farmers_of(start: int, end: int, w: Workers) -> int:
    """Return how many of the persons of a household work on an own farm."""
    count = 0
    for i in range(start, end):
        count += 1 if w.work[i] == Work.FARM else 0
    return count


@rule
def own_income(i: int, luck: float, w: Workers, rates: Rates, own: OwnWork) -> float:
    """Return the income of own-account worker or farmer ``i``, som of 2023; ``luck`` is the factor of shocks (W4)."""
    h = np.int64(w.household[i])
    oblast = np.int64(w.oblast[h])
    if w.work[i] == Work.FARM:
        farmers = farmers_of(first_of(w, h), first_of(w, h + 1), w)
        return rates.farm[oblast] * np.float64(w.farm[h]) * share_of_farm(farmers, own) * luck
    years = years_at(rates.january, np.int64(w.birth[i]))
    level = rates.own[oblast, w.industry[i], w.woman[i]] * rates.own_profile[w.education[i], years]
    return level * np.float64(w.own_talent[i]) * luck


@sweep(allocates=True)
def earn_own(first: int, last: int, w: Workers, rates: Rates, own: OwnWork, staff: Array) -> None:
    """Set own-account and farm income of households ``first`` to ``last`` (W4).

    Adds to ``staff`` (oblasts, industries) the ordinary persons in jobs at employers of five staff and more.
    """
    w.own_sum[first:last] = 0.0
    owners, staffed = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    who, shock, luck = np.empty(BLOCK, np.uint32), np.empty(BLOCK), np.empty(BLOCK)
    lasting, places, far = np.empty(BLOCK), np.empty(BLOCK, np.int64), np.empty(BLOCK)
    end = first_of(w, last)
    for begin in range(first_of(w, first), end, BLOCK):
        some, few = 0, 0
        for i in range(row(begin), row(min(begin + BLOCK, end))):
            work = w.work[i]
            owners[some], staffed[few] = i, i
            some += np.int64((work == Work.OWN_ACCOUNT) | (work == Work.FARM))
            few += np.int64(work == Work.EMPLOYEE)
        for k in range(some):
            who[k], shock[k] = w.identifier[owners[k]], w.shock[owners[k]]
        for k in range(row(0), row(some)):  # over buffers alone, so that the compiler does several persons at a time
            lasting[k], luck[k] = uniform(rates.shock, who[k]), uniform(rates.transitory, who[k])
        normals(lasting[:some], places, far)
        normals(luck[:some], places, far)
        for k in range(row(0), row(some)):
            shock[k] = next_own_shock(shock[k], lasting[k], own)
            luck[k] = luck_factor(shock[k], luck[k], own)
        for k in range(some):
            i = owners[k]
            w.shock[i] = shock[k]
            w.own[i] = own_income(i, luck[k], w, rates, own)
            w.own_sum[w.household[i]] += w.own[i]
        for k in range(few):
            i = staffed[k]
            if not follows_labour(w.register[i], w.certified_from[i], rates.t):
                h = w.household[i]
                staff[w.oblast[h], w.industry[i]] += np.int64(w.weight[h])


@sweep
def hand_out(first: int, last: int, w: Workers, operator: Array, wage: float, pension: float, out: Income) -> None:
    """Set what households ``first`` to ``last`` have of their members in the month, and whether the operator works.

    ``operator`` is the row of the person who would run a business of the household, -1 for none.
    """
    for h in range(row(first), row(last)):
        out.earned[h] = np.float64(w.earned_rate[h]) * wage
        out.informal[h] = np.float64(w.informal_rate[h]) * wage
        out.own_income[h] = w.own_sum[h]
        out.transfers[h] = np.float64(w.pension_rate[h]) * pension + np.float64(w.benefit_sum[h])
    for h in range(row(first), row(last)):
        who = np.int64(operator[h])
        work = w.work[row(max(who, 0))]
        out.employed[h] = np.int64((who >= 0) & (work >= Work.EMPLOYEE) & (work <= Work.FAMILY_WORKER))
