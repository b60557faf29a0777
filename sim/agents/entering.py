"""Entering: who works when the register is opened, and persons who are certified later (model.md P0)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.compiled import rule, sweep
from sim.engine.math import logistic
from sim.state.labour import Persons

WORKING_AGE, RETIRED = 18, 63


class Entering(NamedTuple):
    """Parameters of employment at the start; log-odds unless said otherwise."""

    employment: float  # pwd_emp0, share of working age
    woman: float
    group_1: float  # relative to group III
    group_2: float  # relative to group III
    secondary: float  # completed secondary education or more
    age: float  # per decade above 40
    explicit_odds: float  # odds of working with an employer of five or more staff, relative to all workers


@rule
def of_working_age(age: int) -> int:
    """Return 1 for ages 18 to 62.

    >>> of_working_age(17), of_working_age(62), of_working_age(63)
    (0, 1, 0)
    """
    return 1 if WORKING_AGE <= age < RETIRED else 0


@rule
def employment_probability(
    intercept: float, woman: int, group: int, secondary: int, age: int, entering: Entering
) -> float:
    """Return the probability of working when the person enters the register (P0).

    >>> class P: woman, group_1, group_2, secondary, age = -0.5, -1.0, -0.4, 0.4, -0.3
    >>> employment_probability(0.5, 1, 3, 0, 30, P), employment_probability(0.4, 0, 2, 0, 30, P)
    (0.5, 0.5)
    """
    score = intercept + entering.woman * woman + entering.secondary * secondary
    if group == 1:
        score += entering.group_1
    elif group == 2:
        score += entering.group_2
    return logistic(score + entering.age * max(0.0, age - 40.0) / 10.0)


@sweep
def employment_sum(
    first: int, last: int, persons: Persons, t: int, intercept: float, entering: Entering
) -> tuple[float, float]:
    """Return the expected number at work and the number of working age among persons certified by month ``t``."""
    working = 0.0
    people = 0.0
    for i in range(first, last):
        if persons.certified_from[i] <= t and of_working_age(np.int64(persons.age[i])) == 1:
            people += 1.0
            working += employment_probability(
                intercept,
                np.int64(persons.woman[i]),
                np.int64(persons.group[i]),
                np.int64(persons.secondary[i]),
                np.int64(persons.age[i]),
                entering,
            )
    return working, people
