"""A population of the households of a survey: whole, with its own people, and like the country the survey is of."""

import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments import kit
from experiments.cli import app
from experiments.intake import example, margins, peopling, replicates, reweighting
from experiments.intake.errors_of_sample import design_of
from experiments.intake.figures import estimate, figures, of_population
from experiments.intake.mapping import survey_map
from experiments.intake.survey import take
from experiments.language import language
from sim.countries import resolved
from sim.errors import CountryError, InputError
from sim.population import build, load, load_country, store, surveyed
from sim.population.country import SURVEY
from sim.population.surveyed import ORDER, Surveyed, peopled
from sim.scenario import Scenario

LAND = load_country("velnia")


@pytest.fixture(scope="module")
def base():
    return build(LAND)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("survey") / "example"
    example.into(folder, ".csv", "velnia")
    return folder


@pytest.fixture(scope="module")
def survey(files):
    return take(files / "survey.csv", survey_map(files / "survey.toml")).survey


@pytest.fixture(scope="module")
def weighted(survey):
    return reweighting.reweight(survey.weight, margins.of_country(survey, LAND), 3.0)


@pytest.fixture(scope="module")
def found(survey, weighted, base):
    return peopling.peopled(survey, reweighting.whole_numbers(weighted.new, 1), base, 1)


@pytest.fixture(scope="module")
def people(base, found):
    return peopled(base, found.made)


def all_of(base, donor):
    return Surveyed(donor, base.households.permanent_score[donor], base.households.shock_score[donor], base.digest)


def test_every_household_once_in_any_order_is_the_country_itself(base):
    order = np.random.default_rng(1).permutation(len(base.households.identifier))
    made = peopled(base, all_of(base, order))
    for name in ("households", "everyone", "persons", "newborns", "onsets"):
        for column, before, after in zip(
            getattr(base, name)._fields, getattr(base, name), getattr(made, name), strict=True
        ):
            assert before.dtype == after.dtype, (name, column)
            if column not in ("household", "person", "first_person", "identifier"):
                assert np.array_equal(np.sort(before), np.sort(after)), (name, column)
    assert np.array_equal(made.households.identifier, base.households.identifier)
    assert np.array_equal(made.everyone.identifier, base.everyone.identifier)


def test_households_that_come_often_have_people_children_and_certificates_of_their_own(base):
    homes = base.households
    donor = np.flatnonzero(homes.with_disability > 0)[:40].repeat(25)
    made = peopled(base, all_of(base, donor))
    assert len(np.unique(made.households.identifier)) == len(donor)
    assert len(np.unique(made.everyone.identifier)) == len(made.everyone.identifier)
    assert len(np.unique(made.newborns.identifier)) == len(made.newborns.identifier)
    first, members = made.households.first_person.astype(int), made.households.members.astype(int)
    for k in (0, 17, len(donor) - 1):
        assert np.all(made.everyone.household[first[k] : first[k] + members[k]] == k)
    certified = made.persons
    assert np.all(made.everyone.group[certified.person] == certified.group)
    mine = made.households.identifier[made.everyone.household[certified.person]]
    assert np.array_equal(certified.household, mine)
    mothers = made.newborns.identifier.astype(np.int64) & ~ORDER
    row = {int(who): k for k, who in enumerate(made.everyone.identifier)}
    for child in range(0, len(mothers), 97):
        mother = row[int(mothers[child])]
        assert made.everyone.woman[mother] == 1
        assert made.newborns.household[child] == made.households.identifier[made.everyone.household[mother]]
    assert np.isin(made.onsets.person, made.everyone.identifier).all()
    assert np.all(np.diff(made.onsets.person.astype(np.int64)) >= 0)
    assert len(made.newborns.identifier) == 25 * len(peopled(base, all_of(base, donor[::25])).newborns.identifier)


