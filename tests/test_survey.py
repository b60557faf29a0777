"""A survey that somebody brings: read by its map from four kinds of file, with one sentence for each fault."""

from __future__ import annotations

import json
import re
import sys

import numpy as np
import pandas
import pytest
from survey_files import COLUMNS, MAP, survey_rows, written
from test_cli import call

from experiments.intake import example, guessing, reading
from experiments.intake.mapping import survey_map
from experiments.intake.survey import take
from experiments.intake.variables import SURVEY, with_regions
from experiments.language import NAMES, language
from sim.errors import InputError
from sim.policies.law import regions

REGIONS = regions("kyrgyzstan")


@pytest.fixture(scope="module")
def frame():
    """A small part of the example survey."""
    whole = example.survey(example.lived())
    return whole[whole["hhid"] % 10 == 0]


def brought(folder, frame, ending):
    """Write the example in a form, with its map; return what is taken of it."""
    folder.mkdir(exist_ok=True)
    example.write(frame, folder / f"survey{ending}", REGIONS)
    (folder / "survey.toml").write_text(example.map_text(example.COLUMNS, REGIONS, "kyrgyzstan"))
    return take(folder / f"survey{ending}", survey_map(folder / "survey.toml"))


def same(one, other):
    assert one.names == other.names
    for name in ("home", "weight", "stratum", "unit"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    for table in ("households", "persons"):
        mine, theirs = getattr(one, table), getattr(other, table)
        assert mine.keys() == theirs.keys()
        for name in mine:
            assert np.array_equal(mine[name], theirs[name], equal_nan=True), name


@pytest.mark.parametrize("ending", [".dta", ".sav", ".parquet"])
def test_every_kind_of_file_gives_the_same_survey(frame, tmp_path, ending):
    plain, other = brought(tmp_path / "csv", frame, ".csv"), brought(tmp_path / "other", frame, ending)
    assert not [fault for fault in other.faults if not fault.note]
    same(plain.survey, other.survey)


@pytest.mark.parametrize("ending", [".dta", ".sav"])
def test_the_first_map_of_a_labelled_file_is_right_as_it_is(frame, tmp_path, ending):
    own = brought(tmp_path, frame, ending)
    text = guessing.written(guessing.Files(tmp_path / f"survey{ending}"), with_regions(SURVEY, REGIONS), language("en"))
    (tmp_path / "first.toml").write_text(text)
    same(own.survey, take(tmp_path / f"survey{ending}", survey_map(tmp_path / "first.toml")).survey)


def test_the_first_map_names_what_it_did_not_find_and_codes_without_an_answer(tmp_path):
    rows = [{"hhid": "1", "wgt": "2", "gender": k, "q7": "x"} for k in ("F", "M", "refused")]
    file, _ = written(tmp_path, rows)
    text = guessing.written(guessing.Files(file), with_regions(SURVEY, REGIONS), language("en"))
    assert 'sex = "gender"' in text
    assert '# age = ""' in text
    assert 'sex = ["refused"]' in text
    assert 'F = "woman"' in text
    assert "q7" not in text


def test_persons_and_households_may_be_in_two_files(tmp_path):
    of_home = ("weight", "stratum", "psu", "region", "place", "consumption")
    rows = survey_rows()
    one = take(*(lambda f, m: (f, survey_map(m)))(*written(tmp_path, rows)))
    persons = [{name: row[name] for name in COLUMNS if name not in of_home} for row in rows]
    homes = list({row["household"]: {"hh": row["household"], **{name: row[name] for name in of_home}}
                  for row in rows}.values())  # fmt: skip
    written(tmp_path, homes, name="homes")
    text = "[columns]\n" + "".join(f'{n} = "{n}"\n' for n in COLUMNS if n not in of_home)
    text = f'households_file = "homes.csv"\n{text}[household_columns]\nhousehold = "hh"\n'
    text += "".join(f'{name} = "{name}"\n' for name in of_home)
    file, made = written(tmp_path, persons, text, "persons")
    two = take(file, survey_map(made))
    assert not two.faults.bad
    for name in ("weight", "stratum", "home"):
        assert np.array_equal(getattr(one.survey, name), getattr(two.survey, name))
    assert len(np.unique(one.survey.unit)) == len(np.unique(two.survey.unit)) == 15
    assert np.array_equal(one.survey.households["consumption"], two.survey.households["consumption"])
    written(tmp_path, [*homes[1:], {**homes[0], "hh": "nobody"}], name="homes")
    said = " ".join(fault.said(language("en")) for fault in take(file, survey_map(made)).faults)
    assert "household h0 has persons and no row in homes.csv" in said
    assert "household nobody has no person in persons.csv" in said


def test_the_first_map_of_two_files_joins_them(tmp_path):
    rows = survey_rows()
    of_home = ("weight", "stratum", "psu", "region", "place", "consumption")
    persons = [{name: row[name] for name in COLUMNS if name not in of_home} for row in rows]
    homes = list({r["household"]: {name: r[name] for name in ("household", *of_home)} for r in rows}.values())
    (tmp_path / "maps").mkdir()
    file, _ = written(tmp_path, persons, name="persons")
    second, _ = written(tmp_path, homes, name="homes")
    done = call("survey", "map", file, "--households", second, "--out", tmp_path / "maps" / "both.toml")
    assert done.exit_code == 0, done.stderr
    text = (tmp_path / "maps" / "both.toml").read_text()
    assert 'households_file = "../homes.csv"' in text
    assert 'weight = "weight"' in text.split("[household_columns]")[1]
    both = take(file, survey_map(tmp_path / "maps" / "both.toml"))
    assert not both.faults
    assert both.survey.weight[3] == 103.0
    done = call("survey", "map", file, "--households", second, "--out", tmp_path / "x.toml", "--of", "register")
    assert (done.exit_code, done.stderr.strip()) == (2, "--households is for surveys; a register has one file")


def changed(rows, where, **values):
    return [{**row, **values} if where(row) else row for row in rows]


def of(name):
    return lambda row: row["household"] == name


EVERY = survey_rows()
FAULTS = {
    "an unknown code": (changed(EVERY, of("h3"), sex="3"), r"sex: unknown codes: '3' \(rows: 4, the first is row 7\)"),
    "no weight": (changed(EVERY, of("h3"), weight=""), r"weight: household h3 has no weight; every household must"),
    "a weight of zero": (changed(EVERY, of("h3"), weight="0"), r"weight: row 7 has '0'; it must be a number above 0"),
    "no adult": (changed(EVERY, of("h3"), age="9"), r"age: in household h3 the oldest member is 9 years old; .* of 16"),
    "a decimal comma": (changed(EVERY, of("h3"), pay="12500,5"), r"pay: row 7 has '12500,5'; .* \(12500\.5\)"),
    "an age of 300": (changed(EVERY, of("h3"), age="300"), r"age: row 7 has '300'; it must be a number from 0 to 120"),
    "two weights": (
        changed(EVERY, lambda r: of("h3")(r) and r["person"] == "2", weight="7"),
        r"household h3 has '103' and '7'; all rows of a household must say the same",
    ),
    "a person twice": (changed(EVERY, of("h3"), person="1"), r"person: '1' occurs twice in household h3"),
    "no household": (changed(EVERY, of("h3"), household=""), r"household: row 7 is empty; every row must say"),
    "an empty column": (changed(EVERY, lambda _: True, pay=""), r"pay: the column is empty; it must have values"),
    "no stratum": (changed(EVERY, of("h3"), stratum=""), r"household h3 has no stratum; every household must"),
}  # fmt: skip
NOTES = {
    "a stratum with one unit": (
        changed(EVERY, lambda r: r["stratum"] == "2", psu="1"),
        r"stratum: stratum '2' has one primary sampling unit; it must have two or more",
    ),
    "a constant column": (
        changed(EVERY, lambda _: True, place="rural"), r"place: every row has 'rural'; a column must vary",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [*FAULTS, *NOTES])
def test_a_fault_gets_one_sentence_with_owner_value_and_what_would_be_right(tmp_path, name):
    rows, says = (FAULTS | NOTES)[name]
    file, made = written(tmp_path, rows)
    taken = take(file, survey_map(made))
    said = [fault.said(language("en")) for fault in taken.faults]
    assert len(said) == 1, said
    assert re.search(says, said[0]), said
    assert said[0].startswith("survey.csv: ")
    assert taken.faults.bad == (name in FAULTS) == (taken.survey is None)


def test_a_good_survey_has_no_fault_and_units_of_a_stratum_are_its_own(tmp_path):
    file, made = written(tmp_path, EVERY)
    taken = take(file, survey_map(made))
    assert not taken.faults
    assert len(np.unique(taken.survey.unit)) == 15, "unit 1 of one stratum is not unit 1 of another"
    assert taken.survey.weight[3] == 103.0
    assert np.isnan(taken.survey.persons["pay"]).any()


def test_codes_missing_answers_and_factors_of_the_map_are_used(tmp_path):
    rows = changed(EVERY, of("h3"), sex="02", age="99", consumption="240000")
    extra = '[codes.sex]\n1 = "man"\n2 = "woman"\n[missing]\nage = [99]\n[factors]\nconsumption = 0.5\n'
    file, made = written(tmp_path, rows, MAP + extra)
    taken = take(file, survey_map(made))
    mine = taken.survey.home == 3
    assert np.all(taken.survey.word("sex", "woman")[mine])
    assert np.all(np.isnan(taken.survey.persons["age"][mine]))
    assert taken.survey.households["consumption"][3] == 120000.0
    assert [fault.values["value"] for fault in taken.faults] == ["1"], "the code that no row has is noted"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (MAP.replace("weight = ", "wieght = "), "columns.wieght is not a known variable; did you mean 'weight'?"),
        (MAP.replace('age = "age"\n', ""), "columns.age is missing; it must be given"),
        (MAP + '[codes.sex]\n1 = "boy"\n', "codes.sex gives '1' the word 'boy'; known: man, woman"),
        (MAP + '[codes.age]\n1 = "man"\n', "codes.age is given; age has no codes, leave it out"),
        (MAP + "[factors]\nsex = 2.0\n", "factors.sex is given; sex is no number, leave it out"),
        (MAP + "[factors]\nage = -2.0\n", "factors.age is -2; it must be above 0"),
        (MAP + '[codes.education]\n1 = "higher"\n', "codes.education has no column; name the column in [columns]"),
        ('country = "france"\n' + MAP, "country is 'france'; known: kyrgyzstan"),
        (MAP + '[household_columns]\nhousehold = "household"\n', "households_file and [household_columns] belong"),
        (MAP + "[colums]\n", "colums is not a known key; did you mean 'columns'?"),
        (MAP.replace('"sex"', "1"), "columns.sex is 1; it must be a text in quotation marks"),
    ],
)  # fmt: skip
def test_a_wrong_map_gets_one_sentence(tmp_path, text, says):
    _, made = written(tmp_path, EVERY, text)
    with pytest.raises(InputError) as found:
        survey_map(made)
    assert says in str(found.value)


