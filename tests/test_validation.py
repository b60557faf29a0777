"""Validation: published figures stand beside the model's, judged by their tolerance, and mistakes get one sentence."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments import validating
from experiments.cli import app
from sim import validation
from sim.errors import CountryError
from sim.outcomes.people import Homes, Snapshot
from sim.population import Population, load
from sim.population.country import folder_of
from sim.state.persons import Role, Work
from sim.validation import Found, Wanted

FOLDER = folder_of("kyrgyzstan")
ROWS = validation.read(FOLDER)
MISSED = 3


@pytest.fixture(scope="module")
def population() -> Population:
    return load("kyrgyzstan", 1000)


@pytest.fixture(scope="module")
def people() -> Snapshot:
    """Return six invented persons in three households: a couple with a child, a widow with a daughter, a man alone."""
    home = np.array([0, 0, 0, 1, 1, 2])
    ones = np.ones(6, dtype=bool)
    homes = Homes(
        weight=np.array([10, 20, 30], dtype=np.uint16), size=np.array([3, 2, 1]), oblast=np.array([0, 1, 7]),
        urban=np.array([0, 1, 1]), consumption=np.array([4_000.0, 6_000.0, 9_000.0]),
        remittances=np.array([0.0, 5_000.0, 0.0]), benefit=np.array([1, 0, 0]), children=np.array([1, 1, 0]),
        land=np.array([2.0, 0.0, 0.0]),
    )  # fmt: skip
    return Snapshot(
        t=47, deflator=1.0, line=5_000.0, extreme_line=3_000.0, homes=homes, home=home,
        weight=homes.weight[home].astype(np.int64), woman=np.array([1, 0, 0, 1, 1, 0]) == 1,
        age=np.array([30, 33, 5, 63, 15, 24]), oblast=homes.oblast[home], urban=homes.urban[home] == 1,
        role=np.array([Role.SPOUSE, Role.SPOUSE, Role.CHILD, Role.ADULT, Role.CHILD, Role.ADULT]), present=ones,
        work=np.array([Work.FARM, Work.EMPLOYEE, Work.CHILD, Work.RETIRED, Work.STUDENT, Work.SEEKING]),
        industry=np.array([0, 4, 255, 255, 255, 255]), gross=np.array([0.0, 30_000.0, 0.0, 0.0, 0.0, 0.0]),
        pension=np.array([0.0, 0.0, 0.0, 9_000.0, 0.0, 0.0]), certified=np.array([0, 1, 0, 0, 0, 0]) == 1,
        registered=np.array([1, 0, 0, 0, 0, 0]) == 1,
        consumption=homes.consumption[home],
    )  # fmt: skip


def test_every_row_of_the_file_is_read() -> None:
    with (FOLDER / validation.FILE).open(newline="", encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert [one.id for one in ROWS] == [row["id"] for row in written]
    for one, row in zip(ROWS, written, strict=True):
        assert one.published == (float(row["published"]) if row["published"] else None)
        assert one.tolerance == (float(row["tolerance"]) if row["tolerance"] else None)
        assert (one.outcome, one.group, one.region, str(one.year)) == tuple(
            row[name] for name in ("outcome", "group", "region", "year")
        )


def test_many_figures_are_published_and_many_of_them_withheld() -> None:
    published = [one for one in ROWS if one.published is not None]
    uses = Counter(one.use for one in published)
    assert len(published) >= 60
    assert uses["withheld"] >= 25
    assert uses["fit"] >= 1


def test_what_is_judged_has_a_figure_and_a_tolerance_and_no_year_is_after_the_record() -> None:
    for one in ROWS:
        assert one.year in validation.YEARS, one.id
        if one.use != "model":
            assert one.published is not None, one.id
            assert one.tolerance is not None, one.id
            assert one.tolerance > 0.0, one.id


def test_every_group_is_known_and_every_region_is_one_of_the_country(people: Snapshot, population: Population) -> None:
    for one in ROWS:
        assert one.region in ("country", *population.country.regions), one.id
        if one.outcome in validation.GROUPS:
            assert one.group in validation.GROUPS[one.outcome], one.id
            continue
        group = one.group.partition(", ")[2] or "all" if one.outcome == "share of the employed" else one.group
        assert validation.members(people, group).shape == people.home.shape, one.id


@pytest.mark.parametrize(
    ("group", "who"),
    [
        ("all", [0, 1, 2, 3, 4, 5]),
        ("women", [0, 3, 4]),
        ("rural", [0, 1, 2]),
        ("under 15", [2]),
        ("women 15 to 24", [4]),
        ("men 15 to 24", [5]),
        ("15 to 24", [4, 5]),
        ("58 and older", [3]),
        ("men 58 and older", []),
        ("persons with disabilities", [1]),
        ("persons in households with a member with a disability", [0, 1, 2]),
        ("persons in households with remittances", [3, 4]),
    ],
)
def test_a_group_holds_whom_it_names(people: Snapshot, group: str, who: list[int]) -> None:
    assert np.flatnonzero(validation.members(people, group)).tolist() == who


def test_every_group_that_a_row_may_name_can_be_found(people: Snapshot) -> None:
    for group in (*validation.PERSONS, "women 0 to 4", "under 3"):
        assert validation.members(people, group).dtype == bool


@pytest.mark.parametrize("group", ["womn", "women 15 two 24", "15 to", "older", ""])
def test_a_group_that_is_not_known_gets_one_sentence(people: Snapshot, group: str) -> None:
    with pytest.raises(CountryError, match=re.escape(f"validation.csv: group is '{group}'; ")):
        validation.members(people, group)


@pytest.mark.parametrize(
    ("outcome", "group", "value"),
    [
        ("population", "all", 100.0),
        ("poverty", "all", 30.0),  # the first household: 30 of 100 persons
        ("poverty", "15 to 24", 0.0),
        ("employment", "25 to 44", 100.0),
        ("pensioners", "all", 20.0),
        ("mean pension", "all", 9_000.0),
        ("average wage", "all", 30_000.0),
        ("share of the employed", "in agriculture", 50.0),
        ("share of the employed", "own account, women", 100.0),
        ("families with the child benefit", "all", 10.0),
        ("household size", "1", 50.0),
        ("mean household size", "all", 100.0 / 60.0),
        ("household type", "couple with children", 100.0 / 6.0),
        ("household type", "one parent", 100.0 / 3.0),
        ("household type", "one person", 50.0),
        ("persons with a certified disability", "all", 10.0),
        ("peasant farms", "all", 10.0),
        ("registered entrepreneurs", "all", 10.0),
    ],
)
def test_a_measure_of_six_invented_persons_is_what_one_counts_by_hand(
    people: Snapshot, population: Population, outcome: str, group: str, value: float
) -> None:
    here = np.ones(6, dtype=bool)
    assert validation.MEASURES[outcome](people, group, here, population) == pytest.approx(value)


def test_every_row_is_compared_from_any_snapshots_and_stands_in_json_with_the_keys_that_are_promised(
    people: Snapshot, population: Population
) -> None:
    found = validation.compare(population, dict.fromkeys(validation.YEARS, people))
    said = json.loads(validating.as_json(found))
    assert [row["id"] for row in said] == [one.id for one in ROWS]
    for row, one in zip(said, ROWS, strict=True):
        assert list(row) == ["id", "published", "low", "high", "model", "year", "use"]
        if one.published is None or one.tolerance is None:
            assert row["low"] is row["high"] is None
        else:
            assert row["low"] == one.published - one.tolerance
            assert row["high"] == one.published + one.tolerance
    table = list(csv.DictReader(io.StringIO(validating.as_csv(found))))
    assert [row["id"] for row in table] == [one.id for one in ROWS]


def wanted(use: str, published: float | None = 30.0, tolerance: float | None = 0.5) -> Wanted:
    return Wanted(
        f"poverty.{use}", "poverty", "all", "country", 2023, published, "percent of persons", tolerance, use, "x"
    )


@pytest.mark.parametrize(
    ("model", "inside"), [(29.5, True), (30.5, True), (30.0, True), (29.49, False), (30.51, False), (np.nan, False)]
)
def test_a_figure_is_inside_up_to_its_tolerance_and_no_further(model: float, inside: bool) -> None:
    assert Found(wanted("fit"), model).inside is inside


def test_luck_of_a_sample_widens_the_judgement_and_not_what_is_written() -> None:
    one = Found(wanted("fit"), 30.75, luck=0.25)
    assert one.inside is True
    assert (one.low, one.high) == (29.5, 30.5)


def test_what_is_only_printed_is_not_judged() -> None:
    assert Found(wanted("model"), 99.0).inside is None
    assert Found(wanted("fit", tolerance=None), 99.0).inside is None
    assert Found(wanted("fit", published=None), 99.0).inside is None


@pytest.mark.parametrize(
    ("fit", "withheld", "status"), [(30.0, 30.0, 0), (30.0, 99.0, 0), (99.0, 30.0, MISSED), (99.0, 99.0, MISSED)]
)
def test_the_command_ends_with_3_when_and_only_when_a_fitted_figure_is_missed(
    monkeypatch: pytest.MonkeyPatch, fit: float, withheld: float, status: int
) -> None:
    found = [Found(wanted("fit"), fit), Found(wanted("withheld"), withheld), Found(wanted("model"), 99.0)]
    monkeypatch.setattr("experiments.commands.validating.checked", lambda *_, **__: found)
    done = CliRunner().invoke(app, ["validate"])
    assert done.exit_code == status, done.output
    inside = [int(value == 30.0) for value in (fit, withheld)]
    assert f"{inside[0]} of 1 fitted figures and {inside[1]} of 1 withheld figures lie within" in done.output
    told = CliRunner().invoke(app, ["validate", "--format", "json"])
    assert told.exit_code == status
    assert [row["model"] for row in json.loads(told.stdout)] == [fit, withheld, 99.0]


def test_a_figure_that_the_model_has_not_is_null_in_json() -> None:
    assert json.loads(validating.as_json([Found(wanted("fit"), float("nan"))]))[0]["model"] is None


GOOD = "x,poverty,all,country,2023,29.8,percent of persons,0.5,fit,Statistical Committee,A,"


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("outcome", "povrty", "outcome is 'povrty'; did you mean 'poverty'?"),
        ("use", "fitted", "use is 'fitted'; it must be one of fit, withheld, model"),
        ("group", "womn", "group is 'womn'; "),
        ("group", "", "group is ''; "),
        ("outcome", "household size", "group is 'all'; known: 1, 2 to 3, 4 to 5, 6 and more"),
        ("outcome", "household type", "group is 'all'; known: "),
        ("outcome", "share of the employed", "group is 'all'; known: employees, "),
        ("region", "Oshh", "region is 'Oshh'; "),
        ("year", "2020", "year is 2020; it must be between 2021 and 2023"),
        ("year", "2024", "year is 2024; it must be between 2021 and 2023"),
        ("year", "last", "year is 'last'; it must be a number"),
        ("published", "many", "published is 'many'; it must be a number"),
        ("published", "nan", "published is nan; it must be "),
        ("tolerance", "-1", "tolerance is -1; it must be "),
        ("tolerance", "inf", "tolerance is inf; it must be "),
        ("tolerance", "", "tolerance is empty; a figure of use fit must have one"),
        ("published", "", "published is empty; a figure of use fit must have one"),
        ("source", " ", "the source is empty; every number must say where it comes from"),
        ("confidence", "Z", "confidence is 'Z'; it must be one of "),
    ],
)
def test_a_bad_row_gets_one_sentence(tmp_path: Path, column: str, value: str, sentence: str) -> None:
    row = dict(zip(validation.COLUMNS, GOOD.split(","), strict=True)) | {column: value}
    written(tmp_path, ",".join(row.values()))
    with pytest.raises(CountryError) as raised:
        validation.read(tmp_path)
    said = str(raised.value)
    assert said.startswith(f"validation.csv, line 2: {sentence}"), said
    assert "\n" not in said


def test_a_good_row_is_read_and_a_second_one_of_its_name_is_refused(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    assert validation.read(tmp_path) == (
        Wanted("x", "poverty", "all", "country", 2023, 29.8, "percent of persons", 0.5, "fit", "Statistical Committee"),
    )
    written(tmp_path, GOOD, GOOD)
    with pytest.raises(CountryError, match="line 3: id is 'x', which another row has; ids must differ"):
        validation.read(tmp_path)


def written(folder: Path, *lines: str) -> None:
    """Write a table of validation into a folder that has the country's other files."""
    for path in FOLDER.glob("*.csv"):
        if path.name != validation.FILE and not (folder / path.name).exists():
            shutil.copy(path, folder)
    (folder / validation.FILE).write_text("\n".join((",".join(validation.COLUMNS), *lines)) + "\n", encoding="utf-8")
