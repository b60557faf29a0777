"""Budget: what a household takes in and pays out in a month, each som in one place (people.md B1, B4, K2).

Disposable income is recurrent income plus money that comes or goes once. Nothing else in the model adds to a
household's money or takes from it; ``tests/test_budget_identity.py`` finds every flow of the state tables here once.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.engine.compiled import rule

MOST = 100_000_000.0  # som a month, so that twelve months fit into 32 bits


class Flows(NamedTuple):
    """All money of one household in a month, som of 2023; what comes in and what goes out are both positive."""

    earned: float  # net pay of members
    given_up: float  # pay given up for hours moved into the family business
    own_income: float  # from own account and farming
    transfers: float  # pensions and social benefits of members
    child_benefit: float
    remittances: float
    profit: float  # value added of the family business
    reinvested: float  # of it, put back into the business
    in_kind: float  # home production and help of relatives, at what it would cost
    repaid: float  # instalment of the follow-up loan
    grant_spent: float  # part of a grant that was not invested
    stock_sold: float  # proceeds of a business that was closed or sold in part
    own_money: float  # own money put into a business
    application: float  # cash cost of applying
    borne: float  # of levies and fines of private employers: lost profits or pay, or dearer goods (D7)
    certificates: float  # benefits of members who were certified at work for the quota (W6)
    protection: float  # benefits of a design beyond those of today's law
    paid_back: float  # part of a repayable grant, to the budget
    financed: float  # taxes, or benefits cut, that cover the cost of a design
    given: float  # pay on paper, donations and dearer purchases of employers, for no work (E3)


class Coverage(NamedTuple):
    """Share of each published income that reaches the consumption which the household survey measures."""

    earned: float
    own_income: float
    transfers: float
    remittances: float


@rule
def recurrent_income(flows: Flows, coverage: Coverage) -> float:
    """Return the income of the month that may come again next month (B1, K2).

    A family with 12,000 of pay, of which the operator gave up 2,000, 3,000 from the farm, a pension of 6,000, the
    child benefit of 2,400, 8,000 from abroad, 5,000 of profit with 500 put back, 1,000 in kind and an instalment of
    700: 10,000 + 3,000 + 6,000 + 2,400 + 8,000 + 4,500 + 1,000 - 700 = 34,200.

    >>> family = Flows(12e3, 2e3, 3e3, 6e3, 2.4e3, 8e3, 5e3, 500.0, 1e3, 700.0, *[0.0] * 10)
    >>> recurrent_income(family, Coverage(1.0, 1.0, 1.0, 1.0)), recurrent_income(family, Coverage(1.0, 1.0, 1.0, 0.5))
    (34200.0, 30200.0)
    """
    return (
        coverage.earned * (flows.earned - flows.given_up)
        + coverage.own_income * flows.own_income
        + coverage.transfers * (flows.transfers + flows.certificates + flows.protection)
        + flows.child_benefit
        + coverage.remittances * flows.remittances
        + (flows.profit - flows.reinvested)
        + flows.in_kind
        - flows.repaid
        - flows.paid_back
        - flows.financed
        - flows.borne
        + flows.given
    )


@rule
def money_once(flows: Flows) -> float:
    """Return the money of the month that comes or goes only once (K2); negative where more is spent than comes.

    A family that keeps 20,000 of its grant and puts 8,000 of its own into the business: 20,000 - 8,000 = 12,000.

    >>> nothing = Flows(*[0.0] * 20)
    >>> money_once(nothing._replace(grant_spent=20e3, own_money=8e3)), money_once(nothing._replace(application=1e3))
    (12000.0, -1000.0)
    """
    return flows.grant_spent + flows.stock_sold - flows.own_money - flows.application


@rule
def disposable_income(flows: Flows, coverage: Coverage) -> float:
    """Return disposable income of a household, som of 2023 a month (B1): the only sum of a household's money.

    Pay 9,000, a pension of 6,000, 1,000 in kind, 4,000 from a business that was sold, 500 for an application: 19,500;
    without the last two 16,000.

    >>> family = Flows(9e3, 0.0, 0.0, 6e3, 0.0, 0.0, 0.0, 0.0, 1e3, 0.0, 0.0, 4e3, 0.0, 500.0, *[0.0] * 6)
    >>> all_of_it = Coverage(1.0, 1.0, 1.0, 1.0)
    >>> disposable_income(family, all_of_it)
    19500.0
    >>> disposable_income(family._replace(stock_sold=0.0, application=0.0), all_of_it)
    16000.0
    """
    return recurrent_income(flows, coverage) + money_once(flows)


@rule
def whole_som(income: float) -> int:
    """Return an income in whole som, halves up, so that sums over months are exact; at most ``MOST`` either way.

    >>> whole_som(1.5), whole_som(-0.5), whole_som(1e12), whole_som(-1e12)
    (2, 0, 100000000, -100000000)
    """
    return int(math.floor(min(max(income, -MOST), MOST) + 0.5))
