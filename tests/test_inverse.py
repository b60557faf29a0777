"""Inverse design: the solver finds a known optimum, admits that there is none, and is not fooled by its own draws."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments import cli, inverse
from experiments.commands import design as command
from experiments.commands.shared import find_scenario
from experiments.inverse import Free, Goal
from experiments.trials import Figures
from sim.errors import InputError
from sim.scenario import Scenario

FREE = [Free("quota", "levy", 0.0, 1.0), Free("services", "coaches", 0.0, 200.0, whole=True)]
LUCK = np.random.default_rng(5).normal(size=40)


def economy(shift: float = 0.0, also: tuple[str, ...] = ()):
    """Return a design's figures where a levy is free and saturates, and coaches cost a million each.

    Jobs are 3,000 (1 - exp(-3 levy)) + 20 coaches, give or take; with all of it about 6,850.
    """
    calls = []

    def evaluate(design):
        levy, coaches = design["quota"]["levy"], design["services"]["coaches"]
        calls.append((levy, coaches))
        jobs = 3000.0 * (1.0 - np.exp(-3.0 * levy)) + 20.0 * coaches
        beside = dict.fromkeys(also, jobs - 5000.0 + 100.0 * LUCK)
        return Figures(jobs + 100.0 * LUCK + shift, np.full(len(LUCK), 1e6 * coaches + 1e5 * levy), beside)

    evaluate.calls = calls
    return evaluate


@cache
def found(at_least: float, within: float, shift: float = 0.0, evaluations: int = 30, again: int = 0):
    goal = Goal("employed_disability", at_least, 0.9, "programme_cost", within)
    evaluate = economy()
    answer = inverse.search(goal, {"quota": {"design": "KG_2025"}}, FREE, evaluate, lambda candidate: economy(shift),
                            evaluations=evaluations, seed=1)  # fmt: skip
    return answer, goal, evaluate


def test_the_cheapest_design_is_found():
    """2,850 jobs come from a full levy; 4,000 with nine in ten draws need some 64 coaches more than that."""
    answer, goal, evaluate = found(4000.0, 2e8)
    assert answer.feasible
    assert answer.fresh.chance(goal) >= 0.9
    levy, coaches = answer.trial.point[0], answer.trial.point[1] * 200
    low = np.sort(100.0 * LUCK)[len(LUCK) // 10]
    need = (4000.0 - low - 3000.0 * (1 - np.exp(-3.0))) / 20.0
    assert levy > 0.85
    assert need <= coaches <= need + 8
    assert len(evaluate.calls) <= 30


def test_the_same_seed_gives_the_same_answer_and_no_design_is_tried_twice():
    first, second = found(4000.0, 2e8)[0], found(4000.0, 2e8, again=1)[0]
    assert first.trial.point == second.trial.point
    points = [trial.point for trial in first.trials]
    assert len(set(points)) == len(points)


def test_a_target_out_of_reach_is_called_so_with_the_nearest_design():
    answer, goal, _ = found(9000.0, 1e9)
    assert not answer.feasible
    assert answer.trial.point == (1.0, 1.0)
    assert answer.fresh.chance(goal) == 0.0
    assert inverse.at_bounds(answer.trial, FREE) == FREE
    assert not inverse.at_bounds(answer.trial, [replace(one, most=one.high) for one in FREE]), "there is no more"


def test_an_envelope_that_is_too_small_is_called_so():
    answer, goal, _ = found(4000.0, 3e7)
    assert not answer.feasible
    assert answer.trial.cost <= 6e7
    assert max(t.reached(goal) for t in answer.trials) > 4000.0, "money would do it"


def test_a_winner_that_fails_on_fresh_draws_is_not_an_answer():
    answer, goal, _ = found(4000.0, 2e8, -3000.0)
    assert not answer.feasible
    assert answer.rejected >= 1
    assert answer.fresh.chance(goal) < 0.9


def test_a_safer_design_is_taken_where_the_cheapest_fails_on_fresh_draws():
    answer, goal, _ = found(4000.0, 2e8, -150.0)
    assert answer.feasible
    assert answer.rejected >= 1
    assert answer.trial.reached(goal) > 4100.0


def test_the_frontier_holds_designs_that_no_other_beats():
    answer, goal, _ = found(4000.0, 2e8)
    front = inverse.frontier(answer.trials, goal)
    costs, reached = [t.cost for t in front], [t.reached(goal) for t in front]
    assert costs == sorted(costs)
    assert reached == sorted(reached)


def test_the_answer_is_monotone_in_what_is_asked():
    """At least 2,000 was answered by 0.89 billion, 3,000 by no, 4,000 by 0.51 billion."""
    for shift in (0.0, -150.0):
        answers = [found(float(at_least), 2e8, shift)[0] for at_least in range(1000, 7500, 500)]
        feasible = [answer.feasible for answer in answers]
        assert feasible == sorted(feasible, reverse=True), feasible
        assert True in feasible
        assert False in feasible
        costs = [answer.fresh.cost for answer in answers if answer.feasible]
        assert all(later >= before - 2e6 for before, later in itertools.pairwise(costs)), costs


def test_a_design_that_held_for_more_is_tried_for_less_on_the_same_fresh_draws():
    trials = [inverse.Trial((k / 4,), Figures(1000.0 * k + 100.0 * LUCK, np.full(len(LUCK), 1e6 * k), {}))
              for k in range(5)]  # fmt: skip
    free, named = [inverse.parsed("quota.levy=0..1")], []

    def fresh(number):
        named.append(number)
        fails = len(named) % 5 in (1, 2, 3)  # all but one of the designs that were good enough
        return lambda design: Figures(np.full(40, 0.0 if fails else 9e3), np.full(40, 1e6), {})

    goal = inverse.Goal("employed_disability", 500.0, 0.9, "programme_cost", 1e9)
    answer = inverse._settled(trials, goal, {}, free, fresh, 500.0)
    assert answer.feasible
    assert answer.rejected == 3, "outward from the cheapest, as far as it takes"
    assert named == [inverse.own_draws(trial) for trial in trials[1:]]


@pytest.mark.parametrize("draws", [5, 7, 20, 40])
def test_what_is_reached_with_a_probability_is_reached_in_that_share_of_draws(draws):
    """With 90 % at least 3,062 stood beside: reaches 3,000 in 88 %."""
    rng = np.random.default_rng(draws)
    for _ in range(50):
        trial = inverse.Trial((0.0,), Figures(rng.normal(3000.0, 300.0, draws), np.zeros(draws), {}))
        for chance in (0.5, 0.8, 0.9, 0.95):
            goal = inverse.Goal("employed_disability", 3000.0, chance, "programme_cost", 1e9)
            assert (trial.reached(goal) >= goal.at_least) == (trial.chance(goal) >= chance - 1e-9)


def test_a_nearest_design_is_not_written_down_as_found(tmp_path):
    ground = find_scenario(["demo"])
    for found, word in ((True, "Design found"), (False, "Nearest design, misses the target")):
        command._write(tmp_path / "made.toml", ground, {"quota": {"levy": 0.5}}, found=found)
        assert word in (tmp_path / "made.toml").read_text(encoding="utf-8")


def test_choices_and_whole_numbers_are_kept():
    free = [inverse.parsed("quota.assignment=list,universal"), inverse.parsed("services.subsidy_months=1..12")]
    made = inverse.design_at({"quota": "FR"}, free, (0.75, 0.52))
    assert made == {"quota": {"design": "FR", "assignment": "universal"}, "services": {"subsidy_months": 7}}
    Scenario.of({"name": "t", "designs": {"x": made}})


@pytest.mark.parametrize(("text", "words"), [
    ("quota.levi=0..1", "did you mean 'levy'"), ("quotas.levy=0..1", "POLICY.NAME"), ("quota.levy=1..0", "must rise"),
    ("quota.levy=0..99", "lie within 0 to 10"), ("quota.levy=1", "must give a range"),
    ("quota.levy=a..b", "two numbers"),
    ("quota.assignment=0..1", "has no range"),
])  # fmt: skip
def test_a_wrong_parameter_is_one_sentence(text, words):
    with pytest.raises(InputError, match=words):
        inverse.parsed(text)


@pytest.fixture
def imagined(monkeypatch):
    """Let designs be evaluated by arithmetic instead of the model."""

    class Imagined:
        def __init__(self, scenario, outcome, cost, workers=0, also=()):
            self.evaluate = economy(also=also)

        def __enter__(self):
            return self.evaluate

        def __exit__(self, *error):
            pass

    monkeypatch.setattr("experiments.commands.design.Trials", Imagined)


def said(done):
    """Return what a command prints with single spaces, whatever its lines."""
    return " ".join(done.output.split())


def call(*arguments):
    ranges = ["--free", "quota.levy=0..1", "--free", "services.coaches=0..200", "--evaluations", "20"]
    return CliRunner().invoke(cli.app, ["design", *arguments, *ranges])


def test_the_command_says_what_it_found_and_writes_a_scenario(imagined, tmp_path):
    done = call("--at-least", "4000", "--within", "2e8", "--out", str(tmp_path / "found.toml"))
    assert done.exit_code == 0, done.output
    assert "Yes. This design brings at least 4,000" in said(done)
    assert "What else this design does" in done.output
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    made = Scenario.read(tmp_path / "found.toml").as_dict()["designs"]["found"]
    assert made["services"]["coaches"] > 50


def test_the_command_admits_that_nothing_reaches_the_target(imagined):
    done = call("FR", "--at-least", "9000", "--within", "2e8")
    assert done.exit_code == 0, done.output
    assert "No. None of the 20 designs tried within these ranges reaches the target" in said(done)
    assert "At any cost, the most that was reached" in done.output


def test_the_command_refuses_an_unknown_outcome_and_design():
    for arguments, words in ((("--outcome", "net_job"), "did you mean 'net_jobs'"), (("FT",), "design is 'FT'")):
        done = call(*arguments)
        assert done.exit_code == 2
        assert words in done.stderr
