"""Claiming: the child benefit for poor families (UBK), and its suspension by a contract (model.md H3)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array, row
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.engine.math import power
from sim.state.households import Households, HouseholdState
from sim.state.terms import FULL_EXCLUSION, NO_EXCLUSION, ContractTerms
from sim.taxes_benefits.children import is_needy

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
def suspended(contract_month: int, benefit_share: float, released: int) -> int:
    """Return 1 if the contract suspends all or part of the benefit in this contract month.

    >>> suspended(3, 1.0, 0), suspended(4, 0.0, 0), suspended(4, 0.0, 1)
    (0, 1, 0)
    """
    return 1 if contract_month > 0 and benefit_share < 1.0 and released == 0 else 0


@rule
def back_probability(within_year: float) -> float:
    """Return the monthly probability that adds up to ``within_year`` over twelve months.

    >>> round(1 - (1 - back_probability(0.19)) ** 12, 12), back_probability(0.0), back_probability(1.0)
    (0.19, 0.0, 1.0)
    """
    return 1.0 - power(1.0 - within_year, 1.0 / 12.0)


@rule
def entry_probability(children: int, claiming: Claiming) -> float:
    """Return the monthly probability that a family below the threshold enters the benefit.

    >>> class P: entry, children = 0.03, 1.0
    >>> entry_probability(3, P), entry_probability(6, P), entry_probability(0, P)
    (0.03, 0.06, 0.0)
    """
    if children <= 0:
        return 0.0
    return min(1.0, claiming.entry * power(min(children, MOST_CHILDREN) / USUAL_CHILDREN, claiming.children))


@rule
def eroded(prices: float, before: float, erosion: float) -> float:
    """Return the real value of a threshold that follows prices only in part, over its value before.

    >>> eroded(1.25, 1.0, 0.0), eroded(1.25, 1.0, 1.0), eroded(1.0, 1.0, 0.5)
    (1.0, 0.8, 1.0)
    """
    return power(before / prices, erosion)


@rule
def may_enter(contract_month: int, exclusion: int) -> int:
    """Return 1 if a family in this contract month may enter the benefit as a new case.

    >>> may_enter(0, 1), may_enter(2, 1), may_enter(52, 1), may_enter(20, 0)
    (1, 0, 1, 1)
    """
    return 1 if exclusion == NO_EXCLUSION or contract_month == 0 or contract_month == 52 else 0


@rule
def benefit_amount(
    receives: int, per_child: float, children: int, coefficient: float, share: float, deflator: float
) -> float:
    """Return the benefit paid to a family, som of 2023 a month (B in H3).

    >>> benefit_amount(1, 1200.0, 3, 1.0, 1.0, 1.0), benefit_amount(0, 1200.0, 3, 1.0, 1.0, 1.0)
    (3600.0, 0.0)
    """
    return receives * per_child * children * coefficient * share / deflator


class ClaimMonth(NamedTuple):
    """What all families of a month reckon with."""

    terms: ContractTerms
    threshold: float  # effective income threshold, som of 2023 per person
    entry: Array  # (children,) monthly probability of entering by number of children
    leave: np.uint64  # keys of the month
    back: np.uint64
    enter: np.uint64


@rule
def comes_in(who: int, children: int, month: int, monthly_back: float, now: ClaimMonth) -> bool:
    """Return whether a family that may have the benefit comes back to it, or enters it, in a contract month (H3).

    >>> class T: exclusion = FULL_EXCLUSION
    >>> class M: terms, entry, back, enter = T, [0.0, 1.0], np.uint64(1), np.uint64(2)
    >>> [comes_in(7, *family, M) for family in ((1, 0, 0.0), (0, 0, 0.0), (1, 20, 1.0), (0, 45, 1.0))]
    [True, False, False, True]
    """
    returns = now.terms.exclusion != NO_EXCLUSION and FIRST_BACK <= month <= LAST_BACK
    if returns and uniform(now.back, who) < monthly_back:
        return True
    return may_enter(month, now.terms.exclusion) == 1 and uniform(now.enter, who) < now.entry[children]


@sweep
def claim(
    first: int, last: int, households: Households, state: HouseholdState, now: ClaimMonth, claiming: Claiming
) -> None:
    """Move families into and out of the child benefit, in the order suspension, exit, return, entry."""
    monthly_back = back_probability(claiming.back)
    for i in range(row(first), row(last)):
        receives, children = np.int64(state.benefit[i]), np.int64(min(households.children[i], MOST_CHILDREN))
        may = is_needy(np.float64(state.declared[i]), now.threshold, children) == 1
        if not ((receives == 1) | may):
            continue
        who, month = households.identifier[i], np.int64(state.contract_month[i])
        stops = suspended(month, now.terms.benefit_share[month], np.int64(state.released[i]))
        if now.terms.exclusion == FULL_EXCLUSION and stops == 1:
            receives = 0
        if receives == 1 and uniform(now.leave, who) < claiming.exit:
            receives = 0
        if receives == 0 and may and comes_in(who, children, month, monthly_back, now):
            receives = 1
        state.benefit[i] = receives
