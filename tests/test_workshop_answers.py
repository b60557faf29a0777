"""What the server says of two designs: the verdict of the commands, no digit that other draws would change."""

import numpy as np
import page_server
import pytest

from experiments.certainty import judged
from experiments.language import language
from workshop import picture, whys
from workshop.figures import Place
from workshop.outcomes import CHOICES
from workshop.results import CATALOGUES, Reader

READER = Reader(language("en", CATALOGUES), ("the law", "a levy"))


@pytest.fixture(scope="module")
def found():
    return page_server.figures(["today", "grant:200000,levy:0.25"], page_server.ALL, reader=READER)


def test_the_sentence_follows_the_one_rule_of_verdict(found):
    for name in CHOICES:
        k = page_server.LAYOUT.headline(name)
        tables = [page_server.table(short)[:, k] for short in ("today", "grant:200000,levy:0.25")]
        verdict = judged(tables[1] - tables[0]).verdict
        said = found["answer"]["headlines"][name]
        assert said["verdict"] == verdict
        assert ("cannot be told apart" in said["sentence"]) == (verdict == "cannot be told apart")


def test_a_figure_has_no_digit_behind_the_first_of_its_error(found):
    said = found["answer"]["headlines"]["jobs_disability"]
    change = found["differences"]["jobs_disability"][1]
    error = 1.25 * (change["high"] - change["low"]) / 3.29 / np.sqrt(page_server.ALL)
    step = 10 ** np.floor(np.log10(error))
    shown = float(said["value"].replace(",", "").replace("+", ""))
    assert shown % step == 0
    assert abs(shown - change["median"]) <= 5 * step
    assert shown != round(change["median"], 1)


def test_the_steps_of_a_waterfall_add_up_to_its_last_digit(found):
    accounts = found["answer"]["why"]
    assert {"net_fiscal_cost", "consumption_change"} <= {account["key"] for account in accounts}
    for account in accounts:
        *steps, total = account["rungs"]
        assert total["kind"] == "total"
        assert sum(rung["end"] - rung["start"] for rung in steps) == total["end"]


def test_who_gains_and_who_pays_is_b_against_a(found):
    lines = {row["who"]: row for row in found["answer"]["who"]}
    assert len(lines) >= 6
    same = page_server.figures(["grant:200000", "grant:200000"], page_server.ALL, reader=READER)
    assert {row["side"] for row in same["answer"]["who"]} == {"none"}


def test_a_region_is_shaded_only_where_the_sign_is_known(found):
    for name, shown in found["answer"]["map"].items():
        for region in shown["regions"]:
            groups = found["details"]["group_differences"]["oblast"]
            behind = {"jobs_disability": "employed_disability"}.get(name, name)
            verdict = groups[behind][region["key"]][1]["verdict"]
            assert (region["shade"] > 0) == (verdict in ("more", "fewer"))


def test_a_region_without_thirty_households_is_not_shown_and_said_so():
    here = tuple(place for place in page_server.LAYOUT.places if place.group != "oblast=Talas")
    layout = type(page_server.LAYOUT)(here)
    tables = [np.random.default_rng(seed).normal(100.0, 1.0, (8, len(here))) for seed in (1, 2)]
    for total, lines in page_server.SUMS.items():
        for values in tables:
            at = [(sign, layout.at[Place(name, "all", -1)]) for name, sign in lines.values()]
            values[:, layout.at[Place(total, "all", -1)]] = sum(sign * values[:, k] for sign, k in at)
    made = page_server.summary.figures(layout, tables, details=True)
    made |= {"designs": [{"changes": {}}, {"changes": {}}]}
    talas = whys.answer(layout, tables, made, READER.names, READER.say)["map"]["net_jobs"]["regions"][0]
    assert (talas["key"], talas["shade"]) == ("Talas", 0)
    assert talas["text"] == "fewer than 30 simulated households: not shown"


def test_a_levy_is_said_to_act_before_it_is_due(found):
    assert any("due in March" in note for note in found["answer"]["notes"])
    without = page_server.figures(["today", "grant:200000"], page_server.ALL, reader=READER)
    assert without["answer"]["notes"] == []


@pytest.mark.parametrize("code", ["ru", "ky"])
def test_the_answer_is_in_the_language_of_the_reader(code):
    reader = Reader(language(code, CATALOGUES), ("A", "B"))
    said = page_server.figures(["today", "levy:0.25"], page_server.ALL, reader=reader)["answer"]
    words = " ".join([said["headlines"]["net_jobs"]["sentence"], *(row["who"] for row in said["who"])])
    assert not any(word in words for word in ("jobs", "families", "told apart"))


def test_every_card_has_a_name_and_a_meaning_in_easy_words_of_short_sentences(found):
    for card in found["answer"]["cards"]:
        assert card["easyLabel"] != card["label"]
        for sentence in card["easyDefinition"].rstrip(".").split(". "):
            assert len(sentence.split()) <= 20, sentence
        assert len(card["easyDefinition"]) <= 120


def test_a_room_prints_no_more_digits_than_the_page(found):
    design = {"number": 1, "name": "A levy", "votes": 0, "group": 1, "design": {"short": "grant:200000,levy:0.25"}}
    state = {"groups": [{"number": 1, "name": "Group"}], "designs": [design]}
    [row], _ = picture.of_designs(page_server.Standing(), state, "jobs_disability", READER.say)
    said = found["answer"]["headlines"]["jobs_disability"]
    assert row["text"] == f"{said['value']} ({said['band']})"
