"""The workshop's figures: simulations of exactly the levers shown, each made once, nothing made that nobody wants."""

import json
import time

import pytest

pytest.importorskip("starlette")
pytest.importorskip("httpx")

from starlette.testclient import TestClient

from experiments import study
from workshop.basis import basis
from workshop.designs import read, scenario
from workshop.figures import Place
from workshop.server import Settings, application

DRAWS = 5
SETTINGS = {"rate": 1e6, "burst": 1e6, "draws": DRAWS, "workers": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("workshop")


@pytest.fixture(scope="module")
def client(folder):
    with TestClient(application(Settings(folder=folder, **SETTINGS)), base_url="http://127.0.0.1:8600") as made:
        simulations(made).background = ()
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
    behind, shared = basis(1000, DRAWS), scenario([read(short) for short in designs], scale=1000)
    rows = study.simulate(shared.as_dict(), behind.sets[1], behind.seeds[1])
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


def test_runs_survive_the_server(client, folder):
    known = client.get("/api/result", params={"d": ["today", "grant:200000"]}).json()
    with TestClient(application(Settings(folder=folder, **SETTINGS)), base_url="http://127.0.0.1:8600") as other:
        assert other.get("/api/start").json()["first"] is not None
        assert other.get("/api/result", params={"d": ["today", "grant:200000"]}).json() == known
        assert simulations(other).pool.workers[0].orders <= 3


def test_a_process_that_is_killed_is_replaced_and_no_answer_is_lost(client):
    worker = simulations(client).pool.workers[0]
    old = worker.process.pid
    worker.process.kill()
    answer = client.get("/api/result", params={"d": ["grant:330000"], "draws": DRAWS})
    assert answer.status_code == 200
    assert worker.process.pid != old


@pytest.mark.parametrize(
    "params", [{"d": []}, {"d": ["today"] * 9}, {"d": ["x"]}, {"d": ["today"], "draws": "0"},
               {"d": ["today"], "draws": "9999"}, {"d": ["today"], "details": "2"}],
)  # fmt: skip
def test_a_senseless_question_gets_one_sentence(client, params):
    for path in ("/api/stream", "/api/result"):
        answer = client.get(path, params=params)
        assert answer.status_code == 400
        assert "error" in answer.json()
