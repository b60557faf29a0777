"""Sampling errors and new weights of a survey: right, near the old ones, never zero."""

from __future__ import annotations

import csv
import re

import numpy as np
import pytest
from scipy import optimize
from survey_files import MAP, survey_rows, written
from test_cli import call

from experiments.intake import errors_of_sample as sampling
from experiments.intake import example, margins, reweighting
from experiments.intake.figures import estimate, estimates_reweighted, figures
from experiments.intake.mapping import survey_map
from experiments.intake.margins import Target
from experiments.intake.survey import take
from sim.errors import InputError
from sim.outcomes import people
from sim.policies.law import regions
from sim.population import load_country

# Stratum, primary sampling unit, weight, persons and women of twenty households, and what two libraries for surveys
# (svy 0.35.0 and samplics 0.6.1, by Taylor linearisation) say of them.
HOUSEHOLDS = np.array([
    (1, 1, 120, 4, 2), (1, 1, 120, 2, 1), (1, 1, 110, 6, 3), (1, 2, 130, 5, 3), (1, 2, 125, 3, 1), (1, 3, 140, 7, 3),
    (1, 3, 150, 1, 1), (1, 3, 135, 4, 2), (2, 1, 90, 3, 2), (2, 1, 95, 5, 2), (2, 2, 80, 2, 2), (2, 2, 85, 8, 5),
    (2, 3, 100, 4, 1), (2, 4, 70, 6, 2), (2, 4, 75, 1, 0), (3, 1, 210, 2, 1), (3, 1, 205, 9, 4), (3, 2, 190, 3, 2),
    (3, 2, 200, 5, 3), (3, 2, 195, 4, 3),
], np.float64)  # fmt: skip
REFERENCE = {"persons": (11170.0, 700.7377065), "women": (5835.0, 753.5858721), "ratio": (0.52238138, 0.04911766)}
COUNTRY = load_country("kyrgyzstan")


@pytest.fixture(scope="module")
def found():
    """The country that the example is drawn from."""
    return example.lived()


@pytest.fixture(scope="module")
def survey(found, tmp_path_factory):
    """The example survey."""
    folder, names = tmp_path_factory.mktemp("survey"), regions("kyrgyzstan")
    example.write(example.survey(found), folder / "survey.parquet", names)
    (folder / "survey.toml").write_text(example.map_text(example.COLUMNS, names, "kyrgyzstan"))
    return take(folder / "survey.parquet", survey_map(folder / "survey.toml")).survey


def test_standard_errors_are_those_of_reference_libraries_within_one_percent():
    stratum, unit, weight, persons, women = HOUSEHOLDS.T
    numbered = np.unique(stratum * 10 + unit, return_inverse=True)[1]
    design = sampling.design_of(stratum.astype(int) - 1, numbered)
    mine = {"persons": sampling.total(design, weight, persons), "women": sampling.total(design, weight, women),
            "ratio": sampling.ratio(design, weight, women, persons)}  # fmt: skip
    for name, (value, error) in REFERENCE.items():
        assert mine[name].value == pytest.approx(value, rel=1e-7)
        assert mine[name].error == pytest.approx(error, rel=0.01), name


def linearised(survey, above, below):
    """Return the standard error of a ratio by Taylor's formula, written anew."""
    w = survey.weight
    ratio = (w * above).sum() / (w * below).sum()
    score = w * (above - ratio * below) / (w * below).sum()
    variance = 0.0
    for one in np.unique(survey.stratum):
        units = np.unique(survey.unit[survey.stratum == one])
        totals = np.array([score[survey.unit == each].sum() for each in units])
        variance += len(totals) * totals.var(ddof=0) * len(totals) / (len(totals) - 1)
    return np.sqrt(variance)


