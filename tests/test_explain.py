"""Stories are what happened: they rebuild the columns, and every draw falls as its threshold says."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments import cli
from sim.agents import operating
from sim.behaviour import Behaviour
from sim.course import Course
from sim.errors import IdentityError, InputError
from sim.explain import explain, families, interesting, part
from sim.explain.parting import RECKONING
from sim.explain.watching import HANDLERS, LABOUR, Watch
from sim.population import load
from sim.scenario import Scenario
from sim.schedule import SCHEDULE

SCENARIO = Scenario.of(
    {
        "scale": 1000, "labour_scale": 20, "start": "2022-01", "horizon": "2024-12",
        "designs": {
            "today": {"social_contract": {"slots": 40_000}},
            "large": {"social_contract": {"grant": 300_000.0, "slots": 40_000}},
            "taper": {"social_contract": {"exclusion": "taper", "slots": 40_000}},
            "levy": {"quota": {"design": "KG_2025", "assignment": "universal", "levy": 0.25}},
            "repaid": {
                "social_contract": {"slots": 40_000, "repaid_share": 0.5, "repaid_from": 7, "repaid_months": 12},
                "social_protection": {"extra_cost_1": 3_000.0, "extra_cost_2": 3_000.0, "universal_child": 500.0},
            },
            "cash": {"social_contract": {"slots": 40_000, "cash": True}},
        },
    }
)  # fmt: skip
# Short contracts, many visits, closures and diversion, so that everything happens to somebody.
EVENTFUL = {
    "visiting__rate": 1.5, "closing__early": 0.5, "closing__mature": 0.3, "investing__diversion": 0.35,
    "investing__diversion_spread": 0.9, "inspecting__probability": 0.5, "inspecting__checked": 0.7,
    "inspecting__enforced": 0.6, "complying__constant": 0.0, "learning__media": 0.05,
}  # fmt: skip


@pytest.fixture(scope="module")
def country():
    return load("kyrgyzstan", 1000, labour_scale=20)


@pytest.fixture(scope="module")
def behaviour():
    return Behaviour.central().changed(**EVENTFUL)


def lived(country, behaviour, design, families, alone=False):
    """Return a course of a design and the stories of contract families and, unless alone, others and employers."""
    course = Course(country, SCENARIO, behaviour, 5, design)
    while not course.over:
        course.month()
    world = course.world
    took = country.households.identifier[world.state.paid_at > 0][:families]
    others = country.households.identifier[:: 10**6 if alone else 150]
    firms = world.labour.frame.employers.identifier
    duty = firms[(world.labour.employers.owed > 0) | (world.labour.employers.fined_at > 0)][:30]
    watch = Watch(
        Course(country, SCENARIO, behaviour, 5, design),
        sorted({*took.tolist(), *others.tolist()}),
        [] if alone else duty.tolist(),
    )
    stories = watch.run()
    for mine, theirs in (
        (world.state, watch.course.world.state),
        (world.labour.employers, watch.course.world.labour.employers),
    ):
        assert all(np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True)), "watching changed a column"
    return course, stories


@pytest.fixture(scope="module")
def today(country, behaviour):
    return lived(country, behaviour, "today", 25)


@pytest.fixture(scope="module")
def levy(country, behaviour):
    return lived(country, behaviour, "levy", 8)


@pytest.fixture(scope="module")
def both(today, levy):
    return [*today[1], *levy[1]]


def test_watching_changes_nothing_and_stories_rebuild_the_final_columns(today, levy):
    for course, stories in (today, levy):
        world = course.world
        tables = {
            "household": (world.households, world.state),
            "employer": (world.labour.frame.employers, world.labour.employers),
        }
        for story in stories:
            traits, state = tables[story.kind]
            row = int(np.flatnonzero(traits.identifier == story.identifier)[0])
            final = {name: column[row].item() for name, column in zip(state._fields, state, strict=True)}
            assert story.columns() == final == story.last


@pytest.mark.parametrize(
    ("design", "kinds"), [("repaid", {"pays back", "benefits of a design"}), ("cash", {"paid in cash"})]
)
def test_stories_of_cash_benefits_and_repayable_grants_are_told_and_rebuild_the_columns(
    country, behaviour, design, kinds
):  # fmt: skip
    course, stories = lived(country, behaviour, design, 8, alone=True)
    identifiers, state = course.world.households.identifier, course.world.state
    for story in (one for one in stories if one.kind == "household"):
        row = int(np.flatnonzero(identifiers == story.identifier)[0])
        assert story.columns() == {n: c[row].item() for n, c in zip(state._fields, state, strict=True)}
    assert kinds <= {event.kind for story in stories for event in story.events}


def test_every_draw_falls_as_its_threshold_says(both):
    decided = [draw for story in both for event in story.events for draw in event.draws if draw.happened is not None]
    wrong = [draw for draw in decided if draw.threshold is not None and (draw.u < draw.threshold) != draw.happened]
    assert not wrong
    assert len(decided) > 2000
    for name in ("AWARE", "APPLY", "FILE", "OWN_START", "CLOSE", "VISIT", "UBK_EXIT", "ASSIGN", "INSPECT"):
        seen = {draw.happened for draw in decided if draw.decision == name}
        assert seen == {True, False}, name


def test_much_of_the_model_is_told(both):
    kinds = {event.kind for story in both for event in story.events}
    wanted = {
        "learned", "reckons", "applied", "filed", "did not file", "selected", "waits", "paid", "diverted",
        "funded start",
        "own start", "benefit suspended", "closed", "visited", "failed", "staff", "value added", "work", "income band",
        "duty", "owes", "seat hire", "seat pay", "seat ignore", "hired", "hired on a seat", "left", "inspected",
        "fined",
        "levy assessed", "levy paid",
    }  # fmt: skip
    assert wanted <= kinds, wanted - kinds


def test_thresholds_of_the_application_add_up_from_their_parts(both):
    for story in both:
        for event in story.events:
            if event.kind in ("applied", "did not apply"):
                odds = sum(value for name, value in event.inputs.items() if name.startswith(("log-odds", "from")))
                assert event.draws[0].threshold == pytest.approx(1.0 / (1.0 + np.exp(-odds)), rel=1e-12)
                parts = [event.inputs[name] for name in ("business", "part of the grant kept")]
                costs = ("child benefit lost", "cost of applying", "other work given up")
                gain = sum(parts) - sum(event.inputs[name] for name in costs)
                assert event.inputs["expected gain"] == pytest.approx(gain, rel=1e-6, abs=1.0)


def test_a_rule_that_gives_something_else_stops_the_explanation(country, behaviour, today, monkeypatch):
    monkeypatch.setattr(operating, "VALUE_SD", 0.5)
    story = next(s for s in today[1] if any(event.kind == "value added" for event in s.events))
    with pytest.raises(IdentityError, match="profit of"):
        explain(country, SCENARIO, behaviour, 5, "today", household=story.identifier)


def test_every_step_that_touches_a_family_has_somebody_to_tell_of_it():
    names = {step.name for step in SCHEDULE}
    assert set(HANDLERS) | {LABOUR} <= names
    assert names - set(HANDLERS) == {LABOUR, "demography", "shocks and prices", "markets", "accounts"}


def test_designs_that_differ_in_the_grant_part_where_the_columns_first_differ(country, behaviour, today):
    chosen = [s for s in today[1] if s.kind == "household" and any(event.kind == "paid" for event in s.events)][:25]
    ids = [story.identifier for story in chosen]
    others = Watch(Course(country, SCENARIO, behaviour, 5, "large"), ids).run()
    order = [step.name for step in SCHEDULE]
    by_draw = 0
    for one, two in zip(chosen, others, strict=True):
        found = part(one, two)
        assert found.begins is not None
        assert (found.begins.month, found.begins.step) == (0, "application")
        assert found.begins.name in ("grant", "expected_gain", "part of the grant kept", "business")
        assert found.month is not None, "a family with a contract is paid a different grant"
        before, after = (replaying(story, found.month, order.index(found.step), order) for story in (one, two))
        assert {name for name in before[0] if before[0][name] != after[0][name]} <= RECKONING
        differ = {name for name in before[1] if before[1][name] != after[1][name]} - RECKONING
        assert differ or found.draws
        for mine, yours in found.draws:
            if mine and yours and mine.threshold is not None:
                by_draw += 1
                assert mine.u == yours.u
                assert (mine.u < mine.threshold) != (yours.u < yours.threshold)
        text = found.text()
        assert "part in" in text
        assert one.design in text
        assert two.design in text
    assert by_draw > 0


def replaying(story, month, place, order):
    """Return the columns just before and just after a step."""
    now, out = dict(story.first), []
    for last in (place, place + 1):
        now = dict(story.first)
        for event in story.events:
            if (event.month, order.index(event.step)) < (month, last):
                now.update({change.column: change.after for change in event.changes})
        out.append(now)
    return out


def test_the_same_design_never_parts(today):
    story = today[1][0]
    assert part(story, replace(story, design="copy")).begins is None
    assert "Nothing differs" in part(story, story).text()


def test_stories_of_different_agents_or_luck_cannot_be_compared(today):
    first, second = today[1][:2]
    with pytest.raises(InputError, match="one agent and one seed"):
        part(first, second)
    with pytest.raises(InputError, match="one agent and one seed"):
        part(first, replace(first, seed=6))


def test_a_story_is_told_by_month_in_plain_words(today):
    story = next(s for s in today[1] if any(event.kind == "benefit suspended" for event in s.events))
    text = story.text()
    for words in ("learned of the programme (H4)", "applied and took the training (H7)", "draw APPLY", "paid 1",
                  "child benefit suspended: contract month 4 under full exclusion (H3)"):  # fmt: skip
        assert words in text, words
    months = re.findall(r"^\d{4}-\d\d$", text, re.MULTILINE)
    assert months == sorted(set(months))
    assert len(story.text(why=False)) < len(text) < len(story.text(everything=True))


def test_a_frame_has_a_line_for_each_change_and_each_draw(today):
    story = today[1][0]
    frame = story.frame()
    changes = sum(len(event.changes) for event in story.events)
    draws = sum(len(event.draws) for event in story.events)
    assert frame["column"].notna().sum() == changes > 0
    assert frame["u"].notna().sum() == draws > 0


def test_exactly_one_known_agent_is_asked_for(country, behaviour):
    for wrong in ({}, {"household": 1, "employer": 1}):
        with pytest.raises(InputError, match="either a household or an employer"):
            explain(country, SCENARIO, behaviour, 5, "today", **wrong)
    with pytest.raises(InputError, match="no household 3 in this country; the nearest is"):
        explain(country, SCENARIO, behaviour, 5, "today", household=3)


def test_suggested_agents_have_a_story(country, today):
    found = interesting(country, today[0].world)
    assert {each.kind for each in found} == {"household", "employer"}
    assert len({each.identifier for each in found}) > 5
    taken = country.households.identifier[today[0].world.state.contract >= 5]
    assert found[0].identifier in taken
    assert families.STEPS


def test_the_command_tells_a_story_and_where_it_parts(tmp_path, today):
    file = tmp_path / "short.toml"
    file.write_text(
        'start = "2022-01"\nhorizon = "2022-12"\nscale = 1000\nlabour_scale = 20\n[designs.today]\n'
        "[designs.large]\nsocial_contract = { grant = 300_000 }\n"
    )
    done = CliRunner().invoke(cli.app, ["explain", str(file), "--versus", "large", "--brief"])
    assert done.exit_code == 0, done.output
    assert "Agents with a story" in done.stderr
    assert "Household" in done.stdout
    assert "'today'" in done.stdout
    wrong = CliRunner().invoke(cli.app, ["explain", str(file), "--household", "3"])
    assert wrong.exit_code == 2
    assert "no household 3" in wrong.stderr
