"""Decisions by name: a rule declares the name of its own draw, and needs no number in a common list.

Numbers of named decisions lie far above those of :class:`sim.engine.draws.Decision` and follow from the name alone, so
a rule that is added, moved or removed leaves the luck of all others as it was.
"""

from __future__ import annotations

import zlib

FIRST = 2**32
_KNOWN: dict[int, str] = {}


def decision(name: str) -> int:
    """Return the number of a named decision; two names of one number are refused.

    >>> decision("sells the harvest") == decision("sells the harvest"), decision("sells the harvest") >= FIRST
    (True, True)
    """
    number = FIRST + zlib.crc32(name.encode())
    if _KNOWN.setdefault(number, name) != name:
        raise ValueError(f"the decisions '{name}' and '{_KNOWN[number]}' have one number; name one of them otherwise")
    return number
