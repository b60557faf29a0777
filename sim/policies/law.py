"""Laws: the parameters of a policy as a country has them, dated, each value with its source and confidence."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import AfterValidator

from sim.countries import MARK, country_folder, resolved, table_of, text_of
from sim.errors import CountryError, InputError, nearest
from sim.policies.policy import Policy, complaint
from sim.toml import parsed

P = TypeVar("P", bound=Policy)
LONGEST = 60  # letters of the name of a region
CONFIDENCE = ("A", "B", "derived", "B-judged", "C")
ENTRY = {"from", "oblast", "value", "unit", "source", "confidence"}


def _written(country: str) -> str:
    """Return a country as every scenario writes it, whatever folder it was named from."""
    try:
        return resolved(country)
    except InputError as error:
        raise complaint(str(error).removeprefix("country ")) from None


CountryWord = Annotated[str, AfterValidator(_written)]


class Entry(NamedTuple):
    """One value of a law with what backs it; reports print those of confidence C as assumptions."""

    law: str
    parameter: str
    since: str
    value: Any
    unit: str
    source: str
    confidence: str


@cache
def _tables(country: str, name: str) -> dict[str, Any]:
    file = country_folder(country) / f"{name}.toml"
    if not file.is_file():
        raise CountryError(f"{country}: file {name}.toml is missing")
    try:
        tables = parsed(text_of(file), f"{country}/{name}.toml")
    except InputError as error:
        raise CountryError(str(error)) from None
    for key, entries in tables.items():
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise CountryError(f"{country}/{name}.toml: {key} must be a list of tables, each begun by [[{key}]]")
        for k, entry in enumerate(entries):
            where = f"{country}/{name}.toml: {key}[{k}]"
            if set(entry) - ENTRY:
                raise CountryError(f"{where} has the unknown key '{min(set(entry) - ENTRY)}'")
            missing = {"value", "unit", "source", "confidence"} - set(entry)
            if missing:
                raise CountryError(f"{where}.{min(missing)} is missing; a value carries unit, source and confidence")
            if entry["confidence"] not in CONFIDENCE:
                raise CountryError(f"{where}.confidence is '{entry['confidence']}'; {nearest('', CONFIDENCE)}")
    return tables


def law(policy: type[P], country: str, name: str, of_others: bool = False) -> P:
    """Return a policy as the law of a country has it, from ``sim/country/<country>/<name>.toml``.

    With ``of_others`` the file may have parameters of other policies too.
    """
    values = {
        key: [{k: entry[k] for k in ("from", "oblast", "value") if k in entry} for entry in entries]
        for key, entries in _tables(country, name).items()
        if key in policy.model_fields or not of_others
    }
    for key in values:
        if key in policy.model_fields and "Dated" not in str(policy.model_fields[key].annotation):
            values[key] = values[key][0]["value"]
    try:
        return policy.made(values, f"{country}/{name}.toml")
    except InputError as error:
        raise CountryError(str(error)) from None


def law_of(policy: type[P], name: str, may_lack: bool = False) -> Callable[[str], P]:
    """Return what gives the law of a country by its name; a country may lack a law that ``may_lack`` a file."""
    return lambda country: law(policy, country, name) if _given(country, name) or not may_lack else policy()


def _given(country: str, name: str) -> bool:
    return (country_folder(country) / f"{name}.toml").is_file()


def entries(country: str, name: str) -> tuple[Entry, ...]:
    """Return every value of a law file with its source and confidence; none where a country has no such file."""
    if not _given(country, name):
        return ()
    return tuple(
        Entry(name, key, entry.get("from", ""), entry["value"], entry["unit"], entry["source"], entry["confidence"])
        for key, entries in _tables(country, name).items()
        for entry in entries
    )


@cache
def regions(country: str) -> tuple[str, ...]:
    """Return the names of a country's oblasts in the order of its region table."""
    reader = table_of(country_folder(country) / MARK)
    if "name" not in (reader.fieldnames or ()):
        raise CountryError(f"{country}/{MARK}: the column name is missing")
    names = tuple(row["name"] or "" for row in reader)
    for name in names:
        if not name.isprintable() or len(name) > LONGEST:
            raise CountryError(f"{country}/{MARK}: a name of {len(name)} letters is too long; close its quotation mark")
    return names
