"""The workshop's figures: simulations of exactly the levers shown, each made once, nothing made that nobody wants."""

import csv
import io
import json
import time
import tomllib

import pytest

pytest.importorskip("starlette")
pytest.importorskip("httpx")

from starlette.testclient import TestClient
from typer.testing import CliRunner

from experiments import worlds
from experiments.cli import app as command_line
from sim.scenario import Scenario
from workshop.basis import basis
from workshop.designs import read, scenario
from workshop.estimating import Estimator, ahead
from workshop.examples import QUESTIONS
from workshop.figures import Place
from workshop.outcomes import CARDS
from workshop.server import Settings, application
from workshop.taking import TABLES
from workshop.telling import SENTENCES

DRAWS = 5
LABOUR = 100  # as fine as figures need it that are only compared with themselves
SETTINGS = {"rate": 1e6, "burst": 1e6, "draws": DRAWS, "workers": 1, "labour_scale": LABOUR}
pytestmark = pytest.mark.usefixtures("patient")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("workshop")


def serving(folder):
    settings = Settings(folder=folder, runs=folder / "runs", **SETTINGS)
    return TestClient(application(settings), base_url="http://127.0.0.1:8600")


@pytest.fixture(scope="module")
def client(folder):
    with TestClient(
        application(Settings(folder=folder, runs=folder / "runs", **SETTINGS)), base_url="http://127.0.0.1:8600"
    ) as made:
        simulations(made).background.clear()
        yield made


def events(client, **params):
    with client.stream("GET", "/api/stream", params=params) as answer:
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


def simulations(client):
    return client.app.state.simulations


def orders(client):
    return sum(worker.orders for worker in simulations(client).pool.workers)


def test_the_first_showing_has_an_interval_and_more_runs_follow(client):
    found = [data for name, data in events(client, d=["today", "grant:200000"]) if name == "figures"]
    assert [data["draws"] for data in found] == [4, DRAWS]
    assert [data["stage"] for data in found] == ["first", "complete"]
    assert all(data["kind"] == "simulated" for data in found)
    assert found[0]["outcomes"]["net_jobs"][1]["low"] is not None
    assert found[0]["designs"][1]["contracts"] == 10_000


def test_figures_are_those_of_the_command_line_bit_for_bit(client):
    designs = ["today", "grant:200000", "who:universal,levy:0.25", "none", "exclusion:taper,subsidy:0.5"]
    client.get("/api/result", params={"d": designs, "draws": 2}).raise_for_status()
    behind = basis(1000, DRAWS, labour_scale=LABOUR)
    shared = scenario([read(short) for short in designs], scale=1000, labour_scale=LABOUR)
    rows = worlds.simulate(shared.as_dict(), behind.sets[1], behind.seeds[1])
    layout = simulations(client).layout
    for name, short in zip(shared.designs, designs, strict=True):
        expected = {Place(r["outcome"], r["group"], r["month"]): r["value"] for r in rows if r["design"] == name}
        for place, value in zip(layout.places, simulations(client).memory.runs(short)[1], strict=True):
            assert value == expected[place] or (value != value and expected[place] != expected[place]), place


def test_a_design_is_computed_once_for_everybody(client):
    params = {"d": ["today", "grant:210000"], "draws": DRAWS}
    first = client.get("/api/result", params=params).json()
    before = orders(client)
    assert client.get("/api/result", params=params).json() == first
    assert orders(client) == before


def test_what_is_no_longer_wanted_is_not_begun(client):
    while any(worker.job for worker in simulations(client).pool.workers):
        time.sleep(0.05)
    before = orders(client)
    for k in range(6):
        for _ in events(client, d=[f"grant:{220_000 + 1000 * k}"], draws=4):
            break
    assert not simulations(client).asked
    assert orders(client) - before < 6 * 4 + 2


def test_the_same_design_twice_is_the_same(client):
    found = client.get("/api/result", params={"d": ["today", "today"], "details": 0}).json()
    assert {change[1]["verdict"] for change in found["differences"].values()} <= {"the same", "undefined"}


