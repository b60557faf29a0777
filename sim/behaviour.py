"""Behaviour: every uncertain parameter of the model, one value each, in groups that sit beside the rules that use them.

The country's ``behaviour_*.csv`` files give each parameter its prior, unit, source and confidence; the name of a row is
``group.field``. Agents receive the group they need and nothing else.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import get_type_hints

import numpy as np

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
from sim.errors import CountryError, InputError, nearest
from sim.labour.accounts import Contributing
from sim.markets.feedback import Feedback, Shocks
from sim.offices.accounting import Accounting, Reporting
from sim.offices.inspecting import Inspecting
from sim.offices.placing import Placing
from sim.offices.selecting import Selecting
from sim.offices.visiting import Visiting

FAMILIES = ("fixed", "normal", "lognormal", "beta", "gamma", "uniform")
COUNTRIES = Path(__file__).parent / "country"


@dataclass(frozen=True)
class Prior:
    """The prior distribution of one parameter, truncated to ``lower`` and ``upper``.

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
    source: str
    confidence: str

    @property
    def assumed(self) -> bool:
        """Whether the prior rests on judgement alone (confidence C)."""
        return self.confidence == "C"

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
    schooling: Schooling
    sorting: Sorting
    moving: Moving
    paying: Paying
    own_work: OwnWork

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
    def central(cls, country: str = "kyrgyzstan") -> Behaviour:
        """Return the behaviour with every parameter at the median of its prior."""
        return cls.from_values(medians(country))

    def changed(self, **changes: float) -> Behaviour:
        """Return a copy with some parameters replaced, named ``group__field``, for scripts and tests."""
        values = self.values()
        for name, value in changes.items():
            dotted = name.replace("__", ".", 1)
            if dotted not in values:
                raise InputError(f"behaviour has no parameter '{dotted}'; {nearest(dotted, values)}")
            values[dotted] = value
        return Behaviour.from_values(values)

    def values(self) -> dict[str, float]:
        """Return every value by its name ``group.field``."""
        return {
            f"{group.name}.{field}": value
            for group in fields(self)
            for field, value in getattr(self, group.name)._asdict().items()
        }


@cache
def priors(country: str = "kyrgyzstan") -> tuple[Prior, ...]:
    """Return the priors of a country, in the order of its files; raises ``CountryError`` for a bad row."""
    folder = COUNTRIES / country if "/" not in country else Path(country)
    out: list[Prior] = []
    for path in sorted(folder.glob("behaviour_*.csv")):
        with path.open(newline="", encoding="utf-8") as handle:
            for line, row in enumerate(csv.DictReader(handle), start=2):
                out.append(_prior(path.name, line, row))
    if not out:
        raise CountryError(f"{folder}: no behaviour_*.csv file; a country needs at least one")
    names = [prior.name for prior in out]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise CountryError(f"{folder}: parameter '{sorted(twice)[0]}' is given twice; each belongs in one row")
    return tuple(out)


@cache
def medians(country: str = "kyrgyzstan") -> dict[str, float]:
    """Return the prior median of every parameter of a country."""
    return {prior.name: prior.quantile(0.5) for prior in priors(country)}


def _prior(file: str, line: int, row: dict[str, str]) -> Prior:
    if row["family"] not in FAMILIES:
        hint = nearest(row["family"], FAMILIES)
        raise CountryError(f"{file} line {line}: family is '{row['family']}'; {hint}")
    try:
        numbers = [float(row[key]) if row[key] else float("nan") for key in ("p1", "p2", "lower", "upper")]
    except ValueError:
        raise CountryError(f"{file} line {line}: {row['name']} has a value that is not a number") from None
    p1, p2, lower, upper = numbers
    if row["family"] != "fixed" and not lower < upper:
        raise CountryError(f"{file} line {line}: {row['name']} has bounds {lower} to {upper}; the lower must be less")
    return Prior(
        row["name"], row["symbol"], row["rule"], row["meaning"], row["unit"], row["family"],
        p1, p2, lower, upper, row["source"], row["confidence"],
    )
