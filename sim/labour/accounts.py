"""Accounts of the labour block: exact counts and sums of money by oblast (model.md T1, T3, Y7)."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.agents.seeking import Productivity, relative_productivity
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.state.counting import counted_total, employer_base
from sim.state.labour import Owner
from sim.state.labour_state import STATES, SUPPORTED, EmployerState, Labour, Origin
from sim.state.labour_views import Firms, LabourTerms, Register
from sim.state.quota_charge import is_donated, marginal_levy, seat_price
from sim.state.quota_law import QuotaTerms
from sim.taxes_benefits.contributions import Contributing, contribution_rate, employer_contribution, income_tax_rate
from sim.taxes_benefits.employers import contribution_relief


class Event(IntEnum):
    """Events of a month, rows by oblast."""

    PLACED = 0
    PLACED_QUOTA = 1
    HIRED_QUOTA = 2
    HIRED_OPEN = 3
    HIRED_POOL = 4
    LEFT = 5
    ENTERED = 6
    COACHED = 7
    INSPECTED = 8
    FINED = 9
    UNMASKED = 10
    SEATS_HIRE = 11  # the six modes of a seat stand together, in the order of Mode
    SEATS_RELABEL = 12
    SEATS_PROFORMA = 13
    SEATS_ALTERNATIVE = 14
    SEATS_PAY = 15
    SEATS_IGNORE = 16
    BUNCHED = 17
    HIDING = 18
    EXPIRED = 19
    SHELTERED = 20


class Line(IntEnum):
    """Money of a month, nominal som in 1/1024 units, rows by oblast."""

    LEVY = 0
    FINES_IMPOSED = 1
    FINES_PAID = 2
    BONUS = 3
    SUBSIDY = 4
    ACCOMMODATION = 5
    COACHING = 6
    INSPECTION = 7
    WAGES = 8
    INCOME_TAX = 9
    CONTRIBUTIONS = 10
    OFFICERS = 11
    PURCHASES = 12
    PAPER_PAY = 13
    ASSISTANCE = 14
    REMOTE = 15
    WORKSHOPS = 16
    DONATIONS = 17
    CHARGED_PRIVATE = 18  # levies and fines of private employers, less premiums and wage subsidies to them
    CHARGED_INSIDE = 19  # the same of budget bodies and state enterprises
    TAXED_INSIDE = 20  # income tax and contributions on their pay
    GIVEN = 21  # by employers for no work: contracts on paper, donations, what purchases cost beyond their value
    GIVEN_INSIDE = 22  # of that, by budget bodies and state enterprises
    CERTIFICATES = 23  # benefits of staff who were certified for the quota
    RELIEF = 24  # contributions for workers with disabilities that a design does not ask of employers (question 21)
    FIRST_HIRE = 25  # grants to employers for a first worker with a disability (question 22)


class StaffSum(IntEnum):
    """Sums over employers, rows by oblast."""

    EMPLOYER_JOBS = 0
    HIDDEN = 1
    ADDITIONAL = 2
    EXPLICIT_WORKERS = 3
    DUTY_EMPLOYERS = 4
    OWED = 5  # in 1/1024 units, as the next two
    FILLED = 6
    FILLED_REAL = 7
    RELABELLED = 8
    PROFORMA = 9
    ALTERNATIVE = 10
    OPEN_SEATS = 11


EVENTS = tuple(event.name.lower() for event in Event)
MONEY = tuple(line.name.lower() for line in Line)
STAFF_STOCKS = tuple(one.name.lower() for one in StaffSum)
SPENDING = (
    Line.BONUS, Line.SUBSIDY, Line.ACCOMMODATION, Line.COACHING, Line.INSPECTION, Line.OFFICERS, Line.ASSISTANCE,
    Line.REMOTE, Line.WORKSHOPS, Line.RELIEF, Line.FIRST_HIRE,
)  # fmt: skip
RECEIPTS = (Line.LEVY, Line.FINES_PAID, Line.INCOME_TAX, Line.CONTRIBUTIONS)
ENTITLED = (Line.CERTIFICATES, Line.GIVEN_INSIDE)  # what the budget pays households because of the quota
INSIDE = (Line.CHARGED_INSIDE, Line.TAXED_INSIDE)  # what of that one part of government pays to another

SCALE = 1024.0


class Paying(NamedTuple):
    """Parameters of pay and its taxes."""

    productivity: Productivity
    contributing: Contributing
    alternative_value: float  # share of an alternative purchase that has value to the buyer
    grossed: float  # all wage subsidies over those to workers who were not employed before
    certificate: float  # benefit of a person certified at work, som a month


class Books(NamedTuple):
    """Whole-number sums of a month that a step adds to, by oblast."""

    money: Array  # (oblasts, Line) nominal som of rows in 1/1024 units
    stocks: Array  # (oblasts, states) persons, or (oblasts, StaffSum) employers


@rule
def units(amount: float) -> int:
    """Return an amount of som that is not negative in whole 1/1024 units.

    >>> units(1.5), units(0.0)
    (1536, 0)
    """
    return int(amount * SCALE + 0.5)


@rule
def signed_units(amount: float) -> int:
    """Return an amount of som of either sign in whole 1/1024 units.

    >>> signed_units(-1.5), signed_units(1.5)
    (-1536, 1536)
    """
    return int(math.floor(amount * SCALE + 0.5))


@rule
def is_employed(state: int) -> bool:
    """Return whether a person on the register has a job on the labour market.

    >>> [bool(is_employed(one)) for one in (Labour.SEEKING, Labour.EMPLOYED, Labour.COUNTED, Labour.SHELTERED)]
    [False, True, True, False]
    """
    return state == Labour.EMPLOYED or state == Labour.COUNTED


@rule
def book_tax(oblast: int, owner: int, amount: float, line: int, money: Array) -> None:
    """Book a tax on pay in a line, and apart if budget bodies or state enterprises pay it (T3).

    >>> money = np.zeros((1, len(Line)), dtype=np.int64)
    >>> book_tax(0, 2, 1.5, 9, money), book_tax(0, 0, 4.0, 9, money), book_tax(0, 1, -0.5, 9, money)
    (None, None, None)
    >>> money[0, [Line.INCOME_TAX, Line.TAXED_INSIDE]].tolist()
    [5120, 3584]
    """
    whole = signed_units(amount)
    money[oblast, line] += whole
    if owner != Owner.PRIVATE:
        money[oblast, Line.TAXED_INSIDE] += whole


@rule
def charge(oblast: int, owner: int, amount: float, line: int, money: Array) -> None:
    """Book what an employer pays under the quota (or is paid, if negative) in a line, and by payer (D7).

    What private employers pay falls on households; budget bodies and state enterprises pay inside government.

    >>> money = np.zeros((1, len(Line)), dtype=np.int64)
    >>> charge(0, 2, 1.5, 0, money), charge(0, 0, 4.0, 0, money), charge(0, 2, -0.5, 3, money)
    (None, None, None)
    >>> money[0, [Line.LEVY, Line.BONUS, Line.CHARGED_PRIVATE, Line.CHARGED_INSIDE]].tolist()
    [5632, 512, 1024, 4096]
    """
    whole = units(abs(amount))
    money[oblast, line] += whole
    payer = Line.CHARGED_PRIVATE if owner == Owner.PRIVATE else Line.CHARGED_INSIDE
    money[oblast, payer] += whole if amount > 0.0 else -whole


@rule
def pay_worker(i: int, register: Register, firms: Firms, terms: LabourTerms, paying: Paying, money: Array) -> None:
    """Pay worker ``i``, tax what exceeds a replaced worker's pay, and book relief, subsidy and premium (T3, E3, S5)."""
    persons, state = register.who, register.now
    law, economy, prices = terms.law, terms.economy, firms.prices
    oblast, group, j = persons.oblast[i], np.int64(persons.group[i]), np.int64(state.employer[i])
    capability = relative_productivity(group, paying.productivity)
    if j < 0:
        money[oblast, Line.WAGES] += units(prices.pool_pay[oblast] * capability)
        return
    hours = law.short_hours if state.half_time[i] == 1 else 1.0
    pay = prices.pay[j] * capability * hours
    money[oblast, Line.WAGES] += units(pay)
    standard = prices.pay[j] if state.additional[i] == 0 else 0.0
    tax = pay * income_tax_rate(group, np.int64(persons.kind[i]), economy) - standard * economy.income_tax
    owner = np.int64(firms.table.owner[j])
    dues = pay * contribution_rate(owner, 1 if group <= 2 else 0, economy, paying.contributing)
    dues -= standard * contribution_rate(owner, 0, economy, paying.contributing)
    book_tax(oblast, owner, tax, Line.INCOME_TAX, money)
    book_tax(oblast, owner, dues, Line.CONTRIBUTIONS, money)
    if terms.services.employer_relief > 0.0:
        due = pay * employer_contribution(owner, 1 if group <= 2 else 0, economy, paying.contributing)
        charge(oblast, owner, -contribution_relief(due, terms.services.employer_relief), Line.RELIEF, money)
    if state.subsidy_until[i] > terms.t:
        charge(oblast, owner, -pay * terms.services.subsidy_share * paying.grossed, Line.SUBSIDY, money)
    if state.origin[i] == Origin.QUOTA:
        charge(oblast, owner, -law.hire_bonus / 12.0, Line.BONUS, money)


