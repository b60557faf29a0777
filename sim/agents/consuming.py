"""Consuming: disposable income, consumption and poverty of every household (model.md H15)."""

from __future__ import annotations

import numpy as np

from sim.agents.claiming import benefit_amount, suspended
from sim.agents.working import crowded_out, full_time, heads, operator_fte
from sim.columns import BLOCK, fixed, run_end
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


@rule
def busy(begin, end, state, rows):  # type: ignore[no-untyped-def]
    """List households with the benefit, a loan, training, or the profit of a closed business; return how many."""
    operating, benefit, trained = state.operating[begin:end], state.benefit[begin:end], state.trained[begin:end]
    loan, profit, reinvested = state.loan[begin:end], state.profit[begin:end], state.reinvested[begin:end]
    found = 0
    for k in range(end - begin):
        rows[found] = k
        left = operating[k] == 0 and (profit[k] != 0.0 or reinvested[k] != 0.0)
        found += 1 if (benefit[k] | trained[k]) != 0 or loan[k] > 0.0 or left else 0
    return found


@rule
def collect_due(begin, end, state, dues):  # type: ignore[no-untyped-def]
    """Take the money due this month into ``dues`` and move the rest up; return 0, with ``dues`` as it was, if none is.

    Diverted grants and the proceeds of closed businesses are consumed over three months (H9a).
    """
    first, second, third = state.due_1[begin:end], state.due_2[begin:end], state.due_3[begin:end]
    found = 0
    for k in range(len(first)):
        found += 1 if first[k] != 0.0 or second[k] != 0.0 or third[k] != 0.0 else 0
    if found == 0:
        return 0
    for k in range(len(first)):
        dues[k] = first[k]
    for k in range(len(first)):
        first[k] = second[k]
    for k in range(len(first)):
        second[k] = third[k]
    for k in range(len(first)):
        third[k] = 0.0
    return 1


@rule
def add_up_work(begin, end, state, working, out):  # type: ignore[no-untyped-def]
    """Add persons in work, full-time equivalents and hours withdrawn of some households of one raion to ``out``."""
    operating, employed, sector = state.operating[begin:end], state.employed[begin:end], state.sector[begin:end]
    family, new = state.family_workers[begin:end], state.family_new[begin:end]
    hired_new = state.hired_new[begin:end]
    persons = 0
    equivalents = 0
    hours = 0
    for k in range(len(operating)):
        runs, works = np.int64(operating[k]), np.int64(employed[k])
        helps, helps_new, hires_new = np.int64(family[k]), np.int64(new[k]), np.int64(hired_new[k])
        fte = operator_fte(np.int64(sector[k]), working)
        persons += heads(works, runs, helps_new, hires_new)
        equivalents += fixed(full_time(works, runs, fte, helps, helps_new, hires_new, working))
        hours += fixed(working.relocated * fte * 168.0 * works) if runs == 1 else 0
    out[HEADS] += persons
    out[FULL_TIME] += equivalents
    out[HOURS] += hours


@rule
def take_from_work(begin, end, state, working, wage, hire_pay, crowded, pays):  # type: ignore[no-untyped-def]
    """Fill ``crowded`` with earnings that operators lose elsewhere, and ``pays`` with the pay of hires."""
    operating, employed, sector = state.operating[begin:end], state.employed[begin:end], state.sector[begin:end]
    hired = state.hired[begin:end]
    for k in range(len(operating)):
        fte = operator_fte(np.int64(sector[k]), working)
        crowded[k] = crowded_out(working.relocated, fte, wage, np.int64(employed[k]), np.int64(operating[k]))
    for k in range(len(operating)):
        pays[k] = hire_pay * np.int64(hired[k]) if operating[k] == 1 else 0.0


@rule
def add_up_income(begin, end, households, state, crowded, benefits, dues, repaid, efforts, incomes):  # type: ignore[no-untyped-def]
    """Fill ``incomes`` with :func:`disposable_income`, term by term in its order, so that the bits are the same."""
    size, income = households.size[begin:end], state.income[begin:end]
    profit, reinvested = state.profit[begin:end], state.reinvested[begin:end]
    other, remittances = households.other_benefits[begin:end], households.remittances[begin:end]
    for k in range(len(size)):
        incomes[k] = np.float64(income[k]) * np.int64(size[k]) + np.float64(profit[k]) - np.float64(reinvested[k])
    for k in range(len(size)):
        incomes[k] = incomes[k] - crowded[k] + benefits[k]
    for k in range(len(size)):
        incomes[k] = incomes[k] + np.float64(other[k]) + np.float64(remittances[k]) + dues[k]
    for k in range(len(size)):
        incomes[k] = incomes[k] - repaid[k] - efforts[k]


