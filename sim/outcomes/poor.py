"""Poor: how many persons are poor, how deeply, and who they are (people.md Y14).

The measures are those of Foster, Greer and Thorbecke (1984) of consumption over a year, per person and at prices of
2023: the share of persons below a line, their mean shortfall over the line, and the mean of its square. Shares are
counted in whole parts, so no order of rows changes a figure. Where a member has a certified disability the household
needs more to live as well as others; the line with extra costs is higher for all its members by that share.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array
from sim.outcomes import poverty
from sim.outcomes.groups import SIZES, Dimension, Residents, of_homes, residents
from sim.outcomes.yardsticks import yardsticks
from sim.world import World

UNIT = float(2**20)  # shortfalls are counted in whole parts of this
ALL, ANY = "all", "disability group=any"


class Line(IntEnum):
    """A line that consumption is held against."""

    NATIONAL = 0
    EXTREME = 1
    EXTRA = 2  # national, higher where a member has a disability
    EXTRA_LOW = 3  # the same with the lower extra costs
    EXTRA_HIGH = 4  # the same with the higher extra costs
    AT_RISK = 5  # from the national line up to this one a person is at risk


class Measure(NamedTuple):
    """What is measured: a line, and the power of the shortfall."""

    line: Line
    power: int


MEASURES = (
    *(Measure(line, power) for line in (Line.NATIONAL, Line.EXTREME, Line.EXTRA) for power in (0, 1, 2)),
    Measure(Line.EXTRA_LOW, 0), Measure(Line.EXTRA_HIGH, 0), Measure(Line.AT_RISK, 0),
)  # fmt: skip


class Homes(NamedTuple):
    """Households at the end of a month; each array has one entry for each household."""

    consumption: Array  # per person over the year, som of 2023 a month; not-a-number where it is not known
    persons: Array  # real persons who are present
    affected: Array  # true where a member who is present has a certified disability


class Lines(NamedTuple):
    """The lines of a country, som of 2023 per person and month, and shares."""

    national: float
    extreme: float
    extra: tuple[float, float, float]  # extra costs of disability over the line: value, lower, upper
    at_risk: float  # over the line


class Table(NamedTuple):
    """Each measure by group, over the persons of the group; groups without persons are left out."""

    of: dict[Measure, dict[str, float]]
    unknown: int  # persons whose consumption is not known; they are in no figure

    def value(self, measure: Measure, group: str = ALL) -> float:
        """Return a measure of a group, not-a-number if the group has nobody."""
        return self.of[measure].get(group, float("nan"))


def shortfall(consumption: Array, line: Array, power: int) -> Array:
    """Return the shortfall of each household to its line, over the line and to a power, in whole parts of ``UNIT``.

    Who lives on the line is not poor. Consumption below zero is a shortfall of the whole line.

    >>> (shortfall(np.array([50.0, 100.0, -9.0, np.nan]), np.full(4, 100.0), 2) / UNIT).tolist()
    [0.25, 0.0, 1.0, 0.0]
    >>> (shortfall(np.array([50.0, 100.0]), np.full(2, 100.0), 0) / UNIT).tolist()
    [1.0, 0.0]
    """
    poor = consumption < line
    short = np.where(poor, 1.0 - np.maximum(consumption, 0.0) / line, 0.0)
    return np.floor(UNIT * np.where(poor, short**power, 0.0) + 0.5)


def lines_of(lines: Lines, affected: Array) -> dict[Line, Array]:
    """Return the line of each household, by kind of line.

    >>> found = lines_of(Lines(100.0, 50.0, (0.5, 0.25, 0.75), 1.5), np.array([True, False]))
    >>> found[Line.EXTRA].tolist(), found[Line.EXTRA_LOW].tolist(), found[Line.AT_RISK].tolist()
    ([150.0, 100.0], [125.0, 100.0], [150.0, 150.0])
    """
    one = np.ones(len(affected))
    out = {Line.NATIONAL: lines.national * one, Line.EXTREME: lines.extreme * one}
    for line, extra in zip((Line.EXTRA, Line.EXTRA_LOW, Line.EXTRA_HIGH), lines.extra, strict=True):
        out[line] = lines.national * np.where(affected, 1.0 + extra, 1.0)
    return out | {Line.AT_RISK: lines.national * lines.at_risk * one}


def table(homes: Homes, people: Residents, dimensions: tuple[Dimension, ...], lines: Lines) -> Table:
    """Return all measures by group of persons, and by group of households weighted with their persons."""
    known = ~np.isnan(homes.consumption)
    persons = np.where(known, homes.persons, 0).astype(np.float64)
    mine = people._replace(weight=np.where(known[people.home], people.weight, 0))
    held, out, by_person = lines_of(lines, homes.affected), {}, mine.dimensions()
    cells, lived = _cells(by_person), mine.weight.astype(np.float64)
    here = _by_cell(cells, lived)
    everybody = [np.bincount(each.codes, persons, len(each.labels)) for each in dimensions]
    poorest = homes.consumption < np.maximum.reduce([*held.values()])  # nobody else is below any line
    near, those = np.flatnonzero(poorest), np.flatnonzero(poorest[mine.home])
    cells, lived, home = cells[those], lived[those], mine.home[those]
    for measure in MEASURES:
        short = shortfall(homes.consumption, held[measure.line], measure.power)
        if measure.line == Line.AT_RISK:
            short = short - shortfall(homes.consumption, held[Line.NATIONAL], 0)
        missed = persons * short
        found = {ALL: _share(float(missed.sum()), float(persons.sum()))}
        for each, base in zip(dimensions, everybody, strict=True):
            of = np.bincount(each.codes[near], missed[near], len(each.labels))
            found |= dict(zip(each.names(), map(_share, of, base), strict=True))
        poor = _by_cell(cells, lived * short[home])
        for axis, each in enumerate(by_person):
            others = tuple({0, 1, 2} - {axis})
            of, base = poor.sum(axis=others), here.sum(axis=others)
            found |= dict(zip(each.names(), map(_share, of, base), strict=True))
            if each.name == "disability group":
                found[ANY] = _share(of[1:].sum(), base[1:].sum())
        out[measure] = {group: value for group, value in found.items() if not np.isnan(value)}
    return Table(out, int(np.where(known, 0, homes.persons).sum()))


def table_of(world: World, tenth: Array) -> Table:
    """Return all measures of a world at its end; ``tenth`` is that of each household when the comparison started."""
    people, h = residents(world), world.households
    affected = np.zeros(world.rows, dtype=bool)
    affected[people.home[people.group > 0]] = True
    homes = Homes(poverty.consumption_now(world), h.weight.astype(np.int64) * h.size, affected)
    measure = yardsticks(world.population.country.folder)
    extra, risk = measure["extra_cost"], measure["at_risk"]
    lines = Lines(*poverty.lines(world), (extra.value, extra.low, extra.high), risk.value)
    return table(homes, people, of_homes(world, tenth), lines)


def _cells(dimensions: tuple[Dimension, ...]) -> Array:
    """Return the cell of each person by sex, age and group of disability."""
    sex, age, group = (each.codes for each in dimensions)
    return (sex * SIZES[1] + age) * SIZES[2] + group


def _by_cell(cells: Array, amounts: Array) -> Array:
    """Return sums of amounts by sex, age and group of disability."""
    return np.bincount(cells, amounts, int(np.prod(SIZES))).reshape(SIZES)


def _share(part: float, base: float) -> float:
    """Return a share, not-a-number where the base is empty; ``part`` is in whole parts of ``UNIT``.

    >>> _share(UNIT, 4.0), _share(0.0, 0.0)
    (0.25, nan)
    """
    return float(part) / UNIT / float(base) if base > 0.0 else float("nan")