@sweep
def pay_workers(
    first: int, last: int, active: Array, register: Register, firms: Firms, terms: LabourTerms, paying: Paying,
    books: Books,
) -> None:  # fmt: skip
    """Pay persons with disabilities and count them; ``books.stocks[oblast]`` receives heads by state.

    Employers get the premium of a quota hire (E3) month by month, as long as the person stays.
    """
    for a in range(first, last):
        i = active[a]
        now = np.int64(register.now.state[i])
        if now != Labour.IDLE:
            books.stocks[register.who.oblast[i], now] += 1
        if is_employed(now):
            pay_worker(i, register, firms, terms, paying, books.money)


@rule
def buy_seats(j: int, firms: Firms, law: QuotaTerms, value: float, money: Array) -> float:
    """Book what employer ``j`` spends in the month on purchases or donations in place of seats (Q8).

    Return what it gets nothing for, som.
    """
    state, oblast = firms.state, firms.table.oblast[j]
    years, owed, bought = np.float64(state.years_zero[j]), state.owed[j], np.float64(state.alternative[j])
    base = employer_base(law, state, j, np.float64(state.reported[j]))
    price = seat_price(marginal_levy(law, base, counted_total(state, law, j), owed, 1.0, years), law)
    if is_donated(price, law.donation_price, value) == 1:
        money[oblast, Line.DONATIONS] += units(law.donation_price * bought / 12.0)
        return law.donation_price * bought / 12.0
    money[oblast, Line.PURCHASES] += units(price * bought / 12.0)
    return price * (1.0 - value) * bought / 12.0


