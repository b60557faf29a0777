"""Mistakes in scenarios: every one becomes one clear sentence with file, key, value and what would be right."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scenarios import WHOLE, answer, designed, mistake

from sim.errors import InputError
from sim.scenario import Scenario


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
            "plan.toml: designs.a.quota.design names the law 'KG_2052', which is not on file; did you mean 'KG_2025'?",
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
        (
            b"[designs.a]\nquota = KG_2025\n",
            "(at line 2, column 9); line 2 is 'quota = KG_2025'; write text in quotation marks: quota = \"KG_2025\"",
        ),
        (b"quota = FR  # France\n", 'write text in quotation marks: quota = "FR"'),
        (b"[designs.a]\nquota = { design = KG_2025 }\n", 'write text in quotation marks: design = "KG_2025"'),
        (b"label = Large grant\n", 'write text in quotation marks: label = "Large grant"'),
        (b"grant = True\n", "line 1 is 'grant = True'; write true or false in small letters"),
        (b"start = 2026-01\n", 'write text in quotation marks: start = "2026-01"'),
        (b"[designs.a\n", "line 1 is '[designs.a'"),
        (b"a = " + b"[" * 5000, "nests lists or tables too deeply"),
        (b"[designs.a]\nquota = { levy = 0,25 }\n", "line 2 has 0,25; write decimals with a point, 0.25"),
        (b"[designs.a.quota]\nlevy = 0,25\n", "line 2 has 0,25; write decimals with a point, 0.25"),
        (b"[designs.a]\nquota = { levy = [{ from = '2027-01', value = 1,5 }] }\n", "line 2 has 1,5; write decimals"),
        (
            b"[designs.a]\nsocial_contract = { grant = 200,000 }\n",
            "line 2 has 200,000; write decimals with a point, 200.000, and thousands without a mark, 200000",
        ),
        (b"[designs.a.social_contract]\ngrant = 1 250 000\n", "line 2 has 1 250 000; write thousands without"),
        (
            "[designs.a.social_contract]\ngrant = 200\u00a0000\n".encode(),
            "line 2 has 200\u00a0000; write thousands without a mark, 200000",
        ),
        (
            b'[designs.a.quota]\nlevy = "0,25"\n',
            "levy is '0,25'; it must be a number: write decimals with a point, 0.25, without quotation marks",
        ),
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


@pytest.mark.parametrize(
    "given",
    [{"suspended_from": 20, "suspended_until": 10}, {"suspended_until": 3},
     {"suspended_from": [{"from": "2028-01", "value": 30}], "suspended_until": 25}],
)  # fmt: skip
def test_a_suspension_that_ends_before_it_begins_is_one_sentence(given):
    said = mistake(designed(social_contract=given))
    assert "makes the suspension run from contract month" in said
    assert "must not be below suspended_from" in said


def test_a_suspension_of_one_month_is_taken():
    assert Scenario.of(designed(social_contract={"suspended_from": 4, "suspended_until": 4}))
