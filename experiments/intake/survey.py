"""Survey: households and persons of a file by its map, with every fault that is found.

Values are numbers: a code is the place of its word among the words of its variable, no answer is not-a-number.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from experiments.intake import faults as say
from experiments.intake.faults import Faults
from experiments.intake.mapping import Map
from experiments.intake.reading import Heading, columns, heading
from experiments.intake.values import Named, Source, column_of, named
from experiments.intake.variables import Kind, Variable
from sim.engine.columns import Array

ADULT = 16  # years from which a person can stand for a household


@dataclass(frozen=True)
class Survey:
    """A survey that can be used."""

    file: str
    made: Map
    names: list[str]  # of households
    home: Array  # row of the household of each person
    weight: Array  # households of the country that a household stands for
    stratum: Array  # code of each household; all zero where the map names none
    unit: Array  # primary sampling unit of each household, numbered over all strata
    households: dict[str, Array]  # variable -> value of each household
    persons: dict[str, Array]  # variable -> value of each person

    def word(self, name: str, word: str) -> Array:
        """Return which persons, or households, have a word of a coded variable."""
        values = self.persons[name] if name in self.persons else self.households[name]
        return np.asarray(values == self.made.variables[name].words.index(word))

    def has(self, name: str) -> bool:
        """Return whether the survey has a variable."""
        return name in self.persons or name in self.households

    def at_home(self) -> Array:
        """Return which persons do not work abroad."""
        return ~self.word("work", "abroad") if "work" in self.persons else np.ones(len(self.home), bool)

    def counted(self, who: Array) -> Array:
        """Return how many of the chosen persons each household has."""
        return np.bincount(self.home[who], minlength=len(self.names)).astype(np.float64)


class Filled(NamedTuple):
    """How full a column is."""

    name: str
    column: str
    rows: int
    filled: int
    variable: Variable


class Taken(NamedTuple):
    """What a file gave: a survey unless something must be mended, all faults, and how full its columns are."""

    survey: Survey | None
    faults: Faults
    filled: list[Filled]


class _Files(NamedTuple):
    """The raw columns of a file."""

    source: Source
    columns: dict[str, str]  # variable -> column
    series: dict[str, Any]
    labels: Heading

    def named(self, name: str) -> Named:
        column = self.columns[name]
        return named(self.source, name, column, self.series[column])

    def values(self, name: str) -> Array:
        column = self.columns[name]
        source = self.source._replace(labels=self.labels.words.get(column, {}))
        return column_of(source, name, column, self.series[column])

    def owner(self, name: str) -> str:
        return self.source.owner(self.columns[name])


def _opened(made: Map, path: Path, wanted: dict[str, str], faults: Faults) -> _Files:
    return _Files(Source(made, path.name, {}, faults), wanted, columns(path, wanted.values()), heading(path))


def take(path: Path, made: Map) -> Taken:
    """Return the survey of a file, or of the two files that a map names."""
    faults, filled = Faults(), list[Filled]()
    persons = _opened(made, path, dict(made.columns), faults)
    home = persons.named("household")
    other = None
    if made.households_file is not None:
        other = _opened(made, made.households_file, dict(made.household_columns), faults)
    of_persons: dict[str, Array] = {}
    of_households: dict[str, Array] = {}
    design: dict[str, Array] = {}
    rows = _rows_of(persons, other, home, faults)
    joined = not faults.bad
    for name in made.named:
        if name in ("household", "person"):
            continue
        file = persons if name in made.columns else other
        assert file is not None
        kind = made.variables[name]
        values = file.named(name).place.astype(np.float64) if kind.kind == Kind.NAME else file.values(name)
        values = np.where(values < 0, np.nan, values) if kind.kind == Kind.NAME else values
        filled.append(Filled(name, file.columns[name], len(values), int((~np.isnan(values)).sum()), kind))
        if kind.of_household:
            values = _of_household(values, home if file is persons else rows, len(home.names), file, name)
            (design if name in ("stratum", "psu", "weight") else of_households)[name] = values
        else:
            of_persons[name] = values
    if "person" in made.columns:
        _persons_once(persons, home, faults)
    _adults(persons, home, of_persons, faults)
    files = {name: persons if name in made.columns else other for name in made.named}
    if joined:
        _weighed(design["weight"], home, files["weight"], faults)
    stratum, unit = _design(design, home, files, faults, path.name) if joined else (home.place, home.place)
    if faults.bad:
        return Taken(None, faults, filled)
    _strata(stratum, unit, design, files.get("stratum"), faults)
    found = Survey(path.name, made, home.names, home.place, design["weight"], stratum, unit, of_households, of_persons)
    return Taken(found, faults, filled)


def _rows_of(persons: _Files, other: _Files | None, home: Named, faults: Faults) -> Named:
    """Return the households of the second file, as places among those of the persons."""
    if other is None:
        return home
    theirs = other.named("household")
    known = {name: k for k, name in enumerate(home.names)}
    to = np.array([known.get(name, -1) for name in theirs.names] + [-1], np.int64)
    place = to[theirs.place]
    strange = [name for name in theirs.names if name not in known]
    if strange:
        faults.wrong(say.NOBODY, owner=other.owner("household"), household=strange[0], file=persons.source.file,
                     count=len(strange))  # fmt: skip
    lonely = [name for name in home.names if name not in set(theirs.names)]
    if lonely:
        faults.wrong(say.NO_ROW, owner=persons.owner("household"), household=lonely[0], file=other.source.file,
                     count=len(lonely))  # fmt: skip
    rows = np.bincount(theirs.place[theirs.place >= 0], minlength=len(theirs.names))
    if np.any(rows > 1):
        twice = int(np.argmax(rows > 1))
        faults.wrong(say.TWICE_ALONE, owner=other.owner("household"), value=theirs.names[twice],
                     count=int((rows > 1).sum()))  # fmt: skip
    return Named(place, home.names)


def _of_household(values: Array, home: Named, count: int, file: _Files, name: str) -> Array:
    """Return one value for each household; rows of a household that say different things are a fault."""
    out = np.full(count, np.nan)
    given = (~np.isnan(values)) & (home.place >= 0)
    out[home.place[given][::-1]] = values[given][::-1]  # the first row that says something
    wrong = np.flatnonzero(given & (values != out[np.maximum(home.place, 0)]))
    if len(wrong):
        k = int(wrong[0])
        first = int(np.flatnonzero(given & (home.place == home.place[k]))[0])
        series = file.series[file.columns[name]]
        file.source.faults.wrong(
            say.DIFFERS, owner=file.owner(name), household=home.names[home.place[k]],
            value=str(series.iloc[first])[:60], other=str(series.iloc[k])[:60],
            count=len(np.unique(home.place[wrong])),
        )  # fmt: skip
    return out


def _persons_once(persons: _Files, home: Named, faults: Faults) -> None:
    found = persons.named("person")
    given = np.flatnonzero((found.place >= 0) & (home.place >= 0))
    both = home.place[given] * np.int64(len(found.names) + 1) + found.place[given]
    _, first, count = np.unique(both, return_index=True, return_counts=True)
    if np.any(count > 1):
        k = int(given[first[np.argmax(count > 1)]])
        faults.wrong(say.TWICE, owner=persons.owner("person"), value=found.names[found.place[k]],
                     household=home.names[home.place[k]], count=int((count > 1).sum()))  # fmt: skip


def _adults(persons: _Files, home: Named, values: dict[str, Array], faults: Faults) -> None:
    """Note households whose oldest known member is a child; one whose ages are unknown is left to imputation."""
    age = values["age"]
    given = (~np.isnan(age)) & (home.place >= 0)
    oldest = np.full(len(home.names), -1.0)
    np.maximum.at(oldest, home.place[given], age[given])
    gap = np.zeros(len(home.names), bool)
    gap[home.place[np.isnan(age) & (home.place >= 0)]] = True
    alone = np.flatnonzero((oldest >= 0) & (oldest < ADULT) & ~gap)
    if len(alone):
        k = int(alone[0])
        faults.wrong(say.NO_ADULT, owner=persons.owner("age"), household=home.names[k], value=f"{oldest[k]:g}",
                     least=ADULT, count=len(alone))  # fmt: skip


def _weighed(weight: Array, home: Named, file: _Files | None, faults: Faults) -> None:
    assert file is not None
    none, owner = np.flatnonzero(np.isnan(weight)), file.owner("weight")
    if len(none) and not any(fault.values.get("owner") == owner for fault in faults if not fault.note):
        faults.wrong(say.NO_WEIGHT, owner=owner, household=home.names[int(none[0])], count=len(none))


def _design(
    design: dict[str, Array], home: Named, files: dict[str, _Files | None], faults: Faults, whole: str
) -> tuple[Array, Array]:
    """Return stratum and sampling unit of each household; a unit is known by its stratum and its own name."""
    count = len(home.names)
    stratum = design.get("stratum", np.zeros(count))
    unit = design.get("psu", np.arange(count, dtype=np.float64))
    for name, what in (("stratum", "stratum"), ("psu", "psu")):
        file = files.get(name)
        if file is None:
            faults.note(say.NO_DESIGN, owner=whole, what=what)
        elif np.any(np.isnan(design[name])):
            empty = np.flatnonzero(np.isnan(design[name]))
            faults.wrong(say.NO_UNIT, owner=file.owner(name), household=home.names[int(empty[0])], what=what,
                         count=len(empty))  # fmt: skip
            return np.zeros(count, np.int64), np.zeros(count, np.int64)
    stratum = np.unique(stratum, return_inverse=True)[1].astype(np.int64)
    both = stratum * np.int64(unit.max() + 1 if count else 1) + unit.astype(np.int64)
    return stratum, np.unique(both, return_inverse=True)[1].astype(np.int64)


def _strata(stratum: Array, unit: Array, design: dict[str, Array], file: _Files | None, faults: Faults) -> None:
    """Note strata with one sampling unit."""
    if file is None:
        return
    pairs = np.unique(np.stack([stratum, unit]), axis=1)[0]
    single = np.flatnonzero(np.bincount(pairs, minlength=stratum.max() + 1) == 1)
    names = file.named("stratum").names
    for code in single:
        of = design["stratum"][np.flatnonzero(stratum == code)[0]]
        faults.note(say.ONE_UNIT, owner=file.owner("stratum"), value=names[int(of)])
