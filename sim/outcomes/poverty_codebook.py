"""Codebook of poverty: how many persons are poor, how deeply, who they are, and what the design changes (Y14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.outcomes.compared import Compared
from sim.outcomes.groups import OF_FAMILIES, OF_HOMES, OF_PERSONS
from sim.outcomes.outcome import Outcome, Shown
from sim.outcomes.poor import ALL, Line, Measure, Table

SHARE, POINTS = "share of persons", "points"
AT_END = "at the last month of the horizon"
YEAR = f"whose consumption over the year, per person and at prices of 2023, {AT_END}"
EXTRA = (
    "the poverty line, which is higher by a fifth for all members of a household where a member has a certified "
    "disability (an assumption: the groups 10 and 30 % show other extra costs)"
)
SHORT = ("their shortfall", "the square of their shortfall")


def change(measure: Measure) -> Callable[[Compared], float]:
    """Return what gives the change of a measure in points, against the world without the design."""
    return lambda c: 100.0 * (c.poor_now.value(measure) - c.poor_then.value(measure))


def change_by_group(measure: Measure) -> Callable[[Compared], Iterator[tuple[str, float]]]:
    """Return what gives the change of a measure by group, in points; groups that a world lacks are left out."""

    def found(c: Compared) -> Iterator[tuple[str, float]]:
        now, then = c.poor_now.of[measure], c.poor_then.of[measure]
        yield from ((name, 100.0 * (now[name] - then[name])) for name in now if name != ALL and name in then)

    return found


def groups_of(table: Table, measure: Measure) -> Iterator[tuple[str, float]]:
    """Yield a measure by group; that with extra costs also with the lower and the higher ones."""
    yield from ((name, value) for name, value in table.of[measure].items() if name != ALL)
    if measure == Measure(Line.EXTRA, 0):
        yield "extra cost=10 %", table.value(Measure(Line.EXTRA_LOW, 0))
        yield "extra cost=30 %", table.value(Measure(Line.EXTRA_HIGH, 0))


def level(measure: Measure, name: str, label: str, definition: str, shown: tuple[Shown, ...] = ()) -> Outcome:
    """Return the outcome that gives a measure in the design's world."""
    return Outcome(
        name, label, SHARE, definition, "Y14", "less", value=lambda c: c.poor_now.value(measure),
        by_group=lambda c: groups_of(c.poor_now, measure), shown=shown, never_negative=True,
        by=(*OF_PERSONS, *OF_HOMES, *(("extra cost",) if measure == Measure(Line.EXTRA, 0) else ())),
    )  # fmt: skip


def changed(measure: Measure, name: str, label: str, definition: str) -> Outcome:
    """Return the outcome that gives how a measure differs from the world without the design."""
    return Outcome(
        name, label, POINTS, f"{definition}, less that without the design", "Y14", "less", value=change(measure),
        by_group=change_by_group(measure), by=(*OF_PERSONS, *OF_HOMES),
    )  # fmt: skip


def depth(line: str, power: int) -> str:
    """Return the definition of the mean shortfall, or of its square."""
    return (f"Mean over all persons of {SHORT[power - 1]} below {line}, as a share of the line, {AT_END}; who is not "
            "below the line has none")  # fmt: skip


NATIONAL, EXTREME, WITH_COSTS = (tuple(Measure(line, power) for power in (0, 1, 2))
                                 for line in (Line.NATIONAL, Line.EXTREME, Line.EXTRA))  # fmt: skip

POVERTY = (
    level(NATIONAL[0], "poverty", "Poor persons",
          f"Persons {YEAR}, is below the national poverty line", (Shown.HEADLINE,)),
    level(NATIONAL[1], "poverty_gap", "Poverty gap", depth("the national poverty line", 1)),
    level(NATIONAL[2], "poverty_severity", "Severity of poverty", depth("the national poverty line", 2)),
    level(EXTREME[0], "extreme_poverty", "Extremely poor persons",
          f"Persons {YEAR}, is below the extreme poverty line"),
    level(EXTREME[1], "extreme_poverty_gap", "Gap of extreme poverty", depth("the extreme poverty line", 1)),
    level(EXTREME[2], "extreme_poverty_severity", "Severity of extreme poverty", depth("the extreme poverty line", 2)),
    level(WITH_COSTS[0], "poverty_extra_cost", "Poor persons, with extra costs of disability",
          f"Persons {YEAR}, is below {EXTRA}"),
    level(WITH_COSTS[1], "poverty_gap_extra_cost", "Poverty gap, with extra costs of disability", depth(EXTRA, 1)),
    level(WITH_COSTS[2], "poverty_severity_extra_cost", "Severity of poverty, with extra costs of disability",
          depth(EXTRA, 2)),
    level(Measure(Line.AT_RISK, 0), "at_risk_of_poverty", "Persons at risk of poverty",
          f"Persons {YEAR}, is above the national poverty line by less than a quarter: a fall by a fifth makes them "
          "poor. The quarter is a judgement"),
    changed(NATIONAL[0], "poverty_change", "Change of poverty", f"Share of poor persons {AT_END}"),
    changed(NATIONAL[1], "poverty_gap_change", "Change of the poverty gap",
            f"Mean shortfall below the poverty line, in percent of the line, {AT_END}"),
    changed(NATIONAL[2], "poverty_severity_change", "Change of the severity of poverty",
            f"Mean square of the shortfall below the poverty line, in percent, {AT_END}"),
    changed(EXTREME[0], "extreme_poverty_change", "Change of extreme poverty",
            f"Share of extremely poor persons {AT_END}"),
    changed(WITH_COSTS[0], "poverty_extra_cost_change", "Change of poverty, with extra costs of disability",
            f"Share of persons below the line with extra costs of disability {AT_END}"),
    Outcome(
        "poverty_left", "Persons out of poverty", "persons",
        f"Persons who are poor without the design and not with it, {AT_END}; net exits are these less persons into "
        "poverty", "Y14", "more",
        value=lambda c: c.gains.left, by_group=lambda c: c.gains.groups("left"), by=OF_FAMILIES,
        never_negative=True),
    Outcome(
        "poverty_entered", "Persons into poverty", "persons",
        f"Persons who are poor with the design and not without it, {AT_END}: who applied in vain, whose business "
        "failed, who lost customers or a job to others", "Y14", "less",
        value=lambda c: c.gains.entered, by_group=lambda c: c.gains.groups("entered"), by=OF_FAMILIES,
        never_negative=True),
)  # fmt: skip
