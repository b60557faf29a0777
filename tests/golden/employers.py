"""One employer: seats owed, levy of the year and its collection, taxes and purchases of a month, pay of workers."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.agents.seeking import Productivity
from sim.engine.columns import empty
from sim.labour.accounts import (
    MONEY,
    SCALE,
    STAFF_STOCKS,
    Books,
    Paying,
    pay_staff,
    pay_workers,
)
from sim.labour.enforcing import assess, collect
from sim.policies.design import codes
from sim.policies.quota import Quota
from sim.policies.services import Services
from sim.state.labour import BUDGET, PRIVATE, STATE, Employers, Persons
from sim.state.labour_state import EMPLOYED, QUOTA, EmployerState, PersonState
from sim.state.labour_views import Firms, LabourTerms, Prices, Register
from sim.state.quota_charge import seat_price
from sim.state.quota_law import required_seats
from sim.taxes_benefits.contributions import Contributing, contribution_rate, income_tax_rate

from .fixed import ECONOMY, PARAMETERS, WAGE

STAFF = (24, 25, 60, 130, 250, 600)
HAVING = (0, 1, 3)  # workers who count
CONTRIBUTING = Contributing(0.1525, 0.02, 30_000.0)
PAYING = Paying(Productivity(0.5, 0.75, 0.875), CONTRIBUTING, 0.0, 1.0, 0.0)
T, FINE = 48, 20_000.0


def budgets() -> dict[str, Any]:
    """Return by law for private employers and one public body: seats owed, levy due, years with nothing done, money."""
    return {code: _year(code) for code in codes()}


def _year(code: str) -> dict[str, Any]:
    law = Quota(design=code, assignment="universal", fine=FINE).terms(T, ECONOMY, PARAMETERS)
    table, state = _firms(law)
    prices = _prices(len(table.oblast))
    money = np.zeros((9, len(MONEY)), dtype=np.int64)
    stocks = np.zeros((9, len(STAFF_STOCKS)), dtype=np.int64)
    rows = len(table.oblast)
    firms = Firms(table, state, prices)
    terms = LabourTerms(T, law, Services().terms(T), ECONOMY)
    pay_staff(0, rows, firms, terms, PAYING, Books(money, stocks))
    assess(0, rows, firms, law)
    due, years = state.levy_due.copy(), state.years_zero.copy()
    collect(0, rows, table, state, law, money)
    return {
        "owed": state.owed, "levy due": due, "years with nothing done": years,
        "money": {name: money[:, k].sum() / SCALE for k, name in enumerate(MONEY) if money[:, k].any()},
        "stocks": {name: stocks[:, k].sum() for k, name in enumerate(STAFF_STOCKS)},
        "price of a seat": seat_price(30_000.0, law),
    }  # fmt: skip


def _firms(law: Any) -> tuple[Employers, EmployerState]:
    """Return employers of every size with none, one or three who count, and one public body for each size."""
    cases = [(n, have, PRIVATE) for n in STAFF for have in HAVING] + [(n, 1, BUDGET) for n in STAFF]
    table, state = empty(Employers, len(cases)), empty(EmployerState, len(cases))
    table.identifier[:] = np.arange(len(cases))
    table.oblast[:] = np.arange(len(cases)) % 9
    table.staff[:], state.counted[:], table.owner[:] = np.array(cases).T
    state.staff[:], state.reported[:], state.workers[:] = table.staff, table.staff, state.counted
    state.owed[:] = [required_seats(law, int(owner == BUDGET), float(n)) for n, _, owner in cases]
    state.alternative[:] = (state.owed > state.counted) & (table.identifier % 4 == 0)
    state.bought_out[:] = (state.owed > state.counted + 1.0) & (table.identifier % 5 == 0)
    state.proforma[:] = table.identifier % 7 == 0
    return table, state


def _prices(rows: int) -> Prices:
    wage = WAGE * (0.5 + np.arange(rows) % 4 * 0.25)
    return Prices(wage, 0.75 * wage, 0.75 * wage / WAGE, np.full(9, 0.5 * WAGE), ECONOMY.wages, ECONOMY.deflator)


def pay() -> dict[str, Any]:
    """Return rates of contributions and tax, and what the pay of each kind of worker brings the treasury."""
    owners, groups = (BUDGET, STATE, PRIVATE), (1, 2, 3)
    rates = {
        "contributions": [contribution_rate(o, s, ECONOMY, CONTRIBUTING) for o in owners for s in (0, 1)],
        "income tax": [income_tax_rate(group, kind, ECONOMY) for group in groups for kind in range(5)],
    }
    law = Quota(design="KG_2025", assignment="universal", hire_bonus=0.25).terms(T, ECONOMY, PARAMETERS)
    table, firm_state = _firms(law)
    services = Services(subsidy_share=0.25, subsidy_months=6).terms(T)
    cases = [(group, half, kind, add) for group in groups for half in (0, 1) for kind in (0, 1) for add in (0, 1)]
    persons, state = empty(Persons, len(cases)), empty(PersonState, len(cases))
    persons.group[:], state.half_time[:], persons.kind[:], state.additional[:] = np.array(cases).T
    state.state[:], state.employer[:] = EMPLOYED, np.arange(len(cases)) - 1
    state.subsidy_until[:] = np.where(np.arange(len(cases)) % 3 == 0, T + 1, T)
    state.origin[:] = np.where(np.arange(len(cases)) % 2 == 0, QUOTA, 0)
    found = {}
    for i, case in enumerate(cases):
        money, stocks = np.zeros((9, len(MONEY)), dtype=np.int64), np.zeros((9, 8), dtype=np.int64)
        firms = Firms(table, firm_state, _prices(len(table.oblast)))
        terms = LabourTerms(T, law, services, ECONOMY)
        pay_workers(0, 1, np.array([i]), Register(persons, state), firms, terms, PAYING, Books(money, stocks))
        total = {name: money[:, k].sum() / SCALE for k, name in enumerate(MONEY) if money[:, k].any()}
        found["group {}, half time {}, kind {}, additional {}".format(*case)] = total
    return {"rates": rates, "workers": found}
