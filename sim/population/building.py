"""Building: the whole synthetic country, at full scale, from its numbers and a seed (model.md section 16)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from sim.engine.columns import typed
from sim.population import belongings, certified, employers, families, position
from sim.population.country import Country
from sim.population.families import PLACE_BITS, Columns
from sim.state.households import Households
from sim.state.labour import Employers, Persons


@dataclass(frozen=True)
class Population:
    """The synthetic country, or a sample of it. Rows are sorted by region, raion and identifier."""

    households: Households
    persons: Persons
    employers: Employers
    country: Country
    seed: int
    scale: int  # one household row in so many
    labour_scale: int  # one person or employer row in so many
    covariate_correlation: float  # of covariate_score with log consumption, r
    digest: str  # SHA-256 of all rows

    @property
    def labour_weight(self) -> float:
        """Real persons with disabilities, and real employers, for each row."""
        return float(self.labour_scale)


def digest_of(*tables: Households | Persons | Employers) -> str:
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
    homes = families.compose(country)
    families.add_sexes(country, seed, homes)
    belongings.add_education(country, seed, homes)
    belongings.add_farming(country, seed, homes)
    belongings.add_money(country, seed, homes)
    position.add_luck(seed, homes)
    members = certified.certify(country, seed, homes)
    key = (members["role"] << 6) + members["rank"]
    members["who"] = (homes["serial"][members["row"]] << np.uint64(8)) | key.astype(np.uint64)
    certified.add_sex_and_age(country, seed, homes, members)
    certified.add_condition(country, seed, homes, members)
    certified.add_operator(country, seed, homes, members)
    r = position.add_covariate_score(country, homes)
    order = _framed(country, homes, r)
    homes.pop("serial")
    sorted_homes = {name: homes.pop(name)[order] for name in list(homes)}
    sorted_homes["identifier"] = _numbered(sorted_homes["raion"])
    sorted_homes["weight"] = np.ones(len(order), np.int64)
    households = typed(Households, sorted_homes)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    persons = _persons(households, members, rank[members.pop("row")])
    staff = employers.employ(country, seed)
    return Population(households, persons, staff, country, seed, 1, 1, r, digest_of(households, persons, staff))


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
