"""Memory: every run that was ever made of a design, in memory and on disk, so that nothing is computed twice.

The file belongs to one world: code of the model, country, parameter sets, scale and months. A file of another world is
not read; it is deleted when it is older than a month. Losing the file loses time, never a result.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

import numpy as np

from workshop.figures import Floats, Layout, Place

IN_MEMORY, ON_DISK = 900, 2500  # designs
OLD = 30 * 24 * 3600  # seconds
log = logging.getLogger("kelishim.workshop")


class Memory:
    """Runs by design and draw."""

    def __init__(self, folder: Path, world: str) -> None:
        self.known: OrderedDict[str, dict[int, Floats]] = OrderedDict()
        self.layout: Layout | None = None
        self.base: sqlite3.Connection | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._forget(folder, f"{world}.sqlite")
            self.base = _opened(folder / f"{world}.sqlite")
            found = self.base.execute("SELECT places FROM layout").fetchone()
            if found:
                self.layout = Layout(tuple(Place(*place) for place in json.loads(found[0])))
        except (OSError, sqlite3.Error) as error:
            log.warning("runs are not kept on disk: %s", type(error).__name__)
            self.base = None

    def runs(self, design: str) -> dict[int, Floats]:
        """Return the runs of a design by draw; more may be added later."""
        if design in self.known:
            self.known.move_to_end(design)
            return self.known[design]
        found: dict[int, Floats] = {}
        if self.base is not None and self.layout is not None:
            with suppress(sqlite3.Error):
                rows = self.base.execute("SELECT draw, figures FROM runs WHERE design = ?", (design,))
                found = {draw: np.frombuffer(figures) for draw, figures in rows}
        places = len(self.layout.places) if self.layout is not None else 0
        self.known[design] = {k: row for k, row in found.items() if len(row) == places}
        return self.known[design]

    def add(self, design: str, draw: int, places: tuple[Place, ...], figures: Floats) -> None:
        """Remember a run."""
        if self.layout is None:
            self.layout = Layout(places)
            self._write("INSERT OR IGNORE INTO layout VALUES (1, ?)", json.dumps(places))
        self.runs(design)[draw] = figures
        self._write("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", design, draw, figures.tobytes())

    def trim(self, wanted: set[str]) -> None:
        """Forget the designs that were looked at longest ago, but none that is wanted."""
        for design in list(self.known):
            if len(self.known) <= IN_MEMORY:
                break
            if design not in wanted:
                del self.known[design]

    def close(self) -> None:
        """Write what is left and close the file; a full file loses its oldest designs."""
        if self.base is None:
            return
        with suppress(sqlite3.Error):
            newest = "SELECT design FROM runs GROUP BY design ORDER BY max(rowid) DESC LIMIT ?"
            self.base.execute(f"DELETE FROM runs WHERE design NOT IN ({newest})", (ON_DISK,))  # noqa: S608 fixed words
            self.base.close()
        self.base = None

    def _write(self, order: str, *values: object) -> None:
        if self.base is None:
            return
        try:
            self.base.execute(order, values)
        except sqlite3.OperationalError:  # another server writes at this moment, or the disk is full: computed again
            log.debug("a run was not kept on disk")
        except sqlite3.Error as error:
            log.warning("runs are no longer kept on disk: %s", type(error).__name__)
            self.base = None

    def _forget(self, folder: Path, mine: str) -> None:
        for path in folder.glob("*.sqlite*"):
            if not path.name.startswith(mine) and time.time() - path.stat().st_mtime > OLD:
                path.unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection:
    """Return the file's base; a damaged file is made anew."""
    for attempt in range(2):
        base = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0.05)
        try:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = OFF")
            base.execute("CREATE TABLE IF NOT EXISTS layout (one INTEGER PRIMARY KEY, places TEXT)")
            base.execute(
                "CREATE TABLE IF NOT EXISTS runs (design TEXT, draw INTEGER, figures BLOB, PRIMARY KEY (design, draw))"
            )
        except sqlite3.DatabaseError:
            base.close()
            if attempt:
                raise
            path.unlink(missing_ok=True)
        else:
            return base
    raise AssertionError
