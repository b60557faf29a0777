"""Levels and effects of consumption meet what was published for 2021, and nothing later (people.md B2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from small import burnt_in, law, small, twin

from sim import money
from sim.agents.households.consuming import Consuming
from sim.agents.households.effects import Loadings, Targets, find_loadings, nearest_root, poverty_of_groups, set_effects
from sim.agents.households.levelling import CLASSES, class_of, headcount_path, levels, threshold
from sim.engine.columns import empty, taken
from sim.months import month_index
from sim.outcomes import poverty
from sim.people import People
from sim.schedule import advance
from sim.state.households import Endowments
from sim.world import World

DECEMBERS = {year: month_index(year, 12) for year in (2021, 2022, 2023)}


@pytest.fixture(scope="module")
def country(central) -> World:
    """A country of 1,600 households without any programme, through 2024."""
    return burnt_in(small(1600, 1000), central, until=36)


def headcounts(world: World, t: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of poor persons of each oblast in a month, and the share that one more household would be."""
    h = world.households
    persons = np.bincount(h.oblast, h.weight.astype(float) * h.size, world.oblasts)
    return world.records.at(t)["poor"] / persons, 2 * 12 * float(h.weight.max()) / persons


@pytest.mark.parametrize("year", [2022, 2023])
def test_each_oblast_is_as_poor_as_published_in_december(country, year):
    found, one = headcounts(country, DECEMBERS[year])
    assert (np.abs(found - country.population.country.poverty[year]) <= one).all()


def test_between_decembers_the_target_goes_straight():
    published = {2021: np.array([0.2, 0.4]), 2022: np.array([0.32, 0.4]), 2023: np.array([0.32, 0.16])}
    path = np.array([headcount_path(published, t) for t in range(-24, 36)])
    np.testing.assert_allclose(np.diff(path[23:36, 0]), 0.01)
    np.testing.assert_allclose(np.diff(path[35:48, 1]), -0.02)
    assert (path[:24] == published[2021]).all()
    assert (path[47:] == published[2023]).all()


def test_after_2023_the_level_stays_and_all_other_worlds_take_it_over(country):
    path = country.path.levels
    assert all((path[t] == path[23]).all() for t in range(23, 36))
    assert (path[22] != path[23]).any()
    start = burnt_in(country.population, country.behaviour)
    other = twin(start, law(), 30, reference=country.path)
    assert all((other.path.levels[t] == path[t]).all() for t in range(31))


@dataclass
class Growing(People):
    """People whose pay and own income grow by so much a year more than they would, from a month on."""

    growth: float = 0.0
    since: int = 23  # December 2023

    def month(self, world: Any, terms: Any) -> Any:
        """Let persons work and be paid, and raise what they are paid."""
        moves = super().month(world, terms)
        for column in (world.state.earned, world.state.informal, world.state.own_income):
            column[:] *= np.float32((1.0 + self.growth) ** (max(world.t - self.since, 0) / 12.0))
        return moves


def test_growth_after_2023_comes_through_incomes_alone(country):
    """Six per cent a year more of pay and own income, and no other level: fewer poor by the end of the third year.

    Growth of the years until 2023 is met by the level, so it moves nobody but the household that lies at the line.
    """

    def lived(growth: float, since: int = 23, until: int = 59) -> World:
        start = burnt_in(small(500), country.behaviour)
        world = start.fork(design=law(closed_from=-1000), reference=None)
        world.people = Growing(**vars(world.people), growth=growth, since=since)
        return advance(world, until)

    still, grown = lived(0.0), lived(0.06)
    for world in (still, grown):
        assert all((world.path.levels[t] == world.path.levels[23]).all() for t in range(23, 60))
    poor = [poverty.poverty_of(world).headcount for world in (still, grown)]
    assert poor[1] < poor[0] - 0.01
    assert grown.records.at(23)["poor"].sum() == still.records.at(23)["poor"].sum()
    early = lived(0.06, 0, 23)
    (at_most, one), (found, _) = headcounts(still, 23), headcounts(early, 23)
    assert (np.abs(found - at_most) <= 2.0 * one).all()


