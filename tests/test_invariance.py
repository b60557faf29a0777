"""Nothing depends on threads, on how the rows are split or in which order they stand (V3), nor on scale (V14)."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small import COUNTRY, burnt_in, differences, eras, eventful, law, rounded, scenario, shuffled, twin

from sim.outcomes import AGAINST_FIRST
from sim.population import Population, load
from sim.state.households import weights_of
from sim.twins import compare
from sim.world import World

LAST = 35


def lived(population: Population, last: int = LAST, threads: int = 1) -> World:
    """Return a world with an eventful programme whose markets answer."""
    start = burnt_in(population, eventful(), threads=threads)
    reference = twin(start, law(closed_from=-1000), last, reference=None)
    return twin(start, law(eras), last, reference=reference.path)


@pytest.fixture(scope="module")
def usual(tiny) -> World:
    """The tiny country on one thread in the order of the population."""
    return lived(tiny)


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_nothing(usual, tiny, threads):
    assert differences(usual, lived(tiny, threads=threads)) == []


def test_the_order_of_rows_changes_nothing(usual, tiny):
    assert (usual.state.paid_at >= 0).sum() > 20
    assert differences(usual, lived(shuffled(tiny, 1))) == []


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 120), max_size=7))
def test_any_split_of_the_rows_changes_nothing(usual, tiny, cuts, monkeypatch):
    edges = [0, *sorted(cuts), len(tiny.households.identifier)]

    def split(self: World, sweep, *arguments, sums=()) -> None:
        for first, last in pairwise(edges):
            parts = tuple(np.zeros_like(total) for total in sums)
            sweep(first, last, *arguments, *parts)
            for total, part in zip(sums, parts, strict=True):
                total += part

    with monkeypatch.context() as patch:
        patch.setattr(World, "sweep", split)
        assert differences(usual, lived(tiny)) == []


DESIGNS = {
    "today": {},
    "double": {"social_contract": {"grant": 300000.0}},
    "taxed": {"social_contract": {"slots": 30000.0}, "financing": {"mode": "tax"}},
}


@pytest.fixture(scope="module")
def comparison(tiny):
    """The records of a whole comparison on one thread."""
    return rounded(
        compare(tiny, scenario(start="2023-01", horizon="2023-09", designs=DESIGNS), eventful(), 3).records()
    )


@pytest.mark.parametrize(("threads", "order"), [(3, None), (1, 5), (2, 6)])
def test_all_records_of_a_comparison_are_the_same_to_the_last_bit(comparison, tiny, threads, order):
    country = tiny if order is None else shuffled(tiny, order)
    plan = scenario(start="2023-01", horizon="2023-09", designs=DESIGNS)
    assert rounded(compare(country, plan, eventful(), 3, threads=threads).records()) == comparison


def measured(scale: int, seeds: int) -> dict[str, tuple[float, float]]:
    """Return mean and standard error over seeds of figures that should not depend on the scale."""
    country = load(COUNTRY, scale)
    found: dict[str, list[float]] = {}
    for seed in range(seeds):
        start = burnt_in(country, CENTRAL, seed=seed + 1)
        base = twin(start, law(closed_from=-1000), 23, reference=None)
        world = twin(start, law(), 23, frozen=base.path, reference=base.path)
        paid = world.state.paid_at >= 0
        contracts = float(world.records.series("contracts").sum())
        jobs = world.records.series("heads")[-1].sum() - base.records.series("heads")[-1].sum()
        lost = base.records.series("benefit").sum() - world.records.series("benefit").sum()
        values = {
            "contracts": contracts / 12_800.0,
            "poor": world.records.series("poor")[-1].sum() / 7e6,
            "families with the benefit": world.records.series("benefit_families")[-1].sum() / 1e5,
            "persons per contract": float(
                np.average(world.households.size[paid], weights=weights_of(country.households)[paid])
            ),
            "cost per contract": world.records.series("grants").sum() / contracts / 1e5,
            "net jobs per contract": jobs / contracts,
            "benefit lost per contract": lost / contracts / 1e4,
        }
        for name, value in values.items():
            found.setdefault(name, []).append(value)
    return {name: (float(np.mean(v)), float(np.std(v, ddof=1) / math.sqrt(len(v)))) for name, v in found.items()}


CENTRAL = eventful(applying__income_ceiling=0.8)


# One in a thousand leaves most raions less than one place a year, so offices hardly choose among applicants there.
CHOSEN = {"persons per contract", "benefit lost per contract"}


def test_results_do_not_depend_on_scale_beyond_luck():
    coarse, middle, fine = measured(1000, 6), measured(200, 4), measured(100, 3)
    for first, second in ((coarse, fine), (middle, fine)):
        for name, (value, error) in first.items():
            other, other_error = second[name]
            if first is coarse and name in CHOSEN:
                continue
            allowed = 5.0 * math.hypot(error, other_error) + 0.06 * abs(other)
            assert abs(value - other) <= allowed, f"{name}: {value:.3f} against {other:.3f}"


SHARED = {
    "today": {},
    "levy": {"quota": "HU"},
    "coached": {"services": {"coaches": 50}},
    "both": {"quota": "FR", "social_contract": {"slots": 26000.0}},
    "both_and_coached": {"quota": "HU", "services": {"coaches": 50}, "social_contract": {"slots": 26000.0}},
}


@pytest.mark.parametrize(("start", "horizon"), [("2022-01", "2023-06"), ("2024-01", "2025-06")])
def test_a_design_lives_the_same_whatever_it_is_compared_with(tiny, start, horizon):
    def found(*names: str) -> dict[str, list[tuple]]:
        plan = scenario(start=start, horizon=horizon, designs={name: SHARED[name] for name in names})
        rows = rounded(compare(tiny, plan, eventful(), 4).records())
        rows = [row for row in rows if row[1] not in AGAINST_FIRST]  # these are about what a design is compared with
        return {name: [row[1:] for row in rows if row[0] == name and row[2] != "history"] for name in names}

    together = found(*SHARED)
    assert together["levy"] != together["today"] != together["coached"]
    for name in SHARED:
        assert found(name)[name] == together[name], name
    backwards = found(*reversed(SHARED))
    assert all(backwards[name] == together[name] for name in SHARED)
