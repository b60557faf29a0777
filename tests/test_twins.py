"""Twins share all luck: they differ where the policy differs and nowhere else (V4, V5, V12); jobs add up (V6)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small import burnt_in, differences, eventful, law, scenario, state_of, twin

from sim.errors import IdentityError
from sim.laws import law_of
from sim.outcomes.jobs import check, decomposition, jobs, residual, series
from sim.outcomes.records import records
from sim.schedule import advance
from sim.twins import compare, live, roots
from sim.world import Terms

START, CHANGE, LAST = 24, 30, 47
OBLAST = 7  # the largest

# What a family may know, try and expect without being paid; all else is how it lives.
TRIES = {"aware", "contract", "barred", "approved_at", "merit", "refused_months", "expected_gain", "tried_at"}


def dearer_in_one_oblast(t: int, terms: Terms) -> Terms:
    """Return terms with twice the grant in one oblast from month 30 on."""
    if t < CHANGE:
        return terms
    grant = terms.contract.grant.copy()
    grant[OBLAST] *= 2.0
    return replace(terms, contract=terms.contract._replace(grant=grant))


@pytest.fixture(scope="module")
def shared(tiny):
    """The worlds before the start, and the reference without new contracts, where applying costs nothing."""
    behaviour = eventful(applying__effort=0.0)
    start = burnt_in(tiny, behaviour, start=START)
    never = twin(start, law(closed_from=-1000), LAST, reference=None)
    before = twin(start, law(), START - 1, reference=never.path)
    base = advance(before.fork(design=law(closed_from=START)), LAST)
    return before, base


def test_a_change_in_one_oblast_changes_nothing_before_or_elsewhere(shared):
    before, base = shared
    usual = before.fork(design=law(), frozen=base.path)
    dearer = before.fork(design=law(dearer_in_one_oblast), frozen=base.path)
    advance(usual, CHANGE - 1)
    advance(dearer, CHANGE - 1)
    assert differences(usual, dearer) == []
    there = usual.households.oblast == OBLAST
    for last in (CHANGE, CHANGE + 2, LAST):
        advance(usual, last)
        advance(dearer, last)
        mine, theirs = state_of(usual), state_of(dearer)
        elsewhere = [name for name in mine if mine[name][~there].tobytes() != theirs[name][~there].tobytes()]
        assert elsewhere == [], f"month {last}"
    assert "grant" in [name for name in mine if mine[name][there].tobytes() != theirs[name][there].tobytes()]


def test_whoever_is_not_paid_lives_as_without_the_programme(shared):
    before, base = shared
    frozen = advance(before.fork(design=law(dearer_in_one_oblast), frozen=base.path), LAST)
    paid = frozen.state.paid_at >= START
    assert 10 < paid.sum() < len(paid) - 10
    mine, theirs = state_of(frozen), state_of(base)
    changed = {name for name in mine if mine[name][~paid].tobytes() != theirs[name][~paid].tobytes()}
    assert changed
    assert changed <= TRIES
    assert {"capital", "benefit", "operating"} <= {
        name for name in mine if mine[name][paid].tobytes() != theirs[name][paid].tobytes()
    }


def test_nobody_applies_for_nothing(shared):
    before, base = shared

    def nothing_there(t: int, terms: Terms) -> Terms:
        grant = terms.contract.grant.copy()
        if t >= START:
            grant[OBLAST] = 0.0
        return replace(terms, contract=terms.contract._replace(grant=grant))

    world = advance(before.fork(design=law(nothing_there), frozen=base.path), LAST)
    there = world.households.oblast == OBLAST
    mine, theirs = state_of(world), state_of(base)
    assert (world.state.paid_at[there] < START).all()
    assert (world.state.paid_at[~there] >= START).any()
    assert {n for n in mine if mine[n][there].tobytes() != theirs[n][there].tobytes()} <= {"expected_gain"}


@pytest.fixture(scope="module")
def plan():
    """A comparison with a placebo of each kind, financing of each kind and an extreme."""
    return scenario(
        start="2024-01",
        horizon="2025-12",
        designs={
            "today": {},
            "no_grant": {"social_contract": {"grant": 0.0}},
            "no_slots": {"social_contract": {"slots": 0.0}},
            "taxed": {"social_contract": {"slots": 30000.0}, "financing": {"mode": "tax"}},
            "cut": {"social_contract": {"slots": 30000.0}, "financing": {"mode": "cut"}},
            "tenfold": {"social_contract": {"grant": 1_500_000.0}},
        },
    )


@pytest.fixture(scope="module")
def lives(tiny, plan):
    """The worlds of each design."""
    last = plan.last_month
    _, before, base = roots(tiny, plan, eventful(), 5)
    regions = tiny.country.regions
    return {name: live(law_of(plan, name, regions), before, base, last) for name in plan.designs}


@pytest.mark.parametrize("design", ["no_grant", "no_slots"])
def test_a_programme_without_money_or_places_changes_no_bit(lives, design):
    found = lives[design]
    assert differences(found.final, found.base) == []
    assert differences(found.frozen, found.base) == []
    assert differences(lives["today"].final, found.base) != []


@pytest.mark.parametrize("design", ["today", "no_grant", "taxed", "cut", "tenfold"])
def test_net_jobs_are_the_sum_of_their_parts(lives, design):
    w = lives[design]
    parts = decomposition(w.base, w.frozen, w.stolen, w.whole, w.final)
    assert residual(parts) < 1e-6
    alone = jobs(w.final) - jobs(w.base)[-len(parts["net"]) :]
    np.testing.assert_allclose(parts["net"], alone, atol=1e-6)
    financed = design in ("taxed", "cut")
    assert financed or not parts["financing"].any()
    assert bool((w.final.markets.demand != w.whole.markets.demand).any()) == financed
    if design != "no_grant":
        assert parts["gross"][-1] > 0.0
        for moved, from_ in (
            (w.whole, w.stolen),
            (w.stolen, w.frozen),
        ):  # persons move in rows: jobs may not, demand does
            assert (moved.markets.demand != from_.markets.demand).any()


def test_a_comparison_from_the_first_year_adds_up_too(tiny):
    first = scenario(start="2022-01", horizon="2023-06", designs={"today": {}, "none": {}})
    kept = compare(tiny, first, eventful(), 2, keep=True).lives
    w = kept["today"]
    parts = decomposition(w.base, w.frozen, w.stolen, w.whole, w.final)
    assert residual(parts) < 1e-6
    assert parts["gross"][-1] > 0.0
    nothing = kept["none"]
    assert not any(
        v.any()
        for v in decomposition(*[getattr(nothing, n) for n in ("base", "frozen", "stolen", "whole", "final")]).values()
    )


def test_a_cut_costs_more_jobs_than_a_tax(lives):
    """Persons move in whole rows, so jobs of a small country may tie; the demand that jobs follow does not."""

    def financing(design: str) -> float:
        w = lives[design]
        lost = [
            path[w.before.t + month].demand.sum()
            for path in (w.final.path.markets, w.whole.path.markets)
            for month in (4,)  # after months in which the programme costs more than it saves
        ]
        return float(lost[0] - lost[1])

    assert financing("cut") < financing("taxed") < 0.0


def test_a_wrong_part_is_noticed(lives):
    w = lives["today"]
    parts = decomposition(w.base, w.frozen, w.stolen, w.whole, w.final)
    check("today", parts, 1e6)
    with pytest.raises(IdentityError, match="today"):
        check("today", parts | {"multiplier": parts["multiplier"] + 0.01}, 1e6)


def test_net_jobs_of_oblasts_add_up_to_those_of_the_country(lives, plan, monkeypatch):
    monkeypatch.setattr("sim.outcomes.outcome.LEAST_ROWS", 1)  # the country of this test is smaller than the floor
    for name, found in lives.items():
        rows = records(name, found, plan.last_month)
        country = [r["value"] for r in rows if r["outcome"] == "net_jobs" and r["group"] == "all" and r["month"] < 0]
        oblasts = [r["value"] for r in rows if r["outcome"] == "net_jobs" and r["group"].startswith("oblast=")]
        assert len(oblasts) == 9
        assert sum(oblasts) == pytest.approx(country[0], abs=1e-6), name


def test_contracts_and_reach_of_groups_add_up(lives, plan, monkeypatch):
    monkeypatch.setattr("sim.outcomes.outcome.LEAST_ROWS", 1)
    rows = records("today", lives["today"], plan.last_month)
    value = {(r["outcome"], r["group"]): r["value"] for r in rows if r["month"] < 0}
    for kind, count in (("oblast", 9), ("disability", 2), ("decile", 10)):
        parts = [v for (outcome, group), v in value.items() if outcome == "contracts" and group.startswith(kind)]
        assert len(parts) == count
        assert sum(parts) == value["contracts", "all"] > 0


def test_a_grant_ten_times_as_large_is_still_sound(lives):
    usual, huge = lives["today"], lives["tenfold"]
    for world in (huge.frozen, huge.stolen, huge.whole):
        for name, column in state_of(world).items():
            assert np.isfinite(column.astype(np.float64)).all(), name
        for name, index in world.markets._asdict().items():
            assert np.isfinite(index).all(), name
            assert (index > 0.0).all(), name
    now, then = (series("grants")(w.final) for w in (huge, usual))
    assert now.sum() / series("contracts")(huge.final).sum() == pytest.approx(
        10.0 * then[-12:].sum() / series("contracts")(usual.final)[-12:].sum(), rel=0.06
    )
    capital = {}
    for w in (huge, usual):
        s = w.final.state
        capital[w is huge] = s.capital[(s.funded == 1) & (s.paid_at >= w.final.start)].mean(dtype=np.float64)
    assert capital[True] > 4.0 * capital[False]
    lost, usually_lost = ((w.base.markets.demand - w.stolen.markets.demand).sum() for w in (huge, usual))
    assert lost > max(usually_lost, 0.0)
    assert huge.whole.markets.consumer_price.mean() > usual.whole.markets.consumer_price.mean() > 1.0


def test_how_the_ministry_counts_changes_no_net_result(tiny, plan):
    short = plan.revised(designs={"today": {}})
    other = eventful(
        reporting__extra_2022=0.0,
        reporting__extra_2023=3.0,
        reporting__extra_later=2.0,
        reporting__detection=0.95,
        reporting__gross_ratio=8.0,
        reporting__earlier_share=1.0,
        reporting__earlier_income=1.0,
        reporting__overstatement=1.0,
    )
    first = compare(tiny, short, eventful(), 5, keep=True)
    second = compare(tiny, short, other, 5, keep=True)
    values = [{(r["outcome"], r["group"], r["month"]): r["value"] for r in c.records()} for c in (first, second)]
    changed = {k[0] for k, v in values[0].items() if v != values[1][k] and not (np.isnan(v) and np.isnan(values[1][k]))}
    assert changed == {"reported_jobs"}
    assert differences(first.lives["today"].final, second.lives["today"].final) == ["reported_failed"]
