"""Everybody's work month by month: books, fixed markets, the labour block, the same bits in every way (W1 to W5)."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import work_samples as samples
from work_samples import LIGHT, START, begun, behaviour, conditions, economy, population, run

from sim.agents.persons.counting import STAFF, Line
from sim.beginning.start import first_state
from sim.markets.feedback import Baseline
from sim.people import People, income_of
from sim.state.labour_state import COUNTED, EMPLOYED
from sim.state.persons import Work
from sim.work.beginning import Options, begin_persons, jobs_at_start
from sim.work.hiring import hire_and_cut
from sim.work.world import PersonState, WorkWorld, calm

MONTHS = 12


def same(one: WorkWorld, other: WorkWorld, rows: object = slice(None)) -> bool:
    """Return whether everybody, or some, are in the same state in two worlds."""
    return all(np.array_equal(a[rows], b[rows]) for a, b in zip(one.state, other.state, strict=True))


def test_every_person_is_in_one_state_that_fits_her_age():
    world = begun()
    w = world.workers
    age = (world.frame.age_at - w.birth.astype(int)) // 12
    assert set(w.work[age < 15]) == {Work.CHILD}
    assert not np.isin(Work.CHILD, w.work[age >= 15])
    assert np.all(age[w.work == Work.STUDENT] < 25)
    assert np.all((w.work == Work.ABROAD) == (population().everyone.abroad == 1))
    pension_age = np.where(w.woman == 1, 58, 63)
    assert np.all(age[w.work == Work.RETIRED] >= pension_age[w.work == Work.RETIRED])
    assert np.all(age[w.work == Work.HOME] < pension_age[w.work == Work.HOME])


def test_only_employees_and_owners_have_an_industry():
    w = begun().workers
    has = np.isin(w.work, (Work.EMPLOYEE, Work.CELL_EMPLOYEE, Work.OWN_ACCOUNT, Work.FARM, Work.FAMILY_WORKER))
    assert np.array_equal(w.industry < 12, has)
    assert np.all(w.formal[w.work == Work.EMPLOYEE] == 1)
    assert np.all(w.formal[~np.isin(w.work, (Work.EMPLOYEE, Work.CELL_EMPLOYEE))] == 0)


def test_books_close_every_month_and_staff_is_as_many_persons_as_jobs_within_a_row():
    world = begun()
    for t in range(START, START + MONTHS):
        world.month(t, economy(), conditions())  # raises IdentityError where they do not
        assert np.abs(world.books.ledger).max() < samples.HEAVY
        assert np.array_equal(world.count().cells[..., STAFF], world.books.filled)
    assert world.books.hired.sum() > 0


def test_jobs_that_employers_cut_and_add_are_persons_who_lose_and_find_one():
    world = begun()
    run(world, 1)
    jobs = jobs_at_start(population())
    fewer = jobs.copy()
    fewer[7] -= jobs[7] // 5
    before = world.books.filled.copy()
    world.month(START + 1, economy(), calm(fewer))
    assert world.books.cut[7].sum() > 0
    assert world.books.cut[:7].sum() == 0
    assert np.all(np.abs(world.books.ledger[7]) < samples.HEAVY)
    world.month(START + 2, economy(), calm(jobs))
    assert world.books.hired[7].sum() >= jobs[7].sum() // 5 - 12 * samples.HEAVY
    assert abs(world.books.filled[7].sum() - before[7].sum()) < 12 * samples.HEAVY


def test_wrong_flows_are_found_out(monkeypatch):
    world = begun()

    def forgetful(w, books, missing, race):
        out = hire_and_cut(w, books, missing, race)
        books.hired[:] = 0
        return out

    monkeypatch.setattr("sim.work.world.hire_and_cut", forgetful)
    with pytest.raises(Exception, match="persons in jobs of cell"):
        run(world, 2)


def with_contract(world: WorkWorld, person: int) -> None:
    """Let a person run a business of the social contract."""
    world.workers.work[person], world.workers.pay[person] = Work.CONTRACT, 0.0
    world.workers.changed[world.workers.household[person]] = 1


def test_with_fixed_markets_nobody_refills_a_job_and_nobody_else_changes():
    here, there = begun(), begun()
    others = np.ones(len(here.workers.work), bool)
    for t in range(START, START + MONTHS):
        if t == START + 2:
            gone = int(np.flatnonzero((there.workers.work == Work.EMPLOYEE) & (there.workers.register == 0))[0])
            with_contract(there, gone)
            others[gone] = False
        here.month(t, economy(), conditions())
        there.month(t, economy(), conditions()._replace(other=here.moves))
        assert same(here, there, others)
    assert there.workers.work[gone] == Work.CONTRACT
    assert there.books.filled.sum() < here.books.filled.sum()


def test_with_free_markets_somebody_takes_the_job():
    here, there = run(begun(), 2), run(begun(), 2)
    with_contract(there, int(np.flatnonzero(there.workers.work == Work.EMPLOYEE)[0]))
    run(here, 6, START + 2)
    run(there, 6, START + 2)
    assert abs(int(here.books.filled.sum()) - int(there.books.filled.sum())) < samples.HEAVY
    assert not same(here, there)


def test_mean_pay_at_larger_employers_is_the_average_wage_at_the_start():
    world = begun()
    sums = world.count()
    money = sums.money.sum(axis=0) / 1024.0
    wage = economy().average_wage / economy().deflator
    assert money[Line.GROSS] / sums.cells[..., STAFF].sum() == pytest.approx(wage, rel=1e-6)
    small = sums.persons[:, Work.CELL_EMPLOYEE].sum()
    assert money[Line.CELL_GROSS] / small == pytest.approx(behaviour().paying.small_firm * wage, rel=1e-6)


def test_pay_follows_the_average_wage_and_nothing_else():
    world = begun()
    dearer = economy()._replace(average_wage=1.5 * economy().average_wage)
    demand = conditions().demand
    before = PersonState(*[column.copy() for column in world.state])
    world.pay(START, dearer, demand, world.serial)
    after = world.state
    assert after.pay == pytest.approx(1.5 * before.pay, rel=1e-5)
    own = behaviour().own_work.growth
    assert after.own.sum() == pytest.approx(1.5**own * before.own.sum(), rel=1e-5)


def test_households_have_the_sums_of_their_members():
    world = run(begun(), 3)
    w, state = world.workers, world.state
    rows = len(w.oblast)
    for column, parts in (
        ("earned", [state.pay]),
        ("own_income", [state.own]),
        ("transfers", [state.pension, state.benefit]),
    ):
        found = sum(np.bincount(w.household, part.astype(np.float64), rows) for part in parts)
        assert getattr(world.income, column) == pytest.approx(found, rel=1e-5, abs=1e-2), column


def test_nobody_abroad_or_unborn_adds_to_a_household():
    state, w = begun().state, begun().workers
    gone = w.work == Work.ABROAD
    for column in (state.pay, state.own, state.pension):
        assert not column[gone].any()


def moved(world: WorkWorld, pieces: int) -> None:
    """Run a year with every sweep in pieces, each with sums of its own."""

    def split(sweep, *arguments, sums=()):
        edges = np.linspace(0, len(world.workers.oblast), pieces + 1).astype(int)
        for first, last in pairwise(edges):
            parts = tuple(np.zeros_like(total) for total in sums)
            sweep(int(first), int(last), *arguments, *parts)
            for total, part in zip(sums, parts, strict=True):
                total += part

    for t in range(START, START + MONTHS):
        world.month(t, economy(), conditions(), split)


def test_pieces_of_the_country_change_nothing():
    whole, pieces = begun(), begun()
    run(whole, MONTHS)
    moved(pieces, 7)
    assert same(whole, pieces)
    assert np.array_equal(whole.income.earned, pieces.income.earned)


def test_a_fork_goes_its_own_way_and_leaves_the_first_as_it_is():
    first = run(begun(), 2)
    fork = first.copy()
    kept = PersonState(*[column.copy() for column in first.state])
    run(fork, 3, START + 2)
    assert all(np.array_equal(a, b) for a, b in zip(first.state, kept, strict=True))
    run(first, 3, START + 2)
    assert same(first, fork)


def shuffled() -> tuple[SimpleNamespace, np.ndarray]:
    """Return the made-up country with households in another order within each oblast, and each person's old row."""
    country = population()
    h, p = country.households, country.everyone
    order = np.lexsort((samples.luck(40, len(h.oblast)), h.oblast))
    members = h.members[order].astype(int)
    first = np.cumsum(members) - members
    old = np.concatenate([np.arange(h.first_person[r], h.first_person[r] + h.members[r]) for r in order])
    homes = type(h)(*[column[order] for column in h])._replace(first_person=first.astype(np.int32))
    people = type(p)(*[column[old] for column in p])
    people = people._replace(household=np.repeat(np.arange(len(order)), members).astype(np.int32))
    place = np.empty(len(old), np.int32)
    place[old] = np.arange(len(old))
    certified = country.persons._replace(person=place[country.persons.person])
    return SimpleNamespace(**vars(country) | {"households": homes, "everyone": people, "persons": certified}), old