def test_a_column_that_the_file_lacks_is_named_with_the_nearest(tmp_path):
    file, made = written(tmp_path, EVERY, MAP.replace('"weight"', '"wieght"'))
    with pytest.raises(InputError, match=r"there is no column 'wieght'; did you mean 'weight'\?"):
        take(file, survey_map(made))


def test_check_ends_with_two_where_something_must_be_mended_and_with_zero_where_not(tmp_path):
    file, made = written(tmp_path, EVERY)
    good = call("survey", "check", file, "--map", made)
    assert (good.exit_code, good.stderr) == (0, "")
    assert "The file can be used." in good.stdout
    assert "In work, of persons of 15 years and more" in re.sub(r"\s+", " ", good.stdout)
    file, made = written(tmp_path, FAULTS["no weight"][0])
    bad = call("survey", "check", file, "--map", made, "--format", "json")
    assert bad.exit_code == 2
    assert json.loads(bad.stdout)["faults"]["notes"][0].startswith("survey.csv: weight: household h3 has no weight")
    weighed = call("survey", "weigh", file, "--map", made, "--out", tmp_path / "weights.csv")
    assert (weighed.exit_code, len(weighed.stderr.splitlines())) == (2, 1)
    assert not list(tmp_path.glob("*weights*"))


@pytest.mark.parametrize("code", [code for code in NAMES if code != "en"])
def test_what_is_printed_is_in_the_language_asked_for(tmp_path, code):
    file, made = written(tmp_path, FAULTS["no adult"][0])
    said = call("survey", "check", file, "--map", made, "--language", code).stdout
    own = {"survey", "csv", *COLUMNS}
    assert set(re.findall(r"[A-Za-z]{3,}", said)) <= own


