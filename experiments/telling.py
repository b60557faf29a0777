"""Telling: a summary in the words and figures of a language; one unit for each outcome wherever it appears."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from experiments import words
from experiments.certainty import FEWER, FEWEST, MORE, SAME, UNCLEAR, reason
from experiments.language import Language
from experiments.marks import N_
from experiments.middles import COUNTRY
from sim import months
from sim.behaviour import priors
from sim.errors import InputError
from sim.policies.design import is_there, load
from sim.policies.policy import declared
from sim.policies.registry import INSTRUMENTS
from sim.scenario import present_law

if TYPE_CHECKING:
    import pandas

    from experiments.summary import Summary

Told = Mapping[str, Any]  # a row of a table
# What a reader wants to know first; a study may name its own.
FIRST = ("net_jobs", "jobs_disability", "poverty_exits", "income_change", "net_fiscal_cost")
POLICIES = {one.name: one.title for one in INSTRUMENTS}
# Words of the law that stand as values in a scenario.
VALUES = {
    "full": N_("in full"), "taper": N_("step by step"), "none": N_("none"), "list": N_("employers on the yearly list"),
    "universal": N_("all employers"), "as written": N_("as the law says"), "fine": N_("fine"), "levy": N_("levy"),
    "fine+levy": N_("fine and levy"), "open": N_("open"), "banned": N_("banned"), "tax": N_("tax"), "cut": N_("cut"),
    "envelope": N_("as many as the envelope pays for"),
}  # fmt: skip


OF_DRAWS, SHORT = N_("{side} in {count} draws"), N_("{side} in {count}")
NORMAL_90 = 1.645  # standard deviations to either side that hold 90 % of normal draws
OF_ONE_YEAR = ("levy_due",)  # money of the last year, all other amounts are totals of all months
OF_ARMS = {"country": N_("Country"), "population": N_("Number of the simulated population")}


@dataclass(frozen=True)
class Telling:
    """A summary with the language in which it is told."""

    summary: Summary
    say: Language
    scales: dict[str, words.Scale] = field(default_factory=dict)

    @cached_property
    def levels(self) -> Mapping[str, Mapping[str, Told]]:
        """The rows of the table of levels by outcome and design."""
        return _rows(self.summary.levels)

    @cached_property
    def differences(self) -> Mapping[str, Mapping[str, Told]]:
        """The rows of the table of differences by outcome and design."""
        return _rows(self.summary.differences)

    @property
    def first(self) -> list[str]:
        """Names of the outcomes that answer the question."""
        asked = [name for name in getattr(self.summary, "primary", ()) if name in self.summary.outcomes]
        return asked or [name for name in FIRST if name in self.summary.outcomes] or self.summary.outcomes[:1]

    def title(self, design: str) -> str:
        """Return the name of a design: its label in the language, or its key as it is written in the scenario."""
        title = self.summary.title(design)
        return title if title == design.replace("_", " ") else self.say.text(title)

    def few(self) -> str:
        """Return that the draws are too few to tell designs apart."""
        return self.say.plural(
            "{count} draw is too few to tell", "{count} draws are too few to tell", self.summary.draws
        )

    def label(self, outcome: str) -> str:
        """Return the name of an outcome."""
        return self.say.text(self.summary.label(outcome))

    def scale(self, outcome: str, values: Iterable[float] | None = None) -> words.Scale:
        """Return the one unit of an outcome, with the decimals that some values need."""
        unit = self.summary.unit(outcome)
        if outcome not in self.scales:
            levels = [row["median"] for row in self.levels.get(outcome, {}).values()]
            differences = [row["median"] for row in self.differences.get(outcome, {}).values()]
            self.scales[outcome] = words.common_scale(levels, differences, unit, self.say)
        return self.scales[outcome] if values is None else words.alike(self.scales[outcome], values, unit)

    def figure(self, value: float, scale: words.Scale, *, signed: bool = False) -> str:
        """Return a figure."""
        return words.figure(value, scale, self.say, signed=signed)

    def interval(self, low: float, high: float, scale: words.Scale, *, signed: bool = False) -> str:
        """Return an interval."""
        return words.interval(low, high, scale, self.say, signed=signed)

    def said(self, verdict: str, outcome: str) -> str:
        """Return a verdict."""
        return words.said(verdict, self.summary.unit(outcome), self.say)

    def judged(self, row: Told | pandas.Series) -> str:
        """Return the verdict of a row of differences, and why it stands beside an interval that leaves out zero."""
        said = self.said(str(row["verdict"]), str(row["outcome"]))
        why = reason(str(row["verdict"]), row["low"], row["high"], self.summary.draws)
        return f"{said} ({self.say.text(why)})" if why else said

    def leaning(self, row: Told | pandas.Series) -> str:
        """Return to which side most draws of an unsettled difference fall; nothing where neither is better."""
        return self.often(row, OF_DRAWS) if str(row["verdict"]) == UNCLEAR else ""

    def often(self, row: Told | pandas.Series, form: str = SHORT) -> str:
        """Return to which side most draws of a difference fall, and how many; nothing where neither side is better."""
        share, outcome = float(row["probability_better"]), str(row["outcome"])
        if not math.isfinite(share) or str(row["verdict"]) not in (UNCLEAR, MORE, FEWER):
            return ""
        more = share if getattr(self.summary.codebook.get(outcome), "better", "") == MORE else 1.0 - share
        side = self.said(MORE if more >= 0.5 else FEWER, outcome)
        count = words.of_draws(max(more, 1.0 - more), self.summary.draws, self.say)
        return self.say.text(form, side=side, count=count)

    def level(self, outcome: str) -> words.Scale:
        """Return how levels of an outcome are written: with the digits that the number of draws can carry."""
        mine = list(self.levels.get(outcome, {}).values())
        medians = [row["median"] for row in mine]
        scale = self.scale(outcome, medians)
        if not all("low" in row for row in mine):
            return scale
        return words.sure(scale, [_median_error(row, self.summary.draws) for row in mine], medians)

    def apart(self, outcome: str, design: str = "") -> words.Scale:
        """Return how differences of an outcome are written, the same in sentences, tables and charts.

        That of a design has the digits that the Monte Carlo error of its median leaves sure.
        """
        mine = self.differences[outcome]
        scale = self.scale(outcome, [row[end] for end in ("median", "low", "high") for row in mine.values()])
        if not design:
            return scale
        row = mine[design]
        return words.sure(scale, [row["median_error"]], [row["median"]])

    def unit(self, outcome: str, scale: words.Scale) -> str:
        """Return the unit of a row; of money with prices and months, because neither is in "billion som"."""
        return ", ".join(part for part in (scale.unit, self.priced(outcome)) if part)

    def priced(self, outcome: str) -> str:
        """Return prices and months of an amount of money; empty for what is no money."""
        unit, text = self.summary.unit(outcome), self.say.text
        if not unit.startswith("som"):
            return ""
        if unit != "som" or outcome in OF_ONE_YEAR:
            return text("prices of 2023")
        scenario = self.summary.manifest["scenario"]
        first, last = (str(scenario.get(name, ""))[:4] for name in ("start", "horizon"))
        if not first or not last:
            return text("prices of 2023, total of all months")
        if first == last:
            return text("prices of 2023, total of {year}", year=first)
        return text("prices of 2023, total of {first} to {last}", first=first, last=last)

    def answer(self, outcome: str, design: str) -> str:
        """Return one plain sentence: what a design does to an outcome, compared with the first design."""
        return self.answered(self.differences[outcome][design])

    def answered(self, row: Told | pandas.Series) -> str:
        """Return the sentence of one row of differences."""
        outcome, design = str(row["outcome"]), str(row["design"])
        scale, text = self.apart(outcome, design), self.say.text
        names = {
            "outcome": self.label(outcome), "design": self.title(design), "unit": scale.unit,
            "first": self.title(row["compared_with"]), "size": self.figure(abs(row["median"]), scale),
            "band": self.interval(row["low"], row["high"], scale, signed=True),
        }  # fmt: skip
        verdict, counted = str(row["verdict"]), self.summary.unit(outcome) in words.COUNTED
        if verdict == "the same":
            return text("{outcome}: no difference between '{design}' and '{first}'.", **names)
        if verdict == "undefined":
            return text("{outcome}: there is no figure for '{design}'.", **names)
        if verdict == "more" and counted:
            return text(
                "{outcome}: '{design}' gives about {size} {unit} more than '{first}' (90 % band {band}).", **names
            )
        if verdict == "fewer" and counted:
            return text(
                "{outcome}: '{design}' gives about {size} {unit} fewer than '{first}' (90 % band {band}).", **names
            )
        if verdict == "more":
            return text(
                "{outcome}: with '{design}' about {size} {unit} higher than with '{first}' (90 % band {band}).", **names
            )
        if verdict == "fewer":
            return text(
                "{outcome}: with '{design}' about {size} {unit} lower than with '{first}' (90 % band {band}).", **names
            )
        why = reason(verdict, row["low"], row["high"], self.summary.draws)
        if why or self.summary.draws < FEWEST:
            return text(
                "{outcome}: '{design}' and '{first}' cannot be told apart (90 % band of the difference {band} {unit}; "
                "{few}).", few=self.few() if self.summary.draws < FEWEST else text(why), **names,
            )  # fmt: skip
        return text(
            "{outcome}: '{design}' and '{first}' cannot be told apart (90 % band of the difference {band} {unit}).",
            **names,
        )

    def verdict(self, design: str) -> str:
        """Return one plain sentence: what a design changes against the first in all outcomes that answer the question.

        What is told apart stands there with its size, the rest as a number; the same rule as in every table.
        """
        text, clear = self.say.text, list[str]()
        alike: dict[str, list[str]] = {UNCLEAR: [], SAME: []}
        for outcome in self.first:
            row = self.differences[outcome][design]
            verdict = str(row["verdict"])
            if verdict in (MORE, FEWER):
                clear.append(self._sized(row))
            elif verdict in alike:
                alike[verdict].append(lowered(self.label(outcome)))
        parts, unclear = list(clear), len(alike[UNCLEAR])
        if unclear and self.summary.draws < FEWEST:
            parts.append(self.few())
        elif unclear and unclear == len(self.first):
            parts.append(self.say.plural("the {count} answer cannot be told apart, which is not “no difference”",
                                         "none of the {count} answers can be told apart, which is not “no difference”",
                                         unclear))  # fmt: skip
        elif unclear:
            parts.append(self.say.plural("the other {count} answer cannot be told apart, which is not “no difference”",
                                         "the other {count} answers cannot be told apart, which is not “no difference”",
                                         unclear))  # fmt: skip
        if alike[SAME]:
            parts.append(text("no difference in {names}", names=self.say.listed(alike[SAME])))
        first = self.title(self.summary.designs[0])
        said = "; ".join(parts) or text("there are no figures to compare")
        return text("{design}, compared with '{first}': {said}.", design=self.title(design), first=first, said=said)

    def _sized(self, row: Told | pandas.Series) -> str:
        """Return that an outcome is so much more or less, and the range of the draws."""
        outcome, verdict = str(row["outcome"]), str(row["verdict"])
        scale, text, label = self.apart(outcome, str(row["design"])), self.say.text, lowered(self.label(outcome))
        counted = self.summary.unit(outcome) in words.COUNTED
        figure = self.figure(abs(float(row["median"])), scale)
        said = {"outcome": label, "size": figure if counted else f"{figure} {scale.unit}"}
        if counted:
            sized = text("about {size} more {outcome}", **said) if verdict == MORE else text(
                "about {size} fewer {outcome}", **said)  # fmt: skip
        else:
            sized = text("{outcome} about {size} higher", **said) if verdict == MORE else text(
                "{outcome} about {size} lower", **said)  # fmt: skip
        return f"{sized} ({self.interval(row['low'], row['high'], scale, signed=True)})"

    def terms(self, design: str) -> list[str]:
        """Return what an arm changes, one phrase for each parameter: of the law, of behaviour, of the data."""
        arm = self.summary.manifest.get("arms", {}).get(design, {})
        changed = dict(self.summary.manifest["scenario"]["designs"].get(arm.get("design", design), {}))
        changed |= {"economy": arm["economy"]} if arm.get("economy") else {}
        labels = _labels()
        out = [f"{self.say.text(label)}: {self.value(arm[key])}" for key, label in OF_ARMS.items() if key in arm]
        meanings = _meanings()
        for name, value in arm.get("behaviour", {}).items():
            out.append(f"{self.say.text(meanings.get(name, name))}: {self.value(value)}")
        for policy, change in changed.items():
            for key, value in change.items() if isinstance(change, Mapping) else ():
                label, unit = labels.get((policy, key), (key.replace("_", " "), ""))
                shown = self.value(_named(key, value))
                plain = isinstance(value, int | float) and not isinstance(value, bool)
                behind = f" ({self.say.text(unit, context='unit')})" if plain and unit and "," not in unit else ""
                out.append(f"{self.say.text(label)}: {shown}{behind}")
        return out

    def value(self, value: object) -> str:
        """Return a value of a scenario in words."""
        if isinstance(value, bool):
            return self.say.text("yes") if value else self.say.text("no")
        if isinstance(value, int | float):
            return self.say.shortest(value, 6)
        if isinstance(value, list):
            return "; ".join(self.value(part) for part in value)
        if isinstance(value, Mapping) and "value" in value:
            shown = self.value(value["value"])
            if "oblast" in value:
                shown = f"{self.say.text(str(value['oblast']))}: {shown}"
            try:
                since = self.say.month(months.parse(str(value["from"]))) if "from" in value else ""
            except (InputError, ValueError):
                since = str(value["from"])
            return self.say.text("{value} from {month}", value=shown, month=since) if since else shown
        if isinstance(value, Mapping):
            return ", ".join(f"{key} {self.value(part)}" for key, part in value.items())
        return self.say.text(VALUES.get(str(value), str(value)))


def _rows(table: pandas.DataFrame) -> dict[str, dict[str, Told]]:
    """Return the rows of a table by outcome and design."""
    found: dict[str, dict[str, Told]] = {}
    for row in table.to_dict("records"):
        found.setdefault(str(row["outcome"]), {}).setdefault(str(row["design"]), row)
    return found


def _median_error(row: Told, draws: int) -> float:
    """Return the Monte Carlo error of a median, as that of normal draws with the same 90 % interval."""
    spread = (float(row["high"]) - float(row["low"])) / (2.0 * NORMAL_90)
    return math.sqrt(math.pi / 2.0 / max(draws, 1)) * spread


def lowered(label: str) -> str:
    """Return a label as it stands within a sentence.

    >>> lowered("Net jobs"), lowered("GDP")
    ('net jobs', 'GDP')
    """
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] == " " else label


def _named(key: str, value: object) -> object:
    """Return a value of a scenario, the code of a quota law as its name."""
    return load(value).name if key == "design" and isinstance(value, str) and is_there(value) else value


def _meanings() -> dict[str, str]:
    """Return what each parameter of behaviour means."""
    return {prior.name: prior.meaning for prior in priors(COUNTRY)}


def _labels() -> dict[tuple[str, str], tuple[str, str]]:
    """Return label and unit of each parameter of each policy."""
    policies: dict[str, Any] = vars(present_law(COUNTRY))
    return {(name, parameter.name): (parameter.label, parameter.unit)
            for name, policy in policies.items() for parameter in declared(type(policy))}  # fmt: skip
