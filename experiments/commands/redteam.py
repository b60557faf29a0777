"""The command ``redteam``: how employers would get round a quota design, and what closes each gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from experiments import evasion, evasion_words, laws, progress, quota_tables
from experiments.commands.options import (
    FiguresOption,
    FormatOption,
    LanguageOption,
    ScaleOption,
    SeedOption,
    WorkersOption,
    command,
)
from experiments.commands.shared import changed, find_scenario
from experiments.language import Language
from experiments.language import language as known
from experiments.screen import Screen
from sim.policies.design import load
from sim.scenario import Scenario


@dataclass(frozen=True)
class Asked:
    """The options of ``redteam``."""

    design: Annotated[str, typer.Argument(help="Code of a quota law, such as KG_2025, or a file of a law.")] = "KG_2025"
    levy: Annotated[
        float | None,
        typer.Option(min=0, max=10, metavar="N", help="A levy for each empty seat and year, in yearly average wages."),
    ] = None
    listed: Annotated[
        bool, typer.Option("--listed", help="Only employers on the yearly list have the duty, as today.")
    ] = False
    draws: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="Parameter sets.")] = 10
    horizon: Annotated[str, typer.Option(metavar="YYYY-MM", help="Last month; a December.")] = "2028-12"
    scale: ScaleOption = 500
    workers: WorkersOption = 0
    csv: FiguresOption = None
    seed: SeedOption = None
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def redteam(asked: Asked) -> None:
    """Show how employers would evade a design: staying smaller, hiding, relabelling, paper jobs, ignoring, splitting.

    The design is run as given and with one thing changed at a time (inspection, what counts, threshold, levy), to see
    which change closes which gap and what it does to jobs.
    """
    say, draws = known(asked.language), asked.draws
    quota: dict[str, Any] = {"design": asked.design, "assignment": "list" if asked.listed else "universal"}
    if asked.levy:
        quota["levy"] = asked.levy
    title = _title(asked, say)
    ground = changed(
        find_scenario(["demo"]), scale=asked.scale, draws=draws, replications=1, seed=asked.seed, horizon=asked.horizon
    )
    talk = Screen(stderr=True)
    talk.print(say.text("{title}: {draws}, one household for {scale}, {start} to {horizon}.", title=title,
                        draws=say.plural("{count} draw", "{count} draws", draws), scale=say.number(ground.scale),
                        start=ground.start, horizon=ground.horizon))  # fmt: skip
    with progress.shown(draws, talk, say) as (_, advance):
        found = evasion.run(quota, title, ground, workers=asked.workers, advance=advance)
    with Screen(asked.form) as show:
        _show(found, ground, say, show)
        show.print(*quota_tables.warnings({"start": ground.start, "designs": {asked.design: {"quota": quota}}}, say))
    if asked.csv is not None:
        laws.write_csv(evasion.rows_of(found), asked.csv)
        talk.print(say.text("Written: {file}", file=asked.csv))


def _show(found: evasion.Findings, ground: Scenario, say: Language, show: Screen) -> None:
    show.print(say.text(
        "A seat is a place that the law wants a person with a disability to fill. A draw is one set of values for "
        "what is not known about how employers behave."
    ))  # fmt: skip
    show.print(evasion.gaps(found, say))
    show.print(say.text(
        "The shares add up to all seats; splitting overlaps with the others and is not among them. Levy lost: "
        "seats times the levy of an empty seat at the smallest size with a duty, as far as levies are collected, "
        "for the last year. Employers stay smaller or hide staff near a size at which one seat more is owed; how "
        "many do so is an assumption, no Kyrgyz figure exists."
    ))  # fmt: skip
    show.print(*laws.carried_notes(ground.history().economy, ground.last_month, ("average_wage",), say))
    show.print(evasion.effects(found, say), *evasion.sentences(found, say))
    show.print(evasion_words.assumptions(found, ground.country, say))
    show.print(*evasion_words.traces(found, ground.country, say))


def _title(asked: Asked, say: Language) -> str:
    parts = [say.law(load(asked.design).name)]
    if asked.levy:
        parts.append(say.text("levy of {levy} average wages", levy=say.shortest(asked.levy)))
    parts.append(say.text("yearly list") if asked.listed else say.text("duty for all"))
    return ", ".join(parts)
