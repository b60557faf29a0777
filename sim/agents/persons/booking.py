"""Booking: pensions and social benefits of a month, added up by what pays them (people.md F, Y16)."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from sim.agents.persons.workers import Workers
from sim.engine.columns import Array, fixed, row
from sim.engine.compiled import rule, sweep
from sim.state.labour import Persons
from sim.state.persons import at_home


class Support(IntEnum):
    """What pays a pension or a benefit; the order of the sums of a month, som of 2023 in 1/1024 units by oblast."""

    AGE_PENSION = 0
    DISABILITY_PENSION = 1
    SOCIAL_BENEFIT = 2


@rule
def support_of(right: float, amounts: tuple[float, ...]) -> int:
    """Return what pays a person on the disability register, given the amount that she has a right to.

    Who has no insurance record has an amount that the law sets, one of ``amounts`` (law No. 163 of 28 July 2017); a
    pension (law No. 57 of 21 July 1997) differs from person to person.

    >>> int(support_of(3000.0, (5500.0, 3000.0, 2000.0))), int(support_of(8123.5, (5500.0, 3000.0, 2000.0)))
    (2, 1)
    """
    for amount in amounts:
        if right == amount:
            return Support.SOCIAL_BENEFIT
    return Support.DISABILITY_PENSION


@sweep
def add_pensions(first: int, last: int, w: Workers, pension: float, sums: Array) -> None:
    """Add up the age pensions of households ``first`` to ``last``; ``pension`` is the mean one, som of 2023."""
    for h in range(row(first), row(last)):
        paid = fixed(np.float64(w.pension_rate[h]) * pension)
        sums[w.oblast[h], Support.AGE_PENSION] += np.int64(w.weight[h]) * paid


@sweep
def add_benefits(persons: Persons, w: Workers, amounts: tuple[float, ...], sums: Array) -> None:
    """Add up what persons on the disability register are paid, by what pays it."""
    for k in range(len(persons.person)):
        i = np.int64(persons.person[k])
        if i < 0 or not at_home(np.int64(w.work[i])):
            continue
        h, which = np.int64(w.household[i]), support_of(np.float64(persons.benefit[k]), amounts)
        sums[w.oblast[h], which] += np.int64(w.weight[h]) * fixed(np.float64(w.benefit[i]))