def test_a_file_holds_as_many_runs_as_the_command_beside_it_makes(client):
    designs = ["today", "grant:205000"]  # asked for by the file first: it waits for all runs
    params = {"d": designs, "table": "draws"}
    rows = list(csv.DictReader(io.StringIO(client.get("/api/csv", params=params).content.decode("utf-8-sig"))))
    assert [(row["design"], row["draw"]) for row in rows] == [(d, str(k)) for d in designs for k in range(DRAWS)]
    assert f"--draws {DRAWS} " in client.get("/api/command", params={"d": designs}).json()["command"]
    fewer = client.get("/api/csv", params=params | {"draws": 2}).content.decode("utf-8-sig").splitlines()
    assert len(fewer) == 1 + 2 * len(designs)


def test_the_command_of_a_design_gives_the_figures_of_the_page(client, tmp_path):
    designs = ["today", "grant:200000,levy:0.25"]
    shown = client.get("/api/result", params={"d": designs, "draws": 2, "details": 0}).json()
    given = client.get("/api/command", params={"d": designs, "draws": 2, "label": ["", "Mine"]}).json()
    (tmp_path / given["file"]).write_text(given["toml"], encoding="utf-8")
    words = given["command"].split()
    assert words[:2] == ["kelishim", "compare"]
    arguments = [str(tmp_path / given["file"]) if word == given["file"] else word for word in words[1:]]
    out = tmp_path / "results"
    done = CliRunner().invoke(command_line, [*arguments, "--workers", "1", "--out", str(out)])
    assert done.exit_code == 0, done.output
    levels = json.loads((out / "summary.json").read_text())["levels"]
    for outcome, spreads in shown["outcomes"].items():
        for spread, name in zip(spreads, ("today", "design_B"), strict=True):
            row = next(row for row in levels if (row["outcome"], row["design"]) == (outcome, name))
            if spread["median"] is not None:
                assert spread["median"] == pytest.approx(row["median"], rel=1e-6), outcome


def test_a_scenario_file_of_many_designs_reads_back(client, tmp_path):
    designs = ["none", "today", "today", "none", "coaching:yes,goods:yes"]
    answer = client.get("/api/scenario", params={"d": designs})
    made = Scenario.of(tomllib.loads(answer.text))
    assert len(made.designs) == 5
    assert "attachment" in answer.headers["content-disposition"]


@pytest.mark.parametrize("name", TABLES)
def test_each_table_comes_as_csv_that_is_not_empty(client, name):
    answer = client.get("/api/csv", params={"d": ["today", "grant:200000", "levy:0.25"], "table": name})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows
    assert all(None not in row and None not in row.values() for row in rows)
    assert {row["design"] for row in rows} <= {"today", "grant:200000", "levy:0.25"}


def test_a_life_is_told_only_where_something_differs_and_how_often_that_is(client):
    for kind, versus in (("family", "exclusion:none"), ("employer", "who:universal,levy:0.5")):
        params = {"d": "today", "versus": versus, "kind": kind, "lang": "en"}
        story = client.get("/api/story", params=params).json()
        first, second = story["lives"]
        assert first != second
        assert story["differing"] >= 1
        assert "of 100 lives like this something differs" in story["share"]
        assert "{" not in json.dumps([line["text"] for line in (*first, *second)])
        other = client.get("/api/story", params=params | {"number": 1}).json()
        assert other["differing"] == story["differing"]
        assert other["lives"] != story["lives"] or story["differing"] == 1
    same = client.get("/api/story", params={"d": "today", "versus": "today", "kind": "family"}).json()
    assert "title" not in same
    assert same["share"].startswith("Nothing differs between A and B in any of the ")
    assert len(set(SENTENCES.values())) == len(SENTENCES)


def test_net_jobs_are_taken_apart_and_the_steps_add_up(client):
    found = client.get("/api/parts", params={"d": ["today", "envelope:4000000000"]}).json()
    *steps, total = found["account"]["rungs"]
    assert sum(rung["end"] - rung["start"] for rung in steps) == total["end"]
    assert found["note"].startswith("Means over 4 runs")
    assert client.get("/api/parts", params={"d": ["today"]}).status_code == 400


