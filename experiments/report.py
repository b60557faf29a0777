"""Report: one HTML file that needs nothing else, for people who decide and for people who check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from experiments import analysis, charts, quota_tables, record, words
from experiments.store import write_atomically

if TYPE_CHECKING:
    import pandas

    from experiments.summary import Summary

# Outcomes that charts prefer, the first that a study has; any other directed outcome serves if it has none of them.
FOLLOWED = ("net_jobs", "gross_jobs")
DISTRIBUTED = ("income_gain", "families_better", "families_worse", "operator_jobs", "net_jobs")
PARTS = ("gross_jobs", "deadweight", "displacement", "multiplier", "financing", "quota_jobs", "net_jobs")
SHORT = ("net_jobs", "jobs_disability", "poverty_exits", "families_worse", "net_fiscal_cost")
CHARTED = 9
GROUPS = {
    "oblast": "oblast",
    "decile": "tenth of the population by consumption without the programme, 1 is the poorest",
    "sex": "sex",
    "disability": "disability in the household",
}


class Block(NamedTuple):
    """A chart with the table that says the same."""

    title: str
    text: str
    svg: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def write(summary: Summary, folder: Path) -> Path:
    """Write ``report.html`` and return its path."""
    path = folder / "report.html"
    page = html(summary)
    write_atomically(path, lambda temporary: _write(temporary, page))
    return path


def html(summary: Summary) -> str:
    """Return the report as one HTML page without any reference to the outside."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("experiments"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    scenario = summary.manifest["scenario"]
    makers = (_paired, _parts, _fan, _costs) if len(summary.designs) > 1 else (_parts, _fan, _costs)
    blocks = [make(summary) for make in makers]
    return environment.get_template("report.html").render(
        title=str(scenario.get("name", "Comparison")),
        question=str(scenario.get("question", "")),
        summary=summary,
        designs=[(name, summary.title(name), _terms(summary, name)) for name in summary.designs],
        sentences=_sentences(summary),
        levels=_level_rows(summary, summary.headlines),
        further=_level_rows(summary, summary.further),
        differences=_difference_rows(summary, summary.headlines),
        further_differences=_difference_rows(summary, summary.further),
        best=_best_rows(summary),
        blocks=[block for block in blocks if block],
        quota=quota_tables.sections(summary),
        quota_notes=quota_tables.notes(summary),
        distribution=_distribution(summary),
        outcomes=[(name, summary.codebook.get(name)) for name in summary.outcomes],
        record=record.lines(summary),
        record_sentence=record.sentence(record.lines(summary)),
        assumptions=_assumptions(str(scenario.get("country", ""))),
        failures=summary.failures.head(20).to_dict("records"),
        manifest=summary.manifest,
        identity=summary.manifest.get("identity", {}),
    )


def _sentences(summary: Summary) -> list[tuple[str, list[str]]]:
    """Return for each design but the first what it does to the outcomes that matter most, in one phrase each."""
    followed = [name for name in SHORT if name in summary.outcomes] or summary.outcomes[:1]
    return [
        (summary.title(design), [_phrase(summary, outcome, design) for outcome in followed])
        for design in summary.designs[1:]
    ]


def _phrase(summary: Summary, outcome: str, design: str) -> str:
    row = _row(summary.differences, outcome=outcome, design=design)
    unit = summary.unit(outcome)
    scale = words.scale_of([row["median"], row["band_low"], row["band_high"]], unit)
    verdict = words.said(row["verdict"], unit)
    if verdict in ("the same", "undefined"):
        return f"{summary.label(outcome)}: {verdict}."
    figure = words.figure(row["median"], scale, signed=True)
    band = words.interval(row["band_low"], row["band_high"], scale, signed=True)
    return f"{summary.label(outcome)}: {verdict}, {figure} {scale.unit} (90 % band {band})."


