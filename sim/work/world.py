"""The world of work: everybody's state of work, pay and pensions, month by month (people.md W1 to W5, D4, D5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np

from sim.agents.persons.changing import Month, move
from sim.agents.persons.counting import BANDS, LINES, STATES, count
from sim.agents.persons.kinds import KINDS, Kind
from sim.agents.persons.moving import Chain, Moving, open_jobs, tabulate
from sim.agents.persons.receiving import Income, Rates, earn_own, hand_out, work_out
from sim.agents.persons.workers import Workers
from sim.engine.columns import Array
from sim.engine.draws import Decision, key
from sim.markets.jobs import Books, Moves
from sim.months import month_index, year_of
from sim.state.labour import INDUSTRIES
from sim.state.persons import PersonState
from sim.state.terms import EconomyTerms
from sim.work.finding import Found
from sim.work.hiring import Race, hire_and_cut, repeat
from sim.work.levels import SECTORS, Levels, Sums

STATE = PersonState._fields
KEPT = ("earned_rate", "informal_rate", "own_sum", "pension_rate", "benefit_sum", "changed", "entitled")
LEARNT = ("education", "base", "register")  # what changes as persons grow older


class Sweep(Protocol):
    """Runs a sweep over all households; ``sums`` are integer arrays passed last and added up over chunks."""

    def __call__(self, sweep: Callable[..., Any], *arguments: Any, sums: tuple[Array, ...] = ()) -> None:
        """Run it."""


class Conditions(NamedTuple):
    """What the rest of the country says to everybody's work in a month."""

    jobs: Array  # (oblasts, industries) at employers of five staff and more, less persons on the disability register
    tightness: Array  # (oblasts,) of finding work at small firms and on own account (M6), 1 normal
    small_jobs: Array  # (oblasts, sectors) jobs of small firms and own account over the base (M3)
    demand: Array  # (oblasts, sectors) what markets make of own-account and farm income, 1 normal
    other: Moves | None = None  # with fixed markets: what the books of the other world did this month


def calm(jobs: Array) -> Conditions:
    """Return conditions of normal markets."""
    oblasts = len(jobs)
    return Conditions(jobs, np.ones(oblasts), np.ones((oblasts, 4)), np.ones((oblasts, 4)))


@dataclass(frozen=True)
class Frame:
    """What never changes in a run."""

    shares: Array  # (types, kinds)
    industries: Array  # (2, oblasts, 2, industries) cumulated, see Chain
    formal: Array  # (industries,)
    farming: float
    mix: Array  # (2, oblasts, sectors) of small firms and of own account, shares
    affinity: Array  # (2, industries)
    found: Found
    levels: Levels
    moving: Moving
    ageing: bool
    age_at: int  # month at which ages are taken where nobody ages
    seed: int


def empty_chain(shares: Array, industries: Array, formal: Array, farming: float) -> Chain:
    """Return a chain whose chances are still to be set."""
    types = len(shares)
    return Chain(
        shares=shares, plain=np.zeros((types, KINDS, KINDS)), chances=np.zeros((types, KINDS, KINDS)),
        leaving=np.zeros((types, STATES), np.float32),
        race=np.zeros(types), industries=industries, formal=formal, farming=farming,
    )  # fmt: skip


def no_sums(oblasts: int) -> Sums:
    """Return sums of nothing."""
    return Sums(
        np.zeros((oblasts, STATES, 2, BANDS), np.int64), np.zeros((oblasts, LINES), np.int64),
        np.zeros((oblasts, len(INDUSTRIES), 2), np.int64),
    )  # fmt: skip


