"""Household case: the family that a calculator is asked about, from a few words for each member or from a file.

A member is an age and words, with colons between them: ``35:woman:works:pay=25000``, ``7:disability``. A file (TOML or
JSON) has the same words in the lists ``adults`` and ``children``, and the options of the command under their names.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from sim.checking import shown
from sim.errors import InputError, nearest
from sim.toml import file_tables, marks_hint

YOUNGEST, OLDEST, OF_AGE = 16, 110, 18  # years
MOST_MEMBERS = 30
MOST_MONEY = 1e7  # som a month
PENSION_AGES = (58, 63)  # between them a pension depends on sex, so the sex must be said
WORD = re.compile(r"^([a-z][a-z-]*)(?:=(.*))?$")
WITH_POINT = re.compile(r"[1-9]\d{0,2}(\.000)+")  # thousands marked as they are in German or Russian
THOUSANDS = 1000.0


class Job(Enum):
    """What a member does; the words of the grammar."""

    HOME = "home"
    STUDENT = "student"
    SEEKING = "seeking"  # registered as unemployed
    WORKS = "works"  # employee with a contract, private employer
    BUDGET = "budget"  # employee of a budget body
    INFORMAL = "informal"  # employee without a contract
    OWN = "own"  # own account
    FARM = "farm"
    PUBLIC_WORKS = "public-works"
    ASSISTANT = "assistant"  # paid personal assistant of a member


EMPLOYED = (Job.WORKS, Job.BUDGET, Job.INFORMAL)
FORMAL = (Job.WORKS, Job.BUDGET)
OWN_WORK = (Job.OWN, Job.FARM)


@dataclass(frozen=True)
class Member:
    """One person of the household; money in som a month."""

    age: int
    adult: bool = True
    woman: bool | None = None
    job: Job = Job.HOME
    pay: float = 0.0  # before tax; informal pay is what is paid in hand
    income: float = 0.0  # of own work or a farm, before taxes
    turnover: float = 0.0  # of own work
    registered: bool = False  # as an entrepreneur
    single_tax: bool = False
    patent: float = 0.0  # price a month
    group: int = 0
    childhood: bool = False  # disability since childhood
    sensory: bool = False  # hearing or sight
    insured: bool = False  # has the insurance record that a pension or the unemployment benefit asks for
    pension: float | None = None  # own pension, if known; 0 for none
    compensation: float = 0.0  # in place of privileges
    lost: int = 0  # parents that a child has lost
    newborn: bool = False

    @property
    def employed(self) -> bool:
        """Whether the person is paid for work, other than public works or care of a member."""
        return self.job in EMPLOYED or self.job in OWN_WORK


@dataclass(frozen=True)
class Case:
    """A household, in som a month."""

    members: tuple[Member, ...]
    remittances: float = 0.0
    instalment: float = 0.0  # of a follow-up loan
    highland: bool = False  # lives in a high-mountain, remote or border place
    coefficient: float = 1.0  # regional, of the child benefit
    contract_month: int = 0  # of a running social contract, 0 without one
    declared: float | None = None  # income that the family declares to the office, in place of the rule

    def changed(self, who: int, **values: Any) -> Case:
        """Return the household with one member changed."""
        members = list(self.members)
        members[who] = replace(members[who], **values)
        return replace(self, members=tuple(members))


JOBS = {job.value: {"job": job} for job in Job}
ADULT_WORDS: Mapping[str, Mapping[str, Any]] = {
    **JOBS, "man": {"woman": False}, "woman": {"woman": True}, "childhood": {"childhood": True},
    "sensory": {"sensory": True}, "insured": {"insured": True}, "registered": {"registered": True},
    "single-tax": {"single_tax": True, "registered": True},
}  # fmt: skip
CHILD_WORDS: Mapping[str, Mapping[str, Any]] = {
    "disability": {"group": 1}, "orphan": {"lost": 2}, "half-orphan": {"lost": 1}, "newborn": {"newborn": True},
}  # fmt: skip
ADULT_VALUES = {"pay": MOST_MONEY, "income": MOST_MONEY, "turnover": 1e9, "patent": MOST_MONEY, "pension": MOST_MONEY,
                "compensation": MOST_MONEY}  # fmt: skip
OF_FILE = ("adults", "children", "remittances", "instalment", "highland", "coefficient", "contract_month", "declared")


def member(text: str, *, adult: bool, owner: str) -> Member:
    """Return a member from its words; a mistake is one sentence that begins with ``owner``.

    >>> member("35:woman:works:pay=25000", adult=True, owner="adult 1").pay
    25000.0
    >>> member("7:disability", adult=False, owner="child 1").group
    1
    """
    age, *words = [part.strip() for part in text.split(":")]
    values: dict[str, Any] = {"age": _age(age, adult, owner), "adult": adult}
    for word in words:
        found = WORD.match(word)
        known = ADULT_WORDS if adult else CHILD_WORDS
        if found and found[2] is None and word in known:
            given = dict(known[word])
        elif found and found[2] is not None and adult and found[1] == "group":
            given = {"group": _group(found[2], owner)}
        elif found and found[2] is not None and adult and found[1] in ADULT_VALUES:
            given = {found[1]: amount(found[2], f"{owner}: {found[1]}", ADULT_VALUES[found[1]])}
        else:
            raise InputError(f"{owner} has the word {shown(word)}; {_hint(word, adult)}")
        twice = sorted(set(given) & set(values) - {"registered"})
        if twice and any(given[name] != values[name] for name in twice):
            raise InputError(f"{owner}: {word} contradicts a word before it; keep one of the two")
        if twice:
            raise InputError(f"{owner}: {word} says again what another word has said; say it once")
        values |= given
    made = Member(**values)
    _agrees(made, owner)
    return made


def _age(text: str, adult: bool, owner: str) -> int:
    low, high = (YOUNGEST, OLDEST) if adult else (0, OF_AGE - 1)
    if not (re.fullmatch(r"\d{1,3}", text) and low <= int(text) <= high):
        raise InputError(
            f"{owner} has the age {shown(text)}; it must be a whole number from {low} to {high}, before the first colon"
        )
    return int(text)


def _group(text: str, owner: str) -> int:
    if text not in ("1", "2", "3"):
        raise InputError(f"{owner}: group is {shown(text)}; it must be 1, 2 or 3")
    return int(text)


def amount(text: Any, owner: str, most: float = MOST_MONEY) -> float:
    """Return an amount of money; a mistake is one sentence that begins with ``owner``.

    >>> amount("25000", "pay")
    25000.0
    """
    try:
        value = float(text) if not isinstance(text, bool) else math.nan
    except (TypeError, ValueError):
        value = math.nan
    if most >= THOUSANDS and isinstance(text, str) and WITH_POINT.fullmatch(text.strip()):
        many, few = text.strip().replace(".", ""), f"{value:g}"
        raise InputError(f"{owner} is {shown(text)}; write {many} for thousands, or {few}")
    if not 0.0 <= value <= most:
        hint = marks_hint(text) if isinstance(text, str) else ""
        wish = f"it must be a number from 0 to {most:,.0f}"
        raise InputError(f"{owner} is {shown(text)}; {wish}{'; ' + hint if hint else ''}")
    return value


def _hint(word: str, adult: bool) -> str:
    name, sign, _ = word.partition("=")
    if adult and name in (*ADULT_VALUES, "group") and not sign:
        return f"write {name}=NUMBER"
    if sign and name in (ADULT_WORDS if adult else CHILD_WORDS):
        return f"write {name} alone"
    known = [*ADULT_WORDS, "group=1", *(f"{key}=N" for key in ADULT_VALUES)] if adult else list(CHILD_WORDS)
    return nearest(word, known)


def _agrees(who: Member, owner: str) -> None:
    """Refuse words that contradict each other, in one sentence."""
    if who.pay > 0.0 and who.job not in (*EMPLOYED, Job.PUBLIC_WORKS):
        raise InputError(f"{owner} has pay but no job; say works, budget, informal or public-works")
    if who.job in EMPLOYED and who.pay <= 0.0:
        raise InputError(f"{owner} works without pay; say pay=NUMBER, som a month before tax")
    if (who.income > 0.0 or who.turnover > 0.0) and who.job not in OWN_WORK:
        raise InputError(f"{owner} has income of own work; say own or farm, or pay=NUMBER for a job")
    if (who.registered or who.patent > 0.0) and who.job != Job.OWN:
        raise InputError(f"{owner} pays taxes of own work; say own as well, with income=NUMBER")
    if who.patent > 0.0 and who.registered:
        raise InputError(f"{owner} has a patent and another tax of own work; say one of patent, registered, single-tax")
    if who.single_tax and who.turnover <= 0.0:
        raise InputError(f"{owner} pays the single tax; say turnover=NUMBER, som a month")
    if (who.childhood or who.sensory) and who.group == 0:
        raise InputError(f"{owner} has a word about a disability but no group; say group=1, group=2 or group=3")
    if who.job == Job.ASSISTANT and who.group > 0:
        raise InputError(f"{owner} is an assistant with a disability; the rules ask for an assistant without one")
    if who.newborn and who.age > 0:
        raise InputError(f"{owner} is {who.age} years old and newborn; newborn is for a child of 0")
    if who.pension is not None and who.group == 0 and who.age < PENSION_AGES[0 if who.woman else 1]:
        raise InputError(
            f"{owner} has a pension at {who.age} and no group; say group=1, group=2 or group=3, because the rules know "
            f"no other pension before {PENSION_AGES[0]} (women) and {PENSION_AGES[1]} (men)"
        )
    if who.woman is None and PENSION_AGES[0] <= who.age < PENSION_AGES[1]:
        raise InputError(f"{owner} is {who.age} years old; say man or woman, because the pension ages differ")


def made(adults: Iterable[str], children: Iterable[str], **values: Any) -> Case:
    """Return a household from the words of its members and its own values; a mistake is one sentence."""
    members = [member(str(text), adult=True, owner=f"adult {k}") for k, text in enumerate(adults, start=1)]
    if not members:
        raise InputError("the household has no adult; give at least one, such as --adult 35:woman:works:pay=25000")
    members += [member(str(text), adult=False, owner=f"child {k}") for k, text in enumerate(children, start=1)]
    if len(members) > MOST_MEMBERS:
        raise InputError(f"the household has {len(members)} members; it must have at most {MOST_MEMBERS}")
    return Case(tuple(members), **checked_values(values))


def checked_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a household, checked; a mistake is one sentence."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        if name in ("remittances", "instalment") or (name == "declared" and value is not None):
            out[name] = amount(value, name)
        elif name == "coefficient":
            out[name] = amount(value, name, 3.0)
        elif name == "contract_month" and not (type(value) is int and 0 <= value <= 52):
            raise InputError(f"contract_month is {shown(value)}; it must be a whole number from 0 to 52")
        elif name == "highland" and not isinstance(value, bool):
            raise InputError(f"highland is {shown(value)}; it must be true or false")
        else:
            out[name] = value
    return out


def from_file(path: Path) -> Case:
    """Return the household of a TOML or JSON file; a mistake is one sentence that begins with the file's name."""
    raw = _raw(path)
    for key in raw:
        if key not in OF_FILE:
            raise InputError(f"{path}: {key} is not a known key; {nearest(key, OF_FILE)}")
    for key in ("adults", "children"):
        if not isinstance(raw.get(key, []), list) or not all(isinstance(one, str | int) for one in raw.get(key, [])):
            raise InputError(f'{path}: {key} is {shown(raw[key])}; it must be a list of texts such as ["35:woman"]')
    values = {key: value for key, value in raw.items() if key not in ("adults", "children")}
    try:
        return made(raw.get("adults", []), raw.get("children", []), **values)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _raw(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; give a TOML or JSON file of a household")
    if path.suffix.lower() == ".toml":
        return file_tables(path, "a household")
    if path.suffix.lower() != ".json":
        raise InputError(f"{path}: the name of a household's file must end in .toml or .json")
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except RecursionError:
        raise InputError(f"{path}: the file nests lists or tables too deeply") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{path}: the file is not valid JSON ({error})") from None
    if not isinstance(raw, dict):
        raise InputError(f"{path}: the file is {shown(raw)}; it must be a table of the household's values")
    return raw