def test_replicates_and_linearisation_agree_on_every_figure_of_the_example(survey):
    design = sampling.design_of(survey.stratum, survey.unit)
    checked = 0
    for figure in figures(survey, COUNTRY):
        if figure.below is not None:
            mine = estimate(figure, design, survey.weight)
            assert mine.error == pytest.approx(linearised(survey, figure.above, figure.below), rel=0.01), figure.key
            checked += 1
    assert checked >= 10


def truth(found):
    """Return figures of the country that the example was drawn from."""
    seen, everybody = found.people, np.ones(len(found.people.home), bool)
    homes = seen.homes
    return {
        "households": float(homes.weight.sum()), "persons": float(seen.weight.sum()),
        "size": float((homes.weight * homes.size).sum() / homes.weight.sum()),
        "women": people.share(seen, seen.woman, everybody) / 100.0,
        "children": people.share(seen, seen.age < 16, everybody) / 100.0,
        "old": people.share(seen, seen.age >= 63, everybody) / 100.0,
        "urban": people.share(seen, seen.urban, everybody) / 100.0,
        "employed": people.employment(seen, everybody) / 100.0,
        "unemployed": people.unemployment(seen, everybody) / 100.0,
        "certificate": people.share(seen, seen.certified, everybody) / 100.0,
        "consumption": float((homes.weight * homes.size * homes.consumption).sum() / (homes.weight * homes.size).sum()),
    }  # fmt: skip


def test_the_example_survey_says_of_its_country_what_is_so_as_far_as_its_standard_errors_say(found, survey):
    """Of eleven figures one may be more than two standard errors away, none more than three."""
    design, known = sampling.design_of(survey.stratum, survey.unit), truth(found)
    seen = {figure.key: estimate(figure, design, survey.weight) for figure in figures(survey, COUNTRY)}
    away = {key: abs(seen[key].value - value) / seen[key].error for key, value in known.items()}
    assert sum(value > 2.0 for value in away.values()) <= 1, away
    assert max(away.values()) < 3.0, away


def test_samples_differ_as_much_as_their_standard_errors_say(found, tmp_path):
    (tmp_path / "survey.toml").write_text(example.map_text(example.COLUMNS, COUNTRY.regions, "kyrgyzstan"))
    made, seen = survey_map(tmp_path / "survey.toml"), []
    for seed in range(2, 22):
        example.survey(found, 1200, seed).to_parquet(tmp_path / "survey.parquet", index=False)
        one = take(tmp_path / "survey.parquet", made).survey
        design = sampling.design_of(one.stratum, one.unit)
        seen.append([estimate(f, design, one.weight) for f in figures(one, COUNTRY) if f.key in ("employed", "old")])
    for each in zip(*seen, strict=True):
        spread, said = np.std([one.value for one in each], ddof=1), np.mean([one.error for one in each])
        assert 0.6 < said / spread < 1.7


def test_new_weights_meet_the_countrys_margins_and_figures_fitted_have_no_error_left(survey):
    done = reweighting.reweight(survey.weight, margins.of_country(survey, COUNTRY), 3.0)
    wanted = np.array([target.value for target in done.targets])
    assert np.abs(done.reached / wanted - 1.0).max() < 1e-5
    assert not done.missed
    assert reweighting.contradictions(done) == []
    assert 1.0 / 3.0 <= done.ratio.min() <= done.ratio.max() <= 3.0
    assert 0.9 * len(done.new) < reweighting.effective_size(done.new) < reweighting.effective_size(done.old)
    some = [f for f in figures(survey, COUNTRY) if f.key in ("women", "employed", "consumption")]
    design = sampling.design_of(survey.stratum, survey.unit)
    before = [estimate(f, design, survey.weight) for f in some]
    after = estimates_reweighted(some, design, done)
    assert after[0].error < 1e-3 * before[0].error
    assert after[2].error < before[2].error, "consumption differs by region and size, which are now known"


