"""The social contract: a one-off grant to a poor family that gives up the child benefit (model.md O1, O3, H3, T5).

All terms are those of the month: a change of the exclusion or of the loan applies to running contracts as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal, cast

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict

from sim import months
from sim.engine.sums import added
from sim.policies.dated import EVER
from sim.policies.instrument import Instrument
from sim.policies.law import law_of
from sim.policies.policy import (
    BY_OBLAST,
    YEARLY,
    Change,
    Dated,
    OnPage,
    Policy,
    Step,
    change_of,
    complaint,
    parameter,
)
from sim.state.terms import FULL_EXCLUSION, LAST_CONTRACT_MONTH, NO_EXCLUSION, TAPER, ContractTerms

NO_LAW = "No programme unless a law or a scenario gives it"
PRIORITIES = ("need", "children", "disability", "plan")
CODES = {"none": NO_EXCLUSION, "full": FULL_EXCLUSION, "taper": TAPER}


class Band(BaseModel):
    """A stretch of contract months with one share of the child benefit."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    until: int = Field(ge=1, le=LAST_CONTRACT_MONTH)
    share: float = Field(ge=0.0, le=1.0)


def _year(shares: tuple[float, ...]) -> tuple[float, ...]:
    if len(shares) != 12:
        raise complaint(f"has {len(shares)} entries; it must have 12, one for each month from January")
    if abs(added(shares) - 1.0) > 1e-6:
        raise complaint(f"adds up to {sum(shares):.6g}; the twelve shares must add up to 1")
    return shares


def _rising(bands: tuple[Band, ...]) -> tuple[Band, ...]:
    for k in range(1, len(bands)):
        until, before = bands[k].until, bands[k - 1].until
        if until <= before:
            raise complaint(f"is {until}; it must be above {before}, the end of the band before", k, "until")
    return bands


Shares = Annotated[tuple[Annotated[float, Field(ge=0.0, le=1.0)], ...], Strict(False), AfterValidator(_year)]
Bands = Annotated[tuple[Band, ...], Strict(False), Field(min_length=1), AfterValidator(_rising)]
Slots = Annotated[float, Field(ge=0.0, le=1e6)] | Literal["envelope"]


SUSPENDED = ("suspended_from", "suspended_until")