def test_a_population_of_a_survey_is_that_of_its_country_within_two_standard_errors(survey, base, people):
    truth, mine = of_population(base, survey), of_population(people, survey)
    design = design_of(survey.stratum, survey.unit)
    errors = {one.key: estimate(one, design, survey.weight).error for one in figures(survey, LAND) if one.key in mine}
    assert set(errors) == set(truth)
    far = {key: (mine[key] - truth[key]) / errors[key] for key in truth}
    assert all(abs(value) < 2.0 for value in far.values()), far


def test_every_household_counts_as_often_as_its_weight_says(weighted, found, people):
    assert len(found.made.donor) == round(weighted.new.sum())
    assert len(people.households.identifier) == len(found.made.donor)
    rounded = np.mean([reweighting.whole_numbers(weighted.new, seed) for seed in range(60)], axis=0)
    assert np.abs(rounded - weighted.new).max() < 0.35
    assert float((rounded - weighted.new).mean()) == pytest.approx(0.0, abs=1e-3)


def test_regions_and_places_are_those_of_the_survey(weighted, survey, people):
    wanted = np.bincount(survey.households["region"].astype(int), weighted.new)
    assert np.bincount(people.households.oblast) == pytest.approx(wanted, abs=1.0 + 0.002 * wanted.max())
    town = float(weighted.new @ (survey.households["place"] == 1)) / weighted.new.sum()
    assert float((people.households.urban == 1).mean()) == pytest.approx(town, abs=0.003)


def test_where_a_household_stands_in_consumption_is_the_survey_s_own(base, survey, weighted):
    weight = reweighting.whole_numbers(weighted.new, 1)
    made = peopling.peopled(survey, weight, base, 1).made
    owner = np.repeat(np.arange(len(weight)), weight)
    standing = peopling._standing(survey, weight)[owner]
    r = base.covariate_correlation
    permanent = (1.0 - r * r) * peopling.remaining_permanent(LAND, r)
    known = ~np.isnan(standing)
    score = base.households.covariate_score[made.donor]
    total = r * score + np.sqrt(permanent) * made.permanent + np.sqrt(1.0 - r * r - permanent) * made.shock
    assert total[known] == pytest.approx(standing[known], abs=1e-6)
    assert float(np.std(made.permanent)) == pytest.approx(1.0, abs=0.15)
    assert float(np.std(made.shock)) == pytest.approx(1.0, abs=0.15)


def without(files, tmp_path, *names) -> Path:
    text = (files / "survey.toml").read_text(encoding="utf-8")
    for name in names:
        text = re.sub(rf"(?m)^{name} = .*\n", "", text)
        text = re.sub(rf"\[codes\.{name}\]\n(?:[^\[\n]+\n)*", "", text)
    path = tmp_path / "less.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_the_survey_does_not_know_is_named_and_comes_from_like_households(files, base, tmp_path):
    path = without(files, tmp_path, "education", "consumption", "certificate", "place")
    less = take(files / "survey.csv", survey_map(path)).survey
    done = reweighting.reweight(less.weight, margins.of_country(less, LAND), 3.0)
    made = peopling.peopled(less, reweighting.whole_numbers(done.new, 1), base, 1)
    whole = {one.what for one in made.imputed if one.households == one.of}
    assert {"education", "position in consumption", "disability certificate", "town or village"} <= whole
    assert {"land and animals", "births and deaths to come"} <= whole
    assert np.array_equal(made.made.shock, base.households.shock_score[made.made.donor])
    some = {one.what: one.households for one in peopling._imputed(less) if one.households < one.of}
    assert "region" not in some


def test_the_same_survey_and_seed_give_the_same_households(survey, weighted, base, found):
    again = peopling.peopled(survey, reweighting.whole_numbers(weighted.new, 1), base, 1).made
    assert all(np.array_equal(one, other) for one, other in zip(again[:3], found.made[:3], strict=True))
    other = peopling.peopled(survey, reweighting.whole_numbers(weighted.new, 1), base, 2).made
    assert not np.array_equal(other.donor, again.donor)


@pytest.fixture(scope="module")
def folder(found, tmp_path_factory):
    where = tmp_path_factory.mktemp("made")
    write = lambda draft: surveyed.write(found.made, draft / SURVEY)  # noqa: E731 one line
    return kit.new("ofsurvey", "velnia", where, (), write)[0]


