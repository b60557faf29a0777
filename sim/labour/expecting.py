"""Expecting: what a law does to employers of given sizes on average, by the rules of the year (model.md E3, Q1-Q8).

The same rules as in :mod:`sim.labour.year` and :mod:`sim.labour.meeting`, with shares in place of luck: a row stands
for many employers; what comes out is the expected number of workers with disabilities once each has done what it
wishes about its seats and as many of the wished hires are in place as its local market gives (P3, P5).
"""

from __future__ import annotations

import math
from enum import IntEnum

import numpy as np

from sim.agents.matching import Matching, matches
from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.math import exp
from sim.labour.choosing import Choosing, Odds, Seat, seat_odds
from sim.state.counting import employer_base
from sim.state.labour import Owner
from sim.state.labour_views import Firms
from sim.state.quota_law import QuotaTerms, missing_seats, required_seats


class Column(IntEnum):
    """Columns of what is expected of an employer."""

    WORKERS = 0
    OWED = 1
    FILLED = 2
    COMPLY = 3
    NONE = 4
    HIRED = 5


WORKERS, OWED, FILLED, COMPLY, NONE, HIRED = Column
YEARS = 400  # at most, until a year ends as it began


@rule
def mode_shares(odds: Odds) -> tuple[float, float]:
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
def share_in_place(wanted: float, seekers: float, effective: float, leaving: float, matching: Matching) -> float:
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
def shares_in_place(
    first: int, last: int, wanted: Array, seekers: float, effective: float, leaving: Array, matching: Matching,
    out: Array,
) -> None:  # fmt: skip
    """Write the share of wished hires in place for markets that differ in wished hires and in leaving."""
    for k in range(first, last):
        out[k] = share_in_place(wanted[k], seekers, effective, leaving[k], matching)


@rule
def owed_seats(j: int, firms: Firms, law: QuotaTerms) -> float:
    """Return the seats that employer ``j`` owes at the size it reports (Q2)."""
    base = employer_base(law, firms.state, j, firms.state.reported[j])
    return required_seats(law, 1 if firms.table.owner[j] == Owner.BUDGET else 0, base)


@sweep
def seat_shares(first: int, last: int, firms: Firms, choosing: Choosing, present: Array, out: Array) -> None:
    """Write for each row and seat the shares that hire and that certify, as first hire and after one.

    ``present[j]`` is the number who would work there anyway, a share or a whole number; ``out`` is (rows, seats, 4).
    """
    for j in range(first, last):
        there = present[j]
        owed = owed_seats(j, firms, choosing.law)
        missing = missing_seats(owed, there, 0.0, 0.0)
        if missing <= 1e-9:
            continue
        for number in range(np.int64(min(math.ceil(owed - 1e-9), out.shape[1]))):
            for later in range(2):
                after = 1 if there > 0.0 else later
                seat = Seat(owed, there, min(missing, owed - number), 0, after, 0, choosing.standing.inspection)
                odds = seat_odds(j, firms, choosing, seat)
                out[j, number, 2 * later], out[j, number, 2 * later + 1] = mode_shares(odds)


@rule(allocates=True)
def wished(shares: Array, seats: int, supplied: float) -> tuple[Array, float]:
    """Return the chances of 0, 1, 2, ... hires in place over all seats of an employer, and the expected certified ones.

    ``shares[seat]`` are the shares that hire and that certify before any hire was wished, and the same after one; of
    wished hires the share ``supplied`` is in place.

    >>> chance, labelled = wished(np.array([[0.5, 0.25, 0.5, 0.25]]), 1, 0.5)
    >>> chance.tolist(), float(labelled)
    ([0.75, 0.25, 0.0], 0.25)
    """
    chance = np.zeros(seats + 2)
    unwished, labelled = 1.0, 0.0  # share that has wished for no hire yet
    for seat in range(seats):
        labelled += unwished * shares[seat, 1] + (1.0 - unwished) * shares[seat, 3]
        again = shares[seat, 2] * supplied
        for h in range(seat, -1, -1):
            chance[h + 1] += chance[h] * again
            chance[h] *= 1.0 - again
        chance[1] += unwished * shares[seat, 0] * supplied
        chance[0] += unwished * shares[seat, 0] * (1.0 - supplied)
        unwished *= 1.0 - shares[seat, 0]
    chance[0] += unwished
    return chance, labelled


@sweep(allocates=True)
def expect(
    first: int, last: int, firms: Firms, law: QuotaTerms, present: Array, shares: Array, supplied: Array, out: Array
) -> None:
    """Write for each row workers with disabilities, seats owed and filled, and the shares that comply and employ none.

    ``shares`` are those of :func:`seat_shares`; ``supplied[j]`` is the share of wished hires in place; ``out`` is
    (rows, Column), its last column the hires in place.
    """
    for j in range(first, last):
        there, owed = present[j], owed_seats(j, firms, law)
        out[j, Column.WORKERS] = there
        out[j, Column.OWED] = owed
        out[j, Column.FILLED] = min(there, owed)
        out[j, Column.HIRED] = 0.0
        missing = missing_seats(owed, there, 0.0, 0.0)
        if missing <= 1e-9:
            out[j, Column.COMPLY] = 1.0
            continue
        seats = np.int64(min(math.ceil(owed - 1e-9), shares.shape[1]))
        empty = np.int64(math.ceil(missing - 1e-9))
        chance, labelled = wished(shares[j], seats, supplied[j])
        hired, reached = 0.0, 0.0
        for h in range(seats + 1):
            hired += chance[h] * min(h, empty)
            if there + h >= owed - 1e-9:
                reached += chance[h]
        labelled = min(labelled, min(np.float64(firms.state.certifiable[j]), empty - hired))
        out[j, Column.WORKERS] += hired + labelled
        out[j, Column.FILLED] = min(there + hired + labelled, owed)
        out[j, Column.COMPLY] = reached
        out[j, Column.NONE] = chance[0] * max(0.0, 1.0 - labelled) if there <= 0.0 else 0.0
        out[j, Column.HIRED] = hired
