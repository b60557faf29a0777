"""The command ``worth``: what a known parameter is worth to a choice, from the draws of a study."""

from __future__ import annotations

import dataclasses

import pytest
from scipy.stats import norm
from typer.testing import CliRunner

from experiments import runner, summary, worth
from experiments.cli import app
from experiments.protocol import Plan
from experiments.study import prepare
from sim.errors import InputError, ResultError

LEVY, PRICES = "designs.levy.quota.levy", "economy.inflation"
PLAN = {
    "scale": 1000, "start": "2023-01", "horizon": "2024-06", "prior": "medians",
    "designs": {"today": {}, "levy": {"quota": {"design": "KG_2025", "assignment": "universal", "levy": 0.2}}},
}  # fmt: skip


def simulate(scenario, values, seed):
    """Net jobs of the levy: more than today's by 1,000 standard deviations of the levy's score; prices do nothing."""
    gain = 1000.0 * norm.ppf(min(max(values[LEVY], 1e-6), 1.0 - 1e-6))
    rows = [("today", 5000.0), ("levy", 5000.0 + gain)]
    return [{"design": d, "outcome": "net_jobs", "group": "all", "month": -1, "value": v} for d, v in rows]


def folder(tmp_path, monkeypatch, points):
    mark = tmp_path / "ready"
    mark.touch()
    monkeypatch.setattr(runner, "compiled", lambda: mark)
    explore = {"method": "lhs", "points": points, "factors": {LEVY: [0.0, 1.0], PRICES: [0.02, 0.2]}}
    made = Plan.of({**PLAN, "study": {"outcomes": ["net_jobs"], "explore": explore}})
    runner.run(dataclasses.replace(prepare(made), simulator=simulate), tmp_path / "results", workers=1)
    return tmp_path / "results"


def test_the_parameter_that_decides_is_worth_all_there_is_to_know(tmp_path, monkeypatch):
    place = folder(tmp_path, monkeypatch, 128)
    found = worth.learning(summary.read(place), "net_jobs")
    first, value = found.ranked[0]
    assert first == LEVY
    assert value.value == pytest.approx(1000.0 * norm.pdf(0.0), rel=0.1)
    assert found.everything.value == pytest.approx(1000.0 * norm.pdf(0.0), rel=0.1)
    assert [other.value for _, other in found.ranked[1:]] == [0.0], "prices change nothing"
    said = CliRunner().invoke(app, ["worth", str(place)])
    assert said.exit_code == 0, said.output
    assert LEVY in said.output
    assert "without any effect would seem to bring" in said.output


def test_too_few_draws_and_unknown_outcomes_are_refused(tmp_path, monkeypatch):
    found = summary.read(folder(tmp_path, monkeypatch, 16))
    with pytest.raises(ResultError, match="16 draws have a figure for all designs; at least 40 are needed"):
        worth.learning(found, "net_jobs")
    with pytest.raises(InputError, match="is not an outcome"):
        worth.learning(found, "joy")
