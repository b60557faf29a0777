"""Belongings: experience, land, animals, distance, remittances and pensions of households.

Everything here is judgement (C) but the totals: farms by region where published, heads of livestock, shares of
manufacturing, pension levels.
"""

from __future__ import annotations

import numpy as np

from sim.errors import CountryError
from sim.population.country import Country
from sim.population.draws import Draw, Floats, normals, uniforms
from sim.population.expected import OUTCOME_YEARS
from sim.population.families import Columns
from sim.population.places import CITY
from sim.state.households import SECTORS

PLACES = ("rural", "urban")
PLACE_TYPES = ("rural", "town", "urban")  # villages, towns of raions that are mostly villages, cities


def lognormal(seed: int, draw: int, who: np.ndarray, sd: float) -> Floats:
    """Return lognormal numbers with mean one."""
    return np.exp(sd * normals(seed, draw, who) - 0.5 * sd * sd)


def add_skills(country: Country, seed: int, homes: Columns) -> None:
    """Add the sectors in which an adult has experience."""
    who, urban = homes["serial"], homes["urban"]
    industry = np.mean([country.by_region("manufacturing_share", y) for y in OUTCOME_YEARS], axis=0) / 100.0
    work = country.employment_rate.mean(axis=0)
    skills = np.zeros(len(who), np.uint8)
    for s, sector in enumerate(SECTORS):
        if sector == "production":
            adult = country.value("experience_ratio[production]") * np.outer(industry, work)
        else:
            place = [country.share(f"experience[{sector}|{p}]") for p in PLACES]
            adult = np.tile(place, (len(country.regions), 1))
        chance = 1.0 - (1.0 - np.clip(adult, 0, 1)[:, :, None]) ** np.arange(21)
        u = uniforms(seed, Draw.SKILL + s, who)
        skills |= (u < chance[homes["oblast"], urban, homes["adults"]]).astype(np.uint8) << np.uint8(s)
    homes["skills"] = skills


def farms(country: Country) -> Floats:
    """Return the peasant farms of each region; what is not published is spread by rural population."""
    total = country.value("peasant_farms")
    name, has = "peasant_farms", country.margins.has
    given = np.array([country.value(name, region) if has(name, region) else np.nan for region in country.regions])
    rural = country.population - country.urban_population
    open_ = np.isnan(given)
    rest = total - np.nansum(given)
    if rest < 0 or (rest > 0 and rural[open_].sum() <= 0):
        raise CountryError(f"peasant_farms of the regions add up to more than the {total:.0f} of the country")
    return np.where(open_, rest * rural / max(rural[open_].sum(), 1.0), given)


def add_farming(country: Country, seed: int, homes: Columns) -> None:
    """Add land and animals; the herds of a region add up to its livestock."""
    who, urban, oblast = homes["serial"], homes["urban"], homes["oblast"]
    regions = len(country.regions)
    odds = np.where(urban == 1, country.value("land_odds[urban]"), 1.0) * (homes["adults"] > 0)
    weight = np.bincount(oblast, weights=odds, minlength=regions)
    chance = (farms(country) / np.maximum(weight, 1.0))[oblast] * odds
    has_land = uniforms(seed, Draw.LAND_OWNER, who) < chance
    size = lognormal(seed, Draw.LAND, who, country.value("land_spread"))
    homes["land"] = np.where(has_land, country.value("land_mean") * size, 0.0).astype(np.float32)
    owner = np.array([country.share(f"herd_owner[{kind}]") for kind in PLACE_TYPES])[place_type(country, homes)]
    owner[has_land] = country.share("herd_owner[land]")
    herd = lognormal(seed, Draw.HERD, who, country.value("herd_spread"))
    herd[has_land] *= size[has_land] ** country.value("herd_land_elasticity")
    herd[uniforms(seed, Draw.HERD_OWNER, who) >= owner] = 0.0
    total = np.bincount(oblast, weights=herd, minlength=regions)
    if np.any((total == 0.0) & (country.sheep_equivalents > 0.0)):
        raise CountryError("herd_owner: a region has livestock but no household with animals; raise a herd_owner share")
    factor = np.round(country.sheep_equivalents / np.maximum(total, 1.0), 9)
    homes["herd"] = (herd * factor[oblast]).astype(np.float32)


def place_type(country: Country, homes: Columns) -> np.ndarray:
    """Return 0 for villages, 1 for towns of raions that are mostly villages, 2 for cities (D12)."""
    city = np.array([raion.urban_share > CITY for raion in country.raions], np.int64)
    urban = homes["urban"].astype(np.int64)
    return np.asarray(urban * (1 + city[homes["raion"]]), np.int64)


def receivers(country: Country, seed: int, homes: Columns) -> np.ndarray:
    """Return which households receive remittances: exact in towns and villages of a region, by odds of the family."""
    odds = np.ones(len(homes["serial"]))
    odds[homes["incomplete"] == 1] = country.value("remittance_odds[incomplete]")
    odds[(homes["size"] == 1) & (homes["elders"] == 0)] = country.value("remittance_odds[alone]")
    lowest = uniforms(seed, Draw.REMITTANCE_RECEIVER, homes["serial"]) / odds
    out = np.zeros(len(odds), bool)
    shares = np.repeat(country.by_region("remittance_receivers") / 100.0, 2)
    place = 2 * homes["oblast"].astype(np.int64) + homes["urban"]
    for number, share in enumerate(shares):
        at = np.flatnonzero(place == number)
        out[at[np.argsort(lowest[at], kind="stable")[: int(share * len(at) + 0.5)]]] = True
    return out


def add_money(country: Country, seed: int, homes: Columns) -> None:
    """Add the distance to the raion office, remittances, pensions of elders and benefits other than disability."""
    who = homes["serial"]
    far = np.array([raion.distance for raion in country.raions])[homes["raion"]]
    far[homes["urban"] == 1] = country.value("distance[urban]")
    homes["distance"] = np.minimum(far * lognormal(seed, Draw.DISTANCE, who, country.value("distance_spread")), 250.0)
    receives = receivers(country, seed, homes)
    sent = lognormal(seed, Draw.REMITTANCE, who, country.value("remittance_spread"))
    homes["remittances"] = np.where(receives, country.deflated("remittance_mean") * sent, 0.0)
    pension = lognormal(seed, Draw.PENSION, who, country.value("pension_spread"))
    benefits = homes["elders"] * country.deflated("pension[age]") * pension
    lone = (homes["adults"] == 1) & (homes["children"] > 0)
    others = country.value("social_benefit_recipients") - country.value("social_benefit_recipients[disability]")
    chance = others / max(int(lone.sum()), 1)
    benefits += (lone & (uniforms(seed, Draw.SOCIAL_BENEFIT, who) < chance)) * country.deflated("social_benefit[mean]")
    homes["other_benefits"] = benefits
