"""Tables: all that the labour block of one simulated country holds at one moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.engine.columns import Array
from sim.labour.frame import Base, Frame
from sim.labour.meeting import Openings
from sim.state.labour_state import NEVER, EmployerState, PersonState
from sim.state.labour_views import Register

BEFORE_ALL = -32768


@dataclass
class LabourTables:
    """What persons with disabilities, employers and the employment service are and have, and the books of a month."""

    frame: Frame
    persons: PersonState
    employers: EmployerState
    base: Base
    tightness: Array  # (oblasts,) suitable vacancies per seeker over the mean of the burn-in (M6)
    fined_at: Array  # (oblasts, industries) month of the last fine
    placed: Array  # (oblasts,) placements of the year, rows
    accommodation: Array  # (oblasts,) som of the year still to spend, per row
    fund: Array  # (7,) nominal som by use, 1/1024 units
    events: Array  # (oblasts, events) of the month, rows
    year_events: Array  # (oblasts, events) since January, rows
    money: Array  # (oblasts, lines) of the month, nominal som of rows in 1/1024 units
    stocks: Array  # (oblasts, states) persons, rows
    staff: Array  # (oblasts, STAFF_STOCKS) employers, rows
    seekers: Array  # (people,) scratch
    active: Array  # (people,) scratch
    openings: Openings  # scratch
    sizes: Array  # (years, employers) reported staff of the last Januaries, the latest first
    sized: int = NEVER  # year of the latest
    funded_inspections: float = 0.0  # of the year, paid for by levies and fines
    kept: float = 1.0  # chance to stay at work after acquiring a disability with the help there is, over that without
    law_code: int = -1
    deflator: float = 1.0
    t: int = BEFORE_ALL
    watch: Callable[..., None] | None = None  # told law, services, prices and standing between the parts of a month

    @property
    def register(self) -> Register:
        """Return the persons on the register as steps take them."""
        return Register(self.frame.persons, self.persons)
