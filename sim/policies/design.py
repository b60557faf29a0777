"""Designs: quota laws of countries and times, each a file with a source and a confidence for every number.

A value that was not found is written ``"unknown"``. If ``assumed`` stands beside it, that value is used and listed by
:meth:`Design.assumptions`; otherwise using it is an error that names the file and the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sim.countries import country_folder, home, text_of
from sim.errors import InputError, nearest
from sim.policies.design_values import check
from sim.toml import file_tables, parsed

FOLDER = Path(__file__).parent / "quotas"
OWN_FILE = ".toml"
UNKNOWN, NONE = "unknown", "none"
OWN_LAWS = "quotas"  # folder of a country's own laws
_known: dict[str, Path] = {}  # laws on file, by code
_with_laws: dict[str, frozenset[str]] = {}  # countries whose laws are on file, and the codes in their folders
CONFIDENCES = ("A", "B", "derived", "B-judged", "C")

FORM: dict[str, tuple[str, ...]] = {
    "scope": (
        "owners", "exempt_industries", "excluded_jobs", "base", "base_period", "base_without", "base_step", "level",
        "grace_years", "announced_months", "assignment",
    ),
    "schedule": (
        "smallest_size", "table", "rates", "rates_public", "rounding", "rounding_step", "minimum_seats", "composition",
        "severe_groups",
    ),
    "counting": (
        "who_counts", "full_time_from", "part_time_weight", "min_hours", "group_weights", "hours_classes", "age_from",
        "age_weight", "first_hire_weight", "combination", "main_job_only", "pay_verified", "minimum_pay",
        "proforma_counts",
    ),
    "sanction": (
        "kind", "fine_min", "fine_max", "fine_rule", "fine_per_seat", "fine_surcharge", "fine_escalation", "inspection",
    ),
    "levy": (
        "rows", "reference", "periods", "seats_rounded", "smallest_size", "surcharge_years", "surcharge_unit",
        "collected_share",
    ),
    "reductions": (
        "alternative_cap", "alternative_rate", "alternative_price", "donation_price", "buyout_cap", "buyout_fee",
        "buyout_smallest_size", "deduction_cap", "payroll_cap",
    ),
    "bonus": ("amount", "smallest_size", "other_premiums"),
    "market": ("pooled_groups", "tradable", "tender"),
    "fund": ("fund_use",),
    "control": ("control_mode", "publication", "credible"),
    "translation": ("average_wage",),
}  # fmt: skip
UNLESS_GIVEN: dict[str, Any] = {  # what a law says that is silent on it
    "scope.base_without": "nobody", "scope.base_step": "none", "schedule.rounding_step": 1,
    "counting.hours_classes": "none", "counting.combination": "multiplied", "sanction.fine_rule": "range",
    "sanction.fine_surcharge": [], "levy.seats_rounded": "each time", "reductions.donation_price": "none",
}  # fmt: skip


class Figure(NamedTuple):
    """One parameter of a design as its file states it."""

    value: Any
    assumed: Any
    unit: str
    source: str
    confidence: str
    note: str
    base: str = ""  # of an amount that the law writes in units of a published figure, such as "minimum wage"
    base_amount: float | None = None  # that figure in the design's currency, if it is not the value itself

    @property
    def known(self) -> bool:
        """Tell whether a source or an assumption gives the value."""
        return bool(self.value != UNKNOWN or self.assumed is not None)


@dataclass(frozen=True)
class Design:
    """A quota law: figures by block and name, as in the file."""

    code: str
    name: str
    in_force_from: str
    legal_basis: str
    currency: str
    figures: Mapping[str, Figure]

    def __hash__(self) -> int:
        """Return the hash of the code; a design file is read once."""
        return hash(self.code)

    def of(self, key: str) -> Any:
        """Return the value of ``block.name`` with "none" as ``None``; unknown without an assumption is an error.

        >>> load("KG_2025").of("schedule.smallest_size")
        25
        """
        figure = self.figures[key]
        if figure.value != UNKNOWN:
            return None if figure.value == NONE else figure.value
        if figure.assumed is None:
            raise InputError(
                f"quotas/{self.code}.toml: {key} is unknown; give a value in the scenario or choose another design"
            )
        return None if figure.assumed == NONE else figure.assumed

    def assumptions(self) -> tuple[str, ...]:
        """Return one sentence for each value that stands on an assumption or on judgement."""
        out = []
        for key, figure in self.figures.items():
            if figure.value == UNKNOWN and figure.assumed is not None:
                out.append(f"{key} was not found; {figure.assumed} is assumed")
            elif figure.value != UNKNOWN and figure.confidence == "C" and figure.value != UNLESS_GIVEN.get(key):
                out.append(f"{key} = {figure.value} is judgement ({figure.source})")
        return tuple(out)


def codes(country: str = "") -> tuple[str, ...]:
    """Return the codes of the laws that come along and of those in the folder of a country, without one the usual one.

    What else is on file belongs to other countries that scenarios name.

    >>> "FR" in codes() and "KG_2008" in codes()
    True
    """
    files, here = _files(), country or home()
    laws_of(here)
    others = frozenset().union(*_with_laws.values()) - _with_laws[here]
    return tuple(sorted(code for code, file in files.items() if code not in others or file.parent == FOLDER))


def load(code: str) -> Design:
    """Return a design from its file: by its code, or from a file of one's own by its path."""
    if code.endswith(OWN_FILE):
        path = Path(code)
        if not path.is_file():
            raise InputError(f"{code}: there is no such file; give the code of a design or a file in the same form")
        return _own(code, path.stat().st_mtime_ns)
    known = _files()
    if code not in known:
        raise InputError(f"quota law is '{code}', which is not on file; {nearest(code, known)}")
    return of_file(known[code])


