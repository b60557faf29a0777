"""The command ``quota abroad``: foreign laws run until their stock stands still, beside published stocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from calibration.stocks import COUNTRIES, Figure, Stationary, stationary
from experiments import progress, tables
from experiments.commands.options import FormatOption, LanguageOption, command
from experiments.language import Language
from experiments.language import language as known
from experiments.screen import Screen
from experiments.sections import Cell
from sim.behaviour import Behaviour


@dataclass(frozen=True)
class Asked:
    """The options of ``quota abroad``."""

    countries: Annotated[
        list[str] | None, typer.Argument(metavar="[COUNTRY]...", help="DE, FR, AT or HU; all of them if none is given.")
    ] = None
    form: FormatOption = "text"
    language: LanguageOption = "en"


def _beside(found: Stationary, say: Language) -> list[str | Cell]:
    """Return the cells of a country: years, then each share of the model with the published one behind it."""

    def cell(value: float, published: Figure | None) -> Cell:
        said = say.percent(published.value, 1) if published else say.text("none published")
        return Cell(f"{say.percent(value, 1)} ({said})", value)

    shares = zip((found.rate, found.none, found.filled), found.published, strict=True)
    years, acquired = say.number(found.years), say.percent(found.acquired, 1)
    return [found.country, Cell(years, found.years), Cell(acquired, found.acquired), *[cell(*pair) for pair in shares]]


@command
def abroad(asked: Asked) -> None:
    """Run foreign quota laws on prior medians until the stock of workers changes by less than 1 % a year.

    Nothing is fitted to these figures. What is published stands in brackets.
    """
    say = known(asked.language)
    names, rows = asked.countries or list(COUNTRIES), []
    with progress.shown(len(names), Screen(stderr=True), say) as (_, advance):
        for name in names:
            rows.append(_beside(stationary(name, Behaviour.central()), say))
            advance(1)
    header = [
        say.text("country"), say.text("years run"), say.text("disability acquired there"), say.text("employment rate"),
        say.text("employ none"), say.text("seats filled"),
    ]  # fmt: skip
    title = say.text("Foreign quota laws after decades, published figures in brackets")
    with Screen(asked.form) as show:
        show.print(tables.plain(title, header, rows, key="abroad"))
