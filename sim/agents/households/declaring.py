"""Declaring: the income that offices see when they test means and choose families (people.md B3, K11)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import row
from sim.engine.compiled import rule, sweep
from sim.state.households import Endowments, Households, HouseholdState


class Declaring(NamedTuple):
    """Shares of each kind of income that a family declares; formal pay and transfers are known to the offices."""

    informal: float  # of pay from informal jobs
    own_income: float  # of income from own account, farming and family businesses
    remittances: float  # of money sent from abroad


@rule
def declared_income(
    formal: float, informal: float, own: float, transfers: float, remittances: float, declaring: Declaring
) -> float:
    """Return the income that a household declares, som of 2023 a month (B3).

    Half of informal pay, a quarter of own income and a tenth of remittances are declared here:
    10,000 + 2,000 + 1,000 + 3,000 + 800 = 16,800.

    >>> class P: informal, own_income, remittances = 0.5, 0.25, 0.1
    >>> declared_income(10e3, 4e3, 4e3, 3e3, 8e3, P), declared_income(10e3, 0.0, 0.0, 0.0, 0.0, P)
    (16800.0, 10000.0)
    """
    return (
        formal
        + declaring.informal * informal
        + declaring.own_income * own
        + transfers
        + declaring.remittances * remittances
    )


@rule
def seen_income(declared: float, size: int, error: float) -> float:
    """Return the income per person that the office reckons with; ``error`` is the fixed ratio by which it errs.

    >>> seen_income(16800.0, 4, 1.25), seen_income(16800.0, 4, 1.0)
    (5250.0, 4200.0)
    """
    return declared / size * error


@sweep
def declare(
    first: int, last: int, households: Households, endowments: Endowments, state: HouseholdState, declaring: Declaring
) -> None:
    """Set the income that the office sees of every household, of last month's pay and business."""
    for i in range(row(first), row(last)):
        earned, informal = np.float64(state.earned[i]), np.float64(state.informal[i])
        own = np.float64(state.own_income[i]) + max(np.float64(state.profit[i]), 0.0)
        declared = declared_income(
            earned - informal, informal, own, np.float64(state.transfers[i]) + state.protection[i],
            np.float64(households.remittances[i]), declaring,
        )  # fmt: skip
        size = max(np.int64(households.size[i]), 1)
        state.declared[i] = seen_income(declared, size, np.float64(endowments.seen_error[i]))
