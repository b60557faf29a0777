"""Rooms: sessions of a workshop, kept in a database so that nothing is lost with a phone, a page or the server.

Every change is one transaction that is flushed to the disk before it is answered (write-ahead log, synchronous FULL).
What is kept of people is the name that a group chose, and a hash of a random number for each device, so that it can
vote once. Deleting a session removes all of it from the file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from workshop.designs import TODAY, read
from workshop.examples import EXAMPLES
from workshop.problems import Problem

ROUNDS = ("briefing", "predict", "reveal", "debate", "vote", "closed")
ANSWERS = ("more", "same", "fewer")
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6
MOST_ROOMS, MOST_GROUPS, MOST_DEVICES, MOST_DESIGNS, MOST_UNDOS = 50, 60, 300, 8, 50
LONGEST_NAME, LONGEST_TITLE = 40, 80

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


class Member(NamedTuple):
    """A device that joined a room."""

    device: str  # hash
    team: int


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


def hashed(token: str) -> str:
    """Return what is stored of a device's random number."""
    return hashlib.sha256(token.encode()).hexdigest()


class Rooms:
    """The sessions on disk."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)
        self.base = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=5.0)
        self.base.row_factory = sqlite3.Row
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            self.base.execute(f"PRAGMA {setting}")
        self.base.executescript(TABLES)
        with self._change():
            self.base.execute("INSERT OR IGNORE INTO secret VALUES (1, ?)", (secrets.token_urlsafe(24),))
        self.token = str(self.base.execute("SELECT token FROM secret").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self.base.close()

    def is_token(self, given: str) -> bool:
        """Tell whether this is the facilitator's token."""
        return hmac.compare_digest(given.encode(), self.token.encode())

    # --- the facilitator ---

    def sessions(self) -> list[dict[str, Any]]:
        """Return all sessions, the newest first."""
        rows = self.base.execute(
            "SELECT code, title, round, (SELECT count(*) FROM team WHERE room = code) AS groups FROM room "
            "ORDER BY rowid DESC"
        )
        return [dict(row) for row in rows]

    def open(self, title: Any, question: Any = None) -> str:
        """Begin a session and return its code."""
        name = clean(title, "title", LONGEST_TITLE)
        first, second = _question(question if question is not None else [TODAY, EXAMPLES[0].short])
        with self._change():
            self._room_for("room", "1 = 1", (), MOST_ROOMS)
            code = next(code for code in _codes() if self._row(code) is None)
            self.base.execute(
                "INSERT INTO room VALUES (?, ?, ?, 0, NULL, ?, ?, 1)", (code, name, ROUNDS[0], first, second)
            )
        return code

    def steer(self, code: str, order: dict[str, Any]) -> None:
        """Change round, hiding, spotlight or question; what was is kept for :meth:`undo`."""
        with self._change(code) as row:
            was = {key: row[key] for key in ("round", "hidden", "spotlight", "first", "second")}
            new = dict(was)
            if "round" in order:
                new["round"] = _one_of(order["round"], "round", ROUNDS)
                new["hidden"] = int(new["round"] == "predict")
            if "hidden" in order:
                if not isinstance(order["hidden"], bool):
                    raise Problem("wrong_value", name="hidden", value=str(order["hidden"])[:20], wish="true or false")
                new["hidden"] = int(order["hidden"])
            if "spotlight" in order:
                new["spotlight"] = None if order["spotlight"] is None else self._design(code, order["spotlight"])
            if "question" in order:
                new["first"], new["second"] = _question(order["question"])
            if new == was:
                return
            self._set(code, new)
            self.base.execute("INSERT INTO undo (room, was) VALUES (?, ?)", (code, json.dumps(was)))
            self.base.execute(
                "DELETE FROM undo WHERE room = ? AND number NOT IN (SELECT number FROM undo WHERE room = ? "
                "ORDER BY number DESC LIMIT ?)", (code, code, MOST_UNDOS)
            )  # fmt: skip

    def undo(self, code: str) -> None:
        """Take back the last change of :meth:`steer`."""
        with self._change(code):
            last = self.base.execute(
                "SELECT number, was FROM undo WHERE room = ? ORDER BY number DESC LIMIT 1", (code,)
            ).fetchone()
            if last is None:
                raise Problem("nothing_to_undo")
            was = json.loads(last["was"])
            known = self.base.execute("SELECT 1 FROM design WHERE number = ?", (was["spotlight"],)).fetchone()
            self._set(code, was | {"spotlight": was["spotlight"] if known else None})
            self.base.execute("DELETE FROM undo WHERE number = ?", (last["number"],))

    def remove_group(self, code: str, number: Any) -> None:
        """Remove a group with its designs, devices and votes."""
        with self._change(code):
            gone = self.base.execute("DELETE FROM team WHERE room = ? AND number = ?", (code, _whole(number)))
            if gone.rowcount == 0:
                raise Problem("no_entry")
            self._mend_spotlight(code)

    def delete(self, code: str) -> None:
        """Remove everything of a session from the file."""
        with self._change(code):
            self.base.execute("DELETE FROM room WHERE code = ?", (code,))
        self.base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.base.execute("VACUUM")

    # --- groups ---

    def member(self, code: str, token: str) -> Member | None:
        """Return the member behind a device's random number."""
        row = self.base.execute(
            "SELECT hash, team FROM device WHERE room = ? AND hash = ?", (code, hashed(token))
        ).fetchone()
        return Member(row["hash"], row["team"]) if row else None

    def join(self, code: str, token: str, group: Any) -> None:
        """Let a device join a group, which is made if there is none of that name; a device is in one group."""
        name = clean(group, "group", LONGEST_NAME)
        with self._change(code) as row:
            self._open_in(row, ROUNDS[:-1])
            team = self.base.execute(
                "SELECT number FROM team WHERE room = ? AND folded = ?", (code, name.casefold())
            ).fetchone()
            if team is None:
                self._room_for("team", "room = ?", (code,), MOST_GROUPS)
                made = self.base.execute(
                    "INSERT INTO team (room, name, folded) VALUES (?, ?, ?)", (code, name, name.casefold())
                )
                number = made.lastrowid
            else:
                number = team["number"]
            if self.member(code, token) is None:
                self._room_for("device", "room = ?", (code,), MOST_DEVICES)
            self.base.execute(
                "INSERT INTO device (hash, room, team) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET team = excluded.team",
                (hashed(token), code, number),
            )

    def submit(self, code: str, member: Member, name: Any, short: Any) -> None:
        """Take a named design of a group; the same name of the same group is replaced."""
        title = clean(name, "name", LONGEST_NAME)
        if not isinstance(short, str):
            raise Problem("not_a_design", value=str(short)[:40])
        design = read(short).short
        with self._change(code) as row:
            self._open_in(row, ROUNDS[:-1])
            known = self.base.execute(
                "SELECT number FROM design WHERE team = ? AND name = ?", (member.team, title)
            ).fetchone()
            if known is None:
                self._room_for("design", "team = ?", (member.team,), MOST_DESIGNS)
            self.base.execute(
                "INSERT INTO design (room, team, name, short) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (team, name) DO UPDATE SET short = excluded.short", (code, member.team, title, design)
            )  # fmt: skip

    def withdraw(self, code: str, number: Any, member: Member | None) -> None:
        """Remove a design: a group its own, the facilitator (``member`` is ``None``) any; its votes are void."""
        with self._change(code) as row:
            self._open_in(row, ROUNDS[:-1] if member is None else ROUNDS[:-2], "design_stays")
            own, values = ("", ()) if member is None else (" AND team = ?", (member.team,))
            gone = self.base.execute(
                f"DELETE FROM design WHERE room = ? AND number = ?{own}", (code, _whole(number), *values)  # noqa: S608
            )  # fmt: skip
            if gone.rowcount == 0:
                raise Problem("no_entry")
            self._mend_spotlight(code)

    def predict(self, code: str, member: Member, answer: Any) -> None:
        """Take the prediction of a group."""
        chosen = _one_of(answer, "answer", ANSWERS)
        with self._change(code) as row:
            self._open_in(row, ("predict",))
            self.base.execute("UPDATE team SET prediction = ? WHERE number = ?", (chosen, member.team))

    def vote(self, code: str, member: Member, number: Any) -> None:
        """Take the vote of a device."""
        with self._change(code) as row:
            self._open_in(row, ("vote",))
            design = self._design(code, number)
            self.base.execute("UPDATE device SET vote = ? WHERE hash = ? AND room = ?", (design, member.device, code))

    # --- looking ---

    def peek(self, code: str) -> dict[str, Any]:
        """Return what everybody may know of a session."""
        row = self._known(code)
        return {"code": code, "title": row["title"], "round": row["round"], "joined": False}

    def state(self, code: str, member: Member | None, *, facilitator: bool) -> dict[str, Any]:
        """Return a session as a member or the facilitator sees it."""
        row = self._known(code)
        counted = facilitator or row["round"] == "closed"
        teams = self.base.execute(
            "SELECT number, name, prediction, (SELECT count(*) FROM device WHERE team = number) AS devices FROM team "
            "WHERE room = ? ORDER BY number", (code,)
        ).fetchall()  # fmt: skip
        designs = self.base.execute(
            "SELECT number, team, name, short, (SELECT count(*) FROM device WHERE vote = number) AS votes FROM design "
            "WHERE room = ? ORDER BY number", (code,)
        ).fetchall()  # fmt: skip
        devices, voted = self.base.execute(
            "SELECT count(*), count(vote) FROM device WHERE room = ?", (code,)
        ).fetchone()
        told = facilitator or ROUNDS.index(row["round"]) >= ROUNDS.index("reveal")
        answers = [team["prediction"] for team in teams]
        mine = next((team for team in teams if member and team["number"] == member.team), None)
        vote = self.base.execute(
            "SELECT vote FROM device WHERE hash = ? AND room = ?", (member.device, code)
        ).fetchone() if member else None  # fmt: skip
        return {
            "code": code,
            "title": row["title"],
            "round": row["round"],
            "rounds": list(ROUNDS),
            "hidden": bool(row["hidden"]),
            "spotlight": row["spotlight"],
            "question": [read(row[key]).as_dict() for key in ("first", "second")],
            "you": {
                "role": "facilitator" if facilitator else "member",
                "group": mine["number"] if mine else None,
                "prediction": mine["prediction"] if mine else None,
                "vote": vote["vote"] if vote else None,
            },
            "groups": [
                {"number": t["number"], "name": t["name"], "devices": t["devices"], "predicted": bool(t["prediction"])}
                for t in teams
            ],
            "predictions": {answer: answers.count(answer) for answer in ANSWERS} if told else None,
            "designs": [
                {
                    "number": d["number"], "group": d["team"], "name": d["name"], "design": read(d["short"]).as_dict(),
                    "votes": d["votes"] if counted else None,
                }
                for d in designs
            ],
            "voted": voted,
            "devices": devices,
            "version": row["version"],
        }  # fmt: skip

    def submitted(self) -> list[str]:
        """Return the designs of all sessions in short form, the newest first."""
        rows = self.base.execute("SELECT short FROM design GROUP BY short ORDER BY max(number) DESC LIMIT 100")
        return [str(row["short"]) for row in rows]

    def answers(self, code: str) -> list[dict[str, Any]]:
        """Return what each group predicted and how many of its devices voted for which design."""
        rows = self.base.execute(
            'SELECT team.number AS "group", name, prediction, (SELECT count(*) FROM device WHERE team = team.number '
            "AND vote IS NOT NULL) AS voted FROM team WHERE room = ? ORDER BY team.number", (code,)
        )  # fmt: skip
        return [dict(row) for row in rows]

    # --- inside ---

    @contextmanager
    def _change(self, code: str | None = None) -> Iterator[Any]:
        """Give the row of a room inside one transaction, which raises the room's version and reaches the disk."""
        self.base.execute("BEGIN IMMEDIATE")
        try:
            row = self._known(code) if code is not None else None
            yield row
            if code is not None:
                self.base.execute("UPDATE room SET version = version + 1 WHERE code = ?", (code,))
        except BaseException:
            self.base.execute("ROLLBACK")
            raise
        self.base.execute("COMMIT")

    def _row(self, code: str) -> Any:
        return self.base.execute("SELECT * FROM room WHERE code = ?", (code,)).fetchone()

    def _known(self, code: str) -> Any:
        row = self._row(code)
        if row is None:
            raise Problem("no_room", code=code[:12])
        return row

    def _set(self, code: str, new: dict[str, Any]) -> None:
        self.base.execute(
            "UPDATE room SET round = ?, hidden = ?, spotlight = ?, first = ?, second = ? WHERE code = ?",
            (new["round"], new["hidden"], new["spotlight"], new["first"], new["second"], code),
        )

    def _design(self, code: str, number: Any) -> int:
        found = self.base.execute(
            "SELECT number FROM design WHERE room = ? AND number = ?", (code, _whole(number))
        ).fetchone()
        if found is None:
            raise Problem("no_entry")
        return int(found["number"])

    def _mend_spotlight(self, code: str) -> None:
        self.base.execute(
            "UPDATE room SET spotlight = NULL WHERE code = ? AND spotlight NOT IN (SELECT number FROM design)", (code,)
        )

    def _open_in(self, row: Any, rounds: Sequence[str], problem: str = "wrong_round") -> None:
        if row["round"] not in rounds:
            raise Problem(problem, round=row["round"])

    def _room_for(self, table: str, where: str, values: tuple[Any, ...], most: int) -> None:
        count = self.base.execute(f"SELECT count(*) FROM {table} WHERE {where}", values).fetchone()[0]  # noqa: S608
        if count >= most:
            raise Problem("full", most=most)


def _codes() -> Iterator[str]:
    while True:
        yield "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _question(given: Any) -> tuple[str, str]:
    if not isinstance(given, list) or len(given) != 2 or not all(isinstance(short, str) for short in given):
        raise Problem("wrong_value", name="question", value=str(given)[:40], wish="a list of two designs")
    first, second = (read(short).short for short in given)
    return first, second


def _one_of(given: Any, name: str, known: Sequence[str]) -> str:
    if not isinstance(given, str) or given not in known:
        raise Problem("wrong_value", name=name, value=str(given)[:20], wish="one of " + ", ".join(known))
    return given


def _whole(number: Any) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**53:
        raise Problem("no_entry")
    return number
