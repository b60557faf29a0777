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
        from sim import behaviour

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
        if found.everything.value <= 0.0:
            show.print("One design is best in every draw: nothing that could be learned would change the choice.")
            return
        show.print(
            f"Knowing everything before choosing, luck included, would improve the result by "
            f"{_short(found.everything.value)} {unit} on average (error {_short(found.everything.error)}); learning "
            "one parameter can improve it by no more than that.",
            soft_wrap=True,
        )  # fmt: skip
        if seen:
            meaning = {p.name: p.meaning for p in behaviour.priors(str(read.manifest["scenario"]["country"]))}
            rows = [[name, _short(w.value), _short(w.error), meaning.get(name, "")] for name, w in seen[:top]]
            title = "What learning one parameter first would improve"
            show.print(tables.plain(title, ["parameter", unit, "+-", "what it is"], rows))
        else:
            show.print("For no single parameter is any improvement seen.")
        show.print(f"{len(found.ranked)} parameters were tried. {_chance(found.of_chance, unit)}", soft_wrap=True)


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:,.2g}"


def _chance(of_chance: float, unit: str) -> str:
    if of_chance <= 0.0:
        return "Parameters without any effect would seem to bring nothing."
    return f"One in twenty without any effect would seem to bring {_short(of_chance)} {unit} or more, by chance alone."
