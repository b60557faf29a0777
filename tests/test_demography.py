"""Births, ageing and deaths: the tape, the persons of a world that lives, and their households (people.md N1 to N3)."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from small import COUNTRY, differences, eventful, law, scenario, small

from sim.agents.persons.living import EDUCATION_STEP, Event
from sim.agents.persons.succeeding import NOBODY, OLDEST, YOUNGEST, Succession, succeed
from sim.agents.persons.workers import Workers
from sim.beginning import begin
from sim.engine.columns import empty
from sim.errors import IdentityError
from sim.months import FIRST_YEAR, HORIZON
from sim.population import load, stratified
from sim.population.people import CHILD_TO, GROWN_FROM, MAN_WORKS_TO, WOMAN_WORKS_TO
from sim.population.tape import tape_of, with_newborns
from sim.schedule import advance
from sim.state.households import ACTIVE, FAILED, QUEUED, Endowments, Households, HouseholdState
from sim.state.persons import Persons, Role, Work
from sim.twins import begun
from sim.work.types import type_of

LAST = 23


@pytest.fixture(scope="module")
def whole():
    return load(COUNTRY, 1)


@pytest.fixture(scope="module")
def lived(central):
    """Return the worlds without any programme and with its history in December 2023, where time passes."""
    plan = scenario(scale=1000, population="living", horizon="2025-12")
    return tuple(advance(world, LAST) for world in begun(load(COUNTRY, 1000), plan, central, 1))


def by_year(months: np.ndarray) -> np.ndarray:
    return np.bincount(months[(months >= 0) & (months < HORIZON)] // 12, minlength=HORIZON // 12)


def test_births_and_deaths_of_every_year_are_those_of_the_projection(whole):
    born = by_year(whole.newborns.enters)
    died = by_year(whole.everyone.leaves) + by_year(whole.newborns.leaves)
    for name, found in (("births", born), ("deaths", died)):
        for year, count in enumerate(found):
            assert count == pytest.approx(whole.country.value(name, year=FIRST_YEAR + year), rel=0.02), (name, year)


def test_mothers_have_children_at_the_ages_of_mothers(whole):
    people, born = whole.everyone, whole.newborns
    mother = np.searchsorted(people.identifier, born.identifier & ~np.uint32(7 << 21))
    assert np.array_equal(people.identifier[mother] >> 21 & 7, np.zeros(len(mother)))
    assert people.woman[mother].all()
    age = (born.enters - people.birth[mother].astype(int)) // 12
    assert age.min() >= 14
    assert age.max() <= 50
    assert np.median(age) == pytest.approx(28, abs=1)
    assert np.all(born.enters < people.leaves[mother])
    order = born.identifier >> 21 & 7
    later = np.flatnonzero((order[1:] > 1) & (mother[1:] == mother[:-1]))
    assert np.all(born.enters[later + 1] - born.enters[later] >= 12)


def test_boys_and_girls_are_born_as_published(whole):
    born = whole.newborns.woman
    assert (born == 0).sum() / (born == 1).sum() == pytest.approx(whole.country.value("sex_ratio_at_birth"), rel=0.01)


def test_everybody_of_the_horizon_has_an_identifier_of_her_own(whole):
    everybody = np.sort(np.concatenate([whole.everyone.identifier, whole.newborns.identifier]))
    assert (everybody[1:] > everybody[:-1]).all()


def test_a_smaller_sample_has_the_same_children_in_its_households(whole):
    for scale in (20, 1000):
        part = stratified(whole, scale)
        inside = np.isin(whole.newborns.household, part.households.identifier)
        assert np.array_equal(part.newborns.identifier, whole.newborns.identifier[inside])
        weight = part.households.weight[np.searchsorted(part.households.identifier, part.newborns.household)]
        wanted = len(whole.newborns.enters)
        assert int(weight.sum()) == pytest.approx(wanted, abs=4.0 * np.sqrt(scale * wanted) + 0.02 * wanted)


def test_the_register_has_its_published_totals_though_persons_on_it_die(whole):
    path, first = whole.country.register
    people, later = whole.everyone, whole.onsets
    row = np.searchsorted(people.identifier, later.person)
    assert np.array_equal(people.identifier[row], later.person)
    assert np.all(people.group[row] == 0)
    assert np.all(whole.households.with_disability[people.household[row]] > 0)
    since = np.concatenate([whole.persons.certified_from, later.certified_from])
    leaves = people.leaves[np.concatenate([whole.persons.person, row])]
    for t in range(-1, HORIZON, 12):
        found = ((since <= t) & (leaves > t)).sum()
        assert found == pytest.approx(path[min(t - first, len(path) - 1)], abs=5), t  # of 221,000
    assert np.all(leaves > since)


def test_a_living_world_follows_the_register(lived):
    for world in lived:
        table, everybody = world.labour.frame.persons, world.population.everyone
        known = table.certified_from < world.t
        assert np.all(everybody.leaves[table.person[known]] >= world.t)
        dead = everybody.leaves[table.person] < world.t
        assert dead.any()
        assert not np.any(world.labour.persons.state[dead])
        weight = world.labour.frame.weight
        path, first = world.population.country.register
        assert known.sum() * weight == pytest.approx(path[world.t - 1 - first], rel=0.03)


def test_children_to_be_born_stand_in_their_mothers_household():
    full = with_newborns(small(500))
    homes, people = full.households, full.everyone
    assert np.array_equal(people.household, np.repeat(np.arange(len(homes.size)), homes.members))
    assert np.array_equal(homes.first_person, np.cumsum(homes.members.astype(int)) - homes.members)
    unborn = people.enters >= 0
    assert set(small(500).newborns.identifier) >= set(people.identifier[unborn])
    mother = {int(who): home for who, home in zip(people.identifier, people.household, strict=True)}
    mothers = people.identifier[unborn] & ~np.uint32(7 << 21)
    assert [mother[int(who)] for who in mothers] == people.household[unborn].tolist()
    certified = full.persons.person
    assert np.array_equal(people.group[certified], full.persons.group)
    assert np.array_equal(full.persons.identifier[: len(small(500).persons.identifier)], small(500).persons.identifier)
    assert len(np.unique(full.persons.identifier)) == len(certified)


def test_a_longer_horizon_changes_nothing_before(central, lived):
    """Children born after the last month are left out, and nobody notices."""
    plan = scenario(scale=1000, population="living", horizon="2030-12")
    never, _ = begun(load(COUNTRY, 1000), plan, central, 1)
    advance(never, LAST)
    for name, column in never.state._asdict().items():
        assert column.tobytes() == getattr(lived[0].state, name).tobytes(), name
    assert len(never.population.everyone.birth) > len(lived[0].population.everyone.birth)


def test_until_january_2022_a_living_country_is_the_one_that_stands_still(central):
    one, other = (advance(begin(small(500), central, law(), 1, 0, until=until), -1) for until in (None, 60))
    assert differences(one, other) == []


def test_the_tape_tells_of_everybody_once():
    everyone = with_newborns(small(500)).everyone
    tape = tape_of(everyone)
    assert tape.starts[-1] == len(tape.person)
    for kind in Event:
        rows = tape.person[tape.kind == kind]
        assert len(np.unique(rows)) == len(rows), kind.name


def ages(world):
    """Return everybody's age in months at the end of the last month."""
    return world.t - 1 - world.population.everyone.birth.astype(int)


