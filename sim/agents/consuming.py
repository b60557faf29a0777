"""Consuming: disposable income, consumption and poverty of every household (model.md H15)."""

from __future__ import annotations

import numpy as np

from sim.agents.claiming import benefit_amount, suspended
from sim.agents.working import crowded_out, full_time, heads, operator_fte
from sim.columns import fixed
from sim.compiled import rule, sweep

# Columns of the sums that `consume` makes, one row for each raion.
POOR, CONSUMPTION, DEMAND, BENEFIT, HEADS, FULL_TIME, HOURS = range(7)
FAMILIES, CHILDREN, RECIPIENTS, REPAID, GAP, EARNED, TRAINED = range(7, 14)
SUMS = 14


@rule
def disposable_income(  # type: ignore[no-untyped-def]
    market, profit, reinvested, crowded, benefit, other, remittances, released, repaid, effort,
):
    """Return disposable income of a household, som of 2023 a month (Y in H15).

    >>> disposable_income(20000.0, 3000.0, 300.0, 500.0, 3600.0, 0.0, 1000.0, 0.0, 0.0, 0.0)
    26800.0
    >>> disposable_income(20000.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 9000.0, 5000.0, 4000.0)
    20000.0
    """
    return market + profit - reinvested - crowded + benefit + other + remittances + released - repaid - effort


@rule
def smoothed_consumption(smoothed, consumption):  # type: ignore[no-untyped-def]
    """Return twelve-month smoothed consumption per person.

    >>> smoothed_consumption(5000.0, 6200.0), smoothed_consumption(5000.0, 3800.0)
    (5100.0, 4900.0)
    """
    return smoothed + (consumption - smoothed) / 12.0


@sweep
def consume(  # type: ignore[no-untyped-def]
    first, last, households, endowments, state, terms, per_child, coefficient, deflator, wage, line, prices,
    effort, working, hire_pay, recording, sums,
):
    """Set income and consumption, and add up each raion.

    ``prices`` (oblasts,) is the consumer price index against the baseline; ``hire_pay`` the monthly pay of a hire;
    ``recording`` is 1 from the month in which the comparison starts. ``sums`` is (raions, SUMS) int64: persons below
    the line, consumption, local demand by the programme's channels, benefit paid, heads, full-time equivalents, hours
    withdrawn, families, children and persons with the benefit, loans repaid, the summed shortfall below the line,
    disposable income, and families that trained; money and hours in fixed point.
    """
    for i in range(first, last):
        size = np.int64(households.size[i])
        oblast = households.oblast[i]
        raion = households.raion[i]
        operating = np.int64(state.operating[i])
        employed = np.int64(state.employed[i])
        receives = np.int64(state.benefit[i])
        market = np.float64(state.income[i]) * size
        profit = np.float64(state.profit[i])
        due = np.float64(state.due_1[i])
        state.due_1[i] = state.due_2[i]
        state.due_2[i] = state.due_3[i]
        state.due_3[i] = 0.0
        crowded = 0.0
        if operating == 1:
            fte = operator_fte(np.int64(state.sector[i]), working)
            crowded = crowded_out(working.relocated, fte, wage[oblast], employed, operating)
            new = np.int64(state.family_new[i])
            hired_new = np.int64(state.hired_new[i])
            family = np.int64(state.family_workers[i])
            sums[raion, HEADS] += heads(employed, operating, new, hired_new)
            sums[raion, FULL_TIME] += fixed(full_time(employed, operating, fte, family, new, hired_new, working))
            sums[raion, HOURS] += fixed(working.relocated * fte * 168.0 * employed)
        else:
            sums[raion, HEADS] += employed
            sums[raion, FULL_TIME] += fixed(np.float64(employed))
        benefit = 0.0
        if receives == 1:
            month = np.int64(state.contract_month[i])
            share = 1.0
            if suspended(month, terms.benefit_share[month], np.int64(state.released[i])) == 1:
                share = terms.benefit_share[month]
            children = np.int64(households.children[i])
            benefit = benefit_amount(receives, per_child, children, coefficient, share, deflator)
            sums[raion, BENEFIT] += fixed(benefit)
            sums[raion, FAMILIES] += 1
            sums[raion, CHILDREN] += children
            sums[raion, RECIPIENTS] += size
        repaid = 0.0
        if state.loan[i] > 0.0:
            repaid = min(np.float64(state.loan[i]), np.float64(state.instalment[i]))
            state.loan[i] = np.float64(state.loan[i]) - repaid
            sums[raion, REPAID] += fixed(repaid)
        spent = 0.0
        if state.trained[i] == 1:
            spent = effort
            state.trained[i] = 0
            sums[raion, TRAINED] += 1
        income = disposable_income(
            market,
            profit,
            np.float64(state.reinvested[i]),
            crowded,
            benefit,
            np.float64(households.other_benefits[i]),
            np.float64(households.remittances[i]),
            due,
            repaid,
            spent,
        )
        state.other_income[i] = income - profit
        consumption = max(income, 0.0) / size
        state.consumption[i] = consumption
        state.smoothed[i] = smoothed_consumption(np.float64(state.smoothed[i]), consumption)
        real = consumption / prices[oblast]
        if real < line:
            sums[raion, POOR] += size
            sums[raion, GAP] += fixed(size * (line - real))
        sums[raion, CONSUMPTION] += fixed(max(income, 0.0))
        sums[raion, EARNED] += fixed(income)
        pay = 0.0
        if operating == 1:
            pay = hire_pay * np.int64(state.hired[i])
        sums[raion, DEMAND] += fixed(profit + due - crowded + benefit + pay)
        if recording == 1:
            state.income_total[i] += income
            state.benefit_total[i] += benefit
        if operating == 0:
            state.profit[i] = 0.0
            state.reinvested[i] = 0.0