def test_runs_are_followed_on_after_the_last_new_contract(client):
    found = client.get("/api/later", params={"d": ["none", "none"]}).json()
    assert found["months"][-1] == "2034-12"
    assert len(found["line"]["median"]) == len(found["months"]) == 108
    assert not any(found["line"]["median"])  # nothing is simulated for two designs without contracts
    assert client.get("/api/later", params={"d": ["today"]}).status_code == 400


@pytest.mark.parametrize("code", ["en", "ky", "ru"])
def test_a_report_stands_alone_in_every_language(client, code):
    answer = client.get("/api/report", params={"d": ["today", "who:universal,levy:0.25"], "lang": code})
    assert f'<html lang="{code}">' in answer.text
    assert "<script" not in answer.text
    assert "http" not in answer.text.replace("http://www.w3.org", "")
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]
    assert "levy = 0.25" in answer.text


@pytest.mark.parametrize("code", ["en", "ky", "ru"])
def test_slides_of_a_quota_law_have_a_page_for_each_outcome_and_end_with_the_sources(client, code):
    answer = client.get("/api/slides", params={"d": ["today", "law:FR"], "lang": code})
    assert answer.text.count('<section class="slide">') == len(CARDS) + 2
    assert "<script" not in answer.text
    assert "L. 5212" in answer.text.split('<section class="slide">')[-1]
    assert "FR&#34;" in answer.text  # in the scenario file below


def test_a_session_is_reported_and_exported_with_its_designs(client):
    client.post("/api/facilitator", json={"token": client.app.state.desk.rooms.token})
    code = client.post("/api/rooms", json={"title": "Osh & <b>Batken</b>"}).json()["code"]
    client.post(f"/api/rooms/{code}/join", json={"group": "=1+1"})
    client.post(f"/api/rooms/{code}/designs", json={"name": "Known", "design": "grant:200000"})
    client.post(f"/api/rooms/{code}/designs", json={"name": "Never run", "design": "grant:201234"})
    report = client.get(f"/api/rooms/{code}/report", params={"lang": "ru"}).text
    assert "Osh &amp; &lt;b&gt;Batken" in report
    assert "Never run" in report
    whole = client.get(f"/api/rooms/{code}/export.json").json()
    assert [design["name"] for design in whole["designs"]] == ["Known", "Never run"]
    table = client.get(f"/api/rooms/{code}/export.csv").content.decode("utf-8-sig")
    assert "'=1+1" in table
    client.delete("/api/facilitator")
    assert client.get(f"/api/rooms/{code}/export.json").status_code == 401


def test_runs_survive_the_server(client, folder):
    known = client.get("/api/result", params={"d": ["today", "grant:200000"]}).json()
    asked = [QUESTIONS[0].first, QUESTIONS[0].second]
    client.get("/api/result", params={"d": asked}).raise_for_status()
    with TestClient(
        application(Settings(folder=folder, runs=folder / "runs", **SETTINGS)), base_url="http://127.0.0.1:8600"
    ) as other:
        assert other.get("/api/start").json()["first"] is not None
        assert other.get("/api/result", params={"d": ["today", "grant:200000"]}).json() == known
        assert simulations(other).pool.workers[0].orders <= 3


def test_whoever_waits_gets_an_estimate_that_says_so_and_then_the_simulation(client, monkeypatch):
    now = simulations(client)
    client.get("/api/result", params={"d": "today", "draws": DRAWS}).raise_for_status()
    today = now.table("today", DRAWS)
    runs = [(design, k % DRAWS, today[k % DRAWS] * (1.0 + 0.01 * k)) for k, design in enumerate(ahead()[:150])]
    estimator = Estimator.learnt(now.layout, today, runs)
    monkeypatch.setattr(now, "estimates", lambda: estimator)
    monkeypatch.setattr("workshop.simulations.SOON", 0.001)
    found = [data for name, data in events(client, d=["today", "grant:340000"]) if name == "figures"]
    assert [data["kind"] for data in found] == ["estimated", "simulated", "simulated"]
    assert [data["draws"] for data in found] == [0, 4, DRAWS]
    assert found[0]["interval"]["text"].startswith("An estimate")
    assert found[0]["error"]["net_jobs"] > 0.0
    assert found[0]["outcomes"]["net_jobs"][1]["low"] < found[0]["outcomes"]["net_jobs"][1]["high"]
    again = [data["kind"] for name, data in events(client, d=["today", "grant:340000"]) if name == "figures"]
    assert again == ["simulated"]


