"""Expecting: what a law does to employers of given sizes on average, by the rules of the year (model.md E3, Q1-Q8).

The same rules as in :mod:`sim.labour.year` and :mod:`sim.labour.meeting`, with shares in place of luck: a row stands
for many employers; what comes out is the expected number of workers with disabilities once each has done what it
wishes about its seats and as many of the wished hires are in place as its local market gives (P3, P5).
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.matching import matches
from sim.engine.compiled import rule, sweep
from sim.engine.math import exp
from sim.labour.year import seat_odds
from sim.state.counting import employer_base
from sim.state.labour import BUDGET
from sim.state.quota_law import missing_seats, required_seats

WORKERS, OWED, FILLED, COMPLY, NONE, HIRED = range(6)  # columns of what is expected
YEARS = 400  # at most, until a year ends as it began


@rule
def mode_shares(odds):  # type: ignore[no-untyped-def]
    """Return the probabilities of hiring and of certifying a present worker, given log-odds in the order of modes.

    >>> class O: hire, relabel, proforma, alternative, pay, ignore = 0.0, -1e9, -1e9, -1e9, 0.0, -1e9
    >>> mode_shares(O)
    (0.5, 0.0)
    """
    hire, relabel = exp(odds.hire), exp(odds.relabel)
    total = hire + relabel + exp(odds.proforma) + exp(odds.alternative)
    total += exp(odds.pay) + exp(odds.ignore)
    return hire / total, relabel / total


@rule
def share_in_place(wanted, seekers, effective, leaving, matching):  # type: ignore[no-untyped-def]
    """Return the share of wished hires that are in place, on average over a year that ends as it began.

    ``wanted`` are wished hires and ``seekers`` persons looking for work in a market, for each member of staff, and
    ``effective`` is the sum of the seekers' weights. Empty seats open in January, meet seekers every month (P3) and are
    not opened again before the next January; ``leaving`` is the monthly probability of leaving a job (P5).

    >>> class P: efficiency, elasticity = 0.1, 0.5
    >>> share_in_place(0.01, 1e6, 1e6, 0.0, P), share_in_place(0.01, 0.0, 0.0, 0.02, P)
    (1.0, 0.0)
    >>> round(share_in_place(0.01, 1e6, 1e6, 0.5, P), 4)  # all begin in January: (1/2 + 1/4 + ...) / 12
    0.0833
    """
    if wanted <= 0.0:
        return 1.0
    start, mean = 0.0, 0.0
    for _ in range(YEARS):
        begun, placed, mean = start, start, 0.0
        empty = 1.0 - start
        for _ in range(12):
            if empty > 0.0:
                hired = matches(seekers, effective, wanted * empty, 1.0, matching) / wanted
                placed += hired
                empty -= hired
            placed *= 1.0 - leaving
            mean += placed / 12.0
        start = placed
        if abs(start - begun) < 1e-12:
            break
    return mean


@sweep
def shares_in_place(first, last, wanted, seekers, effective, leaving, matching, out):  # type: ignore[no-untyped-def]
    """Write the share of wished hires in place for markets that differ in wished hires and in leaving."""
    for k in range(first, last):
        out[k] = share_in_place(wanted[k], seekers, effective, leaving[k], matching)


@sweep
def seat_shares(  # type: ignore[no-untyped-def]
    first, last, table, state, law, prices, standing, services, constants, present, complying, hiring, inspecting, out,
):  # fmt: skip
    """Write for each row and seat the shares that hire and that certify, as first hire and after one.

    ``present[j]`` is the number who would work there anyway, a share or a whole number; ``out`` is (rows, seats, 4).
    """
    for j in range(first, last):
        there = present[j]
        base = employer_base(law, state, j, state.reported[j])
        owed = required_seats(law, 1 if table.owner[j] == BUDGET else 0, base)
        missing = missing_seats(owed, there, 0.0, 0.0)
        if missing <= 1e-9:
            continue
        for seat in range(np.int64(min(math.ceil(owed - 1e-9), out.shape[1]))):
            for later in range(2):
                odds = seat_odds(
                    j, table, state, law, prices, standing, services, owed, there, min(missing, owed - seat), 0,
                    1 if there > 0.0 else later, 0, standing.inspection, constants, complying, hiring, inspecting,
                )
                out[j, seat, 2 * later], out[j, seat, 2 * later + 1] = mode_shares(odds)


@sweep(allocates=True)
def expect(first, last, table, state, law, present, shares, supplied, out):  # type: ignore[no-untyped-def]
    """Write for each row workers with disabilities, seats owed and filled, and the shares that comply and employ none.

    ``shares`` are those of :func:`seat_shares`; ``supplied[j]`` is the share of wished hires in place; ``out`` is
    (rows, 6), its last column the hires in place.
    """
    for j in range(first, last):
        there = present[j]
        base = employer_base(law, state, j, state.reported[j])
        owed = required_seats(law, 1 if table.owner[j] == BUDGET else 0, base)
        out[j, WORKERS] = there
        out[j, OWED] = owed
        out[j, FILLED] = min(there, owed)
        out[j, HIRED] = 0.0
        missing = missing_seats(owed, there, 0.0, 0.0)
        if missing <= 1e-9:
            out[j, COMPLY] = 1.0
            continue
        seats = np.int64(min(math.ceil(owed - 1e-9), shares.shape[1]))
        empty = np.int64(math.ceil(missing - 1e-9))
        chance = np.zeros(seats + 2)  # of a number of hires in place, among those that wish for one or more
        unwished = 1.0  # share that has wished for no hire yet
        labelled = 0.0
        for seat in range(seats):
            labelled += unwished * shares[j, seat, 1] + (1.0 - unwished) * shares[j, seat, 3]
            again = shares[j, seat, 2] * supplied[j]
            for h in range(seat, -1, -1):
                chance[h + 1] += chance[h] * again
                chance[h] *= 1.0 - again
            chance[1] += unwished * shares[j, seat, 0] * supplied[j]
            chance[0] += unwished * shares[j, seat, 0] * (1.0 - supplied[j])
            unwished *= 1.0 - shares[j, seat, 0]
        chance[0] += unwished
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
        out[j, HIRED] = hired
