"""The labour block as plain loops over plain objects: slow, independent of the tables' sweeps, and the specification.

It calls the same scalar rules as the model and nothing else of it: no sweep, no table, no world. Run in a process of
its own it prints a digest of every state after each month, which must equal the compiled model's.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from types import SimpleNamespace
from typing import Any

import labour_samples as samples
import numpy as np

from sim.agents.acquiring import certified_share, pressed_share, stay_probability
from sim.agents.complying import ALTERNATIVE, HIRE, PROFORMA, RELABEL, choice
from sim.agents.entering import employment_probability, of_working_age
from sim.agents.hiring import is_additional, open_vacancies, share_brought
from sim.agents.matching import matches, offer_probability, referred_weight, seeker_weight
from sim.agents.seeking import (
    net_gain,
    registration_probability,
    relative_productivity,
    search_probability,
    willingness,
)
from sim.agents.separating import place_in_quota, separation_probability
from sim.agents.sizing import HIDDEN, SMALLER, next_size_shock, reach, response, staff_of, wanted_beyond
from sim.engine.draws import Decision, binomial, hazard, key, poisson, subkey, uniform
from sim.engine.math import exp, normal, power
from sim.labour.choosing import Choosing, Seat, hire_ratio, paper_cost, seat_charge, seat_odds
from sim.offices.inspecting import inspection_month, inspection_probability, inspection_weight, perceived_probability
from sim.offices.placing import accommodation_need, coaching_score
from sim.policies.quota import Quota
from sim.policies.services import Services
from sim.state.labour_state import NEVER, NO_LIMIT
from sim.state.labour_views import Firms
from sim.state.quota_charge import (
    bonus_due,
    bought_out_seats,
    fine_amount,
    gross_levy,
    marginal_fine,
    marginal_levy,
    net_levy,
    seat_cost,
    seat_price,
    yearly_charge,
)
from sim.state.quota_law import counted_base, levy_seats, missing_seats, required_seats, reserved_seats, worker_weight

F32 = np.float32


class Row:
    """One employer as the rule of E3 reads it: every attribute answers to any index."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update({name: _Any(value) for name, value in values.items()})


class _Any:
    def __init__(self, value: Any) -> None:
        self.value = value

    def __getitem__(self, _: Any) -> Any:
        return self.value


