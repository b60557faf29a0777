"""Mistakes: sentences about wrong input in the language that was asked for.

The program finds mistakes in English, far from any language. The forms that most of them have are told in Russian and
Kyrgyz here; another sentence keeps its English words behind a few that say so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from experiments.marks import N_

if TYPE_CHECKING:
    from experiments.language import Language

HINTS = (
    (re.compile(r"did you mean '(?P<near>[^']*)'\?"), N_("did you mean '{near}'?")),
    (re.compile(r"known: (?P<names>.+)"), N_("known: {names}")),
    (re.compile(r"it must be one of:? (?P<names>.+)"), N_("it must be one of: {names}")),
    (re.compile(r"it must be a whole number from (?P<low>\S+) to (?P<high>\S+?)(?: \(.*\))?"),
     N_("it must be a whole number from {low} to {high}")),
    (re.compile(r"it must be a number from (?P<low>\S+) to (?P<high>\S+?)(?: \(.*\))?"),
     N_("it must be a number from {low} to {high}")),
    (re.compile(r"give another name, or remove it first"), N_("give another name, or remove it first")),
)  # fmt: skip
FORMS = (
    (re.compile(r"'(?P<value>[^']*)' is neither a scenario file, nor a design, nor a quota law; (?P<hint>.+)"),
     N_("'{value}' is neither a scenario file, nor a design, nor a quota law; {hint}")),
    (re.compile(r"'(?P<value>[^']*)' is not an outcome of this study; (?P<hint>.+)"),
     N_("'{value}' is not an outcome of this study; {hint}")),
    (re.compile(r"(?P<file>\S+): there is no such (?:scenario )?file; (?P<hint>.+)"),
     N_("{file}: there is no such file; {hint}")),
    (re.compile(r"quota law is '(?P<value>[^']*)', which is not on file; (?P<hint>.+)"),
     N_("quota law is '{value}', which is not on file; {hint}")),
    (re.compile(r"(?P<what>[^;]+?) is '?(?P<value>[^';]*)'?; (?P<hint>.+)"), N_("{what} is '{value}'; {hint}")),
    (re.compile(r"Stopped\."), N_("Stopped.")),
    (re.compile(r"Stopped\. Finished runs are kept in (?P<folder>.+); the same command continues\."),
     N_("Stopped. Finished runs are kept in {folder}; the same command continues.")),
)  # fmt: skip


def told(sentence: str, say: Language) -> str:
    """Return a sentence about a mistake in a language.

    >>> from experiments.language import language
    >>> told("design is 'lewy'; did you mean 'levy'?", language("en"))
    "design is 'lewy'; did you mean 'levy'?"
    """
    if say.code == "en":
        return sentence
    for form, message in FORMS:
        found = form.fullmatch(sentence)
        values = found.groupdict() if found else {}
        if found and (hint := _hint(values.get("hint", ""), say)) is not None:
            return say.text(message, **values | {"hint": hint})
    return say.text("Mistake, told in English: {sentence}", sentence=sentence)


def _hint(hint: str, say: Language) -> str | None:
    """Return what would be right; nothing where its form is not known."""
    if not hint:
        return ""
    for form, message in HINTS:
        if found := form.fullmatch(hint):
            return say.text(message, **found.groupdict())
    return None
