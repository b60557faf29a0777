"""Sessions as a facilitator runs them: questions, guesses with points, questionnaires, archives, reports."""

import csv
import io
import json
import re
import sqlite3

import pytest

pytest.importorskip("starlette")
pytest.importorskip("httpx")
pytest.importorskip("uvicorn")

import page_server
from starlette.testclient import TestClient

from workshop import beliefs, keeping, scoring
from workshop.answering import hashed
from workshop.designs import MOST, letter, read, scenario
from workshop.rooms import Rooms
from workshop.serving import LOOPBACK
from workshop.sessions import is_loopback

BASE = "http://127.0.0.1:8600"
GIVEN = [5, 4, 3, 2, 1, None]


@pytest.fixture
def app(tmp_path):
    made = page_server.application(tmp_path, BASE)
    yield made
    made.state.desk.close()


@pytest.fixture
def lead(app):
    client = TestClient(app, base_url=BASE)
    assert client.post("/api/facilitator", json={"token": app.state.desk.rooms.token}).status_code == 204
    return client


@pytest.fixture
def code(lead):
    return lead.post("/api/rooms", json={"title": "Talas", "question": ["today", "levy:0.25"]}).json()["code"]


def phone(app, code, group):
    client = TestClient(app, base_url=BASE)
    assert client.post(f"/api/rooms/{code}/join", json={"group": group}).status_code == 200
    return client


def to(lead, code, **order):
    answer = lead.patch(f"/api/rooms/{code}", json=order)
    assert answer.status_code == 200, answer.text
    return answer.json()


def post(client, code, path, **body):
    return client.post(f"/api/rooms/{code}/{path}", json=body)


def state(client, code):
    return client.get(f"/api/rooms/{code}").json()


def picture(client, code, lang="en"):
    return client.get(f"/api/rooms/{code}/picture", params={"lang": lang}).json()


def table(client, address, **params):
    answer = client.get(address, params=params)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def submitted(app, code, groups, each=8):
    """Let groups submit designs, all of them different."""
    for g in range(groups):
        member = phone(app, code, f"Group {g}")
        for k in range(each):
            body = {"name": f"Plan {g}-{k}", "design": f"grant:{155_000 + 1000 * (each * g + k)}"}
            assert post(member, code, "designs", **body).status_code == 200
    return member


def test_a_guess_is_a_word_a_number_or_a_range_on_the_outcome_that_the_facilitator_chose(app, lead, code):
    to(lead, code, outcome="jobs_disability", round="predict")
    word, number, wide = (phone(app, code, name) for name in ("Word", "Number", "Range"))
    assert post(word, code, "prediction", answer="same").status_code == 200
    assert post(number, code, "prediction", low=-250).status_code == 200
    assert post(wide, code, "prediction", low=1000, high=9000).json()["you"]["high"] == 9000
    found = to(lead, code, round="reveal")
    assert found["outcome"] == "jobs_disability"
    assert [(guess["answer"], guess["low"], guess["high"]) for guess in found["guesses"]] == [
        ("same", None, None), ("fewer", -250.0, -250.0), ("more", 1000.0, 9000.0),
    ]  # fmt: skip
    points = {row["name"]: row["points"] for row in picture(word, code)["guesses"]["rows"]}
    assert points["Word"] is None
    assert all(0 <= points[name] <= 100 for name in ("Number", "Range"))


def test_who_gives_the_middle_half_scores_best():
    values = [float(value) for value in range(101)]
    best = scoring.points(values, 25.0, 75.0)
    assert best == 100
    others = [(0.0, 100.0), (50.0, 50.0), (25.0, 70.0), (30.0, 75.0), (90.0, 95.0)]
    assert all(scoring.points(values, *guess) < best for guess in others)
    assert scoring.points(values, 90.0, 95.0) < scoring.points(values, 0.0, 100.0)


