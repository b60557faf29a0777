"""Claiming: the child benefit for poor families (UBK), and its suspension by a contract (model.md H3)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.engine.columns import BLOCK, marked
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform

FULL = 1  # full exclusion, sim.state.terms.FULL_EXCLUSION
FIRST_BACK, LAST_BACK = 40, 51  # contract months in which a family may come back after the suspension
USUAL_CHILDREN = 3  # number of children at which a family enters with the probability of the parameter
MOST_CHILDREN = 31  # families with more count as this many


class Claiming(NamedTuple):
    """Parameters of the child benefit's caseload."""

    threshold: float  # gmi_eff, effective income threshold, som of 2023 per person; where the search for it starts
    entry: float  # ubk_apply, monthly probability of entering
    exit: float  # ubk_exit, monthly hazard of leaving
    back: float  # ubk_back, probability of coming back within 12 months after the suspension
    children: float  # elasticity of entering to the number of children, for each of whom the benefit is paid
    erosion: float  # fall of the effective threshold in 2022 and 2023 over the rise of prices


@rule
def suspended(contract_month, benefit_share, released):  # type: ignore[no-untyped-def]
    """Return 1 if the contract suspends all or part of the benefit in this contract month.

    >>> suspended(3, 1.0, 0), suspended(4, 0.0, 0), suspended(4, 0.0, 1)
    (0, 1, 0)
    """
    return 1 if contract_month > 0 and benefit_share < 1.0 and released == 0 else 0


@rule
def back_probability(within_year):  # type: ignore[no-untyped-def]
    """Return the monthly probability that adds up to ``within_year`` over twelve months.

    >>> round(1 - (1 - back_probability(0.19)) ** 12, 12), back_probability(0.0), back_probability(1.0)
    (0.19, 0.0, 1.0)
    """
    return 1.0 - math.pow(1.0 - within_year, 1.0 / 12.0)


@rule
def entry_probability(children, claiming):  # type: ignore[no-untyped-def]
    """Return the monthly probability that a family below the threshold enters the benefit.

    >>> class P: entry, children = 0.03, 1.0
    >>> entry_probability(3, P), entry_probability(6, P), entry_probability(0, P)
    (0.03, 0.06, 0.0)
    """
    if children <= 0:
        return 0.0
    return min(1.0, claiming.entry * math.pow(min(children, MOST_CHILDREN) / USUAL_CHILDREN, claiming.children))


@rule
def eroded(prices, before, erosion):  # type: ignore[no-untyped-def]
    """Return the real value of a threshold that follows prices only in part, over its value before.

    >>> eroded(1.25, 1.0, 0.0), eroded(1.25, 1.0, 1.0), eroded(1.0, 1.0, 0.5)
    (1.0, 0.8, 1.0)
    """
    return math.pow(before / prices, erosion)


@rule
def may_enter(contract_month, exclusion):  # type: ignore[no-untyped-def]
    """Return 1 if a family in this contract month may enter the benefit as a new case.

    >>> may_enter(0, 1), may_enter(2, 1), may_enter(52, 1), may_enter(20, 0)
    (1, 0, 1, 1)
    """
    return 1 if exclusion == 0 or contract_month == 0 or contract_month == 52 else 0


@rule
def benefit_amount(receives, per_child, children, coefficient, share, deflator):  # type: ignore[no-untyped-def]
    """Return the benefit paid to a family, som of 2023 a month (B in H3).

    >>> benefit_amount(1, 1200.0, 3, 1.0, 1.0, 1.0), benefit_amount(0, 1200.0, 3, 1.0, 1.0, 1.0)
    (3600.0, 0.0)
    """
    return receives * per_child * children * coefficient * share / deflator


@rule
def concerned(children, benefit, declared, threshold, rows):  # type: ignore[no-untyped-def]
    """List the families with the benefit, and those with children whose declared income would do; return how many.

    >>> rows, children, benefit = np.zeros(3, dtype=np.int64), np.array([2, 2, 0]), np.array([0, 0, 1])
    >>> int(concerned(children, benefit, np.array([9.0, 3.0, 9.0]), 5.0, rows)), rows[:2].tolist()
    (2, [1, 2])
    """
    flags = np.empty(len(children), np.uint8)
    for k in range(len(children)):
        low = np.uint8(np.float64(declared[k]) < threshold)
        flags[k] = np.uint8(benefit[k] != 0) | (np.uint8(children[k] > 0) & low)
    return marked(flags, rows)


@sweep
def claim(first, last, households, state, terms, claiming, threshold, key_exit, key_back, key_entry):  # type: ignore[no-untyped-def]
    """Move families into and out of the child benefit, in the order suspension, exit, return, entry.

    ``threshold`` is the effective income threshold, som of 2023 per person.
    """
    monthly_back = back_probability(claiming.back)
    entry = np.empty(MOST_CHILDREN + 1)
    for k in range(MOST_CHILDREN + 1):
        entry[k] = entry_probability(k, claiming)
    rows = np.empty(BLOCK, np.int64)
    begin = first
    while begin < last:
        end = min(begin + BLOCK, last)
        found = concerned(
            households.children[begin:end], state.benefit[begin:end], state.declared[begin:end], threshold, rows,
        )
        for m in range(found):
            i = begin + rows[m]
            children = np.int64(households.children[i])
            if children > MOST_CHILDREN:
                children = np.int64(MOST_CHILDREN)
            who = households.identifier[i]
            month = np.int64(state.contract_month[i])
            receives = np.int64(state.benefit[i])
            stops = suspended(month, terms.benefit_share[month], np.int64(state.released[i]))
            if terms.exclusion == FULL and stops == 1:
                receives = 0
            if receives == 1 and uniform(key_exit, who) < claiming.exit:
                receives = 0
            if receives == 0 and children > 0:
                if np.float64(state.declared[i]) < threshold:
                    returns = terms.exclusion != 0 and FIRST_BACK <= month <= LAST_BACK
                    if returns and uniform(key_back, who) < monthly_back:
                        receives = 1
                    elif may_enter(month, terms.exclusion) == 1 and uniform(key_entry, who) < entry[children]:
                        receives = 1
            state.benefit[i] = receives
        begin = end
