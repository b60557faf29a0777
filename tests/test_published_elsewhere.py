"""Trials and foreign laws: what was published elsewhere beside the model; what is fitted was decided first."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from calibration import (
    foreign,
    offering,
    stocks,
    targets,
    telling,
    transferred,
    transferring,
    trial_page,
    trialled,
    weighing,
)
from calibration.offering import Group, Seen
from calibration.weighing import FIT, Published
from experiments import cli
from sim import behaviour
from sim.behaviour import Behaviour
from sim.errors import CountryError

COUNTRY = "kyrgyzstan"
BEHAVIOUR = Behaviour.central()


def seen(operating: list[int], consumption: list[float], **more: list[float]) -> Seen:
    """Return two families as a survey sees them."""
    zero = np.zeros(len(operating))
    given = {name: np.array(values, dtype=np.float64) for name, values in more.items()}
    return Seen(
        np.array(operating) == 1, given.get("profit", zero), np.array(consumption), given.get("hours", zero + 1.0),
        given.get("jobs", zero),
    )  # fmt: skip


def group(offered: dict[int, Seen], without: dict[int, Seen], rows: tuple[int, ...] = (1, 2, 3)) -> Group:
    """Return three families, the first of which stands for two; the second has a man as operator and no business."""
    woman, owner = np.array([True, False, True]), np.array([True, False, True])
    weight = np.array([2.0, 1.0, 1.0])
    return Group(np.array(rows), weight, woman, owner, 100_000.0, offered, without, 30_000.0, 1.0, 400_000.0)


EVERYBODY = np.ones(3, dtype=bool)


# Measures by hand ----------------------------------------------------------------------------------------------


def test_gains_are_those_of_the_same_families_weighed() -> None:
    """Consumption with the offer (2 x 120 + 80 + 100)/4 = 105, without 100 everywhere: a gain of .05."""
    two = group({18: seen([1, 1, 0], [120.0, 80.0, 100.0])}, {18: seen([0, 0, 0], [100.0, 100.0, 100.0])})
    assert offering.gain(two, 18, "consumption", EVERYBODY) == pytest.approx(0.05)


def test_profit_is_told_apart_by_sex_and_held_against_the_grant() -> None:
    """Women: (2 x 6,000 + 0)/3 = 4,000 more a month; the man 5,000."""
    two = group({18: seen([1, 1, 0], [1.0] * 3, profit=[6000.0, 5000.0, 0.0])}, {18: seen([0, 0, 0], [1.0] * 3)})
    assert offering.gain_per_family(two, 18, "profit", two.woman) / two.grant == pytest.approx(0.04)
    assert offering.gain_per_family(two, 18, "profit", ~two.woman) / two.grant == pytest.approx(0.05)
    assert np.isnan(offering.gain_per_family(two, 18, "profit", two.owner & ~two.woman)), "nobody is left to ask"


def test_the_gradient_by_size_compares_families_that_both_lots_drew() -> None:
    """Families 1 and 2 are in both: (2 x 10 + 10)/300 = 0.10 with the grant, 0.20 with twice the grant: elasticity 1.

    The third of each is another one; with it the gains would be 0.075 and 0.40.
    """
    without = {24: seen([0, 0, 0], [100.0, 100.0, 100.0])}
    offer = group({24: seen([1, 1, 0], [110.0, 110.0, 100.0])}, without, (1, 2, 3))
    larger = group({24: seen([1, 1, 1], [120.0, 120.0, 200.0])}, without, (1, 2, 4))
    assert offering.size_elasticity(offer, larger) == pytest.approx(1.0)


def test_a_new_business_does_not_make_up_for_one_that_closed() -> None:
    """Of the first (weight 2) and the second (1), the first lives on: two thirds, whatever the third begins."""
    two = group({}, {})
    survive = offering.surviving(two, np.array([True, True, False]), np.array([True, False, True]))
    assert survive == pytest.approx(2.0 / 3.0)


def test_closing_after_the_end_is_a_ratio_of_monthly_closures() -> None:
    assert offering.closing(0.99**12, 0.99**6) == pytest.approx(1.0)
    assert np.isnan(offering.closing(1.0, 0.9)), "nothing closed before: no ratio"


# The trial inside the model ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lived() -> dict[str, Group]:
    return offering.lived(dict(behaviour.medians(COUNTRY)), 3, 200, COUNTRY)


def test_the_lot_draws_families_that_are_paid_in_one_month_and_seen_with_and_without(lived: dict[str, Group]) -> None:
    offer = lived[offering.OFFER]
    assert len(offer.weight) > 10
    assert offer.weight.sum() <= offering.PLACES + 200.0
    assert set(offer.offered) == set(offer.without) == set(offering.MONTHS)
    assert offer.applied > offering.PLACES, "there must be somebody who was not drawn"
    assert offer.grant == pytest.approx(100_000.0, rel=0.15)


def test_the_grant_starts_businesses_and_a_larger_one_brings_more(lived: dict[str, Group]) -> None:
    offer, larger = lived[offering.OFFER], lived[offering.LARGER]
    assert offering.mean(offer, offer.offered[12].operating) > offering.mean(offer, offer.without[12].operating)
    assert offering.gain(larger, 24, "consumption", np.ones(len(larger.weight), dtype=bool)) > 0.0
    assert larger.grant == pytest.approx(2.0 * offer.grant)


def test_the_trial_gives_a_figure_for_every_published_one(lived: dict[str, Group]) -> None:
    offer, larger = lived[offering.OFFER], lived[offering.LARGER]
    found = offering.measured(offer) | {"size_elasticity all 24": 1.0}
    assert {trial.name for trial in trialled.trials() if trial.use != weighing.NOT_REPRESENTED} == set(found)
    known = offering.known(offer, larger)
    assert 0 < known["families both"] < known["families all"]
    assert 0.1 < known["grant over a year of consumption"] < 0.5
    assert 0.0 <= found["start_without all 16"] <= 1.0


# What is fitted, what is checked -------------------------------------------------------------------------------


def test_no_study_behind_a_prior_is_fitted() -> None:
    with (Path(trialled.FILE).parent / "literature.csv").open(newline="", encoding="utf-8") as file:
        behind = {row["study"] for row in csv.DictReader(file)}
    fitted = [trial for trial in trialled.trials() if trial.use == FIT]
    assert {trial.id for trial in fitted} == {"TR03"}
    assert not {trial.study for trial in fitted} & behind
    assert not [trial.id for trial in fitted if "Behind the prior" in trial.note or "behind the prior" in trial.note]


def test_what_is_not_represented_says_why_and_gets_no_verdict() -> None:
    left = [trial for trial in trialled.trials() if trial.use == weighing.NOT_REPRESENTED]
    assert [trial.id for trial in left] == ["TR10"]
    assert "per cent" in left[0].note
    shown = trial_page.rows(weighing.kept(trialled.RESULTS), weighing.CHECK)
    assert "TR10" not in {cells[0] for cells in shown}


def test_a_figure_that_rests_on_few_families_gets_no_verdict() -> None:
    men = next(trial for trial in trialled.trials() if trial.id == "TR14")
    assert trial_page.verdict(men, [0.0, 0.1, 0.2], 19.0) == ["too few", "1.00"]
    assert trial_page.verdict(men, [0.0, 0.1, 0.2], 20.0) == ["in", "1.00"]
    assert trial_page.verdict(men, [0.3, 0.4, 0.5], 20.0) == ["**out**", "4.00"]


def test_a_draw_is_weighed_by_how_far_it_misses_the_fitted_rows() -> None:
    """Errors of one: a draw that misses by one counts exp(-1/2) of one that meets the figure."""
    of = Published(5.0, 5.0, 5.0, "linear", 1.0)
    found = weighing.weights([("x", of)], [{"x": 5.0}, {"x": 6.0}])
    assert found[1] / found[0] == pytest.approx(np.exp(-0.5))
    assert found.sum() == pytest.approx(1.0)


def test_a_draw_without_a_value_is_not_rewarded() -> None:
    """Of draws that count 1 and exp(-1/2), one without a value counts their mean, 0.803; in another row it counts."""
    of, nothing = Published(5.0, 5.0, 5.0, "linear", 1.0), float("nan")
    found = weighing.weights([("x", of)], [{"x": 5.0}, {"x": 6.0}, {"x": nothing}])
    assert found[2] / found[0] == pytest.approx(0.5 * (1.0 + np.exp(-0.5)))
    both = weighing.weights([("x", of), ("y", of)], [{"x": 5.0, "y": 5.0}, {"x": nothing, "y": 6.0}])
    assert both[1] / both[0] == pytest.approx(np.exp(-0.5))
    assert weighing.weights([("x", of)], [{"x": nothing}, {"x": nothing}]).tolist() == [0.5, 0.5]


def test_in_means_within_the_studys_own_error_whatever_the_discrepancy() -> None:
    """Germany as it was called in before: .388 (.2 to .5) against a band up to .091."""
    german = Published(0.388, 0.2, 0.5, "linear", 0.08)
    assert not weighing.meets(german, [0.04, 0.062, 0.091])
    assert weighing.factor(0.062, 0.388) == 0.16
    assert not weighing.meets(german, [0.51, 0.6, 0.7])
    assert weighing.meets(german, [0.04, 0.062, 0.2])


def test_a_published_figure_outside_its_own_interval_is_refused() -> None:
    row = {"id": "TR99", "published": "2", "low": "0", "high": "1", "scale": "linear", "discrepancy": "1"}
    with pytest.raises(CountryError, match="TR99: published is 2; it must lie between 0 and 1"):
        weighing.published(row)
    with pytest.raises(CountryError, match="TR99: scale is 'cubic'; it must be log or linear"):
        weighing.published(row | {"scale": "cubic"})


# Foreign laws --------------------------------------------------------------------------------------------------


def test_a_law_is_run_to_its_age_and_stocks_grow_on_the_way() -> None:
    years = [stocks.aged("FR", BEHAVIOUR, most)[0] for most in (1, 5)]
    young, old = (stocks.aged("FR", BEHAVIOUR, most)[2] for most in (1, 12))
    assert years == [1, 5]
    rate = [transferring.measured("FR", "rate", found) for found in (young, old)]
    assert rate[1] > rate[0] > 0.0


def test_only_austria_and_hungary_inform_parameters() -> None:
    assert {row.country for row in transferring.rows() if row.use == FIT} == {"AT", "HU"}
    predicted = {row.country for row in transferring.rows() if row.use != FIT}
    assert predicted == {"AT", "DE", "FR", "JP", "ES", "BR", "CL"}
    known = {target.name: target for target in targets.read(COUNTRY)}
    filled = next(row for row in transferring.rows() if row.id == "TF06")
    assert known["AT03"].use == "check", "the same figure: never fitted"
    assert (filled.use, filled.published.value) == ("predict", known["AT03"].value)
    assert all(row.kind in ("stock", "flow") and row.source and row.age > 0 for row in transferring.rows())


def test_a_contrast_is_the_one_that_the_study_made() -> None:
    found = stocks.aged("DE", BEHAVIOUR, 2)[2]
    k = int(np.searchsorted(found.sizes, 40))
    by_hand = found.found[k, 0] - found.found[k - 1, 0]
    assert transferring.measured("DE", "threshold", found) == pytest.approx(by_hand)


def test_the_hungarian_step_compares_with_firms_that_no_law_certified_anybody_for() -> None:
    """Two years of staff of 21 who stay: certified without a levy, with hires that no law asks for."""
    _, stock, hungary = stocks.aged("HU", BEHAVIOUR, 2)
    row = next(row for row in transferring.rows() if row.id == "TF01")._replace(age=2)
    k, b = int(np.searchsorted(hungary.sizes, 21)), BEHAVIOUR.acquiring
    staying = 0.15 * b.leaving * 21.0 * b.stay * b.certified
    without = staying * (1.0 + 1.0 - b.leaving) + foreign.country("HU", BEHAVIOUR).anyway[k]
    step = transferring.over_same_size(row, hungary, BEHAVIOUR)
    assert step == pytest.approx(float(hungary.found[k, 0]) - without)
    assert step > foreign.at_threshold(hungary, 21), "the law certified part of the stock that it was compared with"
    assert stock.certified[k] > without


def test_each_law_is_run_to_the_age_of_its_figure() -> None:
    at = transferring.at_ages("HU", BEHAVIOUR)
    assert set(at) == {4}
    assert at[4].found == pytest.approx(stocks.aged("HU", BEHAVIOUR, 4)[2].found)


@pytest.mark.parametrize("country", ["ES", "BR", "CL"])
def test_laws_with_fines_alone_have_inspections_of_their_own(country: str) -> None:
    given = foreign.case(country)
    assert given.inspection > 0.0
    assert given.law.cheapest > 0.0
    assert (given.law.fine > 0.0) is (country != "CL"), "the amount of the Chilean fine was not found"
    found = stocks.aged(country, BEHAVIOUR, 1)[2]
    assert 0.0 < transferring.measured(country, "filled", found) < 1.0


# Pages ---------------------------------------------------------------------------------------------------------


def test_the_page_of_trials_is_that_of_the_results_that_come_along() -> None:
    found = weighing.kept(trialled.RESULTS)
    shown = {trial.id for trial in trialled.trials() if trial.use != weighing.NOT_REPRESENTED}
    assert {row["id"] for row in found["rows"]} == shown
    made = trial_page.page(found)
    assert trial_page.PAGE.read_text(encoding="utf-8") == made, "run: python -m calibration.trial_page"


def test_the_front_says_what_does_not_transfer_and_by_how_much() -> None:
    found = weighing.kept(transferred.RESULTS)
    assert {row["id"] for row in found["rows"]} == {row.id for row in transferring.rows()}
    said = transferred.front(found)
    predicted = {row.id: row for row in transferring.rows() if row.use != FIT}
    outside = {
        one["id"] for one, row in zip(found["rows"], transferring.rows(), strict=True)
        if not weighing.meets(row.published, weighing.believed(found, one))
    }  # fmt: skip
    out = [row for name, row in predicted.items() if name in outside]
    named = {cells[0] for cells in transferred.table(found) if cells[6] == "in" and not 0.66 <= float(cells[7]) <= 1.5}
    for row in (row for row in transferring.rows() if row.id in named | outside):
        assert f"{transferring.COUNTRIES[row.country]}, {row.what}" in said
    assert f"{len(predicted) - len(out)} of {len(predicted)} figures" in said
    assert "\n".join(transferred.part(found)).count("**out**") == len(outside)
    assert said in telling.shipped_page(COUNTRY).partition("## What was done")[0]


def test_weighed_draws_that_are_worth_too_few_make_no_band() -> None:
    row = {"drawn": [1.0, 2.0, 3.0], "weighed": [2.0, 2.0, 2.0]}
    assert weighing.believed({"effective": 7.9}, row) == row["drawn"]
    assert weighing.believed({"effective": 8.0}, row) == row["weighed"]


@pytest.mark.parametrize(("name", "of"), [("trials", trialled), ("transfer", transferred)])
def test_the_commands_print_what_they_found_and_keep_it(
    name: str, of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = weighing.kept(of.RESULTS)
    monkeypatch.setattr(of, "run", lambda country, out, effort, say, advance: found)
    done = CliRunner().invoke(cli.app, [name, "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert weighing.kept(tmp_path / of.RESULTS.name) == found
    tables = done.output.partition("Parameters that")[0].partition("Quota rules abroad")[0]
    assert max(map(len, tables.splitlines())) <= 100
    assert done.output.count(" in ") + done.output.count(" out ") >= len(found["rows"])
