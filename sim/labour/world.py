"""The labour world: persons with disabilities, employers and the employment service, month by month.

Steps 11 to 16 of the schedule (model.md section 5). One row of either table stands for the same number of real persons
or employers, so that one person fills one seat exactly and people, seats and jobs are conserved in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim import months
from sim.agents.seeking import decide_willingness, list_active, search_chances, seek
from sim.agents.separating import separate, separation_chances
from sim.engine.columns import Array, copied, empty
from sim.engine.draws import Decision, hazard, key
from sim.engine.filling import filled, powers
from sim.errors import IdentityError
from sim.labour import accounts, anchoring, enforcing, serving, year
from sim.labour.accounts import ENTERED, EVENTS, INSPECTED, INSPECTION, LEFT, MONEY, SCALE
from sim.labour.books import LabourBooks, scalar
from sim.labour.frame import Base, Frame, framed
from sim.labour.meeting import Keys, Limits, Openings, Prices, meet
from sim.labour.year import Standing, YearKeys
from sim.state import service_terms
from sim.state.labour_state import NEVER, NO_LIMIT, POOL, QUOTA, STATES, EmployerState, PersonState
from sim.state.quota_law import MOST_GRACE, QuotaTerms
from sim.state.service_terms import ServiceTerms
from sim.state.support import Support
from sim.state.terms import EconomyTerms

BEFORE_ALL = -32768
DAMPING = 0.5
NOBODY = np.zeros(0, np.int64)
LEAST_OUTSIDERS = 0.01  # share of wage subsidies that reaches workers who were not employed before
LOWEST, HIGHEST = 0.2, 5.0  # bounds of tightness (M6)


@dataclass
class LabourWorld:
    """The labour block of one simulated country at one moment."""

    frame: Frame
    persons: PersonState
    employers: EmployerState
    base: Base
    tightness: Array  # (oblasts,) suitable vacancies per seeker over the mean of the burn-in (M6)
    fined_at: Array  # (oblasts, industries) month of the last fine
    placed: Array  # (oblasts,) placements of the year, rows
    accommodation: Array  # (oblasts,) som of the year still to spend, per row
    fund: Array  # (7,) nominal som by use, 1/1024 units
    events: Array  # (oblasts, events) of the month, rows
    year_events: Array  # (oblasts, events) since January, rows
    money: Array  # (oblasts, lines) of the month, nominal som of rows in 1/1024 units
    stocks: Array  # (oblasts, states) persons, rows
    staff: Array  # (oblasts, STAFF_STOCKS) employers, rows
    seekers: Array  # (people,) scratch
    active: Array  # (people,) scratch
    openings: Openings  # scratch
    sizes: Array  # (years, employers) reported staff of the last Januaries, the latest first
    sized: int = NEVER  # year of the latest
    law_code: int = -1
    deflator: float = 1.0
    t: int = BEFORE_ALL
    watch: Callable[..., None] | None = None  # told law, services, prices and standing between the parts of a month

    def copy(self) -> LabourWorld:
        """Return a fork that shares the fixed tables and copies all that changes."""
        arrays: dict[str, Any] = {k: v.copy() for k, v in vars(self).items() if isinstance(v, np.ndarray)}
        return replace(
            self, persons=copied(self.persons), employers=copied(self.employers), base=self.base.copy(),
            openings=copied(self.openings), watch=None, **arrays,
        )  # fmt: skip

    def month(
        self, t: int, law: QuotaTerms, services: ServiceTerms, economy: EconomyTerms, incumbents: Array,
        tightness: Array | None = None,
    ) -> None:  # fmt: skip
        """Simulate month ``t``; ``incumbents`` is employment in pooled small employers, (oblasts, sectors).

        With ``tightness`` given, seekers see that instead of the tightness of their own world (frozen feedback).
        """
        f, b = self.frame, self.frame.behaviour
        self.t, self.deflator = t, economy.deflator
        self.events[:] = 0
        self.money[:] = 0
        self.stocks[:] = 0
        self.staff[:] = 0
        people, rows = len(self.persons.state), len(self.employers.staff)
        prices = self.prices(economy)
        pool = incumbents.sum(axis=1)
        first = not self.base.solved
        if first:
            self._open(t, law, services, prices, pool)
        january = months.month_of(t) == 1
        support = serving.support_of(self, services, economy)
        if january or first:
            decide_willingness(
                0, people, f.persons, self.persons, t, prices.pool_pay / economy.deflator,
                economy.wages / economy.deflator, support, b.seeking, b.productivity,
                self._key(Decision.WILL_KEEP, months.year_of(t)), self._key(Decision.WILL, months.year_of(t)),
                int(first),
            )
            self.placed[:] = 0
            self.year_events[:] = 0
        if january or first:
            self.accommodation[:] = services.accommodation_budget * f.people / f.weight
        if not first:
            self.events[0, ENTERED] += self._enter(t - 1, t, law, prices)
        felt = self.tightness if tightness is None else tightness
        chances = np.empty((f.oblasts, 2))
        search_chances(0, f.oblasts, felt, b.matching.coaching_ratio, b.seeking, chances)
        active = self.active
        acting = list_active(0, people, self.persons, active)
        seekers, ends, openings = self.seekers, np.zeros(f.oblasts, np.int64), self.openings
        seek(
            0, acting, active, f.persons, self.persons, t, chances, b.seeking, self._key(Decision.SEARCH, t),
            self._key(Decision.REGISTER, t), seekers, ends,
        )
        serving.coach_seekers(self, t, services, economy, seekers, ends)
        if january or first or law.code != self.law_code:
            self._decide(t, law, services, prices)
        self.law_code = law.code
        full = enforcing.size_and_post(
            0, rows, f.employers, self.employers, f.accessibility, b.sizing, b.hiring, self._key(Decision.SIZE, t),
            self._key(Decision.VOL, t), openings,
        )
        if full == enforcing.TOO_MANY:
            raise IdentityError(f"more than {f.capacity} seats are open at once; no list was foreseen for so many")
        self._meet(t, law, services, prices, support, openings, seekers, ends, pool)
        serving.help_workers(self, t, services, economy, support, acting, seekers, ends)
        table = np.empty((2, 2, 2, 3))
        separation_chances(b.separating, table)
        leavers = np.zeros(f.oblasts, np.int64)
        separate(
            0, acting, active, f.persons, self.persons, self.employers, law, t, table, prices.pay_share,
            self._key(Decision.SEP, t), leavers,
        )
        self.events[:, LEFT] += leavers
        self._enforce(t, law, services, economy, prices)
        self._account(t, law, services, economy, prices, acting)
        self.year_events += self.events

    def _tell(
        self, moment: str, t: int, law: QuotaTerms, services: ServiceTerms, prices: Prices, hired: Array = NOBODY
    ) -> None:
        """Let an onlooker see the tables in the middle of a month; nothing may be changed there."""
        if self.watch is not None:
            self.watch(moment, law, services, prices, self._standing(t, law, services)._replace(hired=hired))

    def _key(self, decision: Decision, period: int = 0, sub: int = 0) -> np.uint64:
        return key(self.frame.seed, decision, period, sub)

    def prices(self, economy: EconomyTerms) -> Prices:
        """Return the wages of a month, nominal som."""
        f = self.frame
        level = economy.average_wage / f.behaviour.contributing.base_wage
        lowest = f.behaviour.complying.cheapest_full_time * economy.average_wage
        pay = np.maximum(f.offered * level, lowest)
        return Prices(
            wage=f.employers.wage.astype(np.float64) * level,
            pay=pay,
            pay_share=pay / economy.average_wage,
            pool_pay=f.pool_pay * level,
            oblast_wage=economy.wages,
            deflator=float(economy.deflator),
        )

    def _open(self, t: int, law: QuotaTerms, services: ServiceTerms, prices: Prices, pool: Array) -> None:
        """Solve the anchors of the base run and put the first persons to work."""
        f, b, base = self.frame, self.frame.behaviour, self.base
        rows = len(f.employers.staff)
        staff = f.cumulated[f.ends] - f.cumulated[f.starts]
        odds = b.entering.explicit_odds * staff * f.weight / np.maximum(pool, 1.0)
        base.explicit_share = odds / (1.0 + odds)
        base.incumbents = pool.copy()
        base.solved = True
        self.events[0, ENTERED] += self._enter(BEFORE_ALL, t, law, prices)
        working = np.bincount(
            f.persons.oblast[(self.persons.state > 0) & (self.persons.employer == POOL)], minlength=f.oblasts
        )
        base.pool_hires = working * hazard(b.separating.rate)
        base.sums = np.zeros((f.oblasts, 2))
        self.employers.staff[:] = np.clip(np.floor(f.employers.staff.astype(np.float64) + 0.5), 1, 65000)
        anchoring.draw_certifiable(
            0, rows, f.employers, self.employers, b.complying.certifiable, self._key(Decision.CERT)
        )
        formal = np.zeros(f.oblasts)
        anchoring.formal_seats(0, rows, f.employers, law, formal)
        base.formal = formal
        weights = np.zeros((rows, 5))
        anchoring.seat_weights(
            0, rows, f.employers, self.employers, law, prices, self._standing(t, law, services), services,
            b.complying, b.hiring, b.inspecting, anchoring.NO_CONSTANTS, weights,
        )
        base.constants = anchoring.mode_constants(weights, b.complying)

    def _enter(self, after: int, t: int, law: QuotaTerms, prices: Prices) -> int:
        """Put those certified after one month and by another to work as at the start."""
        f = self.frame
        first, last = np.searchsorted(f.arrival_months, (after, t), side="right")
        return int(anchoring.enter(
            first, last, f.arrivals, f.persons, self.persons, f.employers, self.employers, t, f.intercept,
            self.base.explicit_share, f.cumulated, f.starts, f.ends, law, prices.pay_share,
            f.behaviour.entering, self._key(Decision.BUILD),
        ))  # fmt: skip

    def _standing(self, t: int, law: QuotaTerms, services: ServiceTerms) -> Standing:
        f, b = self.frame, self.frame.behaviour
        places = anchoring.published_places(f.folder, f.regions, months.year_of(t))
        wanted = places * b.assigning.share / b.assigning.reference
        share = np.minimum(1.0, wanted / np.maximum(self.base.formal * f.weight, 1e-9)) if len(self.base.formal) else (
            np.zeros(f.oblasts)
        )
        extra = services.inspections / max(self.base.duty * f.weight, 1.0)
        grant = 0.0
        if services.accommodation_budget > 0.0:
            grant = (1.0 - b.placing.no_cost_share) * b.placing.accommodation_cost * self.deflator
        return Standing(
            share=share,
            inspection=min(1.0, b.inspecting.probability * law.inspection + extra),
            mean_weight=self.base.risk,
            fined_at=self.fined_at,
            capability=f.capability[0],
            severe_capability=f.capability[1],
            grant=min(grant, services.accommodation_ceiling),
            largest=law.largest_jump * law.reference * law.per_year,
            hired=NOBODY,
        )

    def _decide(self, t: int, law: QuotaTerms, services: ServiceTerms, prices: Prices) -> None:
        """Let employers take the decisions of the year (E0, E2, E3)."""
        f, b = self.frame, self.frame.behaviour
        people, rows, calendar = len(self.persons.state), len(self.employers.staff), months.year_of(t)
        e = self.employers
        e.counted[:] = 0.0
        e.severe[:] = 0
        year.recount(0, people, f.persons, self.persons, f.employers, e, law, prices.pay_share)
        year.assign(
            0, rows, f.employers, e, law, self._standing(t, law, services).share, self._key(Decision.ASSIGN, calendar)
        )
        if self.t == BEFORE_ALL or not e.wanted.any():
            e.wanted[:] = f.employers.staff
        if law.grace > 0 and self.sized != NEVER:
            year.excuse(0, rows, f.employers, e, law, self.sizes, int(self.sized == calendar))
        total, self.base.duty = year.risk_sum(0, rows, f.employers, e, law, services)
        self.base.risk = total / self.base.duty if self.base.duty else 1.0
        on_seats = self.persons.employer[self.persons.origin == QUOTA]
        hired = np.bincount(on_seats[on_seats >= 0], minlength=rows)
        self._tell("deciding", t, law, services, prices, hired)
        keys = YearKeys(
            self._key(Decision.ASSIGN, calendar), self._key(Decision.BUNCH, calendar),
            self._key(Decision.HIDE, calendar), self._key(Decision.MODE),
        )  # fmt: skip
        year.decide(
            0, rows, f.employers, e, law, prices, self._standing(t, law, services)._replace(hired=hired), services,
            self.base.constants, t, b.sizing, b.complying, b.hiring, b.inspecting, keys, self.events,
        )
        self._note_sizes(calendar)
        self._tell("decided", t, law, services, prices)
        year.mark_counted(0, people, self.persons, e)

    def _note_sizes(self, calendar: int) -> None:
        """Remember the size of the year; before the first, employers are said to have been as large all along."""
        if self.sized == NEVER:
            self.sizes[:] = self.employers.reported
        elif self.sized < calendar:
            self.sizes[1:] = self.sizes[:-1].copy()
            self.sizes[0] = self.employers.reported
        self.sized = calendar

    def _meet(
        self, t: int, law: QuotaTerms, services: ServiceTerms, prices: Prices, support: Support, openings: Openings,
        seekers: Array, ends: Array, pool: Array,
    ) -> None:  # fmt: skip
        f, b, base = self.frame, self.frame.behaviour, self.base
        known = t >= 0 and base.count > 0
        growth = filled(powers, pool / np.maximum(base.incumbents, 1e-9), 1.0 - b.matching.elasticity)
        earmarked = self.fund[service_terms.ACCOMMODATION] / SCALE * f.people / f.weight
        limits = Limits(
            placements=services.officers * b.placing.officer_rate * f.people / f.weight,
            accommodation=(pot := self.accommodation + earmarked),
            pool=base.pool_hires * growth,
            base=base.sums[:, 1] / base.count if known else np.zeros(f.oblasts),
            placed=self.placed,
        )
        keys = Keys(
            self._key(Decision.OFFER_Q, t), self._key(Decision.OFFER_O, t), self._key(Decision.VOL, t, 1),
            self._key(Decision.HOURS, t), self._key(Decision.SUBST, t), self._key(Decision.ACC_NEED),
            self._key(Decision.ACC_NEED, 0, 1),
        )  # fmt: skip
        sums = np.zeros((f.oblasts, 3))
        meet(
            0, f.oblasts, f.persons, self.persons, self.employers, f.employers, law, services, openings, limits, prices,
            t, support, seekers, ends, sums, b.complying, b.hiring, b.matching, b.placing, b.productivity, b.seeking,
            keys, self.events, self.money,
        )
        unspent = np.maximum(0.0, pot - self.accommodation)
        self.accommodation = np.minimum(self.accommodation, pot)
        spent = int((earmarked - unspent).sum() * f.weight * SCALE)
        self.fund[service_terms.ACCOMMODATION] -= min(int(self.fund[service_terms.ACCOMMODATION]), max(spent, 0))
        ratio = sums[:, 0] / np.maximum(sums[:, 1], 1.0)
        if t < 0 or base.count == 0:
            base.sums[:, 0] += ratio
            base.sums[:, 1] += sums[:, 2]
            base.count += 1
        mean = base.sums[:, 0] / base.count
        target = np.clip(np.where(mean > 0.0, ratio / np.maximum(mean, 1e-12), 1.0), LOWEST, HIGHEST)
        if t >= 0:
            self.tightness = self.tightness + DAMPING * (target - self.tightness)

    def _enforce(self, t: int, law: QuotaTerms, services: ServiceTerms, economy: EconomyTerms, prices: Prices) -> None:
        f, b, calendar = self.frame, self.frame.behaviour, months.year_of(t)
        rows, month = len(self.employers.staff), months.month_of(t)
        self._tell("inspecting", t, law, services, prices)
        enforcing.inspect(
            0, rows, f.employers, self.employers, law, services, self._standing(t, law, services), b.inspecting, t,
            month, (self._key(Decision.INSPECT, calendar), self._key(Decision.DETECT, calendar)), self.events,
            self.money,
        )
        cost = int(b.inspecting.visit_cost * economy.deflator * SCALE + 0.5)
        self.money[:, INSPECTION] += self.events[:, INSPECTED] * cost
        if month == 3:
            enforcing.collect(0, rows, f.employers, self.employers, law, self.money)
        if month == 12:
            enforcing.assess(0, rows, f.employers, self.employers, law, prices)

    def _account(
        self, t: int, law: QuotaTerms, services: ServiceTerms, economy: EconomyTerms, prices: Prices, acting: int
    ) -> None:
        f, b = self.frame, self.frame.behaviour
        accounts.pay_workers(
            0, acting, self.active, f.persons, self.persons, f.employers, law, services, economy, t, prices,
            b.productivity, b.contributing, self.money, self.stocks,
        )
        accounts.pay_staff(
            0, len(self.employers.staff), f.employers, self.employers, law, economy, prices, b.contributing,
            b.complying.alternative_value, self.money, self.staff,
        )
        if services.subsidy_share > 0.0:
            insiders = self.money[:, accounts.SUBSIDY] * b.placing.insider_share / max(
                1.0 - b.placing.insider_share, LEAST_OUTSIDERS
            )
            self.money[:, accounts.SUBSIDY] += insiders.astype(np.int64)
        inflow = int(self.money[:, accounts.LEVY].sum() + self.money[:, accounts.FINE_PAID].sum())
        if inflow:
            self.fund += (inflow * f.weight * services.fund_shares).astype(np.int64)

    def totals(self) -> dict[str, Array]:
        """Return stocks and the month's flows by oblast, in real persons, seats and nominal som."""
        return self.books().totals()

    def books(self) -> LabourBooks:
        """Return a copy of the month's stocks and flows."""
        return LabourBooks(
            self.stocks.copy(), self.staff.copy(), self.events.copy(), self.year_events.copy(), self.money.copy(),
            scalar(self.deflator), scalar(self.frame.weight),
        )  # fmt: skip


