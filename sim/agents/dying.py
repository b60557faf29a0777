"""Dying: persons on the disability register who died leave it, and their jobs (people.md N3, N4)."""

from __future__ import annotations

from sim.agents.separating import vacate
from sim.engine.columns import Array
from sim.engine.compiled import sweep
from sim.state.labour_state import Labour
from sim.state.labour_views import Firms, Register
from sim.state.persons import NEVER_CERTIFIED
from sim.state.quota_law import QuotaTerms


@sweep
def leave_register(rows: Array, t: int, register: Register, firms: Firms, law: QuotaTerms) -> None:
    """Take persons off the register and out of their jobs; nothing is decided for them any more."""
    persons, state = register.who, register.now
    for n in range(len(rows)):
        k = rows[n]
        if state.state[k] != Labour.IDLE:
            vacate(k, t, register, firms, law)
        state.willing[k], state.own_business[k] = 0, 0
        persons.certified_from[k] = NEVER_CERTIFIED
