"""What inspections and the fine of the law do to employers (K20): through the sum that they expect to pay."""

from __future__ import annotations

import labour_samples as samples
import numpy as np
import pytest

from sim.errors import InputError
from sim.labour.accounts import Event
from sim.labour.choosing import Choosing, Seat, seat_odds
from sim.labour.year import Standing
from sim.policies.design import load
from sim.policies.quota import Quota
from sim.policies.services import Services
from sim.policies.terms_of_design import published_fine
from sim.state.labour_views import Firms

BEHAVIOUR = samples.BEHAVIOUR


def odds(quota: Quota, perceived: float) -> dict[str, float]:
    """Return the log-odds of a private employer's only missing seat, by mode."""
    world = samples.begin(samples.population(50, 40), BEHAVIOUR, 1)
    prices = world.prices(samples.economy(0))
    e = world.employers
    e.staff[:], e.reported[:], e.certifiable[:] = 60, 60, 1
    j = int(np.flatnonzero(world.frame.employers.owner == 2)[0])
    standing = Standing(np.zeros(9), 0.05, 1.0, world.fined_at, 0.8, 0.75, 0.0, 0.0, np.zeros(0, np.int64))
    b, law = BEHAVIOUR, quota.terms(0, samples.economy(0), BEHAVIOUR)
    choosing = Choosing(law, Services().terms(0), standing, world.base.constants, b.complying, b.hiring, b.inspecting)
    seat = Seat(1.0, 0.0, 1.0, 0, 0, 0, perceived)
    return seat_odds(j, Firms(world.frame.employers, e, prices), choosing, seat)._asdict()


def law(**more: object) -> Quota:
    return Quota.made({"design": "KG_2025", "assignment": "universal"} | more, "x")


def test_paying_a_levy_costs_the_expected_fine_too_where_the_law_has_both() -> None:
    both = {"levy": 0.3, "sanction": "fine+levy", "fine": 100_000.0}
    never, often = odds(law(**both), 0.0), odds(law(**both), 0.5)
    assert often["pay"] < never["pay"], "an employer that pays the levy may still be fined for the missing seat"
    assert odds(law(levy=0.3, fine=1e5), 0.5)["pay"] == odds(law(levy=0.3, fine=1e5), 0.0)["pay"], "no fine in this law"


def test_only_the_expected_sum_matters() -> None:
    """Twice the chance of an inspection is worth as much as twice the fine, and nothing without a fine."""
    often, high = odds(law(fine=50_000.0), 0.4), odds(law(fine=100_000.0), 0.2)
    assert often["ignore"] == pytest.approx(high["ignore"], rel=1e-12)
    assert odds(law(fine=0.0), 0.9)["ignore"] == odds(law(fine=0.0), 0.0)["ignore"] == 0.0


def test_contracts_without_work_are_feared_as_often_as_the_employer_expects_an_inspection() -> None:
    paper = {"fine": 200_000.0, "proforma_counts": True}
    assert odds(law(**paper), 0.5)["proforma"] < odds(law(**paper), 0.05)["proforma"]


def test_more_inspections_change_nothing_without_a_fine_and_fill_seats_with_a_high_one() -> None:
    forked = samples.start(samples.population(2000, 300))

    def seats(**more: object) -> int:
        world = samples.advance(forked.copy(), 0, 1, law(**more))
        return int(world.events[:, Event.SEATS_HIRE].sum())

    assert seats(fine=0.0, inspection=20.0) == seats(fine=0.0, inspection=1.0)
    assert seats(fine=400_000.0, inspection=20.0) > seats(fine=400_000.0, inspection=1.0)


def test_the_place_of_the_fine_in_the_range_of_the_law_is_a_lever() -> None:
    def fine(design: str, place: float) -> float:
        return Quota.made({"design": design, "fine_place": place}, "x").terms(0, samples.economy(0), BEHAVIOUR).fine

    low, middle, high = (fine("KZ", place) for place in (0.0, 0.5, 1.0))
    assert (low, high) == (pytest.approx(middle * 2 / 3), pytest.approx(middle * 4 / 3))  # 18,460 to 36,920 tenge
    assert published_fine(load("KZ"), 0.0) == 18460
    raised = [Quota.made({"design": "BR", "fine_place": p}, "x").terms(0, samples.economy(0), BEHAVIOUR)
              for p in (0.0, 1.0)]  # fmt: skip
    assert (raised[0].fine_surcharge[:4, 1] < raised[1].fine_surcharge[:4, 1]).any(), "so are surcharges by size"


def test_a_range_that_is_not_known_cannot_be_chosen_from() -> None:
    with pytest.raises(InputError, match=r"KG_2025.toml: sanction.fine_min is unknown; give a value in the scenario"):
        law(fine_place=0.8).check(0)
    law(fine_place=0.5).check(0)
