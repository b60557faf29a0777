"""Certified: persons with disabilities and the households they live in (model.md section 16.2, step 5; rule P0).

Totals by region and age band are exact. Within them a person is chosen with a chance that depends on age and sex and
on a trait of the household that makes a second case more likely; nobody abroad is chosen. The regional shares of 2012
are old and not used. Households count every member on the register, also those certified later than January 2022.
"""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt

from sim.errors import CountryError
from sim.months import HORIZON
from sim.population.belongings import lognormal
from sim.population.country import Country
from sim.population.draws import Draw, Floats, normals, uniforms
from sim.population.expected import KINDS
from sim.population.families import Columns
from sim.population.fitting import whole
from sim.population.people import CHILD_TO, MAN_WORKS_TO, WOMAN_WORKS_TO, who_of, years

Whole = npt.NDArray[np.integer]

CHILDREN, ADULTS, ELDERS, NOBODY = range(4)
ROLES = ("children", "adults", "elders")
LARGEST_FRAILTY = 8.0


def certify(country: Country, seed: int, homes: Columns, people: Columns) -> Columns:
    """Return one row for each certified person: row of the person and household, age, role, rank among these.

    Everybody has a number, a uniform draw over the person's weight; the lowest of a region and role are on the
    register. So the numbers are exact and members are otherwise independent given their household's trait.
    """
    regions, home = len(country.regions), people["home"]
    oblast, age = homes["oblast"][home].astype(np.int64), years(people["birth"])
    role = np.where(age <= CHILD_TO, CHILDREN, np.where(age > np.where(people["woman"], WOMAN_WORKS_TO, MAN_WORKS_TO),
                                                        ELDERS, ADULTS))  # fmt: skip
    role[people["abroad"] == 1] = NOBODY
    weight = _weights(country, role, age, people["woman"])
    total, children = int(country.register[0][-1]), int(country.value("disability_children"))
    counted = np.array([np.bincount(oblast[role == r], weight[role == r], regions) for r in range(len(ROLES))])
    grown = whole((total - children) * (counted[1:] / counted[1:].sum()).ravel(), total - children)
    numbers = np.vstack([whole(children * counted[0] / counted[0].sum(), children), grown.reshape(2, regions)])
    sd = np.sqrt(np.log(max(country.value("disability_clustering"), 1.0)))
    frailty = np.minimum(np.exp(sd * normals(seed, Draw.FRAILTY, homes["serial"])), LARGEST_FRAILTY)
    weight *= frailty[home]
    lowest = uniforms(seed, Draw.DISABILITY, who_of(homes, people)) / np.maximum(weight, 1e-12)
    people["proneness"], people["part"] = lowest.astype(np.float32), role.astype(np.int8)
    cell = np.where(role == NOBODY, -1, role * regions + oblast)
    chosen = []
    for number, name in zip(range(regions * len(ROLES)), np.repeat(ROLES, regions), strict=True):
        at, needed = np.flatnonzero((cell == number) & (weight > 0.0)), int(numbers.ravel()[number])
        if len(at) < needed:
            raise CountryError(
                f"disability_register: {needed} {name} are too many for {len(at)} in "
                f"{country.regions[number % regions]}; lower the register"
            )
        chosen.append(at[np.argpartition(lowest[at], needed)[:needed]] if needed < len(at) else at)
    row = np.sort(np.concatenate(chosen))
    row = row[np.lexsort((row, role[row]))]
    rank = np.arange(len(row)) - np.searchsorted(role[row] * len(home) + home[row], role[row] * len(home) + home[row])
    return {"person": row, "row": home[row].astype(np.int64), "role": role[row], "rank": rank,
            "woman": people["woman"][row], "age": age[row].astype(np.uint8)}  # fmt: skip


def _weights(country: Country, role: Whole, age: Whole, woman: npt.NDArray[np.uint8]) -> Floats:
    """Return the weight of everybody by role, sex and age, so that ages on the register follow ``disability_age``."""
    out = np.zeros(len(role))
    ratios = {ELDERS: country.value("disability_ratio[elders]")}
    for r, name in enumerate(ROLES):
        share = age_shares(country, name)
        for sex in (0, 1):
            at = np.flatnonzero((role == r) & (woman == sex))
            people = np.bincount(age[at], minlength=len(share)).astype(np.float64)
            known = share > 0.0
            level = np.divide(share, people, out=np.zeros_like(share), where=people > 0.0)
            level *= people[known].sum() / share[people > 0.0].sum()
            level[~known] = 1.0 if r == ADULTS else 0.0
            factor = 1.0 if sex or r == CHILDREN else country.value("disability_ratio[men]")
            out[at] = level[age[at]] * factor * ratios.get(r, 1.0)
    return out


