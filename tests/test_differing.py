"""A design lived by its difference to the world without contracts is the design lived whole, to the bit (R1p, V4)."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import COUNTRY, eventful

from sim import differing as module
from sim import twins
from sim.behaviour import Behaviour
from sim.population import load
from sim.scenario import Scenario
from sim.twins import law_of, live, roots

DESIGNS = {
    "today": {},
    "larger": {"social_contract": {"grant": 200_000}},
    "taper": {"social_contract": {"exclusion": "taper", "slots": 4_000}},
    "nothing": {"social_contract": {"grant": 0}},
    "loans": {"social_contract": {"loan_max": 150_000, "in_kind": True}},
    "child": {"child_benefit": {"per_child": 1_500}},
    "quota": {"quota": {"rate": 0.04}},
}


@pytest.fixture(scope="module")
def country():
    return load(COUNTRY, 1000)


@pytest.fixture(autouse=True)
def worth_it(monkeypatch):
    monkeypatch.setattr(twins, "WORTH_ROWS", 0)


def grounds(country, behaviour, start, horizon, designs=DESIGNS, worlds="frozen", seed=3):
    scenario = Scenario.of({"scale": 1000, "start": start, "horizon": horizon, "worlds": worlds, "designs": designs})
    _, before, base = roots(country, scenario, behaviour, seed)
    return scenario, before, base


def both(ground, name, country):
    """The world of a design lived by its difference, and lived whole."""
    scenario, before, base = ground
    law = law_of(scenario, name, country.country.regions)
    found = live(law, before, base, scenario.last_month, None, scenario.worlds).frozen
    trace, base.trace = base.trace, None
    try:
        return found, live(law, before, base, scenario.last_month, None, scenario.worlds).frozen
    finally:
        base.trace = trace


def parted(one, other):
    """Return everything in which two worlds differ."""
    found = [name for name in one.state._fields if bits(getattr(one.state, name)) != bits(getattr(other.state, name))]
    mine, theirs = one.records.values, other.records.values
    found += [name for name in theirs if bits(mine[name]) != bits(theirs[name])]
    for part in ("office", "tally"):
        mine, theirs = getattr(one, part), getattr(other, part)
        found += [f.name for f in fields(mine) if bits(getattr(mine, f.name)) != bits(getattr(theirs, f.name))]
    for t, flows in other.path.flows.items():
        found += [f"flows of {t}"] if bits(*flows) != bits(*one.path.flows[t]) else []
    same = (one.t, one.threshold, one.records.months, sorted(one.path.need)) == (
        other.t, other.threshold, other.records.months, sorted(other.path.need))  # fmt: skip
    return found if same else [*found, "month"]


def bits(*values):
    return [np.asarray(value).tobytes() for value in values]


@pytest.mark.parametrize(("start", "horizon"), [("2022-01", "2024-12"), ("2024-01", "2026-12")])
def test_a_design_lived_by_its_difference_is_the_design_lived_whole(country, start, horizon, monkeypatch):
    lived = []
    ours = module.differing
    monkeypatch.setattr(module, "LARGEST_SHARE", 1.0)
    monkeypatch.setattr(twins, "differing", lambda *a: lived.append(ours(*a)) or lived[-1])
    ground = grounds(country, eventful(), start, horizon)
    for name in DESIGNS:
        assert parted(*both(ground, name, country)) == [], name
    assert len(lived) == 5, "designs of child benefit or quota are lived whole"
    assert all(world is not None for world in lived)


def test_central_behaviour_and_worlds_whose_markets_answer_as_well(country):
    ground = grounds(country, Behaviour.central(COUNTRY), "2022-01", "2023-12", worlds="all")
    one, other = both(ground, "larger", country)
    assert parted(one, other) == []
    assert one.state.paid_at.max() >= 0


def test_rows_of_unequal_weight_are_lived_by_their_difference_as_well(country, monkeypatch):
    monkeypatch.setattr(module, "LARGEST_SHARE", 1.0)
    h = country.households
    weight = np.where(h.with_disability > 0, 10, 1000).astype(h.weight.dtype)
    strata = replace(country, households=h._replace(weight=weight))
    ground = grounds(strata, eventful(), "2022-01", "2023-12", {"today": {}})
    one, other = both(ground, "today", strata)
    assert parted(one, other) == []
    assert {10, 1000} <= set(weight[one.state.paid_at >= 0].tolist())


def test_where_too_many_differ_the_design_is_lived_whole(country, monkeypatch):
    ground = grounds(country, eventful(), "2022-01", "2022-12")
    assert parted(*both(ground, "today", country)) == []
    scenario, before, base = ground
    monkeypatch.setattr(module, "LARGEST_SHARE", 0.0)
    rules = twins.Rules(law_of(scenario, "today", country.country.regions), quotas={})
    assert module.differing(before, base, rules, scenario.last_month, base.records) is None
    assert parted(*both(ground, "today", country)) == []


@pytest.fixture(scope="module")
def common(country):
    """One ground that designs made up by a test are lived on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(twins, "WORTH_ROWS", 0)
        return grounds(country, eventful(), "2023-01", "2024-12", {"today": {}})


@settings(max_examples=12, deadline=None)
@given(
    grant=st.sampled_from([0.0, 1_000.0, 100_000.0, 1e6]),
    slots=st.sampled_from([0.0, 2_000.0, 10_000.0, 200_000.0]),
    exclusion=st.sampled_from(["full", "none", "taper"]),
    set_aside=st.sampled_from([0.0, 0.3]),
    coached=st.booleans(),
)
def test_whatever_the_contract(common, country, grant, slots, exclusion, set_aside, coached):
    _, before, base = common
    contract = {"grant": grant, "slots": slots, "exclusion": exclusion, "set_aside": set_aside, "coached": coached}
    other = Scenario.of({
        "scale": 1000, "start": "2023-01", "horizon": "2024-12", "worlds": "frozen",
        "designs": {"any": {"social_contract": contract}},
    })  # fmt: skip
    assert parted(*both((other, before, base), "any", country)) == []
