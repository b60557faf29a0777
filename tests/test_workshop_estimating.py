"""Estimates: what they say of designs that were never simulated holds as often as they claim."""

import numpy as np
import pytest

from workshop.designs import TODAY, read
from workshop.estimating import FEWEST_RUNS, Estimator, ahead, place_of
from workshop.figures import Layout, Place
from workshop.outcomes import HEADLINES

LAYOUT = Layout(tuple(Place(name, "all", -1) for name in HEADLINES))
DRAWS = 48
LUCK = np.random.default_rng(11)
COMMON = 1.0 + 0.3 * LUCK.normal(size=DRAWS)  # the assumptions of a draw
LEVEL = 5000.0 * COMMON[:, None] * np.linspace(1.0, 2.0, len(HEADLINES))
SLOPES = LUCK.normal(size=(len(place_of(read(TODAY))), len(HEADLINES)))


def run(short, draw):
    """Return made-up figures of a design: slopes, a bend, other assumptions in each draw, and luck."""
    place = place_of(read(short))
    effect = place @ SLOPES + 0.5 * (place**2) @ SLOPES[::-1]
    luck = np.random.default_rng([draw, len(short)]).normal(size=len(HEADLINES))
    return LEVEL[draw] + 300.0 * effect * COMMON[draw] + 30.0 * luck


def learnt(count):
    runs = [(short, k % 16, run(short, k % 16)) for k, short in enumerate(ahead()[:count])]
    return Estimator.learnt(LAYOUT, LEVEL, runs)


@pytest.fixture(scope="module")
def estimator():
    return learnt(200)


def test_nine_in_ten_runs_of_designs_left_out_are_inside(estimator):
    inside, widths, moves = [], [], []
    for k, short in enumerate(ahead()[200:]):
        found = estimator.table(read(short)) - LEVEL
        low, high = np.quantile(found, [0.05, 0.95], axis=0)
        truth = run(short, k % DRAWS) - LEVEL[k % DRAWS]
        inside.append((low <= truth) & (truth <= high))
        widths.append(high - low)
        moves.append(truth)
    assert 0.82 < np.mean(inside) < 0.97
    assert np.median(widths) < 3.3 * np.std(moves), "knowing nothing would do as well"


def test_a_small_change_is_estimated_within_less_than_a_large_one(estimator):
    def width(short):
        return np.subtract(*np.quantile(estimator.table(read(short)) - LEVEL, [0.95, 0.05], axis=0))

    far = np.median([width(short) for short in ahead()[200:]], axis=0)
    for short in ("grant:155000", "grant:145000"):
        assert np.mean(width(short) / far) < 0.45
        inside = [np.abs(run(short, k) - LEVEL[k]) < width(short) for k in range(DRAWS)]
        assert np.mean(inside) > 0.85


def test_todays_law_is_estimated_as_itself_with_an_error(estimator):
    found = estimator.table(read(TODAY)) - LEVEL
    low, high = np.quantile(found, [0.05, 0.95], axis=0)
    assert (low < 0.0).all()
    assert (high > 0.0).all()
    assert all(error > 0.0 for error in estimator.error().values())


def test_what_cannot_be_negative_is_not(estimator):
    k = LAYOUT.headline("contracts")
    assert min(estimator.table(read(short))[:, k].min() for short in ahead()) >= 0.0


def test_few_runs_teach_nothing():
    assert learnt(FEWEST_RUNS - 1) is None


def test_designs_to_learn_from_are_always_the_same_and_all_different():
    assert ahead() == ahead.__wrapped__()
    assert len(set(ahead())) == len(ahead())
    assert all(read(short).changes for short in ahead())
