"""Tables for the terminal: outcomes down, designs across, the interval under each figure; fits 100 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from experiments import luck, words
from experiments.analysis import MORE
from experiments.certainty import SAME, UNCLEAR, UNDEFINED

if TYPE_CHECKING:
    import pandas
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.table import Table
    from rich.text import Text

    from experiments.language import Language
    from experiments.telling import Telling

WIDTH = 100
SPACE, INSIDE = "\N{NO-BREAK SPACE}", "\ue000"  # the second is a letter of no language, as wide as a space
FIRST = 24
DESIGNS_ACROSS = {"en": 4}  # other languages have longer words


def console(*, stderr: bool = False) -> Console:
    """Return a console of at most 100 columns; 100 when the output is not a terminal."""
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False, soft_wrap=False)
    return Console(stderr=stderr, highlight=False, width=min(made.width, WIDTH) if made.is_terminal else WIDTH)


def levels(told: Telling) -> Iterable[RenderableType]:
    """Yield tables of medians with their 90 % intervals."""
    summary, text = told.summary, told.say.text
    for designs in _across(summary.designs, told.say):
        below = text("median of the draws, 90 % interval below")
        table = _table(told, text("What each design brings"), below, designs)
        for outcome in summary.outcomes:
            rows = _rows(summary.levels, outcome)
            scale = told.scale(outcome, rows["median"])
            cells = [_level(told, rows[rows["design"] == design].iloc[0], scale) for design in designs]
            table.add_row(_name(told, outcome, told.unit(outcome, scale)), *map(whole, cells), end_section=True)
        yield table


def differences(told: Telling) -> Iterable[RenderableType]:
    """Yield tables of paired differences to the first design, with verdicts."""
    summary, text = told.summary, told.say.text
    if len(summary.designs) < 2:
        return
    title = text("Compared with '{first}'", first=told.title(summary.designs[0]))
    below = text("same people, same luck, draw by draw; 90 % band below")
    for designs in _across(summary.designs[1:], told.say):
        table = _table(told, title, below, designs)
        for outcome in summary.outcomes:
            rows = _rows(summary.differences, outcome)
            scale = told.apart(outcome)
            cells = [_difference(told, rows[rows["design"] == d].iloc[0], scale) for d in designs]
            table.add_row(_name(told, outcome, told.unit(outcome, scale)), *map(whole, cells), end_section=True)
        yield table


def best(told: Telling) -> Iterable[RenderableType]:
    """Yield tables of how often a design ranked first and of the expected regret, where one direction is better."""
    summary, text = told.summary, told.say.text
    for designs in _across(summary.designs if len(summary.designs) > 1 else [], told.say):
        below = text("parameter sets in which it ranked first; below, the mean shortfall to the best of each set")
        table = _table(told, text("Which design is the best"), below, designs)
        for outcome in [name for name in summary.outcomes if name in set(summary.ranking["outcome"])]:
            rows = _rows(summary.ranking, outcome)
            scale = told.scale(outcome, rows["expected_regret"])
            cells = []
            for design in designs:
                row = rows[rows["design"] == design].iloc[0]
                chance = words.of_draws(row["probability_best"], summary.draws, told.say)
                cells.append(f"{chance}\n{told.figure(row['expected_regret'], scale)}")
            better = text("more is better") if summary.codebook[outcome].better == MORE else text("less is better")
            table.add_row(_name(told, outcome, f"{told.unit(outcome, scale)}; {better}"), *map(whole, cells))
        if table.row_count:
            yield table


def add_figures(table: Table, names: Iterable[str]) -> None:
    """Add columns of figures, right-aligned and wide enough that no word of a heading is broken."""
    from rich.text import Text

    for name in names:
        widest = max(map(len, name.split()), default=1)
        table.add_column(Text(name), justify="right", overflow="fold", min_width=widest)


def whole(text: str, style: str = "") -> Text:
    """Return a text that is broken at ordinary spaces alone: a number with a no-break space in it stays in one line."""
    made: Text = _unbroken()(text, style=style)
    return made


@cache
def _unbroken() -> type[Text]:
    """Return a text of the terminal for which a no-break space is a letter."""
    from rich.cells import cell_len
    from rich.containers import Lines
    from rich.measure import Measurement
    from rich.text import Text

    class Unbroken(Text):
        def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
            lines = self.plain.splitlines() or [""]
            words = [word for line in lines for word in line.split(" ")]
            return Measurement(max(map(cell_len, words)), max(map(cell_len, lines)))

        def wrap(self, *args: Any, **kwargs: Any) -> Lines:
            inside = Text(self.plain.replace(SPACE, INSIDE), style=self.style, justify=self.justify,
                          overflow=self.overflow, spans=list(self.spans), end=self.end)  # fmt: skip
            lines = inside.wrap(*args, **kwargs)
            for line in lines:
                line.plain = line.plain.replace(INSIDE, SPACE)
            return lines

    return Unbroken


def plain(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> Table:
    """Return a simple table: the first column left, all others right."""
    from rich import box
    from rich.table import Table

    table = Table(title=title, caption=caption or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(whole(column), justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*map(whole, row))
    return table


def _table(told: Telling, title: str, subtitle: str, designs: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    heading = Text.assemble((title, "bold"), f" ({subtitle})")
    table = Table(
        title=heading, box=box.SIMPLE_HEAD, title_justify="left", title_style="", pad_edge=False, show_lines=True
    )
    table.add_column("", width=FIRST)
    for design in designs:
        table.add_column(Text(told.title(design)), justify="right", min_width=12, overflow="fold")
    return table


def _name(told: Telling, outcome: str, below: str) -> RenderableType:
    from rich.text import Text

    return Text.assemble(told.label(outcome), (f"\n{below}", "dim"))


def _level(told: Telling, row: pandas.Series, scale: words.Scale) -> str:
    lucky = luck.of_level(row)
    said = f"\n{told.say.text(lucky)}" if lucky else ""
    return f"{told.figure(row['median'], scale)}\n{told.interval(row['low'], row['high'], scale)}{said}"


def _difference(told: Telling, row: pandas.Series, scale: words.Scale) -> str:
    verdict = told.judged(row)
    if row["verdict"] == SAME:
        return verdict
    if row["verdict"] == UNDEFINED:
        return words.MISSING
    band = told.interval(row["low"], row["high"], scale, signed=True)
    figure = told.figure(row["median"], scale, signed=True)
    return f"{figure}\n{band}\n{verdict}" if row["verdict"] == UNCLEAR else f"{figure} {verdict}\n{band}"


def _rows(table: pandas.DataFrame, outcome: str) -> pandas.DataFrame:
    return table[table["outcome"] == outcome]


def _across(designs: Sequence[str], say: Language) -> Iterable[list[str]]:
    number = DESIGNS_ACROSS.get(say.code, 3)
    for first in range(0, len(designs), number):
        yield list(designs[first : first + number])
