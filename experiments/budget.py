"""Budget: what designs spend and take in, line by line, whom they reach, and what it buys; as a ministry reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments import analysis, runs, tables, words
from experiments.language import Language, language
from experiments.marks import N_
from sim import population, twins
from sim.behaviour import Behaviour
from sim.outcomes import CODEBOOK
from sim.outcomes import budget as lines_of
from sim.outcomes.budget import ENVELOPE, RECEIVED, SPENT
from sim.policies.registry import PAID
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from rich.table import Table


LINES = {
    "grants": N_("Grants of the social contract"), "administration": N_("Administration of grants"),
    "loan_interest": N_("Interest on follow-up loans"), "child_benefit": N_("Child benefit, rate of the law"),
    "top_up": N_("Child benefit, top-up"), "bonus": N_("Premiums to employers"), "subsidy": N_("Wage subsidies"),
    "accommodation": N_("Workplace accommodation"), "coaching": N_("Job coaching"), "inspection": N_("Inspections"),
    "officers": N_("Officers of the employment service"), "workshops": N_("Sheltered and subcontracted places"),
    "assistance": N_("Personal assistance at work"), "remote": N_("Places for digital or remote work"),
    "certificates": N_("Benefits of staff certified for the quota"),
    "given_inside": N_("What government employers give for no work"),
    "relief": N_("Contributions not asked of employers of persons with disabilities"),
    "first_hire": N_("Grants to employers for a first worker with a disability"),
    "levy": N_("Levies for empty seats"), "fines_paid": N_("Fines"),
    "paid_inside": N_("Less what government employers pay, net of premiums and subsidies"),
    "recovered": N_("Grants recovered"), "paid_back": N_("Grants paid back"),
    "raised": N_("Taxes and cuts that cover the design"), "levied": N_("Levy on payrolls that covers the design"),
    "borrowed": N_("Borrowed to cover the design"),
}  # fmt: skip
COVERAGE = {
    "covered_contract": N_("Grants: persons reached since the start, for 100 poor persons"),
    "covered_benefit": N_("Child benefit: persons in its families, for 100 poor persons"),
    "covered_children": N_("Child benefit: children, of all under 16"),
    "covered_quota": N_("Quota: persons counted, of registered persons of working age"),
    "covered_coaching": N_("Coaching: persons who began in the year, of the same"),
}
ADEQUACY = {  # of the subsistence minimum, of the average wage
    "child": (N_("Child benefit of a child, of the subsistence minimum"),
              N_("Child benefit of a child, of the average wage")),
    "grant": (N_("Grant over twelve months, of the subsistence minimum"),
              N_("Grant over twelve months, of the average wage")),
    "disability": (N_("Mean disability benefit, of the subsistence minimum"),
                   N_("Mean disability benefit, of the average wage")),
}  # fmt: skip
EFFECTS = ("net_jobs", "employed_disability", "poverty_person_years", "income_change", "net_fiscal_cost")
TARGETED = {
    "poorest_grants": N_("Grants that go to the poorest 40 %"),
    "poorest_benefit": N_("Child benefit that goes to the poorest 40 %"),
}
LINES |= PAID
SPENDING, RECEIPTS = N_("Spending"), N_("Receipts")
MILLION = 1e6
SAME_ENVELOPE = 0.02  # of the first design's; beyond it envelopes are called different


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
        mine = self.frame[self.frame["outcome"].str.startswith("budget_")]
        moved = set(mine.loc[mine["value"] != 0.0, "outcome"].str.removeprefix("budget_"))
        return [name for name in (*SPENT, *RECEIVED) if name in moved]

    def yearly(self, line: str, year: int) -> Any:
        """Return a line of a year in million som, (draws, designs)."""
        return self.draws_of(f"budget_{line}", f"year={year}") / MILLION

    def mean(self, line: str) -> Any:
        """Return a line as million som a year, mean of the horizon, (draws, designs)."""
        return np.mean([self.yearly(line, year) for year in self.years], axis=0)

    def envelope(self) -> Any:
        """Return what is spent on the lines that can be moved, million som a year, (draws, designs)."""
        return sum(self.mean(line) for line in ENVELOPE)

    def draws_of(self, outcome: str, group: str = "all") -> Any:
        """Return an outcome by draw and design."""
        return analysis.cube(self.frame, outcome, self.designs, group).of_draws


def simulate(scenario: Mapping[str, Any], values: Mapping[str, float], seed: int) -> list[dict[str, Any]]:
    """Return the outcomes of one comparison with the lines of every design's budget."""
    made = Scenario.of(scenario)
    country = population.load(made.country, made.scale)
    found = twins.compare(country, made, Behaviour.from_values(values), seed, also=lines_of.rows)
    return [row for row in found.records() if row["month"] == -1 and row["group"] != "history"]


def run(scenario: Scenario, *, workers: int = 0, advance: runs.Advance = lambda units: None) -> Budget:
    """Run a scenario and return its budget."""
    frame = runs.over_draws(scenario, simulate, workers=workers, advance=advance)
    titles = {name: scenario.label(name) for name in scenario.designs}
    return Budget(frame, titles, int(frame["draw"].max()) + 1)


