"""What becomes of every seat, whose jobs they are and what they cost: accounts that add up to the last seat."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labour_samples import BEHAVIOUR, advance, economy, population, start

from sim.labour import LabourWorld
from sim.labour.enforcing import assess
from sim.outcomes import CODEBOOK
from sim.outcomes.groups import LEAST_ROWS
from sim.outcomes.outcome import rows
from sim.outcomes.quota_codebook import CHANGES, MONEY, SEATS
from sim.outcomes.quota_records import DIMENSIONS, OF_FIRMS, Changes, Money, Seats
from sim.outcomes.seats import SCALE, WAYS, fill, ways_of
from sim.policies.design import codes
from sim.policies.quota import Quota
from sim.policies.services import Services
from sim.state.labour_views import Firms, Prices
from sim.state.monthly import Records

UNKNOWN_FINE = {"fine": 50_000.0}
LAWS = [{"design": code} | (UNKNOWN_FINE if code == "CL" else {}) for code in codes()]
LAWS += [
    {"assignment": "universal", "levy": 0.5}, {"assignment": "universal"}, {"sanction": "none"},
    {"assignment": "universal", "levy": 2.0, "bonus": 0.5, "proforma_counts": False},
]  # fmt: skip


@pytest.fixture(scope="module")
def forked() -> LabourWorld:
    return start(population(1500, 300))


def law_of(world: LabourWorld, quota: Quota):
    return quota.terms(world.t, economy(world.t), BEHAVIOUR)


def seats(world: LabourWorld, law):
    return rows(SEATS, SimpleNamespace(seats=Seats(world, law), rows_of=lambda group: LEAST_ROWS))


def jobs(world: LabourWorld, base: LabourWorld):
    return rows(CHANGES, SimpleNamespace(changes=Changes(world, base), rows_of=lambda group: LEAST_ROWS))


def money(final, base):
    return rows(MONEY, SimpleNamespace(money=Money(final, base)))


def table(found) -> dict[str, dict[str, float]]:
    """Return outcome -> group -> value."""
    out: dict[str, dict[str, float]] = defaultdict(dict)
    for outcome, group, month, value in found:
        assert month == -1
        assert group not in out[outcome], "one value for each group"
        out[outcome][group] = value
    return out


@settings(max_examples=25, deadline=None)
@given(values=st.sampled_from(LAWS), months=st.integers(1, 14), coaches=st.sampled_from([0.0, 20.0]))
def test_every_seat_owed_is_in_exactly_one_of_the_ways(forked, values, months, coaches):
    quota = Quota.made(values, "test")
    world = advance(forked.copy(), 0, months, quota, Services(coaches=coaches))
    ways = ways_of(world, law_of(world, quota))
    e = world.employers
    owed = np.where(e.owed > 0, np.floor(e.owed * SCALE + 0.5), 0).astype(np.int64)
    assert (ways >= 0).all()
    assert np.array_equal(ways.sum(axis=1), owed)
    found = table(seats(world, law_of(world, quota)))
    for group, value in found["seats_owed"].items():
        assert sum(found[f"seats_{name}"][group] for name in WAYS) == value


def test_the_seats_of_one_employer_are_filled_as_worked_by_hand(forked):
    """A law with a levy of half an average wage: 60 staff owe 2 seats, one of them kept for groups I and II."""
    quota = Quota.made({"design": "KG_2025", "assignment": "universal", "levy": 0.5}, "test")
    world = forked.copy()
    law = law_of(world, quota)
    e = world.employers
    for column in e:
        column[:] = 0
    cases = [  # owed, counted, severe, workers, hired, relabelled, paper, alternative, bought out, expected by way
        (2.0, 2.0, 1, 2, 1, 0, 0, 0, 0, {"hired": 1.0, "present": 1.0}),
        (2.0, 2.0, 0, 2, 0, 0, 0, 0, 0, {"present": 1.0, "levy": 1.0}),
        (2.0, 0.0, 0, 0, 0, 1, 1, 0, 0, {"relabelled": 1.0, "levy": 1.0}),
        (2.0, 1.0, 1, 1, 1, 0, 1, 0, 0, {"hired": 1.0, "proforma": 1.0}),
        (3.0, 4.0, 2, 4, 1, 2, 0, 0, 0, {"hired": 1.0, "present": 2.0}),
        (3.0, 1.0, 1, 1, 0, 0, 0, 1, 1, {"present": 1.0, "alternative": 1.0, "bought_out": 1.0}),
        (1.3, 1.0, 1, 1, 0, 0, 0, 0, 0, {"present": 1.0, "levy": 307 / 1024}),
    ]  # fmt: skip
    hired = np.zeros(len(e.staff))
    for j, (owed, counted, severe, workers, mine, relabelled, paper, alternative, bought, _) in enumerate(cases):
        e.owed[j], e.counted[j], e.severe[j], e.workers[j], hired[j] = owed, counted, severe, workers, mine
        e.relabelled[j], e.proforma[j], e.alternative[j], e.bought_out[j] = relabelled, paper, alternative, bought
        e.staff[j] = e.reported[j] = 60
    e.owed[len(cases)] = 1.0  # reports ten staff: no levy is due for its empty seat
    e.reported[len(cases)] = 10
    ways = np.zeros((len(e.staff), len(WAYS)), np.int64)
    fill(0, len(e.staff), e, hired, law, ways)
    for j, case in enumerate(cases):
        found = {name: ways[j, k] / SCALE for k, name in enumerate(WAYS) if ways[j, k]}
        assert found == case[-1], case
    free = law._replace(levy_min_n=25.0)
    fill(0, len(e.staff), e, hired, free, ways)
    assert ways[len(cases), WAYS.index("nothing")] == SCALE
    assert not ways[len(cases) + 1 :].any()


def test_persons_who_count_leave_the_size_of_an_employer_in_the_books_too(forked):
    """A hundred staff of whom three count: 97 owe three seats in Austria, nothing is missing and nothing due.

    Who owes nothing in December keeps the seats of January in the books, as anybody does who has become smaller.
    """
    quota = Quota.made({"design": "AT"}, "test")
    world = forked.copy()
    law = law_of(world, quota)
    e = world.employers
    for column in e:
        column[:] = 0
    cases = [  # staff, workers, of these on top of staff, relabelled, owed then, missing seats of the levy
        (100, 3, 0, 0, 3.0, 0.0), (100, 3, 3, 0, 4.0, 1.0), (100, 0, 0, 3, 3.0, 0.0), (100, 0, 0, 0, 4.0, 4.0),
        (27, 3, 0, 0, 1.0, 0.0),
    ]  # fmt: skip
    for j, (staff, workers, extra, relabelled, _, _) in enumerate(cases):
        e.staff[j] = e.reported[j] = staff
        e.workers[j], e.counted[j], e.additional[j], e.relabelled[j] = workers, workers, extra, relabelled
        e.owed[j] = 1.0
    wage = np.full(len(e.staff), 30000.0)
    assess(0, len(cases), Firms(world.frame.employers, e, Prices(*[wage] * 5, 1.0)), law)
    for j, (staff, *_, owed, missing) in enumerate(cases):
        unit = law.levy_unit[1 if staff - e.workers[j] + e.additional[j] - e.relabelled[j] >= 100 else 0]
        assert e.owed[j] == owed
        assert e.levy_due[j] == pytest.approx(missing * unit * law.reference * 12)


@pytest.mark.parametrize("values", LAWS[:3] + LAWS[-4:])
def test_groups_add_up_to_the_country(forked, values):
    quota = Quota.made(values, "test")
    base, world = advance(forked.copy(), 0, 12), advance(forked.copy(), 0, 12, quota)
    found = table([*seats(world, law_of(world, quota)), *jobs(world, base)])
    for outcome, cells in found.items():
        for name in DIMENSIONS.values():
            mine = [value for group, value in cells.items() if group.startswith(f"{name}=")]
            assert not mine or sum(mine) == pytest.approx(cells["all"], abs=1e-6), (outcome, name)
    assert {g.partition("=")[0] for g in found["employed_disability"]} == {"all", *DIMENSIONS.values()}
    assert {g.partition("=")[0] for g in found["employed_all"]} == {"all", *(DIMENSIONS[by] for by in OF_FIRMS)}
    assert set(found) <= set(CODEBOOK)


@pytest.mark.parametrize("values", [{"design": "FR"}, {"assignment": "universal", "levy": 1.0}])
def test_net_jobs_are_those_of_the_monthly_books(forked, values):
    quota = Quota.made(values, "test")
    base, world = advance(forked.copy(), 0, 24), advance(forked.copy(), 0, 24, quota)
    found = table(jobs(world, base))
    employed = [w.totals()["persons_employed"].sum() for w in (world, base)]
    staff = [w.totals()["employer_jobs"].sum() for w in (world, base)]
    assert found["employed_disability"]["all"] == employed[0] - employed[1]
    assert found["employed_all"]["all"] == staff[0] - staff[1]
    total = {name: found[f"gained_{name}"]["all"] for name in ("gross", "proforma", "relabel", "already", "netpwd")}
    assert total["gross"] == total["proforma"] + total["relabel"] + total["already"] + total["netpwd"]
    books = world.totals()
    seats_now = table(seats(world, law_of(world, quota)))
    assert seats_now["seats_owed"]["all"] == pytest.approx(books["quota_owed"].sum())
    by_oblast = [value for group, value in seats_now["seats_owed"].items() if group.startswith("oblast=")]
    assert by_oblast == pytest.approx(books["quota_owed"])


def test_the_levy_of_the_last_year_is_what_march_collects(forked):
    quota = Quota.made({"assignment": "universal", "levy": 0.5}, "test")
    world = advance(forked.copy(), 0, 12, quota)
    found = table(seats(world, law_of(world, quota)))["levy_due"]
    assert found["all"] > 0
    deflator = world.deflator
    paid = advance(world, 12, 15, quota).totals()["som_levy"].sum()
    assert found["all"] * deflator == pytest.approx(paid, rel=1e-6)


def test_a_design_without_a_change_gains_nothing(forked):
    base = advance(forked.copy(), 0, 12)
    found = table(jobs(base, base))
    assert all(value == 0.0 for cells in found.values() for value in cells.values())


def test_cost_to_employers_and_to_the_treasury_are_sums_of_the_books():
    def world(**figures: float) -> SimpleNamespace:
        lines = ("levy", "fines_paid", "bonus", "subsidy", "accommodation", "coaching", "inspection", "officers",
                 "purchases", "donations", "paper_pay", "workshops", "assistance", "remote", "spending",
                 "receipts", "entitled", "certificates")  # fmt: skip
        names = [f"labour_{line}" for line in lines]
        records = Records()
        for t in (0, 1):
            records.add(t, {name: np.full(2, figures.get(name, 0.0)) for name in names})
        value = SimpleNamespace(complying=SimpleNamespace(alternative_value=0.75))
        return SimpleNamespace(records=records, behaviour=value)

    mine = world(labour_levy=5.0, labour_fines_paid=1.0, labour_bonus=2.0, labour_subsidy=0.5, labour_spending=2.5,
                 labour_receipts=6.0, labour_purchases=4.0, labour_paper_pay=0.125,
                 labour_entitled=0.5)  # fmt: skip
    found = table(money(mine, world(labour_fines_paid=0.25, labour_receipts=0.25)))
    months_and_oblasts = 4
    assert found["levies_paid"] == {"all": 5.0 * months_and_oblasts}
    assert found["fines_paid"] == {"all": 1.0 * months_and_oblasts}
    assert found["employer_cost"] == {"all": (5.0 + 0.75 + 0.125 + 1.0 - 2.0 - 0.5) * months_and_oblasts}
    assert found["treasury_cost"] == {"all": (2.5 + 0.5 - 5.75) * months_and_oblasts}
