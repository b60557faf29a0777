"""A country of one's own: made from another one, checked fault by fault, and taken wherever a country is named."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from country_mutations import Folders

from experiments import kit, study
from experiments.coverage import ABROAD
from experiments.language import language, speak_of
from experiments.protocol import Plan
from experiments.worlds import identity_here
from sim import words
from sim.behaviour import medians
from sim.countries import countries, country_folder, fingerprint, home, name_of, placed, resolved, word_of
from sim.errors import CountryError, InputError, KelishimError
from sim.laws import law_of
from sim.policies import design
from sim.policies.household_law import HOUSEHOLD_LAW
from sim.policies.law import _tables as law_tables
from sim.population import load, load_country
from sim.scenario import Scenario, present_law
from workshop.country import tiles

ROOT = Path(__file__).parents[1]
SAY = language("en")
PROVINCES = ["Aldermark", "Vel Coast", "Highvale", "Southfold", "Port Velna"]
FOREIGN = re.compile(r"\b(som|oblasts?|Kyrgyz\w*|Bishkek|Naryn|сом|сома|сомов|облус\w*|област\w*|Кыргыз\w*)\b")


@pytest.fixture
def folder(tmp_path):
    made, _ = kit.new("oldland", "velnia", tmp_path)
    return made


@pytest.fixture(autouse=True)
def at_home(monkeypatch):
    monkeypatch.setattr(design, "_known", dict(design._known))
    monkeypatch.setattr(design, "_with_laws", dict(design._with_laws))
    yield
    present_law.cache_clear()  # a law that is known puts its country's quota laws on file again
    law_of.cache_clear()
    speak_of(home())


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(folder) -> list[str]:
    return [fault.sentence for fault in kit.check(str(folder), SAY) if fault.serious]


# The kit --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kyrgyzstan", "velnia"])
def test_the_countries_that_come_along_have_no_fault(name):
    assert faults(name) == []


def test_a_new_country_has_the_files_of_the_other_and_can_be_used_at_once(tmp_path):
    made, left = kit.new("newland", "kyrgyzstan", tmp_path)
    assert made == tmp_path / "newland"
    assert faults(made) == []
    assert "validation.csv" in left
    assert not (made / "validation.csv").exists()
    there = {path.name for path in country_folder("kyrgyzstan").iterdir()}
    assert there - set(kit.LEFT_OUT) | {words.FILE} == {path.name for path in made.iterdir()}
    assert not [path for path in tmp_path.iterdir() if path != made]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Old land", "NAME is 'Old land'; it must be small Latin letters, digits and _, beginning with a letter"),
        ("../x", "NAME is '../x'; it must be small"),
        ("velnia", "NAME is 'velnia'; a country that comes along has this name, take another"),
    ],
)
def test_a_name_that_cannot_be_is_refused(tmp_path, name, says):
    with pytest.raises(InputError, match=re.escape(says)):
        kit.new(name, "kyrgyzstan", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over_a_folder_that_is_there(folder, tmp_path):
    with pytest.raises(InputError, match="oldland: it is there already"):
        kit.new("oldland", "kyrgyzstan", tmp_path)
    assert (folder / "quotas" / "VL_2018.toml").is_file()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("economy.csv", "every command that simulates"),
        ("levy_bases.csv", "quota levy, employer"),
        ("quota.toml", "every command that simulates, quota, employer, redteam"),
        ("yardsticks.csv", "compare, run, budget"),
    ],
)
def test_a_missing_file_is_named_with_the_commands_that_need_it(folder, file, said):
    (folder / file).unlink()
    assert f"{file} is missing; it is for: {said}" in faults(folder)


def test_a_file_that_a_country_may_lack_is_no_fault(folder):
    found = {fault.sentence.partition(" ")[0]: fault.serious for fault in kit.check(str(folder), SAY)}
    assert found["social_contract.toml"] is False
    assert found["validation.csv"] is False


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("margins_households.csv", "population_1jan,332000", "population_1jan,-5", "it must be between 1000"),
        ("margins_households.csv", "population_1jan,332000", "population_1jan,many", "it must be a number"),
        ("margins_households.csv", ",Aldermark,", ",Atlantis,", "region is 'Atlantis'"),
        ("margins_work.csv", "pension_age[men],65", "pension_age[men],99", "must be between 40 and 75"),
        ("economy.csv", "oblast_wage,Highvale", "oblast_wage,Lowvale", "oblast_wage has a value for 'Lowvale'"),
        ("economy.csv", "inflation,,2022-01,0.062", "inflation,,2022-01,9", "it must be"),
        ("quota.toml", "VL_2018", "VL_2019", "design is 'VL_2019'; did you mean 'VL_2018'?"),
        ("quotas/VL_2018.toml", "smallest_size = ", "smalest_size = ", "schedule.smalest_size is not a known key"),
        ("quota_places.csv", "Port Velna", "Port", "oblast is 'Port'"),
        ("child_benefit.toml", "[[per_child]]", "[[per_kid]]", "per_kid"),
        ("social_protection.toml", "value = 65", "value = 650", "pension_age_men"),
        ("behaviour_labour.csv", "\nentering.woman", "\nentering.women", "entering.woman is missing"),
        ("words.toml", '"som" = "tal"', '"som" = 3', "en.som must be a word"),
        ("copula.csv", "children,", "kids,", "variable is 'kids'"),
    ],
)
def test_a_fault_is_one_sentence_that_says_what_would_be_right(folder, file, old, new, says):
    edit(folder / file, old, new)
    found = faults(folder)
    assert found
    assert any(says in sentence for sentence in found), found
    assert all("\n" not in sentence for sentence in found)


def test_every_margin_that_is_missing_gets_its_sentence(folder):
    path = folder / "margins_households.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("poverty,")), encoding="utf-8")
    missing = [sentence for sentence in faults(folder) if sentence.startswith("poverty of")]
    assert len(missing) == 3 * (1 + len(PROVINCES))


def test_a_spoilt_file_gets_sentences_and_never_a_traceback(tmp_path):
    folders, codes = Folders(tmp_path), set()
    for seed in range(40):
        name, done, found = folders.one(seed)
        assert not found, (name, found)
        codes.add(done.exit_code)
    assert codes == {0, 2}, "some can be used and some cannot"


# Wherever a country is named ------------------------------------------------------------------------------------------


def test_a_path_is_a_country_from_the_folder_of_the_command_and_of_the_file(folder, tmp_path, monkeypatch):
    whole = resolved(str(folder))
    assert whole == folder.resolve().as_posix()
    assert name_of(whole) == "oldland"
    assert word_of(folder) == whole
    (tmp_path / "plans").mkdir()
    file = tmp_path / "plans" / "plan.toml"
    file.write_text('country = "../oldland"\n', encoding="utf-8")
    assert Scenario.read(file).country == whole
    assert Plan.read(file).scenario.country == whole
    monkeypatch.chdir(tmp_path)
    assert Scenario.of({"country": "oldland"}).country == whole
    assert Scenario.of({"country": "./oldland"}) == Scenario.of({"country": str(folder)})
    assert resolved(str(country_folder("velnia"))) == "velnia"


def test_a_country_that_is_none_gets_one_sentence(tmp_path):
    with pytest.raises(InputError, match="country is 'velna'; did you mean 'velnia'"):
        Scenario.of({"country": "velna"})
    with pytest.raises(
        InputError, match=re.escape("a folder without regions.csv; it must have the files of a country")
    ):
        Scenario.of({"country": str(tmp_path)})


def test_a_country_lacks_what_its_folder_lacks_and_not_more(folder):
    law = present_law(resolved(str(folder)))
    assert law.social_contract.slots.at(48) == 0.0
    assert law.quota.design.at(48) == "VL_2018"
    assert law.services.accommodation_ceiling.at(48) == 5000
    (folder / "child_benefit.toml").unlink()
    present_law.cache_clear()
    law_tables.cache_clear()
    HOUSEHOLD_LAW.in_force(resolved(str(folder)))  # its own file is there
    with pytest.raises(CountryError, match=re.escape("child_benefit.toml is missing")):
        present_law(resolved(str(folder)))


@pytest.mark.parametrize("file", ["economy.csv", "margins_work.csv", "quotas/VL_2018.toml", "validation.csv"])
def test_the_fingerprint_changes_with_any_number_of_any_file(tmp_path, file):
    folder = tmp_path / "velnia"
    shutil.copytree(country_folder("velnia"), folder)
    before = fingerprint(str(folder))
    assert before == fingerprint("velnia")
    text = (folder / file).read_text(encoding="utf-8")
    at = max(text.rfind(digit) for digit in "123456789")
    (folder / file).write_text(f"{text[:at]}{int(text[at]) % 9 + 1}{text[at + 1 :]}", "utf-8")
    assert fingerprint(str(folder)) != before


def test_a_study_of_another_country_has_another_identity_and_where_the_folder_is_does_not_matter(tmp_path):
    first, second = tmp_path / "a" / "velnia", tmp_path / "b" / "velnia"
    for each in (first, second):
        shutil.copytree(country_folder("velnia"), each)
    edit(second / "economy.csv", "0.062", "0.061")
    plain = {"scale": 1000, "labour_scale": 1000, "prior": "medians", "horizon": "2026-12"}
    shipped, same, other = (
        study.prepare(Scenario.of(plain | {"country": str(one)})).identity for one in ("velnia", first, second)
    )
    assert shipped == same
    assert other["population"] == same["population"]
    assert other["country"] != same["country"]
    assert set(identity_here(json.dumps(Scenario.of(plain).as_dict()))) == {"code", "population", "country"}


def test_no_country_is_called_calibrated_with_the_draws_of_another():
    plain = {"scale": 1000, "labour_scale": 1000, "draws": 1, "horizon": "2026-12"}
    made = study.prepare(Scenario.of(plain | {"country": "velnia"}))
    assert made.status == "prior scenario"
    assert "There is no posterior for this country yet." in made.coverage
    arms = {"here": {"design": "today"}, "there": {"design": "today", "country": "velnia"}}
    plan = Plan.of(plain | {"study": {"arms": arms}})
    assert plan.abroad() == ["there"]
    assert plan.variants()["there"]["country"] == "velnia"
    both = study.prepare(plan)
    assert both.status != "calibrated"
    assert both.coverage.endswith(ABROAD)
    alone = Plan.of(plain | {"study": {"arms": {"here": {"design": "today"}}}})
    assert not study.prepare(alone).coverage.endswith(ABROAD)


def test_a_calibrated_status_is_taken_back_where_an_arm_lives_elsewhere(monkeypatch):
    plain = {"scale": 1000, "labour_scale": 1000, "draws": 1, "horizon": "2026-12"}
    real = study.parameter_sets
    monkeypatch.setattr(study, "parameter_sets", lambda *given: real(*given)._replace(status="calibrated"))
    assert study.prepare(Scenario.of(plain)).status == "calibrated"
    arms = {"there": {"design": "today", "country": "velnia"}}
    assert study.prepare(Plan.of(plain | {"study": {"arms": arms}})).status == "prior scenario"


def test_paths_of_arms_are_read_from_the_file_too(folder, tmp_path):
    values = {"study": {"arms": {"a": {"country": "oldland"}, "b": {"country": "velnia"}}}, "name": "x"}
    moved = placed(values, tmp_path)
    assert moved["study"]["arms"] == {"a": {"country": resolved(str(folder))}, "b": {"country": "velnia"}}


# The second country ---------------------------------------------------------------------------------------------------


def test_velnia_is_unlike_kyrgyzstan():
    assert countries() == ("kyrgyzstan", "velnia")
    made = load_country("velnia")
    assert list(made.regions) == PROVINCES
    assert made.population.sum() < 1.5e6
    law = HOUSEHOLD_LAW.in_force("velnia")
    assert (law.pension_age_men.at(48), law.pension_age_women.at(48)) == (65, 62)
    assert [made.value(f"pension_age[{who}]") for who in ("men", "women")] == [65, 62]
    line = "consuming.poverty_line"
    assert medians("velnia")[line] == pytest.approx(medians()[line] / 20, rel=1e-4)
    for margin in made.margins:
        assert margin.source == "Invented for Velnia, a country that does not exist"


def test_velnia_is_peopled_by_its_own_numbers():
    people = load("velnia", 200)
    assert people.country.name == "velnia"
    assert people.households.oblast.max() == 4
    weight = people.households.weight.astype(float)
    at_home = people.country.population.sum() - people.country.value("population_abroad")
    assert float((weight * people.households.size).sum()) == pytest.approx(at_home, rel=0.02)


def test_the_words_of_a_country_are_used_and_only_theirs():
    speak_of("velnia")
    assert language("en").text("som a month") == "tal a month"
    assert language("en").text("{som} som", som=3) == "3 tal"
    assert "талов" in language("ru").text("Consumption of the household, som a month")
    assert language("ky").text("Highvale") == "Хайвейл"
    speak_of("kyrgyzstan")
    assert language("en").text("som a month") == "som a month"


def test_tiles_stand_in_rows_where_a_country_says_nothing(folder):
    assert tiles("velnia")["Port Velna"] == (3, 2)
    found = tiles(resolved(str(folder)))
    assert list(found) == PROVINCES
    assert list(found.values()) == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)]


def run(*given: str, cwd=None) -> tuple[int, str]:
    command = [sys.executable, "-m", "experiments.cli", "--country", *given]
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "160"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings, cwd=cwd)
    return done.returncode, done.stdout + done.stderr


def test_the_page_is_that_of_the_second_country():
    code = (
        "import json\n"
        "from workshop import pages, catalogue\n"
        "from workshop.designs import Design, read, scenario\n"
        "from workshop.lives import PERSONAS\n"
        "fixed = pages._fixed()\n"
        "made = {c: catalogue.page_catalogue(c)['messages'] for c in ('en', 'ru', 'ky')}\n"
        "print(json.dumps([fixed['regions'], [l['key'] for l in fixed['levers']], fixed['examples'],\n"
        "                  made, scenario([Design()], scale=1000).country, [one.name for one in PERSONAS]]))\n"
    )
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "KELISHIM_COUNTRY": "velnia"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=surroundings)
    assert done.returncode == 0, done.stderr
    regions, levers, examples, made, country, personas = json.loads(done.stdout)
    assert sorted(region["name"] for region in regions) == sorted(PROVINCES)
    assert country == "velnia"
    assert personas == ["school", "sewing", "family", "employer"], "nobody of a region that is not there"
    assert {"grant", "child", "size"} <= set(levers)
    assert [one["design"]["contracts"] for one in examples] == [1500, 0, 0]
    assert made["en"]["unit|som a year"] == "tal a year"
    for messages in made.values():
        forms = [one for said in messages.values() for one in ([said] if isinstance(said, str) else said)]
        assert not [one for one in forms if FOREIGN.search(one)]


def test_an_unknown_country_of_the_option_is_one_sentence():
    code, text = run("velna", "check", "demo")
    assert (code, text.strip()) == (2, "country is 'velna'; did you mean 'velnia'?")


@pytest.mark.parametrize(
    ("file", "old", "new", "given", "says"),
    [
        ("words.toml", "[ru]", "[ru", ("quota", "list"), "oldland/words.toml: "),
        (
            "behaviour_labour.csv",
            "contributing.employer_severe",
            "x",
            ("household", "--adult", "30"),
            "has no row that",
        ),
        ("behaviour_labour.csv", "name,", "nam,", ("serve",), "behaviour_labour.csv: the columns must be name"),
        ("levy_bases.csv", "value,", "valu,", ("quota", "levy", "VL_2018"), "levy_bases.csv: the columns must be"),
    ],
)
def test_a_fault_of_a_country_is_one_sentence_in_every_command(folder, file, old, new, given, says):
    edit(folder / file, old, new)
    code, text = run(str(folder), *given)
    assert code == 2
    assert says in " ".join(text.split())
    assert "Traceback" not in text


def test_a_country_of_the_environment_that_is_none_is_one_sentence():
    command = [sys.executable, "-m", "experiments.cli", "check", "demo"]
    surroundings = os.environ | {"KELISHIM_COUNTRY": "velna"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=surroundings)
    assert (done.returncode, done.stderr.strip()) == (2, "country is 'velna'; did you mean 'velnia'?")


def test_reading_a_country_never_writes_into_it(folder):
    before = fingerprint(str(folder))
    list(kit.check(str(folder), SAY))
    with pytest.raises(KelishimError):
        Scenario.of({"country": str(folder), "designs": {"a": {"quota": "NO_SUCH"}}})
    assert fingerprint(str(folder)) == before
