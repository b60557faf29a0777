"""An employer compares a smaller size with what it would really do about the seat, not with the levy (E2, E3)."""

from __future__ import annotations

from typing import Any

import labour_samples as samples
import numpy as np
import pytest

from sim.agents.sizing import Site, charge_jump
from sim.engine.columns import empty
from sim.engine.plain import plain
from sim.labour.anchoring import NO_CONSTANTS
from sim.labour.stepping import step_cost
from sim.labour.year import Choosing, Standing, YearKeys, decide
from sim.policies.quota import Quota
from sim.policies.services import Services
from sim.state.labour import Employers, Owner
from sim.state.labour_state import NO_LIMIT, EmployerState
from sim.state.labour_views import Firms, Prices

ROWS = 1500
BEHAVIOUR = samples.BEHAVIOUR
KEYS = YearKeys(*[samples.key(1, 900 + k, 0) for k in range(4)])
RISK = 0.05


def made(levy: float = 0.5, certifiable: int = 3, owner: int = Owner.PRIVATE, **law: Any) -> tuple[Firms, Choosing]:
    """Return employers that want one person more than the smallest size with a duty, and what they weigh."""
    prices = samples.economy(0)
    terms = samples.levy(levy, **law).terms(0, prices, BEHAVIOUR)
    size = np.full(ROWS, terms.steps[0])
    table = samples.typed(Employers, {
        "identifier": np.arange(ROWS), "oblast": np.zeros(ROWS), "industry": np.zeros(ROWS),
        "owner": np.full(ROWS, owner), "staff": size, "wage": np.full(ROWS, 30_000.0), "accessible": np.ones(ROWS),
        "tender": np.zeros(ROWS), "business_group": np.zeros(ROWS), "discriminates": np.arange(ROWS) % 2,
        "adaptation_score": np.linspace(-2.0, 2.0, ROWS),
    })  # fmt: skip
    state = empty(EmployerState, ROWS)
    state.wanted[:], state.staff[:], state.reported[:], state.assigned[:] = size, size, size, 1
    state.certifiable[:] = certifiable
    wage = np.full(ROWS, prices.average_wage)
    priced = Prices(wage, 0.7 * wage, np.full(ROWS, 0.7), wage[:1], wage[:1], 1.0)
    standing = Standing(
        np.zeros(1), RISK, 1.0, np.full((1, 12), -999, np.int64), 0.8, 0.75, 0.0,
        terms.largest_jump * terms.reference * terms.per_year, np.zeros(ROWS, np.int64),
    )  # fmt: skip
    b = BEHAVIOUR
    constants = NO_CONSTANTS._replace(relabel=-1.0, proforma=-2.0, proforma_verified=-3.0)
    choosing = Choosing(terms, Services().terms(0), standing, constants, b.complying, b.hiring, b.inspecting)
    return Firms(table, state, priced), choosing


def decided(firms: Firms, choosing: Choosing, **sizing: float) -> EmployerState:
    """Let the employers decide for a year."""
    decide(0, ROWS, firms, choosing, 0, BEHAVIOUR.sizing._replace(**sizing), KEYS, np.zeros((1, 21), np.int64))
    return firms.state


def at_first_step(firms: Firms, choosing: Choosing) -> tuple[np.ndarray, float]:
    """Return what the first step costs each employer, and by how much the charge rises there, som a year."""
    law, fined = choosing.law, RISK * choosing.inspecting.checked * choosing.inspecting.enforced
    site = Site(0, 1, law.steps[0], choosing.standing.largest, 12.0 * 30_000.0, 0.0, 0.0, 0.0, fined)
    cost = [plain(step_cost)(j, law.steps[0], site, RISK, firms, choosing, KEYS.mode) for j in range(ROWS)]
    return np.array(cost), float(plain(charge_jump)(law, law.steps[0], site))


def test_a_step_costs_what_the_way_costs_that_the_employer_then_takes() -> None:
    firms, choosing = made()
    cost, jump = at_first_step(firms, choosing)
    state = decided(firms, choosing, bunching=0.0, hiding=0.0)
    hires, certifies = state.quota_open == 1, state.relabelled == 1
    pays = ~hires & ~certifies & (state.proforma == 0) & (state.alternative == 0)
    assert min(hires.sum(), certifies.sum(), pays.sum()) > 30
    assert jump > 0.0
    assert cost[pays] == pytest.approx(jump)
    cheap = BEHAVIOUR.complying.relabel_cost * choosing.law.cheapest
    assert cost[certifies] == pytest.approx(min(cheap, jump))
    assert (cost[hires] <= jump + 1e-6).all()
    assert len(np.unique(cost[hires])) > 5, "each hire has a cost of its own"


def test_no_step_costs_more_than_the_charge_or_less_than_nothing() -> None:
    for levy in (0.02, 0.5, 2.0):
        cost, jump = at_first_step(*made(levy))
        assert (cost >= 0.0).all()
        assert (cost <= jump * (1.0 + 1e-9)).all()


def test_nobody_stays_small_who_has_staff_certified_for_nothing() -> None:
    """Until now the levy alone was asked, whatever the employer did about the seat."""
    firms, choosing = made()
    free = choosing._replace(
        constants=choosing.constants._replace(relabel=60.0), complying=BEHAVIOUR.complying._replace(relabel_cost=0.0)
    )
    assert (decided(firms, free).limit == NO_LIMIT).all()
    assert (firms.state.relabelled == 1).all()
    without, choosing = made(certifiable=0)
    small = decided(without, choosing._replace(constants=free.constants, complying=free.complying)).limit < NO_LIMIT
    assert small.sum() > 30, "with nobody to certify, the seat costs something again"


def test_fewer_stay_small_where_part_of_the_seat_can_be_bought_cheaply() -> None:
    complying = BEHAVIOUR.complying._replace(alternative=30.0, alternative_value=0.95)
    counts = []
    for cap in (0.0, 1.0):
        firms, choosing = made(2.0)
        law = choosing.law._replace(alternative_cap=cap, alternative_price=60_000.0)
        state = decided(firms, choosing._replace(law=law, complying=complying))
        counts.append(int((state.limit < NO_LIMIT).sum()))
    assert counts[1] < counts[0]


def test_a_budget_body_stays_at_no_step() -> None:
    assert (decided(*made(owner=Owner.BUDGET)).limit == NO_LIMIT).all()


def test_without_a_charge_no_step_costs_anything() -> None:
    nothing = Quota.made({"design": "KG_2025", "assignment": "universal", "sanction": "none"}, "x")
    firms, choosing = made()
    free = choosing._replace(law=nothing.terms(0, samples.economy(0), BEHAVIOUR))
    assert at_first_step(firms, free)[0].max() == 0.0