def test_the_figures_of_2021_that_effects_are_found_on_are_met(central):
    """Children, elders, towns and extreme poverty of December 2021, at one household for a thousand."""
    world = burnt_in(small(1600, 1000), central)
    country = world.population.country
    for group in ("children", "elders", "urban"):
        found = poverty.poverty_of(world, group).headcount
        assert found == pytest.approx(country.share(f"poverty[{group}]", year=2021), abs=0.012), group
    found = poverty.poverty_of(world).extreme
    assert found == pytest.approx(country.share("extreme_poverty", year=2021), abs=0.012)


def test_no_figure_of_groups_later_than_2021_is_asked(country, monkeypatch):
    asked = []
    kind = type(country.population.country)

    def share(self: Any, name: str, region: str = "country", year: int | None = None) -> float:
        asked.append((name, year))
        return 0.3

    monkeypatch.setattr(kind, "share", share)
    money.find_effects(country.fork(endowments=country.endowments._replace(effect=country.endowments.effect.copy())))
    assert len(asked) == 4
    assert {year for _, year in asked} == {2021}


def test_levels_do_not_depend_on_the_order_of_rows(country):
    h, s, b = country.households, country.state, country.behaviour.consuming
    order = np.random.default_rng(3).permutation(len(h.identifier))
    shares = country.population.country.poverty[2021]
    targets = Targets(0.40, 0.24, 0.31, 0.06)
    tables = (h, s), (taken(h, order), taken(s, order))
    found = [find_loadings(*pair, b, targets, shares, 0.561) for pair in tables]
    assert found[0] == found[1]


def test_effects_are_those_of_the_loadings():
    h = taken(small(500).households, np.arange(4))
    e = empty(Endowments, 4)
    consuming = burnt_parameters()
    set_effects(h, e, consuming, Loadings(children=-1.0, elders=0.5, urban=0.25, spread=0.5))
    for i in range(4):
        expected = (
            0.125 * (int(h.education[i]) - 1) + 0.0625 * np.log1p(float(h.remittances[i]) / 1000.0)
            + 0.03125 * np.log1p(float(h.herd[i])) - 0.25 * (h.with_disability[i] > 0)
            - h.children[i] / h.size[i] + 0.5 * h.elders[i] / h.size[i] + 0.25 * h.urban[i]
            + 0.5 * float(h.permanent_score[i])
        )  # fmt: skip
        assert e.effect[i] == pytest.approx(expected, rel=1e-6, abs=1e-6)


def burnt_parameters() -> Any:
    """Return parameters of consumption that binary fractions express."""
    return Consuming(0.5, 500.0, 5000.0, 0.125, 0.0625, 0.03125, -0.25, 0.0)


def test_a_threshold_leaves_the_wanted_share_below():
    rng = np.random.default_rng(5)
    standing, persons = rng.normal(4.0, 0.5, 20_000), rng.integers(1, 9, 20_000)
    counts = np.zeros(CLASSES, dtype=np.int64)
    np.add.at(counts, [int(class_of(v)) for v in standing], persons)
    for share in (0.06, 0.33, 0.5):
        below = persons[standing < threshold(counts, share)].sum() / persons.sum()
        assert below == pytest.approx(share, abs=0.0005)


def test_an_oblast_without_anybody_has_a_level_of_one():
    assert levels(np.zeros((1, CLASSES), dtype=np.int64), np.array([0.3]), 5000.0).tolist() == [0.0]


def test_figures_that_cannot_be_met_are_met_as_nearly_as_can_be():
    """A target out of reach moves its loading to the end of its range and leaves the others near theirs."""
    far = nearest_root(lambda x: np.array([x[0] - 9.0, x[1] - 0.5, x[2], x[3] - 0.2]), np.zeros(4))
    assert far[0] == pytest.approx(4.0)
    assert far[1:] == pytest.approx([0.5, 0.0, 0.2], abs=0.01)


def test_groups_are_counted_by_persons():
    """Two oblasts of one household each: four persons with two children stand low, two elders stand high."""
    h = taken(small(500).households, np.arange(2))
    columns = {"oblast": [0, 0], "size": [4, 2], "children": [2, 0], "elders": [0, 2], "urban": [0, 1]}
    h = h._replace(**{name: np.array(v, getattr(h, name).dtype) for name, v in columns.items()})
    found = poverty_of_groups(h, np.array([1.0, 2.0]), np.array([4 / 6 - 1e-9]), 0.5)
    assert found.tolist() == [1.0, 0.0, 0.0, 0.0]
