"""Who gains and who pays: families with and without a member with a disability, employers and the budget.

Counts of families that gain and lose hold much luck, because a job that goes to one person is missed by another. Sums
over a group do not: both are in them. Families with a member with a disability are many among the simulated ones, so
their line is the surest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from experiments import analysis, words
from experiments.certainty import SAME, UNCLEAR, UNDEFINED, reason
from experiments.marks import N_
from experiments.telling import Telling

if TYPE_CHECKING:
    import pandas


class Line(NamedTuple):
    """One line of the account: whose it is, the outcome and the group, and whether more of it is a gain."""

    name: str
    outcome: str
    group: str = analysis.ALL
    gain: bool = True


LINES = (
    Line(N_("recurrent income of families with a member with a disability"), "income_change", "disability=yes"),
    Line(N_("recurrent income of all other families"), "income_change", "disability=no"),
    Line(N_("persons out of poverty in families with a member with a disability"), "poverty_exits", "disability=yes"),
    Line(N_("persons out of poverty in all other families"), "poverty_exits", "disability=no"),
    Line(N_("employers, cost of the quota"), "employer_cost", gain=False),
    Line(N_("the budget, net cost"), "net_fiscal_cost", gain=False),
)
GAINS, PAYS, UNSURE = N_("Gains"), N_("Pays or loses"), N_("Cannot be told apart from zero")


def found(told: Telling) -> list[tuple[Line, pandas.DataFrame]]:
    """Return the lines that a study has figures for, with the paired differences of its designs."""
    frame, out = told.summary.frame, []
    for line in LINES:
        mine = frame[
            (frame["outcome"] == line.outcome) & (frame["group"] == line.group) & (frame["month"] == analysis.WHOLE)
        ]
        if len(mine) and len(told.summary.designs) > 1:
            table = analysis.differences(mine.assign(group=analysis.ALL), told.summary.codebook)
            out += [(line, table)] if len(table) else []
    return out


def sentences(told: Telling) -> Iterator[str]:
    """Yield for each design who gains, who pays or loses, and what cannot be told, with sizes."""
    text, lines = told.say.text, found(told)
    if len({line.outcome for line, _ in lines}) < 2:
        return
    for design in told.summary.designs[1:]:
        parts: dict[str, list[str]] = {GAINS: [], PAYS: [], UNSURE: []}
        for line, table in lines:
            row = _row(table, design)
            side = side_of(line, str(row["verdict"])) if row is not None else ""
            if side:
                parts[side].append(_item(told, line, row, sure=side != UNSURE))
        if parts[UNSURE] and not parts[GAINS] and not parts[PAYS]:
            yield text("{design}: who gains and who pays cannot be told from these runs; the report has the bands.",
                       design=told.title(design))  # fmt: skip
            continue
        said = " ".join(text("{side}: {items}.", side=text(side), items="; ".join(items))
                        for side, items in parts.items() if items)  # fmt: skip
        if said:
            yield text("{design}, who gains and who pays (in brackets: 90 % band). {said}",
                       design=told.title(design), said=said)  # fmt: skip


def rows(told: Telling) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the table of all lines; no rows where there is nothing to compare."""
    lines = found(told)
    header = [told.say.text("Who"), *(told.title(design) for design in told.summary.designs[1:])]
    out = []
    for line, table in lines if len({line.outcome for line, _ in lines}) > 1 else ():
        scale = told.scale(line.outcome, [*table["median"], *table["low"], *table["high"]])
        cells = [_cell(told, line, _row(table, design), scale) for design in told.summary.designs[1:]]
        out.append([f"{told.say.text(line.name)} ({told.unit(line.outcome, scale)})", *cells])
    return header, out


def side_of(line: Line, verdict: str) -> str:
    """Return on which side of the account a line stands; empty where nothing changes.

    >>> side_of(LINES[0], "more"), side_of(LINES[4], "more"), side_of(LINES[5], "fewer"), side_of(LINES[0], SAME)
    ('Gains', 'Pays or loses', 'Gains', '')
    """
    if verdict in (SAME, UNDEFINED):
        return ""
    if verdict == UNCLEAR:
        return UNSURE
    return GAINS if (verdict == "more") == line.gain else PAYS


def _item(told: Telling, line: Line, row: Any, *, sure: bool) -> str:
    scale = told.scale(line.outcome, [row["median"], row["low"], row["high"]])
    figure = words.figure(row["median"], scale, told.say, signed=True)
    band = words.interval(row["low"], row["high"], scale, told.say, signed=True)
    why = reason(str(row["verdict"]), row["low"], row["high"], told.summary.draws)
    behind = f"; {told.say.text(why)}" if why else ""
    return f"{told.say.text(line.name)}{f' {figure}' if sure else ''} ({band} {scale.unit}{behind})"


def _cell(told: Telling, line: Line, row: Any, scale: words.Scale) -> str:
    if row is None or row["verdict"] == UNDEFINED:
        return words.MISSING
    verdict = told.judged(row)
    if row["verdict"] == SAME:
        return verdict
    band = words.interval(row["low"], row["high"], scale, told.say, signed=True)
    return f"{words.figure(row['median'], scale, told.say, signed=True)} ({band}), {verdict}"


def _row(table: pandas.DataFrame, design: str) -> Any:
    mine = table[table["design"] == design]
    return mine.iloc[0] if len(mine) else None
