"""Household work: what a member's work brings to the family by law, beside what is feared, and the line of earnings."""

from __future__ import annotations

from typing import NamedTuple

from experiments.design_of_law import Law
from experiments.household import reckon
from experiments.household_case import EMPLOYED, OWN_WORK, Case, Job, Member
from experiments.middles import group_of
from sim.agents.seeking import Seeking, net_gain
from sim.engine.plain import plain
from sim.engine.sums import added
from sim.taxes_benefits.flows import FLOWS

# What ends at once as pay rises, by law; nothing else of a family's money jumps.
CLIFFS = {
    "child_benefit": "income per person reaches the guaranteed minimum income",
    "assistant_pay": "the assistant takes another job",
    "public_works": "the member takes another job",
    "unemployment_benefit": "the member takes a job",
}
TAXES = ("contribution", "income_tax", "tax_relief", "own_contribution", "patent", "single_tax")


def earning(case: Case, who: int, pay: float) -> Case:
    """Return the household with a member earning so much a month; without pay, the member has no work.

    Who has no job takes one with a contract, and so is no assistant, no registered unemployed and in no public works.
    """
    one = case.members[who]
    if one.job in OWN_WORK:
        return case.changed(who, income=pay)
    if pay <= 0.0:
        return case.changed(who, job=Job.HOME, pay=0.0) if one.job in EMPLOYED else case
    return case.changed(who, job=one.job if one.job in EMPLOYED else Job.WORKS, pay=pay)


class Work(NamedTuple):
    """What a member's work brings to the family, som a month."""

    pay: float  # before tax
    taken: float  # taxes and contributions, less deductions
    lost_own: float  # of the member's own pension or benefit for a disability
    lost_other: float  # of other benefits and of pay for care
    kept: float
    participation: float  # share of pay that taxes and lost benefits take
    marginal: float  # share of the next som


def work_of(case: Case, law: Law, who: int, pay: float, step: float) -> Work:
    """Return what a member keeps of pay, against no work, and of a little more pay."""
    without, with_pay = reckon(earning(case, who, 0.0), law), reckon(earning(case, who, pay), law)
    kept = with_pay.monthly - without.monthly
    pairs = [(with_pay.of(flow, who), without.of(flow, who)) for flow in ("gross_pay", "informal_pay", "own_income")]
    gross = added(a - b for a, b in pairs)
    taken = added(FLOWS[flow].sign * -(with_pay.of(flow) - without.of(flow)) for flow in TAXES)
    own = without.own_benefits(who) - with_pay.own_benefits(who)
    more = reckon(earning(case, who, pay + step), law)
    marginal = 1.0 - (more.monthly - with_pay.monthly) / step
    return Work(gross, taken, own, gross - taken - own - kept, kept, 1.0 - kept / gross if gross else 0.0, marginal)


class Fear(NamedTuple):
    """What a person with a disability reckons with beside the law, som a month; assumptions of the simulation (P1)."""

    benefit: float  # benefit that may be taken away, as is feared
    travel: float
    care: float
    left: float  # of pay in hand, in the person's eyes


def feared(work: Work, benefit: float, one: Member, law: Law) -> Fear:
    """Return what a person reckons with who fears for a benefit, travels to work and replaces care at home (P1)."""
    seeking = group_of(Seeking, "seeking")
    prices = law.economy.deflator
    real = seeking._replace(travel=seeking.travel * prices, care=seeking.care * prices)
    in_hand = work.kept
    left = float(plain(net_gain)(in_hand, benefit, one.group, 0, 0, real))
    care_cost = real.care if one.group <= 2 else 0.0
    return Fear(real.feared_loss * benefit, real.travel, care_cost, left)


class Point(NamedTuple):
    """A place on the line of net income against earnings."""

    pay: float
    money: float  # of the family
    child_benefit: float
    marginal: float  # share of the step up to here that is not kept; not a number at the first


def line(case: Case, law: Law, who: int, most: float, step: float) -> list[Point]:
    """Return the money of the family at each pay of a member, from nothing to ``most``."""
    points: list[Point] = []
    for k in range(int(most / step + 1e-9) + 1):
        account = reckon(earning(case, who, k * step), law)
        before = points[-1].money if points else float("nan")
        marginal = 1.0 - (account.monthly - before) / step
        points.append(Point(k * step, account.monthly, account.of("child_benefit"), marginal))
    return points
