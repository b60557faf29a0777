"""Calibration: the pipeline finds invented truths, keeps what it was not told, and says what it is."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from calibration import (
    bank,
    checks,
    diagnosis,
    emulator,
    likelihood,
    local,
    luck,
    making,
    pipeline,
    posterior,
    priors,
    report,
    sets,
    simulator,
    smc,
    targets,
    withheld,
)
from calibration.pipeline import Calibration, Effort
from sim import behaviour, validation
from sim.behaviour import Behaviour
from sim.checks import snapshot
from sim.errors import CountryError, InputError, ResultError
from sim.population import load
from sim.population.country import folder_of
from sim.words import said

COUNTRY = "kyrgyzstan"
TABLE = behaviour.priors(COUNTRY)
NAMES = [prior.name for prior in priors.uncertain(TABLE)]
FIGURES = likelihood.figures(targets.read(COUNTRY))
SMALL = Effort(288, 48, 64, 16, 8, 300, 4, 2, 1000)
IDENTITY = {"code": "x", "population": "y" * 12, "priors": "z"}
TOLD = 8  # parameters that move figures in the invented country


def invented(plan: bank.Plan, run_number: int) -> dict[str, float]:
    """Return figures of an invented country: smooth in eight parameters, with less luck at a larger scale."""
    if plan.what == "withheld":
        return rows_of_validate(plan, run_number)
    z = plan.points[run_number]
    rng = np.random.default_rng([plan.seed, run_number, plan.scale])
    luck = 0.4 * np.sqrt(plan.scale / 1000.0) * rng.standard_normal(len(FIGURES))
    out = {target.name: target.value for target in targets.read(COUNTRY)}
    out |= {"SC06": 11800.0, "SC16": 0.95}
    for k, f in enumerate(FIGURES):
        a, b = z[k % TOLD], z[(k + 3) % TOLD]
        size = 3.0 * f.discrepancy
        out[f.name] = float(f.back(np.array(f.middle + size * (a + 0.4 * b + 0.15 * a * a + luck[k] + 0.3))))
    return out


def rows_of_validate(plan: bank.Plan, run_number: int) -> dict[str, float]:
    """Return rows of validate that are all within their tolerance but one."""
    rows = [row.id for row in validation.read(folder_of(COUNTRY)) if row.use != "model"]
    return dict.fromkeys(rows, 1.0) | {rows[-1]: 0.0}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a posterior of the invented country, and the folder of its runs."""
    folder = tmp_path_factory.mktemp("calibration")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bank, "one", invented)
        patch.setattr(making, "identity", lambda country: IDENTITY)
        patch.setattr(luck, "PARTS", 4)
        patch.setattr(local, "NULLS", 9)
        patch.setattr(local, "AGAINST", 5)
        patch.setattr(pipeline, "SMALL_POINTS", 200)
        patch.setattr(pipeline, "SMALL_MOVES", 4)
        patch.setattr(pipeline, "CHECK_POINTS", 200)
        patch.setattr(pipeline, "CHECK_MOVES", 4)
        found = making.calibrate(COUNTRY, 3, folder, workers=1, effort=SMALL)
    return found, folder


def test_what_moves_figures_is_found_and_informed(made):
    found, _ = made
    assert set(NAMES[:TOLD]) <= set(found.names)
    widths = {row["name"]: row["ratio"] for row in found.about["diagnostics"]["contraction"]}
    assert max(widths[name] for name in NAMES[:TOLD]) < 0.5


def test_the_sentinel_comes_back_as_it_was(made):
    sampler = made[0].about["diagnostics"]["sampler"]
    assert 0.9 < sampler["sentinel_sd"] < 1.1
    assert abs(sampler["sentinel_mean"]) < 0.15


def test_invented_truths_are_covered(made):
    for key in ("sbc_prior", "sbc_posterior"):
        check = made[0].about["diagnostics"][key]
        assert 0.8 < check["pooled_90"] <= 1.0
        assert 0.35 < check["pooled_50"] < 0.65


def test_the_emulator_knows_its_luck(made):
    judged = made[0].about["diagnostics"]["emulator_prior"]
    assert 0.8 < np.median([row["sd"] for row in judged["figures"].values()]) < 1.2


def test_the_local_test_is_made_where_the_posterior_is_used(made):
    found = made[0].about["diagnostics"]["local"]
    assert found["truths"] == SMALL.posterior_truths
    assert 0.0 < found["p"] <= 1.0
    assert set(found["parameters"]) & set(NAMES[:TOLD])


