"""Accounts of the labour block: exact counts and sums of money by oblast (model.md T1, T3, Y7)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.compiled import rule, sweep
from sim.state.counting import counted_total, employer_base
from sim.state.labour import BUDGET, PRIVATE
from sim.state.labour_state import COUNTED, EMPLOYED, QUOTA, STATES
from sim.state.quota_charge import marginal_levy

# Events of a month, rows by oblast.
(
    PLACED, PLACED_QUOTA, HIRED_QUOTA, HIRED_OPEN, HIRED_POOL, LEFT, ENTERED, COACHED, INSPECTED, FINED, UNMASKED,
    SEATS_HIRE, SEATS_RELABEL, SEATS_PROFORMA, SEATS_ALTERNATIVE, SEATS_PAY, SEATS_IGNORE, BUNCHED, HIDING, EXPIRED,
    SHELTERED,
) = range(21)  # fmt: skip
EVENTS = (
    "placed", "placed_quota", "hired_quota", "hired_open", "hired_pool", "left", "entered", "coached", "inspected",
    "fined", "unmasked", "seats_hire", "seats_relabel", "seats_proforma", "seats_alternative", "seats_pay",
    "seats_ignore", "bunched", "hiding", "expired", "sheltered",
)  # fmt: skip

# Money of a month, nominal som in 1/1024 units, rows by oblast.
(
    LEVY, FINE_IMPOSED, FINE_PAID, BONUS, SUBSIDY, ACCOMMODATION, COACHING, INSPECTION, WAGES, INCOME_TAX,
    CONTRIBUTIONS, OFFICERS, PURCHASES, PAPER_PAY, ASSISTANCE, REMOTE, WORKSHOPS, DONATIONS, CHARGED,
) = range(19)  # fmt: skip
MONEY = (
    "levy", "fines_imposed", "fines_paid", "bonus", "subsidy", "accommodation", "coaching", "inspection", "wages",
    "income_tax", "contributions", "officers", "purchases", "paper_pay", "assistance",
    "remote", "workshops", "donations", "charged_private",
)  # fmt: skip
SPENDING = (BONUS, SUBSIDY, ACCOMMODATION, COACHING, INSPECTION, OFFICERS, ASSISTANCE, REMOTE, WORKSHOPS)
RECEIPTS = (LEVY, FINE_PAID, INCOME_TAX, CONTRIBUTIONS)

SCALE = 1024.0


class Contributing(NamedTuple):
    """Contribution rates of groups I and II in budget organisations, and the wage level of the tables."""

    employer_severe: float  # share of the wage
    worker_severe: float  # share of the wage
    base_wage: float  # average wage of 2023, som


@rule
def contribution_rate(owner, severe, economy, contributing):  # type: ignore[no-untyped-def]
    """Return employer and worker contributions together, share of the wage (T3); ``severe`` is 1 for groups I and II.

    >>> class E: employer_contribution, employer_contribution_budget, worker_contribution = 0.0225, 0.1725, 0.1
    >>> class C: employer_severe, worker_severe = 0.1525, 0.02
    >>> [round(contribution_rate(*who, E, C), 9) for who in ((2, 1), (0, 0), (0, 1))]
    [0.1225, 0.2725, 0.1725]
    """
    if owner == BUDGET:
        if severe == 1:
            return contributing.employer_severe + contributing.worker_severe
        return economy.employer_contribution_budget + economy.worker_contribution
    return economy.employer_contribution + economy.worker_contribution


@rule
def income_tax_rate(group, kind, economy):  # type: ignore[no-untyped-def]
    """Return the income tax of a worker with a disability: groups I, II and sensory group III pay the lower rate (T3).

    >>> class E: income_tax, income_tax_disability = 0.1, 0.05
    >>> income_tax_rate(3, 0, E), income_tax_rate(3, 1, E), income_tax_rate(1, 0, E)
    (0.1, 0.05, 0.05)
    """
    return economy.income_tax_disability if group <= 2 or kind == 1 else economy.income_tax


@sweep
def pay_workers(  # type: ignore[no-untyped-def]
    first, last, active, persons, state, table, law, services, economy, t, prices, productivity, contributing,
    money, stocks,
):  # fmt: skip
    """Pay persons with disabilities and count them; ``stocks[oblast]`` receives heads by state.

    Employers get the premium of a quota hire (E3) month by month, as long as the person stays.
    """
    for a in range(first, last):
        i = active[a]
        now = np.int64(state.state[i])
        if now == 0:
            continue
        oblast = persons.oblast[i]
        stocks[oblast, now] += 1
        if now != EMPLOYED and now != COUNTED:
            continue
        group = np.int64(persons.group[i])
        capability = productivity.group_3
        if group == 1:
            capability = productivity.group_1
        elif group == 2:
            capability = productivity.group_2
        j = np.int64(state.employer[i])
        if j < 0:
            money[oblast, WAGES] += np.int64(prices.pool_pay[oblast] * capability * SCALE + 0.5)
            continue
        hours = law.short_hours if state.half_time[i] == 1 else 1.0
        pay = prices.pay[j] * capability * hours
        money[oblast, WAGES] += np.int64(pay * SCALE + 0.5)
        standard = prices.pay[j] if state.additional[i] == 0 else 0.0
        tax = pay * income_tax_rate(group, np.int64(persons.kind[i]), economy) - standard * economy.income_tax
        owner = np.int64(table.owner[j])
        dues = pay * contribution_rate(owner, 1 if group <= 2 else 0, economy, contributing)
        dues -= standard * contribution_rate(owner, 0, economy, contributing)
        money[oblast, INCOME_TAX] += np.int64(np.floor(tax * SCALE + 0.5))
        money[oblast, CONTRIBUTIONS] += np.int64(np.floor(dues * SCALE + 0.5))
        if state.subsidy_until[i] > t:
            money[oblast, SUBSIDY] += np.int64(pay * services.subsidy_share * SCALE + 0.5)
        if state.origin[i] == QUOTA:
            money[oblast, BONUS] += np.int64(law.hire_bonus / 12.0 * SCALE + 0.5)


@rule
def charge(oblast, owner, amount, line, money):  # type: ignore[no-untyped-def]
    """Book what an employer pays under the quota (or is paid, if negative) in a line, and apart if it is private (D7).

    >>> money = np.zeros((1, 19), dtype=np.int64)
    >>> charge(0, 2, 1.5, LEVY, money), charge(0, 0, 4.0, LEVY, money), charge(0, 2, -0.5, BONUS, money)
    (None, None, None)
    >>> money[0, [LEVY, BONUS, CHARGED]].tolist()
    [5632, 512, 1024]
    """
    whole = np.int64(abs(amount) * SCALE + 0.5)
    money[oblast, line] += whole
    if owner == PRIVATE:
        money[oblast, CHARGED] += whole if amount > 0.0 else -whole


@rule
def seat_price(levy, law):  # type: ignore[no-untyped-def]
    """Return what an employer buys in a year to replace one seat by purchases, som; 0 if none can (Q8).

    >>> class L: alternative_price, alternative_rate = 0.0, 0.5
    >>> seat_price(30000.0, L)
    60000.0
    """
    if law.alternative_price > 0.0:
        return law.alternative_price
    return levy / law.alternative_rate if law.alternative_rate > 0.0 else 0.0


@rule
def is_donated(price, donation, value):  # type: ignore[no-untyped-def]
    """Return 1 if a donation replaces a seat more cheaply than purchases, of which a share has value to the buyer (Q8).

    >>> is_donated(21600.0, 10800.0, 0.4), is_donated(21600.0, 10800.0, 0.6), is_donated(0.0, 10800.0, 0.6)
    (1, 0, 1)
    """
    return 1 if donation > 0.0 and (price <= 0.0 or donation < price * (1.0 - value)) else 0


@rule
def seat_cost(price, donation, value):  # type: ignore[no-untyped-def]
    """Return what replacing one seat costs an employer in a year beyond what it gets for it, som; 0 if none can (Q8).

    >>> seat_cost(20000.0, 10000.0, 0.25), seat_cost(20000.0, 10000.0, 0.75), seat_cost(20000.0, 0.0, 0.25)
    (10000.0, 5000.0, 15000.0)
    """
    return donation if is_donated(price, donation, value) == 1 else price * (1.0 - value)


@sweep
def pay_staff(first, last, table, state, law, economy, prices, contributing, alternative_value, money, stocks):  # type: ignore[no-untyped-def]
    """Tax the reported staff of every employer, and add up staff; ``stocks[oblast]`` receives sums by column."""
    for j in range(first, last):
        oblast = table.oblast[j]
        reported = np.float64(state.reported[j])
        wage = prices.wage[j]
        owner = np.int64(table.owner[j])
        money[oblast, INCOME_TAX] += np.int64(reported * wage * economy.income_tax * SCALE + 0.5)
        dues = reported * wage * contribution_rate(owner, 0, economy, contributing)
        money[oblast, CONTRIBUTIONS] += np.int64(dues * SCALE + 0.5)
        stocks[oblast, 0] += np.int64(state.staff[j]) + np.int64(state.additional[j])
        stocks[oblast, 1] += np.int64(state.staff[j]) - np.int64(state.reported[j])
        stocks[oblast, 2] += np.int64(state.additional[j])
        stocks[oblast, 3] += np.int64(state.workers[j])
        if state.proforma[j] > 0:
            paper = np.float64(state.proforma[j]) * law.nominal_pay / 12.0
            money[oblast, PAPER_PAY] += np.int64(paper * SCALE + 0.5)
        if state.alternative[j] > 0:
            years, owed = np.float64(state.years_zero[j]), state.owed[j]
            base = employer_base(law, state, j, reported)
            price = seat_price(marginal_levy(law, base, counted_total(state, law, j), owed, 1.0, years), law)
            spent, line = price * np.float64(state.alternative[j]), PURCHASES
            if is_donated(price, law.donation_price, alternative_value) == 1:
                spent, line = law.donation_price * np.float64(state.alternative[j]), DONATIONS
            money[oblast, line] += np.int64(spent / 12.0 * SCALE + 0.5)
        if state.owed[j] > 0.0:
            stocks[oblast, 4] += 1
            stocks[oblast, 5] += np.int64(state.owed[j] * SCALE + 0.5)
            filled = state.counted[j] + np.float64(state.relabelled[j]) + np.float64(state.proforma[j])
            stocks[oblast, 6] += np.int64(min(filled, state.owed[j]) * SCALE + 0.5)
            stocks[oblast, 7] += np.int64(min(state.counted[j], state.owed[j]) * SCALE + 0.5)
            stocks[oblast, 8] += np.int64(state.relabelled[j])
            stocks[oblast, 9] += np.int64(state.proforma[j])
            stocks[oblast, 10] += np.int64(state.alternative[j])
            stocks[oblast, 11] += np.int64(state.quota_open[j]) + np.int64(state.reserved_open[j])


STAFF_STOCKS = (
    "employer_jobs", "hidden", "additional", "explicit_workers", "duty_employers", "owed", "filled", "filled_real",
    "relabelled", "proforma", "alternative", "open_seats",
)  # fmt: skip

# Labels of the figures, with their columns; states without persons are left out.
PERSON_FIGURES = [
    (f"persons_{name.replace(' ', '_').replace('-', '_')}", k)
    for k, name in enumerate(STATES)
    if name not in ("idle", "pro-forma")
]
STAFF_FIGURES = [
    (name if name == "employer_jobs" else f"quota_{name}", k) for k, name in enumerate(STAFF_STOCKS)
]
STAFF_UNITS = np.array([1.0 / SCALE if n in ("owed", "filled", "filled_real") else 1.0 for n in STAFF_STOCKS])
FLOW_FIGURES = [(f"flow_{name}", k) for k, name in enumerate(EVENTS)]
YEARLY = ("placed", "placed_quota", "hired_quota", "hired_open")
YEAR_FIGURES = [(f"year_{name}", k) for k, name in enumerate(EVENTS) if name in YEARLY]
