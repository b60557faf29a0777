"""Reach beside effect: whom a programme touches, as a ministry counts them, and whom it changes.

A ministry reports members of families that were paid a grant as people whose well-being improved. Beside them stand
the persons whose consumption rose by 5 % or more against the same country without the design, and net exits from
poverty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments import words
from experiments.marks import N_
from experiments.sections import Cell, Row, Section

if TYPE_CHECKING:
    from experiments.telling import Telling

REACHED = "people_reached"
ROWS = {
    REACHED: N_('Reach: people in families paid a grant (a ministry\'s "people whose well-being improved")'),
    "consumption_up": N_("Effect: persons whose consumption is 5 % or more higher"),
    "poverty_exits": N_("Effect: net exits from poverty"),
}
READING = N_(
    "Reach counts everybody in a family that was paid a grant. Effect compares the same persons with and without the "
    "design. Medians of the draws, 90 % interval below; each design against a country without it."
)


def section(told: Telling) -> Section | None:
    """Return reach and effect of each design, in persons; nothing where a study does not count who is reached."""
    summary, text = told.summary, told.say.text
    if REACHED not in summary.outcomes or not set(ROWS) - {REACHED} & set(summary.outcomes):
        return None
    rows = []
    for outcome, label in ROWS.items():
        if outcome not in summary.outcomes:
            continue
        mine = summary.levels[summary.levels["outcome"] == outcome].set_index("design")
        scale = told.level(outcome)
        cells = [
            Cell(
                f"{told.figure(mine.loc[name, 'median'], scale)}\n"
                f"{told.interval(mine.loc[name, 'low'], mine.loc[name, 'high'], scale)}",
                float(mine.loc[name, "median"]),
            )
            for name in summary.designs
        ]
        if any(cell.text.split("\n")[0] != words.MISSING for cell in cells):
            rows.append(Row(outcome, text(label), tuple(cells)))
    if all(cell.value == 0.0 for row in rows if row.key == REACHED for cell in row.cells):
        return None  # laws alone: nobody is paid, so there is nothing to hold against it
    columns = tuple((name, told.title(name)) for name in summary.designs)
    return Section("reach", text("Reach beside effect (persons)"), columns, tuple(rows), (text(READING),))
