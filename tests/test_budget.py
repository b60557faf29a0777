"""The budget: lines that add up to the books, in nominal som, and envelopes that are checked."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import pandas as pd
import pytest
import small
from typer.testing import CliRunner

from experiments import budget, cli
from experiments.commands.shared import SCENARIOS
from sim.outcomes import budget as lines
from sim.outcomes import costs
from sim.outcomes.costs import PROGRAMME
from sim.outcomes.jobs import difference, series
from sim.outcomes.records import Lives
from sim.scenario import Scenario
from sim.state.households import weights_of
from sim.twins import Rules, compare, law_of

YEARS = (2022, 2023)


@pytest.fixture(scope="module")
def lives(village, eventful) -> Lives:
    """Return worlds under a child benefit of 1,500 som in 2023, told from those under the law's 1,200 som."""
    scenario = small.scenario(start="2022-01", horizon="2023-12", designs={
        "more": {"child_benefit": {"per_child": [{"from": "2023-01", "value": 1500.0}]}},
        "today": {},
    })  # fmt: skip
    regions = village.country.regions
    base = small.burnt_in(village, eventful, until=24, design=Rules(law_of(scenario, "today", regions)))
    final = small.burnt_in(village, eventful, until=24, design=Rules(law_of(scenario, "more", regions)))
    return Lives(base, base, final, final, final, final)


def test_the_lines_of_a_year_are_those_of_the_books_in_prices_of_the_year(lives):
    found = lines.lines(lives.final, lives.base)
    months = lives.final.records.months
    prices = np.array([lives.final.design.terms(t, lives.final.behaviour).economy.deflator for t in months])
    programme = sum(found[name] for name in (*lines.CONTRACT, *lines.SERVICES))
    assert programme / prices == pytest.approx(sum(series(name)(lives.final) for name in PROGRAMME), rel=1e-9)
    benefit = found["child_benefit"] + found["top_up"]
    assert benefit / prices == pytest.approx(series("benefit")(lives.final), rel=1e-9)


def test_the_top_up_is_what_is_paid_beyond_the_rate_of_the_law(lives):
    found = lines.lines(lives.final, lives.base)
    later = np.array(lives.final.records.months) >= 12
    assert not found["top_up"][~later].any()
    assert found["top_up"][later] == pytest.approx(found["child_benefit"][later] * 300.0 / 1200.0)


def test_what_a_higher_rate_pays_is_a_cost_of_the_programme_and_no_benefit_lost(lives):
    final, base = lives.final, lives.base
    prices = np.array([final.design.terms(t, final.behaviour).economy.deflator for t in final.records.months])
    paid = costs.top_up(final, base)
    assert paid == pytest.approx(lines.lines(final, base)["top_up"] / prices)
    assert paid.sum() > 0
    spent = sum(difference(final, base, series(name)) for name in PROGRAMME)
    saved = difference(base, final, series("benefit"))
    received = sum(difference(final, base, series(name)) for name in costs.RECEIPTS)
    assert costs.programme_cost(final, base) == pytest.approx(spent + paid)
    assert costs.benefit_lost(final, base) == pytest.approx(saved + paid)
    assert costs.net_fiscal_cost(final, base) == pytest.approx(spent - saved - received)
    assert not costs.top_up(base, final).any(), "a lower rate is no top-up"


def test_adequacy_is_what_the_law_pays_over_subsistence_and_wage(lives):
    found = lines.adequacy(lives.final)
    last = lives.final.records.months.index(23)
    terms = lives.final.design.terms(23, lives.final.behaviour)
    assert found["child_over_subsistence"][last] == pytest.approx(1500.0 * 1.08 / terms.economy.subsistence)
    assert found["child_over_wage"][last] == pytest.approx(1500.0 * 1.08 / terms.economy.average_wage)


def test_coverage_counts_persons_and_children(lives):
    found = lines.coverage(lives.final)
    children = (weights_of(lives.final.households) * lives.final.households.children).sum()
    reached = series("benefit_children")(lives.final)
    assert found["covered_children"] == pytest.approx(reached / children)
    assert (np.diff(found["covered_contract"] * series("poor")(lives.final)) > -1e-6).all(), "reach never falls"
    assert all(
        (0.0 <= share["poorest"] <= 1.0)
        for share in [{"poorest": v} for v in lines.incidence(lives).values() if np.isfinite(v)]
    )


@pytest.mark.parametrize("start", ["2022-01", "2023-01"])
def test_a_grant_of_nothing_is_no_programme_in_every_line_and_figure(start):
    """From January 2022 on, the world without a programme brought the two years of the burn-in along."""
    designs = {"zero": {"social_contract": {"grant": 0.0}}, "none": {}}
    plan = small.scenario(start=start, horizon="2023-12", designs=designs)
    rows = compare(small.small(120), plan, small.eventful(), 5, also=lines.rows).records()
    zero, none = (
        [
            (row["outcome"], row["group"], row["month"], row["value"])
            for row in rows
            if row["design"] == design and row["group"] != "history" and not row["outcome"].startswith("grant_over")
        ]
        for design in designs
    )
    places = [row[:3] for row in none]
    assert len(places) == len(set(places)), "a place is given once"
    assert [row[:3] for row in zero] == places
    assert [a for a, b in zip(zero, none, strict=True) if not np.array_equal(a[3], b[3], equal_nan=True)] == []
    years = [group for outcome, group, *_ in none if outcome == "budget_inspection"]
    assert years == [f"year={year}" for year in YEARS if year >= int(start[:4])]
    assert next(value for outcome, *_, value in none if outcome == "inspection_paid") > 0.0


