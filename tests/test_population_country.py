"""A country is a folder of numbers: bringing one's own, mistakes that are named, and what is kept on disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from sim.errors import CountryError, InputError
from sim.population import build, load, load_country, store
from sim.population.abroad import numbers
from sim.population.expected import EXOGENOUS, EXPECTED, LAST_OUTCOME_YEAR
from sim.population.fitting import Wanted, ipf, lognormal_sizes, mixed, pareto_sizes, shared, spread, whole
from sim.population.margins import CONFIDENCE
from sim.population.people import school_bands
from sim.population.pyramid import pyramid
from sim.work.raking import Margin, raked

SHIPPED = load_country("kyrgyzstan").folder
NAMES = ["Batken", "Jalal-Abad", "Issyk-Kul", "Naryn", "Osh oblast", "Talas", "Chui", "Bishkek", "Osh city"]


@pytest.fixture(scope="module")
def country():
    return load_country("kyrgyzstan")


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "elsewhere"
    shutil.copytree(SHIPPED, copy)
    return copy


@pytest.fixture
def velnia(tmp_path):
    """A folder of the smaller country: what makes people of numbers is the same, and a country is built from it."""
    copy = tmp_path / "elsewhere"
    shutil.copytree(load_country("velnia").folder, copy)
    return copy


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_regions_and_raions_are_in_order(country):
    assert list(country.regions) == NAMES
    assert len(country.raions) == 57
    assert np.all(np.diff(country.raion_oblast) >= 0)
    assert country.raion_population.sum() == pytest.approx(1.0)
    assert country.raion_poor(2022).sum() == pytest.approx(1.0)
    jalal_abad = country.raion_poor(2022)[country.raion_oblast == 1].sum()
    assert jalal_abad == pytest.approx(0.265, abs=0.002)


def test_the_arrays_of_a_country_have_one_value_for_each_region(country):
    assert country.population.shape == country.gdp_per_person.shape == country.wages.shape == (9,)
    assert country.population.sum() == pytest.approx(6_936_000)
    assert country.poverty[2021][1] == pytest.approx(0.432139)
    assert country.gdp_per_person[7] == pytest.approx(370_100)
    assert country.incumbents.shape == (9, 4)
    assert np.all(country.incumbents >= 0)
    assert country.incumbents.sum() == pytest.approx(1_713_670, rel=0.001)
    assert country.incumbents[:, 0].sum() == pytest.approx(348_633, rel=0.001)
    assert country.employment_rate.shape == (2, 2)
    assert np.all(country.employment_rate[0] > country.employment_rate[1])
    assert country.national_wages[2025] == 44_400


def test_a_margin_says_where_it_comes_from_and_what_else_exists(country):
    margin = country.margin("poverty", "Talas", 2022)
    assert (margin.value, margin.unit, margin.confidence) == (23.9198, "percent", "A")
    assert country.margin("average_wage").year == 2025
    with pytest.raises(CountryError, match="did you mean 'poverty'"):
        country.margin("povrety")
    with pytest.raises(CountryError, match="not given for Atlantis; it is given for"):
        country.margin("poverty", "Atlantis")
    with pytest.raises(CountryError, match="not given for 2019; it is given for 2020, 2021"):
        country.margin("poverty", "Talas", 2019)


def test_every_number_has_unit_source_and_confidence(country):
    for margin in country.margins:
        assert margin.unit
        assert margin.source
        assert margin.confidence in CONFIDENCE


def test_no_outcome_is_later_than_the_last_outcome_year(country):
    later = {m.name.partition("[")[0] for m in country.margins if m.year > LAST_OUTCOME_YEAR}
    assert later <= set(EXOGENOUS)
    assert not {e.name for e in EXPECTED if "contract" in e.name or "placement" in e.name}


def test_an_unknown_country_is_named_with_the_nearest():
    with pytest.raises(CountryError, match="did you mean 'kyrgyzstan'"):
        load_country("kirgizstan")


def test_bringing_other_numbers_needs_no_code(velnia):
    country = load_country("velnia")
    edit(velnia / "margins_households.csv", "population_1jan,118000,persons,2023,Highvale",
         "population_1jan,236000,persons,2023,Highvale")  # fmt: skip
    edit(velnia / "assumptions.csv", "group_share[1],20,", "group_share[1],40,")
    edit(velnia / "assumptions.csv", "group_share[3],40,", "group_share[3],20,")
    other = load_country(velnia)
    assert other.digest != country.digest
    found = build(other)
    homes = found.households
    assert np.all(np.abs(np.bincount(homes.oblast, homes.members) - other.population) < 60)
    grown, coast = (country.regions.index(name) for name in ("Highvale", "Vel Coast"))
    before = country.population[grown] / country.population[coast]
    assert other.population[grown] / other.population[coast] == pytest.approx(2 * before)
    assert np.bincount(found.persons.group)[1] / len(found.persons.group) == pytest.approx(0.4, abs=0.01)


MISTAKES = [
    ("margins_households.csv", "poverty,40.6715,percent,2021,Batken", "poverty,140.67,percent,2021,Batken",
     r"margins_households.csv, line \d+: poverty of Batken in 2021 is 140.67 percent; it must be between 0.5 and 99"),
    ("margins_households.csv", "poverty,40.6715,percent,2021,Batken", "poverty,40.6715,percent,2021,Batkn",
     r"line \d+: region is 'Batkn'; it must be 'country' or a row of regions.csv"),
    ("margins_households.csv", "poverty,40.6715,percent", "poverty,many,percent",
     r"line \d+: value is 'many'; it must be a number"),
    ("margins_households.csv", "poverty,40.6715,percent,2021,", "povrety,40.6715,percent,2021,",
     r"line \d+: name is 'povrety'; did you mean 'poverty'"),
    ("margins_households.csv", "poverty,40.6715,percent,2021,Batken", "poverty,40.6715,percent,2022,Batken",
     "poverty of Batken in 2022 is given twice"),
    ("margins_households.csv", "poverty,40.6715,percent,2021,Batken", "poverty,40.6715,percent,2019,Batken",
     "poverty of Batken in 2021 is missing; add a row in 'percent'"),
    ("margins_households.csv", "poverty,40.6715,percent,2021,Batken", "poverty,40.6715,percent,2024,Batken",
     "poverty of Batken in 2024 is an outcome; outcomes after 2023 must not be in a country"),
    ("margins_employers.csv", "jobs[small],68000,jobs", "jobs[small],68,thousand jobs",
     r"jobs\[small\] of country in 2023 is in 'thousand jobs'; it must be in 'jobs'"),
    ("margins_employers.csv", "disability_register,211650,persons", "disability_register,2,persons",
     "between 10 and 1e[+]08"),
    ("margins_employers.csv", "disability_register,217222,persons", "disability_register,200000,persons",
     "disability_register falls from 211650 in 2022 to 200000 in 2023; it must not fall"),
    ("assumptions.csv", "judgement,C", "judgement,D", "confidence is 'D'; it must be one of A, B"),
    ("assumptions.csv", "0.8,log points,2022,country,judgement,C", "0.8,log points,2022,country,,C",
     "the source is empty"),
    ("raions.csv", "Tokmok,Chui,0.069", "Tokmok,Chui,0.9", "population shares of Chui add up to"),
    ("raions.csv", "Tokmok,Chui", "Tokmok,Chuy", "region is 'Chuy'; did you mean 'Chui'"),
    ("regions.csv", "Bishkek,1", "Bishkek,0", "exactly one of at most 250 regions must have capital = 1"),
    ("copula.csv", "children,-0.35", "kids,-0.35", "variable is 'kids'; known: children"),
    ("copula.csv", "herd,0.15", "herd,1.5", "correlation is 1.5; it must be between -0.95 and 0.95"),
    ("organisations.csv", "general school,education", "general school,eductaion", "did you mean 'education'"),
    ("organisations.csv", "general school,education,budget,2290,46", "general school,education,budget,2290,4600",
     "staff_mean is 4600; it must be between staff_low and staff_high"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), MISTAKES, ids=[f"{m[0]}-{m[3][:24]}" for m in MISTAKES])
def test_a_mistake_in_a_country_is_named_with_its_place(folder, file, old, new, message):
    edit(folder / file, old, new)
    with pytest.raises(CountryError, match=message):
        load_country(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("copula.csv", "education,0.342675", "education,0.95", "together the correlations explain"),
        ("margins_persons.csv", "household_size_surveys,4.2,", "household_size_surveys,9,",
         "no mix of families has these means; the margins .* contradict each other"),
        ("margins_persons.csv", "population_abroad,135000,", "population_abroad,500000,",
         "abroad_share: of "),
    ],
)  # fmt: skip
def test_numbers_that_contradict_each_other_are_refused_when_building(velnia, file, old, new, message):
    edit(velnia / file, old, new)
    with pytest.raises(CountryError, match=message):
        build(load_country(velnia))


@pytest.mark.parametrize(
    ("read", "old", "new", "message"),
    [
        (pyramid, "population_abroad,675000,", "population_abroad,2500000,", "would be abroad; it must not be more"),
        (pyramid, "population_single_age[man|7]", "population_single_age[boy|7]", "write it as sex[|]ages, such as"),
        (pyramid, "abroad_share[man|18-24]", "abroad_share[man|young]", "write ages as 25-29, 7 or 85"),
        (school_bands, "education_share[woman|25-29|higher]", "education_share[woman|25-29|some]", "the levels are"),
        (school_bands, "education_share[man|25-29|higher]", "education_share[boy|25-29|higher]",
         r"education_share\[boy[|]25-29[|]higher\]: write it as sex"),
    ],
)  # fmt: skip
def test_an_unknown_sex_age_or_level_of_people_is_named(folder, read, old, new, message):
    edit(folder / "margins_persons.csv", old, new)
    with pytest.raises(CountryError, match=message):
        read(load_country(folder))


def test_a_missing_file_is_named(folder):
    (folder / "copula.csv").rename(folder / "copula.txt")
    with pytest.raises(CountryError, match=r"copula\.csv is missing"):
        load_country(folder)


def test_a_changed_country_or_seed_is_kept_elsewhere(tmp_path, monkeypatch, country, folder):
    monkeypatch.setenv("KELISHIM_CACHE", str(tmp_path))
    edit(folder / "assumptions.csv", "group_share[1],20,", "group_share[1],21,")
    places = {store.place(c, s, 1000) for c in (country, load_country(folder)) for s in (1, 2)}
    assert len(places) == 4


@pytest.mark.parametrize("scale", [0, -1, 1.5, True])
def test_a_senseless_scale_is_refused(scale, country):
    with pytest.raises(InputError, match="it must be a whole number"):
        load(country, scale)


def test_whole_numbers_keep_their_sum():
    parts = np.random.default_rng(1).random(500) * 3
    for rounded in (whole(parts), spread(parts)):
        assert rounded.sum() == round(parts.sum())
        assert np.all(np.abs(rounded - parts) < 1.0 + 1e-9)


def test_fitting_names_the_two_margins_that_contradict_each_other():
    with pytest.raises(CountryError, match="the margins regions and industries contradict each other"):
        ipf(np.eye(2), [((0,), np.array([3.0, 1.0])), ((1,), np.array([1.0, 3.0]))], ("regions", "industries"))
    types = np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0]])

    def goal(grandparents: float, children: float, size: float) -> Wanted:
        common, names = np.array([grandparents, children]), ("three_generations", "children", "size")
        return Wanted(types, types.sum(axis=1, keepdims=True), np.ones(1), common, np.array([[size]]), names)

    for of, said in (
        (goal(2.5, 0.5, 1.0), "three_generations is 2.5, and families have 0 to 1"),
        (goal(0.5, 0.9, 1.0), r"the margins (children and \w+|\w+ and children) contradict each other"),
        (goal(0.9, 0.1, 0.2), "the margins (three_generations and size|size and three_generations) contradict"),
    ):
        with pytest.raises(CountryError, match=said):
            mixed(np.ones(3), of, "families")


def test_work_names_the_two_margins_that_contradict_each_other():
    def margin(name: str, kinds: tuple[int, ...], axes: tuple[int, ...], *values: float) -> Margin:
        return Margin(name, kinds, axes, lambda table: np.array(values if axes else values[0]))

    rows, kind = margin("employed by region", (0, 1), (0,), 3.0, 1.0), margin("farms", (0,), (), 9.0)
    other = margin("seekers", (1,), (), 0.5)
    with pytest.raises(CountryError, match=r"margins of work: '(employed by region|farms)' and '(farms|employed by)"):
        raked(np.ones((2, 2)), (other, rows, kind))


def test_a_mix_meets_means_in_all_places_together_and_in_each():
    people, children = np.arange(6.0), np.array([0.0, 0.0, 1.0, 1.0, 2.0, 3.0])
    goal = Wanted(children[:, None], people[:, None], np.array([0.25, 0.75]), np.array([1.0]), np.array([[2.0], [3.0]]))
    mix = mixed(np.ones(6), goal, "test")
    assert mix.shape == (2, 6)
    assert np.allclose(mix.sum(axis=1), 1.0)
    assert np.all(mix > 0.0)
    assert np.allclose(mix @ people, [2.0, 3.0], atol=1e-7)
    assert goal.weight @ mix @ children == pytest.approx(1.0, abs=1e-7)


def test_a_mix_that_is_right_already_stays_as_it_was():
    seed = np.array([0.5, 0.3, 0.2])
    types = np.array([[0.0], [1.0], [2.0]])
    goal = Wanted(types, types, np.ones(1), np.array([0.7]), np.array([[0.7]]))
    assert np.allclose(mixed(seed, goal, "test"), seed, atol=1e-8)


@pytest.mark.parametrize("sizes", [pareto_sizes(300, 9000, 5, 400), lognormal_sizes(300, 9000, 5, 400, 0.6)])
def test_sizes_meet_the_total_within_their_bounds(sizes):
    assert sizes.sum() == 9000
    assert sizes.min() >= 5
    assert sizes.max() <= 400
    cells = shared(sizes, np.array([100, 150, 50]), np.array([3500.0, 3000.0, 2500.0]))
    assert np.bincount(cells).tolist() == [100, 150, 50]
    assert np.all(np.abs(np.bincount(cells, sizes) - [3500, 3000, 2500]) < 600)


def test_more_members_abroad_than_receiving_households_can_have_are_refused():
    zero = np.zeros(2, np.uint8)
    homes = {"remittances": np.array([0.0, 9000.0]), "serial": np.arange(2), "oblast": zero, "urban": zero}
    with pytest.raises(CountryError, match="1 households receive remittances and can have at most 5 members abroad"):
        numbers(1, homes, 6)
