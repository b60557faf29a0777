"""Parameters and report of the small model; README.md says what happens in a month."""

from __future__ import annotations

import math
from typing import NamedTuple

REGIONS = 9
GROUP = 50
HOUSEHOLDS_AN_EMPLOYER = 60
MONTHS = 36

SPREAD = 0.5
PERSISTENCE, SHOCK = 0.95, 0.12
NEWS, WORD_OF_MOUTH = 0.004, 0.08
LINE = 0.8
APPLY = 0.05
GRANTS = 0.0008
PROFIT, PROFIT_SPREAD = 0.4, 0.5
CLOSE, HIRE, MOST_HIRED = 0.02, 0.01, 2
STAFF_MEAN, STAFF_SPREAD = 2.5, 1.2
THRESHOLD, SHRINKS_TO, WINDOW, SHRINK = 25, 24, 27, 0.3
QUOTA = 0.05
LEAVE, FILL = 0.02, 0.1
SEEKERS = 900


class Report(NamedTuple):
    """What is reported after the last month; shares of households and counts."""

    aware: float
    poor: float
    grants: float
    businesses: float
    hired: float
    filled: float
    levy: float


def grants_a_region(households: int) -> int:
    """Return how many grants a region pays in a month."""
    return max(1, math.floor(households / REGIONS * GRANTS))


def region_of(identifier: int, count: int) -> int:
    """Return the region of a household or employer; regions are blocks of neighbours."""
    return identifier * REGIONS // count