def _level_rows(summary: Summary, outcomes: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for outcome in outcomes:
        mine = summary.levels[summary.levels["outcome"] == outcome].set_index("design")
        scale = words.scale_of(mine["median"], summary.unit(outcome))
        cells = [_cell(mine.loc[design], scale, "low", "high") for design in summary.designs]
        noise = mine["noise_share"].dropna()
        cell = f"{noise.max():.0%}" if len(noise) else words.MISSING
        rows.append({"label": summary.label(outcome), "unit": scale.unit, "cells": cells, "noise": cell})
    return rows


def _difference_rows(summary: Summary, outcomes: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for outcome in outcomes if len(summary.differences) else []:
        mine = summary.differences[summary.differences["outcome"] == outcome].set_index("design")
        unit = summary.unit(outcome)
        scale = words.scale_of(mine["median"], unit)
        cells = []
        for design in summary.designs[1:]:
            row = mine.loc[design]
            cell = _cell(row, scale, "band_low", "band_high", signed=True)
            better = words.chance(row["probability_better"], summary.draws)
            cells.append({**cell, "verdict": words.said(row["verdict"], unit), "better": better})
        gain = mine["pairing_gain"].dropna()
        rows.append({"label": summary.label(outcome), "unit": scale.unit, "cells": cells,
                     "gain": words.times(float(gain.median())) if len(gain) else words.MISSING})  # fmt: skip
    return rows


def _best_rows(summary: Summary) -> list[dict[str, Any]]:
    rows = []
    ranked = set(summary.ranking["outcome"]) if len(summary.designs) > 1 else set()
    for outcome in [name for name in summary.headlines if name in ranked]:
        mine = summary.ranking[summary.ranking["outcome"] == outcome].set_index("design")
        scale = words.scale_of(mine["expected_regret"], summary.unit(outcome))
        cells = [
            {"chance": words.chance(mine.loc[design, "probability_best"], summary.draws),
             "regret": words.figure(mine.loc[design, "expected_regret"], scale)}
            for design in summary.designs
        ]  # fmt: skip
        better = "more is better" if summary.codebook[outcome].better == analysis.MORE else "less is better"
        rows.append({"label": summary.label(outcome), "unit": scale.unit, "better": better, "cells": cells})
    return rows


def _paired(summary: Summary) -> Block | None:
    """Return the chart of paired differences: outcomes of which more or less is better, as many as can be read."""
    apart = summary.differences[~summary.differences["verdict"].isin(["the same", "undefined"])]
    wanted = set(summary.ranking["outcome"]) & set(apart["outcome"])
    directed = [name for name in summary.headlines if name in wanted][:CHARTED]
    if not directed:
        return None
    panels, rows = [], []
    for outcome in directed:
        mine = _titled(summary, summary.differences[summary.differences["outcome"] == outcome])
        panels.append((summary.label(outcome), summary.unit(outcome), mine))
        rows += _plain_rows(mine, summary.unit(outcome), "band_low", "band_high", summary.label(outcome), verdict=True)
    first = summary.title(summary.designs[0])
    text = (
        f"Each line is the difference to '{first}' on the same parameters, people and luck. A filled mark: the band "
        "lies on one side of zero. An open mark: cannot be told apart."
    )
    svg = charts.differences(panels, f"'{first}'", "paired-differences", text)
    return Block(
        "Differences between designs", text, svg, ("Outcome", "Design", "Median", "90 % band", "Verdict"), rows
    )


def _fan(summary: Summary) -> Block | None:
    """Return the chart of jobs over time."""
    for outcome in (*FOLLOWED, *summary.outcomes):
        rows = analysis.by_month(summary.frame, outcome)
        if len(rows):
            break
    else:
        return None
    from sim import months

    rows = _titled(summary, rows)
    unit, label = summary.unit(outcome), summary.label(outcome)
    scale = words.scale_of(rows["median"], unit)
    text = f"{label}, month by month. Line: median; dark band: half of the draws; light band: 90 % of the draws."
    shown = rows[[months.month_of(int(m)) == 12 for m in rows["month"]]]
    table = [
        [months.label(int(row["month"])), row["design"], words.figure(row["median"], scale),
         words.interval(row["low"], row["high"], scale)]
        for _, row in shown.iterrows()
    ]  # fmt: skip
    svg = charts.fans(rows, unit, "over-time", label, text)
    return Block(f"{label} over time", text, svg, ("Month", "Design", "Median", "90 % interval"), table)


def _parts(summary: Summary) -> Block | None:
    """Return the chart of what stands between gross and net jobs."""
    named = [name for name in PARTS if name in summary.outcomes]
    rows = _titled(summary, summary.levels[summary.levels["outcome"].isin(named)])
    rows = rows.sort_values("outcome", key=lambda names: names.map(PARTS.index), kind="stable")
    rows = rows.assign(label=[summary.label(name) for name in rows["outcome"]])
    moving = rows.groupby("label")["high"].max().gt(0) | rows.groupby("label")["low"].min().lt(0)
    rows = rows[rows["label"].map(moving)]
    if rows["label"].nunique() < 3:
        return None
    text = (
        "From gross to net jobs: net = gross - deadweight - displacement + multiplier, plus the effects of quota and "
        "financing. This holds exactly in every run; medians of the parts need not add up."
    )
    table = _plain_rows(rows, "jobs", "low", "high")
    svg = charts.levels(rows, "jobs", "label", "from-gross-to-net", "Jobs at the end of the horizon", text)
    return Block("From gross to net jobs", text, svg, ("Part", "Design", "Median", "90 % interval"), table)


def _costs(summary: Summary) -> Block | None:
    """Return the chart of costs side by side."""
    named = [name for name in summary.headlines if name.endswith("_cost") and summary.unit(name) == "som"]
    if not named:
        return None
    rows = _titled(summary, summary.levels[summary.levels["outcome"].isin(named)])
    rows = rows.assign(label=[summary.label(name) for name in rows["outcome"]])
    unit = summary.unit(named[0])
    text = (
        "Costs side by side. What the programme spends is not what the budget loses: families that sign give up "
        "the child benefit, which the budget saves and poor children lose."
    )
    table = _plain_rows(rows, unit, "low", "high")
    svg = charts.levels(rows, unit, "label", "costs", "Costs", text)
    return Block("Costs", text, svg, ("Cost", "Design", "Median", "90 % interval"), table)


def _distribution(summary: Summary) -> list[Block]:
    """Return who gains and who loses, in each dimension that the study has."""
    out = []
    found = analysis.dimensions(summary.frame)
    for dimension in [name for name in GROUPS if name in found] + [name for name in found if name not in GROUPS]:
        outcome = _carrying(summary, dimension)
        rows = _titled(summary, analysis.levels_by_group(summary.frame, outcome, dimension))
        rows = rows[~(rows["median"].isna())]
        if not len(rows):
            continue
        unit, label = summary.unit(outcome), summary.label(outcome)
        meaning = GROUPS.get(dimension, dimension)
        text = f"{label} by {meaning}; median and 90 % interval. Filled marks: the interval excludes zero."
        name = f"by-{dimension.replace(' ', '-').replace('_', '-')}"
        svg = charts.groups(rows, unit, dimension, name, label, text)
        table = _plain_rows(rows.assign(label=rows[dimension]), unit, "low", "high")
        header = (dimension.capitalize(), "Design", "Median", "90 % interval")
        out.append(Block(f"{label} by {dimension}", text, svg, header, table))
    return out


def _carrying(summary: Summary, dimension: str) -> str:
    """Return the outcome to show for a dimension: the preferred one that has its groups."""
    has = summary.frame["group"].astype(str).str.startswith(f"{dimension}=")
    there = list(dict.fromkeys(summary.frame.loc[has, "outcome"].astype(object)))
    return next((name for name in DISTRIBUTED if name in there), there[0])


def _plain_rows(
    rows: pandas.DataFrame, unit: str, low: str, high: str, label: str = "", *, verdict: bool = False
) -> list[list[str]]:
    out = []
    scale = words.scale_of([*rows["median"], *rows[low], *rows[high]], unit)
    for _, row in rows.iterrows():
        cells = [label or str(row["label"]), str(row["design"]), words.figure(row["median"], scale, signed=verdict)]
        cells.append(words.interval(row[low], row[high], scale, signed=verdict))
        out.append([*cells, words.said(row["verdict"], unit)] if verdict else cells)
    return out


def _cell(row: pandas.Series, scale: words.Scale, low: str, high: str, *, signed: bool = False) -> dict[str, str]:
    return {
        "figure": words.figure(row["median"], scale, signed=signed),
        "interval": words.interval(row[low], row[high], scale, signed=signed),
    }


def _titled(summary: Summary, rows: pandas.DataFrame) -> pandas.DataFrame:
    return rows.assign(design=[summary.title(str(name)) for name in rows["design"]]) if len(rows) else rows


def _row(table: pandas.DataFrame, **where: str) -> pandas.Series:
    for column, value in where.items():
        table = table[table[column] == value]
    return table.iloc[0]


def _terms(summary: Summary, design: str) -> list[str]:
    """Return what a design changes, one phrase for each parameter."""
    changed = summary.manifest["scenario"]["designs"].get(design, {})
    return [
        f"{policy.replace('_', ' ')}: {key.replace('_', ' ')} = {_said(value)}"
        for policy, change in changed.items()
        if isinstance(change, Mapping)
        for key, value in change.items()
    ]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    if isinstance(value, list):
        return "; ".join(_said(part) for part in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_said(part)}" for key, part in value.items())
    return str(value)


def _assumptions(country: str) -> list[dict[str, str]]:
    """Return the parameters that rest on judgement alone (confidence C), with their 90 % ranges."""
    from sim import behaviour

    rows = []
    for prior in behaviour.priors(country):
        if prior.confidence != "C":
            continue
        shares: Callable[[float], float] = prior.quantile
        row = {"name": prior.name, "meaning": prior.meaning, "unit": prior.unit, "source": prior.source}
        if prior.family == "fixed":
            rows.append({**row, "median": f"{prior.p1:,.4g}", "range": "one value"})
        else:
            low, middle, high = (f"{shares(share):,.3g}" for share in (0.05, 0.5, 0.95))
            rows.append({**row, "median": middle, "range": f"{low} to {high}"})
    return rows


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
