"""Room mode: groups join without accounts, every answer reaches the disk, nobody sees or does what is not theirs."""

import json
import signal
import sqlite3
import threading
import time
from contextlib import suppress

import pytest

pytest.importorskip("starlette")
httpx = pytest.importorskip("httpx")

from server_process import begun, running  # noqa: E402
from starlette.testclient import TestClient  # noqa: E402

from workshop.problems import Problem  # noqa: E402
from workshop.rooms import MOST_DESIGNS, ROUNDS, Rooms, clean  # noqa: E402
from workshop.server import Settings, application  # noqa: E402

BASE = "http://127.0.0.1:8600"


@pytest.fixture
def app(tmp_path):
    made = application(Settings(rate=1e6, burst=1e6, folder=tmp_path))
    yield made
    made.state.desk.close()


@pytest.fixture
def facilitator(app):
    client = TestClient(app, base_url=BASE)
    assert client.post("/api/facilitator", json={"token": app.state.desk.rooms.token}).status_code == 204
    return client


@pytest.fixture
def code(facilitator):
    return facilitator.post("/api/rooms", json={"title": "Naryn, 3 December"}).json()["code"]


def phone(app, code, group):
    client = TestClient(app, base_url=BASE)
    assert client.post(f"/api/rooms/{code}/join", json={"group": group}).status_code == 200
    return client


def state(client, code):
    return client.get(f"/api/rooms/{code}").json()


def to(facilitator, code, **order):
    answer = facilitator.patch(f"/api/rooms/{code}", json=order)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_session_from_briefing_to_vote(app, facilitator, code):
    union, ministry = phone(app, code, "Trade union"), phone(app, code, "Ministry")
    to(facilitator, code, round="predict", question=["today", "levy:0.25"])
    assert state(union, code)["hidden"] is True
    assert union.post(f"/api/rooms/{code}/prediction", json={"answer": "more"}).status_code == 200
    assert ministry.post(f"/api/rooms/{code}/prediction", json={"answer": "fewer"}).status_code == 200
    assert state(union, code)["predictions"] is None
    assert state(facilitator, code)["predictions"] == {"more": 1, "same": 0, "fewer": 1}
    to(facilitator, code, round="reveal")
    assert state(union, code)["predictions"] == {"more": 1, "same": 0, "fewer": 1}
    union.post(f"/api/rooms/{code}/designs", json={"name": "Fair", "design": "levy:0.50,grant:200000"})
    number = state(union, code)["designs"][0]["number"]
    to(facilitator, code, spotlight=number)
    to(facilitator, code, round="vote")
    assert ministry.post(f"/api/rooms/{code}/vote", json={"design": number}).json()["you"]["vote"] == number
    seen = state(ministry, code)
    assert (seen["voted"], seen["devices"], seen["designs"][0]["votes"]) == (1, 2, None)
    found = to(facilitator, code, round="closed")["designs"][0]
    assert found["votes"] == 1
    assert found["design"]["short"] == "grant:200000,levy:0.5"
    assert state(union, code)["designs"][0]["votes"] == 1


def test_a_device_votes_once_and_may_change_its_vote(app, facilitator, code):
    member = phone(app, code, "A")
    for name, short in (("x", "grant:200000"), ("y", "grant:250000")):
        member.post(f"/api/rooms/{code}/designs", json={"name": name, "design": short})
    first, second = (design["number"] for design in state(member, code)["designs"])
    to(facilitator, code, round="vote")
    for number in (first, second, second):
        member.post(f"/api/rooms/{code}/vote", json={"design": number})
    member.post(f"/api/rooms/{code}/join", json={"group": "B"})
    member.post(f"/api/rooms/{code}/vote", json={"design": second})
    assert [design["votes"] for design in state(facilitator, code)["designs"]] == [0, 1]


