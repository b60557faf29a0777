"""Faults that hurt other projects, as claims about the measures, the files and the runner of this one.

Each test stands for a kind of fault that users of other microsimulations met: winners counted wrongly, groups that
fall apart on awkward incomes, households counted for persons, a failed run that spoils others, a mistyped cell that
becomes a zero. Those that need a country that lives are in ``test_wounds_world.py``.
"""

from __future__ import annotations

import csv
import shutil
from fractions import Fraction
from pathlib import Path

import fake_simulator as fake
import labour_samples as samples
import mesa
import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments import runner
from experiments.study import seed_of
from sim import ColumnCollector
from sim.agentset import Household
from sim.errors import CountryError, InputError
from sim.outcomes import CODEBOOK, groups, poor, poverty
from sim.outcomes.groups import Dimension, Residents
from sim.outcomes.poor import ALL, Homes, Line, Lines, Measure
from sim.outcomes.winners import Class, Kind, Winners, classes, table
from sim.policies.quota import Quota
from sim.population import load_country

patient = settings(deadline=None)  # no test is about time

LINES = Lines(national=100.0, extreme=40.0, extra=(0.2, 0.1, 0.3), at_risk=1.25)
POWERS = (0, 1, 2)

# ---------------------------------------------------------------------------------------- 4 winners counted by hand


@patient
@given(st.lists(st.integers(20, 10**9), min_size=1, max_size=40))
def test_when_all_incomes_rise_by_five_percent_everybody_gains_and_nobody_gains_much(twentieths):
    """A gain of exactly 5 % is on the side of the smaller gain, in whatever digits."""
    without = 20.0 * np.array(twentieths)
    fares = classes(np.array(twentieths, dtype=np.float64), without)
    assert (fares == Class.GAINS).all()
    persons = np.arange(1, len(without) + 1)
    counted = table(persons, np.zeros(len(without), np.int64), 1, fares)
    assert counted[0, Class.GAINS] == counted.sum() == persons.sum()


@patient
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40), st.integers(1, 10**6))
def test_a_payment_to_all_makes_nobody_lose_and_who_had_nothing_is_counted_apart(incomes, amount):
    without = np.array(incomes, dtype=np.float64)
    fares = classes(np.full(len(without), float(amount)), without)
    assert ((fares == Class.NO_SHARE) == (without == 0.0)).all()
    assert not np.isin(fares, (Class.LOSES, Class.LOSES_MUCH)).any()
    more = np.array(incomes) * 1 < 1000 * amount  # above a thousandth
    assert ((fares <= Class.GAINS) == (more & (without > 0.0))).all()


@pytest.mark.parametrize(
    ("gain", "fares"),
    [(999, Class.SAME), (1000, Class.SAME), (1001, Class.GAINS), (-1000, Class.SAME), (-1001, Class.LOSES),
     (50_000, Class.GAINS), (50_001, Class.GAINS_MUCH), (-50_000, Class.LOSES), (-50_001, Class.LOSES_MUCH)],
)  # fmt: skip
def test_the_side_of_each_border_between_classes_is_known(gain, fares):
    assert classes(np.array([float(gain)]), np.array([1e6])).tolist() == [fares]


# -------------------------------------------------------------------------------------------- 5 awkward populations

AWKWARD = st.sampled_from([0.0, 0.0, 0.0, -500.0, -0.01, 39.999, 40.0, 100.0, 100.0, 100.0, 125.0, 1e9, float("nan")])
PERSONS = st.sampled_from([1, 1, 2, 5, 12, 400])  # one of 400 has more than a tenth of all persons


@st.composite
def awkward(draw):
    """Households with zeros, losses, ties, unknown consumption, and one that is larger than a tenth of the country."""
    rows = draw(st.lists(st.tuples(AWKWARD, PERSONS), min_size=1, max_size=30))
    return np.array([c for c, _ in rows]), np.array([p for _, p in rows])


