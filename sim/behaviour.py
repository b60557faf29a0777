"""Behaviour: every uncertain parameter of the model, one value each, in groups that sit beside the rules that use them.

The country's ``behaviour_*.csv`` files give each parameter its prior, unit, source and confidence; the name of a row is
``group.field``. Agents receive the group they need and nothing else.

The prior says what is likely, between ``lower`` and ``upper``. What a parameter may be at all, its support, is
``least`` to ``most``: a share or a probability lies between 0 and 1, a spread, a price or a hazard is not negative, an
effect whose sign is part of its meaning keeps it, and where the meaning has no end, the range ends far beyond anything
that could be observed, so that every rule still gives a number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, get_type_hints

import numpy as np

from sim.agents.acquiring import Acquiring
from sim.agents.applying import Applying
from sim.agents.choosing import Choosing
from sim.agents.claiming import Claiming
from sim.agents.closing import Closing
from sim.agents.complying import Complying
from sim.agents.entering import Entering
from sim.agents.hiring import Hiring
from sim.agents.households.consuming import Consuming
from sim.agents.households.declaring import Declaring
from sim.agents.investing import Investing
from sim.agents.learning import Learning
from sim.agents.matching import Matching
from sim.agents.operating import Operating
from sim.agents.persons.moving import Moving
from sim.agents.persons.own_work import OwnWork
from sim.agents.persons.paying import Paying
from sim.agents.persons.schooling import Schooling
from sim.agents.persons.sorting import Sorting
from sim.agents.seeking import Productivity, Seeking
from sim.agents.separating import Separating
from sim.agents.sizing import Assigning, Sizing
from sim.agents.starting import Starting
from sim.agents.working import Working
from sim.checking import shown
from sim.countries import country_folder, home, table_of
from sim.errors import CountryError, InputError, nearest
from sim.markets.feedback import Feedback, Shocks
from sim.markets.incidence import Owning
from sim.offices.accounting import Accounting, Reporting
from sim.offices.inspecting import Inspecting
from sim.offices.placing import Placing
from sim.offices.selecting import Selecting
from sim.offices.visiting import Visiting
from sim.taxes_benefits.contributions import Contributing

FAMILIES = ("fixed", "normal", "lognormal", "beta", "gamma", "uniform")
HOME = home()
WITHIN = {"share": (0.0, 1.0), "corr": (-1.0, 1.0)}  # what a unit alone says of a support
COLUMNS = (
    "name", "symbol", "rule", "meaning", "unit", "family", "p1", "p2", "lower", "upper", "least", "most", "source",
    "confidence",
)  # fmt: skip


@dataclass(frozen=True)
class Prior:
    """The prior distribution of one parameter, truncated to ``lower`` and ``upper``, and its support.

    ``p1`` and ``p2`` are mean and sd (normal), mean and sd of the logarithm (lognormal), shapes (beta), shape and rate
    (gamma), bounds (uniform); ``p1`` is the value of a fixed one.
    """

    name: str
    symbol: str
    rule: str
    meaning: str
    unit: str
    family: str
    p1: float
    p2: float
    lower: float
    upper: float
    least: float
    most: float
    source: str
    confidence: str

    @property
    def assumed(self) -> bool:
        """Whether the prior rests on judgement alone (confidence C)."""
        return self.confidence == "C"

    def wrong(self, value: Any) -> str:
        """Return what is wrong with a value of the parameter, and what would be right; empty if it may be so."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and self.least <= value <= self.most:
            return ""
        unit = f" ({self.unit})" if self.unit not in ("", "-") else ""
        return f"is {shown(value)}; it must be a number from {shown(self.least)} to {shown(self.most)}{unit}"

    def quantile(self, probability: float) -> float:
        """Return a quantile of the truncated prior."""
        if self.family == "fixed":
            return self.p1
        share, value = self._share, self._value
        low, high = share(self.lower), share(self.upper)
        return min(max(value(low + probability * (high - low)), self.lower), self.upper)

    def _share(self, value: float) -> float:
        """Return the distribution function before truncation: the bits of ``scipy.stats``, without its import."""
        from scipy.special import betainc, gammainc, ndtr

        p1, p2 = self.p1, self.p2
        if self.family == "normal":
            return float(ndtr((value - p1) / p2))
        if self.family == "lognormal":
            ratio = value / math.exp(p1)
            return float(ndtr(np.log(ratio) / p2)) if ratio > 0.0 else 0.0
        if self.family == "beta":
            return float(betainc(p1, p2, min(max(value, 0.0), 1.0)))
        if self.family == "gamma":
            return float(gammainc(p1, value / (1.0 / p2))) if value > 0.0 else 0.0
        return min(max((value - p1) / (p2 - p1), 0.0), 1.0)

    def _value(self, share: float) -> float:
        """Return the quantile function before truncation."""
        from scipy.special import betaincinv, gammaincinv, ndtri

        p1, p2 = self.p1, self.p2
        if self.family == "normal":
            return float(ndtri(share)) * p2 + p1
        if self.family == "lognormal":
            return float(np.exp(p2 * ndtri(share))) * math.exp(p1)
        if self.family == "beta":
            return float(betaincinv(p1, p2, share))
        if self.family == "gamma":
            return float(gammaincinv(p1, share)) * (1.0 / p2)
        return share * (p2 - p1) + p1


