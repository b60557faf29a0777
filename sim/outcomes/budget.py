"""Budget: spending and receipts by line and year, coverage, adequacy and incidence of each scheme (model.md T1-T5).

Amounts are nominal som, because budgets are; outcomes elsewhere are som of 2023. Every line is that of the design's
world, not a difference to another world. The lines of one year, brought back to prices of 2023, are those of the books.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.columns import Array
from sim.labour.accounts import ENTITLED, MONEY, SPENDING
from sim.months import year_of
from sim.outcomes.costs import topped_up
from sim.outcomes.families import deciles, exact_sum
from sim.outcomes.jobs import series
from sim.policies.registry import PAID
from sim.state.households import weights_of

if TYPE_CHECKING:
    from sim.outcomes.compared import Lives
    from sim.world import Terms, World

SERVICES = tuple(MONEY[k] for k in SPENDING)
ENTITLEMENTS = tuple(MONEY[k] for k in ENTITLED)
CONTRACT, BENEFIT = ("grants", "administration", "loan_interest"), ("child_benefit", "top_up")
INSTRUMENTS = tuple(PAID)
SPENT = (*CONTRACT, *BENEFIT, *SERVICES, *ENTITLEMENTS, *INSTRUMENTS)
COVERED = {"raised": "financed", "levied": "levied", "borrowed": "borrowed"}  # what covers the cost, by line
RECEIVED = ("levy", "fines_paid", "paid_inside", "recovered", "paid_back", *COVERED)
ENVELOPE = ("grants", "top_up", *(name for name in SERVICES if name != "inspection"), *INSTRUMENTS)
POOREST = 4  # deciles
WORKING_AGE = (18, 63)
ALL = "all"
Row = tuple[str, str, int, float]


def rows(lives: Lives) -> Iterator[Row]:
    """Yield outcome, group (``year=2026`` or all), -1 and value of every figure of the budget."""
    final = lives.final
    years = np.array([year_of(t) for t in final.records.months])
    for name, values in lines(final, lives.base).items():
        for year in np.unique(years):
            yield f"budget_{name}", f"year={year}", -1, float(values[years == year].sum())
    monthly = coverage(final) | adequacy(final)
    for name, values in monthly.items():
        for year in np.unique(years):
            yield name, f"year={year}", -1, float(values[years == year].mean())
    for name, value in incidence(lives).items():
        yield name, ALL, -1, value


def lines(world: World, base: World) -> dict[str, Array]:
    """Return every line by month, nominal som.

    The top-up is what the child benefit pays beyond the rate of present law, to the families that receive it. Levies
    and fines of budget bodies and state enterprises, less premiums and subsidies to them, are taken out: one part of
    government pays them to another.
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
    out |= {name: nominal(f"paid_{name}") for name in PAID}
    out |= {"levy": nominal("labour_levy"), "fines_paid": nominal("labour_fines_paid")}
    out |= {"paid_inside": -nominal("labour_charged_inside")}
    out |= {"recovered": nominal("recovered"), "paid_back": nominal("paid_back")}
    return out | {line: nominal(name) for line, name in COVERED.items()}


def coverage(world: World) -> dict[str, Array]:
    """Return by month how many each scheme reaches, over those it is meant for."""
    months = world.records.months
    poor = np.maximum(_national(world, "poor"), 1.0)
    h, p, weight = world.households, world.labour.frame.persons, weights_of(world.households)
    people, paid_at = weight * h.size, world.state.paid_at
    paid = np.array([float(people[(paid_at >= world.start) & (paid_at <= t)].sum()) for t in months])
    adult = (p.age >= WORKING_AGE[0]) & (p.age < WORKING_AGE[1])
    registered = np.array([int((adult & (p.certified_from <= t)).sum()) for t in months]) * world.labour.frame.weight
    return {
        "covered_contract": paid / poor,
        "covered_benefit": _national(world, "benefit_persons") / poor,
        "covered_children": _national(world, "benefit_children") / float((weight * h.children).sum()),
        "covered_quota": _national(world, "persons_counted") / registered,
        "covered_coaching": 12.0 * _national(world, "flow_coached") / registered,
    }


def adequacy(world: World) -> dict[str, Array]:
    """Return by month what a benefit is worth: over the subsistence minimum of a person, and over the average wage."""
    terms = [_terms(world, t) for t in world.records.months]
    child = np.array([x.benefit.per_child * x.benefit.coefficient for x in terms])
    grant = np.array([float(np.mean(x.contract.grant)) / 12.0 for x in terms])
    persons = world.labour.frame.persons
    disability = np.array([float(persons.benefit.mean(dtype=np.float64)) * x.economy.deflator for x in terms])
    out = {}
    for name, amount in (("child", child), ("grant", grant), ("disability", disability)):
        out[f"{name}_over_subsistence"] = amount / np.array([x.economy.subsistence for x in terms])
        out[f"{name}_over_wage"] = amount / np.array([x.economy.average_wage for x in terms])
    return out


def incidence(lives: Lives) -> dict[str, float]:
    """Return which share of grants and of child benefit goes to the poorest four tenths of persons at the start."""
    final = lives.final
    tenth = deciles(lives.before)
    poorest = (tenth >= 1) & (tenth <= POOREST)
    took, weight = final.state.paid_at >= final.start, weights_of(final.households)
    grants, benefit = int(weight[took].sum()), final.state.benefit_total
    paid = exact_sum(benefit, weight)
    return {
        "poorest_grants": float(weight[took & poorest].sum()) / grants if grants else float("nan"),
        "poorest_benefit": exact_sum(benefit[poorest], weight[poorest]) / paid if paid > 0.0 else float("nan"),
    }


def _national(world: World, name: str) -> Array:
    return series(name)(world)


def _terms(world: World, t: int) -> Terms:
    return world.design.terms(t, world.behaviour)
