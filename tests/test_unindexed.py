"""Social benefits follow no prices: the law raises them or they lose value, from the end of 2023 on (people.md F)."""

from __future__ import annotations

import numpy as np
import pytest

from sim import schedule
from sim.agents.persons.supporting import Right
from sim.behaviour import Behaviour
from sim.months import month_index
from sim.policies.policy import changes
from sim.policies.social_protection import SocialProtection, in_force, unindexed
from sim.population import load
from sim.protecting import at_risk
from sim.scenario import Scenario
from sim.taxes_benefits.disability import Category
from sim.twins import begun

KEPT_UNTIL = month_index(2023, 12)
LATER = month_index(2026, 6)


def world(t):
    scenario = Scenario.of({"country": "kyrgyzstan", "scale": 1000, "start": "2024-01", "horizon": "2026-12"})
    never, _ = begun(load("kyrgyzstan", 1000), scenario, Behaviour.central(), 1)
    return schedule.advance(never, t)


@pytest.fixture(scope="module")
def later():
    return world(LATER)


def terms_of(found, t):
    return found.design.terms(t, found.behaviour)


def entitled(found):
    """Return the benefit that each person on the register is entitled to, and those who are members of a household."""
    persons = found.labour.frame.persons
    here = (persons.person >= 0) & (persons.certified_from < found.t - 1)
    return found.people.work.workers.entitled[persons.person[here]], here


def test_until_the_end_of_2023_the_register_holds_what_is_paid(later):
    assert terms_of(later, KEPT_UNTIL).unindexed is None
    assert at_risk(later, terms_of(later, KEPT_UNTIL)) is None


def test_later_a_social_benefit_is_the_amount_of_the_law_in_prices_of_the_month(later):
    paid, here = entitled(later)
    held, group, by = (column[here] for column in (
        later.labour.frame.persons.benefit, later.labour.frame.persons.group, later.labour.frame.rights))  # fmt: skip
    deflator = terms_of(later, LATER).economy.deflator
    assert deflator > 1.1
    for number, amount in ((1, 5_500), (2, 3_000), (3, 2_000)):
        at = (by == Right.GENERAL) & (group == number)
        assert at.sum() > 100
        np.testing.assert_allclose(paid[at] * deflator, amount, rtol=1e-6)
    np.testing.assert_allclose(paid[by == Right.CHILDHOOD] * deflator, 8_000, rtol=1e-6)
    np.testing.assert_array_equal(paid[by == Right.PENSION], held[by == Right.PENSION])


def test_who_decides_whether_to_work_weighs_what_is_paid(later):
    paid, here = entitled(later)
    weighed = at_risk(later, terms_of(later, LATER))
    assert weighed.kept == 1.0
    np.testing.assert_array_equal(weighed.benefit[here], paid)


def test_what_the_law_raises_after_2023_counts_in_full():
    law = in_force("kyrgyzstan")
    raised = law.changed(changes(SocialProtection).model_validate({"social_benefit_general_2": 4_500}), KEPT_UNTIL + 13)
    before, now = (unindexed(one, LATER, 1.25).value for one in (law, raised))
    assert now[Category.GENERAL_2] == pytest.approx(1.5 / 1.25)
    assert [a for a, b in zip(Category, zip(before, now, strict=True), strict=True) if b[0] != b[1]] == [
        Category.GENERAL_2
    ]
