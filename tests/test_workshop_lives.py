"""Lives: who stands for a persona, how often something differs, and sentences that are finished on the server."""

import numpy as np
import pytest

from experiments.language import language
from sim.state.persons import Work
from workshop import telling
from workshop.lives import PERSONAS, Choice, Found, Persona, chosen
from workshop.results import CATALOGUES

ENGLISH = language("en", CATALOGUES)


def persona(differences):
    """Return a persona whose lives differ so much in each run."""

    def of(first, second):
        rows = np.arange(len(differences[first]))
        return Found(rows, np.array(differences[first], dtype=float), np.ones(len(rows)))

    return Persona("test", "", "", "household", of)


def test_only_lives_in_which_something_differs_are_chosen_and_the_middle_one_first():
    runs = {0: (0, 0), 1: (1, 1)}
    some = persona({0: [0.0, 5.0, 0.0, 9.0], 1: [0.0, 7.0, 0.0, 0.0]})
    first = chosen(some, runs, 0)
    assert first == Choice(1, 1, 3 / 8, 8, 3)
    others = [chosen(some, runs, number)[:2] for number in range(4)]
    assert set(others) == {(0, 1), (0, 3), (1, 1)}
    assert others[3] == others[0]


def test_where_nothing_differs_there_is_no_life_and_it_is_said():
    nobody = chosen(persona({0: [0.0, 0.0]}), {0: (0, 0)}, 0)
    assert nobody == Choice(None, -1, 0.0, 2, 0)
    said = telling.finished({"kind": "test", "differing": 0, "share": telling._share(nobody)}, ENGLISH)
    assert said == {
        "kind": "test", "differing": 0,
        "share": "Nothing differs between A and B in any of the 2 simulated lives like this.",
    }  # fmt: skip


@pytest.mark.parametrize("code", ["en", "ru", "ky"])
def test_every_persona_and_sentence_is_finished_in_the_language(code):
    say = language(code, CATALOGUES)
    for text in telling.texts():
        assert code == "en" or say.knows(text), text
    line = {"text": telling.SEATS, "values": {"choices": [["pay the levy", 2], ["do nothing", 1]]}}
    said = telling._said(line, say)
    assert "{" not in said
    assert "(2)" in said
    assert code == "en" or "levy" not in said


def test_choices_for_places_of_one_month_are_one_sentence(monkeypatch):
    events = [
        (48, "pay the levy", {}, telling.SEAT), (48, "pay the levy", {}, telling.SEAT),
        (48, "do nothing", {}, telling.SEAT), (49, "It pays the levy.", {}, telling.BAD),
    ]  # fmt: skip
    monkeypatch.setattr(telling, "_events", lambda story: iter(events))
    lines = list(telling._lines(None))
    assert [line[1] for line in lines] == [telling.SEATS, "It pays the levy."]
    assert lines[0][2] == {"choices": [["pay the levy", 2], ["do nothing", 1]]}


def test_every_event_that_is_told_for_the_better_or_worse_is_a_sentence():
    assert {kind for kinds in telling.TONES.values() for kind in kinds} <= set(telling.SENTENCES)
    assert not telling.TONES["good"] & telling.TONES["bad"]
    assert Work.SEEKING not in telling.EARNING
    assert {"mother", "man", "school", "sewing"} <= {one.name for one in PERSONAS}
