"""``kelishim outcomes`` and ``parameters``: everything that is known, found by words; folders read without a trace."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path

import pytest
from scenarios import mistake
from typer.testing import CliRunner

from experiments import cli, known
from experiments.commands import comparing
from experiments.language import NAMES, language
from experiments.monthly import FIGURES
from sim import behaviour
from sim.outcomes import CODEBOOK
from sim.policies.policy import declared
from sim.scenario import present_law

COUNTRY = "kyrgyzstan"


def call(*arguments: object):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def test_every_outcome_and_every_parameter_is_listed_once_with_unit_source_and_confidence():
    say = language("en")
    outcomes, parameters = list(known.outcomes(say)), list(known.parameters(say))
    assert [one.name.removeprefix("monthly ") for one in outcomes] == [*CODEBOOK, *FIGURES]
    names = [one.name for one in parameters]
    assert len(set(names)) == len(names)
    law = {f"{section}.{one.name}" for section, policy in vars(present_law(COUNTRY)).items()
           for one in declared(type(policy))}  # fmt: skip
    assert set(names) >= law | {prior.name for prior in behaviour.priors(COUNTRY)} | {"extra_cost", "at_risk"}
    for one in outcomes + parameters:
        assert all((one.label, one.unit, one.source, one.confidence)), one.name
        assert one.definition or one in parameters, one.name


@pytest.mark.parametrize("command", ["outcomes", "parameters"])
@pytest.mark.parametrize("code", NAMES)
def test_every_list_stays_below_eighty_columns_in_every_language(command, code):
    for words in ((), ("poverty",), ("a",)):
        done = call(command, *words, "--language", code)
        assert done.exit_code == 0
        wide = [line for line in done.stdout.splitlines() if len(line) > 79 and len(line.strip().split()) > 1]
        assert wide == [], "only one long word may stand alone"


def test_all_words_must_occur_and_what_bears_the_name_comes_first():
    done = call("outcomes", "poverty", "exits")
    assert done.stdout.splitlines()[0].startswith("Outcomes: ")
    assert done.stdout.splitlines()[2] == "poverty_exits"
    assert "Persons whose consumption over the year is below the poverty line" in done.stdout
    grant = call("parameters", "social_contract.grant")
    assert "  Value: 150000\n" in grant.stdout
    assert "  Confidence: " in grant.stdout


@pytest.mark.parametrize("command", ["outcomes", "parameters"])
def test_each_format_holds_the_same_entries(command):
    found = {form: call(command, "poverty", "--format", form).stdout for form in ("json", "csv", "md")}
    (section,) = json.loads(found["json"]).values()
    rows = list(csv.DictReader(io.StringIO(found["csv"])))
    assert {row["row"] for row in rows} == section["rows"].keys()
    for row in rows:
        assert (section["rows"][row["row"]][row["column"]] or "") == row["value"]
    assert all(name in found["md"].replace("\\", "") for name in section["rows"])


def test_a_word_that_nothing_has_gets_one_sentence_with_the_nearest_name():
    done = call("outcomes", "povrety_exits")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.strip() == "no outcome has 'povrety_exits'; did you mean 'poverty_exits'?"
    assert "the whole list is shown" in call("parameters", "zzzzzzzz").stderr


def test_start_and_horizon_of_a_comparison_are_those_of_the_command():
    plan = comparing._plan(comparing.Compare(["today", "taper"], start="2027-01", horizon="2028-06"))
    assert (plan.scenario.start, plan.scenario.horizon) == ("2027-01", "2028-06")
    assert comparing._plan(comparing.Compare(["today", "taper"])).scenario.start == "2026-01"


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--start", "2027-06", "it must be a January"), ("--start", "soon", "it must be a"),
        ("--horizon", "2020-01", "it must be after start"), ("--horizon", "2040-01", "at most 2035-12"),
    ],
)  # fmt: skip
def test_a_start_or_horizon_that_cannot_be_is_one_sentence(option, value, says):
    done = call("compare", "today", "taper", option, value)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert says in mistake({option[2:]: value})


def test_every_figure_that_a_question_of_a_ministry_names_is_in_the_searchable_list():
    asked = tomllib.loads((Path(__file__).parents[1] / "docs" / "questions.toml").read_text(encoding="utf-8"))
    questions = [one for part in asked.values() if isinstance(part, list) for one in part]
    named = [name for one in questions for part in ("up", "down", "same") for name in one.get(part, ())]
    assert {name.partition("@")[0] for name in named} == set(FIGURES)
    assert "quota_owed" in call("outcomes", "quota_owed").stdout
