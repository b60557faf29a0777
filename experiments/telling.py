"""Telling: a summary in the words and figures of a language; one unit for each outcome wherever it appears."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from experiments import words
from experiments.certainty import FEWEST
from experiments.language import Language
from experiments.marks import N_
from sim import months
from sim.behaviour import priors
from sim.errors import InputError
from sim.policies.design import codes, load
from sim.policies.policy import declared
from sim.policies.registry import INSTRUMENTS
from sim.scenario import present_law

if TYPE_CHECKING:
    import pandas

    from experiments.summary import Summary

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


OF_ONE_YEAR = ("levy_due",)  # money of the last year, all other amounts are totals of all months
OF_ARMS = {"country": N_("Country"), "population": N_("Number of the simulated population")}


@dataclass(frozen=True)
class Telling:
    """A summary with the language in which it is told."""

    summary: Summary
    say: Language
    scales: dict[str, words.Scale] = field(default_factory=dict)

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
            levels = self.summary.levels[self.summary.levels["outcome"] == outcome]["median"]
            apart = self.summary.differences
            differences = apart[apart["outcome"] == outcome]["median"] if len(apart) else []
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

    def apart(self, outcome: str) -> words.Scale:
        """Return how differences of an outcome are written, the same in sentences, tables and charts."""
        mine = self.summary.differences
        mine = mine[mine["outcome"] == outcome]
        return self.scale(outcome, [*mine["median"], *mine["band_low"], *mine["band_high"]])

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
        row = row_of(self.summary.differences, outcome=outcome, design=design)
        scale, text = self.apart(outcome), self.say.text
        names = {
            "outcome": self.label(outcome), "design": self.title(design), "unit": scale.unit,
            "first": self.title(row["compared_with"]), "size": self.figure(abs(row["median"]), scale),
            "band": self.interval(row["band_low"], row["band_high"], scale, signed=True),
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
        if self.summary.draws < FEWEST:
            return text(
                "{outcome}: '{design}' and '{first}' cannot be told apart (90 % band of the difference {band} {unit}; "
                "{few}).", few=self.few(), **names,
            )  # fmt: skip
        return text(
            "{outcome}: '{design}' and '{first}' cannot be told apart (90 % band of the difference {band} {unit}).",
            **names,
        )

    def briefly(self, design: str) -> list[str]:
        """Return what else a design does, in short: what is told apart with its size, then what is not."""
        table, text, out = self.summary.differences, self.say.text, []
        alike: dict[str, list[str]] = {"cannot be told apart": [], "the same": []}
        for outcome in self.first[1:]:
            row = row_of(table, outcome=outcome, design=design)
            verdict = str(row["verdict"])
            if verdict in ("more", "fewer"):
                scale = self.apart(outcome)
                out.append(
                    text(
                        "{outcome}: {verdict}, {size} {unit} (90 % band {band})",
                        outcome=self.label(outcome),
                        verdict=self.said(verdict, outcome),
                        size=self.figure(row["median"], scale, signed=True),
                        unit=scale.unit,
                        band=self.interval(row["band_low"], row["band_high"], scale, signed=True),
                    )
                )
            elif verdict in alike:
                alike[verdict].append(self.label(outcome))
        if alike["cannot be told apart"]:
            out.append(text("Cannot be told apart: {names}", names="; ".join(alike["cannot be told apart"])))
        if alike["the same"]:
            out.append(text("No difference: {names}", names="; ".join(alike["the same"])))
        return out

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


def row_of(table: pandas.DataFrame, **where: str) -> pandas.Series:
    """Return the first row of a table with the given values."""
    for column, value in where.items():
        table = table[table[column] == value]
    return table.iloc[0]


def _named(key: str, value: object) -> object:
    """Return a value of a scenario, the code of a quota law as its name."""
    return load(value).name if key == "design" and isinstance(value, str) and value in codes() else value


def _meanings() -> dict[str, str]:
    """Return what each parameter of behaviour means."""
    return {prior.name: prior.meaning for prior in priors("kyrgyzstan")}


def _labels() -> dict[tuple[str, str], tuple[str, str]]:
    """Return label and unit of each parameter of each policy."""
    policies: dict[str, Any] = vars(present_law("kyrgyzstan"))
    return {(name, parameter.name): (parameter.label, parameter.unit)
            for name, policy in policies.items() for parameter in declared(type(policy))}  # fmt: skip
