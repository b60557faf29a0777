"""The labour block: conservation, neutrality, response to policy, and the decomposition of seats."""

from __future__ import annotations

import labour_samples as samples
import numpy as np
import pytest
from labour_samples import BEHAVIOUR, advance, levy, population, shuffled, start

from sim.errors import IdentityError
from sim.labour import LabourWorld
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
    from sim.labour.accounts import EVENTS

    return EVENTS


@pytest.mark.parametrize(
    "quota", [Quota(), levy(0.5), Quota.made({"design": "IT"}, "x"), Quota.made({"design": "PL"}, "x")]
)
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
    zero = Services(coaches=0.0, accommodation_budget=0.0, subsidy_share=0.0, subsidy_months=12, inspections=0.0)
    given = advance(forked.copy(), 0, 26, Quota.made({"levy": 0.0, "inspection": 1.0, "bonus": 0.0}, "x"), zero)
    assert same(absent, given)


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
    assert (hard.employers.limit < 65535).sum() > 5 * max(1, (mild.employers.limit < 65535).sum())


def test_present_rules_yield_almost_no_bunching(forked: LabourWorld) -> None:
    for design in ("KG_2008", "KG_2025"):
        world = advance(forked.copy(), 0, 1, Quota.made({"design": design, "assignment": "universal"}, "x"))
        assert (world.employers.limit < 65535).sum() + (world.employers.report_limit < 65535).sum() <= 0.03 * FIRMS


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
    from sim.agents.matching import Matching, matches, offer_probability

    m = Matching(0.03, 0.5, 0.6, 1.55, 0.7)
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
    clients = int((coached.persons.coached_until > 23).sum())
    b = BEHAVIOUR.placing
    month = b.coach_cost * samples.economy(23).deflator / 12
    assert coached.totals()["som_coaching"].sum() == pytest.approx(clients * month * coached.frame.weight, rel=1e-6)


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