def test_rows_that_validate_withholds_are_judged_at_draws_of_the_posterior(made):
    found = made[0].about["diagnostics"]["withheld"]
    rows = {row.id: row for row in validation.read(folder_of(COUNTRY)) if row.use != "model"}
    (missed,) = [name for names in found["outside"].values() for name in names]
    use = rows[missed].use
    count = sum(row.use == use for row in rows.values())
    assert found["shares"][use] == {"rows": count, "inside": round((count - 1) / count, 4)}
    assert sum(row["rows"] for row in found["shares"].values()) == len(rows)


def test_figures_read_from_everybody_are_those_of_validate():
    people = load(COUNTRY, 1000)
    course = simulator.Course(people, Behaviour.central(), 3, COUNTRY)
    course.live()
    found = course.figures()
    state = snapshot(course.world)
    rows = {row.wanted.id: row.model for row in validation.compare(people, dict.fromkeys(validation.YEARS, state))}
    same = {
        "PO2023": "poverty.2023", "PC2023": "poverty.under_18.2023", "PU2023": "poverty.urban.2023",
        "PO2023R4": "poverty.Naryn.2023", "LU2023F": "unemployment.women.2023", "PX2023": "extreme_poverty.2023",
        "LU2023R8": "unemployment.Bishkek.2023", "PD03": "disability_register.2023",
    }  # fmt: skip
    for name, row in same.items():
        assert found[name] == pytest.approx(rows[row], rel=1e-12), name


def test_a_classifier_tells_draws_that_are_too_narrow_from_truths():
    rng = np.random.default_rng(11)
    middle = rng.standard_normal((150, 2))
    truths = middle + 0.5 * rng.standard_normal((150, 2))

    def answer(width):
        draws = middle[:, None, :] + width * rng.standard_normal((150, 24, 2))
        here = middle[0] + width * rng.standard_normal((400, 2))
        return local.compared(truths, draws, here, rng)["p"]

    assert answer(0.25) <= 0.05 < answer(0.5)


def test_luck_that_grows_far_out_is_stated_right_there_too():
    rng = np.random.default_rng(8)

    def invent(runs):
        z = rng.standard_normal((runs, 4))
        missed = 0.2 * np.exp(0.5 * (z[:, 0] ** 2 - 1.0) / 2.0 + 0.3 * z[:, 1]) * rng.standard_normal(runs)
        return luck.known(z[:, 2], z[:, :2]), missed

    known, missed = invent(800)
    found = luck.sized(known, missed, np.ones(800, dtype=bool))
    fresh, unseen = invent(4000)
    residual = unseen * np.exp(-np.clip(fresh @ found.found, *found.bounds))
    far = np.abs(fresh[:, 3]) > 1.5
    assert checks.well_spread(residual.std())
    assert 0.85 < residual[far].std() < 1.15
    assert (unseen[far] / missed.std()).std() > 1.4  # one size for all would be too small out there


def test_the_wave_has_no_point_twice_and_stays_near_the_prior(made, monkeypatch):
    monkeypatch.setattr(bank, "one", invented)
    monkeypatch.setattr(luck, "PARTS", 4)
    monkeypatch.setattr(pipeline, "SMALL_POINTS", 200)
    monkeypatch.setattr(pipeline, "SMALL_MOVES", 4)
    of = Calibration(COUNTRY, 3, SMALL, made[1], IDENTITY, workers=1)
    of.fill_bank()
    of.match_history()
    of.run_wave()
    wave = np.vstack([of.near_points[-(SMALL.wave - SMALL.wave_held_out) :], of.near_held[0]])[:, of.wide.singles]
    assert len(np.unique(wave, axis=0)) == SMALL.wave
    assert wave.std(axis=0).max() < 1.6


def test_a_stopped_bank_goes_on_and_the_posterior_is_the_same(made, monkeypatch):
    found, folder = made
    monkeypatch.setattr(bank, "one", invented)
    monkeypatch.setattr(luck, "PARTS", 4)
    points = bank.normals(SMALL.runs, len(NAMES), 3)
    plan = bank.Plan("bank", points, 3, SMALL.scale, COUNTRY, IDENTITY)
    blocks = sorted(folder.glob(f"bank-{plan.digest}/block-*.json"))
    blocks[2].unlink()
    of = Calibration(COUNTRY, 3, SMALL, folder, IDENTITY, workers=1)
    simulated = []
    of.advance = simulated.append
    of.fill_bank()
    assert max(simulated[1:]) == bank.BLOCK
    assert of.digests["bank"] == found.about["digests"]["bank"]
    assert of.diagnostics["emulator_prior"] == found.about["diagnostics"]["emulator_prior"]