class Reference:
    """Persons and employers as objects with attributes."""

    def __init__(self, world: Any) -> None:
        f = world.frame
        self.f, self.b, self.seed = f, f.behaviour, f.seed
        self.people = [
            SimpleNamespace(**{n: getattr(f.persons, n)[i] for n in f.persons._fields})
            for i in range(len(f.persons.age))
        ]
        self.firms = [
            SimpleNamespace(**{n: getattr(f.employers, n)[j] for n in f.employers._fields})
            for j in range(len(f.employers.staff))
        ]
        for i, p in enumerate(self.people):
            p.row, p.state, p.job, p.willing, p.luck, p.origin, p.additional = i, 0, None, 0, 0.0, 0, 0
            p.short, p.since, p.registered_at, p.coached, p.subsidy, p.fit = 0, NEVER, NEVER, NEVER, NEVER, 0
        for j, e in enumerate(self.firms):
            e.row, e.shock, e.wanted, e.now, e.reported, e.limit, e.report_limit = (
                j,
                F32(0),
                F32(e.staff),
                0,
                0,
                NO_LIMIT,
                NO_LIMIT,
            )
            e.room = 0
            e.assigned, e.owed, e.counted, e.severe, e.workers, e.additional, e.proforma = 0, 0.0, 0.0, 0, 0, 0, 0
            e.relabelled = e.certifiable = e.alternative = e.bought = e.reserved_open = e.quota_open = e.zero = 0
            e.due, e.offered, e.access = 0.0, float(f.offered[j]), float(f.accessibility[j])
            e.januaries = {}
        self.world, self.tightness = world, [1.0] * f.oblasts
        self.fined = np.full((f.oblasts, 12), NEVER, np.int64)
        self.placed, self.risk, self.duty = [0] * f.oblasts, 1.0, 0
        self.accommodation = [0.0] * f.oblasts
        self.years: set[int] = set()
        self.sums, self.count, self.code = [[0.0, 0.0] for _ in range(f.oblasts)], 0, -1

    def k(self, decision: int, period: int = 0, sub: int = 0) -> Any:
        return key(self.seed, decision, period, sub)

    def weight(self, p: Any, law: Any, share: float) -> float:
        hours = law.short_hours if p.short else 1.0
        return worker_weight(law, int(p.group), hours, int(p.age), share * hours, 0)

    def is_severe(self, p: Any, law: Any) -> int:
        return 1 if law.severe[int(p.group) - 1] > 0 else 0

    def total(self, e: Any, law: Any) -> float:
        return e.counted + e.relabelled + (e.proforma if law.proforma_counts == 1 else 0)

    def base(self, e: Any, law: Any, staff: float) -> float:
        return counted_base(law, float(staff), float(e.workers - e.additional + e.relabelled))

    def join(self, p: Any, e: Any, law: Any) -> None:
        p.state, p.job = 3, e
        if e is None:
            return
        e.workers += 1
        if e.owed > 0:
            p.state = 4
            e.counted += self.weight(p, law, e.share)
            e.severe += self.is_severe(p, law)

    def enter(self, people: list[Any], t: int, law: Any) -> None:
        for p in people:
            if not of_working_age(int(p.age)):
                continue
            chance = employment_probability(
                self.f.intercept, int(p.woman), int(p.group), int(p.secondary), int(p.age), self.b.entering
            )
            later = p.certified_from == t and self.count > 0
            if float(p.employed_luck) >= min(1.0, chance * (self.kept if later else 1.0)):
                continue
            p.origin, p.since = 1, t
            mine = [e for e in self.firms if e.oblast == p.oblast]
            chosen, k = None, self.k(Decision.BUILD)
            if later and law.short_hours < 1:
                p.short = int(uniform(subkey(k, 3), p.identifier) < self.b.acquiring.short_hours)
            if mine and uniform(subkey(k, 1), p.identifier) < self.world.base.explicit_share[p.oblast]:
                before = float(self.f.cumulated[mine[0].row])
                mark = before + uniform(subkey(k, 2), p.identifier) * (
                    float(self.f.cumulated[mine[-1].row + 1]) - before
                )
                at = next((e for e in mine if float(self.f.cumulated[e.row + 1]) > mark), mine[-1])
                chosen = at if at.workers < float(at.staff) else None
            self.join(p, chosen, law)

    def month(self, t: int, law: Any, services: Any, economy: Any, incumbents: Any) -> None:
        self.world.deflator = economy.deflator
        f, b, year, month = self.f, self.b, 2022 + t // 12, t % 12 + 1
        first, january = self.count == 0, month == 1
        level = economy.average_wage / b.contributing.base_wage
        for e in self.firms:
            e.pay = max(e.offered * level, b.complying.cheapest_full_time * economy.average_wage)
            e.share, e.nominal = e.pay / economy.average_wage, float(e.wage) * level
        pool_pay = [float(x) * level for x in f.pool_pay]
        places = [(services.coaches * b.placing.coach_rate) * float(x) / f.weight for x in f.people]
        coaching = [
            min(1.0, n / max(s[1] / self.count if self.count else 1.0, 1.0))
            for n, s in zip(places, self.sums, strict=True)
        ]
        self.cover(services)
        fitted, no = float(services.accommodation_budget > 0), stay_probability(0.0, 0.0, b.acquiring)
        self.kept = float(stay_probability(fitted, float(np.array(coaching) @ f.people), b.acquiring) / no)
        if first:
            self.enter([p for p in self.people if p.certified_from <= t], t, law)
            for e in self.firms:
                e.now = int(min(max(math.floor(float(e.staff) + 0.5), 1), 65000))
                e.certifiable = poisson(
                    uniform(self.k(Decision.CERT), e.identifier), b.complying.certifiable * float(e.staff)
                )
        if first or january:
            for p in self.people:
                if of_working_age(int(p.age)):
                    if first or uniform(self.k(Decision.WILL_KEEP, year), p.identifier) >= b.seeking.keep:
                        p.luck = uniform(self.k(Decision.WILL, year), p.identifier)
                    gain = net_gain(
                        pool_pay[p.oblast] / economy.deflator * relative_productivity(int(p.group), b.productivity),
                        float(p.benefit),
                        int(p.group),
                        self.assisted(p),
                        self.remote(p),
                        b.seeking,
                    )
                    p.willing = int(
                        p.luck
                        < willingness(
                            gain,
                            economy.wages[p.oblast] / economy.deflator,
                            int(p.secondary),
                            max(int(p.urban), self.remote(p)),
                            coaching[p.oblast],
                            int(p.age),
                            b.seeking,
                        )
                    )
            self.placed = [0] * f.oblasts
            self.accommodation = [services.accommodation_budget * float(x) / f.weight for x in f.people]
        if not first:
            order = sorted((p for p in self.people if p.certified_from == t), key=lambda p: p.row)
            self.enter(order, t, law)
        seekers: list[list[Any]] = [[] for _ in range(f.oblasts)]
        for p in self.people:
            if p.state in (3, 4, 6):
                continue
            if not p.willing or p.certified_from > t:
                p.state = 0
                continue
            coached = int(p.coached > t)
            chance = search_probability(coached, b.matching.coaching_ratio, self.tightness[p.oblast], b.seeking)
            searching = uniform(self.k(Decision.SEARCH, t), p.identifier) < chance
            if p.state == 2 and not searching:
                p.state = 0
            elif p.state != 2:
                p.state = int(searching)
                if searching and uniform(self.k(Decision.REGISTER, t), p.identifier) < registration_probability(
                    float(p.distance), b.seeking
                ):
                    p.state, p.registered_at = 2, t
            if searching:
                seekers[p.oblast].append(p)
        self.coach(t, services, seekers)
        if first or january or law.code != self.code:
            self.decide(t, year, law, services, economy, first)
        self.code = law.code
        vacancies: list[list[list[Any]]] = [[[] for _ in range(f.oblasts)] for _ in range(3)]
        for e in self.firms:
            e.shock = F32(
                next_size_shock(float(e.shock), normal(uniform(self.k(Decision.SIZE, t), e.identifier)), b.sizing)
            )
            e.wanted = float(e.staff) * exp(float(e.shock))
            e.now = int(min(staff_of(e.wanted), e.limit))
            e.wanted = F32(e.wanted)
            e.reported = min(e.now, e.report_limit)
            opened = open_vacancies(uniform(self.k(Decision.VOL, t), e.identifier), float(e.now), e.access, b.hiring)
            for kind, seats in enumerate((e.reserved_open, e.quota_open, opened)):
                vacancies[kind][e.oblast] += [(e, s) for s in range(seats)]
        for r in range(f.oblasts):
            self.meet(r, t, law, services, economy, incumbents, coaching, [v[r] for v in vacancies], seekers[r])
        self.shelter(t, services, seekers)
        if t < 0 or self.count == 0:
            self.count += 1
        for r in range(f.oblasts):
            mean = self.sums[r][0] / self.count
            target = min(max(self.ratio[r] / max(mean, 1e-12) if mean > 0 else 1.0, 0.2), 5.0)
            if t >= 0:
                self.tightness[r] += 0.5 * (target - self.tightness[r])
        self.separate(t, law)
        self.inspect(t, year, month, law, services)
        self.levies(month, law)

    @property
    def ratio(self) -> list[float]:
        return self.ratios

    def cover(self, services: Any) -> None:
        """Find the share of those who want an assistant, or a remote place, that has one, by oblast."""
        self.shares = []
        for places, most in ((services.assistants, 2), (services.remote_places, 3)):
            willing = [sum(1 for p in self.people if p.oblast == r and p.willing and p.group <= most)
                       for r in range(self.f.oblasts)]  # fmt: skip
            self.shares.append(
                [
                    min(1.0, places * float(x) / self.f.weight / max(n, 1))
                    for x, n in zip(self.f.people, willing, strict=True)
                ]
            )

    def assisted(self, p: Any) -> int:
        lot = uniform(self.k(Decision.WILL, 0, 1), p.identifier)
        return int(p.group <= 2 and lot < self.shares[0][p.oblast])

    def remote(self, p: Any) -> int:
        return int(uniform(self.k(Decision.WILL, 0, 2), p.identifier) < self.shares[1][p.oblast])

    def shelter(self, t: int, services: Any, seekers: list[list[Any]]) -> None:
        """Let sheltered workers leave, then give free places to who searched in vain."""
        chance = hazard(self.b.separating.rate)
        for p in self.people:
            if p.state == 6 and p.since < t and uniform(self.k(Decision.SEP, t), p.identifier) < chance:
                p.state = 0
        tie = self.k(Decision.COACH_TIE, t, 1)
        for r in range(self.f.oblasts):
            bought = sum(e.alternative for e in self.firms if e.oblast == r)
            places = math.floor(services.sheltered_places * (float(self.f.people[r]) / self.f.weight) + 1e-9)
            places += math.floor(services.subcontract_places * bought + 1e-9)
            free = places - sum(1 for p in self.people if p.state == 6 and p.oblast == r)

            def rank(p: Any) -> float:
                months = t - p.registered_at if p.state == 2 else 0
                return uniform(tie, p.identifier) - 2.0 * coaching_score(int(p.group <= 2), months) * 12.0

            for p in sorted((p for p in seekers[r] if p.state in (1, 2)), key=rank)[: max(free, 0)]:
                p.state, p.since = 6, t

    def coach(self, t: int, services: Any, seekers: list[list[Any]]) -> None:
        for r in range(self.f.oblasts):
            places = math.floor(
                services.coaches * self.b.placing.coach_rate * float(self.f.people[r]) / self.f.weight + 1e-9
            )
            free = places - sum(1 for p in self.people if p.oblast == r and p.coached > t)
            if free <= 0:
                continue
            waiting = [p for p in seekers[r] if p.coached <= t]
            tie = self.k(Decision.COACH_TIE, t)

            def rank(p: Any, tie: Any = tie) -> float:
                months = t - p.registered_at if p.state == 2 else 0
                return uniform(tie, p.identifier) - 2.0 * coaching_score(int(p.group <= 2), months) * 12.0

            for p in sorted(waiting, key=rank)[:free]:
                p.coached = t + 12

    def risk_of(self, e: Any, services: Any) -> float:
        return inspection_weight(float(e.now), float(e.zero), services.size_weight, services.zero_weight)

    def decide(self, t: int, year: int, law: Any, services: Any, economy: Any, first: bool) -> None:
        f, b = self.f, self.b
        if self.years and year not in self.years:
            self.renew(t, year, law, services, economy)
        self.years.add(year)
        for e in self.firms:
            e.counted, e.severe = 0.0, 0
        for p in self.people:
            if p.job is not None:
                p.job.counted += self.weight(p, law, p.job.share)
                p.job.severe += self.is_severe(p, law)
        standing = self.world._standing(t, law, services)._replace(fined_at=self.fined)
        for e in self.firms:
            covered = law.owners[e.owner] > 0 and law.industries[e.industry] > 0 and law.here[e.oblast] > 0
            if covered and law.listed:
                covered = uniform(self.k(Decision.ASSIGN, year), e.identifier) < standing.share[e.oblast]
            smallest = law.n_min_public if e.owner == 0 else law.n_min
            before = [e.januaries.get(y, e.januaries[min(e.januaries)]) for y in range(year - law.grace, year)
                      if e.januaries]  # fmt: skip
            e.assigned = int(covered and all(n >= smallest for n in before))
        weights = [self.risk_of(e, services) for e in self.firms if e.assigned]
        total = 0.0
        for w in weights:
            total += w
        self.duty, self.risk = len(weights), total / len(weights) if weights else 1.0
        extra = services.inspections / max(self.duty * f.weight, 1.0)
        mean = min(1.0, b.inspecting.probability * law.inspection + extra)
        standing = standing._replace(inspection=mean, mean_weight=self.risk)
        self.mean = mean
        keys = [self.k(Decision.BUNCH, year), self.k(Decision.HIDE, year), self.k(Decision.MODE)]
        for e in self.firms:
            e.limit = e.report_limit = NO_LIMIT
            e.quota_open = e.reserved_open = e.alternative = e.bought = 0
            e.owed, e.room, public, who = 0.0, 0, int(e.owner == 0), e.identifier
            wanted = float(e.wanted)
            size = int(staff_of(wanted))
            e.now = e.reported = size
            if not e.assigned or law.kind == 0:
                e.proforma = 0
                e.owed = float(required_seats(law, public, self.base(e, law, size))) if e.assigned else 0.0
                continue
            nearby = int(t - self.fined[e.oblast, e.industry] <= 12)
            perceived = perceived_probability(
                inspection_probability(mean, self.risk_of(e, services), self.risk), nearby, b.inspecting
            )
            fined = perceived * b.inspecting.checked * b.inspecting.enforced

            def would(seats: float, missing: float, e: Any = e, perceived: float = perceived) -> list:
                return self.weigh(e, law, services, economy, standing, perceived, keys[2], seats, missing)

            self.respond(e, law, public, wanted, fined, keys, who, size, standing, would)
            base = self.base(e, law, e.reported)
            e.owed = float(required_seats(law, public, base))
            if e.owed <= 0 or law.proforma_counts == 0:
                e.proforma = 0
            if e.owed <= 0:
                continue
            e.room = self.room(e, law, base, perceived)
            counted = self.total(e, law)
            gap = max(0.0, reserved_seats(law, base) - e.severe)
            missing = missing_seats(e.owed, counted, 0.0, gap)
            if law.buyout_cap > 0:
                out = bought_out_seats(law, base, e.owed, missing)
                e.bought, missing = int(out), max(missing - out, gap)
            if missing > 1e-9:
                self.fill(e, law, services, economy, standing, perceived, keys[2], missing, gap)
        for p in self.people:
            e = p.job
            if e is not None and p.additional and p.origin == 4 and e.additional > e.room:
                p.additional, e.additional = 0, e.additional - 1
        for e in self.firms:
            e.januaries.setdefault(year, int(e.reported))
        for p in self.people:
            if p.state in (3, 4):
                p.state = 4 if p.job is not None and p.job.owed > 0 else 3

    def room(self, e: Any, law: Any, base: float, perceived: float) -> int:
        """Return the quota hires that an employer wants beyond its size: one spares levy and expected fine."""
        b, levy = self.b, 0.0
        if law.kind != 1:
            levy = marginal_levy(law, base, max(e.owed - 1.0, 0.0), e.owed, 1.0, float(e.zero))
        fine = perceived * b.inspecting.checked * b.inspecting.enforced * marginal_fine(law, base, 1.0)
        return wanted_beyond(float(e.wanted), (levy + fine + law.hire_bonus) / (12.0 * e.pay), b.sizing.exponent)

    def renew(self, t: int, year: int, law: Any, services: Any, economy: Any) -> None:
        """Let staff acquire disabilities, be certified and leave."""
        a, k = self.b.acquiring, self.k(Decision.ONSET, year)
        inspecting = self.b.inspecting
        mean = min(
            1.0, inspecting.probability * law.inspection + services.inspections / max(self.duty * self.f.weight, 1.0)
        )
        for e in self.firms:
            gain, missing = 0.0, e.owed - self.total(e, law)
            if missing > 1e-9 and law.kind != 0:
                base = self.base(e, law, e.reported)
                if law.kind != 1:
                    gain = marginal_levy(law, base, self.total(e, law), e.owed, missing, float(e.zero))
                    gain *= min(1.0, missing)
                risk = inspection_probability(mean, self.risk_of(e, services), self.risk)
                gain += risk * inspecting.checked * inspecting.enforced * marginal_fine(law, base, missing)
            inflow = self.b.complying.certifiable * a.leaving * self.kept * float(e.now)
            new = poisson(uniform(subkey(k, 0), e.identifier), inflow)
            share = certified_share(self.f.gain * economy.deflator, gain, a)
            certified = binomial(uniform(subkey(k, 1), e.identifier), new, pressed_share(share, a))
            left = binomial(uniform(subkey(k, 2), e.identifier), e.certifiable, a.leaving)
            gone = binomial(uniform(subkey(k, 3), e.identifier), e.relabelled, a.leaving)
            e.certifiable, e.relabelled = e.certifiable + new - certified - left, e.relabelled + certified - gone

    def fill(
        self, e: Any, law: Any, services: Any, economy: Any, standing: Any, perceived: float, luck: Any,
        missing: float, gap: float,
    ) -> None:  # fmt: skip
        """Ask for every seat how the employer would fill it, and do what is not done yet."""
        kept = math.ceil(reserved_seats(law, self.base(e, law, e.reported)))
        weighed = self.weigh(e, law, services, economy, standing, perceived, luck, e.owed, missing)
        wishes = [(m, kept_free) for m, kept_free, _ in weighed]
        left, vacant = math.ceil(missing - 1e-9), math.ceil(gap - 1e-9)
        found = sum(1 for p in self.people if p.job is e and p.origin == 4)
        e.reserved_open = min(sum(w == (HIRE, True) for w in wishes), vacant, left)
        left -= e.reserved_open
        e.quota_open = min(max(sum(w == (HIRE, False) for w in wishes) - max(found - (kept - vacant), 0), 0), left)
        left -= e.quota_open
        new = min(max(sum(m == RELABEL for m, _ in wishes) - e.relabelled, 0), e.certifiable, left)
        e.relabelled, e.certifiable, left = e.relabelled + new, e.certifiable - new, left - new
        paper = min(max(sum(m == PROFORMA for m, _ in wishes) - e.proforma, 0), left)
        e.proforma, left = e.proforma + paper, left - paper
        e.alternative = min(
            sum(m == ALTERNATIVE for m, _ in wishes), left, math.floor(law.alternative_cap * missing + 1e-9)
        )

    def weigh(
        self, e: Any, law: Any, services: Any, economy: Any, standing: Any, perceived: float, luck: Any, owed: float,
        missing: float,
    ) -> list:  # fmt: skip
        """Return for every seat the mode, whether it is reserved, and what the mode costs in a year without a limit."""
        b, kept, wishes = self.b, math.ceil(reserved_seats(law, self.base(e, law, e.reported))), []
        counted = self.total(e, law)
        table = Row({n: getattr(e, n) for n in ("oblast", "owner", "tender", "adaptation_score", "discriminates")})
        now = Row({"staff": e.now, "reported": e.reported, "years_zero": e.zero, "certifiable": e.certifiable,
                   "relabelled": e.relabelled, "workers": e.workers, "additional": e.additional})  # fmt: skip
        prices = Row({"wage": e.nominal, "pay": e.pay, "oblast_wage": economy.wages[e.oblast]})
        choosing = Choosing(law, services, standing, self.world.base.constants, b.complying, b.hiring, b.inspecting)
        for seat in range(math.ceil(owed - 1e-9)):
            asked = Seat(
                owed, counted, min(missing, owed - seat), int(seat < kept),
                int(e.workers > 0 or HIRE in [m for m, *_ in wishes]),
                math.floor(law.alternative_cap * owed + 1e-9) - sum(m == ALTERNATIVE for m, *_ in wishes), perceived,
            )  # fmt: skip
            odds = seat_odds(0, Firms(table, now, prices), choosing, asked)
            mode = choice(uniform(subkey(luck, seat), e.identifier), *odds)
            certified = sum(m == RELABEL for m, *_ in wishes) + (mode == RELABEL)
            firms = Firms(table, now, prices)
            levy, fine = seat_charge(0, firms, law, asked)
            cost = math.inf
            if mode == HIRE:
                cost = hire_ratio(0, firms, choosing, asked) * law.cheapest
            elif mode == RELABEL and certified <= e.certifiable + e.relabelled:
                cost = b.complying.relabel_cost * law.cheapest
            elif mode == PROFORMA:
                cost = paper_cost(levy + fine, choosing, perceived)
            elif mode == ALTERNATIVE:
                cost = seat_cost(seat_price(levy, law), law.donation_price, b.complying.alternative_value)
            wishes.append((mode, seat < kept, cost))
        return wishes

    def respond(
        self, e: Any, law: Any, public: int, wanted: float, fined: float, keys: Any, who: Any, size: int, standing: Any,
        would: Any,
    ) -> None:  # fmt: skip
        if public:  # staff lists are set by government
            return
        steps = law.steps
        bill, largest = 12.0 * e.nominal, standing.largest + fined * law.fine * law.largest_fine
        if largest <= 0:
            return
        outside = e.workers - e.additional + e.relabelled if law.base_without else 0
        wanted -= outside
        lowest = wanted - reach(largest / bill, wanted, self.b.sizing.exponent)
        for k, step in enumerate(steps):
            if step < lowest or step > wanted:
                continue
            charge = [
                yearly_charge(law, public, float(n), self.total(e, law), float(e.severe), float(e.zero), fined)
                for n in (step, step - 1)
            ]
            jump = charge[0] - charge[1]
            least, most = (math.ceil(required_seats(law, public, float(n)) - 1e-9) for n in (step - 1, step))
            if jump > 0 and most > least:
                seats = float(required_seats(law, public, float(step)))
                gap = max(0.0, reserved_seats(law, float(step)) - e.severe)
                ways = would(seats, missing_seats(seats, self.total(e, law), 0.0, gap))[least:most]
                full = jump / (most - least)
                jump = 0.0
                for _, _, cost in ways:
                    jump += min(max(cost, 0.0), full)
            chosen = response(
                wanted,
                float(step),
                jump / bill,
                int(e.owner == 2),
                uniform(subkey(keys[0], k), who),
                uniform(subkey(keys[1], k), who),
                self.b.sizing,
            )
            if chosen == SMALLER:
                e.limit = int(step) - 1 + outside
                e.now = e.reported = min(size, e.limit)
            elif chosen == HIDDEN:
                e.report_limit = int(step) - 1 + outside
                e.reported = min(size, e.report_limit)
            if chosen:
                return

    ratios: list[float]

    def meet(
        self,
        r: int,
        t: int,
        law: Any,
        services: Any,
        economy: Any,
        incumbents: Any,
        coaching: int,
        seats: list,
        seekers: list,
    ) -> None:
        f, b, base = self.f, self.b, self.world.base
        if r == 0:
            self.ratios = []
        total = 0.0
        for p in seekers:
            p.plain = seeker_weight(int(p.coached > t), int(0 <= t - p.subsidy < 12), b.matching)
            p.heavy = referred_weight(p.plain, int(p.state == 2), b.matching)
            p.offered = False
            total += p.plain
        self.ratios.append(float(sum(len(s) for s in seats)) / max(float(len(seekers)), 1.0))
        before = self.sums[r][1] / self.count if t >= 0 and self.count else 0.0
        if t < 0 or self.count == 0:
            self.sums[r] = [self.sums[r][0] + self.ratios[-1], self.sums[r][1] + total]
        pool = float(base.pool_hires[r]) * float(
            np.power(incumbents.sum(axis=1)[r] / max(float(base.incumbents[r]), 1e-9), 1.0 - b.matching.elasticity)
        )
        for kind in range(4):
            group = [p for p in seekers if not p.offered and (kind != 0 or self.is_severe(p, law))]
            effective = 0.0
            for p in group:
                p.w = p.plain if kind == 3 else p.heavy
                effective += p.w
            if kind == 3:
                share = power(effective / before, b.matching.elasticity) if before > 0 else 1.0
                expected, open_ = min(float(len(group)), pool * share), len(group)
            else:
                open_ = len(seats[kind])
                expected = matches(
                    float(len(group)), effective, float(open_), b.matching.callback if kind == 2 else 1.0, b.matching
                )
            if expected <= 0:
                continue
            k = subkey(self.k(Decision.OFFER_Q if kind <= 1 else Decision.OFFER_O, t), kind)
            lucky = [(uniform(k, p.identifier), p) for p in group]
            lucky = sorted(
                ((u, p) for u, p in lucky if u < offer_probability(expected, p.w, effective)), key=lambda x: x[0]
            )[:open_]
            if kind < 3:
                seat_key = self.k(Decision.VOL, t, 1)
                chosen = sorted(
                    seats[kind], key=lambda s: uniform(subkey(seat_key, 1000 * kind + s[1]), s[0].identifier)
                )
            for m, (_, p) in enumerate(lucky):
                p.offered = True
                if kind == 3:
                    p.origin, p.since, p.short, p.fit = 2, t, 0, 0
                    p.additional = self.adds(p, 0, t)
                    self.join(p, None, law)
                    continue
                served = p.state == 2
                if (
                    served
                    and self.placed[r] >= services.officers * b.placing.officer_rate * float(f.people[r]) / f.weight
                ):
                    continue
                e, short = chosen[m][0], 0
                if kind != 2 and law.short_hours < 1:
                    short = int(uniform(self.k(Decision.HOURS, t), p.identifier) < b.complying.short_hours)
                real = (
                    e.pay
                    * relative_productivity(int(p.group), b.productivity)
                    * (law.short_hours if short else 1.0)
                    / economy.deflator
                )
                chance = willingness(
                    net_gain(real, float(p.benefit), int(p.group), self.assisted(p), self.remote(p), b.seeking),
                    economy.wages[r] / economy.deflator,
                    int(p.secondary),
                    max(int(p.urban), self.remote(p)),
                    coaching[r],
                    int(p.age),
                    b.seeking,
                )
                if p.luck >= chance:
                    continue
                p.origin, p.since, p.short, p.fit = 3 if kind == 2 else 4, t, short, 0
                p.additional = self.adds(p, int(kind != 2), t)
                if kind != 2 and e.additional >= e.room:
                    p.additional = 0
                e.additional += p.additional
                self.join(p, e, law)
                if services.subsidy_months > 0 and services.subsidy_share > 0:
                    p.subsidy = t + services.subsidy_months
                need = (
                    accommodation_need(
                        uniform(self.k(Decision.ACC_NEED), p.identifier),
                        normal(uniform(self.k(Decision.ACC_NEED, 0, 1), p.identifier)),
                        int(p.group),
                        b.placing,
                    )
                    * economy.deflator
                )
                if need == 0:
                    p.fit = 1
                elif need <= services.accommodation_ceiling and need <= self.accommodation[r]:
                    self.accommodation[r] -= need
                    p.fit = 1
                e.reserved_open -= int(kind == 0)
                e.quota_open -= int(kind == 1)
                self.placed[r] += int(served)

    def adds(self, p: Any, quota: int, t: int) -> int:
        brought = share_brought(quota, int(p.coached > t), self.b.matching.coaching_ratio)
        return is_additional(uniform(self.k(Decision.SUBST, t), p.identifier), brought, self.b.hiring)

    def separate(self, t: int, law: Any) -> None:
        for p in self.people:
            if p.state not in (3, 4):
                continue
            e = p.job
            place = place_in_quota(e.owed, self.total(e, law)) if p.state == 4 else 0
            chance = separation_probability(
                p.fit, int(p.coached > t), int(0 <= t - p.subsidy < 3), place, self.b.separating
            )
            if uniform(self.k(Decision.SEP, t), p.identifier) >= chance:
                continue
            if e is not None:
                e.workers -= 1
                e.additional -= p.additional
                if p.state == 4:
                    e.counted -= self.weight(p, law, e.share)
                    e.severe -= self.is_severe(p, law)
            p.subsidy = min(p.subsidy, t)
            p.state, p.job, p.origin, p.additional, p.short, p.fit = 0, None, 0, 0, 0, 0

    def short_of(self, e: Any, owed: float, law: Any) -> float:
        gap = max(0.0, reserved_seats(law, self.base(e, law, e.reported)) - e.severe)
        return missing_seats(owed, self.total(e, law), float(e.alternative + e.bought), gap)

    def inspect(self, t: int, year: int, month: int, law: Any, services: Any) -> None:
        b, detect = self.b.inspecting, self.k(Decision.DETECT, year)
        mean = min(1.0, b.probability * law.inspection + services.inspections / max(self.duty * self.f.weight, 1.0))
        for e in self.firms:
            if e.owed <= 0:
                continue
            chance = inspection_probability(mean, self.risk_of(e, services), self.risk)
            if inspection_month(uniform(self.k(Decision.INSPECT, year), e.identifier), chance) != month:
                continue
            if uniform(detect, e.identifier) >= b.checked:
                continue
            if e.proforma:
                e.proforma -= binomial(uniform(subkey(detect, 1), e.identifier), e.proforma, b.detected)
            if (
                fine_amount(law, self.base(e, law, e.reported), self.short_of(e, e.owed, law)) > 0
                and uniform(subkey(detect, 2), e.identifier) < b.enforced
            ):
                self.fined[e.oblast, e.industry] = t

    def levies(self, month: int, law: Any) -> None:
        if month == 3:
            for e in self.firms:
                e.due = 0.0
        if month != 12:
            return
        for e in self.firms:
            e.due = 0.0
            base, public = self.base(e, law, e.reported), int(e.owner == 0)
            owed = float(required_seats(law, public, base)) if e.owed > 0 else 0.0
            if owed <= 0:
                e.zero = 0
                continue
            if law.base_without:
                e.owed = owed
            counted, missing = self.total(e, law), self.short_of(e, levy_seats(law, public, base), law)
            gross = gross_levy(law, base, counted, owed, missing, float(e.zero))
            net = net_levy(law, gross, base, counted, 0.0, 0.0, 12.0 * e.nominal * float(e.reported))
            e.due = net + law.buyout_fee * e.bought - bonus_due(law, base, counted, owed)
            nothing = counted == 0 and e.alternative == 0 and e.bought == 0
            e.zero = min(e.zero + 1, 200) if nothing else 0

    def digest(self) -> str:
        people = [
            [
                p.state,
                p.job.row if p.job else -1,
                p.willing,
                float(p.luck),
                p.origin,
                p.additional,
                p.short,
                p.since,
                p.registered_at,
                p.coached,
                p.fit,
                p.subsidy,
            ]
            for p in self.people
        ]
        firms = [
            [
                float(e.shock),
                float(e.wanted),
                e.now,
                e.reported,
                e.limit,
                e.report_limit,
                e.assigned,
                e.owed,
                float(e.counted),
                e.severe,
                e.workers,
                e.additional,
                e.proforma,
                e.relabelled,
                e.certifiable,
                e.alternative,
                e.bought,
                e.reserved_open,
                e.quota_open,
                e.zero,
                float(e.due),
            ]
            for e in self.firms
        ]
        return fingerprint(people, firms)


