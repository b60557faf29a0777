"""The command ``budget``: spending by line, coverage, adequacy and efficiency by scheme."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.shared import (
    LanguageOption,
    ScaleOption,
    SeedOption,
    changed,
    described,
    errors,
    find_scenario,
)

ENVELOPE = "envelope"


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(short_help="Spending by line, coverage, adequacy and efficiency of designs.")(budget)


def budget(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO | DESIGN...]",
            help="A scenario file, or names of designs. Nothing: one envelope spent in different ways.",
        ),
    ] = None,
    design: Annotated[
        str | None, typer.Option(metavar="DESIGN", help="Design shown year by year; the first if not given.")
    ] = None,
    scale: ScaleOption = None,
    draws: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="Parameter sets.")] = 10,
    workers: Annotated[int, typer.Option(min=0, max=1024, metavar="N", help="Processes; 0 is one for each core.")] = 0,
    balance: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="First set the grants of each design so that all spend the same on lines "
            "that can be moved, and write that scenario to this file.",
        ),
    ] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write every figure to this file as well.")] = None,
    seed: SeedOption = None,
    language: LanguageOption = "en",
) -> None:
    """Print what designs spend and take in by line and year, whom each scheme reaches, and what the money buys.

    Amounts are nominal som. Effects are against the first design, on the same people and luck.
    """
    with errors():
        from experiments import budget as tool
        from experiments import laws, progress, quota_tables, tables
        from experiments.language import language as known
        from sim.errors import InputError, nearest

        scenario = changed(find_scenario(what or [ENVELOPE]), scale=scale, draws=draws, replications=1, seed=seed)
        if design is not None and design not in scenario.designs:
            raise InputError(f"design is '{design}'; {nearest(design, scenario.designs)}")
        say, talk, show = known(language), tables.console(stderr=True), tables.console()
        talk.print(say.text("Scenario '{name}': {what}", name=scenario.name, what=described(scenario, say)))
        if balance is not None:
            talk.print(say.text("Balancing the envelopes: up to three rounds over all draws."))
            with progress.shown(3 * draws, talk, say) as (_, advance):
                scenario = tool.balanced(scenario, workers=workers, advance=advance)
            balance.write_text(scenario.to_toml(), encoding="utf-8")
            talk.print(say.text("Written: {file}", file=balance), markup=False)
        with progress.shown(draws, talk, say) as (_, advance):
            found = tool.run(scenario, workers=workers, advance=advance)
        show.print(tool.by_year(found, design or found.designs[0], say))
        if len(found.designs) > 1:
            show.print(tool.side_by_side(found, say))
            show.print(tool.envelope_sentence(found, say))
        show.print(tool.reach(found, say))
        for sentence in laws.carried_notes(
            scenario.history().economy, scenario.last_month, ("inflation", "subsistence", "average_wage"), say
        ):
            show.print(sentence, markup=False)
        show.print(tool.efficiency(found, say))
        difference = tool.effects(found, say)
        if difference is not None:
            show.print(difference)
        for sentence in quota_tables.warnings(scenario.as_dict(), say):
            show.print(sentence, markup=False)
        show.print(say.text("Administration holds hidden cost (staff time, training) beyond what the budget shows. "
                            "Targeting is by consumption per person when the designs start."))  # fmt: skip
        if csv is not None:
            laws.write_csv(tool.rows_of(found), csv)
            talk.print(say.text("Written: {file}", file=csv), markup=False)
