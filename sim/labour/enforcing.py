"""Enforcing: employers month by month: size, vacancies, inspections, and the levy of the year (E1, E7, S4, Q8-Q11)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.hiring import Hiring, open_vacancies
from sim.agents.sizing import Sizing, next_size_shock, staff_of
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import binomial, subkey, uniform
from sim.engine.math import exp, normal
from sim.labour.accounts import Event, Line, charge, units
from sim.labour.choosing import Choosing, employer_risk
from sim.labour.meeting import Openings, SeatKind
from sim.offices.inspecting import inspection_month
from sim.state.counting import counted_total, employer_base
from sim.state.labour import Employers, Owner
from sim.state.labour_state import EmployerState
from sim.state.labour_views import Firms
from sim.state.quota_charge import bonus_due, fine_amount, gross_levy, net_levy
from sim.state.quota_law import QuotaTerms, levy_seats, missing_seats, required_seats, reserved_seats

TOO_MANY = -1


class Posting(NamedTuple):
    """How employers change in size and post vacancies in a month, and the keys of both draws."""

    sizing: Sizing
    hiring: Hiring
    accessibility: Array  # (employers,) mean one over staff
    size: np.uint64
    vacancy: np.uint64


@rule
def resize(j: int, firms: Firms, posting: Posting) -> int:
    """Move the size of employer ``j`` and return its staff, within the limits it has set itself this year (E1, E2)."""
    table, state = firms.table, firms.state
    score = normal(uniform(posting.size, table.identifier[j]))
    state.shock[j] = next_size_shock(np.float64(state.shock[j]), score, posting.sizing)
    wanted = np.float64(table.staff[j]) * exp(np.float64(state.shock[j]))
    state.wanted[j] = wanted
    size = min(staff_of(wanted), np.int64(state.limit[j]))
    state.staff[j] = size
    state.reported[j] = min(size, np.int64(state.report_limit[j]))
    return size


@rule
def open_seats(j: int, kind: int, vacancies: int, state: EmployerState) -> int:
    """Return the open seats of a kind of employer ``j``; those of the quota stay open until filled or the year ends."""
    if kind == SeatKind.RESERVED:
        return int(state.reserved_open[j])
    return int(state.quota_open[j]) if kind == SeatKind.QUOTA else vacancies


@sweep(allocates=True)
def size_and_post(first: int, last: int, firms: Firms, posting: Posting, openings: Openings) -> int:
    """Move the size of every employer and list its open seats; return TOO_MANY if the list is full.

    Rows are sorted by oblast.
    """
    counts = np.zeros(3, np.int64)
    oblast = 0
    for j in range(first, last):
        while oblast < np.int64(firms.table.oblast[j]):
            openings.ends[:, oblast] = counts
            oblast += 1
        size = resize(j, firms, posting)
        u = uniform(posting.vacancy, firms.table.identifier[j])
        vacancies = np.int64(open_vacancies(u, np.float64(size), posting.accessibility[j], posting.hiring))
        for kind in range(3):
            seats = open_seats(j, kind, vacancies, firms.state)
            if counts[kind] + seats > openings.rows.shape[1]:
                return TOO_MANY
            openings.rows[kind, counts[kind] : counts[kind] + seats] = j
            counts[kind] += seats
    while oblast < openings.ends.shape[1]:
        openings.ends[:, oblast] = counts
        oblast += 1
    return 0


@rule
def shortfall(j: int, owed: float, state: EmployerState, law: QuotaTerms) -> float:
    """Return the missing seats of employer ``j`` as the authorities see them (Q6), given the seats owed."""
    base = employer_base(law, state, j, state.reported[j])
    gap = max(0.0, reserved_seats(law, base) - np.float64(state.severe[j]))
    other = np.float64(state.alternative[j]) + np.float64(state.bought_out[j])
    return missing_seats(owed, counted_total(state, law, j), other, gap)


class Inspection(NamedTuple):
    """A month of inspections and the keys of its draws."""

    t: int
    month: int  # of the calendar
    visit: np.uint64
    found: np.uint64


@rule
def unmask(j: int, who: int, firms: Firms, detected: float, key: np.uint64) -> int:
    """Find contracts without work of employer ``j``; return how many (Q9)."""
    state = firms.state
    if state.proforma[j] == 0:
        return 0
    found = binomial(uniform(subkey(key, 1), who), np.int64(state.proforma[j]), detected)
    state.proforma[j] -= found
    return found


@rule
def fine(j: int, amount: float, firms: Firms, choosing: Choosing, inspection: Inspection, money: Array) -> None:
    """Fine employer ``j``, and collect the fine if it pays (Q9)."""
    table, r = firms.table, np.int64(firms.table.oblast[j])
    firms.state.fined_at[j] = inspection.t
    choosing.standing.fined_at[r, table.industry[j]] = inspection.t
    money[r, Line.FINES_IMPOSED] += units(amount)
    if uniform(subkey(inspection.found, 3), table.identifier[j]) < choosing.inspecting.collected:
        charge(r, np.int64(table.owner[j]), amount, Line.FINES_PAID, money)


@sweep
def inspect(
    first: int, last: int, firms: Firms, choosing: Choosing, inspection: Inspection, events: Array, money: Array
) -> None:
    """Inspect the employers with a duty whose month has come: check, unmask, fine, collect (S4, Q9)."""
    state, law, inspecting = firms.state, choosing.law, choosing.inspecting
    for j in range(first, last):
        if state.owed[j] <= 0.0:
            continue
        who, r = firms.table.identifier[j], np.int64(firms.table.oblast[j])
        risk = employer_risk(j, state, choosing.services, choosing.standing)
        if inspection_month(uniform(inspection.visit, who), risk) != inspection.month:
            continue
        events[r, Event.INSPECTED] += 1
        state.inspected_at[j] = inspection.t
        if uniform(inspection.found, who) >= inspecting.checked:
            continue
        events[r, Event.UNMASKED] += unmask(j, who, firms, inspecting.detected, inspection.found)
        missing = shortfall(j, state.owed[j], state, law)
        amount = fine_amount(law, employer_base(law, state, j, state.reported[j]), missing)
        if amount > 0.0 and uniform(subkey(inspection.found, 2), who) < inspecting.enforced:
            events[r, Event.FINED] += 1
            fine(j, amount, firms, choosing, inspection, money)


@sweep
def assess(first: int, last: int, firms: Firms, law: QuotaTerms) -> None:
    """Assess the levy and the premium of the year at its end (Q7, Q8, Q11), and count years with nothing done.

    Seats are those of the size in December; who had no duty in January has none. Where those who count are no part of
    that size, the seats owed are from then on those of December, so that a met quota shows as met.
    """
    table, state = firms.table, firms.state
    for j in range(first, last):
        state.levy_due[j] = 0.0
        public = 1 if table.owner[j] == Owner.BUDGET else 0
        base = employer_base(law, state, j, state.reported[j])
        owed = required_seats(law, public, base) if state.owed[j] > 0.0 else 0.0
        if owed <= 0.0:
            state.years_zero[j] = 0
            continue
        if law.base_without == 1:
            state.owed[j] = owed
        counted = counted_total(state, law, j)
        missing = shortfall(j, levy_seats(law, public, base), state, law)
        gross = gross_levy(law, base, counted, owed, missing, np.float64(state.years_zero[j]))
        payroll = 12.0 * firms.prices.wage[j] * np.float64(state.reported[j])
        net = net_levy(law, gross, base, counted, 0.0, 0.0, payroll)
        fee = law.buyout_fee * np.float64(state.bought_out[j])
        state.levy_due[j] = net + fee - bonus_due(law, base, counted, owed)
        if counted == 0.0 and state.alternative[j] == 0 and state.bought_out[j] == 0:
            state.years_zero[j] = min(np.int64(state.years_zero[j]) + 1, 200)
        else:
            state.years_zero[j] = 0


@sweep
def collect(
    first: int, last: int, table: Employers, state: EmployerState, law: QuotaTerms, money: Array
) -> None:
    """Collect the levy of the last year and pay premiums, in March (T1)."""
    for j in range(first, last):
        due = state.levy_due[j]
        if due > 0.0:
            charge(table.oblast[j], np.int64(table.owner[j]), due * law.collection, Line.LEVY, money)
        elif due < 0.0:
            charge(table.oblast[j], np.int64(table.owner[j]), due, Line.BONUS, money)
        state.levy_due[j] = 0.0
