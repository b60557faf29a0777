"""Figures: what a survey says of the country, with sampling errors, beside what the country's own numbers say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from experiments.intake import errors_of_sample as sampling
from experiments.intake.errors_of_sample import Design, Estimate
from experiments.intake.reweighting import Reweighted
from experiments.intake.survey import ADULT, Survey
from experiments.intake.variables import AT_WORK, DIFFICULTY, WASHINGTON
from experiments.marks import N_
from sim.engine.columns import Array
from sim.outcomes.people import WORKING_AGE
from sim.population import Population
from sim.population.country import CENSUS_YEAR, Country
from sim.population.pyramid import pyramid

OLD = 63
YEAR_END = 11  # December of the census year
LEAST_AGE = 5  # from which the questions on difficulties are asked
NAN = float("nan")
EDGE = 1e-6  # a ratio so near to the cap is at the cap


class Figure(NamedTuple):
    """One figure: a total, or a ratio of two totals over households."""

    key: str
    label: str
    above: Array
    below: Array | None  # none for a total
    percent: bool = False
    published: float = NAN  # in the unit of the figure, a share for percent


def figures(survey: Survey, country: Country) -> Iterator[Figure]:
    """Yield what can be said of a survey."""
    one, everybody = np.ones(len(survey.names)), np.ones(len(survey.home), bool)
    people = pyramid(country)
    table = people.permanent if np.any(~survey.at_home()) else people.present
    persons, age = survey.counted(everybody), survey.persons["age"]
    total = float(table.sum())
    size = country.value("household_size_surveys")
    yield Figure("households", N_("Households"), one, None, published=float(people.present.sum()) / size)
    yield Figure("persons", N_("Persons"), persons, None, published=total)
    yield Figure("size", N_("Members at home for each household"), survey.counted(survey.at_home()), one,
                 published=size)  # fmt: skip
    known = survey.counted(~np.isnan(survey.persons["sex"]))
    yield Figure("women", N_("Women, of all persons"), survey.counted(survey.word("sex", "woman")), known, True,
                 float(table[1].sum()) / total)  # fmt: skip
    aged = survey.counted(~np.isnan(age))
    yield Figure("children", N_("Children under 16, of all persons"), survey.counted(age < ADULT), aged, True,
                 float(table[:, :ADULT].sum()) / total)  # fmt: skip
    yield Figure("old", N_("Persons of 63 years and more, of all persons"), survey.counted(age >= OLD), aged, True,
                 float(table[:, OLD:].sum()) / total)  # fmt: skip
    if survey.has("place"):
        where = ~np.isnan(survey.households["place"])
        urban = country.value("population_census[urban]") / country.value("population_census")
        yield Figure("urban", N_("Persons in towns, of all persons"), persons * survey.word("place", "urban"),
                     persons * where, True, urban)  # fmt: skip
    yield from _of_work(survey, country, age)
    yield from _of_disability(survey, country, age, total)
    if survey.has("consumption"):
        spent = survey.households["consumption"]
        said = ~np.isnan(spent)
        yield Figure("consumption", N_("Consumption for each person at home, som a month"),
                     np.where(said, spent, 0.0), survey.counted(survey.at_home()) * said)  # fmt: skip


def _of_work(survey: Survey, country: Country, age: Array) -> Iterator[Figure]:
    if not survey.has("work"):
        return
    grown = (age >= WORKING_AGE) & survey.at_home() & ~np.isnan(survey.persons["work"])
    working = np.zeros(len(age), bool)
    for word in AT_WORK:
        working |= survey.word("work", word)
    seeking = survey.word("work", "seeking")
    yield Figure("employed", N_("In work, of persons of 15 years and more"), survey.counted(grown & working),
                 survey.counted(grown), True)  # fmt: skip
    yield Figure("unemployed", N_("Seeking work, of those who work or seek work"), survey.counted(grown & seeking),
                 survey.counted(grown & (working | seeking)), True,
                 country.share("unemployment", year=CENSUS_YEAR))  # fmt: skip
    if survey.has("pay"):
        pay = survey.persons["pay"]
        paid = survey.word("work", "employee") & (pay > 0.0)
        yield Figure("pay", N_("Mean pay of employees, som a month"),
                     np.bincount(survey.home[paid], pay[paid], len(survey.names)), survey.counted(paid))  # fmt: skip


def _of_disability(survey: Survey, country: Country, age: Array, total: float) -> Iterator[Figure]:
    if survey.has("certificate"):
        said = ~np.isnan(survey.persons["certificate"])
        yield Figure(
            "certificate", N_("Persons with a disability certificate, of all persons"),
            survey.counted(said & ~survey.word("certificate", "none")), survey.counted(said), True,
            country.value("disability_register", year=CENSUS_YEAR) / total,
        )  # fmt: skip
    asked = [name for name in WASHINGTON if survey.has(name)]
    if len(asked) == len(WASHINGTON):
        answers = np.stack([survey.persons[name] for name in asked])
        of = (age >= LEAST_AGE) & ~np.any(np.isnan(answers), axis=0)
        much = np.any(answers >= DIFFICULTY.index("much"), axis=0)
        yield Figure(
            "washington", N_("Much difficulty or more in one of six activities, of persons of 5 years and more"),
            survey.counted(of & much), survey.counted(of), True,
        )  # fmt: skip


def of_population(people: Population, survey: Survey) -> dict[str, float]:
    """Return the figures of a population at full scale that do not need a run, by the keys of :func:`figures`.

    Persons abroad count where the survey has them.
    """
    everyone, homes = people.everyone, people.households
    here = (everyone.enters.astype(np.int64) <= 0) & ((everyone.abroad == 0) | bool(np.any(~survey.at_home())))
    age, count = -everyone.birth[here].astype(np.int64) // 12, float(here.sum())
    certified = (everyone.group[here] > 0) & (everyone.certified_from[here].astype(np.int64) <= YEAR_END)
    return {
        "households": float(len(homes.size)), "persons": count, "size": float(homes.size.mean(dtype=np.float64)),
        "women": float(everyone.woman[here].sum()) / count, "children": float((age < ADULT).sum()) / count,
        "old": float((age >= OLD).sum()) / count,
        "urban": float((homes.urban[everyone.household[here]] == 1).sum()) / count,
        "certificate": float(certified.sum()) / count,
    }  # fmt: skip


def estimate(figure: Figure, design: Design, weight: Array) -> Estimate:
    """Return a figure with its standard error."""
    if figure.below is None:
        return sampling.total(design, weight, figure.above)
    return sampling.ratio(design, weight, figure.above, figure.below)


def estimates_reweighted(found: list[Figure], design: Design, done: Reweighted) -> list[Estimate]:
    """Return figures with new weights; what the margins explain is taken out of their errors.

    The variance is that of the total of residuals: what is left of a figure's linearised part of each household after
    its regression on the counts of the margins, over the households whose ratio is not at the cap (Deville and
    Särndal 1992).
    """
    counts = np.stack([target.counts for target in done.targets], axis=1)
    free = (done.ratio < done.cap * (1.0 - EDGE)) & (done.ratio > (1.0 + EDGE) / done.cap)
    root = np.sqrt(np.where(free, done.new, 0.0))
    out = []
    for figure in found:
        below = 1.0 if figure.below is None else float(done.new @ figure.below)
        if below == 0.0:
            out.append(Estimate(NAN, NAN))
            continue
        value = float(done.new @ figure.above) / below
        part = (figure.above - (0.0 if figure.below is None else value * figure.below)) / below
        explained = np.linalg.lstsq(root[:, None] * counts, root * part, rcond=None)[0]
        out.append(Estimate(value, sampling.total(design, done.new, part - counts @ explained).error))
    return out
