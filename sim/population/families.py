"""Families: how many households live where, and who lives in them (model.md section 16.2, steps 1 to 4).

For each region and for town and country the frequencies of household types are tilted, as little as possible in
entropy, until the means of children, adults and elders hold. Each raion then gets whole households by systematic
sampling along the list of types, so its population is met within a few persons.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.errors import CountryError
from sim.population.country import Country
from sim.population.draws import Draw, uniforms
from sim.population.fitting import spread, tilted

Columns = dict[str, npt.NDArray]
Floats = npt.NDArray[np.float64]

PLACE_BITS = 24  # an identifier is the raion's code and a number within the raion


def means(country: Country) -> Floats:
    """Return mean children, adults and elders of a household, shape (regions, rural or urban, 3)."""
    people, urban = country.population, country.urban_population / country.population

    def split(regional: Floats, ratio: float) -> tuple[Floats, Floats]:
        rural = regional / (1.0 - urban + urban * ratio)
        return rural, rural * ratio

    size = country.by_region("household_size")
    size *= country.value("household_size") * (people / size).sum() / people.sum()
    rural_inverse, urban_inverse = split(1.0 / size, 1.0 / country.value("urban_ratio[size]"))
    sizes = np.stack([1.0 / rural_inverse, 1.0 / urban_inverse], axis=1)
    children = country.by_region("children_share")
    national = country.value("children_under_16") / country.by_region("population_1jan").sum()
    children *= national * people.sum() / (children * people).sum()
    elders = country.by_region("elders_share")
    elders *= country.share("elders_share") * people.sum() / (elders * people).sum()
    child_share = np.stack(split(children, country.value("urban_ratio[children]")), axis=1)
    elder_share = np.stack(split(elders, country.value("urban_ratio[elders]")), axis=1)
    adult_share = 1.0 - child_share - elder_share
    return sizes[:, :, None] * np.stack([child_share, adult_share, elder_share], axis=2)


def compose(country: Country) -> Columns:
    """Return the households of the whole country by place and type, before any draw about them."""
    types = country.compositions[:, :3]
    targets = means(country)
    census = country.population.sum()
    shares: dict[tuple[int, int], Floats] = {}
    counts, raions, urbans = [], [], []
    for code, raion in enumerate(country.raions):
        for urban in (0, 1):
            people = census * raion.population_share * (raion.urban_share if urban else 1.0 - raion.urban_share)
            place = (raion.oblast, urban)
            if place not in shares and people > 0:
                owner = f"compositions.csv, {country.regions[raion.oblast]}, {'urban' if urban else 'rural'}"
                shares[place] = tilted(country.compositions[:, 3], types, targets[place], owner)
            households = int(np.floor(people / targets[place].sum() + 0.5))
            if households:
                if households >= 1 << (PLACE_BITS - 1):
                    raise CountryError(f"raions.csv: {raion.name} has {households} households; split it")
                counts.append(spread(shares[place] * households))
                raions.append(code)
                urbans.append(urban)
    table = np.array(counts)
    totals = table.sum(axis=1)
    kind = np.repeat(np.tile(np.arange(len(types)), len(table)), table.ravel())
    raion_code = np.repeat(np.array(raions, np.uint8), totals)
    in_town = np.repeat(np.array(urbans, np.uint8), totals)
    number = np.arange(totals.sum()) - np.repeat(np.cumsum(totals) - totals, totals)
    home = raion_code.astype(np.uint64) << np.uint64(PLACE_BITS)
    home |= in_town.astype(np.uint64) << np.uint64(PLACE_BITS - 1)
    children, adults, elders = types.astype(np.uint8).T
    return {
        "serial": home | number.astype(np.uint64),
        "raion": raion_code,
        "oblast": country.raion_oblast.astype(np.uint8)[raion_code],
        "urban": in_town,
        "children": children[kind],
        "adults": adults[kind],
        "elders": elders[kind],
        "size": (children + adults + elders)[kind],
    }


def add_sexes(country: Country, seed: int, homes: Columns) -> None:
    """Add women and men of 18 years and more among the adults; ages 16 and 17 are the rest."""
    who, adults = homes["serial"], homes["adults"]
    teenager = uniforms(seed, Draw.TEENAGERS, who) < country.share("teenager_share") * adults
    grown = adults - (teenager & (adults > 1)).astype(np.uint8)
    women = grown // 2
    odd = grown % 2 == 1
    chance = np.where(
        grown > 1,
        country.share("woman_share[odd]"),
        np.where(homes["children"] > 0, country.share("woman_share[lone_parent]"), country.share("woman_share[alone]")),
    )
    women = women + (odd & (uniforms(seed, Draw.ODD_SEX, who) < chance))
    uneven = (1.0 - country.share("even_sexes_share")) / 2.0
    u = uniforms(seed, Draw.SEXES, who)
    even = ~odd & (grown > 0)
    women = women + (even & (u < uneven)) - (even & (u > 1.0 - uneven)).astype(np.uint8)
    homes["women"] = women.astype(np.uint8)
    homes["men"] = (grown - women).astype(np.uint8)
