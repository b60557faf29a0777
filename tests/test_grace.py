"""Years of grace: who has just grown into a duty does not have it yet (model.md Q1)."""

from __future__ import annotations

import tomllib

import labour_samples as samples
import numpy as np
import pytest

from sim.engine.columns import empty
from sim.errors import InputError
from sim.labour.world import LabourWorld
from sim.labour.year import excuse
from sim.policies import design
from sim.policies.quota import Quota
from sim.policies.terms_of_design import native_terms
from sim.state.labour import BUDGET, PRIVATE, Employers
from sim.state.labour_state import EmployerState

FRANCE = Quota.made({"design": "FR"}, "test")


def test_an_employer_has_the_duty_after_so_many_years_at_the_smallest_size() -> None:
    """Worked by hand: three years of grace, threshold 20, for budget organisations 30."""
    law = native_terms(design.load("FR"))._replace(grace=3, n_min=20.0, n_min_public=30.0)
    sizes = np.array([  # the latest first: this year's, then those before
        [99, 99, 99, 99, 99, 99],
        [20, 20, 19, 25, 25, 35],
        [20, 19, 20, 25, 35, 35],
        [20, 20, 20, 25, 35, 35],
        [19, 20, 20, 19, 29, 29],
    ], np.uint16)  # fmt: skip
    owners = [PRIVATE, PRIVATE, PRIVATE, PRIVATE, BUDGET, BUDGET]
    table = samples.typed(Employers, {name: np.zeros(6) for name in Employers._fields} | {"owner": np.array(owners)})
    state = empty(EmployerState, 6)
    state.assigned[:] = 1
    excuse(0, 6, table, state, law, sizes, 1)
    assert state.assigned.tolist() == [1, 0, 0, 1, 0, 1]
    state.assigned[:] = 1
    excuse(0, 6, table, state, law._replace(grace=0), sizes, 1)
    assert state.assigned.all()


def test_in_a_world_the_duty_comes_after_five_januaries_at_the_size() -> None:
    januaries: list[np.ndarray] = []
    owed: list[np.ndarray] = []

    def look(world: LabourWorld) -> None:
        if world.t % 12 == 0:
            januaries.append(world.sizes[0].copy())
            owed.append(world.employers.owed > 0.0)

    world = samples.advance(samples.begin(samples.population(), samples.BEHAVIOUR, 1), -60, 0, each=look)
    samples.advance(world, 0, 37, quota=FRANCE, each=look)
    covered = FRANCE.terms(0, samples.economy(0), samples.BEHAVIOUR).owners[world.frame.employers.owner] > 0.0
    for k in range(5, 9):  # four Januaries of French law after five before
        long = np.all([column >= 20 for column in januaries[k - 5 : k]], axis=0)
        assert (owed[k] == (covered & long & (januaries[k] >= 20))).all()
    grown = covered & ~long & (januaries[-1] >= 20)
    assert grown.sum() > 3  # some are in their years of grace


def test_a_number_of_years_that_is_not_remembered_is_refused() -> None:
    raw = tomllib.loads((design.FOLDER / "FR.toml").read_text(encoding="utf-8"))
    raw["scope"]["grace_years"]["value"] = 40
    with pytest.raises(InputError, match=r"scope.grace_years is 40; it must be a whole number from 0 to 10"):
        native_terms(design.read(raw, "quotas/FR.toml"))
