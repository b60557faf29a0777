"""The command ``budget``: spending by line, coverage, adequacy and efficiency by scheme."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from experiments import budget as tool
from experiments import laws, progress, quota_tables, tables
from experiments.commands.options import (
    FiguresOption,
    LanguageOption,
    ScaleOption,
    SeedOption,
    WorkersOption,
    command,
)
from experiments.commands.shared import changed, described, find_scenario
from experiments.language import Language
from experiments.language import language as known
from sim.errors import InputError, nearest
from sim.scenario import Scenario

ENVELOPE = "envelope"


@dataclass(frozen=True)
class Asked:
    """The options of ``budget``."""

    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO | DESIGN...]",
            help="A scenario file, or names of designs. Nothing: one envelope spent in different ways.",
        ),
    ] = None
    design: Annotated[
        str | None, typer.Option(metavar="DESIGN", help="Design shown year by year; the first if not given.")
    ] = None
    scale: ScaleOption = None
    draws: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="Parameter sets.")] = 10
    workers: WorkersOption = 0
    balance: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="First set the grants of each design so that all spend the same on lines "
            "that can be moved, and write that scenario to this file.",
        ),
    ] = None
    csv: FiguresOption = None
    seed: SeedOption = None
    language: LanguageOption = "en"


@command
def budget(asked: Asked) -> None:
    """Print what designs spend and take in by line and year, whom each scheme reaches, and what the money buys.

    Amounts are nominal som. Effects are against the first design, on the same people and luck.
    """
    scenario = changed(
        find_scenario(asked.what or [ENVELOPE]), scale=asked.scale, draws=asked.draws, replications=1, seed=asked.seed
    )
    if asked.design is not None and asked.design not in scenario.designs:
        raise InputError(f"design is '{asked.design}'; {nearest(asked.design, scenario.designs)}")
    say, talk = known(asked.language), tables.console(stderr=True)
    talk.print(say.text("Scenario '{name}': {what}", name=scenario.name, what=described(scenario, say)))
    if asked.balance is not None:
        talk.print(say.text("Balancing the envelopes: up to three rounds over all draws."))
        with progress.shown(3 * asked.draws, talk, say) as (_, advance):
            scenario = tool.balanced(scenario, workers=asked.workers, advance=advance)
        asked.balance.write_text(scenario.to_toml(), encoding="utf-8")
        talk.print(say.text("Written: {file}", file=asked.balance), markup=False)
    with progress.shown(asked.draws, talk, say) as (_, advance):
        found = tool.run(scenario, workers=asked.workers, advance=advance)
    _show(found, asked.design or found.designs[0], scenario, say)
    if asked.csv is not None:
        laws.write_csv(tool.rows_of(found), asked.csv)
        talk.print(say.text("Written: {file}", file=asked.csv), markup=False)


def _show(found: tool.Budget, design: str, scenario: Scenario, say: Language) -> None:
    show = tables.console()
    show.print(tool.by_year(found, design, say))
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
