"""The page on how to read an answer: its figures are the demonstration's, and the demonstration still gives them."""

from __future__ import annotations

import math

import pytest

from experiments import documentation, reading
from experiments.protocol import Plan
from sim.outcomes import CODEBOOK

AGAIN = "run: make demo; python -m experiments.reading results/demo-...; python -m experiments.documentation"


def test_the_first_draw_of_the_demonstration_still_gives_the_figures_of_the_page():
    found = reading.first_draw()
    for design, figures in reading.kept()["figures"].items():
        assert set(figures) == set(found[design]), AGAIN
        for name, values in figures.items():
            one, other = values[0], found[design][name]
            same = math.isclose(one, other, rel_tol=1e-8, abs_tol=1e-6) or (math.isnan(one) and math.isnan(other))
            assert same, (name, AGAIN)


def test_what_is_written_down_is_the_whole_demonstration():
    kept, plan = reading.kept(), Plan.read(reading.DEMO)
    assert (kept["draws"], kept["scenario"]["scale"]) == (plan.scenario.draws, plan.scenario.scale), AGAIN
    assert list(kept["figures"]) == list(plan.arms)
    assert kept["scenario"]["question"] == plan.scenario.question
    assert all(len(values) == kept["draws"] for figures in kept["figures"].values() for values in figures.values())


def test_every_headline_of_the_first_table_has_its_place_on_the_page():
    assert list(reading.CARRIED) == list(reading.kept()["outcomes"])
    page = (documentation.DOCS / "reading.md").read_text(encoding="utf-8")
    for outcome in reading.CARRIED:
        assert CODEBOOK[outcome].definition in page
    for names in reading.CARRIED.values():
        assert all(f"| `{name}` |" in page for name in names)


@pytest.mark.parametrize("outcome", list(reading.CARRIED))
def test_a_figure_of_the_page_is_that_of_the_tables(outcome):
    it = reading.told()
    levels = it.summary.levels
    row = levels[(levels["outcome"] == outcome) & (levels["design"] == "today")].iloc[0]
    figure = it.figure(row["median"], it.level(outcome))
    assert figure in reading.headline(outcome)


def test_rows_that_are_written_down_can_be_read_back():
    kept = reading.kept()
    told = [row for row in reading.rows(kept) if (row[4], row[5], row[6]) == ("today", "net_jobs", "all")]
    assert [row[-1] for row in told] == kept["figures"]["today"]["net_jobs"]