def frame(extra: float) -> pd.DataFrame:
    """Return the rows of two designs and two draws; the second spends ``extra`` of its envelope more."""
    rows: list[dict[str, Any]] = []
    for draw in range(2):
        for design, grants, top_up in (("all", 2e9, 0.0), ("part", 1e9 + extra * 2e9, 1e9)):
            amounts = {"grants": grants, "top_up": top_up, "child_benefit": 4e9, "administration": 1e8, "levy": 5e8}
            for line in (*lines.SPENT, *lines.RECEIVED):
                for year in YEARS:
                    rows.append({"outcome": f"budget_{line}", "group": f"year={year}", "value": amounts.get(line, 0.0),
                                 "design": design, "draw": draw})  # fmt: skip
            outcomes = ("contracts", "programme_cost", "net_jobs", "poverty_person_years", "poorest_grants",
                        "poorest_benefit")  # fmt: skip
            for outcome in outcomes:
                rows.append({"outcome": outcome, "group": "all", "value": 0.5, "design": design, "draw": draw})
            names = [*budget.COVERAGE, *(f"{n}_over_{o}" for n in budget.ADEQUACY for o in ("subsistence", "wage"))]
            for name in names:
                for year in YEARS:
                    rows.append({"outcome": name, "group": f"year={year}", "value": 0.1, "design": design,
                                 "draw": draw})  # fmt: skip
    return pd.DataFrame(rows).assign(month=-1, replication=0, status="ok")


def made(extra: float = 0.0) -> budget.Budget:
    return budget.Budget(frame(extra), {"all": "All for grants", "part": "A part for children"}, 2)


def test_totals_are_sums_of_lines_and_the_envelope_of_those_that_move():
    found = made()
    assert found.years == list(YEARS)
    assert found.envelope() == pytest.approx(np.full((2, 2), 2000.0))
    assert found.mean("levy") == pytest.approx(np.full((2, 2), 500.0))
    table = budget.by_year(found, "part")
    cells = {str(name).strip(): value for name, value in zip(table.columns[0].cells, table.columns[-1].cells,
                                                             strict=True)}  # fmt: skip
    assert cells["Spending"] == "6,100"
    assert cells["Receipts"] == "500"
    assert cells["Spending less receipts"] == "5,600"


def test_lines_of_a_budget_add_up_on_the_page_though_draws_differ():
    found = made()
    spread = found.frame["outcome"].isin(["budget_grants", "budget_levy"]) & (found.frame["draw"] == 1)
    found.frame.loc[spread, "value"] *= np.where(found.frame.loc[spread, "outcome"] == "budget_levy", 1.9, 0.6)
    table = budget.by_year(found, "all")
    for column in table.columns[1:]:
        cells = {str(name): float(str(value).replace(",", "").replace("\N{MINUS SIGN}", "-"))
                 for name, value in zip(table.columns[0].cells, column.cells, strict=True)}  # fmt: skip
        lines = [value for name, value in cells.items() if name.startswith("  ")]
        assert cells["Spending"] + cells["Receipts"] == pytest.approx(sum(lines), abs=2.0)
        assert cells["Spending less receipts"] == pytest.approx(cells["Spending"] - cells["Receipts"], abs=1.0)


def test_envelopes_that_differ_are_called_so():
    assert budget.envelope_sentence(made()).startswith("Equal envelopes")
    sentence = budget.envelope_sentence(made(0.05))
    assert sentence.startswith("Envelopes are not equal: 'A part for children' spends +5.0\N{NO-BREAK SPACE}%")


def test_balancing_moves_grants_until_all_spend_the_same(monkeypatch):
    scenario = Scenario.of({"name": "t", "designs": {
        "all": {"social_contract": {"slots": "envelope", "envelope": 2e9}},
        "part": {"social_contract": {"slots": "envelope", "envelope": 2e9, "envelope_share": 0.6}},
    }})  # fmt: skip

    asked = scenario.draws

    def run(scenario, **options):
        assert (scenario.worlds, scenario.draws) == ("whole", asked)  # the draws shown, without what explains jobs
        share = scenario.as_dict()["designs"]["part"]["social_contract"]["envelope_share"]
        return made(share - 0.5 if isinstance(share, float) else 0.0)

    monkeypatch.setattr(budget, "run", run)
    found = budget.balanced(scenario).as_dict()["designs"]["part"]["social_contract"]["envelope_share"]
    assert found == pytest.approx(0.5)


def test_the_command_prints_every_part_and_writes_the_file(monkeypatch, tmp_path):
    monkeypatch.setattr(budget, "run", lambda scenario, **options: made(0.05))
    done = CliRunner().invoke(cli.app, ["budget", "--csv", str(tmp_path / "b.csv")])
    assert done.exit_code == 0, done.output
    for words in ("Spending", "Coverage, adequacy", "Efficiency", "Against", "Envelopes are not equal"):
        assert words in done.output
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    rows = list(csv.DictReader((tmp_path / "b.csv").open()))
    assert {row["line"] for row in rows} >= {"grants", "levy", "covered_quota"}


def test_the_shipped_scenario_is_valid_and_names_one_envelope():

    scenario = Scenario.read(SCENARIOS / "envelope.toml")
    money = {d["social_contract"]["envelope"] for d in scenario.as_dict()["designs"].values()}
    assert len(money) == 1
