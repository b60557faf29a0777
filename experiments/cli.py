"""The command ``kelishim``: scenarios in, tables and files out; heavy packages are imported only when needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from sim.scenario import Scenario

WRONG_INPUT, FAILED, STOPPED = 2, 1, 130
RESULTS = Path("results")
SCENARIOS = Path(__file__).parent / "scenarios"
DEMO = "demo"

app = typer.Typer(
    name="kelishim",
    help="Compare designs of the social contract and of the disability employment quota on a simulated Kyrgyzstan. "
    "All results are files on this computer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

ScaleOption = Annotated[
    int | None,
    typer.Option(
        min=1, max=1000, metavar="N", help="One simulated household stands for this many: 1 is the whole country."
    ),
]
SeedOption = Annotated[
    int | None, typer.Option(min=0, metavar="N", help="Seed of all luck; the same seed gives the same figures.")
]
ScenarioArgument = Annotated[str, typer.Argument(help="A scenario file, or the name of one that comes along.")]


@app.command(short_help="Compare designs by many paired runs.")
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
        typer.Option(min=1, max=100_000, metavar="N", help="Parameter sets drawn from what is known: the uncertainty."),
    ] = None,
    replications: Annotated[
        int | None, typer.Option(min=1, max=1000, metavar="N", help="Seeds for each parameter set: the luck.")
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
) -> None:
    """Compare designs by many paired runs: tables here, and Parquet, JSON and an HTML report in a folder."""
    with _errors():
        from experiments import progress, report, runner, study, summary, tables

        scenario = _changed(_chosen(what or [DEMO]), scale=scale, draws=draws, replications=replications, seed=seed)
        talk = tables.console(stderr=True)
        talk.print(f"Scenario '{scenario.name}': {_described(scenario)}")
        talk.print("Preparing the simulated country (built once, then kept).")
        planned = study.prepare(scenario)
        folder = out or RESULTS / planned.folder_name
        with progress.shown(len(planned.units), talk) as (say, advance), _stoppable(folder):
            outcome = runner.run(planned, folder, workers=workers, say=say, advance=advance)
        found = summary.read(folder)
        summary.write(found, folder)
        _show(found)
        report.write(found, folder)
        talk.print(f"{outcome.units} runs of {len(found.designs)} designs in {outcome.seconds:.0f} seconds. Files:")
        for name, meaning in FILES.items():
            talk.print(f"  {folder / name}  {meaning}")


FILES = {
    "report.html": "report with charts, opens in any browser, prints to A4",
    "summary.json": "all tables and what made them",
    "results.parquet": "every figure of every run, tidy",
}


@app.command(short_help="Run each design once and show it unfold.")
def run(
    scenario: ScenarioArgument = DEMO,
    scale: ScaleOption = None,
    seed: SeedOption = None,
    monthly: Annotated[bool, typer.Option("--monthly", help="A row for each month instead of each year.")] = False,
) -> None:
    """Run each design once with every parameter at its median, and show how it unfolds."""
    with _errors():
        from experiments import single, tables

        chosen = _changed(_chosen([scenario]), scale=scale, seed=seed)
        talk, show = tables.console(stderr=True), tables.console()
        talk.print(f"Scenario '{chosen.name}': {_described(chosen)}")
        talk.print("One run of each design; the first start compiles the model, which takes a minute.")
        frame = single.records(chosen)
        for table in single.unfolding(frame, chosen, monthly=monthly):
            show.print(table)
        show.print(single.totals(frame, chosen))
        talk.print("One run shows how things unfold, not how sure they are: for intervals, use kelishim compare.")


@app.command(short_help="Build the simulated country and check it.")
def population(
    scale: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="One household stands for this many.")] = 100,
    country: Annotated[str, typer.Option(help="A country that comes along, or a folder of its data.")] = "kyrgyzstan",
    everything: Annotated[bool, typer.Option("--all", help="Every figure, not only one line for each table.")] = False,
) -> None:
    """Build the simulated country and compare it with published statistics, used and withheld."""
    with _errors():
        from experiments import single, tables
        from sim.population import load
        from sim.population.validation import validation

        talk, show = tables.console(stderr=True), tables.console()
        talk.print("Building the simulated country (once for each scale, then kept).")
        built = load(country, scale)
        show.print(
            f"{len(built.households.identifier):,} households, {len(built.persons.identifier):,} persons with "
            f"disabilities and {len(built.employers.identifier):,} employers; fingerprint {str(built.digest)[:12]}."
        )
        for table in single.validation(validation(built), everything=everything):
            show.print(table)


@app.command(short_help="Compile the model and build the country ahead.")
def prepare(scenario: ScenarioArgument = DEMO) -> None:
    """Compile the model for this computer and build the simulated country, so that the next command starts at once."""
    with _errors():
        from experiments import study, tables

        chosen, talk = _chosen([scenario]), tables.console(stderr=True)
        if not study.compiled().exists():
            talk.print(
                "Compiling the model for this computer (a minute or two, once after each change of the program)."
            )
            study.compile_model(chosen)
        study.prepare(chosen)
        talk.print("The model is compiled and the simulated country is built.")


@app.command(short_help="Tell the story of one household or employer.")
def explain(
    scenario: ScenarioArgument = DEMO,
    household: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, metavar="ID", help="Identifier of a household.")
    ] = None,
    employer: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, metavar="ID", help="Identifier of an employer.")
    ] = None,
    design: Annotated[
        str | None, typer.Option(metavar="DESIGN", help="The first of the scenario if not given.")
    ] = None,
    versus: Annotated[str | None, typer.Option(metavar="DESIGN", help="Say also where this design parts.")] = None,
    scale: ScaleOption = None,
    seed: SeedOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what was decided against, every month.")] = False,
    brief: Annotated[bool, typer.Option("--brief", help="Only what happened, without reasons and draws.")] = False,
) -> None:
    """Tell a household's or employer's story month by month, with rule, inputs and draws; without an ID, suggest some.

    Every parameter is at its median. An identifier names the same household at every scale that has it.
    """
    with _errors():
        from experiments import stories, tables

        chosen = _changed(_chosen([scenario]), scale=scale, seed=seed)
        first, talk = design or next(iter(chosen.designs)), tables.console(stderr=True)
        for name in (first, *([versus] if versus else [])):
            chosen.policies(name)
        if household is None and employer is None:
            found = stories.suggestions(chosen, first)
            talk.print(f"Agents with a story under '{first}' (choose one with --household or --employer):")
            for kind, identifier, why in found:
                talk.print(f"  --{kind} {identifier}  {why}")
            household = next((each.identifier for each in found if each.kind == "household"), None)
            if household is None:
                return
        for text in stories.told(chosen, first, versus, household, employer, everything=everything, why=not brief):
            typer.echo(text + "\n")


@app.command(short_help="Check a scenario file; runs nothing.")
def check(scenario: Annotated[Path, typer.Argument(help="A scenario file.")]) -> None:
    """Check a scenario file and say what it asks for, without running anything."""
    with _errors():
        chosen = _chosen([str(scenario)])
        typer.echo(f"{scenario} is valid: {_described(chosen)}")


@app.command(name="report", short_help="Write the report of a results folder anew.")
def rebuild(folder: Annotated[Path, typer.Argument(help="A folder of results.")]) -> None:
    """Write the summary and the HTML report of a results folder anew and show its tables."""
    with _errors():
        from experiments import report, summary

        found = summary.read(folder)
        summary.write(found, folder)
        report.write(found, folder)
        _show(found)
        typer.echo(f"Written: {folder / 'report.html'} and {folder / 'summary.json'}", err=True)


def main() -> None:
    """Run the command line."""
    app()


def _show(found: Any) -> None:
    from experiments import tables

    show = tables.console()
    for make in (tables.levels, tables.differences, tables.best):
        for table in make(found):
            show.print(table)
    for sentence in tables.notes(found):
        show.print(sentence)


def _chosen(what: list[str]) -> Scenario:
    """Return the scenario of a file, of one that comes along, or of the demonstration with only the named designs."""
    from sim.errors import InputError, nearest
    from sim.scenario import Scenario

    first = what[0]
    shipped = {path.stem: path for path in SCENARIOS.glob("*.toml")}
    if len(what) == 1 and (first.endswith(".toml") or first in shipped):
        path = shipped.get(first, Path(first))
        if not path.is_file():
            raise InputError(f"{first}: there is no such scenario file; {nearest(first, shipped)}")
        return Scenario.read(path)
    return _with_designs(what, shipped)


def _with_designs(names: list[str], shipped: dict[str, Path]) -> Scenario:
    from sim.errors import InputError, nearest
    from sim.policies.design import codes
    from sim.scenario import Scenario

    demo = Scenario.read(shipped[DEMO])
    known = demo.as_dict()["designs"]
    laws = {code: {"label": f"Quota {code}", "quota": code} for code in codes()}
    for name in names:
        if name not in known and name not in laws:
            hint = nearest(name, [*shipped, *known, *laws])
            raise InputError(f"'{name}' is neither a scenario file, nor a design, nor a quota law; {hint}")
    known = laws | known
    return demo.revised(name="-".join(names)[:60], designs={name: known[name] for name in names})


def _changed(scenario: Scenario, **changes: Any) -> Scenario:
    """Return the scenario with some values replaced and checked again."""
    given = {key: value for key, value in changes.items() if value is not None}
    if not given:
        return scenario
    return scenario.revised(**given)


def _described(scenario: Scenario) -> str:
    from experiments.words import listed

    names = listed(f"'{scenario.label(name)}'" for name in scenario.designs)
    return (
        f"{len(scenario.designs)} designs ({names}), one household for {scenario.scale}, {scenario.start} to "
        f"{scenario.horizon}, {scenario.draws} parameter draws x {scenario.replications} seeds."
    )


@contextmanager
def _errors() -> Iterator[None]:
    """Turn errors that a user can act on into one sentence and an exit code."""
    from sim.errors import IdentityError, KelishimError, ResultError

    try:
        yield
    except IdentityError as error:
        _leave(f"An accounting identity of the model does not hold; this is a bug, please report it: {error}", FAILED)
    except ResultError as error:
        _leave(str(error), FAILED)
    except KelishimError as error:
        _leave(str(error), WRONG_INPUT)
    except OSError as error:
        _leave(f"{error.filename or 'A file'}: {error.strerror or error}", FAILED)
    except KeyboardInterrupt:
        _leave("Stopped.", STOPPED)


@contextmanager
def _stoppable(folder: Path) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        _leave(f"Stopped. Finished runs are kept in {folder}; the same command continues.", STOPPED)


def _leave(sentence: str, code: int) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


if __name__ == "__main__":
    main()
