"""The workshop's server without its model: levers, designs, and what stands before every route."""

import json

import pytest

starlette = pytest.importorskip("starlette")
pytest.importorskip("httpx")

from starlette.testclient import TestClient  # noqa: E402
from typer.testing import CliRunner  # noqa: E402

from experiments.cli import app as command_line  # noqa: E402
from sim.policies import design as law_files  # noqa: E402
from sim.policies.policy import declared  # noqa: E402
from sim.policies.registry import BY_NAME  # noqa: E402
from sim.scenario import present_law  # noqa: E402
from workshop import designs, presets  # noqa: E402
from workshop.basis import Basis  # noqa: E402
from workshop.designs import Design, made, read, scenario  # noqa: E402
from workshop.examples import QUESTIONS  # noqa: E402
from workshop.levers import NUMBER, levers  # noqa: E402
from workshop.outcomes import CHOICES  # noqa: E402
from workshop.pool import Pool  # noqa: E402
from workshop.problems import PROBLEMS, Problem  # noqa: E402
from workshop.security import HEADERS, LARGEST_BODY, Buckets  # noqa: E402
from workshop.server import Settings, application  # noqa: E402
from workshop.simulations import Simulations  # noqa: E402
from workshop.texts import texts  # noqa: E402


def without_processes(folder, base_url="http://127.0.0.1:8600", **settings):
    """Return a client of a server that simulates nothing."""
    app = application(Settings(**{"rate": 1e6, "burst": 1e6} | settings))
    app.state.version = "test"
    app.state.simulations = Simulations(
        Basis(scenario([Design()], scale=1000).as_dict(), ({},) * 4, (1,) * 4, "prior", "abc", "test"), folder, Pool(1)
    )
    return TestClient(app, base_url=base_url)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def client(folder):
    return without_processes(folder)


def test_levers_come_from_the_declarations_and_stay_inside_their_ranges():
    for lever in levers():
        found = next(p for p in declared(BY_NAME[lever.policy].policy) if p.name == lever.name)
        assert (lever.label, lever.unit or found.unit) == (found.on_page.label or found.label, found.unit)
        if lever.kind == NUMBER:
            assert lever.low <= lever.today <= lever.high
            assert found.high is None or lever.high <= found.high


def test_every_lever_can_be_moved_to_its_ends_and_makes_a_scenario():
    for lever in levers():
        ends = [lever.low, lever.high] if lever.kind == NUMBER else [choice.value for choice in lever.choices]
        for value in ends:
            design = made({lever.key: value})
            assert read(design.short) == design
            scenario([Design(), design], scale=1000)


def test_levers_stand_in_three_groups_and_those_of_social_protection_are_among_them():
    assert list(dict.fromkeys(lever.group for lever in levers())) == ["families", "employers", "benefits"]
    assert {"allowance", "child", "pension", "invalidity"} <= {lever.key for lever in levers()}


def test_one_allowance_is_paid_to_every_group():
    paid = dict.fromkeys(("extra_cost_1", "extra_cost_2", "extra_cost_3"), 2000)
    assert read("allowance:2000").table() == {"social_protection": paid}


def test_the_levers_of_a_quota_law_start_from_that_law():
    assert read("law:FR").values()["rate"] == 0.06
    assert read("law:FR,rate:0.06").short == "law:FR"
    assert read("law:FR,rate:0.04").table() == {"quota": {"design": "FR", "rate": 0.04}}
    assert read("law:FR,size:10").table() == {"quota": {"design": "FR", "smallest_size": 10, "rate": 0.06}}


