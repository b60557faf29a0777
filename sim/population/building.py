"""Building: the whole synthetic country, at full scale, from its numbers and a seed (model.md section 16)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

from sim.engine.columns import empty, taken, typed
from sim.errors import CountryError
from sim.population import (
    abroad,
    belongings,
    certified,
    demography,
    employers,
    families,
    people,
    position,
    repairing,
)
from sim.population.country import Country
from sim.population.families import PLACE_BITS, Columns
from sim.population.pyramid import pyramid
from sim.state.households import Households
from sim.state.labour import Employers, Persons
from sim.state.persons import Newborns, Onsets
from sim.state.persons import Persons as Everyone

ORDER_BITS = PLACE_BITS - 3  # the order of a birth stands above the mother's number within the raion


@dataclass(frozen=True)
class Population:
    """The synthetic country, or a sample of it. Rows are sorted by region, raion and identifier."""

    households: Households
    persons: Persons  # those with a certified disability
    employers: Employers
    everyone: Everyone
    country: Country
    seed: int
    scale: int  # one household row in so many
    labour_scale: int  # one person or employer row in so many
    covariate_correlation: float  # of covariate_score with log consumption, r
    digest: str  # SHA-256 of all rows
    newborns: Newborns = field(default_factory=lambda: empty(Newborns, 0))
    onsets: Onsets = field(default_factory=lambda: empty(Onsets, 0))

    @property
    def labour_weight(self) -> float:
        """Real persons with disabilities, and real employers, for each row."""
        return float(self.labour_scale)


def digest_of(*tables: Households | Persons | Employers | Everyone | Newborns | Onsets) -> str:
    """Return the SHA-256 of the columns of tables."""
    digest = hashlib.sha256()
    for table in tables:
        for name, column in zip(table._fields, table, strict=True):
            digest.update(f"{name} {column.dtype.str} {len(column)}".encode())
            digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()


def _numbered(raion: np.ndarray) -> np.ndarray:
    """Return identifiers of rows sorted by raion: the raion's code and a number from 1 within the raion."""
    number = np.arange(len(raion)) - np.searchsorted(raion, raion)
    return (raion.astype(np.int64) << PLACE_BITS) + number + 1


def _framed(country: Country, homes: Columns, r: float) -> np.ndarray:
    """Return the order of the frame: raion, town or country, class of consumption, then size and children.

    A place has as many classes as a sample of one in a hundred can fill with as many households each. Size runs to
    and fro from class to class, so that a systematic sample meets consumption, persons and children.
    """
    permanent = np.sqrt(1.0 - r * r) * np.sqrt(position.remaining_permanent(country, r))
    rank = r * homes["covariate_score"] + permanent * homes["permanent_score"]
    cell = 2 * homes["raion"].astype(np.int64) + homes["urban"]
    order = np.argsort(cell * 64.0 + np.clip(rank, -30.0, 30.0), kind="stable")
    sorted_cell = cell[order]
    first = np.searchsorted(sorted_cell, sorted_cell)
    count = np.bincount(cell)[sorted_cell]
    classes = np.maximum(np.sqrt(count / 100.0).astype(np.int64), 1)
    group = (np.arange(len(order)) - first) * classes // count
    size = homes["size"][order].astype(np.int64) * 32 + homes["children"][order]
    size = np.where((group + sorted_cell) % 2 == 0, size, 1023 - size)
    return order[np.argsort((sorted_cell << 32) + (group << 16) + size, kind="stable")]


