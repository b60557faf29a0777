"""Reference: the household block of the model as plain loops over plain objects (architecture principle 9).

One object is one family; its attributes are rounded to the type of the column they mirror, and must fit into it. The
text follows model.md, sections 5, 8 and 9, family by family instead of step by step: selection sorts lists, sums are
Python integers. Only the scalar rules and the addressed draws are shared with the model. It starts from what
:func:`sim.beginning.begin` made of a population; labour is left out, because families do not read it.
"""

from __future__ import annotations

import copy
import hashlib
import math
import struct
from typing import Any

import numpy as np

from sim.agents.applying import (
    application_probability,
    eligible_income,
    expected_gain,
    expected_months,
    lost_benefit_months,
)
from sim.agents.choosing import chosen, feasible, has_skill, sector_utility
from sim.agents.claiming import back_probability, benefit_amount, entry_probability, may_enter
from sim.agents.closing import base_hazard, closure_hazard, contract_lock, exit_probability, recovered_share
from sim.agents.consuming import disposable_income, smoothed_consumption
from sim.agents.earning import log_market_income, next_shock, works
from sim.agents.investing import diverted_share, invested_capital
from sim.agents.learning import awareness_probability
from sim.agents.operating import log_fade, log_value, poverty_gap, ramp, reinvestment, sector_return
from sim.agents.starting import start_rate
from sim.agents.working import crowded_out, expected_family_workers, expected_hires, operator_fte
from sim.engine.columns import fields
from sim.engine.draws import Decision as Event
from sim.engine.draws import binomial, hazard, key, normal, poisson, uniform
from sim.markets.feedback import (
    casual_wage_now,
    demand_after_stealing,
    demand_with_multiplier,
    halfway,
    herd_output_price,
    incumbent_jobs,
    livestock_price,
)
from sim.offices.selecting import selection_score
from sim.offices.visiting import recovered_money
from sim.state.households import Endowments, Households, HouseholdState
from sim.state.terms import FULL_EXCLUSION, NO_EXCLUSION

KINDS = {name: np.dtype(kind) for name, (kind, _) in fields(HouseholdState).items()}
LIMITS = {name: (np.iinfo(k).min, np.iinfo(k).max) for name, k in KINDS.items() if k.kind in "iu"}
SINGLE = struct.Struct("f")
REGISTER = "child_benefit_families"


class Family:
    """One household: what it is, what the parameters make of it, and what has happened to it."""

    def __init__(self, tables: tuple[Any, ...], row: int) -> None:
        """Take over one row of each table."""
        for table in tables:
            for name, column in zip(table._fields, table, strict=True):
                setattr(self, name, column[row].item())

    def __setattr__(self, name: str, value: Any) -> None:
        """Keep a value in the precision of its column."""
        kind = KINDS.get(name)
        if kind is None:
            object.__setattr__(self, name, value)
        elif kind == np.float32:
            object.__setattr__(self, name, SINGLE.unpack(SINGLE.pack(value))[0])
        elif kind == np.float64:
            object.__setattr__(self, name, float(value))
        else:
            low, high = LIMITS[name]
            assert low <= value <= high, f"{name} is {value}; its column holds {low} to {high}"
            object.__setattr__(self, name, int(value))

    @property
    def single_woman(self) -> int:
        return int(self.operator_woman == 1 and self.adults == 1)

    @property
    def seen_income(self) -> float:
        return self.income * self.observed_ratio

    def sectors(self) -> list[int]:
        """H5: the sectors open to the family."""
        return [
            s for s in (1, 2, 3, 4) if feasible(s, self.urban, self.herd, self.land, self.education, self.skills) == 1
        ]

    def spend_later(self, money: float) -> None:
        """H9a: what comes into the stock of diverted money is consumed in three equal parts."""
        for name in ("due_1", "due_2", "due_3"):
            setattr(self, name, getattr(self, name) + money / 3.0)

    def shut(self, closing: Any) -> None:
        """H12: part of the capital comes back, the workers leave."""
        self.spend_later(recovered_share(self.sector, closing) * self.capital)
        for name in (
            "capital",
            "operating",
            "funded",
            "sector",
            "business_age",
            "reinvested",
            "family_workers",
            "family_new",
            "hired",
            "hired_new",
        ):
            setattr(self, name, 0)


def whole(value: float) -> int:
    """Return a number in whole parts of 1024."""
    return math.floor(value * 1024.0 + 0.5)


