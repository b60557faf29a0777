"""Structural variants: declared once, in force nowhere, and their part of the uncertainty told apart from luck."""

from __future__ import annotations

import fake_simulator as fake
import numpy as np
import pandas
import pytest
from test_cli import compared, faked  # noqa: F401 a fixture

from calibration import structural
from calibration.structural import VARIANTS
from experiments import opened, structures
from sim import behaviour
from sim.behaviour import Behaviour
from sim.errors import InputError
from sim.scenario import Scenario, present_law

COUNTRY = "kyrgyzstan"
SCENARIO = Scenario.of({"designs": {"today": {}, "levy": {"quota": {"design": "KG_2025", "levy": 0.25}}}}).as_dict()


def by_draw(values: dict[tuple[int, int], float]) -> pandas.Series:
    index = pandas.MultiIndex.from_tuples(values, names=["draw", "replication"])
    return pandas.Series([*values.values()], index=index)


def of_variants(values: dict[tuple[str, int], float]) -> pandas.Series:
    index = pandas.MultiIndex.from_tuples(values, names=["variant", "draw"])
    return pandas.Series([*values.values()], index=index)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_variant_is_a_scenario_and_behaviour_that_the_model_takes(variant):
    made = structural.varied(SCENARIO, variant)
    assert made is not None
    assert bool(variant.behaviour) != bool(variant.common), "a variant is one rule in another form"
    values = dict(behaviour.medians(COUNTRY))
    assert set(variant.behaviour) <= set(values)
    assert Behaviour.from_values({**values, **variant.behaviour}) is not None
    assert all(values[name] != value for name, value in variant.behaviour.items())


def test_no_variant_is_in_force_today():
    law = Scenario.of(SCENARIO).policies("today")
    for variant in VARIANTS:
        for policy, keys in variant.common.items():
            assert all(getattr(getattr(law, policy), key).at(48) != value for key, value in keys.items())
    assert law == present_law(COUNTRY)


def test_what_a_design_says_goes_before_the_variant():
    own = {**SCENARIO, "designs": {"mine": {"financing": {"incidence": "prices"}}}}
    made = structural.varied(own, next(v for v in VARIANTS if v.name == "levy_on_pay"))
    assert Scenario.of(made).policies("mine").financing.incidence.at(48) == "prices"


def test_a_variant_that_a_scenario_cannot_be_asked_is_left_out():
    still = {**SCENARIO, "worlds": "frozen"}
    asked = [variant.name for variant in VARIANTS if structural.varied(still, variant) is not None]
    assert {variant.name for variant in VARIANTS} - set(asked) == {"levy_on_pay", "levy_on_prices"}


def test_the_three_parts_are_as_by_hand():
    """Two draws, two seeds: 10, 14 and 20, 24. Within a draw the variance is 8, of its mean 4: luck.

    Between the means 12 and 22 it is 50; less luck, 46 are parameters. The variant moves both draws by 6: answers 0
    and 6 have a variance of 9, and no error.
    """
    base = by_draw({(0, 0): 10.0, (0, 1): 14.0, (1, 0): 20.0, (1, 1): 24.0})
    found = structures.part("jobs", "levy", base, of_variants({("no_bunching", 0): 16.0, ("no_bunching", 1): 26.0}))
    assert (found.parameters, found.luck, found.structure) == pytest.approx((46.0, 4.0, 9.0))
    assert (found.furthest, found.move) == ("no_bunching", 6.0)
    assert sum(found.shares) == pytest.approx(1.0)


def test_answers_to_one_question_are_alternatives_and_questions_add_up():
    """Selection: 0, 3, -3 have a variance of 6; bunching: 0 and 4 one of 4."""
    steady = {"selection_by_chance": [3.0, 3.0], "selection_by_need": [-3.0, -3.0], "no_bunching": [4.0, 4.0]}
    moves = {name: np.array(values) for name, values in steady.items()}
    assert structural.structure(moves) == pytest.approx(10.0)


