"""Library of studies: each file is valid, asks its question, and gives what is written down."""

from __future__ import annotations

import json
import math

import pytest

from experiments import library
from experiments.protocol import Plan

QUICK = ("child_benefit", "grant_size", "inspection_or_levy")  # the others: python -m experiments.library


@pytest.mark.parametrize("name", library.names())
def test_a_study_asks_one_question_names_its_arms_and_ships_its_result(name):
    plan = Plan.read(library.STUDIES / f"{name}.toml")
    assert plan.scenario.question.endswith("?")
    assert len(plan.arms) >= 3
    labels = [plan.label(arm) for arm in plan.arms]
    assert len(set(labels)) == len(labels)
    assert not any("_" in label for label in labels)
    shipped = library.expected(name)
    assert list(shipped["arms"]) == list(plan.arms)
    assert all(set(values) == set(plan.protocol.outcomes) for values in shipped["arms"].values())


def test_there_is_a_study_for_every_question_of_the_list():
    wanted = {
        "grant_size",
        "child_benefit",
        "quota_laws",
        "inspection_or_levy",
        "services_and_quota",
        "budget",
        "bad_years",
    }
    assert wanted <= set(library.names())
    assert set(library.names()) == {path.stem for path in library.EXPECTED.glob("*.json")}


@pytest.mark.parametrize("name", QUICK)
def test_a_study_gives_what_is_written_down(name):
    assert library.differences(library.expected(name), library.result(name)) == []


def test_arms_of_a_study_differ_in_the_result_written_down():
    for name in library.names():
        values = [json.dumps(each, sort_keys=True) for each in library.expected(name)["arms"].values()]
        assert len(set(values)) == len(values), name


def test_a_changed_figure_is_named():
    one = {"size": 1, "arms": {"a": {"net_jobs": 10.0, "poverty_exits": 5.0}}}
    other = {"size": 1, "arms": {"a": {"net_jobs": 10.0 + 1e-12, "poverty_exits": 6.0}}}
    assert library.differences(one, other) == ["a: poverty_exits was 5.0, is 6.0"]
    assert library.differences(one, {**one, "size": 2})
    assert math.isclose(1.0, 1.0 + library.CLOSE / 2, rel_tol=library.CLOSE)
