"""One headline: Parquet, JSON, report, page and a run of Mesa print the same figures (people.md section 6)."""

from __future__ import annotations

import json
import re
import tomllib

import pandas
import pytest
from test_cli import call

from experiments import reach, words
from experiments.study import seed_of
from sim.behaviour import Behaviour
from sim.errors import InputError
from sim.model import Kelishim
from sim.outcomes import CODEBOOK, HEADLINES
from sim.population import load
from sim.scenario import Scenario
from sim.twins import Ground
from workshop.figures import measured
from workshop.outcomes import ON_PAGE

DESIGNS = ("today", "large", "levy")
STUDY = """
scale = 1000
labour_scale = 100
start = "2024-01"
horizon = "2025-06"
worlds = "whole"
prior = "medians"
draws = 1
seed = 7

[designs.none]
[designs.today]
[designs.large]
social_contract = { grant = 250_000, slots = 20_000 }
[designs.levy]
quota = { design = "KG_2025", assignment = "universal", levy = 1.0 }
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The study, and the folder of its results."""
    folder = tmp_path_factory.mktemp("one")
    (folder / "one.toml").write_text(STUDY, encoding="utf-8")
    done = call("compare", folder / "one.toml", "--workers", 1, "--out", folder / "results")
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def parquet(place):
    """Headline figures of each design, from the table of all runs."""
    found = pandas.read_parquet(place / "results" / "results.parquet")
    found = found[(found["group"] == "all") & (found["month"] == -1) & found["outcome"].isin(HEADLINES)]
    return {(str(row.design), str(row.outcome)): float(row.value) for row in found.itertuples()}


def printed(outcome, value, others):
    """Return a figure as tables print it, in the unit that suits it and others."""
    return words.figure(value, words.scale_of(others, CODEBOOK[outcome].unit))


def told(parquet, design):
    """Return the headline outcomes that a design has a figure for."""
    return [name for name in HEADLINES if (design, name) in parquet]


def same(parquet, found, design, outcome):
    mine = parquet[design, outcome]
    return printed(outcome, mine, [mine]) == printed(outcome, found, [mine])


def test_the_headline_has_what_the_study_can_tell(parquet):
    for design in DESIGNS:
        found = told(parquet, design)
        assert {"job_years", "net_jobs", "poverty", "poverty_exits", "programme_cost", "social_balance"} <= set(found)
        assert "gross_jobs" not in found, "it needs a world with fixed markets"


def test_json_says_what_parquet_says(place, parquet):
    levels = json.loads((place / "results" / "summary.json").read_text(encoding="utf-8"))["levels"]
    found = {(row["design"], row["outcome"]): row["median"] for row in levels}
    for design in DESIGNS:
        for outcome in told(parquet, design):
            if found[design, outcome] is None:
                assert parquet[design, outcome] != parquet[design, outcome], "a figure that is not told is not a number"
            else:
                assert same(parquet, found[design, outcome], design, outcome), (design, outcome)


def test_the_report_prints_what_parquet_says(place, parquet):
    """Each figure stands in the row of its outcome, in the unit of the row."""
    html = (
        (place / "results" / "report.html")
        .read_text(encoding="utf-8")
        .replace("&#39;", "'")
        .replace("\N{NO-BREAK SPACE}", " ")
    )
    rows = [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)]
    for outcome in told(parquet, "today"):
        values = [parquet[design, outcome] for design in DESIGNS]
        labels = (CODEBOOK[outcome].label, reach.ROWS.get(outcome, CODEBOOK[outcome].label))
        mine = [row for row in rows if any(label in row for label in labels)]
        assert mine, outcome
        for value in values:
            if value == value and value != 0.0:
                every = {words.figure(value, words.Scale(scale, "", places)) for scale in (1.0, 1e3, 1e6, 1e9, 0.01)
                         for places in range(-3, 3)}  # fmt: skip
                digits = {one.lstrip("−+") for one in every}
                assert any(word.lstrip("−+") in digits for row in mine for word in row.split()), (outcome, value)


def test_the_page_measures_what_parquet_says(parquet):
    scenario = Scenario.of(plain())
    ground = Ground.of(load("kyrgyzstan", 1000, labour_scale=100), scenario, Behaviour.central(), seed(scenario))
    for design in DESIGNS:
        places, values = measured(ground.live(scenario, design), scenario.last_month, ground.known)
        row = zip(places, values, strict=True)
        found = {at.outcome: value for at, value in row if (at.group, at.month) == ("all", -1)}
        shared = [name for name in told(parquet, design) if name in ON_PAGE]
        assert len(shared) > 8
        for outcome in shared:
            assert same(parquet, found[outcome], design, outcome), (design, outcome)


def test_a_run_of_mesa_gives_what_parquet_says(parquet):
    scenario = Scenario.of(plain())
    runs = {}
    for design in ("none", *DESIGNS):
        runs[design] = Kelishim(scenario, design, seed=seed(scenario))
        runs[design].run_model()
    for design in DESIGNS:
        found = runs[design].headline(runs["none"])
        assert set(found) == set(told(parquet, design))
        for outcome, value in found.items():
            assert same(parquet, value, design, outcome), (design, outcome)
    with pytest.raises(InputError, match="it must be one of 'none'"):
        runs["today"].headline(runs["large"])


def plain():
    return tomllib.loads(STUDY)


def seed(scenario):
    return seed_of(scenario.seed, 0, 0)
