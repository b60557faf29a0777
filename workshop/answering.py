"""Answering: what groups and their phones give to a session: designs, guesses, votes, beliefs."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

from workshop import beliefs
from workshop.designs import read
from workshop.keeping import ROUNDS, Kept, clean, number_of, one_of, taken_in, whole, written
from workshop.problems import Problem
from workshop.scoring import FEWER, MORE, SAME, direction

ANSWERS = (MORE, SAME, FEWER)
MOST_GROUPS, MOST_DEVICES, MOST_DESIGNS = 60, 300, 8
LONGEST_NAME = 40


class Member(NamedTuple):
    """A device that joined a room."""

    device: str  # hash
    team: int


def hashed(token: str) -> str:
    """Return what is stored of a device's random number."""
    return hashlib.sha256(token.encode()).hexdigest()


class Answering(Kept):
    """The part of the sessions that groups write."""

    def member(self, code: str, token: str) -> Member | None:
        """Return the member behind a device's random number."""
        row = self.base.execute(
            "SELECT hash, team FROM device WHERE room = ? AND hash = ? AND NOT away", (code, hashed(token))
        ).fetchone()
        return Member(row["hash"], row["team"]) if row else None

    def join(self, code: str, token: str, group: Any) -> None:
        """Let a device join a group, which is made if there is none of that name; a device is in one group."""
        name = clean(group, "group", LONGEST_NAME)
        with self.changing(code) as row:
            taken_in(row, ROUNDS[:-1])
            team = self.base.execute(
                "SELECT number FROM team WHERE room = ? AND folded = ?", (code, name.casefold())
            ).fetchone()
            if team is None:
                self.room_for("team", "room = ?", (code,), MOST_GROUPS)
                made = self.base.execute(
                    "INSERT INTO team (room, name, folded) VALUES (?, ?, ?)", (code, name, name.casefold())
                )
                number = made.lastrowid
            else:
                number = team["number"]
            known = self.base.execute("SELECT 1 FROM device WHERE room = ? AND hash = ?", (code, hashed(token)))
            if known.fetchone() is None:
                self.room_for("device", "room = ?", (code,), MOST_DEVICES)
            self.base.execute(
                "INSERT INTO device (hash, room, team) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET team = excluded.team, away = 0", (hashed(token), code, number)
            )  # fmt: skip

    def part(self, code: str, member: Member) -> None:
        """Let a device leave; what its group gave, and its vote, stay."""
        with self.changing(code):
            self.base.execute("UPDATE device SET away = 1 WHERE hash = ? AND room = ?", (member.device, code))

    def submit(self, code: str, member: Member | None, name: Any, short: Any) -> None:
        """Take a named design of a group, or of the facilitator; the same name of the same group is replaced."""
        title = clean(name, "name", LONGEST_NAME)
        if not isinstance(short, str):
            raise Problem("not_a_design", value=str(short)[:40])
        design = read(short).short
        team = member.team if member else None
        with self.changing(code) as row:
            taken_in(row, ROUNDS[:-1])
            known = self.base.execute(
                "SELECT number FROM design WHERE room = ? AND team IS ? AND name = ?", (code, team, title)
            ).fetchone()
            if known is not None:
                self.base.execute("UPDATE design SET short = ? WHERE number = ?", (design, known["number"]))
                return
            self.room_for("design", "room = ? AND team IS ?", (code, team), MOST_DESIGNS)
            self.base.execute(
                "INSERT INTO design (room, team, name, short) VALUES (?, ?, ?, ?)", (code, team, title, design)
            )

    def withdraw(self, code: str, number: Any, member: Member | None) -> None:
        """Remove a design: a group its own, the facilitator (``member`` is ``None``) any; its votes are void."""
        with self.changing(code) as row:
            taken_in(row, ROUNDS[:-1] if member is None else ROUNDS[:-2], "design_stays")
            own, values = ("", ()) if member is None else (" AND team = ?", (member.team,))
            gone = self.base.execute(
                f"DELETE FROM design WHERE room = ? AND number = ?{own}", (code, whole(number), *values)  # noqa: S608
            )  # fmt: skip
            if gone.rowcount == 0:
                raise Problem("no_entry")
            self.mend_spotlight(code)

    def predict(self, code: str, member: Member, answer: Any = None, low: Any = None, high: Any = None) -> None:
        """Take the guess of a group: a word, a number (``low`` and ``high`` equal) or a range of B less A."""
        ends = None
        if low is not None or high is not None:
            ends = (number_of(high if low is None else low, "low"), number_of(low if high is None else high, "high"))
            if ends[0] > ends[1]:
                raise Problem("wrong_value", name="low", value=str(low)[:20], wish="not larger than high")
        chosen = direction(*ends) if ends else one_of(answer, "answer", ANSWERS)
        with self.changing(code) as row:
            taken_in(row, ("predict",))
            self.base.execute(
                "INSERT OR REPLACE INTO guess VALUES (?, ?, ?, ?, ?, ?, ?)",
                (member.team, row["first"], row["second"], row["outcome"], chosen, *(ends or (None, None))),
            )

    def vote(self, code: str, member: Member, number: Any) -> None:
        """Take the vote of a device."""
        with self.changing(code) as row:
            taken_in(row, ("vote",))
            design = self.design_in(code, number)
            self.base.execute("UPDATE device SET vote = ? WHERE hash = ? AND room = ?", (design, member.device, code))

    def believe(self, code: str, token: str, answers: Any) -> None:
        """Take the six answers of a phone, for the questionnaire that the round takes."""
        given = beliefs.checked(answers)
        with self.changing(code) as row:
            taken_in(row, [each for rounds in beliefs.MOMENTS.values() for each in rounds])
            self.base.execute(
                "INSERT OR REPLACE INTO belief VALUES (?, ?, ?, ?)",
                (code, beliefs.pair_of(code, token), beliefs.moment_of(row["round"]), written(given)),
            )

    def believed(self, code: str) -> list[dict[str, Any]]:
        """Return the answers before and after of each phone, in an order that says nothing of who gave them."""
        found: dict[str, dict[str, Any]] = {}
        for row in self.base.execute("SELECT * FROM belief WHERE room = ? ORDER BY pair", (code,)):
            pair = found.setdefault(row["pair"], dict.fromkeys(beliefs.MOMENTS))
            pair[row["moment"]] = json.loads(row["answers"])
        return list(found.values())

    def has_believed(self, code: str, token: str) -> list[str]:
        """Return which of the two questionnaires a phone has answered."""
        rows = self.base.execute(
            "SELECT moment FROM belief WHERE room = ? AND pair = ?", (code, beliefs.pair_of(code, token))
        )
        return [str(row["moment"]) for row in rows]
