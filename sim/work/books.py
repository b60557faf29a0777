"""Books of work: what a month leaves of everybody's work as whole numbers, read as figures when somebody asks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.state.persons import Work

IN_WORK = (Work.EMPLOYEE, Work.CELL_EMPLOYEE, Work.OWN_ACCOUNT, Work.FARM, Work.FAMILY_WORKER)
WOMEN = 1


class WorkBooks(NamedTuple):
    """One month's persons by state of work, or those of many months with the months as first axis."""

    persons: Array  # (..., oblasts, states of work, men and women) persons

    def figures(self) -> dict[str, Array]:
        """Return persons by state of work, those in work, and women in work, by oblast."""
        both = self.persons.sum(axis=-1)
        working = [int(state) for state in IN_WORK]
        out = {f"work_{state.name.lower()}": both[..., int(state)].astype(np.float64) for state in Work}
        out["persons_in_work"] = both[..., working].sum(axis=-1).astype(np.float64)
        out["women_in_work"] = self.persons[..., working, WOMEN].sum(axis=-1).astype(np.float64)
        return out
