"""Seats: what becomes of every seat that employers owe (model.md E3, Q6).

Each seat owed is in exactly one of these places, employer by employer; seats that are counted come first, in this
order, because the law lets them stand for seats in whatever way they came about::

    owed = hired + present + relabelled + proforma + alternative + bought out + levy + nothing

The table is in 1/1024 seats of whole numbers, so the sum holds to the last bit in any grouping.
"""

from __future__ import annotations

import numpy as np

from sim.engine.columns import Array, fixed
from sim.engine.compiled import sweep
from sim.labour import LabourWorld
from sim.labour.enforcing import shortfall
from sim.state.counting import counted_total, employer_base
from sim.state.labour_state import QUOTA, EmployerState
from sim.state.quota_charge import gross_levy
from sim.state.quota_law import QuotaTerms

HIRED, PRESENT, RELABELLED, PROFORMA, ALTERNATIVE, BOUGHT_OUT, LEVY, NOTHING = range(8)
WAYS = ("hired", "present", "relabelled", "proforma", "alternative", "bought_out", "levy", "nothing")
SCALE = 1024.0


@sweep(allocates=True)
def fill(first: int, last: int, state: EmployerState, hired: Array, law: QuotaTerms, ways: Array) -> None:
    """Write for each employer with a duty how its owed seats are filled; ``hired`` are its workers of quota places."""
    for j in range(first, last):
        owed = state.owed[j]
        if owed <= 0.0:
            continue
        missing = min(shortfall(j, owed, state, law), owed)
        covered = owed - missing
        counted = state.counted[j]
        share = hired[j] / np.float64(state.workers[j]) if state.workers[j] > 0 else 0.0
        paper = np.float64(state.proforma[j]) if law.proforma_counts == 1 else 0.0
        upto = np.zeros(8)
        upto[HIRED] = counted * share
        upto[PRESENT] = counted
        upto[RELABELLED] = upto[PRESENT] + np.float64(state.relabelled[j])
        upto[PROFORMA] = upto[RELABELLED] + paper
        upto[ALTERNATIVE] = upto[PROFORMA] + np.float64(state.alternative[j])
        upto[BOUGHT_OUT] = upto[ALTERNATIVE] + np.float64(state.bought_out[j])
        before = np.int64(0)
        for k in range(6):
            now = fixed(min(upto[k], covered)) if k < BOUGHT_OUT else fixed(covered)
            ways[j, k] = now - before
            before = now
        base, zero = employer_base(law, state, j, state.reported[j]), np.float64(state.years_zero[j])
        charge = gross_levy(law, base, counted_total(state, law, j), owed, missing, zero)
        ways[j, LEVY if charge > 0.0 else NOTHING] = fixed(owed) - before


def ways_of(world: LabourWorld, law: QuotaTerms) -> Array:
    """Return (employers, ways) in 1/1024 seats of one row each; rows without a duty are zero."""
    employers, persons = world.employers, world.persons
    rows = len(employers.staff)
    mine = persons.employer[(persons.origin == QUOTA) & (persons.employer >= 0)].astype(np.int64)
    hired = np.bincount(mine, minlength=rows).astype(np.float64)
    ways = np.zeros((rows, len(WAYS)), np.int64)
    fill(0, rows, employers, hired, law, ways)
    return ways


def in_cells(values: Array, cells: Array, count: int, weight: float) -> Array:
    """Return a column of 1/1024 units summed over cells, in real units."""
    out = np.zeros(count, np.int64)
    np.add.at(out, cells, values)
    return out / SCALE * weight
