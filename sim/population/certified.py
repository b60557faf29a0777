"""Certified: persons with disabilities and the households they live in (model.md section 16.2, step 5; rule P0).

Totals by region and age band are exact. Within them a member is chosen with a chance that depends on age and sex and
on a trait of the household that makes a second case more likely. The regional shares of 2012 are old and not used.
Households count every member on the register, also those certified later than January 2022.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.errors import CountryError
from sim.population.belongings import lognormal
from sim.population.country import Country
from sim.population.draws import Draw, Floats, normals, uniforms
from sim.population.expected import KINDS
from sim.population.families import Columns
from sim.population.fitting import whole

CHILDREN, ADULTS, ELDERS = range(3)
ROLES = ("children", "adults", "elders")
WOMAN_WORKS_TO, MAN_WORKS_TO = 57, 62
LARGEST_FRAILTY = 8.0
CANDIDATES = 4.0  # so many times the number needed are looked at


def certify(country: Country, seed: int, homes: Columns) -> Columns:
    """Return one row for each certified member: household row, role, and rank within household and role.

    Every member has a number, the member's uniform draw over the household's weight; the lowest of a region and role
    are on the register. So the numbers are exact and members are otherwise independent given their household's trait.
    """
    regions, oblast = len(country.regions), homes["oblast"].astype(np.int64)
    total, children = int(country.register[0][-1]), int(country.value("disability_children"))
    elder_weight, man_weight = country.value("disability_ratio[elders]"), country.value("disability_ratio[men]")
    teenagers = homes["adults"] - homes["women"] - homes["men"]
    weights = [homes["children"].astype(np.float64), homes["women"] + man_weight * homes["men"] + teenagers,
               elder_weight * homes["elders"]]  # fmt: skip
    people = np.array([np.bincount(oblast, weights=w, minlength=regions) for w in weights])
    grown = whole((total - children) * (people[1:] / people[1:].sum()).ravel(), total - children).reshape(2, regions)
    numbers = np.vstack([whole(children * people[0] / people[0].sum(), children), grown])
    sd = np.sqrt(np.log(max(country.value("disability_clustering"), 1.0)))
    frailty = np.minimum(np.exp(sd * normals(seed, Draw.FRAILTY, homes["serial"])), LARGEST_FRAILTY)
    rows, roles = [], []
    for role, name in enumerate(ROLES):
        row, lowest = _candidates(seed, homes, role, weights[role] * frailty, int(numbers[role].sum()))
        order = np.lexsort((lowest, oblast[row]))
        place = np.arange(len(order)) - np.searchsorted(oblast[row[order]], oblast[row[order]])
        row = row[order[place < numbers[role][oblast[row[order]]]]]
        if len(row) < numbers[role].sum():
            raise CountryError(
                f"disability_register: {numbers[role].sum()} {name} are too many for their households; "
                "lower the register or disability_clustering"
            )
        rows.append(np.sort(row))
        roles.append(np.full(len(row), role))
    ranks = [np.arange(len(row)) - np.searchsorted(row, row) for row in rows]
    return {"row": np.concatenate(rows), "role": np.concatenate(roles), "rank": np.concatenate(ranks)}


def _candidates(
    seed: int, homes: Columns, role: int, weight: Floats, number: int
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return household row and number of the members of a role that may be among the lowest."""
    members = homes[ROLES[role]]
    bound = CANDIDATES * number / max(float(weight.sum()), 1e-9)
    rows, numbers = [np.zeros(0, np.int64)], [np.zeros(0)]
    for slot in range(int(members.max())):
        row = np.flatnonzero(members > slot)
        who = (homes["serial"][row] << np.uint64(8)) | np.uint64((role << 6) + slot)
        lowest = uniforms(seed, Draw.DISABILITY, who) * members[row] / weight[row]
        near = lowest < bound
        rows.append(row[near])
        numbers.append(lowest[near])
    return np.concatenate(rows), np.concatenate(numbers)


