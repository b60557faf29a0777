"""Check of translations: what a catalogue lacks, has too much of, left in English, or got wrong."""

from __future__ import annotations

import re
from pathlib import Path

from experiments.language import PLURALS, read
from experiments.messages import Wanted
from experiments.plurals import OTHER, bare, choices

SAME_IN_ALL = re.compile(r"^[^A-Za-z]*$|^%|^\{\w+\}")  # signs, percent, a bare placeholder
PLACEHOLDER = re.compile(r"\{(\w*)[^}]*\}")
CYRILLIC = re.compile(r"[А-Яа-яЁёӨөҮүҢң]")
KYRGYZ = re.compile(r"[ӨөҮүҢң]")
# Words that stay in Latin letters: names, codes and what must be typed.
LATIN = {
    "PFRON", "envelope", "WCAG", "HTML", "CSV", "PNG", "SVG", "PDF", "URL", "QR", "ID", "I", "II", "III", "A", "B", "C",
    "K", "AA", "Kelishim", "kelishim", "verify", "report", "x", "Parquet", "JSON", "Python", "html", "json", "toml",
    "TOML",
}  # fmt: skip
NOTHING: set[Wanted] = set()


NEEDED = {"ru": {"one", "few", "many", OTHER}, "ky": {OTHER}, "en": {"one", OTHER}}  # forms of a choice


def names(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(bare(text)))


def faults(
    folder: Path, wanted: set[Wanted], latin: frozenset[str] = frozenset(), welcome: set[Wanted] = NOTHING
) -> list[str]:
    """Return one sentence for each fault of the catalogues ``ru.po`` and ``ky.po`` of a folder.

    Messages that are ``welcome`` may be translated but need not be.
    """
    wrong = []
    for code in ("ru", "ky"):
        found = read(folder / f"{code}.po")
        for name in sorted(set(found) - {(entry.context, entry.one) for entry in wanted | welcome}):
            wrong.append(f"{code}: nobody uses {name[1]!r}")
        for entry in sorted(wanted):
            said = found.get((entry.context, entry.one))
            if said is None:
                wrong.append(f"{code}: {entry.one!r} has no translation")
                continue
            forms = said if isinstance(said, tuple) else (said,)
            if len(forms) != (len(PLURALS[code][1]) if entry.many else 1):
                wrong.append(f"{code}: {entry.one!r} has {len(forms)} forms")
            for form in forms:
                wrong += [f"{code}: {entry.one!r} {what}" for what in _of(entry, form, code, latin)]
    return wrong


def _of(entry: Wanted, form: str, code: str, latin: frozenset[str]) -> list[str]:
    out = []
    of_unit = {"n"} if entry.context == "unit" else set()  # the number that a unit stands behind
    if {*names(entry.many or entry.one)} != {*names(form)} - of_unit:
        out.append(f"has other placeholders: {form!r}")
    for one in choices(form):
        if not NEEDED[code] <= {*one.forms}:
            out.append(f"lacks forms of {one.name!r}: {sorted(NEEDED[code] - {*one.forms})}")
    words = PLACEHOLDER.sub("", re.sub(r"<[^>]*>", "", bare(form)))
    if not SAME_IN_ALL.match(entry.one) and not CYRILLIC.search(words):
        out.append(f"is left in English: {form!r}")
    left = set(re.findall(r"[A-Za-z]+", words)) - LATIN - latin
    if left:
        out.append(f"keeps Latin words {sorted(left)}")
    if code == "ru" and KYRGYZ.search(form.replace("Үй-бүлөгө көмөк", "")):
        out.append(f"has Kyrgyz letters in Russian: {form!r}")
    return out