def as_many_as(families: list[Family], room: float) -> list[Family]:
    """Return the first families until one comes of which less than half finds room behind those before it."""
    found: list[Family] = []
    for f in families:
        if room < f.weight / 2:
            break
        room -= f.weight
        found.append(f)
    return found


class Reference:
    """The household side of a country; the plain twin of :class:`sim.world.World`."""

    def __init__(self, world: Any) -> None:
        """Take over a world at the beginning of its burn-in."""
        self.b, self.design, self.seed, self.t, self.start = (
            world.behaviour,
            world.design,
            world.seed,
            world.t,
            world.start,
        )
        self.register = world.population.country.value(REGISTER, "country", 2021)
        self.growth, self.herd = world.growth, [float(v) for v in world.herd]
        self.base_value, self.base_jobs = world.baseline.value.tolist(), world.baseline.incumbents.tolist()
        self.oblast_of = [int(v) for v in world.raion_oblast]
        self.oblasts, self.raions = len(self.herd), len(self.oblast_of)
        tables = (world.households, world.endowments, world.state)
        assert [type(t) for t in tables] == [Households, Endowments, HouseholdState]
        self.families = [Family(tables, i) for i in range(len(world.households.identifier))]
        self.heaviest = max(f.weight for f in self.families)
        self.markets = {name: v.tolist() for name, v in world.markets._asdict().items()}
        self.threshold, self.thresholds = world.threshold, []
        self.shares = [0.0] * self.raions
        self.poor = [0] * self.raions
        self.claimants = [0] * self.raions
        self.selected = [0] * self.raions
        self.places = [0] * self.raions
        self.due = world.office.due.tolist()
        self.paid = [0] * self.raions
        self.known = [(0, 0, 0)] * self.raions
        self.success = [(0, 0)] * self.raions
        self.last_rules: list[Any] = [None] * self.oblasts
        self.flows: dict[int, Any] = {}
        self.reference: dict[int, Any] | None = None

    def twin(self, design: Any) -> Reference:
        """Return a copy under another law that measures market feedback against this country."""
        other = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, (list, dict)):
                setattr(other, name, copy.deepcopy(value))
        other.design, other.flows, other.reference = design, {}, self.flows
        return other

    def digests(self) -> dict[str, str]:
        """Return a hash of every column of the state and of every market index."""
        out = {}
        for name, kind in KINDS.items():
            column = np.array([getattr(f, name) for f in self.families], dtype=kind)
            out[name] = hashlib.sha256(column.tobytes()).hexdigest()[:8]
        for name, values in self.markets.items():
            out["market " + name] = hashlib.sha256(np.array(values, dtype=np.float64).tobytes()).hexdigest()[:8]
        return out

    def match_register(self) -> None:
        """Section 8: before the first month the caseload is brought to the register's families."""
        draws = key(self.seed, Event.UBK_EXIT, -25)
        luck = {f.identifier: uniform(draws, f.identifier) for f in self.families}
        claimants = [f for f in self.families if f.benefit == 1]
        missing = self.register - sum(f.weight for f in claimants)
        others = [f for f in self.families if f.benefit == 0 and f.children > 0]
        if missing < 0:
            claimants.sort(key=lambda f: (luck[f.identifier], f.identifier), reverse=True)
            stay = as_many_as(claimants, self.register)
            for f in claimants[len(stay) :]:
                f.benefit = 0
        else:
            others.sort(key=lambda f: (f.seen_income >= self.threshold, luck[f.identifier], f.identifier))
            for f in as_many_as(others, missing):
                f.benefit = 1

    # The month -------------------------------------------------------------------------------------------------

    def month(self) -> None:
        """Live through one month."""
        t, b = self.t, self.b
        self.year, self.calendar = 2022 + t // 12, t % 12 + 1
        terms = self.terms = self.design.terms(t, b)
        self.open = bool(terms.contract.slots > 0 and max(terms.contract.grant) > 0)
        deflator = terms.economy.deflator
        self.ceiling = b.applying.income_ceiling * terms.economy.subsistence / deflator
        self.monthly = {d: key(self.seed, d, t) for d in Event}
        self.yearly = {d: key(self.seed, d, self.year) for d in Event}
        self.once = {d: key(self.seed, d) for d in Event}
        growth = self.growth(t)
        for f in self.families:
            self.earn(f, float(growth[f.oblast]))
        self.find_threshold(deflator)
        rules = [self.rules(r) for r in range(self.oblasts)]
        think = [self.calendar == 1 or rules[r] != self.last_rules[r] for r in range(self.oblasts)]
        self.last_rules = rules
        prospects = [self.prospect(r) if think[r] else {} for r in range(self.oblasts)]
        news = self.news()
        calls = self.calls()
        known = [[0, 0, 0] for _ in range(self.raions)]
        for f in self.families:
            self.count_contract(f)
            self.claim(f)
            if t >= 0 and f.aware == 0 and uniform(self.monthly[Event.AWARE], f.identifier) < news[f.raion][f.benefit]:
                f.aware = 1
            if think[f.oblast]:
                self.reconsider(f, prospects[f.oblast])
            if t >= 0:
                self.apply(f, calls, known)
        if t >= 0:
            self.known = [tuple(k) for k in known]
        self.allocate()
        self.spent = [0] * self.oblasts
        if t >= 0 and self.open:
            self.select()
            self.pay()
        self.value = [[0] * 4 for _ in range(self.oblasts)]
        self.stock = [0] * self.oblasts
        self.sums = {name: [0] * self.oblasts for name in ("consumption", "demand", "hours")}
        self.claimants = [0] * self.raions
        success = [[0, 0] for _ in range(self.raions)]
        self.winter = self.winters()
        sewing = terms.economy.sewing_shock == 1 and self.design.terms(t - 1, b).economy.sewing_shock == 0
        for f in self.families:
            if t >= 0:
                self.borrow(f)
            self.start_own(f)
            if f.operating == 1:
                self.operate(f, int(sewing))
            self.consume(f)
            if t >= 0 and f.contract_month > 0:
                self.visit(f)
                success[f.raion][0] += f.weight
                success[f.raion][1] += f.weight * f.operating
        if t >= 0:
            self.success = [tuple(s) for s in success]
        self.move_markets()
        self.t += 1

    # Steps 1 to 4: shocks, income, work, child benefit ----------------------------------------------------------

    def winters(self) -> list[int]:
        """X1: the draw of the year acts in March."""
        probability = self.b.shocks.winter
        return [
            int(self.calendar == 3 and uniform(self.yearly[Event.WINTER], r) < probability) for r in range(self.oblasts)
        ]

    def earn(self, f: Family, growth: float) -> None:
        """H1 and H2."""
        e = self.b.earning
        score = normal(uniform(self.monthly[Event.INC_AR], f.identifier))
        shock = next_shock(f.shock, e.persistence, e.shock_sd, score)
        passing = normal(uniform(self.monthly[Event.INC_TR], f.identifier))
        f.shock = shock
        f.income = math.exp(log_market_income(f.log_income, shock, 0.0, growth, e.transitory_sd, passing))
        if f.has_operator == 1:
            u = uniform(self.monthly[Event.EMP], f.identifier)
            f.employed = works(f.employed, f.join_hazard, f.leave_hazard, self.markets["tightness"][f.oblast], u)

    def find_threshold(self, prices: float) -> None:
        """H3: in the burn-in as many are let in as leave; then the mean of the last twelve, eroded until 2023."""
        c = self.b.claiming
        if self.t == 0:
            self.threshold = math.fsum(self.thresholds) / len(self.thresholds)
            self.threshold_then, self.prices_then = self.threshold, prices
        elif 0 < self.t < 24:
            self.threshold = self.threshold_then * math.pow(self.prices_then / prices, c.erosion)
        elif self.t < 0:
            units = 2**30
            waiting = [f for f in self.families if f.children > 0 and f.benefit == 0]
            leaving, entering = round(self.register * c.exit * units), 0
            for f in sorted(waiting, key=lambda f: f.seen_income):
                self.threshold = f.seen_income
                entering += f.weight * math.floor(entry_probability(f.children, c) * units + 0.5)
                if entering > leaving:
                    break
            self.thresholds = [*self.thresholds, self.threshold][-12:]

    def count_contract(self, f: Family) -> None:
        """Section 9.4: contract months run to 52; O2: refusals last twelve months; H7: one attempt a year."""
        january = self.calendar == 1
        if f.contract == 3:
            f.refused_months += 1
            if f.refused_months == 12:
                f.contract, f.refused_months = 0, 0
        elif january and f.contract in (1, 2):
            f.contract, f.refused_months = 3, 0
        if january:
            f.barred = 0
        if f.contract_month > 0:
            f.contract_month = min(f.contract_month + 1, 52)
            if f.visited != 255:
                f.visited = min(f.visited + 1, 254)

    def benefit_share(self, f: Family) -> float:
        """H3: the share of the child benefit that the contract leaves."""
        if f.contract_month == 0 or f.released == 1:
            return 1.0
        return float(self.terms.contract.benefit_share[f.contract_month])

    def claim(self, f: Family) -> None:
        """H3: suspension, exit, return, entry."""
        c, who, exclusion = self.b.claiming, f.identifier, self.terms.contract.exclusion
        if exclusion == FULL_EXCLUSION and self.benefit_share(f) < 1.0:
            f.benefit = 0
        if f.benefit == 1 and uniform(self.monthly[Event.UBK_EXIT], who) < c.exit:
            f.benefit = 0
        low = f.children > 0 and f.seen_income < self.threshold
        if f.benefit == 0 and exclusion != NO_EXCLUSION and 40 <= f.contract_month <= 51 and low:
            f.benefit = int(uniform(self.monthly[Event.UBK_BACK], who) < back_probability(c.back))
        if f.benefit == 0 and may_enter(f.contract_month, exclusion) == 1 and low:
            f.benefit = int(uniform(self.monthly[Event.UBK_ENTRY], who) < entry_probability(f.children, c))

    # Steps 5 and 6: awareness and application -------------------------------------------------------------------

    def news(self) -> list[tuple[float, float]]:
        """H4: the probability of hearing of the programme, without and with the child benefit."""
        out = []
        for low, holders, informed in self.known:
            base = max(low, 1)
            out.append(
                tuple(awareness_probability(ubk, holders / base, informed / base, self.b.learning) for ubk in (0, 1))
            )
        return out

    def rules(self, r: int) -> Any:
        """H6: what a change of makes families of an oblast think again; where nothing is offered, nothing does."""
        c = self.terms.contract
        if not self.open or c.grant[r] == 0:
            return None
        return (c.grant[r], list(c.benefit_share), c.exclusion, c.in_kind, c.coached, self.terms.benefit)

    def prospect(self, r: int) -> dict[str, Any]:
        """H6: what all families of an oblast reckon with."""
        b, c, benefit = self.b, self.terms.contract, self.terms.benefit
        deflator, reference = self.terms.economy.deflator, b.accounting.grant_reference
        out: dict[str, Any] = {"grant": 0.0, "diverted": 0.0, "lost": 0.0, "capital": 0.0}
        if self.open:
            out["grant"] = float(c.grant[r]) / deflator
            out["diverted"] = b.investing.diversion * (1.0 - c.in_kind * b.investing.in_kind_cut)
            out["lost"] = lost_benefit_months(c.benefit_share, b.claiming.exit, b.applying.discount)
        out["capital"] = invested_capital(out["grant"], b.investing.leakage, out["diverted"], b.investing.own_share)
        out["per_child"] = benefit.per_child * benefit.coefficient / deflator
        out["months"] = {}
        if out["capital"] >= b.choosing.minimum_capital:
            for s in (1, 2, 3, 4):
                slow = b.operating.ramp_agriculture if s == 1 else b.operating.ramp_other
                for single in (0, 1):
                    out["months"][s, single] = tuple(
                        expected_months(
                            s, single, out["capital"], reference, speed, b.applying.discount, c.coached, b.closing
                        )
                        for speed in (slow, 1.0)
                    )
        return out

    def reconsider(self, f: Family, p: dict[str, Any]) -> None:
        """H6: the sector of highest systematic utility, and the gain expected of a contract."""
        if f.has_operator == 0:
            return
        b, price = self.b, self.markets["price"][f.oblast]
        if self.calendar == 1:
            utility = {
                s: sector_utility(s, has_skill(f.skills, s), price[s - 1], f.operator_woman, b.choosing)
                for s in f.sectors()
            }
            f.best_sector = max(utility, key=lambda s: (utility[s], -s)) if utility else 0
        if f.best_sector == 0:
            return
        s = f.best_sector
        lost = p["per_child"] * f.children * p["lost"] if f.benefit == 1 else 0.0
        if p["capital"] < b.choosing.minimum_capital:
            f.expected_gain = expected_gain(0.0, p["grant"], lost, b.applying.effort, 0.0)
            return
        reference = b.accounting.grant_reference
        log_capital = math.log(p["capital"] / reference)
        monthly = math.exp(log_value(s, log_capital, f.believed_effect, f.operator_woman, reference, b.operating))
        earning, working = p["months"][s, f.single_woman]
        demand = self.markets["demand"][f.oblast][s - 1] * price[s - 1]
        business = monthly * demand * earning
        fte, wage = operator_fte(s, b.working), self.markets["wage"][f.oblast]
        work = working * b.working.relocated * fte * 168.0 * wage * f.employed
        f.expected_gain = expected_gain(business, p["grant"] * p["diverted"], lost, b.applying.effort, work)

    def calls(self) -> list[bool]:
        """H7: no application without a programme, nor where the year's places are gone."""
        if not self.open or self.t < 0:
            return [False] * self.raions
        if self.calendar == 1:
            return [self.terms.contract.grant[r] > 0 for r in self.oblast_of]
        return [taken < places for taken, places in zip(self.selected, self.slots(), strict=True)]

    def apply(self, f: Family, calls: list[bool], known: list[list[int]]) -> None:
        """H5 and H7; the low-income families of each raion are counted for H4."""
        if f.best_sector == 0 or eligible_income(f.income, f.observed_ratio, self.ceiling) == 0:
            return
        known[f.raion][0] += f.weight
        if f.contract in (5, 6, 7, 8):
            known[f.raion][1] += f.weight
            return
        if f.aware == 0:
            return
        known[f.raion][2] += f.weight
        if not calls[f.raion] or f.contract != 0 or f.barred == 1:
            return
        b = self.b.applying
        families, alive = self.success[f.raion]
        probability = application_probability(
            f.expected_gain, alive / max(families, 1), f.distance, int(f.with_disability > 0), f.operator_woman, 0.0, b
        )
        if uniform(self.monthly[Event.APPLY], f.identifier) < probability:
            f.trained = 1
            files = uniform(self.monthly[Event.FILE], f.identifier) < b.file_share
            f.contract, f.barred = (1, f.barred) if files else (0, 1)

    # Steps 7 and 8: selection, payment, investment --------------------------------------------------------------

    def allocate(self) -> None:
        """O1: in January slots follow the poor and the claimants of the year before."""
        if self.calendar != 1:
            return
        weight = self.b.selecting.poor_weight
        poor, claimants = max(sum(self.poor), 1), max(sum(self.claimants), 1)
        raw = [
            (weight * (p / poor) + (1.0 - weight) * (c / claimants)) * float(self.terms.contract.oblast_weight[r])
            for p, c, r in zip(self.poor, self.claimants, self.oblast_of, strict=True)
        ]
        total = sum(raw)
        self.shares = [v / total for v in raw] if total > 0 else raw
        self.poor = [0] * self.raions
        for d in range(self.raions):
            beyond = self.selected[d] - self.places[d]
            self.selected[d] = beyond if abs(beyond) < self.heaviest else 0

    def slots(self) -> list[int]:
        """O1 in lots of the heaviest family, rounded systematically (section 16.4)."""
        offset = uniform(self.yearly[Event.ROUND_SLOTS], 0)
        slots, edge, before, out = self.terms.contract.slots / self.heaviest, 0.0, math.floor(offset + 1e-9), []
        for share in self.shares:
            edge += slots * share
            after = math.floor(edge + offset + 1e-9)
            out.append((after - before) * self.heaviest)
            before = after
        self.places = list(out)
        for d, r in enumerate(self.oblast_of):
            if self.terms.contract.grant[r] == 0:
                out[d] = 0
        return out

    def select(self) -> None:
        """O2: per raion by score, a share by patronage; first what is set aside."""
        s, slots, aside = self.b.selecting, self.slots(), self.terms.contract.set_aside
        for d in range(self.raions):
            applicants = [f for f in self.families if f.raion == d and f.contract in (1, 2)]
            scores, luck = {}, {}
            for f in applicants:
                f.contract = 2
                plan = normal(uniform(self.yearly[Event.PLAN], f.identifier))
                scores[f.identifier] = selection_score(
                    f.seen_income, f.children, int(f.with_disability > 0), f.ability, plan, s
                )
                luck[f.identifier] = uniform(self.yearly[Event.PATRON], f.identifier)
            places = slots[d] - self.selected[d]
            ranked = sorted(applicants, key=lambda f: (-scores[f.identifier], luck[f.identifier], f.identifier))
            winners: list[Family] = []
            if places > 0:
                reserved = as_many_as([f for f in ranked if f.with_disability > 0], aside * places)
                others = [f for f in ranked if f not in reserved]
                places -= sum(f.weight for f in reserved)
                room = places * (1.0 - s.patronage)
                by_score = as_many_as(others, room)
                by_luck = sorted(
                    (f for f in others if f not in by_score), key=lambda f: (luck[f.identifier], f.identifier)
                )
                places -= max(room, sum(f.weight for f in by_score))
                winners = reserved + by_score + as_many_as(by_luck, places)
            for f in winners:
                f.contract, f.approved_at, f.merit = 4, self.t, scores[f.identifier]
            self.selected[d] += sum(f.weight for f in winners)

    def pay(self) -> None:
        """O3: what has fallen due is paid in order of selection."""
        share = self.terms.contract.pay_share
        for d, slots in enumerate(self.slots()):
            self.due[d] += slots * share
            waiting = sorted(
                (f for f in self.families if f.raion == d and f.contract == 4),
                key=lambda f: (f.approved_at, -f.merit, f.identifier),
            )
            for f in as_many_as(waiting, self.due[d] - self.paid[d] + 1e-6):
                self.paid[d] += f.weight
                self.invest(f)

    def invest(self, f: Family) -> None:
        """O3, H8 and H9a."""
        b, c, market = self.b, self.terms.contract, self.markets
        grant = float(c.grant[f.oblast]) / self.terms.economy.deflator
        f.contract, f.contract_month, f.paid_at, f.visited, f.grant = 5, 1, self.t, 255, grant
        score = normal(uniform(self.monthly[Event.DIVERT], f.identifier))
        diverted = diverted_share(
            b.investing.diversion, b.investing.diversion_spread, score, c.in_kind, b.investing.in_kind_cut
        )
        capital = invested_capital(grant, b.investing.leakage, diverted, b.investing.own_share)
        if capital < b.choosing.minimum_capital:
            diverted = 1.0
        else:
            if f.operating == 0:
                price = market["price"][f.oblast]
                weights = [0.0] * 4
                for s in f.sectors():
                    weights[s - 1] = math.exp(
                        sector_utility(s, has_skill(f.skills, s), price[s - 1], f.operator_woman, b.choosing)
                    )
                f.sector = chosen(uniform(self.monthly[Event.SECTOR], f.identifier), *weights)
                f.operating, f.business_age, f.capital, f.distress_months = 1, 0, capital, 255
            else:
                f.capital += capital
            f.funded, f.funded_sector = 1, f.sector
            if f.sector == 1:
                self.spent[f.oblast] += f.weight * whole(
                    b.investing.animal_share * capital / market["cattle_price"][f.oblast]
                )
        f.diverted = diverted
        f.spend_later(grant * diverted)

    def borrow(self, f: Family) -> None:
        """H9b."""
        c = self.terms.contract
        offered = c.loan_max > 0 and f.contract_month == 12 and f.operating == 1 and f.contract == 5
        if offered and uniform(self.once[Event.LOAN], f.identifier) < self.b.investing.loan_take:
            amount = c.loan_max / self.terms.economy.deflator
            f.capital += amount
            f.loan += amount
            f.instalment = amount / c.loan_term

    # Steps 9 and 10: businesses ---------------------------------------------------------------------------------

    def start_own(self, f: Family) -> None:
        """H10: as eligible as an applicant, informed or not, whatever the contract."""
        b = self.b
        if f.best_sector == 0 or eligible_income(f.income, f.observed_ratio, self.ceiling) == 0:
            return
        yearly = start_rate(b.starting.rate, f.believed_effect, has_skill(f.skills, f.best_sector))
        if uniform(self.monthly[Event.OWN_START], f.identifier) < hazard(yearly):
            f.own_start = 1
            capital = b.starting.scale * b.accounting.grant_reference
            if f.operating == 0 and capital >= b.choosing.minimum_capital:
                f.operating, f.funded, f.business_age, f.sector = 1, 0, 0, f.best_sector
                f.capital, f.distress_months = capital, 255

    def operate(self, f: Family, sewing: int) -> None:
        """X1, X2 and H11 to H14."""
        b, c, who, r = self.b, self.terms.contract, f.identifier, f.oblast
        op, reference, farm = b.operating, b.accounting.grant_reference, f.sector == 1
        frozen = farm and self.winter[r] == 1
        ill = farm and uniform(self.monthly[Event.ANIMAL], who) < hazard(2.0 * b.shocks.animal_loss)
        if farm:
            capital = f.capital
            if frozen:
                capital = capital * (1.0 - b.shocks.winter_loss)
            if ill:
                capital = 0.5 * capital
            f.capital = capital
        shock = int(frozen or (f.sector == 2 and sewing == 1))
        slow = op.ramp_agriculture if farm else op.ramp_other
        log_capital = math.log(f.capital / reference)
        luck = 0.25 * normal(uniform(self.monthly[Event.VA], who)) - 0.03125
        full = log_value(f.sector, log_capital, f.ability_effect, f.operator_woman, reference, op)
        market = self.markets["demand"][r][f.sector - 1] * self.markets["price"][r][f.sector - 1]
        f.profit = math.exp(full + luck + log_fade(f.business_age, slow, op.fade)) * ramp(f.business_age, slow) * market
        if self.t - f.business_age >= 0:
            self.value[r][f.sector - 1] += f.weight * whole(f.profit)
        m = f.contract_month
        yearly = closure_hazard(
            base_hazard(f.business_age, b.closing),
            f.sector,
            f.single_woman,
            f.ability,
            max(log_capital, math.log(10_000.0 / reference)),
            c.coached if 1 <= m <= c.contract_months else 0,
            contract_lock(m, c.contract_months, f.visited, b.closing.lock),
            shock,
            b.closing,
        )
        closes = uniform(self.monthly[Event.CLOSE], who) < hazard(yearly)
        if c.contract_months < m <= c.contract_months + 6:
            closes = closes or uniform(self.monthly[Event.LOCK_END], who) < exit_probability(b.closing.exit_at_end)
        if closes:
            f.shut(b.closing)
            if f.contract == 5:
                f.contract = 7
            if c.release == 1 and m > 0 and (ill or shock == 1):
                f.released = 1
            return
        if self.calendar == 1 or f.business_age == 0:
            self.staff(f)
        gap = poverty_gap(b.earning.poverty_line, f.size, f.other_income)
        put_back = reinvestment(op.reinvestment, f.profit, gap)
        f.reinvested = put_back
        f.capital = (f.capital if farm else f.capital * (1.0 - op.depreciation)) + put_back
        if f.smoothed < 0.8 * b.earning.poverty_line and f.loan == 0 and f.distress_months >= 12:
            f.spend_later(0.2 * f.capital)
            f.capital = 0.8 * f.capital
            f.distress_months = 0
        elif f.distress_months != 255:
            f.distress_months += 1
        f.business_age += 1
        if farm:
            self.stock[r] += f.weight * whole(f.capital)

    def staff(self, f: Family) -> None:
        """H13."""
        w, who = self.b.working, f.identifier
        family = poisson(uniform(self.yearly[Event.FAM], who), expected_family_workers(f.sector, w))
        f.family_workers = min(max(f.adults - 1, 0), family)
        u = uniform(self.yearly[Event.FAM_PREV], who)
        f.family_new = binomial(u, f.family_workers, 1.0 - f.base_employment)
        usual = sector_return(f.sector, self.b.operating) * self.b.accounting.grant_reference
        f.hired = poisson(uniform(self.yearly[Event.HIRE], who), expected_hires(f.sector, f.profit, usual, w))
        f.hired_new = binomial(uniform(self.yearly[Event.HIRE_PREV], who), f.hired, 1.0 - w.hires_employed)

    # Steps 17 to 19: consumption, markets, monitoring -----------------------------------------------------------

    def consume(self, f: Family) -> None:
        """H15; H7 charges the cost of applying; H9b the instalment."""
        b, r = self.b, f.oblast
        deflator, wage = self.terms.economy.deflator, self.markets["wage"][r]
        out = f.due_1
        f.due_1, f.due_2, f.due_3 = f.due_2, f.due_3, 0.0
        crowd = 0.0
        if f.operating == 1:
            fte = operator_fte(f.sector, b.working)
            crowd = crowded_out(b.working.relocated, fte, wage, f.employed, 1)
            self.sums["hours"][r] += f.weight * whole(b.working.relocated * fte * 168.0 * f.employed)
        benefit = 0.0
        if f.benefit == 1:
            law = self.terms.benefit
            benefit = benefit_amount(1, law.per_child, f.children, law.coefficient, self.benefit_share(f), deflator)
            self.claimants[f.raion] += f.weight
        repaid = min(f.loan, f.instalment)
        f.loan -= repaid
        effort = b.applying.effort if f.trained == 1 else 0.0
        f.trained = 0
        income = disposable_income(
            f.income * f.size,
            f.profit,
            f.reinvested,
            crowd,
            benefit,
            f.other_benefits,
            f.remittances,
            out,
            repaid,
            effort,
        )
        f.other_income = income - f.profit
        each = max(income, 0.0) / f.size
        f.consumption = each
        f.smoothed = smoothed_consumption(f.smoothed, each)
        if each / self.markets["consumer_price"][r] < b.earning.poverty_line:
            self.poor[f.raion] += f.weight * f.size
        self.sums["consumption"][r] += f.weight * whole(max(income, 0.0))
        pay = 168.0 * b.working.casual_wage * b.working.hire_fte * f.hired if f.operating == 1 else 0.0
        self.sums["demand"][r] += f.weight * whole(f.profit + out - crowd + benefit + pay)
        if self.t >= self.start:
            f.income_total += income
            f.benefit_total += benefit
        if f.operating == 0:
            f.profit, f.reinvested = 0.0, 0.0

    def visit(self, f: Family) -> None:
        """O4 and O5, the states of section 9.4, and R2."""
        b, c, who = self.b, self.terms.contract, f.identifier
        seen = False
        if f.contract in (5, 7) and f.contract_month <= c.contract_months:
            seen = uniform(self.monthly[Event.VISIT], who) < hazard(b.visiting.rate)
        if seen:
            first = f.visited == 255
            f.visited = 0
            looks = first and c.clawback == 1 and f.diverted > 0.5
            if looks and uniform(self.once[Event.CLAW], who) < b.visiting.clawback:
                owned = f.capital + (f.due_1 + f.due_2 + f.due_3)
                back = recovered_money(f.grant, f.capital, f.due_1 + f.due_2 + f.due_3)
                if f.operating == 1:
                    f.shut(b.closing)
                f.due_1, f.due_2, f.due_3 = owned - back, 0.0, 0.0
                f.contract = 8
        if f.contract == 5 and f.operating == 0:
            f.contract = 7
        elif f.contract == 5 and f.contract_month >= c.contract_months:
            f.contract = 6
        if f.contract == 7 and f.reported_failed == 0 and (seen or f.contract_month == c.contract_months):
            counted = uniform(self.once[Event.REP_FAIL], who) < b.reporting.detection
            f.reported_failed = 2 if counted else 1

    def move_markets(self) -> None:
        """M1 to M7: half of the way to what the difference to the reference asks for."""
        b, market = self.b.feedback, self.markets
        real = {name: [v / 1024.0 for v in values] for name, values in self.sums.items()}
        real["value"] = [[v / 1024.0 for v in row] for row in self.value]
        real["bought"] = [v / 1024.0 for v in self.spent]
        real["herd"] = [
            h + v / 1024.0 * self.b.investing.animal_share / b.cattle_price
            for h, v in zip(self.herd, self.stock, strict=True)
        ]
        self.flows[self.t] = real
        then = real if self.reference is None else self.reference[self.t]
        steal = (b.steal_agriculture, b.steal_production, b.steal_trade, b.steal_services)
        share = (b.demand_agriculture, b.demand_production, b.demand_trade, b.demand_services)
        export, sewing = self.terms.economy.export_open, self.terms.economy.sewing_shock
        for r in range(self.oblasts):
            extra = (real["demand"][r] - then["demand"][r]) * (1.0 - b.indirect_tax)
            jobs = 0.0
            usual = 0.0
            for s in range(4):
                added = real["value"][r][s] - then["value"][r][s]
                index = demand_after_stealing(added, self.base_value[r][s], steal[s])
                index = demand_with_multiplier(index, b.multiplier, share[s], extra, then["consumption"][r])
                if s == 1 and sewing == 1:
                    index = index * math.exp(b.sewing * b.sewing_share)
                market["demand"][r][s] = halfway(market["demand"][r][s], index)
                target = incumbent_jobs(self.base_jobs[r][s], b.job_elasticity, index)
                market["incumbents"][r][s] = halfway(market["incumbents"][r][s], target)
                jobs += market["incumbents"][r][s]
                usual += self.base_jobs[r][s]
            herd, herd_then = real["herd"][r], then["herd"][r]
            cattle = livestock_price(
                b.cattle_price,
                b.purchase_price,
                b.herd_price,
                b.export,
                real["bought"][r] - then["bought"][r],
                b.offtake * herd / 12.0,
                herd,
                herd_then,
                export,
            )
            market["cattle_price"][r] = halfway(market["cattle_price"][r], cattle)
            milk = herd_output_price(b.herd_price, b.export, herd, herd_then, export)
            market["price"][r][0] = halfway(market["price"][r][0], milk)
            wage = casual_wage_now(
                self.b.working.casual_wage, b.wage, real["hours"][r] - then["hours"][r], usual * 168.0
            )
            market["wage"][r] = halfway(market["wage"][r], wage)
            thick = min(max(math.pow(jobs / usual, self.b.earning.tightness), 0.5), 2.0)
            market["tightness"][r] = halfway(market["tightness"][r], thick)
            prices = math.exp(b.inflation * extra / then["consumption"][r])
            market["consumer_price"][r] = halfway(market["consumer_price"][r], prices)
