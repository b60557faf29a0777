"""The cheapest design that reaches a number: one rule of verdict, one sentence, cost and outcome of every design."""

import numpy as np
import page_server
import pytest
from starlette.testclient import TestClient

from experiments.certainty import judged
from experiments.language import language
from workshop import cheapest
from workshop.results import CATALOGUES

ENGLISH = language("en", CATALOGUES)
ADDRESS = "http://127.0.0.1:8600"
NAMES = [("Dear", "grant:200000"), ("Cheap", "grant:100000"), ("As cheap", "grant:90000"), ("Small", "today")]
DRAWS = np.linspace(-1.0, 1.0, 48)
FIGURES = {"Dear": (900.0, 50e6), "Cheap": (800.0, 10e6), "As cheap": (800.0, 10.5e6), "Small": (100.0, 1e6)}


def tables(spread=100.0):
    """Return runs in which costs of two designs differ by luck alone."""
    made = []
    for k, (name, _) in enumerate(NAMES):
        table = np.zeros((48, len(page_server.LAYOUT.places)))
        gain, cost = FIGURES[name]
        table[:, page_server.LAYOUT.headline("net_jobs")] = gain + spread * DRAWS
        table[:, page_server.LAYOUT.headline("net_fiscal_cost")] = cost + 3e6 * DRAWS * (-1) ** k
        made.append(table)
    return made


def asked(target, made=None, say=ENGLISH):
    return cheapest.answer(page_server.LAYOUT, made or tables(), NAMES, ("net_jobs", target), say)


def test_the_cheapest_that_surely_reaches_it_is_named_with_those_whose_cost_is_not_told_from_its():
    found = asked(500.0)
    assert "“Cheap” is the cheapest design that reaches it surely" in found["sentences"][0]
    assert found["sentences"][1] == "Its cost cannot be told apart from that of: C (As cheap)."
    assert [one["reaches"] for one in found["designs"]] == ["surely", "surely", "surely", "not"]
    assert len(found["sentences"]) == 2


def test_what_lies_around_the_number_is_said_to_be_open():
    found = asked(850.0)
    assert "none of these designs reaches it surely" in found["sentences"][0]
    assert found["sentences"][1] == "It cannot be told whether these reach it: A (Dear), B (Cheap) and C (As cheap)."


def test_reaching_follows_the_one_rule_of_verdict():
    values = np.linspace(0.0, 100.0, 48)
    for target in np.linspace(-5.0, 105.0, 23):
        said = {"more": "surely", "fewer": "not"}.get(judged(values - target).verdict, "unsure")
        assert cheapest.reaches(values, target) == said
    assert cheapest.reaches(np.full(20, 5.0), 5.0) == "surely"


def test_of_few_runs_nothing_is_said():
    found = asked(500.0, [table[:4] for table in tables()])
    assert found["sentences"] == ["There are too few runs so far to say which design reaches a number: 4 of 8."]


def test_a_number_to_begin_with_is_one_that_a_design_reaches():
    found = asked(None)
    assert found["target"] > 0.0
    assert "is the cheapest design" in found["sentences"][0]


def test_a_failed_run_is_left_out():
    made = tables()
    for table in made:
        table[3] = np.nan
    found, whole = asked(500.0, made), asked(500.0)
    assert [one["reaches"] for one in found["designs"]] == [one["reaches"] for one in whole["designs"]]
    assert "“Cheap”" in found["sentences"][0]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return TestClient(page_server.application(tmp_path_factory.mktemp("cheapest"), ADDRESS), base_url=ADDRESS)


def test_the_server_answers_in_words_of_each_language(client):
    said = set()
    for code in ("en", "ru", "ky"):
        asked = {"d": ["today", "none"], "label": ["=A1", "Empty"], "target": "1e3", "lang": code, "draws": 48}
        found = client.get("/api/cheapest", params=asked).json()
        assert found["target"] == 1000.0
        assert found["designs"][0]["gain"]["text"] != "–"
        said |= {found["sentences"][0], found["note"]}
    assert len(said) == 6


@pytest.mark.parametrize(
    "wrong", [{"target": "much"}, {"target": "1e99"}, {"target": "nan"}, {"outcome": "net_fiscal_cost"}]
)
def test_what_is_no_number_and_no_wish_is_refused_in_a_sentence(client, wrong):
    answer = client.get("/api/cheapest", params={"d": "today"} | wrong)
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.json()["error"]["values"]["name"]
