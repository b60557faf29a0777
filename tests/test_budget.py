"""The budget: lines that add up to the books, in nominal som, and envelopes that are checked."""

from __future__ import annotations

import csv
import itertools
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import small
from typer.testing import CliRunner

from experiments import budget, cli, sections
from experiments.budget_words import Teller
from experiments.commands.shared import SCENARIOS
from experiments.language import language
from sim.laws import Rules, law_of
from sim.outcomes import budget as lines
from sim.outcomes import costs, protection
from sim.outcomes.costs import PROGRAMME
from sim.outcomes.jobs import difference, series
from sim.outcomes.records import Lives
from sim.outcomes.yardsticks import yardsticks
from sim.scenario import Scenario
from sim.state.households import weights_of
from sim.twins import compare

YEARS = (2022, 2023)
EN = language("en")
SIDES = (lines.SPENT, lines.RECEIVED)


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


def test_pensions_and_benefits_are_those_of_the_books(lives):
    found = lines.lines(lives.final, lives.base)
    prices = np.array([lives.final.design.terms(t, lives.final.behaviour).economy.deflator
                       for t in lives.final.records.months])  # fmt: skip
    for line, figure in lines.SUPPORT.items():
        assert found[line] / prices == pytest.approx(series(figure)(lives.final), rel=1e-12)
        assert (found[line] > 0.0).all()
    assert not lines.lines(lives.base, lives.base)["taxes"].any(), "today's law gains nothing over itself"


def test_the_whole_of_transfers_is_what_households_have_of_pensions_and_benefits(lives):
    weight = weights_of(lives.final.households)
    received = (weight * lives.final.state.transfers.astype(np.float64)).sum()
    paid = sum(series(figure)(lives.final)[-1] for figure in lines.SUPPORT.values())
    assert paid == pytest.approx(received, abs=0.01 * weight.sum())


def scheme_rows(lives):
    return {(name, group): value for name, group, _, value in protection.rows(lives.final, lives.before)}


def test_adequacy_is_what_the_law_pays_over_subsistence_and_wage(lives):
    found, economy = scheme_rows(lives), lives.final.design.terms(23, lives.final.behaviour).economy
    assert found["amount_child_benefit", "all"] == pytest.approx(1500.0 * 1.08)
    assert found["over_subsistence_child_benefit", "all"] == pytest.approx(1500.0 * 1.08 / economy.subsistence)
    assert found["over_wage_child_benefit", "all"] == pytest.approx(1500.0 * 1.08 / economy.average_wage)


def test_coverage_of_the_child_benefit_is_that_of_the_books(lives):
    found = scheme_rows(lives)
    for figure, name in (("reached", "benefit_children"), ("households", "benefit_families"),
                         ("members", "benefit_persons")):  # fmt: skip
        assert found[f"{figure}_child_benefit", "all"] == series(name)(lives.final)[-1]


def test_shares_of_tenths_add_up_and_errors_are_shares(lives):
    found = scheme_rows(lives)
    paid = [name for name in protection.STANDING if found[f"reached_{name}", "all"] > 0.0]
    assert paid == ["age_pension", "disability_pension", "social_benefit", "child_benefit"]
    for name in paid:
        for what in ("spending", "receivers"):
            assert sum(found[f"{what}_{name}", f"decile={k}"] for k in range(1, 11)) == pytest.approx(1.0)
        for what in ("of_entitled", "of_poor", "inclusion", "exclusion"):
            assert 0.0 <= found[f"{what}_{name}", "all"] <= 1.0
    assert found["spending_child_benefit", "decile=1"] > found["spending_age_pension", "decile=1"]


def test_what_a_design_pays_beyond_the_law_is_in_the_figures_of_its_schemes(village, eventful):
    scenario = small.scenario(start="2022-01", horizon="2022-12", designs={
        "more": {"social_protection": {
            "extra_cost_1": 900.0, "extra_cost_2": 900.0, "extra_cost_3": 900.0,
            "social_benefit_general_2": 6000.0, "universal_child": 200.0,
        }},
        "today": {},
    })  # fmt: skip
    found = {}
    for name in ("today", "more"):
        rules = Rules(law_of(scenario, name, village.country.regions))
        world = small.burnt_in(village, eventful, until=12, design=rules)
        found[name] = {(figure, group): value for figure, group, _, value in protection.rows(world, world)}
        books = {line: series(f"paid_{line}")(world)[-1] for line in ("extra_cost", "universal_child")}
    today, more = found["today"], found["more"]
    deflator = world.design.terms(11, world.behaviour).economy.deflator
    for name, each in (("extra_cost", 900.0), ("universal_child", 200.0)):
        assert today[f"reached_{name}", "all"] == 0.0
        assert more[f"amount_{name}", "all"] == pytest.approx(each, abs=0.01)
        assert more[f"reached_{name}", "all"] * each / deflator == pytest.approx(books[name], rel=1e-4)
    assert more["amount_social_benefit", "all"] > today["amount_social_benefit", "all"]
    assert more["amount_disability_pension", "all"] == today["amount_disability_pension", "all"]
    assert more["amount_age_pension", "all"] == today["amount_age_pension", "all"]