@pytest.mark.parametrize(
    "body", [{}, {"answer": "lots"}, {"low": 2, "high": 1}, {"low": "1"}, {"low": True}, {"high": 1e99}]
)
def test_a_guess_that_is_none_gets_one_sentence(app, lead, code, body):
    member = phone(app, code, "A")
    to(lead, code, round="predict")
    answer = post(member, code, "prediction", **body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "wrong_value"


def test_each_question_keeps_its_own_guesses_and_the_report_tells_all(app, lead, code):
    member = phone(app, code, "A")
    to(lead, code, round="predict")
    post(member, code, "prediction", low=10, high=20)
    asked = to(lead, code, question=["today", "exclusion:taper"])
    assert asked["guesses"] == []
    post(member, code, "prediction", answer="fewer")
    assert to(lead, code, question=["today", "levy:0.25"])["guesses"][0]["high"] == 20
    to(lead, code, round="reveal")
    page = lead.get(f"/api/rooms/{code}/report").text
    assert "Child benefit lost step by step" in page
    assert page.count("Points, of 100") == 2
    rows = table(lead, f"/api/rooms/{code}/export.csv", table="guesses")
    assert [(row["second"], row["answer"]) for row in rows] == [("levy:0.25", "more"), ("exclusion:taper", "fewer")]


def test_results_that_are_hidden_are_hidden_in_picture_report_slides_and_files(app, lead, code):
    member = submitted(app, code, 1)
    to(lead, code, hidden=True)
    assert picture(member, code)["hidden"] is True
    assert picture(member, code)["designs"] == []
    for name in ("report", "slides"):
        page = member.get(f"/api/rooms/{code}/{name}")
        assert page.status_code == 200
        assert "has hidden the results" in page.text
        assert "in words" not in page.text.lower()
        assert "kelishim compare" not in page.text
    for path in ("/api/csv", "/api/report"):
        answer = member.get(path, params={"d": ["today", "levy:0.25"]})
        assert answer.status_code == 409, path
        assert answer.json()["error"]["code"] == "results_hidden"
    assert "kelishim compare" in lead.get(f"/api/rooms/{code}/report").text
    to(lead, code, hidden=False)
    assert "kelishim compare" in member.get(f"/api/rooms/{code}/report").text


@pytest.mark.parametrize(("groups", "lang"), [(1, "en"), (2, "ky"), (8, "ru")])
def test_a_session_of_any_number_of_designs_has_a_report_slides_and_a_picture(app, lead, code, groups, lang):
    submitted(app, code, groups)
    found = lead.get(f"/api/rooms/{code}/report", params={"lang": lang})
    assert found.status_code == 200
    for g in range(groups):
        assert found.text.count(f"Plan {g}-7") >= 2  # in the list of designs and with its figures
        assert f"Group {g}" in found.text
    assert found.text.count("<svg") >= 2
    assert lead.get(f"/api/rooms/{code}/slides", params={"lang": lang}).text.count('class="slide"') > 3
    assert len(picture(lead, code, lang)["designs"]) == 8 * groups


def test_the_file_of_a_report_holds_the_names_that_groups_gave(app, lead, code):
    member = phone(app, code, "Ministry")
    post(member, code, "designs", name="Fair", design="levy:0.25")
    other = phone(app, code, "Union")
    post(other, code, "designs", name="Ours", design="levy:0.25")
    page = lead.get(f"/api/rooms/{code}/report").text
    assert "Fair (Ministry); Ours (Union)" in page


@pytest.mark.parametrize("count", [1, 9, 24])
def test_a_scenario_names_as_many_designs_as_its_file_holds(count):
    made = scenario([read(f"grant:{155_000 + 1000 * k}") for k in range(count)], scale=1000)
    assert list(made.designs) == [f"design_{letter(k)}" for k in range(count)]
    assert count <= MOST


def test_designs_of_a_report_are_called_by_letters_however_many_they_are(app):
    client = TestClient(app, base_url=BASE)
    shorts = [f"grant:{155_000 + 1000 * k}" for k in range(MOST)]
    answer = client.get("/api/scenario", params={"d": shorts})
    assert answer.status_code == 200
    assert f"design_{letter(MOST - 1)}" in answer.text
    assert client.get("/api/scenario", params={"d": [*shorts, "today"]}).status_code == 400


def test_a_phone_leaves_and_comes_back_and_its_vote_stays(app, lead, code):
    member = submitted(app, code, 1)
    number = state(member, code)["designs"][0]["number"]
    to(lead, code, round="vote", hidden=True)
    post(member, code, "vote", design=number)
    assert post(member, code, "leave").status_code == 204
    assert state(member, code)["joined"] is False
    assert (state(lead, code)["voted"], state(lead, code)["groups"][0]["devices"]) == (1, 0)
    assert (
        member.get("/api/csv", params={"d": ["today"], "table": "unknown"}).status_code == 400
    )  # no longer hidden from it
    assert member.post(f"/api/rooms/{code}/join", json={"group": "Group 0"}).json()["you"]["vote"] == number


def test_several_sessions_are_open_and_one_is_put_away_and_taken_up_again(app, lead, code):
    other = lead.post("/api/rooms", json={"title": "Naryn"}).json()["code"]
    member = phone(app, code, "A")
    to(lead, code, archived=True)
    listed = {room["code"]: room["archived"] for room in lead.get("/api/rooms").json()["rooms"]}
    assert listed == {code: True, other: False}
    for path, body in (("join", {"group": "B"}), ("designs", {"name": "n", "design": "today"})):
        answer = member.post(f"/api/rooms/{code}/{path}", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "archived")
    assert lead.get(f"/api/rooms/{code}/report").status_code == 200
    to(lead, code, archived=False)
    assert post(member, code, "designs", name="n", design="today").status_code == 200


def test_many_sessions_that_were_put_away_leave_room_for_new_ones(app, lead):
    for k in range(55):
        made = lead.post("/api/rooms", json={"title": f"Day {k}"})
        assert made.status_code == 201, k
        to(lead, made.json()["code"], archived=True)


def test_the_facilitator_brings_a_design_of_another_room(app, lead, code):
    found = post(lead, code, "designs", name="From Osh", design="levy:0.5").json()["designs"]
    assert [(design["name"], design["group"]) for design in found] == [("From Osh", None)]
    assert (
        post(lead, code, "designs", name="From Osh", design="levy:0.1").json()["designs"][0]["design"]["short"]
        == "levy:0.1"
    )
    assert "From Osh" in lead.get(f"/api/rooms/{code}/report").text


def test_undo_says_what_it_brings_back_and_leaves_the_timer_alone(app, lead, code):
    assert state(lead, code)["undo"] is None
    to(lead, code, round="predict")
    assert to(lead, code, timer=300)["timer"] > 0
    assert state(lead, code)["undo"] == {"round": "briefing", "hidden": 0}
    assert to(lead, code, outcome="jobs_disability")["undo"] == {"outcome": "net_jobs"}
    back = lead.post(f"/api/rooms/{code}/undo", json={}).json()
    assert (back["outcome"], back["round"]) == ("net_jobs", "predict")
    assert back["timer"] is not None
    assert to(lead, code, round="reveal")["timer"] is None
    assert state(phone(app, code, "A"), code)["undo"] is None


@pytest.mark.parametrize("order", [{"timer": 0}, {"timer": "5"}, {"timer": 1e9}, {"outcome": "luck"}, {"archived": 1}])
def test_a_senseless_order_changes_nothing(lead, code, order):
    before = state(lead, code)
    assert lead.patch(f"/api/rooms/{code}", json=order).status_code == 400
    assert state(lead, code) == before


def test_the_questionnaire_is_asked_before_and_after_and_joined_by_nothing_else(app, lead, code, tmp_path):
    phones = [phone(app, code, f"G{k}") for k in range(4)]
    for member in phones:
        assert post(member, code, "beliefs", answers=GIVEN).json()["beliefs"]["given"] == ["before"]
    to(lead, code, round="reveal")
    assert post(phones[0], code, "beliefs", answers=GIVEN).status_code == 409
    to(lead, code, round="closed")
    for member in phones[:3]:
        assert post(member, code, "beliefs", answers=[1] * 6).status_code == 200
    exported = lead.get(f"/api/rooms/{code}/export.json").json()
    assert len(exported["statements"]) == 6
    assert [person["before"] for person in exported["beliefs"]] == [GIVEN] * 4
    assert sorted(str(person["after"]) for person in exported["beliefs"]) == sorted([str([1] * 6)] * 3 + ["None"])
    rows = table(lead, f"/api/rooms/{code}/export.csv", table="beliefs")
    assert len(rows) == 7
    base = sqlite3.connect(tmp_path / "sessions.sqlite")
    devices = {row[0] for row in base.execute("SELECT hash FROM device")}
    pairs = [row[0] for row in base.execute("SELECT pair FROM belief")]
    assert not devices & set(pairs)
    assert pairs == sorted(pairs)  # as they lie in the file: in no order of coming
    assert [entry[1] for entry in base.execute("PRAGMA table_info(belief)")] == ["room", "pair", "moment", "answers"]
    page = lead.get(f"/api/rooms/{code}/report").text
    assert "4 people answered before; 3 people answered after" in page


def test_sums_of_fewer_than_three_people_are_not_shown(app, lead, code):
    for k in range(beliefs.FEWEST - 1):
        post(phone(app, code, f"G{k}"), code, "beliefs", answers=GIVEN)
    assert "What people believed" not in lead.get(f"/api/rooms/{code}/report").text
    post(phone(app, code, "Third"), code, "beliefs", answers=GIVEN)
    assert "What people believed" in lead.get(f"/api/rooms/{code}/report").text


@pytest.mark.parametrize("answers", [[1] * 5, [0] * 6, [6] * 6, [True] * 6, "111111", None, [1.5] * 6])
def test_answers_that_are_none_get_one_sentence(app, code, answers):
    assert post(phone(app, code, "A"), code, "beliefs", answers=answers).status_code == 400


def test_a_link_to_this_computer_alone_is_told_from_one_that_phones_reach(lead, code):
    assert state(lead, code)["reachable"] is False
    assert is_loopback(f"http://{LOOPBACK}:8600")
    assert is_loopback("http://[::1]:8600")
    assert not is_loopback("http://10.0.0.7:8600")


def test_a_file_of_the_first_edition_is_brought_up_to_date_and_loses_nothing(tmp_path):
    file = tmp_path / "sessions.sqlite"
    old = sqlite3.connect(file)
    old.executescript(keeping.TABLES)
    old.executescript(
        "INSERT INTO secret VALUES (1, 'kept');"
        "INSERT INTO room VALUES ('ABCDEF', 'Old', 'vote', 0, 1, 'today', 'levy:0.25', 9);"
        "INSERT INTO team VALUES (1, 'ABCDEF', 'Union', 'union', 'more');"
        "INSERT INTO design VALUES (1, 'ABCDEF', 1, 'Fair', 'levy:0.5');"
        f"INSERT INTO device VALUES ('{hashed('x' * 30)}', 'ABCDEF', 1, 1);"
        "INSERT INTO undo VALUES (1, 'ABCDEF', '"
        '{"round": "debate", "hidden": 0, "spotlight": 1, "first": "today", "second": "levy:0.25"}'
        "');"
    )
    old.close()
    for _ in range(2):  # opened again, nothing is done twice
        rooms = Rooms(file)
        member = rooms.member("ABCDEF", "x" * 30)
        found = rooms.state("ABCDEF", member, facilitator=True)
        assert rooms.token == "kept"
        assert (found["round"], found["you"]["vote"], found["you"]["prediction"]) == ("vote", 1, "more")
        assert found["designs"][0]["votes"] == 1
        assert found["undo"] == {"round": "debate"}
        rooms.close()
    rooms = Rooms(file)
    rooms.remove_group("ABCDEF", 1)
    assert rooms.state("ABCDEF", None, facilitator=True)["designs"] == []
    rooms.undo("ABCDEF")
    assert rooms.peek("ABCDEF")["round"] == "debate"
    rooms.close()


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "There is no such page"), ("ru", "Такой страницы нет"), ("ky", "Мындай барак жок")]
)
def test_a_path_that_does_not_exist_is_a_page_with_a_sentence(app, lang, said):
    client = TestClient(app, base_url=BASE)
    page = client.get("/nowhere", headers={"accept": "text/html", "accept-language": f"{lang};q=0.9"})
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (404, "text/html")
    assert said in page.text
    assert f'<html lang="{lang}"' in page.text
    assert json.loads(client.get("/nowhere").text)["error"]["code"] == "not_found"


def test_the_sentence_of_a_page_is_text_and_never_markup(app):
    client = TestClient(app, base_url=BASE)
    page = client.get("/api/rooms/<script>/report", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert not re.search("<script", page.text)
