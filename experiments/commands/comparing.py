"""Commands that run designs: ``compare`` many paired runs, ``run`` once, ``report`` anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.shared import (
    DEMO,
    LanguageOption,
    ScaleOption,
    ScenarioArgument,
    SeedOption,
    changed,
    counted,
    described,
    described_study,
    errors,
    find_scenario,
    find_study,
    finite,
    laws_alone,
    require_designs,
    stoppable,
)

if TYPE_CHECKING:
    from experiments.language import Language

RESULTS = Path("results")
EverythingOption = Annotated[bool, typer.Option("--all", help="All tables here, not only the headline.")]
FILES = {
    "report.html": "report with charts, opens in any browser, prints to A4",
    "summary.json": "all tables and what made them",
    "results.parquet": "every figure of every run, tidy",
    "quota.csv": "seats, jobs and money of every design, by group",
    "codebook.csv": "what every column of every file means",
    "certificate.json": "hashes of everything; kelishim verify checks them",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(short_help="Compare designs by many paired runs.")(compare)
    app.command(short_help="Run each design once and show it unfold.")(run)
    app.command(name="report", short_help="Write the report of a results folder anew.")(rebuild)


def compare(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO | DESIGN...]",
            help="A scenario file; or names of designs, the first is the one that the others are compared with. "
            "Nothing: the demonstration.",
        ),
    ] = None,
    scale: ScaleOption = None,
    draws: Annotated[
        int | None,
        typer.Option(min=1, max=10_000, metavar="N", help="Parameter sets drawn from what is known: the uncertainty."),
    ] = None,
    replications: Annotated[
        int | None, typer.Option(min=1, max=100, metavar="N", help="Seeds for each parameter set: the luck.")
    ] = None,
    workers: Annotated[
        int,
        typer.Option(min=0, max=1024, metavar="N", help="Processes; 0 is one for each core. Never changes a result."),
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Folder for the results; the same command continues a stopped one."),
    ] = None,
    seed: SeedOption = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            min=0, callback=finite, metavar="N", help="Stop after so many minutes, with what is finished then."
        ),
    ] = None,
    backend: Annotated[
        str, typer.Option(metavar="NAME", help="Where runs are computed: loky (this computer), dask or ray.")
    ] = "loky",
    scheduler: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Scheduler of a Dask or Ray cluster, such as tcp://host:8786.")
    ] = "",
    everything: EverythingOption = False,
    language: LanguageOption = "en",
) -> None:
    """Compare designs by many paired runs: the headline here, and Parquet, JSON and an HTML report in a folder."""
    with errors():
        from experiments import backends, tables
        from experiments.language import language as known

        speech = known(language)
        backends.check(backend, scheduler)
        plan = changed(find_study(what or [DEMO]), scale=scale, draws=draws, replications=replications, seed=seed)
        plan = plan if minutes is None else plan.limited(minutes)
        talk = tables.console(stderr=True)
        require_designs(what or [DEMO], plan)
        talk.print(f"Study '{plan.scenario.name}': {described_study(plan)}")
        if what and laws_alone(what):
            talk.print("Laws alone: no contracts are signed, so gross jobs, deadweight and displacement are not given.")
        talk.print("Preparing the simulated country (built once, then kept).")
        from experiments import progress, runner, study

        planned = study.prepare(plan)
        folder = out or RESULTS / planned.folder_name
        with progress.shown(len(planned.units), talk) as (say, advance), stoppable(folder):
            outcome = runner.run(
                planned, folder, workers=workers, backend=backend, scheduler=scheduler, say=say, advance=advance
            )
        from experiments import quota_tables, report, summary

        found = summary.finish(folder)
        quota_tables.write_csv(found, folder)
        _show(found, speech, everything=everything)
        page = report.write(found, folder, language)
        runs, arms = counted(outcome.units, "run"), counted(len(found.designs), "arm")
        talk.print(f"{runs} of {arms} in {counted(round(outcome.seconds), 'second')}. Files:")
        talk.print(f"  {page}  {FILES['report.html']}")
        for name in [name for name in FILES if name != "report.html" and (folder / name).exists()]:
            talk.print(f"  {folder / name}  {FILES[name]}")


def run(
    scenario: ScenarioArgument = DEMO,
    scale: ScaleOption = None,
    seed: SeedOption = None,
    monthly: Annotated[bool, typer.Option("--monthly", help="A row for each month instead of each year.")] = False,
) -> None:
    """Run each design once with every parameter at its median, and show how it unfolds."""
    with errors():
        from experiments import single, tables

        chosen = changed(find_scenario([scenario]), scale=scale, seed=seed)
        talk, show = tables.console(stderr=True), tables.console()
        talk.print(f"Scenario '{chosen.name}': {described(chosen)}")
        talk.print("One run of each design; the first start compiles the model, which takes a minute.")
        frame = single.records(chosen)
        for table in single.unfolding(frame, chosen, monthly=monthly):
            show.print(table)
        show.print(single.totals(frame, chosen))
        talk.print("One run shows how things unfold, not how sure they are: for intervals, use kelishim compare.")


def rebuild(
    folder: Annotated[Path, typer.Argument(help="A folder of results.")],
    language: Annotated[str, typer.Option(metavar="CODE", help="Language: en, ru or ky.")] = "en",
    everything: EverythingOption = False,
    families: Annotated[
        bool, typer.Option("--families", help="With three typical families and their twins; one more run.")
    ] = False,
) -> None:
    """Write the summary and the HTML report of a results folder anew and show its headline."""
    with errors():
        from experiments import quota_tables, report, summary, typical
        from experiments.language import language as known

        speech = known(language)
        found = summary.read(folder)
        summary.write(found, folder)
        quota_tables.write_csv(found, folder)
        if families:
            typical.write(found, folder)
        page = report.write(found, folder, language)
        _show(found, speech, everything=everything)
        typer.echo(speech.text("Written: {file}", file=f"{page}, {folder / 'summary.json'}"), err=True)


def _show(found: Any, say: Language, *, everything: bool) -> None:
    from experiments import headline, quota_tables, tables
    from experiments.telling import Telling

    show = tables.console()
    for part in (*headline.shown(found, say), *quota_tables.tables_for(found, say)):
        show.print(part, markup=False) if isinstance(part, str) else show.print(part)
    if not everything:
        more = len(found.outcomes) - len(found.primary)
        show.print(say.plural("{count} more outcome is in the report; {option} shows it here.",
                              "{count} more outcomes are in the report; {option} shows them here.", more,
                              option="--all"))  # fmt: skip
        return
    told = Telling(found, say)
    for make in (tables.levels, tables.differences, tables.best):
        for table in make(told):
            show.print(table)
