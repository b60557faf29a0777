"""Money, people and contracts are neither made nor lost (V2), month by month and step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from small import eras, law, twin

from sim.engine.columns import FIXED_POINT
from sim.months import month_of
from sim.offices import selecting
from sim.schedule import SCHEDULE
from sim.state.households import (
    ACTIVE,
    APPLIED,
    APPROVED,
    BREACHED,
    COMPLETED,
    FAILED,
    NONE,
    QUEUED,
    REFUSED,
    RING,
    UNPAID,
)
from sim.world import Terms, World

LAST = 59
# What may follow a contract state within a month (model.md section 9.4); each may also stay as it is.
FOLLOWS = {
    NONE: {QUEUED, APPROVED, ACTIVE, FAILED, BREACHED},
    APPLIED: set(),  # never seen at the end of a month
    QUEUED: {APPROVED, REFUSED, ACTIVE, FAILED, BREACHED},
    REFUSED: {NONE, QUEUED, APPROVED, ACTIVE, FAILED, BREACHED},
    APPROVED: {ACTIVE, FAILED, BREACHED},
    ACTIVE: {COMPLETED, FAILED, BREACHED},
    COMPLETED: set(),
    FAILED: {BREACHED},
    BREACHED: set(),
}


@dataclass
class Moment:
    """One step of one month: columns before and after it, and the world then."""

    t: int
    step: str
    before: SimpleNamespace
    after: SimpleNamespace
    world: World
    terms: Terms


def columns(world: World) -> SimpleNamespace:
    """Return copies of all columns; fractions in full precision."""
    return SimpleNamespace(
        **{
            name: column.astype(np.float64) if column.dtype.kind == "f" else column.astype(np.int64)
            for name, column in world.state._asdict().items()
        }
    )


def walk(world: World, last: int) -> Iterator[Moment]:
    """Live until ``last``, stopping after every step; a step named "month" closes each month."""
    while world.t <= last:
        terms = world.design.terms(world.t, world.behaviour)
        first = before = columns(world)
        for step in SCHEDULE:
            step.run(world, terms)
            after = columns(world)
            yield Moment(world.t, step.name, before, after, world, terms)
            before = after
        yield Moment(world.t, "month", first, before, world, terms)
        world.t += 1


@pytest.fixture(scope="module")
def moments(before, never) -> list[dict[str, Any]]:
    """Facts about every step of five years with a programme whose design changes every year."""
    world = before().fork(design=law(eras), reference=never.path)
    return list(facts(world))


def facts(world: World) -> Iterator[dict[str, Any]]:
    """Yield, for each step, the sums that the tests below compare."""
    h, e = world.households, world.endowments
    weight = int(h.weight[0])  # of every row
    b = world.behaviour
    for m in walk(world, LAST):
        was, now, series = m.before, m.after, world.records.values
        due, sold = (
            sum(getattr(now, f"{kind}_{k}") - getattr(was, f"{kind}_{k}") for k in (1, 2, 3))
            for kind in ("due", "sold")
        )
        out: dict[str, Any] = {"t": m.t, "step": m.step, "was": was, "now": now, "term": m.terms.contract.loan_term}
        if m.step == "grant and loan":
            paid = (now.paid_at == m.t) & (was.paid_at != m.t)
            lent = now.loan - was.loan
            bought = now.capital - was.capital - lent
            own = b.investing.own_share
            out["paid"], out["tally"] = paid, int(m.world.tally.paid.sum()) // weight
            out["grant"] = np.where(paid, m.terms.contract.grant[h.oblast] / m.terms.economy.deflator, 0.0)
            out["leaked"] = np.where(now.diverted < 1.0, b.investing.leakage * now.grant * (1.0 - now.diverted), 0.0)
            out["bought"], out["own"], out["due"] = bought / (1.0 + own), bought * own / (1.0 + own), due
            out["own_money"] = now.own_money - was.own_money
            out["own_tally"] = float(m.world.tally.spent[:, 1].sum()) / FIXED_POINT / weight
            out["lent"], out["may_borrow"] = lent, m.terms.contract.loan_max > 0.0
        if m.step == "money":
            heads = np.maximum(now.employed, now.operating) + now.operating * (now.family_new + now.hired_new)
            out["heads"] = int(heads.sum())
            out["recurrent"] = now.recurrent_total - was.recurrent_total
            out["once"] = now.once_total - was.once_total
            out["income"] = out["recurrent"] + out["once"]
            out["benefit"] = now.benefit_total - was.benefit_total
            ring = RING[month_of(m.t) - 1]
            out["whole"], out["year"] = getattr(now, ring), now.income_year
            out["ring"] = sum(getattr(now, name) for name in RING)
            out["entitled"] = was.benefit * h.children
            out["repaid"] = was.loan - now.loan
            out["parts"] = (
                was.earned
                + was.own_income
                + was.transfers
                + h.remittances
                + b.consuming.in_kind * h.size
                + was.profit
                - was.reinvested
                + out["benefit"]
                - out["repaid"]
                + (m.world.tally.handed[h.oblast] * np.column_stack([was.staffed, was.lenders])).sum(axis=1)
            )
            cash = b.applying.effort * b.applying.cash_share
            out["parts_once"] = was.due_1 + was.sold_1 - was.own_money - cash * was.trained
            out["consumption"] = now.consumption
            out["crowded"] = was.operating * was.employed
            out["loan"] = now.loan
        if m.step == "visits and reports":
            out["taken"] = (was.capital - now.capital) - due - sold
            out["breach"] = (now.contract == BREACHED) & (was.contract != BREACHED)
            out["recovered"] = float(m.world.tally.visits[:, 2].sum()) / FIXED_POINT / weight
        if m.step == "month":
            out["records"] = {name: np.sum(values[-1]) / weight for name, values in series.items()}
            out["office"] = m.world.office.fork()
            slots = selecting.raion_slots(m.terms.contract.slots, m.world.office.shares, 0.5, weight)
            out["slots"], out["weight"] = int(slots.sum()), weight
            out["deflator"] = m.terms.economy.deflator
            out["size"], out["has_operator"] = h.size, e.has_operator
        yield out


def of(moments: list[dict[str, Any]], step: str) -> list[dict[str, Any]]:
    """Return the facts of one step in all months."""
    found = [m for m in moments if m["step"] == step]
    assert len(found) == LAST + 1
    return found


def test_a_grant_is_capital_bought_leakage_and_diversion(moments):
    contracts = 0
    for m in of(moments, "grant and loan"):
        paid = m["paid"]
        contracts += int(paid.sum())
        assert m["tally"] == paid.sum()
        used = m["bought"] + m["leaked"] + m["due"]
        np.testing.assert_allclose(used[paid], m["grant"][paid], rtol=2e-6)
        quiet = ~paid & (m["lent"] == 0.0)
        assert not m["bought"][quiet].any()
        assert not m["due"][~paid].any()
        assert m["own_tally"] == pytest.approx(m["own"][paid].sum(), rel=1e-5, abs=0.1)
        np.testing.assert_allclose(m["own_money"][paid], m["own"][paid], rtol=1e-5, atol=0.1)
        assert not m["own_money"][~paid].any()
    assert contracts > 100


def test_grants_in_the_accounts_are_grants_of_the_families(moments):
    for m, month in zip(of(moments, "grant and loan"), of(moments, "month"), strict=True):
        assert month["records"]["grants"] == pytest.approx(m["now"].grant[m["paid"]].sum(), rel=1e-6)
        assert month["records"]["grants_nominal"] == pytest.approx(m["grant"].sum() * month["deflator"], rel=1e-9)
        assert month["records"]["contracts"] == m["paid"].sum()


def test_what_the_budget_pays_is_what_families_receive(moments):
    rounding = 1e-3 * 500
    for m, month in zip(of(moments, "money"), of(moments, "month"), strict=True):
        records = month["records"]
        assert records["benefit"] == pytest.approx(m["benefit"].sum(), abs=rounding)
        assert not m["benefit"][m["entitled"] == 0].any()
        assert records["income"] == pytest.approx(m["income"].sum(), abs=rounding)
        assert records["loans_repaid"] == pytest.approx(m["repaid"].sum(), abs=rounding)
        assert records["heads"] == m["heads"]
        assert (m["repaid"] >= 0.0).all()


def test_income_is_the_sum_of_its_parts(moments):
    for m in of(moments, "money"):
        crowded = m["parts"] - m["recurrent"]
        idle = m["crowded"] == 0
        np.testing.assert_allclose(crowded[idle], 0.0, atol=0.05)
        assert (crowded[~idle] > 0.0).all(), "an employed operator gives up other work"
        np.testing.assert_allclose(m["once"], m["parts_once"], atol=0.05)


def test_twelve_months_are_kept_in_whole_som_and_add_up_exactly(moments):
    for m in of(moments, "money"):
        np.testing.assert_array_equal(m["whole"], np.floor(m["income"] + 0.5))
        np.testing.assert_array_equal(m["year"], m["ring"])


def test_loans_are_lent_once_and_paid_back(moments):
    lent = sum(m["lent"].sum() for m in of(moments, "grant and loan"))
    back = sum(m["repaid"].sum() for m in of(moments, "money"))
    left = of(moments, "money")[-1]["loan"].sum()
    assert lent > 0.0
    assert lent == pytest.approx(back + left, rel=1e-5)
    for m in of(moments, "grant and loan"):
        borrowers = m["lent"] > 0.0
        assert m["may_borrow"] or not borrowers.any()
        assert (m["now"].contract_month[borrowers] == 12).all()


def test_a_loan_is_paid_back_in_equal_parts_even_after_loans_are_abolished(moments):
    lending, months = of(moments, "grant and loan"), of(moments, "money")
    checked = 0
    for m in lending:
        for row in np.flatnonzero(m["lent"] > 0.0):
            parts = np.array([later["repaid"][row] for later in months[m["t"] : m["t"] + m["term"] + 2]])
            whole = parts[: m["term"]]
            np.testing.assert_allclose(whole, m["lent"][row] / m["term"], rtol=1e-4)
            np.testing.assert_allclose(parts[m["term"] :], 0.0, atol=0.5)
            checked += 1
    assert checked > 10
    assert any(not m["may_borrow"] for m in lending[24:])


def test_a_breach_moves_money_from_the_family_to_the_state(moments):
    breaches = 0
    for m in of(moments, "visits and reports"):
        breaches += int(m["breach"].sum())
        assert m["recovered"] == pytest.approx(m["taken"].sum(), rel=1e-5, abs=0.1)
        assert not m["taken"][~m["breach"]].any()
        assert (m["taken"] <= m["now"].grant * (1 + 1e-6)).all()
    assert breaches > 5


def test_contracts_only_move_along_the_allowed_ways(moments):
    seen = set()
    for m in of(moments, "month"):
        for pair in set(zip(m["was"].contract.tolist(), m["now"].contract.tolist(), strict=True)):
            was, now = pair
            assert was == now or now in FOLLOWS[was], f"month {m['t']}: state {was} became {now}"
            seen.add(pair)
        counts = np.bincount(m["now"].contract, minlength=9)
        assert counts.sum() == 500
        assert counts[[ACTIVE, COMPLETED, FAILED, BREACHED]].sum() * m["weight"] == m["office"].paid.sum()
    assert {(ACTIVE, COMPLETED), (ACTIVE, FAILED), (QUEUED, REFUSED), (REFUSED, NONE)} <= seen


def test_contract_months_count_from_payment_to_52(moments):
    for m in of(moments, "month"):
        now = m["now"]
        has = now.paid_at != UNPAID
        assert ((now.contract_month > 0) == has).all()
        assert (now.contract_month[has] == np.minimum(m["t"] - now.paid_at[has] + 1, 52)).all()
        assert (now.contract_month >= m["was"].contract_month).all()
        assert ((now.contract >= ACTIVE) == has).all()


def test_no_more_families_are_selected_than_there_are_places(moments):
    for m in of(moments, "month"):
        office = m["office"]
        assert office.selected.sum() <= m["slots"] + m["weight"]
        assert (office.paid <= office.due + 0.5 * m["weight"] + 1e-6).all()
        if month_of(m["t"]) == 12:
            assert office.selected.sum() > 0


def test_payments_follow_the_profile_of_the_law_even_where_raions_have_few(before):
    """In 2022 a fifth of the contracts is paid in each of five months; with one rounding point all fall into one."""
    design = law()
    world = twin(before(), design, 11, reference=None)
    contracts = world.records.series("contracts").sum(axis=1)
    assert contracts.sum() >= 10 * world.lot
    said = np.cumsum([design.terms(t, world.behaviour).contract.pay_share for t in range(12)])
    assert np.abs(np.cumsum(contracts) / contracts.sum() - said).max() < 0.3


def test_nothing_is_ever_negative_and_only_live_businesses_have_something(moments):
    for m in of(moments, "month"):
        now = m["now"]
        for name in ("capital", "due_1", "due_2", "due_3", "sold_1", "sold_2", "sold_3", "loan", "profit", "reinvested",
                     "declared", "own_money"):  # fmt: skip
            assert (getattr(now, name) >= 0.0).all(), name
        assert (now.consumption > 0.0).all()
        live = now.operating == 1
        assert ((now.sector > 0) == live).all()
        assert ((now.capital > 0.0) == live).all()
        assert not now.funded[~live].any()
        for name in ("family_workers", "hired", "business_age"):
            assert not getattr(now, name)[~live].any(), name
        assert (now.family_new <= now.family_workers).all()
        assert (now.hired_new <= now.hired).all()
        assert (now.family_workers < m["size"]).all()
        assert not now.employed[m["has_operator"] == 0].any()
        assert not (live & (m["has_operator"] == 0)).any()
