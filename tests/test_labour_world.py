"""The labour block: conservation, neutrality, response to policy, and the decomposition of seats."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import labour_samples as samples
import numpy as np
import pytest
from labour_samples import BEHAVIOUR, advance, economy, levy, population, shuffled, start

from sim.agents.matching import Matching, matches, offer_probability
from sim.errors import IdentityError
from sim.labour import LabourWorld, serving
from sim.labour.accounts import EVENTS
from sim.outcomes.quota import decompose, employment_gap
from sim.policies.quota import Quota
from sim.policies.services import Services
from sim.state.labour_state import COUNTED, EMPLOYED, IDLE, POOL, QUOTA, REGISTERED, SEEKING

PEOPLE, FIRMS = 3000, 400


@pytest.fixture(scope="module")
def forked() -> LabourWorld:
    return start(population(PEOPLE, FIRMS))


def same(a: LabourWorld, b: LabourWorld) -> bool:
    tables = [*zip(a.persons, b.persons, strict=True), *zip(a.employers, b.employers, strict=True)]
    return all(np.array_equal(x, y) for x, y in [*tables, (a.money, b.money), (a.events, b.events)])


def conserved(world: LabourWorld) -> None:
    p, e, f = world.persons, world.employers, world.frame
    working = (p.state == EMPLOYED) | (p.state == COUNTED)
    firms = len(e.staff)
    explicit = working & (p.employer >= 0)
    assert (p.employer[~working] == POOL).all()
    assert (p.employer < firms).all()
    assert (f.employers.oblast[p.employer[explicit]] == f.persons.oblast[explicit]).all()
    assert np.array_equal(np.bincount(p.employer[explicit], minlength=firms), e.workers)
    extra = np.bincount(p.employer[explicit], weights=p.additional[explicit], minlength=firms)
    assert np.array_equal(extra, e.additional)
    duty = e.owed > 0
    assert (duty[p.employer[p.state == COUNTED]]).all()
    assert np.array_equal(p.state[explicit] == COUNTED, duty[p.employer[explicit]])
    assert (p.origin[p.state == COUNTED] != 0).all()
    assert (e.reported <= e.staff).all()
    assert (e.staff <= e.limit).all()
    assert (e.counted >= 0).all()
    assert (e.quota_open.astype(int) + e.reserved_open + e.alternative <= np.ceil(e.owed)).all()
    seeking = (p.state == SEEKING) | (p.state == REGISTERED)
    assert (p.willing[seeking] == 1).all()
    assert (f.persons.certified_from[p.state != IDLE] <= world.t).all()
    flows = world.events.sum(axis=0)
    hires = sum(flows[k] for k, name in enumerate(samples_events()) if name.startswith("hired") or name == "entered")
    left = flows[samples_events().index("left")]
    stock = int(working.sum())
    previous = getattr(world, "previous", stock - hires + left)
    assert stock == previous + hires - left
    world.previous = stock  # type: ignore[attr-defined]


def samples_events() -> tuple[str, ...]:

    return EVENTS


@pytest.mark.parametrize(
    "quota", [
        Quota(), levy(0.5), levy(5.0, sanction="fine+levy", inspection=1000.0, hire_bonus=0.5),
        Quota.made({"design": "IT"}, "x"), Quota.made({"design": "PL"}, "x"),
    ],
)  # fmt: skip
def test_people_seats_and_jobs_are_conserved_every_month(forked: LabourWorld, quota: Quota) -> None:
    advance(forked.copy(), 0, 30, quota, each=conserved)


def test_the_order_of_rows_changes_nothing() -> None:
    given = population(600, 90)
    worlds = [advance(start(p), 0, 18, levy(0.5), Services(coaches=2.0)) for p in (given, shuffled(given))]
    assert same(*worlds)


def test_a_fork_does_not_disturb_its_origin(forked: LabourWorld) -> None:
    before = forked.copy()
    advance(forked.copy(), 0, 6, levy(1.0))
    assert same(before, forked)


def test_zero_levy_zero_services_and_zero_extra_inspections_change_nothing(forked: LabourWorld) -> None:
    absent = advance(forked.copy(), 0, 26)
    zero = Services(
        coaches=0.0, accommodation_budget=0.0, subsidy_share=0.0, subsidy_months=12, inspections=0.0, assistants=0.0,
        remote_places=0.0, sheltered_places=0.0, subcontract_places=0.0, fund_accommodation=0.0, fund_coaching=0.0,
    )  # fmt: skip
    nothing = {"levy": 0.0, "inspection": 1.0, "bonus": 0.0, "hire_bonus": 0.0, "tender_margin": 0.0}
    given = advance(forked.copy(), 0, 26, Quota.made(nothing, "x"), zero)
    assert same(absent, given)


def test_the_premium_of_a_quota_hire_is_paid_every_month_as_long_as_the_person_stays(forked: LabourWorld) -> None:
    paid = []

    def each(world: LabourWorld) -> None:
        p = world.persons
        here = np.isin(p.state, (EMPLOYED, COUNTED)) & (p.employer >= 0) & (p.origin == QUOTA)
        premium = 0.25 * economy(world.t).average_wage
        paid.append(int(here.sum()))
        found = world.totals()["som_bonus"].sum()
        assert found == pytest.approx(here.sum() * premium * world.frame.weight, rel=1e-6), world.t

    advance(forked.copy(), 0, 14, levy(0.5, hire_bonus=0.25), each=each)
    assert paid[-1] > 5, "somebody holds a quota seat"


def test_a_law_without_sanction_charges_nothing_bunches_nobody_and_opens_no_seat(forked: LabourWorld) -> None:
    quota = Quota.made({"design": "KG_2025", "assignment": "universal", "sanction": "none"}, "x")
    world = advance(forked.copy(), 0, 12, quota)
    out = {name: value.sum() for name, value in world.totals().items()}
    assert out["quota_owed"] > 0
    assert (
        world.year_events[:, [samples_events().index(n) for n in ("bunched", "hiding", "seats_hire", "hired_quota")]]
        == 0
    ).all()
    assert (world.employers.limit == 65535).all()
    after = advance(world, 12, 15, quota)
    assert all(after.totals()[f"som_{name}"].sum() == 0 for name in ("levy", "fines_imposed", "bonus"))


def test_a_levy_for_all_fills_seats_and_brings_bunching(forked: LabourWorld) -> None:
    """Ten times the levy, certain inspection and a duty for all: filling rises and employers stay below steps (V11)."""
    mild, hard = (
        advance(forked.copy(), 0, 36, q)
        for q in (Quota(), levy(2.5, sanction="fine+levy", inspection=1000.0, credible=1.0))
    )
    share = [w.totals()["quota_filled"].sum() / w.totals()["quota_owed"].sum() for w in (mild, hard)]
    assert share[1] > share[0] + 0.2
    assert (hard.employers.limit < 65535).sum() > 3 * max(1, (mild.employers.limit < 65535).sum())


@pytest.mark.parametrize("assignment", ["list", "universal"])
@pytest.mark.parametrize("design", ["KG_2008", "KG_2025"])
def test_present_rules_yield_almost_no_bunching(forked: LabourWorld, design: str, assignment: str) -> None:
    """Whether the list holds or the duty is everybody's: the fine is too small and too rare to stay below a step."""
    world = advance(forked.copy(), 0, 1, Quota.made({"design": design, "assignment": assignment}, "x"))
    e = world.employers
    answered = (e.limit < 65535) | (e.report_limit < 65535)
    assert answered.sum() <= 0.005 * FIRMS
    step = 20 if design == "KG_2008" else 25
    near = [(e.reported == size).sum() - (world.frame.employers.staff == size).sum() for size in (step - 1, step)]
    assert np.abs(near).max() <= 0.02 * FIRMS


