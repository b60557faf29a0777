"""With fixed markets a world takes over the work of persons and employers from the base world, and nothing differs."""

from __future__ import annotations

import numpy as np
import pytest
import small

from sim import following, twins
from sim.following import COLUMNS, Elsewhere
from sim.twins import Ground, compare

DESIGNS = {
    "today": {},
    "grant": {"social_contract": {"grant": 200_000, "slots": 25_000}},
    "benefit": {"child_benefit": {"per_child": 2500.0}},
    "cash": {"social_contract": {"cash": True}},
    "taxed": {"social_contract": {"slots": 25_000}, "financing": {"mode": "tax"}},
    "later": {"social_contract": {"slots": 25_000}, "quota": {"levy": [{"from": "2024-01", "value": 0.5}]}},
    "wages": {"financing": {"incidence": "wages"}},
    "protected": {"social_protection": {"universal_child": 800.0}},
    "served": {"services": {"coaches": 50}},
}
FOLLOWING = {"grant", "benefit", "cash", "taxed"}


def scenario(worlds):
    designs = {name: one for name, one in DESIGNS.items() if worlds == "all" or name not in ("taxed", "wages")}
    return small.scenario(start="2023-01", horizon="2024-12", designs=designs, worlds=worlds)


def rows_of(comparison):
    return sorted((row["design"], row["outcome"], row["group"], row["month"], repr(row["value"]))
                  for row in comparison.records())  # fmt: skip


@pytest.mark.parametrize("worlds", ["frozen", "all"])
def test_all_figures_are_those_of_a_world_with_persons_of_its_own(monkeypatch, worlds):
    given = small.mixed(200), scenario(worlds), small.eventful(), 3
    followed = rows_of(compare(*given))
    monkeypatch.setattr(twins, "may_keep", lambda world, months: False)
    assert rows_of(compare(*given)) == followed


@pytest.fixture(scope="module")
def ground():
    return Ground.of(small.mixed(200), scenario("all"), small.eventful(), 3)


@pytest.mark.parametrize("design", [name for name in DESIGNS if name != "today"])
def test_a_world_follows_where_nothing_differs_that_persons_and_employers_feel(ground, design):
    lives = ground.live(scenario("all"), design)
    assert (lives.frozen.labour is ground.base.labour) == (design in FOLLOWING)
    work, base = lives.frozen.people.work.workers, ground.base.people.work.workers
    if design in FOLLOWING:
        assert np.array_equal(work.work, base.work)
        assert lives.frozen.state.earned is not ground.base.state.earned


def test_a_world_that_follows_knows_no_persons_of_its_own(ground):
    world = ground.before.fork(frozen=ground.base.path, **following.following(ground.base))
    with pytest.raises(RuntimeError, match="takes over the work of persons and employers from its base world"):
        _ = world.people.work.workers.work
    assert isinstance(world.labour.employers, Elsewhere)


def test_a_base_world_keeps_no_more_than_it_may(ground, monkeypatch):
    kept = ground.base.path.members
    assert set(kept) == set(range(12, 36))
    assert [len(column) for column in kept[12].columns] == [ground.base.rows] * len(COLUMNS)
    monkeypatch.setattr(following, "MOST", 24 * 23 * ground.base.rows)
    assert following.may_keep(ground.base, 24)
    assert not following.may_keep(ground.base, 25)
