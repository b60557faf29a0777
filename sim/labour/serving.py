"""Serving: services for persons with disabilities, as far as their places reach, and what they cost (S1, S2, P1)."""

from __future__ import annotations

import numpy as np

from sim.engine.columns import Array
from sim.engine.draws import Decision, hazard, key
from sim.labour.accounts import SCALE, Event, Line
from sim.labour.tables import LabourTables
from sim.offices.helping import count_helped, leave_workshops, shelter
from sim.offices.placing import Queue, coach, coached_now
from sim.state.labour_state import STATES, Labour
from sim.state.service_terms import ServiceTerms, Use
from sim.state.support import Support
from sim.state.terms import EconomyTerms

WORKING = np.array([int(k in (Labour.EMPLOYED, Labour.COUNTED)) for k in Labour])


def people_of(world: LabourTables, services: ServiceTerms) -> Array:
    """Return the share of each oblast in the allocation of services: its persons of working age, by its weight."""
    people = world.frame.people
    if not len(services.oblast_weight):
        return people
    weighed = people * services.oblast_weight
    return np.asarray(weighed / max(float(weighed.sum()), 1e-12))


def within_fund(world: LabourTables, services: ServiceTerms) -> ServiceTerms:
    """Return the services that the fund of levies and fines pays for besides: inspections, and wage subsidies (T1).

    Where a part of the fund is for wage subsidies no new ones are granted while it is empty.
    """
    if services.fund_shares[Use.WAGE_SUBSIDY] > 0.0 and world.fund[Use.WAGE_SUBSIDY] <= 0:
        services = services._replace(subsidy_share=0.0, subsidy_months=0)
    if world.funded_inspections > 0.0:
        services = services._replace(inspections=services.inspections + world.funded_inspections)
    return services


def fund_inspections(world: LabourTables, visit: float) -> None:
    """Set how many inspections of the year the fund pays for, at the cost of a visit in som."""
    world.funded_inspections = float(world.fund[Use.INSPECTION]) / SCALE / visit if visit > 0.0 else 0.0


def spend_fund(world: LabourTables, visit: float) -> None:
    """Take from the fund what wage subsidies and its inspections cost this month (T1)."""
    weight = world.frame.weight
    if world.fund[Use.WAGE_SUBSIDY] > 0:
        paid = int(world.money[:, Line.SUBSIDY].sum() * weight)
        world.fund[Use.WAGE_SUBSIDY] -= min(int(world.fund[Use.WAGE_SUBSIDY]), paid)
    if world.fund[Use.INSPECTION] > 0:
        paid = int(world.funded_inspections / 12.0 * visit * SCALE)
        world.fund[Use.INSPECTION] -= min(int(world.fund[Use.INSPECTION]), paid)


def coach_seekers(
    world: LabourTables, t: int, services: ServiceTerms, economy: EconomyTerms, seekers: Array, ends: Array
) -> None:
    """Fill the places with coaches; pay coaches, whether or not they have clients, and officers (S1, S2)."""
    f, b = world.frame, world.frame.behaviour
    pay = b.placing.officer_pay * economy.deflator * services.officers / f.weight
    world.money[:, Line.OFFICERS] += (pay * people_of(world, services) * SCALE + 0.5).astype(np.int64)
    places = coaching_places(world, services, economy)
    if not (places.any() or (world.persons.coached_until > t).any()):
        return
    monthly = b.placing.coach_cost * economy.deflator / 12.0
    clients, started = np.zeros(f.oblasts, np.int64), np.zeros(f.oblasts, np.int64)
    coached_now(0, len(world.persons.state), world.register, t, clients)
    free = np.maximum(0, np.floor(places + 1e-9).astype(np.int64) - clients)
    if free.any():
        tie = key(world.frame.seed, Decision.COACH_TIE, t)
        coach(0, f.oblasts, world.register, Queue(t, seekers, ends, free, tie), started)
    world.events[:, Event.COACHED] += started
    rows = people_of(world, services) / f.weight
    employed = np.floor(services.coaches * b.placing.coach_rate * rows + 1e-9).astype(np.int64)
    monthly_units = int(monthly * SCALE + 0.5)
    world.money[:, Line.COACHING] += np.maximum(clients + started, employed) * monthly_units
    beyond = int(np.maximum(clients + started - employed, 0).sum()) * monthly_units * f.weight
    world.fund[Use.COACHING] -= min(int(world.fund[Use.COACHING]), int(beyond))


