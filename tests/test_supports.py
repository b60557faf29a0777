"""Supports: every parameter of behaviour has a range outside which it means nothing, and nothing leaves it."""

from __future__ import annotations

import csv
import math
import shutil

import numpy as np
import pytest
from small import small

from experiments import factors
from experiments.protocol import Plan
from sim import Kelishim, behaviour, twins
from sim.behaviour import Behaviour, check, priors
from sim.countries import country_folder
from sim.errors import CountryError, InputError
from sim.scenario import Scenario

FOLDER = country_folder("kyrgyzstan")
BASE = {"scale": 1000, "prior": "medians", "designs": {"today": {}, "larger": {"social_contract": {"grant": 200_000}}}}
BEYOND = [
    ("shocks.winter", 50, "shocks.winter is 50; it must be a number from 0 to 1 (1/year)"),
    ("investing.leakage", 5, "investing.leakage is 5; it must be a number from 0 to 1 (share)"),
    ("investing.leakage", -0.01, "investing.leakage is -0.01; it must be a number from 0 to 1 (share)"),
    ("sizing.persistence", 1.001, "sizing.persistence is 1.001; it must be a number from 0 to 1 (corr)"),
    ("operating.ability_sd", -1, "operating.ability_sd is -1; it must be a number from 0 to 3 (log points)"),
    ("feedback.cattle_price", 0, "feedback.cattle_price is 0; it must be a number from 1,000 to 10,000,000 (som)"),
    ("applying.gain", -0.5, "applying.gain is -0.5; it must be a number from 0 to 20 (logit/100k som)"),
    ("accounting.risk_aversion", 11, "accounting.risk_aversion is 11; it must be a number from 0 to 10"),
]


def plan(arm=None, explore=None):
    study = {"arms": {"today": {}, "x": {"design": "today", "behaviour": arm}}} if arm is not None else {}
    if explore is not None:
        study["explore"] = {"method": "lhs", "factors": explore}
    return Plan.of({**BASE, "study": study}, "plan.toml")


# --------------------------------------------------------------------------------------------------------- the data


@pytest.mark.parametrize("prior", priors(), ids=lambda prior: prior.name)
def test_every_parameter_has_a_support_that_fits_its_unit_and_holds_its_prior(prior):
    assert -math.inf < prior.least < prior.most < math.inf
    if prior.unit.startswith("share"):
        assert prior.least >= 0.0
        assert prior.most <= 1.0
    if prior.family in ("lognormal", "gamma", "beta"):
        assert prior.least >= 0.0
    if prior.family == "beta":
        assert prior.most <= 1.0
    ends = (prior.p1,) if prior.family == "fixed" else (prior.lower, prior.upper, prior.quantile(0.5))
    assert all(prior.least <= end <= prior.most for end in ends)


def test_a_value_just_beyond_each_end_is_refused_and_the_end_is_not():
    for prior in priors():
        for end, beyond in ((prior.least, -math.inf), (prior.most, math.inf)):
            check({prior.name: end}, "plan")
            with pytest.raises(InputError, match=f"^plan: {prior.name} is .*; it must be a number from "):
                check({prior.name: np.nextafter(end, beyond)}, "plan")


# ------------------------------------------------------------------------------------------------------ who is held


@pytest.mark.parametrize(("name", "value", "says"), BEYOND)
def test_an_arm_a_factor_and_a_script_are_held_to_the_support_in_one_sentence(name, value, says):
    with pytest.raises(InputError) as error:
        plan({name: value})
    assert str(error.value) == f"plan.toml: study: arms.x.behaviour: {says}"
    inside = behaviour.medians()[name]
    for given in (sorted([value, inside]), [inside, inside, value]):
        with pytest.raises(InputError) as error:
            plan(explore={f"behaviour.{name}": given})
        assert (
            str(error.value) == f"plan.toml: study: explore: factor 'behaviour.{name}' {says.removeprefix(name + ' ')}"
        )
        with pytest.raises(InputError, match="it must be a number from"):
            factors.axes({f"behaviour.{name}": given}, "kyrgyzstan")
    with pytest.raises(InputError) as error:
        Kelishim(behaviour=Behaviour.central().changed(**{name.replace(".", "__"): value}))
    assert str(error.value) == f"behaviour: {says}"