@rule
def book_given(j: int, firms: Firms, law: QuotaTerms, paying: Paying, money: Array) -> None:
    """Book what employer ``j`` gives for no work, and the benefits of its staff who were certified (E3, W6)."""
    state, oblast, given = firms.state, firms.table.oblast[j], 0.0
    if state.proforma[j] > 0:
        given = np.float64(state.proforma[j]) * law.nominal_pay / 12.0
        money[oblast, Line.PAPER_PAY] += units(given)
    if state.alternative[j] > 0:
        given += buy_seats(j, firms, law, paying.alternative_value, money)
    whole = units(given)
    money[oblast, Line.GIVEN] += whole
    if firms.table.owner[j] != Owner.PRIVATE:
        money[oblast, Line.GIVEN_INSIDE] += whole
    money[oblast, Line.CERTIFICATES] += units(np.float64(state.relabelled[j]) * paying.certificate)


@rule
def add_up_seats(j: int, oblast: int, state: EmployerState, stocks: Array) -> None:
    """Add seats owed and how they are filled of employer ``j`` to the sums of an oblast."""
    filled = state.counted[j] + np.float64(state.relabelled[j]) + np.float64(state.proforma[j])
    stocks[oblast, StaffSum.DUTY_EMPLOYERS] += 1
    stocks[oblast, StaffSum.OWED] += units(state.owed[j])
    stocks[oblast, StaffSum.FILLED] += units(min(filled, state.owed[j]))
    stocks[oblast, StaffSum.FILLED_REAL] += units(min(state.counted[j], state.owed[j]))
    stocks[oblast, StaffSum.RELABELLED] += np.int64(state.relabelled[j])
    stocks[oblast, StaffSum.PROFORMA] += np.int64(state.proforma[j])
    stocks[oblast, StaffSum.ALTERNATIVE] += np.int64(state.alternative[j])
    stocks[oblast, StaffSum.OPEN_SEATS] += np.int64(state.quota_open[j]) + np.int64(state.reserved_open[j])


