"""Levers: the parameters of policies that a room can move, read from the policies' own declarations.

Which parameters are levers, how far and how finely a room moves them (always inside the declared range) and a sentence
of help stand in the declaration of the parameter, :class:`sim.policies.policy.OnPage`; their headings stand in that of
the instrument.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, get_args

from sim.countries import country_folder
from sim.errors import CountryError
from sim.policies.dated import Dated
from sim.policies.design import codes, load
from sim.policies.law import entries
from sim.policies.policy import OnPage, Parameter, Policy, declared
from sim.policies.registry import BY_NAME, INSTRUMENTS
from sim.population.margins import number, rows
from sim.scenario import present_law
from workshop.country import COUNTRY, START, START_MONTH

FILE, COLUMNS, MOST = "levers.csv", ("key", "lowest", "highest", "step"), 1e15
NUMBER, CHOICE, YES_NO = "number", "choice", "yes_no"
YES, NO = "Yes", "No"
HEADINGS = {"families": "Families", "employers": "Employers and jobs", "benefits": "Benefits and money"}
GROUPS = HEADINGS | {one.name: one.page for one in INSTRUMENTS if one.page and one.page not in HEADINGS.values()}
LAW = "law"  # key of the lever that names a quota law on file
SOM_A_MONTH = "som a month"
SOM_STEP = 500.0  # som a month, by which a lever in units of a wage moves


class Choice(NamedTuple):
    """One of several values."""

    value: Any
    label: str


class Money(NamedTuple):
    """How a lever in units of an amount of the economy is shown: times that amount, in som a month."""

    factor: float
    unit: str
    step: float


class Lever(NamedTuple):
    """One thing that a room can move."""

    key: str
    parameter: str
    group: str
    label: str
    unit: str
    kind: str
    low: float | None
    high: float | None
    step: float | None
    choices: tuple[Choice, ...]
    today: Any
    main: bool
    help: str
    source: str  # of today's value
    confidence: str
    whole: bool  # the policy takes whole numbers only
    also: tuple[str, ...]  # further parameters of the policy that take the same value
    shown: Money | None
    laws: Mapping[str, Any]  # value of each quota law on file, where the lever leaves it to the law

    @property
    def policy(self) -> str:
        """Name of the policy."""
        return self.parameter.split(".")[0]

    @property
    def name(self) -> str:
        """Name of the parameter in its policy."""
        return self.parameter.split(".")[1]

    def as_dict(self) -> dict[str, Any]:
        """Return what is sent to the page."""
        fields = {k: v for k, v in self._asdict().items() if k not in ("whole", "also")}
        shown = None if self.shown is None else self.shown._asdict()
        choices = [choice._asdict() for choice in self.choices]
        return fields | {"code": self.key, "choices": choices, "laws": dict(self.laws), "shown": shown}

    def standing(self, law: str) -> Any:
        """Return the value where nothing is moved but the quota law."""
        return self.laws.get(law, self.today)


@cache
def levers() -> tuple[Lever, ...]:
    """Return all levers in the order of the page; a lever that leaves the declared range is an error.

    Under a heading the main levers come first, else all stand as declared.
    """
    places = {heading: k for k, heading in enumerate(GROUPS.values())}
    found = sorted(_on_page(), key=lambda at: (places[_heading(at[0], at[2])], not at[2].main))
    return tuple(_lever(*at) for at in found)


def _heading(policy: str, page: OnPage) -> str:
    return page.heading or BY_NAME[policy].page


def _on_page() -> Iterator[tuple[str, Parameter, OnPage]]:
    for instrument in INSTRUMENTS:
        for parameter in declared(instrument.policy):
            if parameter.on_page is not None:
                yield instrument.name, parameter, parameter.on_page


@cache
def by_key() -> dict[str, Lever]:
    """Return the levers by key."""
    return {lever.key: lever for lever in levers()}


def today_of(policy: str, name: str, of_law: str = "") -> Any:
    """Return what today's law says when designs begin to differ.

    What the law in force leaves to the quota law on file is read there, under ``of_law``.
    """
    law = present_law(COUNTRY)
    value = getattr(getattr(law, policy), name)
    if isinstance(value, Dated):
        value = value.at(START_MONTH)
    if of_law and value in (None, "as written"):
        return _written(law.quota.design.at(START_MONTH), of_law)
    return value


def _written(law: str, of_law: str) -> Any:
    """Return a figure of a quota law; of a schedule by size the last one, nothing where it gives none."""
    figure = load(law).of(of_law)
    if isinstance(figure, list):
        figure = figure[-1][1] if figure else None
    return int(figure) if isinstance(figure, float) and figure.is_integer() else figure


def _laws(of_law: str) -> dict[str, Any]:
    return {code: _written(code, of_law) for code in codes()} if of_law else {}


def _lever(policy: str, found: Parameter, page: OnPage) -> Lever:
    kind_of = BY_NAME[policy].policy
    today = today_of(policy, found.name, page.of_law)
    kind = YES_NO if isinstance(today, bool) else CHOICE if page.choices else NUMBER
    choices: tuple[Choice, ...] = ()
    low = high = step = None
    if kind == CHOICE:
        given = page.choices() if callable(page.choices) else page.choices
        allowed = set(given) if callable(page.choices) else _literals(kind_of, found.name)
        if not set(given) <= allowed or today not in given:
            raise CountryError(f"lever {page.key}: its choices must be among {sorted(allowed)} and contain {today}")
        choices = tuple(Choice(value, label) for value, label in given.items())
    elif kind == YES_NO:
        choices = (Choice(False, NO), Choice(True, YES))
    else:
        today = 0.0 if today is None else today  # a country without such a law
        low, high, step = _inside(policy, found, page, today)
        today = int(today) if float(today).is_integer() else float(today)
    whole = kind == NUMBER and isinstance(found.default, int) and not isinstance(found.default, bool)
    group = next(key for key, heading in GROUPS.items() if heading == _heading(policy, page))
    return Lever(
        page.key, f"{policy}.{found.name}", group, page.label or found.label, "" if choices else found.unit, kind, low,
        high, step, choices, today, page.main, page.help, *_backing(policy, found, page.of_law), whole, page.also,
        _money(page.base), _laws(page.of_law),
    )  # fmt: skip


def _money(base: str) -> Money | None:
    """Return how a lever in units of an amount of the economy is shown, in the prices of the first month."""
    if not base:
        return None
    economy: Any = present_law(COUNTRY).economy.terms(START_MONTH)
    return Money(round(float(getattr(economy, base)), 2), SOM_A_MONTH, SOM_STEP)


def _backing(policy: str, found: Parameter, of_law: str) -> tuple[str, str]:
    """Return source and confidence of today's value: of the quota law, of the law file, or of the declaration."""
    if of_law:
        figure = load(present_law(COUNTRY).quota.design.at(START_MONTH)).figures[of_law]
        return figure.source or found.source, figure.confidence or found.confidence
    on_file = (country_folder(COUNTRY) / f"{policy}.toml").is_file()
    dated = [e for e in entries(COUNTRY, policy) if e.parameter == found.name] if on_file else []
    valid = [e for e in dated if e.since <= START]
    return (valid[-1].source, valid[-1].confidence) if valid else (found.source, found.confidence)


