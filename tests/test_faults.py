"""Faults that readers of version 0.5.0 found, where no other file holds them (docs/faults.md lists all)."""

from __future__ import annotations

import json

import numpy as np
import pandas
import pytest
from test_cli import call

from experiments import analysis, reading, resting, screen
from experiments.headline import first_screen
from experiments.language import NAMES, language
from experiments.protocol import Plan
from sim import behaviour
from sim.errors import InputError
from sim.outcomes import CODEBOOK


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (99, "starting.rate is 99; it must be a number from 0 to 1"),
        (-0.5, "starting.rate is -0.5"),
        ("much", "must be"),
    ],
)
def test_a_value_of_behaviour_outside_its_range_is_one_sentence(value, says):
    arms = {"a": {"design": "today"}, "b": {"design": "today", "behaviour": {"starting.rate": value}}}
    with pytest.raises(InputError) as error:
        Plan.of({"scale": 1000, "designs": {"today": {}}, "study": {"arms": arms}})
    assert says in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("demo", "FR"), "'demo' is a whole scenario, so it stands alone"),
        (("FR", "FR"), "FR, FR: two of these have one name"),
        (("demo", "--minutes", "0"), "--minutes is 0; it must be more"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence_that_says_why(arguments, says):
    done = call("compare", *arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith(says)
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("asked", [analysis.by_group, analysis.levels_by_group])
def test_the_python_interface_names_the_nearest_outcome(asked):
    frame = reading.told().summary.frame
    with pytest.raises(InputError, match="did you mean 'net_jobs'"):
        asked(frame, "net_jbs", "oblast")
    with pytest.raises(InputError, match="did you mean 'net_jobs'"):
        analysis.by_month(frame, "net_jbs")
    with pytest.raises(InputError, match="did you mean 'net_jobs'"):
        reading.told().summary.paired("net_jbs")


@pytest.mark.parametrize("code", NAMES)
def test_the_probability_stands_in_the_row_that_cannot_be_told_apart(code):
    it = reading.told()
    say = language(code)
    said = screen.text(first_screen(it.summary, say), 80)
    unsettled = it.summary.differences[
        it.summary.differences["outcome"].isin(it.summary.primary)
        & (it.summary.differences["verdict"] == "cannot be told apart")
    ]
    marked = [line for line in said.splitlines() if line.rstrip("*").endswith("≈")]
    assert len(unsettled) > 3
    assert len(marked) == len(unsettled)
    assert all("12" in line for line in marked), "of twelve draws"
    assert max(map(len, said.splitlines())) < 80


def study(draws, share):
    """Return a study in which one judged parameter explains that share of the variance of net jobs."""
    rng = np.random.default_rng(draws)
    cause, luck = rng.standard_normal(draws), rng.standard_normal(draws)
    values = np.sqrt(share) * cause + np.sqrt(1.0 - share) * luck
    rows = [
        {"draw": k, "replication": 0, "status": "ok", "design": "today", "outcome": "net_jobs", "group": "all",
         "month": -1, "value": 1e4 + 1e3 * value, "error": ""} for k, value in enumerate(values)
    ]  # fmt: skip
    judged = next(prior.name for prior in behaviour.priors("kyrgyzstan") if prior.confidence == "C")
    manifest = {"scenario": {"designs": {"today": {}}}, "asked": {"draws": draws, "replications": 1}, "interval": "",
                "study": {"outcomes": ["net_jobs"]}}  # fmt: skip
    parameters = pandas.DataFrame({"draw": range(draws), judged: cause})
    return reading.summary.summarise(pandas.DataFrame(rows), manifest, CODEBOOK, (), parameters), judged


def test_a_headline_that_rests_on_one_judged_number_has_a_warning():
    found, judged = study(100, 0.9)
    assert resting.found(found, ["net_jobs"]) == {judged: ["net_jobs"]}
    (said,) = resting.sentences(found, ["net_jobs"], language("en"))
    assert said.startswith("Careful: Net jobs: rests mostly on one judged number")
    assert judged in said
    assert said in list(first_screen(found))
    assert resting.found(study(100, 0.1)[0], ["net_jobs"]) == {}
    assert resting.found(study(12, 0.9)[0], ["net_jobs"]) == {}, "twelve draws cannot tell"


def test_outcomes_known_to_follow_the_judged_cost_of_applying_have_a_warning_whatever_the_draws():
    priors = {prior.name: prior for prior in behaviour.priors("kyrgyzstan")}
    for outcome, name in resting.KNOWN.items():
        assert outcome in CODEBOOK
        assert priors[name].confidence == "C", "measured now? then it needs no warning"
    assert list(resting.found(study(12, 0.5)[0], ["families_worse"])) == ["applying.effort"]


def test_the_terms_of_the_identity_are_among_the_outcomes_that_all_shows():
    terms = {"net_jobs", "gross_jobs", "deadweight", "quota_jobs", "displacement", "multiplier", "financing"}
    done = call("outcomes", "--format", "json")
    assert terms <= set(json.loads(done.stdout)["outcomes"]["rows"])


@pytest.mark.parametrize("code", NAMES)
def test_one_design_alone_is_told_without_a_column_of_verdicts(code):
    found, _ = study(100, 0.5)
    said = screen.text(first_screen(found, language(code)), 80)
    assert "10" in said
    assert max(map(len, said.splitlines())) < 80