def test_a_story_does_not_wait_for_what_nobody_asked_for(client):
    simulations(client).background.update(dict.fromkeys(f"grant:{400_000 + 1000 * k}" for k in range(12)))
    before = orders(client)
    answer = client.get("/api/story", params={"d": "grant:212000", "versus": "today", "kind": "employer"})
    simulations(client).background.clear()
    assert answer.status_code == 200
    assert orders(client) - before <= 4


def test_what_nobody_asked_for_goes_on_when_everybody_has_left(client):
    now = simulations(client)
    client.get("/api/result", params={"d": "today", "draws": DRAWS}).raise_for_status()
    now.background.update({"grant:480000": None})
    client.get("/api/result", params={"d": "today", "draws": DRAWS}).raise_for_status()  # known: nothing is run for it
    for _ in range(6000):
        if now.known("grant:480000") == DRAWS:
            break
        time.sleep(0.1)
    now.background.clear()
    assert now.known("grant:480000") == DRAWS


def test_a_process_that_is_killed_is_replaced_and_no_answer_is_lost(client):
    worker = simulations(client).pool.workers[0]
    old = worker.process.pid
    worker.process.kill()
    found = [data["draws"] for name, data in events(client, d=["grant:330000"]) if name == "figures"]
    assert found[-1] == DRAWS
    assert worker.process.pid != old


@pytest.mark.parametrize(
    "params", [{"d": []}, {"d": ["today"] * 25}, {"d": ["x"]}, {"d": ["today"], "draws": "0"},
               {"d": ["today"], "draws": "9999"}, {"d": ["today"], "details": "2"}],
)  # fmt: skip
def test_a_senseless_question_gets_one_sentence(client, params):
    for path in ("/api/stream", "/api/result"):
        answer = client.get(path, params=params)
        assert answer.status_code == 400
        assert "error" in answer.json()


def test_a_session_is_pictured_and_reported_with_real_runs(client):
    client.get("/api/result", params={"d": ["today", "grant:200000"], "draws": DRAWS}).raise_for_status()
    client.post("/api/facilitator", json={"token": client.app.state.desk.rooms.token}).raise_for_status()
    question = {"title": "Real", "question": ["today", "grant:200000"]}
    room = f"/api/rooms/{client.post('/api/rooms', json=question).json()['code']}"
    client.post(f"{room}/join", json={"group": "Union"}).raise_for_status()
    client.patch(room, json={"round": "predict"}).raise_for_status()
    client.post(f"{room}/prediction", json={"low": -5000, "high": 5000}).raise_for_status()
    client.patch(room, json={"round": "reveal"}).raise_for_status()
    client.post(f"{room}/designs", json={"name": "Ours", "design": "grant:200000"}).raise_for_status()
    found = client.get(f"{room}/picture", params={"lang": "ru"}).json()
    shown = client.get("/api/result", params={"d": ["today", "grant:200000"], "draws": DRAWS}).json()
    change = shown["differences"]["net_jobs"][1]
    assert found["designs"][0]["change"]["median"] == found["guesses"]["truth"]["median"] == change["median"]
    assert found["designs"][0]["draws"] == DRAWS
    assert 0 <= found["guesses"]["rows"][0]["points"] <= 100
    page = client.get(f"{room}/report").text
    assert f"--draws {DRAWS} " in page
    assert "By region" in page
    assert "Ours (Union)" in page
    client.delete(room).raise_for_status()
