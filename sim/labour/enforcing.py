"""Enforcing: employers month by month: size, vacancies, inspections, and the levy of the year (E1, E7, S4, Q8-Q11)."""

from __future__ import annotations

import numpy as np

from sim.agents.hiring import open_vacancies
from sim.agents.sizing import next_size_shock, staff_of
from sim.engine.compiled import rule, sweep
from sim.engine.draws import binomial, subkey, uniform
from sim.engine.math import exp, normal
from sim.labour.accounts import BONUS, FINE_IMPOSED, FINE_PAID, FINED, INSPECTED, LEVY, SCALE, UNMASKED, charge
from sim.labour.meeting import QUOTA_SEAT, RESERVED_SEAT
from sim.labour.year import employer_risk
from sim.offices.inspecting import inspection_month
from sim.state.counting import counted_total, employer_base
from sim.state.labour import BUDGET
from sim.state.quota_charge import bonus_due, fine_amount, gross_levy, net_levy
from sim.state.quota_law import levy_seats, missing_seats, required_seats, reserved_seats

TOO_MANY = -1


@sweep
def size_and_post(first, last, table, state, accessibility, sizing, hiring, key_size, key_vacancy, openings):  # type: ignore[no-untyped-def]
    """Move the size of every employer and list its open seats; return TOO_MANY if the list is full.

    Rows are sorted by oblast. Seats of the yearly quota stay open until they are filled or the year ends.
    """
    capacity, oblasts = openings.rows.shape[1], openings.ends.shape[1]
    counts = openings.ends[:, oblasts - 1]  # seats listed so far; this is where they end up
    counts[:] = 0
    for j in range(first, last):
        score = normal(uniform(key_size, table.identifier[j]))
        state.shock[j] = next_size_shock(np.float64(state.shock[j]), score, sizing)
    oblast = 0
    for j in range(first, last):
        r = np.int64(table.oblast[j])
        while oblast < r:
            for kind in range(3):
                openings.ends[kind, oblast] = counts[kind]
            oblast += 1
        who = table.identifier[j]
        wanted = np.float64(table.staff[j]) * exp(np.float64(state.shock[j]))
        state.wanted[j] = wanted
        size = min(staff_of(wanted), np.int64(state.limit[j]))
        state.staff[j] = size
        state.reported[j] = min(size, np.int64(state.report_limit[j]))
        vacancies = open_vacancies(uniform(key_vacancy, who), np.float64(size), accessibility[j], hiring)
        for kind in range(3):
            seats = vacancies
            if kind == QUOTA_SEAT:
                seats = np.int64(state.quota_open[j])
            elif kind == RESERVED_SEAT:
                seats = np.int64(state.reserved_open[j])
            if counts[kind] + seats > capacity:
                return TOO_MANY
            for _ in range(seats):
                openings.rows[kind, counts[kind]] = j
                counts[kind] += 1
    while oblast < oblasts - 1:
        for kind in range(3):
            openings.ends[kind, oblast] = counts[kind]
        oblast += 1
    return 0


@rule
def shortfall(j, owed, state, law):  # type: ignore[no-untyped-def]
    """Return the missing seats of employer ``j`` as the authorities see them (Q6), given the seats owed."""
    base = employer_base(law, state, j, state.reported[j])
    gap = max(0.0, reserved_seats(law, base) - np.float64(state.severe[j]))
    other = np.float64(state.alternative[j]) + np.float64(state.bought_out[j])
    return missing_seats(owed, counted_total(state, law, j), other, gap)


@sweep
def inspect(first, last, table, state, law, services, standing, inspecting, t, month, keys, events, money):  # type: ignore[no-untyped-def]
    """Inspect the employers with a duty whose month has come: check, unmask, fine, collect (S4, Q9)."""
    for j in range(first, last):
        if state.owed[j] <= 0.0:
            continue
        who = table.identifier[j]
        if inspection_month(uniform(keys[0], who), employer_risk(j, state, services, standing)) != month:
            continue
        r = np.int64(table.oblast[j])
        events[r, INSPECTED] += 1
        state.inspected_at[j] = t
        if uniform(keys[1], who) >= inspecting.checked:
            continue
        if state.proforma[j] > 0:
            found = binomial(uniform(subkey(keys[1], 1), who), np.int64(state.proforma[j]), inspecting.detected)
            state.proforma[j] -= found
            events[r, UNMASKED] += found
        missing = shortfall(j, state.owed[j], state, law)
        amount = fine_amount(law, employer_base(law, state, j, state.reported[j]), missing)
        if amount > 0.0 and uniform(subkey(keys[1], 2), who) < inspecting.enforced:
            events[r, FINED] += 1
            state.fined_at[j] = t
            standing.fined_at[r, table.industry[j]] = t
            money[r, FINE_IMPOSED] += np.int64(amount * SCALE + 0.5)
            if uniform(subkey(keys[1], 3), who) < inspecting.collected:
                charge(r, np.int64(table.owner[j]), amount, FINE_PAID, money)


@sweep
def assess(first, last, table, state, law, prices):  # type: ignore[no-untyped-def]
    """Assess the levy and the premium of the year at its end (Q7, Q8, Q11), and count years with nothing done.

    Seats are those of the size in December; who had no duty in January has none. Where those who count are no part of
    that size, the seats owed are from then on those of December, so that a met quota shows as met.
    """
    for j in range(first, last):
        state.levy_due[j] = 0.0
        public = 1 if table.owner[j] == BUDGET else 0
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
        payroll = 12.0 * prices.wage[j] * np.float64(state.reported[j])
        net = net_levy(law, gross, base, counted, 0.0, 0.0, payroll)
        fee = law.buyout_fee * np.float64(state.bought_out[j])
        state.levy_due[j] = net + fee - bonus_due(law, base, counted, owed)
        if counted == 0.0 and state.alternative[j] == 0 and state.bought_out[j] == 0:
            state.years_zero[j] = min(np.int64(state.years_zero[j]) + 1, 200)
        else:
            state.years_zero[j] = 0


@sweep
def collect(first, last, table, state, law, money):  # type: ignore[no-untyped-def]
    """Collect the levy of the last year and pay premiums, in March (T1)."""
    for j in range(first, last):
        due = state.levy_due[j]
        if due > 0.0:
            charge(table.oblast[j], np.int64(table.owner[j]), due * law.collection, LEVY, money)
        elif due < 0.0:
            charge(table.oblast[j], np.int64(table.owner[j]), due, BONUS, money)
        state.levy_due[j] = 0.0

