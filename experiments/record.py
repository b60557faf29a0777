"""Record: what the runs say about 2022 and 2023, beside the published figures.

A scenario is only as good as what it says about years that are known. Figures that are not built in and that the 90 %
interval misses are named, on the screen as well as in the report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from experiments import words
from experiments.language import Language, language
from experiments.messages import N_

if TYPE_CHECKING:
    from experiments.summary import Summary

GROUP, PREFIX = "history", "history_"
USED = {
    "input": N_("given to the model"), "solved": N_("met by construction"), "fitted": N_("fitted by the calibration"),
    "not used": N_("not used"),
}  # fmt: skip
FREE = ("fitted", "not used")


class Line(NamedTuple):
    """One published figure and what the runs say."""

    label: str
    unit: str
    published: str
    model: str
    interval: str
    used: str
    met: bool
    source: str


def lines(summary: Summary, say: Language | None = None) -> list[Line]:
    """Return the published figures of the country with median and 90 % interval of the runs; empty without any."""
    from sim.outcomes.history import published
    from sim.population.country import folder_of

    say = say or language("en")
    frame = summary.frame
    mine = frame[(frame["group"] == GROUP) & (frame["status"] != "failed")]
    out = []
    for figure in published(folder_of(str(summary.manifest["scenario"].get("country", "kyrgyzstan")))):
        values = mine.loc[mine["outcome"] == PREFIX + figure.name, "value"]
        if not len(values):
            continue
        low, middle, high = (float(values.quantile(q)) for q in (0.05, 0.5, 0.95))
        scale = words.scale_of([figure.value, middle, high], figure.unit, say)
        out.append(Line(
            say.text(figure.label), scale.unit, words.figure(figure.value, scale, say),
            words.figure(middle, scale, say), words.interval(low, high, scale, say),
            say.text(USED.get(figure.used, figure.used)), low <= figure.upper and high >= figure.lower, figure.source,
        ))  # fmt: skip
    return out


def sentence(found: list[Line], say: Language | None = None) -> str:
    """Return what a reader must know of the record before using the figures; empty without a record."""
    say = say or language("en")
    free = [line for line in found if line.used in {say.text(USED[used]) for used in FREE}]
    if not free:
        return ""
    missed = [line.label for line in free if not line.met]
    start = say.text(
        "Beside the record of 2022-23: {met} of {all} published figures that are not built in lie within the 90 % "
        "interval.", met=say.number(len(free) - len(missed)), all=say.number(len(free)))  # fmt: skip
    return start + (" " + say.text("Missed: {names}.", names="; ".join(missed)) if missed else "")
