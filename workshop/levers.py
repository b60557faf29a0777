"""Levers: the parameters of policies that a room can move, read from the policies' own declarations.

Only what a declaration does not say stands here: which parameters are levers, in which order, how far and how finely a
room moves them (always inside the declared range), and a sentence of help.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple, get_args

from sim.errors import CountryError
from sim.policies.child_benefit import ChildBenefit
from sim.policies.dated import Dated
from sim.policies.design import load
from sim.policies.law import entries
from sim.policies.policy import Parameter, Policy, declared
from sim.policies.quota import Quota
from sim.policies.services import Services
from sim.policies.social_contract import SocialContract
from sim.scenario import present_law
from workshop.country import COUNTRY, START, START_MONTH

NUMBER, CHOICE, YES_NO = "number", "choice", "yes_no"

POLICIES: dict[str, type[Policy]] = {
    "social_contract": SocialContract,
    "child_benefit": ChildBenefit,
    "quota": Quota,
    "services": Services,
}
GROUPS = {
    "contract": "Families: the social contract",
    "quota": "Employers: the quota",
    "services": "Services for persons with disabilities",
}
CHOICE_LABELS = {
    "full": "Lost for three years",
    "taper": "Paid in full for a year, by half for another, then lost",
    "none": "Kept",
    "list": "Employers on the yearly list",
    "universal": "Every employer of that size",
    "yes": "Yes",
    "no": "No",
}


class Choice(NamedTuple):
    """One of several values."""

    value: Any
    label: str


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
        fields = {k: v for k, v in self._asdict().items() if k != "whole"}
        return fields | {"code": self.key, "choices": [choice._asdict() for choice in self.choices]}


class _Chosen(NamedTuple):
    """What a declaration does not say."""

    key: str
    parameter: str
    group: str
    low: float | None
    high: float | None
    step: float | None
    main: bool
    help: str
    values: tuple[str, ...] = ()


_CHOSEN = (
    _Chosen("grant", "social_contract.grant", "contract", 0, 500_000, 5_000, True,
            "Paid once to a family that gives up the child benefit and starts a business."),
    _Chosen("envelope", "social_contract.envelope", "contract", 0, 6e9, 5e7, True,
            "Money for grants in a year; contracts a year are this budget divided by the grant."),
    _Chosen("exclusion", "social_contract.exclusion", "contract", None, None, None, True,
            "What happens to the child benefit of a family with a contract.", ("full", "taper", "none")),
    _Chosen("loan", "social_contract.loan_max", "contract", 0, 1_000_000, 10_000, False,
            "Largest loan for a business that has done well; the state pays the interest."),
    _Chosen("coaching", "social_contract.coached", "contract", None, None, None, False,
            "Advice for families while they build their business."),
    _Chosen("goods", "social_contract.in_kind", "contract", None, None, None, False,
            "Animals and tools are handed over instead of money."),
    _Chosen("setaside", "social_contract.set_aside", "contract", 0, 1, 0.05, False,
            "Part of the contracts kept for families with a member with a disability."),
    _Chosen("child", "child_benefit.per_child", "contract", 0, 5_000, 50, False,
            "Paid for each child of a poor family; it changes what a family with a contract gives up."),
    _Chosen("who", "quota.assignment", "quota", None, None, None, True,
            "Today a yearly list says who must give places; the law itself speaks of every employer.",
            ("list", "universal")),
    _Chosen("rate", "quota.rate", "quota", 0, 0.15, 0.005, True,
            "Places for persons with disabilities per 100 staff. Today 4 from 100 staff on; below, one, two or three."),
    _Chosen("size", "quota.smallest_size", "quota", 10, 500, 5, False,
            "Employers with fewer staff owe no place."),
    _Chosen("levy", "quota.levy", "quota", 0, 2, 0.05, True,
            "What an employer pays for a year in which a place is missing; 1 is what an average worker earns in a "
            "year. A levy replaces the fine."),
    _Chosen("inspection", "quota.inspection", "quota", 0, 50, 1, False,
            "How often employers are inspected: 1 is as often as today, 10 is ten times as often."),
    _Chosen("letters", "quota.information", "quota", 0, 1, 0.1, False,
            "Part of the employers that are told what adapting a workplace really costs."),
    _Chosen("subsidy", "services.subsidy_share", "services", 0, 1, 0.05, True,
            "Part of the wage of a newly hired person with a disability that the state pays for six months."),
    _Chosen("coaches", "services.coaches", "services", 0, 500, 10, True,
            "Coaches who stay with a person and an employer in the first months of work."),
    _Chosen("accommodation", "services.accommodation_budget", "services", 0, 1e9, 1e7, True,
            "Money in a year for ramps, screens, tools and other changes of a workplace."),
    _Chosen("officers", "services.officers", "services", 0, 500, 10, False,
            "Officers of the employment service who place persons with disabilities."),
)  # fmt: skip

# Where today's law leaves a parameter to the quota law on file, the lever shows what that law says.
_OF_LAW = {
    "quota.rate": "schedule.rates",
    "quota.smallest_size": "schedule.smallest_size",
    "quota.assignment": "scope.assignment",
}


@cache
def levers() -> tuple[Lever, ...]:
    """Return all levers in the order of the page; a lever that leaves the declared range is an error."""
    return tuple(_lever(chosen) for chosen in _CHOSEN)


@cache
def by_key() -> dict[str, Lever]:
    """Return the levers by key."""
    return {lever.key: lever for lever in levers()}


def today_of(parameter: str) -> Any:
    """Return what today's law says when designs begin to differ."""
    policy, name = parameter.split(".")
    law = present_law(COUNTRY)
    value = getattr(getattr(law, policy), name)
    if isinstance(value, Dated):
        value = value.at(START_MONTH)
    if parameter in _OF_LAW and value in (None, "as written"):
        figure = load(law.quota.design.at(START_MONTH)).of(_OF_LAW[parameter])
        return figure[-1][1] if isinstance(figure, list) else figure
    return value