def measured(consumption: np.ndarray, persons: np.ndarray) -> poor.Table:
    """Return the measures of households of grown women, every third with a disability."""
    n = len(consumption)
    people = Residents(np.arange(n), persons, np.ones(n, bool), np.full(n, 30), np.where(np.arange(n) % 3, 0, 2))
    place = Dimension("place", groups.PLACES, np.zeros(n, np.int64))
    return poor.table(Homes(consumption, persons, np.arange(n) % 3 == 0), people, (place,), LINES)


@patient
@given(awkward())
def test_measures_of_an_awkward_population_are_shares_or_are_left_out(country):
    consumption, persons = country
    found = measured(consumption, persons)
    known = ~np.isnan(consumption)
    assert found.unknown == persons[~known].sum()
    for values in found.of.values():
        assert all(0.0 <= value <= 1.0 for value in values.values())
        assert (ALL in values) == bool(known.any())
        assert "sex=men" not in values
        assert "place=urban" not in values, "nobody lives there"
    for line in (Line.NATIONAL, Line.EXTREME, Line.EXTRA) if known.any() else ():
        headcount, gap, severity = (found.value(Measure(line, power)) for power in POWERS)
        assert severity <= gap <= headcount


@patient
@given(awkward())
def test_tenths_of_an_awkward_population_keep_everybody_and_part_no_ties(country):
    values, persons = country
    found = groups.tenths(values, persons, np.arange(len(values)))
    assert (found[np.isnan(values)] == 0).all()
    assert (found[values < 0.0] == -1).all()
    inside = values >= 0.0
    assert ((found[inside] >= 1) & (found[inside] <= groups.TENTHS)).all()
    for value in set(values[inside].tolist()):
        assert len(set(found[values == value].tolist())) == 1
    order = np.argsort(values[inside], kind="stable")
    assert (np.diff(found[inside][order]) >= 0).all()
    fares = classes(np.ones(len(values)), values)
    by = table(persons, groups.place_of(found), len(groups.tenth_names()), fares)
    assert by.sum() == persons.sum()
    counted = Winners(table(persons, np.full(len(values), Kind.OTHER), len(Kind), fares), by)
    assert all(sum(v for _, v in counted.groups(f)) == 2.0 * counted.of(f) for f in Class), "by kind, and by tenth"


@patient
@given(awkward())
def test_inequality_of_an_awkward_population_is_between_nothing_and_one(country):
    """As the world gives it: known, and at least one som a month."""
    consumption, persons = country
    d = poverty.Distribution(np.maximum(np.nan_to_num(consumption), poverty.LEAST), persons)
    assert -1e-12 <= poverty.gini(d) <= 1.0
    assert all(0.0 <= value <= 1.0 for value in poverty.poverty(d, 100.0, 40.0))


# ---------------------------------------------------------------------------------------------- 6 poverty by hand


@patient
@given(st.lists(st.tuples(st.integers(0, 150), st.integers(1, 9)), min_size=1, max_size=12))
def test_poverty_equals_the_fractions_that_one_works_out_by_hand(rows):
    """In whole numbers, without rounding: one som below the line of 100 is poor, on the line nobody is."""
    rows = [*rows, (100, 3)]
    everybody = sum(persons for _, persons in rows)
    consumption, persons = (np.array(column) for column in zip(*rows, strict=True))
    found = measured(consumption.astype(np.float64), persons)
    d = poverty.Distribution(consumption.astype(np.float64), persons)
    for power in POWERS:
        short = sum(Fraction(100 - c, 100) ** power * p for c, p in rows if c < 100)
        by_hand = float(Fraction(short) / everybody)
        assert found.value(Measure(Line.NATIONAL, power)) == pytest.approx(by_hand, abs=1e-6)
        assert poverty.foster_greer_thorbecke(d, 100.0, power) == pytest.approx(by_hand, abs=1e-12)


# ------------------------------------------------------------------------------------------ 7 persons or households


