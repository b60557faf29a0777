"""Opening: the labour world before its first month."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engine.columns import empty
from sim.labour.accounts import EVENTS, MONEY, STAFF_STOCKS
from sim.labour.frame import Base, framed
from sim.labour.meeting import Openings
from sim.labour.world import LabourWorld
from sim.state.labour_state import NEVER, NO_LIMIT, POOL, STATES, SUPPORTED, EmployerState, PersonState
from sim.state.quota_law import MOST_GRACE
from sim.state.service_terms import USES


def begin(population: Any, behaviour: Any, seed: int) -> LabourWorld:
    """Return the labour world before its first month; the first call of ``month`` solves the anchors."""
    frame = framed(population, behaviour, seed)
    persons, staff = frame.persons, frame.employers.staff
    state, firm = empty(PersonState, len(persons.age)), empty(EmployerState, len(staff))
    state.employer[:] = POOL
    for column in (state.since, state.registered_at, state.coached_until, state.subsidy_until):
        column[:] = NEVER
    firm.fined_at[:] = NEVER
    firm.inspected_at[:] = NEVER
    firm.limit[:] = NO_LIMIT
    firm.report_limit[:] = NO_LIMIT
    size = frame.oblasts
    return LabourWorld(
        frame=frame, persons=state, employers=firm, base=Base(), tightness=np.ones(size),
        fined_at=np.full((size, 12), NEVER, np.int64), placed=np.zeros(size, np.int64), accommodation=np.zeros(size),
        fund=np.zeros(len(USES), np.int64), events=np.zeros((size, len(EVENTS)), np.int64),
        year_events=np.zeros((size, len(EVENTS)), np.int64), money=np.zeros((size, len(MONEY)), np.int64),
        stocks=np.zeros((size, len(STATES) + len(SUPPORTED)), np.int64),
        staff=np.zeros((size, len(STAFF_STOCKS)), np.int64),
        seekers=np.empty(len(persons.age), np.int64), active=np.empty(len(persons.age), np.int64),
        openings=Openings(np.empty((3, frame.capacity), np.int64), np.zeros((3, size), np.int64)),
        sizes=np.zeros((MOST_GRACE + 1, len(staff)), np.uint16),
    )  # fmt: skip
