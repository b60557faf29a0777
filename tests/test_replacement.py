"""One rule says whose job a hire takes, whatever brought it about: a quota, a coach or a subsidy (K19)."""

from __future__ import annotations

from dataclasses import replace

import labour_samples as samples
import numpy as np
import pytest

from sim.agents.hiring import Hiring, is_additional, share_brought
from sim.labour import LabourWorld
from sim.outcomes.quota import decompose
from sim.policies.services import Services
from sim.state.labour_state import COUNTED, EMPLOYED

BEHAVIOUR = samples.BEHAVIOUR


def replaced(share: float, world: LabourWorld, quota: object, services: Services) -> dict[str, float]:
    """Return the terms of a design if so large a share of the hires that policy brings about replaces others."""
    hiring = BEHAVIOUR.hiring._replace(substitution=share)
    worlds = [world.copy() for _ in range(2)]
    frame = replace(world.frame, behaviour=world.frame.behaviour._replace(hiring=hiring))
    for one in worlds:
        one.frame = frame
    samples.advance(worlds[0], 0, 24, quota, services)
    samples.advance(worlds[1], 0, 24)
    return decompose(*worlds).total()


@pytest.fixture(scope="module")
def forked() -> LabourWorld:
    return samples.start(samples.population(3000, 400))


@pytest.mark.parametrize("which", ["quota", "coaching", "subsidised quota"])
def test_the_same_share_of_what_policy_brings_about_replaces_others(forked: LabourWorld, which: str) -> None:
    quota = None if which == "coaching" else samples.levy(1.0)
    services = {
        "quota": Services(), "coaching": Services(coaches=60.0),
        "subsidised quota": Services(subsidy_share=0.5, subsidy_months=24),
    }[which]  # fmt: skip
    whole, none = (replaced(share, forked, quota, services) for share in (1.0, 0.0))
    assert whole["netpwd"] > 20
    assert whole["subst"] == pytest.approx(whole["netpwd"], rel=0.2), "all of them replace others"
    assert none["subst"] < 0.6 * none["netpwd"], "most of them add a job"


def test_coaching_adds_the_part_that_a_coach_adds_to_the_chance_of_an_offer() -> None:
    hiring = Hiring(0.0, 0.6, 0.0)
    u = (np.arange(10_000) + 0.5) / 10_000
    ratio = 1.6
    coached = np.mean([is_additional(x, share_brought(0, 1, ratio), hiring) for x in u])
    hired = np.mean([is_additional(x, share_brought(1, 0, ratio), hiring) for x in u])
    assert hired == pytest.approx(0.4, abs=1e-3)
    assert coached == pytest.approx(0.4 * 0.6 / 1.6, abs=1e-3)
    assert share_brought(0, 0, ratio) == 0.0, "a vacancy that is posted anyway goes to one person or another"


def test_coached_hires_are_additional_now_and_then_and_nobody_else_without_a_quota(forked: LabourWorld) -> None:
    coached = samples.advance(forked.copy(), 0, 24, services=Services(coaches=60.0)).persons
    plain = samples.advance(forked.copy(), 0, 24, samples.Quota.made({"sanction": "none"}, "x")).persons
    work = np.isin(coached.state, (EMPLOYED, COUNTED))
    assert 0 < coached.additional[work & (coached.origin != 4)].sum() < 0.5 * work.sum()
    assert plain.additional[(plain.origin != 4)].sum() == 0