def build(country: Country, seed: int = 1) -> Population:
    """Return the country at full scale; the same country and seed always give the same rows."""
    homes, members = _peopled(country, seed)
    position.add_luck(seed, homes)
    register = certified.certify(country, seed, homes, members)
    register["who"] = people.who_of(homes, members)[register["person"]]
    certified.add_condition(country, seed, homes, register)
    certified.add_schooling(country, seed, members, register)
    certified.add_operator(country, seed, homes, register)
    people.add_best_education(homes, members)
    r = position.add_covariate_score(country, homes)
    order = _framed(country, homes, r)
    children = demography.foretell(country, seed, homes, members, people.who_of(homes, members))
    certified.outlive(members, register)
    later = certified.onsets(homes, members, register)
    everyone, home, row = _everyone(seed, homes, members, register, order)
    register["person"], children["mother"] = row[register["person"]], row[children["mother"]]
    later["person"] = everyone.identifier[row[later["person"]]]
    homes["weight"] = np.ones(len(order))
    for name in ("serial", "kind", "three_generations", "incomplete"):
        homes.pop(name)
    sorted_homes = {name: homes.pop(name)[order] for name in list(homes)}
    sorted_homes["identifier"] = _numbered(sorted_homes["raion"])
    sorted_homes["members"] = np.bincount(home, minlength=len(order))
    sorted_homes["first_person"] = np.cumsum(sorted_homes["members"]) - sorted_homes["members"]
    households = typed(Households, sorted_homes)
    persons = _persons(households, register, home[register["person"]])
    staff = employers.employ(country, seed)
    newborns = _newborns(households, everyone, children, home)
    follow = taken(typed(Onsets, later), np.argsort(later["person"], kind="stable"))
    digest = digest_of(households, persons, staff, everyone, newborns, follow)
    return Population(households, persons, staff, everyone, country, seed, 1, 1, r, digest, newborns, follow)


def _peopled(country: Country, seed: int) -> tuple[Columns, Columns]:
    """Return households and everybody in them with sex, age, role and schooling, and what households own."""
    pyramid_ = pyramid(country)
    homes, members = families.compose(country, seed, pyramid_)
    people.settle_ages(seed, homes, members, pyramid_.present)
    repairing.repair(members, len(homes["serial"]))
    people.count_members(homes, members)
    people.add_types(homes, members)
    belongings.add_skills(country, seed, homes)
    belongings.add_farming(country, seed, homes)
    belongings.add_money(country, seed, homes)
    abroad.send(country, seed, homes, members, pyramid_)
    people.add_education(country, seed, homes, members)
    return homes, members


def _everyone(
    seed: int, homes: Columns, members: Columns, register: Columns, order: np.ndarray
) -> tuple[Everyone, np.ndarray, np.ndarray]:
    """Return everybody in the new order of households, the household of each, and the new row of each old one."""
    columns = people.everybody(seed, homes, members, register)
    old = people.in_order(members, order)
    row = np.empty(len(old), np.int64)
    row[old] = np.arange(len(old))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    home = rank[members["home"][old]]
    columns = {name: columns.pop(name)[old] for name in list(columns)}
    columns["household"] = home
    columns["identifier"] = _numbered(homes["raion"][order][home])
    return typed(Everyone, columns), home, row


def _newborns(households: Households, everyone: Everyone, children: Columns, home: np.ndarray) -> Newborns:
    """Return the children to be born in the order of households, with an identifier from their mother's."""
    mother = children["mother"]
    order = np.lexsort((children["order"], mother))
    columns = {name: children[name][order] for name in ("woman", "enters", "leaves", "abroad")}
    mine = everyone.identifier[mother[order]].astype(np.int64)
    if np.any((mine & ((1 << PLACE_BITS) - 1)) >> ORDER_BITS):
        raise CountryError(f"raions.csv: a raion has more than {1 << ORDER_BITS} people; split it")
    columns["identifier"] = mine + (children["order"][order] << ORDER_BITS)
    columns["household"] = households.identifier[home[mother[order]]]
    return typed(Newborns, columns)


def _persons(households: Households, members: Columns, home: np.ndarray) -> Persons:
    """Return the persons table, sorted by raion, town or country, age band, group and household."""
    columns = dict(members)
    columns["household"] = households.identifier[home]
    for name in ("oblast", "raion", "urban", "distance"):
        columns[name] = getattr(households, name)[home]
    order = np.lexsort((
        columns["rank"], columns["household"], columns["group"], columns["role"], columns["urban"], columns["raion"],
    ))  # fmt: skip
    columns = {name: column[order] for name, column in columns.items()}
    columns["identifier"] = _numbered(columns["raion"])
    return typed(Persons, columns)
