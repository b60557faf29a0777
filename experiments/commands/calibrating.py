"""Commands of the calibration: ``calibrate`` makes a posterior, ``outlook`` looks ahead with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.shared import FAILED, errors, stoppable

PLACE = Path("results/calibration")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(short_help="Fit the model to the figures of 2021 to 2023.")(calibrate)
    app.command(short_help="What drives the headlines, and a forecast of 2024 to 2026.")(outlook)


def calibrate(
    quick: Annotated[
        bool, typer.Option("--quick", help="A few minutes, for trying out; the posterior says so.")
    ] = False,
    use: Annotated[
        bool, typer.Option("--use", help="Put the posterior into the program: every scenario then draws from it.")
    ] = False,
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Folder for runs and results; the same command continues there.")
    ] = PLACE,
    workers: Annotated[
        int,
        typer.Option(min=0, max=1024, metavar="N", help="Processes; 0 is one for each core. Never changes a result."),
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of all luck.")] = 1,
    country: Annotated[str, typer.Option(metavar="NAME", help="Country.")] = "kyrgyzstan",
) -> None:
    """Fit the model to published figures: runs, posterior, checks on invented truths, and a report."""
    with errors():
        import os

        for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(library, "1")  # before they load: the same bits with any number of cores

        from calibration import making, posterior, report
        from calibration.pipeline import FULL, QUICK
        from experiments import progress, provenance, tables

        effort = QUICK if quick else FULL
        talk = tables.console(stderr=True)
        talk.print(f"{effort.simulations} runs of the years 2020 to 2023; a stopped calibration continues in {out}.")
        with progress.shown(effort.simulations, talk) as (say, advance), stoppable(out):
            found = making.calibrate(
                country, seed, out, effort=effort, workers=workers, say=say, advance=advance, commit=provenance.commit()
            )
        files = posterior.write(found, country, posterior.FOLDER if use else out)
        text = out / "report.md"
        text.write_text(report.text(found), encoding="utf-8")
        for line in report.summary(found):
            talk.print(line)
        talk.print(f"Report: {text}. Posterior: {files[0]}" + ("; scenarios now draw from it." if use else "."))
        if not use:
            talk.print("With --use it is put into the program, and scenarios draw from it.")


def outlook(
    freeze: Annotated[
        str, typer.Option("--freeze", metavar="DAY", help="Write the forecast to a file of this day, once and for all.")
    ] = "",
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Folder for runs; the same command continues there.")
    ] = PLACE,
    workers: Annotated[int, typer.Option(min=0, max=1024, metavar="N", help="Processes; 0 is one for each core.")] = 0,
    country: Annotated[str, typer.Option(metavar="NAME", help="Country.")] = "kyrgyzstan",
) -> None:
    """Look ahead at draws of the posterior: what drives the headlines, and a forecast of 2024 to 2026."""
    with errors():
        import json

        from calibration import ahead, telling
        from experiments import progress, tables

        talk, show = tables.console(stderr=True), tables.console()
        total = ahead.RUNS + 2 * ahead.AGAIN + ahead.FORECAST_RUNS
        with progress.shown(total, talk) as (say, advance), stoppable(out):
            known = ahead.analyse(country, out, workers, say, advance)
            rows, about = ahead.forecast(country, out, workers, say, advance)
        file = ahead.headline_file(country)
        file.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        for line in telling.drivers(known):
            show.print(line, soft_wrap=True)
        for table in telling.forecast_tables(rows):
            show.print(table)
        if freeze:
            talk.print(f"Forecast written: {ahead.freeze(rows, about, freeze)}")


def prove(country: str = "kyrgyzstan") -> None:
    """Check the posterior's hash and data, and simulate three runs of its bank again, to the last bit."""
    from calibration import making

    wrong = making.faults(country, say=lambda text: typer.echo(text, err=True))
    for text in wrong:
        typer.echo(f"Not proven: {text}.", err=True)
    if wrong:
        raise typer.Exit(FAILED)
    typer.echo("Proven: draws, priors and targets are the posterior's, and its runs come out to the last bit.")
