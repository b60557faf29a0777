"""Inspecting: whom the labour inspection visits, and what employers expect of it (model.md S4, E6, Q9)."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.engine.compiled import rule
from sim.engine.math import power


class Inspecting(NamedTuple):
    """Parameters of inspection and fines."""

    probability: float  # p_insp, yearly
    checked: float  # p_check, an inspection looks at the quota
    detected: float  # p_det, a pro-forma contract is found
    enforced: float  # p_enf, a shortfall found is fined
    collected: float  # p_collect, a fine is paid
    fine: float  # fine_kg, som
    spill: float  # emp_spill, increase of perceived risk after a fine nearby
    visit_cost: float  # som of 2023 per inspection


@rule
def inspection_weight(staff: float, years_zero: float, size_weight: float, zero_weight: float) -> float:
    """Return the weight of an employer in the plan of inspections (S4).

    >>> inspection_weight(50.0, 2, 0.5, 0.0), inspection_weight(200.0, 2, 0.5, 0.5)
    (1.0, 4.0)
    """
    return power(staff / 50.0, size_weight) * (1.0 + zero_weight * years_zero)


@rule
def inspection_probability(mean: float, weight: float, mean_weight: float) -> float:
    """Return the yearly probability of an inspection (S4).

    >>> inspection_probability(0.05, 2.0, 1.0), inspection_probability(0.8, 2.0, 1.0)
    (0.1, 1.0)
    """
    return min(1.0, mean * weight / mean_weight)


@rule
def perceived_probability(probability: float, fined_nearby: int, inspecting: Inspecting) -> float:
    """Return the inspection probability in the employer's eyes (E6).

    >>> class P: spill = 0.5
    >>> perceived_probability(0.04, 0, P), perceived_probability(0.04, 1, P), perceived_probability(0.9, 1, P)
    (0.04, 0.06, 1.0)
    """
    return min(1.0, probability * (1.0 + inspecting.spill * fined_nearby))


@rule
def expected_fine(perceived: float, fine: float, inspecting: Inspecting) -> float:
    """Return the fine that an employer expects in a year, som: what a finding costs times how likely one is (E6).

    >>> class P: checked, enforced = 0.5, 0.4
    >>> expected_fine(0.25, 50000.0, P), expected_fine(0.0, 50000.0, P)
    (2500.0, 0.0)
    """
    return perceived * inspecting.checked * inspecting.enforced * fine


@rule
def inspection_month(u: float, probability: float) -> int:
    """Return the calendar month of the year's inspection, 0 for none; one uniform decides whether and when.

    >>> [int(inspection_month(u, 0.06)) for u in (0.001, 0.059, 0.07)]
    [1, 12, 0]
    """
    if u >= probability:
        return 0
    return int(min(math.floor(12.0 * u / probability), 11)) + 1