@dataclass
class WorkWorld:
    """Everybody's work at one moment."""

    frame: Frame
    workers: Workers
    chain: Chain
    books: Books
    flows: Array  # (kinds before, kinds after), persons of the month
    operator: Array  # (households,) person who would run a business, -1 for none
    income: Income  # columns of households that receive the sums of members
    moves: Moves | None = None  # of the month, for worlds with fixed markets
    rates: Rates | None = None  # of the month
    felt: tuple[bytes, ...] = ()  # what the chances were last set for
    small_jobs: Array | None = None  # (oblasts, kinds) jobs of small firms and own account over the base, followed
    paid_for: tuple[float, ...] = ()  # what everybody's pay and pensions were last worked out for

    @property
    def oblasts(self) -> int:
        """Number of regions."""
        return len(self.books.jobs)

    @property
    def state(self) -> PersonState:
        """Everybody's state as a table, with pay and pensions in som of 2023."""
        assert self.rates is not None
        columns = {name: getattr(self.workers, name) for name in STATE}
        columns["pay"] = columns["pay"] * np.float32(self.rates.wage)
        columns["pension"] = columns["pension"] * np.float32(self.rates.pension)
        return PersonState(**columns)

    def copy(self) -> WorkWorld:
        """Return a fork that shares what never changes."""
        names = (*STATE, *KEPT, *(LEARNT if self.frame.ageing else ()))
        changing = {name: getattr(self.workers, name).copy() for name in names}
        chances = {name: getattr(self.chain, name).copy() for name in ("chances", "leaving")}
        return replace(
            self, workers=self.workers._replace(**changing), chain=self.chain._replace(**chances),
            books=self.books.copy(), flows=self.flows.copy(),
            income=Income(*[column.copy() for column in self.income]),
        )  # fmt: skip

    def age_at(self, t: int) -> int:
        """Return the month at which ages are taken in month ``t``."""
        return max(t, self.frame.age_at) if self.frame.ageing else self.frame.age_at

    def month(self, t: int, economy: EconomyTerms, now: Conditions, sweep: Sweep | None = None) -> None:
        """Simulate month ``t``: transitions, jobs, pay; persons on the register have been moved before."""
        run, frame = sweep or self.serial, self.frame
        self._set_chances(t, now)
        present, lost = np.zeros_like(self.books.jobs), np.zeros_like(self.books.jobs)
        self.flows[:] = 0
        run(move, self.workers, self.chain, self._month(t), sums=(present, lost, self.flows))
        self.books.lost[:] = lost
        jobs = now.jobs.astype(np.int64)
        missing = jobs - (present - lost)
        race = Race(self.chain.race, frame.affinity, frame.seed, t, self.age_at(t), run)
        if now.other is None:
            self.moves = Moves(jobs, *hire_and_cut(self.workers, self.books, missing, race))
        else:
            repeat(self.workers, self.books, missing, race, now.other)
            self.moves = now.other
        staff = self.pay(t, economy, now.demand, run)
        self.books.close(jobs, present, staff, missing, bound=now.other is None)

    def pay(self, t: int, economy: EconomyTerms, demand: Array, run: Sweep) -> Array:
        """Pay everybody; return the ordinary persons in jobs at employers of five staff and more, by cell."""
        frame, w = self.frame, self.workers
        january = max(month_index(year_of(t)), frame.age_at) if frame.ageing else frame.age_at
        self.rates = rates = frame.levels.rates(t, (january, self.age_at(t)), economy, demand)
        place = int(np.searchsorted(frame.levels.pension_months, t, side="right"))
        paid_for = (january, rates.contribution, rates.tax, place)
        run(work_out, w, rates, int(paid_for != self.paid_for))
        self.paid_for = paid_for
        staff = np.zeros_like(self.books.jobs)
        run(earn_own, w, rates, frame.levels.own_work, sums=(staff,))
        self.hand_out(run)
        return staff

    def hand_out(self, run: Sweep) -> None:
        """Set the columns of households that receive the sums of members."""
        assert self.rates is not None
        run(hand_out, self.workers, self.operator, self.rates.wage, self.rates.pension, self.income)

    def count(self, sweep: Sweep | None = None) -> Sums:
        """Return persons by state of work, place, sex and age, and what they have, in the last month."""
        out = no_sums(self.oblasts)
        (sweep or self.serial)(count, self.workers, self.rates, sums=tuple(out))
        return out

    def serial(self, sweep: Callable[..., Any], *arguments: Any, sums: tuple[Array, ...] = ()) -> None:
        """Run a sweep over all households at once."""
        sweep(0, len(self.workers.oblast), *arguments, *sums)

    def _set_chances(self, t: int, now: Conditions) -> None:
        """Set the chances of the month, if they differ from those of the last."""
        frame = self.frame
        small = (now.small_jobs[None] * frame.mix).sum(axis=2)
        small_now = np.ones((self.oblasts, KINDS))
        small_now[:, Kind.CELL], small_now[:, Kind.OWN] = small[0], small[1]
        small_now[:, Kind.FARM] = now.small_jobs[:, 0]
        before = np.ones_like(small_now) if self.small_jobs is None else self.small_jobs
        self.small_jobs = before + (small_now - before) / frame.moving.following
        jobs = np.empty_like(before)
        open_jobs(self.small_jobs, before, frame.moving, jobs)
        seeking = frame.found.at(t) * (now.tightness**frame.moving.tightness)[:, None]
        felt = seeking.tobytes(), jobs.tobytes()
        if felt != self.felt:
            tabulate(self.chain, seeking, jobs)
            self.felt = felt

    def _month(self, t: int) -> Month:
        levels, seed = self.frame.levels, self.frame.seed
        return Month(
            t=t, age_at=self.age_at(t), ageing=int(self.frame.ageing and t > self.frame.age_at),
            pension_man=levels.pension_ages[0], pension_woman=levels.pension_ages[1], shock_sd=levels.own_work.shock_sd,
            move=key(seed, Decision.MOVE, t), birthday=key(seed, Decision.BIRTHDAY, t),
            industry=key(seed, Decision.INDUSTRY, t), formal=key(seed, Decision.FORMAL, t),
            shock=key(seed, Decision.OWN_AR, t, 1),
        )  # fmt: skip


def sector_mix(persons: Array) -> Array:
    """Return the share of each business sector, given persons by oblast, sex and industry."""
    out = np.zeros((len(persons), 4))
    for industry, sector in enumerate(SECTORS):
        out[:, sector] += persons[:, :, industry].sum(axis=1)
    return out / np.maximum(out.sum(axis=1, keepdims=True), 1e-9)