def test_luck_takes_off_what_it_adds_and_no_more():
    rng = np.random.default_rng(2)
    found = [structural.structure({"no_bunching": 10.0 + 20.0 * rng.normal(size=16)}) for _ in range(4000)]
    assert np.mean(found) == pytest.approx(25.0, abs=0.7)


def test_a_variant_that_only_luck_moves_is_not_named():
    base = by_draw({(0, 0): 10.0, (0, 1): 14.0, (1, 0): 20.0, (1, 1): 24.0})
    found = structures.part("jobs", "levy", base, of_variants({("no_bunching", 0): 16.0, ("no_bunching", 1): 15.0}))
    assert (found.furthest, found.move) == ("", 0.0)


def test_luck_alone_is_no_structure():
    rng = np.random.default_rng(1)
    moves = {v.name: rng.normal(size=8) for v in VARIANTS}
    assert structural.structure(moves) < 1.0


def test_with_one_seed_luck_is_not_told_apart():
    base = by_draw({(0, 0): 10.0, (1, 0): 20.0})
    found = structures.part("jobs", "levy", base, of_variants({("no_bunching", 0): 10.0, ("no_bunching", 1): 20.0}))
    assert np.isnan(found.luck)
    assert found.shares[0] == 1.0


def test_what_cannot_be_told_apart_is_refused_before_anything_runs():
    study = fake.study(draws=4)
    for draws, says in ((1, "at least 2 parameter sets"), (5, "at most --draws, here 4")):
        with pytest.raises(InputError, match=says):
            structures.check(study, draws)


def test_compare_shows_the_three_parts_and_without_the_option_runs_none(faked, tmp_path):  # noqa: F811
    without = compared(tmp_path / "without")
    assert without.exit_code == 0, without.output
    assert not (tmp_path / "without" / structures.FOLDER).exists()
    done = compared(tmp_path / "study", "--structure", 2)
    assert done.exit_code == 0, done.output
    assert "shares of the variance" in done.output
    report = (tmp_path / "study" / "report.html").read_text(encoding="utf-8")
    assert "What makes the headlines uncertain: shares of the variance" in report
    assert "What makes the headlines uncertain" not in (tmp_path / "without" / "report.html").read_text("utf-8")
    table = pandas.read_csv(tmp_path / "study" / structures.TABLE)
    assert set(table["outcome"]) >= {"net_jobs"}
    assert (table["structure"] == 0.0).all(), "the stand-in for the model knows none of these rules"
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "study" / structures.FOLDER).iterdir()}
    assert len(kept) == 2 * len(VARIANTS)
    assert compared(tmp_path / "study", "--structure", 2).exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "what is there is not run again"


def test_a_report_with_the_parts_is_made_anew_from_its_folder(faked, tmp_path):  # noqa: F811
    folder = tmp_path / "study"
    assert compared(folder, "--structure", 2).exit_code == 0
    (check,) = opened.checks(folder)
    assert check.sound, check.sentence
    (folder / structures.TABLE).unlink()
    (check,) = opened.checks(folder)
    assert "report.html" in check.sentence


def test_the_parts_come_back_from_the_folder_as_they_were_written(tmp_path):
    one = structures.Part("jobs", "levy", 1.0 / 3.0, 46.0, float("nan"), 9.0, "no_bunching", 6.0)
    two = one._replace(luck=4.0, furthest="", move=0.0)
    structures.write(structures.Kept((one, two), 3, 1), tmp_path)
    found = structures.read(tmp_path)
    assert (found.draws, found.failed, found.parts[1]) == (3, 1, two)
    assert np.isnan(found.parts[0].luck)
    assert found.parts[0]._replace(luck=0.0) == one._replace(luck=0.0)
    assert structures.read(tmp_path / "elsewhere") is None


def test_a_variant_that_fails_is_left_out_and_counted(tmp_path):
    study = fake.study(simulator=fake.failing, draws=4)
    runs = structures.run(study, tmp_path, 2, workers=1)
    assert set(runs[runs["design"] == ""]["draw"]) == {1}
    assert structures.failed(runs) == len(VARIANTS), "draw 1 fails in each"
