"""Every som that a quota moves is paid by somebody and received by somebody (people.md B1, D7; W6, E3)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.behaviour import Behaviour
from sim.engine.columns import FIXED_POINT
from sim.errors import IdentityError
from sim.labour.accounts import SCALE, Line
from sim.labour.books import LabourBooks
from sim.markets.handing import add_to_pots, each_gets, nothing_handed, settle_pots
from sim.outcomes.budget import lines
from sim.outcomes.costs import net_fiscal_cost
from sim.outcomes.records import Lives
from sim.people import pot_of, standing
from sim.population import load
from sim.scenario import Scenario
from sim.state.households import Pot
from sim.state.labour import Owner
from sim.state.persons import Work
from sim.twins import compare
from sim.world import World

DESIGNS = {
    "levy": {"quota": {"design": "KG_2025", "assignment": "universal", "levy": 1.0}},
    "fine": {"quota": {"design": "KG_2025", "assignment": "universal", "inspection": 5.0}},
    "helped": {
        "quota": {"design": "KG_2025", "assignment": "universal", "levy": 0.5, "hire_bonus": 0.2},
        "services": {"subsidy_share": 0.5, "subsidy_months": 12},
    },
    "bought": {"quota": {"design": "TH", "smallest_size": 25, "rate": 0.04}},
}  # fmt: skip


@cache
def lived() -> dict[str, Lives]:
    """Return the worlds of designs that move money in every way there is."""
    scenario = Scenario.of({
        "country": "kyrgyzstan", "scale": 1000, "labour_scale": 100, "start": "2026-01", "horizon": "2027-12",
        "designs": DESIGNS,
    })  # fmt: skip
    return compare(load("kyrgyzstan", 1000, labour_scale=100), scenario, Behaviour.central(), 1, keep=True).lives


def worlds() -> list[tuple[str, World, World]]:
    """Return name, world and the world it was forked from, with markets that answer and with fixed ones."""
    out = []
    for name, lives in lived().items():
        out += [(f"{name} {kind}", getattr(lives, kind), lives.before) for kind in ("final", "base", "frozen")]
    return out


def labour_months(world: World) -> list[LabourBooks]:
    """Return the books of the labour block of every month."""
    return [next(one for one in world.records.sheets(t) if isinstance(one, LabourBooks)) for t in world.records.months]


def real(books: LabourBooks, *which: Line) -> np.ndarray:
    """Return lines of a month in whole 1/1024 som of 2023 of the real country, by oblast."""
    nominal = books.money[:, list(which)].sum(axis=1)
    return np.floor(nominal * float(books.weight) / float(books.deflator) + 0.5).astype(np.int64)


def of_households(world: World, name: str) -> int:
    """Return a figure of households over all months of the records, in whole 1/1024 som."""
    return int(np.rint(world.records.series(name).sum() * FIXED_POINT))


@pytest.mark.parametrize("at", range(3 * len(DESIGNS)))
def test_what_the_quota_brings_to_households_is_paid_once_and_received_once(at: int) -> None:
    name, world, before = worlds()[at]
    for pot, line, figure in ((Pot.STAFF, Line.CERTIFICATES, "certificates"), (Pot.NAMES, Line.GIVEN, "given")):
        paid = sum(int(real(books, line).sum()) for books in labour_months(world))
        books, then = world.handed, before.handed
        assert int((books.paid - then.paid)[:, pot].sum()) == paid, name
        assert int((books.received - then.received)[:, pot].sum()) == of_households(world, figure), name
        assert np.array_equal(books.paid, books.received + books.open), name
        if world.frozen is None:
            persons = world.people.sharing[:, pot]
            assert (np.abs(books.open[:, pot]) <= persons).all(), "only what rounding leaves is still in the pot"
        else:
            base = of_households(lived()[name.split()[0]].base, figure)
            assert of_households(world, figure) == pytest.approx(base, rel=0.02), "only persons on seats differ (D5)"


@pytest.mark.parametrize("at", range(3 * len(DESIGNS)))
def test_every_som_between_employers_and_the_budget_has_a_payer_in_every_month(at: int) -> None:
    name, world, before = worlds()[at]
    charged = np.zeros(world.oblasts, dtype=np.int64)
    for books in labour_months(world):
        money = books.money
        taken = money[:, Line.LEVY] + money[:, Line.FINES_PAID] - money[:, Line.BONUS] - money[:, Line.SUBSIDY]
        assert np.array_equal(taken, money[:, Line.CHARGED_PRIVATE] + money[:, Line.CHARGED_INSIDE]), name
        nominal = money[:, Line.CHARGED_PRIVATE] + money[:, Line.GIVEN] - money[:, Line.GIVEN_INSIDE]
        real_som = nominal * float(books.weight) / float(books.deflator)
        charged += np.floor(real_som + 0.5).astype(np.int64)
    bearing = world.bearing
    assert np.array_equal(bearing.charged - before.bearing.charged, charged), name
    assert np.array_equal(bearing.charged, bearing.households + bearing.outside + bearing.open), name
    borne = bearing.households - before.bearing.households
    assert int(borne.sum()) == of_households(world, "charges_borne"), name


def test_each_flow_happens_in_some_design() -> None:
    found = {
        name: {line: sum(int(books.money[:, line].sum()) for books in labour_months(lives.final)) for line in Line}
        for name, lives in lived().items()
    }
    for name, line in (
        ("levy", Line.LEVY), ("levy", Line.CERTIFICATES), ("fine", Line.FINES_PAID), ("helped", Line.BONUS),
        ("helped", Line.SUBSIDY), ("levy", Line.PAPER_PAY), ("levy", Line.GIVEN_INSIDE), ("bought", Line.GIVEN),
    ):  # fmt: skip
        assert found[name][line] > 0, (name, line)
    assert found["levy"][Line.GIVEN_INSIDE] < found["levy"][Line.GIVEN]
    given, whole = found["bought"][Line.GIVEN], found["bought"][Line.PURCHASES] + found["bought"][Line.DONATIONS]
    assert given <= whole + found["bought"][Line.PAPER_PAY]


def test_certified_staff_carry_the_mean_benefit_and_the_budget_has_a_line_for_it() -> None:
    lives = lived()["levy"]
    final, labour = lives.final, lives.final.labour
    each = labour.frame.gain * labour.deflator / 12.0
    heads = labour.employers.relabelled.astype(np.float64)
    assert heads.sum() > lives.base.labour.employers.relabelled.sum()
    whole = np.floor(heads * each * SCALE + 0.5).sum() * labour.frame.weight / SCALE
    line = lines(final, lives.base)["certificates"][-1]
    assert line == pytest.approx(whole, rel=1e-9)
    paid = final.records.series("labour_certificates").sum() - lives.base.records.series("labour_certificates").sum()
    without = net_fiscal_cost(final, lives.base).sum() - paid
    assert paid > 0.0
    assert without < net_fiscal_cost(final, lives.base).sum()


def test_households_have_what_the_quota_hands_out_in_their_income() -> None:
    lives = lived()["levy"]
    gets = lives.final.tally.handed
    assert (gets[:, Pot.STAFF] > 0.0).any()
    state, h = lives.final.state, lives.final.households
    received = (gets[h.oblast, Pot.STAFF] * state.staffed * h.weight).sum()
    last = lives.final.records.series("certificates")[-1].sum()
    assert received == pytest.approx(last, rel=1e-4)


def test_a_subsidy_for_private_hires_reaches_private_employers_alone() -> None:
    lives = lived()["helped"]
    owner = lives.final.labour.frame.employers.owner
    assert (owner == Owner.PRIVATE).any()
    private = sum(int(b.money[:, Line.CHARGED_PRIVATE].sum()) for b in labour_months(lives.final))
    levies = sum(
        int(b.money[:, Line.LEVY].sum() + b.money[:, Line.FINES_PAID].sum()) for b in labour_months(lives.final)
    )
    inside = sum(int(b.money[:, Line.CHARGED_INSIDE].sum()) for b in labour_months(lives.final))
    helped = sum(int(b.money[:, Line.BONUS].sum() + b.money[:, Line.SUBSIDY].sum()) for b in labour_months(lives.final))
    assert helped > 0
    assert private + inside == levies - helped


def test_a_pot_is_for_persons_without_a_name_in_the_labour_block() -> None:
    assert pot_of(standing(Work.EMPLOYEE, 0, 32767, 10)) == Pot.STAFF
    assert pot_of(standing(Work.EMPLOYEE, 1, 3, 10)) == -1, "who is on the register has a benefit of her own"
    assert pot_of(standing(Work.SEEKING, 1, 3, 10)) == Pot.NAMES
    assert pot_of(standing(Work.RETIRED, 1, 3, 10)) == -1


def test_a_pot_for_nobody_waits_and_a_lost_som_is_found() -> None:
    books = nothing_handed(1)
    add_to_pots(books, np.array([[1000.0 * FIXED_POINT, 500.0 * FIXED_POINT]]), 10.0, 1.0)
    each = each_gets(books, np.array([[4000, 0]]))
    assert each.tolist() == [[2.5, 0.0]]
    settle_pots(books, np.array([[10_000 * int(FIXED_POINT), 0]]))
    assert (books.open / FIXED_POINT).tolist() == [[0.0, 5000.0]]
    books.paid[0, 0] += 1024
    with pytest.raises(IdentityError, match="1 som reached nobody"):
        settle_pots(books, np.zeros((1, 2), dtype=np.int64))
