"""Protection: coverage, adequacy, targeting and efficiency of each scheme of social protection (people.md Y16).

All of it is read from the state of a world at the end of its last month. Deciles are those of persons at the start of
the comparison; persons of households with equal consumption stand in one decile. What a design pays beyond today's law
in a pension or benefit is in the figures of that scheme. Poor is who is below the national line in that month, with all
benefits paid.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.agents.households.consuming import Consuming, consumption, income_per_person, log_standing, paid_benefit
from sim.agents.persons.supporting import Right
from sim.engine.columns import Array
from sim.engine.compiled import sweep
from sim.engine.plain import plain
from sim.money import money_month
from sim.outcomes.families import deciles, exact_sum
from sim.outcomes.poverty import poor_now
from sim.outcomes.yardsticks import yardsticks
from sim.protecting import paid_beyond, register_of
from sim.state.households import Endowments, Households, HouseholdState, weights_of
from sim.state.persons import at_home
from sim.state.protection_terms import Payment
from sim.taxes_benefits.children import is_needy
from sim.world import Terms, World

SCHEMES = (
    "age_pension", "disability_pension", "social_benefit", "extra_cost", "universal_child", "child_benefit", "grants",
)  # fmt: skip
FOR_DISABILITY = ("disability_pension", "social_benefit", "extra_cost")
STANDING = tuple(name for name in SCHEMES if name != "grants")  # paid every month
MONTHS = 12
Row = tuple[str, str, int, float]
NOTHING = float("nan")


class Scheme(NamedTuple):
    """What a scheme is to each household in the last month."""

    paid: Array  # som of 2023 a month; of grants, a twelfth of the grant
    receivers: Array  # members; children of the child benefit, families of the social contract
    entitled: Array  # members with a right to it; families of the child benefit; none where there is no right
    claiming: Array  # of these, those who receive it
    meant: Array  # households that it is meant for


def rows(world: World, before: World) -> Iterator[Row]:
    """Yield the figures of all schemes at the end of ``world``; deciles are those of ``before``."""
    places = deciles(before)
    terms = world.design.terms(world.t - 1, world.behaviour)
    for name, scheme in schemes(world, terms).items():
        figures = coverage(world, scheme) | errors(world, scheme)
        figures |= adequacy(world, scheme, terms, name in FOR_DISABILITY)
        figures["gap_closed"] = gap_closed(world, scheme.paid) if name in STANDING else NOTHING
        for figure, value in figures.items():
            yield f"{figure}_{name}", "all", -1, value
        weight = weights_of(world.households)
        for what, column in (("spending", scheme.paid), ("receivers", scheme.receivers)):
            for place, share in enumerate(by_decile(column, weight, places), start=1):
                yield f"{what}_{name}", f"decile={place}", -1, share


def schemes(world: World, terms: Terms) -> dict[str, Scheme]:
    """Return what each scheme is to each household, by its name."""
    return pensions(world, terms) | {"child_benefit": child_benefit(world, terms), "grants": grants(world)}


def pensions(world: World, terms: Terms) -> dict[str, Scheme]:
    """Return the schemes that pay persons: pensions and social benefits, and what a design pays for costs and children.

    What a design pays beyond today's law in a pension or benefit is in it.
    """
    w, work, t = world.people.work.workers, world.people.work, world.t - 1
    assert work.rates is not None
    present, register = plain(at_home)(w.work), register_of(world, t)
    age, ages = work.age_at(t) - w.birth.astype(np.int64), work.frame.levels.pension_ages
    old = present & (age >= np.where(w.woman == 1, ages[1], ages[0]))
    insured = present & (register.right == Right.PENSION)
    social = present & ((register.right == Right.CHILDHOOD) | (register.right == Right.GENERAL))
    pension, benefit = w.pension.astype(np.float64) * work.rates.pension, w.benefit.astype(np.float64)
    beyond, none = paid_beyond(world, terms, register), np.zeros(len(w.work))
    found = (
        ("age_pension", Payment.AGE_PENSION, old, pension * present),
        ("disability_pension", Payment.DISABILITY_PENSION, insured, benefit * insured),
        ("social_benefit", Payment.SOCIAL_BENEFIT, social, benefit * social),
        ("extra_cost", Payment.EXTRA_COST, beyond[:, Payment.EXTRA_COST] > 0.0, none),
        ("universal_child", Payment.UNIVERSAL_CHILD, beyond[:, Payment.UNIVERSAL_CHILD] > 0.0, none),
    )
    return {name: _of_persons(world, right, paid + beyond[:, line]) for name, line, right, paid in found}


def _of_persons(world: World, entitled: Array, paid: Array) -> Scheme:
    home, count = world.people.work.workers.household, world.rows

    def per_household(values: Array) -> Array:
        return np.bincount(home, weights=values, minlength=count)

    right, claiming = per_household(entitled), per_household(entitled & (paid > 0.0))
    return Scheme(per_household(paid), per_household(paid > 0.0), right, claiming, right > 0.0)


def child_benefit(world: World, terms: Terms) -> Scheme:
    """Return the child benefit; entitled are families that the office finds needy when it looks at them."""
    h, state, month = world.households, world.state, money_month(world, terms)
    paid, needy = np.zeros(world.rows), np.zeros(world.rows)
    for i in np.flatnonzero(state.benefit == 1):
        paid[i] = plain(paid_benefit)(i, h, state, month)
    for i in np.flatnonzero((h.children > 0) & (state.declared < world.threshold)):
        needy[i] = plain(is_needy)(float(state.declared[i]), world.threshold, int(h.children[i]))
    got = (paid > 0.0) & (h.size > 0)
    return Scheme(paid, got * h.children.astype(np.float64), needy, needy * got, h.children > 0)


def grants(world: World) -> Scheme:
    """Return the grants paid since the comparison started, as if each were spread over twelve months."""
    state, everybody = world.state, np.ones(world.rows, dtype=bool)
    got = (state.paid_at >= world.start) & (world.households.size > 0)
    none = np.zeros(world.rows)
    return Scheme(got * state.grant.astype(np.float64) / MONTHS, got.astype(np.float64), none, none, everybody)


def coverage(world: World, scheme: Scheme) -> dict[str, float]:
    """Return whom a scheme reaches: receivers, households, persons in them, of those entitled, of the poor."""
    weight, size = weights_of(world.households), world.households.size.astype(np.float64)
    got = scheme.receivers > 0.0
    poor = poor_now(world)
    return {
        "reached": exact_sum(scheme.receivers, weight), "households": float(weight[got].sum()),
        "members": exact_sum(size * got, weight),
        "of_entitled": _ratio(exact_sum(scheme.claiming, weight), exact_sum(scheme.entitled, weight)),
        "of_poor": _ratio(exact_sum(size * (got & poor), weight), exact_sum(size * poor, weight)),
    }  # fmt: skip


def adequacy(world: World, scheme: Scheme, terms: Terms, disability: bool) -> dict[str, float]:
    """Return what a receiver has in a month, nominal som, and what that is worth.

    Over the subsistence minimum of a person, the average wage and, of benefits for a disability, the extra costs that
    a household with a disability is assumed to have: a share of the poverty line for each member.
    """
    weight, economy = weights_of(world.households), terms.economy
    each = economy.deflator * _ratio(exact_sum(scheme.paid, weight), exact_sum(scheme.receivers, weight))
    got = scheme.receivers > 0.0
    extra = yardsticks(world.population.country.folder)["extra_cost"].value * world.behaviour.consuming.poverty_line
    costs = extra * exact_sum(world.households.size[got].astype(np.float64), weight[got])
    return {
        "amount": each, "over_subsistence": each / economy.subsistence, "over_wage": each / economy.average_wage,
        "over_extra": _ratio(exact_sum(scheme.paid, weight), costs) if disability else NOTHING,
    }  # fmt: skip


def errors(world: World, scheme: Scheme) -> dict[str, float]:
    """Return the errors of inclusion and exclusion against the poverty line.

    Inclusion: of persons in households that receive it, those who are not poor. Exclusion: of poor persons in
    households that it is meant for, those whose household does not receive it.
    """
    weight, size = weights_of(world.households), world.households.size.astype(np.float64)
    poor, got = poor_now(world), scheme.receivers > 0.0
    return {
        "inclusion": _ratio(exact_sum(size * (got & ~poor), weight), exact_sum(size * got, weight)),
        "exclusion": _ratio(exact_sum(size * (scheme.meant & poor & ~got), weight),
                            exact_sum(size * (scheme.meant & poor), weight)),
    }  # fmt: skip


def gap_closed(world: World, paid: Array) -> float:
    """Return by how many som the poverty gap is smaller for each som paid, if nothing else changed (B2).

    Households are taken to consume what they would out of an income of the year without the scheme.
    """
    h, t = world.households, world.t - 1
    closed, weight = np.zeros(world.rows), weights_of(h)
    place = Place(world.path.markets[t].consumer_price, world.path.levels[t], world.coverage.transfers)
    close_gaps(
        np.flatnonzero((paid > 0.0) & (h.size > 0)), h, world.endowments, world.state, paid, place,
        world.behaviour.consuming, closed,
    )  # fmt: skip
    return _ratio(exact_sum(closed, weight), exact_sum(paid, weight))


class Place(NamedTuple):
    """What consumption of a month depends on beside the household."""

    prices: Array  # (oblasts,) consumer prices over those of the reference world
    levels: Array  # (oblasts,) log of a in B2
    coverage: float  # share of pensions and benefits that reaches consumption


@sweep
def close_gaps(
    rows: Array, households: Households, endowments: Endowments, state: HouseholdState, paid: Array, place: Place,
    consuming: Consuming, closed: Array,
) -> None:  # fmt: skip
    """Set for some households by how many som the summed poverty gap of its members is smaller with what is paid."""
    for n in range(len(rows)):
        i = rows[n]
        size, oblast = np.int64(households.size[i]), households.oblast[i]
        year = np.float64(state.income_year[i]) - MONTHS * place.coverage * paid[i]
        income = income_per_person(year, size, consuming.in_kind)
        standing = log_standing(income, consuming.elasticity, np.float64(endowments.effect[i]))
        line, without = consuming.poverty_line, consumption(place.levels[oblast], standing) / place.prices[oblast]
        now = np.float64(state.consumption[i]) / place.prices[oblast]
        closed[i] = size * (max(line - without, 0.0) - max(line - now, 0.0))


def by_decile(column: Array, weight: Array, places: Array) -> list[float]:
    """Return the share of each decile in a total; not-a-number where there is none.

    >>> by_decile(np.array([1.0, 3.0]), np.array([1, 1]), np.array([1, 10]))[::9]
    [0.25, 0.75]
    """
    whole = exact_sum(column, weight)
    return [_ratio(exact_sum(column[places == k], weight[places == k]), whole) for k in range(1, 11)]


def _ratio(value: float, by: float) -> float:
    return value / by if by > 0.0 else NOTHING
