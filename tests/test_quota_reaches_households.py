"""What a quota does to employers reaches pay, household money, poverty and the treasury (people.md D4, D5, D7)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.behaviour import Behaviour
from sim.engine.columns import FIXED_POINT
from sim.labour.accounts import Event, Line, StaffSum, book_tax, charge
from sim.labour.books import LabourBooks, scalar
from sim.markets.incidence import Bearing, add_charges, due_now, no_charges, rates, settle_charges
from sim.outcomes.codebook import CODEBOOK, disability_jobs
from sim.outcomes.compared import Compared
from sim.outcomes.costs import benefit_lost, net_fiscal_cost, programme_cost, resources
from sim.outcomes.families import own_work_with_disability
from sim.outcomes.jobs import series
from sim.outcomes.records import Lives
from sim.population import load
from sim.scenario import Scenario
from sim.state.labour import Owner
from sim.state.labour_state import COUNTED, EMPLOYED, OWN_BUSINESS, STATES, SUPPORTED
from sim.state.persons import Work
from sim.twins import compare
from sim.world import World

UNIVERSAL = {"design": "KG_2025", "assignment": "universal", "levy": 1.0}
PERSONAL = [int(state) for state in Work if Work.EMPLOYEE <= state <= Work.FAMILY_WORKER]  # work but a contract
EARNING = [int(state) for state in (Work.EMPLOYEE, Work.CELL_EMPLOYEE)]


@cache
def lived(incidence: str) -> dict[str, Lives]:
    """Return the worlds of a universal quota with a levy of one average wage, and of designs that change nothing."""
    scenario = Scenario.of({
        "country": "kyrgyzstan", "scale": 1000, "labour_scale": 100, "start": "2023-01", "horizon": "2024-12",
        "designs": {
            "levy": {"quota": UNIVERSAL, "social_contract": {"slots": 0.0}, "financing": {"incidence": incidence}},
            "nothing": {"social_contract": {"slots": 0.0}},
        },
    })  # fmt: skip
    return compare(load("kyrgyzstan", 1000, labour_scale=100), scenario, Behaviour.central(), 1, keep=True).lives


def total(world, name: str) -> np.ndarray:
    """Return a monthly figure of the country."""
    series = world.records.series(name)
    return series.sum(axis=1) if series.ndim > 1 else series


def test_with_fixed_markets_pay_of_persons_hired_is_what_their_households_earn_more() -> None:
    worlds = lived("profits")["levy"]
    frozen, base = worlds.frozen, worlds.base
    now, then = frozen.people.work.state, base.people.work.state
    rise = now.pay.astype(np.float64) - then.pay
    homes = np.bincount(frozen.population.everyone.household, rise, frozen.rows)
    assert np.allclose(frozen.state.earned.astype(np.float64) - base.state.earned, homes, atol=0.5)
    register = np.zeros(len(rise), dtype=bool)
    register[frozen.population.persons.person] = True
    assert not (rise != 0)[~register].any()
    assert (now.work != then.work)[register].any()
    assert np.isin(now.work[(rise > 0) & register], EARNING).all()


def test_with_fixed_markets_nobody_else_changes_work() -> None:
    worlds = lived("profits")["levy"]
    register = np.zeros(len(worlds.base.population.everyone.birth), dtype=bool)
    register[worlds.base.population.persons.person] = True
    changed = worlds.frozen.people.work.state.work != worlds.base.people.work.state.work
    assert changed[register].any()
    assert not changed[~register].any()


@pytest.mark.parametrize("incidence", ["profits", "wages", "prices"])
def test_what_private_employers_are_charged_is_what_households_and_owners_outside_lose(incidence: str) -> None:
    worlds = lived(incidence)["levy"]
    final, books = worlds.final, worlds.final.bearing
    assert np.array_equal(books.charged, books.households + books.outside + books.open)
    borne = total(final, "charges_borne").sum() + total(worlds.before, "charges_borne").sum()
    assert borne == pytest.approx(books.households.sum() / FIXED_POINT, abs=1.0)
    assert books.households.sum() > 0
    assert (total(worlds.base, "charges_borne") <= total(final, "charges_borne") + 1e-6).mean() > 0.8


def test_the_charge_of_the_labour_block_is_levies_and_fines_less_premiums_of_private_employers_alone() -> None:
    final = lived("profits")["levy"].final
    months = final.records
    paid = total(final, "labour_levy") + total(final, "labour_fines_paid")
    private = total(final, "labour_charged_private")
    assert (private <= paid + 1e-6).all()
    assert 0.0 < private.sum() < paid.sum(), "budget bodies pay too, inside government"
    assert len(months.months) == len(private)


def test_no_budget_body_is_smaller_under_a_levy_for_all_and_some_others_are() -> None:
    worlds = lived("profits")["levy"]
    owner = worlds.final.labour.frame.employers.owner
    now, then = (world.labour.employers.staff.astype(np.int64) for world in (worlds.final, worlds.base))
    assert not (now < then)[owner == Owner.BUDGET].any()
    assert (now < then)[owner == Owner.PRIVATE].any()


@pytest.mark.parametrize(("owner", "received"), [(Owner.BUDGET, 0.0), (Owner.STATE, 0.0), (Owner.PRIVATE, 96.0)])
def test_only_private_employers_bring_the_budget_receipts(owner: Owner, received: float) -> None:
    money = np.zeros((1, len(Line)), dtype=np.int64)
    for amount, line in ((100.0, Line.LEVY), (20.0, Line.FINES_PAID), (-30.0, Line.BONUS)):
        charge(0, owner, amount, line, money)
    book_tax(0, owner, 8.0, Line.INCOME_TAX, money)
    book_tax(0, owner, -2.0, Line.CONTRIBUTIONS, money)
    empty = [np.zeros((1, width)) for width in (len(STATES) + len(SUPPORTED), len(StaffSum), len(Event), len(Event))]
    figures = LabourBooks(*empty, money, scalar(1.0), scalar(1.0)).figures()
    assert figures["labour_receipts"] - figures["labour_spending"] == pytest.approx(received)


def test_net_cost_and_cost_to_society_leave_out_what_one_part_of_government_pays_to_another() -> None:
    worlds = lived("profits")["levy"]
    final, base = worlds.final, worlds.base

    def more(*names: str) -> np.ndarray:
        return sum(total(final, name) - total(base, name) for name in names)

    charged, inside = total(final, "labour_charged_private"), total(final, "labour_charged_inside")
    paid = total(final, "labour_levy") + total(final, "labour_fines_paid")
    paid = paid - total(final, "labour_bonus") - total(final, "labour_subsidy")
    assert charged + inside == pytest.approx(paid)
    assert 0.0 < inside.sum() < paid.sum()
    taxes = more("labour_income_tax", "labour_contributions") - more("labour_taxed_inside")
    received = more("recovered") + more("labour_charged_private") + taxes
    net = programme_cost(final, base) + more("labour_entitled") - benefit_lost(final, base) - received
    assert net_fiscal_cost(final, base) == pytest.approx(net, rel=1e-6, abs=1.0)
    services = more("labour_spending") - more("labour_bonus") - more("labour_subsidy")
    used = resources(final, base) - more("grants", "loans_repaid", "loan_interest", "administration")
    used = used + more("income_once", "recovered")
    applying = final.behaviour.applying
    time = applying.effort * (1.0 - applying.cash_share) * more("trained")
    assert used - time == pytest.approx(services, abs=1.0), "no levy, premium or benefit is used up"


def test_a_quota_with_a_levy_moves_poverty_and_incomes() -> None:
    worlds = lived("profits")["levy"]
    assert (total(worlds.final, "poor") != total(worlds.base, "poor")).any()
    assert (total(worlds.final, "income") != total(worlds.base, "income")).any()


def test_a_design_that_changes_nothing_leaves_every_column_and_person_as_it_is() -> None:
    worlds = lived("profits")["nothing"]
    for mine, theirs in zip(worlds.final.state, worlds.base.state, strict=True):
        assert np.array_equal(mine, theirs)
    for mine, theirs in zip(worlds.final.people.work.state, worlds.base.people.work.state, strict=True):
        assert np.array_equal(mine, theirs)


def counted_once(world: World) -> float:
    """Return real persons with disabilities in work, told person by person; all have the weight of the register."""
    everyone, register = world.population.everyone, world.population.persons.person
    home, labour = everyone.household[register], world.labour.persons.state
    works = np.isin(labour, (EMPLOYED, COUNTED, OWN_BUSINESS))
    runs = (world.endowments.operator[home] == register) & (world.state.operating[home] == 1)
    other = np.isin(world.people.work.state.work[register], PERSONAL)
    return float((works | (runs & ~other)).sum() * world.labour.frame.weight)


def test_a_person_with_a_disability_who_is_hired_is_counted_once() -> None:
    worlds = lived("profits")["levy"]
    compared = Compared(worlds, worlds.final.t - 1)
    hired = compared.more(series("persons_employed"))[-1]
    assert hired > 1000.0
    assert disability_jobs(compared) == counted_once(worlds.final) - counted_once(worlds.base)
    assert disability_jobs(compared) <= hired, "no contract is signed under this law"


def test_quota_jobs_are_persons_with_fixed_markets_and_are_called_so() -> None:
    """Nobody whom they replace is taken off, so they are no net jobs at employers; nor is a change of staff."""
    worlds = lived("profits")["levy"]
    assert worlds.frozen is not None
    compared = Compared(worlds, worlds.final.t - 1)
    registers = [np.isin(w.labour.persons.state, (EMPLOYED, COUNTED)).sum() for w in (worlds.frozen, worlds.base)]
    persons = float((registers[0] - registers[1]) * worlds.base.labour.frame.weight)
    assert compared.part("quota") == persons > 0.0
    assert compared.part("displacement") != 0.0, "replaced hires and new work elsewhere are told apart from them"
    for name in ("quota_jobs", "employed_all"):
        assert "Net jobs" not in CODEBOOK[name].label
    assert "displacement" in CODEBOOK["quota_jobs"].definition
    assert "others may take work elsewhere" in CODEBOOK["employed_all"].definition


def test_a_quota_hire_is_no_job_in_an_own_business() -> None:
    base = lived("profits")["levy"].base
    disabled = base.endowments.operator_group > 0
    hired = base.fork()
    hired.state.employed[disabled & (base.state.operating == 0)] = 1
    assert own_work_with_disability(hired) == own_work_with_disability(base) > 0.0
    hired.state.employed[disabled] = 1
    assert own_work_with_disability(hired) == 0.0


def test_charges_are_passed_on_in_equal_parts_until_february_and_no_som_is_lost() -> None:
    books = no_charges(1)
    add_charges(books, np.array([1200.0 * FIXED_POINT]), 10.0, 1.0)  # 12,000 som charged in March
    borne = 0
    for month in (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2):
        due = due_now(books, month)
        assert due.tolist() == [1000 * int(FIXED_POINT)]
        share = rates(due, 0.25, np.array([500 * int(FIXED_POINT)]))  # 750 som over a base of 500
        assert share.tolist() == [1.5]
        here = np.array([750 * int(FIXED_POINT)])
        borne += int(here[0])
        settle_charges(books, due, here, 0.25)
    assert (books.open[0], books.households[0]) == (0, borne)
    assert books.outside[0] == 3000 * int(FIXED_POINT)


def test_a_som_that_nobody_bears_is_found() -> None:
    books = Bearing(*(np.array([value]) for value in (0, 1024, 0, 0)))
    with pytest.raises(Exception, match="1 som were borne by nobody"):
        settle_charges(books, np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), 0.0)