def test_households_count_the_members_who_are_there(lived):
    for world in lived:
        homes, people, work = world.households, world.population.everyone, world.people.work.workers.work
        age, woman = ages(world), people.woman == 1
        home = (work != Work.ABSENT) & (work != Work.ABROAD)
        alive = (people.enters < world.t) & (people.leaves >= world.t)
        assert np.array_equal(home, alive & (people.abroad == 0))
        pension = 12 * np.where(woman, WOMAN_WORKS_TO + 1, MAN_WORKS_TO + 1)
        child, grown = age < 12 * (CHILD_TO + 1), (age >= 12 * GROWN_FROM) & (age < pension)
        for name, who in (
            ("size", home), ("children", home & child), ("elders", home & (age >= pension)),
            ("adults", home & ~child & (age < pension)), ("women", home & grown & woman),
            ("men", home & grown & ~woman),
        ):  # fmt: skip
            found = np.bincount(people.household[who], minlength=len(homes.size))
            assert np.array_equal(found, getattr(homes, name)), name
        assert not world.households.remittances[homes.size == 0].any()


def test_types_of_work_follow_children_and_schooling(lived):
    world = lived[0]
    homes, people, w = world.households, world.population.everyone, world.people.work.workers
    rule_of = type_of.py_func if hasattr(type_of, "py_func") else type_of
    land = (homes.land > 0) | (homes.herd > 0)
    h = people.household
    wanted = rule_of(
        homes.oblast[h].astype(int), people.woman.astype(int), homes.urban[h].astype(int), land[h].astype(int),
        w.education.astype(int), (homes.children[h] > 0) * people.woman.astype(int),
    )  # fmt: skip
    assert np.array_equal(w.base, wanted)
    age = ages(world)
    schooled = (age >= 12 * 25) & (people.abroad == 0) & (w.work != Work.ABSENT)
    assert np.array_equal(w.education[schooled], people.reached[schooled])
    assert np.all(w.education[age < 12 * 16] <= people.education[age < 12 * 16])
    assert rule_of(0, 0, 0, 1, 0, 0) == EDUCATION_STEP * 3


