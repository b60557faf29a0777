"""Surveyed: a population whose households are those of a survey, each standing for as many as its weight says.

A country's folder may hold ``survey.npz``: for each household of the country the synthetic household that lends it
everything a survey does not know, and its scores of consumption. It is made by ``kelishim population --survey``. Nobody
of the survey is in it, only which synthetic households are taken and how often.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.engine.columns import Array, taken, typed
from sim.errors import CountryError, InputError
from sim.population import building
from sim.population.building import ORDER_BITS, Population, digest_of
from sim.population.country import REPLICATES
from sim.population.country import SURVEY as FILE
from sim.population.families import PLACE_BITS
from sim.state.households import Households
from sim.state.labour import Persons
from sim.state.persons import Newborns, Onsets
from sim.state.persons import Persons as Everyone

ANEW = "make it anew by kelishim population --survey"
ORDER = ((1 << PLACE_BITS) - 1) ^ ((1 << ORDER_BITS) - 1)  # bits of a child's identifier that say its order


class Surveyed(NamedTuple):
    """Households of a survey, expanded to the country, in no order."""

    donor: Array  # row of the synthetic country at full scale
    permanent: Array  # permanent score of consumption
    shock: Array  # starting value of the shock
    base: str  # digest of the synthetic country


def write(made: Surveyed, path: Path) -> None:
    """Write the households of a survey; equal ones give equal bytes."""
    path.parent.mkdir(exist_ok=True)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, donor=made.donor.astype("<i4"), permanent=made.permanent.astype("<f4"),
        shock=made.shock.astype("<f4"), base=np.array(made.base),
    )  # fmt: skip
    path.write_bytes(buffer.getvalue())


def file_of(folder: Path, number: int) -> Path:
    """Return where a population of a survey is: the first of the survey itself, later ones of its replicates."""
    return folder / FILE if number == 1 else folder / REPLICATES / f"{number}.npz"


def replicates(folder: Path) -> int:
    """Return how many replicates of its survey a country has."""
    return sum(1 for _ in (folder / REPLICATES).glob("*.npz"))


def read(folder: Path, number: int = 1) -> Surveyed | None:
    """Return the households of a country's survey, ``None`` where it has none; a damaged file is a ``CountryError``."""
    path = file_of(folder, number)
    if not (folder / FILE).is_file():
        return None
    if not path.is_file():
        raise InputError(
            f"population is {number}; it must be 1 to {1 + replicates(folder)}: the survey of this country and its "
            "replicates; kelishim population --survey makes more with --replicates"
        )
    try:
        with np.load(io.BytesIO(path.read_bytes())) as kept:
            found = Surveyed(kept["donor"].astype(np.int64), kept["permanent"], kept["shock"], str(kept["base"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise CountryError(f"{path}: it cannot be read ({error}); {ANEW}") from None
    if not len(found.donor) == len(found.permanent) == len(found.shock) or not np.isfinite(found.permanent).all():
        raise CountryError(f"{path}: its columns do not belong together; {ANEW}")
    return found


def peopled(base: Population, made: Surveyed) -> Population:
    """Return the country with the households of a survey, made of the synthetic country at full scale."""
    count = len(base.households.identifier)
    if made.base != base.digest or made.donor.min() < 0 or made.donor.max() >= count:
        raise CountryError(
            f"{FILE} was made with other numbers of the country or another version of the program; {ANEW}"
        )
    homes = {name: column[made.donor] for name, column in zip(Households._fields, base.households, strict=True)}
    homes["permanent_score"], homes["shock_score"] = made.permanent, made.shock
    order = building._framed(base.country, homes, base.covariate_correlation)
    homes = {name: column[order] for name, column in homes.items()}
    old, home = _members(base.households, made.donor[order])
    homes["identifier"] = building._numbered(homes["raion"])
    homes["first_person"] = np.cumsum(homes["members"], dtype=np.int64) - homes["members"]
    homes["weight"] = np.ones(len(order))
    households = typed(Households, homes)
    everyone = taken(base.everyone, old)._replace(
        household=home.astype(base.everyone.household.dtype),
        identifier=building._numbered(households.raion[home]).astype(base.everyone.identifier.dtype),
    )
    persons = _certified(base, households, old, home)
    newborns = _newborns(base, households, everyone, old)
    onsets = _onsets(base, everyone, old)
    digest = digest_of(households, persons, base.employers, everyone, newborns, onsets)
    return Population(
        households, persons, base.employers, everyone, base.country, base.seed, 1, 1, base.covariate_correlation,
        digest, newborns, onsets,
    )  # fmt: skip


def _members(homes: Households, donor: Array) -> tuple[Array, Array]:
    """Return the old row of each person of the taken households, and the new household of each."""
    members = homes.members[donor].astype(np.int64)
    home = np.repeat(np.arange(len(donor)), members)
    within = np.arange(len(home)) - np.repeat(np.cumsum(members) - members, members)
    return homes.first_person[donor].astype(np.int64)[home] + within, home


def _certified(base: Population, households: Households, old: Array, home: Array) -> Persons:
    """Return the persons table of the taken households, in the order of a country that is built."""
    row = np.full(len(base.everyone.identifier), -1, np.int64)
    row[base.persons.person] = np.arange(len(base.persons.person))
    new = np.flatnonzero(row[old] >= 0)
    new = new[np.lexsort((new, row[old[new]]))]
    found = taken(base.persons, row[old[new]])
    return found._replace(
        person=new.astype(found.person.dtype),
        household=households.identifier[home[new]].astype(found.household.dtype),
        identifier=building._numbered(found.raion).astype(found.identifier.dtype),
    )


def _rows_of(keys: Array, wanted: Array) -> tuple[Array, Array]:
    """Return, for each wanted key in turn, the rows that have it, and which wanted one each belongs to."""
    order = np.argsort(keys, kind="stable")
    first = np.searchsorted(keys[order], wanted, side="left")
    count = np.searchsorted(keys[order], wanted, side="right") - first
    owner = np.repeat(np.arange(len(wanted)), count)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    return order[first[owner] + within], owner


def _newborns(base: Population, households: Households, everyone: Everyone, old: Array) -> Newborns:
    """Return the children to be born to the women of the taken households."""
    child = base.newborns.identifier.astype(np.int64)
    rows, mother = _rows_of(child & ~ORDER, base.everyone.identifier.astype(np.int64)[old])
    made = taken(base.newborns, rows)
    return made._replace(
        identifier=(everyone.identifier[mother].astype(np.int64) + (child[rows] & ORDER)).astype(made.identifier.dtype),
        household=households.identifier[everyone.household[mother]],
    )


def _onsets(base: Population, everyone: Everyone, old: Array) -> Onsets:
    """Return the later certificates of the persons of the taken households."""
    rows, person = _rows_of(base.onsets.person.astype(np.int64), base.everyone.identifier.astype(np.int64)[old])
    identifier = everyone.identifier[person]
    order = np.argsort(identifier, kind="stable")
    return taken(base.onsets, rows[order])._replace(person=identifier[order])
