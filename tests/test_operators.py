"""Which member would run a business: present, of age, a woman as often as the parameter says (model.md X4)."""

from __future__ import annotations

import numpy as np
from small import COUNTRY, law, small

from sim.agents.persons.succeeding import NOBODY, OLDEST, YOUNGEST
from sim.beginning import begin
from sim.beginning.operators import operators
from sim.engine.columns import empty
from sim.population import load
from sim.state.households import Households
from sim.state.persons import Persons, Role


def family(**columns: list[int]) -> tuple[Households, Persons]:
    """Return one household whose members have the given columns."""
    count = len(next(iter(columns.values())))
    h, everyone = empty(Households, 1), empty(Persons, count)
    h.members[:], h.operator_luck[:] = count, 0.5
    everyone.identifier[:] = np.arange(count)
    for name, values in columns.items():
        getattr(everyone, name)[:] = values
    return h, everyone


def test_a_family_by_hand():
    """A man of 40 and a woman of 38 who head it, their daughter of 20 and a grandmother of 70: the mother runs it."""
    h, everyone = family(
        birth=[-480, -456, -240, -840], woman=[0, 1, 1, 1], role=[Role.SPOUSE, Role.SPOUSE, Role.CHILD, Role.ELDER]
    )
    assert operators(h, everyone, 0.9, 1).tolist() == [1]
    assert operators(h, everyone, 0.1, 1).tolist() == [0]


def test_somebody_abroad_runs_nothing_at_home():
    h, everyone = family(birth=[-480, -456, -240], woman=[0, 1, 0], abroad=[1, 1, 0], role=[1, 1, 2])
    assert operators(h, everyone, 0.9, 1).tolist() == [2]


def test_children_and_old_people_alone_have_no_operator():
    h, everyone = family(birth=[-100, -900], woman=[0, 1])
    assert operators(h, everyone, 0.9, 1).tolist() == [NOBODY]


def test_operators_are_present_of_age_and_of_the_household(central):
    people = small(1600, 1000)
    h, everyone = people.households, people.everyone
    world = begin(people, central, law(), 1, 0)
    e = world.endowments
    has = e.operator != NOBODY
    assert (e.has_operator == has).all()
    rows = e.operator[has]
    assert (everyone.household[rows] == np.flatnonzero(has)).all()
    age = -everyone.birth[rows].astype(int)
    assert ((age >= YOUNGEST) & (age < OLDEST)).all()
    assert not everyone.abroad[rows].any()
    assert (e.operator_woman[has] == everyone.woman[rows]).all()
    able = (everyone.abroad == 0) & (-everyone.birth.astype(int) >= YOUNGEST) & (-everyone.birth.astype(int) < OLDEST)
    women = np.bincount(everyone.household, able & (everyone.woman == 1), len(has))
    men = np.bincount(everyone.household, able & (everyone.woman == 0), len(has))
    both = (women > 0) & (men > 0)
    assert abs(e.operator_woman[both].mean() - central.applying.woman_operator) < 0.03
    assert len(h.size) == len(has)


def test_the_choice_stays_at_every_sample(central):
    """A smaller country has the same operator in each household, by identifier."""
    large, few = load(COUNTRY, 1000), small(500)
    found = {}
    for people in (large, few):
        rows = operators(people.households, people.everyone, central.applying.woman_operator, people.seed)
        names = np.where(rows >= 0, people.everyone.identifier[rows].astype(np.int64), -1)
        homes = people.households.identifier.tolist()
        found[people.households.weight[0]] = dict(zip(homes, names.tolist(), strict=True))
    ours, theirs = found.values()
    assert all(ours[who] == name for who, name in theirs.items())
