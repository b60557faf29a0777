"""A fuzz of the workshop's routes from their own description; ``benchmarks/fuzz.py`` is the one with the real model.

KELISHIM_FUZZ is how many cases are made up in all; the suite makes a few for each route.
"""

import os

import pytest

pytest.importorskip("starlette")
httpx = pytest.importorskip("httpx")
pytest.importorskip("uvicorn")
schemathesis = pytest.importorskip("schemathesis")

import page_server  # noqa: E402
from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402
from hypothesis.errors import Unsatisfiable  # noqa: E402
from starlette.testclient import TestClient  # noqa: E402

from workshop.openapi import described  # noqa: E402
from workshop.routes import OPERATIONS  # noqa: E402

SIMULATING = {"/api/stream", "/api/result", "/api/story", "/api/parts", "/api/health", "/api/start", "/openapi.json",
              "/", "/r/{code}"}  # fmt: skip
SCHEMA = schemathesis.openapi.from_dict(described(OPERATIONS, "test"))
FOUND = {f"{each.method.upper()} {each.path}": each for each in (result.ok() for result in SCHEMA.get_all_operations())}
ASKED = [
    name
    for name, each in FOUND.items()
    if each.path not in SIMULATING and not each.path.endswith("/events") and "DELETE /api/facilitator" not in name
]
EACH = max(6, -(-int(os.environ.get("KELISHIM_FUZZ", "0")) // (2 * len(ASKED))))


def test_every_route_is_described():
    assert len(FOUND) == len(OPERATIONS)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    app = page_server.application(tmp_path_factory.mktemp("fuzz"), "http://127.0.0.1:8600")
    client = TestClient(app, base_url="http://127.0.0.1:8600", raise_server_exceptions=False)
    client.post("/api/facilitator", json={"token": app.state.desk.rooms.token})
    code = client.post("/api/rooms", json={"title": "fuzz"}).json()["code"]
    client.post(f"/api/rooms/{code}/join", json={"group": "fuzz"})
    return client, code


@pytest.mark.parametrize("name", ASKED)
def test_no_request_makes_the_server_fail(room, name):
    client, code = room
    for mode in schemathesis.GenerationMode:
        strategy = FOUND[name].as_strategy(generation_mode=mode)

        @settings(max_examples=EACH, deadline=None, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=strategy)
        def ask(case):
            if "code" in (case.path_parameters or {}) and name != "DELETE /api/rooms/{code}":
                case.path_parameters["code"] = code
            sent = case.as_transport_kwargs(base_url="http://127.0.0.1:8600")
            try:
                answer = client.request(
                    sent["method"], sent["url"], params=sent.get("params"), json=sent.get("json"),
                    content=sent.get("data"), headers={"content-type": "application/json"},
                )  # fmt: skip
            except httpx.InvalidURL:  # longer than any client sends
                return
            assert answer.status_code < 500, answer.text
            if answer.status_code >= 400:
                assert answer.json()["error"]["code"]

        try:
            ask()
        except Unsatisfiable:
            continue  # there is no wrong way to ask for it
