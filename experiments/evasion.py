"""Evasion: how employers would get round a quota design, what it costs, and which parameter closes each gap.

The design is run as given and with one thing changed at a time, on the same people and luck. What is found follows from
how the model lets employers answer; :mod:`experiments.evasion_words` lists the parameters behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from experiments import analysis, runs, study, words
from experiments.language import Language, language
from experiments.marks import N_
from experiments.sections import Cell
from experiments.tables import plain
from sim import population, twins
from sim.behaviour import Behaviour
from sim.outcomes import CODEBOOK, evasion
from sim.policies.design import load
from sim.policies.law import regions
from sim.policies.quota import collected_here, unit_charge
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas

    from experiments.sections import Section


GIVEN = "given"
MATERIAL = 0.1  # of the seats that a gap takes; a change that closes less is not said to close it
SURE = 0.9  # of draws in which a change must show, so that it is said
NEGLIGIBLE = 0.005  # of the seats owed
MILLION = 1e6
SEATS = words.Scale(1.0, "seats", -1)


class Gap(NamedTuple):
    """One way round the duty."""

    name: str
    what: str
    outcome: str
    lawful: bool
    simulated: bool = True


GAPS = (
    Gap(N_("Staying smaller"), N_("not growing past a size at which one seat more is owed"), "avoided_smaller", True),
    Gap(N_("Hiding staff"), N_("reporting fewer staff (private employers)"), "avoided_hiding", False),
    Gap(N_("Relabelling"), N_("certifying the disability of staff who work there already"), "seats_relabelled", True),
    Gap(N_("Paper jobs"), N_("contracts without work"), "seats_proforma", False),
    Gap(N_("Ignoring"), N_("leaving seats empty, nothing due"), "seats_nothing", False),
    Gap(N_("Splitting"), N_("one firm becomes two: the most it could take"), "avoided_splitting", True, False),
)
SHRUNK = Gap(N_("Shrinking in time"), N_("below the threshold in December: no levy is due"), "seats_nothing", True)
INSTEAD = (
    Gap(N_("Paying the levy"), N_("allowed, no seat is filled"), "seats_levy", True),
    Gap(N_("Buying elsewhere"), N_("allowed alternative measures"), "seats_alternative", True),
    Gap(N_("Buying out"), N_("allowed by some laws"), "seats_bought_out", True),
)
REMAINS = {
    "Staying smaller": N_("Only a duty that grows more evenly with size, or a lower levy, makes it less worthwhile."),
    "Relabelling": N_("Who may be certified is not in the reach of a quota law; the model has no lever for it."),
    "Paper jobs": N_("Inspections find few: an inspection seldom looks at the quota, and then finds some (see below)."),
    "Ignoring": N_("Without a levy only a fine is at stake, and it is small even if every employer is inspected."),
}
SIDES = ("employed_disability", "employed_all", "employer_cost", "treasury_cost")


@dataclass(frozen=True)
class Closing:
    """One thing changed in the design."""

    name: str
    label: str
    value: float  # what the label names
    change: Mapping[str, Any]

    def said(self, say: Language) -> str:
        """Return the change in a language."""
        return say.text(self.label, value=say.shortest(self.value))

    def written(self) -> str:
        """Return the change as a scenario has it."""
        return ", ".join(f"quota.{key} = {_toml(value)}" for key, value in self.change.items())


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}"


def closings(levy: float, smallest: float) -> tuple[Closing, ...]:
    """Return what is tried, one at a time, on a design with a levy of so many average wages (0: none)."""
    more = [
        Closing("inspection", N_("all inspected yearly"), 1.0, {"inspection": 1000.0}),
        Closing("verified", N_("only real work counts"), 0.0, {"proforma_counts": False}),
        Closing("credible", N_("duty told one by one"), 1.0, {"credible": 1.0}),
        Closing("larger", N_("duty from {value} staff"), 2 * smallest, {"smallest_size": 2 * smallest}),
    ]
    of_levy = N_("levy {value}")
    if levy > 0.0:
        more += [
            Closing("half_levy", of_levy, levy / 2, {"levy": levy / 2}),
            Closing("double_levy", of_levy, 2 * levy, {"levy": 2 * levy}),
        ]
    else:
        more.append(Closing("levy", of_levy, 0.25, {"levy": 0.25}))
    return tuple(more)


@dataclass(frozen=True)
class Findings:
    """The runs of a design as given and with one thing changed at a time."""

    frame: pandas.DataFrame
    title: str
    closings: tuple[Closing, ...]
    levy_som: float  # a year for each empty seat, nominal som
    draws: int
    sets: Sequence[Mapping[str, float]] = ()  # parameters of the runs
    collected: float = 1.0  # share of levies

    @property
    def designs(self) -> list[str]:
        """Names of the runs; the design as given is the first."""
        return [GIVEN, *(closing.name for closing in self.closings)]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Ways round the duty; under a levy a seat with nothing due is one of an employer that has shrunk since."""
        return tuple(SHRUNK if gap.name == "Ignoring" and self.levy_som > 0.0 else gap for gap in GAPS)

    def often(self, outcome: str) -> Any:
        """Return for each change the share of draws in which an outcome is smaller than as given."""
        values = self.values(outcome)
        return (values[:, 1:] < values[:, :1]).mean(axis=0)

    def values(self, outcome: str) -> Any:
        """Return an outcome by draw and run."""
        return analysis.cube(self.frame, outcome, self.designs).of_draws

    def means(self, outcome: str) -> Any:
        """Return the means of an outcome over draws, by run."""
        return self.values(outcome).mean(axis=0)


