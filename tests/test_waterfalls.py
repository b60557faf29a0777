"""Waterfalls: steps of the exact identities, which add up to the last printed digit wherever they are printed."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas
import pytest

from experiments import sections, waterfalls
from experiments.language import NAMES, language
from experiments.mechanisms import ACCOUNTS
from experiments.summary import summarise
from experiments.telling import Telling
from sim import twins
from sim.behaviour import Behaviour
from sim.errors import IdentityError, ResultError
from sim.outcomes import CODEBOOK, money_codebook
from sim.population import load
from sim.scenario import Scenario

COLUMNS = ["draw", "replication", "seed", "status", "design", "outcome", "group", "month", "error", "value"]
LEVY = {"quota": {"design": "KG_2025", "assignment": "universal", "levy": 0.5}}
SHORT = {"country": "kyrgyzstan", "scale": 1000, "labour_scale": 100, "start": "2022-01", "horizon": "2023-06"}
MOVED = {name: account for account in ACCOUNTS for name in [account.total] if name in waterfalls.SHOWN}


def people():
    return load("kyrgyzstan", 1000, labour_scale=100)


@cache
def records():
    designs = {"today": {}, "levy": LEVY}
    found = twins.compare(people(), Scenario.of({**SHORT, "designs": designs}), Behaviour.central("kyrgyzstan"), 1)
    return found.records()


def summed(rows, designs=("today", "levy")):
    frame = pandas.DataFrame(rows, columns=COLUMNS)
    named = {"today": {"label": "Today's law"}, "levy": {"label": "Universal quota with a levy"}}
    scenario = {"designs": {name: named[name] for name in designs}, "start": "2026-01", "horizon": "2029-12",
                "country": "kyrgyzstan", "scale": 100}  # fmt: skip
    manifest = {"scenario": scenario, "asked": {"draws": int(frame["draw"].max()) + 1, "replications": 1},
                "interval": ""}  # fmt: skip
    return summarise(frame, manifest, CODEBOOK)


def told(rows, code="en", designs=("today", "levy")):
    return Telling(summed(rows, designs), language(code))


@cache
def lived_once():
    rows = [(0, 0, 1, "ok", r["design"], r["outcome"], r["group"], r["month"], "", r["value"]) for r in records()]
    return summed(rows)


def lived(code="en"):
    return Telling(lived_once(), language(code))


def invented(seed, size, code="en", wrong=0.0):
    """Return a study whose steps are any numbers, with each total their sum."""
    return Telling(invented_once(seed, size, wrong), language(code))


@cache
def invented_once(seed, size, wrong):
    luck, rows = np.random.default_rng(seed), []
    for draw in range(5):
        for design in ("today", "levy"):
            seen = {}
            for account in MOVED.values():
                for outcome, _ in account.lines.values():
                    seen.setdefault(outcome, size * luck.normal())
                total = sum(sign * seen[outcome] for outcome, sign in account.lines.values())
                seen[account.total] = total + wrong
            rows += [(draw, 0, 1, "ok", design, name, "all", -1, "", value) for name, value in seen.items()]
    return summed(rows)


def number(text, say):
    plain = text.replace(say.group, "").replace(say.decimal, ".").replace("\N{MINUS SIGN}", "-").replace("+", "")
    return float(plain)


@pytest.mark.parametrize("code", NAMES)
@pytest.mark.parametrize("size", [3.0, 4567.0, 2.5e6, 7.7e9])
def test_printed_steps_add_up_to_the_printed_total(code, size):
    for seed in range(8):
        it = invented(seed, size, code)
        for one in waterfalls.found(it):
            for rungs in one.rungs.values():
                values = [number(one.said(it, rung), it.say) for rung in rungs]
                running = 0.0
                for rung, value in zip(rungs, values, strict=True):
                    if rung.kind == waterfalls.STEP:
                        running += value
                    else:
                        assert value == pytest.approx(running, abs=1e-9)


def test_a_step_is_off_its_own_rounding_by_one_unit_at_most_and_nothing_stays_nothing():
    luck = np.random.default_rng(2)
    for _ in range(200):
        steps = luck.normal(size=8) * 50.0
        steps[3] = 0.0
        found = waterfalls.climbed(steps, 1.0)
        assert found[3][0] == found[3][1]
        assert all(abs((end - start) - step) <= 1.0 for (start, end), step in zip(found, steps, strict=True))
        assert abs(found[-1][1] - steps.sum()) <= 0.5


def test_steps_that_miss_their_total_are_refused():
    with pytest.raises(ResultError, match="the steps of net_jobs"):
        waterfalls.found(invented(1, 1000.0, wrong=1.0))


def test_a_real_run_has_every_waterfall_and_its_total_is_the_outcome():
    it = lived()
    found = {one.name: one for one in waterfalls.found(it)}
    assert tuple(found) == waterfalls.SHOWN
    values = {(r["design"], r["outcome"]): r["value"] for r in records() if r["month"] == -1 and r["group"] == "all"}
    for name, one in found.items():
        for design, rungs in one.rungs.items():
            assert abs(rungs[-1].size * one.step - values[design, name]) <= 0.5 * one.step
        kinds = [rung.kind for rung in one.rungs["levy"]]
        assert kinds.count(waterfalls.TOTAL) == 1
        assert kinds[-1] == waterfalls.TOTAL
    assert [rung.kind for rung in found["net_fiscal_cost"].rungs["levy"]].count(waterfalls.BETWEEN) == 1


def test_money_of_families_is_their_income_and_public_money_the_net_cost():
    values = {(r["design"], r["outcome"]): r["value"] for r in records() if r["month"] == -1 and r["group"] == "all"}
    for design in ("today", "levy"):
        got = {name: value for (mine, name), value in values.items() if mine == design}
        assert got["family_money"] == pytest.approx(got["income_change"] + got["income_once_all"], abs=1.0)
        assert got["consumption_change"] == pytest.approx(got["family_money"] - got["saved"], abs=1.0)
        assert got["programme_cost"] == pytest.approx(
            got["grants_paid"] + got["running_paid"] + got["protection_paid"], rel=1e-9
        )
        assert got["benefit_received"] == pytest.approx(-got["benefit_saved"], rel=1e-9), "no design raises the rate"
        assert money_codebook.missing(got, got["net_fiscal_cost"]) == 0.0
        assert money_codebook.missing(got, got["net_fiscal_cost"] + 0.01 * got["grants_paid"]) > 0.0
    assert values["levy", "levies_received"] > 0.0 == values["today", "levies_received"]


@pytest.mark.parametrize(
    "design",
    [
        {"social_contract": {"repaid_share": 0.5, "repaid_from": 3, "repaid_months": 9}},
        {"social_protection": {"universal_child": 1000.0, "extra_cost_2": 1000.0}, "financing": {"mode": "income_tax"}},
    ],
)
def test_what_a_design_pays_and_what_covers_it_have_steps_of_their_own(design):
    plan = Scenario.of({**SHORT, "designs": {"asked": design}, "worlds": "whole"})
    found = twins.compare(people(), plan, Behaviour.central("kyrgyzstan"), 1).records()
    got = {row["outcome"]: row["value"] for row in found if row["month"] == -1 and row["group"] == "all"}
    assert money_codebook.missing(got, got["net_fiscal_cost"]) == 0.0
    if "financing" in design:
        assert got["protection_paid"] > 0.0 < got["cover_paid"]
        assert abs(got["other_income"]) < 0.5 * got["protection_paid"]
        assert got["running_paid"] < 0.2 * got["protection_paid"]
    else:
        assert got["grants_paid_back"] > 0.0


def test_a_run_stops_where_the_steps_of_public_money_miss_the_net_cost(monkeypatch):
    monkeypatch.setitem(money_codebook.OF_PUBLIC, "grants_paid", 1.01)
    with pytest.raises(IdentityError, match="the steps of public money miss the net cost"):
        records.__wrapped__()


@pytest.mark.parametrize("code", NAMES)
def test_the_screen_shows_it_in_eighty_columns_with_every_number_whole(code):
    it = lived(code)
    for one in waterfalls.found(it):
        lines = sections.on_screen([waterfalls.section(it, one)]).splitlines()
        assert max(map(len, lines)) <= 79
        text = "\n".join(lines)
        for rungs in one.rungs.values():
            assert all(one.said(it, rung) in text for rung in rungs)
        drawn = waterfalls.bars(it, one, "levy")
        assert all(len(line) <= 79 for line in drawn)
        assert len(drawn) == len(one.rungs["levy"])
        assert re.search("█", drawn[0])
