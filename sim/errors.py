"""Errors that a user can act on.

    KelishimError
    ├── InputError        a file, key or value given by the user is wrong
    ├── CountryError      a country folder (margins, priors, laws) is incomplete or inconsistent
    ├── IdentityError     an accounting identity of the model does not hold: a bug, never the user's fault
    └── ResultError       a result directory is missing, damaged or made by something else
        └── RepairableError   a damaged part was put aside and can be computed once more

A message names the owner, the value and what would be right.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class KelishimError(Exception):
    """Root of all errors raised on purpose."""


class InputError(KelishimError):
    """A file, key or value given by the user is wrong."""


class CountryError(KelishimError):
    """A country folder is incomplete or inconsistent."""


class IdentityError(KelishimError):
    """An accounting identity does not hold."""


class ResultError(KelishimError):
    """A result directory is missing, damaged or made by something else."""


class RepairableError(ResultError):
    """A damaged part of a result was put aside and can be computed once more."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the closest known word, or the list when none is close.

    >>> nearest("grnat", ["grant", "slots"])
    "did you mean 'grant'?"
    >>> nearest("xyz", ["grant", "slots"])
    'known: grant, slots'
    """
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else "known: " + ", ".join(names)