def test_a_lost_phone_is_replaced_by_joining_the_same_group(app, facilitator, code):
    phone(app, code, "Employers").post(f"/api/rooms/{code}/designs", json={"name": "ours", "design": "levy:0.1"})
    other = phone(app, code, "  employers ")
    seen = state(other, code)
    assert [group["name"] for group in seen["groups"]] == ["Employers"]
    answer = other.post(f"/api/rooms/{code}/designs", json={"name": "ours", "design": "levy:0.2"})
    assert [design["design"]["short"] for design in answer.json()["designs"]] == ["levy:0.2"]


@pytest.mark.parametrize(
    ("round_", "path", "body"),
    [("briefing", "prediction", {"answer": "more"}), ("predict", "vote", {"design": 1}),
     ("closed", "join", {"group": "z"}), ("closed", "designs", {"name": "n", "design": "today"})],
)  # fmt: skip
def test_each_thing_has_its_round(app, facilitator, code, round_, path, body):
    member = phone(app, code, "A")
    to(facilitator, code, round=round_)
    answer = member.post(f"/api/rooms/{code}/{path}", json=body)
    assert answer.status_code == 409
    assert answer.json()["error"]["values"] == {"round": round_}


def test_only_the_facilitator_steers_and_only_members_take_part(app, facilitator, code):
    member, stranger = phone(app, code, "A"), TestClient(app, base_url=BASE)
    for client in (member, stranger):
        assert client.get("/api/rooms").status_code == 401
        assert client.post("/api/rooms", json={"title": "x"}).status_code == 401
        assert client.patch(f"/api/rooms/{code}", json={"round": "vote"}).status_code == 401
        assert client.delete(f"/api/rooms/{code}").status_code == 401
        assert client.post(f"/api/rooms/{code}/undo", json={}).status_code == 401
    assert state(stranger, code) == {"code": code, "title": "Naryn, 3 December", "round": "briefing", "joined": False}
    assert stranger.post(f"/api/rooms/{code}/designs", json={"name": "n", "design": "today"}).status_code == 401
    assert stranger.get(f"/api/rooms/{code}/events").status_code == 401


def test_a_group_removes_only_its_own_designs(app, facilitator, code):
    one, two = phone(app, code, "A"), phone(app, code, "B")
    number = one.post(f"/api/rooms/{code}/designs", json={"name": "n", "design": "today"}).json()["designs"][0][
        "number"
    ]
    assert two.delete(f"/api/rooms/{code}/designs/{number}").status_code == 404
    assert one.delete(f"/api/rooms/{code}/designs/{number}").json()["designs"] == []