def test_a_posterior_is_kept_to_the_bit_and_damage_is_seen(made, tmp_path):
    found, _ = made
    draws, about = posterior.write(found, COUNTRY, tmp_path)
    first = draws.read_bytes()
    read = posterior.read(COUNTRY, tmp_path)
    assert read.fingerprint == found.fingerprint
    assert posterior.write(read, COUNTRY, tmp_path)[0].read_bytes() == first
    facts = json.loads(about.read_text(encoding="utf-8"))
    about.write_text(json.dumps(facts | {"fingerprint": "0" * 12}), encoding="utf-8")
    with pytest.raises(ResultError, match="do not belong together"):
        posterior.read(COUNTRY, tmp_path)


def test_the_report_says_what_it_is(made):
    found, _ = made
    text = report.text(found)
    assert ("Prior scenario" in text) is not found.sound
    for target in targets.fitted(COUNTRY):
        assert f"| {target.name} |" in text
    assert all("nan" not in line for line in report.summary(found))


def test_a_quick_one_is_never_called_calibrated(made):
    found, _ = made
    quick = posterior.Posterior(found.names, found.latent, dict(found.about) | {"quick": True, "sound": False})
    assert report.summary(quick)[0].startswith("A quick calibration, for trying out only")
    assert report.status(quick).startswith("**Prior scenario**")
    of = Calibration(COUNTRY, 3, replace(SMALL, quick=True), made[1], IDENTITY, workers=1)
    assert "Too few invented truths" in making.coverage(of, False, 5, 5, 100)


def use(found, monkeypatch, tmp_path, **about):
    data = {"priors": priors.fingerprint(TABLE), "targets": targets.fingerprint(targets.read(COUNTRY))}
    known = posterior.Posterior(found.names, found.latent, dict(found.about) | {"data": data} | about)
    posterior.write(known, COUNTRY, tmp_path)
    monkeypatch.setattr(posterior, "FOLDER", tmp_path)
    posterior._kept.cache_clear()


def test_a_sound_posterior_is_used_and_named(made, monkeypatch, tmp_path):
    use(made[0], monkeypatch, tmp_path, sound=True)
    found = sets.parameter_sets("posterior", 40, 5, COUNTRY)
    assert found.status == sets.CALIBRATED
    assert found.values[:10] == sets.parameter_sets("posterior", 10, 5, COUNTRY).values
    informed = np.array([v[NAMES[0]] for v in found.values])
    free = np.array([v[NAMES[0]] for v in sets.parameter_sets("draws", 40, 5, COUNTRY).values])
    assert informed.std() < 0.7 * free.std()


def test_a_posterior_that_failed_a_check_is_called_a_prior_scenario(made, monkeypatch, tmp_path):
    use(made[0], monkeypatch, tmp_path, sound=False, coverage="Read this as a prior scenario.")
    found = sets.parameter_sets("posterior", 10, 5, COUNTRY)
    assert found.status == sets.PRIOR_SCENARIO
    assert "prior scenario" in found.coverage
    assert found.values != sets.parameter_sets("draws", 10, 5, COUNTRY).values


def test_a_posterior_of_other_priors_is_not_used(made, monkeypatch, tmp_path):
    use(made[0], monkeypatch, tmp_path, sound=True, data={"priors": "other", "targets": "other"})
    found = sets.parameter_sets("posterior", 10, 5, COUNTRY)
    assert found.status == sets.PRIOR_SCENARIO
    assert "other priors and targets" in found.coverage


def test_a_choice_that_is_none_is_refused():
    with pytest.raises(InputError, match="did you mean 'posterior'"):
        sets.parameter_sets("posteriors", 10, 5, COUNTRY)


def test_latent_points_and_draws_are_the_same_prior():
    drawn = priors.draw(64, 9, TABLE)
    made_of = priors.values_at(priors.latent(64, 9, len(NAMES)), TABLE)
    for name in NAMES:
        np.testing.assert_allclose([v[name] for v in drawn], [v[name] for v in made_of], rtol=1e-9)


