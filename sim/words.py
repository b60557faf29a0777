"""Words: what a country calls its money and its places, from the file ``words.toml`` of its folder.

A table for each language gives words of the program and the country's own: ``som = "tal"``. Whole words alone are
replaced, and never a name in braces, in whose place a value comes. A country without the file keeps all words.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from sim.countries import country_folder, text_of
from sim.errors import CountryError
from sim.toml import parsed

FILE = "words.toml"
LANGUAGES = ("en", "ru", "ky")
MONEY = "som"  # the program's word for money
FORM, LONGEST = re.compile(r"(?:zero|one|two|few|many|other|=\d+)\s*\{$"), 12  # before a form of a plural
Words = tuple[tuple[str, str], ...]


def read(folder: Path) -> dict[str, Words]:
    """Return the words of a country's folder by language; a wrong file is a ``CountryError`` of one sentence."""
    path = folder / FILE
    if not path.is_file():
        return {}
    owner = f"{folder.name}/{FILE}"
    found = parsed(text_of(path), owner)
    for code, table in found.items():
        if code not in LANGUAGES or not isinstance(table, dict):
            raise CountryError(f"{owner}: '{code}' must be one of the tables {', '.join(LANGUAGES)}")
        for word, own in table.items():
            if not isinstance(own, str) or not own.strip() or not word.strip() or set(own) & set("{}"):
                raise CountryError(f"{owner}: {code}.{word} must be a word, as in som = \"tal\"")
    return {code: tuple(sorted(table.items(), key=lambda pair: (-len(pair[0]), pair[0])))
            for code, table in found.items()}  # fmt: skip


@cache
def words_of(country: str, code: str) -> Words:
    """Return the words of a country in a language, the longest first."""
    return read(country_folder(country)).get(code, ())


def said(text: str, country: str) -> str:
    """Return an English text with the words of a country.

    >>> said("300 som in every oblast", "velnia"), said("300 som in every oblast", "kyrgyzstan")
    ('300 tal in every province', '300 som in every oblast')
    """
    return own(text, words_of(country, "en"))


def money_of(country: str) -> str:
    """Return what a country calls its money.

    >>> money_of("kyrgyzstan"), money_of("velnia")
    ('som', 'tal')
    """
    return said(MONEY, country)


def own(text: str, words: Words) -> str:
    """Return a text with the words of a country in place of the program's.

    >>> own("{som} som, Som and somebody", (("som", "tal"),))
    '{som} tal, Tal and somebody'
    >>> own("{n, plural, one {som} other {soms}}", (("som", "tal"), ("soms", "tals")))
    '{n, plural, one {tal} other {tals}}'
    """
    if not words:
        return text
    known = dict(words)
    known |= {_raised(word): _raised(mine) for word, mine in words}

    def mine(found: re.Match[str]) -> str:
        first = found.start()
        a_name = text[first - 1 : first] == "{" and not FORM.search(text, max(0, first - LONGEST), first)
        return found.group() if a_name else known[found.group()]

    return _pattern(words).sub(mine, text)


@cache
def _pattern(words: Words) -> re.Pattern[str]:
    every = sorted({form for word, _ in words for form in (word, _raised(word))}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, every))})(?!\w)")


def _raised(word: str) -> str:
    return word[:1].upper() + word[1:]