def age_shares(country: Country, role: str) -> Floats:
    """Return the share of each year of age among persons of a role on the register, of whatever sex."""
    share = np.zeros(121)
    for category, value in country.margins.categories("disability_age").items():
        owner, _, span = category.partition("|")
        first, _, last = span.partition("-")
        if owner not in ROLES or not (first.isdigit() and last.isdigit()):
            raise CountryError(f"disability_age[{category}]: write it as role|first-last, such as adults|18-29")
        if owner == role:
            share[int(first) : int(last) + 1] = value / (int(last) + 1 - int(first))
    if not share.any():
        raise CountryError(f"disability_age: there is no band of {role}")
    return share


def add_condition(country: Country, seed: int, homes: Columns, members: Columns) -> None:
    """Add group, kind, benefit and the month of certification."""
    who, role = members["who"], members["role"]
    child = role == CHILDREN
    shares = np.array([country.value(f"group_share[{g}]") for g in (1, 2, 3)])
    group = np.searchsorted(np.cumsum(shares)[:2] / shares.sum(), uniforms(seed, Draw.GROUP, who)) + 1
    u = uniforms(seed, Draw.KIND, who)
    kind = np.zeros(len(who), np.int64)
    for name, at in (("children", child), ("adults", ~child)):
        parts = np.array([country.value(f"disability_kind[{name}|{k}]") for k in KINDS])
        kind[at] = np.searchsorted(np.cumsum(parts)[:-1] / parts.sum(), u[at])
    severe = ~child & (role == ADULTS) & (group == 1)
    early = country.value("disability_childhood_group_1") / max(int(severe.sum()), 1)
    childhood = child | (severe & (uniforms(seed, Draw.CHILDHOOD, who) < early))
    insured = country.value("disability_pensions") / max(int((~childhood).sum()), 1)
    pensioner = ~childhood & (uniforms(seed, Draw.BENEFIT_KIND, who) < insured)
    ratio = np.array([country.value(f"pension_ratio[group_{g}]") for g in (1, 2, 3)])
    mean_ratio = float((ratio * shares).sum() / shares.sum())
    pension = country.deflated("pension[disability]") / mean_ratio * ratio[group - 1]
    pension *= lognormal(seed, Draw.DISABILITY_PENSION, who, country.value("pension_spread"))
    benefit = np.array([country.deflated(f"social_benefit[group_{g}]") for g in (1, 2, 3)])[group - 1]
    benefit[childhood] = country.deflated("social_benefit[childhood]")
    members["benefit"] = np.where(pensioner, pension, benefit)
    members["group"], members["kind"] = group.astype(np.uint8), kind.astype(np.uint8)
    path, first = country.register
    order = np.empty(len(who), np.int64)
    order[np.argsort(uniforms(seed, Draw.CERTIFIED, who), kind="stable")] = np.arange(len(who))
    members["certified_from"] = first + np.searchsorted(path, order, side="right")
    members["employed_luck"] = uniforms(seed, Draw.EMPLOYED_LUCK, who)


def outlive(people: Columns, members: Columns) -> None:
    """Let everybody whose certificate is still to come live until the month after it."""
    row, later = members["person"], members["certified_from"] + 1
    people["leaves"][row] = np.maximum(people["leaves"][row], later).astype(people["leaves"].dtype)


