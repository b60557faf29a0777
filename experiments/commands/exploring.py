"""Commands that look into a study: ``drivers`` of a difference, and futures in which a design ``backfires``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from experiments import discovery, sensitivity, summary, tables
from experiments.commands.options import FolderArgument, FormatOption, LanguageOption, command, finite
from experiments.language import language as known
from experiments.screen import Screen
from experiments.sections import Cell
from sim.words import said

OutcomeOption = Annotated[str, typer.Option(metavar="NAME", help="An outcome, as in codebook.csv.")]
ArmOption = Annotated[str, typer.Option(metavar="DESIGN", help="A design; the last one if not given.")]


@dataclass(frozen=True)
class Drivers:
    """The options of ``drivers``."""

    folder: FolderArgument
    outcome: OutcomeOption = "net_jobs"
    arm: ArmOption = ""
    top: Annotated[int, typer.Option(min=1, max=500, metavar="N", help="How many to show.")] = 12
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def drivers(asked: Drivers) -> None:
    """Rank parameters and levers by how much of the paired difference of a design hangs on them."""
    found = summary.read(asked.folder)
    say = known(asked.language)
    text = say.text
    ranked = sensitivity.drivers(found, asked.outcome, asked.arm)
    first = ranked.iloc[0]
    title = text("What drives the difference in: {outcome}", outcome=text(found.label(asked.outcome)))
    chance = ranked["of_chance"].notna().any()
    rows = [
        [row.parameter, Cell(say.shortest(float(f"{row.index_:.3g}")), float(row.index_)),
         Cell(say.shortest(float(f"{row.error:.2g}")), float(row.error)) if row.error == row.error else "",
         ("" if row.index_ > row.of_chance else text("no more than chance")) if chance else ""]
        for row in ranked.rename(columns={"index": "index_"}).head(asked.top).itertuples(index=False)
    ]  # fmt: skip
    runs = [say.plural("{count} run.", "{count} runs.", int(first["runs"]))]
    if first["left_out"]:
        runs.append(say.plural("{count} run is left out because it, or its group, failed.",
                               "{count} runs are left out because they, or their group, failed.",
                               int(first["left_out"])))  # fmt: skip
    name, _, measure = str(first["method"]).partition(", ")
    runs.append(text("Method: {name}, {measure}.", name=name, measure=text(measure)))
    runs.append(text("{file} says what each parameter is.", file="codebook.csv"))
    columns = [text("parameter or lever"), text("index"), "+-", ""]
    with Screen(asked.form) as show:
        show.print(tables.plain(title, columns, rows, key="drivers"), " ".join(runs))


@dataclass(frozen=True)
class Backfires:
    """The options of ``backfires``."""

    folder: FolderArgument
    outcome: OutcomeOption = "net_jobs"
    arm: ArmOption = ""
    below: Annotated[float, typer.Option(callback=finite, metavar="N", help="The difference is below this.")] = 0.0
    above: Annotated[
        float | None, typer.Option(callback=finite, metavar="N", help="Or: the difference is above this.")
    ] = None


@command
def backfires(asked: Backfires) -> None:
    """Find the box of parameters in which the paired difference of a design is below zero (PRIM)."""
    read = summary.read(asked.folder)
    box = discovery.backfires(read, asked.outcome, asked.arm, below=asked.below, above=asked.above)
    Screen().print(said(box.sentence, read.country))
