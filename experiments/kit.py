"""Kit: a new country's folder from another one, and everything that is wrong with one, a sentence for each fault.

A country is a folder of numbers. Its files, and what needs each, stand in :data:`PARTS`; ``docs/country.md`` tells the
rest.
"""

from __future__ import annotations

import csv
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from calibration import posterior, targets
from experiments.intake.guessing import region_names
from experiments.language import Language
from experiments.marks import N_
from sim import seed_figures, validation, words
from sim.behaviour import medians, priors
from sim.countries import MARK, USUAL, countries, country_folder, resolved, text_of
from sim.errors import CountryError, InputError, KelishimError, nearest
from sim.labour.anchoring import published_places
from sim.outcomes import history, spending
from sim.outcomes.yardsticks import yardsticks
from sim.policies import household_law, levy_bases
from sim.policies.design import OWN_LAWS, of_file
from sim.policies.economy import economy
from sim.policies.economy import entries as of_economy
from sim.policies.law import regions
from sim.policies.registry import BY_NAME
from sim.policies.terms_of_design import bare_terms
from sim.population import expected, load_country
from sim.population.country import MARGIN_FILES
from sim.population.margins import Margins, read
from sim.toml import parsed

LONGEST = 500  # letters of a sentence about a fault
FIRST_MONTH = 48  # January 2026, in which designs usually begin
NAME = r"[a-z][a-z0-9_]{0,39}"
ALL = N_("every command that simulates")
LEFT_OUT = (  # what is known of the other country alone
    "seed_figures.csv", "contradictions.csv", "history.csv", "validation.csv", "spending.csv", "tiles.csv",
    "region_names.csv", "targets.csv", "scenarios", *posterior.OF_A_FOLDER,
)  # fmt: skip
WORDS = """# What this country calls things: on the left the word of the program, on the right yours.
# Whole words alone are replaced. Russian and Kyrgyz have a table each: [ru], [ky].

[en]
# "som" = "mark"
# "oblast" = "province"
# "oblasts" = "provinces"
"""


class Part(NamedTuple):
    """A file of a country: what needs it, in words and by commands, whether it may be lacking, and what reads it."""

    file: str
    needed: str
    commands: str
    may_lack: bool
    reads: Callable[[str], Any]


class Fault(NamedTuple):
    """A sentence about a country's folder; without ``serious`` the country can be used."""

    sentence: str
    serious: bool = True


def _history(country: str) -> Any:
    folder = country_folder(country)
    if not (folder / "history.csv").is_file():
        raise CountryError("history.csv is missing")
    return history.published(folder)


def _places(country: str) -> Any:
    return published_places(country_folder(country), regions(country), 2022)


def _words(country: str) -> Any:
    return words.read(country_folder(country))


def _law(name: str) -> Callable[[str], Any]:
    return BY_NAME[name].in_force


def _quota(country: str) -> Any:
    for path in sorted((country_folder(country) / OWN_LAWS).glob("*.toml")):
        bare_terms(of_file(path))
    BY_NAME["quota"].in_force(country).check(FIRST_MONTH)


# In the order in which they are looked at: a later file may need an earlier one.
PARTS = (
    Part("economy.csv", ALL, "", False, economy),
    Part("child_benefit.toml", ALL, "", False, _law("child_benefit")),
    Part("social_protection.toml", ALL, "household", False, household_law.HOUSEHOLD_LAW.in_force),
    Part("quota.toml", ALL, "quota, employer, redteam", False, _quota),
    Part("social_contract.toml", N_("designs with social contracts: without it the country has none"), "", True,
         _law("social_contract")),
    Part("services.toml", "", "", True, _law("services")),
    Part("quota_places.csv", ALL, "", False, _places),
    Part("yardsticks.csv", "", "compare, run, budget", False, lambda country: yardsticks(country_folder(country))),
    Part("levy_bases.csv", "", "quota levy, employer", False, levy_bases.facts),
    Part("validation.csv", "", "validate", True, lambda country: validation.read(country_folder(country))),
    Part("spending.csv", "", "budget --published", True, lambda country: spending.read(country_folder(country))),
    Part("history.csv", N_("the record of 2022 and 2023 in reports"), "", True, _history),
    Part("targets.csv", "", "calibrate", True, targets.read),
    Part("seed_figures.csv", "", "", True, seed_figures.check),  # only checks how printed figures hang together
    Part("words.toml", N_("words of its own: without it money is som and a region an oblast"), "", True, _words),
    Part("region_names.csv", N_("knowing regions by other spellings"), "survey map", True, region_names),
)  # fmt: skip


def check(folder: str, say: Language) -> Iterator[Fault]:
    """Yield what is wrong with a country, and what it lacks; nothing serious means that every command runs on it."""
    country = resolved(folder)
    place = country_folder(country)
    broken = False
    for fault in (*_numbers(place), *_behaviour(country)):
        broken = True
        yield fault
    for part in PARTS:
        there = (targets.file_of(country) if part.file == targets.FILE.name else place / part.file).is_file()
        needed = ", ".join(filter(None, (say.text(part.needed) if part.needed else "", part.commands)))
        if not there and needed:
            said = say.text("{file} is missing; it is for: {needed}", file=part.file, needed=needed)
            yield Fault(said, not part.may_lack)
        reads: Callable[[], Any] = partial(part.reads, country)
        yield from (Fault(sentence) for sentence in (_tried(part.file, reads) if there else ()))
    if not broken:
        yield from (Fault(sentence) for sentence in _places_named(country))
        yield from (Fault(sentence) for sentence in _tried(MARK, lambda: load_country(country)))