def test_designs_that_are_voted_on_stay(app, facilitator, code):
    member = phone(app, code, "A")
    names = ("first", "second", "third")
    for k, name in enumerate(names):
        body = {"name": name, "design": f"grant:{200_000 + 5000 * k}"}
        designs = member.post(f"/api/rooms/{code}/designs", json=body).json()["designs"]
    numbers = [design["number"] for design in designs]
    to(facilitator, code, round="vote")
    member.post(f"/api/rooms/{code}/vote", json={"design": numbers[0]}).raise_for_status()
    refused = member.delete(f"/api/rooms/{code}/designs/{numbers[0]}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "design_stays")
    assert "only the facilitator can remove one" in refused.json()["error"]["text"]
    assert facilitator.delete(f"/api/rooms/{code}/designs/{numbers[2]}").status_code == 200
    to(facilitator, code, round="closed")
    for client in (member, facilitator):
        assert client.delete(f"/api/rooms/{code}/designs/{numbers[1]}").status_code == 409
    assert [design["name"] for design in state(facilitator, code)["designs"]] == ["first", "second"]
    assert [design["votes"] for design in state(facilitator, code)["designs"]] == [1, 0]


def test_a_guessed_token_is_refused_and_guessing_is_slowed(app):
    client = TestClient(app, base_url=BASE)
    answers = [client.post("/api/facilitator", json={"token": f"guess {k}"}).status_code for k in range(12)]
    assert set(answers[:10]) == {401}
    assert answers[-1] == 429
    assert client.get("/api/facilitator").json() == {"facilitator": False}


def test_undo_takes_back_the_last_steps(facilitator, code):
    to(facilitator, code, round="predict")
    to(facilitator, code, hidden=False)
    undone = [facilitator.post(f"/api/rooms/{code}/undo", json={}).json() for _ in range(3)]
    assert [(s.get("round"), s.get("hidden")) for s in undone] == [("predict", True), ("briefing", False), (None, None)]
    assert undone[2]["error"]["code"] == "nothing_to_undo"


def test_everybody_who_watches_sees_a_change(tmp_path):
    with running(tmp_path) as client:
        code = begun(client, tmp_path)
        with client.stream("GET", f"/api/rooms/{code}/events") as answer:
            lines = answer.iter_lines()
            seen = [json.loads(next(line for line in lines if line.startswith("data: "))[6:])["round"]]
            client.patch(f"/api/rooms/{code}", json={"round": "debate"}).raise_for_status()
            seen.append(json.loads(next(line for line in lines if line.startswith("data: "))[6:])["round"])
    assert seen == ["briefing", "debate"]


def test_nothing_is_lost_when_the_server_is_killed_in_the_middle_of_a_round(tmp_path):
    with running(tmp_path) as client:
        code = begun(client, tmp_path)
        members = []
        for k in range(5):
            member = httpx.Client(base_url=client.base_url)
            member.post(f"/api/rooms/{code}/join", json={"group": f"Group {k}"}).raise_for_status()
            body = {"name": f"Design {k}", "design": f"grant:{150_000 + 10_000 * (k + 1)}"}
            number = member.post(f"/api/rooms/{code}/designs", json=body).json()["designs"][-1]["number"]
            members.append((member, number))
        client.patch(f"/api/rooms/{code}", json={"round": "vote"}).raise_for_status()
        for member, number in members[:3]:
            member.post(f"/api/rooms/{code}/vote", json={"design": number}).raise_for_status()
        before = client.get(f"/api/rooms/{code}").json()
        client.server.send_signal(signal.SIGKILL)
        client.server.wait(10)
    with running(tmp_path, port=client.port) as again:
        again.cookies.update(client.cookies)
        assert again.get(f"/api/rooms/{code}").json() == before
        assert [design["votes"] for design in before["designs"]] == [1, 1, 1, 0, 0]
        for member, number in members:
            assert member.post(f"/api/rooms/{code}/vote", json={"design": number}).status_code == 200
        assert again.get(f"/api/rooms/{code}").json()["voted"] == 5


def test_what_the_server_said_yes_to_is_there_when_it_is_killed_while_groups_submit(tmp_path):
    with running(tmp_path) as client:
        code, said_yes = begun(client, tmp_path), []

        def submit(group):
            with httpx.Client(base_url=client.base_url) as member, suppress(httpx.TransportError):
                member.post(f"/api/rooms/{code}/join", json={"group": group}).raise_for_status()
                for k in range(MOST_DESIGNS):
                    body = {"name": f"{group}-{k}", "design": f"grant:{200_000 + 5000 * k}"}
                    member.post(f"/api/rooms/{code}/designs", json=body).raise_for_status()
                    said_yes.append(body["name"])

        groups = [threading.Thread(target=submit, args=(f"G{k}",)) for k in range(6)]
        for group in groups:
            group.start()
        while len(said_yes) < 12 and any(group.is_alive() for group in groups):
            time.sleep(0.002)
        client.server.send_signal(signal.SIGKILL)
        for group in groups:
            group.join()
    assert 12 <= len(said_yes) < 6 * MOST_DESIGNS, "it was not killed in the middle"
    with running(tmp_path) as again:
        again.cookies.update(client.cookies)
        kept = {design["name"] for design in again.get(f"/api/rooms/{code}").json()["designs"]}
    assert set(said_yes) <= kept
    assert len(kept - set(said_yes)) <= len(groups)  # what each was saying at that moment


def test_a_deleted_session_leaves_nothing_in_the_files(app, facilitator, code, tmp_path):
    phone(app, code, "Zvezdopad").post(f"/api/rooms/{code}/designs", json={"name": "Kometa", "design": "today"})
    assert facilitator.delete(f"/api/rooms/{code}").status_code == 204
    assert state(facilitator, code)["error"]["code"] == "no_room"
    for file in tmp_path.glob("sessions.sqlite*"):
        content = file.read_bytes()
        assert b"Zvezdopad" not in content
        assert b"Kometa" not in content


def test_what_is_stored_of_a_device_is_a_hash(app, facilitator, code, tmp_path):
    member = phone(app, code, "A")
    token = member.cookies["kelishim_device"]
    row = sqlite3.connect(tmp_path / "sessions.sqlite").execute("SELECT * FROM device").fetchone()
    assert token not in row
    assert len(row[0]) == 64


def test_a_group_name_may_hold_any_script_and_no_control_characters(app, facilitator, code):
    for name in ("Кесиптик бирлик", "<script>alert(1)</script>", "Ө" * 40):
        phone(app, code, name)
    assert [group["name"] for group in state(facilitator, code)["groups"]][1] == "<script>alert(1)</script>"
    assert clean("a\x00b\n c", "group", 40) == "a b c"
    for wrong in ("", " \n", "x" * 41, None, 5, ["a"]):
        with pytest.raises(Problem):
            clean(wrong, "group", 40)


def test_a_group_has_at_most_eight_designs(app, facilitator, code):
    member = phone(app, code, "A")
    answers = [
        member.post(f"/api/rooms/{code}/designs", json={"name": f"d{k}", "design": "today"}).status_code
        for k in range(MOST_DESIGNS + 1)
    ]
    assert answers == [200] * MOST_DESIGNS + [409]


def test_removing_a_group_removes_what_it_gave(app, facilitator, code):
    member = phone(app, code, "A")
    number = member.post(f"/api/rooms/{code}/designs", json={"name": "n", "design": "today"}).json()["designs"][0][
        "number"
    ]
    to(facilitator, code, spotlight=number)
    seen = facilitator.delete(f"/api/rooms/{code}/groups/{state(member, code)['you']['group']}").json()
    assert (seen["groups"], seen["designs"], seen["spotlight"], seen["devices"]) == ([], [], None, 0)
    assert state(member, code)["joined"] is False


def test_the_qr_code_leads_to_the_session(facilitator, code):
    answer = facilitator.get(f"/api/rooms/{code}/qr.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert f"/r/{code}" in answer.text


@pytest.mark.parametrize(
    "order", [{"round": "nap"}, {"hidden": 1}, {"spotlight": 99}, {"spotlight": True}, {"question": ["today"]},
              {"question": ["today", "x"]}, {"question": 5}, {"rounds": "vote"}, {"round": ["vote"]}],
)  # fmt: skip
def test_a_senseless_order_gets_one_sentence_and_changes_nothing(facilitator, code, order):
    before = state(facilitator, code)
    assert facilitator.patch(f"/api/rooms/{code}", json=order).status_code in (400, 404)
    assert state(facilitator, code) == before


def test_two_servers_may_not_lose_each_others_changes(tmp_path):
    one, two = (Rooms(tmp_path / "sessions.sqlite") for _ in range(2))
    code = one.open("t")
    for k, rooms in enumerate((one, two) * 3):
        rooms.join(code, "x" * 30 + str(k), f"g{k}")
    assert len(two.state(code, None, facilitator=True)["groups"]) == 6
    assert one.token == two.token
    assert ROUNDS[0] == one.peek(code)["round"]
