"""Places and shapes: the files of a country that are not margins.

    regions.csv        regions in order, one of them the capital
    raions.csv         districts and cities, their share of the region's people and how urban they are
    copula.csv         correlation of consumption with what is known of a household
    organisations.csv  kinds of budget organisations and state enterprises

A number that makes no sense is refused with its file and line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.errors import CountryError, nearest
from sim.population.fitting import solved
from sim.population.margins import number, rows
from sim.state.labour import INDUSTRIES, OWNERS

CITY = 0.5  # share of townspeople in a raion above which its town is a city
COVARIATES = ("children", "education", "urban", "remittances", "herd", "disability")


@dataclass(frozen=True)
class Raion:
    """A district or a city with its own social-protection office."""

    name: str
    oblast: int  # index of the region
    population_share: float  # of the country
    urban_share: float  # of the raion's people
    distance: float  # km, mean of villages to the raion office


@dataclass(frozen=True)
class Organisation:
    """A kind of budget organisation or state enterprise."""

    kind: str
    industry: int  # index in INDUSTRIES
    owner: int  # BUDGET or STATE
    count: int
    staff: float  # mean
    low: int
    high: int
    capital_share: float | None  # share in the capital; None: by population


def read_regions(folder: Path) -> tuple[tuple[str, ...], int]:
    """Return the names of the regions, in order, and the index of the capital."""
    names: list[str] = []
    capitals: list[int] = []
    for place, row in rows(folder / "regions.csv", ("name", "capital")):
        if not row["name"] or row["name"] in names or row["name"] == "country" or "+" in row["name"]:
            raise CountryError(f"{place}: name is '{row['name']}'; it must be new, and not 'country' or with a plus")
        if row["capital"] not in ("0", "1"):
            raise CountryError(f"{place}: capital is '{row['capital']}'; it must be 1 for the capital and 0 for others")
        if row["capital"] == "1":
            capitals.append(len(names))
        names.append(row["name"])
    if len(capitals) != 1 or len(names) > 250:
        raise CountryError("regions.csv: exactly one of at most 250 regions must have capital = 1")
    return tuple(names), capitals[0]


def read_raions(
    folder: Path, regions: tuple[str, ...], population: npt.NDArray[np.float64], urban: float
) -> tuple[Raion, ...]:
    """Return the raions, sorted by region; urban shares are moved together until the urban population is ``urban``."""
    columns = ("name", "region", "population_share", "urban_share", "distance", "source", "confidence")
    found: list[tuple[int, str, float, float, float]] = []
    for place, row in rows(folder / "raions.csv", columns):
        if row["region"] not in regions:
            raise CountryError(f"{place}: region is '{row['region']}'; {nearest(row['region'], regions)}")
        if row["name"] in (name for _, name, *_ in found):
            raise CountryError(f"{place}: raion '{row['name']}' is given twice; keep one row")
        found.append((
            regions.index(row["region"]), row["name"], number(place, row, "population_share", 0.0001, 1),
            number(place, row, "urban_share", 0, 1), number(place, row, "distance", 0, 250),
        ))  # fmt: skip
    if len(found) > 250:
        raise CountryError(f"raions.csv: it has {len(found)} rows; it must have at most 250")
    found.sort(key=lambda item: item[0])
    share = np.array([item[2] for item in found])
    oblast = np.array([item[0] for item in found])
    for index, name in enumerate(regions):
        total = share[oblast == index].sum()
        if abs(total - 1.0) > 0.02:
            raise CountryError(f"raions.csv: the population shares of {name} add up to {total:.3f}; it must be 1")
        share[oblast == index] /= total
    people = share * population[oblast]
    given = np.array([item[3] for item in found])

    def towns(odds: float) -> npt.NDArray[np.float64]:
        return given * odds / (1.0 - given + given * odds)

    least = float(people[given >= 1.0].sum())
    most = float(people[given > 0.0].sum())
    if not least <= urban <= most:
        raise CountryError(
            f"raions.csv: urban shares allow {least:.0f} to {most:.0f} urban people, but population_census[urban] is "
            f"{urban:.0f}; change urban_share of the mixed raions"
        )
    shares = towns(solved(lambda odds: float((people * towns(odds)).sum()), urban, 1e-4, 1e4))
    return tuple(
        Raion(item[1], item[0], float(p / people.sum()), float(u), item[4])
        for item, p, u in zip(found, people, shares, strict=True)
    )


def read_copula(folder: Path) -> dict[str, float]:
    """Return the correlation of log consumption with each covariate."""
    found: dict[str, float] = {}
    for place, row in rows(folder / "copula.csv", ("variable", "correlation", "source", "confidence")):
        if row["variable"] not in COVARIATES:
            raise CountryError(f"{place}: variable is '{row['variable']}'; {nearest(row['variable'], COVARIATES)}")
        found[row["variable"]] = number(place, row, "correlation", -0.95, 0.95)
    missing = [name for name in COVARIATES if name not in found]
    if missing:
        raise CountryError(f"copula.csv: {', '.join(missing)} missing; give a correlation (0 for none)")
    return found


def read_organisations(folder: Path) -> tuple[Organisation, ...]:
    """Return the kinds of budget organisations and state enterprises."""
    columns = ("kind", "industry", "owner", "number", "staff_mean", "staff_low", "staff_high", "capital_share",
               "source", "confidence")  # fmt: skip
    found = []
    for place, row in rows(folder / "organisations.csv", columns):
        if row["industry"] not in INDUSTRIES:
            raise CountryError(f"{place}: industry is '{row['industry']}'; {nearest(row['industry'], INDUSTRIES)}")
        if row["owner"] not in OWNERS:
            raise CountryError(f"{place}: owner is '{row['owner']}'; {nearest(row['owner'], OWNERS)}")
        low, high = (int(number(place, row, c, 1, 1e5)) for c in ("staff_low", "staff_high"))
        staff = number(place, row, "staff_mean", 1, 1e5)
        if not low < staff < high:
            raise CountryError(f"{place}: staff_mean is {staff:g}; it must be between staff_low and staff_high")
        capital = number(place, row, "capital_share", 0, 100) / 100 if row["capital_share"] else None
        found.append(
            Organisation(row["kind"], INDUSTRIES.index(row["industry"]), OWNERS.index(row["owner"]),
                         int(number(place, row, "number", 1, 1e5)), staff, low, high, capital)
        )  # fmt: skip
    return tuple(found)
