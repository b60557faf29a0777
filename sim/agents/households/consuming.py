"""Consuming: income over twelve months, consumption and poverty of every household (people.md B1, B2; model.md H15).

Consumption per person follows income per person over the last twelve months with an elasticity below one, times a
fixed effect of the household and a level of its oblast:

    C = a[oblast, month] * Y12 ** elasticity * exp(effect)

The level is found so that published poverty is met (:mod:`sim.agents.households.levelling`); income less consumption
is saving. Money comes in by :func:`receive` and is counted by :func:`consume`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.agents.claiming import benefit_amount, suspended
from sim.agents.households.bearing import financing_base
from sim.agents.households.budget import Coverage, Flows, disposable_income, money_once, recurrent_income, whole_som
from sim.agents.working import Working, crowded_out, full_time, heads, operator_fte
from sim.engine.columns import Array, fixed, row
from sim.engine.compiled import rule, sweep
from sim.engine.math import exp, log
from sim.state.households import Endowments, Households, HouseholdState, Pot
from sim.state.terms import BenefitTerms, ContractTerms


class Consuming(NamedTuple):
    """Parameters of consumption; loadings are log points of consumption beside what income does."""

    elasticity: float  # eta, of consumption to income over twelve months
    in_kind: float  # home production and help of relatives, som of 2023 per person and month; also the least income
    poverty_line: float  # poor_line_m, som of 2023 per person and month
    education: float  # loading for each of two steps of education of the best adult
    remittances: float  # loading of log(1 + thousands of som of remittances)
    herd: float  # loading of log(1 + sheep-equivalents)
    disability: float  # loading of a member with a certified disability
    survey_sd: float  # inc_sd_me, noise of observed annual log consumption


class MoneyMonth(NamedTuple):
    """What all households of a month share."""

    recording: int  # 1 from the month in which the comparison starts
    contract: ContractTerms
    benefit: BenefitTerms
    deflator: float
    wage: Array  # (oblasts,) casual wage, som of 2023 per hour
    prices: Array  # (oblasts,) consumer prices over those of the reference world
    levels: Array  # (rows,) log of a in B2, of the oblast of each household
    application: float  # cash cost of an application, som of 2023
    hire_pay: float  # monthly pay of a paid hire, som of 2023
    extreme_line: float  # som of 2023 per person and month
    coverage: Coverage
    bearing: Array  # (oblasts,) som borne for each unit of what levies of employers fall on (D7)
    handed: Array  # (oblasts, pots) som that each person of a pot gets, see sim.markets.handing
    later: Array  # (oblasts,) share of what own work and businesses sell that later rounds of spending brought (M2)
    financing: int = 0  # who covers the net cost of the design (Cover)
    raised: float = 0.0  # som for each som of what financing falls on


Shared = tuple[MoneyMonth, Consuming, Working]


class Sum(IntEnum):
    """Columns of the sums of a month, one row for each raion; persons, families, and money and hours in fixed point.

    Each row of the table counts as often as its weight says.
    """

    POOR = 0  # persons below the poverty line
    EXTREME = 1  # persons below the extreme line
    GAP = 2  # summed shortfall below the poverty line
    CONSUMPTION = 3
    DEMAND = 4  # consumption and the pay of hires of family businesses, whose own households are not known
    INCOME = 5  # disposable income
    ONCE = 6  # of it, money that came once less what was spent once
    BENEFIT = 7  # child benefit paid
    FAMILIES = 8  # with the child benefit
    CHILDREN = 9  # in them
    RECIPIENTS = 10  # persons in them
    REPAID = 11  # of follow-up loans
    TRAINED = 12  # families that trained for an application
    HEADS = 13  # persons in work
    FULL_TIME = 14  # full-time equivalents
    HOURS = 15  # hours withdrawn from other work
    BESIDE = 16  # operators in work beside a family business or without one
    BORNE = 17  # of levies and fines of private employers (D7)
    RESPENT = 18  # consumption out of what later rounds of spending brought (M2)
    CERTIFICATES = 19  # benefits of staff who were certified for the quota (W6)
    GIVEN = 20  # by employers for no work (E3)
    PROTECTION = 21  # benefits of a design beyond those of today's law
    PAID_BACK = 22  # of repayable grants
    FINANCED = 23  # taxes, or benefits cut, that cover the cost of a design
    BUSINESS = 24  # profit of family businesses, whenever they began, less what is put back into them


SUMS = len(Sum)


@rule
def in_kind_income(size: int, each: float) -> float:
    """Return what a household produces for itself and is given in kind, som of 2023 a month.

    >>> in_kind_income(4, 800.0), in_kind_income(1, 800.0)
    (3200.0, 800.0)
    """
    return size * each


@rule
def yearly_income(year: int, oldest: int, newest: int) -> int:
    """Return income of the last twelve months, in whole som, when a month comes in and the oldest drops out.

    >>> yearly_income(120000, 8000, 11000), yearly_income(120000, 8000, -2000)
    (123000, 110000)
    """
    return year - oldest + newest


@rule
def income_per_person(year: int, size: int, least: float) -> float:
    """Return Y12: income per person and month over twelve months, at least what is produced and given in kind.

    >>> income_per_person(240000, 4, 800.0), income_per_person(-5000, 4, 800.0)
    (5000.0, 800.0)
    """
    return max(year / (12.0 * size), least)


@rule
def log_standing(income: float, elasticity: float, effect: float) -> float:
    """Return log consumption per person before the level of the oblast (B2).

    >>> log_standing(1.0, 0.65, -0.25), round(log_standing(exp(8.0), 0.5, 0.25), 9)
    (-0.25, 4.25)
    """
    return elasticity * log(income) + effect


@rule
def consumption(level: float, standing: float) -> float:
    """Return consumption per person, som of 2023 a month (B2); ``level`` is the logarithm of a.

    >>> round(consumption(log(30.0), log(200.0)), 6), consumption(0.0, 0.0)
    (6000.0, 1.0)
    """
    return exp(level + standing)


@rule
def respent(spent: float, sold: float, income: float, later: float, elasticity: float) -> float:
    """Return what a household spends out of income that later rounds of spending brought, som a month (M2, B5).

    ``sold`` is income from own work and the business, ``income`` all of it, in the same unit; ``later`` is the share of
    what was sold that later rounds brought. The multiplier holds these rounds already, so they start no more of them.
    Spending follows income with the elasticity of consumption. Of 10,000 a half is sold, of which a tenth came in later
    rounds: a twentieth of income, so a fortieth of what is spent.

    >>> respent(1000.0, 5000.0, 10000.0, 0.1, 0.5), respent(1000.0, 0.0, 10000.0, 0.1, 0.5)
    (25.0, 0.0)
    """
    return spent * elasticity * later * min(max(sold / income, 0.0), 1.0)


@rule
def sold_income(i: int, state: HouseholdState, coverage: Coverage) -> float:
    """Return the income of household ``i`` that answers demand: from own work and the family business, som a month."""
    profit = np.float64(state.profit[i]) if state.operating[i] == 1 else 0.0
    return coverage.own_income * np.float64(state.own_income[i]) + profit


@rule
def consumes(
    i: int, households: Households, endowments: Endowments, state: HouseholdState, consuming: Consuming
) -> float:
    """Return log consumption of household ``i`` before the level of its oblast."""
    size = max(np.int64(households.size[i]), 1)  # households without members count for nobody
    income = income_per_person(np.int64(state.income_year[i]), size, consuming.in_kind)
    return log_standing(income, consuming.elasticity, np.float64(endowments.effect[i]))


@rule
def pay_given_up(employed: int, operating: int, sector: int, wage: float, working: Working) -> float:
    """Return the pay that an operator gives up for hours in the family business, som a month (H15).

    Half of 0.5 full-time equivalents of 168 hours at 100 som: 4,200.

    >>> class P: operator_fte_agriculture, operator_fte_other, relocated = 0.5, 0.75, 0.5
    >>> pay_given_up(1, 1, 1, 100.0, P), pay_given_up(0, 1, 1, 100.0, P)
    (4200.0, 0.0)
    """
    return crowded_out(working.relocated, operator_fte(sector, working), wage, employed, operating)


@rule
def paid_benefit(i: int, households: Households, state: HouseholdState, month: MoneyMonth) -> float:
    """Return the child benefit that household ``i`` is paid, som of 2023 (H3)."""
    if state.benefit[i] == 0:
        return 0.0
    contract_month = np.int64(state.contract_month[i])
    share = 1.0
    if suspended(contract_month, month.contract.benefit_share[contract_month], np.int64(state.released[i])) == 1:
        share = month.contract.benefit_share[contract_month]
    children = np.int64(households.children[i])
    return benefit_amount(1, month.benefit.per_child, children, month.benefit.coefficient, share, month.deflator)


@rule
def repaid(loan: float, instalment: float) -> float:
    """Return what is paid of a follow-up loan in a month: the instalment, or what is left of the loan.

    >>> repaid(5000.0, 2000.0), repaid(1500.0, 2000.0), repaid(0.0, 2000.0)
    (2000.0, 1500.0, 0.0)
    """
    return min(loan, instalment)


@rule
def cover_base(i: int, benefit: float, households: Households, state: HouseholdState, month: MoneyMonth) -> float:
    """Return what of household ``i`` the cost of the design falls on, som of 2023."""
    formal = np.float64(state.earned[i]) - np.float64(state.informal[i])
    spent = np.int64(households.size[i]) * np.float64(state.consumption[i])
    return financing_base(month.financing, formal, spent, benefit, np.float64(state.transfers[i]))


@rule
def finances(i: int, benefit: float, households: Households, state: HouseholdState, month: MoneyMonth) -> float:
    """Return what household ``i`` pays towards the cost of the design, som of 2023; negative where money comes back."""
    return month.raised * cover_base(i, benefit, households, state, month) if month.raised != 0.0 else 0.0


@rule
def flows_of(
    i: int, households: Households, state: HouseholdState, month: MoneyMonth, consuming: Consuming, working: Working
) -> Flows:
    """Return all money of household ``i`` in a month."""
    wage = month.wage[households.oblast[i]]
    employed, operating, sector = np.int64(state.employed[i]), np.int64(state.operating[i]), np.int64(state.sector[i])
    benefit = paid_benefit(i, households, state, month)
    return Flows(
        np.float64(state.earned[i]),
        pay_given_up(employed, operating, sector, wage, working),
        np.float64(state.own_income[i]),
        np.float64(state.transfers[i]),
        benefit,
        np.float64(households.remittances[i]),
        np.float64(state.profit[i]),
        np.float64(state.reinvested[i]),
        in_kind_income(np.int64(households.size[i]), consuming.in_kind),
        repaid(np.float64(state.loan[i]), np.float64(state.instalment[i])),
        np.float64(state.due_1[i]),
        np.float64(state.sold_1[i]),
        np.float64(state.own_money[i]),
        month.application if state.trained[i] == 1 else 0.0,
        month.bearing[households.oblast[i]] * np.float64(state.bears[i]),
        month.handed[households.oblast[i], Pot.STAFF] * np.float64(state.staffed[i]),
        state.protection[i],
        repaid(np.float64(state.repayable[i]), np.float64(state.payback[i])),
        finances(i, benefit, households, state, month),
        month.handed[households.oblast[i], Pot.NAMES] * np.float64(state.lenders[i]),
    )


@rule
def book_month(i: int, state: HouseholdState) -> None:
    """Move what household ``i`` owes and is owed one month on, once its money of the month is known.

    The profit of a business that has closed stays until this month's money is known, and goes then.
    """
    loan = np.float64(state.loan[i])
    state.loan[i] = loan - repaid(loan, np.float64(state.instalment[i]))
    if state.repayable[i] > 0.0:
        owed = np.float64(state.repayable[i])
        state.repayable[i] = owed - repaid(owed, np.float64(state.payback[i]))
    state.due_1[i], state.due_2[i], state.due_3[i] = state.due_2[i], state.due_3[i], 0.0
    state.sold_1[i], state.sold_2[i], state.sold_3[i] = state.sold_2[i], state.sold_3[i], 0.0
    state.own_money[i] = 0.0
    state.trained[i] = 0
    if state.operating[i] == 0:
        state.profit[i] = 0.0
        state.reinvested[i] = 0.0


@rule
def add_up_benefit(i: int, benefit: float, households: Households, state: HouseholdState, out: Array) -> None:
    """Add the child benefit of household ``i`` to the sums of its raion."""
    if state.benefit[i] == 0:
        return
    weight = np.int64(households.weight[i])
    out[Sum.BENEFIT] += weight * fixed(benefit)
    out[Sum.FAMILIES] += weight
    out[Sum.CHILDREN] += weight * np.int64(households.children[i])
    out[Sum.RECIPIENTS] += weight * np.int64(households.size[i])


@sweep
def add_up_bases(
    first: int, last: int, households: Households, state: HouseholdState, month: MoneyMonth, sums: Array
) -> None:
    """Add up what the cost of the design falls on; ``sums`` (1,) of the real country in 1/1024 som."""
    for i in range(first, last):
        base = cover_base(i, paid_benefit(i, households, state, month), households, state, month)
        sums[0] += np.int64(households.weight[i]) * fixed(base)


@sweep
def receive(
    first: int, last: int, households: Households, endowments: Endowments, state: HouseholdState, ring: Array,
    shared: Shared, sums: Array,
) -> None:
    """Set disposable income of the month and of the last twelve months, and add it up by raion.

    ``ring`` is the column of this calendar month, which still has the income of a year ago; ``shared`` are what all
    households of the month share, and the parameters of consumption and work.
    """
    month, consuming, working = shared
    for i in range(row(first), row(last)):
        out, weight = sums[households.raion[i]], np.int64(households.weight[i])
        flows = flows_of(i, households, state, month, consuming, working)
        income = disposable_income(flows, month.coverage)
        whole = whole_som(income)
        state.income_year[i] = yearly_income(np.int64(state.income_year[i]), np.int64(ring[i]), whole)
        ring[i] = whole
        if month.recording == 1:
            state.recurrent_total[i] += recurrent_income(flows, month.coverage)
            state.once_total[i] += money_once(flows)
            state.benefit_total[i] += flows.child_benefit
        add_up_benefit(i, flows.child_benefit, households, state, out)
        out[Sum.INCOME] += weight * fixed(income)
        out[Sum.ONCE] += weight * fixed(money_once(flows))
        out[Sum.REPAID] += weight * fixed(flows.repaid)
        out[Sum.BORNE] += weight * fixed(flows.borne)
        out[Sum.CERTIFICATES] += weight * fixed(flows.certificates)
        out[Sum.GIVEN] += weight * fixed(flows.given)
        out[Sum.BUSINESS] += weight * fixed(flows.profit - flows.reinvested)
        out[Sum.PROTECTION] += weight * fixed(flows.protection)
        out[Sum.PAID_BACK] += weight * fixed(flows.paid_back)
        out[Sum.FINANCED] += weight * fixed(flows.financed)
        out[Sum.TRAINED] += weight * np.int64(state.trained[i])
    for i in range(row(first), row(last)):  # apart: the compiler does both loops faster than one
        book_month(i, state)


@sweep
def consume(
    first: int, last: int, households: Households, endowments: Endowments, state: HouseholdState, shared: Shared,
    sums: Array,
) -> None:
    """Set consumption of every household, and add up consumption, poverty and local demand by raion.

    Consumption is set in a loop that reads no table by oblast, so that the compiler works on several rows at a time.
    """
    month, consuming, _ = shared
    for i in range(row(first), row(last)):
        state.consumption[i] = consumption(month.levels[i], consumes(i, households, endowments, state, consuming))
    for i in range(row(first), row(last)):
        oblast, out = households.oblast[i], sums[households.raion[i]]
        weight, size = np.int64(households.weight[i]), np.int64(households.size[i])
        each = np.float64(state.consumption[i])
        real = each / month.prices[oblast]
        if real < consuming.poverty_line:
            out[Sum.POOR] += weight * size
            out[Sum.GAP] += weight * fixed(size * (consuming.poverty_line - real))
        if real < month.extreme_line:
            out[Sum.EXTREME] += weight * size
        spent = fixed(size * each)
        if month.later[oblast] != 0.0:
            income = size * income_per_person(np.int64(state.income_year[i]), size, consuming.in_kind)
            sold = sold_income(i, state, month.coverage)
            again = respent(size * each, sold, income, month.later[oblast], consuming.elasticity)
            out[Sum.RESPENT] += weight * fixed(again)
        hires = np.int64(state.hired[i]) if state.operating[i] == 1 else 0
        out[Sum.CONSUMPTION] += weight * spent
        out[Sum.DEMAND] += weight * (spent + fixed(month.hire_pay * hires))


@sweep
def count_work(
    first: int, last: int, households: Households, state: HouseholdState, working: Working, sums: Array
) -> None:
    """Add up persons in work through their household, full-time equivalents and hours withdrawn from other work."""
    for i in range(row(first), row(last)):
        out, weight = sums[households.raion[i]], np.int64(households.weight[i])
        runs, works = np.int64(state.operating[i]), np.int64(state.employed[i])
        helps, helps_new = np.int64(state.family_workers[i]), np.int64(state.family_new[i])
        hires_new = np.int64(state.hired_new[i])
        fte = operator_fte(np.int64(state.sector[i]), working)
        out[Sum.HEADS] += weight * heads(works, runs, helps_new, hires_new)
        out[Sum.BESIDE] += weight * works
        out[Sum.FULL_TIME] += weight * fixed(full_time(works, runs, fte, helps, helps_new, hires_new, working))
        if runs == 1:
            out[Sum.HOURS] += weight * fixed(working.relocated * fte * 168.0 * works)
