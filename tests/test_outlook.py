"""Forecasts are frozen, what they do not know is drawn, and they are scored against what came, never refitted."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from typer.testing import CliRunner

from calibration import exogenous, forecasting, frozen, observed, posterior, scores, scoring, yearly
from calibration.frozen import Forecast, Stated
from calibration.observed import Observed
from experiments import cli, scoreboard
from experiments.language import NAMES, language
from sim import behaviour
from sim.errors import InputError, ResultError
from sim.months import month_index
from sim.scenario import Scenario

COUNTRY = "kyrgyzstan"
YEARS = forecasting.YEARS
UNITS = {name: unit for name, (unit, _) in yearly.FIGURES.items()}
HEAD = "figure,year,value,low,high,source\n"
INVENTED_ROWS = "persons_per_family,2025,5.5,,,Yearbook\nchild_poverty,2024,37,,,Yearbook\n"
KNOWN = Path(scoring.__file__).parent / "known.csv"


def stated(figure: str, year: int, quantiles: dict[float, float]) -> Stated:
    return Stated(figure, year, UNITS[figure], "meaning", quantiles)


FIVE = {0.05: 20.0, 0.25: 24.0, 0.5: 26.0, 0.75: 28.0, 0.95: 30.0}
INVENTED = Forecast("invented", (stated("poverty", 2024, FIVE), stated("placements", 2025, FIVE)), {"posterior": "x"})


# Scores by hand ------------------------------------------------------------------------------------------------


SHARES = tuple(FIVE)


def of(distribution: Any) -> dict[float, float]:
    """Return the five quantiles that are frozen of a distribution."""
    return {share: float(distribution.ppf(share)) for share in SHARES}


def test_the_crps_of_a_normal_forecast_is_that_of_the_formula() -> None:
    """s (z (2 F(z) - 1) + 2 f(z) - 1/sqrt(pi)), Gneiting and Raftery 2007; the mean is s/sqrt(pi)."""
    normal, values = stats.norm(20.0, 5.0), np.linspace(0.0, 40.0, 41)
    z = (values - 20.0) / 5.0
    formula = 5.0 * (z * (2.0 * stats.norm.cdf(z) - 1.0) + 2.0 * stats.norm.pdf(z) - 1.0 / np.sqrt(np.pi))
    mine = np.array([scores.crps(of(normal), float(value)) for value in values])
    assert mine == pytest.approx(formula, rel=2e-3)
    drawn = normal.ppf((np.arange(200) + 0.5) / 200)
    mean = float(np.mean([scores.crps(of(normal), float(value)) for value in drawn]))
    assert mean == pytest.approx(5.0 / np.sqrt(np.pi), rel=0.01), "the mean of five scores gave 0.88 of it"


@pytest.mark.parametrize("distribution", [stats.uniform(), stats.expon(), stats.lognorm(0.6)])
def test_the_crps_of_a_forecast_that_is_not_normal_is_near_its_own(distribution: Any) -> None:
    """The score by its definition: the squared distance between the two distributions, summed over a fine grid."""
    grid = np.linspace(-1.0, 20.0, 42_001)
    for share in (0.1, 0.5, 0.9):
        value = float(distribution.ppf(share))
        exact = float(np.sum((distribution.cdf(grid) - (grid >= value)) ** 2)) * (grid[1] - grid[0])
        assert scores.crps(of(distribution), value) == pytest.approx(exact, rel=0.06)


def test_what_is_stated_for_sure_scores_its_distance() -> None:
    assert scores.crps(dict.fromkeys(FIVE, 26.0), 31.0) == pytest.approx(5.0)


def test_scores_are_those_of_a_library_of_scoring_rules() -> None:
    library = pytest.importorskip("scoringrules")
    rng = np.random.default_rng(1)
    for _ in range(20):
        value = float(rng.normal())
        assert scores.crps(of(stats.norm(1.0, 2.0)), value) == pytest.approx(
            library.crps_normal(value, 1.0, 2.0), rel=2e-3
        )
        drawn = np.sort(rng.normal(size=5))
        mine = scores.interval_score(drawn[0], drawn[4], 0.9, value)
        assert mine == pytest.approx(library.interval_score(value, drawn[0], drawn[4], 0.1))


def test_a_forecast_is_scored_as_by_hand() -> None:
    """Poverty 31 against 20 [24, 26, 28] 30: outside both; interval 10 + 20 x 1; the last figure known was 29.81.

    Its CRPS is that of the quantiles (above); nearly all of the forecast lies below, so it is near 31 less the mean of
    25.7, less half the mean distance of two draws, 1.7.
    """
    found = scoring.score(INVENTED, [Observed("poverty", 2024, 31.0, 30.5, 31.5, "s")])
    assert found is not None
    (row,) = found.rows
    assert (row.outer, row.inner) == (False, False)
    assert (row.interval, row.bias) == pytest.approx((30.0, -5.0))
    assert row.crps == scores.crps(FIVE, 31.0) == pytest.approx(3.64, abs=0.05)
    assert row.persistence == pytest.approx(31.0 - 29.81)
    assert found.total is not None
    assert found.total.crps == pytest.approx(row.crps / 31.0)


def test_a_printed_figure_is_covered_where_its_rounding_meets_the_interval() -> None:
    found = scoring.score(INVENTED, [Observed("poverty", 2024, 30.2, 29.9, 30.5, "s")])
    assert found is not None
    assert found.rows[0].outer
    assert found.rows[0].interval == pytest.approx(10.0 + 20.0 * 0.2), "the score is that of the printed value"


def test_the_rules_know_only_what_came_before_the_forecast() -> None:
    register = "placements"
    assert [getattr(scoring.before(register, year), "year", None) for year in (2022, 2023, 2024)] == [None, 2022, 2023]
    places = scoring.planned(COUNTRY, 2023, 2025)
    jobs = scoring.before("jobs_reported", 2024)
    assert jobs is not None
    assert jobs.proportional(2024, places) == pytest.approx(11_800.0 * places[2024] / 10_000.0)


def test_every_rival_is_a_figure_of_the_forecast_from_2023_or_before() -> None:
    assert {rival.figure for rival in scoring.rivals()} <= set(UNITS)
    assert max(rival.year for rival in scoring.rivals()) == 2023


def test_a_forecast_without_quartiles_says_nothing_about_its_middle_half() -> None:
    old = frozen.read("2026-11-22-third")
    found = scoring.score(old, [Observed("poverty", 2024, 29.0, 29.0, 29.0, "s")])
    assert found is not None
    assert found.rows[0].inner is None
    assert found.by_figure[0].inner is None


# Files that somebody brings ------------------------------------------------------------------------------------

GOOD = "poverty,2024,29.8,29.75,29.85,Yearbook\n"
MISTAKES = {
    "": "the first line must be figure,year,value,low,high,source",
    "figure,year,value\nx,1,2\n": "the first line must be figure,year,value,low,high,source",
    HEAD: "it has no figures",
    HEAD + "povrety,2024,29.8,,,Yearbook\n": "line 2: figure is 'povrety'; did you mean 'poverty'?",
    HEAD + "poverty,24,29.8,,,Yearbook\n": "year is '24'; it must be a year such as 2024",
    HEAD + "poverty,2031,29.8,,,Yearbook\n": "year is 2031; forecasts have 2024 to 2028",
    HEAD + "poverty,2024,many,,,Yearbook\n": "value is 'many'; it must be a number such as 83824 or 29.8",
    HEAD + "poverty,2024,nan,,,Yearbook\n": "value is 'nan'; it must be a number",
    HEAD + "poverty,2024,29_8,,,Yearbook\n": "value is '29_8'; it must be a number",
    HEAD + 'poverty,2024,"29,8",,,Yearbook\n': "value is '29,8'; it must be a number",
    HEAD + "poverty,2024,29,8,,,Yearbook\n": "has 7 cells, not 6; a decimal point is a point",
    HEAD + "poverty,2024,29.8,29.7,,Yearbook\n": "only one of low and high is given",
    HEAD + "poverty,2024,29.8,29.9,30,Yearbook\n": "value must lie between them",
    HEAD + "poverty,2024,298,,,Yearbook\n": "value is 298; poverty is in % of population, from 0 to 100",
    HEAD + "share_trade,2024,6.2,,,Yearbook\n": "value is 6.2; share_trade is in share, from 0 to 1",
    HEAD + "contracts,2024,-1,,,Yearbook\n": "value is -1; contracts is in families",
    HEAD + "poverty,2024,29.8,,,\n": "source is empty; say where the figure was published",
    HEAD + GOOD + GOOD: "line 3: poverty of 2024 stands there twice",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_each_mistake_in_a_file_gets_one_sentence(text: str, tmp_path: Path) -> None:
    file = tmp_path / "seen.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        observed.read(file, UNITS, YEARS)
    assert MISTAKES[text] in str(error.value)
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_no_text_file_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        observed.read(tmp_path / "missing.csv", UNITS, YEARS)
    with pytest.raises(InputError, match="it is a folder"):
        observed.read(tmp_path, UNITS, YEARS)
    (tmp_path / "seen.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="it is no text in UTF-8"):
        observed.read(tmp_path / "seen.csv", UNITS, YEARS)


def test_a_right_file_is_read_with_blanks_a_mark_and_empty_lines(tmp_path: Path) -> None:
    file = tmp_path / "seen.csv"
    file.write_text("\ufeff" + HEAD + "\n poverty , 2024,29.8,29.75,29.85, Yearbook\ncontracts,2025,100,,,Y\n", "utf-8")
    first, second = observed.read(file, UNITS, YEARS)
    assert first == Observed("poverty", 2024, 29.8, 29.75, 29.85, "Yearbook")
    assert (second.low, second.high) == (100.0, 100.0)


# Frozen forecasts ----------------------------------------------------------------------------------------------


def test_a_forecast_that_was_changed_after_it_was_frozen_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("csv", "json"):
        shutil.copy(frozen.FOLDER / f"2026-11-22-third.{kind}", tmp_path)
    file = tmp_path / "2026-11-22-third.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("20000", "20001"), encoding="utf-8")
    monkeypatch.setattr(frozen, "FOLDER", tmp_path)
    with pytest.raises(ResultError, match="it is not as it was frozen"):
        frozen.read("2026-11-22-third")
    with pytest.raises(InputError, match="did you mean '2026-11-22-third'"):
        frozen.read("2026-11-22-thrid")


@pytest.mark.parametrize("name", ["today", "2026-13-01", "2026-11-30 ", "2026-11-30-2", "../2026-11-30"])
def test_a_forecast_is_frozen_under_a_day(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it must be a day such as 2026-11-30"):
        forecasting.check_day(name, tmp_path)


def test_a_forecast_is_not_frozen_twice_and_reads_back_as_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [{"2024 poverty": float(k)} for k in range(101)]
    row = forecasting._row("poverty", 2024, runs)
    assert [row[name] for name in ("low", "lower", "middle", "upper", "high")] == ["5", "25", "50", "75", "95"]
    forecasting.freeze([row], {"posterior": "x"}, "2026-11-30", tmp_path)
    with pytest.raises(InputError, match="a frozen forecast is not written twice"):
        forecasting.freeze([row], {"posterior": "x"}, "2026-11-30", tmp_path)
    monkeypatch.setattr(frozen, "FOLDER", tmp_path)
    (one,) = frozen.read("2026-11-30").stated
    assert one.quantiles == {0.05: 5.0, 0.25: 25.0, 0.5: 50.0, 0.75: 75.0, 0.95: 95.0}


def test_columns_and_figures_of_earlier_forecasts_stay() -> None:
    with (frozen.FOLDER / "2026-11-22-third.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == forecasting.COLUMNS[: len(rows[0])]
    assert {row["figure"]: row["unit"] for row in rows}.items() <= UNITS.items()
    assert set(scoreboard.NAMES) == set(UNITS)


# What a forecast does not know ---------------------------------------------------------------------------------


def test_the_world_around_is_drawn_by_the_seed_and_differs_between_runs() -> None:
    first, again, other = (exogenous.drawn(COUNTRY, YEARS, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert set(first.inflation) == set(first.places) == set(YEARS)


def lived_pay(course: exogenous.Course, year: int) -> float:
    """Return the average wage of a year as a run has it, in prices of 2023."""
    scenario = Scenario.of({"start": "2024-01", "horizon": "2028-12", "economy": course.economy()})
    economy = scenario.history().economy
    months = [month_index(year, k) for k in range(1, 13)]
    return float(np.mean([economy.wage(t) / economy.deflator(t) for t in months]))


def test_draws_keep_to_the_record_of_projections() -> None:
    """Prices of 2024: 8.6 % and 3 points; real pay grows by 2.6 % a year at the middle; no plan is exceeded to 2026."""
    drawn = [exogenous.drawn(COUNTRY, YEARS, seed) for seed in range(1500)]
    prices = np.array([one.inflation[2024] for one in drawn])
    assert np.median(prices) == pytest.approx(0.086, abs=0.004)
    assert prices.std() == pytest.approx(0.03, rel=0.1)
    real = [lived_pay(one, 2024) / 31_187.0 - 1.0 for one in drawn[:300]]
    assert np.median(real) == pytest.approx(0.026, abs=0.006)
    assert max(one.places[2024] for one in drawn) == 20_000.0
    assert np.mean([one.places[2024] < 20_000.0 for one in drawn]) == pytest.approx(0.69, abs=0.04)
    assert max(one.places[2028] for one in drawn) > 13_333.0
    assert np.mean([one.old_definition for one in drawn]) == pytest.approx(0.1, abs=0.03)


def test_projections_are_those_made_by_2023() -> None:
    with exogenous.FILE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert all(row["source"] and row["confidence"] and row["kind"] == "input" for row in rows)
    projected = [row for row in rows if row["name"] in ("growth_per_person", "inflation")]
    assert all("2023" in row["source"] or "carried forward" in row["source"] for row in projected)


def test_a_run_gives_every_figure_of_every_year() -> None:
    values = dict(behaviour.medians(COUNTRY))
    found = yearly.forecast(values, 7, 1000, COUNTRY, (2024, 2025))
    assert set(found) == {f"{year} {figure}" for year in (2024, 2025) for figure in yearly.FIGURES}
    assert all(np.isfinite(value) for value in found.values())
    for kind in ("share", "stock"):
        assert sum(v for name, v in found.items() if name.startswith(f"2025 {kind}_")) == pytest.approx(1.0)
    assert found["2025 jobs_reported_stock"] > found["2025 jobs_reported"] > 0.0
    assert found["2024 extreme_poverty"] < found["2024 poverty"] < found["2024 child_poverty"]
    delivered = exogenous.drawn(COUNTRY, (2024, 2025), 7).places
    assert 0.85 * delivered[2024] < found["2024 contracts"] <= delivered[2024] + 500.0, "rows stand for 1,000 families"


def test_years_that_are_known_were_tried_from_draws_that_do_not_know_them() -> None:
    tried = [frozen.read(name) for name in frozen.names() if (frozen.TRIALS / f"{name}.csv").is_file()]
    assert tried
    seen = observed.read(KNOWN, UNITS, forecasting.KNOWN_YEARS)
    for one in tried:
        assert str(one.about["posterior"]).startswith("none; priors")
        assert not {row.figure for row in one.stated} & set(forecasting.GIVEN)
        found = scoring.score(one, seen)
        assert found is not None
        assert len(found.rows) == len(seen)


# The command ---------------------------------------------------------------------------------------------------


def files_of(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("code", NAMES)
def test_the_command_scores_every_forecast_writes_a_page_and_changes_no_forecast(code: str, tmp_path: Path) -> None:
    file, before = tmp_path / "seen.csv", files_of(frozen.FOLDER)
    file.write_text(HEAD + GOOD + INVENTED_ROWS, "utf-8")
    asked = ["outlook", "--score", str(file), "--out", str(tmp_path), "--language", code]
    done = CliRunner().invoke(cli.app, asked)
    assert done.exit_code == 0, done.output
    assert all(name in done.output for name in ("2026-11-22", "2026-11-22-second", "2026-11-22-third"))
    page = (tmp_path / scoreboard.FILE).read_text(encoding="utf-8")
    assert page.count("<svg") == 2 * page.count("<figure")
    assert language(code).text("Persons per contract family") in page
    assert f'lang="{code}"' in page
    assert files_of(frozen.FOLDER) == before


def test_the_command_says_in_one_sentence_what_does_not_go_together(tmp_path: Path) -> None:
    file = tmp_path / "seen.csv"
    file.write_text(HEAD + "child_poverty,2026,37,,,Yearbook\n", "utf-8")
    wrong = {
        ("--score", str(file), "--freeze", "2026-11-30"): "--score and --freeze are both given",
        ("--forecast", "2026-11-22"): "without --score",
        ("--score", str(file), "--forecast", "2026-11-22"): "none of its figures and years is in forecast 2026-11-22",
        ("--freeze", "2026-11-22"): "there is a forecast of this day already",
        ("--freeze", "soon"): "it must be a day such as 2026-11-30",
    }
    for arguments, says in wrong.items():
        done = CliRunner().invoke(cli.app, ["outlook", *arguments, "--out", str(tmp_path)])
        assert done.exit_code == 2
        assert says in done.output
        assert "Traceback" not in done.output


def test_another_country_has_no_projections(tmp_path: Path) -> None:
    effort = forecasting.Effort(runs=16, prior=forecasting.PRIOR)
    with pytest.raises(InputError, match="country is 'elsewhere'; projections of growth and prices are on file for"):
        forecasting.forecast("elsewhere", tmp_path, effort)


def test_without_a_posterior_the_command_says_how_a_forecast_is_drawn_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posterior, "withdrawn", lambda found, country, table: "It is not used.")
    done = CliRunner().invoke(cli.app, ["outlook", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "It is not used. With --prior draws a forecast is drawn from the prior." in " ".join(done.output.split())


def test_the_facts_of_a_forecast_say_where_it_comes_from() -> None:
    drawn = forecasting.drawn(COUNTRY, forecasting.Effort(runs=16, prior=forecasting.PRIOR))
    facts = forecasting._about(drawn, forecasting.Effort(16, 100, forecasting.PRIOR), "0" * 12, known_years=False)
    assert facts["status"] == "prior scenario"
    assert json.loads(json.dumps(facts)) == facts