def simulate(scenario: Mapping[str, Any], values: Mapping[str, float], seed: int) -> list[dict[str, Any]]:
    """Return the outcomes of one comparison with the seats that employers keep out of reach."""
    made = Scenario.of(scenario)
    country = population.load(made.country, made.scale, labour_scale=made.labour_scale)
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
    smallest = float(load(str(quota["design"])).of("schedule.smallest_size"))
    tried = closings(float(quota.get("levy", 0.0)), smallest)
    scenario = scenario_of(quota, ground, tried)
    frame = runs.over_draws(scenario, simulate, workers=workers, advance=advance)
    sets = study.prepare(scenario).parameter_sets
    draws = int(frame["draw"].max()) + 1
    collected = collected_here(load(str(quota["design"])))
    return Findings(frame, title, tried, levy_som(scenario), draws, tuple(sets), collected)


def levy_som(scenario: Scenario) -> float:
    """Return the yearly levy of an empty seat at the smallest size with a duty, nominal som of the last month."""
    policies = scenario.policies(GIVEN)
    economy = policies.economy.terms(scenario.last_month, regions(scenario.country))
    return unit_charge(policies.quota.terms(scenario.last_month, economy, Behaviour.central(scenario.country)))


def gaps(found: Findings, say: Language | None = None) -> Section:
    """Return each way round the duty: seats, their share of what would be owed, employers, and som not collected."""
    say = say or language("en")
    owed = float(found.means("seats_owed")[0])
    reach = owed + sum(float(found.means(gap.outcome)[0]) for gap in GAPS[:2])

    def share(seats: float) -> str:
        return say.percent(seats / reach, 1) if reach > 0.0 else words.MISSING

    rows = []
    for gap in (*found.gaps, *INSTEAD):
        values = found.values(gap.outcome)[:, 0]
        seats = float(values.mean())
        if gap in INSTEAD and seats <= 0.0:
            continue
        low, high = np.quantile(values, [0.05, 0.95])
        lost = gap not in INSTEAD and found.levy_som > 0.0
        money = seats * found.levy_som * found.collected / MILLION if lost else float("nan")
        rows.append([
            f"{say.text(gap.name)}: {say.text(gap.what)}", Cell(say.number(seats, -1), seats),
            words.interval(float(low), float(high), SEATS, say),
            share(seats) if gap.simulated else words.MISSING,
            Cell(say.number(money, 0 if money >= 10 else 1), money if money == money else None),
            say.text("yes") if gap.lawful else say.text("no"),
        ])  # fmt: skip
    filled = float(found.means("seats_hired")[0] + found.means("seats_present")[0])
    rows.append([say.text("Filled by real work of persons with disabilities"), Cell(say.number(filled, -1), filled), "",
                 share(filled), "", ""])  # fmt: skip
    header = [say.text("way round the duty"), say.text("seats"), say.text("90 % interval"), say.text("of all"),
              say.text("levy lost, million som"), say.text("lawful")]  # fmt: skip
    title = say.text("{title}: how employers get round {seats} seats", title=found.title, seats=say.number(reach, -1))
    return plain(title, header, rows, key="gaps")


def effects(found: Findings, say: Language | None = None) -> Section:
    """Return what each change does to each gap, and to jobs and cost, against the design as given."""
    say = say or language("en")
    rows = []
    owed = max(float(found.means("seats_owed")[0]), 1.0)
    for gap in (*found.gaps, *INSTEAD):
        means = found.means(gap.outcome)
        if means[0] <= NEGLIGIBLE * owed and (means <= NEGLIGIBLE * owed).all():
            continue
        changes = [Cell(say.number(value, -1, signed=True), float(value)) for value in means[1:] - means[0]]
        name = say.text("{gap}, seats", gap=say.text(gap.name))
        rows.append([name, Cell(say.number(means[0], -1), float(means[0])), *changes])
    for outcome in SIDES:
        means = found.means(outcome)
        scale = words.scale_of(np.abs(means), CODEBOOK[outcome].unit, say)
        changes = [Cell(words.figure(x, scale, say, signed=True), float(x)) for x in means[1:] - means[0]]
        given = Cell(words.figure(means[0], scale, say), float(means[0]))
        rows.append([f"{say.text(CODEBOOK[outcome].label)}, {scale.unit}", given, *changes])
    header = ["", say.text("as given"), *(closing.said(say) for closing in found.closings)]
    title = say.text("One thing changed at a time: change against the design as given, means of the draws")
    return plain(title, header, rows, key="effects")