def test_scenarios_and_checks_take_the_country_of_a_survey(folder, people):
    assert [fault for fault in kit.check(str(folder), language("en")) if fault.serious] == []
    mine = load(str(folder), 200)
    assert mine.digest != load("velnia", 200).digest
    assert Scenario.of({"country": str(folder)}).country == resolved(str(folder))
    weight = mine.households.weight.astype(float)
    assert float(weight.sum()) == pytest.approx(len(people.households.identifier), rel=0.01)


def test_a_country_of_a_survey_has_the_populations_of_its_replicates_and_no_others(
    folder, survey, weighted, base, found
):
    land = load_country(folder)
    with pytest.raises(InputError, match="population is 2; it must be 1 to 1: the survey of this country and its"):
        load(str(folder), 200, seed=2)
    alike = peopling.likeness(survey, base)
    made = list(replicates.populations(survey, base, weighted, alike, (1, 2)))
    assert not np.array_equal(made[0].donor, made[1].donor)
    assert abs(len(made[0].donor) - len(found.made.donor)) <= 1, "each meets the margins"
    again = next(replicates.populations(survey, base, weighted, alike, (1, 1)))
    assert all(np.array_equal(one, other) for one, other in zip(again[:3], made[0][:3], strict=True))
    surveyed.write(made[0], surveyed.file_of(folder, 2))
    assert surveyed.replicates(folder) == 1
    assert np.array_equal(surveyed.read(folder, 2).donor, made[0].donor)
    assert load_country(folder).digest != land.digest
    surveyed.file_of(folder, 2).unlink()


def test_households_made_with_other_numbers_are_refused(base, found):
    with pytest.raises(CountryError, match=re.escape("survey.npz was made with other numbers of the country")):
        peopled(base, found.made._replace(base="another"))
    with pytest.raises(CountryError, match="other numbers"):
        peopled(base, found.made._replace(donor=found.made.donor + 10**7))


@pytest.mark.parametrize("spoil", [lambda raw: raw[:100], lambda raw: b"no archive", lambda raw: raw[::-1]])
def test_a_damaged_file_gets_one_sentence(folder, tmp_path, spoil):
    (tmp_path / SURVEY).write_bytes(spoil((folder / SURVEY).read_bytes()))
    with pytest.raises(CountryError, match="make it anew by kelishim population --survey"):
        surveyed.read(tmp_path)
    assert surveyed.read(tmp_path.parent) is None


def test_the_command_makes_the_folder_whole_or_not_at_all(files, tmp_path, monkeypatch):
    run = CliRunner()
    given = ["population", "--survey", str(files / "survey.csv")]
    assert "--survey needs --map MAP.toml" in run.invoke(app, given).output
    given += ["--map", str(files / "survey.toml"), "--out"]
    assert "NAME is 'A B'" in run.invoke(app, [*given, str(tmp_path / "A B")]).output
    monkeypatch.setattr(kit.shutil, "copytree", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "no room", "disk")))
    assert run.invoke(app, [*given, str(tmp_path / "country")]).exit_code == 1
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []
    done = run.invoke(app, [*given, str(tmp_path / "country"), "--language", "ru"])
    assert done.exit_code == 0, done.output
    assert "Что взято из искусственной страны" in done.output
    assert (tmp_path / "country" / SURVEY).is_file()
    assert store.place(load_country(tmp_path / "country"), 1, 100) != store.place(LAND, 1, 100)
    assert "made of a survey itself" in run.invoke(
        app, ["population", "--survey", str(files / "survey.csv"), "--map", str(mapped(files, tmp_path)), "--out", "x"]
    ).output  # fmt: skip


def mapped(files, tmp_path) -> Path:
    text = (files / "survey.toml").read_text(encoding="utf-8")
    path = tmp_path / "again.toml"
    path.write_text(text.replace('country = "velnia"', 'country = "country"'), encoding="utf-8")
    return path
