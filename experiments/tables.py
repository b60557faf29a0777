"""Tables for the terminal: outcomes down, designs across, the interval under each figure; fits 100 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from experiments import record, words
from experiments.analysis import LESS, MORE

if TYPE_CHECKING:
    import pandas
    from rich.console import Console, RenderableType
    from rich.table import Table

    from experiments.summary import Summary

NET_JOBS = "net_jobs"
WIDTH = 100
FIRST = 24
DESIGNS_ACROSS = 4


def console(*, stderr: bool = False) -> Console:
    """Return a console of at most 100 columns; 100 when the output is not a terminal."""
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False, soft_wrap=False)
    return Console(stderr=stderr, highlight=False, width=min(made.width, WIDTH) if made.is_terminal else WIDTH)


def levels(summary: Summary) -> Iterable[RenderableType]:
    """Yield tables of medians with their 90 % intervals."""
    for designs in _across(summary.designs, DESIGNS_ACROSS):
        table = _table(summary, "What each design brings", "median of the draws, 90 % interval below", designs)
        for outcome in summary.headlines:
            rows = _rows(summary.levels, outcome)
            scale = words.scale_of(rows["median"], summary.unit(outcome))
            cells = [_level(rows[rows["design"] == design].iloc[0], scale) for design in designs]
            table.add_row(_name(summary, outcome, scale.unit), *cells, end_section=True)
        yield table


def differences(summary: Summary) -> Iterable[RenderableType]:
    """Yield tables of paired differences to the first design, with verdicts."""
    if len(summary.designs) < 2:
        return
    first = summary.title(summary.designs[0])
    for designs in _across(summary.designs[1:], DESIGNS_ACROSS):
        title = f"Compared with '{first}'"
        table = _table(summary, title, "same people, same luck, draw by draw; 90 % band below", designs)
        for outcome in summary.headlines:
            rows = _rows(summary.differences, outcome)
            scale = words.scale_of(rows["median"], summary.unit(outcome))
            cells = [_difference(rows[rows["design"] == d].iloc[0], scale, summary.unit(outcome)) for d in designs]
            table.add_row(_name(summary, outcome, scale.unit), *cells, end_section=True)
        yield table


def best(summary: Summary) -> Iterable[RenderableType]:
    """Yield tables of the probability of being best and the expected regret, where one direction is better."""
    for designs in _across(summary.designs if len(summary.designs) > 1 else [], DESIGNS_ACROSS):
        below = "probability of being best, mean shortfall to the best below"
        table = _table(summary, "Which design is best", below, designs)
        for outcome in [name for name in summary.headlines if name in set(summary.ranking["outcome"])]:
            rows = _rows(summary.ranking, outcome)
            scale = words.scale_of(rows["expected_regret"], summary.unit(outcome))
            cells = []
            for design in designs:
                row = rows[rows["design"] == design].iloc[0]
                chance = words.chance(row["probability_best"], summary.draws)
                cells.append(f"{chance}\n{words.figure(row['expected_regret'], scale)}")
            better = {MORE: "more is better", LESS: "less is better"}[summary.codebook[outcome].better]
            table.add_row(_name(summary, outcome, f"{scale.unit}; {better}"), *cells)
        if table.row_count:
            yield table


def notes(summary: Summary) -> Iterable[str]:
    """Yield the sentences that belong under the tables."""
    runs = f"{summary.draws} parameter draws x {summary.replications} seeds"
    yield f"{summary.manifest['interval']} ({runs}.)"
    beside = record.sentence(record.lines(summary))
    if beside:
        yield beside
    yield f"Verdicts: {summary.rule} Differences between rows are not adjusted for looking at many outcomes."
    undefined = summary.levels[(summary.levels["undefined"] > 0) & summary.levels["outcome"].isin(summary.headlines)]
    for outcome in dict.fromkeys(undefined["outcome"]):
        share = undefined[undefined["outcome"] == outcome]["undefined"].max()
        says = f"nothing to divide by in up to {share:.0%} of draws, which counts as the worst"
        yield f"{summary.label(outcome)}: {says}."
    gains = [float(gain) for gain in _rows(summary.differences, NET_JOBS)["pairing_gain"].dropna()]
    if gains:
        low, high = words.times(min(gains)), words.times(max(gains))
        span = low if low == high else f"{low} to {high}"
        yield (
            "Shared luck: with independent seeds, the noise variance of a difference in net jobs would be "
            f"{span} times as large."
        )
    if len(summary.failures):
        yield f"{len(summary.failures)} runs failed and are left out; manifest.json and summary.json name them."


def add_figures(table: Table, names: Iterable[str]) -> None:
    """Add columns of figures, right-aligned and wide enough that no word of a heading is broken."""
    from rich.text import Text

    for name in names:
        widest = max(map(len, name.split()), default=1)
        table.add_column(Text(name), justify="right", overflow="fold", min_width=widest)


def plain(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> Table:
    """Return a simple table: the first column left, all others right."""
    from rich import box
    from rich.table import Table

    table = Table(title=title, caption=caption or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*row)
    return table


def _table(summary: Summary, title: str, subtitle: str, designs: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    heading = Text.assemble((title, "bold"), f" ({subtitle})")
    table = Table(
        title=heading, box=box.SIMPLE_HEAD, title_justify="left", title_style="", pad_edge=False, show_lines=True
    )
    table.add_column("", width=FIRST)
    for design in designs:
        table.add_column(Text(summary.title(design)), justify="right", min_width=12, overflow="fold")
    return table


def _name(summary: Summary, outcome: str, below: str) -> RenderableType:
    from rich.text import Text

    return Text.assemble(summary.label(outcome), (f"\n{below}", "dim"))


def _level(row: pandas.Series, scale: words.Scale) -> str:
    return f"{words.figure(row['median'], scale)}\n{words.interval(row['low'], row['high'], scale)}"


def _difference(row: pandas.Series, scale: words.Scale, unit: str) -> str:
    verdict = words.said(row["verdict"], unit)
    if verdict == "the same":
        return verdict
    if verdict == "undefined":
        return words.MISSING
    band = words.interval(row["band_low"], row["band_high"], scale, signed=True)
    if verdict == "cannot be told apart":
        return f"{words.figure(row['median'], scale, signed=True)}\n{band}\n{verdict}"
    return f"{words.figure(row['median'], scale, signed=True)} {verdict}\n{band}"


def _rows(table: pandas.DataFrame, outcome: str) -> pandas.DataFrame:
    return table[table["outcome"] == outcome]


def _across(designs: Sequence[str], number: int) -> Iterable[list[str]]:
    for first in range(0, len(designs), number):
        yield list(designs[first : first + number])
