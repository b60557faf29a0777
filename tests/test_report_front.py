"""The front of the report: one sentence for each design, reach beside effect, who gains, and charts that fit."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas
import pytest
from test_waterfalls import COLUMNS, told

from experiments import charts, drawing, fares, headline, reach, report, screen, tables
from experiments.language import NAMES, language
from experiments.words import Scale

DRAWS = 12
KINDS = ("contract", "other")
# outcome -> (today, levy, spread of the difference)
FIGURES = {
    "net_jobs": (9000.0, 9900.0, 10.0), "jobs_disability": (900.0, 900.0, 0.0), "poverty_exits": (500.0, 510.0, 400.0),
    "income_change": (1e9, 1e9, 2e9), "net_fiscal_cost": (6e9, 5e9, 1e7), "people_reached": (250_000.0, 250_000.0, 0.0),
    "consumption_up": (90_000.0, 80_000.0, 1e3),
}  # fmt: skip
ASKED = ("net_jobs", "jobs_disability", "poverty_exits", "income_change", "net_fiscal_cost")
PERSONS = dict(zip(fares.CLASSES, (10.0, 200.0, 700.0, 60.0, 30.0), strict=True))


def study(code="en", figures=FIGURES, draws=DRAWS):
    luck, rows = np.random.default_rng(5), []
    for draw in range(draws):
        for design in ("today", "levy"):
            for outcome, (today, levy, spread) in figures.items():
                value = today if design == "today" else levy + spread * luck.standard_normal()
                rows.append((draw, 0, 1, "ok", design, outcome, "all", -1, "", value))
            for name, count in PERSONS.items():
                for group, part in (("all", 1.0), ("household=contract", 0.25), ("household=other", 0.75)):
                    rows.append((draw, 0, 1, "ok", design, name, group, -1, "", part * count * 1000.0))
    made = told([dict(zip(COLUMNS, row, strict=True)) for row in rows], code)
    made.summary.manifest["study"] = {"outcomes": [name for name in figures if name in ASKED]}
    return made


def test_a_verdict_is_one_sentence_that_names_what_is_told_apart_and_counts_the_rest():
    said = study().verdict("levy")
    assert said.startswith(
        "Universal quota with a levy, compared with 'Today's law': about 897 more net jobs (+884 to +910)"
    )
    assert "net cost to the budget about 1.00 billion som lower" in said
    assert "the other 2 answers cannot be told apart" in said
    assert "no difference in net jobs of persons with disabilities" in said
    assert said.count(". ") == 0


def test_a_verdict_on_nothing_sure_says_so_and_few_draws_are_too_few():
    unsure = dict.fromkeys(("net_jobs", "poverty_exits", "net_fiscal_cost"), (1.0, 1.0, 5.0))
    said = study(figures=unsure).verdict("levy")
    assert said.endswith("none of the 3 answers can be told apart, which is not “no difference”.")
    assert study(draws=5).verdict("levy").count("5 draws are too few to tell") == 1


@pytest.mark.parametrize("code", ["ru", "ky"])
def test_a_verdict_is_told_in_other_languages_with_their_plurals(code):
    said = study(code).verdict("levy")
    assert "897" in said
    assert not re.search(r"[a-z]{4,}", said.replace("Universal quota with a levy", "").replace("Today's law", ""))
    if code == "ru":
        assert "ещё 2 ответа различить нельзя" in said


def test_reach_stands_beside_effect_with_the_figures_of_the_tables():
    it = study()
    found = reach.section(it)
    assert [row.key for row in found.rows] == ["people_reached", "consumption_up", "poverty_exits"]
    assert found.rows[0].cells[0].text.split("\n")[0] == "250,000"
    levels = it.summary.levels
    for row in found.rows:
        for (design, _), cell in zip(found.columns, row.cells, strict=True):
            mine = levels[(levels["outcome"] == row.key) & (levels["design"] == design)].iloc[0]
            assert cell.value == mine["median"]
    without = {name: value for name, value in FIGURES.items() if name != "people_reached"}
    assert reach.section(study(figures=without)) is None


@pytest.mark.parametrize("code", NAMES)
def test_the_screen_the_report_and_reach_round_a_level_alike(code):
    it = study(code)
    shown = {row.key: [cell.text for cell in row.cells] for row in headline.table(it).rows}
    for outcome, row in zip(it.first, report.headline_rows(it, it.first), strict=True):
        median, low, high, _ = shown[f"{outcome} today"]
        told = it.say.text("no spread") if low == high else it.say.text("{low} to {high}", low=low, high=high)
        assert [median, told] == [row["level"]["figure"], row["level"]["interval"]]
        if row["cells"][0]["shown"]:
            assert shown[f"{outcome} levy"][0] == row["cells"][0]["figure"]
    levels = {row["label"]: row["level"]["figure"] for row in report.headline_rows(it, it.first)}
    reached = {row.key: row.cells[0].text.split("\n")[0] for row in reach.section(it).rows}
    assert reached["poverty_exits"] == levels[it.label("poverty_exits")]


def test_classes_add_up_to_everybody_and_shares_are_of_the_persons_of_a_row():
    it = study()
    (today, levy) = fares.counted(it, "all")
    assert today.all == levy.all == 1_000_000.0
    assert today.shares == pytest.approx((1.0, 20.0, 70.0, 6.0, 3.0))
    kinds = [fares.counted(it, f"household={kind}")[0] for kind in KINDS]
    assert sum(kind.all for kind in kinds) == today.all
    block = fares.by_kind(it)
    assert [row[1] for row in block.rows] == ["was paid a grant or cash"] * 2 + ["none of these"] * 2
    assert sum(row["mean"] for row in block.data if row["design"] == "Today's law") == today.all


def test_a_study_without_classes_has_no_chart_of_them():
    it = study()
    frame = it.summary.frame
    bare = replace(it.summary, frame=frame[~frame["outcome"].isin(list(fares.CLASSES))])
    assert fares.everybody(replace(it, summary=bare)) is None
    assert fares.by_kind(replace(it, summary=bare)) is None


def test_ranks_are_counts_of_parameter_sets():
    row = report._difference_rows(study(), ["net_jobs"])[0]
    assert [cell["better"] for cell in row["cells"]] == ["12 of 12"]


def test_every_chart_stays_on_its_sheet():
    scale, say = Scale(1.0, "jobs", 0), language("en")
    rows = pandas.DataFrame([
        {"design": "A design with quite a long name that goes on", "group": f"a group with a name {k}", "median": 5e5,
         "worse_median": 3e5, "worse_low": 1e5, "worse_high": 8e5, "verdict": "more",
         "low": -9e5, "high": 1e6, "label": "label"} for k in range(3)
    ])  # fmt: skip
    rises = [charts.Rise("a step with a long name that needs three lines to stand", 0.0, 9e5, "+900,000", False)] * 3
    strips = [charts.Strip("a group of persons with a long name (1,000,000)", (10.0, 20.0, 40.0, 20.0, 10.0))]
    years = pandas.DataFrame([
        {"design": "A", "year": 2026 + k / 12, "median": 5e3, "low": -1e3, "inner_low": 3e3, "inner_high": 6e3,
         "high": 9e3} for k in range(48)
    ])  # fmt: skip
    drawn = [
        charts.differences([charts.Panel("Jobs", scale, rows)], "below", "a", say),
        charts.levels(rows, scale, "label", "b", say), charts.winners(rows, scale, "c", "below", say),
        charts.groups(rows, scale, "d", "below", say),
        charts.fans(years, scale, "e", [charts.Later("A", 60, 4e3, 1e3, 7e3)], say),
        charts.waterfalls([("A", rises), ("B", rises)], "f", "below"),
        charts.shares([("A", strips)], "g", ["one", "two", "three", "four"], say),
    ]  # fmt: skip
    for pair in drawn:
        for svg in re.findall(r"<svg.*?</svg>", pair):
            width, height = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', svg).groups())
            starts = re.findall(r"M(-?[\d.]+) (-?[\d.]+)", svg)
            assert all(0.0 <= float(x) <= width and 0.0 <= float(y) <= height for x, y in starts)
            for kind, x, y, said in re.findall(r'<text(?: class="([^"]*)")? x="([\d.-]+)" y="([\d.-]+)">(.*?)<', svg):
                wide = drawing.measured(said, bold="b" in kind.split())
                left = float(x) - (wide if "e" in kind.split() else wide / 2 if "y" in kind.split() else 0.0)
                assert left >= -1.0
                assert left + wide <= width + 1.0, (said, svg[:120])
                assert float(y) <= height


@pytest.mark.parametrize("code", NAMES)
def test_no_number_is_broken_over_two_lines_of_the_screen(code):
    say = language(code)
    number = say.number(84_683)
    cells = [say.text("{low} to {high}", low=number, high=number)] * 3
    for width in (40, 60, 80):
        table = tables.plain("", ["a", "b", "c"], [cells])
        shown = screen.text([table, f"{'x ' * 17}{number} {'y ' * 17}{number}"], width)
        assert shown.count(number) == (10 if width == 40 else 8), "names of rows stand before each part of a table"
