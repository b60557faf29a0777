"""Trials and foreign laws: what was published elsewhere beside the model; what is fitted was decided first."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from calibration import foreign, offering, stocks, telling, transferred, transferring, trial_page, trialled, weighing
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
        np.array(operating) == 1, given.get("own_start", zero) == 1, given.get("profit", zero), np.array(consumption),
        given.get("full_time", zero + 1.0), given.get("jobs", zero),
    )  # fmt: skip


def group(offered: dict[int, Seen], without: dict[int, Seen]) -> Group:
    """Return three families, the first of which stands for two; the second has a man as operator."""
    woman = np.array([True, False, True])
    return Group(np.array([2.0, 1.0, 1.0]), woman, 100_000.0, offered, without, 30_000.0, 1.0)


# Measures by hand ----------------------------------------------------------------------------------------------


def test_gains_are_those_of_the_same_families_weighed() -> None:
    """Consumption with the offer (2 x 120 + 80 + 100)/4 = 105, without 100 everywhere: a gain of .05."""
    two = group({18: seen([1, 1, 0], [120.0, 80.0, 100.0])}, {18: seen([0, 0, 0], [100.0, 100.0, 100.0])})
    assert offering.gain(two, 18, "consumption") == pytest.approx(0.05)


def test_profit_is_told_apart_by_sex_and_held_against_the_grant() -> None:
    """Women: (2 x 6,000 + 0)/3 = 4,000 more a month; the man 5,000."""
    two = group({18: seen([1, 1, 0], [1.0] * 3, profit=[6000.0, 5000.0, 0.0])}, {18: seen([0, 0, 0], [1.0] * 3)})
    assert offering.gain_per_family(two, two.woman, "profit") / two.grant == pytest.approx(0.04)
    assert offering.gain_per_family(two, ~two.woman, "profit") / two.grant == pytest.approx(0.05)


def test_survival_is_compared_among_those_who_would_have_begun_anyway() -> None:
    """Both men began without the grant: with it both live, without it one of the weight of three."""
    two = group({60: seen([1, 1, 0], [1.0] * 3)}, {60: seen([1, 0, 0], [1.0] * 3, own_start=[1.0, 1.0, 0.0])})
    everybody = np.ones(3, dtype=bool)
    assert offering.survival_gain(two, 60, everybody) == pytest.approx(1.0 - 2.0 / 3.0)
    assert np.isnan(offering.survival_gain(two, 60, np.array([False, False, True]))), "nobody is left to ask"


def test_closing_after_the_end_is_a_ratio_of_monthly_closures() -> None:
    assert offering.closing(1.0, 0.99**12, 0.99**18) == pytest.approx(1.0)
    assert np.isnan(offering.closing(1.0, 1.0, 0.9)), "nothing closed before: no ratio"


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
    assert offering.gain(larger, 24, "consumption") > 0.0
    assert larger.grant == pytest.approx(2.0 * offer.grant)


def test_the_trial_gives_a_figure_for_every_published_one(lived: dict[str, Group]) -> None:
    found = offering.measured(lived[offering.OFFER]) | {"size_elasticity all 24": 1.0}
    assert {trial.name for trial in trialled.trials()} == set(found)
    assert 0.0 <= found["start_without all 16"] <= 1.0


# What is fitted, what is checked -------------------------------------------------------------------------------


def test_no_study_behind_a_prior_is_fitted() -> None:
    with (Path(trialled.FILE).parent / "literature.csv").open(newline="", encoding="utf-8") as file:
        behind = {row["study"] for row in csv.DictReader(file)}
    fitted = [trial for trial in trialled.trials() if trial.use == FIT]
    assert {trial.id for trial in fitted} == {"TR01", "TR02", "TR03"}
    assert not {trial.study for trial in fitted} & behind


def test_a_draw_is_weighed_by_how_far_it_misses_the_fitted_rows() -> None:
    """Errors of one: a draw that misses by one counts exp(-1/2) of one that meets the figure."""
    of = Published(5.0, 5.0, 5.0, "linear", 1.0)
    found = weighing.weights([("x", of)], [{"x": 5.0}, {"x": 6.0}, {"x": float("nan")}])
    assert found[1] / found[0] == pytest.approx(np.exp(-0.5))
    assert found[2] == found[0]
    assert found.sum() == pytest.approx(1.0)


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
    assert {row.country for row in transferring.rows() if row.use != FIT} == {"DE", "FR", "JP", "ES", "BR", "CL"}
    assert all(row.kind in ("stock", "flow") and row.source and row.age > 0 for row in transferring.rows())


def test_a_contrast_is_the_one_that_the_study_made() -> None:
    found = stocks.aged("DE", BEHAVIOUR, 2)[2]
    k = int(np.searchsorted(found.sizes, 40))
    by_hand = found.found[k, 0] - found.found[k - 1, 0]
    assert transferring.measured("DE", "threshold", found) == pytest.approx(by_hand)
    hungary = stocks.aged("HU", BEHAVIOUR, 1)[2]
    assert transferring.measured("HU", "threshold", hungary) == foreign.at_threshold(hungary, 21)


@pytest.mark.parametrize("country", ["ES", "BR", "CL"])
def test_laws_with_fines_alone_have_inspections_of_their_own(country: str) -> None:
    given = foreign.case(country)
    assert given.inspection > 0.0
    assert given.law.cheapest > 0.0
    found = stocks.aged(country, BEHAVIOUR, 1)[2]
    assert 0.0 < transferring.measured(country, "filled", found) < 1.0


# Pages ---------------------------------------------------------------------------------------------------------


def test_the_page_of_trials_is_that_of_the_results_that_come_along() -> None:
    found = weighing.kept(trialled.RESULTS)
    assert {row["id"] for row in found["rows"]} == {trial.id for trial in trialled.trials()}
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
    assert f"{len(predicted) - len(out)} of {len(predicted)} figures" in said
    for row in out:
        assert f"{transferring.COUNTRIES[row.country]}, {row.what}" in said
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
