"""Expecting: what a law does to employers of given sizes on average, by the rules of the year (model.md E3, Q1-Q8).

The same rules as in :mod:`sim.labour.year`, with shares in place of luck: every row stands for many employers, and what
comes out is the expected number of workers with disabilities once each has done what it wishes about its seats.
"""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import rule, sweep
from sim.labour.year import seat_odds
from sim.state.labour import BUDGET
from sim.state.quota_law import missing_seats, required_seats

WORKERS, OWED, FILLED, COMPLY, NONE = range(5)  # columns of what is expected
MOST = 400  # seats of one employer


@rule
def mode_shares(odds):  # type: ignore[no-untyped-def]
    """Return the probabilities of hiring and of certifying a present worker, given log-odds in the order of modes.

    >>> class O: hire, relabel, proforma, alternative, pay, ignore = 0.0, -1e9, -1e9, -1e9, 0.0, -1e9
    >>> mode_shares(O)
    (0.5, 0.0)
    """
    hire, relabel = math.exp(odds.hire), math.exp(odds.relabel)
    total = hire + relabel + math.exp(odds.proforma) + math.exp(odds.alternative)
    total += math.exp(odds.pay) + math.exp(odds.ignore)
    return hire / total, relabel / total


@sweep
def expect(  # type: ignore[no-untyped-def]
    first, last, table, state, law, prices, standing, services, constants, present, complying, hiring, inspecting, out,
):  # fmt: skip
    """Write for each row workers with disabilities, seats owed and filled, and the shares that comply and employ none.

    ``present[j]`` is the number who would work there anyway, a share or a whole number; ``out`` is (rows, 5).
    """
    for j in range(first, last):
        there = present[j]
        public = 1 if table.owner[j] == BUDGET else 0
        owed = required_seats(law, public, np.float64(state.reported[j]))
        out[j, WORKERS] = there
        out[j, OWED] = owed
        out[j, FILLED] = min(there, owed)
        missing = missing_seats(owed, there, 0.0, 0.0)
        if missing <= 1e-9:
            out[j, COMPLY] = 1.0
            continue
        seats = np.int64(min(math.ceil(owed - 1e-9), MOST))
        empty = np.int64(math.ceil(missing - 1e-9))
        chance = np.zeros(seats + 2)  # of a number of hires wished for
        chance[0] = 1.0
        labelled = 0.0
        for seat in range(seats):
            shares = np.zeros(4)
            for later in range(2):
                odds = seat_odds(
                    j, table, state, law, prices, standing, services, owed, there, min(missing, owed - seat), 0,
                    1 if there > 0.0 else later, 0, standing.inspection, constants, complying, hiring, inspecting,
                )
                shares[2 * later], shares[2 * later + 1] = mode_shares(odds)
            labelled += chance[0] * shares[1] + (1.0 - chance[0]) * shares[3]
            for h in range(seat, -1, -1):
                share = shares[0] if h == 0 else shares[2]
                chance[h + 1] += chance[h] * share
                chance[h] *= 1.0 - share
        hired, reached = 0.0, 0.0
        for h in range(seats + 1):
            hired += chance[h] * min(h, empty)
            if there + h >= owed - 1e-9:
                reached += chance[h]
        labelled = min(labelled, min(np.float64(state.certifiable[j]), empty - hired))
        out[j, WORKERS] += hired + labelled
        out[j, FILLED] = min(there + hired + labelled, owed)
        out[j, COMPLY] = reached
        out[j, NONE] = chance[0] * max(0.0, 1.0 - labelled) if there <= 0.0 else 0.0

