"""Commands that run designs: ``compare`` many paired runs, ``run`` once, ``report`` anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from experiments import (
    backends,
    chart_data,
    finishing,
    headline,
    progress,
    quota_tables,
    report,
    runner,
    sampling,
    single,
    slides,
    structure_words,
    structures,
    study,
    summary,
    tables,
    typical,
)
from experiments.commands.options import (
    DEMO,
    FolderArgument,
    FormatOption,
    LanguageOption,
    SameOption,
    ScaleOption,
    ScenarioArgument,
    SeedOption,
    command,
    finite,
    stoppable,
)
from experiments.commands.shared import (
    changed,
    counted,
    described,
    described_study,
    find_scenario,
    find_study,
    laws_alone,
    require_designs,
)
from experiments.language import Language
from experiments.language import language as known
from experiments.protocol import Plan
from experiments.screen import Screen
from experiments.sections import Section
from experiments.summary import Summary
from experiments.telling import Telling
from sim.errors import InputError

RESULTS = Path("results")
EverythingOption = Annotated[bool, typer.Option("--all", help="All tables here, not only the headline.")]
FILES = {
    "report.html": "report with charts, opens in any browser, prints to A4",
    "summary.json": "all tables and what made them",
    "results.parquet": "every figure of every run, tidy",
    "quota.csv": "seats, jobs and money of every design, by group",
    "codebook.csv": "what every column of every file means",
    "certificate.json": "hashes of what the figures rest on; kelishim verify checks every file",
}


@dataclass(frozen=True)
class Compare:
    """The options of ``compare``."""

    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO | DESIGN...]",
            help="A scenario file; or names of designs and quota laws (codes or files), the first is the one that the "
            "others are compared with. "
            "Nothing: the demonstration.",
        ),
    ] = None
    scale: ScaleOption = None
    draws: Annotated[
        int | None,
        typer.Option(min=1, max=10_000, metavar="N", help="Parameter sets drawn from what is known: the uncertainty."),
    ] = None
    replications: Annotated[
        int | None, typer.Option(min=1, max=100, metavar="N", help="Seeds for each parameter set: the luck.")
    ] = None
    workers: SameOption = 0
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Folder for the results; the same command continues a stopped one."),
    ] = None
    seed: SeedOption = None
    start: Annotated[
        str | None, typer.Option(metavar="MONTH", help="First month of the designs, a January, such as 2026-01.")
    ] = None
    horizon: Annotated[str | None, typer.Option(metavar="MONTH", help="Last month, such as 2030-12.")] = None
    minutes: Annotated[
        float | None,
        typer.Option(
            min=0, callback=finite, metavar="N", help="Stop after so many minutes, with what is finished then."
        ),
    ] = None
    backend: Annotated[
        str, typer.Option(metavar="NAME", help="Where runs are computed: loky (this computer), dask or ray.")
    ] = "loky"
    scheduler: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Scheduler of a Dask or Ray cluster, such as tcp://host:8786.")
    ] = ""
    structure: Annotated[
        int,
        typer.Option(
            min=0, max=1000, metavar="N", help="Also run the weakest rules in another form, on so many parameter sets."
        ),
    ] = 0
    sampling: Annotated[
        int,
        typer.Option(
            min=0, max=200, metavar="N",
            help="Where the population is made of a survey: also run on so many of its replicates.",
        ),
    ] = 0  # fmt: skip
    everything: EverythingOption = False
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def compare(asked: Compare) -> None:
    """Compare designs by many paired runs: the headline here, and Parquet, JSON and an HTML report in a folder."""
    speech = known(asked.language)
    backends.check(asked.backend, asked.scheduler)
    plan, talk = _plan(asked), Screen(stderr=True)
    if asked.sampling:
        sampling.check(plan.scenario.country, asked.sampling)
    talk.print(f"Study '{plan.scenario.name}': {described_study(plan)}")
    if asked.what and laws_alone(asked.what):
        talk.print("Laws alone: no contracts are signed, so gross jobs, deadweight and displacement are not given.")
    talk.print("Preparing the simulated country (built once, then kept).")
    planned = study.prepare(plan)
    if asked.structure:
        structures.check(planned, asked.structure)
    if asked.sampling:
        sampling.check_arms(planned)
    folder = asked.out or RESULTS / planned.folder_name
    with progress.shown(len(planned.units), talk) as (say, advance), stoppable(folder, asked.language):
        outcome = runner.run(
            planned, folder, workers=asked.workers, backend=asked.backend, scheduler=asked.scheduler, say=say,
            advance=advance,
        )  # fmt: skip
    found = finishing.finish(folder)
    quota_tables.write_csv(found, folder)
    more = _structure(planned, found, folder, asked) if asked.structure else []
    _show(found, speech, asked, [*more, *(_sampling(planned, found, folder, asked) if asked.sampling else ())])
    page = report.write(found, folder, asked.language)
    runs, arms = counted(outcome.units, "run"), counted(len(found.designs), "design")
    talk.print(f"{runs} of {arms} in {counted(round(outcome.seconds), 'second')}. Files:")
    talk.print(f"  {page}  {FILES['report.html']}")
    for name in [name for name in FILES if name != "report.html" and (folder / name).exists()]:
        talk.print(f"  {folder / name}  {FILES[name]}")


def _structure(planned: study.Study, found: Summary, folder: Path, asked: Compare) -> list[str | Section]:
    """Run the variants of the structure, write their shares and return which part of the uncertainty is theirs."""
    speech, talk = known(asked.language), Screen(stderr=True)
    total = len(structures.tasks(planned, folder, asked.structure))
    with progress.shown(total, talk) as (_, advance), stoppable(folder):
        runs = structures.run(planned, folder, asked.structure, asked.workers, advance)
    parts = structures.parts(found, runs, found.primary)
    kept = structures.Kept(tuple(parts), asked.structure, structures.failed(runs))
    talk.print(f"  {structures.write(kept, folder)}  shares of the variance: parameters, luck, structure")
    return [structure_words.shown(Telling(found, speech), kept), *structure_words.sentences(speech, kept)]


def _sampling(planned: study.Study, found: Summary, folder: Path, asked: Compare) -> list[str | Section]:
    """Run the study on replicates of the survey and return how far the headlines hang on the sample."""
    talk = Screen(stderr=True)
    with progress.shown(asked.sampling, talk) as (_, advance), stoppable(folder):
        runs = sampling.run(planned, folder, asked.sampling, asked.workers, advance)
    kept = structures.read(folder) if asked.structure else None
    spreads = sampling.spreads(found, runs, found.primary, kept)
    talk.print(f"  {sampling.write(spreads, asked.sampling, folder)}  standard deviations: parameters, luck, survey")
    return sampling.shown(Telling(found, known(asked.language)), spreads, asked.sampling)


def _plan(asked: Compare) -> Plan:
    """Return the study that was asked for, with what was given on the command line."""
    what = asked.what or [DEMO]
    plan = changed(
        find_study(what), scale=asked.scale, draws=asked.draws, replications=asked.replications, seed=asked.seed,
        start=asked.start, horizon=asked.horizon,
    )  # fmt: skip
    if asked.minutes == 0.0:
        raise InputError("--minutes is 0; it must be more, or no run would be made")
    plan = plan if asked.minutes is None else plan.limited(asked.minutes)
    require_designs(what, plan)
    return plan


@dataclass(frozen=True)
class Run:
    """The options of ``run``."""

    scenario: ScenarioArgument = DEMO
    scale: ScaleOption = None
    seed: SeedOption = None
    monthly: Annotated[bool, typer.Option("--monthly", help="A row for each month instead of each year.")] = False
    everything: EverythingOption = False
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def run(asked: Run) -> None:
    """Run each design once with every parameter at its median, and show how it unfolds."""
    chosen = changed(find_scenario([asked.scenario]), scale=asked.scale, seed=asked.seed)
    say, talk = known(asked.language), Screen(stderr=True)
    talk.print(say.text("Scenario '{name}': {described}", name=chosen.name, described=described(chosen, say)))
    talk.print(say.text("One run of each design; the first start compiles the model, which takes a minute."))
    frame = single.records(chosen)
    with Screen(asked.form) as show:
        show.print(*single.unfolding(frame, chosen, monthly=asked.monthly, say=say),
                   single.totals(frame, chosen, everything=asked.everything, say=say))  # fmt: skip
    talk.print(
        say.text(
            "One run shows how things unfold, not how sure they are: for intervals, use {command}.",
            command="kelishim compare",
        )
    )


@dataclass(frozen=True)
class Rebuild:
    """The options of ``report``."""

    folder: FolderArgument
    language: Annotated[str, typer.Option(metavar="CODE", help="Language: en, ru or ky.")] = "en"
    everything: EverythingOption = False
    form: FormatOption = "text"
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Show the headline of the folder and write nothing.")
    ] = False
    families: Annotated[
        bool, typer.Option("--families", help="With three typical families and their twins; one more run.")
    ] = False
    slides: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER_OR_FILE", help="Slides as well: one idea a page, large type, to show or print."),
    ] = None
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The figures of every chart as well: CSV files and a workbook."),
    ] = None


@command
def rebuild(asked: Rebuild) -> None:
    """Write the summary and the HTML report of a results folder anew and show its headline."""
    speech, folder = known(asked.language), asked.folder
    if asked.read_only:
        if asked.families or asked.slides is not None or asked.data is not None:
            raise InputError("--read-only writes nothing; leave out --families, --slides and --data, or leave it out")
        _show(summary.read(folder), speech, asked)
        return
    shown_at = None if asked.slides is None else slides.target(asked.slides, asked.language)
    if shown_at is not None:
        slides.free(shown_at, "--slides")
    found = summary.read(folder)
    written = []
    if asked.data is not None:
        chart_data.write(Telling(found, speech), asked.data)
        written.append(asked.data)
    if shown_at is not None:
        written.append(slides.write(found, shown_at, asked.language))
    finishing.write(found, folder)
    quota_tables.write_csv(found, folder)
    if asked.families:
        typical.write(found, folder)
    page = report.write(found, folder, asked.language)
    _show(found, speech, asked)
    files = ", ".join(map(str, (page, folder / "summary.json", *written)))
    typer.echo(speech.text("Written: {file}", file=files), err=True)


def _show(found: Summary, say: Language, asked: Compare | Rebuild, more: Sequence[str | Section] = ()) -> None:
    """Show the question, the verdicts and the narrow table; with --all how they come about and every outcome."""
    with Screen(asked.form) as show:
        if not asked.everything:
            show.print(*headline.first_screen(found, say), *more)
            return
        show.print(*headline.shown(found, say, everything=True), *more)
        show.print(*headline.reasons(found, say), *quota_tables.tables_for(found, say))
        told = Telling(found, say)
        show.print(*[made for make in (tables.levels, tables.differences, tables.best) if (made := make(told))])