def add_sex_and_age(country: Country, seed: int, homes: Columns, members: Columns) -> None:
    """Add sex and age, which agree with the women, men and teenagers of the household."""
    row, role, rank, who = members["row"], members["role"], members["rank"], members["who"]
    u = uniforms(seed, Draw.MEMBER, who)
    man_weight = country.value("disability_ratio[men]")
    woman = u * (1.0 + man_weight) < 1.0
    teenager = np.zeros(len(row), bool)
    women, men = homes["women"].astype(np.int64), homes["men"].astype(np.int64)
    young = homes["adults"] - women - men
    for turn in range(int(rank.max()) + 1):
        at = np.flatnonzero((role == ADULTS) & (rank == turn))
        home = row[at]
        bound = u[at] * (women[home] + man_weight * men[home] + young[home])
        is_woman = bound < women[home]
        is_man = ~is_woman & ((bound < women[home] + man_weight * men[home]) | (young[home] == 0)) & (men[home] > 0)
        is_woman |= ~is_man & (young[home] == 0)
        women[home] -= is_woman
        men[home] -= is_man
        young[home] -= ~is_woman & ~is_man
        teenager[at] = ~is_woman & ~is_man
        woman[at] = np.where(teenager[at], woman[at], is_woman)
    age = np.zeros(len(row))
    u = uniforms(seed, Draw.AGE, who)
    for r, name in enumerate(ROLES):
        for sex in (0, 1):
            low = np.array([0, 18, (WOMAN_WORKS_TO if sex else MAN_WORKS_TO) + 1])[r]
            high = np.array([15, WOMAN_WORKS_TO if sex else MAN_WORKS_TO, 120])[r]
            at = np.flatnonzero((role == r) & (woman == sex))
            age[at] = ages(country, name, int(low), int(high), u[at])
    age[teenager] = np.floor(16.0 + 2.0 * u[teenager])
    members["woman"], members["age"] = woman.astype(np.uint8), age.astype(np.uint8)


def ages(country: Country, role: str, low: int, high: int, u: Floats) -> Floats:
    """Return ages from the country's bands of a role, cut to ``low`` and ``high``."""
    bands = []
    for category, share in country.margins.categories("disability_age").items():
        owner, _, span = category.partition("|")
        first, _, last = span.partition("-")
        if owner not in ROLES or not (first.isdigit() and last.isdigit()):
            raise CountryError(f"disability_age[{category}]: write it as role|first-last, such as adults|18-29")
        if owner == role and int(last) >= low and int(first) <= high:
            bands.append((max(int(first), low), min(int(last), high) + 1, share))
    if not bands:
        raise CountryError(f"disability_age: no band of {role} lies between {low} and {high} years")
    first, last, share = np.array(bands, np.float64).T
    upper = np.cumsum(share) / share.sum()
    band = np.minimum(np.searchsorted(upper, u), len(bands) - 1)
    within = (u - (upper - share / share.sum())[band]) / (share / share.sum())[band]
    return np.asarray(np.floor(first[band] + np.clip(within, 0.0, 0.999999) * (last - first)[band]), np.float64)


def add_condition(country: Country, seed: int, homes: Columns, members: Columns) -> None:
    """Add group, kind, education, benefit and the month of certification."""
    who, role, age = members["who"], members["role"], members["age"]
    child = role == CHILDREN
    shares = np.array([country.value(f"group_share[{g}]") for g in (1, 2, 3)])
    group = np.searchsorted(np.cumsum(shares)[:2] / shares.sum(), uniforms(seed, Draw.GROUP, who)) + 1
    u = uniforms(seed, Draw.KIND, who)
    kind = np.zeros(len(who), np.int64)
    for name, at in (("children", child), ("adults", ~child)):
        parts = np.array([country.value(f"disability_kind[{name}|{k}]") for k in KINDS])
        kind[at] = np.searchsorted(np.cumsum(parts)[:-1] / parts.sum(), u[at])
    school = np.where(kind == KINDS.index("intellectual"), country.share("disability_secondary[intellectual]"),
                      country.share("disability_secondary"))  # fmt: skip
    members["secondary"] = ((age >= 18) & (uniforms(seed, Draw.SECONDARY, who) < school)).astype(np.uint8)
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
