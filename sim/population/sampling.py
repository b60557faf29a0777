"""Sampling: the country at a smaller scale, by systematic samples that lie inside each other (model.md section 16.4).

Households are taken one in ``scale`` from the frame sorted by raion, town or country and position in consumption.
Persons with disabilities and employers are taken together at one in ``min(scale, 10)``, so that one person fits one
seat; see docs/decisions/labour-sample.md. A smaller sample lies within a larger one whenever its scale is a multiple.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.columns import taken
from sim.errors import InputError
from sim.population.building import Population, digest_of
from sim.state.labour import Employers

LABOUR_SCALE = 10
START = 617  # arbitrary, so that the first row of a raion is not favoured


def labour_scale(scale: int) -> int:
    """Return one in how many persons and employers are taken at a scale of households."""
    return min(scale, LABOUR_SCALE)


def frame(employers: Employers) -> npt.NDArray[np.int64]:
    """Return the rows of employers in the order of the frame: owner, region, staff."""
    return np.lexsort((employers.identifier, employers.staff, employers.oblast, employers.owner))


def balanced(employers: Employers, rate: int) -> npt.NDArray[np.int64]:
    """Return one in ``rate`` employers, sorted, balanced on jobs by owner, region and industry.

    The frame is cut into runs of ten similar employers (of ``rate`` where ten is no multiple of it). From each run,
    the runs of the largest employers first, the one is taken that brings the jobs of the sample nearest to the
    country's; at rates of 2 and 5 its neighbours at regular distance are taken too, so that samples are nested.
    """
    run = LABOUR_SCALE if LABOUR_SCALE % rate == 0 else rate
    order = frame(employers)
    staff = employers.staff[order].astype(np.float64)
    parts = (employers.owner, employers.oblast, employers.industry)
    codes = [part[order].astype(np.int64) + 256 * i for i, part in enumerate(parts)]
    total = np.zeros(768)
    for code in codes:
        np.add.at(total, code, staff)
    scale = 1.0 / np.maximum(total, 1.0)
    gap = np.zeros(768)  # jobs of the sample so far, less those of the runs seen so far
    chosen = []
    first = np.arange(0, len(order), run)
    largest = np.maximum.reduceat(staff, first)
    for begin in first[np.argsort(-largest, kind="stable")]:
        block = np.arange(begin, min(begin + run, len(order)))
        for code in codes:
            np.subtract.at(gap, code[block], staff[block])
        cost = np.zeros(len(block))
        for code in codes:
            old = gap[code[block]] * scale[code[block]]
            new = old + run * staff[block] * scale[code[block]]
            cost += new * new - old * old
        pick = int(np.argmin(cost))
        for code in codes:
            gap[code[block[pick]]] += run * staff[block[pick]]
        chosen.append(block[(np.arange(len(block)) - pick) % rate == 0])
    return np.sort(order[np.concatenate(chosen)])


def sample(population: Population, scale: int) -> Population:
    """Return one in ``scale`` households, and persons and employers at their own rate, of a full-scale population."""
    if isinstance(scale, bool) or scale != int(scale) or scale < 1:
        raise InputError(f"scale is {scale}; it must be a whole number from 1 (every household), such as 100")
    if population.scale != 1:
        raise InputError(f"a sample can only be taken from the population at scale 1, not from one at {population.scale}")
    if scale > len(population.households.identifier) // 100:
        raise InputError(f"scale is {scale}; it must leave at least 100 households")
    if scale == 1:
        return population
    rate = labour_scale(scale)
    households = taken(population.households, np.arange(START % scale, len(population.households.identifier), scale))
    persons = taken(population.persons, np.arange(START % rate, len(population.persons.identifier), rate))
    employers = taken(population.employers, balanced(population.employers, rate))
    return Population(
        households, persons, employers, population.country, population.seed, scale, rate,
        population.covariate_correlation, digest_of(households, persons, employers),
    )  # fmt: skip
