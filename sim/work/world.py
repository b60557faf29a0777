"""The world of work: everybody's state of work, pay and pensions, month by month (people.md W1 to W5, D4, D5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

import numpy as np

from sim.agents.persons.kinds import KINDS, Kind
from sim.agents.persons.moving import Chain, Month, Moving, move, tabulate
from sim.agents.persons.receiving import BANDS, LINES, STAFF, STATES, Sums, receive
from sim.agents.persons.workers import Workers
from sim.engine.columns import Array
from sim.engine.draws import Decision, key
from sim.markets.jobs import Books, Moves
from sim.state.labour import INDUSTRIES
from sim.state.persons import PersonState
from sim.state.terms import EconomyTerms
from sim.work.finding import Found
from sim.work.hiring import Race, hire_and_cut, repeat
from sim.work.levels import SECTORS, Levels

STATE = PersonState._fields
INCOME = ("earned", "own_income", "transfers")  # columns of households


class Sweep(Protocol):
    """Runs a sweep over all households; ``sums`` are integer arrays passed last and added up over chunks."""

    def __call__(self, sweep: Callable[..., Any], *arguments: Any, sums: tuple[Array, ...] = ()) -> None: ...


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


def empty_chain(frame_shares: Array, industries: Array, formal: Array, farming: float) -> Chain:
    """Return a chain whose chances are still to be set."""
    types = len(frame_shares)
    return Chain(frame_shares, np.zeros((types, KINDS, KINDS)), np.zeros((types, STATES), np.float32), np.zeros(types), industries, formal, farming)


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
    sums: Sums
    flows: Array  # (kinds before, kinds after), persons of the month
    moves: Moves | None = None  # of the month, for worlds with fixed markets
    felt: tuple[bytes, ...] = field(default=())  # what the chances were last set for

    @property
    def oblasts(self) -> int:
        """Number of regions."""
        return len(self.books.jobs)

    @property
    def state(self) -> PersonState:
        """Everybody's state as a table."""
        return PersonState(*[getattr(self.workers, name) for name in STATE])

    def copy(self, **columns: Array) -> WorkWorld:
        """Return a fork that shares what never changes; ``columns`` replaces columns of households or persons."""
        changing = {name: getattr(self.workers, name).copy() for name in (*STATE, *INCOME) if name not in columns}
        chain = self.chain._replace(chances=self.chain.chances.copy(), leaving=self.chain.leaving.copy(), race=self.chain.race.copy())
        return replace(
            self, workers=self.workers._replace(**changing, **columns), chain=chain, books=self.books.copy(),
            sums=Sums(*[part.copy() for part in self.sums]), flows=self.flows.copy(),
        )  # fmt: skip

    def month(self, t: int, economy: EconomyTerms, now: Conditions, sweep: Sweep | None = None) -> None:
        """Simulate month ``t``: transitions, jobs, pay; persons on the register have been moved before."""
        run = sweep or self.serial
        self._set_chances(t, now)
        age_at = self.age_at(t)
        present, lost = np.zeros_like(self.books.jobs), np.zeros_like(self.books.jobs)
        self.flows[:] = 0
        run(move, self.workers, self.chain, self._month(t, age_at), sums=(present, lost, self.flows))
        self.books.lost[:] = lost
        jobs = now.jobs.astype(np.int64)
        missing = jobs - (present - lost)
        frame = self.frame
        race = Race(self.chain.race, frame.affinity, frame.seed, t, age_at)
        if now.other is None:
            hired, gone = hire_and_cut(self.workers, self.books, missing, race)
            self.moves = Moves(jobs, hired, gone)
        else:
            repeat(self.workers, self.books, missing, race, now.other)
            self.moves = now.other
        self.pay(t, economy, now.demand, run)
        self.books.close(jobs, present, self.sums.cells[..., STAFF], missing, bound=now.other is None)

    def age_at(self, t: int) -> int:
        """Return the month at which ages are taken in month ``t``."""
        return t if self.frame.ageing else self.frame.age_at

    def pay(self, t: int, economy: EconomyTerms, demand: Array, run: Sweep) -> None:
        """Pay everybody and add up households and the country."""
        age_at = self.age_at(t)
        for part in self.sums:
            part[:] = 0
        levels = self.frame.levels
        rates = levels.rates(t, age_at, economy, demand)
        run(receive, self.workers, rates, levels.own_work, sums=tuple(self.sums))

    def serial(self, sweep: Callable[..., Any], *arguments: Any, sums: tuple[Array, ...] = ()) -> None:
        """Run a sweep over all households at once."""
        sweep(0, len(self.workers.oblast), *arguments, *sums)

    def _set_chances(self, t: int, now: Conditions) -> None:
        """Set the chances of the month, if they differ from those of the last."""
        frame = self.frame
        small = (now.small_jobs[None] * frame.mix).sum(axis=2)
        jobs = np.ones((self.oblasts, KINDS))
        jobs[:, Kind.CELL], jobs[:, Kind.OWN], jobs[:, Kind.FARM] = small[0], small[1], now.small_jobs[:, 0]
        jobs[:, Kind.CELL :] *= (now.tightness**frame.moving.tightness)[:, None]
        seeking = frame.found.at(t)
        felt = seeking.tobytes(), jobs.tobytes()
        if felt != self.felt:
            tabulate(self.chain, frame.moving, seeking, jobs)
            self.felt = felt

    def _month(self, t: int, age_at: int) -> Month:
        levels, seed = self.frame.levels, self.frame.seed
        return Month(
            t=t, age_at=age_at, ageing=int(self.frame.ageing), pension_man=levels.pension_ages[0],
            pension_woman=levels.pension_ages[1], shock_sd=levels.own_work.shock_sd,
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

