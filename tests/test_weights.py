"""Rows of unequal weight: sums, shares, places and payments count real households, checked by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import burnt_in, differences, eras, law, mixed, rows, shuffled, twin

from sim.agents.applying import Call, apply
from sim.agents.households.consuming import SUMS, Consuming, MoneyMonth, Sum, consume, count_work
from sim.agents.households.levelling import CLASSES, class_of, threshold
from sim.agents.tallying import add_value
from sim.agents.working import Working
from sim.beginning.places import regional_herd
from sim.engine.columns import empty
from sim.engine.plain import plain
from sim.offices.paying import pay
from sim.offices.selecting import Applicants, carried, raion_slots, select
from sim.outcomes.families import deciles, exact_sum, mean
from sim.outcomes.history import history
from sim.outcomes.poverty import Distribution, foster_greer_thorbecke, gini
from sim.population import Population, load
from sim.state.households import Endowments, Households, HouseholdState, fitting, proportions, weights_of

# A country of three rows: 10, 100 and 1 real households of 5, 2 and 8 persons.
WEIGHT, SIZE = np.array([10, 100, 1]), np.array([5, 2, 8])
PERSONS = 10 * 5 + 100 * 2 + 1 * 8


def homes(weight: np.ndarray = WEIGHT, **columns: np.ndarray) -> Households:
    """Return households of the given weights, numbered from one."""
    made = empty(Households, len(weight))
    made.identifier[:], made.weight[:] = np.arange(len(weight)) + 1, weight
    for name, values in columns.items():
        getattr(made, name)[:] = values
    return made


def applicants(*weight: int) -> Applicants:
    """Return applicants of one raion, ranked in this order by score and in the opposite one by luck."""
    count = len(weight)
    zero = np.zeros(count, dtype=int)
    return Applicants(
        zero, np.arange(count), -np.arange(count, dtype=float), 1.0 - np.arange(count) / count, zero, np.array(weight)
    )


def as_plain_rows(weight: np.ndarray, *columns: np.ndarray) -> list[np.ndarray]:
    """Return every row as often as it weighs, each of weight one."""
    return [np.ones(int(weight.sum()), dtype=np.int64), *(np.repeat(column, weight) for column in columns)]


WORKING = Working(0.5, 0.75, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 0.0, 100.0, 0.5, 0.0)
CONSUMING = Consuming(1.0, 1.0, 150.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def counted(weight: np.ndarray, size: np.ndarray, year: np.ndarray, **state: np.ndarray) -> np.ndarray:
    """Return the sums of households with such an income a year and person; consumption is income."""
    h, s = homes(weight, size=size), empty(HouseholdState, len(weight))
    s.income_year[:] = 12 * size * year
    for name, values in state.items():
        getattr(s, name)[:] = values
    e, out = empty(Endowments, len(weight)), np.zeros((1, SUMS), dtype=np.int64)
    nothing, levels = np.zeros(1), np.zeros(len(weight))
    month = MoneyMonth(
        1, None, None, 1.0, nothing, np.ones(1), levels, 0.0, 50.0, 120.0, None, nothing, np.zeros((1, 2)), nothing
    )
    plain(consume)(0, len(weight), h, e, s, (month, CONSUMING, WORKING), out)
    plain(count_work)(0, len(weight), h, s, WORKING, out)
    return out[0]


def informed(weight: np.ndarray, contract: np.ndarray, aware: np.ndarray, declared: np.ndarray) -> np.ndarray:
    """Return real low-income families, with a contract and informed without one, while no call is open."""
    h, s, out = homes(weight), empty(HouseholdState, len(weight)), np.zeros((1, 3), dtype=np.int64)
    s.best_sector[:], s.contract[:], s.aware[:], s.declared[:] = 1, contract, aware, declared
    call = Call(np.zeros(1, dtype=np.int64), 4e3, np.zeros(1), 0.0, np.uint64(1), np.uint64(2), 0)
    plain(apply)(0, len(weight), h, empty(Endowments, len(weight)), s, call, None, out)
    return out[0]


def test_persons_money_and_work_of_three_unequal_rows_by_hand():
    """Rows of 10 x 5, 100 x 2 and 1 x 8 persons live on 100, 300 and 140; the line is 150, the extreme line 120."""
    zero, runs = np.zeros(3, dtype=np.int64), np.array([0, 1, 0])
    out = counted(
        WEIGHT, SIZE, np.array([100, 300, 140]), operating=runs, employed=np.array([1, 0, 0]), sector=runs,
        family_new=zero, family_workers=runs, hired=runs, hired_new=runs,
    )  # fmt: skip
    assert out[Sum.POOR] == 10 * 5 + 1 * 8
    assert out[Sum.EXTREME] == 10 * 5
    assert out[Sum.GAP] / 1024 == pytest.approx(10 * 5 * 50.0 + 1 * 8 * 10.0, rel=1e-6)
    assert out[Sum.CONSUMPTION] / 1024 == pytest.approx(10 * 500.0 + 100 * 600.0 + 1 * 1120.0, rel=1e-6)
    assert (out[Sum.DEMAND] - out[Sum.CONSUMPTION]) / 1024 == 100 * 50.0
    assert out[Sum.HEADS] == 10 * 1 + 100 * (1 + 1) + 1 * 0


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_sums_over_rows_are_those_of_each_row_repeated_as_often_as_it_weighs(data):
    count = data.draw(st.integers(1, 12))
    draw = lambda values: np.array([data.draw(values) for _ in range(count)])  # noqa: E731
    weight, size = draw(st.integers(1, 40)), draw(st.integers(1, 12))
    year, runs = draw(st.integers(0, 400)), draw(st.integers(0, 1))
    found = counted(weight, size, year, operating=runs, employed=runs[::-1], hired=size)
    one, sizes, years, run, work = as_plain_rows(weight, size, year, runs, runs[::-1])
    same = counted(one, sizes, years, operating=run, employed=work, hired=sizes)
    assert found.tolist() == same.tolist()
    eaten = draw(st.floats(1.0, 9e3))
    sector, age = draw(st.integers(1, 4)), draw(st.integers(0, 9))
    value, same = np.zeros((4, 5), dtype=np.int64), np.zeros((4, 5), dtype=np.int64)
    for total, columns in ((value, (weight, eaten, sector, age)), (same, as_plain_rows(weight, eaten, sector, age))):
        for rows_, profit, place, months in zip(*columns, strict=True):
            plain(add_value)(rows_, profit, months, 5, total[place - 1])
    assert value.tolist() == same.tolist()
    contract, aware = draw(st.integers(0, 8)), draw(st.integers(0, 1))
    news, told = informed(weight, contract, aware, eaten), informed(*as_plain_rows(weight, contract, aware, eaten))
    assert news.tolist() == told.tolist()
    assert (news[0] > 0) == bool((eaten < 4e3).any())


def test_a_list_ends_within_half_a_row_of_its_room_and_passes_nobody_over():
    weight = np.array([10, 100, 10, 10])
    assert [fitting(weight, room) for room in (4.0, 5.0, 59.0, 60.0, 114.0, 115.0, 999.0)] == [0, 1, 1, 2, 2, 3, 4]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 100), min_size=1, max_size=30), st.floats(0.0, 2000.0))
def test_a_list_that_ends_early_is_within_half_a_row(weights, room):
    weight = np.array(weights)
    count = fitting(weight, room)
    taken = weight[:count].sum()
    assert count == 0 or taken <= room + 0.5 * weight[count - 1] + 1e-9
    assert count == len(weight) or taken > room - 0.5 * weight[count] - 1e-9


def test_a_row_takes_as_many_places_as_it_weighs():
    chosen = lambda places, patronage, *weight: select(  # noqa: E731
        applicants(*weight), np.array([places]), patronage, 0.0
    ).tolist()
    assert chosen(30, 0.0, 10, 10, 10, 10) == [0, 1, 2]
    assert chosen(100, 0.0, 10, 100, 10) == [0, 1]  # 110 of 100: more than half of the second row finds room
    assert chosen(50, 0.0, 10, 100, 10) == [0]  # the heavy row waits, and the light one behind it is not let past
    assert chosen(40, 0.25, 10, 10, 10, 10, 10) == [0, 1, 2, 4]  # a quarter of the places to the luckiest
    assert chosen(120, 0.5, 10, 100, 10, 10) == [0, 1, 3]  # 110 by score, so 10 are left for luck


def test_a_part_of_the_places_is_kept_for_rows_with_a_disability():
    given = applicants(100, 10, 10, 10)._replace(disability=np.array([0, 1, 1, 1]))
    assert select(given, np.array([40]), 0.0, 0.5).tolist() == [1, 2]  # 20 set aside; 20 left, and 100 is next
    assert select(given, np.array([100]), 0.0, 0.25).tolist() == [1, 2, 3, 0]  # 25 set aside are two rows and a half


def test_what_whole_rows_leave_over_is_carried_into_the_next_year():
    assert carried(np.array([110, 60, 0]), np.array([100, 100, 100]), 100).tolist() == [10, -40, 0]
    assert raion_slots(250.0, np.array([0.5, 0.5]), 0.5, 100).tolist() == [100, 200]
    selected, slots = np.zeros(1, dtype=np.int64), np.array([100])
    total = 0
    for _ in range(40):  # years: each time the same queue of light rows with a heavy one between them
        queue = applicants(10, 10, 10, 100, 10, 10, 10)
        now = queue.weight[select(queue, slots - selected, 0.0, 0.0)].sum()
        total += now
        selected = carried(selected + now, slots, 100)
    assert total == pytest.approx(40 * 100, abs=50)


def test_payments_follow_what_falls_due_within_half_a_row():
    weight = np.array([10, 100, 10, 10, 100])
    waiting, paid, due, dates = np.arange(5), 0, 0.0, {}
    for month in range(1, 25):
        due += 10.0
        rows_now = pay(
            np.zeros(len(waiting)), np.zeros(len(waiting)), waiting, np.zeros(len(waiting), dtype=int), weight[waiting],
            np.array([due - paid]),
        )  # fmt: skip
        for row in waiting[rows_now]:
            dates[int(row)], paid = month, paid + int(weight[row])
        waiting = np.delete(waiting, rows_now)
        assert abs(due - paid) <= 50.0 or not len(waiting)
    # By hand: 10 households are due at 5 and paid in month 1; the next 100 at 10 + 50; then 110 + 5, 120 + 5, 130 + 50.
    assert dates == {0: 1, 1: 6, 2: 12, 3: 13, 4: 18}


def test_poverty_lines_count_real_persons():
    standings = np.array([1.0, 2.0, 3.0])
    counts = np.zeros(CLASSES, dtype=np.int64)
    np.add.at(counts, [int(class_of(v)) for v in standings], WEIGHT * SIZE)
    line = threshold(counts, 60.0 / PERSONS)
    assert 2.0 <= line < 2.01  # 50 persons stand at 1, 200 at 2: the sixtieth is in the second row


def test_deciles_and_inequality_are_those_of_real_persons():
    h = homes(np.array([1, 8, 1]), size=1)
    world = SimpleNamespace(
        households=h, state=SimpleNamespace(consumption=np.array([1.0, 2.0, 6.0], dtype=np.float32))
    )
    assert deciles(world).tolist() == [1, 6, 10]  # eight of ten persons tie; their middle is the end of the fifth
    d = Distribution(np.array([1.0, 2.0, 6.0]), weights_of(h) * h.size)
    even = Distribution(np.repeat(d.consumption, [1, 8, 1]), np.ones(10))
    assert gini(d) == pytest.approx(gini(even), rel=1e-12)
    assert foster_greer_thorbecke(d, 3.0, 1) == pytest.approx((1 * 2 / 3 + 8 * 1 / 3) / 10)
    assert mean(np.array([1.0, 2.0, 6.0]), np.array([True, True, False]), weights_of(h)) == 17.0 / 9.0
    assert exact_sum(np.array([1.0, 2.0, 6.0]), weights_of(h)) == 1.0 + 16.0 + 6.0


def test_equal_weights_of_any_size_are_the_plain_measure():
    assert proportions(homes(np.array([500, 500, 500]))).tolist() == [1, 1, 1]
    assert proportions(homes(np.array([10, 25, 40]))).tolist() == [2, 5, 8]


def test_a_sample_weighs_as_much_as_its_scale_and_its_herds_are_the_country_s():
    for scale in (1000, 500):
        h = load("kyrgyzstan", scale).households
        certified = h.with_disability > 0
        assert (h.weight[certified] == 10).all()
        assert (h.weight[~certified] == scale).all()
    some = rows(load("kyrgyzstan", 1000), np.arange(3), 1)
    h = some.households._replace(weight=WEIGHT.astype(np.uint16), herd=np.array([5.0, 10.0, 2.5], dtype=np.float32))
    herd = regional_herd(replace(some, households=h))
    assert herd[h.oblast[0]] == pytest.approx((10 * 5.0 + 100 * 10.0 + 2.5) / 5.0)


def test_weights_above_what_a_column_of_sizes_holds_do_not_run_over():
    h = homes(np.array([1000, 60_000, 1]), size=np.array([70, 9, 1]))
    assert (weights_of(h) * h.size).tolist() == [70_000, 540_000, 1]


@pytest.fixture(scope="module")
def strata(eventful) -> Population:
    """A country in which households with a disability weigh 20 and all others 200."""
    return mixed(500)


def test_books_of_a_country_of_unequal_rows_are_sums_over_its_real_households(strata, eventful):
    never = burnt_in(strata, eventful, until=12)
    h, s, weight = never.households, never.state, weights_of(never.households)
    assert never.lot == 200
    assert never.records.series("consumption")[-1].sum() == pytest.approx(
        (weight * h.size * s.consumption.astype(np.float64)).sum(), rel=1e-6
    )
    receives = s.benefit == 1
    assert never.records.series("benefit_families")[-1].sum() == weight[receives].sum()
    assert never.tally.places[:, Sum.FAMILIES].sum() == weight[receives].sum()
    assert never.tally.places[:, Sum.RECIPIENTS].sum() == (weight * h.size)[receives].sum()
    register = never.population.country.value("child_benefit_families", "country", 2021)
    began = burnt_in(strata, eventful)
    known = weights_of(began.households)[began.state.benefit == 1].sum()
    assert abs(known - register) <= 100 or known < register, "within half a row, unless too few families have children"


def test_contracts_of_unequal_rows_are_places_and_payments_of_their_raions(strata, eventful):
    before = burnt_in(strata, eventful)
    world = twin(before, law(eras), 35, reference=None)
    weight, paid_at = weights_of(world.households), world.state.paid_at
    contracts = world.records.series("contracts").sum(axis=1)
    assert contracts.tolist() == [weight[paid_at == t].sum() for t in range(36)]
    by_raion = np.bincount(world.households.raion, weight * (paid_at >= 0), len(world.office.paid))
    assert by_raion.tolist() == world.office.paid.tolist()
    assert {20, 200} <= set(weight[paid_at >= 0].tolist())
    assert (np.abs(world.office.selected) % 20 == 0).all()
    told = history(world)
    assert told["contracts_2022"] == weight[(paid_at >= 0) & (paid_at < 12)].sum()


def test_threads_and_order_of_unequal_rows_change_nothing(strata, eventful):
    one, other = (
        twin(burnt_in(people, eventful, threads=threads), law(eras), 23, reference=None)
        for people, threads in ((strata, 1), (shuffled(strata, 5), 2))
    )
    assert not differences(one, other)
