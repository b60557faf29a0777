"""Consuming: disposable income, consumption and poverty of every household (model.md H15)."""

from __future__ import annotations

import numpy as np

from sim.agents.claiming import benefit_amount, suspended
from sim.agents.working import crowded_out, full_time, heads, operator_fte
from sim.engine.columns import BLOCK, fixed, marked, run_end
from sim.engine.compiled import rule, sweep

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


@rule
def busy(operating, benefit, trained, loan, profit, reinvested, rows):  # type: ignore[no-untyped-def]
    """List households with the benefit, a loan, training, or the profit of a closed business; return how many.

    >>> rows, one, zero = np.zeros(3, dtype=np.int64), np.array([0, 0, 1], dtype=np.uint8), np.zeros(3)
    >>> int(busy(one, one, one, zero, np.array([0.0, 5.0, 5.0]), zero, rows)), rows[:2].tolist()
    (2, [1, 2])
    """
    flags = np.empty(len(operating), np.uint8)
    for k in range(len(operating)):  # all conditions of everybody: nothing to guess, several at a time
        left = np.uint8(operating[k] == 0) & (np.uint8(profit[k] != 0.0) | np.uint8(reinvested[k] != 0.0))
        flags[k] = benefit[k] | trained[k] | left | np.uint8(loan[k] > 0.0)
    return marked(flags, rows)


@rule
def collect_due(first, second, third, dues):  # type: ignore[no-untyped-def]
    """Take the money due this month into ``dues`` and move the rest up.

    Diverted grants and the proceeds of closed businesses are consumed over three months (H9a).

    >>> dues, first, second, third = np.ones(1), np.array([5.0]), np.array([6.0]), np.array([7.0])
    >>> collect_due(first, second, third, dues)
    >>> dues.tolist(), first.tolist(), second.tolist(), third.tolist()
    ([5.0], [6.0], [7.0], [0.0])
    """
    found = 0
    for k in range(len(first)):
        found += np.int64(first[k] != 0.0) | np.int64(second[k] != 0.0) | np.int64(third[k] != 0.0)
    if found == 0:
        dues[:] = 0.0
        return
    for k in range(len(first)):
        dues[k] = first[k]
    for k in range(len(first)):
        first[k] = second[k]
    for k in range(len(first)):
        second[k] = third[k]
    for k in range(len(first)):
        third[k] = 0.0


@rule
def add_up_work(weight, operating, employed, sector, family, family_new, hired_new, working, out):  # type: ignore[no-untyped-def]
    """Add real persons in work, full-time equivalents and hours withdrawn of households of one raion to ``out``.

    >>> class P: operator_fte_agriculture, operator_fte_other, relocated, family_fte, hire_fte = 0.5, 0.75, 0.5, 0.5, 1
    >>> out, one = np.zeros(SUMS, dtype=np.int64), np.array([1, 0])
    >>> add_up_work(np.array([10, 1]), one, np.array([0, 1]), one, one, one, one, P, out)
    >>> out[HEADS].item(), out[FULL_TIME].item() / 1024, out[HOURS].item()
    (31, 21.0, 0)
    """
    persons = 0
    equivalents = 0
    hours = 0
    for k in range(len(operating)):
        runs, works, rows = np.int64(operating[k]), np.int64(employed[k]), np.int64(weight[k])
        helps, helps_new, hires_new = np.int64(family[k]), np.int64(family_new[k]), np.int64(hired_new[k])
        fte = operator_fte(np.int64(sector[k]), working)
        persons += rows * heads(works, runs, helps_new, hires_new)
        equivalents += rows * fixed(full_time(works, runs, fte, helps, helps_new, hires_new, working))
        hours += rows * fixed(working.relocated * fte * 168.0 * works) if runs == 1 else 0
    out[HEADS] += persons
    out[FULL_TIME] += equivalents
    out[HOURS] += hours


@rule
def add_up_income(weight, size, incomes, eaten, demands, price, line, out):  # type: ignore[no-untyped-def]
    """Add poverty, consumption, income and local demand of the real households of one raion to ``out``.

    >>> out, size, eaten = np.zeros(SUMS, dtype=np.int64), np.array([4, 2]), np.array([100.0, 300.0])
    >>> add_up_income(np.array([10, 1]), size, np.array([400.0, 600.0]), eaten, np.array([8.0, 0.0]), 1.0, 150.0, out)
    >>> out[POOR].item(), (out[[GAP, CONSUMPTION, EARNED, DEMAND]] / 1024).tolist()
    (40, [2000.0, 4600.0, 4600.0, 80.0])
    """
    poor = 0
    gap = 0
    consumed = 0
    earned = 0
    demand = 0
    for k in range(len(size)):
        real = eaten[k] / price
        persons, rows = np.int64(size[k]), np.int64(weight[k])
        poor += rows * persons if real < line else 0
        gap += rows * fixed(persons * (line - real)) if real < line else 0
        consumed += rows * fixed(max(incomes[k], 0.0))
        earned += rows * fixed(incomes[k])
        demand += rows * fixed(demands[k])
    out[POOR] += poor
    out[GAP] += gap
    out[CONSUMPTION] += consumed
    out[EARNED] += earned
    out[DEMAND] += demand