@rule
def settle(begin, end, households, state, incomes, eaten, recording):  # type: ignore[no-untyped-def]
    """Set consumption per person, also in ``eaten``, its smoothed value, and what stands beside the business."""
    size, smoothed = households.size[begin:end], state.smoothed[begin:end]
    consumption, other, profit = state.consumption[begin:end], state.other_income[begin:end], state.profit[begin:end]
    total = state.income_total[begin:end]
    for k in range(len(size)):
        eaten[k] = max(incomes[k], 0.0) / np.int64(size[k])
    for k in range(len(size)):
        consumption[k] = eaten[k]
    for k in range(len(size)):
        smoothed[k] = smoothed_consumption(np.float64(smoothed[k]), eaten[k])
    for k in range(len(size)):
        other[k] = incomes[k] - np.float64(profit[k])
    if recording == 1:
        for k in range(len(size)):
            total[k] += incomes[k]


@rule
def add_up_raion(size, profit, incomes, eaten, crowded, benefits, dues, pays, price, line, out):  # type: ignore[no-untyped-def]
    """Add poverty, consumption, income and local demand of some households of one raion to ``out``."""
    poor = 0
    gap = 0
    consumed = 0
    earned = 0
    demand = 0
    for k in range(len(size)):
        real = eaten[k] / price
        persons = np.int64(size[k])
        poor += persons if real < line else 0
        gap += fixed(persons * (line - real)) if real < line else 0
        consumed += fixed(max(incomes[k], 0.0))
        earned += fixed(incomes[k])
    for k in range(len(size)):
        demand += fixed(np.float64(profit[k]) + dues[k] - crowded[k] + benefits[k] + pays[k])
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
    ``recording`` is 1 from the month in which the comparison starts. ``sums`` is (raions, SUMS) int64: persons below
    the line, consumption, local demand by the programme's channels, benefit paid, heads, full-time equivalents, hours
    withdrawn, families, children and persons with the benefit, loans repaid, the summed shortfall below the line,
    disposable income, and families that trained; money and hours in fixed point.
    """
    incomes = np.empty(BLOCK)
    eaten = np.empty(BLOCK)
    crowded = np.empty(BLOCK)
    benefits = np.zeros(BLOCK)
    repaid = np.zeros(BLOCK)
    efforts = np.zeros(BLOCK)
    pays = np.empty(BLOCK)
    dues = np.zeros(BLOCK)
    rows = np.empty(BLOCK, np.int64)
    begin = first
    while begin < last:
        end = run_end(households.raion, begin, min(begin + BLOCK, last))
        raion = households.raion[begin]
        oblast = households.oblast[begin]
        found = busy(begin, end, state, rows)
        if collect_due(begin, end, state, dues) == 0:
            dues[:] = 0.0
        add_up_work(begin, end, state, working, sums[raion])
        take_from_work(begin, end, state, working, wage[oblast], hire_pay, crowded, pays)
        for m in range(found):
            k = rows[m]
            i = begin + k
            size = np.int64(households.size[i])
            if state.benefit[i] == 1:
                month = np.int64(state.contract_month[i])
                share = 1.0
                if suspended(month, terms.benefit_share[month], np.int64(state.released[i])) == 1:
                    share = terms.benefit_share[month]
                children = np.int64(households.children[i])
                benefits[k] = benefit_amount(1, per_child, children, coefficient, share, deflator)
                sums[raion, BENEFIT] += fixed(benefits[k])
                sums[raion, FAMILIES] += 1
                sums[raion, CHILDREN] += children
                sums[raion, RECIPIENTS] += size
                if recording == 1:
                    state.benefit_total[i] += benefits[k]
            if state.loan[i] > 0.0:
                repaid[k] = min(np.float64(state.loan[i]), np.float64(state.instalment[i]))
                state.loan[i] = np.float64(state.loan[i]) - repaid[k]
                sums[raion, REPAID] += fixed(repaid[k])
            if state.trained[i] == 1:
                efforts[k] = effort
                state.trained[i] = 0
                sums[raion, TRAINED] += 1
        add_up_income(begin, end, households, state, crowded, benefits, dues, repaid, efforts, incomes)
        settle(begin, end, households, state, incomes, eaten, recording)
        add_up_raion(
            households.size[begin:end], state.profit[begin:end], incomes, eaten, crowded, benefits, dues, pays,
            prices[oblast], line, sums[raion],
        )
        for m in range(found):
            k = rows[m]
            benefits[k] = 0.0
            repaid[k] = 0.0
            efforts[k] = 0.0
            if state.operating[begin + k] == 0:
                state.profit[begin + k] = 0.0
                state.reinvested[begin + k] = 0.0
        begin = end
