"""Arms that differ in more than policy: behaviour, the economy, another drawing of the simulated population."""

from __future__ import annotations

import json

import pytest

from experiments.protocol import Plan
from experiments.study import prepare
from experiments.worlds import HISTORY, simulate
from sim.behaviour import medians
from sim.errors import InputError
from sim.outcomes import AGAINST_FIRST

BASE = {
    "country": "velnia", "scale": 1000, "labour_scale": 100, "start": "2024-01", "horizon": "2024-12",
    "prior": "medians", "worlds": "whole",
    "designs": {"today": {}, "larger": {"social_contract": {"grant": 200_000}}},
}  # fmt: skip
ARMS = {
    "today": {},
    "same": {"design": "today"},
    "larger": {},
    "eager": {"design": "today", "behaviour": {"starting.rate": 0.08}},
    "dear": {"design": "today", "economy": {"inflation": 0.2}},
    "others": {"design": "today", "population": 2},
}
VALUES = dict(medians("velnia"))


def plan(arms=ARMS, **more) -> Plan:
    return Plan.of({**BASE, "study": {"outcomes": ["net_jobs"], "arms": arms}, **more})


def by_arm(records):
    found = {}
    for row in records:
        if row["group"] != HISTORY and row["outcome"] not in AGAINST_FIRST:
            found.setdefault(row["design"], []).append({**row, "design": ""})
    return {arm: json.dumps(rows) for arm, rows in found.items()}


@pytest.fixture(scope="module")
def records():
    return simulate(prepare(plan()).plain, VALUES, 5)


def test_an_arm_that_differs_in_nothing_lives_the_same_life(records):
    found = by_arm(records)
    assert list(found) == list(ARMS)
    assert found["same"] == found["today"]
    assert found["larger"] != found["today"]


def test_only_arms_that_live_in_the_world_of_the_first_are_held_against_it(records):
    """A household cannot be compared with itself in another economy, population or behaviour."""
    found = {row["design"] for row in records if row["outcome"] in AGAINST_FIRST}
    assert found == {"today", "same", "larger"}


@pytest.mark.parametrize("arm", ["eager", "dear", "others"])
def test_an_arm_with_another_behaviour_economy_or_population_lives_another_life(records, arm):
    assert by_arm(records)[arm] != by_arm(records)["today"]


def test_designs_alone_are_the_arms_of_a_study_without_arms(records):
    alone = by_arm(simulate(prepare(Plan.of(BASE)).plain, VALUES, 5))
    assert {arm: alone[arm] for arm in ("today", "larger")} == alone
    assert all(by_arm(records)[arm] == alone[arm] for arm in alone)


def test_an_arm_with_other_behaviour_is_the_run_with_those_parameters(records):
    changed = {**VALUES, "starting.rate": 0.08}
    assert by_arm(simulate(prepare(Plan.of(BASE)).plain, changed, 5))["today"] == by_arm(records)["eager"]


def test_an_arm_with_another_economy_is_the_scenario_with_that_economy(records):
    scenario = prepare(Plan.of({**BASE, "economy": {"inflation": 0.2}})).plain
    assert by_arm(simulate(scenario, VALUES, 5))["today"] == by_arm(records)["dear"]


def test_the_past_is_written_down_once_for_the_first_arm(records):
    history = [row for row in records if row["group"] == HISTORY]
    assert {row["design"] for row in history} == {"today"}
    names = [row["outcome"] for row in history]
    assert len(names) == len(set(names)) > 0


def test_what_an_arm_differs_in_belongs_to_the_identity_of_the_study_and_its_label_does_not():
    mine = prepare(plan()).identity
    assert prepare(plan({**ARMS, "eager": {"design": "today", "behaviour": {"starting.rate": 0.09}}})).identity != mine
    assert prepare(plan({**ARMS, "dear": ARMS["dear"] | {"label": "Dear bread"}})).identity == mine
    others = prepare(plan({name: arm for name, arm in ARMS.items() if name != "others"})).identity
    assert others["population"] != mine["population"], "another population is part of the identity"


@pytest.mark.parametrize(
    ("arm", "says"),
    [
        ({"design": "todey"}, "arms.one has no design 'todey'; did you mean 'today'"),
        ({"design": "today", "behaviour": {"starting.rat": 0.1}}, "no parameter 'starting.rat'; did you mean"),
        ({"design": "today", "economy": {"inflaton": 0.1}}, "inflaton"),
        ({"design": "today", "population": 0}, "population is 0"),
        ({"design": "today", "country": "atlantis"}, "atlantis"),
    ],
)
def test_a_mistake_in_an_arm_is_one_sentence(arm, says):
    with pytest.raises(InputError) as error:
        plan({"today": {}, "one": arm})
    assert says in str(error.value)
    assert "\n" not in str(error.value)
