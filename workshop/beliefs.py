"""Beliefs: six statements that people agree with or not, before the figures and after the session.

What the best workshops measure is what people take away (Rooney-Varga and others 2025: the same questions before and
after). Answers are kept apart from groups and devices: the key that joins "before" and "after" of one phone is a hash
of its random number under this purpose alone, and the number itself is kept nowhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from experiments.marks import N_
from workshop.problems import Problem

BEFORE, AFTER = "before", "after"
MOMENTS = {BEFORE: ("briefing", "predict"), AFTER: ("vote", "closed")}  # in which rounds each is asked
STATEMENTS = (
    N_("Fewer but larger grants lead to more jobs than many small ones."),
    N_("Most families who get a grant would not have started a business without it."),
    N_("A duty to give places makes employers hire persons with disabilities whom they would not have hired."),
    N_("A levy for empty places helps even where employers pay it and hire nobody."),
    N_("A computer model can say how sure its figures are."),
    N_("People who want another rule than I do have good reasons."),
)
AGREEMENT = (
    N_("Not at all"), N_("Rather not"), N_("Neither"), N_("Rather yes"), N_("Fully"),
)  # fmt: skip
FEWEST = 3  # answers from which on sums are shown: of fewer, a sum would show what one person thinks


def moment_of(round_: str) -> str | None:
    """Return which of the two questionnaires a round takes.

    >>> moment_of("predict"), moment_of("reveal"), moment_of("closed")
    ('before', None, 'after')
    """
    return next((moment for moment, rounds in MOMENTS.items() if round_ in rounds), None)


def pair_of(room: str, token: str) -> str:
    """Return the key that joins the two answers of a phone in one session, and nothing else of it."""
    return hashlib.sha256(f"beliefs {room} {token}".encode()).hexdigest()


def checked(given: Any) -> list[int | None]:
    """Return six answers: how far somebody agrees, from 1 to 5, or nothing.

    >>> checked([1, 5, None, 3, 2, 4])
    [1, 5, None, 3, 2, 4]
    """
    fine = isinstance(given, list) and len(given) == len(STATEMENTS)
    if not fine or not all(
        answer is None or (type(answer) is int and 1 <= answer <= len(AGREEMENT)) for answer in given
    ):
        wish = f"a list of {len(STATEMENTS)} answers, each from 1 to {len(AGREEMENT)} or null"
        raise Problem("wrong_value", name="answers", value=str(given)[:40], wish=wish)
    return list(given)


def counted(answers: Iterable[Sequence[int | None]]) -> list[list[int]]:
    """Return for each statement how many chose each answer.

    >>> counted([[1, 2, 2, 2, 2, None], [5, 2, 2, 2, 2, 2]])[0]
    [1, 0, 0, 0, 1]
    """
    found = [[0] * len(AGREEMENT) for _ in STATEMENTS]
    for given in answers:
        for k, answer in enumerate(given):
            if answer is not None:
                found[k][answer - 1] += 1
    return found


def mean(counts: Sequence[int]) -> float | None:
    """Return the mean agreement, from 1 to 5, ``None`` where nobody answered.

    >>> mean([1, 0, 0, 0, 1]), mean([0, 0, 0, 0, 0])
    (3.0, None)
    """
    many = sum(counts)
    return sum((k + 1) * count for k, count in enumerate(counts)) / many if many else None
