"""Families: how many households live where, and who lives in them (people.md section 1; model.md section 16.2).

Candidate families are mixed, as near to their start in entropy as the margins allow: sizes and types of households,
people at home by sex and five-year age in the whole country; size, children, youths, elders and couples with parents in
each region's towns and villages. Each raion then gets whole households by systematic sampling along the list of
candidates, so its population is met within a few persons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.engine.sums import added
from sim.errors import CountryError
from sim.population.country import Country
from sim.population.expected import SURVEY_AGES
from sim.population.fitting import Wanted, mixed, solved, spread
from sim.population.lives import CANDIDATES, Families, Type, families
from sim.population.pyramid import BANDS, OLDEST, Pyramid
from sim.state.persons import Role

Columns = dict[str, npt.NDArray]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MARGINS = "household sizes, types and ages of margins_persons.csv"
PLACE_BITS = 24  # an identifier is the raion's code and a number within the raion
SIZES = ("1", "2-3", "4-5", "6+")  # classes of household size
AGE_GROUPS = ((0, 9), (10, 19), (60, OLDEST))  # whose shares are known by region


@dataclass(frozen=True)
class Places:
    """What is wanted in the villages and towns of each region; shape (regions, rural or urban)."""

    permanent: Floats  # persons, those abroad included
    present: Floats  # persons at home
    households: Floats
    receiving: Floats  # households with remittances
    ages: Floats  # persons at home in each of AGE_GROUPS, last axis
    with_parents: Floats  # share of households in which a couple lives with parents


def _by_place(country: Country, area: Floats, ratio: float, weights: Floats) -> Floats:
    """Return values of villages and towns whose means by survey area are given and urban over rural is ``ratio``.

    ``weights`` says how much each place counts in a mean. Within every area towns differ from villages by one factor.
    """
    areas = np.zeros((int(country.areas.max()) + 1, 2))
    np.add.at(areas, country.areas, weights)

    def values(factor: float) -> Floats:
        rural = area * areas.sum(axis=1)[country.areas] / (areas @ np.array([1.0, factor]))[country.areas]
        return np.stack([rural, rural * factor], axis=1)

    def found(factor: float) -> float:
        mean = (weights * values(factor)).sum(axis=0) / weights.sum(axis=0)
        return float(mean[1] / mean[0])

    return values(solved(found, ratio, 0.02, 50.0))


def wanted(country: Country, people: Pyramid) -> Places:
    """Return what is wanted in each place: survey means of 2018 by area, brought to the country's totals."""
    urban = country.urban_population
    permanent = np.stack([country.population - urban, urban], axis=1)
    receivers = np.tile(country.by_region("remittance_receivers")[:, None] / 100.0, 2)
    ratio = country.value("household_size[rural]") / country.value("household_size[urban]")
    present, home, away = permanent.copy(), float(people.present.sum()), float(people.abroad.sum())
    for _ in range(60):
        households = present * _by_place(country, 1.0 / country.by_area("household_size"), ratio, present)
        households *= home / country.value("household_size_surveys") / households.sum()
        each = away / (households * receivers).sum()
        present = permanent / (1.0 + each * receivers * households / np.maximum(present, 1e-9))
    ages = np.zeros((*present.shape, len(AGE_GROUPS)))
    for group, bands in enumerate((SURVEY_AGES[:1], SURVEY_AGES[1:2], SURVEY_AGES[2:])):
        area = np.sum([country.by_area(f"age_share[{band}]") for band in bands], axis=0)
        urban_mean, rural_mean = (
            added(country.value(f"age_share[{band}|{place}]") for band in bands) for place in ("urban", "rural")
        )
        ages[:, :, group] = present * _by_place(country, area, urban_mean / rural_mean, present)
        first, last = AGE_GROUPS[group]
        ages[:, :, group] *= people.present[:, first : last + 1].sum() / ages[:, :, group].sum()
    ratio = country.value("couple_with_parents[urban]") / country.value("couple_with_parents[rural]")
    with_parents = _by_place(country, country.by_area("couple_with_parents") / 100.0, ratio, households)
    return Places(permanent, present, households, households * receivers, ages, with_parents)


