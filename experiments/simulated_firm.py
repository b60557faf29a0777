"""Simulated employer: what becomes of employers like one that the employer calculator is asked about."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.employer import Firm
from experiments.language import Language
from experiments.sections import Section
from experiments.simulated import Figures, Run, lived, scenario_of
from sim.engine.columns import Array
from sim.outcomes import seats
from sim.outcomes.records import Lives
from sim.state.labour import INDUSTRIES
from sim.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NEAR = 2.0  # ratio of staff of employers that are like each other


def alike(world: World, firm: Firm) -> Array:
    """Return the rows of employers like the given one, at the start of the comparison."""
    table, state = world.labour.frame.employers, world.labour.employers
    staff = state.staff.astype(np.float64)
    found = (table.owner == firm.owner) & (staff >= firm.staff / NEAR) & (staff <= firm.staff * NEAR)
    if firm.industry:
        found &= table.industry == INDUSTRIES.index(firm.industry)
    if firm.workers:
        found &= (state.workers > 0) == (firm.heads > 0.0)
    return np.flatnonzero(found)


def follow(firm: Firm, lives: Lives) -> list[dict[str, Any]]:
    """Return what became of each employer like the given one."""
    rows, final = alike(lives.before, firm), lives.final
    then, now = lives.before.labour.employers, final.labour.employers
    law = final.design.terms(final.labour.t, final.behaviour).quota
    ways = seats.ways_of(final.labour, law)[rows] / seats.SCALE
    owed, unmet = ways.sum(axis=1), ways[:, [seats.LEVY, seats.NOTHING]].sum(axis=1)
    staff = then.staff[rows].astype(np.float64)
    columns = {
        "employer": final.labour.frame.employers.identifier[rows], "weight": np.ones(len(rows)),
        "change": now.staff[rows] / np.maximum(staff, 1.0) - 1.0,
        "workers_before": then.workers[rows].astype(np.float64), "workers": now.workers[rows].astype(np.float64),
        "owed": owed, "duty": owed > 0.0, "met": (owed > 0.0) & (unmet == 0.0),
        "levy": now.levy_due[rows].astype(np.float64), "certified": now.relabelled[rows] > 0,
        "paper": now.proforma[rows] > 0, "hides": now.reported[rows] < now.staff[rows],
        "fined": now.fined_at[rows] >= final.start,
        **{f"way_{name}": ways[:, k] for k, name in enumerate(seats.WAYS)},
    }  # fmt: skip
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def section(
    firm: Firm, t: int, designs: Mapping[str, Mapping[str, Any]], labels: Sequence[str], run: Run, say: Language
) -> Section:
    """Return the table: today's law and each law beside it, over luck and parameters."""
    scenario, text = scenario_of(t, designs, run), say.text
    figures = Figures(lived(scenario, partial(follow, firm), run.workers, "employers", say), say)
    ways = {
        "hired": text("by workers hired for a seat"), "present": text("by workers who were there"),
        "relabelled": text("by staff who were certified"), "proforma": text("by contracts without work"),
        "alternative": text("by purchases or donations"), "bought_out": text("bought out"),
        "levy": text("paid for by a levy"), "nothing": text("nothing done"),
    }  # fmt: skip
    rows = [
        *figures.spread("change", text("Staff at the end, against the start"), "change", percent=True),
        *figures.mean("workers_before", text("Workers with disabilities at the start, mean"), "workers_before"),
        *figures.mean("workers", text("Workers with disabilities at the end, mean"), "workers"),
        *figures.mean("owed", text("Seats owed at the end, mean"), "owed"),
        *(row for name, said in ways.items() for row in figures.mean(f"way_{name}", f"  {said}", f"way_{name}")),
        *figures.share("duty", text("have a duty at the end"), "duty"),
        *figures.share("met", text("have a duty and meet all of it"), "met"),
        *figures.share("certified", text("have certified staff for it"), "certified"),
        *figures.share("paper", text("have contracts without work"), "paper"),
        *figures.share("hides", text("report fewer staff than they have"), "hides"),
        *figures.share("fined", text("were fined"), "fined"),
        *figures.mean("levy", text("Levy due for the last year, som, mean"), "levy", 0),
    ]  # fmt: skip
    notes = (
        text("Employers like it: {rows} simulated employers in the mean of {draws} draws of the parameters.",
             rows=say.number(len(figures.parts[0]) / figures.draws), draws=say.number(figures.draws)),
        text("Like it: the same kind of owner and sector if it is said, half to twice its staff, and workers "
             "with disabilities or none if they are said."),
        text("Today's law puts few employers on the list of a year; {key} puts all there.",
             key="quota.assignment=universal"),
        text("From January {first} to December {last}. Shares have the 90 % interval of the parameters; all else is "
             "of all draws together.", first=scenario.start[:4], last=scenario.horizon[:4]),
    )  # fmt: skip
    columns = tuple(zip(figures.designs, labels, strict=True))
    return Section("simulated", text("What becomes of such employers in the simulation"), columns, tuple(rows), notes)
