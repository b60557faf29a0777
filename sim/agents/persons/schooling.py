"""Schooling: until when a person is a student (people.md W1, N7)."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.agents.persons.kinds import FIRST_AGE, SCHOOL_ENDS
from sim.engine.compiled import rule
from sim.engine.math import log


class Schooling(NamedTuple):
    """Parameters of schooling."""

    spread: float  # years, logistic scale of the age at which it ends


@rule
def leaving_age(centre: float, luck: float, schooling: Schooling) -> int:
    """Return the age in months at which schooling ends: logistic around ``centre`` years, from 15 to 25 (W1).

    >>> class P: spread = 2.0
    >>> int(leaving_age(20.0, 0.5, P)), int(leaving_age(20.0, 1e-9, P)), int(leaving_age(20.0, 0.999, P))
    (240, 180, 300)
    """
    years = centre + schooling.spread * log(luck / (1.0 - luck))
    return min(max(math.floor(12.0 * years + 0.5), FIRST_AGE), SCHOOL_ENDS)


@rule
def centre_of(age: int, luck: float, schooling: Schooling) -> float:
    """Return the centre in years at which schooling ends at an age in months: :func:`leaving_age` turned round.

    >>> class P: spread = 2.0
    >>> centre_of(240, 0.5, P), round(centre_of(leaving_age(20.0, 0.7, P), 0.7, P), 1)
    (20.0, 20.0)
    """
    return age / 12.0 - schooling.spread * log(luck / (1.0 - luck))