def _common(country: Country, people: Pyramid, lives: Families) -> tuple[Floats, Floats, list[str]]:
    """Return the features whose mean over all households is known, that mean, and the margins that say it."""
    count, home = len(lives.size), np.repeat(np.arange(len(lives.size)), lives.size)
    households = people.present.sum() / country.value("household_size_surveys")
    band = BANDS[np.minimum(lives.age // 12, OLDEST)] + (BANDS.max() + 1) * lives.woman
    members = np.zeros((count, 2 * (int(BANDS.max()) + 1)))
    np.add.at(members, (home, band), 1.0)
    persons = np.concatenate([np.bincount(BANDS, people.present[sex]) for sex in (0, 1)]) / households
    size = np.digitize(lives.size, (2, 4, 6))
    features = [size == 1, size == 2, size == 3]
    names = [f"household_size_share[{name}]" for name in SIZES[1:]]
    means = [country.share(name) for name in names]
    for kind in (Type.COUPLE, Type.COUPLE_WITH_CHILDREN, Type.LONE_MOTHER, Type.LONE_FATHER, Type.NON_RELATIVES):
        features.append(lives.kind == kind)
        names.append(f"household_type[{kind.name.lower()}]")
        means.append(country.share(names[-1]))
    features.append(lives.three_generations)
    means.append(country.share("three_generations"))
    couple = np.bincount(home[lives.role == Role.SPOUSE], minlength=count) == 2
    features.append(np.where(couple, lives.gap - country.value("spouse_gap"), 0.0))
    means.append(0.0)
    names = [*["population_by_age"] * len(persons), *names, "three_generations", "spouse_gap"]
    return np.hstack([members, np.stack(features, axis=1)]), np.concatenate([persons, means]), names


def _local(places: Places, lives: Families) -> tuple[Floats, Floats]:
    """Return the features whose mean is known in each place, and that mean by place."""
    home = np.repeat(np.arange(len(lives.size)), lives.size)
    years = lives.age // 12
    features = [lives.size.astype(np.float64)]
    for first, last in AGE_GROUPS:
        among = ((years >= first) & (years <= last)).astype(np.float64)
        features.append(np.asarray(np.bincount(home, among, len(lives.size)), np.float64))
    features.append(lives.with_parents.astype(np.float64))
    means = np.concatenate(
        [places.present[:, :, None], places.ages, (places.with_parents * places.households)[:, :, None]], axis=2
    )
    means = means / np.maximum(places.households, 1e-9)[:, :, None]
    return np.stack(features, axis=1), means.reshape(-1, len(features))


def goal(country: Country, people: Pyramid, places: Places, lives: Families) -> Wanted:
    """Return the means that the mix of candidate families must have in all inhabited places and in each."""
    weight = places.households.ravel()
    inhabited = weight > 0.0
    common, common_mean, names = _common(country, people, lives)
    local, local_mean = _local(places, lives)
    names += ["household_size_surveys", *["age_share"] * len(AGE_GROUPS), "couple_with_parents"]
    return Wanted(common, local, weight[inhabited] / weight.sum(), common_mean, local_mean[inhabited], tuple(names))


def _mix(country: Country, people: Pyramid, places: Places, lives: Families) -> Floats:
    """Return the frequency of each candidate family, shape (regions, rural or urban, candidates)."""
    out, means = np.zeros((places.households.size, len(lives.size))), goal(country, people, places, lives)
    out[places.households.ravel() > 0.0] = mixed(np.ones(len(lives.size)), means, MARGINS)
    return out.reshape(*places.households.shape, -1)


def _counts(country: Country, places: Places, mix: Floats) -> tuple[Integers, Integers, Integers]:
    """Return whole numbers of each candidate in each inhabited place, with raion and town or village of the place."""
    counts, raions, urbans = [], [], []
    census = country.population.sum()
    for code, raion in enumerate(country.raions):
        for urban in (0, 1):
            people = census * raion.population_share * (raion.urban_share if urban else 1.0 - raion.urban_share)
            whole_place = max(places.permanent[raion.oblast, urban], 1e-9)
            households = int(np.floor(people / whole_place * places.households[raion.oblast, urban] + 0.5))
            if households == 0:
                continue
            if households >= 1 << (PLACE_BITS - 1):
                raise CountryError(f"raions.csv: {raion.name} has {households} households; split it")
            counts.append(spread(mix[raion.oblast, urban] * households))
            raions.append(code)
            urbans.append(urban)
    return np.array(counts), np.array(raions), np.array(urbans)


def _listed(lives: Families) -> Integers:
    """Return the order of candidates in which alike ones are neighbours: size, young children, type, oldest member."""
    home = np.repeat(np.arange(len(lives.size)), lives.size)
    young = np.bincount(home, lives.age < 120, len(lives.size))
    oldest = np.maximum.reduceat(lives.age, lives.first)
    return np.lexsort((oldest, lives.kind, young, lives.size))


def compose(country: Country, seed: int, people: Pyramid) -> tuple[Columns, Columns]:
    """Return the households of the country by place, and their members at home with ages still to be settled."""
    lives, places = families(country, seed, CANDIDATES), wanted(country, people)
    listed = _listed(lives)
    counts, raions, urbans = _counts(country, places, _mix(country, people, places, lives)[:, :, listed])
    totals = counts.sum(axis=1)
    family = listed[np.repeat(np.tile(np.arange(len(listed)), len(counts)), counts.ravel())]
    raion, urban = np.repeat(raions.astype(np.uint8), totals), np.repeat(urbans.astype(np.uint8), totals)
    number = np.arange(len(family)) - np.repeat(np.cumsum(totals) - totals, totals)
    serial = raion.astype(np.uint64) << np.uint64(PLACE_BITS)
    serial |= urban.astype(np.uint64) << np.uint64(PLACE_BITS - 1)
    serial |= number.astype(np.uint64)
    size = lives.size[family]
    home, place = blocks(size)
    row = lives.first[family][home] + place
    homes = {
        "serial": serial, "raion": raion, "oblast": country.raion_oblast.astype(np.uint8)[raion], "urban": urban,
        "kind": lives.kind[family].astype(np.uint8), "three_generations": lives.three_generations[family],
    }  # fmt: skip
    members = {
        "home": home.astype(np.int32), "number": place.astype(np.uint8), "woman": lives.woman[row].astype(np.uint8),
        "age": lives.age[row].astype(np.float64), "role": lives.role[row].astype(np.uint8),
    }  # fmt: skip
    return homes, members


def blocks(size: Integers) -> tuple[Integers, Integers]:
    """Return for each member of blocks of these sizes its block and its place in the block.

    >>> [part.tolist() for part in blocks(np.array([2, 1]))]
    [[0, 0, 1], [0, 1, 0]]
    """
    home = np.repeat(np.arange(len(size)), size)
    return home, np.arange(len(home)) - np.repeat(np.cumsum(size) - size, size)
