"""The labour world: persons with disabilities, employers and the employment service, month by month.

Steps 11 to 16 of the schedule (model.md section 5). One row of either table stands for the same number of real persons
or employers, so that one person fills one seat exactly and people, seats and jobs are conserved in whole numbers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim import months
from sim.agents.acquiring import stay_probability
from sim.agents.complying import Constants
from sim.agents.seeking import (
    Searching,
    Wanting,
    decide_willingness,
    list_active,
    lost_share,
    search_chances,
    seek,
)
from sim.agents.separating import Leaving, separate, separation_chances
from sim.engine.columns import Array, copied
from sim.engine.draws import Decision, hazard, key
from sim.engine.filling import filled, powers
from sim.engine.plain import plain
from sim.errors import IdentityError
from sim.labour import accounts, anchoring, enforcing, serving, year
from sim.labour.accounts import SCALE, Event, Line
from sim.labour.books import LabourBooks, scalar
from sim.labour.choosing import Choosing, Standing
from sim.labour.meeting import Hall, Keys, Limits, Market, meet
from sim.labour.tables import BEFORE_ALL, LabourTables
from sim.labour.year import YearKeys
from sim.state.labour_state import NEVER, POOL, Origin
from sim.state.labour_views import Firms, LabourTerms, Prices
from sim.state.protection_terms import AtRisk
from sim.state.quota_law import QuotaTerms
from sim.state.service_terms import ServiceTerms, Use
from sim.state.support import Support
from sim.state.terms import EconomyTerms

DAMPING = 0.5
NOBODY = np.zeros(0, np.int64)
LEAST_OUTSIDERS = 0.01  # share of wage subsidies that reaches workers who were not employed before
LOWEST, HIGHEST = 0.2, 5.0  # bounds of tightness (M6)


class LabourWorld(LabourTables):
    """The labour block of one simulated country, lived month by month."""

    def copy(self) -> LabourWorld:
        """Return a fork that shares the fixed tables and copies all that changes."""
        arrays: dict[str, Any] = {k: v.copy() for k, v in vars(self).items() if isinstance(v, np.ndarray)}
        return replace(
            self, persons=copied(self.persons), employers=copied(self.employers), base=self.base.copy(),
            openings=copied(self.openings), watch=None, **arrays,
        )  # fmt: skip

    def month(
        self, t: int, law: QuotaTerms, services: ServiceTerms, economy: EconomyTerms, incumbents: Array,
        tightness: Array | None = None, at_risk: AtRisk | None = None,
    ) -> None:  # fmt: skip
        """Simulate month ``t``; ``incumbents`` is employment in pooled small employers, (oblasts, sectors).

        With ``tightness`` given, seekers see that instead of the tightness of their own world (frozen feedback).
        ``at_risk`` is what work puts at risk where a design moves it.
        """
        first = not self.base.solved
        new_year = months.month_of(t) == 1 or first
        if new_year:
            serving.fund_inspections(self, self._visit_cost(economy))
        services = serving.within_fund(self, services)
        terms = LabourTerms(t, law, services, economy)
        self.t, self.deflator = t, economy.deflator
        for books in (self.events, self.money, self.stocks, self.staff):
            books[:] = 0
        firms = self.firms(self.prices(economy))
        pool = incumbents.sum(axis=1)
        if first:
            self._open(terms, firms, pool)
        support = serving.support_of(self, services, economy)
        wanting = self._wanting(terms, firms.prices, support, at_risk)
        if new_year:
            self._begin_year(terms, wanting, first)
        self.kept = self._kept(services, support)
        if not first:
            self.events[0, Event.ENTERED] += self._enter(t - 1, t, law, firms)
        acting, ends = self._search(t, self.tightness if tightness is None else tightness)
        serving.coach_seekers(self, t, services, economy, self.seekers, ends)
        if new_year or law.code != self.law_code:
            self._decide(terms, firms)
        self.law_code = law.code
        self._post(t, firms)
        self._meet(terms, firms, wanting, ends, pool)
        serving.help_workers(self, t, services, economy, support, acting, self.seekers, ends)
        self._separate(terms, firms, acting)
        self._enforce(terms, firms)
        self._account(terms, firms, acting)
        self.year_events += self.events

    def firms(self, prices: Prices) -> Firms:
        """Return the employers as steps take them, at the wages of a month."""
        return Firms(self.frame.employers, self.employers, prices)

    def _wanting(
        self, terms: LabourTerms, prices: Prices, support: Support, at_risk: AtRisk | None
    ) -> Wanting:
        b, economy = self.frame.behaviour, terms.economy
        benefit, seeking = self.frame.persons.benefit, b.seeking
        if at_risk is not None:
            benefit = at_risk.benefit
            seeking = seeking._replace(feared_loss=float(plain(lost_share)(seeking.feared_loss, at_risk.kept)))
        return Wanting(
            seeking, b.productivity, support, benefit, prices.pool_pay / economy.deflator,
            economy.wages / economy.deflator,
        )

    def _kept(self, services: ServiceTerms, support: Support) -> float:
        """Return by how much help raises the chance to stay at work after acquiring a disability (W6)."""
        acquiring = self.frame.behaviour.acquiring
        fitted = 1.0 if services.accommodation_budget > 0.0 else 0.0
        coached = float(support.coaching @ self.frame.people)
        return float(stay_probability(fitted, coached, acquiring) / stay_probability(0.0, 0.0, acquiring))

    def _begin_year(self, terms: LabourTerms, wanting: Wanting, first: bool) -> None:
        """Let persons decide whether to work, and give the employment service its means of the year."""
        f, calendar = self.frame, months.year_of(terms.t)
        decide_willingness(
            0, len(self.persons.state), self.register, wanting, self._key(Decision.WILL_KEEP, calendar),
            self._key(Decision.WILL, calendar), int(first),
        )  # fmt: skip
        self.placed[:] = 0
        self.year_events[:] = 0
        self.accommodation[:] = terms.services.accommodation_budget * serving.people_of(self, terms.services) / f.weight

    def _search(self, t: int, tightness: Array) -> tuple[int, Array]:
        """Let persons look for work; return how many may act this month, and the ends of the oblasts' seekers."""
        f, b = self.frame, self.frame.behaviour
        chances, ends = np.empty((f.oblasts, 2)), np.zeros(f.oblasts, np.int64)
        search_chances(0, f.oblasts, tightness, b.matching.coaching_ratio, b.seeking, chances)
        acting = list_active(0, len(self.persons.state), self.persons, self.active)
        month = Searching(t, chances, b.seeking, self._key(Decision.SEARCH, t), self._key(Decision.REGISTER, t))
        seek(0, acting, self.active, self.register, month, self.seekers, ends)
        return acting, ends

    def _post(self, t: int, firms: Firms) -> None:
        """Move the sizes of employers and list their open seats."""
        f, b = self.frame, self.frame.behaviour
        posting = enforcing.Posting(
            b.sizing, b.hiring, f.accessibility, self._key(Decision.SIZE, t), self._key(Decision.VOL, t)
        )
        if enforcing.size_and_post(0, len(self.employers.staff), firms, posting, self.openings) == enforcing.TOO_MANY:
            raise IdentityError(f"more than {f.capacity} seats are open at once; no list was foreseen for so many")

    def _separate(self, terms: LabourTerms, firms: Firms, acting: int) -> None:
        """Let workers leave."""
        chances, leavers = np.empty((2, 2, 2, 3)), np.zeros(self.frame.oblasts, np.int64)
        separation_chances(self.frame.behaviour.separating, chances)
        month = Leaving(terms.t, terms.law, chances, self._key(Decision.SEP, terms.t))
        separate(0, acting, self.active, self.register, firms, month, leavers)
        self.events[:, Event.LEFT] += leavers

    def _tell(self, moment: str, terms: LabourTerms, prices: Prices, hired: Array = NOBODY) -> None:
        """Let an onlooker see the tables in the middle of a month; nothing may be changed there."""
        if self.watch is not None:
            t, law, services, _ = terms
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

    def _open(self, terms: LabourTerms, firms: Firms, pool: Array) -> None:
        """Solve the anchors of the base run and put the first persons to work."""
        f, b, base, rows = self.frame, self.frame.behaviour, self.base, len(self.employers.staff)
        staff = f.cumulated[f.ends] - f.cumulated[f.starts]
        odds = b.entering.explicit_odds * staff * f.weight / np.maximum(pool, 1.0)
        base.explicit_share = odds / (1.0 + odds)
        base.incumbents = pool.copy()
        base.solved = True
        self.events[0, Event.ENTERED] += self._enter(BEFORE_ALL, terms.t, terms.law, firms)
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
        anchoring.formal_seats(0, rows, f.employers, terms.law, formal)
        base.formal = formal
        weights = np.zeros((rows, 5))
        anchoring.seat_weights(0, rows, firms, self._choosing(terms, anchoring.NO_CONSTANTS), weights)
        base.constants = anchoring.mode_constants(weights, b.complying)

    def _enter(self, after: int, t: int, law: QuotaTerms, firms: Firms) -> int:
        """Put those certified after one month and by another to work as at the start."""
        f = self.frame
        first, last = np.searchsorted(f.arrival_months, (after, t), side="right")
        later = after != BEFORE_ALL
        start = anchoring.Start(
            t, f.intercept, f.behaviour.entering, self.base.explicit_share, f.cumulated, f.starts, f.ends,
            self._key(Decision.BUILD), self.kept if later else 1.0, f.behaviour.acquiring.short_hours if later else 0.0,
        )  # fmt: skip
        return int(anchoring.enter(int(first), int(last), f.arrivals, self.register, firms, law, start))

    def _choosing(self, terms: LabourTerms, constants: Constants | None = None, hired: Array = NOBODY) -> Choosing:
        """Return what employers know and weigh in a month."""
        b, (t, law, services, _) = self.frame.behaviour, terms
        return Choosing(
            law, services, self._standing(t, law, services)._replace(hired=hired), constants or self.base.constants,
            b.complying, b.hiring, b.inspecting,
        )  # fmt: skip

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

    def _decide(self, terms: LabourTerms, firms: Firms) -> None:
        """Let employers take the decisions of the year (E0, E2, E3)."""
        f, b, e = self.frame, self.frame.behaviour, self.employers
        t, law, services, _ = terms
        people, rows, calendar = len(self.persons.state), len(e.staff), months.year_of(t)
        if self.sized != NEVER and self.sized < calendar:
            onset = year.Onset(b.acquiring, b.complying.certifiable, self.kept, f.gain * terms.economy.deflator)
            year.renew_staff(0, rows, firms, self._choosing(terms), onset, self._key(Decision.ONSET, calendar))
        e.counted[:] = 0.0
        e.severe[:] = 0
        year.recount(0, people, self.register, firms, law)
        share, lot = self._standing(t, law, services).share, self._key(Decision.ASSIGN, calendar)
        year.assign(0, rows, f.employers, e, law, share, lot)
        if self.t == BEFORE_ALL or not e.wanted.any():
            e.wanted[:] = f.employers.staff
        if law.grace > 0 and self.sized != NEVER:
            year.excuse(0, rows, f.employers, e, law, self.sizes, int(self.sized == calendar))
        total, self.base.duty = year.risk_sum(0, rows, e, services)
        self.base.risk = total / self.base.duty if self.base.duty else 1.0
        on_seats = self.persons.employer[self.persons.origin == Origin.QUOTA]
        hired = np.bincount(on_seats[on_seats >= 0], minlength=rows)
        self._tell("deciding", terms, firms.prices, hired)
        keys = YearKeys(
            lot, self._key(Decision.BUNCH, calendar), self._key(Decision.HIDE, calendar), self._key(Decision.MODE)
        )
        year.decide(0, rows, firms, self._choosing(terms, hired=hired), t, b.sizing, keys, self.events)
        self._tell("decided", terms, firms.prices)
        year.keep_to_size(0, people, self.persons, e)
        self._note_sizes(calendar)
        year.mark_counted(0, people, self.persons, e)

    def _note_sizes(self, calendar: int) -> None:
        """Remember the size of the year; before the first, employers are said to have been as large all along."""
        if self.sized == NEVER:
            self.sizes[:] = self.employers.reported
        elif self.sized < calendar:
            self.sizes[1:] = self.sizes[:-1].copy()
            self.sizes[0] = self.employers.reported
        self.sized = calendar

    def _limits(self, services: ServiceTerms, pool: Array, known: bool) -> Limits:
        """Return what the employment service can do in a month, and how many small employers hire."""
        f, b, base = self.frame, self.frame.behaviour, self.base
        growth = filled(powers, pool / np.maximum(base.incumbents, 1e-9), 1.0 - b.matching.elasticity)
        people = serving.people_of(self, services)
        earmarked = self.fund[Use.ACCOMMODATION] / SCALE * people / f.weight
        return Limits(
            placements=services.officers * b.placing.officer_rate * people / f.weight,
            accommodation=self.accommodation + earmarked,
            pool=base.pool_hires * growth,
            base=base.sums[:, 1] / base.count if known else np.zeros(f.oblasts),
            placed=self.placed,
        )

    def _meet(self, terms: LabourTerms, firms: Firms, wanting: Wanting, ends: Array, pool: Array) -> None:
        """Let seekers and vacancies meet, pay for fitted workplaces and see how tight the market is."""
        f, b, t = self.frame, self.frame.behaviour, terms.t
        limits = self._limits(terms.services, pool, t >= 0 and self.base.count > 0)
        earmarked = limits.accommodation - self.accommodation
        keys = Keys(
            self._key(Decision.OFFER_Q, t), self._key(Decision.OFFER_O, t), self._key(Decision.VOL, t, 1),
            self._key(Decision.HOURS, t), self._key(Decision.SUBST, t), self._key(Decision.ACC_NEED),
            self._key(Decision.ACC_NEED, 0, 1),
        )  # fmt: skip
        sums = np.zeros((f.oblasts, 3))
        market = Market(
            t, terms.law, terms.services, wanting, b.complying, b.hiring, b.matching, b.placing, keys
        )
        hall = Hall(self.seekers, ends, self.openings, limits, sums, self.events, self.money)
        meet(0, f.oblasts, self.register, firms, market, hall)
        unspent = np.maximum(0.0, limits.accommodation - self.accommodation)
        self.accommodation = np.minimum(self.accommodation, limits.accommodation)
        spent = int((earmarked - unspent).sum() * f.weight * SCALE)
        self.fund[Use.ACCOMMODATION] -= min(int(self.fund[Use.ACCOMMODATION]), max(spent, 0))
        self._tighten(t, sums)

    def _tighten(self, t: int, sums: Array) -> None:
        """Let tightness follow vacancies per seeker, relative to the burn-in (M6)."""
        base, ratio = self.base, sums[:, 0] / np.maximum(sums[:, 1], 1.0)
        if t < 0 or base.count == 0:
            base.sums[:, 0] += ratio
            base.sums[:, 1] += sums[:, 2]
            base.count += 1
        mean = base.sums[:, 0] / base.count
        target = np.clip(np.where(mean > 0.0, ratio / np.maximum(mean, 1e-12), 1.0), LOWEST, HIGHEST)
        if t >= 0:
            self.tightness = self.tightness + DAMPING * (target - self.tightness)

    def _enforce(self, terms: LabourTerms, firms: Firms) -> None:
        """Inspect employers, and assess and collect the levy (S4, Q7 to Q9)."""
        f, t, calendar = self.frame, terms.t, months.year_of(terms.t)
        rows, month = len(self.employers.staff), months.month_of(t)
        self._tell("inspecting", terms, firms.prices)
        inspection = enforcing.Inspection(
            t, month, self._key(Decision.INSPECT, calendar), self._key(Decision.DETECT, calendar)
        )
        enforcing.inspect(0, rows, firms, self._choosing(terms), inspection, self.events, self.money)
        cost = int(self._visit_cost(terms.economy) * SCALE + 0.5)
        self.money[:, Line.INSPECTION] += self.events[:, Event.INSPECTED] * cost
        if month == 3:
            enforcing.collect(0, rows, f.employers, self.employers, terms.law, self.money)
        if month == 12:
            enforcing.assess(0, rows, firms, terms.law)

    def _visit_cost(self, economy: EconomyTerms) -> float:
        """Return the cost of an inspection, som."""
        return float(self.frame.behaviour.inspecting.visit_cost * economy.deflator)

    def _account(self, terms: LabourTerms, firms: Firms, acting: int) -> None:
        """Pay and tax workers and staff, count both, and fill the fund of levies and fines (T1, T3)."""
        f, b, services = self.frame, self.frame.behaviour, terms.services
        grossed = 1.0 / max(1.0 - b.placing.insider_share, LEAST_OUTSIDERS)
        certificate = f.gain * terms.economy.deflator / 12.0
        paying = accounts.Paying(
            b.productivity, b.contributing, b.complying.alternative_value, grossed, certificate
        )
        heads, staff = accounts.Books(self.money, self.stocks), accounts.Books(self.money, self.staff)
        accounts.pay_workers(0, acting, self.active, self.register, firms, terms, paying, heads)
        accounts.pay_staff(0, len(self.employers.staff), firms, terms, paying, staff)
        serving.spend_fund(self, self._visit_cost(terms.economy))
        inflow = int(self.money[:, Line.LEVY].sum() + self.money[:, Line.FINES_PAID].sum())
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
