"""Corrections of the household part: what each claims, on small countries (people.md section 7, K)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small import differences, eventful, law, scenario, small

from sim.agents.applying import amount_odds, application_probability
from sim.schedule import advance
from sim.twins import roots
from sim.world import Terms, World

START = 24  # January 2024


def paying(grant: float, slots: float | None = None):
    """Return a change of law: a grant of so many som, and so many places, from the start on."""

    def change(t: int, terms: Terms) -> Terms:
        if t < START:
            return terms
        contract = terms.contract._replace(grant=np.full_like(terms.contract.grant, grant))
        return replace(terms, contract=contract._replace(slots=terms.contract.slots if slots is None else slots))

    return law(change)


@pytest.fixture(scope="module")
def ground():
    """The village until 2024, with its history, and the world without new contracts until the end of 2025."""
    plan = scenario(start="2024-01", horizon="2025-12")
    _, before, base = roots(small(500), plan, eventful(), 5)
    return before, base


def lived(ground: tuple[World, World], design: object, last: int = 47) -> World:
    before, base = ground
    return advance(before.fork(design=design, reference=base.reference), last)


def test_a_grant_that_starts_nothing_is_not_applied_for(ground):
    """K16: a som, or a grant below the capital of the smallest business, finds no applicant and changes no bit."""
    _, base = ground
    nothing = lived(ground, paying(1.0))
    assert nothing.state.paid_at.max() < START
    assert set(differences(nothing, base)) <= {"expected_gain"}
    usual = lived(ground, paying(100_000.0))
    assert (usual.state.paid_at >= START).any()


def test_take_up_rises_with_the_size_of_the_grant(ground):
    """K16: with the same luck more families train for a larger grant, long before gains are counted."""
    trained = {}
    for grant in (50_000.0, 100_000.0, 200_000.0, 400_000.0):
        world = lived(ground, paying(grant, slots=1e6), START)  # one month, places for everybody
        trained[grant] = float(world.records.at(START)["trained"].sum())
    found = list(trained.values())
    assert found == sorted(found)
    assert found[-1] > 1.3 * found[0]


def test_the_odds_answer_the_amount_and_not_only_the_intercept():
    """At the reference nothing is added; a som stands eleven log points below it."""
    applying = eventful().applying
    assert amount_odds(100_000.0, 100_000.0, applying) == 0.0
    chance = [
        application_probability(0.0, 0.0, 0.0, 0, 0, amount_odds(g, 100_000.0, applying), applying)
        for g in (1.0, 1e3, 1e5, 1e6)
    ]
    assert chance == sorted(chance)
    assert chance[0] < 0.02 * chance[2]
