"""Command ``worth``: what it would add to the choice of a design to learn one parameter first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from experiments import summary, tables
from experiments import worth as reckoned
from experiments.commands.exploring import OutcomeOption
from experiments.commands.options import FolderArgument, FormatOption, command
from experiments.commands.shared import counted
from experiments.screen import Screen
from experiments.sections import Cell
from experiments.summary import Summary
from sim import behaviour
from sim.words import said


@dataclass(frozen=True)
class Asked:
    """The options of ``worth``."""

    folder: FolderArgument
    outcome: OutcomeOption = "net_jobs"
    top: Annotated[int, typer.Option(min=1, max=500, metavar="N", help="How many to show.")] = 8
    form: FormatOption = "text"


@command
def worth(asked: Asked) -> None:
    """Say what finding out each parameter first would add to choosing the design with the best outcome."""
    read = summary.read(asked.folder)
    found = reckoned.learning(read, asked.outcome)
    with Screen(asked.form) as show:
        _show(asked, read, found, show)


def _show(asked: Asked, read: Summary, found: reckoned.Learning, show: Screen) -> None:
    country = read.country
    unit, label = (said(text, country) for text in (read.unit(asked.outcome), read.label(asked.outcome)))
    seen = [(n, w) for n, w in found.ranked if w.value > max(found.of_chance, 2.0 * w.error)]
    shares = ", ".join(f"{read.title(d)} {s:.0%}" for d, s in zip(found.designs, found.best_in, strict=True))
    show.print(
        "The question: would it help to find something out before a design is chosen by "
        f"'{label}'? A draw is one set of values for all that is not known (parameters); "
        f"{counted(found.draws, 'draw')} have been run.",
    )  # fmt: skip
    best = f"Best on average: {read.title(found.best)}."
    show.print(f"{best} Best in so many of the draws: {shares}.")
    if found.everything.value <= 0.0:
        show.print("One design is best in every draw: nothing that could be found out would change the choice.")
        return
    show.print(
        "If everything were known before choosing, the luck of the simulation included, the choice would be better "
        f"by {_short(found.everything.value)} {unit} on average (give or take {_short(found.everything.error)}). "
        "Finding out one thing alone cannot bring more than that.",
    )  # fmt: skip
    if seen:
        meaning = {p.name: said(p.meaning, country) for p in behaviour.priors(country)}
        rows = [
            [name, Cell(_short(w.value), w.value), Cell(_short(w.error), w.error), meaning.get(name, "")]
            for name, w in seen[: asked.top]
        ]
        title = "What it would bring on average to find out one thing first"
        show.print(tables.plain(title, ["parameter", unit, "give or take", "what it is"], rows, key="worth"))
    else:
        show.print("These draws show no single thing that would improve the choice if it were found out first.")
    show.print(f"{counted(len(found.ranked), 'parameter')} tried. {_chance(found.of_chance, unit)}")


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:,.2g}"


def _chance(of_chance: float, unit: str) -> str:
    if of_chance <= 0.0:
        return "A parameter without any effect would seem to bring nothing."
    return (
        "By chance alone, one in twenty parameters without any effect would seem to bring "
        f"{_short(of_chance)} {unit} or more; only what lies above that is shown."
    )