def test_a_levy_is_paid_in_march_for_the_seats_missing_in_december(forked: LabourWorld) -> None:
    world = advance(forked.copy(), 0, 12, levy(0.5))
    due = world.employers.levy_due.copy()
    e = world.employers
    size = e.reported.astype(int)
    seats = np.where((e.owed > 0) & (size >= 25), size // 25, 0)
    missing = np.maximum(seats - e.counted - e.relabelled - e.proforma, (seats > 1) & (e.severe == 0))
    unit = 0.5 * 12 * samples.economy(11).average_wage
    assert due.sum() == pytest.approx(unit * missing.sum(), rel=1e-9)
    paid = advance(world, 12, 15, levy(0.5)).totals()["som_levy"].sum()
    assert paid == pytest.approx(0.78 * due.sum() * world.frame.weight, rel=1e-9)


def test_coaching_half_the_seekers_lowers_the_chances_of_the_others() -> None:
    """With vacancies fixed, matches grow by less than the coached seekers gain (V17)."""

    m = Matching(0.03, 0.5, 0.6, 1.55, 5.0, 0.7)
    plain = matches(200.0, 200.0, 50.0, 1.0, m)
    coached = matches(200.0, 100.0 + 155.0, 50.0, 1.0, m)
    gain = 100 * (offer_probability(coached, 1.55, 255.0) - offer_probability(plain, 1.0, 200.0))
    others = 100 * (offer_probability(coached, 1.0, 255.0) - offer_probability(plain, 1.0, 200.0))
    assert coached > plain
    assert others < 0.0
    assert gain + others < gain


def test_coaches_bring_more_persons_to_work_and_cost_what_they_cost(forked: LabourWorld) -> None:
    services = Services(coaches=100.0)
    base, coached = (advance(forked.copy(), 0, 24, services=s) for s in (Services(), services))
    found = decompose(coached, base)
    assert found.total()["netpwd"] > 0
    b, people, weight = BEHAVIOUR.placing, coached.frame.people, coached.frame.weight
    clients = np.bincount(coached.frame.persons.oblast[coached.persons.coached_until > 23], minlength=9)
    employed = np.floor(100.0 * b.coach_rate * people / weight + 1e-9)
    month = b.coach_cost * samples.economy(23).deflator / 12
    paid = np.maximum(clients, employed).sum() * month * weight
    assert (clients <= employed).all()
    assert coached.totals()["som_coaching"].sum() == pytest.approx(paid, rel=1e-6)


def test_a_few_coaches_raise_willingness_by_little_and_none_by_nothing(forked: LabourWorld) -> None:
    """One coach in the country is not coaching for everybody (P1): willingness follows the places per seeker."""
    willing = {}
    for coaches in (0.0, 1.0, 20.0, 400.0):
        world = advance(forked.copy(), 0, 13, services=Services(coaches=coaches))
        willing[coaches] = int(world.persons.willing.sum())
        coverage = serving.coverage(world, Services(coaches=coaches).terms(12), samples.economy(12))
        assert ((coverage >= 0.0) & (coverage <= 1.0)).all()
    assert willing[0.0] <= willing[1.0] < willing[20.0] < willing[400.0]
    assert willing[1.0] - willing[0.0] < 0.2 * (willing[400.0] - willing[0.0])


def test_officers_cost_their_pay(forked: LabourWorld) -> None:
    for officers in (0.0, 60.0):
        world = advance(forked.copy(), 0, 1, services=Services(officers=officers))
        pay = BEHAVIOUR.placing.officer_pay * samples.economy(0).deflator * officers
        assert world.totals()["som_officers"].sum() == pytest.approx(pay, rel=1e-4)


def test_the_fund_pays_beside_the_budget_and_no_som_twice(forked: LabourWorld) -> None:
    """A levy that feeds accommodation: what is spent comes from the budget of the year and the fund, in sum."""
    budget, spent = 1e6, []
    world = forked.copy()
    advance(world, 0, 12, levy(2.0), Services(accommodation_budget=budget, fund_accommodation=1.0))
    before = float(world.fund[1])
    assert before == 0.0
    services = Services(accommodation_budget=budget, fund_accommodation=1.0)
    advance(world, 12, 24, levy(2.0), services, each=lambda w: spent.append((
        w.totals()["som_accommodation"].sum(), w.totals()["som_levy"].sum() + w.totals()["som_fines_paid"].sum(),
        w.fund[1] / 1024, w.accommodation.sum() * w.frame.weight,
    )))  # fmt: skip
    out, into = sum(s[0] for s in spent), sum(s[1] for s in spent)
    fund, left = spent[-1][2:]
    assert out > 0
    assert into > 0
    assert fund + left == pytest.approx(budget + into - out, rel=1e-6)


def test_registration_lapses_when_nobody_comes_to_ask(forked: LabourWorld) -> None:
    """Who is registered has looked for work this month (P2), so the register is a small part of the willing."""
    world = forked.copy()
    before = world.persons.state == REGISTERED
    advance(world, 0, 1)
    after = world.persons.state == REGISTERED
    assert (before & (world.persons.state == IDLE)).any()
    assert after.sum() < 0.2 * world.persons.willing.sum()


def test_an_employer_does_not_change_its_mind_because_a_year_has_passed() -> None:
    """Without levy or size moving, seats wished for in one year are the seats wished for in the next (E3)."""
    still = BEHAVIOUR.sizing._replace(spread=0.0)
    behaviour = replace(BEHAVIOUR, sizing=still)
    law = levy(0.5)
    world = start(population(PEOPLE, FIRMS), behaviour)
    totals = []
    for year in range(4):
        advance(world, 12 * year, 12 * year + 1, law, behaviour=behaviour)
        e, p = world.employers, world.persons
        found = np.bincount(p.employer[p.origin == QUOTA], minlength=FIRMS)
        totals.append(found + e.quota_open + e.reserved_open)
        advance(world, 12 * year + 1, 12 * year + 12, law, behaviour=behaviour)
    changed = [(a != b)[world.employers.owed > 0].mean() for a, b in pairwise(totals)]
    assert totals[0].sum() > 20
    assert max(changed[1:]) < 0.1  # after the first year, in which a first worker makes a second cheaper


def test_accommodation_is_paid_first_come_within_the_budget(forked: LabourWorld) -> None:
    budget = 2e6
    world, spent = forked.copy(), []
    advance(
        world,
        0,
        12,
        levy(0.5),
        Services(accommodation_budget=budget),
        each=lambda w: spent.append(w.totals()["som_accommodation"].sum()),
    )
    assert 0 < sum(spent) <= budget + 1


def test_a_wage_subsidy_runs_out_and_is_accounted_with_its_insiders(forked: LabourWorld) -> None:
    world = advance(forked.copy(), 0, 24, services=Services(subsidy_share=0.5, subsidy_months=6))
    subsidised = world.persons.subsidy_until > 23
    assert subsidised.any()
    assert (world.persons.since[subsidised] >= 18).all()
    assert world.totals()["som_subsidy"].sum() > 0


@pytest.mark.parametrize("by", ["oblast", "sex", "group", "owner", "size"])
@pytest.mark.parametrize("spec", [{"design": "FR"}, {"assignment": "universal", "levy": 1.0}, {"sanction": "none"}])
def test_the_decomposition_adds_up_exactly(forked: LabourWorld, spec: dict, by: str) -> None:
    base, other = advance(forked.copy(), 0, 14), advance(forked.copy(), 0, 14, Quota.made(spec, "x"))
    d = decompose(other, base, by)
    assert np.array_equal(d.gross, d.proforma + d.relabel + d.already + d.netpwd)
    assert np.array_equal(d.netall, d.netpwd - d.subst - d.bunch)
    assert d.total() == decompose(other, base).total()


def test_a_lost_worker_is_found_by_the_identity(forked: LabourWorld) -> None:
    base, other = advance(forked.copy(), 0, 3), advance(forked.copy(), 0, 3, levy(0.5))
    decompose(other, base)
    counted = np.flatnonzero(other.persons.state == COUNTED)
    other.persons.state[counted[0]] = IDLE
    with pytest.raises(IdentityError, match="GROSS leaves a residual"):
        decompose(other, base)


def test_the_base_run_starts_at_the_assumed_employment_and_assigns_the_published_places() -> None:
    world = start(population(PEOPLE, FIRMS), months=1)
    adults = world.frame.persons
    people = (adults.age >= 18) & (adults.age < 63) & (adults.certified_from <= -1)
    working = (world.persons.state == EMPLOYED) | (world.persons.state == COUNTED)
    assert working[people].mean() == pytest.approx(BEHAVIOUR.entering.employment, abs=0.03)
    gap = employment_gap(world, 0.6)
    assert gap["women"] > gap["men"]
    law = Quota().terms(0, samples.economy(0), BEHAVIOUR)
    share = world._standing(0, law, Services().terms(0)).share
    expected = (share * world.base.formal).sum() * world.frame.weight
    places = 867 * BEHAVIOUR.assigning.share / BEHAVIOUR.assigning.reference
    assert expected == pytest.approx(min(places, expected), rel=1e-9)


def test_quota_hires_come_from_seats_and_take_no_more_than_there_are(forked: LabourWorld) -> None:
    world = advance(forked.copy(), 0, 12, levy(1.0))
    hires = np.bincount(world.persons.employer[world.persons.origin == QUOTA], minlength=FIRMS)
    assert hires.sum() > 0
    assert (hires <= np.ceil(world.employers.owed) + 1).all()
