"""The mark of a text that is translated where it is shown."""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802 the name that gettext's tools know
    """Mark a text for translation where it is named; it is translated where it is shown.

    >>> N_("Net jobs")
    'Net jobs'
    """
    return text