def test_tempering_may_start_from_what_is_known_already():
    rng = np.random.default_rng(3)
    start = np.hstack([1.0 + 0.5 * rng.standard_normal((5000, 1)), rng.standard_normal((5000, 1))])

    def likelihood_of(z):  # a second look that says the same as the first: precision 3 of each, 1 of the prior
        once = -1.5 * (z[:, 0] - 4.0 / 3.0) ** 2
        return np.stack([once, once], axis=1)

    found = smc.sample(likelihood_of, 2, 3000, 8, np.random.default_rng(1), start).points
    assert found[:, 0].mean() == pytest.approx(8.0 / 7.0, abs=0.03)
    assert found[:, 0].std() == pytest.approx(1.0 / np.sqrt(7.0), rel=0.06)
    assert found[:, 1].std() == pytest.approx(1.0, rel=0.06)


def test_tempering_finds_a_known_posterior():
    mean, sd = np.array([1.0, -0.5]), np.array([0.5, 0.25])

    def likelihood_of(z):
        return -0.5 * np.sum(((mean - z[:, :2]) / sd) ** 2, axis=1)

    found = smc.sample(likelihood_of, 3, 4000, 8, np.random.default_rng(1)).points
    exact = 1.0 / (1.0 + sd**2)
    np.testing.assert_allclose(found.mean(axis=0)[:2], mean * exact, atol=0.03)
    np.testing.assert_allclose(found.std(axis=0), [*np.sqrt(1.0 - exact), 1.0], rtol=0.05)


def test_an_emulator_finds_curves_and_correlated_luck():
    rng = np.random.default_rng(2)
    z = rng.standard_normal((800, 30))
    luck = rng.multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]], 800) * 0.3
    y = np.stack([z[:, 1] + 0.5 * z[:, 1] * z[:, 2] + 0.4 * z[:, 2] ** 2, 0.7 * z[:, 3] + 0.2 * z[:, 3] ** 3], axis=1)
    found = emulator.fit(z, y + luck)
    assert [set(a) >= b for a, b in zip(found.active, ({1, 2}, {3}), strict=True)] == [True, True]
    assert np.sqrt(np.mean((found.mean(z) - y) ** 2, axis=0)).max() < 0.12
    assert found.correlation[0, 1] == pytest.approx(0.67, abs=0.08)
    np.testing.assert_allclose(found.sd(z).mean(axis=0), 0.3, rtol=0.1)


def test_a_parameter_that_matters_near_the_record_alone_is_found_there():
    rng = np.random.default_rng(8)
    z = rng.standard_normal((2000, 12))
    home = np.arange(2000) >= 1700
    z[home, 0] = 2.0 + 0.2 * z[home, 0]
    expected = z[:, 0] + np.where(home, 0.06, 0.0) * z[:, 1]
    y = (expected + np.where(home, 0.1, 1.0) * rng.standard_normal(2000))[:, None]
    left = [y - emulator.surfaces(z, y, None, where).mean(z) for where in (None, home)]
    overlooked, found = (abs(np.corrcoef(one[home, 0], z[home, 1])[0, 1]) for one in left)
    assert overlooked > 0.4
    assert found < 0.3


def test_a_bound_counts_on_one_side_only():
    rng = np.random.default_rng(3)
    z = rng.standard_normal((500, 2))
    made = emulator.fit(z, z[:, :1] + 0.1 * rng.standard_normal((500, 1)))
    figure = replace(FIGURES[-1], middle=0.0, discrepancy=0.1)
    record = likelihood.of_record(made, [figure])
    low, high, higher = record(np.array([[-1.0, 0.0], [1.0, 0.0], [2.0, 0.0]]))
    assert low < -5.0 < high == pytest.approx(higher, abs=1e-3)
    assert record.implausibility(np.array([[2.0, 0.0]]))[0, 0] == 0.0


def test_the_compiled_likelihood_is_that_of_the_formula():
    rng = np.random.default_rng(6)
    z = rng.standard_normal((400, 5))
    y = np.stack([z[:, 0], z[:, 1] + 0.3 * z[:, 0] ** 2, z[:, 2]], axis=1) + 0.2 * rng.standard_normal((400, 3))
    made = emulator.fit(z, y)
    given = [replace(FIGURES[k], middle=0.2 * k, discrepancy=0.1 + 0.1 * k, bound=k == 2) for k in range(3)]
    record = likelihood.of_record(made, given)
    told = record.of_truth(y[0], rng).beside(record)
    points = rng.standard_normal((37, 5))
    mean, sd = made.mean(points), made.sd(points)
    own = record.discrepancy**2
    expected = np.zeros(len(points))
    for i in range(len(points)):
        covariance = (np.outer(sd[i], sd[i]) * made.correlation + np.diag(own))[:2, :2]
        for one in (told, record):
            density = multivariate_normal.logpdf(one.observed[:2], mean[i, :2], covariance) + np.log(2.0 * np.pi)
            away = one.bound[2] * (mean[i, 2] - one.observed[2]) / np.hypot(sd[i, 2], np.sqrt(own[2]))
            expected[i] += density + norm.logcdf(away)
    np.testing.assert_allclose(told(points), expected, rtol=1e-6)