def test_nothing_is_written_over_and_a_map_is_whole_or_absent(tmp_path):
    file, made = written(tmp_path, EVERY)
    first = call("survey", "map", file)
    assert first.exit_code == 0
    assert (tmp_path / "survey.map.toml").read_text().startswith("# A first map of survey.csv")
    again = call("survey", "map", file)
    assert again.exit_code == 2
    assert "the file is there already" in again.stderr
    before = sorted(path.name for path in tmp_path.iterdir())
    for arguments in (("map", tmp_path / "none.dta"), ("map", file, "--out", tmp_path / "no" / "x.toml"),
                      ("weigh", file, "--map", made, "--out", file), ("example", tmp_path)):  # fmt: skip
        done = call("survey", *arguments)
        assert (done.exit_code, len(done.stderr.strip().splitlines())) == (2, 1), done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_the_example_is_written_whole_and_can_be_checked_at_once(tmp_path):
    folder = tmp_path / "try"
    done = call("survey", "example", folder, "--as", "stata")
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in folder.iterdir()) == [
        "register.csv", "register.toml", "survey.dta", "survey.toml",
    ]  # fmt: skip
    assert 2_900 < len(pandas.read_stata(folder / "survey.dta", columns=["hhid"])["hhid"].unique()) < 3_100
    for arguments in (("survey", "check", folder / "survey.dta", "--map", folder / "survey.toml"),
                      ("register", folder / "register.csv", "--map", folder / "register.toml")):  # fmt: skip
        assert call(*arguments).exit_code == 0


