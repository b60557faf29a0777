"""Sampling: the country at a smaller scale, by systematic samples that lie inside each other (model.md section 16.4).

Households are taken one in ``scale`` from the frame sorted by raion, town or country and position in consumption.
Persons with disabilities and employers are taken together at one in ``min(scale, labour_scale)``, so that one person
fits one seat; see docs/decisions/labour-sample.md. In the stratified sample the households of these persons come with
them, so rows have two weights (people.md, D3). A smaller sample lies within a larger one whenever its scale is a
multiple.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.engine.columns import taken
from sim.errors import InputError
from sim.population.building import Population, digest_of
from sim.state.households import Households
from sim.state.labour import Employers
from sim.state.labour import Persons as Certified
from sim.state.persons import Newborns, Onsets, Persons

LABOUR_SCALE = 10  # unless a scenario says otherwise
RUN = 10  # employers
MOST_WEIGHT = 65_535  # a weight is stored in 16 bits
START = 617  # arbitrary, so that the first row of a raion is not favoured


def labour_rate(scale: int, labour_scale: int = LABOUR_SCALE) -> int:
    """Return one in how many persons and employers are taken at a scale of households.

    >>> labour_rate(100), labour_rate(5), labour_rate(100, 50), labour_rate(100, 1)
    (10, 5, 50, 1)
    """
    return min(scale, labour_scale)


def frame(employers: Employers) -> npt.NDArray[np.int64]:
    """Return the rows of employers in the order of the frame: owner, region, staff."""
    return np.lexsort((employers.identifier, employers.staff, employers.oblast, employers.owner))


class Balance:
    """Jobs that a growing sample has too much or too little of: in all, by owner, by region and by industry."""

    WEIGHTS = (100.0, 10.0, 3.0, 1.0)

    def __init__(self, staff: npt.NDArray[np.float64], kinds: tuple[npt.NDArray[np.int64], ...]) -> None:
        self.staff = staff
        self.codes = np.stack([kind + 256 * i for i, kind in enumerate(kinds)])
        total = np.zeros(256 * len(kinds))
        np.add.at(total, self.codes, np.broadcast_to(staff, self.codes.shape))
        self.scale = np.repeat(np.sqrt(self.WEIGHTS), 256) / np.maximum(total, 1.0)
        self.gap = np.zeros(len(total))

    def add(self, rows: npt.NDArray[np.int64], weight: float) -> None:
        """Count the jobs of rows, each ``weight`` times; a negative weight for those that are to be represented."""
        codes = self.codes[:, rows]
        np.add.at(self.gap, codes, np.broadcast_to(weight * self.staff[rows], codes.shape))

    def best(self, rows: npt.NDArray[np.int64], weight: float) -> int:
        """Return the row that, taken with a weight, leaves the smallest gaps."""
        codes = self.codes[:, rows]
        old = self.gap[codes] * self.scale[codes]
        new = old + weight * self.staff[rows] * self.scale[codes]
        return int(rows[np.argmin((new * new - old * old).sum(axis=0))])


def balanced(employers: Employers, rate: int) -> npt.NDArray[np.int64]:
    """Return one in ``rate`` employers, sorted, balanced on jobs in all, by owner, region and industry.

    The frame is cut into runs of ten similar employers (of ``rate`` where ten is no multiple of it). From each run,
    those of the largest employers first, the one is taken that brings the jobs of the sample nearest to the country's.
    At rates of 2 and 5 more are taken in the same way, so that the sample at 10 lies within.
    """
    run = RUN if RUN % rate == 0 else rate
    order = frame(employers)
    staff = employers.staff[order].astype(np.float64)
    kinds = tuple(column[order].astype(np.int64) for column in (employers.owner, employers.oblast, employers.industry))
    kinds = (np.zeros_like(kinds[0]), *kinds)
    first = np.arange(0, len(order), run)
    turns = first[np.argsort(-np.maximum.reduceat(staff, first), kind="stable")]
    taken_rows: dict[int, list[int]] = {int(begin): [] for begin in first}
    for weight in sorted({run, rate}, reverse=True):
        balance = Balance(staff, kinds)
        for begin in turns:
            block = np.arange(begin, min(begin + run, len(order)))
            rows = taken_rows[int(begin)]
            balance.add(block, -1.0)
            balance.add(np.array(rows, np.int64), float(weight))
            while len(rows) < int(len(block) / weight + 0.5):
                rows.append(balance.best(np.setdiff1d(block, rows), float(weight)))
                balance.add(np.array(rows[-1:]), float(weight))
    return np.sort(order[np.concatenate([np.array(rows, np.int64) for rows in taken_rows.values()])])


def with_members(
    households: Households, everyone: Persons, rows: npt.NDArray[np.int64]
) -> tuple[Households, Persons, npt.NDArray[np.int32]]:
    """Return household rows, their members, and the new row of each person of the old table, -1 for none."""
    few = taken(households, rows)
    members = few.members.astype(np.int64)
    first = np.cumsum(members) - members
    home = np.repeat(np.arange(len(rows)), members)
    old = few.first_person.astype(np.int64)[home] + np.arange(len(home)) - first[home]
    place = np.full(len(everyone.identifier), -1, np.int32)
    place[old] = np.arange(len(old), dtype=np.int32)
    people = taken(everyone, old)._replace(household=home.astype(np.int32))
    return few._replace(first_person=first.astype(np.int32)), people, place


def _checked(population: Population, scale: int) -> None:
    """Raise :class:`InputError` unless a population can be sampled at a scale."""
    if isinstance(scale, bool) or scale != int(scale) or scale < 1:
        raise InputError(f"scale is {scale}; it must be a whole number from 1 (every household), such as 100")
    if population.scale != 1:
        raise InputError(f"the population has scale {population.scale}; a sample must be taken from one at scale 1")
    if scale > min(len(population.households.identifier) // 100, MOST_WEIGHT):
        raise InputError(f"scale is {scale}; it must leave at least 100 households, and be at most {MOST_WEIGHT}")


def sample(population: Population, scale: int, labour_scale: int = LABOUR_SCALE) -> Population:
    """Return one in ``scale`` households, and persons and employers at their own rate, of a full-scale population.

    Persons with disabilities are taken apart from households; ``person`` is -1 where the household is not taken.
    """
    _checked(population, scale)
    if scale == 1:
        return population
    rate = labour_rate(scale, labour_scale)
    rows = np.arange(START % scale, len(population.households.identifier), scale)
    persons = taken(population.persons, np.arange(START % rate, len(population.persons.identifier), rate))
    return _part(population, (scale, rate), rows, np.full(len(rows), scale), persons)


def stratified(population: Population, scale: int, labour_scale: int = LABOUR_SCALE) -> Population:
    """Return a sample in two strata.

    Households with a certified member are taken at one in ``min(scale, labour_scale)``, others in ``scale``. Every
    certified person of the sample has a household and a row among everybody there.
    """
    _checked(population, scale)
    if scale == 1:
        return population
    rate, homes = labour_rate(scale, labour_scale), population.households
    first, others = disability_frame(homes), np.flatnonzero(homes.with_disability == 0)
    rows = np.concatenate([first[START % rate :: rate], others[START % scale :: scale]])
    weight = np.where(homes.with_disability[rows] > 0, rate, scale)
    order = np.argsort(rows)
    place = np.zeros(len(homes.identifier), bool)
    place[rows] = True
    persons = taken(population.persons, np.flatnonzero(place[population.everyone.household[population.persons.person]]))
    return _part(population, (scale, rate), rows[order], weight[order], persons)


def disability_frame(homes: Households) -> npt.NDArray[np.int64]:
    """Return the rows of households with a certified member by raion, town or country, and severest group."""
    rows = np.flatnonzero(homes.with_disability > 0)
    keys = homes.disability_group[rows], homes.with_disability[rows], homes.urban[rows], homes.raion[rows]
    return np.asarray(rows[np.lexsort((rows, *keys))], np.int64)


def _part(
    population: Population, scales: tuple[int, int], rows: npt.NDArray[np.int64], weight: npt.NDArray[np.int64],
    persons: Certified,
) -> Population:  # fmt: skip
    """Return the sample made of household rows with their weights, certified persons, and employers."""
    scale, rate = scales
    households, everyone, place = with_members(population.households, population.everyone, rows)
    households = households._replace(weight=weight.astype(np.uint16))
    persons = persons._replace(person=place[persons.person])
    employers = taken(population.employers, balanced(population.employers, rate))
    newborns, onsets = newborns_of(population.newborns, households), onsets_of(population.onsets, everyone)
    return Population(
        households, persons, employers, everyone, population.country, population.seed, scale, rate,
        population.covariate_correlation,
        digest_of(households, persons, employers, everyone, newborns, onsets),
        newborns, onsets,
    )  # fmt: skip


def onsets_of(onsets: Onsets, everyone: Persons) -> Onsets:
    """Return the later certificates of some persons."""
    return taken(onsets, np.flatnonzero(np.isin(onsets.person, everyone.identifier)))


def newborns_of(newborns: Newborns, households: Households) -> Newborns:
    """Return the children to be born into some households, in the order in which they stand."""
    return taken(newborns, np.flatnonzero(np.isin(newborns.household, households.identifier)))
