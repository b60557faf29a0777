"""Beginning: everybody's work in the first month, and the tables from which it goes on (people.md W1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from sim.agents.persons.changing import Month
from sim.agents.persons.kinds import AGE_GROUPS, FIRST_AGE, KINDS
from sim.agents.persons.moving import lay_out, tabulate
from sim.agents.persons.receiving import Income
from sim.agents.persons.workers import Workers
from sim.engine.columns import Array, empty, locked
from sim.engine.draws import Decision, key
from sim.errors import IdentityError
from sim.markets.jobs import Books, Bounds, offsets
from sim.population import Population
from sim.population.country import Country
from sim.state.labour import INDUSTRIES
from sim.state.persons import PersonState
from sim.state.terms import EconomyTerms
from sim.work.finding import no_change, solved
from sim.work.hiring import Race, first_jobs, hire_and_cut
from sim.work.levels import first_levels
from sim.work.starting import even_luck, start
from sim.work.targets import (
    counted,
    expect,
    formal_shares,
    groups_of,
    own_account,
    small_firms,
    women_shares,
)
from sim.work.types import Fixed, Who, fixed_of, who_is
from sim.work.world import KEPT, STATE, Frame, WorkWorld, calm, empty_chain, sector_mix


class Options(NamedTuple):
    """What of a run may stand still: the static switch."""

    ageing: bool = False  # persons grow older from the month after ``age_at`` on
    yearly: bool = True  # unemployment follows its published years
    age_at: int = 0  # month at which ages are taken until somebody ages: that of the population, January 2022


USUAL = Options()


def jobs_at_start(population: Population) -> Array:
    """Return whole persons in jobs at employers of five staff and more, by oblast and industry."""
    e = population.employers
    out = np.zeros((len(population.country.regions), len(INDUSTRIES)), np.int64)
    staff = np.floor(e.staff.astype(np.float64) + 0.5).astype(np.int64) * int(population.labour_weight)
    np.add.at(out, (e.oblast, e.industry), staff)
    return out


def no_income(rows: int) -> Income:
    """Return columns of households that have nothing yet."""
    return Income(
        earned=np.zeros(rows, np.float32), informal=np.zeros(rows, np.float32), own_income=np.zeros(rows, np.float32),
        transfers=np.zeros(rows, np.float32), employed=np.zeros(rows, np.uint8),
    )  # fmt: skip


def gathered(population: Population, fixed: Fixed, state: PersonState) -> Workers:
    """Return the columns that the steps of work read and write."""
    h, p = locked(population.households), locked(population.everyone)
    columns: dict[str, Any] = {name: getattr(h, name) for name in ("oblast", "weight", "first_person", "members")}
    names = ("identifier", "household", "woman", "birth", "education", "certified_from", "wage_score")
    columns |= {name: getattr(p, name) for name in names} | {"education": np.array(p.education)}
    columns |= fixed._asdict() | {name: getattr(state, name) for name in STATE}
    columns |= {name: np.zeros(len(h.oblast), np.float32) for name in KEPT[:5]}
    columns |= {"changed": np.zeros(len(h.oblast), np.uint8), "entitled": np.zeros(len(p.birth), np.float32)}
    return Workers(**columns)


def begin_persons(
    population: Population, behaviour: Any, economy: EconomyTerms, seed: int, t: int, options: Options = USUAL
) -> WorkWorld:
    """Return everybody's work at the beginning of month ``t``, with pay at the levels of ``economy``.

    ``behaviour`` has the groups schooling, sorting, moving, paying, own_work and entering.
    """
    country, b = population.country, behaviour
    at = max(t, options.age_at) if options.ageing else options.age_at
    who = who_is(population, at, t)
    fixed = fixed_of(population, who, (b.schooling, b.paying, b.own_work), seed)
    jobs = jobs_at_start(population)
    counts = counted(fixed, who, at, len(jobs))
    expected = expect(country, counts, jobs.astype(np.float64), b.sorting, b.entering.employment, int(who.born.sum()))
    small, own = small_firms(country, expected, jobs), own_account(country, expected)
    chain = empty_chain(
        expected.shares, np.stack([_cumulated(small), _cumulated(own)]),
        formal_shares(country, small, expected, jobs), country.share("family_workers_farming"),
    )  # fmt: skip
    lay_out(chain, b.moving)
    tabulate(chain, np.ones((len(jobs), 2)), np.ones((len(jobs), KINDS)))
    found = solved(country, expected, chain) if options.yearly else no_change(len(jobs))
    shares = tuple(part[:, 1].sum(axis=0) / np.maximum(part.sum(axis=(0, 1)), 1e-9) for part in (small, own))
    levels = first_levels(country, population.employers, (shares[0], shares[1]), (b.paying, b.own_work), seed)
    rows = len(population.households.oblast)
    state = empty(PersonState, len(population.everyone.birth))
    frame = Frame(
        shares=expected.shares, industries=chain.industries, formal=chain.formal,
        farming=chain.farming, mix=np.stack([sector_mix(small), sector_mix(own)]),
        affinity=affinities(country, jobs), found=found, levels=levels, moving=b.moving,
        ageing=options.ageing, age_at=at, seed=seed,
    )  # fmt: skip
    grown = who.weight[who.present & (who.age >= FIRST_AGE)]
    bounds = Bounds(offsets(jobs.shape, grown, key(seed, Decision.JOB_CELL)), int(who.weight.max()))
    world = WorkWorld(
        frame, gathered(population, fixed, state), chain, Books(jobs, np.zeros_like(jobs), bounds),
        np.zeros((KINDS, KINDS), np.int64), np.full(rows, -1, np.int32), no_income(rows),
    )  # fmt: skip
    return started(world, who, locked(population.everyone).abroad, economy, t)


def _cumulated(persons: Array) -> Array:
    """Return shares by industry, cumulated, given persons by oblast, sex and industry.

    >>> _cumulated(np.array([[[1.0, 3.0]]])).tolist()
    [[[0.25, 1.0]]]
    """
    total = np.cumsum(persons, axis=2)
    return np.asarray(total / np.maximum(total[:, :, -1:], 1e-9))


def affinities(country: Country, jobs: Array) -> Array:
    """Return how much more often a man or woman who takes a job takes it in an industry, (2, industries).

    Then those who take jobs keep the share of women in each industry.
    """
    women = women_shares(country)
    mean = float(jobs.sum(axis=0) @ women) / max(float(jobs.sum()), 1.0)
    return np.stack([(1.0 - women) / (1.0 - mean), women / mean])


def started(world: WorkWorld, who: Who, abroad: Array, economy: EconomyTerms, t: int) -> WorkWorld:
    """Return the world with everybody in a first state, jobs filled and pay at its intended means."""
    frame, w, jobs = world.frame, world.workers, world.books.jobs
    keys = [key(frame.seed, Decision.WORK_START, 0, sub) for sub in range(5)]
    ages = frame.levels.pension_ages
    month = Month(t, frame.age_at, 0, ages[0], ages[1], frame.levels.own_work.shock_sd, *keys)
    group = (who.oblast * 2 + who.woman) * len(AGE_GROUPS) + groups_of(who.age)
    luck = even_luck(w.identifier, group, who.weight * who.born, keys[0])
    start(0, len(w.oblast), w, abroad, world.chain, luck, month)
    books = Books(jobs, np.zeros_like(jobs), world.books.bounds)
    missing = jobs.copy()
    race = Race(world.chain.race, frame.affinity, frame.seed, t, frame.age_at, world.serial)
    first_jobs(w, books, missing, race)
    hire_and_cut(w, books, missing, race)
    shocks, demand = w.shock.copy(), calm(jobs).demand
    world.pay(t, economy, demand, world.serial)
    world.frame = replace(frame, levels=frame.levels.scaled(world.count(), economy))
    w.shock[:], world.paid_for = shocks, ()
    staff = world.pay(t, economy, demand, world.serial)
    w.shock[:] = shocks
    world.books = Books(jobs, staff, books.bounds)
    if not np.array_equal(world.books.ledger, missing):
        raise IdentityError("the persons in jobs at the start are not those who were given a job")
    return world
