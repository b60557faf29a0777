"""Faults: what is wrong with a survey or a register, one sentence each: whose, which value, what would be right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from experiments.intake.reading import printable
from experiments.language import Language
from experiments.marks import N_

MOST_SHOWN = 12  # faults of one kind

UNKNOWN_CODE = N_(
    "{owner}: unknown codes: {value} (rows: {count}, the first is row {row}); give each a word in {codes}, one "
    "of {words}, or name it in {missing}"
)
NOT_A_NUMBER = N_("{owner}: row {row} has '{value}'; it must be a number from {low} to {high}{hint} (rows: {count})")
NOT_A_DAY = N_("{owner}: row {row} has '{value}'; it must be a day such as 2023-05-31 (rows: {count})")
NOT_ABOVE = N_("{owner}: row {row} has '{value}'; it must be a number above {low}, at most {high} (rows: {count})")
NO_NAME = N_("{owner}: row {row} is empty; every row must say its {what} (rows: {count})")
NO_WEIGHT = N_("{owner}: household {household} has no weight; every household must have one (households: {count})")
NO_UNIT = N_("{owner}: household {household} has no {what}; every household must have one (households: {count})")
DIFFERS = N_(
    "{owner}: household {household} has '{value}' and '{other}'; all rows of a household must say the same "
    "(households: {count})"
)
NO_ADULT = N_(
    "{owner}: in household {household} the oldest member is {value} years old; a household must have a member of "
    "{least} or more (households: {count})"
)
TWICE = N_("{owner}: '{value}' occurs twice in household {household}; every person must have a number of its own "
           "(persons: {count})")  # fmt: skip
TWICE_ALONE = N_("{owner}: '{value}' occurs twice; every row must have a number of its own (rows: {count})")
NO_ROW = N_("{owner}: household {household} has persons and no row in {file}; it must have one (households: {count})")
NOBODY = N_("{owner}: household {household} has no person in {file}; it must have one (households: {count})")
EMPTY = N_("{owner}: the column is empty; it must have values, or be left out of the map")

ONE_UNIT = N_(
    "{owner}: stratum '{value}' has one primary sampling unit; it must have two or more, so join it with a stratum "
    "like it, or sampling errors are too small"
)
CONSTANT = N_("{owner}: every row has '{value}'; a column must vary, or be left out of the map")
UNUSED = N_("{owner}: no row has the code '{value}' of {codes}; check how the file writes it")
MANY_EMPTY = N_("{owner}: {share} of the rows are empty; figures from this column speak of the others alone")
NO_DESIGN = N_("{owner}: the map names no {what}; sampling errors leave out what it adds")


@dataclass(frozen=True)
class Fault:
    """One fault: its sentence and what fills it. A note is a fault that a survey can be used with."""

    sentence: str
    values: dict[str, Any] = field(default_factory=dict)
    note: bool = False

    def said(self, say: Language) -> str:
        """Return the sentence in a language."""
        written = {
            name: say.number(value) if isinstance(value, int) and name in ("count", "least") else printable(str(value))
            for name, value in self.values.items()
        }
        return say.text(self.sentence, **written)


class Faults(list[Fault]):
    """Faults in the order in which they are found."""

    def wrong(self, sentence: str, **values: Any) -> None:
        """Note that something must be mended."""
        self.append(Fault(sentence, values))

    def note(self, sentence: str, **values: Any) -> None:
        """Note that something should be looked at."""
        self.append(Fault(sentence, values, note=True))

    @property
    def bad(self) -> bool:
        """Whether anything must be mended before the survey can be used."""
        return any(not fault.note for fault in self)

    def chosen(self, *, note: bool) -> Iterator[Fault]:
        """Yield faults or notes, at most so many of a kind."""
        seen: dict[str, int] = {}
        for fault in self:
            if fault.note == note:
                seen[fault.sentence] = seen.get(fault.sentence, 0) + 1
                if seen[fault.sentence] <= MOST_SHOWN:
                    yield fault

    def left_out(self, *, note: bool) -> int:
        """Return how many faults or notes are not among the chosen."""
        return sum(fault.note == note for fault in self) - sum(1 for _ in self.chosen(note=note))