def _inside(policy: str, found: Parameter, page: OnPage, today: float) -> tuple[float, float, float]:
    """Return how far and how finely a number is moved; never beyond what is declared."""
    if page.moved is None:
        raise CountryError(f"lever {page.key} has no range; give the lowest, the highest and the step")
    moved = ranges(COUNTRY).get(page.key, page.moved)
    lowest, highest, _ = moved
    of_contracts = (policy, found.name) == ("social_contract", "envelope")  # a number of contracts, which may be 0
    low = found.low if found.low is not None and not of_contracts else lowest
    high = found.high if found.high is not None else highest
    if lowest < low or highest > high or not lowest <= today <= highest:
        raise CountryError(f"lever {page.key} runs from {lowest:g} to {highest:g}, beyond {low:g} to {high:g}")
    return moved


@cache
def ranges(country: str) -> dict[str, tuple[float, float, float]]:
    """Return how far and how finely levers are moved where a country says so: lowest, highest, step."""
    path, found = country_folder(country) / FILE, {}
    for place, row in rows(path, COLUMNS) if path.is_file() else ():
        low, high, step = (number(place, row, name, 0.0, MOST) for name in COLUMNS[1:4])
        if not low < high or not step > 0.0:
            raise CountryError(f"{place}: {row['key']} runs from {low:g} to {high:g} by {step:g}; it must rise")
        found[row["key"]] = low, high, step
    return found


def _literals(policy: type[Policy], name: str) -> set[Any]:
    """Return the values that a declared choice takes."""
    found: set[Any] = set()
    pending = [policy.model_fields[name].annotation]
    while pending:
        part = pending.pop()
        inside = get_args(part)
        found |= {value for value in inside if isinstance(value, str)}
        pending += [value for value in inside if not isinstance(value, str)]
    return found