@sweep
def pay_staff(first: int, last: int, firms: Firms, terms: LabourTerms, paying: Paying, books: Books) -> None:
    """Tax the reported staff of every employer, and add up staff; ``books.stocks[oblast]`` receives sums by column."""
    table, state, law, economy = firms.table, firms.state, terms.law, terms.economy
    money, stocks = books.money, books.stocks
    for j in range(first, last):
        oblast, owner = table.oblast[j], np.int64(table.owner[j])
        payroll = np.float64(state.reported[j]) * firms.prices.wage[j]
        book_tax(oblast, owner, payroll * economy.income_tax, Line.INCOME_TAX, money)
        dues = payroll * contribution_rate(owner, 0, economy, paying.contributing)
        book_tax(oblast, owner, dues, Line.CONTRIBUTIONS, money)
        stocks[oblast, StaffSum.EMPLOYER_JOBS] += np.int64(state.staff[j]) + np.int64(state.additional[j])
        stocks[oblast, StaffSum.HIDDEN] += np.int64(state.staff[j]) - np.int64(state.reported[j])
        stocks[oblast, StaffSum.ADDITIONAL] += np.int64(state.additional[j])
        stocks[oblast, StaffSum.EXPLICIT_WORKERS] += np.int64(state.workers[j])
        book_given(j, firms, law, paying, money)
        if state.owed[j] > 0.0:
            add_up_seats(j, oblast, state, stocks)


# Labels of the figures, with their columns; states without persons are left out.
PERSON_FIGURES = [
    (f"persons_{name.replace(' ', '_').replace('-', '_')}", k)
    for k, name in enumerate(STATES)
    if name not in ("idle", "pro-forma")
] + [(f"persons_{name}", len(STATES) + k) for k, name in enumerate(SUPPORTED)]
STAFF_FIGURES = [
    (name if name == "employer_jobs" else f"quota_{name}", k) for k, name in enumerate(STAFF_STOCKS)
]
STAFF_UNITS = np.array([1.0 / SCALE if n in ("owed", "filled", "filled_real") else 1.0 for n in STAFF_STOCKS])
FLOW_FIGURES = [(f"flow_{name}", k) for k, name in enumerate(EVENTS)]
YEARLY = ("placed", "placed_quota", "hired_quota", "hired_open")
YEAR_FIGURES = [(f"year_{name}", k) for k, name in enumerate(EVENTS) if name in YEARLY]
