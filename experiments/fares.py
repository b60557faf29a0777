"""Fares: who gains and who loses, in five classes of income, of everybody and by what a design did to a household.

Persons are counted, each design against a country without it. Means over draws stand here, because then the classes add
up to everybody; the classes themselves are those of :mod:`sim.outcomes.winners`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments import analysis, charts, words
from experiments.blocks import DIMENSIONS, GROUPS, Block, parted
from experiments.charts import Strip
from experiments.drawing import broad
from experiments.marks import N_

if TYPE_CHECKING:
    from experiments.telling import Telling

# From those who lose most to those who gain most; the persons without a share are counted apart.
CLASSES = {
    "persons_lose_much": N_("lose over 5 %"), "persons_lose": N_("lose 0.1 to 5 %"), "persons_same": N_("the same"),
    "persons_gain": N_("gain 0.1 to 5 %"), "persons_gain_much": N_("gain over 5 %"),
}  # fmt: skip
WITHOUT = "persons_no_share"
KIND = "household"
READING = N_(
    "Persons by the disposable income of their household over the horizon, against the same household without the "
    "design: percent of all persons of the row. Solid bars to the right gain, hatched bars to the left lose; who has "
    "the same, give or take 0.1 %, is not drawn. Means over the draws. Under grants most who lose applied "
    "in vain; how many do and what it costs them is mostly assumed."
)


class Count(NamedTuple):
    """The persons of a design, or of one of its groups, by class."""

    design: str
    group: str
    persons: Mapping[str, float]

    @property
    def all(self) -> float:
        """All of them, those without a share left out."""
        return sum(self.persons[name] for name in CLASSES)

    @property
    def shares(self) -> tuple[float, float, float, float, float]:
        """Percent of them in each class."""
        worst, worse, same, better, best = (100.0 * self.persons[name] / (self.all or 1.0) for name in CLASSES)
        return worst, worse, same, better, best


def counted(told: Telling, group: str) -> list[Count]:
    """Return the mean persons of each design by class in a group; nothing where a study does not count them."""
    frame, designs = told.summary.frame, told.summary.designs
    there = frame[(frame["group"] == group) & (frame["month"] == analysis.WHOLE)]
    if not set(CLASSES) <= set(there["outcome"]):
        return []
    draws = np.stack([analysis.cube(there, name, designs, group).of_draws for name in CLASSES])
    out = []
    for place, design in enumerate(designs):
        mine = draws[:, np.isfinite(draws[:, :, place]).all(axis=0), place]
        if mine.shape[1]:
            out.append(Count(design, group, dict(zip(CLASSES, map(float, mine.mean(axis=1)), strict=True))))
    return out


def everybody(told: Telling) -> Block | None:
    """Return the chart of all persons by class, a bar for each design."""
    found, text = counted(told, analysis.ALL), told.say.text
    if not found:
        return None
    message = " ".join(text(
        "{design}: {gain} persons gain and {lose} lose.", design=told.title(one.design),
        gain=_people(told, one.persons["persons_gain"] + one.persons["persons_gain_much"]),
        lose=_people(told, one.persons["persons_lose"] + one.persons["persons_lose_much"]))
        for one in found)  # fmt: skip
    strips = [Strip(told.title(one.design), one.shares) for one in found]
    return _block(told, "who-gains", text("Persons who gain and persons who lose"), message, [("", strips)], found)


def by_kind(told: Telling) -> Block | None:
    """Return the chart by what the design did to the household, a panel for each design."""
    kinds = analysis.dimensions(told.summary.frame).get(KIND, [])
    found = [one for kind in kinds for one in counted(told, f"{KIND}={kind}") if one.all > 0.0]
    if not found:
        return None
    text, panels = told.say.text, []
    for design in told.summary.designs:
        mine = [one for one in found if one.design == design]
        panels.append((told.title(design), [Strip(_named(told, one), one.shares) for one in mine]))
    first = [one for one in found if one.design == told.summary.designs[0]]
    message = " ".join(text(
        "{design}, {group}: {gain} gain, {lose} lose.", design=told.title(one.design), group=_group(told, one),
        gain=told.say.percent((one.shares[3] + one.shares[4]) / 100.0),
        lose=told.say.percent((one.shares[0] + one.shares[1]) / 100.0)) for one in first)  # fmt: skip
    return _block(told, "who-gains-by-household", text(DIMENSIONS[KIND]), message, panels, found)


def _block(
    told: Telling, name: str, title: str, message: str, panels: Sequence[tuple[str, Sequence[Strip]]],
    found: Sequence[Count],
) -> Block:  # fmt: skip
    text = told.say.text
    reading, keys = text(READING), [text(said) for key, said in CLASSES.items() if key != "persons_same"]
    svg = charts.shares(panels, name, keys, told.say)
    header = (text("Design"), text("Household"), *(text(said) for said in CLASSES.values()))
    rows = [
        [told.title(one.design), _group(told, one), *(_people(told, one.persons[key]) for key in CLASSES)]
        for one in found
    ]  # fmt: skip
    pages = [broad(charts.shares(part, f"{name}-{k}", keys, told.say))
             for k, part in enumerate(parted(panels), start=1)] if len(panels) > 1 else []  # fmt: skip
    return Block(name, title, message, reading, svg, header, rows, list(_data(told, found)), pages)


def _data(told: Telling, found: Sequence[Count]) -> Iterator[dict[str, object]]:
    for one in found:
        for key in CLASSES:
            yield {"design": told.title(one.design), "group": one.group, "outcome": key, "mean": one.persons[key],
                   "unit": "persons"}  # fmt: skip


def _group(told: Telling, one: Count) -> str:
    kind = one.group.partition("=")[2]
    return told.say.text(GROUPS.get(kind, kind)) if kind else told.say.text("all")


def _named(told: Telling, one: Count) -> str:
    return f"{_group(told, one)} ({_people(told, one.all)})"


def _people(told: Telling, count: float) -> str:
    """Return a number of persons as it is read: four digits that matter."""
    scale = words.scale_of([count], "persons", told.say)
    return words.figure(count, words.Scale(1.0, "", min(scale.decimals, 0)), told.say)
