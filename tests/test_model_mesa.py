"""Kelishim is a real model of Mesa, and gives the same bits as the twins."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import mesa
import numpy as np
import pytest
from small import small

from sim import ColumnCollector, Kelishim, Scenario, twins
from sim.agentset import Employer, Household
from sim.errors import InputError

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "experiments" / "examples"
DESIGNS = {
    "today": {},
    "large": {"social_contract": {"grant": 200_000.0}},
    "taxed": {"social_contract": {"grant": 200_000.0}, "financing": {"mode": "tax"}},
}
SHORT = Scenario.of({"scale": 1000, "labour_scale": 100, "start": "2022-01", "horizon": "2022-12", "designs": DESIGNS})
LATER = Scenario.of({"scale": 1000, "labour_scale": 100, "start": "2023-01", "horizon": "2023-08", "designs": DESIGNS})
LONG = Scenario.of({"scale": 1000, "labour_scale": 100, "start": "2022-01", "horizon": "2026-12", "designs": DESIGNS})


def test_importing_sim_needs_no_heavy_package():
    program = "import sys, sim; sim.__all__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not set(done.stdout.split()) & {"numpy", "numba", "pandas", "scipy", "mesa", "pydantic"}


def test_it_is_a_model_of_mesa_and_a_step_is_a_month():
    model = Kelishim(SHORT)
    assert isinstance(model, mesa.Model)
    assert (model.month, model.steps, model.running) == ("2021-12", 0, True)
    model.step()
    assert (model.month, model.steps) == ("2022-01", 1)
    model.run_model()
    assert (model.month, model.steps, model.running) == ("2022-12", 12, False)
    model.step()
    assert model.month == "2022-12"
    assert len(model.frame()) == 12
    assert model.figure("poor") > 0


@pytest.mark.parametrize(
    ("scenario", "design"), [(SHORT, "today"), (LATER, "large"), (LATER, "taxed"), (SHORT, "taxed")]
)
def test_the_same_seed_gives_the_same_bits_as_the_twins(scenario, design):
    model = Kelishim(scenario, design=design, seed=3)
    model.run_model()
    assert_as_the_twins(model, scenario, design, 3)


def assert_as_the_twins(model, scenario, design, seed):
    """Compare every column and every record of a model that has run with those of the twins."""
    mine, people = model.world, model.world.population
    roots = twins.roots(people, scenario, model.behaviour, seed)
    theirs = twins.live(twins.law_of(scenario, design, people.country.regions), *roots[1:], scenario.last_month).final
    for table in ("state", "markets"):
        for name in getattr(mine, table)._fields:
            assert np.array_equal(getattr(getattr(mine, table), name), getattr(getattr(theirs, table), name)), name
    for table in ("persons", "employers"):
        for name in getattr(mine.labour, table)._fields:
            a, b = getattr(getattr(mine.labour, table), name), getattr(getattr(theirs.labour, table), name)
            assert np.array_equal(a, b), name
    first = scenario.start_month
    for row, other in zip(mine.records.rows[first:], theirs.records.rows, strict=True):
        assert all(np.array_equal(row[name], other[name]) for name in other)


def test_sixty_months_through_mesa_are_collected_month_by_month_and_give_the_same_bits():
    model = Kelishim(LONG, design="large", seed=2)
    collector = ColumnCollector({"jobs": lambda m: m.figure("gross_jobs")}, {Household: {"earned": "earned"}})
    months = []
    while model.running:
        model.step()
        collector.collect(model)
        months.append(model.month)
    assert (len(months), months[0], months[-1]) == (60, "2022-01", "2026-12")
    frame = model.frame()
    assert len(frame) == 60
    assert np.isfinite(frame.select_dtypes("number").to_numpy()).all()
    assert len(collector.model_vars["jobs"]) == 60
    incomes = collector.get_agenttype_vars_dataframe(Household)
    assert len(incomes) == 60 * len(model.households)
    assert np.isfinite(incomes["earned"]).all()
    assert_as_the_twins(model, LONG, "large", 2)


def test_collecting_whole_columns_and_agent_by_agent_is_the_same():
    model = Kelishim(SHORT)
    kinds = {
        Household: {"declared": "declared", "rich": lambda s: s.get("declared") > 9000}, Employer: {"owed": "owed"},
    }  # fmt: skip
    fast = ColumnCollector({"poor": lambda m: m.figure("poor")}, kinds)
    slow = mesa.DataCollector(
        {"poor": lambda m: m.figure("poor")},
        agenttype_reporters={
            Household: {"declared": "declared", "rich": lambda a: a.declared > 9000},
            Employer: {"owed": "owed"},
        },
    )
    for _ in range(2):
        model.step()
        fast.collect(model)
        slow.collect(model)
    for kind in kinds:
        assert fast.get_agenttype_vars_dataframe(kind).equals(slow.get_agenttype_vars_dataframe(kind))
    assert fast.get_model_vars_dataframe().equals(slow.get_model_vars_dataframe())
    assert model.datacollector.get_model_vars_dataframe()["poor"].tolist() == fast.model_vars["poor"]


@pytest.mark.parametrize(
    ("reporters", "says"),
    [
        ({"agenttype_reporters": {Household: {"earned": "incmoe"}}}, "no column 'incmoe'; did you mean 'own_income'"),
        ({"agenttype_reporters": {Household: {"owed": "owed"}}}, "household has no column 'owed'; "),
        ({"agenttype_reporters": {Employer: {"owed": lambda agent: agent.ovwed}}}, "did you mean 'owed'"),
        ({"agent_reporters": {"earned": "incmoe"}}, "no column 'incmoe'; did you mean 'own_income'"),
    ],
)
def test_a_misspelt_reporter_of_mesas_own_collector_is_named_with_the_nearest_column(reporters, says):
    model = Kelishim(SHORT, population=small(60))
    model.step()
    with pytest.raises(InputError, match=says):
        mesa.DataCollector(**reporters).collect(model)


def test_a_misspelt_column_of_the_fast_collector_is_named_with_the_nearest_one():
    model = Kelishim(SHORT, population=small(60))
    model.step()
    with pytest.raises(AttributeError, match="no column 'incmoe'; did you mean 'own_income'"):
        ColumnCollector(agenttype_reporters={Household: {"earned": "incmoe"}}).collect(model)


def test_a_reporter_of_all_agents_is_empty_for_those_that_have_no_such_column():
    model = Kelishim(SHORT, population=small(60))
    model.step()
    collector = mesa.DataCollector(agent_reporters={"earned": "earned"})
    collector.collect(model)
    found = collector.get_agent_vars_dataframe()["earned"]
    assert found.notna().sum() == len(model.households) == 60
    assert len(found) == len(model.agents) > 60


def test_what_is_written_into_an_agent_counts():
    first, second = Kelishim(SHORT), Kelishim(SHORT)
    second.households.set("aware", 1)
    second.households.set("due_1", 50_000.0)
    for model in (first, second):
        model.step()
    assert second.households.agg("aware", sum) == len(second.households)
    assert second.households.agg("income_year", np.mean) > first.households.agg("income_year", np.mean)


def test_agents_are_reached_by_type_without_being_registered():
    model = Kelishim(SHORT)
    assert len(model.agents) == len(model.households) + len(model.persons) + len(model.employers)
    assert model.agents_by_type[Household] is model.households
    assert model.households[0].model is model
    assert model.agent_types == list(model.agents_by_type)


def test_a_mistake_is_one_sentence():
    with pytest.raises(InputError, match="design is 'larg'; did you mean 'large'"):
        Kelishim(SHORT, design="larg")
    model = Kelishim(SHORT)
    assert np.isnan(model.figure("poor"))
    model.step()
    with pytest.raises(InputError, match="did you mean 'poor'"):
        model.figure("por")


def test_the_example_script_runs(capsys):
    out = runpy.run_path(str(EXAMPLES / "mesa_script.py"), run_name="example")["main"]()
    assert out["last month"] == "2023-12"
    assert len(out["by month"]) == 24
    assert "contract families" in capsys.readouterr().out


def test_the_page_builds_where_solara_is_installed():
    pytest.importorskip("solara")
    assert "page" in runpy.run_path(str(EXAMPLES / "solara_page.py"))
