"""Budget: what designs spend and take in, line by line, whom they reach, and what it buys; as a ministry reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments import analysis, runs
from sim import population, twins
from sim.behaviour import Behaviour
from sim.outcomes import budget as lines_of
from sim.outcomes.budget import ENVELOPE, RECEIVED, SPENT, TODAY
from sim.outcomes.protection import SCHEMES
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas

MILLION = 1e6
WITHOUT = "no_contracts"  # name of the column of today's law without new contracts
SAME_ENVELOPE = 0.02  # of the first design's; beyond it envelopes are called different
YEARLY = ("covered_quota", "covered_coaching")
OF_SCHEMES = (
    "reached", "households", "members", "of_entitled", "of_poor", "amount", "over_subsistence", "over_wage",
    "over_extra", "inclusion", "exclusion", "gap_closed",
)  # fmt: skip
BY_DECILE = ("spending", "receivers")
UNITS = {"reached": "persons", "households": "households", "members": "persons", "amount": "nominal som a month",
         "gap_closed": "som"}  # fmt: skip


@dataclass(frozen=True)
class Budget:
    """The rows of a budget's runs with the names of its designs."""

    frame: pandas.DataFrame
    titles: Mapping[str, str]
    draws: int

    @property
    def designs(self) -> list[str]:
        """Names of the designs; the first is the one that the others are held against."""
        return list(self.titles)

    @property
    def years(self) -> list[int]:
        """Calendar years of the horizon."""
        groups = self.frame.loc[self.frame["outcome"] == "budget_grants", "group"].unique()
        return sorted(int(str(group).removeprefix("year=")) for group in groups)

    def lines(self) -> list[str]:
        """Return the lines that are not nil everywhere, in the order of a budget."""
        names = self.frame["outcome"].str.removeprefix(TODAY)
        moved = set(names[names.str.startswith("budget_") & (self.frame["value"] != 0.0)].str.removeprefix("budget_"))
        return [name for name in (*SPENT, *RECEIVED) if name in moved]

    def schemes(self) -> list[str]:
        """Return the schemes that today's law or a design pays anything by, in the order of a budget."""
        return [name for name in SCHEMES if np.nan_to_num(self.with_today(f"reached_{name}")).any()]

    def yearly(self, line: str, year: int, *, today: bool = False) -> Any:
        """Return a line of a year in million som, (draws, designs), or with today's law in front of the designs."""
        found = self.with_today if today else self.draws_of
        return found(f"budget_{line}", f"year={year}") / MILLION

    def mean(self, line: str, *, today: bool = False) -> Any:
        """Return a line as million som a year, mean of the horizon, in the shape of :meth:`yearly`."""
        return np.mean([self.yearly(line, year, today=today) for year in self.years], axis=0)

    def envelope(self) -> Any:
        """Return what is spent on the lines that can be moved, million som a year, (draws, designs)."""
        return sum(self.mean(line) for line in ENVELOPE)

    def off(self) -> Any:
        """Return by how much the envelope of each design differs from that of the first, share, mean over draws."""
        means = self.envelope().mean(axis=0)
        return means / means[0] - 1.0 if means[0] > 0.0 else np.zeros(len(means))

    def draws_of(self, outcome: str, group: str = "all") -> Any:
        """Return an outcome by draw and design."""
        return analysis.cube(self.frame, outcome, self.designs, group).of_draws

    def with_today(self, outcome: str, group: str = "all") -> Any:
        """Return an outcome by draw under today's law and under each design."""
        return np.column_stack([self.draws_of(TODAY + outcome, group)[:, :1], self.draws_of(outcome, group)])


def simulate(scenario: Mapping[str, Any], values: Mapping[str, float], seed: int) -> list[dict[str, Any]]:
    """Return the outcomes of one comparison with the lines of every design's budget."""
    made = Scenario.of(scenario)
    country = population.load(made.country, made.scale, labour_scale=made.labour_scale)
    found = twins.compare(country, made, Behaviour.from_values(values), seed, also=lines_of.rows)
    return [row for row in found.records() if row["month"] == -1 and row["group"] != "history"]


def run(scenario: Scenario, *, workers: int = 0, advance: runs.Advance = lambda units: None) -> Budget:
    """Run a scenario and return its budget."""
    frame = runs.over_draws(scenario, simulate, workers=workers, advance=advance)
    titles = {name: scenario.label(name) for name in scenario.designs}
    return Budget(frame, titles, int(frame["draw"].max()) + 1)


def balanced(
    scenario: Scenario, *, workers: int = 0, rounds: int = 3, advance: runs.Advance = lambda units: None
) -> Scenario:
    """Return the scenario with the grants of each design set so that all spend what the first spends.

    Only designs whose slots follow an envelope are changed. What is spent is the mean over the scenario's own draws,
    lived anew in every round; worlds that only explain net jobs are left out.
    """
    lean = scenario.revised(worlds="whole", replications=1)
    for _ in range(rounds):
        found = run(lean, workers=workers, advance=advance)
        spent = found.envelope().mean(axis=0)
        designs = {name: dict(values) for name, values in lean.as_dict()["designs"].items()}
        changed = False
        for name, money in zip(found.designs[1:], spent[1:], strict=True):
            contract = dict(designs[name].get("social_contract", {}))
            if "envelope" not in contract:
                continue
            share = float(contract.get("envelope_share", 1.0))
            step = (spent[0] - money) / (float(contract["envelope"]) / MILLION)
            contract["envelope_share"] = round(min(max(share + step, 0.0), 1.0), 4)
            changed = changed or abs(step) > 1e-3
            designs[name]["social_contract"] = contract
        lean = lean.revised(designs=designs)
        if not changed:
            break
    return scenario.revised(designs=lean.as_dict()["designs"])


def rows_of(budget: Budget) -> list[dict[str, Any]]:
    """Return every figure under today's law and each design, with its interval, as rows for a file."""
    names = [f"budget_{name}" for name in (*SPENT, *RECEIVED)]
    names += [*YEARLY, *(f"{figure}_{scheme}" for scheme in SCHEMES for figure in (*OF_SCHEMES, *BY_DECILE))]
    out = []
    there = dict(tuple(budget.frame[["outcome", "group"]].drop_duplicates().groupby("outcome")["group"]))
    for name in [name for name in names if name in there]:
        unit = "nominal som" if name.startswith("budget_") else UNITS.get(name.partition("_")[0], "share")
        for group in there[name]:
            values = budget.with_today(name, group)
            for design, column in zip((WITHOUT, *budget.designs), values.T, strict=True):
                low, middle, high = np.quantile(column, [0.05, 0.5, 0.95])
                kind, _, place = str(group).rpartition("=")
                out.append({"design": design, "line": name.removeprefix("budget_"),
                            "year": place if kind == "year" else "all", "decile": place if kind == "decile" else "",
                            "median": middle, "low": low, "high": high, "unit": unit})  # fmt: skip
    return out
