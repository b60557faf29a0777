"""The command ``quota levy``: what an empty seat costs, in som and in every base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from experiments import laws
from experiments.commands.options import FormatOption, LanguageOption, command, finite
from experiments.commands.quota import MonthOption
from experiments.language import Language
from experiments.language import language as known
from experiments.middles import COUNTRY
from experiments.screen import Screen
from sim import months
from sim.errors import InputError
from sim.policies import levy_bases
from sim.policies.economy import economy as economy_of
from sim.policies.law import regions


@dataclass(frozen=True)
class Asked:
    """The options of ``quota levy``."""

    design: Annotated[str | None, typer.Argument(help="Code of a design, or a file; nothing: only --amount.")] = None
    amount: Annotated[
        float | None,
        typer.Option(min=0, callback=finite, metavar="N", help="An amount of one's own, in units of --base."),
    ] = None
    base: Annotated[
        str,
        typer.Option(
            metavar="BASE",
            help="average-wage, minimum-wage, hourly-minimum-wage, subsistence-minimum, "
            "working-age-subsistence-minimum or calculation-index.",
        ),
    ] = "average-wage"
    times: Annotated[float, typer.Option(min=0, max=366, metavar="N", help="How often a year it is due.")] = 1.0
    month: MonthOption = "2026-01"
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def levy(asked: Asked) -> None:
    """Print what an empty seat costs a year: there, here as the same share of the average wage, and in Kyrgyz bases.

    With --amount, translate an amount of one's own: --amount 10 --base calculation-index --times 12.
    """
    if (asked.design is None) == (asked.amount is None):
        raise InputError("give either a design or --amount, for example: kelishim quota levy FR")
    with Screen(asked.form) as show:
        _show(asked, months.parse(asked.month), known(asked.language), show)


def _show(asked: Asked, t: int, say: Language, show: Screen) -> None:
    prices = economy_of(COUNTRY).terms(t, regions(COUNTRY))
    show.print(say.text("Prices and wages of {month}: average wage {wage} som a month.",
                        month=say.month(t), wage=say.number(prices.average_wage)))  # fmt: skip
    show.print(*laws.carried_notes(economy_of(COUNTRY), t, laws.BASES_CARRIED, say))
    if asked.amount is not None:
        base = asked.base.replace("-", " ").replace("working age", "working-age")
        som = levy_bases.som_a_year(asked.amount, base, asked.times, prices, COUNTRY)
        show.print(laws.base_table([som], prices, COUNTRY, say))
        share = som / (levy_bases.MONTHS * prices.average_wage)
        show.print(say.text("In a scenario: {words}, a year, over a year's average wage.",
                            words=f"quota = {{ levy = {share:.4f} }}"))  # fmt: skip
        return
    chosen = laws.design_of(asked.design or "")
    show.print(*laws.levy_tables(chosen, prices, COUNTRY, say), *laws.levy_notes(chosen, prices, COUNTRY, say))
