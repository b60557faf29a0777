"""Typical families: chosen by what they gain, told beside their twin, in three languages."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from experiments import typical
from experiments.language import language
from experiments.telling import Telling
from sim.outcomes import families


def life(paid_at, benefit, income, business="", months=0):
    return {
        "paid_at": paid_at,
        "grant": 125000.0 if months else 0.0,
        "business": business,
        "closed": months > 0 and not business,
        "workers": 1,
        "works": bool(business),
        "benefit": benefit,
        "income": income,
        "months": months,
    }


FOUND = {
    "design": "today",
    "months": 48,
    "families": [
        {
            "share": share,
            "identifier": 7,
            "oblast": "Naryn",
            "people": 6,
            "children": 3,
            "decile": 2,
            "disability": True,
            "twin": life(None, 170000.0, 480000.0),
            "lives": {
                "today": life(53, 20000.0, 480000.0 + gain, "agriculture", 43),
                "larger": life(None, 170000.0, 480000.0),
            },
        }
        for share, gain in ((0.1, -96000.0), (0.5, 48000.0), (0.9, 240000.0))
    ],
}
SUMMARY = SimpleNamespace(title=lambda design: {"today": "Today's law", "larger": "Larger grants"}[design])


def test_the_three_stand_where_a_tenth_half_and_nine_tenths_gain_less(monkeypatch):
    rows = 41
    gains = np.random.default_rng(1).permutation(rows).astype(float)
    months = np.full(rows, 20)
    participant = np.ones(rows, dtype=bool)
    participant[gains == 39] = False  # not a contract family
    months[gains == 40] = 3  # paid too late to judge
    effect = families.Effects(
        np.ones(rows, dtype=int), participant, months, gains * months, np.zeros(rows), np.zeros(rows)
    )
    monkeypatch.setattr(typical, "effects", lambda *_: effect)
    homes = SimpleNamespace(identifier=np.arange(rows), weight=np.full(rows, 1000, dtype=np.uint16))
    lives = SimpleNamespace(final=SimpleNamespace(households=homes), base=None)
    assert [int(gains[row]) for _, row in typical._chosen(lives, 59)] == [4, 19, 34]
    homes.weight[:] = np.where(gains == 0, 40, 1)  # the family that gains least stands for half of all
    assert [int(gains[row]) for _, row in typical._chosen(lives, 59)] == [0, 9, 32]
    monkeypatch.setattr(typical, "effects", lambda *_: effect._replace(participant=np.zeros(rows, dtype=bool)))
    assert typical._chosen(lives, 59) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [("en", "−2,230 som"), ("ru", "−2\N{NO-BREAK SPACE}230 сом"), ("ky", "−2\N{NO-BREAK SPACE}230 сом")],
)
def test_a_family_is_told_beside_its_twin(code, said):
    first, middle, last = typical.cards(Telling(SUMMARY, language(code)), FOUND)
    assert said in first["gain"]  # 96,000 som over the 43 months since the grant
    assert "+" in middle["gain"]
    assert len({card["title"] for card in (first, middle, last)}) == 3
    assert all(len(row) == len(first["header"]) == 3 for row in first["rows"])
    assert len(first["others"]) == 1
    if code != "en":
        assert not any("Naryn" in line for line in first["about"])


def test_without_contract_families_nothing_is_told(tmp_path):
    assert typical.read(tmp_path) == {}
    assert typical.cards(Telling(SUMMARY, language("en")), {}) == []
