"""Books of work: what a month leaves of everybody's work as whole numbers, read as figures when somebody asks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.persons.receiving import Line
from sim.engine.columns import FIXED_POINT, Array
from sim.state.persons import Work
from sim.work.world import WorkWorld

IN_WORK = (Work.EMPLOYEE, Work.CELL_EMPLOYEE, Work.OWN_ACCOUNT, Work.FARM, Work.FAMILY_WORKER)
WAGES = (Line.PAY, Line.CELL_PAY, Line.CERTIFIED_PAY)


class WorkBooks(NamedTuple):
    """One month's persons and pay by oblast, or those of many months with the months as first axis."""

    persons: Array  # (..., oblasts, states of work, men and women, age bands) persons
    money: Array  # (..., oblasts, lines of receiving.Line) som of 2023 in 1/1024 units

    def figures(self) -> dict[str, Array]:
        """Return persons in work by state, and what they earn, by oblast."""
        persons = self.persons.sum(axis=(-2, -1))
        money = self.money / FIXED_POINT
        out = {f"work_{state.name.lower()}": persons[..., int(state)].astype(np.float64) for state in Work}
        out["persons_in_work"] = sum((out[f"work_{state.name.lower()}"] for state in IN_WORK), np.zeros(()))
        women = self.persons[..., 1, :].sum(axis=-1)
        out["women_in_work"] = women[..., [int(state) for state in IN_WORK]].sum(axis=-1).astype(np.float64)
        out["net_pay"] = money[..., [int(line) for line in WAGES]].sum(axis=-1)
        out["own_and_farm_income"] = money[..., int(Line.OWN)] + money[..., int(Line.FARM)]
        out["pensions_and_benefits"] = money[..., int(Line.PENSION)] + money[..., int(Line.BENEFIT)]
        return out


def work_books(work: WorkWorld) -> WorkBooks:
    """Return a copy of the month's sums."""
    return WorkBooks(work.sums.persons.copy(), work.sums.money.copy())
