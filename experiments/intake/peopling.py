"""Peopling: a country's population of the households of a survey, each as often as its weight says.

The engine needs far more of a household than a survey asks. So each household of the survey is given the synthetic
households that are most like it in what the survey knows (a hot deck of nearest neighbours): in the same region, town
or village, of the same size, with as many children and the same kind of certificate as far as such households are
there, and among these nearest in the ages, sexes and schooling of its members. What the survey does not know comes with
them. Where a household stands in consumption is the survey's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from experiments.intake.figures import OLD, YEAR_END
from experiments.intake.survey import ADULT, Survey
from experiments.intake.variables import CERTIFICATES
from experiments.marks import N_
from sim.engine.columns import Array
from sim.errors import InputError
from sim.population import Population
from sim.population.position import remaining_permanent
from sim.population.surveyed import Surveyed

DONORS = 20  # nearest synthetic households that take turns, at most
NEAREST = 20  # of so many of a kind one is near: more of a small kind would draw everybody to its middle
LEAST = 5  # synthetic households that must be of a kind, or a coarser kind is taken
SEATS = 8  # eldest members whose ages, sexes and schooling are compared
DECADE = 10.0  # years of age that count as much as another sex
LEVEL = 2.0  # decades of age that a level of schooling counts
UNKNOWN_AGE = 35.0
MOST = {"size": 9.0, "children": 6.0, "old": 3.0, "abroad": 4.0}
AGES_IN = np.int64(12)
EVERYTHING = (  # what a survey may not know, and what takes its place
    ("place", N_("town or village"), N_("as in the synthetic country")),
    ("region", N_("region"), N_("as in the synthetic country")),
    ("education", N_("education"), N_("from like households")),
    ("certificate", N_("disability certificate"), N_("from like households")),
    ("consumption", N_("position in consumption"), N_("from like households")),
)
ALWAYS = (
    N_("land and animals"), N_("experience and ability"), N_("money from abroad"), N_("births and deaths to come"),
    N_("work and pay: drawn at the start of a run, to the country's figures of work"), N_("district"),
)  # fmt: skip


class Imputed(NamedTuple):
    """Something that comes from the synthetic country, and for how many households of the survey, all or some."""

    what: str
    how: str
    households: int
    of: int


class Peopled(NamedTuple):
    """The households of a survey in the form of a country, and what was not known of them."""

    made: Surveyed
    imputed: tuple[Imputed, ...]
    coarser: int  # households for which no synthetic ones of the same kind are there


class _Kind(NamedTuple):
    """Households by what must be the same, and by what should be near."""

    keys: dict[str, Array]
    near: Array


class Likeness(NamedTuple):
    """The synthetic households that are most like each household of a survey."""

    near: Sequence[Array]
    coarser: int


def peopled(
    survey: Survey, weight: Array, base: Population, seed: int = 1, alike: Likeness | None = None
) -> Peopled:  # fmt: skip
    """Return the households of a survey as often as their whole weights say; ``base`` is the country at full scale."""
    near, rough = alike or likeness(survey, base)
    draw = np.random.default_rng([seed, 28])
    owner = np.repeat(np.arange(len(weight)), weight.astype(np.int64))
    standing = _standing(survey, weight)[owner]
    donor = _taken(base, near, owner, standing, draw)
    permanent, shock = _scores(base, donor, standing, draw)
    return Peopled(Surveyed(donor, permanent, shock, base.digest), _imputed(survey), rough)


def likeness(survey: Survey, base: Population) -> Likeness:
    """Return the synthetic households that are most like those of a survey; weights do not matter for it."""
    if base.scale != 1:
        raise InputError(f"the synthetic country has scale {base.scale}; it must be whole, scale 1")
    asked = [name for name in ("region", "place") if survey.has(name)]
    theirs, ours = _of_survey(survey), _of_country(base, survey)
    names = [*asked, "size", "children", "old", *(["certificate"] if survey.has("certificate") else []),
             *(["abroad"] if np.any(~survey.at_home()) else [])]  # fmt: skip
    return Likeness(*_nearest(theirs, ours, names))


def _taken(base: Population, near: Sequence[Array], owner: Array, standing: Array, draw: np.random.Generator) -> Array:
    """Return the synthetic household of each: of the nearest, rather one that is as well off by what is known of it."""
    from scipy.special import ndtr

    r, score = base.covariate_correlation, base.households.covariate_score
    flat = np.concatenate([one[np.argsort(score[one], kind="stable")] for one in near])
    choices = np.array([len(one) for one in near])
    first = (np.cumsum(choices) - choices)[owner]
    luck = draw.standard_normal(len(owner))
    place = ndtr(np.where(np.isnan(standing), luck, r * standing + np.sqrt(1.0 - r * r) * luck))
    return np.asarray(flat[first + np.minimum(place * choices[owner], choices[owner] - 1).astype(np.int64)])


def _seats(age: Array, woman: Array, education: Array, home: Array, count: int) -> Array:
    """Return ages, sexes and schooling of the eldest members of each household, eldest first, none for no member."""
    order = np.lexsort((-age, home))
    seat = np.arange(len(order)) - np.searchsorted(home[order], home[order])
    kept = order[seat < SEATS]
    out = np.zeros((count, SEATS, 3), np.float32)
    out[home[kept], seat[seat < SEATS]] = np.stack([age[kept] / DECADE, woman[kept], LEVEL * education[kept]], axis=1)
    return out.reshape(count, SEATS * 3)


def _known(values: Array, instead: float) -> Array:
    return np.where(np.isnan(values), instead, values)


def _of_survey(survey: Survey) -> _Kind:
    at_home, count = survey.at_home(), len(survey.names)
    age = _known(survey.persons["age"], UNKNOWN_AGE)
    woman = _known(survey.persons["sex"], 0.5)
    education = _known(survey.persons["education"], 1.0) if survey.has("education") else np.zeros(len(age))
    keys = {
        "size": survey.counted(at_home), "children": survey.counted(at_home & (age < ADULT)),
        "old": survey.counted(at_home & (age >= OLD)), "abroad": survey.counted(~at_home),
    }  # fmt: skip
    certified = np.zeros(count)
    keys |= {name: survey.households[name] for name in ("region", "place") if survey.has(name)}
    if survey.has("certificate"):
        words = _known(survey.persons["certificate"], 0.0)
        keys["certificate"] = _severest(words, survey.home, count)
        certified = survey.counted(words > 0)
    home = np.flatnonzero(at_home)
    near = _seats(age[home], woman[home], education[home], survey.home[home], count)
    return _Kind(keys, np.column_stack([near, keys["abroad"], certified]))


def _severest(group: Array, home: Array, count: int) -> Array:
    """Return the severest certificate of each household: 0 none, 3 group I, 1 group III."""
    out = np.zeros(count)
    np.maximum.at(out, home, np.where(group > 0, len(CERTIFICATES) - group, 0.0))
    return out


def _of_country(base: Population, survey: Survey) -> _Kind:
    homes, everyone = base.households, base.everyone
    count = len(homes.identifier)
    present = np.flatnonzero((everyone.abroad == 0) & (everyone.enters.astype(np.int64) <= 0))
    home = everyone.household[present].astype(np.int64)
    age = (-everyone.birth[present].astype(np.int64) // AGES_IN).astype(np.float64)
    schooled = everyone.education[present].astype(np.float64) * float(survey.has("education"))
    near = _seats(age, everyone.woman[present].astype(np.float64), schooled, home, count)
    there = everyone.certified_from[present].astype(np.int64) <= YEAR_END  # later certificates are not known yet
    group = np.where(there, everyone.group[present], 0).astype(np.float64)
    keys = {
        "region": homes.oblast.astype(np.float64), "place": homes.urban.astype(np.float64),
        "old": np.bincount(home[age >= OLD], minlength=count).astype(np.float64),
        "size": homes.size.astype(np.float64), "children": homes.children.astype(np.float64),
        "certificate": _severest(group, home, count),
        "abroad": homes.members.astype(np.float64) - homes.size,
    }  # fmt: skip
    certified = np.bincount(home[group > 0], minlength=count) * float(survey.has("certificate"))
    return _Kind(keys, np.column_stack([near, keys["abroad"], certified]))


def _nearest(theirs: _Kind, ours: _Kind, names: Sequence[str]) -> tuple[list[Array], int]:
    """Return the nearest synthetic households of each household, and for how many a coarser kind was taken."""
    count = len(theirs.near)
    found: list[Array] = [np.zeros(0, np.int64)] * count
    left, rough = np.arange(count), 0
    for level in range(len(names)):
        kept = names[: len(names) - level]
        mine, donors = _codes(theirs, ours, kept)
        order = np.argsort(donors, kind="stable")
        for kind in np.unique(mine[left]):
            first, last = np.searchsorted(donors[order], (kind, kind + 1))
            if last - first < LEAST:
                continue
            rows, pool = left[mine[left] == kind], order[first:last]
            for row, near in zip(rows, _closest(theirs.near[rows], ours.near[pool]), strict=True):
                found[row] = pool[near]
            rough += len(rows) * (level > 0)
        left = np.array([row for row in left if not len(found[row])], np.int64)
        if not len(left):
            break
    for row, near in zip(left, _closest(theirs.near[left], ours.near) if len(left) else (), strict=True):
        found[row] = near
    return found, rough + len(left)


def _codes(theirs: _Kind, ours: _Kind, names: Sequence[str]) -> tuple[Array, Array]:
    """Return one number for what households have in common in the named keys; one that is unknown is of no kind."""
    mine, donors = np.zeros(len(theirs.near), np.int64), np.zeros(len(ours.near), np.int64)
    unknown = np.zeros(len(mine), bool)
    for name in names:
        most = MOST.get(name, 999.0)
        unknown |= np.isnan(theirs.keys[name])
        mine = mine * 1000 + np.minimum(_known(theirs.keys[name], 0.0), most).astype(np.int64)
        donors = donors * 1000 + np.minimum(ours.keys[name], most).astype(np.int64)
    return np.where(unknown, -1, mine), donors


def _closest(wanted: Array, pool: Array) -> Array:
    """Return the nearest rows of a pool for each wanted row: one in :data:`NEAREST`, at most :data:`DONORS`."""
    from scipy.spatial import cKDTree

    count = min(DONORS, max(len(pool) // NEAREST, 1))
    _, near = cKDTree(pool).query(wanted, k=list(range(1, count + 1)))
    return np.asarray(near, np.int64)


def _standing(survey: Survey, weight: Array) -> Array:
    """Return the normal score of each household in consumption per person within its region; none where unknown."""
    from scipy.special import ndtri

    out = np.full(len(survey.names), np.nan)
    if not survey.has("consumption"):
        return out
    each = survey.households["consumption"] / np.maximum(survey.counted(survey.at_home()), 1.0)
    region = survey.households["region"] if survey.has("region") else np.zeros(len(each))
    for one in np.unique(region[~np.isnan(region)]):
        rows = np.flatnonzero((region == one) & ~np.isnan(each))
        order = rows[np.argsort(each[rows], kind="stable")]
        ends = np.cumsum(weight[order].astype(np.float64))
        if len(order) and ends[-1] > 0.0:
            share = (ends - 0.5 * weight[order]) / ends[-1]
            out[order] = ndtri(np.clip(share, 1e-6, 1.0 - 1e-6))
    return out


def _scores(base: Population, donor: Array, standing: Array, draw: np.random.Generator) -> tuple[Array, Array]:
    """Return permanent score and shock of each household, given where it stands and what is known of it.

    Consumption is r times the covariate score, s times the permanent score and t times the shock; the permanent score
    is drawn from what the rest leaves for it.
    """
    r = base.covariate_correlation
    permanent = (1.0 - r * r) * remaining_permanent(base.country, r)
    t2 = 1.0 - r * r - permanent
    s, t = np.sqrt(permanent), np.sqrt(t2)
    known = ~np.isnan(standing)
    rest = np.where(known, standing, 0.0) - r * base.households.covariate_score[donor]
    drawn = s * rest / (permanent + t2) + np.sqrt(t2 / (permanent + t2)) * draw.standard_normal(len(donor))
    shock = (rest - s * drawn) / t
    return (
        np.where(known, drawn, base.households.permanent_score[donor]),
        np.where(known, shock, base.households.shock_score[donor]),
    )


def _imputed(survey: Survey) -> tuple[Imputed, ...]:
    """Return what comes from the synthetic country, by variable."""
    count, found = len(survey.names), []
    for name, what, how in EVERYTHING:
        if not survey.has(name):
            found.append(Imputed(what, how, count, count))
            continue
        values = survey.persons[name] if name in survey.persons else survey.households[name]
        empty = np.isnan(values)
        lacking = len(np.unique(survey.home[empty])) if name in survey.persons else int(empty.sum())
        if lacking:
            found.append(Imputed(what, how, lacking, count))
    if np.any(np.isnan(survey.persons["age"])):
        lacking = len(np.unique(survey.home[np.isnan(survey.persons["age"])]))
        found.append(Imputed(N_("age"), N_("35 years in looking for like households"), lacking, count))
    return (*found, *(Imputed(what, N_("from like households"), count, count) for what in ALWAYS))
