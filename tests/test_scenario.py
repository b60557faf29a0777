"""Scenarios: what a file means, that it survives writing, and that every mistake becomes one clear sentence."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sim import months
from sim.errors import InputError
from sim.policies.law import regions
from sim.scenario import Scenario, present_law, schema, schema_text

ROOT = Path(__file__).parent.parent
READY = sorted((ROOT / "experiments" / "scenarios").glob("*.toml"))
REGIONS = regions("kyrgyzstan")

WHOLE: dict[str, Any] = {
    "name": "whole",
    "question": "Everything at once?",
    "scale": 10,
    "start": "2026-01",
    "horizon": "2031-06",
    "seed": 7,
    "draws": 3,
    "prior": "medians",
    "economy": {"inflation": 0.08, "livestock_export": [{"from": "2026-03", "value": "banned"}]},
    "common": {"child_benefit": {"per_child": 1500}},
    "designs": {
        "today": {},
        "none": {"label": "Nothing"},
        "larger": {"social_contract": {"grant": 200_000, "envelope": 2e9}},
        "here": {
            "social_contract": {"grant": [{"from": "2027-07", "oblast": "Naryn", "value": 250_000}], "slots": 9_000}
        },
        "taper": {"social_contract": {"exclusion": "taper", "taper": [{"until": 39, "share": 0.3}]}},
        "levy": {"quota": {"design": "KG_2025", "assignment": "universal", "levy": 0.25}, "financing": {"mode": "tax"}},
        "france": {"quota": "FR", "services": {"coaches": 100, "fund_coaching": 0.5}},
    },
}


def mistake(values: Any) -> str:
    with pytest.raises(InputError) as error:
        Scenario.of(values, "plan.toml")
    return str(error.value)


def answer(make: Callable[[], Any], otherwise: str) -> str:
    """Return the sentence of an input error, or ``otherwise`` without one; any other exception passes."""
    try:
        make()
    except InputError as error:
        return str(error)
    return otherwise


def designed(**design: Any) -> dict[str, Any]:
    return {"designs": {"a": design}}


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


# ----------------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"nmae": "x"}, "plan.toml: nmae is not a known key; did you mean 'name'?"),
        ({"name": ""}, "plan.toml: name is ''; it must be 1 to 60 Latin letters"),
        ({"scale": 0}, "plan.toml: scale is 0; it must be at least 1"),
        ({"scale": 1001}, "plan.toml: scale is 1,001; it must be at most 1,000"),
        ({"scale": 2.5}, "plan.toml: scale is 2.5; it must be a whole number"),
        ({"scale": "10"}, "plan.toml: scale is '10'; it must be a whole number"),
        ({"draws": True}, "plan.toml: draws is true; it must be a whole number"),
        ({"prior": "median"}, "plan.toml: prior is 'median'; it must be one of 'posterior', 'draws' or 'medians'"),
        ({"country": "kyrgyzstn"}, "plan.toml: country is 'kyrgyzstn'; did you mean 'kyrgyzstan'?"),
        ({"start": "2026-13"}, "plan.toml: start is '2026-13'; it must be a month written as YYYY-MM"),
        ({"start": "2026-07"}, "plan.toml: start is '2026-07'; it must be a January"),
        ({"start": "2031-01"}, "plan.toml: horizon is '2030-12'; it must be after start 2031-01"),
        ({"horizon": "2050-01"}, "plan.toml: horizon is '2050-01'; it must be after start 2026-01 and at most 2035-12"),
        ({"designs": {}}, "plan.toml: designs is an empty table; it must be a table of at least 1"),
        ({"designs": ["a"]}, "plan.toml: designs is a list; it must be a table"),
        ({"designs": {"a": 1}}, "plan.toml: designs.a is 1; it must be a table"),
        ({"designs": {"a b": {}}}, 'plan.toml: designs."a b" is not a name of letters'),
        ({"designs": {"none": {"quota": "FR"}}}, "plan.toml: designs.none means no new contracts"),
        (designed(quotta="FR"), "plan.toml: designs.a.quotta is not a known key; did you mean 'quota'?"),
        (
            designed(quota="KG_2052"),
            "plan.toml: designs.a.quota.design names the design 'KG_2052'; did you mean 'KG_2025'?",
        ),
        (designed(quota=3), "plan.toml: designs.a.quota is 3; it must be a table"),
        (
            designed(social_contract={"grnat": 1}),
            "designs.a.social_contract.grnat is not a known key; did you mean 'grant'?",
        ),
        (designed(social_contract={"grant": -1}), "designs.a.social_contract.grant is -1; it must be at least 0"),
        (designed(social_contract={"grant": "1"}), "designs.a.social_contract.grant is '1'; it must be a number"),
        (
            designed(social_contract={"slots": "all"}),
            "social_contract.slots is 'all'; it must be a number or 'envelope'",
        ),
        (
            designed(social_contract={"grant": [{"from": "2027", "value": 1}]}),
            "social_contract.grant[0].from is '2027'; it",
        ),
        (designed(social_contract={"grant": [{"from": "2027-01"}]}), "social_contract.grant[0].value is missing"),
        (
            designed(social_contract={"grant": [{"from": "2025-01", "value": 1}]}),
            "grant has the month 2025-01; it must be from",
        ),
        (
            designed(social_contract={"grant": [{"value": 1, "oblst": "x"}]}),
            "grant[0].oblst is not a known key; did you mean",
        ),
        (
            designed(social_contract={"grant": [{"value": 1, "oblast": "Narin"}]}),
            "the oblast 'Narin'; did you mean 'Naryn'?",
        ),
        (designed(social_contract={"slots": [{"value": 1, "oblast": "Naryn"}]}), "it must be the same in all oblasts"),
        (designed(social_contract={"slots": [{"from": "2027-05", "value": 1}]}), "it must be a January, because slots"),
        (
            designed(social_contract={"grant": [{"value": 1}, {"value": 2}]}),
            "grant[1] repeats the month of an earlier entry",
        ),
        (
            designed(social_contract={"slots": "envelope"}),
            "social_contract.envelope is missing; slots = 'envelope' needs it",
        ),
        (
            designed(social_contract={"envelope": 2e6}),
            "social_contract.envelope is 2,000,000 som a year in 2026-01; it must",
        ),
        (
            designed(social_contract={"envelope": 1e6, "slots": 10_000, "grant": 100_000}),
            "it must be between a tenth and ten times the 1,000,000,000 som of slots x grant",
        ),
        (
            designed(social_contract={"pay_profile": [0.5] * 12}),
            "pay_profile adds up to 6; the twelve shares must add up to 1",
        ),
        (
            designed(social_contract={"taper": [{"until": 3, "shre": 1}]}),
            "taper[0].shre is not a known key; did you mean",
        ),
        (designed(financing={"mode": "loan"}), "designs.a.financing.mode is 'loan'; it must be one of 'none', 'tax'"),
        (designed(quota=[{"value": "FR"}]), "designs.a.quota is a list; it must be a table"),
        (
            designed(child_benefit={"per_child": [{"from": "2031-01", "value": 1}]}),
            "per_child has the month 2031-01; it",
        ),
        (designed(quota={"sanction": "levy"}), "plan.toml: designs.a.quota cannot be used: quota sanction is 'levy'"),
        (
            designed(services={"fund_coaching": 0.6, "fund_accommodation": 0.6}),
            "plan.toml: designs.a.services.fund_accommodation shares add up to 1.2; they must not exceed 1",
        ),
        (designed(quota={"rate": None}), "plan.toml: designs.a.quota.rate is empty; leave the key out"),
        ({"economy": {"inflation": 2}}, "plan.toml: economy.inflation is 2; it must be at most 1"),
    ],
)
def test_a_mistake_is_one_sentence_with_file_key_value_and_what_would_be_right(values, says):
    message = mistake(values)
    assert says in message
    assert message.startswith("plan.toml: ")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name = ", "is not valid TOML"),
        (b"[designs.a]\n[designs.a]\n", "[designs.a] occurs twice"),
        (b"name = 1\nname = 2\n", "is not valid TOML"),
        ('name = "Кыргыз"'.encode("cp1251"), "is not UTF-8"),
        (b'name = "a"\x00', "is not valid TOML"),
        (b"a = " + b"[" * 5000, "nests lists or tables too deeply"),
        (b"#" * 1_000_001, "a scenario has at most 1,000,000"),
        (b"start = 2026-01-01\n", "start is 2026-01-01; it must be a text in quotation marks"),
    ],
)
def test_a_damaged_file_is_one_sentence(tmp_path, content, says):
    path = tmp_path / "plan.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        Scenario.read(path)
    assert says in str(error.value)
    assert "plan.toml" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_names_the_nearest_one(tmp_path):
    (tmp_path / "demo.toml").write_text("")
    with pytest.raises(InputError, match=r"there is no such file; did you mean 'demo\.toml'\?"):
        Scenario.read(tmp_path / "dmeo.toml")
    with pytest.raises(InputError, match=r"ends in \.toml"):
        Scenario.read(tmp_path / "demo.json")
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(InputError, match=r"folder\.toml"):
        Scenario.read(tmp_path / "folder.toml")


def test_a_byte_order_mark_is_harmless(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_bytes(b"\xef\xbb\xbfseed = 3\n")
    assert Scenario.read(path).seed == 3


def places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [found for key, value in items for found in [(*path, key), *places(value, (*path, key))]]


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([10**400, "2026-01", []]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | st.sampled_from(["value", "from"]), inner)
    ),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(places(WHOLE)), JUNK)
@example(("designs", "here", "social_contract", "grant", 0, "from"), "9999-12")
@example(("designs", "larger", "social_contract", "envelope"), float("nan"))
def test_any_value_anywhere_is_used_or_answered_with_one_sentence(path, junk):
    values = copy.deepcopy(WHOLE)
    place = values
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = junk
    message = answer(lambda: Scenario.of(values, "plan.toml"), "")
    if message:
        assert message.startswith("plan.toml: ")
        assert "\n" not in message
        keys = [str(part) for part in path if isinstance(part, str)]
        assert any(key in message for key in keys) or path[0] in ("start", "horizon")
    else:
        scenario = Scenario.of(values)
        assert Scenario.of(scenario.as_dict()) == scenario
        assert Scenario.of(tomllib.loads(scenario.to_toml())) == scenario


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([p for p in places(WHOLE) if isinstance(p[-1], str)]), st.data())
def test_any_misspelt_key_is_named_with_its_place(path, data):
    values = copy.deepcopy(WHOLE)
    place = values
    for part in path[:-1]:
        place = place[part]
    key = path[-1]
    k = data.draw(st.integers(0, len(key) - 1))
    wrong = key[:k] + "q" + key[k:]
    assume(path[:-1] != ("designs",) and wrong != key)
    place[wrong] = place.pop(key)
    message = mistake(values)
    assert message.startswith("plan.toml: ")
    assert wrong.strip() in message or f"{key} is missing" in message


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_scenario_or_one_sentence(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    assert "any.toml" in answer(lambda: Scenario.read(path), "any.toml")


@settings(max_examples=100, deadline=None)
@given(JUNK)
def test_anything_at_all_is_a_scenario_or_one_sentence(junk):
    assert answer(lambda: Scenario.of(junk, "plan.toml"), "plan.toml: ").startswith("plan.toml: ")


def test_the_example_of_the_documentation_is_valid():
    text = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
    scenario = Scenario.of(tomllib.loads(text.split("```toml\n")[1].split("```")[0]))
    assert scenario.policies("envelope").social_contract.terms(60).slots == 10_000
    last = scenario.policies("naryn").social_contract.terms(scenario.last_month, REGIONS)
    assert set(last.grant) == {180_000}