class SocialContract(Policy):
    """The social contract: grant, number of families, timing, loss of the child benefit, support and loans."""

    grant: Dated[float] = parameter(
        0.0, (0.0, 5e6), "som per family", "Grant", (NO_LAW, "C"), "H6;H9a", varies=BY_OBLAST,
        on_page=OnPage(
            "grant", "Paid once to a family that gives up the child benefit and starts a business.",
            (0, 500_000, 5_000), main=True))
    slots: Dated[Slots] = parameter(
        0.0, None, "families a year, or 'envelope'", "Contracts a year", (NO_LAW, "C"), "O1;T5", varies=YEARLY)
    envelope: Dated[float | None] = parameter(
        None, (1e5, 1e12), "som a year", "Yearly budget of grants and visible administration", (NO_LAW, "C"), "T5",
        varies=YEARLY,
        on_page=OnPage(
            "envelope", "Money for grants in a year; contracts a year are this budget divided by the grant.",
            (0, 6e9, 5e7), main=True, label="Budget for grants"))
    envelope_share: Dated[float] = parameter(
        1.0, (0.0, 1.0), "share", "Share of the envelope spent on grants", ("Model convention", "C"), "T5",
        varies=YEARLY)
    envelope_administration: Dated[float] = parameter(
        0.0, (0.0, 0.5), "share of grants", "Visible administration charged to the envelope",
        ("The plans of 2025 and 2026 divide the envelope by the grant alone", "derived"), "T4;T5", varies=YEARLY)
    pay_profile: Dated[Shares] = parameter(
        (0.0,) * 2 + (1 / 9,) * 9 + (0.0,), None, "share by month", "Payment profile over the year",
        ("Equal parts from March to November", "C"), "O3", varies=YEARLY)
    exclusion: Dated[Literal["none", "full", "taper"]] = parameter(
        "full", None, "rule", "Loss of the child benefit", ("Resolution 385, item 39(3)", "A"), "H3;H6",
        on_page=OnPage(
            "exclusion", "What happens to the child benefit of a family with a contract.",
            main=True, choices={
                "full": "Lost for three years",
                "taper": "Paid in full for a year, by half for another, then lost",
                "none": "Kept",
            }))
    suspended_from: Dated[int] = parameter(
        4, (1, LAST_CONTRACT_MONTH), "contract month", "First contract month without the child benefit",
        ("Resolution 385, item 39(3)", "derived"), "H3;H6")
    suspended_until: Dated[int] = parameter(
        39, (1, 39), "contract month", "Last contract month without the child benefit",
        ("Resolution 385, item 39(3)", "derived"), "H3;H6")
    taper: Dated[Bands] = parameter(
        (Band(until=12, share=1.0), Band(until=24, share=0.5), Band(until=39, share=0.0)), None,
        "share by contract month", "Child benefit paid under the taper", ("Scenario of this model", "C"), "H3;H6")
    release: Dated[bool] = parameter(
        False, None, "yes or no", "A loss by force majeure ends the suspension", ("Off in the base run", "C"), "H3")
    in_kind: Dated[bool] = parameter(
        False, None, "yes or no", "Paid as goods, at no further cost", ("Off in the base run", "C"), "H9a",
        on_page=OnPage("goods", "Animals and tools are handed over instead of money."))
    coached: Dated[bool] = parameter(
        False, None, "yes or no", "Business coaching, at no cost of its own", ("Off in the base run", "C"), "H12",
        on_page=OnPage("coaching", "Advice for families while they build their business."))
    contract_months: Dated[int] = parameter(
        36, (1, 39), "months", "Duration of the contract", ("Programme terms as presented in 2023", "B"), "H12;R4")
    loan_max: Dated[float] = parameter(
        0.0, (0.0, 5e6), "som", "Follow-up loan, 0 for none", (NO_LAW, "C"), "H9b",
        on_page=OnPage(
            "loan", "Largest loan for a business that has done well; the state pays the interest.",
            (0, 1_000_000, 10_000)))
    loan_term: Dated[int] = parameter(
        36, (1, 120), "months", "Term of the follow-up loan", ("Programme rule, in force from 2024", "B"), "H9b;H15")
    loan_interest: Dated[float] = parameter(
        0.09, (0.0, 0.5), "share a year", "Interest that the state pays on follow-up loans", ("Assumption", "C"), "T1")
    clawback: Dated[bool] = parameter(
        True, None, "yes or no", "Breach leads to recovery", ("No text on repayment was found", "C"), "O5")
    set_aside: Dated[float] = parameter(
        0.0, (0.0, 1.0), "share of contracts", "Reserved for households with a member with disability",
        ("Off in the base run", "C"), "O2",
        on_page=OnPage(
            "setaside", "Part of the contracts kept for families with a member with a disability.",
            (0, 1, 0.05)))
    cash: Dated[bool] = parameter(
        False, None, "yes or no", "The same money to the same families in cash, without business or obligations",
        ("Benchmark of this model", "C"), "O3;Y17")
    lottery: Dated[float] = parameter(
        0.0, (0.0, 1.0), "share of contracts", "Given by lot among applicants instead of by score",
        ("Off in the base run", "C"), "O2")
    income_ceiling: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "Income ceiling of applicants, over today's", ("As it is", "C"), "H5")
    holder: Dated[Literal["any", "woman"]] = parameter(
        "any", None, "rule", "Who may hold a contract", ("No rule by sex was found", "C"), "H5")
    priority_need: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "Weight of need in the selection, over today's", ("As it is", "C"), "O2")
    priority_children: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "Weight of children in the selection, over today's", ("As it is", "C"), "O2")
    priority_disability: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "Weight of disability in the selection, over today's", ("As it is", "C"), "O2")
    priority_plan: Dated[float] = parameter(
        1.0, (0.0, 10.0), "ratio", "Weight of the business plan in the selection, over today's", ("As it is", "C"),
        "O2")
    repaid_share: Dated[float] = parameter(
        0.0, (0.0, 1.0), "share", "Grant to be paid back", ("Grants are not paid back", "B"), "H9a;H15")
    repaid_from: Dated[int] = parameter(
        13, (1, 39), "contract month", "First month in which it is paid back", ("Assumption", "C"), "H15")
    repaid_months: Dated[int] = parameter(
        36, (1, 120), "months", "Months over which it is paid back", ("Assumption: as the follow-up loan", "C"), "H15")
    livestock_insurance: Dated[float] = parameter(
        0.0, (0.0, 1.0), "share", "Lost animals of contract families that the state replaces",
        ("Off in the base run", "C"), "X1;X2")
    oblast_weight: Dated[float] = parameter(
        1.0, (0.0, 100.0), "weight", "Weight of an oblast in the allocation of contracts", ("Equal treatment", "C"),
        "O1", varies=BY_OBLAST | YEARLY)

    @classmethod
    def completed(cls, change: Change) -> Change:
        """Return a change in which an envelope without slots sets the slots (T5)."""
        given = change.model_fields_set
        if "envelope" not in given or "slots" in given:
            return change
        steps: tuple[Step, ...] = cast(Any, change).envelope.steps
        slots: Dated[Any] = Dated([step._replace(value="envelope") for step in steps])
        return change_of(cls, {name: getattr(change, name) for name in given} | {"slots": slots})

    def check_change(self, change: Change, start: int) -> None:
        """Refuse an envelope far from what contracts cost (section 11: "1.0 million" in 2023), and cash that ends."""
        given = change.model_fields_set
        paid = [step.value for step in cast(Any, change).cash.steps] if "cash" in given else []
        if any(before and not now for before, now in pairwise(paid)):
            raise complaint("ends after it began; cash can begin at any date and then stays", "cash")
        if moved := {name: getattr(change, name) for name in SUSPENDED if name in given}:
            self.changed(change_of(type(self), moved), start)._ends(max(moved))
        if "envelope" not in given:
            if "slots" in given and any(step.value == "envelope" for step in cast(Any, change).slots.steps):
                raise complaint("is missing; slots = 'envelope' needs it, in som a year", "envelope")
            return
        alone = change_of(type(self), {"envelope": cast(Any, change).envelope})
        judged = self.changed(change if "slots" in given else alone, start)
        for t, envelope, cost in judged.mismatches(start):
            raise complaint(
                f"is {envelope:,.0f} som a year in {months.label(t)}; it must be between a tenth and ten times the "
                f"{cost:,.0f} som of slots x grant", "envelope")

    def _ends(self, key: str) -> None:
        """Refuse a suspension of the child benefit that ends before it begins."""
        for t in {step.since for part in (self.suspended_from, self.suspended_until) for step in part.steps}:
            first, last = self.suspended_from.at(t), self.suspended_until.at(t)
            if first > last:
                raise complaint(
                    f"makes the suspension run from contract month {first} to {last}; suspended_until must not be "
                    "below suspended_from (exclusion = 'none' suspends nothing)", key)

    def terms(self, t: int, regions: Sequence[str] = ()) -> ContractTerms:
        """Return the terms of the social contract in month ``t``."""
        exclusion = self.exclusion.at(t)
        return ContractTerms(
            grant=self.grant.by_region(t, regions),
            slots=self.slots_of(t),
            pay_share=float(self.pay_profile.at(t)[months.month_of(t) - 1]),
            benefit_share=np.array(self.benefit_shares(t), dtype=np.float64),
            exclusion=CODES[exclusion],
            release=int(self.release.at(t)),
            in_kind=int(self.in_kind.at(t)),
            coached=int(self.coached.at(t)),
            contract_months=self.contract_months.at(t),
            loan_max=float(self.loan_max.at(t)),
            loan_term=self.loan_term.at(t),
            loan_interest=float(self.loan_interest.at(t)),
            clawback=int(self.clawback.at(t)),
            set_aside=float(self.set_aside.at(t)),
            oblast_weight=self.oblast_weight.by_region(t, regions),
            cash=int(self.cash.at(t)),
            lottery=float(self.lottery.at(t)),
            income_ceiling=float(self.income_ceiling.at(t)),
            women_only=int(self.holder.at(t) == "woman"),
            priorities=tuple(float(getattr(self, f"priority_{name}").at(t)) for name in PRIORITIES),
            livestock_insurance=float(self.livestock_insurance.at(t)),
            repaid_share=float(self.repaid_share.at(t)),
            repaid_from=int(self.repaid_from.at(t)),
            repaid_months=int(self.repaid_months.at(t)),
        )

    def slots_of(self, t: int) -> float:
        """Return the families a year: as given, or what the envelope pays for at the national grant of January (T5)."""
        slots = self.slots.at(t)
        if slots != "envelope":
            return float(slots)
        january = months.month_index(months.year_of(t))
        per_family = self.grant.at(january) * (1.0 + self.envelope_administration.at(t))
        money = self.envelope_share.at(t) * (self.envelope.at(t) or 0.0)
        return float(math.floor(money / per_family + 1e-9)) if per_family > 0.0 else 0.0

    def benefit_shares(self, t: int) -> list[float]:
        """Return the share of the child benefit payable in contract months 0 to 52 (``sh_ubk``, H3)."""
        first, last, rule = self.suspended_from.at(t), self.suspended_until.at(t), self.exclusion.at(t)
        shares = [1.0] * (LAST_CONTRACT_MONTH + 1)
        for month in range(first, last + 1):
            if rule == "full":
                shares[month] = 0.0
            elif rule == "taper":
                shares[month] = next((band.share for band in self.taper.at(t) if month <= band.until), 1.0)
        return shares

    def mismatches(self, since: int = EVER) -> Iterator[tuple[int, float, float]]:
        """Yield (month, envelope, slots x grant) where the two are more than a factor of ten apart (section 11)."""
        dates = {max(step.since, since) for part in (self.grant, self.slots, self.envelope) for step in part.steps}
        for t in sorted(dates):
            envelope, slots = self.envelope.at(t), self.slots.at(t)
            if envelope is None or slots == "envelope" or t < self.envelope.steps[0].since:
                continue
            cost = slots * self.grant.at(t)
            if not 0.1 * cost <= envelope <= 10.0 * cost:
                yield t, envelope, cost


SOCIAL_CONTRACT = Instrument(
    "social_contract", "Social contract", SocialContract,
    of_country=law_of(SocialContract, "social_contract", may_lack=True),
    page="Families")