def by_year(budget: Budget, design: str, say: Language | None = None) -> Table:
    """Return the lines of one design by year, million som, means over draws: lines add up to totals."""
    say = say or language("en")
    column = budget.designs.index(design)
    lines = budget.lines()

    def cells(values: Sequence[Any]) -> list[str]:
        return [_money(float(np.mean(value[:, column])), say) for value in [*values, np.mean(values, axis=0)]]

    rows = []
    totals = []
    for title, known in ((SPENDING, SPENT), (RECEIPTS, RECEIVED)):
        mine = [line for line in lines if line in known]
        if not mine:
            continue
        for line in mine:
            rows.append([f"  {_label(line, say)}", *cells([budget.yearly(line, year) for year in budget.years])])
        total = [sum(budget.yearly(line, year) for line in mine) for year in budget.years]
        rows.append([say.text(title), *cells(total)])
        totals.append(total)
    if len(totals) > 1:
        less = [a - b for a, b in zip(*totals, strict=True)]
        rows.append([say.text("Spending less receipts"), *cells(less)])
    header = [say.text("million som"), *map(str, budget.years), say.text("mean")]
    title = say.text("{design}: budget by year (nominal; means over draws)", design=say.text(budget.titles[design]))
    return _table(title, header, rows, say)


def side_by_side(budget: Budget, say: Language | None = None) -> Table:
    """Return the mean year of every design, the envelope, and how far it is from that of the first design."""
    say = say or language("en")
    rows = []
    for title, known in ((SPENDING, SPENT), (RECEIPTS, RECEIVED)):
        mine = [line for line in budget.lines() if line in known]
        for line in mine:
            rows.append([f"  {_label(line, say)}", *_means(budget.mean(line), say)])
        if mine:
            rows.append([say.text(title), *_with_intervals(sum(budget.mean(line) for line in mine), say)])
    rows.append([say.text("Lines that can be moved"), *_with_intervals(budget.envelope(), say)])
    rows.append(["  " + say.text("more than the first design"),
                 *(say.percent(share, 1, signed=True) for share in _off(budget))])  # fmt: skip
    title = say.text("A mean year, million som (nominal; means over draws, 90 % intervals of totals)")
    return _table(title, ["", *_titles(budget, say)], rows, say)


def _off(budget: Budget) -> Any:
    """Return by how much the envelope of each design differs from that of the first, share, mean over draws."""
    means = budget.envelope().mean(axis=0)
    return means / means[0] - 1.0 if means[0] > 0.0 else np.zeros(len(means))


def envelope_sentence(budget: Budget, say: Language | None = None) -> str:
    """Return whether the designs spend the same on the lines that can be moved, and who is furthest away."""
    say = say or language("en")
    off = _off(budget)
    if len(off) < 2:
        return ""
    worst = int(np.argmax(np.abs(off)))
    titles = _titles(budget, say)
    share = say.percent(float(off[worst]), 1, signed=True)
    if abs(off[worst]) <= SAME_ENVELOPE:
        return say.text("Equal envelopes: the largest difference is {share} ('{design}').", share=share,
                        design=titles[worst])  # fmt: skip
    return say.text(
        "Envelopes are not equal: '{design}' spends {share} against '{first}'. Effects below compare unequal money; "
        "{option} adjusts grants until the envelopes are equal.",
        option="--balance FILE", design=titles[worst], share=share, first=titles[0],
    )  # fmt: skip


def reach(budget: Budget, say: Language | None = None) -> Table:
    """Return coverage and adequacy of each scheme in the last year, designs across."""
    say = say or language("en")
    year = f"year={budget.years[-1]}"
    rows = []
    for name, label in COVERAGE.items():
        rows.append([say.text(label), *_shares(budget.draws_of(name, year), say)])
    for name, labels in ADEQUACY.items():
        for over, label in zip(("subsistence", "wage"), labels, strict=True):
            rows.append([say.text(label), *_shares(budget.draws_of(f"{name}_over_{over}", year), say)])
    for name, label in TARGETED.items():
        rows.append([say.text(label), *_shares(budget.draws_of(name), say)])
    title = say.text("Coverage, adequacy and targeting, {year} (medians)", year=budget.years[-1])
    return _table(title, ["", *_titles(budget, say)], rows, say)


