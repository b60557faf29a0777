"""Booking: pensions and social benefits of a month, added up by what pays them (people.md F, Y16)."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from sim.agents.persons.supporting import Right
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
def support_of(right: int) -> int:
    """Return what pays a person on the disability register (law No. 57 of 21 July 1997, law No. 163 of 28 July 2017).

    >>> int(support_of(Right.PENSION)), int(support_of(Right.GENERAL)), int(support_of(Right.CHILDHOOD))
    (1, 2, 2)
    """
    return Support.DISABILITY_PENSION if right == Right.PENSION else Support.SOCIAL_BENEFIT


@sweep
def add_pensions(first: int, last: int, w: Workers, pension: float, sums: Array) -> None:
    """Add up the age pensions of households ``first`` to ``last``; ``pension`` is the mean one, som of 2023."""
    for h in range(row(first), row(last)):
        paid = fixed(np.float64(w.pension_rate[h]) * pension)
        sums[w.oblast[h], Support.AGE_PENSION] += np.int64(w.weight[h]) * paid


@sweep
def add_benefits(persons: Persons, w: Workers, rights: Array, sums: Array) -> None:
    """Add up what persons on the disability register are paid, by what pays it; ``rights`` is that of each."""
    for k in range(len(persons.person)):
        i = np.int64(persons.person[k])
        if i < 0 or not at_home(np.int64(w.work[i])):
            continue
        h, which = np.int64(w.household[i]), support_of(np.int64(rights[k]))
        sums[w.oblast[h], which] += np.int64(w.weight[h]) * fixed(np.float64(w.benefit[i]))