@pytest.mark.parametrize("level", ["high", True])
def test_a_level_of_behaviour_that_is_no_number_is_refused(level):
    with pytest.raises(InputError, match=r"factor 'behaviour.shocks.winter' is .*; it must be a number from 0 to 1"):
        plan(explore={"behaviour.shocks.winter": [0.1, level]})


def test_values_inside_are_taken():
    assert plan({"shocks.winter": 1, "investing.leakage": 0.0, "starting.rate": 0.0}).arms["x"].behaviour
    assert plan(explore={"behaviour.shocks.winter": [0.0, 1.0], "behaviour.starting.rate": "prior"})


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        (
            "shocks.winter",
            {"most": "50"},
            r"shocks.winter has the support 0 to 50; it must lie within 0 to 1 \(1/year, b",
        ),
        (
            "investing.leakage",
            {"upper": "5"},
            r"investing.leakage has a bound that is 5; it must be a number from 0 to 1",
        ),
        (
            "investing.own_share",
            {"most": "2"},
            r"own_share has the support 0 to 2; it must lie within 0 to 1 \(share, log",
        ),
        ("applying.effort", {"least": "-1"}, r"effort has the support -1 to 1e\+06; it must lie within 0 to inf"),
        ("assigning.reference", {"p1": "1.5"}, "assigning.reference is 1.5; it must be a number from 0.001 to 1"),
        ("choosing.trade", {"least": "inf"}, "choosing.trade has the support inf to 20; least must be less"),
        ("choosing.trade", {"most": ""}, "choosing.trade has a value that is not a number"),
        ("choosing.trade", {"lower": "3"}, "choosing.trade has bounds 3.0 to 2.0; the lower must be less"),
    ],
)
def test_a_country_file_is_held_to_the_support_in_one_sentence(tmp_path, name, change, says):
    shutil.copy(FOLDER / "regions.csv", tmp_path)
    for path in FOLDER.glob("behaviour_*.csv"):
        shutil.copy(path, tmp_path / path.name)
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        with (tmp_path / path.name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, behaviour.COLUMNS)
            writer.writeheader()
            writer.writerows(row | change if row["name"] == name else row for row in rows)
    with pytest.raises(CountryError, match=rf"^behaviour_\w+.csv line \d+: .*{says}"):
        priors(f"{tmp_path}/")


def test_a_country_file_without_supports_is_refused(tmp_path):
    shutil.copy(FOLDER / "regions.csv", tmp_path)
    (tmp_path / "behaviour_labour.csv").write_text("name,symbol,rule\n", encoding="utf-8")
    with pytest.raises(
        CountryError, match=r"behaviour_labour.csv: the columns must be name, symbol, .* least, most, source"
    ):
        priors(f"{tmp_path}/")


# ------------------------------------------------------------------------------------------- every rule gives a number

DIVISORS = [(prior.name, prior.least) for prior in priors() if prior.least > 0.0]
LIMITS = [*DIVISORS, ("placing.insider_share", 1.0), ("feedback.indirect_tax", 0.99), ("sizing.exponent", 0.99)]
LIMITS += [
    ("claiming.exit", 0.0),
    ("sizing.persistence", 1.0),
    ("own_work.persistence", 0.9999),
    ("closing.early", 5.0),
]


@pytest.mark.parametrize(("name", "value"), LIMITS)
def test_at_the_ends_of_a_support_every_figure_is_a_number(name, value):
    design = {"services": {"coaches": 100, "subsidy_share": 0.3}, "quota": "FR", "financing": {"mode": "cut"}}
    values = {"scale": 1000, "start": "2022-01", "horizon": "2023-03", "designs": {"a": design}, "worlds": "whole"}
    scenario = Scenario.of(values)
    changed = Behaviour.central().changed(**{name.replace(".", "__", 1): value})
    found = twins.compare(small(100, 16_000), scenario, changed, 1, keep=True)
    for records in (world.records for world in found.lives["a"] if world is not None):
        assert all(np.isfinite(records.series(column)).all() for column in records.values)
