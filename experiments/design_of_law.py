"""Design of law: today's law of a month, and what a design changes in it, for calculators that simulate nothing.

A design is a TOML file with tables as in a scenario (``[child_benefit]``, ``[social_contract]``, ``[quota]``,
``[services]``) and the tables ``[economy]`` and ``[social_protection]``; a scenario file gives one design for each of
its own. Single values are written ``child_benefit.per_child=1500``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from experiments.middles import COUNTRY, group_of
from sim import months
from sim.checking import checked, path_text, shown
from sim.errors import InputError, nearest
from sim.policies.child_benefit import CHILD_BENEFIT
from sim.policies.dated import Dated
from sim.policies.economy import ECONOMY
from sim.policies.household_law import HOUSEHOLD_LAW
from sim.policies.instrument import Instrument
from sim.policies.law import entries, regions
from sim.policies.policy import Policy, changes, declared, known_keys, misdated
from sim.policies.quota import QUOTA
from sim.policies.services import SERVICES
from sim.policies.social_contract import SOCIAL_CONTRACT
from sim.state.protection_terms import ProtectionTerms
from sim.state.service_terms import ServiceTerms
from sim.state.terms import BenefitTerms, ContractTerms, EconomyTerms
from sim.taxes_benefits.contributions import Contributing
from sim.toml import file_tables

TABLES: dict[str, Instrument] = {
    one.name: one for one in (CHILD_BENEFIT, SOCIAL_CONTRACT, HOUSEHOLD_LAW, ECONOMY, QUOTA, SERVICES)
}
TODAY = "today"
OF_SCENARIO = {
    "name", "question", "country", "scale", "start", "horizon", "seed", "draws", "replications", "prior", "worlds",
    "follow", "population", "economy", "common", "designs", "study",
}  # fmt: skip


class Law(NamedTuple):
    """The terms of one month under one law."""

    label: str  # empty for today's law
    t: int
    policies: Mapping[str, Policy]
    changed: frozenset[str]  # parameters that a design changes, ``table.key``
    economy: EconomyTerms
    benefit: BenefitTerms
    contract: ContractTerms
    protection: ProtectionTerms
    services: ServiceTerms
    contributing: Contributing


@cache
def today() -> Mapping[str, Policy]:
    """Return the policies of today's law."""
    return {name: one.in_force(COUNTRY) for name, one in TABLES.items()}


def law_of(t: int, label: str = "", tables: Mapping[str, Any] | None = None) -> Law:
    """Return the law of a month, with the changes of a design in force from that month's January on."""
    start = months.month_index(months.year_of(t))
    policies, changed = dict(today()), set()
    for name, table in (tables or {}).items():
        policies[name], keys = _changed(policies[name], name, table, start, label)
        changed |= {f"{name}.{key}" for key in keys}
    places = regions(COUNTRY)
    terms = {name: policies[name].terms(t, places) for name in TABLES if name != QUOTA.name}
    return Law(
        label, t, policies, frozenset(changed), terms["economy"], terms["child_benefit"], terms["social_contract"],
        terms["social_protection"], terms["services"],
        group_of(Contributing, "contributing"),
    )  # fmt: skip


def _changed(policy: Policy, name: str, table: Any, start: int, label: str) -> tuple[Policy, set[str]]:
    raw = TABLES[name].written(table)
    kind, owner = changes(type(policy)), f"{label}: {name}"
    change = checked(lambda: kind.model_validate(raw), owner, raw, lambda place: known_keys(type(policy), place))
    for one in declared(type(policy)):
        given = getattr(change, one.name) if one.name in change.model_fields_set else None
        for step in given.steps if isinstance(given, Dated) else ():
            if wrong := misdated(one, step):
                raise InputError(f"{owner}.{one.name} {wrong}")
    try:
        policy.check_change(change, start)
        return policy.changed(policy.completed(change), start), set(change.model_fields_set)
    except PydanticCustomError as error:
        said = error.context or {}
        raise InputError(f"{owner}: {path_text(said['path'])} {said['says']}") from None
    except ValidationError as error:
        said = error.errors()[0]["ctx"]
        raise InputError(f"{owner}: {path_text(said['path'])} {said['says']}") from None


def designs_of_file(path: Path) -> dict[str, dict[str, Any]]:
    """Return the designs of a TOML file by name: that of the file itself, or those of a scenario."""
    if path.suffix.lower() != ".toml" or not path.is_file():
        raise InputError(f"{path}: there is no such file; give a TOML file with tables such as [child_benefit]")
    raw = file_tables(path, "a design")
    if "designs" not in raw:
        label = str(raw.pop("label", path.stem))
        return {_apart(label, path): _known(raw, str(path))}
    for key in raw:
        if key not in OF_SCENARIO:
            raise InputError(f"{path}: {key} is not a known key; {nearest(key, OF_SCENARIO)}")
    for key in ("designs", "common", "economy"):
        if not isinstance(raw.get(key, {}), Mapping):
            raise InputError(f"{path}: {key} is {shown(raw[key])}; it must be a table")
    shared = {key: value for key, value in {"economy": raw.get("economy"), **raw.get("common", {})}.items() if value}
    shared.pop("label", None)
    found = {}
    for name, design in raw["designs"].items():
        if not isinstance(design, Mapping):
            raise InputError(f"{path}: designs.{name} is {shown(design)}; it must be a table")
        tables = {**shared, **{key: value for key, value in design.items() if key not in ("label", "financing")}}
        if tables:
            found[_apart(str(design.get("label", name)), path)] = _known(tables, f"{path}: designs.{name}")
    return found


def _apart(label: str, path: Path) -> str:
    """Return the name of a design, with that of its file where it would be taken for today's law."""
    return f"{path.stem}: {label}" if label.strip().lower() in ("", TODAY) else label


def _known(raw: Mapping[str, Any], owner: str) -> dict[str, Any]:
    for key in raw:
        if key not in TABLES:
            raise InputError(f"{owner}: {key} is not a known table; {nearest(key, TABLES)}")
    return dict(raw)


def design_of_values(values: Iterable[str]) -> dict[str, Any]:
    """Return a design from single values.

    >>> design_of_values(["child_benefit.per_child=1500"])
    {'child_benefit': {'per_child': 1500}}
    """
    out: dict[str, Any] = {}
    for text in values:
        place, sign, value = text.partition("=")
        table, dot, key = place.strip().partition(".")
        if not (sign and dot and key):
            raise InputError(f"--law is {shown(text)}; write TABLE.KEY=VALUE, such as child_benefit.per_child=1500")
        if table not in TABLES:
            raise InputError(f"--law names the table {shown(table)}; {nearest(table, TABLES)}")
        out.setdefault(table, {})[key] = _value(value.strip())
    return out


def _value(text: str) -> Any:
    """Return a value as TOML has it; a word without quotation marks is a text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


@cache
def confidences() -> Mapping[tuple[str, str, int], str]:
    """Return the confidence of each amount of social protection: table, key and first month."""
    return {
        (entry.law, entry.parameter, months.parse(entry.since) if entry.since else -(10**6)): entry.confidence
        for entry in entries(COUNTRY, HOUSEHOLD_LAW.name)
    }


def assumed(parameter: str, law: Law) -> bool:
    """Tell whether the value of a parameter of social protection in the month is an assumption."""
    if not parameter or f"{HOUSEHOLD_LAW.name}.{parameter}" in law.changed:
        return False
    known = [(since, found) for (_, key, since), found in confidences().items() if key == parameter and since <= law.t]
    return bool(known) and max(known)[1] == "C"