def test_errors_with_new_weights_are_those_of_weighting_each_replicate_anew(survey):
    done = reweighting.reweight(survey.weight, margins.of_country(survey, COUNTRY), 1.5)
    design = sampling.design_of(survey.stratum, survey.unit)
    some = [f for f in figures(survey, COUNTRY) if f.key in ("employed", "washington", "consumption", "pay")]
    counts, wanted = np.stack([t.counts for t in done.targets], axis=1), [t.value for t in done.targets]
    squares = np.zeros(len(some))
    for unit in range(len(design.stratum)):
        n = design.units[unit]
        same = design.stratum[design.unit] == design.stratum[unit]
        old = np.where(design.unit == unit, 0.0, np.where(same, done.old * n / (n - 1), done.old))
        left = old > 0.0
        new = old[left] * reweighting.solved(old[left], counts[left], np.array(wanted), done.cap)
        there = np.array([(new @ f.above[left]) / (new @ f.below[left]) for f in some])
        whole = np.array([(done.new @ f.above) / (done.new @ f.below) for f in some])
        squares += (n - 1) / n * (there - whole) ** 2
    for mine, error in zip(estimates_reweighted(some, design, done), np.sqrt(squares), strict=True):
        assert mine.error == pytest.approx(error, rel=0.05)


def a_target(name, category, value, counts):
    return Target(name, category, value, np.array(counts, np.float64))


def test_new_weights_are_those_of_least_entropy_within_the_cap():
    rng = np.random.default_rng(1)
    old, counts = rng.uniform(1.0, 3.0, 12), rng.integers(0, 4, (12, 2)).astype(float)
    possible = np.where(counts[:, 1] > counts[:, 0], 1.2, 1 / 1.2)
    wanted = (old * possible) @ counts
    targets = [a_target("a", "1", wanted[0], counts[:, 0]), a_target("b", "1", wanted[1], counts[:, 1])]
    start = old * wanted[0] / (old @ counts[:, 0])
    cap = 1.02 * max((old * possible / start).max(), (start / (old * possible)).max())
    done = reweighting.reweight(old, targets, cap)
    other = optimize.minimize(
        lambda g: (start * (g * np.log(g) - g + 1.0)).sum(), np.ones(12), method="SLSQP",
        bounds=[(1 / cap, cap)] * 12, options={"maxiter": 500, "ftol": 1e-12},
        constraints=[{"type": "eq", "fun": lambda g: (start * g) @ counts / wanted - 1.0}],
    )  # fmt: skip
    assert other.success
    assert done.ratio == pytest.approx(other.x, abs=1e-4)
    assert (done.ratio > 0.9999 * cap).any() or (done.ratio < 1.0001 / cap).any(), "the cap binds in this example"


def test_two_households_are_weighted_by_hand():
    targets = [a_target("size", "small", 30.0, [1, 0]), a_target("size", "large", 10.0, [0, 1])]
    done = reweighting.reweight(np.array([10.0, 10.0]), targets, 3.0)
    assert done.scale == 2.0
    assert done.new == pytest.approx([30.0, 10.0], rel=1e-6)
    assert done.ratio == pytest.approx([1.5, 0.5], rel=1e-6)


def test_margins_that_contradict_each_other_are_named_as_a_pair():
    rng = np.random.default_rng(1)
    place, sex = rng.integers(0, 2, 80), rng.integers(0, 2, 80)
    third = rng.integers(0, 2, 80)
    targets = [a_target("place", "a", 500.0, place == 0), a_target("place", "b", 500.0, place == 1),
               a_target("sex", "m", 600.0, sex == 0), a_target("sex", "w", 700.0, sex == 1),
               a_target("work", "x", 480.0, third == 0)]  # fmt: skip
    done = reweighting.reweight(np.ones(80), targets, 10.0)
    assert {done.targets[k].margin for k in done.missed} >= {"place", "sex"}
    (one,) = reweighting.contradictions(done)
    assert (one.margins, one.sums) == (("place", "sex"), (1000.0, 1300.0))
    assert one.miss == pytest.approx(3.0 / 23.0, rel=1e-3)  # t with 1000 (1 + t) = 1300 (1 - t)
    assert done.new.min() > 0.0


