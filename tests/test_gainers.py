"""Who gains and who pays: groups add up to the country, and each line stands on the side where it belongs."""

from __future__ import annotations

import numpy as np
import pandas
import pytest

from experiments import gainers
from experiments.commands.shared import find_scenario
from experiments.language import language
from experiments.summary import summarise
from experiments.telling import Telling
from sim import twins
from sim.behaviour import Behaviour
from sim.outcomes import CODEBOOK
from sim.population import load

DRAWS = 12
EFFECTS = {  # (outcome, group): mean and spread of the difference
    ("income_change", "disability=yes"): (5e8, 1e7), ("income_change", "disability=no"): (-8e8, 1e7),
    ("income_change", "all"): (-3e8, 1e7), ("poverty_exits", "disability=yes"): (900.0, 10.0),
    ("poverty_exits", "disability=no"): (0.0, 5000.0), ("poverty_exits", "all"): (900.0, 5000.0),
    ("employer_cost", "all"): (3e9, 1e7), ("net_fiscal_cost", "all"): (-1.5e9, 1e7),
}  # fmt: skip


def told(code="en", effects=EFFECTS):
    luck = np.random.default_rng(1)
    rows = [
        (draw, 0, 1, "ok", design, outcome, group, -1, "", mean * (design == "levy") + spread * luck.standard_normal()
         * (design == "levy"))
        for draw in range(DRAWS) for design in ("today", "levy") for (outcome, group), (mean, spread) in effects.items()
    ]  # fmt: skip
    names = ["draw", "replication", "seed", "status", "design", "outcome", "group", "month", "error", "value"]
    scenario = {"designs": {"today": {"label": "Today's law"}, "levy": {"label": "Levy"}}, "start": "2026-01",
                "horizon": "2029-12", "country": "kyrgyzstan"}  # fmt: skip
    manifest = {"scenario": scenario, "asked": {"draws": DRAWS, "replications": 1}, "interval": ""}
    return Telling(summarise(pandas.DataFrame(rows, columns=names), manifest, CODEBOOK), language(code))


def test_each_line_stands_on_its_side_with_its_size():
    (said,) = gainers.sentences(told())
    gains, rest = said.split("Gains: ")[1].split(" Pays or loses: ")
    pays, unsure = rest.split(" Cannot be told apart from zero: ")
    assert "families with a member with a disability +500 (" in gains
    assert "the budget, net cost" in gains
    assert "all other families" in pays
    assert "employers" in pays
    assert "persons out of poverty in all other families" in unsure
    assert "persons out of poverty in families with a member" in gains


@pytest.mark.parametrize("code", ["ru", "ky"])
def test_the_account_is_told_in_other_languages(code):
    (said,) = gainers.sentences(told(code))
    assert language(code).text(gainers.GAINS) in said
    assert "families" not in said


def test_a_design_of_which_nothing_is_sure_gets_one_short_sentence():
    unsure = {key: (0.0, abs(spread) + 1.0) for key, (_, spread) in EFFECTS.items()}
    (said,) = gainers.sentences(told(effects=unsure))
    assert said == "Levy: who gains and who pays cannot be told from these runs; the report has the bands."


def test_the_table_has_a_row_for_each_line_and_says_what_is_the_same():
    still = {key: (0.0, 0.0) if key[0] == "employer_cost" else value for key, value in EFFECTS.items()}
    header, rows = gainers.rows(told(effects=still))
    assert header == ["Who", "Levy"]
    assert len(rows) == len(gainers.LINES)
    assert rows[4][1] == "the same"


def test_without_groups_nothing_is_said():
    only = {("net_fiscal_cost", "all"): (1.0, 0.1)}
    assert list(gainers.sentences(told(effects=only))) == []
    assert gainers.rows(told(effects=only))[1] == []


def test_groups_of_families_add_up_to_the_country():
    scenario = find_scenario(["demo"]).revised(scale=1000, horizon="2026-12")
    scenario = scenario.revised(designs={"levy": scenario.as_dict()["designs"]["levy"]})
    found = twins.compare(load("kyrgyzstan", 1000), scenario, Behaviour.central("kyrgyzstan"), 1).records()
    value = {(row["outcome"], row["group"]): row["value"] for row in found if row["month"] == -1}
    assert value["income_change", "all"] != 0.0
    for outcome in ("income_change", "poverty_exits"):
        for groups in (("disability=yes", "disability=no"), [f"decile={k}" for k in range(1, 11)]):
            parts = sum(value[outcome, group] for group in groups)
            assert parts == pytest.approx(value[outcome, "all"], abs=0.02)