def test_the_order_of_households_changes_nothing():
    other, old = shuffled()
    world = begun()
    mixed = begin_persons(other, behaviour(), economy(), 1, START, samples.STATIC)
    for _ in range(2):
        assert all(np.array_equal(a[old], b) for a, b in zip(world.state, mixed.state, strict=True))
        run(world, MONTHS)
        run(mixed, MONTHS)


PLAIN = """
import hashlib
import work_samples as samples
samples.population = lambda homes=120, known=samples.population(120): known
world = samples.run(samples.begun(samples.Options(ageing=True, yearly=False)), 3, static=False)
digest = hashlib.sha256()
for column in (*world.workers, *world.count()):
    digest.update(column.tobytes())
print(digest.hexdigest())
"""


def test_plain_python_gives_the_same_bits():
    found = {}
    for compiled in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", PLAIN], capture_output=True, text=True, check=False, cwd=Path(__file__).parent,
            env=os.environ | {"KELISHIM_COMPILED": compiled, "PYTHONPATH": os.pathsep.join([".", ".."])},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        found[compiled] = done.stdout
    assert found["0"] == found["1"]


class Together(SimpleNamespace):
    """A world of the labour block and everybody's work alone."""

    def sweep_now(self, sweep, *arguments, sums=()):
        self.people.work.serial(sweep, *arguments, sums=sums)