def _lever(chosen: _Chosen) -> Lever:
    policy, name = chosen.parameter.split(".")
    found = next((p for p in declared(POLICIES[policy]) if p.name == name), None)
    if found is None:
        raise CountryError(f"lever {chosen.key}: {chosen.parameter} is not a declared parameter")
    today = today_of(chosen.parameter)
    kind = YES_NO if isinstance(today, bool) else CHOICE if chosen.values else NUMBER
    choices: tuple[Choice, ...] = ()
    if kind == CHOICE:
        allowed = _literals(POLICIES[policy], name)
        if not set(chosen.values) <= allowed or today not in chosen.values:
            raise CountryError(f"lever {chosen.key}: its choices must be among {sorted(allowed)} and contain {today}")
        choices = tuple(Choice(value, CHOICE_LABELS[value]) for value in chosen.values)
    elif kind == YES_NO:
        choices = (Choice(False, CHOICE_LABELS["no"]), Choice(True, CHOICE_LABELS["yes"]))
    else:
        _inside(chosen, found, today)
        today = int(today) if float(today).is_integer() else float(today)
    whole = kind == NUMBER and isinstance(found.default, int) and not isinstance(found.default, bool)
    return Lever(
        chosen.key, chosen.parameter, chosen.group, found.label, "" if choices else found.unit, kind, chosen.low,
        chosen.high, chosen.step, choices, today, chosen.main, chosen.help,
        *_backing(chosen.parameter, found), whole,
    )  # fmt: skip


def _backing(parameter: str, found: Parameter) -> tuple[str, str]:
    """Return source and confidence of today's value: of the quota law, of the law file, or of the declaration."""
    policy, name = parameter.split(".")
    law = load(present_law(COUNTRY).quota.design.at(START_MONTH))
    if parameter in _OF_LAW:
        figure = law.figures[_OF_LAW[parameter]]
        return figure.source or found.source, figure.confidence or found.confidence
    files = ("social_contract", "child_benefit")
    dated = [e for e in entries(COUNTRY, policy) if e.parameter == name] if policy in files else []
    valid = [e for e in dated if e.since <= START]
    return (valid[-1].source, valid[-1].confidence) if valid else (found.source, found.confidence)


def _inside(chosen: _Chosen, found: Parameter, today: float) -> None:
    assert chosen.low is not None
    assert chosen.high is not None
    of_contracts = chosen.parameter == "social_contract.envelope"  # becomes a number of contracts, which may be 0
    low = found.low if found.low is not None and not of_contracts else chosen.low
    high = found.high if found.high is not None else chosen.high
    if chosen.low < low or chosen.high > high or not chosen.low <= today <= chosen.high:
        raise CountryError(
            f"lever {chosen.key} runs from {chosen.low:g} to {chosen.high:g}, beyond {low:g} to {high:g}"
        )


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
