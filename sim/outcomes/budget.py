"""Budget: spending and receipts by line and year for the whole of social protection (model.md T1-T5, people.md Y16).

Amounts are nominal som, because budgets are; outcomes elsewhere are som of 2023. Every line but taxes is that of the
design's world, not a difference to another world. The lines of one year, brought back to prices of 2023, are those of
the books.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.columns import Array
from sim.labour.accounts import ENTITLED, MONEY, SPENDING
from sim.months import year_of
from sim.outcomes import protection
from sim.outcomes.costs import TAXES, net_fiscal_cost, topped_up
from sim.outcomes.jobs import difference, series
from sim.policies.registry import PAID

if TYPE_CHECKING:
    from sim.outcomes.compared import Lives
    from sim.world import Terms, World

SERVICES = tuple(MONEY[k] for k in SPENDING)
ENTITLEMENTS = tuple(MONEY[k] for k in ENTITLED)
CONTRACT, BENEFIT = ("grants", "administration", "loan_interest"), ("child_benefit", "top_up")
SUPPORT = {
    "social_benefit": "social_benefits", "disability_pension": "disability_pensions", "age_pension": "age_pensions",
}  # fmt: skip
INSTRUMENTS = tuple(PAID)
SPENT = (*CONTRACT, *BENEFIT, *SUPPORT, *SERVICES, *ENTITLEMENTS, *INSTRUMENTS)
COVERED = {"raised": "financed", "levied": "levied", "borrowed": "borrowed"}  # what covers the cost, by line
RECEIVED = ("levy", "fines_paid", "paid_inside", "recovered", "paid_back", "taxes", *COVERED)
ENVELOPE = ("grants", "top_up", *(name for name in SERVICES if name != "inspection"), *INSTRUMENTS)
WORKING_AGE = (18, 63)
ALL, TODAY = "all", "today_"
Row = tuple[str, str, int, float]


def rows(lives: Lives) -> Iterator[Row]:
    """Yield outcome, group (``year=2026``, ``decile=1`` or all), -1 and value of every figure of the budget.

    Figures of today's law without the design have names that begin with ``TODAY``.
    """
    yield from of_world(lives.final, lives.base, lives.before)
    for name, group, month, value in of_world(lives.base, lives.base, lives.before):
        yield TODAY + name, group, month, value
    yield "gap_closed_design", ALL, -1, gap_closed_by_design(lives.final, lives.base)


def of_world(world: World, base: World, before: World) -> Iterator[Row]:
    """Yield every figure of a world; ``base`` is today's law without the design."""
    years = np.array([year_of(t) for t in world.records.months])
    for name, values in lines(world, base).items():
        for year in np.unique(years):
            yield f"budget_{name}", f"year={year}", -1, float(values[years == year].sum())
    for name, values in coverage(world).items():
        for year in np.unique(years):
            yield name, f"year={year}", -1, float(values[years == year].mean())
    yield from protection.rows(world, before)


def gap_closed_by_design(world: World, base: World) -> float:
    """Return by how many som a design makes the poverty gap smaller for each som of its net cost to the budget.

    Both are som of 2023 over the horizon, all that follows from the design included; not-a-number where it costs
    nothing.
    """
    cost = float(net_fiscal_cost(world, base).sum())
    closed = float(difference(base, world, series("poverty_gap")).sum())
    return closed / cost if cost > 0.0 else float("nan")


def lines(world: World, base: World) -> dict[str, Array]:
    """Return every line by month, nominal som.

    The top-up is what the child benefit pays beyond the rate of present law, to the families that receive it. Levies
    and fines of budget bodies and state enterprises, less premiums and subsidies to them, are taken out: one part of
    government pays them to another. Taxes are income tax and contributions on pay at private employers, more than in
    ``base``: what is gained, or lost if negative.
    """
    prices = np.array([_terms(world, t).economy.deflator for t in world.records.months])

    def nominal(name: str) -> Array:
        return _national(world, name) * prices

    benefit = nominal("benefit")
    above = benefit * topped_up(world, base)
    out = {
        "grants": _national(world, "grants_nominal"), "administration": nominal("administration"),
        "loan_interest": nominal("loan_interest"), "child_benefit": benefit - above, "top_up": above,
    }  # fmt: skip
    out |= {name: nominal(f"labour_{name}") for name in (*SERVICES, *ENTITLEMENTS)}
    out |= {name: nominal(figure) for name, figure in SUPPORT.items()}
    out |= {name: nominal(f"paid_{name}") for name in PAID}
    out |= {"levy": nominal("labour_levy"), "fines_paid": nominal("labour_fines_paid")}
    out |= {"paid_inside": -nominal("labour_charged_inside")}
    taxes = sum(sign * difference(world, base, series(name)) for name, sign in TAXES)
    out |= {"recovered": nominal("recovered"), "paid_back": nominal("paid_back"), "taxes": taxes * prices}
    return out | {line: nominal(name) for line, name in COVERED.items()}


def coverage(world: World) -> dict[str, Array]:
    """Return by month the share of registered persons of working age whom the quota and coaching reach."""
    months, p = world.records.months, world.labour.frame.persons
    adult = (p.age >= WORKING_AGE[0]) & (p.age < WORKING_AGE[1])
    registered = np.array([int((adult & (p.certified_from <= t)).sum()) for t in months]) * world.labour.frame.weight
    return {
        "covered_quota": _national(world, "persons_counted") / registered,
        "covered_coaching": 12.0 * _national(world, "flow_coached") / registered,
    }


def _national(world: World, name: str) -> Array:
    return series(name)(world)


def _terms(world: World, t: int) -> Terms:
    return world.design.terms(t, world.behaviour)
