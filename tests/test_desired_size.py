"""Quota hires respect the size that an employer wants (K13): a hire that spares it nothing adds no job."""

from __future__ import annotations

import labour_samples as samples
import numpy as np
import pytest

from sim.agents.sizing import wanted_beyond
from sim.labour import LabourWorld
from sim.policies.quota import Quota
from sim.state.labour_state import QUOTA

BEHAVIOUR = samples.BEHAVIOUR


@pytest.fixture(scope="module")
def forked() -> LabourWorld:
    return samples.start(samples.population(3000, 400))


def hired(world: LabourWorld) -> tuple[int, int]:
    """Return quota hires at work, and how many of them added a job."""
    here = (world.persons.origin == QUOTA) & (world.persons.employer >= 0)
    return int(here.sum()), int(world.persons.additional[here].sum())


def test_size_beyond_the_desired_one_is_where_the_marginal_product_equals_the_pay_that_is_left() -> None:
    """By hand: a tenth of the pay is spared, (1 / 0.9) ** (1 / 0.35) = 1.351, and 0.351 of 60 persons are 21."""
    assert pytest.approx(1.3512, abs=1e-4) == (1.0 / 0.9) ** (1.0 / 0.35)
    assert wanted_beyond(60.0, 0.1, 0.65) == 21
    assert wanted_beyond(60.0, 0.0, 0.65) == 0


def test_a_duty_without_a_charge_adds_no_job_and_a_levy_does(forked: LabourWorld) -> None:
    nothing = {"design": "KG_2025", "assignment": "universal", "fine": 0.0, "credible": 1.0}
    free = samples.advance(forked.copy(), 0, 24, Quota.made(nothing, "x"))
    charged = samples.advance(forked.copy(), 0, 24, samples.levy(1.0))
    seats, more = hired(free)
    assert seats > 10
    assert more == 0
    seats, more = hired(charged)
    assert 0 < more < seats


def test_no_employer_has_more_additional_quota_hires_than_it_wants(forked: LabourWorld) -> None:
    def each(world: LabourWorld) -> None:
        p, e = world.persons, world.employers
        extra = (p.origin == QUOTA) & (p.additional == 1) & (p.employer >= 0)
        assert (np.bincount(p.employer[extra], minlength=len(e.staff)) <= e.room).all()

    samples.advance(forked.copy(), 0, 30, samples.levy(0.02), each=each)


def test_when_the_charge_ends_hires_stay_and_take_jobs_that_the_employer_wants_anyway(forked: LabourWorld) -> None:
    world = samples.advance(forked.copy(), 0, 24, samples.levy(1.0))
    assert hired(world)[1] > 0
    samples.advance(world, 24, 25, Quota.made({"design": "KG_2025", "sanction": "none"}, "x"))
    stayed, more = hired(world)
    assert stayed > 0
    assert more == 0