def test_ranks_that_lean_fail_the_check():
    rng = np.random.default_rng(4)
    names, truths = ["a", "b", "c", "sentinel"], 0.3 * rng.standard_normal((200, 4))
    draws = 0.3 * rng.standard_normal((200, 150, 4))
    assert checks.verdict(checks.ranked(truths, draws, [1]), names)["sound"]
    narrow = checks.verdict(checks.ranked(truths, 0.7 * draws, [1]), names)
    assert not narrow["sound"]
    assert set(narrow["outside"]) <= set(narrow["judged"]) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (",fit,", ",fitted,", "did you mean 'fit'"),
        (",log,", ",lin,", "did you mean 'linear'"),
        ("5.5,5.39,", "5.5,5.6,", "must lie between its bounds"),
        ("5.5,5.39,", "0,-1,", "is 0; on the scale log it must be above 0"),
        ("5.62,", "inf,", "a bound that is not finite"),
        (",0.075,", ",inf,", "has the discrepancy inf; it must be smaller"),
        (",0.075,", ",1e9,", "has the discrepancy 1e\\+09; it must"),
    ],
)
def test_a_bad_target_is_refused_in_one_sentence(old, new, says, tmp_path):
    lines = targets.FILE.read_text(encoding="utf-8").splitlines()
    row = next(k for k, line in enumerate(lines) if line.startswith("SC03"))
    assert old in lines[row]
    lines[row] = lines[row].replace(old, new, 1)
    file = tmp_path / "targets.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(CountryError, match=says):
        targets.read(COUNTRY, file)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,metric\nSC03,persons\n", "the column period is missing"),
        (",".join(targets.COLUMNS) + "\nSC03,persons\n", "line 2: use is ''"),
    ],
)
def test_a_file_of_targets_without_a_column_or_cells_is_refused_in_one_sentence(text, says, tmp_path):
    file = tmp_path / "targets.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CountryError, match=says):
        targets.read(COUNTRY, file)


def test_demand_is_bounded_only_where_there_are_contracts():
    bounded = {f.name for f in FIGURES if f.bound}
    assert bounded == {"demand 2022", "filed 15"}
    velnia = likelihood.figures(targets.read("velnia"))
    assert velnia
    assert not any(f.bound or f.foreign for f in velnia)


def test_the_report_on_a_country_of_ones_own_says_nothing_of_another(made):
    found = made[0]
    known = {row.name for row in targets.read("velnia")}
    told = dict(found.about["diagnostics"]) | {"transfer": [], "jobs_reported": {}}
    told["predictive"] = [row for row in told["predictive"] if row["target"] in known]
    about = dict(found.about) | {"country": "velnia", "diagnostics": told}
    text = said(report.text(posterior.Posterior(found.names, found.latent, about)), "velnia")
    assert "PD12" in text
    assert not re.search(r"Kyrgyz|Hungar|Ministry|oblast|\bsom\b|decisions/|calibration/targets", text)


def test_what_validate_says_of_a_fit_leaves_out_a_use_without_rows():
    rows = [row for row in validation.read(folder_of("velnia")) if row.use == "withheld"]
    found = withheld.judged([{row.id: 1.0 for row in rows}], "velnia")
    assert found["shares"] == {"withheld": {"rows": len(rows), "inside": 1.0}}


def test_a_figure_of_2023_has_naive_rivals_only_where_the_earlier_ones_are_published():
    assert set(diagnosis.naive({row.name: row.value for row in targets.read("velnia")})) == {"UB05", "PD13"}
    assert len(diagnosis.naive({row.name: row.value for row in targets.read(COUNTRY)})) == 5


def test_a_country_without_the_rows_of_validate_is_fitted_without_them(tmp_path):
    shutil.copy(folder_of("velnia") / "regions.csv", tmp_path)
    assert diagnosis.withheld(SimpleNamespace(country=str(tmp_path))) == {}
