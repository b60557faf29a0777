"""People: everybody's work and pay as households and offices see them (people.md W1 to W5, D4).

The narrow side of :mod:`sim.work` that the month needs: persons work and are paid after the labour block has had its
month, and the columns of households - pay, informal pay, own income, pensions and benefits, and whether the operator
works - follow from their members.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from sim.agents.persons.booking import Support, add_benefits, add_pensions
from sim.agents.persons.kinds import follows_labour
from sim.agents.persons.receiving import Income
from sim.agents.persons.workers import Workers, first_of
from sim.engine.columns import BLOCK, Array, fixed, row
from sim.engine.compiled import rule, sweep
from sim.engine.draws import Decision, key, uniform
from sim.engine.math import normal
from sim.errors import IdentityError
from sim.labour.frame import Frame
from sim.markets.incidence import Incidence
from sim.markets.jobs import Moves
from sim.population import Population
from sim.state.households import Endowments, HouseholdState, Pot
from sim.state.persons import Work
from sim.state.terms import EconomyTerms
from sim.work.beginning import USUAL, Options, begin_persons
from sim.work.books import WorkBooks
from sim.work.certified import explicit_jobs, follow_labour, held_benefits, wages_of
from sim.work.world import Conditions, Sweep, WorkWorld

FOLLOWS = 16  # added to the state of work of a person whom the labour block moves


class Looking(NamedTuple):
    """What a look at members goes by."""

    wage: float  # average wage of the month, som of 2023
    incidence: int  # on what charges of private employers fall (Incidence)
    employer_score: float  # own-account workers whose talent lies above are employers
    t: int
    seen: Array  # (persons,) standing of each at the last look


@rule
def is_employer(work: int, talent: float, score: float) -> bool:
    """Return whether a person employs others: on own account, with a talent above ``score`` (D7).

    >>> [bool(is_employer(*one)) for one in ((Work.OWN_ACCOUNT, 2.0, 1.5), (Work.OWN_ACCOUNT, 1.0, 1.5), (4, 2.0, 1.5))]
    [True, False, False]
    """
    return work == Work.OWN_ACCOUNT and talent > score


@rule
def base_of(i: int, w: Workers, look: Looking) -> float:
    """Return what of person ``i`` charges of private employers fall on: 1 for an employer, pay of an employee (D7)."""
    if look.incidence == Incidence.PROFITS:
        return 1.0 if is_employer(w.work[i], w.wage_score[i], look.employer_score) else 0.0
    if look.incidence == Incidence.WAGES and w.work[i] == Work.EMPLOYEE:
        return np.float64(w.pay[i]) * look.wage
    return 0.0


@rule
def standing(work: int, register: int, certified_from: int, t: int) -> int:
    """Return the state of work of a person, plus ``FOLLOWS`` if the labour block moves her.

    >>> [int(standing(*one)) for one in ((4, 0, 99, 5), (4, 1, 3, 5), (2, 1, 5, 5))]
    [4, 20, 2]
    """
    return work + FOLLOWS * follows_labour(register, certified_from, t)


@rule
def pot_of(now: int) -> int:
    """Return the pot that a person of a standing has a part in, -1 for none (W6, E3).

    >>> [int(pot_of(one)) for one in (4, FOLLOWS + 4, FOLLOWS + 3, FOLLOWS + 2, 2, 3)]
    [0, -1, 1, 1, -1, -1]
    """
    looked_for = (now == FOLLOWS + Work.HOME) | (now == FOLLOWS + Work.SEEKING)
    return Pot.STAFF if now == Work.EMPLOYEE else Pot.NAMES if looked_for else -1


@sweep
def look_at_members(
    first: int, last: int, w: Workers, state: HouseholdState, look: Looking, persons: Array, base: Array,
    sharing: Array,
) -> None:  # fmt: skip
    """Count persons by state of work, and set what charges of private employers fall on.

    ``persons`` (oblasts, states of work, 2) receives persons by state and sex, ``base`` (oblasts,) the sum of what
    charges fall on, in 1/1024 units. Prices fall on consumption of the month before. ``sharing`` (oblasts, pots)
    receives the persons of each pot. The standing of each person is kept, for :func:`look_again`.
    """
    for h in range(row(first), row(last)):
        oblast, weight, begin = np.int64(w.oblast[h]), np.int64(w.weight[h]), np.int64(w.first_person[h])
        staffed, lenders, bears = 0, 0, 0.0
        for i in range(row(begin), row(begin + np.int64(w.members[h]))):
            work = np.int64(w.work[i])
            persons[oblast, work, w.woman[i]] += weight
            now = standing(work, np.int64(w.register[i]), np.int64(w.certified_from[i]), look.t)
            look.seen[i], pot = now, pot_of(now)
            staffed += pot == Pot.STAFF
            lenders += pot == Pot.NAMES
            bears += base_of(i, w, look)
        if look.incidence == Incidence.PRICES:
            bears = np.float64(state.consumption[h])
        state.staffed[h], state.lenders[h], state.bears[h] = staffed, lenders, bears
        sharing[oblast, Pot.STAFF] += weight * staffed
        sharing[oblast, Pot.NAMES] += weight * lenders
        base[oblast] += weight * fixed(np.float64(state.bears[h]))
    persons[:, Work.ABSENT] = 0


@rule
def look_anew(
    i: int, now: int, w: Workers, state: HouseholdState, look: Looking, sums: tuple[Array, Array, Array]
) -> None:
    """Put person ``i`` from the standing that was seen into that of now; ``sums`` as in :func:`look_again`."""
    persons, base, sharing = sums
    h, woman, before = np.int64(w.household[i]), np.int64(w.woman[i]), np.int64(look.seen[i])
    oblast, weight = np.int64(w.oblast[h]), np.int64(w.weight[h])
    look.seen[i] = now
    for code, sign in ((before, -1), (now, 1)):
        work, pot = code % FOLLOWS, pot_of(code)
        persons[oblast, work, woman] += sign * weight
        if pot == Pot.STAFF:
            state.staffed[h] = np.int64(state.staffed[h]) + sign
        elif pot == Pot.NAMES:
            state.lenders[h] = np.int64(state.lenders[h]) + sign
        if pot >= 0:
            sharing[oblast, pot] += sign * weight
        if is_employer(work, w.wage_score[i], look.employer_score):
            state.bears[h] = np.float64(state.bears[h]) + sign
            base[oblast] += sign * weight * fixed(1.0)


@sweep(allocates=True)
def look_again(
    first: int, last: int, w: Workers, state: HouseholdState, look: Looking, persons: Array, base: Array,
    sharing: Array,
) -> None:  # fmt: skip
    """Do as :func:`look_at_members` where charges fall on profits, but look only at persons whose standing has changed.

    The sums receive what has been added since the last look, and less.
    """
    differs, listed = np.empty(BLOCK, np.uint8), np.empty(BLOCK, np.int64)
    end = first_of(w, last)
    for begin in range(first_of(w, first), end, BLOCK):
        start, stop = row(begin), row(min(begin + BLOCK, end))
        for i in range(start, stop):
            now = standing(np.int64(w.work[i]), np.int64(w.register[i]), np.int64(w.certified_from[i]), look.t)
            differs[i - start] = now != look.seen[i]
        some = 0
        for i in range(start, stop):
            listed[some] = i
            some += int(differs[i - start])
        for k in range(some):
            i = listed[k]
            now = standing(np.int64(w.work[i]), np.int64(w.register[i]), np.int64(w.certified_from[i]), look.t)
            look_anew(i, now, w, state, look, (persons, base, sharing))
    persons[:, Work.ABSENT] = 0


@rule
def register_rank(work: int, employs: int, u: float) -> float:
    """Return the place of a person in the line for registration, the least first: employers, then luck (D2).

    Beside employers it is others on own account and farmers who may be registered; for everybody else it is 2.

    >>> [float(register_rank(*one)) for one in ((6, 1, 0.5), (6, 0, 0.5), (7, 0, 0.25), (4, 0, 0.5))]
    [-0.5, 0.5, 0.25, 2.0]
    """
    if work != Work.OWN_ACCOUNT and work != Work.FARM:
        return 2.0
    return u - employs


@sweep
def rank_for_register(first: int, last: int, w: Workers, score: float, draws: np.uint64, rank: Array) -> None:
    """Set the place in the line for registration of the persons of households; ``score`` as in ``is_employer``."""
    for i in range(first_of(w, first), first_of(w, last)):
        work = np.int64(w.work[i])
        employs = 1 if is_employer(work, w.wage_score[i], score) else 0
        rank[i] = register_rank(work, employs, uniform(draws, w.identifier[i]))


def entrepreneurs(w: Workers, score: float, published: float, draws: np.uint64) -> Array:
    """Return who is a registered entrepreneur: as many real persons as published, employers first (D2).

    It is drawn once, when work begins, and stays with the person: a register counts papers, not what somebody does.
    """
    registered, rank = np.zeros(len(w.work), dtype=np.uint8), np.zeros(len(w.work))
    rank_for_register(0, len(w.oblast), w, score, draws, rank)
    may = np.flatnonzero(rank < 2.0)
    line = may[np.argsort(rank[may], kind="stable")]
    before = np.cumsum(w.weight[w.household[line]].astype(np.float64)) - 0.5 * w.weight[w.household[line]]
    registered[line[before < published]] = 1
    return registered


def income_of(state: HouseholdState) -> Income:
    """Return the columns of households that receive what their members earn."""
    return Income(*(getattr(state, name) for name in Income._fields))


@dataclass
class People:
    """Everybody's work in one world."""

    work: WorkWorld
    employer_score: float  # own-account workers whose talent lies above are employers
    persons: Array  # (oblasts, states of work, men and women) of the month
    base: Array  # (oblasts,) what charges of private employers fall on, in 1/1024 units
    sharing: Array  # (oblasts, pots) persons who have a part in money that is handed out
    registered: Array  # (persons,) registered entrepreneurs; an attribute, never changed
    seen: Array  # (persons,) standing of each person at the last look at members
    on_profits: bool = False  # there was one, and charges fell on profits then
    expected_change: int = 0  # real persons born this month less those who died

    def looking(self, incidence: int, t: int) -> Looking:
        """Return what a look at members goes by this month."""
        wage = 0.0 if self.work.rates is None else float(self.work.rates.wage)
        return Looking(wage, int(incidence), self.employer_score, t, self.seen)

    @classmethod
    def begin(
        cls, population: Population, behaviour: Any, economy: EconomyTerms, when: tuple[int, int],
        endowments: Endowments, state: HouseholdState, options: Options = USUAL,
    ) -> People:  # fmt: skip
        """Return everybody in a first state of work, and set the columns of households (W1).

        ``when`` are the seed and the month.
        """
        work = begin_persons(population, behaviour, economy, *when, options)
        work.operator, work.income = endowments.operator, income_of(state)
        work.hand_out(work.serial)
        score = float(normal(1.0 - behaviour.owning.employers))
        published = population.country.value("registered_entrepreneurs")
        draws = key(when[0], Decision.ENTREPRENEUR)
        people = cls(
            work, score, np.zeros((work.oblasts, len(Work), 2), np.int64), np.zeros(work.oblasts, np.int64),
            np.zeros((work.oblasts, len(Pot)), np.int64), entrepreneurs(work.workers, score, published, draws),
            np.zeros(len(work.workers.work), np.uint8), True,
        )  # fmt: skip
        look = people.looking(Incidence.PROFITS, when[1])
        sums = people.persons, people.base, people.sharing
        look_at_members(0, len(state.earned), work.workers, state, look, *sums)
        return people

    def copy(self, state: HouseholdState, operator: Array | None = None) -> People:
        """Return people of their own for a world whose households have the given state, and operators if any."""
        work = replace(self.work.copy(), income=income_of(state))
        if operator is not None:
            work.operator = operator
        names = ("persons", "base", "sharing", "seen")
        return replace(self, work=work, **{name: getattr(self, name).copy() for name in names})

    def month(self, world: Any, terms: Any) -> Moves | None:
        """Let persons find, lose and keep work, pay them, and set the columns of households (W2 to W5).

        With fixed markets the jobs of the base world are filled as there, so nobody refills a job (D5).
        """
        work, markets = self.work, world.markets
        wages = wages_of(world.labour, terms.economy, float(terms.quota.short_hours))
        held = held_benefits(world.labour.frame, terms.unindexed)
        follow_labour(world.labour, work.workers, wages, held, world.t)
        fixed = world.frozen.moves[world.t] if world.frozen is not None else None
        now = Conditions(
            jobs=explicit_jobs(world.labour), tightness=markets.tightness,
            small_jobs=markets.incumbents / np.maximum(world.baseline.incumbents, 1e-9),
            demand=markets.demand * markets.price, other=fixed,
        )  # fmt: skip
        work.month(world.t, terms.economy, now, world.sweep_now)
        before = int(self.persons.sum())
        self._look(world, int(terms.financing.incidence))
        self._close_books(before)
        return work.moves

    def _look(self, world: Any, incidence: int) -> None:
        """Count persons by state of work, and what charges fall on; with profits last month too, only what changed."""
        again = self.on_profits and incidence == Incidence.PROFITS
        own = self.persons, self.base, self.sharing
        self.persons, self.base, self.sharing = (one.copy() if again else np.zeros_like(one) for one in own)
        self.on_profits = incidence == Incidence.PROFITS
        world.sweep_now(
            look_again if again else look_at_members, self.work.workers, world.state, self.looking(incidence, world.t),
            sums=(self.persons, self.base, self.sharing),
        )  # fmt: skip

    def support(self, register: Frame, sweep: Sweep) -> Array:
        """Return what pensions and social benefits paid this month, (oblasts, Support), som of 2023 in 1/1024 units.

        ``register`` has the persons on the disability register.
        """
        work = self.work
        assert work.rates is not None
        sums = np.zeros((work.oblasts, len(Support)), np.int64)
        sweep(add_pensions, work.workers, work.rates.pension, sums=(sums,))
        add_benefits(register.persons, work.workers, register.rights, sums)
        return sums

    def own_growth(self, economy: EconomyTerms) -> float:
        """Return what the month's path of wages makes of income from own work, family businesses included (K5)."""
        return self.work.frame.levels.growth(economy)

    def _close_books(self, before: int) -> None:
        """Raise :class:`IdentityError` unless persons are those of last month, more the born and less the dead."""
        found, wanted = int(self.persons.sum()), before + self.expected_change
        if before and found != wanted:
            raise IdentityError(f"there are {found} persons; with those born and without those who died, {wanted}")

    def books(self) -> WorkBooks:
        """Return a copy of the month's persons by state of work."""
        return WorkBooks(self.persons.copy())
