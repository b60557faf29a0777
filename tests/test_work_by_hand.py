"""Pay, own income and pensions of persons worked out by hand, with the arithmetic shown (W3, W4)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.agents.persons.counting import BANDS, LINES, STAFF, STATES, Line, count
from sim.agents.persons.own_work import OwnWork
from sim.agents.persons.receiving import OLDEST, Income, Rates, earn_own, hand_out, work_out
from sim.agents.persons.workers import Workers
from sim.state.persons import NEVER_CERTIFIED, Work

MAN, WOMAN = 0, 1
TRADE, EDUCATION, FARMS = 5, 10, 0
# Two households in the first oblast. In the first: a teacher, a saleswoman without a contract, a pensioner with a
# disability and a child; in the second: a trader, two farmers and a man abroad.
PEOPLE = (
    # household, woman, age in years, education, talent, work, industry, formal, entitled to a benefit
    (0, WOMAN, 40, 2, 1.5, Work.EMPLOYEE, EDUCATION, 1, 0.0),
    (0, WOMAN, 30, 1, 1.0, Work.CELL_EMPLOYEE, TRADE, 0, 0.0),
    (0, MAN, 70, 1, 1.0, Work.RETIRED, 255, 0, 9000.0),
    (0, MAN, 8, 0, 1.0, Work.CHILD, 255, 0, 0.0),
    (1, MAN, 35, 1, 2.0, Work.OWN_ACCOUNT, TRADE, 0, 0.0),
    (1, MAN, 50, 0, 1.0, Work.FARM, FARMS, 0, 0.0),
    (1, WOMAN, 60, 0, 1.0, Work.FARM, FARMS, 0, 0.0),
    (1, MAN, 28, 1, 1.0, Work.ABROAD, 255, 0, 0.0),
)
WAGE, PENSION = 30000.0, 8000.0
STEADY = OwnWork(
    level=0.5,
    farm=0.3,
    growth=0.0,
    talent=1.0,
    persistence=0.0,
    shock_sd=0.0,
    transitory_sd=0.0,
    capital=0.5,
    capital_floor=0.25,
    farmers=0.5,
)


def workers() -> Workers:
    home, woman, age, education, talent, work, industry, formal, entitled = map(np.array, zip(*PEOPLE, strict=True))
    rows, homes = len(PEOPLE), 2
    floats = {name: np.zeros(homes, np.float32) for name in
              ("earned_rate", "informal_rate", "own_sum", "pension_rate", "benefit_sum")}  # fmt: skip
    zeros = {name: np.zeros(rows, np.float32) for name in ("wage_score", "shock", "pay", "own", "pension", "benefit")}
    return Workers(
        **floats, **zeros, oblast=np.zeros(homes, np.uint8), weight=np.array([100, 10], np.uint16),
        first_person=np.array([0, 4], np.int32), members=np.array([4, 4], np.uint8),
        farm=np.array([1.0, 2.0], np.float32), changed=np.ones(homes, np.uint8),
        identifier=np.arange(rows, dtype=np.uint32), household=home.astype(np.int32), woman=woman.astype(np.uint8),
        birth=(-12 * age).astype(np.int16), education=education.astype(np.uint8), register=np.zeros(rows, np.uint8),
        certified_from=np.full(rows, NEVER_CERTIFIED, np.int16), base=np.zeros(rows, np.uint16),
        talent=talent.astype(np.float32), own_talent=talent.astype(np.float32), leaving=np.zeros(rows, np.int16),
        work=work.astype(np.uint8), industry=industry.astype(np.uint8), formal=formal.astype(np.uint8),
        employer=np.full(rows, -1, np.int32), since=np.zeros(rows, np.int16), entitled=entitled.astype(np.float32),
    )  # fmt: skip


def rates() -> Rates:
    """Explicit work pays .8, small firms .5 and own trade .4 of the average wage; each level of education adds half."""
    profile = np.repeat([[1.0], [1.5], [2.0]], OLDEST + 1, axis=1)
    employee, cell, own = (np.full((1, 12, 2), level) for level in (0.8, 0.5, 0.4 * WAGE))
    return Rates(
        t=0, january=0, age_at=0, employee=employee, cell=cell, own=own, farm=np.array([6000.0]), profile=profile,
        own_profile=profile, contribution=0.1, tax=0.1, informal=0.75, wage=WAGE, pension=PENSION, pension_spread=0.0,
        pension_man=63 * 12, pension_woman=58 * 12, shock=np.uint64(1), transitory=np.uint64(2),
    )  # fmt: skip


@pytest.fixture(scope="module")
def month() -> tuple[Workers, Income]:
    w, r = workers(), rates()
    out = Income(*[np.zeros(2, np.float32) for _ in range(4)], np.zeros(2, np.uint8))
    work_out(0, 2, w, r, 0)
    earn_own(0, 2, w, r, STEADY, np.zeros((1, 12), np.int64))
    hand_out(0, 2, w, np.array([2, 5], np.int32), r.wage, r.pension, out)
    return w, out


@pytest.fixture(scope="module")
def paid(month) -> Workers:
    return month[0]


@pytest.fixture(scope="module")
def income(month) -> Income:
    return month[1]


def test_a_teacher_has_what_contribution_and_tax_leave_of_her_pay(paid):
    # .8 of the average wage x 2.0 for higher education x 1.5 for talent = 2.4 average wages, less 10 and 10 per cent
    assert paid.pay[0] == pytest.approx(2.4 * 0.8)


def test_informal_pay_is_a_part_of_formal_gross_pay_without_deductions(paid):
    assert paid.pay[1] == pytest.approx(0.5 * 1.5 * 0.75)  # small firm x secondary education x informal


def test_a_household_has_the_pay_of_its_members(income):
    assert income.earned[0] == pytest.approx((1.92 + 0.5625) * WAGE)
    assert income.informal[0] == pytest.approx(0.5625 * WAGE)
    assert income.earned[1] == 0.0


def test_a_household_knows_whether_the_person_who_would_run_a_business_works(income):
    assert income.employed.tolist() == [0, 1]  # a pensioner in the first, a farmer in the second


def test_who_has_a_pension_and_a_benefit_is_paid_the_larger_one(paid, income):
    # the pension is 8,000 som, the benefit 9,000
    assert (paid.pension[2], paid.benefit[2]) == (0.0, 9000.0)
    assert income.transfers[0] == pytest.approx(9000.0)


def test_a_woman_of_60_who_works_on_a_farm_has_her_pension_and_a_man_of_50_none(paid, income):
    assert (paid.pension[6], paid.pension[5]) == (1.0, 0.0)
    assert income.transfers[1] == pytest.approx(PENSION)


def test_two_farmers_share_a_farm_of_twice_the_mean_land_and_animals(paid):
    # 6,000 som x 2.0 for the farm; two farmers together make 2 ** .5 of it, so each 2 ** -.5
    assert paid.own[5] == pytest.approx(12000.0 / math.sqrt(2.0))
    assert paid.own[6] == paid.own[5]


def test_a_trader_of_twice_the_talent_has_twice_the_income(paid, income):
    assert paid.own[4] == pytest.approx(0.4 * WAGE * 1.5 * 2.0)
    assert income.own_income[1] == pytest.approx(36000.0 + 2 * 12000.0 / math.sqrt(2.0))


def test_sums_are_weighted_and_leave_out_who_is_abroad(paid):
    persons = np.zeros((1, STATES, 2, BANDS), np.int64)
    money, cells = np.zeros((1, LINES), np.int64), np.zeros((1, 12, 2), np.int64)
    count(0, 2, paid, rates(), persons, money, cells)
    assert persons.sum() == 4 * 100 + 4 * 10
    assert persons[0, Work.ABROAD].sum() == 10
    assert persons[0, Work.RETIRED, MAN, 6] == 100
    assert cells[0, EDUCATION, STAFF] == 100
    assert money[0, Line.GROSS] / 1024 == pytest.approx(100 * 2.4 * WAGE)
    assert money[0, Line.PENSION] / 1024 == pytest.approx(10 * PENSION)
    assert money[0, Line.BENEFIT] / 1024 == pytest.approx(100 * 9000.0)
    assert money[0, Line.FARM] / 1024 == pytest.approx(10 * 24000.0 / math.sqrt(2.0), rel=1e-6)


def test_pay_is_worked_out_anew_only_where_something_changed():
    w, r = workers(), rates()
    work_out(0, 2, w, r, 0)
    w.talent[0] = 3.0
    work_out(0, 2, w, r, 0)
    assert w.pay[0] == pytest.approx(1.92)
    w.changed[0] = 1
    work_out(0, 2, w, r, 0)
    assert w.pay[0] == pytest.approx(3.84)


def test_shocks_move_own_income_alone():
    lucky = STEADY._replace(shock_sd=0.5, transitory_sd=0.3)
    w, r = workers(), rates()
    work_out(0, 2, w, r, 0)
    earn_own(0, 2, w, r, lucky, np.zeros((1, 12), np.int64))
    assert w.own[4] != pytest.approx(36000.0, rel=1e-3)
    assert w.pay[0] == pytest.approx(1.92)
    assert w.shock[0] == 0.0
    assert w.shock[4] != 0.0