def efficiency(budget: Budget, say: Language | None = None) -> Table:
    """Return what each scheme costs to run and for each unit of what it brings, mean over draws."""
    say = say or language("en")
    means = {line: budget.mean(line).mean(axis=0) for line in ("grants", "administration", "coaching", "top_up")}
    rows = [[say.text("Administration for 100 som of grants"),
             *_ratios(100.0 * means["administration"], means["grants"], 1, say)]]  # fmt: skip
    years = len(budget.years)
    contracts = budget.draws_of("contracts").mean(axis=0) / years
    spent = means["grants"] + means["administration"]
    rows.append([say.text("Social contract: thousand som for each family"),
                 *_ratios(1000.0 * spent, contracts, 0, say)])  # fmt: skip
    programme = budget.draws_of("programme_cost").mean(axis=0) / 1000.0
    for outcome, label in (
        ("net_jobs", say.text("Programme: thousand som for each net job at the end")),
        ("poverty_person_years", say.text("Programme: thousand som for each person-year out of poverty")),
    ):
        rows.append([label, *_ratios(programme, budget.draws_of(outcome).mean(axis=0), 0, say)])
    if "employed_disability" in set(budget.frame["outcome"]):
        services = budget.draws_of("treasury_cost").mean(axis=0) / 1000.0
        jobs = budget.draws_of("employed_disability").mean(axis=0)
        label = say.text("Quota, services: thousand som for each net job of persons with disabilities")
        rows.append([label, *_ratios(services, jobs, 0, say)])
    title = say.text("Efficiency by scheme (means; som of 2023 where effects are counted)")
    return _table(title, ["", *_titles(budget, say)], rows, say)


def effects(budget: Budget, say: Language | None = None) -> Table | None:
    """Return what the other designs bring against the first, draw by draw; nothing with one design."""
    say = say or language("en")
    if len(budget.designs) < 2:
        return None
    rows = []
    there = set(budget.frame["outcome"])
    for outcome in [name for name in EFFECTS if name in there]:
        values = budget.draws_of(outcome)
        paired = values[:, 1:] - values[:, :1]
        scale = words.scale_of(np.abs(np.median(paired, axis=0)), CODEBOOK[outcome].unit, say)
        cells = []
        for column in paired.T:
            low, middle, high = np.quantile(column, [0.05, 0.5, 0.95])
            unclear = "" if not column.any() or low > 0.0 or high < 0.0 else "≈ "
            figure = words.figure(middle, scale, say, signed=True)
            cells.append(f"{unclear}{figure}\n{words.interval(low, high, scale, say)}")
        rows.append([f"{say.text(CODEBOOK[outcome].label)} ({scale.unit})", *cells])
    first, *others = _titles(budget, say)
    title = say.text("Against '{first}' (median and 90 % interval; ≈ cannot be told apart)", first=first)
    return _table(title, ["", *others], rows, say)


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
    """Return every figure with its interval as rows for a file."""
    out = []
    names = [name for name in dict.fromkeys(budget.frame["outcome"]) if name.startswith("budget_")]
    names += [*COVERAGE, *(f"{name}_over_{over}" for name in ADEQUACY for over in ("subsistence", "wage")), *TARGETED]
    for name in names:
        mine = budget.frame[budget.frame["outcome"] == name]
        for group in dict.fromkeys(mine["group"]):
            values = budget.draws_of(name, group)
            for design, column in zip(budget.designs, values.T, strict=True):
                low, middle, high = np.quantile(column, [0.05, 0.5, 0.95])
                out.append({"design": design, "line": name.removeprefix("budget_"),
                            "year": str(group).removeprefix("year="), "median": middle, "low": low, "high": high,
                            "unit": "nominal som" if name.startswith("budget_") else "share"})  # fmt: skip
    return out


def _label(line: str, say: Language) -> str:
    return say.text(LINES[line])


def _titles(budget: Budget, say: Language) -> list[str]:
    return [say.text(title) for title in budget.titles.values()]


def _money(value: float, say: Language) -> str:
    return say.number(value, 0 if abs(value) >= 100.0 else 1)


def _means(values: Any, say: Language) -> list[str]:
    return [_money(float(value), say) for value in np.mean(values, axis=0)]


def _with_intervals(values: Any, say: Language) -> list[str]:
    (low, high), middle = np.quantile(values, [0.05, 0.95], axis=0), np.mean(values, axis=0)
    if len(values) < 2:
        return [_money(float(value), say) for value in middle]
    out = []
    for a, m, b in zip(low, middle, high, strict=True):
        span = say.text("{low} to {high}", low=_money(float(a), say), high=_money(float(b), say))
        out.append(f"{_money(float(m), say)}\n{span}")
    return out


def _shares(values: Any, say: Language) -> list[str]:
    return [say.percent(float(value), 1) for value in np.median(values, axis=0)]


def _ratios(above: Iterable[float], below: Iterable[float], decimals: int, say: Language) -> list[str]:
    return [
        say.number(a / b, decimals) if b > 0.0 and np.isfinite(a) else words.MISSING
        for a, b in zip(above, below, strict=True)
    ]


def _table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]], say: Language) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False,
                  padding=(0, 1, 0, 0))  # fmt: skip
    longest = max(len(word) for name in header[1:] for word in name.split())
    table.add_column(Text(header[0]), width=36 if len(header) <= 5 else 30 if longest <= 12 else 24)
    tables.add_figures(table, header[1:])
    totals = {say.text(SPENDING), say.text(RECEIPTS)}
    for row in rows:
        table.add_row(*row, style="bold" if row[0] in totals else "")
    return table
