"""Progress: a bar with the time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from experiments.language import language
from experiments.marks import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from experiments.language import Language
    from experiments.screen import Screen

RUNS, STEPS, MONTHS = N_("runs"), N_("steps"), N_("months")  # that are counted
SAID = {
    RUNS: N_("{done} of {total} runs are finished, about {left} seconds left."),
    STEPS: N_("{done} of {total} steps are done, about {left} seconds left."),
    MONTHS: N_("{done} of {total} months are simulated, about {left} seconds left."),
}
SECONDS_BETWEEN_LINES = 15.0
SECONDS_AT_LEAST = 2.0  # of the first run, from which the time left is said at once


@contextmanager
def shown(
    total: int, screen: Screen, say: Language | None = None, kind: str = RUNS
) -> Iterator[tuple[Callable[[str], None], Callable[[int], None]]]:
    """Show the progress of ``total`` runs; give back a way to say a sentence and a way to count finished runs."""
    say = say or language("en")
    if not screen.is_terminal:
        yield _lines(total, screen, say, kind)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(say.text(kind)), BarColumn(bar_width=40), MofNCompleteColumn(),
               TextColumn(say.text("time passed")), TimeElapsedColumn(), TextColumn(say.text("time left")),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=screen.stderr), transient=True) as bar:
        task = bar.add_task("runs", total=total)

        def advance(runs: int) -> None:
            bar.advance(task, runs)

        yield screen.print, advance


def _lines(total: int, screen: Screen, say: Language, kind: str) -> tuple[Callable[[str], None], Callable[[int], None]]:
    started = last = time.monotonic()
    done = 0

    def advance(runs: int) -> None:
        nonlocal done, last
        done += runs
        if not done:  # nothing was on disk yet, so nothing tells how long a run takes
            return
        now = time.monotonic()
        first = done == runs and now - started >= SECONDS_AT_LEAST  # after the first, how long it will take
        if (first or now - last >= SECONDS_BETWEEN_LINES) and done < total:
            left = (now - started) / done * (total - done)
            screen.print(say.text(SAID[kind], done=say.number(done), total=say.number(total),
                                  left=say.number(left)))  # fmt: skip
            last = now

    return screen.print, advance
