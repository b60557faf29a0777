"""Books of the labour block: what a month leaves behind as whole numbers, read as figures when somebody asks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.labour import accounts
from sim.labour.accounts import MONEY, SCALE


class LabourBooks(NamedTuple):
    """One month's stocks and flows by oblast, or those of many months with the months as first axis."""

    stocks: Array  # (..., oblasts, states) persons, rows
    staff: Array  # (..., oblasts, STAFF_STOCKS) employers, rows
    events: Array  # (..., oblasts, events) of the month, rows
    year_events: Array  # (..., oblasts, events) since January, rows
    money: Array  # (..., oblasts, lines) nominal som of rows in 1/1024 units
    deflator: Array  # (...), consumer prices, mean of 2023 = 1
    weight: Array  # (...), real persons, and employers, for each row

    def figures(self) -> dict[str, Array]:
        """Return what the schedule writes down: totals by oblast with money in som of 2023, costs and receipts."""
        money = self._nominal() / self.deflator[..., None, None]
        out = self._figures("labour_", money)
        out["labour_spending"] = money[..., list(accounts.SPENDING)].sum(axis=-1)
        inside = money[..., list(accounts.INSIDE)].sum(axis=-1)
        out["labour_entitled"] = money[..., list(accounts.ENTITLED)].sum(axis=-1)
        out["labour_receipts"] = money[..., list(accounts.RECEIPTS)].sum(axis=-1) - inside
        return out

    def totals(self) -> dict[str, Array]:
        """Return stocks and flows by oblast, in real persons, seats and nominal som."""
        return self._figures("som_", self._nominal())

    def _nominal(self) -> Array:
        return self.money * (self.weight / SCALE)[..., None, None]

    def _figures(self, money_name: str, money: Array) -> dict[str, Array]:
        weight = self.weight[..., None, None]
        people = self.stocks * weight
        out = {label: people[..., k] for label, k in accounts.PERSON_FIGURES}
        out["persons_employed"] = people[..., 3] + people[..., 4] + people[..., 7]
        staff = self.staff * accounts.STAFF_UNITS * weight
        out |= {label: staff[..., k] for label, k in accounts.STAFF_FIGURES}
        out["quota_missing"] = out["quota_owed"] - out["quota_filled"]
        flows, year_flows = self.events * weight, self.year_events * weight
        out |= {label: flows[..., k] for label, k in accounts.FLOW_FIGURES}
        out |= {label: year_flows[..., k] for label, k in accounts.YEAR_FIGURES}
        out |= {money_name + name: money[..., k] for k, name in enumerate(MONEY)}
        return out


def scalar(value: float) -> Array:
    """Return a number as an array without axes, so that months of it can be stacked."""
    return np.asarray(value, dtype=np.float64)