def begin(population: Any, behaviour: Any, seed: int) -> LabourWorld:
    """Return the labour world before its first month; the first call of ``month`` solves the anchors."""
    frame = framed(population, behaviour, seed)
    persons, staff = frame.persons, frame.employers.staff
    state, firm = empty(PersonState, len(persons.age)), empty(EmployerState, len(staff))
    state.employer[:] = POOL
    for column in (state.since, state.registered_at, state.coached_until, state.subsidy_until):
        column[:] = NEVER
    firm.fined_at[:] = NEVER
    firm.inspected_at[:] = NEVER
    firm.limit[:] = NO_LIMIT
    firm.report_limit[:] = NO_LIMIT
    size = frame.oblasts
    return LabourWorld(
        frame=frame, persons=state, employers=firm, base=Base(), tightness=np.ones(size),
        fined_at=np.full((size, 12), NEVER, np.int64), placed=np.zeros(size, np.int64), accommodation=np.zeros(size),
        fund=np.zeros(len(service_terms.USES), np.int64), events=np.zeros((size, len(EVENTS)), np.int64),
        year_events=np.zeros((size, len(EVENTS)), np.int64), money=np.zeros((size, len(MONEY)), np.int64),
        stocks=np.zeros((size, len(STATES)), np.int64), staff=np.zeros((size, len(accounts.STAFF_STOCKS)), np.int64),
        seekers=np.empty(len(persons.age), np.int64), active=np.empty(len(persons.age), np.int64),
        openings=Openings(np.empty((3, frame.capacity), np.int64), np.zeros((3, size), np.int64)),
        sizes=np.zeros((MOST_GRACE + 1, len(staff)), np.uint16),
    )  # fmt: skip
