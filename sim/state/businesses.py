"""Businesses: how they grow older, and how one leaves the household table."""

from __future__ import annotations

import numpy as np

from sim.engine.compiled import rule


@rule
def grow_older(operating, ages, since):  # type: ignore[no-untyped-def]
    """Count a month more of each live business's age, and since its last distress sale.

    >>> ages, since = np.array([3, 4], dtype=np.uint16), np.array([255, 7], dtype=np.uint8)
    >>> grow_older(np.array([1, 0], dtype=np.uint8), ages, since), ages.tolist(), since.tolist()
    (None, [4, 4], [255, 7])
    """
    for k in range(len(operating)):
        ages[k] += np.uint16(operating[k] != 0)
    for k in range(len(operating)):
        since[k] += np.uint8(operating[k] != 0) & np.uint8(since[k] < 255)


@rule
def wind_up(i, state, recovered):  # type: ignore[no-untyped-def]
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
