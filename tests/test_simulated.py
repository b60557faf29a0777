"""Calculators with ``--simulate``: those like the given one are followed, and too few of them are no answer."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pandas as pd
import pytest
import small
from typer.testing import CliRunner

from experiments import simulated, simulated_family, simulated_firm
from experiments.cli import app
from experiments.design_of_law import law_of
from experiments.employer import Firm
from experiments.household import reckon
from experiments.household_case import made
from experiments.language import language
from experiments.simulated import Figures, Run
from sim import months
from sim.behaviour import Behaviour
from sim.errors import InputError
from sim.outcomes.poverty import poor_now
from sim.population import load
from sim.state.labour import Owner
from sim.twins import Ground

T = months.parse("2026-01")
EN = language("en")
FAMILY = (["35:woman:works:pay=15000", "38:man:own:income=12000"], ["4", "7"])
SMALL = Run(scale=1000, draws=1, years=1, workers=1)
MORE = {"more": {"child_benefit": {"per_child": 5000.0}}}


def account():
    return reckon(made(*FAMILY), law_of(T))


@pytest.fixture(scope="module")
def lives():
    scenario = simulated.scenario_of(T, MORE, SMALL)
    ground = Ground.of(load(small.COUNTRY, 1000), scenario, Behaviour.central(), 1)
    return {name: ground.live(scenario, name) for name in scenario.designs}


def test_families_like_it_have_what_it_has(lives):
    wanted = simulated_family.like(account(), None)
    assert (wanted.children, wanted.adults, wanted.elders, wanted.disability, wanted.works) == (
        2,
        2,
        False,
        False,
        True,
    )
    before = lives["today"].before
    rows = simulated_family.alike(before, wanted)
    h, income = before.households, before.state.income_year / 12.0
    assert len(rows) > 0
    assert (h.children[rows] == 2).all()
    assert (h.adults[rows] == 2).all()
    assert not h.elders[rows].any()
    assert not h.with_disability[rows].any()
    mine = simulated_family.income_of(wanted, before)
    assert ((income[rows] >= mine / 1.5) & (income[rows] <= mine * 1.5)).all()
    naryn = wanted._replace(oblast=3)
    assert (h.oblast[simulated_family.alike(before, naryn)] == 3).all()


def test_income_of_the_family_is_the_identity_of_the_simulation(lives):
    """Net pay and 12,000 of own work, in som of 2023, each as far as it reaches consumption, and income in kind."""
    before = lives["today"].before
    law, coverage = law_of(T), before.coverage
    earned = account().flows.earned / law.economy.deflator
    assert account().flows.earned == pytest.approx(12_000.0 + account().of("tax_relief"))
    wanted = coverage.earned * earned + coverage.own_income * 12_000.0 / law.economy.deflator
    wanted += 4 * before.behaviour.consuming.in_kind
    assert simulated_family.income_of(simulated_family.like(account(), None), before) == pytest.approx(wanted)


def test_what_happened_is_read_from_both_ends(lives):
    wanted = simulated_family.like(account(), None)
    one = lives["design_1"]
    rows = simulated_family.alike(one.before, wanted)
    found = pd.DataFrame(simulated_family.follow(wanted, one))
    assert len(found) == len(rows)
    assert found["income"].to_numpy() == pytest.approx(one.final.state.income_year[rows] / 12.0)
    assert (found["poor"] == poor_now(one.final)[rows]).all()
    assert (found["poor_before"] == poor_now(one.before)[rows]).all()


def test_families_are_held_against_themselves():
    frame = pd.DataFrame({
        "design": ["today", "today", "a", "a"], "draw": 0, "household": [1, 2, 2, 1],
        "income": [100.0, 200.0, 180.0, 106.0],
    })  # fmt: skip
    found = simulated_family.against_today(frame)
    assert found["better"].tolist() == [False, False, False, True]
    assert found["worse"].tolist() == [False, False, True, False]


def test_employers_like_it_have_its_owner_sector_and_size(lives):
    before = lives["today"].before
    table, state = before.labour.frame.employers, before.labour.employers
    rows = simulated_firm.alike(before, Firm(40.0, 30_000.0, Owner.BUDGET, "education"))
    assert len(rows) > 0
    assert (table.owner[rows] == Owner.BUDGET).all()
    assert ((state.staff[rows] >= 20) & (state.staff[rows] <= 80)).all()
    with_workers = simulated_firm.alike(before, Firm(40.0, 30_000.0, Owner.BUDGET, workers={(3, False): 1.0}))
    assert (state.workers[with_workers] > 0).all()
    found = pd.DataFrame(simulated_firm.follow(Firm(40.0, 30_000.0, Owner.BUDGET), lives["today"]))
    ways = found[[name for name in found if name.startswith("way_")]].sum(axis=1)
    assert ways.to_numpy() == pytest.approx(found["owed"].to_numpy())


def test_shares_have_an_interval_over_draws_and_spreads_are_of_all_rows():
    frame = pd.DataFrame({
        "design": "today", "draw": [0, 0, 1, 1], "weight": [10, 30, 10, 10], "yes": [True, False, True, True],
        "value": [1.0, 2.0, 3.0, 4.0],
    })  # fmt: skip
    figures = Figures(frame, EN)
    rows = {row.key: row.cells[0].value for row in figures.share("yes", "yes", "yes")}
    assert rows["yes"] == pytest.approx(30 / 60)
    assert rows["yes low"] == pytest.approx(float(np.quantile([0.25, 1.0], 0.05)))
    spread = {row.key: row.cells[0].value for row in figures.spread("v", "v", "value") if not row.heading}
    assert spread["v 10"] < spread["v 50"] < spread["v 90"] <= 4.0


def test_too_few_are_no_answer():
    few = partial(simulated_family.follow, simulated_family.like(account(), None)._replace(oblast=6))
    scenario = simulated.scenario_of(T, {}, SMALL)
    with pytest.raises(InputError) as caught:
        simulated.lived(scenario, few, 1, "families", language("en"))
    assert str(caught.value).endswith(
        "simulated families are like this one at one household for 1,000; at least 30 are needed. Give a smaller "
        "--scale, or say less of it"
    )


def test_a_table_that_is_no_part_of_a_design_is_one_sentence():
    with pytest.raises(InputError) as caught:
        simulated.scenario_of(T, {"x": {"economy": {"income_tax": 0.2}}}, SMALL)
    assert str(caught.value) == "x: [economy] is the same for all designs of a simulation; leave it out, or --simulate"


def test_the_command_says_how_many_it_rests_on(monkeypatch):
    monkeypatch.setattr(simulated, "LEAST", 1)
    words = [word for adult in FAMILY[0] for word in ("--adult", adult)]
    words += [word for child in FAMILY[1] for word in ("--child", child)]
    asked = ["--simulate", "--scale", "1000", "--draws", "1", "--years", "1", "--workers", "1", "--format", "json"]
    done = CliRunner().invoke(app, ["household", *words, *asked, "--law", "child_benefit.per_child=5000"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)["simulated"]
    assert told["notes"][0].startswith("Families like it: ")
    cells = told["rows"]["income_before 50"]
    assert len(set(cells.values())) == 1, "they part only after the start"
    firm = ["employer", "--staff", "40", "--owner", "budget", *asked]
    done = CliRunner().invoke(app, firm)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["simulated"]["notes"][0].startswith("Employers like it: ")