def test_the_poverty_gap_that_a_scheme_closes_is_found_by_taking_it_away(lives):
    """One household by hand: consumption follows income of the year with the elasticity, nothing else moves."""
    world, b = lives.final, lives.final.behaviour.consuming
    h, paid = world.households, np.zeros(lives.final.rows)
    real = world.state.consumption / world.path.markets[world.t - 1].consumer_price[h.oblast]
    i = int(np.argmin(np.where(h.size > 1, real, np.inf)))
    income, taken = float(world.state.income_year[i]), 0.25
    paid[i] = taken * income / 12.0 / world.coverage.transfers
    size = int(h.size[i])
    least = b.in_kind
    ratio = max((1.0 - taken) * income / 12.0 / size, least) / max(income / 12.0 / size, least)
    assert ratio < 1.0
    closed = size * float(real[i]) * (1.0 - ratio**b.elasticity)
    assert protection.gap_closed(world, paid) == pytest.approx(closed / paid[i], rel=1e-4)
    rich = int(np.argmax(real))
    assert real[rich] > 4.0 * b.poverty_line
    only = np.zeros(world.rows)
    only[rich] = 1.0
    assert protection.gap_closed(world, only) == 0.0


def test_extra_costs_are_a_share_of_the_line_for_each_member(lives):
    world, found = lives.final, scheme_rows(lives)
    share = yardsticks(world.population.country.folder)["extra_cost"].value
    terms, weight = world.design.terms(world.t - 1, world.behaviour), weights_of(world.households)
    scheme = protection.pensions(world, terms)["disability_pension"]
    members = float((weight * world.households.size)[scheme.receivers > 0.0].sum())
    costs = share * world.behaviour.consuming.poverty_line * members
    assert found["over_extra_disability_pension", "all"] == pytest.approx(float((weight * scheme.paid).sum()) / costs)
    assert f"{100 * share:.0f}" in Teller(made(), "all", EN).adequacy([0, 1]).notes[0]
    assert np.isnan(found["over_extra_age_pension", "all"])


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

            def add(outcome, group, value, design=design, draw=draw):
                rows.append({"outcome": outcome, "group": group, "value": value, "design": design, "draw": draw})

            amounts = {"grants": grants, "top_up": top_up, "child_benefit": 4e9, "administration": 1e8, "levy": 5e8}
            for year in YEARS:
                for line in (*lines.SPENT, *lines.RECEIVED):
                    add(f"budget_{line}", f"year={year}", amounts.get(line, 0.0))
                    add(f"today_budget_{line}", f"year={year}", 4e9 if line == "child_benefit" else 0.0)
                for name in budget.YEARLY:
                    add(name, f"year={year}", 0.1)
                    add(f"today_{name}", f"year={year}", 0.1)
            for scheme in protection.SCHEMES:
                for figure in budget.OF_SCHEMES:
                    add(f"{figure}_{scheme}", "all", 0.1)
                    add(f"today_{figure}_{scheme}", "all", 0.1)
                for what, k in itertools.product(budget.BY_DECILE, range(1, 11)):
                    add(f"{what}_{scheme}", f"decile={k}", 0.1)
                    add(f"today_{what}_{scheme}", f"decile={k}", 0.1)
            for outcome in ("contracts", "programme_cost", "net_jobs", "poverty_person_years", "gap_closed_design"):
                add(outcome, "all", 0.5)
    return pd.DataFrame(rows).assign(month=-1, replication=0, status="ok")


def made(extra: float = 0.0) -> budget.Budget:
    return budget.Budget(frame(extra), {"all": "All for grants", "part": "A part for children"}, 2)


def table(section) -> dict[str, list[float]]:
    return {row.key: [cell.value for cell in row.cells] for row in section.rows if not row.heading}


def test_totals_are_sums_of_lines_and_the_envelope_of_those_that_move():
    found = made()
    assert found.years == list(YEARS)
    assert found.envelope() == pytest.approx(np.full((2, 2), 2000.0))
    assert found.mean("levy") == pytest.approx(np.full((2, 2), 500.0))
    (section,) = Teller(found, "part", EN).by_year()
    cells = table(section)
    assert [cells[key][-1] for key in ("spending", "receipts", "net")] == pytest.approx([6100.0, 500.0, 5600.0])


