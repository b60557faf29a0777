"""Keeping: the file of the sessions, its tables, and the one way in which it is changed.

Every change is one transaction that is flushed to the disk before it is answered (write-ahead log, synchronous FULL).
A file of an earlier version is brought up to date when it is opened; nothing in it is lost.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workshop.designs import read
from workshop.outcomes import ON_PAGE
from workshop.problems import Problem

ROUNDS = ("briefing", "predict", "reveal", "debate", "vote", "closed")
FIRST_OUTCOME = "net_jobs"  # what is asked about until the facilitator chooses
EDITION = 2  # of the tables
LARGEST = 1e15  # of a number that somebody gives

TABLES = """
CREATE TABLE IF NOT EXISTS secret (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS room (
    code TEXT PRIMARY KEY, title TEXT NOT NULL, round TEXT NOT NULL, hidden INTEGER NOT NULL, spotlight INTEGER,
    first TEXT NOT NULL, second TEXT NOT NULL, version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS team (
    number INTEGER PRIMARY KEY AUTOINCREMENT, room TEXT NOT NULL REFERENCES room ON DELETE CASCADE, name TEXT NOT NULL,
    folded TEXT NOT NULL, prediction TEXT, UNIQUE (room, folded));
CREATE TABLE IF NOT EXISTS design (
    number INTEGER PRIMARY KEY AUTOINCREMENT, room TEXT NOT NULL REFERENCES room ON DELETE CASCADE,
    team INTEGER NOT NULL REFERENCES team ON DELETE CASCADE, name TEXT NOT NULL, short TEXT NOT NULL,
    UNIQUE (team, name));
CREATE TABLE IF NOT EXISTS device (
    hash TEXT NOT NULL, room TEXT NOT NULL REFERENCES room ON DELETE CASCADE,
    team INTEGER NOT NULL REFERENCES team ON DELETE CASCADE, vote INTEGER REFERENCES design ON DELETE SET NULL,
    PRIMARY KEY (hash, room));
CREATE TABLE IF NOT EXISTS undo (
    number INTEGER PRIMARY KEY AUTOINCREMENT, room TEXT NOT NULL REFERENCES room ON DELETE CASCADE, was TEXT NOT NULL);
"""

# What the second edition adds: the outcome asked about, a timer, sessions put away, phones that left, guesses by
# question, designs of the facilitator (no group), and beliefs, which no key joins to a device or a group.
SECOND = """
ALTER TABLE room ADD COLUMN outcome TEXT NOT NULL DEFAULT 'net_jobs';
ALTER TABLE room ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE room ADD COLUMN ends REAL;
ALTER TABLE device ADD COLUMN away INTEGER NOT NULL DEFAULT 0;
CREATE TABLE guess (
    team INTEGER NOT NULL REFERENCES team ON DELETE CASCADE, first TEXT NOT NULL, second TEXT NOT NULL,
    outcome TEXT NOT NULL, answer TEXT NOT NULL, low REAL, high REAL, PRIMARY KEY (team, first, second, outcome));
INSERT INTO guess SELECT team.number, room.first, room.second, room.outcome, team.prediction, NULL, NULL
    FROM team JOIN room ON room.code = team.room WHERE team.prediction IS NOT NULL;
CREATE TABLE belief (
    room TEXT NOT NULL REFERENCES room ON DELETE CASCADE, pair TEXT NOT NULL, moment TEXT NOT NULL,
    answers TEXT NOT NULL, PRIMARY KEY (room, pair, moment)) WITHOUT ROWID;
CREATE TABLE design_new (
    number INTEGER PRIMARY KEY AUTOINCREMENT, room TEXT NOT NULL REFERENCES room ON DELETE CASCADE,
    team INTEGER REFERENCES team ON DELETE CASCADE, name TEXT NOT NULL, short TEXT NOT NULL, UNIQUE (team, name));
INSERT INTO design_new SELECT number, room, team, name, short FROM design;
DROP TABLE design;
ALTER TABLE design_new RENAME TO design;
"""


def opened(file: Path) -> sqlite3.Connection:
    """Return the base of a file, which is made or brought up to date."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)
    base = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=5.0)
    base.row_factory = sqlite3.Row
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = OFF", "secure_delete = ON"):
        base.execute(f"PRAGMA {setting}")
    base.execute("BEGIN IMMEDIATE")
    try:
        if int(base.execute("PRAGMA user_version").fetchone()[0]) < EDITION:
            for order in (TABLES + SECOND).split(";\n"):
                if order.strip():
                    base.execute(order)
            base.execute(f"PRAGMA user_version = {EDITION}")
        base.execute("INSERT OR IGNORE INTO secret VALUES (1, ?)", (secrets.token_urlsafe(24),))
    except BaseException:
        base.execute("ROLLBACK")
        base.close()
        raise
    base.execute("COMMIT")
    base.execute("PRAGMA foreign_keys = ON")
    return base


class Kept:
    """The sessions on disk, and how one of them is found and changed."""

    def __init__(self, file: Path) -> None:
        self.base = opened(file)
        self.token = str(self.base.execute("SELECT token FROM secret").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self.base.close()

    @contextmanager
    def changing(self, code: str | None = None) -> Iterator[Any]:
        """Give the row of a room inside one transaction, which raises the room's version and reaches the disk."""
        self.base.execute("BEGIN IMMEDIATE")
        try:
            row = self.known(code) if code is not None else None
            yield row
            if code is not None:
                self.base.execute("UPDATE room SET version = version + 1 WHERE code = ?", (code,))
        except BaseException:
            self.base.execute("ROLLBACK")
            raise
        self.base.execute("COMMIT")

    def row(self, code: str) -> Any:
        """Return the row of a room, ``None`` where there is none."""
        return self.base.execute("SELECT * FROM room WHERE code = ?", (code,)).fetchone()

    def known(self, code: str) -> Any:
        """Return the row of a room that must be there."""
        row = self.row(code)
        if row is None:
            raise Problem("no_room", code=code[:12])
        return row

    def design_in(self, code: str, number: Any) -> int:
        """Return the number of a design that must be in a room."""
        found = self.base.execute(
            "SELECT number FROM design WHERE room = ? AND number = ?", (code, whole(number))
        ).fetchone()
        if found is None:
            raise Problem("no_entry")
        return int(found["number"])

    def mend_spotlight(self, code: str) -> None:
        """Show no design to all that is not there any more."""
        self.base.execute(
            "UPDATE room SET spotlight = NULL WHERE code = ? AND spotlight NOT IN (SELECT number FROM design)", (code,)
        )

    def room_for(self, table: str, where: str, values: tuple[Any, ...], most: int) -> None:
        """Refuse one more row than ``most``."""
        count = self.base.execute(f"SELECT count(*) FROM {table} WHERE {where}", values).fetchone()[0]  # noqa: S608
        if count >= most:
            raise Problem("full", most=most)


def taken_in(row: Any, rounds: Sequence[str], problem: str = "wrong_round") -> None:
    """Refuse what a round does not take, and everything of a session that was put away."""
    if row["archived"]:
        raise Problem("archived")
    if row["round"] not in rounds:
        raise Problem(problem, round=row["round"])


def clean(text: Any, name: str, longest: int) -> str:
    """Return a name that somebody chose: one line, no control characters, not empty and not too long."""
    wish = f"a text of 1 to {longest} characters"
    if not isinstance(text, str) or len(text) > 10 * longest:
        raise Problem("wrong_value", name=name, value=str(text)[:20], wish=wish)
    found = unicodedata.normalize("NFC", "".join(c if c.isprintable() else " " for c in text))
    found = " ".join(found.split())
    if not 1 <= len(found) <= longest:
        raise Problem("wrong_value", name=name, value=found[:20], wish=wish)
    return found


def one_of(given: Any, name: str, known: Sequence[str]) -> str:
    """Return one of some words."""
    if not isinstance(given, str) or given not in known:
        raise Problem("wrong_value", name=name, value=str(given)[:20], wish="one of " + ", ".join(known))
    return given


def yes_or_no(given: Any, name: str) -> bool:
    """Return true or false."""
    if not isinstance(given, bool):
        raise Problem("wrong_value", name=name, value=str(given)[:20], wish="true or false")
    return given


def number_of(given: Any, name: str) -> float:
    """Return a finite number."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not -LARGEST <= given <= LARGEST:
        raise Problem("wrong_value", name=name, value=str(given)[:20], wish="a number")
    return float(given)


def whole(number: Any) -> int:
    """Return the number of an entry."""
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**53:
        raise Problem("no_entry")
    return number


def outcome_of(given: Any) -> str:
    """Return the name of an outcome of the page."""
    return one_of(given, "outcome", tuple(ON_PAGE))


def question_of(given: Any) -> tuple[str, str]:
    """Return the two designs of a question in short form."""
    if not isinstance(given, list) or len(given) != 2 or not all(isinstance(short, str) for short in given):
        raise Problem("wrong_value", name="question", value=str(given)[:40], wish="a list of two designs")
    first, second = (read(short).short for short in given)
    return first, second


def written(value: Any) -> str:
    """Return a value as it is kept in a column."""
    return json.dumps(value, separators=(",", ":"))
