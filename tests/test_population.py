"""The synthetic country at full scale: who lives where, and that the tables agree with each other and the margins."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.behaviour import Behaviour
from sim.engine import draws as scalar
from sim.engine import math as exact
from sim.engine.columns import fields
from sim.errors import InputError
from sim.population import build, draws, load, load_country, sample, store
from sim.population.families import PLACE_BITS
from sim.population.position import covariates
from sim.population.sampling import labour_rate, stratified
from sim.population.validation import standing, summary, validation
from sim.scenario import Scenario
from sim.state.households import Households
from sim.state.labour import INDUSTRIES, PRIVATE, Employers, Persons
from sim.state.persons import Persons as Everyone
from sim.twins import Ground


@pytest.fixture(scope="module")
def country():
    return load_country("kyrgyzstan")


@pytest.fixture(scope="module")
def whole(country):
    """The whole country, built once for all tests and read here; another test builds it anew and compares."""
    return load(country, 1)


@pytest.fixture(scope="module")
def sampled(whole):
    """Return the function that gives, and keeps, the sample at a scale."""
    return functools.cache(lambda scale: sample(whole, scale))


@pytest.fixture(scope="module")
def compared(whole):
    return validation(whole)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 999), st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=20))
def test_draws_for_many_equal_the_draw_of_each_bit_for_bit(seed, draw, who):
    key = scalar.key(seed, draw)
    agents = np.array(who, np.uint32)
    assert draws.bits(key, agents).tolist() == [int(scalar.bits(key, i)) for i in agents]
    assert draws.uniform(key, agents).tolist() == [float(scalar.uniform(key, i)) for i in agents]


@settings(deadline=None)
@given(st.lists(st.floats(1e-15, 1 - 1e-15), min_size=1, max_size=50))
def test_normal_quantiles_equal_those_of_each(u):
    assert draws.normal(np.array(u)).tolist() == [float(exact.normal(x)) for x in u]


@given(st.permutations(range(200)))
def test_a_draw_does_not_depend_on_the_order_of_rows(order):
    who = np.arange(200, dtype=np.uint64) * 7919
    assert np.array_equal(draws.uniforms(1, 5, who[order]), draws.uniforms(1, 5, who)[order])


def test_there_are_one_and_a_half_million_households_and_every_person_of_the_census(whole, country):
    homes = whole.households
    assert 1.48e6 < len(homes.identifier) < 1.5e6  # of people at home; 4.2 each
    persons = np.bincount(homes.oblast, homes.members)
    assert np.all(np.abs(persons - country.population) < 50)
    assert abs(homes.members[homes.urban == 1].sum(dtype=int) - country.value("population_census[urban]")) < 50
    assert len(whole.everyone.identifier) == homes.members.sum(dtype=int)


def test_columns_have_the_declared_types(whole):
    for table, values in (
        (Households, whole.households), (Persons, whole.persons), (Employers, whole.employers),
        (Everyone, whole.everyone),
    ):  # fmt: skip
        for name, (dtype, _) in fields(table).items():
            assert getattr(values, name).dtype == dtype, name
            assert np.all(np.isfinite(getattr(values, name))), name


def test_rows_are_sorted_by_region_raion_and_identifier_and_identifiers_are_unique(whole, country):
    for table in (whole.households, whole.persons, whole.employers):
        assert np.all(np.diff(table.identifier.astype(np.int64)) > 0)
        assert np.all(np.diff(table.oblast.astype(int)) >= 0)
    for table in (whole.households, whole.persons):
        assert np.all(np.diff(table.raion.astype(int)) >= 0)
        assert np.array_equal(table.identifier >> PLACE_BITS, table.raion)
        assert np.array_equal(country.raion_oblast[table.raion], table.oblast)


def test_no_household_is_impossible(whole):
    h = whole.households
    assert np.array_equal(h.size, h.children + h.adults + h.elders)
    assert np.all(h.size >= 1)
    assert not np.any((h.adults == 0) & (h.elders == 0))  # grandparents with grandchildren may live alone
    assert np.all(h.women.astype(int) + h.men <= h.adults)
    assert np.all(h.women.astype(int) + h.men + h.elders >= 1)
    assert np.all(h.education <= 2)
    assert np.all(h.skills < 16)
    assert np.all((h.herd >= 0) & (h.land >= 0) & (h.remittances >= 0) & (h.other_benefits >= 0) & (h.distance > 0))
    assert h.children.max() >= 6
    assert h.size.max() >= 8


def test_scores_are_standard_normal_and_independent_of_the_covariates(whole):
    h = whole.households
    names = ("permanent_score", "shock_score", "observation_score", "ability", "belief_score")
    scores = np.array([getattr(h, name) for name in ("covariate_score", *names)], np.float64)
    assert np.all(np.abs(scores.mean(axis=1)) < 0.005)
    assert np.all(np.abs(scores.std(axis=1) - 1.0) < 0.005)
    between = np.corrcoef(scores)
    assert np.all(np.abs(between[~np.eye(6, dtype=bool)]) < 0.005)
    assert abs(h.operator_luck.mean() - 0.5) < 0.002


def test_consumption_has_the_correlations_of_the_copula(whole, country):
    homes = whole.households._asdict()
    oblast = homes["oblast"].astype(int)
    score = homes["covariate_score"].astype(np.float64)
    for name, x in covariates(homes).items():
        within = x - (np.bincount(oblast, x) / np.bincount(oblast))[oblast]
        found = whole.covariate_correlation * np.corrcoef(score, within)[0, 1]
        assert found == pytest.approx(country.copula[name], abs=0.002), name


def test_the_herds_of_a_region_are_its_livestock(whole, country):
    herd = np.bincount(whole.households.oblast, whole.households.herd.astype(np.float64))
    assert np.allclose(herd / country.value("sheep_equivalent[cattle]"), country.herd, rtol=1e-5)


def test_persons_and_households_agree(whole):
    homes, persons = whole.households, whole.persons
    row = np.searchsorted(homes.identifier, persons.household)
    assert np.array_equal(homes.identifier[row], persons.household)
    assert np.array_equal(np.bincount(row, minlength=len(homes.size)), homes.with_disability)
    severest = np.full(len(homes.size), 9)
    np.minimum.at(severest, row, persons.group.astype(int))
    assert np.array_equal(np.where(severest == 9, 0, severest), homes.disability_group)
    for name in ("oblast", "raion", "urban", "distance"):
        assert np.array_equal(getattr(homes, name)[row], getattr(persons, name)), name
    benefits = np.bincount(row, persons.benefit, len(homes.size))
    assert np.all(homes.other_benefits >= benefits - 0.1)
    child, woman = persons.age < 16, persons.woman == 1
    elder = persons.age > np.where(woman, 57, 62)
    grown = ~child & ~elder & (persons.age >= 18)
    for who, members in (
        (child, homes.children), (elder, homes.elders), (grown & woman, homes.women), (grown & ~woman, homes.men),
    ):  # fmt: skip
        assert np.all(np.bincount(row[who], minlength=len(homes.size)) <= members)


def test_an_operator_with_disability_is_a_member_of_working_age_and_of_the_operator_sex(whole, country):
    homes, persons = whole.households, whole.persons
    row = np.searchsorted(homes.identifier, persons.household)
    is_woman = (homes.women > 0) & ((homes.men == 0) | (homes.operator_luck < country.share("operator_woman_share")))
    able = (persons.age >= 18) & (persons.age <= np.where(persons.woman == 1, 57, 62))
    able &= persons.woman == is_woman[row]
    for group in (1, 2, 3):
        found = np.bincount(row[able & (persons.group == group)], minlength=len(homes.size))
        assert np.all(found[homes.operator_disability == group] > 0)
    share = (homes.operator_disability > 0).sum() / able.sum()
    assert 0.5 < share < 0.9  # one of the candidates of that sex, not all of them


def test_the_register_follows_its_path(whole, country):
    persons = whole.persons
    assert len(persons.identifier) == 221_000
    assert (persons.age < 16).sum() == 37_000
    path, first = country.register
    for month in (first, -13, -1, 0, 11, 23, 40, 47, 60):
        wanted = path[min(month - first, len(path) - 1)]
        assert (persons.certified_from <= month).sum() == wanted, month
    assert (persons.certified_from <= -1).sum() == 202_551


def test_a_second_member_with_disability_is_more_likely_than_a_first(whole):
    homes, persons = whole.households, whole.persons
    row = np.searchsorted(homes.identifier, persons.household)
    at = (persons.age >= 16) & (persons.age <= np.where(persons.woman == 1, 57, 62))
    found = np.bincount(row[at], minlength=len(homes.size))
    adults = homes.adults.astype(np.int64)
    share = found.sum() / adults.sum()
    pairs = (found * (found - 1)).sum() / (adults * (adults - 1)).sum()
    assert 1.35 < pairs / share**2 < 1.65


def test_groups_kinds_and_benefits_are_as_assumed(whole):
    persons = whole.persons
    assert np.allclose(np.bincount(persons.group)[1:] / len(persons.group), [0.2, 0.4, 0.4], atol=0.005)
    assert set(np.unique(persons.kind)) == {0, 1, 2, 3, 4}
    assert abs((persons.benefit > 0).mean() - 1.0) < 1e-9
    assert not np.any(persons.secondary[persons.age < 18])
    assert np.all(persons.group[persons.benefit == persons.benefit.min()] == 3)


def test_jobs_of_enterprises_and_organisations_are_exact(whole, country):
    firms = whole.employers
    private = firms.owner == PRIVATE
    assert firms.staff.min() >= 5
    assert len(firms.staff) < 30_000
    assert firms.staff[~private].sum() == country.value("jobs[organisations]")
    production = np.isin(firms.industry, range(5))
    large = private & (firms.staff > np.where(production, 200, 50))
    medium = private & ~large & (firms.staff > np.where(production, 50, 15))
    assert firms.staff[large].sum() == country.value("jobs[large]")
    assert firms.staff[medium].sum() == country.value("jobs[medium]")


def test_employer_sizes_have_no_gap_at_a_threshold_of_a_quota(whole):
    size = whole.employers.staff.astype(int)
    for threshold in (20, 25):
        below = np.isin(size, range(threshold - 4, threshold)).sum()
        above = np.isin(size, range(threshold, threshold + 4)).sum()
        assert 0.7 < above / below < 1.1


def test_wages_meet_the_means_by_industry(whole, country):
    firms = whole.employers
    pay = np.bincount(firms.industry, firms.staff * firms.wage.astype(np.float64))
    for i, industry in enumerate(INDUSTRIES):
        mean = pay[i] / firms.staff[firms.industry == i].sum()
        assert mean == pytest.approx(country.value(f"wage[{industry}]"), rel=1e-4)


def test_another_seed_gives_another_country_with_the_same_margins():
    land = load_country("velnia")  # the smaller one: what makes a country of numbers is the same
    mine, other = load(land, 1), build(land, seed=2)
    assert other.digest != mine.digest
    assert np.array_equal(np.bincount(other.households.oblast), np.bincount(mine.households.oblast))


@pytest.mark.parametrize(("large", "small"), [(10, 100), (100, 1000), (4, 100), (7, 35)])
def test_a_smaller_sample_lies_within_a_larger_one(sampled, large, small):
    outer, inner = sampled(large), sampled(small)
    assert np.all(np.isin(inner.households.identifier, outer.households.identifier))
    if labour_rate(small) % labour_rate(large) == 0:
        assert np.all(np.isin(inner.persons.identifier, outer.persons.identifier))
        assert np.all(np.isin(inner.employers.identifier, outer.employers.identifier))


@pytest.mark.parametrize("rate", [2, 5, 10])
def test_samples_of_employers_are_nested_and_meet_the_jobs(whole, sampled, rate):
    small, large = sampled(10).employers, sampled(rate).employers
    assert np.all(np.isin(small.identifier, large.identifier))
    assert rate * large.staff.sum() == pytest.approx(whole.employers.staff.sum(), rel=0.01)
    for name in ("owner", "oblast", "industry"):
        jobs = np.bincount(getattr(whole.employers, name), whole.employers.staff)
        found = rate * np.bincount(getattr(large, name), large.staff, len(jobs))
        assert np.all(np.abs(found - jobs) < 0.1 * jobs + 600), name


def test_a_sampled_agent_is_the_same_as_in_the_whole_country(whole, sampled):
    part = sampled(100)
    for name in ("households", "persons", "employers"):
        full, few = getattr(whole, name), getattr(part, name)
        row = np.searchsorted(full.identifier, few.identifier)
        for column, values in zip(few._fields, few, strict=True):
            if column not in ("weight", "first_person", "person"):  # these belong to the sample
                assert np.array_equal(getattr(full, column)[row], values), column


@pytest.mark.parametrize("scale", [10, 100, 1000])
def test_a_sample_has_the_people_of_the_country(whole, sampled, scale):
    part = sampled(scale)
    assert (part.scale, part.labour_scale) == (scale, 10)
    assert (part.households.weight == scale).all()
    assert part.labour_weight == 10
    persons = np.bincount(part.households.oblast, part.households.weight * part.households.size.astype(float))
    wanted = np.bincount(whole.households.oblast, whole.households.size)
    assert np.all(np.abs(persons / wanted - 1.0) < 0.0004 * scale**0.65)
    assert len(part.persons.identifier) == 22_100


def test_fitted_tables_agree_with_what_was_published(compared):
    tables = summary(compared).set_index("table")
    fitted = tables[tables["role"] == "fitted"]["srmse"]
    for table in (
        "persons", "people by sex and age", "household sizes, percent", "household types, percent", "people abroad",
        "poverty", "disability register, end of year", "wage",
    ):  # fmt: skip
        assert fitted[table] < 0.001, table
    assert fitted["mean household size, 2018 to 2023"] < 0.01
    assert fitted["farms"] < 0.01
    assert fitted["jobs in large enterprises"] < 0.06
    assert fitted["poverty by place"] < 0.05


def test_withheld_tables_are_printed_with_their_sources(compared):
    withheld = compared[compared["role"] == "withheld"]
    assert {"poverty by age", "extreme poverty", "number of enterprises", "average wage"} <= set(withheld["table"])
    assert compared["source"].str.len().gt(0).all()
    assert set(compared["confidence"]) <= {"A", "B", "derived", "B-judged", "C"}
    children = withheld[withheld["cell"].str.startswith("children 202")]
    assert len(children) == 3
    assert children["error"].abs().max() < 2.5
    extreme = withheld[withheld["table"] == "extreme poverty"]
    assert extreme["error"].abs().max() < 1.5


def test_the_poorest_families_have_as_many_children_as_families_with_the_benefit(whole):
    homes = whole.households
    families = np.flatnonzero(homes.children > 0)
    poorest = families[np.argsort(standing(whole, 2023)[families])][:83_824]
    assert 3.1 < homes.children[poorest].mean() < 3.6
    assert homes.children[poorest].mean() > homes.children[families].mean() + 0.5


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Return a folder in which the population at 1:1000 is kept."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KELISHIM_CACHE", str(folder))
        load("kyrgyzstan", 1000)
    return folder


def test_a_population_is_built_once_and_read_as_maps(kept, monkeypatch, country):
    monkeypatch.setenv("KELISHIM_CACHE", str(kept))
    monkeypatch.setattr(store, "build", lambda *_: pytest.fail("it was built a second time"))
    part = load(country, 1000)
    assert part.households.weight.astype(int).sum() == pytest.approx(1_490_000, rel=1e-3)
    assert part.households.weight.max() == 1000
    assert isinstance(part.households.size, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        part.households.size[0] = 1
    assert part.digest == load("kyrgyzstan", 1000).digest


def test_several_scales_cost_one_build(tmp_path, monkeypatch, country):
    built, whole = [], load(country, 1000)  # any country can stand for the whole one
    monkeypatch.setenv("KELISHIM_CACHE", str(tmp_path))
    monkeypatch.setattr(store, "build", lambda *given: built.append(given) or whole)
    monkeypatch.setattr(store, "stratified", lambda full, scale, labour_scale: replace(full, scale=scale))
    for _ in range(2):
        store.keep(country, (1000, 100, 100))
    assert len(built) == 1
    assert [load(country, scale).scale for scale in (100, 1000)] == [100, 1000]


def test_two_processes_that_write_at_once_leave_one_good_population(kept, monkeypatch, country):
    monkeypatch.setenv("KELISHIM_CACHE", str(kept))
    part = load(country, 1000)
    place = store.place(country, 1, 1000)
    store.write(part, place)
    assert store.read(country, place).digest == part.digest
    assert [p.name for p in place.parent.iterdir()] == [place.name]


def test_the_same_seed_gives_the_same_country(kept, monkeypatch, whole, country):
    monkeypatch.setenv("KELISHIM_CACHE", str(kept))
    assert load(country, 1000).digest == stratified(whole, 1000).digest


def test_a_sample_of_a_sample_is_refused(sampled):
    with pytest.raises(InputError, match="the population has scale 1000"):
        sample(sampled(1000), 10)


@pytest.mark.parametrize("rate", [1, 4, 100])
def test_the_labour_scale_says_how_many_an_employer_and_a_person_on_the_register_stand_for(whole, rate):
    part = stratified(whole, 100, rate)
    homes, certified = part.households, part.households.with_disability > 0
    assert part.labour_scale == rate
    assert (homes.weight[certified] == rate).all()
    assert (homes.weight[~certified] == 100).all()
    assert rate * len(part.employers.identifier) == pytest.approx(len(whole.employers.identifier), rel=0.02)
    assert rate * part.employers.staff.sum() == pytest.approx(whole.employers.staff.sum(), rel=0.01)
    assert rate * len(part.persons.identifier) == pytest.approx(len(whole.persons.identifier), rel=0.02)


def test_a_labour_scale_above_the_scale_is_the_scale(whole):
    assert stratified(whole, 4, 100).digest == stratified(whole, 4, 4).digest


def test_a_scenario_runs_at_its_labour_scale_with_its_books_in_balance(country):
    shared = {"scale": 1000, "labour_scale": 200, "horizon": "2026-12", "worlds": "frozen"}
    scenario = Scenario.of({**shared, "designs": {"levy": {"quota": {"levy": 1.0}}}})
    people = load(scenario.country, scenario.scale, labour_scale=scenario.labour_scale)
    ground = Ground.of(people, scenario, Behaviour.central(), seed=1)
    assert people.labour_scale == 200
    assert ground.live(scenario, "levy").final.labour.frame.weight == 200.0
    with pytest.raises(InputError, match="labour_scale is 100"):
        ground.live(Scenario.of({**shared, "labour_scale": 100}), "levy")
