"""Scenarios: what a file means, that it survives writing, and what its schema accepts."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest
from scenarios import WHOLE, designed, mistake

from sim import months
from sim.errors import InputError
from sim.policies.law import regions
from sim.scenario import Scenario, present_law, schema, schema_text

ROOT = Path(__file__).parent.parent
READY = sorted((ROOT / "experiments" / "scenarios").glob("*.toml"))
REGIONS = regions("kyrgyzstan")


# ---------------------------------------------------------------------------------------------------- what files mean


def test_an_empty_design_is_todays_law_continued():
    scenario = Scenario.of({"designs": {"today": {}}})
    assert scenario.policies("today") == present_law("kyrgyzstan")


def test_the_design_none_signs_no_new_contracts_and_keeps_the_rest():
    scenario = Scenario.of(WHOLE)
    none, law = scenario.policies("none"), scenario.history()
    assert none == scenario.without_programme()
    assert none.social_contract.terms(47).slots == 13_333
    assert {none.social_contract.terms(t).slots for t in range(48, 120)} == {0.0}
    assert (none.quota, none.child_benefit) == (law.quota, law.child_benefit)


def test_designs_share_their_history():
    scenario = Scenario.of(WHOLE)
    law = scenario.history()
    for name in scenario.designs:
        policies = scenario.policies(name)
        for t in range(-24, scenario.start_month):
            for part in ("social_contract", "child_benefit", "financing"):
                old, new = getattr(law, part).terms(t, REGIONS), getattr(policies, part).terms(t, REGIONS)
                assert str(old) == str(new), (name, part, months.label(t))
        assert policies.quota.design.at(scenario.start_month - 1) == "KG_2025"


def test_common_changes_reach_every_design_but_none():
    scenario = Scenario.of(WHOLE)
    paid = {name: scenario.policies(name).child_benefit.terms(48).per_child for name in scenario.designs}
    assert paid.pop("none") == 1200
    assert set(paid.values()) == {1500}


def test_the_economy_is_the_same_in_all_designs():
    scenario = Scenario.of(WHOLE)
    worlds = [scenario.history(), scenario.without_programme(), *map(scenario.policies, scenario.designs)]
    assert len({world.economy for world in worlds}) == 1
    assert worlds[0].economy.terms(50).export_open == 0.0


def test_a_larger_grant_from_the_same_envelope_reaches_fewer_families():
    terms = Scenario.of(WHOLE).policies("larger").social_contract.terms(60, REGIONS)
    assert (terms.grant[0], terms.slots) == (200_000, 10_000)


def test_slots_of_a_design_replace_the_envelope_of_common():
    values = {
        "common": {"social_contract": {"envelope": 1e9}},
        "designs": {"a": {}, "b": {"social_contract": {"slots": 5}}},
    }
    scenario = Scenario.of(values)
    assert [scenario.policies(name).social_contract.terms(50).slots for name in "ab"] == [6_666, 5]


def test_an_unknown_design_is_an_input_error():
    with pytest.raises(InputError, match="did you mean 'taper'"):
        Scenario.of(WHOLE).policies("tapper")


@pytest.mark.parametrize("path", READY, ids=lambda path: path.stem)
def test_ready_scenarios_are_valid_and_state_their_question(path):
    scenario = Scenario.read(path)
    assert path.read_text(encoding="utf-8").startswith("# The question: ")
    assert scenario.question.endswith("?")
    assert scenario.name == path.stem
    for name in scenario.designs:
        policies = scenario.policies(name)
        for t in (scenario.start_month, scenario.last_month):
            assert policies.social_contract.terms(t, REGIONS).pay_share >= 0.0


def test_the_demonstration_keeps_the_envelope_of_the_larger_grants():
    demo = Scenario.read(ROOT / "experiments" / "scenarios" / "demo.toml")
    cost = {n: demo.policies(n).social_contract.terms(60, REGIONS) for n in ("today", "grant_200")}
    assert cost["grant_200"].slots * cost["grant_200"].grant[0] == 2e9
    assert cost["today"].slots * cost["today"].grant[0] == pytest.approx(2e9, rel=1e-4)
    assert list(demo.designs) == ["today", "grant_200", "taper", "levy"]


# ------------------------------------------------------------------------------------------------ writing, equality


@pytest.mark.parametrize("values", [WHOLE, {}, *[tomllib.loads(p.read_text(encoding="utf-8")) for p in READY]])
def test_a_scenario_survives_writing(values):
    scenario = Scenario.of(values)
    for again in (
        Scenario.of(tomllib.loads(scenario.to_toml())),
        Scenario.of(json.loads(scenario.to_json())),
        Scenario.of(scenario.as_dict()),
    ):
        assert again == scenario
        assert hash(again) == hash(scenario)
        assert again.to_toml() == scenario.to_toml()
        assert {n: again.policies(n) for n in again.designs} == {n: scenario.policies(n) for n in scenario.designs}


def test_equal_meaning_has_an_equal_digest_and_another_value_another_one():
    plain, listed = designed(social_contract={"grant": 5.0}), designed(social_contract={"grant": [{"value": 5}]})
    assert Scenario.of(plain).digest() == Scenario.of(listed).digest()
    assert len({Scenario.of(v).digest() for v in ({}, {"seed": 2}, plain, designed(quota="FR"), designed())}) == 5


def test_the_digest_is_the_same_in_another_process():
    code = f"from sim.scenario import Scenario; print(Scenario.of({WHOLE!r}).digest())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == Scenario.of(WHOLE).digest()


def test_scenarios_are_immutable():
    scenario = Scenario.of(WHOLE)
    with pytest.raises(ValueError, match="frozen"):
        scenario.seed = 3
    assert scenario.revised(seed=3).seed == 3
    with pytest.raises(InputError, match="seed is -3"):
        scenario.revised(seed=-3)


def test_scenarios_and_policies_can_be_sent_to_workers():
    scenario = Scenario.of(WHOLE)
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert copy.deepcopy(scenario) == scenario
    for name in scenario.designs:
        policies = scenario.policies(name)
        assert pickle.loads(pickle.dumps(policies)) == policies


def test_a_question_with_quotation_marks_and_line_breaks_survives():
    scenario = Scenario.of({"question": 'Say "no"\tor\nyes \\ Кыргыз \x7f'})
    assert Scenario.of(tomllib.loads(scenario.to_toml())) == scenario


# --------------------------------------------------------------------------------------------------------- the schema


def test_the_stored_schema_is_current():
    path = ROOT / "docs" / "scenario.schema.json"
    assert path.read_text(encoding="utf-8") == schema_text(), (
        'write it anew: python -c "from sim.scenario import schema_text; '
        "open('docs/scenario.schema.json', 'w', encoding='utf-8').write(schema_text())\""
    )


@pytest.mark.parametrize("values", [WHOLE, *[tomllib.loads(p.read_text(encoding="utf-8")) for p in READY]])
def test_the_schema_accepts_what_the_program_accepts(values):
    jsonschema.Draft202012Validator(schema()).validate(values)


@pytest.mark.parametrize(
    "values",
    [
        {"scale": 0},
        {"nmae": "x"},
        {"start": "2026-13"},
        {"start": "2026-07"},
        {"horizon": "2060-01"},
        {"economy": {"inflation": [{"from": "2029-07", "value": 0.2}]}},
        designed(social_contract={"grant": [{"from": "2036-01", "value": 1}]}),
        designed(social_contract={"slots": [{"from": "2029-01", "oblast": "Naryn", "value": 1}]}),
        designed(social_contract={"grant": -1}),
        designed(social_contract={"grant": [{"value": 1, "form": "2026-01"}]}),
        designed(social_contract={"exclusion": "half"}),
        designed(quota="ZZ"),
        designed(quota={"levy": "much"}),
    ],
)
def test_the_schema_refuses_what_the_program_refuses(values):
    assert mistake(values)
    assert not jsonschema.Draft202012Validator(schema()).is_valid(values)


def test_the_example_of_the_documentation_is_valid():
    text = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
    scenario = Scenario.of(tomllib.loads(text.split("```toml\n")[1].split("```")[0]))
    assert scenario.policies("envelope").social_contract.terms(60).slots == 10_000
    last = scenario.policies("naryn").social_contract.terms(scenario.last_month, REGIONS)
    assert set(last.grant) == {180_000}
