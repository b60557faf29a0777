"""Commands that search what is known: ``outcomes`` and ``parameters``; they simulate nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

import typer

from experiments import known, sections
from experiments.commands.options import FormatOption, LanguageOption, command
from experiments.language import Language, language


@dataclass(frozen=True)
class Asked:
    """The options of ``outcomes`` and ``parameters``."""

    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORDS...]", help="What must occur in name, label, unit, definition or source."),
    ] = None
    form: FormatOption = "text"
    language: LanguageOption = "en"


@command
def outcomes(asked: Asked) -> None:
    """List the outcomes in which all words occur, each with unit, definition, rule and source; without words all."""
    say = language(asked.language)
    _tell(asked, known.outcomes, "outcome", say.text("Outcomes"), say)


@command
def parameters(asked: Asked) -> None:
    """List the parameters in which all words occur, each with unit, value, range, source and confidence."""
    say = language(asked.language)
    _tell(asked, known.parameters, "parameter", say.text("Parameters"), say)


def _tell(
    asked: Asked, entries: Callable[[Language], Iterator[known.Entry]], what: str, title: str, say: Language
) -> None:
    every = list(entries(say))
    kept = known.found(every, asked.words, what) if asked.words else every
    of = {"count": say.number(len(kept)), "all": say.number(len(every))}
    heading = say.text("{title}: {count} of {all}", title=title, **of)
    if asked.form == "text":
        typer.echo(known.on_screen(kept, heading, say))
        return
    typer.echo(sections.FORMATS[asked.form]([known.section(kept, heading, f"{what}s", say)]), nl=False)
