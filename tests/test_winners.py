"""Winners and the value of public money: counts by hand, and identities on the engine's state (people.md Y15, Y17)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim import twins
from sim.behaviour import Behaviour
from sim.outcomes import balance, families
from sim.outcomes.winners import Class, Kind, classes, kinds, table, winners
from sim.population import load
from sim.scenario import Scenario

SHORT = {
    "country": "kyrgyzstan", "scale": 1000, "labour_scale": 100, "start": "2022-01", "horizon": "2023-06", "follow": 60,
}  # fmt: skip
NAMES = ("persons_gain_much", "persons_gain", "persons_same", "persons_lose", "persons_lose_much", "persons_no_share")


def country():
    return load("kyrgyzstan", 1000, labour_scale=100)


def lived(**designs):
    scenario = Scenario.of({**SHORT, "designs": designs})
    return twins.compare(country(), scenario, Behaviour.central("kyrgyzstan"), 1, keep=True)


@cache
def figures():
    found = lived(more={"social_contract": {"grant": 300_000}}, zero={"social_contract": {"slots": 0}})
    return {(r["design"], r["outcome"], r["group"]): r["value"] for r in found.records() if r["month"] == -1}


def test_classes_of_seven_households_by_hand():
    without = np.array([1000.0, 1000.0, 1000.0, 1000.0, 1000.0, 0.0, -50.0])
    gain = np.array([50.0, 50.1, 1.0, -1.1, -50.1, 10.0, -10.0])
    wanted = [Class.GAINS, Class.GAINS_MUCH, Class.SAME, Class.LOSES, Class.LOSES_MUCH, Class.NO_SHARE, Class.NO_SHARE]
    assert classes(gain, without).tolist() == wanted


def test_a_group_that_nobody_is_in_is_empty_and_persons_are_counted_once():
    found = table(np.array([5, 3]), np.array([Kind.OTHER, Kind.OTHER]), len(Kind), np.array([Class.SAME, Class.LOSES]))
    assert found.sum() == 8
    assert found[Kind.CONTRACT].tolist() == [0] * len(Class)


def test_everybody_is_in_one_class_and_one_kind():
    people = country().households
    everybody = int((people.weight.astype(np.int64) * people.size).sum())
    for design in ("more", "zero"):
        assert sum(figures()[design, name, "all"] for name in NAMES) == everybody
        for name in NAMES:
            parts = [v for (d, o, group), v in figures().items() if (d, o) == (design, name) and "household=" in group]
            assert sum(parts) == figures()[design, name, "all"]


def test_without_a_programme_everybody_has_the_same_and_nothing_is_paid_for():
    found = figures()
    assert all(found["zero", name, "all"] == 0 for name in NAMES if name not in ("persons_same", "persons_no_share"))
    assert found["zero", "willingness_to_pay", "all"] == 0
    assert found["zero", "consumption_up", "all"] == 0
    assert np.isnan(found["zero", "value_of_public_money", "all"])


def test_without_five_years_after_the_horizon_nothing_is_said_of_what_public_money_is_worth():
    scenario = Scenario.of({**SHORT, "horizon": "2022-06", "follow": 12, "designs": {"a": {}}})
    found = twins.compare(country(), scenario, Behaviour.central("kyrgyzstan"), 1).records()
    assert not {"willingness_to_pay", "value_of_public_money"} & {row["outcome"] for row in found}


def test_contract_families_are_a_kind_of_their_own_and_mostly_gain():
    found = figures()
    of = {name: found["more", name, "household=contract"] for name in NAMES}
    assert sum(of.values()) > 0
    assert of["persons_gain_much"] + of["persons_gain"] > of["persons_lose"] + of["persons_lose_much"]


def test_the_value_of_public_money_is_its_parts():
    found = figures()
    cost = found["more", "willingness_to_pay", "all"] / found["more", "value_of_public_money", "all"]
    assert 0.3 < cost / found["more", "net_fiscal_cost", "all"] < 1.5  # discounted, and over more months
    assert found["more", "people_reached", "all"] > found["more", "consumption_up", "all"] > 0


class Months:
    """A world of two months that leaves these figures, and zeros of all others."""

    def __init__(self, **figures):
        self.figures = figures

    def series(self, name):
        return np.array(self.figures.get(name, [0.0, 0.0]))


def test_what_those_affected_would_pay_by_hand(monkeypatch):
    """Income +100 and -20; levies of 30, 10 borne by households; 8 given for no work, 2 of it by budget bodies; one
    application whose time is worth 5."""
    mine = Months(
        income=[100.0, -20.0], charges_borne=[10.0, 0.0], labour_charged_private=[30.0, 0.0], trained=[1.0, 0.0],
        labour_given=[8.0, 0.0], labour_given_inside=[2.0, 0.0],
    )  # fmt: skip
    mine.behaviour = type("B", (), {"applying": type("A", (), {"effort": 8.0, "cash_share": 0.375})})
    monkeypatch.setattr(balance, "series", lambda name: name)
    monkeypatch.setattr(balance, "difference", lambda a, b, name: a.series(name) - b.series(name))
    assert sum(balance.willingness_parts(mine, Months()).values()).tolist() == [69.0, -20.0]  # 100 + 10 - 30 - 6 - 5


def test_a_person_hired_puts_her_household_among_those_of_persons_hired():
    quota = {"design": "KG_2025", "assignment": "universal", "levy": 1.0}
    lives = lived(levy={"social_contract": {"slots": 0}, "quota": quota}).lives["levy"]
    final, base, before = lives.final, lives.base, lives.before
    found = kinds(final, base)
    assert (found == Kind.HIRED).any()
    assert not (found == Kind.APPLICANT).any(), "nobody can apply"
    assert (found == Kind.BEARS).any()
    everybody = winners(final, base, before, families.deciles(before))
    assert everybody.by_kind[Kind.BEARS, Class.GAINS_MUCH] < everybody.by_kind[Kind.BEARS].sum() * 0.05
    assert everybody.by_kind.sum() == pytest.approx(everybody.by_decile.sum())
