"""The command ``quota bill``: what a law asks of one employer and charges it in a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from experiments import bill as bills
from experiments import bill_words, laws
from experiments.commands.options import FormatOption, LanguageOption, command, finite
from experiments.commands.quota import CsvOption, MonthOption, written
from experiments.language import language as known
from experiments.middles import COUNTRY
from experiments.screen import Screen
from sim import months
from sim.policies.economy import economy as economy_of
from sim.policies.law import regions


@dataclass(frozen=True)
class Asked:
    """The options of ``quota bill``."""

    design: Annotated[str, typer.Argument(help="Code of a design, such as FR, or a file in the same form.")]
    staff: Annotated[
        float,
        typer.Option(
            callback=finite, metavar="N", help="Staff as the law counts them: decimals where it takes averages."
        ),
    ]
    counted: Annotated[
        float, typer.Option(callback=finite, metavar="N", help="What workers with disabilities count together.")
    ] = 0.0
    persons: Annotated[
        float | None,
        typer.Option(
            callback=finite, metavar="N", help="How many these workers are, if some count more or less than one."
        ),
    ] = None
    severe: Annotated[
        float | None,
        typer.Option(callback=finite, metavar="N", help="How many of them are of groups I and II; otherwise all."),
    ] = None
    reference: Annotated[
        float | None,
        typer.Option(
            callback=finite, metavar="N", help="Amount that the levy is written in, such as the minimum wage."
        ),
    ] = None
    fine: Annotated[
        float | None, typer.Option(callback=finite, metavar="N", help="Amount of the fine, in place of the law's.")
    ] = None
    idle_years: Annotated[
        float, typer.Option(callback=finite, metavar="N", help="Years in which nothing was done.")
    ] = 0.0
    purchases: Annotated[
        float, typer.Option(callback=finite, metavar="N", help="Purchases from protected firms in the year.")
    ] = 0.0
    donations: Annotated[
        float, typer.Option(callback=finite, metavar="N", help="Donations in place of seats in the year.")
    ] = 0.0
    other_spending: Annotated[
        float, typer.Option(callback=finite, metavar="N", help="Other spending that lowers the levy.")
    ] = 0.0
    bought_out: Annotated[float, typer.Option(callback=finite, metavar="N", help="Seats bought out.")] = 0.0
    payroll: Annotated[float | None, typer.Option(callback=finite, metavar="N", help="Wage bill of the year.")] = None
    public: Annotated[bool, typer.Option("--public", help="The employer is a public body.")] = False
    month: MonthOption = "2026-01"
    csv: CsvOption = None
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def bill(asked: Asked) -> None:
    """Print what a law asks of one employer and charges it in a year, each step with its arithmetic.

    Amounts are in the law's own money, and at the end in som. For example: kelishim quota bill FR --staff 298 --counted
    13.5 --reference 10.48
    """
    say, chosen = known(asked.language), laws.design_of(asked.design)
    case = bills.Case(
        asked.staff, asked.counted, asked.persons, asked.severe, idle=asked.idle_years, purchases=asked.purchases,
        donations=asked.donations, spending=asked.other_spending, bought=asked.bought_out, payroll=asked.payroll,
        reference=asked.reference, fine=asked.fine, public=asked.public,
    )  # fmt: skip
    economy, t = economy_of(COUNTRY), months.parse(asked.month)
    prices = economy.terms(t, regions(COUNTRY))
    told = bill_words.Teller(chosen, case, bills.reckon(chosen, case), prices, say)
    with Screen(asked.form) as show:
        show.print(bill_words.table_of(told), *bill_words.notes(told, economy, t))
    written(bill_words.rows_of(told), asked.csv)