def test_nobody_dead_or_unborn_works_earns_or_has_a_pension(lived):
    for world in lived:
        w = world.people.work.workers
        gone = w.work == Work.ABSENT
        assert gone.any()
        for name in ("pay", "own", "pension", "benefit", "entitled"):
            assert not getattr(w, name)[gone].any(), name


def test_everybody_at_home_past_the_pension_age_is_retired_or_works(lived):
    world = lived[0]
    w, ages_of, old = world.people.work.workers, world.people.work.frame.levels.pension_ages, ages(world)
    late = old > np.where(w.woman == 1, ages_of[1], ages_of[0]) + 1
    moved = (w.register == 1) & (w.certified_from < world.t)
    assert not np.any((w.work == Work.HOME) & late & ~moved)
    assert not np.any((w.work == Work.CHILD) & (old >= 12 * 15 + 1))


def test_all_worlds_live_through_the_same_births_and_deaths(lived):
    first, second = lived
    for name in first.life.composition._fields:
        assert np.array_equal(getattr(first.life.composition, name), getattr(second.life.composition, name)), name
    totals = [world.people.persons.sum() for world in lived]
    assert totals[0] == totals[1]
    start = int(np.dot(load(COUNTRY, 1000).households.weight, load(COUNTRY, 1000).households.members))
    assert totals[0] > 1.02 * start


def test_operators_are_alive_and_of_age_unless_they_run_something(lived):
    for world in lived:
        e, s, w = world.endowments, world.state, world.people.work.workers
        has = e.operator != NOBODY
        assert np.array_equal(e.has_operator == 1, has)
        rows = e.operator[has]
        assert np.all(w.work[rows] != Work.ABSENT)
        assert np.array_equal(world.population.everyone.household[rows], np.flatnonzero(has))
        age = ages(world)[rows]
        assert age.min() >= YOUNGEST
        idle = (s.operating[has] == 0) & ((s.contract[has] == 0) | (s.contract[has] > ACTIVE))
        assert (age[idle] < OLDEST + 36).all()
        assert not np.any(s.operating[~has])
        assert not np.any((s.contract[~has] > 0) & (s.contract[~has] <= ACTIVE))


def test_a_person_too_many_stops_the_run(central):
    world = begin(small(500), central, law(), 1, 0, until=60)
    advance(world, -20)
    work = world.people.work.workers.work
    work[np.flatnonzero(work == Work.ABSENT)[0]] = Work.HOME
    with pytest.raises(IdentityError, match="persons; with those born"):
        advance(world, -19)


def test_forks_have_households_of_their_own(central):
    world = advance(begin(small(500), central, law(), 1, 0, until=60), -1)
    other = world.fork()
    advance(other, 12)
    assert world.households.size.sum() == small(500).households.size.sum()
    assert other.households.size.sum() != world.households.size.sum()
    assert np.any(other.people.work.workers.education != world.people.work.workers.education)
    assert other.people.work.operator is other.endowments.operator


