"""Lean comparisons give the figures of full ones, bit for bit, and leave out what cannot be told."""

from __future__ import annotations

import pytest
from small import differences, eventful, scenario, state_of

from calibration.simulator import Course
from sim.errors import InputError
from sim.outcomes import AGAINST_FIRST
from sim.outcomes.records import records
from sim.outcomes.remembering import Known
from sim.twins import Ground, compare, roots

PLAN = {"start": "2024-01", "horizon": "2025-06"}
DESIGNS = {
    "today": {},
    "levy": {"quota": "HU"},
    "more": {"social_contract": {"slots": 26000.0}},
    "more_levy": {"social_contract": {"slots": 26000.0}, "quota": "HU"},
    "none": {},
    "none_coached": {"social_contract": {"slots": 0.0}, "services": {"coaches": 50}},
}
OF_MARKETS = {"displacement", "multiplier", "refilled", "net_jobs_low"}
PARTS = {"gross_jobs", "deadweight", "additionality", "quota_jobs"} | OF_MARKETS


def found(records: list[dict]) -> dict[tuple, str]:
    return {(r["design"], r["outcome"], r["group"], r["month"]): float(r["value"]).hex() for r in records}


@pytest.fixture(scope="module")
def full(tiny):
    """All worlds of all designs."""
    return found(compare(tiny, scenario(**PLAN, designs=DESIGNS), eventful(), 4).records())


def test_the_whole_world_alone_gives_the_figures_of_the_full_comparison(full, tiny):
    lean = found(compare(tiny, scenario(**PLAN, designs=DESIGNS, worlds="whole"), eventful(), 4).records())
    assert {place: full[place] for place in lean} == lean
    assert {place[1] for place in full.keys() - lean.keys()} == PARTS


def test_the_frozen_world_alone_has_gross_jobs_and_all_else_without_the_answer_of_markets(full, tiny):
    lean = found(compare(tiny, scenario(**PLAN, designs=DESIGNS, worlds="frozen"), eventful(), 4).records())
    same = {place for place in lean if place[1] in ("gross_jobs", "deadweight", "quota_jobs")}
    assert {place: lean[place] for place in same} == {place: full[place] for place in same}
    told = {place for place in lean if place[0] != "none"}  # of a design that is the base all parts are known: nothing
    assert {place[1] for place in full} - {place[1] for place in told} == OF_MARKETS | {"financing"}
    assert all(float.fromhex(lean[place]) == 0.0 for place in lean if place[:2] == ("none", "displacement"))
    assert any(lean[place] != full[place] for place in lean if place[1] == "income_gain")


@pytest.mark.parametrize("worlds", ["all", "whole", "frozen"])
def test_only_designs_of_equal_laws_share_their_lives(tiny, worlds):
    """A quota reaches pay and so households: designs that differ in nothing else have lives of their own."""
    again = DESIGNS | {"again": DESIGNS["more"]}
    plan = scenario(**PLAN, designs=again, worlds=worlds)
    lives = compare(tiny, plan, eventful(), 4, keep=True).lives
    assert lives["again"] is lives["more"]
    apart = ("levy", "today", "more", "more_levy", "none", "none_coached")
    assert len({id(lives[name].final.state) for name in apart}) == len(apart)
    assert differences(lives["levy"].final, lives["today"].final)


def test_a_ground_that_is_kept_answers_later_designs_like_a_comparison(full, tiny):
    plan = scenario(**PLAN, designs=DESIGNS)
    ground = Ground.of(tiny, plan, eventful(), 4)
    before = {name: column.copy() for name, column in state_of(ground.before).items()}
    for name in reversed(DESIGNS):
        one = scenario(**PLAN, designs={name: DESIGNS[name]})
        mine = found(ground.records(one, name))
        assert {place: full[place] for place in mine} == mine
    assert all(before[name].tobytes() == column.tobytes() for name, column in state_of(ground.before).items())


def test_figures_remembered_between_designs_are_those_worked_out_for_each_alone(tiny):
    """In an order that comes back to earlier runs; some differ in contracts, some in the quota, some in nothing."""
    plan = scenario(**PLAN, designs=DESIGNS)
    lives = compare(tiny, plan, eventful(), 4, keep=True).lives
    shared = Known()
    for name in ("today", "none", "more", "levy", "more_levy", "today", "none_coached"):
        mine = records(name, lives[name], plan.last_month, shared)
        assert found(mine) == found(records(name, lives[name], plan.last_month, Known()))


def test_a_design_that_spells_out_the_law_in_force_lives_through_no_world_of_its_own(tiny):
    nothing = {"social_contract": {"slots": 0.0}}
    designs = {"none": {}, "same": nothing | {"quota": "KG_2025"}, "levy": nothing | {"quota": "HU"}}
    dates = {"start": "2025-01", "horizon": "2025-06"}
    plan = scenario(**dates, designs=designs)
    lives = compare(tiny, plan, eventful(), 4, keep=True).lives
    assert lives["same"].final is lives["same"].base
    assert lives["levy"].final is not lives["levy"].base
    assert lives["levy"].final.state is not lives["levy"].base.state  # a quota reaches households
    alone = compare(tiny, scenario(**dates, designs={"levy": designs["levy"]}), eventful(), 4)
    mine = {k: v for k, v in found(alone.records()).items() if k[2] != "history" and k[1] not in AGAINST_FIRST}
    both = found(compare(tiny, plan, eventful(), 4).records())
    assert {k: both[k] for k in mine} == mine


@pytest.mark.parametrize("other", [{"horizon": "2025-07"}, {"economy": {"inflation": 0.2}}])
def test_a_ground_refuses_a_scenario_with_another_history_or_horizon(tiny, other):
    ground = Ground.of(tiny, scenario(**PLAN, designs={"today": {}}), eventful(), 4)
    with pytest.raises(InputError, match=next(iter(other))):
        ground.live(scenario(**PLAN | other, designs={"today": {}}), "today")


def test_the_history_that_calibration_lives_is_that_of_a_comparison(tiny):
    _, before, _ = roots(tiny, scenario(**PLAN, designs={"today": {}}), eventful(), 4)
    course = Course(tiny, eventful(), 4, "kyrgyzstan")
    course.live()
    assert differences(course.world, before) == []


def test_frozen_markets_cannot_be_financed():
    with pytest.raises(InputError, match="financing needs markets"):
        scenario(**PLAN, worlds="frozen", designs={"taxed": {"financing": {"mode": "tax"}}})