@dataclass(frozen=True)
class Behaviour:
    """One value for every parameter of the model, in the groups that the rules take."""

    consuming: Consuming
    declaring: Declaring
    claiming: Claiming
    learning: Learning
    applying: Applying
    choosing: Choosing
    investing: Investing
    starting: Starting
    operating: Operating
    closing: Closing
    working: Working
    selecting: Selecting
    visiting: Visiting
    reporting: Reporting
    feedback: Feedback
    shocks: Shocks
    accounting: Accounting
    entering: Entering
    productivity: Productivity
    seeking: Seeking
    matching: Matching
    separating: Separating
    assigning: Assigning
    sizing: Sizing
    complying: Complying
    hiring: Hiring
    placing: Placing
    inspecting: Inspecting
    contributing: Contributing
    acquiring: Acquiring
    schooling: Schooling
    sorting: Sorting
    moving: Moving
    paying: Paying
    own_work: OwnWork
    owning: Owning

    @classmethod
    def from_values(cls, values: Mapping[str, float]) -> Behaviour:
        """Return the behaviour with the values named ``group.field``; each parameter must be there."""
        groups = {}
        for group, kind in get_type_hints(cls).items():
            names = [f"{group}.{field}" for field in kind._fields]
            missing = [name for name in names if name not in values]
            if missing:
                raise InputError(f"behaviour lacks a value for '{missing[0]}'; every parameter needs one")
            groups[group] = kind(*[float(values[name]) for name in names])
        return cls(**groups)

    @classmethod
    def central(cls, country: str = HOME) -> Behaviour:
        """Return the behaviour with every parameter at the median of its prior."""
        return cls.from_values(medians(country))

    def changed(self, **changes: float) -> Behaviour:
        """Return a copy with some parameters replaced, named ``group__field``, for scripts and tests."""
        new = {name.replace("__", ".", 1): value for name, value in changes.items()}
        check(new, "behaviour")
        return Behaviour.from_values(self.values() | new)

    def values(self) -> dict[str, float]:
        """Return every value by its name ``group.field``."""
        return {
            f"{group.name}.{field}": value
            for group in fields(self)
            for field, value in getattr(self, group.name)._asdict().items()
        }


@cache
def priors(country: str = HOME) -> tuple[Prior, ...]:
    """Return the priors of a country, in the order of its files; raises ``CountryError`` for a bad row."""
    folder = country_folder(country)
    out: list[Prior] = []
    for path in sorted(folder.glob("behaviour_*.csv")):
        rows = table_of(path)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise CountryError(f"{path.name}: the columns must be {', '.join(COLUMNS)}")
        out += [_prior(path.name, line, row) for line, row in enumerate(rows, start=2)]
    if not out:
        raise CountryError(f"{folder}: no behaviour_*.csv file; a country needs at least one")
    names = [prior.name for prior in out]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise CountryError(f"{folder}: parameter '{sorted(twice)[0]}' is given twice; each belongs in one row")
    return tuple(out)


def check(values: Mapping[str, Any], owner: str, country: str = HOME) -> None:
    """Refuse parameters that do not exist and values that they cannot have; one sentence that begins with ``owner``."""
    known = {prior.name: prior for prior in priors(country)}
    for name, value in values.items():
        if name not in known:
            raise InputError(f"{owner} has no parameter '{name}'; {nearest(name, known)}")
        if wrong := known[name].wrong(value):
            raise InputError(f"{owner}: {name} {wrong}")


@cache
def medians(country: str = HOME) -> dict[str, float]:
    """Return the prior median of every parameter of a country."""
    return {prior.name: prior.quantile(0.5) for prior in priors(country)}


def _prior(file: str, line: int, row: dict[str, str]) -> Prior:
    if row["family"] not in FAMILIES:
        hint = nearest(row["family"], FAMILIES)
        raise CountryError(f"{file} line {line}: family is '{row['family']}'; {hint}")
    try:
        blank = {"p2", "lower", "upper"} if row["family"] == "fixed" else set()
        keys = ("p1", "p2", "lower", "upper", "least", "most")
        numbers = [float(row[key]) if row[key] or key not in blank else math.nan for key in keys]
    except (ValueError, TypeError):
        raise CountryError(f"{file} line {line}: {row['name']} has a value that is not a number") from None
    p1, p2, lower, upper, least, most = numbers
    made = Prior(
        row["name"], row["symbol"], row["rule"], row["meaning"], row["unit"], row["family"],
        p1, p2, lower, upper, least, most, row["source"], row["confidence"],
    )
    if wrong := _contradiction(made):
        raise CountryError(f"{file} line {line}: {made.name} {wrong}")
    return made


def _contradiction(prior: Prior) -> str:
    """Return what does not hold in a row: a support that its unit or family forbids, or a prior outside its support."""
    if not -math.inf < prior.least < prior.most < math.inf:
        return f"has the support {prior.least:g} to {prior.most:g}; least must be less than most, and both finite"
    low, high = WITHIN.get(prior.unit.split(" ")[0], (-math.inf, math.inf))
    if prior.family in ("beta", "lognormal", "gamma"):
        low, high = max(low, 0.0), 1.0 if prior.family == "beta" else high
    if not low <= prior.least or not prior.most <= high:
        kind = f"{prior.unit}, {prior.family}"
        return f"has the support {prior.least:g} to {prior.most:g}; it must lie within {low:g} to {high:g} ({kind})"
    if prior.family == "fixed":
        return prior.wrong(prior.p1)
    if not prior.lower < prior.upper:
        return f"has bounds {prior.lower} to {prior.upper}; the lower must be less"
    outside = [f"has a bound that {wrong}" for end in (prior.lower, prior.upper) if (wrong := prior.wrong(end))]
    return outside[0] if outside else ""
