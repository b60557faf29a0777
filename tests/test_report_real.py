"""The report of a real run: two designs of the demonstration in a very small country, told in every language."""

from __future__ import annotations

import json
import re

import pytest
from browser import violations
from test_cli import call
from test_report import Page, Text

from experiments.language import NAMES
from sim.outcomes import CODEBOOK, HEADLINES

# Eight draws are the fewest in which designs can be told apart.
STUDY = """
question = "Does a levy on empty quota places change what today's law gives?"
scale = 1000
labour_scale = 100
draws = 8
replications = 1
start = "2022-01"
horizon = "2023-12"

[designs.today]
label = "Today's law"

[designs.levy]
label = "Universal quota with a levy"
quota = { design = "KG_2025", assignment = "universal", levy = 0.25 }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The results of the study, with its report in every language."""
    place = tmp_path_factory.mktemp("real")
    (place / "levy.toml").write_text(STUDY, encoding="utf-8")
    done = call("compare", place / "levy.toml", "--workers", 1, "--out", place / "results")
    assert done.exit_code == 0, done.output
    for code in NAMES:
        if code != "en":
            done = call("report", place / "results", "--language", code)
            assert done.exit_code == 0, done.output
    return place / "results"


def written(folder, code):
    """Return the report in a language as text."""
    return (folder / ("report.html" if code == "en" else f"report.{code}.html")).read_text(encoding="utf-8")


@pytest.mark.parametrize("code", NAMES)
def test_it_is_one_well_formed_file_that_loads_nothing(folder, code):
    html = written(folder, code)
    page = Page(html)
    assert page.mistakes == page.open == []
    assert page.all("html")[0]["lang"] == code
    assert not page.all("script") + page.all("link")
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(names) == len(set(names))
    asked = [attributes[name] for _, attributes in page.elements for name in ("src", "href", "xlink:href")
             if name in attributes]  # fmt: skip
    assert {name[0] for name in asked} == {"#"}
    assert {name[1:] for name in asked} <= set(names)
    drawn = [attributes for attributes in page.all("svg") if "viewbox" in attributes]
    assert len(drawn) >= 16
    assert all({one["aria-labelledby"], one["aria-describedby"]} <= set(names) for one in drawn)
    assert len(html.encode()) < 600_000


@pytest.mark.parametrize("code", NAMES)
def test_every_figure_in_it_is_a_number(folder, code):
    text = " ".join(Text(written(folder, code)).parts)
    assert not re.findall(r"\b(?:nan|NaN|None|inf|NaT)\b|\{\w*\}", text)


def test_it_shows_every_design_and_headline_with_the_figures_of_the_files(folder):
    html = written(folder, "en").replace("&#39;", "'").replace("\xa0", " ")
    told = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert told["failed_runs"] == []
    labels = [design["label"] for design in told["provenance"]["scenario"]["designs"].values()]
    assert len(labels) == 2
    told_of = {row["outcome"] for row in told["levels"]}
    assert len(set(HEADLINES) & told_of) > 20
    for name in (*labels, *(CODEBOOK[outcome].label for outcome in HEADLINES if outcome in told_of)):
        assert name in html, name
    jobs = [row["median"] for row in told["levels"] if row["outcome"] == "net_jobs"]
    assert len(jobs) == len(labels)
    for figure in jobs:
        assert f"{abs(figure):,.0f}" in html, figure


def test_axe_finds_nothing_wrong_with_it_in_any_language(folder, chromium):
    view = chromium.new_page(viewport={"width": 320, "height": 640})
    for code in NAMES:
        view.goto((folder / ("report.html" if code == "en" else f"report.{code}.html")).as_uri())
        view.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert violations(view, {"resultTypes": ["violations"]}) == []
        assert view.evaluate("document.documentElement.scrollWidth") <= 320
    view.close()
