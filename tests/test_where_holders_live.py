"""Who can keep animals and where contract holders live, on the engine's state of December 2023 (K12, D12)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim import seed_figures
from sim.beginning.endowing import endow
from sim.behaviour import Behaviour
from sim.offices.selecting import allocation_shares
from sim.population import load
from sim.population.belongings import place_type
from sim.scenario import Scenario
from sim.twins import compare
from sim.world import World

SEEDS = (1, 2, 3)
SCALE = 100
LUCK = 0.05  # of a share of some 370 contract rows, and of parameters that are not calibrated yet


@cache
def december() -> tuple[World, ...]:
    """Return worlds at the end of 2023, with the programme as it was."""
    scenario = Scenario.of({
        "country": "kyrgyzstan", "scale": SCALE, "start": "2024-01", "horizon": "2024-02",
        "designs": {"fined": {"quota": {"fine": 1.0}}},
    })  # fmt: skip
    country, behaviour = load("kyrgyzstan", SCALE), Behaviour.central()
    return tuple(compare(country, scenario, behaviour, seed, keep=True).lives["fined"].before for seed in SEEDS)


def share(name: str, value: int) -> float:
    """Return the share of contract families of 2022 and 2023 with a value in a column of state or household."""
    found, whole = 0.0, 0.0
    for world in december():
        table = world.state if name in world.state._fields else world.households
        took, weight = world.state.paid_at >= 0, world.households.weight.astype(np.float64)
        found += weight[took & (getattr(table, name) == value)].sum()
        whole += weight[took].sum()
    return found / whole


def published(name: str) -> float:
    """Return a figure that was published to 2023."""
    return next(one.value for one in seed_figures.load("kyrgyzstan") if one.name == name)


def test_contract_holders_are_mostly_rural() -> None:
    assert december()[0].t == 24
    rural = share("urban", 0)
    villagers = 1.0 - 0.347  # of the population, census of 2022
    assert 0.75 < rural < 0.95
    assert rural > villagers + 0.1, "more so than the population"


def test_the_sector_mix_is_that_of_2022_and_2023() -> None:
    animals = december()[0].behaviour.investing.animal_share
    for name, number in (("agriculture", 1), ("production", 2), ("trade", 3), ("services", 4)):
        assert share("funded_sector", number) == pytest.approx(published(f"share_{name}"), abs=LUCK), name
    assert animals * share("funded_sector", 1) == pytest.approx(published("share_animals"), abs=LUCK)


def test_villages_can_farm_towns_can_by_the_stated_share_and_cities_hardly() -> None:
    country = load("kyrgyzstan", SCALE)
    h, of = country.households, country.country
    may = endow(country, Behaviour.central(), 0).may_farm
    place = place_type(of, {"urban": h.urban, "raion": h.raion})
    without = (h.herd == 0) & (h.land == 0)
    assert may[place == 0].all()
    assert may[~without].all()
    for kind, name in ((1, "town"), (2, "urban")):
        here = may[(place == kind) & without]
        stated = of.share(f"may_farm[{name}]")
        assert here.mean() == pytest.approx(stated, abs=4.0 * np.sqrt(0.25 / len(here)))
    assert may[place == 2].mean() < 0.15 < may[place == 1].mean()


def test_a_city_gets_fewer_places_for_the_same_need() -> None:
    country = load("kyrgyzstan", SCALE).country
    weights = country.slot_weights
    need = np.ones(len(weights), dtype=np.int64)
    given = allocation_shares(need, need, weights, 0.75)
    city = weights < 1.0
    assert 0 < city.sum() < len(city)
    assert given[city].max() == pytest.approx(country.share("slot_weight[city]") * given[~city].max())
    assert given.sum() == pytest.approx(1.0)
