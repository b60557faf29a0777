"""One household: its child benefit, what a contract pays and suspends, and the instalments of its loan."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import months
from sim.agents.choosing import Choosing
from sim.agents.claiming import benefit_amount, suspended
from sim.agents.households.budget import Coverage
from sim.agents.households.consuming import SUMS, Consuming, MoneyMonth, Sum, receive
from sim.agents.investing import Investing, Payment, borrow, diverted_share, invest, invested_capital
from sim.agents.working import Working
from sim.engine.columns import empty
from sim.offices.visiting import recovered_money
from sim.policies.social_contract import SocialContract
from sim.scenario import present_law
from sim.state.households import ACTIVE, Endowments, Households, HouseholdState
from sim.state.terms import BenefitTerms

KEY = np.uint64(7)
INVESTING = Investing(0.25, 0.0, 0.5, 0.0625, 0.125, 1.0, 0.75)  # no spread and every loan taken: no luck enters
CHOOSING = Choosing(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10_000.0)
WORKING = Working(0.5, 0.75, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 0.0, 100.0, 0.5, 0.0)
EXCLUSIONS = ("none", "full", "taper")
CONSUMING = Consuming(0.65, 1_000.0, 5_000.0, 0.0, 0.0, 0.0, 0.0, 0.0)
FAMILY = {
    "identifier": 5,
    "weight": 1,
    "oblast": 3,
    "size": 6,
    "children": 4,
    "adults": 2,
    "women": 1,
    "men": 1,
    "herd": 10.0,
}


def budgets() -> dict[str, Any]:
    """Return the lines of one household's account that follow from law and contract alone."""
    return {
        "child benefit": _benefit(), "shares by contract month": _shares(), "benefit and loan by month": _months(),
        "investment": _investment(), "recovered": _recovered(),
    }  # fmt: skip


def _benefit() -> dict[str, Any]:
    law = present_law("kyrgyzstan").child_benefit
    out = {}
    for month in ("2021-12", "2022-05", "2022-06", "2026-01"):
        terms = law.terms(months.parse(month))
        out[month] = [
            float(benefit_amount(1, terms.per_child, children, terms.coefficient, share, deflator))
            for children in range(8) for share in (0.0, 0.5, 1.0) for deflator in (0.8, 1.0, 1.25)
        ]  # fmt: skip
    return out


def _shares() -> dict[str, Any]:
    out = {}
    for exclusion in EXCLUSIONS:
        shares = SocialContract(exclusion=exclusion).terms(48).benefit_share
        out[exclusion] = shares
        out[f"{exclusion}, suspended"] = [
            int(suspended(month, shares[month], released)) for released in (0, 1) for month in range(53)
        ]
    return out


def _months() -> dict[str, Any]:
    """Return child benefit received and loan repaid and still owed over 48 months of a contract with a loan."""
    out = {}
    for exclusion in EXCLUSIONS:
        policy = SocialContract(grant=150_000.0, slots=1.0, exclusion=exclusion)
        h, e, s = (empty(table, 1) for table in (Households, Endowments, HouseholdState))
        for name, value in FAMILY.items():
            getattr(h, name)[:] = value
        s.earned[:], s.benefit[:], s.contract[:] = 30_000.0, 1, ACTIVE
        rows = []
        for month in range(1, 49):
            s.contract_month[:] = month
            if month == 12:
                s.operating[:], s.sector[:] = 1, 1
                borrow(0, 1, h, s, 160_000.0, 30, 1.0, KEY)
            sums = np.zeros((1, SUMS), dtype=np.int64)
            shared = _shared(policy.terms(48 + month)), CONSUMING, WORKING
            receive(0, 1, h, e, s, s.income_jan, shared, sums)
            money = sums[0] / 1_024.0
            rows.append([money[Sum.BENEFIT], money[Sum.REPAID], s.loan[0], s.benefit_total[0]])
        out[exclusion] = rows
    return out


def _shared(contract: Any) -> MoneyMonth:
    return MoneyMonth(
        1, contract, BenefitTerms(1_200.0, 1.08), 1.25, np.full(9, 100.0), np.ones(9), np.zeros(9), 0.0, 20_000.0,
        2_800.0, Coverage(1.0, 1.0, 1.0, 1.0), np.zeros(9), np.zeros((9, 2)), np.zeros(9),
    )  # fmt: skip


def _investment() -> dict[str, Any]:
    """Return what becomes of grants: capital, money diverted, dues of three months, own money and cattle bought."""
    out: dict[str, Any] = {}
    for in_kind in (0, 1):
        for grant in (0.0, 10_000.0, 100_000.0, 150_000.0, 200_000.0):
            h, e, s = (empty(table, 2) for table in (Households, Endowments, HouseholdState))
            for name, value in FAMILY.items():
                getattr(h, name)[:] = value
            e.may_farm[:] = 1
            s.operating[1], s.sector[1], s.capital[1] = 1, 1, 50_000.0
            spent = np.zeros((9, 2), dtype=np.int64)
            payment = Payment(48, np.full(9, grant), in_kind, np.ones((9, 4)), np.full(9, 60_000.0), KEY, KEY)
            invest(np.arange(2), h, e, s, payment, CHOOSING, INVESTING, spent)
            columns = (s.capital, s.grant, s.diverted, s.due_1, s.due_2, s.due_3, s.funded, s.sector, s.operating)
            out[f"grant {grant:g}, in kind {in_kind}"] = [*(column.tolist() for column in columns), spent[3] / 1_024.0]
    out["capital"] = [
        float(invested_capital(150_000.0, leak, diverted, own))
        for leak in (0.0, 0.05) for diverted in (0.0, 0.2, 1.0) for own in (0.0, 0.1)
    ]  # fmt: skip
    out["diverted"] = [float(diverted_share(mean, 0.0, 0.0, k, 0.5)) for mean in (0.0, 0.2, 1.5) for k in (0, 1)]
    return out


def _recovered() -> list[float]:
    return [
        float(recovered_money(150_000.0, capital, stock)) for capital in (0.0, 9e4, 2e5) for stock in (0.0, 3e4, 9e4)
    ]
