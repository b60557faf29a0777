"""Language: words, numbers, dates and plurals for people, in English, Russian or Kyrgyz.

The English text is the name of a message; a language is one gettext catalogue (``ru.po``, ``ky.po``), read as
it is, without compilation. A package keeps its catalogues in a folder of its own and names it::

    say = language("ky", folder)          # looks in folder first, then in experiments/languages
    say.text("Net jobs"), say.number(12345.6), say.plural("{count} family", "{count} families", 3)

A translation may choose words by any of its values in the syntax of ICU (:mod:`experiments.plurals`).
A message without a translation is shown in English; a test sees to it that there is none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from experiments.plurals import category, filled
from sim import months
from sim.countries import home
from sim.errors import InputError, KelishimError
from sim.words import Words, own, words_of

FOLDER = Path(__file__).parent / "languages"
NAMES = {"en": "English", "ru": "Русский", "ky": "Кыргызча"}
MISSING = "–"
MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"

# How a catalogue orders its plural forms: gettext's formula, and for whom each form stands.
PLURALS = {
    "ru": ("nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)",
           ("one", "few", "many")),
    "ky": ("nplurals=2; plural=(n != 1)", ("one", "other")),
}  # fmt: skip

_spoken: list[str] = []  # the country whose words are used, the last one counts
FRACTION = {"ru": "few", "ky": "other"}  # the form after 1.5: 1,5 семьи

Message = str | tuple[str, ...]
Catalogue = Mapping[tuple[str, str], Message]  # (context, English text) -> text, or its plural forms


def rounded(value: float, decimals: int = 0) -> float:
    """Return a value rounded half away from zero: the one rounding of every page, table and chart.

    Negative ``decimals`` round to tens, hundreds and so on. The same three operations give the same digits in a
    browser: ``Math.floor(Math.abs(x) * f + 0.5) / f`` with ``f = 10 ** decimals``.

    >>> rounded(2.5), rounded(-2.5), rounded(12345.6, -1), rounded(0.125, 2)
    (3.0, -3.0, 12350.0, 0.13)
    """
    factor = 10.0**decimals
    return math.copysign(math.floor(abs(value) * factor + 0.5) / factor, value) + 0.0


class Language:
    """A language: what it calls things and how it writes figures."""

    def __init__(self, code: str, catalogue: Catalogue, words: Words = ()) -> None:
        from babel import Locale

        self._words = words
        self.code = code
        self.name = NAMES[code]
        self._catalogue = catalogue
        self._locale = Locale.parse(code)
        symbols = self._locale.number_symbols["latn"]
        self.group, self.decimal = str(symbols["group"]), str(symbols["decimal"])

    def text(self, message: str, *, context: str = "", **values: Any) -> str:
        """Return a message with its ``{names}`` replaced by ``values``.

        ``context`` tells apart equal English words that differ in translation.
        """
        found = self._catalogue.get((context, message), "")
        said = found if isinstance(found, str) else found[0]
        return self._filled(own(said or message, self._words), values)

    def law(self, message: str) -> str:
        """Return the name of a law as the law has it: no word of the country takes the place of one of its words."""
        found = self._catalogue.get(("", message), "")
        return (found if isinstance(found, str) else found[0]) or message

    def knows(self, message: str, context: str = "") -> bool:
        """Return whether a message has a translation; English knows all."""
        return self.code == "en" or bool(self._catalogue.get((context, message)))

    def plural(self, one: str, many: str, count: int, **values: Any) -> str:
        """Return the form of a message that belongs to a count; ``{count}`` is the count, written as a number."""
        found = self._catalogue.get(("", one), "")
        if isinstance(found, tuple):
            forms = PLURALS[self.code][1]
            form = category(count, self.code)
            said = found[forms.index(form if form in forms else FRACTION[self.code])]
        else:
            said = one if abs(count) == 1 else many
        return self._filled(own(said, self._words), {"count": self.number(count), **values})

    def _filled(self, message: str, values: Mapping[str, Any]) -> str:
        chosen = filled(message, values, self.code)
        return chosen.format_map(values) if values else chosen

    def number(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        """Return a number as the language writes it, with a true minus sign; a dash where there is none."""
        if math.isnan(value):
            return MISSING
        if math.isinf(value):
            return self.text("no limit") if value > 0.0 else f"{MINUS}{self.text('no limit')}"
        near = rounded(value, decimals)
        digits = f"{abs(near):,.{max(0, decimals)}f}"
        said = digits.replace(",", "\0").replace(".", self.decimal).replace("\0", self.group)
        if near < 0.0:
            return MINUS + said
        return "+" + said if signed and near > 0.0 else said

    def shortest(self, value: float, digits: int = 3) -> str:
        """Return a number with so many digits that matter and no zeros behind them.

        >>> language("en").shortest(0.012345), language("en").shortest(1234.5), language("ru").shortest(2.50)
        ('0.0123', '1,234.5', '2,5')
        """
        if not math.isfinite(value) or value == 0.0:
            return self.number(value)
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        decimals = max(decimals, 1) if abs(value) < 1e5 and rounded(value) != value else decimals
        while decimals > 0 and rounded(value, decimals) == rounded(value, decimals - 1):
            decimals -= 1
        return self.number(value, decimals)

    def percent(self, share: float, decimals: int = 0, *, signed: bool = False) -> str:
        r"""Return a share in percent, with a space that does not break.

        >>> language("ky").percent(0.125, 1)
        '12,5\xa0%'
        """
        said = self.number(100.0 * share, decimals, signed=signed)
        return said if said == MISSING else f"{said}{SPACE}%"

    def month(self, t: int) -> str:
        """Return month and year of a month index (0 is January 2022).

        >>> language("en").month(59), language("ru").month(59), language("ky").month(59)
        ('December 2026', 'декабрь 2026', 'декабрь 2026')
        """
        name = str(self._locale.months["stand-alone"]["wide"][months.month_of(t)])
        return f"{name if self.code == 'en' else name.lower()} {months.year_of(t)}"

    def listed(self, names: Iterable[str], *, last: str = "and") -> str:
        """Return names joined for a sentence; ``last`` is "and" or "or".

        >>> language("en").listed(["a", "b", "c"]), language("ru").listed(["a", "b"])
        ('a, b and c', 'a и b')
        """
        known = list(names)
        if len(known) < 2:
            return "".join(known)
        first, final = ", ".join(known[:-1]), known[-1]
        if last == "or":
            return self.text("{first} or {last}", first=first, last=final)
        return self.text("{first} and {last}", first=first, last=final)


def speak_of(country: str) -> None:
    """Let all that is said from now on use the words of a country; without this, those of the usual one."""
    _spoken.append(country)


def language(code: str, *folders: Path) -> Language:
    """Return a language; messages are looked up in ``folders`` first, then in those of the experiments."""
    if code not in NAMES:
        raise InputError(f"language is '{code}'; it must be one of {', '.join(NAMES)}")
    return _language(code, folders, words_of(_spoken[-1] if _spoken else home(), code))


def of_errors(code: str) -> Language:
    """Return a language to say in what is wrong: without the country's own words where those cannot be read."""
    known = code if code in NAMES else "en"
    try:
        return language(known)
    except KelishimError:
        return _language(known, (), ())


@lru_cache(maxsize=16)
def _language(code: str, folders: tuple[Path, ...], words: Words) -> Language:
    catalogue: dict[tuple[str, str], Message] = {}
    if code != "en":
        for folder in reversed((*folders, FOLDER)):
            catalogue |= read(folder / f"{code}.po")
    return Language(code, catalogue, words)


def read(path: Path) -> dict[tuple[str, str], Message]:
    """Return the messages of a catalogue; an entry marked as fuzzy or left empty counts as missing."""
    from babel.messages import pofile

    try:
        with path.open("rb") as file:
            found = pofile.read_po(file, locale=path.stem, abort_invalid=True)
    except FileNotFoundError:
        raise InputError(f"{path.name}: there is no such catalogue in {path.parent.name}") from None
    out: dict[tuple[str, str], Message] = {}
    for message in found:
        if not message.id or message.fuzzy:
            continue
        name = message.id if isinstance(message.id, str) else message.id[0]
        said: Message = message.string if isinstance(message.string, str) else tuple(message.string or ())
        if said and all(said):
            out[str(message.context or ""), str(name)] = said
    return out
