"""Quota records: what a design does to seats, jobs and money, in rows by group (model.md A6, Q, T1, Y7).

Levels (seats, money) are those of the design's world at the last month or over the horizon; jobs and seats gained are
against the world without the design. Cells of a dimension add up to the whole country, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.labour import LabourWorld
from sim.months import month_of
from sim.outcomes.jobs import difference, series
from sim.outcomes.quota import TERMS, cells_of, decompose, firm_cells
from sim.outcomes.seats import SCALE, WAYS, in_cells, ways_of
from sim.state.labour_state import NO_LIMIT
from sim.state.quota_law import QuotaTerms
from sim.world import World

DIMENSIONS = {"oblast": "oblast", "sex": "sex", "group": "disability group", "owner": "owner", "size": "size"}
OF_FIRMS = ("oblast", "owner", "size")
ALL, HORIZON = "all", -1
Row = tuple[str, str, int, float]
MONEY = {
    "levies_paid": "labour_levy", "fines_paid": "labour_fines_paid", "premiums_paid": "labour_bonus",
    "subsidies_paid": "labour_subsidy", "accommodation_paid": "labour_accommodation",
    "coaching_paid": "labour_coaching", "inspection_paid": "labour_inspection", "officers_paid": "labour_officers",
    "purchases_paid": "labour_purchases", "donations_paid": "labour_donations", "paper_paid": "labour_paper_pay",
}  # fmt: skip
PAID_BY_EMPLOYERS = ("levies_paid", "fines_paid", "paper_paid", "donations_paid")
PAID_TO_EMPLOYERS = ("premiums_paid", "subsidies_paid")


def rows(final: World, base: World) -> Iterator[Row]:
    """Yield the rows of a design whose last world is ``final``, against ``base``."""
    law = final.design.terms(final.labour.t, final.behaviour).quota
    yield from seats(final.labour, law)
    yield from jobs(final.labour, base.labour)
    yield from money(final, base)


def seats(world: LabourWorld, law: QuotaTerms) -> Iterator[Row]:
    """Yield seats owed and how they are filled, employers below a threshold and the levy due, in all and by group."""
    e, weight = world.employers, world.frame.weight
    ways = ways_of(world, law)
    columns = {f"seats_{name}": ways[:, k] for k, name in enumerate(WAYS)}
    columns["seats_owed"] = np.where(e.owed > 0.0, np.floor(e.owed * SCALE + 0.5), 0.0).astype(np.int64)
    whole = int(SCALE)
    duty = e.owed > 0.0
    columns["seats_vacant"] = (e.quota_open.astype(np.int64) + e.reserved_open) * duty * whole
    columns["employers_with_duty"] = duty * whole
    columns["employers_below_step"] = (e.limit < NO_LIMIT) * whole
    columns["employers_hiding"] = (e.report_limit < NO_LIMIT) * whole
    if month_of(world.t) == 12:
        due = np.maximum(e.levy_due, 0.0) / world.deflator * law.collection
        columns["levy_due"] = np.floor(due * SCALE + 0.5).astype(np.int64)
    for name, values in columns.items():
        yield name, ALL, HORIZON, float(values.sum() / SCALE * weight)
    for by in OF_FIRMS:
        labels, cells = firm_cells(world, by)
        for name, values in columns.items():
            for label, value in zip(labels, in_cells(values, cells, len(labels), weight), strict=True):
                yield name, f"{DIMENSIONS[by]}={label}", HORIZON, float(value)


def jobs(world: LabourWorld, other: LabourWorld) -> Iterator[Row]:
    """Yield where the seats gained come from, and net jobs of persons with disabilities and of everybody, by group.

    Whose job a person takes is known by employer, not by sex or group of disability, so net jobs of everybody are
    given by oblast, owner and size only.
    """
    for number, by in enumerate(DIMENSIONS):
        found = decompose(world, other, by)
        if number == 0:
            total = found.total()
            for name in TERMS:
                yield f"gained_{name}", ALL, HORIZON, total[name]
            yield "employed_disability", ALL, HORIZON, total["netpwd"]
            yield "employed_all", ALL, HORIZON, total["netall"] + total["hidden"]
        real = found.netall + found.hidden
        last = len(cells_of(world, by)[0]) - (by in ("sex", "group"))
        for k, label in enumerate(found.labels[:last]):
            group = f"{DIMENSIONS[by]}={label}"
            yield "employed_disability", group, HORIZON, float(found.netpwd[k])
            if by in OF_FIRMS:
                yield "employed_all", group, HORIZON, float(real[k])


def money(final: World, base: World) -> Iterator[Row]:
    """Yield som of 2023 over the horizon into and out of the fund, and the cost to employers and to the treasury.

    Of alternative purchases only what has no value to the buyer is a cost.
    """
    sums = {name: float(series(line)(final).sum()) for name, line in MONEY.items()}
    for name, value in sums.items():
        yield name, ALL, HORIZON, value
    change = {name: float(difference(final, base, series(line)).sum()) for name, line in MONEY.items()}
    cost = sum(change[name] for name in PAID_BY_EMPLOYERS) - sum(change[name] for name in PAID_TO_EMPLOYERS)
    cost += (1.0 - final.behaviour.complying.alternative_value) * change["purchases_paid"]
    yield "employer_cost", ALL, HORIZON, cost
    spent = float(difference(final, base, series("labour_spending")).sum())
    received = float(difference(final, base, series("labour_receipts")).sum())
    yield "treasury_cost", ALL, HORIZON, spent - received

