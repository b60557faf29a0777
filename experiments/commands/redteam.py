"""The command ``redteam``: how employers would get round a quota design, and what closes each gap."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.commands.shared import ScaleOption, SeedOption, changed, errors, find_scenario


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(short_help="How employers would get round a quota, and what closes each gap.")(redteam)


def redteam(
    design: Annotated[str, typer.Argument(help="Code of a quota law, such as KG_2025.")] = "KG_2025",
    levy: Annotated[
        float | None,
        typer.Option(min=0, max=10, metavar="N", help="A levy for each empty seat and year, in yearly average wages."),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--listed", help="Only employers on the yearly list have the duty, as today.")
    ] = False,
    draws: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="Parameter sets.")] = 10,
    horizon: Annotated[str, typer.Option(metavar="YYYY-MM", help="Last month; a December.")] = "2028-12",
    scale: ScaleOption = 500,
    workers: Annotated[int, typer.Option(min=0, max=1024, metavar="N", help="Processes; 0 is one for each core.")] = 0,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write every figure to this file as well.")] = None,
    seed: SeedOption = None,
) -> None:
    """Show how employers would evade a design: staying smaller, hiding, relabelling, paper jobs, ignoring, splitting.

    The design is run as given and with one thing changed at a time (inspection, what counts, threshold, levy), to see
    which change closes which gap and what it does to jobs.

    In English only; results of compare come in three languages.
    """
    with errors():
        from experiments import evasion, laws, progress, quota_tables, tables
        from sim.policies.design import load

        quota: dict[str, Any] = {"design": design, "assignment": "list" if listed else "universal"}
        if levy:
            quota["levy"] = levy
        title = load(design).name + (f", levy of {levy:g} average wages" if levy else "")
        title += ", yearly list" if listed else ", duty for all"
        ground = changed(find_scenario(["demo"]), scale=scale, draws=draws, replications=1, seed=seed, horizon=horizon)
        talk, show = tables.console(stderr=True), tables.console()
        talk.print(f"{title}: {draws} draws, one household for {scale}, {ground.start} to {ground.horizon}.")
        with progress.shown(draws, talk) as (_, advance):
            found = evasion.run(quota, title, ground, workers=workers, advance=advance)
        show.print(evasion.gaps(found))
        show.print(evasion.effects(found))
        for sentence in evasion.sentences(found):
            show.print(sentence, markup=False)
        show.print(evasion.assumptions(ground.country))
        for sentence in quota_tables.warnings({"start": ground.start, "designs": {design: {"quota": quota}}}):
            show.print(sentence, markup=False)
        show.print("Levy lost: seats times the levy of an empty seat at the smallest size with a duty. Staying smaller "
                   "and hiding are answers to steps of the schedule; how many employers choose them is an assumption, "
                   "no Kyrgyz figure exists.")  # fmt: skip
        if csv is not None:
            laws.write_csv(evasion.rows_of(found), csv)
            talk.print(f"Written: {csv}")
