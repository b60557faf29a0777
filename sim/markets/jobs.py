"""Jobs: the books between the jobs of employers and the persons who hold them (people.md D4).

Employers of five staff and more say how many jobs there are in each cell of oblast and industry. After the month's
transitions, vacancies go to seekers of the oblast in the order of an exponential race, and where there are too many
persons, some lose their job, in a drawn order. A row stands for several persons, so a cell is rarely met exactly: what
is missing stays in a ledger and is carried into the next month. Whether the next row is taken depends on the ledger
alone, never on the row, so that light and heavy rows have the same chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.engine.compiled import rule, sweep
from sim.engine.draws import uniform
from sim.engine.math import exp, log  # noqa: F401  the example takes exponentials
from sim.errors import IdentityError


@rule
def short_of_persons(missing: int, offset: int) -> bool:
    """Return whether a cell takes the next person: more persons are missing than its offset (D4).

    At full scale every offset is 0, so all jobs are filled.

    >>> [bool(short_of_persons(missing, 0)) for missing in (0, 1)], bool(short_of_persons(41, 40))
    ([False, True], True)
    """
    return missing > offset


@rule
def short_of_jobs(missing: int, offset: int, largest: int) -> bool:
    """Return whether a cell lets the next person go: the largest row would fit in again (D4).

    >>> [bool(short_of_jobs(missing, 0, 1)) for missing in (0, -1)]
    [False, True]
    >>> [bool(short_of_jobs(missing, 40, 100)) for missing in (-59, -60)]
    [False, True]
    """
    return missing <= offset - largest


def offsets(shape: tuple[int, int], weight: Array, draws: np.uint64) -> Array:
    """Return the offset of each cell: evenly spread over the cells, in a drawn order, so that few jobs are lost in all.

    Their mean is what the last row taken exceeds the missing persons by on average, so that a small cell has a row as
    often as it should.

    >>> np.sort(offsets((2, 2), np.array([1, 1]), np.uint64(7)), axis=None).tolist()
    [0, 0, 0, 0]
    >>> np.sort(offsets((2, 2), np.array([80]), np.uint64(7)), axis=None).tolist()
    [10, 30, 50, 70]
    """
    size = shape[0] * shape[1]
    heavy = float(np.dot(weight.astype(np.float64), weight) / weight.sum())
    luck = np.array([float(uniform(draws, cell)) for cell in range(size)])
    rank = np.empty(size)
    rank[np.argsort(luck)] = np.arange(size)
    return np.floor(heavy * (rank + 0.5) / size).astype(np.int64).reshape(shape)


@rule
def arrival(luck: float, rate: float) -> float:
    """Return when a seeker comes to the vacancies in the race of the month; infinite for who cannot take a job (D4).

    >>> arrival(exp(-2.0), 0.5), arrival(exp(-2.0), 2.0), arrival(0.3, 0.0) == math.inf
    (4.0, 1.0, True)
    """
    return -log(luck) / rate if rate > 0.0 else math.inf


@rule
def vacancy(missing: Array, offset: Array, affinity: Array, luck: float) -> int:
    """Return the industry in which a seeker of an oblast finds a job, in proportion to vacancies times affinity; or -1.

    >>> missing, offset, affinity = np.array([3, 0, 1]), np.array([0, 0, 0]), np.array([1.0, 1.0, 3.0])
    >>> [int(vacancy(missing, offset, affinity, luck)) for luck in (0.1, 0.6)]
    [0, 2]
    >>> int(vacancy(missing, offset + 5, affinity, 0.5))
    -1
    """
    total = 0.0
    for industry in range(len(missing)):
        if short_of_persons(missing[industry], offset[industry]):
            total += missing[industry] * affinity[industry]
    reached = 0.0
    chosen = -1
    for industry in range(len(missing)):
        if short_of_persons(missing[industry], offset[industry]) and affinity[industry] > 0.0:
            reached += missing[industry] * affinity[industry]
            chosen = industry
            if luck * total < reached:
                return chosen
    return chosen


class Bounds(NamedTuple):
    """When a cell takes a person and when it lets one go."""

    offset: Array  # (oblasts, industries), persons
    largest: int  # weight of the heaviest row


class Seekers(NamedTuple):
    """Who may be hired in a month, in the order of the race, oblast by oblast."""

    rows: Array
    oblast: Array
    woman: Array
    weight: Array
    identifier: Array


@sweep
def fill(seekers: Seekers, missing: Array, affinity: Array, bounds: Bounds, draws: np.uint64, hired: Array) -> int:
    """Give the vacancies of each oblast to its seekers in their order (D4); return how many rows were hired.

    ``missing`` (oblasts, industries) is jobs less persons and changes with every hire; ``affinity`` is (2, industries)
    for men and women; ``hired`` receives (row, industry) of each row that finds a job.
    """
    found = 0
    closed = -1
    for k in range(len(seekers.rows)):
        oblast = np.int64(seekers.oblast[k])
        if oblast == closed:
            continue
        luck = uniform(draws, seekers.identifier[k])
        industry = vacancy(missing[oblast], bounds.offset[oblast], affinity[seekers.woman[k]], luck)
        if industry < 0:
            closed = oblast
            continue
        missing[oblast, industry] -= np.int64(seekers.weight[k])
        hired[found, 0], hired[found, 1] = seekers.rows[k], industry
        found += 1
    return found


@sweep
def cut(rows: Array, cells: Array, weight: Array, missing: Array, bounds: Bounds, out: Array) -> int:
    """Let holders of jobs go, in the given order, where a cell has too many (D4); return how many rows.

    ``cells`` is the place of each row's cell in ``missing`` laid out flat; ``out`` receives the rows.
    """
    flat, offset = missing.reshape(missing.size), bounds.offset.reshape(missing.size)
    found = 0
    for k in range(len(rows)):
        cell = cells[k]
        if short_of_jobs(flat[cell], offset[cell], bounds.largest):
            flat[cell] += np.int64(weight[k])
            out[found] = rows[k]
            found += 1
    return found


class Moves(NamedTuple):
    """What the books did in a month, for worlds with fixed markets that must do the same."""

    jobs: Array  # (oblasts, industries)
    hired: Array  # (rows, 2): row, industry
    cut: Array  # rows


@dataclass
class Books:
    """Jobs at employers of five staff and more, and the persons in them, by oblast and industry, whole persons."""

    jobs: Array
    filled: Array
    bounds: Bounds
    ledger: Array = field(init=False)  # R: jobs less persons, carried
    outside: Array = field(init=False)  # persons who left such a job other than by W2: contracts, certificates, deaths
    lost: Array = field(init=False)
    hired: Array = field(init=False)
    cut: Array = field(init=False)
    unfilled: Array = field(init=False)  # (oblasts,) months in which the seekers of an oblast did not suffice

    def __post_init__(self) -> None:
        self.ledger = self.jobs - self.filled
        for name in ("outside", "lost", "hired", "cut"):
            setattr(self, name, np.zeros_like(self.jobs))
        self.unfilled = np.zeros(len(self.jobs), np.int64)

    def copy(self) -> Books:
        """Return books with arrays of their own."""
        new = Books(self.jobs.copy(), self.filled.copy(), self.bounds)
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                setattr(new, name, value.copy())
        return new

    def close(self, jobs: Array, present: Array, counted: Array, ledger: Array, bound: bool = True) -> None:
        """Close the month: ``present`` persons were counted at its beginning, ``counted`` at its end.

        Raises :class:`IdentityError` unless, in every cell, the persons counted are those present less lost and cut and
        more hired, and the change of persons and of the ``ledger`` that hires and cuts have left is that of jobs; and,
        where seekers sufficed and ``bound`` is set, unless the ledger is smaller than the largest row.
        """
        self.outside = self.filled - present
        _same("persons in jobs", counted, present - self.lost - self.cut + self.hired)
        _same("change of persons and ledger", (counted - self.filled) + (ledger - self.ledger), jobs - self.jobs)
        off = np.abs(ledger)[self.unfilled == 0]
        if bound and np.any(off >= self.bounds.largest):
            most = self.bounds.largest - 1
            raise IdentityError(f"a cell misses {off.max()} persons; fewer than in the largest row are at most {most}")
        self.jobs, self.filled, self.ledger = jobs.copy(), counted.copy(), ledger.copy()


def _same(what: str, found: Any, wanted: Any) -> None:
    if not np.array_equal(found, wanted):
        at = tuple(int(k) for k in np.argwhere(found != wanted)[0])
        raise IdentityError(f"{what} of cell {at} are {found[at]}; by the month's flows they must be {wanted[at]}")