def test_an_example_that_cannot_be_finished_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(example, "register", full)
    done = call("survey", "example", tmp_path / "try")
    assert done.exit_code == 1
    assert "No space left on device" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_for_stata_files_one_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    (tmp_path / "a.dta").write_bytes(b"x" * 100)
    with pytest.raises(InputError, match=r"pip install kelishim\[survey\]"):
        reading.heading(tmp_path / "a.dta")


def test_a_file_that_claims_more_rows_than_it_can_hold_is_refused_before_it_is_read(tmp_path, monkeypatch):
    pandas.DataFrame({"a": [1] * 5000}).to_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr(reading, "MOST_ROWS", 4000)
    with pytest.raises(InputError, match=r"the file says it has 5,000 rows; one of its size must have at most 4,000"):
        reading.columns(tmp_path / "a.parquet", ["a"])


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xls", b"x", "the name of the file must end in .csv"),
        ("a.csv", b"", "the file has 0 columns"),
        ("a.csv", b"a,a\n1,2\n", "the column 'a' occurs twice"),
        ("a.csv", b"a,b\n1,2,3\n", "line 2 has 3 cells; it must have 2 as the first line has"),
        ("a.csv", b"a,b\n1,2\n3\n", "line 3 has 1 cells; it must have 2"),
        ("a.csv", b"a,b\n", "the file has no rows"),
        ("a.csv", b"a,b\n\xff,1\n", "is not UTF-8"),
        ("a.csv", "возраст\n1\n".encode("cp1251"), "is not UTF-8"),
        ("a.parquet", b"PAR1", "the file is not a readable Parquet file"),
        ("a.dta", b"junk", "the file is not a readable Stata file"),
        ("a.sav", b"junk", "the file is not a readable SPSS file"),
    ],
)
def test_a_damaged_file_gets_one_sentence(tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as found:
        reading.columns(tmp_path / name, ["a"])
    assert says in str(found.value)
    assert "\n" not in str(found.value)
