"""Codebook of winners: persons by how their household fares, against no programme and the first design (Y15)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from sim.outcomes.compared import Compared
from sim.outcomes.families import exact_sum
from sim.outcomes.outcome import Outcome
from sim.outcomes.winners import Class, Kind, kinds
from sim.state.households import weights_of


class Fares(NamedTuple):
    """How a class of households fares, in words."""

    place: Class
    name: str
    label: str
    against_first: str  # the label where a design is held against the first one
    better: Literal["more", "less", ""]
    said: str


PERSONS = "Persons whose household has"
FARES = (
    Fares(Class.GAINS_MUCH, "gain_much", f"{PERSONS} over 5 % more income",
          f"{PERSONS} over 5 % more income than under the first design", "more",
          "more than 5 % more disposable income"),
    Fares(Class.GAINS, "gain", f"{PERSONS} 0.1 to 5 % more income",
          f"{PERSONS} 0.1 to 5 % more income than under the first design", "more",
          "more than 0.1 % and at most 5 % more disposable income"),
    Fares(Class.SAME, "same", f"{PERSONS} the same income", f"{PERSONS} the same income as under the first design", "",
          "the same disposable income, give or take 0.1 %,"),
    Fares(Class.LOSES, "lose", f"{PERSONS} 0.1 to 5 % less income",
          f"{PERSONS} 0.1 to 5 % less income than under the first design", "less",
          "more than 0.1 % and at most 5 % less disposable income"),
    Fares(Class.LOSES_MUCH, "lose_much", f"{PERSONS} over 5 % less income",
          f"{PERSONS} over 5 % less income than under the first design", "less",
          "more than 5 % less disposable income"),
    Fares(Class.NO_SHARE, "no_share", "Persons whose household had no income to compare with",
          "Persons whose household had no income to compare with under the first design", "",
          "no disposable income above zero to compare with, so that there is no percentage,"),
)  # fmt: skip
SPAN = "over the horizon, what its business would fetch at the end included, compared with the same household"


def against_nothing(fares: Fares) -> Outcome:
    """Return the outcome that counts persons who fare so against the country without the design."""
    return Outcome(
        f"persons_{fares.name}", fares.label, "persons",
        f"Persons, as counted at the start, whose household has {fares.said} {SPAN} without the design", "Y15",
        fares.better, value=lambda c: c.winners.of(fares.place), by_group=lambda c: c.winners.groups(fares.place),
        by=("household", "decile"), never_negative=True,
    )  # fmt: skip


def against_first(fares: Fares) -> Outcome:
    """Return the outcome that counts persons who fare so against the first design; none where there is no first."""

    def value(c: Compared) -> float | None:
        return None if c.against_first is None else c.against_first.of(fares.place)

    def by_group(c: Compared) -> Iterator[tuple[str, float]]:
        if c.against_first is not None:
            yield from c.against_first.groups(fares.place)

    return Outcome(
        f"first_{fares.name}", fares.against_first, "persons",
        f"Persons, as counted at the start, whose household has {fares.said} {SPAN} under the first design", "Y15",
        fares.better, value=value, by_group=by_group, by=("household", "decile"), never_negative=True,
    )  # fmt: skip


def gained(c: Compared) -> float:
    """Return what all households have more to the last month followed, their businesses included."""
    return exact_sum(c.gained, weights_of(c.lives.before.households))


def gained_by(c: Compared) -> Iterator[tuple[str, float]]:
    """Yield what households have more, by what the design did to them and by their groups at the start."""
    weight, kind = weights_of(c.lives.before.households), kinds(c.final, c.base)
    for each in Kind:
        rows = kind == int(each)
        yield f"household={each.name.lower()}", exact_sum(c.gained[rows], weight[rows])
    for name, rows in c.known.groups(c.lives.before):
        yield name, exact_sum(c.gained[np.asarray(rows)], weight[rows])


WINNERS = (
    *map(against_nothing, FARES),
    *map(against_first, FARES),
    Outcome(
        "household_gains", "What households have more, by who they are", "som",
        "Disposable income of all households from the start to the last month followed, and what their businesses "
        "would fetch at the end less loans, som of 2023 and not discounted, more than without the design. By what the "
        "design did to the household: families paid a grant, applicants without one, persons hired, those that bear "
        "levies, everybody else", "Y15;Y17", "more",
        value=gained, by_group=gained_by, by=("household", "oblast", "place", "disability", "decile", "operator")),
)  # fmt: skip
