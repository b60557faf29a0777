"""Tables of a study: outcomes down, designs across, the interval under each figure; and plain tables of texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from experiments import luck, words
from experiments.analysis import MORE
from experiments.certainty import SAME, UNCLEAR, UNDEFINED
from experiments.sections import Cell, Row, Section

if TYPE_CHECKING:
    import pandas

    from experiments.telling import Telling, Told


def levels(told: Telling) -> Section:
    """Return the table of medians with their 90 % intervals."""
    summary, text = told.summary, told.say.text
    rows = []
    for outcome in summary.outcomes:
        mine = told.levels[outcome]
        scale = told.level(outcome)
        cells = tuple(_level(told, mine[design], scale) for design in summary.designs)
        rows.append(_row(told, outcome, told.unit(outcome, scale), cells))
    title = text("What each design brings") + " (" + text("median of the draws, 90 % interval below") + ")"
    return Section("levels", title, _designs(told, summary.designs), tuple(rows))


def differences(told: Telling) -> Section | None:
    """Return the table of paired differences to the first design, with verdicts; nothing where there is one design."""
    summary, text = told.summary, told.say.text
    if len(summary.designs) < 2:
        return None
    rows = []
    for outcome in summary.outcomes:
        mine = told.differences[outcome]
        cells = tuple(_difference(told, mine[design], told.apart(outcome, design)) for design in summary.designs[1:])
        rows.append(_row(told, outcome, told.unit(outcome, told.apart(outcome)), cells))
    title = text("Compared with '{first}'", first=told.title(summary.designs[0]))
    below = text("same people, same luck, draw by draw; +- is the error that more draws would remove; 90 % band below")
    return Section("differences", f"{title} ({below})", _designs(told, summary.designs[1:]), tuple(rows))


def best(told: Telling) -> Section | None:
    """Return how often a design ranked first and the expected regret, where one direction is better."""
    summary, text = told.summary, told.say.text
    known = set(summary.ranking["outcome"]) if len(summary.designs) > 1 else set()
    rows = []
    for outcome in [name for name in summary.outcomes if name in known]:
        mine = _of(summary.ranking, outcome)
        scale = told.scale(outcome, mine["expected_regret"])
        better = text("more is better") if summary.codebook[outcome].better == MORE else text("less is better")
        cells = []
        for design in summary.designs:
            row = mine.loc[design]
            first = words.of_draws(row["probability_best"], summary.draws, told.say)
            cells.append(Cell(f"{first}\n{told.figure(row['expected_regret'], scale)}", float(row["probability_best"])))
        rows.append(_row(told, outcome, f"{told.unit(outcome, scale)}; {better}", tuple(cells)))
    if not rows:
        return None
    below = text("parameter sets in which it ranked first; below, the mean shortfall to the best of each set")
    title = f"{text('Which design is the best')} ({below})"
    return Section("best", title, _designs(told, summary.designs), tuple(rows))


def plain(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], caption: str = "", key: str = ""
) -> Section:
    """Return a simple table: texts, or cells with the numbers that they were made of; the first column names rows."""
    made = []
    for name, *cells in rows:
        label = name.text if isinstance(name, Cell) else name
        made.append(Row(label.strip(), label, tuple(one if isinstance(one, Cell) else Cell(one) for one in cells)))
    first, *others = columns
    return Section(key or title, title, tuple((other, other) for other in others), tuple(made),
                   (caption,) if caption else (), first)  # fmt: skip


def _designs(told: Telling, designs: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((design, told.title(design)) for design in designs)


def _row(told: Telling, outcome: str, below: str, cells: tuple[Cell, ...]) -> Row:
    return Row(outcome, f"{told.label(outcome)}\n{below}" if below else told.label(outcome), cells)


def _level(told: Telling, row: Told, scale: words.Scale) -> Cell:
    lucky = luck.of_level(row)
    said = f"\n{told.say.text(lucky)}" if lucky else ""
    text = f"{told.figure(row['median'], scale)}\n{told.interval(row['low'], row['high'], scale)}{said}"
    return Cell(text, float(row["median"]))


def _difference(told: Telling, row: Told, scale: words.Scale) -> Cell:
    verdict = told.judged(row)
    if row["verdict"] == SAME:
        return Cell(verdict, 0.0)
    if row["verdict"] == UNDEFINED:
        return Cell(words.MISSING)
    band = told.interval(row["low"], row["high"], scale, signed=True)
    error = told.figure(row["median_error"], scale)
    exact = "" if error == words.MISSING else f" +- {error}"
    figure = told.figure(row["median"], scale, signed=True)
    lines = [f"{figure}{exact}", band, verdict]
    if row["verdict"] == UNCLEAR and (leaning := told.leaning(row)):
        lines.append(leaning)
    return Cell("\n".join(lines), float(row["median"]))


def _of(table: pandas.DataFrame, outcome: str) -> pandas.DataFrame:
    return table[table["outcome"] == outcome].set_index("design")