def require(country: str, say: Language) -> None:
    """Raise ``CountryError`` with the first fault of a country, if it has one."""
    wrong = next((fault.sentence for fault in check(country, say) if fault.serious), "")
    if wrong:
        raise CountryError(wrong)


def _places_named(country: str) -> Iterator[str]:
    """Yield a sentence for each value of a law or of the economy that is for a place which does not exist."""
    known = regions(country)
    for file in ("economy.csv", *(f"{name}.toml" for name in BY_NAME)):
        given: list[Any] = []
        reads = partial(_entries, given, country, file)
        yield from _tried(file, reads)
        for parameter, place in given:
            if place and place not in known:
                yield f"{file}: {parameter} has a value for '{place}'; {nearest(place, known)}"


def _entries(found: list[Any], country: str, file: str) -> None:
    if file == "economy.csv":
        found += [(entry.parameter, entry.value[1]) for entry in of_economy(country)]
        return
    path = country_folder(country) / file
    if path.is_file():
        tables = parsed(text_of(path), file)
        entries = ((key, entry) for key, rows in tables.items() if isinstance(rows, list) for entry in rows)
        found += [(key, entry.get("oblast")) for key, entry in entries if isinstance(entry, dict)]


def _numbers(place: Path) -> Iterator[Fault]:
    """Yield what is wrong with the margins: every row that is wrong or missing."""
    found: list[Any] = []
    for sentence in _tried(MARK, lambda: _names(place)):
        yield Fault(sentence)
        return
    names = _names(place)
    whole = True
    for file in MARGIN_FILES:
        got: list[Any] = []
        reads = partial(_add, got, place / file, names)
        for sentence in _tried(file, reads):
            whole = False
            yield Fault(sentence)
        found += got
    kept: list[Margins] = []
    for sentence in _tried("margins", lambda: kept.append(Margins(found))):
        yield Fault(sentence)
    for margins in kept if whole else ():
        yield from (Fault(sentence) for sentence in expected.faults(margins, names))


def _add(found: list[Any], path: Path, names: tuple[str, ...]) -> None:
    found += read(path, names)


def _names(place: Path) -> tuple[str, ...]:
    return regions(place.as_posix())


def _behaviour(country: str) -> Iterator[Fault]:
    """Yield what is wrong with the priors: every parameter of the usual country must be there, and no other."""
    for sentence in _tried("behaviour_*.csv", lambda: medians(country)):
        yield Fault(sentence)
        return
    known, given = ({prior.name for prior in priors(one)} for one in (USUAL, country))
    for name in sorted(known - given):
        yield Fault(f"behaviour_*.csv: the parameter {name} is missing; every command that simulates needs it")
    for name in sorted(given - known):
        yield Fault(f"behaviour_*.csv: there is no parameter {name}; leave the row out")


def _tried(file: str, reads: Callable[[], Any]) -> Iterator[str]:
    """Yield the sentence of what goes wrong when a file is read."""
    try:
        reads()
    except KelishimError as error:
        yield _short(str(error))
    except UnicodeDecodeError as error:
        yield f"{file}: byte {error.start} is not UTF-8; save the file in the encoding UTF-8"
    except KeyError as error:
        yield f"{file}: the column or row {error} is missing"
    except (ValueError, TypeError, AttributeError, csv.Error, OSError, ArithmeticError) as error:
        yield _short(f"{file}: it cannot be read ({error})")


def _short(sentence: str) -> str:
    r"""Return a sentence on one line, without the rest of a cell that has swallowed others.

    >>> _short("a name\nof two lines")
    'a name of two lines'
    """
    words = " ".join(sentence.split())
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}..."


def checked(name: str, where: Path) -> Path:
    """Return the folder of a new country; one that cannot be made is an ``InputError``."""
    if not re.fullmatch(NAME, name):
        raise InputError(f"NAME is '{name}'; it must be small Latin letters, digits and _, beginning with a letter")
    if name in countries():
        raise InputError(f"NAME is '{name}'; a country that comes along has this name, take another")
    if not where.is_dir():
        raise InputError(f"{where}: there is no such folder; make it first")
    if (where / name).exists():
        raise InputError(f"{where / name}: it is there already; take another name, or remove it first")
    return where / name


def new(
    name: str, source: str, where: Path, leave: tuple[str, ...] = LEFT_OUT, more: Callable[[Path], None] | None = None
) -> tuple[Path, tuple[str, ...]]:
    """Make a country's folder from another one; return it and the files that were left out.

    ``more`` writes further files into it before it is there for anybody to see.
    """
    folder, origin = checked(name, where), country_folder(resolved(source))
    left = tuple(file for file in leave if (origin / file).exists())
    draft = folder.with_name(f".{name}-{uuid.uuid4().hex[:8]}")
    try:
        shutil.copytree(origin, draft, ignore=lambda at, names: [n for n in names if n in leave or n[0] in "._"])
        if not (draft / words.FILE).exists():
            (draft / words.FILE).write_text(WORDS, encoding="utf-8")
        if more is not None:
            more(draft)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder, left