def test_a_margin_that_no_household_has_and_one_beyond_the_cap_are_named_alone():
    half = np.arange(20) % 2
    nobody = [a_target("all", "persons", 20.0, np.ones(20)), a_target("work", "none", 5.0, np.zeros(20))]
    done = reweighting.reweight(np.ones(20), nobody, 3.0)
    assert [one.margins for one in reweighting.contradictions(done)] == [("work",)]
    far = [a_target("all", "persons", 20.0, np.ones(20)), a_target("sex", "m", 19.0, half)]
    done = reweighting.reweight(np.ones(20), far, 1.5)
    assert [done.targets[k].name for k in done.missed]
    assert [one.margins for one in reweighting.contradictions(done)] == [("sex",)]
    assert done.ratio.max() <= 1.5 + 1e-9
    assert not reweighting.reweight(np.ones(20), far, 20.0).missed


def test_whole_numbers_are_right_on_average_and_in_all():
    weight = np.random.default_rng(1).uniform(0.2, 4.0, 50)
    drawn = np.array([reweighting.whole_numbers(weight, seed) for seed in range(4000)])
    assert np.abs(drawn.sum(axis=1) - weight.sum()).max() < 1.0
    assert np.all((drawn == np.floor(weight)) | (drawn == np.floor(weight) + 1))
    assert np.abs(drawn.mean(axis=0) - weight).max() < 0.04


def own_margins(folder, *lines):
    (folder / "margins.csv").write_text("margin,category,value\n" + "\n".join(lines) + "\n")
    return folder / "margins.csv"


def test_the_command_writes_new_weights_and_names_the_pair_that_contradicts(tmp_path):
    file, made = written(tmp_path, survey_rows(), MAP)
    given = own_margins(tmp_path, "place,urban,1000", "place,rural,3000", "sex,man,3000", "sex,woman,3000")
    options = ("--map", made, "--margins", given, "--cap", 20, "--out", tmp_path / "weights.csv")
    done = call("survey", "weigh", file, *options)
    said = re.sub(r"\s+", " ", done.stdout)
    assert done.exit_code == 0, done.stderr
    assert "The margins place and sex contradict each other: place adds up to 4,000, sex to 6,000;" in said
    rows = list(csv.DictReader((tmp_path / "weights.csv").open()))
    assert [row["household"] for row in rows] == [f"h{k}" for k in range(60)]
    new, whole = (np.array([float(row[name]) for row in rows]) for name in ("new_weight", "whole"))
    assert new.min() > 0.0
    assert abs(new.sum() - whole.sum()) < 1.0
    assert np.abs(new - whole).max() < 1.0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("place,urban,0", "value is '0'; it must be a number above 0; to leave a category out, leave out its line"),
        ("place,urban,1 000,5", "line 2: the line has 4 cells"),
        ('place,urban,"1,5"', "write decimals with a point, 1.5"),
        ("plce,urban,5", "margin is 'plce'; did you mean 'place'?"),
        ("place,town,5", "category is 'town'; known: rural, urban"),
        ("age,young,5", "write ages as 25-29, 7 or 85+"),
        ("sex_and_age,7-9,5", "write it as 'woman 25-29'"),
        ("size,²,5", "write sizes as 1, 2-3 or 6+"),
        (f"age,{'9' * 400},5", "write ages as 25-29, 7 or 85+"),
        ("age,9-5,5", "write ages as 25-29, 7 or 85+"),
        ("size,many,5", "write sizes as 1, 2-3 or 6+"),
        ("education,higher,5", "education has no column in the map"),
    ],
)  # fmt: skip
def test_a_wrong_margin_gets_one_sentence(tmp_path, line, says):
    file, made = written(tmp_path, survey_rows())
    survey = take(file, survey_map(made)).survey
    with pytest.raises(InputError) as found:
        margins.of_file(survey, own_margins(tmp_path, line))
    assert says in str(found.value)
