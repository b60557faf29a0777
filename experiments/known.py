"""Known: every outcome and every parameter as one list to search, each with unit, meaning, source and confidence.

The lists are those that the code runs on: outcomes of the codebook, what a scenario can change in the law, the
uncertain parameters of behaviour, and what outcomes measure with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from experiments.language import Language
from experiments.layout import broken, screen_width
from experiments.marks import N_
from experiments.middles import COUNTRY
from experiments.monthly import FIGURES
from experiments.sections import Cell, Row, Section
from sim import behaviour, months
from sim.errors import InputError, nearest
from sim.outcomes import CODEBOOK
from sim.outcomes.yardsticks import yardsticks
from sim.policies.dated import Dated
from sim.policies.policy import declared
from sim.population.country import folder_of
from sim.scenario import present_law

NOW = months.parse("2026-01")  # the law whose values are shown
CHOICE = "rule"  # the unit of what is chosen among words
WIDE = 70  # columns from which a label has room beside its name
NAME, MOST_AT_LENGTH = 34, 12  # columns of a name; most entries that are told at length
COLUMNS = (
    ("label", N_("Label")), ("unit", N_("Unit")), ("definition", N_("Definition")), ("value", N_("Value")),
    ("range", N_("Range")), ("groups", N_("Groups")), ("rule", N_("Rule")), ("source", N_("Source")),
    ("confidence", N_("Confidence")),
)  # fmt: skip


class Entry(NamedTuple):
    """What is known of an outcome or a parameter, in a language; what does not apply is empty."""

    name: str
    label: str
    unit: str
    definition: str
    value: str
    range: str
    groups: str
    rule: str
    source: str
    confidence: str


def outcomes(say: Language) -> Iterator[Entry]:
    """Yield every outcome; it is worked out by its rule, so it is as sure as the parameters behind it."""
    sure = say.text("that of the parameters behind it")
    for name, one in CODEBOOK.items():
        yield Entry(name, say.text(one.label), _unit(one.unit, say), say.text(one.definition), "", "",
                    ", ".join(one.by), one.rule, one.source, sure)  # fmt: skip

    month, asked = say.text("figure of a month"), say.text("asked for by {file}", file="docs/questions.md")
    for name, (unit, meaning) in FIGURES.items():
        told = name if name not in CODEBOOK else f"monthly {name}"
        yield Entry(told, f"{meaning} ({month})", _unit(unit, say), meaning, "", "", "", "", asked, sure)


def parameters(say: Language, country: str = COUNTRY) -> Iterator[Entry]:
    """Yield every parameter: of the law as of January 2026, of behaviour, and of what outcomes measure with."""
    for section, policy in vars(present_law(country)).items():
        for one in declared(type(policy)):
            given = getattr(policy, one.name)
            value = _plain(given.at(NOW) if isinstance(given, Dated) else given)
            yield Entry(f"{section}.{one.name}", say.text(one.label), _unit(one.unit or CHOICE, say), "", value,
                        _range(one.low, one.high), "", one.rule, one.source, one.confidence)  # fmt: skip
    for prior in behaviour.priors(country):
        low, middle, high = (f"{prior.quantile(share):.4g}" for share in (0.05, 0.5, 0.95))
        value = middle if low == high else say.text("{value} (90 % {low} to {high})", value=middle, low=low, high=high)
        yield Entry(prior.name, say.text(prior.meaning), _unit(prior.unit, say), "", value,
                    _range(prior.least, prior.most), "", prior.rule, prior.source, prior.confidence)  # fmt: skip
    for name, each in yardsticks(folder_of(country)).items():
        span = _range(each.low, each.high)
        yield Entry(name, say.text(each.meaning), _unit(each.unit, say), "", _plain(each.value), span, "", "",
                    each.source, each.confidence)  # fmt: skip


def found(entries: Sequence[Entry], words: Sequence[str], what: str) -> list[Entry]:
    """Return the entries in which every word occurs, in any field; those whose name it is come first."""
    asked = [word.casefold() for word in words]
    kept = [one for one in entries if all(word in " ".join(one).casefold() for word in asked)]
    if not kept:
        names = {part for one in entries for part in (one.name, *one.name.split("."))}
        raise InputError(f"no {what} has {' and '.join(repr(word) for word in words)}; {_hint(words[0], names)}")
    return sorted(kept, key=lambda one: not any(word in one.name.casefold() for word in asked))


def _hint(word: str, names: set[str]) -> str:
    hint = nearest(word, names)
    return hint if hint.startswith("did you mean") else "without words the whole list is shown"


def section(entries: Sequence[Entry], title: str, key: str, say: Language) -> Section:
    """Return entries as a table for a program or a document."""
    rows = tuple(Row(one.name, one.name, tuple(Cell(getattr(one, column)) for column, _ in COLUMNS)) for one in entries)
    return Section(key, title, tuple((column, say.text(label)) for column, label in COLUMNS), rows)


def on_screen(entries: Sequence[Entry], title: str, say: Language) -> str:
    """Return few entries at length, and many in a line each, for the width of the screen."""
    width = screen_width() - 1
    if len(entries) <= MOST_AT_LENGTH:
        return "\n\n".join([title, *("\n".join(_at_length(one, width, say)) for one in entries)])
    lines = [title, ""]
    for one in entries:
        label = f"{one.label} ({one.unit})" if one.unit else one.label
        lines += _beside(one.name, label, width)
    return "\n".join(lines)


def _at_length(one: Entry, width: int, say: Language) -> Iterator[str]:
    yield one.name
    for column, label in COLUMNS:
        if text := getattr(one, column):
            yield from ("  " + line for line in broken(f"{say.text(label)}: {text}", width - 2).split("\n"))


def _beside(name: str, label: str, width: int) -> list[str]:
    """Return a name with its label beside it; a name that is too long has a line of its own."""
    if width < WIDE:
        return [name, *(f"  {line}" for line in broken(label, width - 2).split("\n"))]
    lines = broken(label, width - NAME - 1).split("\n")
    first = [f"{name:<{NAME}} {lines[0]}"] if len(name) <= NAME else [name, f"{'':<{NAME}} {lines[0]}"]
    return first + [f"{'':<{NAME}} {line}" for line in lines[1:]]


def _unit(unit: str, say: Language) -> str:
    return say.text(unit, context="unit") if unit else ""


def _plain(value: Any) -> str:
    """Return a value as it is written in a scenario.

    >>> _plain(0.25), _plain(True), _plain(None), _plain(2e9)
    ('0.25', 'true', '', '2000000000')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, tuple | list):
        return ", ".join(_plain(part) for part in value)
    return "" if value is None else str(value)


def _range(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{_plain(low)} to {_plain(high)}"