def sentences(found: Findings, say: Language | None = None) -> Iterable[str]:
    """Yield for each gap which change closes most of it, what that costs, or that none of them does."""
    say = say or language("en")
    owed = max(float(found.means("seats_owed")[0]), 1.0)
    for gap in found.gaps:
        means, name = found.means(gap.outcome), say.text(gap.name)
        if means[0] <= NEGLIGIBLE * owed:
            yield say.text("{gap}: hardly happens here ({share} of the seats owed).", gap=name,
                           share=say.percent(means[0] / owed, 1))  # fmt: skip
            continue
        if not gap.simulated:
            yield say.text(
                "{gap}: not simulated. If every private employer with a duty became two equal firms, {seats} seats "
                "({share}) would no longer be owed, and {employers} employers would be free of the duty. Counting "
                "firms of one owner together would close it; the runs count each firm by itself.",
                gap=name, seats=say.number(means[0]), share=say.percent(means[0] / owed),
                employers=say.number(found.means("free_by_splitting")[0]),
            )  # fmt: skip
            continue
        closed = 1.0 - means[1:] / means[0]
        told = np.where(found.often(gap.outcome) >= SURE, closed, -np.inf)
        harm = np.maximum(found.often("employed_disability"), found.often("employed_all")) >= SURE
        harmless = np.where(harm, -np.inf, told)
        free = bool(harmless.max() >= MATERIAL)
        best = int(np.argmax(harmless if free else told))
        remains = " " + say.text(REMAINS[gap.name]) if gap.name in REMAINS else ""
        if told[best] < MATERIAL:
            if closed.max() < MATERIAL:
                yield say.text("{gap}: none of the changes tried makes it much smaller.", gap=name) + remains
            else:
                yield say.text("{gap}: cannot be told: no change makes it smaller in nine of ten of {draws} draws.",
                               gap=name, draws=say.number(found.draws)) + remains  # fmt: skip
            continue
        sure = float(found.often(gap.outcome)[best])
        closing = found.closings[best]
        said = {"gap": name, "change": closing.said(say), "address": closing.written(),
                "closed": say.percent(min(closed[best], 1.0)), "sure": say.percent(sure)}  # fmt: skip
        yield (
            say.text("{gap}: '{change}' (in a scenario: {address}) takes away {closed} of these seats; they are fewer "
                     "in {sure} of the draws.", **said)
            if free
            else say.text("{gap}: only at the price of jobs: '{change}' (in a scenario: {address}) takes away {closed} "
                          "of these seats; they are fewer in {sure} of the draws.", **said)
        ) + f" {_price(found, best, say)}" + ("" if free else remains)  # fmt: skip


def _price(found: Findings, change: int, say: Language) -> str:
    """Return what a change does to jobs and to the cost of employers and treasury."""
    jobs, everybody, employers, treasury = (
        float(found.means(name)[change + 1] - found.means(name)[0]) for name in SIDES
    )
    money = words.scale_of([employers, treasury], "som", say)
    return say.text(
        "What else changes: employees with disabilities {jobs}, jobs of everybody {everybody}; cost to employers "
        "{employers}, to the treasury {treasury} {unit}.",
        jobs=say.number(jobs, signed=True), everybody=say.number(everybody, signed=True),
        employers=words.figure(employers, money, say, signed=True),
        treasury=words.figure(treasury, money, say, signed=True), unit=money.unit,
    )  # fmt: skip


def rows_of(found: Findings) -> list[dict[str, Any]]:
    """Return every figure with its interval as rows for a file."""
    out = []
    english = language("en")
    labels = {GIVEN: "as given"} | {closing.name: closing.said(english) for closing in found.closings}
    for gap in (*found.gaps, *INSTEAD):
        for design, column in zip(found.designs, found.values(gap.outcome).T, strict=True):
            low, middle, high = np.quantile(column, [0.05, 0.5, 0.95])
            out.append({"design": design, "label": labels[design], "gap": gap.name, "seats_mean": column.mean(),
                        "low": low, "median": middle, "high": high, "simulated": gap.simulated})  # fmt: skip
    return out
