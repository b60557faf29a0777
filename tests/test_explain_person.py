"""A person's story: what the run did, by the rules that ran, in plain words of three languages."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments import cli, person_words
from experiments.commands.shared import find_scenario
from experiments.language import language
from sim.agents.persons.paying import net_pay
from sim.agents.persons.workers import first_of
from sim.behaviour import Behaviour
from sim.course import Course
from sim.engine.columns import fields
from sim.errors import IdentityError, InputError
from sim.explain.persons import Cause, Happened, picked, row_of, tell
from sim.explain.tracing import Heard, Listener, differing, traced
from sim.population import load
from sim.state.households import ACTIVE, REFUSED
from sim.state.labour import INDUSTRIES
from sim.state.persons import Work

SCALE, DESIGN = 1000, "levy"


def course():
    scenario = find_scenario(["demo"]).revised(scale=SCALE, start="2022-01", horizon="2024-12")
    return Course(load("kyrgyzstan", SCALE), scenario, Behaviour.central("kyrgyzstan"), 1, DESIGN)


@pytest.fixture(scope="module")
def story():
    return tell(course(), picked(course(), Happened.QUOTA))


@pytest.fixture(scope="module")
def lived(story):
    """The same course without anybody watching."""
    made = course()
    while not made.over:
        made.month()
    return made


def test_a_person_hired_for_a_place_of_the_quota_is_told_so_with_the_employer(story):
    hired = [month for month in story.months if month.cause == Cause.QUOTA]
    assert hired
    assert hired[0].work == Work.EMPLOYEE
    assert hired[0].firm is not None
    assert hired[0].firm.owed > 0.0
    assert hired[0].state["pay"] > 0.0


def test_what_is_told_is_what_the_run_did_and_watching_changes_nothing(story, lived):
    row = row_of(lived, int(story.traits["identifier"]))
    state = lived.world.people.work.state
    last = story.months[-1]
    assert {name: getattr(state, name)[row].item() for name in fields(type(state))} == last.state
    home = int(lived.world.people.work.workers.household[row])
    assert float(lived.world.state.consumption[home]) == last.consumption
    assert float(lived.world.state.earned[home]) == last.money["earned"]


def test_the_story_has_every_month_and_each_change_of_work_has_a_cause(story, lived):
    assert [month.t for month in story.months] == list(range(lived.world.t))
    for before, month in zip(story.months, story.months[1:], strict=False):
        assert month.before == before.work
        assert month.cause is not None or month.work == month.before


def test_pay_and_consumption_of_the_story_follow_from_the_money_that_it_names(story):
    for month in story.months:
        mine = month.state["pay"] + month.state["own"]
        assert month.money["earned"] + month.money["own_income"] >= mine * (1.0 - 1e-5)
        assert month.poor == (month.consumption < month.line)


@pytest.mark.parametrize("state", [ACTIVE, REFUSED])
def test_every_sweep_over_a_family_that_applied_comes_out_the_same_when_its_rules_run_again(lived, state):
    made = course()
    row = int(np.flatnonzero(lived.world.state.contract == state)[0])
    w = made.world.people.work.workers
    heard = set()
    made.world.watch = Listener(made.world, row, slice(first_of(w, row), first_of(w, row + 1)))
    while not made.over:
        made.month(lambda *_: None, lambda *_: None)
        heard |= set(made.world.watch.month())
    assert {"claim", "apply", "operate", "receive", "consume", "move", "visit"} <= heard


@pytest.mark.parametrize("code", ["en", "ru", "ky"])
def test_a_story_is_told_in_three_languages_within_eighty_columns(story, code):
    say = language(code)
    told = person_words.text(story, say)
    assert say.text(person_words.CAUSES[Cause.QUOTA][0]).split()[1] in told
    assert say.text(person_words.MONEY["earned"]) in " ".join(told.split())
    assert max(map(len, told.splitlines())) <= 80
    assert len(person_words.text(story, say, everything=True)) > len(told)
    assert "W2" not in person_words.text(story, say, why=False)


@pytest.mark.parametrize("code", ["en", "ru", "ky"])
def test_a_story_begins_with_what_the_person_was_picked_by_and_ends_with_where_the_rules_are(story, code):
    say = language(code)
    when = next(month.t for month in story.months if month.cause == Cause.QUOTA)
    lines = person_words.text(story, say, happened=Happened.QUOTA).splitlines()
    assert lines[0].startswith(f"{say.month(when)}: ")
    assert lines[-1] == say.text("Codes such as {code} are rules: {file}.", code="E4", file="docs/model.md")
    assert code == "en" or all(say.knows(words) for words in (*person_words.INDUSTRY.values(),
                                                             *person_words.HAPPENED.values()))  # fmt: skip
    assert set(person_words.INDUSTRY) == set(INDUSTRIES)
    assert set(person_words.HAPPENED) == set(Happened)


def test_switching_between_looking_and_not_looking_is_told_in_one_sentence(story):
    first = story.months[0]
    kinds = [Work.SEEKING, Work.HOME, Work.SEEKING, Work.SEEKING, Work.HOME, Work.EMPLOYEE, Work.SEEKING]
    told, before = [], Work.HOME
    for t, kind in enumerate(kinds):
        state = {**first.state, "work": float(kind)}
        told.append(first._replace(t=t, before=before, state=state, cause=Cause.LABOUR if kind != before else None))
        before = kind
    assert [[month.t for month in run] for run in person_words.switching(told)] == [[0, 1, 2, 4]]
    short = dataclasses.replace(story, months=tuple(told))
    said = person_words.text(short, language("en"))
    assert "January 2022 to May 2022: 4 times between looking for work and not looking." in said
    assert said.count("Work: was") == 2
    assert person_words.text(short, language("en"), everything=True).count("Work: was") == 6


def test_a_trace_that_differs_from_the_run_is_an_error(lived, monkeypatch):
    world = lived.world
    listener = Listener(world, 0, slice(0, 1))

    def other(first, last, table):
        table.earned[:] += 1.0

    other.py_func = lambda first, last, table: None
    with pytest.raises(IdentityError, match="earned"):
        listener(other, (world.fork().state,), ())


def test_differences_are_looked_for_at_the_rows_of_the_household_only():
    mine, theirs = np.array([1.0, 2.0]), np.array([1.0, 3.0])
    assert differing((mine,), (theirs,), {2: slice(0, 1)}) == []
    assert len(differing((mine,), (theirs,), {2: slice(1, 2)})) == 1


def test_a_traced_rule_gives_the_same_and_tells_its_inputs():
    heard = Heard({})
    assert traced(net_pay, heard)(20000.0, 0, 0.1, 0.1, 0.8) == net_pay(20000.0, 0, 0.1, 0.1, 0.8)
    assert heard.calls[0].inputs == {"gross": 20000.0, "formal": 0, "contribution": 0.1, "tax": 0.1, "informal": 0.8}


def test_a_person_that_is_not_there_and_two_agents_at_once_are_refused_in_one_sentence():
    with pytest.raises(InputError, match="there is no person 1 "):
        row_of(course(), 1)
    done = CliRunner().invoke(cli.app, ["explain", "demo", "--person", "1", "--household", "2"])
    assert done.exit_code == 2
    assert "name one of them only" in done.stderr


def test_who_goes_abroad_is_told_so_with_the_money_that_comes_home():
    scenario = find_scenario(["demo"]).revised(scale=SCALE, horizon="2026-12", population="living")

    def living():
        return Course(load("kyrgyzstan", SCALE), scenario, Behaviour.central("kyrgyzstan"), 1, DESIGN)

    made = living()
    before = made.world.people.work.workers.work == Work.ABROAD
    while made.world.t < 10:
        made.month()
    now = made.world.people.work.workers.work
    left = np.flatnonzero(~before & (now == Work.ABROAD) & (made.world.life.senders.mother < 0))
    story = tell(living(), int(made.world.population.everyone.identifier[left[0]]))
    gone = next(month for month in story.months if month.work == Work.ABROAD)
    assert gone.cause == Cause.ABROAD
    assert "go abroad or come back" in person_words.CAUSES[Cause.ABROAD][0]
    assert made.world.households.remittances[made.world.population.everyone.household[left[0]]] > 0