def everybody() -> People:
    """Return the made-up country's people, who grow older."""
    work = begun(Options(ageing=True))
    persons, base = np.zeros((work.oblasts, len(Work), 2), np.int64), np.zeros(work.oblasts, np.int64)
    sharing, registered = np.zeros((work.oblasts, 2), np.int64), np.zeros(len(work.workers.work), np.uint8)
    return People(work, 1.5, persons, base, sharing, registered, registered.copy())


def begin_together(people: People, labour, t: int = START) -> Together:
    market, incumbents = np.ones((9, 4)), population().country.incumbents
    rows = len(population().households.oblast)
    state = first_state(rows)
    people.work.operator, people.work.income = population().households.first_person[:rows], income_of(state)
    people.work.hand_out(people.work.serial)
    return Together(
        t=t, people=people, labour=labour, population=population(),
        baseline=Baseline(market, incumbents), state=state, frozen=None, moves={},
        markets=SimpleNamespace(tightness=np.ones(9), incumbents=incumbents, demand=market, price=market),
    )  # fmt: skip


def live(world: Together, months: int) -> list[SimpleNamespace]:
    """Simulate months, first the labour block and then everybody, and return what is needed of each."""
    out = []
    for _ in range(months):
        labour, work = world.labour, world.people.work
        terms = samples.rules().terms(world.t, behaviour())
        labour.month(world.t, terms.quota, terms.services, terms.economy, world.markets.incumbents)
        before = SimpleNamespace(
            persons=labour.persons.state.copy(), employer=labour.persons.employer.copy(),
            solved=labour.base.solved, staff=labour.employers.staff.astype(int).sum(),
            workers=labour.employers.workers.astype(int).sum(),
            additional=labour.employers.additional.astype(int).sum(),
        )  # fmt: skip
        world.moves[world.t] = world.people.month(world, terms)
        out.append(SimpleNamespace(
            t=world.t, state=PersonState(*[column.copy() for column in work.state]), jobs=work.books.jobs.copy(),
            filled=work.books.filled.copy(), **vars(before),
        ))  # fmt: skip
        world.t += 1
    return out


@pytest.fixture(scope="module")
def together() -> tuple[Together, list[SimpleNamespace]]:
    """The labour block and everybody's work side by side, and what is needed of each month."""
    world = begin_together(everybody(), samples.labour())
    return world, live(world, 18)


def test_persons_on_the_register_do_what_the_labour_block_says(together):
    table = together[0].labour.frame.persons
    for month in together[1][1:]:
        known = (table.certified_from < month.t) & (table.age >= 18) & (table.age < 63)
        rows = table.person[known]
        at_work = np.isin(month.persons[known], (EMPLOYED, COUNTED))
        in_firm = at_work & (month.employer[known] >= 0)
        assert np.array_equal(month.state.work[rows] == Work.EMPLOYEE, in_firm)
        assert np.array_equal(month.state.work[rows] == Work.CELL_EMPLOYEE, at_work & ~in_firm)
        assert np.array_equal(month.state.employer[rows][in_firm], month.employer[known][in_firm])
        assert np.all((month.state.pay[rows] > 0) == at_work)
    assert in_firm.any()


def test_all_staff_of_employers_are_persons_within_the_ledger(together):
    for month in together[1][1:]:
        assert month.jobs.sum() == LIGHT * (month.staff + month.additional - month.workers)
        assert np.abs(month.jobs - month.filled).max() < samples.HEAVY


def test_benefits_of_persons_on_the_register_reach_their_households(together):
    table = together[0].labour.frame.persons
    last = together[1][-1]
    rows = table.person[table.certified_from < last.t]
    young = (last.t - population().everyone.birth[rows].astype(int)) < 58 * 12
    assert np.all(last.state.benefit[rows][young] == 4000.0)


def test_households_see_the_columns_of_their_own_world(together):
    world = together[0]
    assert world.state.earned is world.people.work.income.earned
    w = world.people.work.workers
    first = population().households.first_person
    at_work = np.isin(w.work[first], (4, 5, 6, 7, 8))
    assert np.array_equal(world.state.employed == 1, at_work)


def test_a_world_with_fixed_markets_repeats_what_the_books_of_the_other_did(together):
    here = begin_together(everybody(), samples.labour())
    live(here, 4)
    there = begin_together(here.people.copy(here.state), here.labour.copy(), here.t)
    there.frozen = SimpleNamespace(moves=here.moves)
    person = int(np.flatnonzero(there.people.work.workers.work == Work.EMPLOYEE)[0])
    with_contract(there.people.work, person)
    live(here, 6)
    live(there, 6)
    others = np.arange(len(here.people.work.workers.work)) != person
    assert same(here.people.work, there.people.work, others)
    assert set(there.moves) == set(range(here.t - 6, here.t))