@sweep
def consume(  # type: ignore[no-untyped-def]
    first, last, households, endowments, state, terms, per_child, coefficient, deflator, wage, line, prices,
    effort, working, hire_pay, recording, sums,
):
    """Set income and consumption, and add up each raion.

    ``prices`` (oblasts,) is the consumer price index against the baseline; ``hire_pay`` the monthly pay of a hire;
    ``recording`` is 1 from the month in which the comparison starts. ``sums`` is (raions, SUMS) int64 of the real
    country, a row as often as it weighs: persons below the line, consumption, local demand by the programme's channels,
    benefit paid, heads, full-time equivalents, hours withdrawn, families, children and persons with the benefit, loans
    repaid, the summed shortfall below the line, disposable income, and families that trained; money and hours in fixed
    point.
    """
    incomes = np.empty(BLOCK)
    eaten = np.empty(BLOCK)
    crowded = np.empty(BLOCK)
    benefits = np.zeros(BLOCK)
    repaid = np.zeros(BLOCK)
    efforts = np.zeros(BLOCK)
    demands = np.empty(BLOCK)
    dues = np.empty(BLOCK)
    rows = np.empty(BLOCK, np.int64)
    begin = first
    while begin < last:
        end = run_end(households.oblast, begin, min(begin + BLOCK, last))
        count = end - begin
        pay, price = wage[households.oblast[begin]], prices[households.oblast[begin]]
        size, income = households.size[begin:end], state.income[begin:end]
        other, remittances = households.other_benefits[begin:end], households.remittances[begin:end]
        operating, employed, sector = state.operating[begin:end], state.employed[begin:end], state.sector[begin:end]
        hired, profit, reinvested = state.hired[begin:end], state.profit[begin:end], state.reinvested[begin:end]
        found = busy(
            operating, state.benefit[begin:end], state.trained[begin:end], state.loan[begin:end], profit, reinvested,
            rows,
        )
        for m in range(found):
            k = rows[m]
            i = begin + k
            raion, weight = households.raion[i], np.int64(households.weight[i])
            if state.benefit[i] == 1:
                month = np.int64(state.contract_month[i])
                share = 1.0
                if suspended(month, terms.benefit_share[month], np.int64(state.released[i])) == 1:
                    share = terms.benefit_share[month]
                children = np.int64(households.children[i])
                benefits[k] = benefit_amount(1, per_child, children, coefficient, share, deflator)
                sums[raion, BENEFIT] += weight * fixed(benefits[k])
                sums[raion, FAMILIES] += weight
                sums[raion, CHILDREN] += weight * children
                sums[raion, RECIPIENTS] += weight * np.int64(households.size[i])
                if recording == 1:
                    state.benefit_total[i] += benefits[k]
            if state.loan[i] > 0.0:
                repaid[k] = min(np.float64(state.loan[i]), np.float64(state.instalment[i]))
                state.loan[i] = np.float64(state.loan[i]) - repaid[k]
                sums[raion, REPAID] += weight * fixed(repaid[k])
            if state.trained[i] == 1:
                efforts[k] = effort
                state.trained[i] = 0
                sums[raion, TRAINED] += weight
        collect_due(state.due_1[begin:end], state.due_2[begin:end], state.due_3[begin:end], dues)
        # Income and demand term by term in the order of `disposable_income`; several short loops, each with few
        # columns, so that each works on several households at once.
        for k in range(count):
            fte = operator_fte(np.int64(sector[k]), working)
            crowded[k] = crowded_out(working.relocated, fte, pay, np.int64(employed[k]), np.int64(operating[k]))
        for k in range(count):
            incomes[k] = np.float64(income[k]) * np.int64(size[k]) + np.float64(profit[k]) - np.float64(reinvested[k])
        for k in range(count):
            incomes[k] = incomes[k] - crowded[k] + benefits[k]
        for k in range(count):
            incomes[k] = incomes[k] + np.float64(other[k]) + np.float64(remittances[k]) + dues[k]
        for k in range(count):
            incomes[k] = incomes[k] - repaid[k] - efforts[k]
        for k in range(count):
            demands[k] = np.float64(profit[k]) + dues[k] - crowded[k] + benefits[k]
        for k in range(count):
            demands[k] = demands[k] + (hire_pay * np.int64(hired[k]) if operating[k] == 1 else 0.0)
        consumption, smoothed = state.consumption[begin:end], state.smoothed[begin:end]
        beside, total = state.other_income[begin:end], state.income_total[begin:end]
        for k in range(count):
            eaten[k] = max(incomes[k], 0.0) / np.int64(size[k])
        for k in range(count):
            consumption[k] = eaten[k]
        for k in range(count):
            smoothed[k] = smoothed_consumption(np.float64(smoothed[k]), eaten[k])
        for k in range(count):
            beside[k] = incomes[k] - np.float64(profit[k])
        if recording == 1:
            for k in range(count):
                total[k] += incomes[k]
        a = begin
        while a < end:
            b = run_end(households.raion, a, end)
            out = sums[households.raion[a]]
            add_up_work(
                households.weight[a:b], state.operating[a:b], state.employed[a:b], state.sector[a:b],
                state.family_workers[a:b], state.family_new[a:b], state.hired_new[a:b], working, out,
            )
            add_up_income(
                households.weight[a:b], households.size[a:b], incomes[a - begin : b - begin],
                eaten[a - begin : b - begin], demands[a - begin : b - begin], price, line, out,
            )
            a = b
        for m in range(found):
            k = rows[m]
            benefits[k] = 0.0
            repaid[k] = 0.0
            efforts[k] = 0.0
            if operating[k] == 0:
                profit[k] = 0.0
                reinvested[k] = 0.0
        begin = end
