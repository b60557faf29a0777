"""Progress: a bar with the time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

SECONDS_BETWEEN_LINES = 15.0


@contextmanager
def shown(total: int, console: Console) -> Iterator[tuple[Callable[[str], None], Callable[[int], None]]]:
    """Show the progress of ``total`` runs; give back a way to say a sentence and a way to count finished runs."""
    if not console.is_terminal:
        yield _lines(total, console)
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("runs"), BarColumn(bar_width=40), MofNCompleteColumn(), TextColumn("passed"),
               TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("runs", total=total)

        def advance(runs: int) -> None:
            bar.advance(task, runs)

        yield console.print, advance


def _lines(total: int, console: Console) -> tuple[Callable[[str], None], Callable[[int], None]]:
    started = last = time.monotonic()
    done = 0

    def advance(runs: int) -> None:
        nonlocal done, last
        done += runs
        now = time.monotonic()
        if now - last >= SECONDS_BETWEEN_LINES and done < total:
            left = (now - started) / done * (total - done)
            console.print(f"{done} of {total} runs are finished, about {left:.0f} seconds left.")
            last = now

    return console.print, advance
