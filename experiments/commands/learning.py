"""Command ``worth``: what it would add to the choice of a design to learn one parameter first."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.exploring import FolderArgument, OutcomeOption
from experiments.commands.shared import errors


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(short_help="Say what learning a parameter would add to the choice of a design.")(worth)


def worth(
    folder: FolderArgument,
    outcome: OutcomeOption = "net_jobs",
    top: Annotated[int, typer.Option(min=1, max=500, metavar="N", help="How many to show.")] = 8,
) -> None:
    """Say what learning each parameter first would add to choosing the design with the best outcome."""
    with errors():
        from experiments import summary, tables
        from experiments import worth as reckoned

        read = summary.read(folder)
        found = reckoned.learning(read, outcome)
        unit = read.unit(outcome)
        seen = [(n, w) for n, w in found.ranked if w.value > max(found.of_chance, 2.0 * w.error)]
        show = tables.console()
        shares = ", ".join(f"{read.title(d)} {s:.0%}" for d, s in zip(found.designs, found.best_in, strict=True))
        show.print(
            f"{read.label(outcome)}, {found.draws} draws. Best on average: {read.title(found.best)}; best in so many "
            f"draws: {shares}.", soft_wrap=True,
        )  # fmt: skip
        show.print(
            f"Knowing everything before the choice would add {found.everything.value:,.3g} "
            f"(error {found.everything.error:,.2g}) {unit}, luck included; no parameter can be worth more.",
            soft_wrap=True,
        )
        if seen:
            rows = [[name, f"{w.value:,.3g}", f"{w.error:,.2g}"] for name, w in seen[:top]]
            show.print(tables.plain("What learning one parameter would add", ["parameter", unit, "+-"], rows))
        else:
            show.print("No single parameter is seen to add anything.")
        show.print(
            f"{len(found.ranked)} parameters were tried; one in twenty without any effect would seem to add "
            f"{found.of_chance:,.2g} or more.", soft_wrap=True,
        )  # fmt: skip
