"""Record: what the runs say about 2022 and 2023, beside the published figures.

A scenario is only as good as what it says about years that are known. Figures that are not built in and that the 90 %
interval misses are named, on the screen as well as in the report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from experiments import words
from experiments.language import Language, language
from experiments.marks import N_
from sim.outcomes.history import published
from sim.population.country import folder_of

if TYPE_CHECKING:
    from experiments.summary import Summary

GROUP, PREFIX = "history", "history_"
USED = {
    "input": N_("given to the model"), "solved": N_("met by construction"), "fitted": N_("fitted by the calibration"),
    "implied": N_("implied by fitted figures"),
    "not used": N_("not used"), "judged": N_("judged, not published"),
}  # fmt: skip
FREE, JUDGED = ("fitted", "implied", "not used"), "judged"


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
    means: str
    judged: str  # what was judged likely, the interval
    stated: str  # the published figure, marked where nobody published it


def lines(summary: Summary, say: Language | None = None) -> list[Line]:
    """Return the published figures of the country with median and 90 % interval of the draws; empty without any.

    A draw is the mean over its seeds. A published figure is met where its interval and that of the draws overlap, one
    that was only judged where the median of the draws lies in what was judged likely.
    """
    say = say or language("en")
    frame = summary.frame
    mine = frame[(frame["group"] == GROUP) & (frame["status"] != "failed")]
    out = []
    for figure in published(folder_of(str(summary.manifest["scenario"].get("country", "kyrgyzstan")))):
        values = mine[mine["outcome"] == PREFIX + figure.name].groupby("draw")["value"].mean()
        if not len(values):
            continue
        low, middle, high = (float(values.quantile(q)) for q in (0.05, 0.5, 0.95))
        inside = low <= figure.upper and high >= figure.lower
        if figure.used == JUDGED:
            inside = figure.lower <= middle <= figure.upper
        scale = words.scale_of([figure.value, middle, high], figure.unit, say)
        out.append(Line(
            say.text(figure.label), scale.unit, words.figure(figure.value, scale, say),
            words.figure(middle, scale, say), words.interval(low, high, scale, say),
            say.text(USED.get(figure.used, figure.used)), bool(inside), figure.source,
            say.text(figure.means) if figure.means else "", words.interval(figure.lower, figure.upper, scale, say),
            _stated(words.figure(figure.value, scale, say), figure.used, say),
        ))  # fmt: skip
    return out


def _stated(figure: str, used: str, say: Language) -> str:
    """Return a figure as it stands among published ones: what nobody published is marked as judged."""
    return say.text("{figure} (judged)", figure=figure) if used == JUDGED else figure


def sentence(found: list[Line], say: Language | None = None, *, brief: bool = False) -> str:
    """Return what a reader must know of the record before using the figures; empty without a record.

    In brief it does not name what is missed.
    """
    say = say or language("en")
    free = [line for line in found if line.used in {say.text(USED[used]) for used in FREE}]
    if not free:
        return ""
    missed = [line.label for line in free if not line.met]
    start = say.text(
        "Beside the record of 2022-23: {met} of {all} published figures that are not built in overlap the 90 % "
        "interval of the draws.", met=say.number(len(free) - len(missed)), all=say.number(len(free)))  # fmt: skip
    if brief:
        return start
    parts = [start, say.text("Missed: {names}.", names="; ".join(missed)) if missed else ""]
    parts += [outside(line, say) for line in found if line.used == say.text(USED[JUDGED]) and not line.met]
    return " ".join(part for part in parts if part)


def outside(line: Line, say: Language) -> str:
    """Return the sentence on a figure that lies outside what was judged likely, and what that means."""
    return (
        say.text(
            "Nothing is published on {name}; it was judged to be {published} {unit} ({judged}), the model has {model} "
            "{unit} ({interval}).",
            name=line.label[0].lower() + line.label[1:],
            published=line.published,
            judged=line.judged,
            model=line.model,
            interval=line.interval,
            unit=line.unit,
        )
        + f" {line.means}".rstrip()
    )
