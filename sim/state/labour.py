"""Persons with disabilities and employers, as the synthetic country builds them (model.md sections 3.2 and 3.3).

What changes during a run is in the two ``...State`` tables.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from sim.engine.columns import Amount, Code, Flag, Identifier, Kilometres, Money, MonthIndex, Row, Score, Share, Uniform


class Owner(IntEnum):
    """Owner of an employer."""

    BUDGET = 0  # budget organisation
    STATE = 1  # state enterprise
    PRIVATE = 2


BUDGET, STATE, PRIVATE = Owner
OWNERS = tuple(owner.name.lower() for owner in Owner)

# Twelve sectors of the labour statistics.
INDUSTRIES = (
    "agriculture",
    "mining",
    "manufacturing",
    "energy_water",
    "construction",
    "trade",
    "transport",
    "hospitality",
    "information_finance",
    "administration",
    "education",
    "health_other",
)


class Persons(NamedTuple):
    """Persons with a certified disability; never changed by a run."""

    identifier: Identifier  # stable at every scale
    household: Identifier  # identifier of the household
    oblast: Code  # 0 to 8
    raion: Code  # index in the country's raion table
    urban: Flag  # lives in a city or urban-type settlement
    woman: Flag  # 1 woman, 0 man
    age: Code  # years on 1 January 2022
    group: Code  # certified group 1 (most severe) to 3
    kind: Code  # 0 mobility, 1 sensory, 2 intellectual, 3 psychosocial, 4 somatic
    secondary: Flag  # completed secondary education or more
    distance: Kilometres  # to the employment service
    benefit: Money  # disability pension or benefit
    certified_from: MonthIndex  # first month on the register
    employed_luck: Uniform  # decides employment at the start (P0)
    person: Row  # row in the table of everybody


class Employers(NamedTuple):
    """Employers with at least five staff; never changed by a run."""

    identifier: Identifier  # stable at every scale
    oblast: Code  # 0 to 8
    industry: Code  # index in INDUSTRIES
    owner: Code  # 0 budget organisation, 1 state enterprise, 2 private
    staff: Amount  # initial size n0
    wage: Money  # mean monthly wage
    accessible: Flag  # premises are accessible
    tender: Share  # share of revenue from public tenders
    business_group: Identifier  # employers under one owner share it; 0 none
    adaptation_score: Score  # employer's part of the perceived adaptation cost (E3)
    discriminates: Flag  # belongs to the half of employers with a distaste cost (E3)