def test_lines_of_a_budget_add_up_on_the_page_though_draws_differ():
    found = made()
    spread = found.frame["outcome"].isin(["budget_grants", "budget_levy"]) & (found.frame["draw"] == 1)
    found.frame.loc[spread, "value"] *= np.where(found.frame.loc[spread, "outcome"] == "budget_levy", 1.9, 0.6)
    for section in (*Teller(found, "all", EN).by_year(), Teller(found, "all", EN).side_by_side([0, 1, 2])):
        cells = table(section)
        for k in range(len(section.columns)):
            spent, received = (sum(cells[line][k] for line in cells if line in known) for known in SIDES)
            assert [cells[key][k] for key in ("spending", "receipts", "net")] == pytest.approx(
                [spent, received, spent - received])  # fmt: skip


def test_more_than_without_contracts_is_paired():
    cells = table(Teller(made(), "all", EN).against_today())
    assert cells["Spending median"] == pytest.approx([2100.0, 2100.0])
    assert cells["Spending less receipts low"] == pytest.approx([1600.0, 1600.0])


def test_many_years_and_designs_stand_in_tables_of_a_readable_width():
    assert all(len(line) <= 80 for line in sections.on_screen(Teller(made(), "all", EN).sections()).splitlines())


def test_envelopes_that_differ_are_called_so():
    assert Teller(made(), "all", EN).envelope_sentence().startswith("Equal envelopes")
    sentence = Teller(made(0.05), "all", EN).envelope_sentence()
    assert sentence.startswith("Envelopes are not equal: 'A part for children' spends +5.0\N{NO-BREAK SPACE}%")


def test_a_design_called_today_is_not_the_law_without_contracts():
    found = made()
    renamed = budget.Budget(found.frame.replace({"design": {"all": "today"}}), {"today": "T", "part": "P"}, 2)
    cells = table(Teller(renamed, "today", EN).side_by_side([0, 1, 2]))
    assert cells["grants"] == pytest.approx([0.0, 2000.0, 1000.0])
    told = json.loads(sections.as_json([Teller(renamed, "today", EN).side_by_side([0, 1, 2])]))
    assert list(told["mean_year"]["rows"]["grants"]) == [budget.WITHOUT, "today", "part"]


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
    for words in ("Spending", "Coverage", "Adequacy", "Errors of inclusion", "Efficiency", "Against '",
                  "Envelopes are not equal"):  # fmt: skip
        assert words in done.output
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    rows = list(csv.DictReader((tmp_path / "b.csv").open()))
    assert {row["line"] for row in rows} >= {"grants", "levy", "covered_quota", "exclusion_child_benefit"}
    assert {row["design"] for row in rows} == {budget.WITHOUT, "all", "part"}


@pytest.mark.parametrize("form", ["json", "csv", "md"])
def test_each_format_holds_every_table_and_the_chart_is_drawn_once(form, monkeypatch, tmp_path):
    monkeypatch.setattr(budget, "run", lambda scenario, **options: made())
    chart = tmp_path / "b.svg"
    done = CliRunner().invoke(cli.app, ["budget", "--format", form, "--chart", str(chart)])
    assert done.exit_code == 0, done.output
    if form == "json":
        keys = set(json.loads(done.stdout))
        assert keys >= {"by_year", "mean_year", "coverage", "adequacy", "spending_by_decile", "errors", "efficiency"}
    assert "<title" in chart.read_text(encoding="utf-8")
    again = CliRunner().invoke(cli.app, ["budget", "--chart", str(chart)])
    assert again.exit_code == 2
    assert "it is there already" in again.output
    nowhere = CliRunner().invoke(cli.app, ["budget", "--chart", str(tmp_path / "no" / "b.svg")])
    assert nowhere.exit_code == 2
    assert "there is no folder" in nowhere.output


def test_the_shipped_scenario_is_valid_and_names_one_envelope():

    scenario = Scenario.read(SCENARIOS / "envelope.toml")
    money = {d["social_contract"]["envelope"] for d in scenario.as_dict()["designs"].values()}
    assert len(money) == 1


def test_the_shift_of_the_page_is_a_scenario_of_one_envelope_that_can_be_balanced():
    page = (Path(__file__).parents[1] / "docs" / "budget.md").read_text(encoding="utf-8")
    text = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert text is not None
    designs = Scenario.of(tomllib.loads(text[1])).as_dict()["designs"]
    assert len({one["social_contract"]["envelope"] for one in designs.values()}) == 1
    assert "more_social_benefit" in lines.ENVELOPE
    assert designs["benefits"]["social_protection"]["social_benefit_general_2"] == 5000
