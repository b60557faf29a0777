"""Store: populations kept on disk, so that a country is built once.

A population is a folder of ``.npy`` files, one for each column, opened as read-only memory maps. The folder is named
by a hash of the country's files, the code that builds it and the seed, and is put in place by one rename, so a half
written or an outdated one is never read, even if two processes build at once.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.folders import cached, writable
from sim.errors import InputError
from sim.population import surveyed
from sim.population.building import Population, build
from sim.population.country import Country, load_country
from sim.population.sampling import LABOUR_SCALE, stratified
from sim.state.households import Households
from sim.state.labour import Employers, Persons
from sim.state.persons import Newborns, Onsets
from sim.state.persons import Persons as Everyone

TABLES: dict[str, Any] = {
    "households": Households, "persons": Persons, "employers": Employers, "everyone": Everyone, "newborns": Newborns,
    "onsets": Onsets,
}  # fmt: skip
BUILDERS = (
    "population/*.py", "state/households.py", "state/labour.py", "state/persons.py", "engine/columns.py",
    "engine/draws.py", "engine/math.py", "engine/filling.py", "months.py",
)  # fmt: skip


@cache
def source_digest() -> str:
    """Return a hash of the code that decides what a population looks like."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for pattern in BUILDERS:
        for path in sorted(root.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def cache_folder() -> Path:
    """Return the folder of stored populations, a temporary one where it cannot be written."""
    return writable("population")


def place(country: Country, seed: int, scale: int, labour_scale: int = LABOUR_SCALE) -> Path:
    """Return the folder in which a population is, or would be, kept; one that can only be read is read."""
    scales = f"1-{scale}" if labour_scale == LABOUR_SCALE or scale == 1 else f"1-{scale}-{min(scale, labour_scale)}"
    digest = hashlib.sha256(f"{country.digest} {source_digest()} {seed}".encode()).hexdigest()[:16]
    name = Path(f"{country.name}-{digest}", scales)
    shipped = cached("population") / name
    with suppress(OSError):
        if (shipped / "population.json").is_file():
            return shipped
    return cache_folder() / name


def write(population: Population, folder: Path) -> None:
    """Keep a population in a folder that does not exist yet; if another process was faster, its folder stays."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.parent / f".{folder.name}-{uuid.uuid4().hex}"
    draft.mkdir()
    try:
        for name in TABLES:
            table = getattr(population, name)
            for column, values in zip(table._fields, table, strict=True):
                np.save(draft / f"{name}.{column}.npy", values)
        facts = {
            "seed": population.seed, "scale": population.scale, "labour_scale": population.labour_scale,
            "covariate_correlation": population.covariate_correlation, "digest": population.digest,
        }  # fmt: skip
        (draft / "population.json").write_text(json.dumps(facts))
        draft.rename(folder)
    except OSError:
        if not (folder / "population.json").is_file():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def read(country: Country, folder: Path) -> Population:
    """Return a stored population; its columns are read-only memory maps."""
    facts = json.loads((folder / "population.json").read_text())
    tables = {
        name: table(*[np.load(folder / f"{name}.{column}.npy", mmap_mode="r") for column in table._fields])
        for name, table in TABLES.items()
    }
    return Population(**tables, country=country, **facts)


def load(
    country: Country | str | Path, scale: int, seed: int = 1, labour_scale: int = LABOUR_SCALE
) -> Population:
    """Return a country's population at a scale, from the store if it is there.

    One household without a member with a certificate stands for ``scale``; one with such a member, and one employer,
    for ``labour_scale``, at most for ``scale``. Raises :class:`InputError` for a senseless scale and ``CountryError``
    for a country that cannot be built.
    """
    for name, value in (("scale", scale), ("labour_scale", labour_scale)):
        if isinstance(value, bool) or value != int(value) or value < 1:
            raise InputError(f"{name} is {value}; it must be a whole number from 1 (every household), such as 100")
    land = country if isinstance(country, Country) else load_country(country)
    keep(land, (scale,), seed, labour_scale)
    return read(land, place(land, seed, scale, labour_scale))


def built(land: Country, seed: int) -> Population:
    """Return the whole country: of its survey where its folder holds one, else as it is built from its numbers."""
    found = surveyed.read(land.folder, seed)
    return build(land, seed) if found is None else replace(surveyed.peopled(build(land), found), seed=seed)


def keep(
    country: Country | str | Path, scales: Iterable[int], seed: int = 1, labour_scale: int = LABOUR_SCALE
) -> None:
    """Build a country once and keep it at the scales that the store has not."""
    land = country if isinstance(country, Country) else load_country(country)
    folders = {scale: place(land, seed, scale, labour_scale) for scale in scales}
    missing = [scale for scale, folder in folders.items() if not (folder / "population.json").is_file()]
    if not missing:
        return
    whole = place(land, seed, 1)
    full = read(land, whole) if (whole / "population.json").is_file() else built(land, seed)
    for scale in missing:
        write(stratified(full, scale, labour_scale), folders[scale])
