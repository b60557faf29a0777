"""Evasion: how employers would get round a quota design, what it costs, and which parameter closes each gap.

The design is run as given and with one thing changed at a time, on the same people and luck. What is found follows from
how the model lets employers answer; the parameters behind it are listed with their ranges and confidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from experiments import analysis, runs, tables, words

if TYPE_CHECKING:
    import pandas
    from rich.table import Table

    from sim.scenario import Scenario

GIVEN = "given"
MATERIAL = 0.1  # of the seats that a gap takes; a change that closes less is not said to close it
NEGLIGIBLE = 0.005  # of the seats owed
MILLION = 1e6


class Gap(NamedTuple):
    """One way round the duty."""

    name: str
    what: str
    outcome: str
    lawful: bool
    simulated: bool = True


GAPS = (
    Gap("Staying smaller", "not growing past a step of the schedule", "avoided_smaller", True),
    Gap("Hiding staff", "reporting fewer staff (private employers)", "avoided_hiding", False),
    Gap("Relabelling", "certifying staff who work there already", "seats_relabelled", True),
    Gap("Paper jobs", "contracts without work", "seats_proforma", False),
    Gap("Ignoring", "leaving seats empty, nothing due", "seats_nothing", False),
    Gap("Splitting", "one firm becomes two: the most it could take", "avoided_splitting", True, simulated=False),
)
INSTEAD = (
    Gap("Paying the levy", "allowed, no seat is filled", "seats_levy", True),
    Gap("Buying elsewhere", "allowed alternative measures", "seats_alternative", True),
    Gap("Buying out", "allowed by some laws", "seats_bought_out", True),
)
ASSUMPTIONS = {
    "Staying smaller": ("sizing.bunching", "sizing.attention", "sizing.exponent"),
    "Hiding staff": ("sizing.hiding",),
    "Relabelling": ("complying.certifiable", "complying.relabelled_share", "complying.relabel_cost"),
    "Paper jobs": ("complying.proforma_share", "complying.proforma_verified", "inspecting.detected"),
    "Ignoring": ("complying.constant", "complying.price", "complying.duty", "inspecting.probability",
                 "inspecting.checked", "inspecting.enforced", "inspecting.fine"),
}  # fmt: skip
REMAINS = {
    "Relabelling": " Who may be certified is not in the reach of a quota law; the model has no lever for it.",
    "Paper jobs": " Inspections find few: an inspection seldom looks at the quota, and then finds some (see below).",
    "Ignoring": " Without a levy only a fine is at stake, and it is small even if every employer is inspected.",
}
SIDES = ("employed_disability", "employed_all", "employer_cost")


@dataclass(frozen=True)
class Closing:
    """One thing changed in the design."""

    name: str
    label: str
    change: Mapping[str, Any]


def closings(levy: float, smallest: float) -> tuple[Closing, ...]:
    """Return what is tried, one at a time, on a design with a levy of so many average wages (0: none)."""
    more = [
        Closing("inspection", "all inspected yearly", {"inspection": 1000.0}),
        Closing("verified", "only real work counts", {"proforma_counts": False}),
        Closing("credible", "duty told one by one", {"credible": 1.0}),
        Closing("larger", f"from {2 * smallest:g} staff", {"smallest_size": 2 * smallest}),
    ]
    if levy > 0.0:
        more += [
            Closing("half_levy", f"levy {levy / 2:g}", {"levy": levy / 2}),
            Closing("double_levy", f"levy {2 * levy:g}", {"levy": 2 * levy}),
        ]
    else:
        more.append(Closing("levy", "levy 0.25", {"levy": 0.25}))
    return tuple(more)


@dataclass(frozen=True)
class Findings:
    """The runs of a design as given and with one thing changed at a time."""

    frame: pandas.DataFrame
    title: str
    closings: tuple[Closing, ...]
    levy_som: float  # a year for each empty seat, nominal som
    draws: int

    @property
    def designs(self) -> list[str]:
        """Names of the runs; the design as given is the first."""
        return [GIVEN, *(closing.name for closing in self.closings)]

    def values(self, outcome: str) -> Any:
        """Return an outcome by draw and run."""
        return analysis.cube(self.frame, outcome, self.designs).of_draws

    def means(self, outcome: str) -> Any:
        """Return the means of an outcome over draws, by run."""
        return self.values(outcome).mean(axis=0)


def simulate(scenario: Mapping[str, Any], values: Mapping[str, float], seed: int) -> list[dict[str, Any]]:
    """Return the outcomes of one comparison with the seats that employers keep out of reach."""
    from sim import population, twins
    from sim.behaviour import Behaviour
    from sim.outcomes import evasion
    from sim.scenario import Scenario

    made = Scenario.of(scenario)
    country = population.load(made.country, made.scale)
    found = twins.compare(country, made, Behaviour.from_values(values), seed, also=evasion.rows)
    return [row for row in found.records() if row["month"] == -1 and row["group"] == "all"]


def scenario_of(quota: Mapping[str, Any], ground: Scenario, tried: Sequence[Closing]) -> Scenario:
    """Return the scenario of a red team: contracts play no part, so none are signed in any run."""
    designs = {GIVEN: {"quota": dict(quota)}}
    designs |= {closing.name: {"quota": {**quota, **closing.change}} for closing in tried}
    common = {"social_contract": {"slots": 0.0}}
    return ground.revised(name="redteam", question="", designs=designs, common=common, worlds="whole")


def run(
    quota: Mapping[str, Any], title: str, ground: Scenario, *, workers: int = 0,
    advance: runs.Advance = lambda units: None,
) -> Findings:  # fmt: skip
    """Run a design as given and with one thing changed at a time."""
    from sim.policies.design import load

    smallest = float(load(str(quota["design"])).of("schedule.smallest_size"))
    tried = closings(float(quota.get("levy", 0.0)), smallest)
    scenario = scenario_of(quota, ground, tried)
    frame = runs.over_draws(scenario, simulate, workers=workers, advance=advance)
    return Findings(frame, title, tried, levy_som(scenario), int(frame["draw"].max()) + 1)


def levy_som(scenario: Scenario) -> float:
    """Return the yearly levy of an empty seat at the smallest size with a duty, nominal som of the last month."""
    from sim.behaviour import Behaviour
    from sim.policies.law import regions
    from sim.policies.quota import unit_charge

    policies = scenario.policies(GIVEN)
    economy = policies.economy.terms(scenario.last_month, regions(scenario.country))
    return unit_charge(policies.quota.terms(scenario.last_month, economy, Behaviour.central(scenario.country)))


def gaps(found: Findings) -> Table:
    """Return each way round the duty: seats, their share of what would be owed, employers, and som not collected."""
    owed = float(found.means("seats_owed")[0])
    reach = owed + sum(float(found.means(gap.outcome)[0]) for gap in GAPS[:2])
    rows = []
    for gap in (*GAPS, *INSTEAD):
        values = found.values(gap.outcome)[:, 0]
        seats = float(values.mean())
        if gap in INSTEAD and seats <= 0.0:
            continue
        low, high = np.quantile(values, [0.05, 0.95])
        money = seats * found.levy_som / MILLION if gap in GAPS and found.levy_som > 0.0 else float("nan")
        scale = words.Scale(1.0, "seats", -1)
        rows.append([
            f"{gap.name}: {gap.what}", words.figure(seats, scale), words.interval(float(low), float(high), scale),
            f"{seats / reach:.1%}" if reach > 0.0 else words.MISSING,
            words.figure(money, words.Scale(1.0, "", 0 if money >= 10 else 1)),
            "yes" if gap.lawful else "no",
        ])  # fmt: skip
    filled = float(found.means("seats_hired")[0] + found.means("seats_present")[0])
    rows.append(["Filled by real work of persons with disabilities", words.figure(filled, words.Scale(1.0, "", -1)), "",
                 f"{filled / reach:.1%}" if reach > 0.0 else words.MISSING, "", ""])  # fmt: skip
    header = ["way round the duty", "seats", "90 % interval", "of all", "levy lost, mn som", "lawful"]
    return _table(f"{found.title}: how employers get round {words.figure(reach, words.Scale(1.0, '', -1))} seats",
                  header, rows, first=40)  # fmt: skip


def effects(found: Findings) -> Table:
    """Return what each change does to each gap, and to jobs and cost, against the design as given."""
    from sim.outcomes import CODEBOOK

    rows = []
    owed = max(float(found.means("seats_owed")[0]), 1.0)
    for gap in (*GAPS, *INSTEAD):
        means = found.means(gap.outcome)
        if means[0] <= NEGLIGIBLE * owed and (means <= NEGLIGIBLE * owed).all():
            continue
        scale = words.Scale(1.0, "", -1)
        rows.append([f"{gap.name}, seats", words.figure(means[0], scale),
                     *(words.figure(value, scale, signed=True) for value in means[1:] - means[0])])  # fmt: skip
    for outcome in SIDES:
        means = found.means(outcome)
        scale = words.scale_of(np.abs(means), CODEBOOK[outcome].unit)
        rows.append([f"{CODEBOOK[outcome].label}, {scale.unit}", words.figure(means[0], scale),
                     *(words.figure(value, scale, signed=True) for value in means[1:] - means[0])])  # fmt: skip
    header = ["", "as given", *(closing.label for closing in found.closings)]
    return _table("One thing changed at a time: change against the design as given (means)", header, rows, first=26)


def sentences(found: Findings) -> Iterable[str]:
    """Yield for each gap which change closes most of it, what that costs, or that none of them does."""
    owed = max(float(found.means("seats_owed")[0]), 1.0)
    for gap in GAPS:
        means = found.means(gap.outcome)
        if means[0] <= NEGLIGIBLE * owed:
            yield f"{gap.name}: hardly happens here ({means[0] / owed:.1%} of the seats owed)."
            continue
        if not gap.simulated:
            yield (
                f"{gap.name}: not simulated. If every private employer with a duty became two equal firms, "
                f"{means[0]:,.0f} seats ({means[0] / owed:.0%}) would no longer be owed, and "
                f"{found.means('free_by_splitting')[0]:,.0f} employers would be free of the duty. Counting firms of "
                'one owner together (level = "group" in a law) closes it; runs count each firm by itself.'
            )
            continue
        closed, jobs = 1.0 - means[1:] / means[0], found.means("employed_disability")
        harmless = np.where(jobs[1:] >= jobs[0], closed, -np.inf)
        free = bool(harmless.max() >= MATERIAL)
        best = int(np.argmax(harmless if free else closed))
        if closed[best] < MATERIAL:
            yield f"{gap.name}: none of the changes tried closes it." + REMAINS.get(gap.name, "")
            continue
        sure = float(np.mean(found.values(gap.outcome)[:, best + 1] <= found.values(gap.outcome)[:, 0]))
        start = "" if free else "only at the price of jobs: "
        yield (
            f"{gap.name}: {start}'{found.closings[best].label}' closes {min(closed[best], 1.0):.0%} of it (it does "
            f"not grow in {sure:.0%} of draws); net jobs of persons with disabilities change by "
            f"{jobs[best + 1] - jobs[0]:+,.0f}." + ("" if free else REMAINS.get(gap.name, ""))
        )


def assumptions(country: str) -> Table:
    """Return the parameters that the findings rest on, with their 90 % ranges and confidence."""
    from sim import behaviour

    known = {prior.name: prior for prior in behaviour.priors(country)}
    rows = []
    for gap, names in ASSUMPTIONS.items():
        for name in [name for name in names if name in known]:
            prior = known[name]
            if prior.family == "fixed":
                middle, span = _plain(float(prior.p1)), "one value"
            else:
                low, center, high = (_plain(prior.quantile(share)) for share in (0.05, 0.5, 0.95))
                middle, span = center, f"{low} to {high}"
            rows.append([f"{gap}: {prior.meaning}", middle, span, prior.confidence])
    return _table("What this rests on: parameters of behaviour (C is judgement)",
                  ["", "median", "90 % range", "confidence"], rows, first=58)  # fmt: skip


def _plain(value: float) -> str:
    """Return a number with three digits and no exponent.

    >>> _plain(0.0861), _plain(1.5), _plain(20034.0)
    ('0.0861', '1.5', '20,000')
    """
    return f"{value:.3g}" if abs(value) < 1000.0 else f"{float(f'{value:.3g}'):,.0f}"


def rows_of(found: Findings) -> list[dict[str, Any]]:
    """Return every figure with its interval as rows for a file."""
    out = []
    labels = {GIVEN: "as given"} | {closing.name: closing.label for closing in found.closings}
    for gap in (*GAPS, *INSTEAD):
        for design, column in zip(found.designs, found.values(gap.outcome).T, strict=True):
            low, middle, high = np.quantile(column, [0.05, 0.5, 0.95])
            out.append({"design": design, "label": labels[design], "gap": gap.name, "seats_mean": column.mean(),
                        "low": low, "median": middle, "high": high, "simulated": gap.simulated})  # fmt: skip
    return out


def _table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]], *, first: int) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False,
                  padding=(0, 1, 0, 0))  # fmt: skip
    table.add_column(Text(header[0]), width=first)
    tables.add_figures(table, header[1:])
    for row in rows:
        table.add_row(*[Text(cell) for cell in row])
    return table
