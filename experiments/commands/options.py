"""What every command needs: options that several share, one record of options for each, one sentence for each error."""

from __future__ import annotations

import csv
import importlib
import inspect
import math
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, get_type_hints

import typer

from experiments import mistakes, screen
from experiments.language import of_errors
from sim.countries import USUAL, VARIABLE, countries
from sim.errors import IdentityError, InputError, KelishimError, ResultError

WRONG_INPUT, FAILED, STOPPED = 2, 1, 130
DEMO = "demo"

ScaleOption = Annotated[
    int | None,
    typer.Option(
        min=1, max=1000, metavar="N", help="One simulated household stands for this many: 1 is the whole country."
    ),
]
SeedOption = Annotated[
    int | None, typer.Option(min=0, metavar="N", help="Seed of all luck; the same seed gives the same figures.")
]
WorkersOption = Annotated[int, typer.Option(min=0, max=1024, metavar="N", help="Processes; 0 is one for each core.")]
SameOption = Annotated[
    int,
    typer.Option(min=0, max=1024, metavar="N", help="Processes; 0 is one for each core. Never changes a result."),
]
SimulatedScale = Annotated[
    int, typer.Option(min=1, max=1000, metavar="N", help="With --simulate: one household for this many.")
]
SimulatedDraws = Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="With --simulate: parameter sets.")]
SimulatedYears = Annotated[int, typer.Option(min=1, max=9, metavar="N", help="With --simulate: years followed.")]
FormatOption = Annotated[
    Literal["text", "json", "csv", "md"], typer.Option("--format", help="text, json, csv or md (Markdown).")
]
LanguageOption = Annotated[str, typer.Option("--language", metavar="CODE", help="Language: en, ru or ky.")]
ScenarioArgument = Annotated[str, typer.Argument(help="A scenario file, or the name of one that comes along.")]
FiguresOption = Annotated[Path | None, typer.Option(metavar="FILE", help="Write every figure to this file as well.")]
FolderArgument = Annotated[Path, typer.Argument(help="A folder of results.")]
CountryOption = Annotated[str, typer.Option(help="A country that comes along, or a folder of its data.")]


def command(run: Callable[[Any], None]) -> Callable[..., None]:
    """Make a command of a function that takes one record: each field is an option or argument, as it is annotated.

    An error that a user can act on becomes one sentence and an exit code.
    """
    (parameter,) = inspect.signature(run).parameters
    record = get_type_hints(run)[parameter]
    kinds = get_type_hints(record, include_extras=True)

    def called(**given: Any) -> None:
        with errors(str(given.get("language", "en"))):
            run(record(**given))

    called.__name__, called.__doc__, called.__annotations__ = run.__name__, run.__doc__, kinds
    vars(called)["__signature__"] = inspect.Signature([
        inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, annotation=kinds[one.name],
                          default=inspect.Parameter.empty if one.default is MISSING else one.default)
        for one in fields(record)
    ])  # fmt: skip
    return called


def finite(value: float | None) -> float | None:
    """Refuse an amount that is infinite or no number; the callback of an option that has no largest value."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter("it must be finite")
    return value


@contextmanager
def errors(code: str = "en") -> Iterator[None]:
    """Turn errors that a user can act on into one sentence and an exit code; being asked to end is as Ctrl-C."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except IdentityError as error:
        _leave(f"An accounting identity of the model does not hold; this is a bug, please report it: {error}", FAILED)
    except ResultError as error:
        _leave(str(error), FAILED, code)
    except KelishimError as error:
        _leave(str(error), WRONG_INPUT, code)
    except OSError as error:
        _leave(f"{error.filename or 'A file'}: {error.strerror or error}", FAILED)
    except KeyboardInterrupt:
        _leave("Stopped.", STOPPED, code)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, csv.Error) as error:
        _leave(_of_country(code) or _raised(error), WRONG_INPUT, code)


def _of_country(code: str) -> str:
    """Return what is wrong with the files of a country of one's own; a country that comes along has no fault."""
    country = os.environ.get(VARIABLE, USUAL)
    if country in countries():
        return ""
    kit: Any = importlib.import_module("experiments.kit")  # its libraries are not needed otherwise
    try:
        kit.require(country, of_errors(code))
    except KelishimError as wrong:
        return str(wrong)
    return ""


def _raised(error: Exception) -> NoReturn:
    raise error


@contextmanager
def stoppable(folder: Path, code: str = "en") -> Iterator[None]:
    """Say, when somebody stops the command, that what is finished is kept."""
    try:
        yield
    except KeyboardInterrupt:
        _leave(f"Stopped. Finished runs are kept in {folder}; the same command continues.", STOPPED, code)


def _leave(sentence: str, status: int, code: str = "en") -> NoReturn:
    screen.error(mistakes.told(sentence, of_errors(code)))
    raise typer.Exit(status)


def free_chart(path: Path) -> None:
    """Refuse a chart that cannot be written, or that is there already; nothing is overwritten unasked."""
    if path.suffix.lower() != ".svg":
        raise InputError(f"--chart is {path}; the name must end in .svg")
    if path.exists():
        raise InputError(f"--chart is {path}; it is there already: give another name, or remove it first")
    if not path.parent.is_dir():
        raise InputError(f"--chart is {path}; there is no folder {path.parent}: make it first")
