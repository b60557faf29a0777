"""Register: what a list of contracts says, as figures with their errors, beside the published ones; no row is kept.

The register is whole: what was paid is counted, not sampled. The error of a share or a mean is what other families of
the same kind would have made of it by chance. Figures of fewer than ten contracts are suppressed, and where one cell
of a group could be found by subtraction, the next smallest with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from calibration.targets import Target
from calibration.targets import read as published_targets
from experiments.intake import faults as say
from experiments.intake.faults import Faults
from experiments.intake.mapping import Map
from experiments.intake.reading import columns, heading
from experiments.intake.survey import Filled
from experiments.intake.values import Source, column_of, named
from experiments.intake.variables import Kind
from experiments.marks import N_
from sim.engine.columns import Array

LEAST = 10  # contracts below which a figure is suppressed

# Which published figure says the same, by the key of the register's figure.
PUBLISHED = {
    "contracts[2022]": "SC01", "contracts[2023]": "SC02", "size[2022]": "SC03", "size[2023]": "SC04",
    "size": "SC15", "sector[agriculture]": "SC09", "sector[production]": "SC10", "sector[trade]": "SC11",
    "sector[services]": "SC12", "women[2023]": "SC17", "region[Jalal-Abad]": "SC18", "size[Jalal-Abad]": "SC19",
    "children[Jalal-Abad]": "SC20",
}  # fmt: skip
LABELS = {
    "contracts": N_("Families with a new contract"), "size": N_("Persons per family with a contract"),
    "children": N_("Children under 16 per family with a contract"), "sector": N_("Contracts by sector"),
    "region": N_("Contracts by region"), "raion": N_("Contracts by raion"),
    "child_benefit": N_("Families with the child benefit at entry"),
    "disability": N_("Families with a member with a disability"), "women": N_("Women among contract holders"),
    "status": N_("Contracts by status at the last visit"), "grant": N_("Mean grant, som"),
}  # fmt: skip


class Cell(NamedTuple):
    """A figure of a register."""

    name: str  # of the figure, a key of LABELS
    part: str  # year, region or word; empty for all
    value: float
    error: float  # standard error; not-a-number for a count, which is whole
    contracts: int
    unit: str  # families, share, persons or som
    suppressed: bool = False

    @property
    def key(self) -> str:
        """Return the name with its part."""
        return f"{self.name}[{self.part}]" if self.part else self.name


@dataclass(frozen=True)
class Register:
    """A register that can be used: values by variable, a code being the place of its word."""

    made: Map
    values: dict[str, Array]
    raions: tuple[str, ...]


class TakenRegister(NamedTuple):
    """What a file gave."""

    register: Register | None
    faults: Faults
    filled: list[Filled]


def take(path: Path, made: Map) -> TakenRegister:
    """Return the register of a file with every fault that is found."""
    faults, filled, values = Faults(), list[Filled](), dict[str, Array]()
    raw, about, raions = columns(path, made.columns.values()), heading(path), tuple[str, ...]()
    for name in made.named:
        column, one = made.columns[name], made.variables[name]
        source = Source(made, path.name, about.words.get(column, {}), faults)
        if one.kind == Kind.NAME:
            found = named(source, name, column, raw[column])
            values[name] = np.where(found.place < 0, np.nan, found.place.astype(np.float64))
            if name == "raion":
                raions = tuple(found.names)
            if name == "contract":
                _once(source, column, found.place, found.names)
        else:
            values[name] = column_of(source, name, column, raw[column])
            _complete(source, name, column, values[name])
        filled.append(Filled(name, column, len(values[name]), int((~np.isnan(values[name])).sum()), one))
    return TakenRegister(None if faults.bad else Register(made, values, raions), faults, filled)


def _once(source: Source, column: str, place: Array, names: list[str]) -> None:
    count = np.bincount(place[place >= 0], minlength=len(names))
    if np.any(count > 1):
        source.faults.wrong(say.TWICE_ALONE, owner=source.owner(column), value=names[int(np.argmax(count > 1))][:60],
                            count=int((count > 1).sum()))  # fmt: skip


def _complete(source: Source, name: str, column: str, values: Array) -> None:
    empty = np.flatnonzero(np.isnan(values))
    known = {fault.values.get("owner") for fault in source.faults if not fault.note}
    if len(empty) and source.made.variables[name].required and source.owner(column) not in known:
        source.faults.wrong(say.NO_NAME, owner=source.owner(column), row=int(empty[0]) + 1, what=name,
                            count=len(empty))  # fmt: skip


def cells(found: Register) -> list[Cell]:
    """Return every figure of a register, small ones suppressed."""
    every = ("", np.ones(len(found.values["year"]), bool))
    years = [(str(year), found.values["year"] == year) for year in sorted({int(y) for y in found.values["year"]})]
    out = _hidden([_count(*one) for one in years])
    for name, unit in (("size", "persons"), ("children", "persons"), ("grant", "som")):
        if name in found.values:
            for parts in ([every], years, [] if name == "grant" else list(_regions(found))):
                out += _hidden([_mean(name, part, found.values[name][who], unit) for part, who in parts])
    for name, variable, word in (("women", "sex", "woman"), ("child_benefit", "child_benefit", "yes"),
                                 ("disability", "disability", "yes")):  # fmt: skip
        if variable in found.values:
            yes = found.made.variables[variable].words.index(word)
            for parts in ([every], years):
                out += _hidden([_share(name, part, found.values[variable][who], yes) for part, who in parts])
    for name in ("sector", "region", "status"):
        if name in found.values:
            words = found.made.variables[name].words
            out += _hidden([_part(name, word, found.values[name], k) for k, word in enumerate(words)])
    return out + list(_raions(found))


def _raions(found: Register) -> Iterator[Cell]:
    """Yield raions region by region: a small one could be found from the figure of its region."""
    if "raion" not in found.values:
        return
    raion = found.values["raion"]
    region = np.where(np.isnan(found.values["region"]), -1.0, found.values["region"]) if "region" in found.values else (
        np.zeros(len(raion))
    )  # fmt: skip
    last = [float(np.median(region[raion == k])) for k in range(len(found.raions))]
    for one in sorted(set(last)):
        mine = sorted((name, k) for k, name in enumerate(found.raions) if last[k] == one)
        yield from _hidden([_part("raion", name, raion, k) for name, k in mine])


def _regions(found: Register) -> Iterator[tuple[str, Array]]:
    if "region" in found.values:
        for k, word in enumerate(found.made.variables["region"].words):
            yield word, found.values["region"] == k


def _count(part: str, who: Array) -> Cell:
    count = int(who.sum())
    return Cell("contracts", part, float(count), math.nan, count, "families", 0 < count < LEAST)


def _mean(name: str, part: str, values: Array, unit: str) -> Cell:
    known = values[~np.isnan(values)]
    n = len(known)
    if n < LEAST:
        return Cell(name, part, math.nan, math.nan, n, unit, suppressed=True)
    return Cell(name, part, float(known.mean()), float(known.std(ddof=1) / math.sqrt(n)), n, unit)


def _share(name: str, part: str, values: Array, yes: int) -> Cell:
    known = values[~np.isnan(values)]
    n, k = len(known), int((known == yes).sum())
    small = n < LEAST or 0 < k < LEAST or 0 < n - k < LEAST
    if small:
        return Cell(name, part, math.nan, math.nan, n, "share", suppressed=True)
    p = k / n
    return Cell(name, part, p, math.sqrt(p * (1.0 - p) / n), n, "share")


def _part(name: str, word: str, values: Array, code: int) -> Cell:
    known = values[~np.isnan(values)]
    n, k = len(known), int((known == code).sum())
    p = k / n if n else math.nan
    return Cell(name, word, p, math.sqrt(p * (1.0 - p) / n) if n else math.nan, k, "share", n < LEAST or 0 < k < LEAST)


def _hidden(group: list[Cell]) -> list[Cell]:
    """Return cells of a group that add up, with one more suppressed where a single one could be found."""
    small = [k for k, cell in enumerate(group) if cell.suppressed]
    others = [k for k, cell in enumerate(group) if not cell.suppressed and cell.contracts > 0]
    if len(small) == 1 and others:
        small.append(min(others, key=lambda k: group[k].contracts))
    return [
        cell._replace(value=math.nan, error=math.nan, suppressed=True) if k in small else cell
        for k, cell in enumerate(group)
    ]


def beside(cell: Cell, country: str) -> Target | None:
    """Return the published figure that says the same, if there is one."""
    name = PUBLISHED.get(cell.key)
    return next((target for target in published_targets(country) if target.name == name), None)


def as_rows(found: list[Cell], country: str) -> Iterator[dict[str, Any]]:
    """Yield the figures that are not suppressed, as rows of a file."""
    for cell in found:
        if cell.suppressed or math.isnan(cell.value):
            continue
        low, high = _around(cell)
        published = beside(cell, country)
        yield {
            "id": published.name if published else "", "figure": cell.key, "value": cell.value,
            "error": "" if math.isnan(cell.error) else cell.error, "lower": low, "upper": high, "unit": cell.unit,
            "contracts": cell.contracts, "published": published.value if published else "",
        }  # fmt: skip


def _around(cell: Cell) -> tuple[float, float]:
    """Return the interval of one standard error, or of the rounding of a count."""
    width = 0.5 if math.isnan(cell.error) else cell.error
    return cell.value - width, cell.value + width
