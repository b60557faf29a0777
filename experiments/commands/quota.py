"""Commands about quota laws: ``quota list``, ``quota seats``, ``quota bill``, ``quota diff``, ``quota levy``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.shared import LanguageOption, errors, finite

COUNTRY = "kyrgyzstan"
DesignsArgument = Annotated[
    list[str], typer.Argument(metavar="DESIGN...", help="Codes of designs, such as KG_2025, or files in the same form.")
]
CsvOption = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write everything to this file as well.")]
MonthOption = Annotated[
    str, typer.Option(metavar="YYYY-MM", help="Month whose wages, prices and minimum wage are used.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    says = "Look at quota laws without running anything. --language ru or ky says it in Russian or Kyrgyz."
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=says)
    group.command(name="list", short_help="All designs on file.")(listing)
    group.command(short_help="Seats owed by size of employer.")(seats)
    group.command(short_help="What one employer owes and pays in a year, step by step.")(bill)
    group.command(short_help="Designs side by side, every parameter in words.")(diff)
    group.command(short_help="What an empty seat costs, in som and in every base.")(levy)
    app.add_typer(group, name="quota", short_help="Look at quota laws: seats, bills, differences, levies.")


def listing(language: LanguageOption = "en") -> None:
    """List the quota designs on file: code, name, duty, sanction and how many parameters are unknown."""
    with errors():
        from experiments import laws, tables
        from experiments.language import language as known

        tables.console().print(laws.listing(known(language)))


def seats(
    designs: DesignsArgument,
    staff: Annotated[
        str, typer.Option(metavar="SIZES", help="Sizes: single numbers, lists and ranges, such as 24,25,100..130.")
    ] = "1..130",
    csv: CsvOption = None,
    language: LanguageOption = "en",
) -> None:
    """Print how many seats an employer of each size owes; a long range is shown as stretches with the same seats."""
    with errors():
        from experiments import laws, tables
        from experiments.language import language as known

        say = known(language)
        found, chosen = [laws.design_of(name) for name in designs], laws.sizes(staff)
        tables.console().print(laws.schedule_table(found, chosen, say))
        for sentence in laws.schedule_notes(found, say):
            tables.console().print(sentence, markup=False)
        _written(laws.schedule(found, chosen), csv)


def bill(
    design: Annotated[str, typer.Argument(help="Code of a design, such as FR, or a file in the same form.")],
    staff: Annotated[
        float,
        typer.Option(
            callback=finite, metavar="N", help="Staff as the law counts them: decimals where it takes averages."
        ),
    ],
    counted: Annotated[
        float, typer.Option(callback=finite, metavar="N", help="What workers with disabilities count together.")
    ] = 0.0,
    persons: Annotated[
        float | None,
        typer.Option(
            callback=finite, metavar="N", help="How many these workers are, if some count more or less than one."
        ),
    ] = None,
    severe: Annotated[
        float | None,
        typer.Option(callback=finite, metavar="N", help="How many of them are of groups I and II; otherwise all."),
    ] = None,
    reference: Annotated[
        float | None,
        typer.Option(
            callback=finite, metavar="N", help="Amount that the levy is written in, such as the minimum wage."
        ),
    ] = None,
    fine: Annotated[
        float | None, typer.Option(callback=finite, metavar="N", help="Amount of the fine, in place of the law's.")
    ] = None,
    idle_years: Annotated[
        float, typer.Option(callback=finite, metavar="N", help="Years in which nothing was done.")
    ] = 0.0,
    purchases: Annotated[
        float, typer.Option(callback=finite, metavar="N", help="Purchases from protected firms in the year.")
    ] = 0.0,
    donations: Annotated[
        float, typer.Option(callback=finite, metavar="N", help="Donations in place of seats in the year.")
    ] = 0.0,
    other_spending: Annotated[
        float, typer.Option(callback=finite, metavar="N", help="Other spending that lowers the levy.")
    ] = 0.0,
    bought_out: Annotated[float, typer.Option(callback=finite, metavar="N", help="Seats bought out.")] = 0.0,
    payroll: Annotated[float | None, typer.Option(callback=finite, metavar="N", help="Wage bill of the year.")] = None,
    public: Annotated[bool, typer.Option("--public", help="The employer is a public body.")] = False,
    month: MonthOption = "2026-01",
    csv: CsvOption = None,
    language: LanguageOption = "en",
) -> None:
    """Print what a law asks of one employer and charges it in a year, each step with its arithmetic.

    Amounts are in the law's own money, and at the end in som. For example: kelishim quota bill FR --staff 298 --counted
    13.5 --reference 10.48
    """
    with errors():
        from experiments import bill as bills
        from experiments import bill_words, laws, tables
        from experiments.language import language as known
        from sim import months
        from sim.policies.economy import economy as economy_of
        from sim.policies.law import regions

        say, show, chosen = known(language), tables.console(), laws.design_of(design)
        case = bills.Case(staff, counted, persons, severe, idle_years, purchases, donations, other_spending, bought_out,
                          payroll, reference, fine, public)  # fmt: skip
        economy, t = economy_of(COUNTRY), months.parse(month)
        prices = economy.terms(t, regions(COUNTRY))
        told = bill_words.Teller(chosen, case, bills.reckon(chosen, case), prices, say)
        show.print(bill_words.table_of(told))
        for sentence in bill_words.notes(told, economy, t):
            show.print(sentence, markup=False)
        _written(bill_words.rows_of(told), csv)


def diff(
    first: Annotated[str, typer.Argument(help="Code of a design, or a file in the same form.")],
    second: Annotated[str, typer.Argument(help="The design to hold against it.")],
    differing: Annotated[bool, typer.Option("--differing", help="Only parameters that differ.")] = False,
    csv: CsvOption = None,
    language: LanguageOption = "en",
) -> None:
    """Print two designs side by side: every parameter in words, with unit, confidence and number of its source."""
    with errors():
        from experiments import laws, tables
        from experiments.language import language as known

        say = known(language)
        designs = [laws.design_of(name) for name in (first, second)]
        show = tables.console()
        show.print(say.text("In square brackets: confidence (A official, B press or study, C judgement) and source. "
                            "* differs."), markup=False)  # fmt: skip
        for table in laws.comparison(designs, say, differing=differing):
            show.print(table)
        show.print(say.text("Sources, as they were written down"))
        for design in designs:
            for line in laws.sources(design, say):
                show.print(line, markup=False)
        _written(laws.parameter_rows(designs), csv)


def levy(
    design: Annotated[str | None, typer.Argument(help="Code of a design, or a file; nothing: only --amount.")] = None,
    amount: Annotated[
        float | None,
        typer.Option(min=0, callback=finite, metavar="N", help="An amount of one's own, in units of --base."),
    ] = None,
    base: Annotated[
        str,
        typer.Option(
            metavar="BASE",
            help="average-wage, minimum-wage, hourly-minimum-wage, subsistence-minimum, "
            "working-age-subsistence-minimum or calculation-index.",
        ),
    ] = "average-wage",
    times: Annotated[float, typer.Option(min=0, max=366, metavar="N", help="How often a year it is due.")] = 1.0,
    month: MonthOption = "2026-01",
    language: LanguageOption = "en",
) -> None:
    """Print what an empty seat costs a year: there, here as the same share of the average wage, and in Kyrgyz bases.

    With --amount, translate an amount of one's own: --amount 10 --base calculation-index --times 12.
    """
    with errors():
        from experiments import laws, tables
        from experiments.language import language as known
        from sim import months
        from sim.errors import InputError
        from sim.policies import levy_bases
        from sim.policies.economy import economy as economy_of
        from sim.policies.law import regions

        if (design is None) == (amount is None):
            raise InputError("give either a design or --amount, for example: kelishim quota levy FR")
        t = months.parse(month)
        prices = economy_of(COUNTRY).terms(t, regions(COUNTRY))
        say, show = known(language), tables.console()
        show.print(say.text("Prices and wages of {month}: average wage {wage} som a month.",
                            month=say.month(t), wage=say.number(prices.average_wage)))  # fmt: skip
        for sentence in laws.carried_notes(economy_of(COUNTRY), t, laws.BASES_CARRIED, say):
            show.print(sentence, markup=False)
        if amount is not None:
            som = levy_bases.som_a_year(amount, base.replace("-", " ").replace("working age", "working-age"), times,
                                        prices, COUNTRY)  # fmt: skip
            show.print(laws.base_table([som], prices, COUNTRY, say))
            share = som / (levy_bases.MONTHS * prices.average_wage)
            show.print(say.text("In a scenario: {words}, a year, over a year's average wage.",
                                words=f"quota = {{ levy = {share:.4f} }}"), markup=False)  # fmt: skip
            return
        chosen = laws.design_of(design or "")
        for table in laws.levy_tables(chosen, prices, COUNTRY, say):
            show.print(table)
        for sentence in laws.levy_notes(chosen, prices, COUNTRY, say):
            show.print(sentence, markup=False)


def _written(rows: list[dict[str, object]], path: Path | None) -> None:
    if path is not None:
        from experiments import laws

        laws.write_csv(rows, path)
        typer.echo(f"Written: {path}", err=True)
