"""The books of jobs: exact in whole persons, fair to light and heavy rows, and the same in every order (D4)."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.draws import key, uniform
from sim.errors import IdentityError
from sim.markets.jobs import Books, Bounds, Seekers, arrival, cut, fill, offsets

DRAWS = key(3, 114)


def seekers(weight: np.ndarray, rate: np.ndarray, month: int) -> Seekers:
    """Return seekers of one oblast in the order of the race of a month."""
    who = np.arange(len(weight), dtype=np.uint32)
    at = np.array([arrival(uniform(key(1, 116, month), i), rate[i]) for i in who])
    order = np.argsort(at)
    return Seekers(order, np.zeros(len(who), np.int64), np.zeros(len(who), np.uint8), weight[order], who[order])


def filled(
    weight: np.ndarray, rate: np.ndarray, jobs: int, month: int, bounds: Bounds
) -> tuple[np.ndarray, np.ndarray]:
    """Return which rows were hired into one cell, and its ledger."""
    missing = np.array([[jobs]])
    hired = np.zeros((len(weight), 2), np.int64)
    count = fill(seekers(weight, rate, month), missing, np.ones((2, 1)), bounds, DRAWS, hired)
    out = np.zeros(len(weight), bool)
    out[hired[:count, 0]] = True
    return out, missing


def test_where_every_row_is_one_person_every_job_is_filled():
    weight = np.ones(50, np.uint16)
    bounds = Bounds(offsets((1, 1), weight, DRAWS), 1)
    hired, ledger = filled(weight, np.ones(50), 17, 0, bounds)
    assert hired.sum() == 17
    assert ledger.item() == 0


def test_light_and_heavy_rows_are_hired_equally_often():
    weight = np.where(np.arange(400) % 2 == 0, 10, 100).astype(np.uint16)
    bounds = Bounds(offsets((1, 1), weight, DRAWS), 100)
    total = np.zeros(400)
    ledger = np.zeros((1, 1), np.int64)
    for month in range(300):
        hired, ledger = filled(weight, np.ones(400), int(ledger.item()) + 60, month, bounds)
        total += hired
    light, heavy = total[weight == 10].mean(), total[weight == 100].mean()
    assert light == pytest.approx(heavy, rel=0.12)
    assert (total * weight).sum() == 300 * 60 - ledger.item()


def test_a_faster_seeker_is_hired_more_often():
    weight, rate = np.ones(300, np.uint16), np.where(np.arange(300) < 150, 1.0, 3.0)
    bounds = Bounds(np.zeros((1, 1), np.int64), 1)
    total = sum(filled(weight, rate, 10, month, bounds)[0] for month in range(200))
    assert total[150:].sum() / total[:150].sum() == pytest.approx(3.0, rel=0.1)


def test_small_cells_hold_as_many_persons_as_they_have_jobs_in_all():
    jobs = np.arange(5, 105).reshape(100, 1)  # each smaller than the row of 120
    bounds = Bounds(offsets((100, 1), np.array([120]), DRAWS), 120)
    held = sum(120 * (1 + (missing - 120 > offset)) if missing > offset else 0
               for missing, offset in zip(jobs.ravel(), bounds.offset.ravel(), strict=True))  # fmt: skip
    assert held == pytest.approx(jobs.sum(), rel=0.1)


def test_persons_are_let_go_only_from_cells_that_have_too_many():
    missing = np.array([[-250, 30]])
    bounds = Bounds(np.array([[40, 40]]), 100)
    weight = np.full(8, 100, np.uint16)
    cells = np.array([0, 1, 0, 1, 0, 0, 1, 0])
    out = np.zeros(8, np.int64)
    count = cut(np.arange(8), cells, weight, missing, bounds, out)
    assert out[:count].tolist() == [0, 2]  # -250, -150, -50; at -60 and more too many the next would go
    assert missing.tolist() == [[-50, 30]]


def books() -> Books:
    return Books(np.array([[500, 80]]), np.array([[490, 100]]), Bounds(np.zeros((1, 2), np.int64), 100))


def test_a_month_that_adds_up_closes():
    b = books()
    b.lost[:], b.hired[:], b.cut[:] = [[20, 0]], [[30, 0]], [[0, 10]]
    b.close(np.array([[510, 85]]), np.array([[490, 100]]), np.array([[500, 90]]), np.array([[10, -5]]))
    assert b.ledger.tolist() == [[10, -5]]
    assert b.filled.tolist() == [[500, 90]]


def test_who_left_for_another_reason_is_noted():
    b = books()
    b.lost[:], b.hired[:], b.cut[:] = 0, [[7, 0]], 0
    b.close(np.array([[500, 80]]), np.array([[483, 100]]), np.array([[490, 100]]), np.array([[10, -20]]))
    assert b.outside.tolist() == [[7, 0]]


@pytest.mark.parametrize(
    ("counted", "ledger", "message"),
    [
        ([[501, 90]], [[9, -5]], "persons in jobs of cell"),
        ([[500, 90]], [[11, -5]], "change of persons and ledger of cell"),
    ],
)
def test_a_month_that_does_not_add_up_is_refused(counted, ledger, message):
    b = books()
    b.lost[:], b.hired[:], b.cut[:] = [[20, 0]], [[30, 0]], [[0, 10]]
    with pytest.raises(IdentityError, match=message):
        b.close(np.array([[510, 85]]), np.array([[490, 100]]), np.array(counted), np.array(ledger))


def test_a_ledger_of_a_whole_row_is_refused():
    b = books()
    b.lost[:], b.hired[:], b.cut[:] = 0, 0, 0
    with pytest.raises(IdentityError, match="a cell misses 110 persons"):
        b.close(np.array([[600, 80]]), np.array([[490, 100]]), np.array([[490, 100]]), np.array([[110, -20]]))
