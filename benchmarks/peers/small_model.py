"""Numbers, the people that every tool is given, and the report of the small model; README.md says what a month is."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

REGIONS = 9
MONTHS = 24
STAFF_MEAN, STAFF_SPREAD = 2.5, 1.2
THRESHOLD, QUOTA = 25, 0.05
PERSONS_AN_EMPLOYER = 150
SIZES = (0.1, 0.12, 0.15, 0.18, 0.17, 0.12, 0.09, 0.07)  # of households with 1 to 8 members
MOST = len(SIZES)


class State(IntEnum):
    """What a person does; children and old persons stay what they are."""

    CHILD, OLD, HOME, SEEKING, OWN, HIRED, SEAT = range(7)


class Rules(NamedTuple):
    """The numbers of a run; money in thousand som a month."""

    moves: tuple[tuple[float, float, float, float], ...] = (
        (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0), (0.0, 0.02, 0.025, 0.03), (0.04, 0.04, 0.07, 0.15),
        (0.008, 0.02, 0.02, 0.03), (0.008, 0.02, 0.025, 0.025), (0.0, 0.02, 0.02, 0.02),
    )  # fmt: skip
    fill: float = 0.1
    persistence: float = 0.9
    shock: float = 0.15
    spread: float = 0.3
    wage: float = 20.0
    own: float = 14.0
    seat_pay: float = 16.0
    pension: float = 9.0
    limit: float = 3.0
    child: float = 1.2
    smoothing: float = 1.0 / 12.0
    line: float = 4.0
    apply: float = 0.05
    grants: float = 0.0002
    profit: float = 8.0
    profit_spread: float = 0.5
    close: float = 0.02


USUAL = Rules()
STAY = ((0.0,) * 4,) * 7
STILL = Rules(moves=STAY, fill=0.0, shock=0.0, apply=1.0, profit_spread=0.0, close=0.0)  # nothing is left to luck


class People(NamedTuple):
    """Persons, households and employers at the beginning; the members of a household stand in a row."""

    household: np.ndarray  # row of each person's household
    state: np.ndarray
    disabled: np.ndarray
    skill: np.ndarray  # logarithm
    pay: np.ndarray  # of those hired
    first: np.ndarray  # first member of each household, and one more at the end
    members: np.ndarray
    children: np.ndarray
    able: np.ndarray  # has a person of working age
    region: np.ndarray
    smoothed: np.ndarray  # income
    employer_region: np.ndarray
    owed: np.ndarray  # seats


class Report(NamedTuple):
    """What is reported after the last month."""

    working: float  # share of persons of working age, mean of months
    poor: float  # share of persons, mean of months
    income: float  # of households a person in the last month, thousand som
    benefits: float  # child benefits paid, for each person
    grants: float
    businesses: float
    seated: float
    levy: float  # months of empty seats


def slots_of(persons: int, rules: Rules) -> int:
    """Return how many grants a region pays in a month."""
    return max(1, int(persons / REGIONS * rules.grants))


def people(persons: int, seed: int) -> People:
    """Return the persons that a run begins with."""
    rng = np.random.default_rng(seed)
    sizes = rng.choice(np.arange(1, MOST + 1), size=persons, p=SIZES)
    ends = np.cumsum(sizes)
    count = int(np.searchsorted(ends, persons)) + 1
    first = np.concatenate(([0], np.minimum(ends[:count], persons)))
    members = np.diff(first)
    household = np.repeat(np.arange(count), members)
    luck, work = rng.random(persons), rng.random(persons)
    luck[first[:-1]] = 0.36 + 0.64 * luck[first[:-1]]  # one member is no child
    at_work = np.searchsorted([0.3, 0.35, 0.6], work) + State.HOME
    state = np.select([luck < 0.36, luck >= 0.92], [State.CHILD, State.OLD], at_work).astype(np.int8)
    grown = state >= State.HOME
    skill = 0.4 * rng.standard_normal(persons)
    pay = np.where(state == State.HIRED, USUAL.wage * np.exp(skill + USUAL.spread * rng.standard_normal(persons)), 0)
    employers = persons // PERSONS_AN_EMPLOYER
    staff = 1 + np.floor(np.exp(STAFF_MEAN + STAFF_SPREAD * rng.standard_normal(employers)))
    return People(
        household.astype(np.int32), state, (grown & (rng.random(persons) < 0.05)).astype(np.int8),
        skill.astype(np.float32), pay.astype(np.float32), first.astype(np.int32), members.astype(np.int32),
        np.bincount(household, state == State.CHILD).astype(np.int32),
        (np.bincount(household, grown) > 0).astype(np.int8),
        (np.arange(count) * REGIONS // count).astype(np.int8),
        (6.0 * members * np.exp(0.4 * rng.standard_normal(count))).astype(np.float32),
        (np.arange(employers) * REGIONS // max(1, employers)).astype(np.int8),
        np.where(staff >= THRESHOLD, np.floor(QUOTA * staff), 0).astype(np.int32),
    )  # fmt: skip
