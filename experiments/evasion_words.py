"""Words on evasion: what the findings of a red team rest on, from the figure to the source, in plain words.

Each gap has an outcome that is counted, rules that say how employers come to it, and the parameters of these rules:
what each means, its value over the draws of the runs, how sure it is and where it comes from.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments import law_words
from experiments.evasion import INSTEAD, Findings, Gap
from experiments.language import Language, language
from experiments.marks import N_
from experiments.tables import plain
from sim import behaviour

if TYPE_CHECKING:
    from experiments.sections import Section
    from sim.behaviour import Prior


class Assumption(NamedTuple):
    """A parameter of behaviour in plain words."""

    parameter: str
    meaning: str


WISH = (
    Assumption("complying.constant", N_("Share of seats that are filled though an empty one costs nothing and nobody "
                                        "asks")),
    Assumption("complying.price", N_("How many times as many seats are filled for each one left empty, if an empty "
                                     "seat costs as much as a year of the cheapest worker")),
    Assumption("complying.duty", N_("How many times as many seats are filled for each one left empty, if the duty is "
                                    "announced and believed")),
)  # fmt: skip
ASSUMPTIONS = {
    "Staying smaller": (
        Assumption("sizing.attention", N_("What a step must save, as a share of all wages, before half of the "
                                          "employers near it think about it")),
        Assumption("sizing.bunching", N_("Of those who think about it and are near enough: the share that really stays "
                                         "smaller")),
        Assumption("sizing.exponent", N_("By how many percent output falls if staff is one percent smaller: the price "
                                         "of staying small")),
    ),
    "Hiding staff": (
        Assumption("sizing.hiding", N_("Of private employers who think about a step and do not stay smaller: the share "
                                       "that reports fewer staff")),
    ),
    "Relabelling": (
        Assumption("complying.certifiable", N_("Present staff with a disability that is not certified and could be")),
        Assumption("complying.relabelled_share", N_("Of the growth in counted workers: the share that worked there "
                                                    "already")),
        Assumption("complying.relabel_cost", N_("Cost of certifying a present worker, of the yearly cost of the "
                                                "cheapest "
                                                "worker")),
    ),
    "Paper jobs": (
        Assumption("complying.proforma_share", N_("Of the hires that count: the share on paper only, where nobody "
                                                  "checks "
                                                "work or pay")),
        Assumption("complying.proforma_verified", N_("Of these paper jobs: the share that remains where pay is "
                                                     "checked")),
        Assumption("inspecting.detected", N_("Chance that an inspection of the quota finds a paper job")),
    ),
    "Paying the levy": WISH,
    "Ignoring": (
        *WISH,
        Assumption("inspecting.probability", N_("Chance that an employer with a duty is inspected in a year")),
        Assumption("inspecting.checked", N_("Chance that such an inspection looks at the quota")),
        Assumption("inspecting.enforced", N_("Chance that a shortfall that is found is fined")),
        Assumption("inspecting.fine", N_("Fine for a shortfall, som")),
    ),
}  # fmt: skip
NUMBERS = ("inspecting.fine", "sizing.exponent")
ODDS = ("complying.price", "complying.duty")  # kept as logarithms of odds, said as how many times the odds
CHANCE = ("complying.constant",)  # kept as a logarithm of odds, said as a share


def assumptions(found: Findings, country: str, say: Language | None = None) -> Section:
    """Return what the findings rest on: for each gap its parameters with values, confidence and source."""
    say = say or language("en")
    known = _known(country)
    rows = []
    number = 0
    for gap in _told(found):
        for one in ASSUMPTIONS.get(gap.name, ()):
            prior = known[one.parameter]
            number += 1
            middle, span = _values(one.parameter, prior, found.sets, say)
            grade = law_words.confidence(prior.confidence, say)
            rows.append([f"{say.text(gap.name)}: {say.text(one.meaning)}", middle, span, grade, str(number)])
    header = ["", say.text("median of the draws"), say.text("90 % of draws"), say.text("confidence"),
              say.text("source")]  # fmt: skip
    return plain(say.text("What this rests on: how employers behave"), header, rows, key="assumptions")


def traces(found: Findings, country: str, say: Language | None = None) -> Iterator[str]:
    """Yield the way from each figure to its sources: outcome, rules, parameters, and where each number comes from."""
    say = say or language("en")
    known = _known(country)
    yield say.text("Confidence: A official figure, B press or study, C judgement. Where the numbers come from "
                   "(sources as they were written down; names in quotation marks are those of the files, rules such as "
                   "{rule} stand in {file}):", rule="E2", file="docs/model.md")  # fmt: skip
    number = 0
    for gap in _told(found):
        mine = ASSUMPTIONS.get(gap.name, ())
        rules = sorted({rule for one in mine for rule in known[one.parameter].rule.split(";")})
        if not mine:
            yield say.text("{gap}: figure '{outcome}', follows from sizes and the schedule of the "
                           "law.", gap=say.text(gap.name),
                           outcome=gap.outcome)  # fmt: skip
            continue
        yield say.text("{gap}: figure '{outcome}', rules {rules}.", gap=say.text(gap.name), outcome=gap.outcome,
                       rules=", ".join(rules))  # fmt: skip
        for one in mine:
            number += 1
            yield f"  {number}  {one.parameter}: {known[one.parameter].source}"


def _told(found: Findings) -> Sequence[Gap]:
    """Return the ways whose parameters are listed: those round the duty, and under a levy that of paying it."""
    return (*found.gaps, INSTEAD[0]) if found.levy_som > 0.0 else found.gaps


def _known(country: str) -> dict[str, Prior]:
    return {prior.name: prior for prior in behaviour.priors(country)}


def _values(name: str, prior: Prior, sets: Sequence[object], say: Language) -> tuple[str, str]:
    """Return the median and the range of a parameter over the draws; of its prior where there are no draws."""
    drawn = [float(one[name]) for one in sets]  # type: ignore[index]
    shares = (0.05, 0.5, 0.95)
    low, middle, high = np.quantile(drawn, shares) if drawn else map(prior.quantile, shares)
    if low == high:
        return _written(name, float(middle), say), say.text("one value")
    ends = {"low": _written(name, float(low), say), "high": _written(name, float(high), say)}
    return _written(name, float(middle), say), say.text("{low} to {high}", **ends)


def _written(name: str, value: float, say: Language) -> str:
    """Return a value with two digits that matter: a share in percent, odds as a multiple, others as a number."""
    if name in ODDS:
        return say.text("{number} times", number=say.shortest(math.exp(value), 2))
    if name in CHANCE:
        value = 1.0 / (1.0 + math.exp(-value))
    if name not in NUMBERS:
        return f"{say.shortest(100.0 * value, 2)} %"
    return say.number(value, -2) if abs(value) >= 1000.0 else say.shortest(value, 2)