def onsets(homes: Columns, people: Columns, members: Columns) -> Columns:
    """Return who is certified after the death of a person on the register, in the same region, with the same condition.

    They are the next most prone of the same part of the population, or of adults, in households that have a certified
    member, so these households stay a closed sample; who dies among them is followed in the same way.
    """
    oblast = homes["oblast"][people["home"]].astype(np.int64)
    regions = int(oblast.max()) + 1
    cell = np.where(people["part"] == NOBODY, -1, people["part"] * regions + oblast)
    open_ = (cell >= 0) & (homes["with_disability"][people["home"]] > 0) & (people["proneness"] < 1e9)
    open_[members["person"]] = False
    rows = np.flatnonzero(open_)
    rows = rows[np.lexsort((people["proneness"][rows], cell[rows]))]
    waiting = {int(number): rows[cell[rows] == number][::-1].tolist() for number in np.unique(cell[rows])}
    dead = np.flatnonzero(people["leaves"][members["person"]] < HORIZON)
    queue = [(int(people["leaves"][members["person"][k]]), int(cell[members["person"][k]]), int(k)) for k in dead]
    heapq.heapify(queue)
    found: list[tuple[int, int, int]] = []
    while queue:
        month, place, model = heapq.heappop(queue)
        free = waiting.get(place) or waiting.get(ADULTS * regions + place % regions, [])
        while free:
            row = free.pop()
            if people["leaves"][row] > month + 1:
                found.append((row, month, model))
                if people["leaves"][row] < HORIZON:
                    heapq.heappush(queue, (int(people["leaves"][row]), place, model))
                break
    chosen, since, like = (np.array(part, np.int64) for part in zip(*found, strict=True))
    columns = {name: members[name][like] for name in ("group", "kind", "benefit")}
    return columns | {"person": chosen, "certified_from": since}


def add_schooling(country: Country, seed: int, people: Columns, members: Columns) -> None:
    """Add whether a person of 18 years and more completed secondary school, in the shares of the register.

    It agrees with the person's education: higher education needs it, less than basic school excludes it. Persons with
    an intellectual disability have at most secondary education.
    """
    intellectual = members["kind"] == KINDS.index("intellectual")
    capped = members["person"][intellectual]
    for name in ("education", "reached"):
        people[name][capped] = np.minimum(people[name][capped], 1)
    education, grown = people["education"][members["person"]], members["age"] >= 18
    u = uniforms(seed, Draw.SECONDARY, members["who"])
    secondary = grown & (education == 2)
    for at, name in ((intellectual, "disability_secondary[intellectual]"), (~intellectual, "disability_secondary")):
        wanted = country.share(name) * int((grown & at).sum()) - int((secondary & at).sum())
        open_ = grown & at & (education == 1)
        secondary |= open_ & (u * max(int(open_.sum()), 1) < wanted)
    members["secondary"] = secondary.astype(np.uint8)


def add_operator(country: Country, seed: int, homes: Columns, members: Columns) -> None:
    """Add to households the members certified, the most severe group and the group of the potential operator."""
    row, group, woman, age = members["row"], members["group"].astype(np.int64), members["woman"], members["age"]
    homes["with_disability"] = np.bincount(row, minlength=len(homes["serial"])).astype(np.uint8)
    severest = np.full(len(homes["serial"]), 9, np.int64)
    np.minimum.at(severest, row, group)
    homes["disability_group"] = np.where(severest == 9, 0, severest).astype(np.uint8)
    homes["other_benefits"] = homes["other_benefits"] + np.bincount(
        row, weights=members["benefit"], minlength=len(homes["serial"])
    )
    women, men = homes["women"][row], homes["men"][row]
    luck = homes["operator_luck"][row]
    operator_woman = (women > 0) & ((men == 0) | (luck < country.share("operator_woman_share")))
    candidates = np.where(operator_woman, women, men).astype(np.int64)
    able = (members["role"] == ADULTS) & (age >= 18) & (woman == operator_woman) & (candidates > 0)
    at = np.flatnonzero(able)
    at = at[np.argsort(row[at], kind="stable")]
    first = np.searchsorted(row[at], row[at], side="left")
    turn = np.arange(len(at)) - first
    chosen = np.floor(uniform_of_home(seed, homes, row[at]) * candidates[at]).astype(np.int64)
    is_operator = at[turn == chosen]
    operator = np.zeros(len(homes["serial"]), np.uint8)
    operator[row[is_operator]] = group[is_operator]
    homes["operator_disability"] = operator


def uniform_of_home(seed: int, homes: Columns, row: npt.NDArray[np.int64]) -> Floats:
    """Return the household's uniform number that says which adult is the operator."""
    return uniforms(seed, Draw.OPERATOR, homes["serial"][row])
