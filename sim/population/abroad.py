"""Abroad: members who work abroad, in households that receive remittances (people.md, D2).

They belong to the permanent population and to no household size. Husbands of women alone with children come first, then
grown children of the older couple, then brothers and sisters; ages and sexes meet the pyramid of those abroad.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from sim.errors import CountryError
from sim.population.country import Country
from sim.population.draws import Draw, normals, uniforms
from sim.population.families import Columns, Integers, blocks
from sim.population.fitting import whole
from sim.population.people import ABROAD_NUMBER, ranked_births, years
from sim.population.pyramid import Pyramid
from sim.state.persons import Role

MOST_ABROAD = 5  # of one household
YOUNGEST_ABROAD = 18.0 * 12.0
PARENT_GAP = (26.0 * 12.0, 5.0 * 12.0)  # months by which a parent is older, mean and spread
LEAST_PARENT_GAP = 17.0 * 12.0


def numbers(seed: int, homes: Columns, away: int) -> Integers:
    """Return how many members of each household are abroad: at least one where remittances are received.

    By towns and villages of a region in proportion to the receiving households; beyond the first their number is a
    Poisson variable, cut at the most that a household may have.
    """
    receives = np.flatnonzero(homes["remittances"] > 0.0)
    out = np.zeros(len(homes["serial"]), np.int64)
    place = 2 * homes["oblast"][receives].astype(np.int64) + homes["urban"][receives]
    if away > MOST_ABROAD * len(receives):
        raise CountryError(
            f"population_abroad is {away}, but {len(receives)} households receive remittances and can have at most "
            f"{MOST_ABROAD} members abroad each; raise remittance_receivers"
        )
    totals = whole(np.bincount(place).astype(np.float64) * (away / max(len(receives), 1)), away)
    luck = uniforms(seed, Draw.ABROAD_NUMBER, homes["serial"][receives])
    for number, total in enumerate(totals):
        at = np.flatnonzero(place == number)
        out[receives[at[np.argsort(luck[at], kind="stable")]]] = _split(len(at), int(total))
    return out


def _split(households: int, persons: int) -> Integers:
    """Return numbers from one to the most that sum to ``persons``, growing, in the shares of a Poisson variable."""
    if persons <= households:
        return np.repeat([0, 1], [households - persons, persons])
    more = persons / households - 1.0
    chances = np.array([more**k / math.factorial(k) for k in range(MOST_ABROAD)], np.float64)
    number = 1 + np.repeat(np.arange(MOST_ABROAD), whole(chances / chances.sum() * households, households))
    gap = persons - int(number.sum())
    while gap != 0:
        free = np.flatnonzero(number < MOST_ABROAD if gap > 0 else number > 1)
        at = free[(np.arange(min(abs(gap), len(free))) * len(free)) // min(abs(gap), len(free))]
        number[at] += np.sign(gap)
        gap = persons - int(number.sum())
    return np.sort(number)


def send(country: Country, seed: int, homes: Columns, members: Columns, people: Pyramid) -> None:
    """Add the members abroad behind those at home of each household."""
    number = numbers(seed, homes, int(people.abroad.sum()))
    home, turn = blocks(number)
    who = (homes["serial"][home] << np.uint64(8)) | (ABROAD_NUMBER + turn).astype(np.uint64)
    partner, parent, elder = _relatives(homes, members)
    husband = (turn == 0) & (partner[home] > 0)
    luck = normals(seed, Draw.ABROAD_AGE, who)
    gap = 12.0 * (country.value("spouse_gap") + country.value("spouse_gap_spread") * luck)
    grown = parent[home] - np.clip(PARENT_GAP[0] + PARENT_GAP[1] * luck, LEAST_PARENT_GAP, 480.0)
    child = ~husband & (grown > YOUNGEST_ABROAD)
    sibling = np.maximum(_adult(members, len(number))[home] + 60.0 * luck, YOUNGEST_ABROAD)
    age = np.select([husband, child], [partner[home] + gap, grown], sibling)
    men = int(people.abroad[0].sum()) - int(husband.sum())
    order = np.argsort(np.where(husband, 2.0, uniforms(seed, Draw.ABROAD, who)), kind="stable")
    woman = np.ones(len(home), np.uint8)
    woman[order[: max(men, 0)]] = 0
    woman[husband] = 0
    birth = np.empty(len(home), np.int16)
    for sex in (0, 1):
        at = np.flatnonzero(woman == sex)
        birth[at] = ranked_births(age[at], people.abroad[sex])
    child &= (elder[home] == 0) & (parent[home] + 1 + birth > LEAST_PARENT_GAP)
    role = np.select([husband, child], [Role.SPOUSE, Role.CHILD], Role.OTHER).astype(np.uint8)
    added: Columns = {"home": home, "number": ABROAD_NUMBER + turn, "woman": woman, "birth": birth, "role": role}
    order = np.argsort(np.concatenate([members["home"], home]), kind="stable")
    members["abroad"] = np.concatenate([np.zeros(len(members["home"]), np.uint8), np.ones(len(home), np.uint8)])[order]
    for name, values in added.items():
        members[name] = np.concatenate([members[name], values.astype(members[name].dtype)])[order]


def _relatives(homes: Columns, members: Columns) -> tuple[npt.NDArray, npt.NDArray, npt.NDArray]:
    """Return by household the age of a woman alone with children, of the younger parent, and the number of elders.

    Parents are the older couple where two generations of adults live together, else the couple or the single head. An
    age is 0 where there is nobody.
    """
    rows, home, role = len(homes["serial"]), members["home"], members["role"]
    age = -1 - members["birth"].astype(np.int64)
    partner = np.zeros(rows, np.int64)
    children = np.bincount(home[role == Role.CHILD], minlength=rows)
    alone = (role == Role.ADULT) & (members["woman"] == 1) & (age < 12 * 50) & (children[home] > 0)
    partner[home[alone]] = age[alone]
    elders = np.bincount(home[role == Role.ELDER], minlength=rows)
    heads = (role == Role.SPOUSE) | (role == Role.ADULT)
    older = np.where(elders[home] > 0, role == Role.ELDER, heads)
    youngest = np.full(rows, 12 * 120, np.int64)
    np.minimum.at(youngest, home[older], age[older])
    parent = np.where(youngest < 12 * 120, youngest, 0)
    return partner, parent, elders


def _adult(members: Columns, rows: int) -> npt.NDArray:
    """Return the age in months of the youngest adult of each household."""
    age = -1 - members["birth"].astype(np.int64)
    out = np.full(rows, 12 * 120, np.int64)
    grown = years(members["birth"]) >= 18
    np.minimum.at(out, members["home"][grown], age[grown])
    return out
