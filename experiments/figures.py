"""Figures for papers: matplotlib figures of a finished study, as wide as a column of text; save them in any format.

from experiments import figures, summary
figures.differences(summary.read(folder), "net_jobs").savefig("net-jobs.pdf")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments import analysis, plots
from experiments.language import language
from experiments.telling import Telling

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.summary import Summary

COLUMN = 3.4  # inches
STYLE: dict[Any, Any] = {**plots.STYLE, "font.size": 8, "axes.titlesize": 8, "axes.titleweight": "normal"}


def differences(summary: Summary, outcome: str, code: str = "en") -> Figure:
    """Return the paired differences of an outcome to the first arm: median and 90 % band; open where not told apart."""
    told = Telling(summary, language(code))
    rows = summary.differences[summary.differences["outcome"] == outcome]
    scale = told.apart(outcome)
    figure, axis = _figure(0.32 * len(rows) + 0.9)
    for place, (_, row) in enumerate(rows.iloc[::-1].iterrows()):
        ends = [row["low"] / scale.divisor, row["high"] / scale.divisor]
        axis.plot(ends, [place, place], color=plots.BLUE, linewidth=2, solid_capstyle="butt")
        face = plots.BLUE if row["verdict"] in ("more", "fewer") else "white"
        axis.plot([row["median"] / scale.divisor], [place], "o", color=plots.BLUE, markerfacecolor=face, markersize=5)
    axis.axvline(0.0, color=plots.INK, linewidth=0.8)
    axis.set_yticks(range(len(rows)), [told.title(str(name)) for name in rows["design"].iloc[::-1]])
    axis.set_ylim(-0.6, len(rows) - 0.4)
    below = told.say.text("difference to '{first}'", first=told.title(summary.designs[0]))
    axis.set_xlabel(f"{told.label(outcome)} ({scale.unit}), {below}")
    return figure


def over_time(summary: Summary, outcome: str = "net_jobs", code: str = "en") -> Figure:
    """Return an outcome month by month: median of each arm, with the 90 % interval of the first and the last."""
    told = Telling(summary, language(code))
    rows = analysis.by_month(summary.frame, outcome)
    scale = told.scale(outcome, [*rows["low"], *rows["high"]])
    figure, axis = _figure(2.4)
    styles = ("-", "--", ":", "-.")
    for number, design in enumerate(summary.designs):
        mine = rows[rows["design"] == design]
        years = 2022 + mine["month"] / 12.0
        line = axis.plot(
            years, mine["median"] / scale.divisor, styles[number % 4], label=told.title(design), linewidth=1.4
        )
        if number in (0, len(summary.designs) - 1):
            band = (mine["low"] / scale.divisor, mine["high"] / scale.divisor)
            axis.fill_between(years, *band, color=line[0].get_color(), alpha=0.15, linewidth=0)
    axis.axhline(0.0, color=plots.INK, linewidth=0.6)
    axis.set_ylabel(f"{told.label(outcome)} ({scale.unit})")
    axis.legend(frameon=False, fontsize=7)
    return figure


def _figure(height: float) -> tuple[Figure, Axes]:
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(COLUMN, height), layout="constrained", dpi=200)
        FigureCanvasAgg(figure)
        return figure, figure.subplots()