@patient
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 6)), min_size=2, max_size=20))
def test_measures_of_persons_do_not_see_how_persons_are_parted_into_households(rows):
    """Every household of k becomes k households of one with the same consumption per person."""
    c, k = (np.array(column) for column in zip(*rows, strict=True))
    alone = np.repeat(c, k).astype(np.float64)
    c, one = c.astype(np.float64), np.ones(len(alone), np.int64)
    together, apart = poverty.Distribution(c, k), poverty.Distribution(alone, one)
    assert poverty.poverty(together, 100.0, 40.0) == pytest.approx(poverty.poverty(apart, 100.0, 40.0))
    if c.any():
        assert poverty.gini(together) == pytest.approx(poverty.gini(apart), abs=1e-9)
    for power in POWERS:
        measure = Measure(Line.NATIONAL, power)
        assert measured(c, k).value(measure) == pytest.approx(measured(alone, one).value(measure), abs=1e-9)
    tenth = groups.tenths(c, k, np.arange(len(c)))
    assert np.repeat(tenth, k).tolist() == groups.tenths(alone, one, np.arange(len(alone))).tolist()
    fares, of_one = classes(c, np.full(len(c), 1000.0)), classes(alone, np.full(len(alone), 1000.0))
    nobody = np.zeros(len(c), np.int64), np.zeros(len(alone), np.int64)
    assert table(k, nobody[0], 1, fares).tolist() == table(one, nobody[1], 1, of_one).tolist()


def test_an_outcome_that_counts_says_whether_it_counts_persons_or_families():
    for outcome in CODEBOOK.values():
        said = (outcome.label + " " + outcome.definition).lower()
        if outcome.unit == "persons":
            words = ("person", "people", "adult", "child", "member", "who ", "women", "men")
            assert any(word in said for word in words), outcome.name
        if outcome.unit in ("families", "households"):
            assert "famil" in said or "household" in said, outcome.name


# ----------------------------------------------------------------------------------------- 11 one failure stays one


@pytest.mark.parametrize(("draw", "workers"), [(0, 1), (3, 2), (5, 3)])
def test_a_run_that_fails_leaves_all_other_runs_as_they_were(tmp_path, monkeypatch, draw, workers):
    mark = tmp_path / "ready"
    mark.touch()
    monkeypatch.setattr(runner, "compiled", lambda: mark)
    broken = seed_of(7, draw, 1)

    def failing(scenario, values, seed):
        if seed == broken:
            raise ZeroDivisionError("a rule divided by zero")
        return fake.simulate(scenario, values, seed)

    runner.run(fake.study(), tmp_path / "whole", workers=1)
    outcome = runner.run(fake.study(failing, failures_allowed=0.5), tmp_path / "broken", workers=workers)
    assert outcome.failures[["draw", "replication"]].to_numpy().tolist() == [[draw, 1]]
    whole, left = (others(tmp_path / name / "results.parquet", draw) for name in ("whole", "broken"))
    pandas.testing.assert_frame_equal(whole, left)


def others(file: Path, draw: int) -> pandas.DataFrame:
    """Return all rows but those of the second run of a draw."""
    found = pandas.read_parquet(file)
    words = found.select_dtypes("category").columns
    found[words] = found[words].astype(str)
    return found[(found["draw"] != draw) | (found["replication"] != 1)].reset_index(drop=True)


# --------------------------------------------------------------------------------------------- 12 history is history


class Rows:
    """A set of agents of one column that changes in place."""

    def __init__(self) -> None:
        self.column = np.array([1.0, 2.0])

    def get(self, name):
        if name not in ("unique_id", "kept"):
            raise InputError(f"there is no column '{name}'")
        return np.array([7, 9]) if name == "unique_id" else self.column


def test_a_column_that_was_collected_stays_as_it_was_when_the_state_changes_later():
    model = mesa.Model()
    rows = Rows()
    model.agents_by_type[Household] = rows
    collector = ColumnCollector(
        agenttype_reporters={Household: {"kept": "kept", "twice": lambda every: every.column}},
    )
    collector.collect(model)
    rows.column[:] = -1.0
    model.steps += 1
    collector.collect(model)
    first = collector.get_agenttype_vars_dataframe(Household).iloc[:2]
    assert first["kept"].tolist() == first["twice"].tolist() == [1.0, 2.0]


