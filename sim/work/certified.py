"""Certified: what the labour block does reaches the table of everybody (people.md section 11, D4; W5).

Persons of working age on the disability register are moved by the labour block alone. After its month their state,
job, pay and benefit are copied, and the jobs that are left for everybody else are counted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.persons.kinds import follows_labour
from sim.agents.persons.supporting import set_held
from sim.agents.persons.workers import Workers, quit_work
from sim.agents.seeking import Productivity, relative_productivity
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.labour import LabourWorld
from sim.labour.frame import Frame
from sim.labour.meeting import Prices
from sim.state.labour import INDUSTRIES
from sim.state.labour import Persons as Certified
from sim.state.labour_state import COUNTED, EMPLOYED, OWN_BUSINESS, REGISTERED, SEEKING
from sim.state.labour_state import PersonState as CertifiedState
from sim.state.persons import Work
from sim.state.protection_terms import Unindexed
from sim.state.terms import EconomyTerms
from sim.taxes_benefits.contributions import Contributing, income_tax_rate, worker_contribution


class Wages(NamedTuple):
    """What persons on the register are paid in a month, nominal som, and what is taken from it."""

    offered: Array  # (employers,) full-time pay of the job offered
    small: Array  # (oblasts,) full-time pay at small firms, in hand
    industry: Array  # (employers,)
    owner: Array  # (employers,)
    deflator: float
    average: float  # wage, som of 2023
    short_hours: float  # share of full hours of who works the shortest that count
    economy: EconomyTerms
    productivity: Productivity
    contributing: Contributing


@rule
def work_on_register(state: int, employer: int) -> int:
    """Return the state of work of a state of the labour block; a sheltered place is no job on the labour market.

    >>> [int(work_on_register(*one)) for one in ((EMPLOYED, 5), (COUNTED, 5), (EMPLOYED, -1), (REGISTERED, -1))]
    [4, 4, 5, 3]
    >>> [int(work_on_register(*one)) for one in ((0, -1), (6, -1), (OWN_BUSINESS, -1))]
    [2, 2, 9]
    """
    if state in (EMPLOYED, COUNTED):
        return Work.EMPLOYEE if employer >= 0 else Work.CELL_EMPLOYEE
    if state in (SEEKING, REGISTERED):
        return Work.SEEKING
    return Work.CONTRACT if state == OWN_BUSINESS else Work.HOME


@rule
def pay_on_register(full_pay: float, capability: float, hours: float, taken: float, deflator: float) -> float:
    """Return pay in hand, som of 2023: full-time pay by relative productivity and hours, less what is taken (P4).

    >>> pay_on_register(20000.0, 0.75, 0.5, 0.2, 1.2), pay_on_register(12000.0, 0.75, 1.0, 0.0, 1.0)
    (5000.0, 9000.0)
    """
    return full_pay * capability * hours * (1.0 - taken) / deflator


@rule
def register_pay(k: int, persons: Certified, state: CertifiedState, wages: Wages) -> float:
    """Return the pay in hand of working person ``k`` of the register, som of 2023."""
    group = np.int64(persons.group[k])
    capability = relative_productivity(group, wages.productivity)
    employer = np.int64(state.employer[k])
    if employer < 0:
        return pay_on_register(wages.small[persons.oblast[k]], capability, 1.0, 0.0, wages.deflator)
    taken = income_tax_rate(group, np.int64(persons.kind[k]), wages.economy)
    taken += worker_contribution(np.int64(wages.owner[employer]), group, wages.economy, wages.contributing)
    hours = wages.short_hours if state.half_time[k] == 1 else 1.0
    return pay_on_register(wages.offered[employer], capability, hours, taken, wages.deflator)


@sweep
def copy_register(
    persons: Certified, state: CertifiedState, w: Workers, wages: Wages, held: Array, t: int
) -> None:
    """Copy state, job and pay of persons on the register, and the benefit ``held``, into the table of everybody."""
    for k in range(len(persons.person)):
        i = np.int64(persons.person[k])
        if i < 0 or persons.certified_from[k] >= t:
            continue
        if w.entitled[i] != held[k]:
            w.entitled[i], w.changed[w.household[i]] = held[k], 1
        if not follows_labour(w.register[i], w.certified_from[i], t):
            continue
        employer = np.int64(state.employer[k])
        work = work_on_register(np.int64(state.state[k]), employer)
        pay, since = 0.0, np.int64(w.since[i]) if work == w.work[i] else t
        if work == Work.EMPLOYEE or work == Work.CELL_EMPLOYEE:
            pay = register_pay(k, persons, state, wages) / wages.average
        if np.float32(pay) == w.pay[i] and work == w.work[i] and employer == w.employer[i]:
            continue
        quit_work(i, w, work, since)
        w.pay[i] = pay
        if work == Work.EMPLOYEE:
            w.employer[i], w.industry[i], w.formal[i] = employer, wages.industry[employer], 1


def explicit_jobs(labour: LabourWorld) -> Array:
    """Return whole jobs at employers of five staff and more that are not held by persons on the register (D4).

    By oblast and industry. Staff is counted without additional hires; of the persons on the register at an employer,
    those who are no additional hires are among its staff.
    """
    table, state = labour.frame.employers, labour.employers
    others = state.staff.astype(np.int64) + state.additional - state.workers
    out = np.zeros((labour.frame.oblasts, len(INDUSTRIES)), np.int64)
    np.add.at(out, (table.oblast, table.industry), others * int(labour.frame.weight))
    return np.maximum(out, 0)


def wages_of(labour: LabourWorld, economy: EconomyTerms, short_hours: float) -> Wages:
    """Return what persons on the register are paid in a month."""
    prices: Prices = labour.prices(economy)
    table, b = labour.frame.employers, labour.frame.behaviour
    return Wages(
        prices.pay, prices.pool_pay, table.industry, table.owner, prices.deflator,
        economy.average_wage / economy.deflator, short_hours, economy,
        b.productivity, b.contributing,
    )  # fmt: skip


def follow_labour(labour: LabourWorld, w: Workers, wages: Wages, held: Array, t: int) -> None:
    """Copy what the labour block did in month ``t``, and the benefits of the register, into the table of everybody."""
    copy_register(labour.frame.persons, labour.persons, w, wages, held, t)


def held_benefits(frame: Frame, unindexed: Unindexed | None) -> Array:
    """Return the pension or benefit of each person on the register under today's law, som of the base year a month."""
    persons = frame.persons
    if unindexed is None:
        return persons.benefit
    out = np.zeros_like(persons.benefit)
    set_held(persons, frame.rights, unindexed.value, out)
    return out