def coaching_places(world: LabourTables, services: ServiceTerms, economy: EconomyTerms) -> Array:
    """Return how many clients coaches can have, by oblast in rows: those employed and those the fund pays for."""
    f, b = world.frame, world.frame.behaviour
    funded = world.fund[Use.COACHING] / SCALE / (b.placing.coach_cost * economy.deflator)
    return (services.coaches * b.placing.coach_rate + funded) * people_of(world, services) / f.weight


def support_of(world: LabourTables, services: ServiceTerms, economy: EconomyTerms) -> Support:
    """Return the places of services over those who want them, by oblast (P1)."""
    f = world.frame
    shares = []
    for number, most in ((services.assistants, 2), (services.remote_places, 3)):
        share = np.zeros(f.oblasts)
        if number > 0.0:
            willing = f.persons.oblast[(world.persons.willing == 1) & (f.persons.group <= most)]
            wanted = np.maximum(np.bincount(willing, minlength=f.oblasts), 1)
            share = np.minimum(1.0, number * people_of(world, services) / f.weight / wanted)
        shares.append(share)
    assistance, remote = shares
    lots = key(world.frame.seed, Decision.WILL, 0, 1), key(world.frame.seed, Decision.WILL, 0, 2)
    return Support(coverage(world, services, economy), assistance, remote, *lots)


def help_workers(
    world: LabourTables, t: int, services: ServiceTerms, economy: EconomyTerms, support: Support, acting: int,
    seekers: Array, ends: Array,
) -> None:  # fmt: skip
    """Fill sheltered places and pay for them, for assistants and for remote places in use."""
    f, rows = world.frame, people_of(world, services) / world.frame.weight
    if services.assistants > 0.0 or services.remote_places > 0.0:
        used = np.zeros((f.oblasts, 2), np.int64)
        count_helped(0, acting, world.active, world.register, support, WORKING, used)
        for k, line, places, pay in (
            (0, Line.ASSISTANCE, services.assistants, services.assistant_pay),
            (1, Line.REMOTE, services.remote_places, services.remote_cost),
        ):
            held = np.minimum(used[:, k], places * rows)
            world.stocks[:, len(STATES) + k] += np.ceil(held - 1e-9).astype(np.int64)
            cost = held * pay * economy.average_wage
            world.money[:, line] += (cost * SCALE + 0.5).astype(np.int64)
    sheltered = world.persons.state == Labour.SHELTERED
    price = services.sheltered_pay * economy.average_wage
    funded = float(world.fund[Use.SHELTERED]) / SCALE / max(12.0 * price, 1.0)
    offered = services.sheltered_places + funded
    if not (sheltered.any() or offered > 0.0 or services.subcontract_places > 0.0):
        return
    stayed, started = np.zeros(f.oblasts, np.int64), np.zeros(f.oblasts, np.int64)
    chance = hazard(f.behaviour.separating.rate)
    leaving = key(world.frame.seed, Decision.SEP, t)
    leave_workshops(0, acting, world.active, world.register, t, chance, leaving, stayed)
    own = np.floor(offered * rows + 1e-9)
    bought = np.bincount(f.employers.oblast, weights=world.employers.alternative, minlength=f.oblasts)
    places = own + np.floor(services.subcontract_places * bought + 1e-9)
    free = np.maximum(0, places.astype(np.int64) - stayed)
    tie = key(world.frame.seed, Decision.COACH_TIE, t, 1)
    shelter(0, f.oblasts, world.register, Queue(t, seekers, ends, free, tie), started)
    world.events[:, Event.SHELTERED] += started
    held = np.minimum(stayed + started, own)
    cost = held * services.sheltered_pay * economy.average_wage
    world.money[:, Line.WORKSHOPS] += (cost * SCALE + 0.5).astype(np.int64)
    beyond = float(np.maximum(held - np.floor(services.sheltered_places * rows + 1e-9), 0.0).sum()) * price * f.weight
    world.fund[Use.SHELTERED] -= min(int(world.fund[Use.SHELTERED]), int(beyond * SCALE))


def coverage(world: LabourTables, services: ServiceTerms, economy: EconomyTerms) -> Array:
    """Return the places with coaches over the seekers of the burn-in, by oblast, at most one (P1)."""
    seekers = world.base.sums[:, 1] / world.base.count if world.base.count else np.ones(world.frame.oblasts)
    return np.minimum(1.0, coaching_places(world, services, economy) / np.maximum(seekers, 1.0))
