"""Jobs: employment over all persons, and how net jobs come about (model.md A1 to A5).

``net = gross - deadweight + quota - displacement + multiplier + financing``.

Everything is counted over persons, each once. Gross jobs are all jobs in businesses that a new contract funded: the
operator, extra family workers and paid hires. Deadweight are those of them that would exist anyway. Quota are persons
with disabilities in work through seats and services while markets stay as they are. Displacement is what others lose:
those whom a hire replaces, and those whose customers, wages or vacancies go elsewhere; the multiplier is what
additional local spending gives back.

Who loses work looks for other work and finds some in small firms and on own account, which follow supply and take
nobody's customers here. So displacement is a lower bound. What is made up for in this way is told apart (refilled).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sim.engine.columns import Array
from sim.errors import IdentityError
from sim.months import year_of
from sim.state.households import ACTIVE, COMPLETED, FAILED, weights_of
from sim.world import World

TOLERANCE = 1e-6

Measure = Callable[[World], Array]


def series(name: str) -> Measure:
    """Return a measure that reads a national monthly figure."""

    def measure(world: World) -> Array:
        values = world.records.series(name)
        return values.sum(axis=1) if values.ndim > 1 else values

    return measure


def jobs(world: World) -> Array:
    """Return persons in work by month, each counted once.

    Everybody in work, and those whom a family business alone employs: operators, family workers and hires who had none.
    """
    return series("persons_in_work")(world) + series("heads")(world) - series("operators_beside")(world)


def full_time_jobs(world: World) -> Array:
    """Return the same in full-time equivalents; work outside family businesses counts as full-time."""
    return series("persons_in_work")(world) + series("full_time")(world) - series("operators_beside")(world)


def demanded(world: World) -> Array:
    """Return jobs by month as markets and employers ask for them: those of M3, and persons at employers (D5)."""
    return series("incumbents")(world) + series("work_employee")(world)


def common_months(first: World, second: World) -> list[int]:
    """Return the months that two worlds have both recorded, in order."""
    return sorted(set(first.records.months) & set(second.records.months))


def difference(first: World, second: World, measure: Measure) -> Array:
    """Return a monthly figure of one world less that of another, over their common months."""
    months = common_months(first, second)
    a, b = first.records.months.index(months[0]), second.records.months.index(months[0])
    return measure(first)[a : a + len(months)] - measure(second)[b : b + len(months)]


def decomposition(
    base: World, frozen: World | None, stolen: World | None, whole: World | None, final: World
) -> dict[str, Array]:
    """Return the parts of net jobs by month, heads (A1 to A5); the worlds are those of :mod:`sim.twins`.

    Parts that need a world that was not lived through are left out.
    """
    parts = {"net": difference(final, base, jobs)}
    if frozen is not None:
        gross = series("gross_jobs")(frozen)
        parts["gross"] = gross
        parts["quota"] = difference(frozen, base, series("persons_employed"))
        parts["deadweight"] = gross - difference(frozen, base, jobs) + parts["quota"]
    if stolen is not None and whole is not None:
        if frozen is not None:
            parts["displacement"] = difference(frozen, stolen, jobs)
            parts["refilled"] = difference(frozen, stolen, demanded) - parts["displacement"]
        parts["multiplier"] = difference(whole, stolen, jobs)
    if whole is not None:
        parts["financing"] = difference(final, whole, jobs)
    return parts


PARTS = ("gross", "deadweight", "quota", "displacement", "multiplier", "financing")


def residual(parts: Mapping[str, Array]) -> float:
    """Return the largest violation of the identity over the months, in jobs."""
    explained = (
        parts["gross"] - parts["deadweight"] + parts["quota"]
        - parts["displacement"] + parts["multiplier"] + parts["financing"]
    )
    return float(np.max(np.abs(parts["net"] - explained), initial=0.0))


def check(owner: str, parts: Mapping[str, Array], total: float) -> None:
    """Raise :class:`IdentityError` if the parts do not add up to rounding, relative to ``total`` jobs (A5, test V6).

    Nothing is claimed of parts that were not all asked for.
    """
    if not all(name in parts for name in PARTS):
        return
    gap = residual(parts)
    if gap > TOLERANCE * max(1.0, total * 1e-6):
        raise IdentityError(f"design {owner}: net jobs differ from the sum of their parts by {gap:.3g} jobs")


def jobs_by_oblast(world: World) -> Array:
    """Return persons in work by oblast in the last month; adds up to the last value of :func:`jobs`."""
    series = world.records.series
    return np.asarray(series("persons_in_work")[-1] + series("heads")[-1] - series("operators_beside")[-1])


def reported_jobs(world: World) -> float:
    """Return jobs as the ministry counts them, of contracts since the comparison started (R1)."""
    s, b = world.state, world.behaviour.reporting
    good = (s.contract == ACTIVE) | (s.contract == COMPLETED) | ((s.contract == FAILED) & (s.reported_failed != 2))
    standing = (s.paid_at >= world.start) & good
    total, weight = 0.0, weights_of(world.households, standing)
    years = np.array([year_of(int(t)) for t in s.paid_at[standing]], dtype=np.int64)
    for year, extra in ((2022, b.extra_2022), (2023, b.extra_2023)):
        total += float(weight[years == year].sum()) * (1.0 + extra)
    return total + float(weight[years > 2023].sum()) * (1.0 + b.extra_later)