def test_every_question_and_preset_is_a_design_and_every_law_on_file_is_listed(client):
    for one in QUESTIONS:
        assert read(one.first) != read(one.second)
        assert one.headline in CHOICES
    for code in ("en", "ky", "ru"):
        found = client.get("/api/presets", params={"lang": code}).json()
        assert [law["code"] for law in found["laws"]] == list(law_files.codes())
        assert all(read(law["short"]).short == law["short"] for law in found["laws"] if law["short"])
        assert [law["code"] for law in found["laws"] if law["why"]] == ["CL"]
        assert all(read(one["short"]).changes for one in (*found["services"], *found["benefits"]))
    french = next(law for law in client.get("/api/presets").json()["laws"] if law["code"] == "FR")
    assert french["seats"] == ["1", "3", "6", "15", "30"]
    assert french["price"] == "4,752 to 17,820 EUR; here 70,000 to 261,000 som"


def test_a_law_of_another_country_that_comes_on_file_is_not_among_the_presets(folder):
    known = law_files.codes()
    law_files.laws_of("velnia")
    assert law_files.is_there("VL_2018")
    assert law_files.codes() == known
    presets._presets.cache_clear()
    found = without_processes(folder).get("/api/presets").json()
    assert [law["code"] for law in found["laws"]] == list(known)


def test_a_family_is_reckoned_under_todays_law_and_a_design_by_the_command(client):
    family = {"adult": ["35:woman:works:pay=20000", "60:man:group=2:insured"], "child": ["3", "9:disability"]}
    found = client.get("/api/household", params=family | {"d": "allowance:2000"}).json()
    money = found["sections"][0]
    assert money["columns"] == ["today", "B"]
    together = next(row for row in money["rows"] if row["label"] == "Money of the family a month")
    options = [f"--adult={one}" for one in family["adult"]] + [f"--child={one}" for one in family["child"]]
    law = [f"--law=social_protection.extra_cost_{group}=2000" for group in (1, 2)]
    said = CliRunner().invoke(command_line, ["household", *options, *law, "--format", "json"]).output
    money_of_command = json.loads(said)["money"]["rows"]
    today, then = (float(cell.replace(",", "")) for cell in together["cells"])
    assert {round(value) for value in money_of_command["monthly"].values()} == {today, then}
    assert then == today + 4000
    assert found["sentence"].endswith("under B.")


def test_an_employer_is_reckoned_under_a_law_on_file(client):
    found = client.get("/api/employer", params={"staff": "120", "group3": "1", "d": "law:FR"}).json()
    assert found["sentence"].startswith("Today's law: places owed 4, missing 3,")
    assert "B: places owed 7, missing 6," in found["sentence"]


@pytest.mark.parametrize(
    "path",
    ["household?adult=35:flies", "household", "household?adult=9999", "employer?staff=abc", "employer?staff=-1",
     "employer?owner=nobody", "employer?staff=1e300", "household?" + "&".join(["adult=35:woman"] * 9)],
)  # fmt: skip
def test_what_cannot_be_reckoned_gets_one_sentence(client, path):
    answer = client.get(f"/api/{path}")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in ("cannot_be_reckoned", "wrong_value")


def test_a_lever_at_todays_law_is_no_change():
    assert made({lever.key: lever.today for lever in levers()}) == Design()


def test_todays_budget_and_grant_give_the_contracts_of_the_law():
    law = present_law("kyrgyzstan").social_contract
    assert Design().contracts == law.slots.at(48) == 13_333
    assert read("grant:200000").table() == {"social_contract": {"grant": 200_000, "slots": 10_000}}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("grant:600000", "out_of_range"), ("grant:-5", "out_of_range"), ("grant:1.5", "too_fine"),
        ("grant:abc", "not_a_number"), ("grant:1e5", "not_a_number"), ("levy:nan", "not_a_number"),
        ("grnat:1", "unknown_lever"), ("exclusion:half", "not_a_choice"), ("coaching:1", "not_a_choice"),
        ("grant:1,grant:1", "twice"), ("grant", "not_a_design"), ("x" * 2000, "not_a_design"),
        ("grant:1000", "too_many_contracts"), (",", "not_a_design"), ("grant:" + "9" * 300, "not_a_number"),
    ],
)  # fmt: skip
def test_a_wrong_design_gets_one_sentence(client, text, code):
    answer = client.get("/api/design", params={"d": text})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["text"] == PROBLEMS[code][1]
    error["text"].format(**error["values"])


