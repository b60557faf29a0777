"""Codebook of worth: what a design is worth to those affected, to the budget and to society (people.md Y9, Y17, K7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.engine.sums import added
from sim.outcomes.compared import ratio
from sim.outcomes.outcome import Outcome, Shown

HEADLINE, CARD, PAGE = Shown.HEADLINE, Shown.CARD, Shown.PAGE


def named(dimension: str, parts: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Yield parts as groups of a dimension.

    >>> list(named("line", {"grants": 1.0}))
    [('line=grants', 1.0)]
    """
    yield from ((f"{dimension}={name}", value) for name, value in parts.items())


VALUE = Outcome(
    "value_of_public_money", "Value of a som of public money", "som per som",
    "What those affected would pay divided by the net cost to the budget over the same months, both discounted "
    "(the marginal value of public funds of Hendren and Sprung-Keyser 2020). A cash transfer without other effects "
    "has 1. No figure where the budget gains, or unless five years after the horizon are followed", "Y17", "more",
    value=lambda c: ratio(c.willingness, c.government) if c.followed_long else None, shown=(HEADLINE,),
)  # fmt: skip
WORTH = (
    Outcome(
        "social_balance", "Balance for society", "som",
        "What those affected would pay, less the net cost to the budget and what it costs to raise that money, to the "
        "last month followed; som of 2023, discounted. Each transfer is in it once for who gets it and once for who "
        "pays it. Without months followed contracts have cost much and brought little. By who gains and who pays, "
        "which adds up", "Y17;K7", "more",
        value=lambda c: added(c.society.values()), by_group=lambda c: named("party", c.society), by=("party",),
        shown=(HEADLINE,)),
    Outcome(
        "social_balance_weighted", "Balance for society, a som of the poor counting more", "som",
        "Balance for society in which a som of a household counts as much more as its tenth consumes less than the "
        "mean, to the power of the aversion to risk; the weights act on sums that are not discounted", "Y17;K7", "more",
        value=lambda c: added(c.society.values()) + c.weighting),
    Outcome(
        "social_cost", "Cost to society", "som",
        "What a design uses up: administration, services and interest, what is bought with grants, loans and own "
        "money less what businesses sold bring back, the cost of applying, and what it costs to raise public money; "
        "less what businesses would fetch at the last month followed, less loans. Som of 2023, discounted. Transfers "
        "are not in it: a grant that is consumed, a benefit lost, levies and premiums have a receiver for each payer. "
        "To be held against the gain in market income; wages of jobs lost at employers are not in it", "Y9;K7", "",
        value=lambda c: c.social_cost, shown=(HEADLINE, CARD)),
    Outcome(
        "market_gain", "Gain in market income of families", "som",
        "Profits of family businesses, whenever they began, less what is put back into them and earnings given up for "
        "them, to the last month followed; som of 2023, discounted, more than without the design. It is too high where "
        "businesses take customers from others: what families on own account lose to them is in the change of income "
        "of all families, not here", "Y9;K7", "more",
        value=lambda c: c.market_gain, shown=(HEADLINE, PAGE)),
    Outcome(
        "willingness_to_pay", "What those affected would pay for it", "som",
        "Change of disposable income of all households, what levies take from them included, less the time that "
        "applications take; less what private employers are charged beyond what households bear of it; and at the last "
        "month followed the change of business capital at what it would fetch, less loans. Each som once, som of 2023, "
        "discounted to the start. No figure unless five years after the horizon are followed: before, a contract has "
        "cost much and brought little. Who pays for the design is in it only where the financing says so. Under a "
        "quota single runs hold much luck of who gets which job; look at many. By part, which adds up", "Y17", "more",
        value=lambda c: c.willingness if c.followed_long else None, by=("part",),
        by_group=lambda c: named("part", c.willingness_parts) if c.followed_long else ()),
    Outcome(
        "willingness_markets_left_out", "What those affected would pay for it, markets left out", "som",
        "The same without what markets give and take", "Y17", "more",
        value=lambda c: c.willingness_without_markets if c.followed_long else None),
    Outcome(
        "public_cost", "Net cost to the budget to the last month followed", "som",
        "Net cost to the budget from the start to the last month followed, som of 2023, discounted to the start. No "
        "figure unless five years after the horizon are followed. By line, which adds up; what the budget saves or "
        "receives is negative", "Y17", "less",
        value=lambda c: c.government if c.followed_long else None, by=("line",),
        by_group=lambda c: named("line", c.budget_lines) if c.followed_long else ()),
    Outcome(
        "value_markets_left_out", "Value of a som of public money, markets left out", "som per som",
        "The same without what markets give and take: pay and own work of everybody, customers won and lost, and what "
        "is gained because more is spent locally. It is the surer figure of the two: who gets which job is luck, and "
        "moves the other one in single runs. A cash transfer has 1, less its administration. It says little of a "
        "quota: the pay of those who are hired, and of those whom they replace, is left out with the rest", "Y17",
        "more",
        value=lambda c: ratio(c.willingness_without_markets, c.government) if c.followed_long else None,
        shown=(HEADLINE,)),
)  # fmt: skip
