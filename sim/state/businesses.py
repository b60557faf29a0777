"""Businesses: how they grow older, and how one leaves the household table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.compiled import rule
from sim.state.households import HouseholdState


class Business(NamedTuple):
    """What the steps of a month look up once of a live business."""

    who: int  # identifier of its household
    oblast: int
    sector: int
    age: int  # months
    month: int  # contract month, 0 without
    log_capital: float  # log of capital over the reference
    shock: int  # 1 if its trade is hit this month


@rule
def grow_older(i: int, state: HouseholdState) -> None:
    """Count a month more of a live business's age, and since its last distress sale.

    >>> class S: business_age, distress_months = np.array([3, 4]), np.array([255, 7])
    >>> grow_older(0, S), grow_older(1, S), S.business_age.tolist(), S.distress_months.tolist()
    (None, None, [4, 5], [255, 8])
    """
    state.business_age[i] += 1
    if state.distress_months[i] < 255:
        state.distress_months[i] += 1


@rule
def wind_up(i: int, state: HouseholdState, recovered: float) -> None:
    """Close business ``i``: the share ``recovered`` of its capital is sold over three months, its workers leave.

    The month's profit stays until it has been consumed.

    >>> from sim.engine.columns import empty
    >>> from sim.state.households import HouseholdState
    >>> state = empty(HouseholdState, 1)
    >>> state.capital[0], state.operating[0], state.hired[0] = 90000.0, 1, 2
    >>> wind_up(0, state, 0.5)
    >>> float(state.sold_1[0]), float(state.sold_3[0]), int(state.operating[0]), int(state.hired[0])
    (15000.0, 15000.0, 0, 0)
    """
    third = recovered * np.float64(state.capital[i]) / 3.0
    state.sold_1[i] = np.float64(state.sold_1[i]) + third
    state.sold_2[i] = np.float64(state.sold_2[i]) + third
    state.sold_3[i] = np.float64(state.sold_3[i]) + third
    state.capital[i] = 0.0
    state.operating[i] = 0
    state.funded[i] = 0
    state.sector[i] = 0
    state.business_age[i] = 0
    state.reinvested[i] = 0.0
    state.family_workers[i] = 0
    state.family_new[i] = 0
    state.hired[i] = 0
    state.hired_new[i] = 0
