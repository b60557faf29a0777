"""Ageing: persons on the disability register grow up, grow older and leave work at 63 (people.md N1)."""

from __future__ import annotations

import numpy as np

from sim.agents.entering import RETIRED
from sim.agents.separating import vacate
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.state.labour_state import Labour
from sim.state.labour_views import Firms, Register
from sim.state.quota_law import QuotaTerms


@rule
def leaves_work(age: int, state: int) -> bool:
    """Return whether a person of an age in years leaves the labour block's work: from 63, unless a business runs.

    >>> bool(leaves_work(63, Labour.EMPLOYED)), bool(leaves_work(62, Labour.EMPLOYED))
    (True, False)
    >>> bool(leaves_work(63, Labour.OWN_BUSINESS)), bool(leaves_work(63, Labour.IDLE))
    (False, False)
    """
    return (age >= RETIRED) & (state != Labour.IDLE) & (state != Labour.OWN_BUSINESS)


@sweep
def grow_older(rows: Array, ages: Array, t: int, register: Register, firms: Firms, law: QuotaTerms) -> None:
    """Set the completed years of persons on the register; who is too old leaves the job and seeks no other."""
    persons, state = register.who, register.now
    for n in range(len(rows)):
        k = rows[n]
        persons.age[k] = ages[n]
        if leaves_work(np.int64(ages[n]), np.int64(state.state[k])):
            vacate(k, t, register, firms, law)
        if ages[n] >= RETIRED:
            state.willing[k] = 0