# ------------------------------------------------------------------------------------------ 13 inputs that contradict

SHIPPED = load_country("kyrgyzstan").folder
WORDS = frozenset({"source", "note", "label", "definition", "what", "why", "comment"})


def test_no_number_of_a_country_file_is_replaced_in_silence(tmp_path):
    """The first, a middle and the last number of each column of each margin file becomes a word, nothing, not a
    number and infinity."""
    taken = 0
    for file in ("margins_households.csv", "margins_persons.csv", "margins_employers.csv", "margins_work.csv",
                 "margins_demography.csv", "assumptions.csv", "regions.csv", "raions.csv", "copula.csv",
                 "organisations.csv"):  # fmt: skip
        lines = list(csv.reader((SHIPPED / file).read_text(encoding="utf-8").splitlines()))
        for column, name in enumerate(lines[0]):
            if name in WORDS or not all(_number(line[column]) for line in lines[1:]):
                continue
            for row in sorted({1, len(lines) // 2, len(lines) - 1}):
                for wrong in ("much", "", "nan", "inf", "1,5"):
                    changed = [list(line) for line in lines]
                    changed[row][column] = wrong
                    said = _refused(tmp_path, file, changed)
                    assert said is not None, f"{file}, line {row + 1}, {name} = {wrong!r} is taken"
                    assert file in said, said
                    assert len(said.splitlines()) == 1
                    taken += 1
    assert taken > 100


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _refused(tmp_path: Path, file: str, lines: list[list[str]]) -> str | None:
    folder = tmp_path / "country"
    if not folder.exists():
        shutil.copytree(SHIPPED, folder)
    with (folder / file).open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(lines)
    try:
        load_country(folder)
    except CountryError as error:
        return str(error)
    finally:
        shutil.copy(SHIPPED / file, folder / file)
    return None


# ------------------------------------------------------------------------------------------ a placebo of thresholds

STEPS, NO_STEPS = (25, 50, 75), (37, 62)  # sizes at which the Labour Code asks for a further seat, and others


def excess(quota: Quota | None, **behaviour: float) -> dict[int, int]:
    """Return by size how many more employers than want it are up to three below it after a January under a law.

    Employers are spread evenly over sizes from 15 to 94, so the sizes themselves have no mass anywhere.
    """
    country = samples.population(300, 4000)
    smooth = country.employers._replace(staff=(15 + np.arange(4000) % 80).astype(country.employers.staff.dtype))
    country.employers = smooth
    b = samples.BEHAVIOUR.changed(**behaviour)
    world = samples.start(country, b)
    samples.advance(world, 0, 1, quota, behaviour=b)
    wanted = np.maximum(np.floor(world.employers.wanted.astype(np.float64) + 0.5), 1)
    reported = world.employers.reported.astype(np.float64)
    return {
        size: int(((reported < size) & (reported >= size - 3)).sum() - ((wanted < size) & (wanted >= size - 3)).sum())
        for size in (*STEPS, *NO_STEPS)
    }


def test_smooth_sizes_have_no_mass_below_a_threshold_where_nothing_is_charged():
    free = Quota.made({"design": "KG_2025", "assignment": "universal", "sanction": "none"}, "x")
    nothing = Quota.made({"design": "KG_2025", "assignment": "universal", "levy": 0.0, "fine": 0.0}, "x")
    assert set(excess(free).values()) == set(excess(nothing).values()) == {0}


def test_a_levy_brings_mass_below_its_thresholds_and_nowhere_else_and_only_by_the_rule_of_sizes():
    found = excess(samples.levy(0.5))
    assert all(found[size] > 20 for size in STEPS), found
    assert all(found[size] < 5 for size in NO_STEPS), "those who went below a step are missing above it, and no more"
    without = excess(samples.levy(0.5), sizing__bunching=0.0, sizing__hiding=0.0)
    assert set(without.values()) == {0}
