"""Quota tables: what becomes of the seats of each design, whose jobs they bring and who pays, for screen and report.

The screen gets one table of some twenty lines, the report and ``quota.csv`` all groups with their intervals. Nothing is
shown when no design of a comparison changes quota or services.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from experiments import analysis, words
from experiments import sections as screened
from experiments.certainty import FEWEST, SAME
from experiments.language import language
from experiments.law_words import collapse_sentence
from experiments.marks import N_
from experiments.sections import Cell, Row
from experiments.store import write_atomically
from experiments.telling import Telling
from sim import months
from sim.outcomes.groups import LEAST_ROWS
from sim.policies.design import load
from sim.policies.economy import economy
from sim.policies.law import regions
from sim.policies.levy_bases import collapsed
from sim.state.labour import OWNERS

if TYPE_CHECKING:
    import pandas

    from experiments.language import Language
    from experiments.summary import Summary

OWED = "seats_owed"
WAYS = (
    "seats_hired", "seats_present", "seats_relabelled", "seats_proforma", "seats_alternative", "seats_bought_out",
    "seats_levy", "seats_nothing",
)  # fmt: skip
COMPARED = ("employed_disability", "employed_all", "employer_cost", "treasury_cost")
BEST_IN = {  # outcomes that are judged, and what the best of a design is called
    "employed_disability": N_("Most jobs for persons with disabilities"),
    "employed_all": N_("Most jobs of everybody at employers"),
    "treasury_cost": N_("Lowest cost to the treasury"),
}
GAINED = (
    "gained_gross", "gained_proforma", "gained_relabel", "gained_already", "gained_netpwd", "gained_subst",
    "gained_bunch", "gained_hidden", "gained_netall",
)  # fmt: skip
MONEY = (
    "levies_paid", "fines_paid", "premiums_paid", "subsidies_paid", "accommodation_paid", "coaching_paid",
    "officers_paid", "inspection_paid", "purchases_paid", "donations_paid", "paper_paid", "employer_cost",
    "treasury_cost",
)  # fmt: skip
ADDED = (OWED, *WAYS, *GAINED)  # means stand in the report, because means of parts add up
KNOWN: dict[str, tuple[str, ...]] = {"owner": OWNERS}  # groups that every country has
DIMENSIONS = ("oblast", "sex", "disability group", "owner", "size")
NAMES = {
    "oblast": N_("Oblast"), "sex": N_("Sex"), "disability group": N_("Group of disability"),
    "owner": N_("Owner of the employer"), "size": N_("Size of the employer"),
}  # fmt: skip
UNCLEAR = "≈"
FILE = "quota.csv"


class Section(NamedTuple):
    """One table of the report."""

    title: str
    text: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def shown(summary: Summary) -> bool:
    """Return whether a design of the comparison changes quota or services."""
    scenario = summary.manifest["scenario"]
    designs = [scenario.get("common", {}), *scenario["designs"].values()]
    return OWED in set(summary.outcomes) and any({"quota", "services"} & set(design) for design in designs)


def tables_for(summary: Summary, say: Language | None = None) -> Iterable[str | screened.Section]:
    """Yield the compact table, who is best in a sentence each, and warnings; nothing without a change of the quota."""
    if not shown(summary):
        return
    say = say or language("en")
    yield _compact(summary, say)
    yield from notes(summary, say)


def notes(summary: Summary, say: Language | None = None) -> list[str]:
    """Return the sentences under the tables: who is best, and warnings; none without a change of the quota."""
    say = say or language("en")
    return [*sentences(summary, say), *warned(summary, say)] if shown(summary) else []


def warned(summary: Summary, say: Language | None = None) -> list[str]:
    """Return the warnings of a comparison; none without a change of the quota."""
    return list(warnings(summary.manifest["scenario"], say)) if shown(summary) else []


def _compact(summary: Summary, say: Language) -> screened.Section:
    means = {outcome: _means(summary, outcome) for outcome in (OWED, *WAYS)}
    scale, rows = words.scale_of(means[OWED].values(), summary.unit(OWED), say), []
    for outcome in (OWED, *WAYS):
        if outcome == OWED or any(means[outcome].values()):
            cells = tuple(Cell(words.figure(value, scale, say), value) for value in means[outcome].values())
            rows.append(Row(outcome, ("" if outcome == OWED else "  ") + say.text(summary.label(outcome)), cells))
    for outcome in [outcome for outcome in COMPARED if outcome not in set(summary.primary)]:  # said already
        levels, apart = _of(summary.levels, outcome), _of(summary.differences, outcome)
        scale = words.scale_of([*levels["median"], *levels["low"], *levels["high"]], summary.unit(outcome), say)
        cells = tuple(_with_interval(levels.loc[d], apart.loc[d] if d in apart.index else None, scale, say)
                      for d in summary.designs)  # fmt: skip
        rows.append(Row(outcome, f"{say.text(summary.label(outcome))}, {scale.unit}", cells))
    what = say.text("seats: means over draws; else medians and 90 % intervals")
    columns = tuple((design, Telling(summary, say).title(design)) for design in summary.designs)
    return screened.Section("quota", f"{say.text('Quota: seats, jobs and money')} ({what})", columns, tuple(rows))


def _with_interval(row: pandas.Series, apart: pandas.Series | None, scale: words.Scale, say: Language) -> Cell:
    mark = f"{UNCLEAR} " if apart is not None and apart["verdict"] == "cannot be told apart" else ""
    span = words.interval(row["low"], row["high"], scale, say)
    return Cell(f"{mark}{words.figure(row['median'], scale, say)}\n{span}", float(row["median"]))


def _means(summary: Summary, outcome: str) -> dict[str, float]:
    """Return the mean over draws by design: means of parts add up, medians do not."""
    values = analysis.cube(summary.frame, outcome, summary.designs).of_draws
    return dict(zip(summary.designs, values[np.isfinite(values).all(axis=1)].mean(axis=0).tolist(), strict=True))


def sentences(summary: Summary, say: Language) -> Iterable[str]:
    """Yield for each judged outcome which design is most often best and by how much the next falls short.

    Draws in which two are equally good are shared between them. With fewer than eight draws nothing is said.
    """
    if len(summary.designs) < 2:
        return
    told = Telling(summary, say)
    first = told.title(summary.designs[0])
    yield say.text("{mark} cannot be told apart from '{first}'. Seats: last month, each in one row. Money: {priced}. "
                   "Groups: {file}, report.", mark=UNCLEAR, first=first, file=FILE,
                   priced=told.priced("treasury_cost"))  # fmt: skip
    if summary.draws < FEWEST:
        return
    for outcome in BEST_IN:
        mine = _of(summary.ranking, outcome).sort_values("probability_best", ascending=False, kind="stable")
        if not len(mine):
            continue
        same = alike(summary, outcome)
        if len(same) == len(summary.designs):
            yield say.text("{outcome}: the same under all designs.", outcome=say.text(summary.label(outcome)))
            continue
        yield _most(told, outcome, mine, same)


def _most(told: Telling, outcome: str, mine: pandas.DataFrame, alike: Sequence[str]) -> str:
    """Return which design is best in how many draws, and by how much the next one falls short."""
    say, summary = told.say, told.summary
    kept = [str(name) for name in mine.index if name not in alike[1:] or alike[0] not in mine.index]
    shares = {name: float(mine.loc[alike if name == alike[0] else [name], "probability_best"].sum()) for name in kept}
    best, *others = sorted(kept, key=lambda name: (-shares[name], mine.loc[name, "expected_regret"]))
    titles = {name: together(told, alike if name == alike[0] else [name]) for name in kept}
    said = [say.text("{what}: {designs} in {count} of {draws} draws.", what=say.text(BEST_IN[outcome]),
                     designs=titles[best], count=say.number(shares[best] * summary.draws),
                     draws=say.number(summary.draws))]  # fmt: skip
    if others:
        scale = words.scale_of(mine["expected_regret"], summary.unit(outcome), say)
        size = words.figure(mine.loc[others[0], "expected_regret"], scale, say)
        names = {"design": titles[others[0]], "size": size, "unit": scale.unit}
        said.append(
            say.text("Choosing {design} instead would cost {size} {unit} more on average.", **names)
            if summary.codebook[outcome].better == analysis.LESS
            else say.text("Choosing {design} instead would give up {size} {unit} on average.", **names)
        )
    return " ".join(said)


def together(told: Telling, designs: Sequence[str]) -> str:
    """Return the names of designs that are the same here, as one."""
    titles = words.listed([told.title(name) for name in designs], told.say)
    return told.say.text("{designs} (the same here)", designs=titles) if len(designs) > 1 else titles


def alike(summary: Summary, outcome: str) -> list[str]:
    """Return the first design and those that are the same as it in every run."""
    rows = summary.differences[summary.differences["outcome"] == outcome]
    same = set(rows.loc[rows["verdict"] == SAME, "design"])
    return [name for place, name in enumerate(summary.designs) if place == 0 or name in same]


def warnings(scenario: Mapping[str, Any], say: Language | None = None) -> Iterable[str]:
    """Yield a warning for each law whose levy would lose its size at Kyrgyz bases, as the designs of a scenario use it.

    A design that sets a levy of its own does not use the formula of its law.
    """
    say = say or language("en")
    country = str(scenario.get("country", "kyrgyzstan"))
    t = months.parse(str(scenario["start"])) if "start" in scenario else 48
    prices = economy(country).terms(t, regions(country))
    for code in dict.fromkeys(code for design in scenario["designs"].values() for code in _laws(design)):
        lost = collapsed(load(code), prices, country)
        if lost is not None:
            yield say.text("Warning. {sentence} See {command}.", sentence=collapse_sentence(lost, say),
                           command=f"kelishim quota levy {code}")  # fmt: skip


def _laws(design: Mapping[str, Any]) -> list[str]:
    """Return the codes of the laws whose levy formula a design of a scenario uses, at any date."""
    quota = design.get("quota")
    if isinstance(quota, str):
        return [quota]
    if not isinstance(quota, Mapping) or quota.get("levy"):
        return []
    code = quota.get("design", [])
    steps = code if isinstance(code, list) else [{"value": code}]
    return [str(step["value"]) for step in steps]


def sections(summary: Summary, say: Language | None = None) -> list[Section]:
    """Return the tables of the report: seats, where gained seats come from, jobs by group, money; with intervals."""
    if not shown(summary):
        return []
    say = say or language("en")
    out = [
        _section(summary, say, N_("What becomes of the seats"), N_("Every seat owed is in exactly one row below it. "
                 "Means of the draws, which add up, and 90 % intervals, which do not."),
                 (OWED, *WAYS, "seats_vacant", "employers_with_duty")),
        _section(summary, say, N_("Where counted seats come from"), N_(
                 "Change against the world without the design: counted seats gained = on paper + relabelled + held by "
                 "persons who would work anyway + new work of persons with disabilities. Net reported jobs of "
                 "everybody = new work - jobs of others replaced - jobs not created or not reported."), GAINED),
        _section(summary, say, N_("Money of quota and services"),
                 N_("Over the horizon, som of 2023; costs are against the world without the design."), MONEY),
    ]  # fmt: skip
    for outcome, groups in (("employed_disability", DIMENSIONS), ("employed_all", ("oblast", "owner", "size"))):
        for dimension in groups:
            out.append(_by_group(summary, say, outcome, dimension))
    out += [_by_group(summary, say, OWED, "owner"), _by_group(summary, say, "levy_due", "owner")]
    return [section for section in out if section.rows]


def _section(summary: Summary, say: Language, title: str, text: str, outcomes: Sequence[str]) -> Section:
    rows = []
    for outcome in outcomes:
        mine = _of(summary.levels, outcome)
        if outcome in ADDED:
            mine = mine.assign(median=_means(summary, outcome))
        scale = words.scale_of(mine["median"], summary.unit(outcome), say)
        label = say.text(summary.label(outcome))
        rows.append([f"{label} ({scale.unit})", *(_cell(mine.loc[d], scale, say) for d in summary.designs)])
    return Section(
        say.text(title), say.text(text), ["", *(Telling(summary, say).title(d) for d in summary.designs)], rows
    )


def _by_group(summary: Summary, say: Language, outcome: str, dimension: str) -> Section:
    unit = summary.unit(outcome)
    by, label = say.text(NAMES[dimension]), say.text(summary.label(outcome))
    title = say.text("{outcome}, by: {dimension}", outcome=label, dimension=by)
    header = [by, *(Telling(summary, say).title(design) for design in summary.designs)]
    if outcome not in summary.outcomes:
        return Section(title, "", header, [])
    found = analysis.levels_by_group(summary.frame, outcome, dimension)
    if not len(found):
        return Section(title, "", header, [])
    scale = words.scale_of(found["median"], unit, say)
    rows = [
        [say.text(str(value)), *(_cell(mine.set_index("design").loc[d], scale, say) for d in summary.designs)]
        for value, mine in found.groupby(dimension, sort=False)
    ]
    said = say.text("{unit}; median and 90 % interval", unit=scale.unit)
    hidden = said_of_hidden(summary, dimension, [str(value) for value in found[dimension]], say)
    return Section(title, f"{said}. {hidden}" if hidden else said, header, rows)


def said_of_hidden(summary: Summary, dimension: str, there: Sequence[str], say: Language) -> str:
    """Return which groups a table does not have, and why; empty where it has all."""
    hidden = hidden_groups(summary, dimension, there)
    if not hidden:
        return ""
    return say.text("Left out, because fewer than {count} simulated ones stand behind it: {names}; so the rows do not "
                    "add up to the country.", count=say.number(LEAST_ROWS),
                    names=say.listed(say.text(name) for name in hidden))  # fmt: skip


def hidden_groups(summary: Summary, dimension: str, there: Sequence[str]) -> list[str]:
    """Return the groups of a dimension that a table does not have, though the country does."""
    prefix = f"{dimension}="
    known = [str(name).removeprefix(prefix) for name in summary.frame["group"].unique() if str(name).startswith(prefix)]
    return [name for name in dict.fromkeys((*KNOWN.get(dimension, ()), *known)) if name not in there]


def _cell(row: pandas.Series, scale: words.Scale, say: Language) -> str:
    return f"{words.figure(row['median'], scale, say)} ({words.interval(row['low'], row['high'], scale, say)})"


def write_csv(summary: Summary, folder: Path) -> Path | None:
    """Write every quota outcome of every group with its interval as a CSV file; nothing without quota outcomes."""
    if not shown(summary):
        return None
    rows = []
    for outcome in (OWED, *WAYS, *COMPARED, *GAINED, *MONEY, "seats_vacant", "levy_due", "employers_with_duty",
                    "employers_below_step", "employers_hiding"):  # fmt: skip
        if outcome not in set(summary.outcomes):
            continue
        for design, row in _of(summary.levels, outcome).iterrows():
            rows.append(_line(summary, outcome, str(design), "all", row))
        for dimension in DIMENSIONS:
            for _, row in analysis.levels_by_group(summary.frame, outcome, dimension).iterrows():
                rows.append(_line(summary, outcome, str(row["design"]), f"{dimension}={row[dimension]}", row))
    path = folder / FILE
    write_atomically(path, lambda temporary: _write(temporary, rows))
    return path


def _line(summary: Summary, outcome: str, design: str, group: str, row: pandas.Series) -> dict[str, Any]:
    values = {key: float(row[key]) for key in ("median", "low", "high")}
    return {"design": design, "outcome": outcome, "label": summary.label(outcome), "group": group, **values,
            "unit": summary.unit(outcome)}  # fmt: skip


def _write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _of(table: pandas.DataFrame, outcome: str) -> pandas.DataFrame:
    return table[table["outcome"] == outcome].set_index("design")