@pytest.mark.parametrize("value", [None, True, [], {}, "1", float("inf"), 10**400])
def test_a_wrong_kind_of_value_gets_one_sentence(value):
    with pytest.raises(Problem):
        made({"grant": value})


def test_the_form_in_links_reads_back_to_the_same_design(client):
    body = {"changes": {"levy": 0.25, "grant": 200_000, "coaching": True, "exclusion": "full"}}
    answer = client.post("/api/design", json=body).json()
    assert answer["short"] == "grant:200000,coaching:yes,levy:0.25"
    assert client.get("/api/design", params={"d": answer["short"]}).json() == answer
    assert answer["contracts"] == 10_000


def test_the_first_paint_has_levers_outcomes_regions_months_and_examples(client):
    found = client.get("/api/start").json()
    assert {"levers", "groups", "outcomes", "regions", "months", "examples", "health", "first"} <= set(found)
    assert len(found["regions"]) == 9
    assert len({(r["row"], r["column"]) for r in found["regions"]}) == 9
    assert found["months"][0] == "2026-01"


def test_all_words_sent_are_among_the_texts(client):
    known, found = set(texts()), client.get("/api/start").json()
    for lever in found["levers"]:
        assert {lever["label"], lever["help"], *(c["label"] for c in lever["choices"])} <= known
        assert lever["unit"] in known | {""}
    assert {o["label"] for o in found["outcomes"].values()} <= known
    assert {r["name"] for r in found["regions"]} <= known


def test_every_answer_forbids_what_a_page_does_not_need(client):
    for path in ("/api/start", "/api/nothing", "/static/nothing.js"):
        answer = client.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value


def test_another_host_name_is_refused(client, folder):
    assert client.get("/api/health", headers={"host": "example.org"}).json()["error"]["code"] == "wrong_host"
    assert client.get("/api/health", headers={"host": "192.168.1.5:8600"}).status_code == 400
    local = without_processes(folder, "http://192.168.1.5:8600", network=True)
    assert local.get("/api/health").status_code == 200
    assert local.get("/api/health", headers={"host": "example.org"}).status_code == 400


def test_writing_from_another_page_is_refused(client):
    body = {"changes": {}}
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert client.post("/api/design", json=body, headers=headers).status_code == 403
    assert client.post("/api/design", json=body, headers={"origin": "http://127.0.0.1:8600"}).status_code == 200
    assert client.post("/api/design", content="{}", headers={"content-type": "text/plain"}).status_code == 415


def test_a_large_body_is_refused(client):
    headers = {"content-type": "application/json"}
    assert client.post("/api/design", content=b" " * (LARGEST_BODY + 1), headers=headers).status_code == 413

    def pieces():
        for _ in range(40):
            yield b" " * 1000

    assert client.post("/api/design", content=pieces(), headers=headers).status_code == 413


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 20_000, json.dumps({"x": 1}).encode()])
def test_a_senseless_body_gets_one_sentence(client, content):
    answer = client.post("/api/design", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "error" in answer.json()


def test_a_client_that_asks_too_often_has_to_wait(folder):
    eager = without_processes(folder, rate=0.001, burst=3)
    answers = [eager.get("/api/levers").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]


def test_a_bucket_refills_and_forgets_the_longest_unseen():
    bucket = Buckets(rate=1.0, size=2.0)
    assert [bucket.take("a", now=0.0) for _ in range(3)] == [0.0, 0.0, 1.0]
    assert bucket.take("a", now=1.0) == 0.0


def test_an_error_inside_says_nothing_of_the_inside(client, monkeypatch):
    def broken(text):
        raise RuntimeError("secret /etc/passwd")

    monkeypatch.setattr(designs, "read", broken)
    answer = client.get("/api/design", params={"d": "today"})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
