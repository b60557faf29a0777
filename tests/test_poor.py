"""Poverty of persons on countries of three to ten households, every figure worked out by hand (people.md Y14)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim import twins
from sim.behaviour import Behaviour
from sim.errors import CountryError
from sim.outcomes import CODEBOOK, groups, poor, poverty
from sim.outcomes.compared import Compared
from sim.outcomes.groups import Dimension, Residents
from sim.outcomes.jobs import jobs_by_oblast
from sim.outcomes.outcome import Outcome, rows
from sim.outcomes.poor import ALL, ANY, Homes, Line, Lines, Measure
from sim.outcomes.remembering import Known
from sim.outcomes.yardsticks import COLUMNS, yardsticks
from sim.population import load
from sim.scenario import Scenario
from sim.state.households import weights_of

LINES = Lines(national=100.0, extreme=40.0, extra=(0.2, 0.1, 0.3), at_risk=1.25)
# Ten households: consumption per person, and members as (woman, age, group of disability, real persons).
COUNTRY = (
    (20.0, [(1, 30, 0, 1), (1, 5, 0, 1)]),
    (50.0, [(0, 60, 3, 2)]),
    (100.0, [(1, 58, 0, 1)]),  # on the line: not poor
    (100.0, [(0, 17, 0, 1)]),  # tied with it
    (112.0, [(0, 40, 1, 1), (1, 17, 0, 1)]),  # above the line and below that with extra costs of 20 %
    (125.0, [(0, 18, 0, 1)]),  # on the upper end of those at risk: not at risk
    (-10.0, [(1, 57, 0, 1)]),  # a loss: a shortfall of the whole line, and no more
    (0.0, [(0, 57, 0, 1)]),
    (np.nan, [(1, 40, 0, 3)]),  # consumption is not known: in no figure, and counted
    (500.0, [(1, 70, 2, 1)]),
)


def measured(country=COUNTRY):
    people = [(home, *member) for home, (_, members) in enumerate(country) for member in members]
    home, woman, age, group, weight = (np.array(column) for column in zip(*people, strict=True))
    persons, affected = np.zeros(len(country), np.int64), np.zeros(len(country), bool)
    np.add.at(persons, home, weight)
    affected[home[group > 0]] = True
    homes = Homes(np.array([c for c, _ in country]), persons, affected)
    place = Dimension("place", groups.PLACES, np.arange(len(country)) % 2)
    return poor.table(homes, Residents(home, weight, woman == 1, age, group), (place,), LINES)


def of(found, line, power, group=ALL):
    return found.value(Measure(line, power), group)


def test_poverty_of_ten_households_by_hand():
    """Twelve persons are known: poor are 2 at 20, 2 at 50, 1 at -10 and 1 at 0. On the line nobody is poor."""
    found = measured()
    assert of(found, Line.NATIONAL, 0) == pytest.approx(6 / 12)
    assert of(found, Line.NATIONAL, 1) == pytest.approx((2 * 0.8 + 2 * 0.5 + 1.0 + 1.0) / 12, abs=1e-6)
    assert of(found, Line.NATIONAL, 2) == pytest.approx((2 * 0.64 + 2 * 0.25 + 1.0 + 1.0) / 12, abs=1e-6)


def test_extreme_poverty_of_ten_households_by_hand():
    """Below 40 are 2 at 20, 1 at -10 and 1 at 0."""
    found = measured()
    assert of(found, Line.EXTREME, 0) == pytest.approx(4 / 12)
    assert of(found, Line.EXTREME, 1) == pytest.approx((2 * 0.5 + 1.0 + 1.0) / 12, abs=1e-6)
    assert of(found, Line.EXTREME, 2) == pytest.approx((2 * 0.25 + 1.0 + 1.0) / 12, abs=1e-6)


def test_extra_costs_raise_the_line_for_all_members_of_a_household_with_a_disability():
    """At 20 % the household at 112 is below 120, at 10 % not below 110; at 50 the shortfall is 70 of 120."""
    found = measured()
    assert of(found, Line.EXTRA, 0) == pytest.approx(8 / 12)
    assert of(found, Line.EXTRA_LOW, 0) == pytest.approx(6 / 12)
    assert of(found, Line.EXTRA_HIGH, 0) == pytest.approx(8 / 12)
    gap = 2 * 0.8 + 2 * (70 / 120) + 2 * (8 / 120) + 1.0 + 1.0
    assert of(found, Line.EXTRA, 1) == pytest.approx(gap / 12, abs=1e-6)
    assert of(found, Line.NATIONAL, 0, ANY) == pytest.approx(2 / 4)
    assert of(found, Line.EXTRA, 0, ANY) == pytest.approx(3 / 4)
    assert of(found, Line.EXTRA, 0, "disability group=group I") == 1.0
    assert of(found, Line.EXTRA, 0, "disability group=group II") == 0.0


def test_poverty_by_age_sex_and_place_by_hand():
    found = measured()
    shares = {
        "age=under 18": 1 / 3,  # 5 years at 20; 17 years at 100 and at 112
        "age=18 to 57": 3 / 5,  # 30 at 20, 57 at -10, 57 at 0; 40 at 112, 18 at 125
        "age=58 and older": 2 / 4,  # two of 60 at 50; 58 at 100, 70 at 500
        "sex=women": 3 / 6, "sex=men": 3 / 6,
        "place=rural": 3 / 6,  # households 0, 2, 4, 6: poor are 2 + 1 of 2 + 1 + 2 + 1
        "place=urban": 3 / 6,  # households 1, 3, 5, 7, 9: poor are 2 + 1 of 2 + 1 + 1 + 1 + 1
    }  # fmt: skip
    assert {name: of(found, Line.NATIONAL, 0, name) for name in shares} == pytest.approx(shares)


def test_who_lives_less_than_a_quarter_above_the_line_is_at_risk():
    """At risk are those at 100 (two of them, on the line) and two at 112; 125 is a quarter above and is not."""
    assert of(measured(), Line.AT_RISK, 0) == pytest.approx(4 / 12)


def test_persons_whose_consumption_is_not_known_are_counted_and_in_no_figure():
    assert measured().unknown == 3
    nobody = measured(((np.nan, [(1, 40, 0, 3)]), (50.0, [(0, 20, 0, 1)]), (60.0, [(0, 20, 0, 1)])))
    assert nobody.unknown == 3
    assert of(nobody, Line.NATIONAL, 0) == 1.0
    assert "sex=women" not in nobody.of[Measure(Line.NATIONAL, 0)], "a group without anybody is empty"


def test_measures_do_not_depend_on_the_order_of_households():
    one, other = (measured(country).of[Measure(Line.EXTRA, 2)] for country in (COUNTRY, COUNTRY[::-1]))
    assert {name: v for name, v in one.items() if "place" not in name} == {
        name: v for name, v in other.items() if "place" not in name
    }


def test_households_with_the_same_consumption_are_in_one_tenth():
    """Ten persons in ten households: the five that tie at 3 stand where the middle of them is, persons 3 to 7."""
    values = np.array([1.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0, 4.0, 5.0, 6.0])
    found = groups.tenths(values, np.ones(10, np.int64), np.arange(10))
    assert found.tolist() == [1, 2, 5, 5, 5, 5, 5, 8, 9, 10]
    shuffled = np.array([4, 9, 2, 0, 7, 5, 1, 3, 8, 6])
    assert groups.tenths(values[shuffled], np.ones(10, np.int64), shuffled).tolist() == found[shuffled].tolist()


def test_everybody_tied_is_in_one_tenth_and_the_others_are_empty():
    found = groups.tenths(np.full(4, 7.0), np.array([1, 2, 3, 4]), np.arange(4))
    assert len(set(found.tolist())) == 1


def test_tenths_count_persons_and_leave_out_what_is_below_zero_or_not_known():
    """One person at 0, eight at 1 and one at 2: the middle of the eight is the end of the fifth person of ten."""
    values, persons = np.array([1.0, 2.0, -5.0, np.nan, 0.0]), np.array([8, 1, 50, 50, 1])
    found = groups.tenths(values, persons, np.arange(5))
    assert found.tolist() == [6, 10, -1, 0, 1]
    names = [groups.tenth_names()[place] for place in groups.place_of(found)]
    assert names == ["decile=6", "decile=10", "decile=below zero", "decile=not known", "decile=1"]


@cache
def compared() -> Compared:
    scenario = Scenario.of({
        "country": "kyrgyzstan", "scale": 1000, "start": "2022-01", "horizon": "2022-12",
        "designs": {"today": {"social_contract": {"slots": 60_000.0}}},
    })  # fmt: skip
    lives = twins.compare(load("kyrgyzstan", 1000), scenario, Behaviour.central(), 1, keep=True).lives["today"]
    return Compared(lives, lives.final.t - 1, first=lives.final)


def test_the_poverty_of_persons_is_that_of_the_records():
    c = compared()
    persons = float(poverty.members(c.final)["all"].sum())
    record = c.final.records.at(c.final.t - 1)
    assert CODEBOOK["poverty"].value(c) * persons == pytest.approx(float(record["poor"].sum()))
    assert CODEBOOK["extreme_poverty"].value(c) * persons == pytest.approx(float(record["extremely_poor"].sum()))
    people = groups.residents(c.final)
    assert int(people.weight.sum()) == int(persons), "persons present are the members of households"


def test_net_exits_are_exits_less_entries_and_the_change_of_poverty():
    c = compared()
    left, entered, net = (CODEBOOK[name].value(c) for name in ("poverty_left", "poverty_entered", "poverty_exits"))
    assert left > 0
    assert entered > 0
    assert left - entered == pytest.approx(net)
    persons = float(poverty.members(c.final)["all"].sum())
    assert -0.01 * CODEBOOK["poverty_change"].value(c) * persons == pytest.approx(net)
    for name in ("poverty_left", "poverty_entered"):
        parts = dict(CODEBOOK[name].by_group(c))
        assert sum(v for group, v in parts.items() if group.startswith("oblast=")) == CODEBOOK[name].value(c)


def test_every_outcome_names_the_dimensions_of_its_groups():
    for outcome in CODEBOOK.values():
        if outcome.value is not None and outcome.value(compared()) is None:
            continue  # no figure, so no groups either
        found = {group.partition("=")[0] for group, _ in outcome.by_group(compared())} if outcome.by_group else set()
        assert found == set(outcome.by), outcome.name


def test_a_group_with_too_few_rows_is_not_told(monkeypatch):
    c = compared()
    one = Outcome("x", "X", "persons", "", "Y14", by_group=lambda _: (("oblast=Talas", 1.0), ("oblast=Osh", 2.0)))
    at_hand = {"oblast=Talas": groups.LEAST_ROWS - 1, "oblast=Osh": groups.LEAST_ROWS}
    monkeypatch.setattr(Known, "rows", lambda self, before: at_hand)
    assert [group for _, group, _, _ in rows([one], c)] == ["oblast=Osh"]


def test_the_floor_knows_the_rows_of_every_group_of_persons_households_and_employers():
    found = compared().known.rows(compared().lives.before)
    for name in ("sex=women", "age=under 18", "disability group=group I", "oblast=Naryn", "place=urban", "decile=1",
                 "disability=yes", "operator=woman", "size=5-19"):  # fmt: skip
        assert found[name] > 0, name


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("extra_cost,0.4,0.1,0.3,share,m,s,C", "between low, 0.1, and high, 0.3"),
        ("extra_cost,much,0.1,0.3,share,m,s,C", "value is 'much'; it must be a number"),
        ("extra_cost,0.2,0.1,0.3,share,m,,C", "the source is empty"),
    ],
)
def test_a_yardstick_that_cannot_be_right_is_refused_in_one_sentence(tmp_path: Path, row, says):
    (tmp_path / "yardsticks.csv").write_text(",".join(COLUMNS) + f"\n{row}\n", encoding="utf-8")
    with pytest.raises(CountryError, match=says):
        yardsticks(tmp_path)


def test_extra_costs_are_a_parameter_with_source_and_confidence():
    found = yardsticks(load("kyrgyzstan", 1000).country.folder)["extra_cost"]
    assert (found.low, found.value, found.high) == (0.1, 0.2, 0.3)
    assert found.confidence == "C"


def test_net_jobs_by_group_add_up_to_those_of_the_country():
    """Each job is in one group of each dimension; helpers of family businesses, who are not known, stand apart."""
    c = compared()
    net, parts = CODEBOOK["net_jobs"].value(c), dict(CODEBOOK["net_jobs"].by_group(c))
    assert net != 0.0
    for dimension in CODEBOOK["net_jobs"].by:
        found = [value for group, value in parts.items() if group.startswith(f"{dimension}=")]
        assert sum(found) == pytest.approx(net), dimension
    oblasts = [parts[f"oblast={name}"] for name in c.final.population.country.regions]
    assert oblasts == (jobs_by_oblast(c.final) - jobs_by_oblast(c.base)).tolist()


def test_contract_families_are_in_the_sector_of_their_business():
    c = compared()
    parts = dict(CODEBOOK["contracts"].by_group(c))
    told = sum(value for group, value in parts.items() if group.startswith("sector="))
    invested = (c.final.state.paid_at >= c.final.start) & (c.final.state.funded_sector > 0)
    assert 0 < told == int(weights_of(c.final.households)[invested].sum()) <= CODEBOOK["contracts"].value(c)
