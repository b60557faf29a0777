"""Commands that look into a study: ``drivers`` of a difference, and futures in which a design ``backfires``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from experiments import discovery, sensitivity, summary, tables
from experiments.commands.options import FolderArgument, FormatOption, command, finite
from experiments.screen import Screen
from experiments.sections import Cell
from experiments.summary import Summary
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


@command
def drivers(asked: Drivers) -> None:
    """Rank parameters and levers by how much of the paired difference of a design hangs on them."""
    found = summary.read(asked.folder)
    ranked = sensitivity.drivers(found, asked.outcome, asked.arm)
    first = ranked.iloc[0]
    label = said(found.label(asked.outcome), _country(found)).lower()
    title = f"What drives the difference in {label} ({first['method']})"
    chance = ranked["of_chance"].notna().any()
    rows = [
        [row.parameter, Cell(f"{row.index_:.3g}", float(row.index_)),
         Cell(f"{row.error:.2g}", float(row.error)) if row.error == row.error else "",
         ("" if row.index_ > row.of_chance else "no more than chance") if chance else ""]
        for row in ranked.rename(columns={"index": "index_"}).head(asked.top).itertuples(index=False)
    ]  # fmt: skip
    left_out = (
        f"; {first['left_out']} runs are left out because they, or their group, failed" if first["left_out"] else ""
    )
    with Screen(asked.form) as show:
        show.print(tables.plain(title, ["parameter or lever", "index", "+-", ""], rows, key="drivers"),
                   f"{first['runs']} runs{left_out}. codebook.csv says what each parameter is.")  # fmt: skip


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
    Screen().print(said(box.sentence, _country(read)))


def _country(found: Summary) -> str:
    return str(found.manifest["scenario"]["country"])