def fingerprint(people: list, firms: list) -> str:
    """Return the digest of states written as exact numbers."""
    plain = [[[float(x).hex() for x in row] for row in table] for table in (people, firms)]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


def digest(world: Any) -> str:
    """Return the digest of a world's states in the reference's order."""
    p, e = world.persons, world.employers
    people = np.column_stack([p.state, p.employer, p.willing, p.will_luck, p.origin, p.additional, p.half_time, p.since,
                              p.registered_at, p.coached_until, p.accommodated, p.subsidy_until])  # fmt: skip
    firms = np.column_stack([e.shock, e.wanted, e.staff, e.reported,
                             e.limit, e.report_limit, e.assigned, e.owed, e.counted,
                             e.severe,
                             e.workers, e.additional, e.proforma, e.relabelled, e.certifiable, e.alternative,
                             e.bought_out,
                             e.reserved_open, e.quota_open, e.years_zero, e.levy_due])  # fmt: skip
    return fingerprint(people.tolist(), firms.tolist())


POLICIES = {
    "present": (Quota(), Services()),
    "levy": (samples.levy(0.5, inspection=50.0), Services(coaches=3.0, accommodation_budget=3e6, subsidy_share=0.3)),
    "IT": (Quota.made({"design": "IT"}, "x"), Services()),
    "FR": (Quota.made({"design": "FR"}, "x"), Services(officers=1.0)),
    "AT": (Quota.made({"design": "AT"}, "x"), Services()),
    "DE": (Quota.made({"design": "DE"}, "x"), Services()),
    "BR": (Quota.made({"design": "BR", "smallest_size": 20, "rate": 0.04, "inspection": 50.0}, "x"), Services()),
    "help": (
        Quota.made({"design": "TH", "smallest_size": 25, "rate": 0.04}, "x"),
        Services(assistants=300.0, remote_places=400.0, sheltered_places=300.0, subcontract_places=1.0),
    ),
}


def digests(policy: str, plain: bool, first: int = -6, months: int = 36) -> list[str]:
    """Return the digests of months, by the reference loop or by the model."""
    quota, services = POLICIES[policy]
    world = samples.begin(samples.population(), samples.BEHAVIOUR, 5)
    reference = Reference(world) if plain else None
    out = []
    for t in range(first, first + months):
        prices = samples.economy(t)
        law, terms = quota.terms(t, prices, samples.BEHAVIOUR), services.terms(t)
        if reference is not None:
            if t == first:
                world.month(t, law, terms, prices, samples.INCUMBENTS)
            reference.month(t, law, terms, prices, samples.INCUMBENTS)
            out.append(reference.digest())
        else:
            world.month(t, law, terms, prices, samples.INCUMBENTS)
            out.append(digest(world))
    return out


if __name__ == "__main__":
    sys.stdout.write(json.dumps({name: digests(name, sys.argv[1] == "reference") for name in sys.argv[2:]}))
