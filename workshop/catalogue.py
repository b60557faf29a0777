"""Catalogue: the words of the page in one language, and the messages that need a translation.

The page marks its messages with ``t("...")`` and ``tn("...", "...", n)`` in ``static/js``; the server lists what it can
send in :func:`workshop.texts.texts`. Words that the experiments already have are taken from there; the rest stands in
``workshop/languages``. ``python -m workshop.catalogue`` brings those files in step.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from experiments import messages
from experiments.language import FOLDER, Message, read
from experiments.messages import Wanted, of_package
from sim.words import Words, own, words_of
from workshop.country import COUNTRY
from workshop.levers import levers
from workshop.outcomes import described
from workshop.texts import texts

HERE = Path(__file__).parent
LANGUAGES = HERE / "languages"
SCRIPTS = HERE / "static" / "js"

TEXT = r'"(?:[^"\\]|\\.)*"'
CALL = re.compile(rf"\bt\(\s*({TEXT})")
PLURAL = re.compile(rf"\btn\(\s*({TEXT}),\s*({TEXT})")


def page_catalogue(code: str) -> dict[str, Any]:
    """Return the words of the page: English text -> text or plural forms; units stand under ``unit|...``."""
    mine = words_of(COUNTRY, code)
    known = {name: _own(said, mine) for name, said in _words(code).items()}
    return {"code": code, "messages": known if code != "en" else {k: v for k, v in known.items() if _own(k, mine) != k}}


def _own(said: Message, words: Words) -> Message:
    """Return a message with the words of the country."""
    return own(said, words) if isinstance(said, str) else tuple(own(form, words) for form in said)


def identifier(text: str) -> str:
    """Return what a message is called where reviewers speak of it: four letters and digits made of its English.

    >>> identifier("Net jobs") == identifier("Net jobs"), len(identifier("Net jobs"))
    (True, 4)
    """
    return hashlib.sha256(text.encode()).hexdigest()[:4]


def marked_catalogue(code: str) -> dict[str, Any]:
    """Return the words of the page with the identifier of each message behind it: for reviewers (``/?ids=1``)."""
    words = page_catalogue(code)["messages"]
    for entry in of_page() | of_server():
        name = f"{entry.context}|{entry.one}" if entry.context else entry.one
        said = words.get(name, (entry.one, entry.many) if entry.many else entry.one)
        mark = f" [{identifier(entry.one)}]"
        words[name] = said + mark if isinstance(said, str) else tuple(form + mark for form in said)
    return {"code": code, "messages": words}


def review(code: str) -> Iterator[Sequence[str]]:
    """Yield a table for reviewers of a language: identifier, English, translation, one row a form."""
    words = page_catalogue(code)["messages"]
    yield ("id", "english", "translation", "corrected")
    for entry in sorted(of_page() | of_server()):
        said = words.get(f"{entry.context}|{entry.one}" if entry.context else entry.one, "")
        for form in (said,) if isinstance(said, str) else said:
            yield (identifier(entry.one), entry.one, form, "")


@cache
def _words(code: str) -> dict[str, Message]:
    entries = of_page() | of_server()
    if code == "en":
        return {f"{e.context}|{e.one}" if e.context else e.one: (e.one, e.many) if e.many else e.one for e in entries}
    known = read(FOLDER / f"{code}.po") | read(LANGUAGES / f"{code}.po")
    names = {(entry.context, entry.one) for entry in entries}
    return {
        f"{context}|{text}" if context else text: known.get((context, text), text)
        for context, text in sorted(names)
        if (context, text) in known or own(text, words_of(COUNTRY, code)) != text
    }


def of_page() -> set[Wanted]:
    """Return the messages in the scripts of the page."""
    found: set[Wanted] = set()
    for path in sorted(SCRIPTS.rglob("*.js")):
        source = path.read_text(encoding="utf-8")
        found |= {Wanted("", json.loads(text)) for text in CALL.findall(source)}
        found |= {Wanted("", json.loads(one), json.loads(many)) for one, many in PLURAL.findall(source)}
    return found


def of_server() -> set[Wanted]:
    """Return the messages that the server sends."""
    units = {lever.unit for lever in levers()} | {outcome["unit"] for outcome in described().values()}
    shares = {("%" + unit.removeprefix("share")).strip() for unit in units if unit.startswith("share")}
    plain = {Wanted("", text) for text in texts() if text not in units}
    return plain | {Wanted("unit", unit) for unit in units | shares if unit}


def wanted() -> set[Wanted]:
    """Return the messages whose translation stands in the workshop's own files."""
    every = of_page() | of_server() | of_package(HERE)
    laws = {entry for entry in messages.welcome() if not entry.context}  # names that come with their files
    known = {(entry.context, entry.one) for entry in messages.wanted() | laws}
    return {entry for entry in every if (entry.context, entry.one) not in known}


def main() -> None:
    """Bring the workshop's catalogues in step with its messages."""
    for code, number in messages.update(LANGUAGES, wanted()).items():
        print(f"{code}: {number} texts lack a translation")


if __name__ == "__main__":
    main()