def test_a_population_that_stands_still_knows_nothing_of_the_children_to_be_born(central):
    few = small(500)
    one = advance(begin(few, central, law(), 1, 0), 3)
    assert one.population is few
    assert one.life is None
    assert not np.any(one.people.work.workers.work == Work.ABSENT)


def one_home(**columns: list[int]) -> SimpleNamespace:
    """Return one household by hand; the first member is the operator."""
    count = len(next(iter(columns.values())))
    homes, people = empty(Households, 1), empty(Persons, count)
    e, state = empty(Endowments, 1), empty(HouseholdState, 1)
    e.has_operator[:], homes.size[:] = 1, count
    workers = Workers(*[np.zeros(count, np.int64) for _ in Workers._fields])
    workers = workers._replace(first_person=np.zeros(1, np.int64))
    workers.work[:], workers.identifier[:] = Work.HOME, np.arange(count)
    workers.woman[:], workers.birth[:], people.role[:] = columns["woman"], columns["birth"], columns["role"]
    return SimpleNamespace(homes=homes, people=people, e=e, state=state, w=workers)


def settle(home: SimpleNamespace, closing) -> None:
    succession = Succession(0, 0.9, np.uint64(1), np.array([0.5]))
    succeed(np.array([0]), home.homes, home.e, home.state, home.w, home.people, succession, closing)


def test_a_widow_goes_on_with_the_business_of_her_husband(central):
    home = one_home(birth=[-480, -456, -240], woman=[0, 1, 0], role=[Role.SPOUSE, Role.SPOUSE, Role.CHILD])
    home.state.operating[0], home.state.contract[0], home.state.capital[0] = 1, ACTIVE, 90_000.0
    home.w.work[0] = Work.ABSENT
    settle(home, central.closing)
    assert home.e.operator[0] == 1
    assert home.e.operator_woman[0] == 1
    assert home.state.contract[0] == ACTIVE
    assert home.state.capital[0] == 90_000.0


def test_with_nobody_to_go_on_stock_is_sold_and_the_contract_ends_without_breach(central):
    home = one_home(birth=[-480, -100, -900], woman=[0, 1, 1], role=[Role.ADULT, Role.CHILD, Role.ELDER])
    home.state.operating[0], home.state.contract[0], home.state.capital[0] = 1, ACTIVE, 90_000.0
    home.state.sector[0] = 2
    home.w.work[0] = Work.ABSENT
    settle(home, central.closing)
    assert home.e.operator[0] == NOBODY
    assert home.e.has_operator[0] == 0
    assert home.state.contract[0] == FAILED
    assert home.state.released[0] == 1
    sold = float(home.state.sold_1[0] + home.state.sold_2[0] + home.state.sold_3[0])
    assert sold == pytest.approx(90_000.0 * central.closing.recovery)


def test_an_application_lapses_with_the_last_adult(central):
    home = one_home(birth=[-480, -100], woman=[1, 1], role=[Role.ADULT, Role.CHILD])
    home.state.contract[0], home.w.work[0] = QUEUED, Work.ABSENT
    settle(home, central.closing)
    assert home.state.contract[0] == 0


def test_a_household_without_members_is_owed_nothing(central):
    home = one_home(birth=[-480], woman=[1], role=[Role.ADULT])
    home.state.operating[0], home.state.capital[0], home.state.benefit[0] = 1, 90_000.0, 1
    home.w.work[0], home.homes.size[0] = Work.ABSENT, 0
    settle(home, central.closing)
    assert home.state.benefit[0] == 0
    assert home.state.sold_1[0] == 0.0
    assert home.state.operating[0] == 0


def test_an_eventful_living_country_keeps_its_books(central):
    """Everything that can happen to a family happens while members are born and die."""
    plan = scenario(population="living")
    never, before = begun(small(500), plan, eventful(), 3)
    advance(never, 40)
    advance(before, 40)
    size = before.households.size
    assert (size == 0).any()
    assert not before.state.consumption[size > 0].min() <= 0.0
