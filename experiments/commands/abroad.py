"""The command ``quota abroad``: foreign laws run until their stock stands still, beside published stocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from calibration.stocks import COUNTRIES, Figure, Stationary, stationary
from experiments import tables
from experiments.commands.options import LanguageOption, command
from experiments.language import Language
from experiments.language import language as known
from sim.behaviour import Behaviour


@dataclass(frozen=True)
class Asked:
    """The options of ``quota abroad``."""

    countries: Annotated[
        list[str] | None, typer.Argument(metavar="[COUNTRY]...", help="DE, FR, AT or HU; all of them if none is given.")
    ] = None
    language: LanguageOption = "en"


def _beside(found: Stationary, say: Language) -> list[str]:
    """Return the cells of a country: years, then each share of the model with the published one behind it."""

    def cell(value: float, published: Figure | None) -> str:
        said = say.percent(published.value, 1) if published else say.text("none published")
        return f"{say.percent(value, 1)} ({said})"

    shares = zip((found.rate, found.none, found.filled), found.published, strict=True)
    return [found.country, say.number(found.years), say.percent(found.acquired, 1), *[cell(*pair) for pair in shares]]


@command
def abroad(asked: Asked) -> None:
    """Run foreign quota laws on prior medians until the stock of workers changes by less than 1 % a year.

    Nothing is fitted to these figures. What is published stands in brackets.
    """
    say = known(asked.language)
    rows = [_beside(stationary(name, Behaviour.central()), say) for name in asked.countries or COUNTRIES]
    header = [
        say.text("country"), say.text("years run"), say.text("disability acquired there"), say.text("employment rate"),
        say.text("employ none"), say.text("seats filled"),
    ]  # fmt: skip
    title = say.text("Foreign quota laws after decades, published figures in brackets")
    tables.console().print(tables.plain(title, header, rows))
