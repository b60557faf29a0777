"""Screen: where a command puts sentences and tables, as text that fits, or as JSON, CSV or Markdown for a program."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Self

import typer

from experiments import layout
from experiments.sections import FORMATS, Section, on_screen

TEXT = "text"


class Screen:
    """Puts sentences and tables on the screen in their order; in another form than text all at once, when it ends."""

    def __init__(self, form: str = TEXT, *, stderr: bool = False) -> None:
        self.form, self.stderr = form, stderr
        self._kept: list[Section] = []
        self._last: str | Section | None = None

    @property
    def width(self) -> int:
        """Columns of the screen."""
        return layout.screen_width()

    @property
    def is_terminal(self) -> bool:
        """Whether somebody looks on."""
        return (sys.stderr if self.stderr else sys.stdout).isatty()

    def print(self, *parts: str | Section) -> None:
        """Put sentences and tables."""
        for part in parts:
            if self.form != TEXT:
                self._keep(part)
                continue
            typer.echo(_put(part, self._last, self.width), err=self.stderr)
            self._last = part

    def close(self) -> None:
        """Write what was kept."""
        if self.form != TEXT:
            typer.echo(FORMATS[self.form](self._kept), nl=False, err=self.stderr)
            self._kept = []

    def _keep(self, part: str | Section) -> None:
        """Keep a table; sentences become notes, of the table before them or of a part of their own."""
        if isinstance(part, Section):
            self._kept.append(part)
            return
        if not self._kept:
            self._kept.append(Section("said", "", (), ()))
        last = self._kept[-1]
        self._kept[-1] = last._replace(notes=(*last.notes, part.strip()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.close()


def text(parts: Iterable[str | Section], width: int) -> str:
    """Return what a screen of so many columns shows of sentences and tables."""
    said, last = [], None
    for part in parts:
        said.append(_put(part, last, width))
        last = part
    return "\n".join(said)


def _put(part: str | Section, last: str | Section | None, width: int) -> str:
    """Return a sentence or a table as lines that fit, with an empty line before and after a table."""
    apart = last is not None and (isinstance(part, Section) or isinstance(last, Section))
    said = on_screen([part], width) if isinstance(part, Section) else layout.broken(part, width - 1)
    return f"\n{said}" if apart else said


def error(sentence: str) -> None:
    """Say what is wrong: in lines that fit on a terminal, or where COLUMNS says how wide it is; else in one line."""
    fits = sys.stderr.isatty() or os.environ.get("COLUMNS", "").isdigit()
    typer.echo(layout.broken(sentence, layout.screen_width() - 1) if fits else sentence, err=True)
