"""Chart of a budget: what each line spends today and with a design, and who receives each scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from experiments import charts
from experiments.budget_words import LINES, SHORT
from sim.outcomes.budget import SPENT
from sim.outcomes.protection import SCHEMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from experiments.budget import Budget
    from experiments.language import Language

LEAST = 0.1  # million som a year below which a line is not drawn
EVEN = 10.0  # percent of a tenth of persons
COLOURS = (charts.MUTED, charts.BAND_INNER, charts.BLUE, charts.INK, "#7a3b00", "#b35806")
MARKS = ("o", "s", "^", "D", "P", "v")


def drawn(budget: Budget, design: str, say: Language) -> str:
    """Return a chart as SVG: lines of a mean year above, shares of tenths of persons below."""
    title = say.text("{design}: what social protection spends, and on whom", design=say.text(budget.titles[design]))
    reading = say.text(
        "Above: million som of a mean year, on a scale on which each step is ten times the last; rings are today's "
        "law without new contracts, dots the design. Below: the share of each scheme's money by tenth of persons, "
        "poorest first; the grey line is an even share."
    )
    shown = [line for line in budget.lines() if line in SPENT and _means(budget, line, design).max() >= LEAST]
    with charts._figure(charts.BROAD, "budget", [len(shown) + 1, 9]) as (figure, (lines, tenths)):
        _lines(lines, budget, design, shown, say)
        _tenths(tenths, budget, design, say)
        lines.set_title(charts._short(title, charts.BROAD.longest_title + 20))
        return charts._svg(charts.BROAD, figure, "budget", charts.Words(title, reading))


def _means(budget: Budget, line: str, design: str) -> Any:
    """Return the mean year under today's law and under a design, million som."""
    values = budget.mean(line, today=True).mean(axis=0)
    return values[[0, budget.designs.index(design) + 1]]


def _lines(axis: Axes, budget: Budget, design: str, shown: list[str], say: Language) -> None:
    for place, line in enumerate(reversed(shown)):
        today, now = _means(budget, line, design)
        for value, filled in ((today, False), (now, True)):
            if value >= LEAST:
                face = charts.BLUE if filled else "none"
                axis.plot([value], [place], "o", markersize=5 if filled else 8, markerfacecolor=face,
                          markeredgecolor=charts.BLUE)  # fmt: skip
    axis.set_xscale("log")
    axis.set_yticks(range(len(shown)), [say.text(LINES[line]) for line in reversed(shown)])
    axis.set_ylim(-0.6, len(shown) - 0.4)
    axis.set_xlabel(say.text("million som a year"))
    axis.xaxis.set_major_formatter(charts._numbers(say))
    axis.grid(axis="x", color=charts.GRID, linewidth=0.6)


def _tenths(axis: Axes, budget: Budget, design: str, say: Language) -> None:
    at, places = budget.designs.index(design), list(range(1, 11))
    for scheme, colour, mark in zip(SCHEMES, COLOURS, MARKS, strict=True):
        values = [100.0 * float(np.median(budget.draws_of(f"spending_{scheme}", f"decile={k}")[:, at])) for k in places]
        if not np.isnan(values).any():
            axis.plot(
                places, values, f"{mark}-", color=colour, linewidth=1.4, markersize=4, label=say.text(SHORT[scheme])
            )
    axis.axhline(EVEN, color=charts.GRID, linewidth=1.2)
    axis.set_xticks(places)
    axis.set_ylim(bottom=0.0)
    axis.set_xlabel(say.text("tenth of persons by consumption, poorest first"))
    axis.set_ylabel(say.text("share of its money, %"))
    axis.legend(frameon=False)
