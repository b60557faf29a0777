"""Rooms: sessions of a workshop, kept in a database so that nothing is lost with a phone, a page or the server.

What is kept of people is the name that a group chose, and a hash of a random number for each device, so that it can
vote once. Deleting a session removes all of it from the file.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from collections.abc import Iterator
from typing import Any

from workshop import beliefs
from workshop.answering import ANSWERS, LONGEST_NAME, MOST_DESIGNS, Answering, Member, hashed
from workshop.designs import TODAY, read
from workshop.examples import EXAMPLES
from workshop.keeping import (
    FIRST_OUTCOME,
    ROUNDS,
    clean,
    number_of,
    one_of,
    outcome_of,
    question_of,
    whole,
    written,
    yes_or_no,
)
from workshop.problems import Problem

__all__ = ["ANSWERS", "LONGEST_NAME", "LONGEST_TITLE", "MOST_DESIGNS", "ROUNDS", "Member", "Rooms", "clean", "hashed"]

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6
MOST_ROOMS, MOST_UNDOS = 50, 50
LONGEST_TITLE = 80
LONGEST_TIMER = 7200.0  # seconds
STEERED = ("round", "hidden", "spotlight", "first", "second", "outcome")  # what undo takes back


class Rooms(Answering):
    """The sessions: what the facilitator does, and what each may see."""

    def is_token(self, given: str) -> bool:
        """Tell whether this is the facilitator's token."""
        return hmac.compare_digest(given.encode(), self.token.encode())

    # --- the facilitator ---

    def sessions(self) -> list[dict[str, Any]]:
        """Return all sessions, the newest first."""
        rows = self.base.execute(
            "SELECT code, title, round, archived, (SELECT count(*) FROM team WHERE room = code) AS groups, "
            "(SELECT count(*) FROM design WHERE room = code) AS designs FROM room ORDER BY rowid DESC"
        )
        return [dict(row) | {"archived": bool(row["archived"])} for row in rows]

    def open(self, title: Any, question: Any = None, outcome: Any = FIRST_OUTCOME) -> str:
        """Begin a session and return its code."""
        name = clean(title, "title", LONGEST_TITLE)
        first, second = question_of(question if question is not None else [TODAY, EXAMPLES[0].short])
        asked = outcome_of(outcome)
        with self.changing():
            self.room_for("room", "NOT archived", (), MOST_ROOMS)
            code = next(code for code in _codes() if self.row(code) is None)
            self.base.execute(
                "INSERT INTO room (code, title, round, hidden, first, second, version, outcome) "
                "VALUES (?, ?, ?, 0, ?, ?, 1, ?)", (code, name, ROUNDS[0], first, second, asked)
            )  # fmt: skip
        return code

    def steer(self, code: str, order: dict[str, Any]) -> None:
        """Change round, hiding, spotlight, question or outcome; what was is kept for :meth:`undo`.

        A timer is set or stopped, and a session put away or taken up again, without a place among the undos.
        """
        with self.changing(code) as row:
            if "archived" in order:
                self._put_away(code, away=yes_or_no(order["archived"], "archived"))
            if "timer" in order:
                self._time(code, order["timer"])
            was = {key: row[key] for key in STEERED}
            new = was | self._ordered(code, order)
            if new == was:
                return
            if new["round"] != was["round"] and order.get("timer") is None:
                self._time(code, None)  # a timer belongs to its round
            self._set(code, new)
            self.base.execute("INSERT INTO undo (room, was) VALUES (?, ?)", (code, written(was)))
            self.base.execute(
                "DELETE FROM undo WHERE room = ? AND number NOT IN (SELECT number FROM undo WHERE room = ? "
                "ORDER BY number DESC LIMIT ?)", (code, code, MOST_UNDOS)
            )  # fmt: skip

    def undo(self, code: str) -> None:
        """Take back the last change of :meth:`steer`."""
        with self.changing(code) as row:
            last = self._last(code)
            if last is None:
                raise Problem("nothing_to_undo")
            was = {key: row[key] for key in STEERED} | json.loads(last["was"])
            known = self.base.execute("SELECT 1 FROM design WHERE number = ?", (was["spotlight"],)).fetchone()
            self._set(code, was | {"spotlight": was["spotlight"] if known else None})
            self.base.execute("DELETE FROM undo WHERE number = ?", (last["number"],))

    def remove_group(self, code: str, number: Any) -> None:
        """Remove a group with its designs, devices and votes."""
        with self.changing(code):
            gone = self.base.execute("DELETE FROM team WHERE room = ? AND number = ?", (code, whole(number)))
            if gone.rowcount == 0:
                raise Problem("no_entry")
            self.mend_spotlight(code)

    def delete(self, code: str) -> None:
        """Remove everything of a session from the file."""
        with self.changing(code):
            self.base.execute("DELETE FROM room WHERE code = ?", (code,))
        self.base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.base.execute("VACUUM")

    # --- looking ---

    def peek(self, code: str) -> dict[str, Any]:
        """Return what everybody may know of a session."""
        row = self.known(code)
        return {"code": code, "title": row["title"], "round": row["round"], "joined": False}

    def state(self, code: str, member: Member | None, *, facilitator: bool, token: str = "") -> dict[str, Any]:
        """Return a session as a member or the facilitator sees it."""
        row = self.known(code)
        devices, voted = self.base.execute(
            "SELECT count(CASE WHEN vote IS NOT NULL OR NOT away THEN 1 END), count(vote) FROM device WHERE room = ?",
            (code,),
        ).fetchone()
        told = facilitator or ROUNDS.index(row["round"]) >= ROUNDS.index("reveal")
        guesses = self.guesses(code, (row["first"], row["second"], row["outcome"]))
        answers = [guess["answer"] for guess in guesses]
        return {
            "code": code,
            "title": row["title"],
            "round": row["round"],
            "rounds": list(ROUNDS),
            "hidden": bool(row["hidden"]),
            "archived": bool(row["archived"]),
            "spotlight": row["spotlight"],
            "question": [read(row[key]).as_dict() for key in ("first", "second")],
            "outcome": row["outcome"],
            "timer": None if row["ends"] is None else round(max(0.0, row["ends"] - time.time()), 1),
            "you": self._you(code, member, guesses, facilitator=facilitator),
            "groups": self._groups(code, {guess["group"] for guess in guesses}),
            "predictions": {answer: answers.count(answer) for answer in ANSWERS} if told else None,
            "guesses": guesses if told else None,
            "designs": self._designs(code, counted=facilitator or row["round"] == "closed"),
            "voted": voted,
            "devices": devices,
            "beliefs": self._beliefs(code, row["round"], token),
            "undo": self._undoing(code, row) if facilitator else None,
            "version": row["version"],
        }

    def guesses(self, code: str, question: tuple[str, str, str]) -> list[dict[str, Any]]:
        """Return what the groups guessed about a question: first and second design, and the outcome."""
        rows = self.base.execute(
            'SELECT team.number AS "group", answer, low, high FROM guess JOIN team ON team.number = guess.team '
            "WHERE room = ? AND first = ? AND second = ? AND outcome = ? ORDER BY team.number", (code, *question)
        )  # fmt: skip
        return [dict(row) for row in rows]

    def questions(self, code: str) -> list[tuple[str, str, str]]:
        """Return every question that groups guessed about, in the order of the first guess, and the one asked now."""
        rows = self.base.execute(
            "SELECT first, second, outcome FROM guess JOIN team ON team.number = guess.team WHERE room = ? "
            "GROUP BY first, second, outcome ORDER BY min(guess.rowid)", (code,)
        )  # fmt: skip
        row = self.known(code)
        return list(dict.fromkeys([*map(tuple, rows), (row["first"], row["second"], row["outcome"])]))

    def submitted(self) -> list[str]:
        """Return the designs of all sessions in short form, the newest first."""
        rows = self.base.execute("SELECT short FROM design GROUP BY short ORDER BY max(number) DESC LIMIT 100")
        return [str(row["short"]) for row in rows]

    def hidden_from(self, token: str) -> bool:
        """Tell whether a phone takes part in a session whose results are hidden now."""
        found = self.base.execute(
            "SELECT 1 FROM device JOIN room ON code = room WHERE hash = ? AND NOT away AND hidden AND NOT archived "
            "AND round <> 'closed'", (hashed(token),)
        )  # fmt: skip
        return bool(token) and found.fetchone() is not None

    def answers(self, code: str) -> list[dict[str, Any]]:
        """Return what each group guessed, question by question, and how many of its devices voted."""
        voted = self.base.execute(
            "SELECT number, name, (SELECT count(*) FROM device WHERE team = number AND vote IS NOT NULL) AS voted "
            "FROM team WHERE room = ? ORDER BY number", (code,)
        ).fetchall()  # fmt: skip
        out = [{"group": row["number"], "name": row["name"], "voted": row["voted"], "guesses": []} for row in voted]
        for first, second, outcome in self.questions(code):
            given = {guess["group"]: guess for guess in self.guesses(code, (first, second, outcome))}
            for group in out:
                if guess := given.get(group["group"]):
                    known = {key: guess[key] for key in ("answer", "low", "high")}
                    group["guesses"].append({"question": [first, second], "outcome": outcome} | known)
        return out

    # --- inside ---

    def _ordered(self, code: str, order: dict[str, Any]) -> dict[str, Any]:
        """Return what an order of the facilitator sets."""
        new: dict[str, Any] = {}
        if "round" in order:
            new["round"] = one_of(order["round"], "round", ROUNDS)
            new["hidden"] = int(new["round"] == "predict")
        if "hidden" in order:
            new["hidden"] = int(yes_or_no(order["hidden"], "hidden"))
        if "spotlight" in order:
            new["spotlight"] = None if order["spotlight"] is None else self.design_in(code, order["spotlight"])
        if "question" in order:
            new["first"], new["second"] = question_of(order["question"])
        if "outcome" in order:
            new["outcome"] = outcome_of(order["outcome"])
        return new

    def _put_away(self, code: str, *, away: bool) -> None:
        if not away:
            self.room_for("room", "NOT archived AND code <> ?", (code,), MOST_ROOMS)
        self.base.execute("UPDATE room SET archived = ? WHERE code = ?", (int(away), code))

    def _time(self, code: str, seconds: Any) -> None:
        """Let a timer run from now on, or stop it."""
        if seconds is not None and not 1.0 <= number_of(seconds, "timer") <= LONGEST_TIMER:
            raise Problem("wrong_value", name="timer", value=str(seconds)[:20], wish=f"from 1 to {LONGEST_TIMER:g}")
        ends = None if seconds is None else time.time() + float(seconds)
        self.base.execute("UPDATE room SET ends = ? WHERE code = ?", (ends, code))

    def _set(self, code: str, new: dict[str, Any]) -> None:
        self.base.execute(
            "UPDATE room SET round = ?, hidden = ?, spotlight = ?, first = ?, second = ?, outcome = ? WHERE code = ?",
            (*(new[key] for key in STEERED), code),
        )

    def _last(self, code: str) -> Any:
        return self.base.execute(
            "SELECT number, was FROM undo WHERE room = ? ORDER BY number DESC LIMIT 1", (code,)
        ).fetchone()

    def _undoing(self, code: str, row: Any) -> dict[str, Any] | None:
        """Return what the next undo would bring back, ``None`` where there is nothing to take back."""
        last = self._last(code)
        if last is None:
            return None
        was = json.loads(last["was"])
        return {key: was[key] for key in STEERED if key in was and was[key] != row[key]}

    def _you(
        self, code: str, member: Member | None, guesses: list[dict[str, Any]], *, facilitator: bool
    ) -> dict[str, Any]:
        guess: dict[str, Any] = next((each for each in guesses if member and each["group"] == member.team), {})
        vote = self.base.execute(
            "SELECT vote FROM device WHERE hash = ? AND room = ?", (member.device, code)
        ).fetchone() if member else None  # fmt: skip
        return {
            "role": "facilitator" if facilitator else "member",
            "group": member.team if member else None,
            "prediction": guess.get("answer"),
            "low": guess.get("low"),
            "high": guess.get("high"),
            "vote": vote["vote"] if vote else None,
        }

    def _groups(self, code: str, guessed: set[int]) -> list[dict[str, Any]]:
        rows = self.base.execute(
            "SELECT number, name, (SELECT count(*) FROM device WHERE team = number AND NOT away) AS devices FROM team "
            "WHERE room = ? ORDER BY number", (code,)
        )  # fmt: skip
        return [dict(row) | {"predicted": row["number"] in guessed} for row in rows]

    def _designs(self, code: str, *, counted: bool) -> list[dict[str, Any]]:
        rows = self.base.execute(
            "SELECT number, team, name, short, (SELECT count(*) FROM device WHERE vote = number) AS votes FROM design "
            "WHERE room = ? ORDER BY number", (code,)
        )  # fmt: skip
        return [
            {
                "number": row["number"], "group": row["team"], "name": row["name"],
                "design": read(row["short"]).as_dict(), "votes": row["votes"] if counted else None,
            }
            for row in rows
        ]  # fmt: skip

    def _beliefs(self, code: str, round_: str, token: str) -> dict[str, Any]:
        given = self.base.execute("SELECT moment, count(*) FROM belief WHERE room = ? GROUP BY moment", (code,))
        return {
            "statements": list(beliefs.STATEMENTS),
            "agreement": list(beliefs.AGREEMENT),
            "open": beliefs.moment_of(round_),
            "given": self.has_believed(code, token) if token else [],
            "counts": dict.fromkeys(beliefs.MOMENTS, 0) | dict(given),
        }


def _codes() -> Iterator[str]:
    while True:
        yield "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
