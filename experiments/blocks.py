"""Blocks of a report: a chart, what it says in a sentence, how to read it, and a table that says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from experiments import analysis, charts, mechanisms, quota_tables, waterfalls, words
from experiments.charts import Later, Panel, Rise
from experiments.drawing import broad
from experiments.marks import N_
from sim import months
from sim.policies.registry import PAID

if TYPE_CHECKING:
    import pandas

    from experiments.telling import Telling

T = TypeVar("T")

# Outcomes that the chart over time prefers, the first that a study has; any other serves if it has none of them.
FOLLOWED = ("net_jobs", "gross_jobs")
BETTER, WORSE = "families_better", "families_worse"
BY_GROUP = ("net_jobs", "jobs_disability", "income_gain", "operator_jobs")
CHARTED = 6
OF_SLIDE = 2  # outcomes, or designs, in one part of a chart that fits a slide
FAMILIES = "consumption_change"
DIMENSIONS = {
    "oblast": N_("Oblast"), "decile": N_("Tenth of the population, 1 is the poorest"), "sex": N_("Sex"),
    "disability": N_("Member with a disability"), "operator": N_("Who would run the business"),
    "size": N_("Size of the employer"), "owner": N_("Owner of the employer"),
    "disability group": N_("Group of disability"), "household": N_("What the design did to the household"),
    "age": N_("Age"), "place": N_("Town or village"), "extra cost": N_("Extra costs of disability"),
    "party": N_("Who gains and who pays"), "part": N_("What it consists of"), "line": N_("Line of the budget"),
    "sector": N_("Sector of the business"),
}  # fmt: skip
GROUPS = {
    "women": N_("women"), "men": N_("men"), "woman": N_("a woman"), "man": N_("a man"), "yes": N_("yes"),
    "no": N_("no"), "contract": N_("was paid a grant or cash"), "applicant": N_("applied and was paid nothing"),
    "hired": N_("a person with a disability got a job"), "bears": N_("bears levies of employers"),
    "other": N_("none of these"), "urban": N_("town"), "rural": N_("village"), "none": N_("no certificate"),
    "any": N_("any group"), "under 18": N_("under 18"), "18 to 57": N_("18 to 57"),
    "58 and older": N_("58 and older"), "not known": N_("not known"), "agriculture": N_("agriculture"),
    "production": N_("production"), "trade": N_("trade"), "services": N_("services"), "below zero": N_("below zero"),
    "affected": N_("those affected"), "treasury": N_("the budget"), "raising": N_("cost of raising public money"),
    "once": N_("grants consumed and other money that came once"), "business": N_("profits of family businesses"),
    "given_up": N_("pay given up for them"), "benefit": N_("child benefit"), "loans": N_("loans repaid"),
    "entitled": N_("benefits of certified staff, and pay for no work"), "time": N_("time for applications"),
    "market": N_("pay, own work, and what markets give and take"), "employers": N_("private employers"),
    "capital": N_("what businesses would fetch at the end"), "grants": N_("grants"),
    "administration": N_("administration"), "loan_interest": N_("interest on loans"),
    "labour_spending": N_("services and premiums"), "recovered": N_("money recovered"),
    "paid_back": N_("grants paid back"), "protection": N_("benefits beyond today's law"),
    "covering": N_("those who cover the cost"),
    "labour_entitled": N_("benefits of certified staff, and pay for no work"),
    "labour_receipts": N_("levies, fines and taxes"),
}  # fmt: skip


class Block(NamedTuple):
    """A chart with the table that says the same."""

    name: str
    title: str
    message: str
    reading: str
    svg: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    data: Sequence[Mapping[str, object]] = ()  # the figures behind it, in units of the outcome, not rounded
    pages: Sequence[str] = ()  # the chart in parts that fit a slide; empty where it fits whole

    @property
    def worded(self) -> bool:
        """Whether the second column of the table holds words: names of designs, which stand left."""
        return any(row[1][:1].isalpha() for row in self.rows)


def paired(told: Telling) -> Block | None:
    """Return the chart of paired differences: outcomes of which more or less is better, as many as can be read."""
    summary, text = told.summary, told.say.text
    apart = summary.differences[~summary.differences["verdict"].isin(["the same", "undefined"])]
    wanted = set(summary.ranking["outcome"]) & set(apart["outcome"])
    endless = set(apart.loc[~np.isfinite(apart[["median", "low", "high"]]).all(axis=1), "outcome"])
    wanted -= endless
    directed = [name for name in dict.fromkeys([*told.first, *summary.headlines]) if name in wanted][:CHARTED]
    if not directed:
        return None
    panels, rows, data = [], [], []
    for outcome in directed:
        mine = titled(told, summary.differences[summary.differences["outcome"] == outcome])
        scale = told.apart(outcome)
        panels.append(Panel(told.label(outcome), scale, mine))
        data += kept(mine, ("median", "low", "high", "verdict"), outcome=outcome, unit=summary.unit(outcome))
        for design, (_, row) in zip(summary.designs[1:], mine.iterrows(), strict=True):
            own = told.apart(outcome, design)
            band = told.interval(row["low"], row["high"], own, signed=True)
            figure, verdict = told.figure(row["median"], own, signed=True), told.judged(row)
            rows.append([f"{told.label(outcome)} ({scale.unit})", row["design"], figure, band, verdict])
    first = told.title(summary.designs[0])
    message = " ".join(told.verdict(design) for design in summary.designs[1:])
    reading = text(
        "Each line is the difference to '{first}' on the same parameters, people and luck. A filled mark: told apart "
        "by the rule below. An open mark: cannot be told apart.", first=first)  # fmt: skip
    below = text("difference to '{first}'", first=first)
    svg = charts.differences(panels, below, "paired-differences", told.say)
    header = (text("Outcome"), text("Design"), text("Median"), text("90 % band"), text("Verdict"))
    title = text("Differences between the designs")
    pages = [broad(charts.differences(part, below, f"paired-differences-{k}", told.say))
             for k, part in enumerate(parted(panels), start=1)]  # fmt: skip
    return Block("paired-differences", title, message, reading, svg, header, rows, data, pages)


def by_mechanism(told: Telling) -> Iterator[Block]:
    """Yield for each account how much of the difference to the first design runs through each mechanism."""
    summary, text = told.summary, told.say.text
    if len(summary.designs) < 2:
        return
    for account in mechanisms.accounts(summary.outcomes):
        if account.total == FAMILIES:
            continue  # its waterfall says it
        table = titled(told, mechanisms.of_difference(summary.frame, account, summary.designs))
        if not table.loc[table["total"], ["median", "low", "high"]].fillna(0.0).any(axis=None):
            continue
        total = text("Total: {outcome}", outcome=told.label(account.total))
        table = table.assign(line=[text(line) if line else total for line in table["line"]])
        scale = told.scale(account.total, table["median"])
        title = text(account.title)
        largest = table[~table["total"]].sort_values("median", key=abs, ascending=False, kind="stable").iloc[0]
        message = text(
            "The largest part: {design}, {line}: {figure} {unit}.", design=largest["design"], line=largest["line"],
            figure=told.figure(largest["median"], scale, signed=True), unit=scale.unit)  # fmt: skip
        reading = text(
            "Parts of the difference to '{first}', means over the draws: they add up exactly to the total, draw by "
            "draw. Lines hold 90 % of the draws.", first=told.title(summary.designs[0]))  # fmt: skip
        ordered = table.assign(
            place=table["line"].map({line: k for k, line in enumerate(dict.fromkeys(table["line"]))})
        )
        ordered = ordered.sort_values(["place"], kind="stable")
        name = f"mechanisms-{account.total.replace('_', '-')}"
        svg = charts.levels(ordered, scale, "line", name, told.say)
        header = (text("Part"), text("Design"), text("Mean"), text("90 % of draws"))
        data = kept(ordered, ("line", "median", "low", "high"), unit=summary.unit(account.total))
        yield Block(name, title, message, reading, svg, header,
                    plain_rows(told, ordered, scale, "line", signed=True), data)  # fmt: skip


def over_time(told: Telling) -> Block | None:
    """Return the chart of jobs over time, with what stays after the last contract where a study follows it."""
    summary, text = told.summary, told.say.text
    for outcome in dict.fromkeys((*told.first[:1], *FOLLOWED, *summary.outcomes)):
        rows = analysis.by_month(summary.frame, outcome)
        if len(rows):
            break
    else:
        return None
    rows = titled(told, rows)
    rows = rows.assign(year=[months.year_of(int(t)) + (months.month_of(int(t)) - 1) / 12.0 for t in rows["month"]])
    later, label = list(_later(told, outcome)), told.label(outcome)
    scale = told.scale(outcome, [*rows["median"], *rows["low"], *rows["high"]])
    last = rows[rows["month"] == rows["month"].max()]
    ends = "; ".join(f"{row['design']}: {told.figure(row['median'], scale)}" for _, row in last.iterrows())
    month = told.say.month(int(rows["month"].max()))
    message = text("{outcome} in {month} ({unit}): {ends}.", outcome=label, month=month, unit=scale.unit, ends=ends)
    reading = text("Month by month. Line: median; dark band: half of the draws; light band: 90 % of the draws.")
    reading += " " + (
        text("After the dashed line no new contract is signed: marks and thick lines show what stays then, median and "
             "90 % interval.") if later else
        text("What stays after the last contract is not part of this study: {key} in the scenario adds it.",
             key="follow = 60")
    )  # fmt: skip
    shown = rows[[months.month_of(int(m)) == 12 for m in rows["month"]]]
    table = [
        [told.say.month(int(row["month"])), row["design"], told.figure(row["median"], scale),
         told.interval(row["low"], row["high"], scale)]
        for _, row in shown.iterrows()
    ] + [
        [told.say.plural("{count} month later", "{count} months later", one.months), one.design,
         told.figure(one.median, scale), told.interval(one.low, one.high, scale)]
        for one in later
    ]  # fmt: skip
    svg = charts.fans(rows, scale, "over-time", later, told.say)
    header = (text("Month"), text("Design"), text("Median"), text("90 % interval"))
    data = kept(rows, ("month", "median", "low", "inner_low", "inner_high", "high"), outcome=outcome)
    data += [{"outcome": outcome, "design": one.design, "months_later": one.months, "median": one.median,
              "low": one.low, "high": one.high} for one in later]  # fmt: skip
    title = text("{outcome} over time", outcome=label)
    return Block("over-time", title, message, reading, svg, header, table, data)


def _later(told: Telling, outcome: str) -> Iterator[Later]:
    """Yield what stays of an outcome some months after the horizon, where a study has such outcomes."""
    levels = told.summary.levels
    for name in told.summary.outcomes:
        found = re.fullmatch(rf"{re.escape(outcome)}_(\d+)", name)
        if found is None:
            continue
        for _, row in levels[levels["outcome"] == name].iterrows():
            if np.isfinite(row["median"]):
                yield Later(told.title(row["design"]), int(found[1]), row["median"], row["low"], row["high"])


def explained(told: Telling) -> Iterator[Block]:
    """Yield the waterfalls: how net jobs, the cost to the budget and the money of families come about."""
    text = told.say.text
    for one in waterfalls.found(told):
        ends = "; ".join(f"{told.title(design)}: {one.said(told, rungs[-1])}" for design, rungs in one.rungs.items())
        message = f"{told.label(one.name)} ({one.scale.unit}): {ends}."
        reading = f"{text(waterfalls.READING)} {text('Hatched bars take away, grey bars are sums.')}"
        name = f"waterfall-{_slug(one.name)}"
        drawn = [(told.title(design), [
            Rise(r.label, r.start * one.step / one.scale.divisor, r.end * one.step / one.scale.divisor,
                 one.said(told, r), r.kind != waterfalls.STEP) for r in rungs
        ]) for design, rungs in one.rungs.items()]  # fmt: skip
        svg = charts.waterfalls(drawn, name, one.unit)
        pages = [broad(charts.waterfalls(part, f"{name}-{k}", one.unit)) for k, part in enumerate(parted(drawn), 1)]
        made = waterfalls.section(told, one)
        header = (text("Step"), *(label for _, label in made.columns))
        rows = [[row.label, *(cell.text for cell in row.cells)] for row in made.rows]
        data = [{"step": row.label, "unit": told.summary.unit(one.name),
                 **{key: cell.value for (key, _), cell in zip(made.columns, row.cells, strict=True)}}
                for row in made.rows]  # fmt: skip
        yield Block(name, one.title, message, reading, svg, header, rows, data, pages)


def costs(told: Telling) -> Block | None:
    """Return the chart of costs side by side."""
    summary, text = told.summary, told.say.text
    named = [name for name in summary.headlines if name.endswith("_cost") and summary.unit(name) == "som"]
    if not named:
        return None
    rows = titled(told, summary.levels[summary.levels["outcome"].isin(named)])
    rows = rows.assign(label=[told.label(name) for name in rows["outcome"]])
    scale = told.scale(named[0], [*rows["median"], *rows["low"], *rows["high"]])
    message = "; ".join(
        f"{row['label']}, {row['design']}: {told.figure(row['median'], scale)} {scale.unit}"
        for _, row in rows[rows["outcome"] == named[0]].iterrows()
    ) + "."  # fmt: skip
    reading = text(
        "Costs side by side. What the programme spends is not what the budget loses: families that sign give up "
        "the child benefit, which the budget saves and poor children lose."
    )
    reading += " " + text("Amounts: {priced}.", priced=told.priced(named[0]))
    svg = charts.levels(rows, scale, "label", "costs", told.say)
    header = (text("Cost"), text("Design"), text("Median"), text("90 % interval"))
    table, data = plain_rows(told, rows, scale, "label"), kept(rows, ("outcome", "median", "low", "high"))
    return Block("costs", text("Costs"), message, reading, svg, header, table, data)


def who(told: Telling) -> Iterator[Block]:
    """Yield who is better and who is worse off in each dimension that the study has, or another outcome by group."""
    found = analysis.dimensions(told.summary.frame)
    for dimension in sorted(set(found) - set(quota_tables.DIMENSIONS[2:]), key=_place):
        frame = told.summary.frame
        there = set(frame.loc[frame["group"].astype(str).str.startswith(f"{dimension}="), "outcome"].astype(object))
        if {BETTER, WORSE} <= there:
            yield _winners(told, dimension)
            continue
        preferred = next((name for name in BY_GROUP if name in there), None)
        if preferred:
            yield _by_group(told, dimension, preferred)


def _place(dimension: str) -> tuple[int, str]:
    return list(DIMENSIONS).index(dimension) if dimension in DIMENSIONS else len(DIMENSIONS), dimension


def _winners(told: Telling, dimension: str) -> Block:
    text = told.say.text
    rows = analysis.levels_by_group(told.summary.frame, BETTER, dimension)
    worse = analysis.levels_by_group(told.summary.frame, WORSE, dimension)
    rows = titled(told, rows.assign(**{f"worse_{end}": worse[end] for end in ("median", "low", "high")}))
    rows = rows.assign(group=[_group(told, value) for value in rows[dimension]])
    values = [value for end in ("median", "high") for name in ("", "worse_") for value in rows[name + end]]
    scale = told.scale(BETTER, values)
    meaning = text(DIMENSIONS.get(dimension, dimension))
    title = text("Families better and worse off, by: {dimension}", dimension=meaning)
    most, least = (rows.sort_values(end, kind="stable").iloc[-1] for end in ("median", "worse_median"))
    named = [_within(told, dimension, row["group"]) for row in (most, least)]
    message = text(
        "Most families better off: {most} ({design}, {better} {unit}). Most families worse off: {least} ({other}, "
        "{worse} {unit}).", most=named[0], design=most["design"], better=told.figure(most["median"], scale),
        unit=scale.unit, least=named[1], other=least["design"],
        worse=told.figure(least["worse_median"], scale))  # fmt: skip
    reading = text(
        "Against the same families in a country without new contracts. Filled bars to the right: better off by at "
        "least half a percent of income; hatched bars to the left: worse off. Bars are medians, thin lines 90 % "
        "intervals."
    )
    name = f"who-by-{_slug(dimension)}"
    label = text("families worse off (left) and better off (right)")
    svg = charts.winners(rows, scale, name, label, told.say)
    header = (meaning, text("Design"), text("Better off"), text("90 % interval"), text("Worse off"),
              text("90 % interval"))  # fmt: skip
    table = [
        [row["group"], row["design"], told.figure(row["median"], scale), told.interval(row["low"], row["high"], scale),
         told.figure(row["worse_median"], scale), told.interval(row["worse_low"], row["worse_high"], scale)]
        for _, row in rows.iterrows()
    ]  # fmt: skip
    ends = ("median", "low", "high", "worse_median", "worse_low", "worse_high")
    return Block(name, title, message, reading, svg, header, table, kept(rows, ("group", *ends), outcome=BETTER))


def _by_group(told: Telling, dimension: str, outcome: str) -> Block:
    text = told.say.text
    rows = titled(told, analysis.levels_by_group(told.summary.frame, outcome, dimension))
    rows = rows[~rows["median"].isna()]
    rows = rows.assign(group=[_group(told, value) for value in rows[dimension]])
    scale = told.scale(outcome, [*rows["median"], *rows["low"], *rows["high"]])
    label, meaning = told.label(outcome), text(DIMENSIONS.get(dimension, dimension))
    most = rows.sort_values("median", kind="stable").iloc[-1] if len(rows) else None
    named = _within(told, dimension, most["group"]) if most is not None else ""
    message = text("Largest: {group} ({design}), {figure} {unit}.", group=named, design=most["design"],
                   figure=told.figure(most["median"], scale), unit=scale.unit) if most is not None else ""  # fmt: skip
    reading = text("Median and 90 % interval of each group. Filled marks: the interval excludes zero.")
    hidden = quota_tables.said_of_hidden(told.summary, dimension, [str(value) for value in rows[dimension]], told.say)
    reading = f"{reading} {hidden}".rstrip()
    name = f"{_slug(outcome)}-by-{_slug(dimension)}"
    svg = charts.groups(rows, scale, name, label, told.say)
    header = (meaning, text("Design"), text("Median"), text("90 % interval"))
    title = text("{outcome}, by: {dimension}", outcome=label, dimension=meaning)
    data = kept(rows, ("group", "median", "low", "high"), outcome=outcome)
    return Block(name, title, message, reading, svg, header, plain_rows(told, rows, scale, "group"), data)


def parted(things: Sequence[T], size: int = OF_SLIDE) -> list[Sequence[T]]:
    """Return things in parts of a size.

    >>> parted("abcde")
    ['ab', 'cd', 'e']
    """
    return [things[start : start + size] for start in range(0, len(things), size)]


def kept(rows: pandas.DataFrame, columns: Sequence[str], **more: str) -> list[dict[str, object]]:
    """Return what a data file holds of rows: what was asked for, the design, and some columns as they are."""
    return [{**more, "design": row["design"], **{name: row[name] for name in columns}} for _, row in rows.iterrows()]


def plain_rows(
    told: Telling, rows: pandas.DataFrame, scale: words.Scale, column: str, *, signed: bool = False
) -> list[list[str]]:
    """Return rows of a table: name, design, median and interval."""
    return [
        [str(row[column]), str(row["design"]), told.figure(row["median"], scale, signed=signed),
         told.interval(row["low"], row["high"], scale, signed=signed)]
        for _, row in rows.iterrows()
    ]  # fmt: skip


def titled(told: Telling, rows: pandas.DataFrame) -> pandas.DataFrame:
    """Return rows with the designs' names for people."""
    return rows.assign(design=[told.title(str(name)) for name in rows["design"]]) if len(rows) else rows


def _group(told: Telling, value: object) -> str:
    name = str(value)
    return told.say.text(GROUPS.get(name) or PAID.get(name.removeprefix("paid_"), name))


def _within(told: Telling, dimension: str, group: str) -> str:
    """Return a group as it stands in a sentence: 'no' and '1' say nothing without what they are of."""
    bare = group.isdigit() or group in (told.say.text("yes"), told.say.text("no"))
    of = told.say.text(DIMENSIONS.get(dimension, dimension))
    return told.say.text("{dimension}: {group}", dimension=of, group=group) if bare else group


def _slug(name: str) -> str:
    return name.replace("_", "-").replace(" ", "-")
