"""Employer: what a quota law asks of one employer here, ways to comply with their prices, and what a hire costs.

Amounts are som of the month's prices. The terms are those of the simulation (``Quota.bare``), so a foreign law keeps
its size as a share of the average wage, and the bill is that of ``kelishim quota bill``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast

from experiments.bill import Bill, Case, settle
from experiments.design_of_law import Law
from experiments.middles import group_of, middle
from sim.agents.complying import Complying
from sim.agents.persons.paying import net_pay
from sim.agents.seeking import Productivity, relative_productivity
from sim.engine.plain import plain
from sim.engine.sums import added
from sim.errors import InputError
from sim.offices.inspecting import Inspecting, expected_fine
from sim.policies.dated import EVER, Dated, Step
from sim.policies.design import load
from sim.policies.quota import Quota
from sim.state.labour import INDUSTRIES, OWNERS, Owner
from sim.state.quota_charge import bought_out_seats, fine_amount, marginal_levy, seat_price
from sim.state.quota_law import QuotaTerms, Sanction, worker_weight
from sim.taxes_benefits.contributions import employer_contribution, income_tax_rate, worker_contribution
from sim.taxes_benefits.employers import contribution_relief, first_hire_grant
from sim.taxes_benefits.taxing import tax_relief

MONTHS = 12.0
FULL, HALF = 1.0, 0.5  # hours
AGE = 40  # years of a worker whose age is not said
NOBODY, GROUPS = 0, (3, 2, 1)  # a worker without a disability; certified groups, from the least severe
MOST_STAFF = 1e6


class Behaviour(NamedTuple):
    """What the terms of a law take from behaviour: the fine that was not found, and the cheapest workers."""

    inspecting: Inspecting
    complying: Complying


@dataclass(frozen=True)
class Firm:
    """One employer; pay is a mean, som a month before tax."""

    staff: float
    pay: float
    owner: Owner = Owner.PRIVATE
    industry: str = ""
    workers: Mapping[tuple[int, bool], float] | None = None  # group and half time: how many work there now
    offered: float | None = None  # full-time pay of a hire; otherwise the mean
    idle: float = 0.0  # years in which nothing was done

    @property
    def heads(self) -> float:
        """Workers with disabilities."""
        return sum((self.workers or {}).values())

    @property
    def hire_pay(self) -> float:
        """Full-time pay of a hire."""
        return self.pay if self.offered is None else self.offered


class Seats(NamedTuple):
    """What a law asks and charges: the bill of the year as things stand, and whether the employer has a duty at all."""

    law: Law
    terms: QuotaTerms
    covered: bool  # owner and industry have the duty
    bill: Bill
    fine_known: bool  # the law's amount was found
    fine_expected: float  # a year, as likely as a finding is (assumptions)


class Way(NamedTuple):
    """A way to comply with one missing seat: its price a year, whether it is an assumption, and for how many seats."""

    key: str
    price: float
    seats: float
    assumed: bool


class Hire(NamedTuple):
    """What a worker costs in the first year, som, and what the worker has in hand in a month."""

    group: int
    pay: float
    contribution: float
    subsidy: float
    premium: float
    spared: float  # levy that need not be paid
    fine_spared: float  # expected; an assumption
    in_hand: float
    output: float  # relative productivity; an assumption
    relief: float = 0.0  # of contributions
    grant: float = 0.0  # for a first hire

    @property
    def cost(self) -> float:
        """Labour cost without any help."""
        return self.pay + self.contribution

    @property
    def net(self) -> float:
        """Labour cost after all help and the levy spared."""
        return self.cost - self.subsidy - self.premium - self.spared - self.relief - self.grant


def behaviour() -> Behaviour:
    """Return what laws take from behaviour, at the middle of what is likely."""
    return Behaviour(group_of(Inspecting, "inspecting"), group_of(Complying, "complying"))


def check(firm: Firm) -> None:
    """Refuse an employer that cannot be, in one sentence."""
    if firm.heads > firm.staff:
        raise InputError(f"--has names {firm.heads:g} workers of {firm.staff:g} staff; it must be at most --staff")
    if firm.industry and firm.industry not in INDUSTRIES:
        raise InputError(f"--sector is '{firm.industry}'; known: {', '.join(INDUSTRIES)}")


def terms_of(law: Law) -> QuotaTerms:
    """Return the quota of a law, amounts in som."""
    quota = cast(Quota, law.policies["quota"])
    if _nobody_knows(law):
        quota = quota.model_copy(update={"fine": Dated((Step(EVER, 0.0),))})
    return quota.bare(law.t, law.economy, behaviour())


def _covered(firm: Firm, terms: QuotaTerms) -> bool:
    owner = bool(terms.owners[OWNERS.index(firm.owner.name.lower())] > 0.0)
    return owner and (not firm.industry or bool(terms.industries[INDUSTRIES.index(firm.industry)] > 0.0))


def weight_of(terms: QuotaTerms, group: int, half: bool, pay: float, law: Law, *, first: bool) -> float:
    """Return what one worker counts."""
    hours = HALF if half else FULL
    share = pay * hours / law.economy.average_wage
    return float(plain(worker_weight)(terms, group, hours, AGE, share, int(first)))


def _case(firm: Firm, terms: QuotaTerms, law: Law, more: Mapping[tuple[int, bool], float] | None = None) -> Case:
    """Return the case of a bill: who works there now, and the workers that are thought to come."""
    workers = dict(firm.workers or {})
    counted = added(n * weight_of(terms, g, h, firm.pay, law, first=False) for (g, h), n in workers.items())
    for (group, half), number in (more or {}).items():
        counted += number * weight_of(terms, group, half, firm.hire_pay, law, first=not firm.heads)
        workers[group, half] = workers.get((group, half), 0.0) + number
    severe = sum(n for (g, _), n in workers.items() if terms.severe[g - 1] > 0.0)
    heads = sum(workers.values())
    staff = max(firm.staff, heads)
    public = firm.owner == Owner.BUDGET
    return Case(staff, counted, heads, severe, idle=firm.idle, payroll=MONTHS * firm.pay * staff, public=public)


def seats(firm: Firm, law: Law, more: Mapping[tuple[int, bool], float] | None = None) -> Seats:
    """Return what a law asks of an employer and charges it in a year as things stand."""
    check(firm)
    terms = terms_of(law)
    covered = _covered(firm, terms)
    if not covered:
        terms = terms._replace(n_min=math.inf, n_min_public=math.inf)
    bill = settle(terms, _case(firm, terms, law, more), lambda base, missing: _fines(law, terms, base, missing))
    risk = middle("inspecting.probability")
    expected = float(plain(expected_fine)(risk, bill.fines[1], behaviour().inspecting))
    return Seats(law, terms, covered, bill, _fine_known(law), expected)


def _fines(law: Law, terms: QuotaTerms, base: float, missing: float) -> tuple[float, float, float]:
    """Return the fine of one finding; not a number where nobody knows it, and judged for the law of the country."""
    if missing > 0.0 and terms.kind in (Sanction.FINE, Sanction.FINE_AND_LEVY) and _nobody_knows(law):
        return math.nan, math.nan, math.nan
    found = float(plain(fine_amount)(terms, base, missing))
    return found, found, found


def _fine_known(law: Law) -> bool:
    """Tell whether the amount of the fine was found, or is given by a design."""
    quota = cast(Quota, law.policies["quota"])
    if quota.fine.at(law.t) is not None:
        return True
    design = load(quota.design.at(law.t))
    return all(design.figures[f"sanction.fine_{end}"].known for end in ("min", "max"))


def _nobody_knows(law: Law) -> bool:
    """Tell whether the fine is that of a foreign law and its amount was not found; the own one is judged."""
    quota = cast(Quota, law.policies["quota"])
    return not _fine_known(law) and load(quota.design.at(law.t)).of("translation.average_wage") != "own"


def ways(firm: Firm, found: Seats) -> list[Way]:
    """Return the ways to comply with the missing seats, and the price of each for one seat and year."""
    terms, bill, law = found.terms, found.bill, found.law
    if bill.missing <= 0.0:
        return []
    hired = hire(firm, law, GROUPS[1] if bill.gap > 0.0 else GROUPS[0])
    out = [Way("hire", hired.cost, bill.missing, False)]
    if bill.gap < bill.missing:
        relabel = middle("complying.relabel_cost") * terms.cheapest
        out.append(Way("certify", relabel, bill.missing - bill.gap, True))
    room = math.floor(terms.alternative_cap * bill.missing + 1e-9)
    levy = float(plain(marginal_levy)(terms, bill.base, bill_counted(firm, found), bill.owed, bill.short, firm.idle))
    price = float(plain(seat_price)(levy, terms))
    if price > 0.0 and room > 0:
        out.append(Way("purchases", price, room, False))
    if terms.donation_price > 0.0 and room > 0:
        out.append(Way("donation", terms.donation_price, room, False))
    most = float(plain(bought_out_seats)(terms, bill.base, bill.owed, bill.missing))
    if terms.buyout_cap > 0.0 and most > 0.0:
        out.append(Way("buy_out", terms.buyout_fee, most, False))
    if levy > 0.0:
        out.append(Way("levy", levy, bill.short, False))
    if terms.kind in (Sanction.FINE, Sanction.FINE_AND_LEVY):
        out.append(Way("nothing", found.fine_expected / bill.missing, bill.missing, True))
    elif terms.kind == Sanction.NO_SANCTION:
        out.append(Way("nothing", 0.0, bill.missing, False))
    return out


def bill_counted(firm: Firm, found: Seats) -> float:
    """Return what the present workers count together."""
    return _case(firm, found.terms, found.law).counted


def hire(firm: Firm, law: Law, group: int) -> Hire:
    """Return what one more full-time worker costs in the first year, with and without help, and what she has in hand.

    ``group`` is 0 for a worker without a disability. Subsidies are those of services and of the quota law.
    """
    severe = int(group in (1, 2))
    pay = MONTHS * firm.hire_pay
    rate = float(plain(employer_contribution)(firm.owner, severe, law.economy, law.contributing))
    taken = float(plain(worker_contribution)(firm.owner, group or 3, law.economy, law.contributing))
    tax = float(plain(income_tax_rate)(group, 0, law.economy)) if group else law.economy.income_tax
    in_hand = float(plain(net_pay)(firm.hire_pay, 1, taken, tax, 1.0)) + _relief(firm.hire_pay, taken, tax, law)
    if group == NOBODY:
        return Hire(group, pay, pay * rate, 0.0, 0.0, 0.0, 0.0, in_hand, 1.0)
    now, then = seats(firm, law), seats(firm, law, {(group, False): 1.0})
    subsidised = min(law.services.subsidy_months, int(MONTHS))
    filled = now.bill.missing > then.bill.missing
    premium = then.bill.bonus - now.bill.bonus + (now.terms.hire_bonus if filled else 0.0)
    ability = float(plain(relative_productivity)(group, group_of(Productivity, "productivity")))
    return Hire(
        group, pay, pay * rate, firm.hire_pay * subsidised * law.services.subsidy_share, premium,
        now.bill.levy - then.bill.levy, now.fine_expected - then.fine_expected, in_hand, ability,
        float(plain(contribution_relief)(pay * rate, law.protection.employer_relief)),
        float(plain(first_hire_grant)(firm.heads, law.protection.first_hire_grant)),
    )  # fmt: skip


def _relief(pay: float, taken: float, tax: float, law: Law) -> float:
    """Return the income tax that deductions spare a worker without dependants."""
    terms = law.protection
    counted = pay * taken if terms.contributions_deducted else 0.0
    return float(plain(tax_relief)(pay * tax, tax, counted, terms.deduction_own))


class Fitting(NamedTuple):
    """Fitting a workplace once, som: what it costs where something must be done, and what the state pays of it."""

    cost: float  # an assumption
    paid: float


def fitting(law: Law) -> Fitting:
    """Return the cost of fitting a workplace, and the part that today's services or a design pay."""
    cost = middle("placing.accommodation_cost") * law.economy.deflator
    paid = min(cost, law.services.accommodation_ceiling) if law.services.accommodation_budget > 0.0 else 0.0
    return Fitting(cost, paid)
