"""Plurals: the words that depend on a number, as translators write them in the syntax of ICU MessageFormat.

A translation may hold ``{count, plural, one {# family} other {# families}}`` for any of its values, in any case of the
grammar and as often as it likes; ``#`` is the number as it stands among the values. Which form a number takes is the
rule of the language in the Common Locale Data Repository, from Babel. A word that stands alone, such as the unit at the
head of a column, is written for :data:`NO_NUMBER`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

MARK = ", plural,"
OTHER = "other"
NO_NUMBER = 5  # what a word without a number is written for: "jobs", «рабочих мест»
SPACES = str.maketrans("", "", " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}+")


class Choice(NamedTuple):
    """A part of a message that depends on a number."""

    start: int
    end: int
    name: str  # of the value
    forms: Mapping[str, str]


@lru_cache(maxsize=4096)
def choices(message: str) -> tuple[Choice, ...]:
    """Return the parts of a message that depend on a number.

    >>> [(one.name, dict(one.forms)) for one in choices("in {n, plural, one {# draw} other {# draws}}")]
    [('n', {'one': '# draw', 'other': '# draws'})]
    """
    return tuple(_choices(message))


def _choices(message: str) -> Iterator[Choice]:
    at = 0
    while (mark := message.find(MARK, at)) >= 0:
        start = message.rfind("{", at, mark)
        forms: dict[str, str] = {}
        place = mark + len(MARK)
        while message[place : place + 1] not in ("}", ""):
            open_ = message.index("{", place)
            close = _closing(message, open_)
            forms[message[place:open_].strip()] = message[open_ + 1 : close]
            place = close + 1
            while message[place : place + 1] == " ":
                place += 1
        if start < 0 or not forms or message[place : place + 1] != "}":
            raise ValueError(f"'{message}': a plural must look like {{count, plural, one {{...}} other {{...}}}}")
        yield Choice(start, place + 1, message[start + 1 : mark].strip(), forms)
        at = place + 1


def _closing(message: str, open_: int) -> int:
    depth = 0
    for place in range(open_, len(message)):
        depth += {"{": 1, "}": -1}.get(message[place], 0)
        if depth == 0:
            return place
    raise ValueError(f"'{message}': a brace is not closed")


def filled(message: str, values: Mapping[str, Any], code: str) -> str:
    """Return a message with the forms that belong to its numbers; other ``{names}`` stay.

    >>> said = "{n, plural, one {# семья} few {# семьи} many {# семей} other {# семьи}}"
    >>> [filled(said, {"n": n}, "ru") for n in (1, 2, "12 345", "1,5")]
    ['1 семья', '2 семьи', '12 345 семей', '1,5 семьи']
    """
    if MARK not in message:
        return message
    parts, at = [], 0
    for one in choices(message):
        value = values.get(one.name, NO_NUMBER)
        form = one.forms.get(category(value, code), one.forms.get(OTHER, ""))
        parts += [message[at : one.start], form.replace("#", str(value))]
        at = one.end
    return "".join([*parts, message[at:]])


def category(value: Any, code: str) -> str:
    """Return the plural category of a number in a language; of what is no number, ``other``.

    >>> [category(n, "ru") for n in (1, 3, 11, 21, 1.5, "84 683", "−2")], category("1,234", "en"), category(1, "ky")
    (['one', 'few', 'many', 'one', 'other', 'few', 'few'], 'other', 'one')
    """
    number = _number(value, code)
    return OTHER if number is None else str(_locale(code).plural_form(number))


def _number(value: Any, code: str) -> int | Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return abs(int(value)) if math.isfinite(value) and value == int(value) else Decimal(repr(abs(float(value))))
    bare = str(value).translate(SPACES).replace("\N{MINUS SIGN}", "").removeprefix("-")
    bare = bare.replace(",", "") if code == "en" else bare.replace(",", ".")
    if not bare.replace(".", "", 1).isdecimal():
        return None
    return Decimal(bare) if "." in bare else int(bare)


@lru_cache(maxsize=8)
def _locale(code: str) -> Any:
    from babel import Locale

    return Locale.parse(code)


def bare(message: str) -> str:
    """Return a message with each choice as a plain placeholder and the words of its forms behind: for checks.

    >>> bare("{n, plural, one {# draw} other {# draws}} of {all}")
    '{n} of {all} # draw # draws'
    """
    parts, words, at = [], [], 0
    for one in choices(message):
        parts += [message[at : one.start], f"{{{one.name}}}"]
        words += list(one.forms.values())
        at = one.end
    return " ".join(["".join([*parts, message[at:]]), *words])