@cache
def of_file(path: Path) -> Design:
    """Return the design of a file."""
    owner = f"quotas/{path.name}"
    return read(parsed(text_of(path), owner), owner)


def laws_of(country: str) -> None:
    """Put the laws in the folder ``quotas`` of a country on file; a name that another law has is an ``InputError``."""
    if country in _with_laws:
        return
    known, found = _of_folder(), {}
    for path in sorted((country_folder(country) / OWN_LAWS).glob("*.toml")):
        found[path.stem] = known.get(path.stem, path)
        if found[path.stem].read_bytes() != path.read_bytes():
            raise InputError(
                f"{path}: another quota law is called '{path.stem}'; give the file and its code another name"
            )
    known.update(found)
    _with_laws[country] = frozenset(found)


def _of_folder() -> dict[str, Path]:
    """Return the file of each law on file by its code; the first time, of those that come along."""
    if not _known:
        _known.update({path.stem: path for path in FOLDER.glob("*.toml")})
    return _known


def _files() -> dict[str, Path]:
    """Return the file of each law by its code: those that come along, and those of the countries in use."""
    laws_of(home())
    return _of_folder()


def is_there(code: str) -> bool:
    """Return whether a law is on file, or is a file of one's own in the same form.

    >>> is_there("FR"), is_there("XX"), is_there("no such file.toml")
    (True, False, False)
    """
    return code in _files() or (code.endswith(OWN_FILE) and Path(code).is_file())


@cache
def _own(path: str, changed: int) -> Design:
    """Return the design of a file of one's own as it is since it was last ``changed``."""
    return read(file_tables(Path(path), "a law"), path)


def read(raw: Mapping[str, Any], owner: str) -> Design:
    """Return the design made of raw data; every key of the form must be there, but for a few, and no other."""
    sources = raw.get("sources", {})
    figures = {}
    for block, names in FORM.items():
        table = raw.get(block, {})
        for name in table:
            if name not in names:
                raise InputError(f"{owner}: {block}.{name} is not a known key; {nearest(name, names)}")
        for name in names:
            key = f"{block}.{name}"
            if name not in table and key in UNLESS_GIVEN:
                figures[key] = Figure(UNLESS_GIVEN[key], None, "", "", "C", "not written down")
                continue
            if name not in table or "value" not in table[name]:
                raise InputError(f"{owner}: {key} is missing; write its value, or \"unknown\" if it was not found")
            figures[key] = _figure(table[name], key, sources, owner)
    texts = {}
    for name in ("code", "name", "in_force_from", "legal_basis", "currency"):
        if not isinstance(raw.get(name), str):
            raise InputError(f"{owner}: {name} is missing; it must be a text")
        texts[name] = raw[name]
    return Design(**texts, figures=figures)


def _figure(item: Mapping[str, Any], key: str, sources: Mapping[str, str], owner: str) -> Figure:
    check(item, key, owner)
    confidence = item.get("confidence", "")
    if item["value"] != UNKNOWN and confidence not in CONFIDENCES:
        raise InputError(f"{owner}: {key} has confidence '{confidence}'; it must be one of {', '.join(CONFIDENCES)}")
    source = item.get("source", "")
    if source and source not in sources:
        raise InputError(f"{owner}: {key} cites source '{source}'; it must be a key of [sources]")
    return Figure(
        item["value"], item.get("assumed"), item.get("unit", ""), sources.get(source, ""), confidence,
        item.get("note", ""), item.get("base", ""), item.get("base_amount"),
    )  # fmt: skip
