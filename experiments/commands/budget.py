"""The command ``budget``: spending by line, coverage, adequacy, targeting and efficiency of social protection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from experiments import budget as tool
from experiments import budget_chart, laws, progress, quota_tables, spending
from experiments.benefit_notes import benefit_notes
from experiments.budget_words import Teller
from experiments.commands.options import (
    FiguresOption,
    FormatOption,
    LanguageOption,
    ScaleOption,
    SeedOption,
    WorkersOption,
    command,
    free_chart,
)
from experiments.commands.shared import changed, described, find_scenario
from experiments.language import Language
from experiments.language import language as known
from experiments.middles import COUNTRY
from experiments.screen import Screen
from experiments.sections import Section
from sim.errors import InputError, nearest
from sim.scenario import Scenario

ENVELOPE, USUAL_SCALE = "envelope", 100


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
    published: Annotated[
        bool, typer.Option("--published", help="Instead: spending of 2022 and 2023 beside published figures.")
    ] = False
    chart: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Draw spending and its receivers.")] = None
    form: FormatOption = "text"
    seed: SeedOption = None
    language: LanguageOption = "en"


@command
def budget(asked: Asked) -> None:
    """Print what social protection spends and takes in by line and year, whom it reaches, and what the money buys.

    The whole system: grants, child benefit, benefits and pensions for a disability, age pensions, services, the quota.
    Today's law stands beside each design. Amounts are nominal som; effects are on the same people and luck.
    """
    if asked.chart is not None:
        free_chart(asked.chart)
    if asked.published:
        _published(asked)
        return
    scenario = changed(
        find_scenario(asked.what or [ENVELOPE]), scale=asked.scale, draws=asked.draws, replications=1, seed=asked.seed
    )
    if asked.design is not None and asked.design not in scenario.designs:
        raise InputError(f"design is '{asked.design}'; {nearest(asked.design, scenario.designs)}")
    say, talk = known(asked.language), Screen(stderr=True)
    talk.print(say.text("Scenario '{name}': {what}", name=scenario.name, what=described(scenario, say)))
    if asked.balance is not None:
        talk.print(say.text("Balancing the envelopes: up to three rounds over all draws."))
        with progress.shown(3 * asked.draws, talk, say) as (_, advance):
            scenario = tool.balanced(scenario, workers=asked.workers, advance=advance)
        asked.balance.write_text(scenario.to_toml(), encoding="utf-8")
        talk.print(say.text("Written: {file}", file=asked.balance))
    talk.print(say.plural(
        "{count} run of all designs; it can take minutes. Fewer {draws} or a larger {scale} is quicker.",
        "{count} runs of all designs; it can take minutes. Fewer {draws} or a larger {scale} is quicker.",
        asked.draws, draws="--draws", scale="--scale",
    ))  # fmt: skip
    with progress.shown(asked.draws, talk, say) as (_, advance):
        found = tool.run(scenario, workers=asked.workers, advance=advance)
    design = asked.design or found.designs[0]
    with Screen(asked.form) as show:
        show.print(*_sections(found, design, scenario, say))
    if asked.chart is not None:
        asked.chart.write_text(budget_chart.drawn(found, design, say), encoding="utf-8")
        talk.print(say.text("Written: {file}", file=asked.chart))
    if asked.csv is not None:
        laws.write_csv(tool.rows_of(found), asked.csv)
        talk.print(say.text("Written: {file}", file=asked.csv))


def _published(asked: Asked) -> None:
    """Print spending of the simulated record by line beside published figures."""
    for option, value in (("--balance", asked.balance), ("--chart", asked.chart), ("--csv", asked.csv),
                          ("--design", asked.design), ("a scenario or design", asked.what)):  # fmt: skip
        if value:
            raise InputError(f"--published looks at the record and at no design; leave {option} out")
    found = spending.found(COUNTRY, asked.scale or USUAL_SCALE, asked.seed or 1)
    with Screen(asked.form) as show:
        show.print(spending.section(found, known(asked.language)))


def _sections(found: tool.Budget, design: str, scenario: Scenario, say: Language) -> Iterator[Section]:
    """Yield all tables, and last what to know when reading them."""
    yield from Teller(found, design, say).sections()
    notes = [*laws.carried_notes(
        scenario.history().economy, scenario.last_month, ("inflation", "subsistence", "average_wage"), say
    ), *quota_tables.warnings(scenario.as_dict(), say), *benefit_notes(scenario, say)]  # fmt: skip
    notes.append(say.text("Administration holds hidden cost (staff time, training) beyond what the budget shows."))
    yield Section("notes", say.text("What to know"), (), (), tuple(notes))
