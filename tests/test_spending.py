"""Spending of 2022 and 2023 by line stands beside what was published, within ten per cent or with the reason."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments import sections, spending
from experiments.cli import app
from experiments.language import language
from sim.agents.persons.supporting import Right
from sim.behaviour import Behaviour
from sim.errors import CountryError
from sim.outcomes import spending as record
from sim.outcomes.budget import lines
from sim.outcomes.jobs import series
from sim.population import load
from sim.population.country import folder_of
from sim.scenario import Scenario
from sim.schedule import advance
from sim.twins import begun

PAGE = Path(__file__).parents[1] / "docs" / "budget.md"
SCALE = 100  # that of the page
HELD = {"fit", "withheld"}


@pytest.fixture(scope="module")
def world():
    asked = {"country": "kyrgyzstan", "scale": SCALE, "start": "2024-01", "horizon": "2026-12"}
    never, before = begun(load("kyrgyzstan", SCALE), Scenario.of(asked), Behaviour.central(), 1)
    advance(never, 23)
    return advance(before, 23)


@pytest.fixture(scope="module")
def found(world):
    return record.compare(world)


def test_each_line_is_within_ten_per_cent_or_has_its_reason(found):
    judged = [one for one in found if one.published.use in HELD]
    assert {one.published.name for one in judged if one.inside} == {"pensions", "grants"}
    for one in judged:
        assert one.inside or one.published.name in spending.REASONS
    outside = {one.published.name for one in judged if not one.inside}
    assert outside == set(spending.REASONS), "no reason for what is met"


def test_reasons_say_what_the_state_holds(world):
    books, months = lines(world, world), np.array(world.records.months)
    year = (months >= 12) & (months < 24)
    children, families = series("benefit_children")(world), series("benefit_families")(world)
    said = spending.REASONS["child_benefit"]
    each = books["child_benefit"][year].sum() / children[year].sum()
    assert re.findall(r"1,\d{3}", said)[0] == f"{each:,.0f}"
    assert f"{children[months == 0][0] / families[months == 0][0]:.1f} children" in said
    persons = world.labour.frame.persons
    social = np.isin(world.labour.frame.rights, (Right.CHILDHOOD, Right.GENERAL))
    assert 60e3 < world.labour.frame.weight * int(social[persons.certified_from < 24].sum()) < 100e3


def test_the_page_shows_what_the_command_prints(found):
    told = sections.as_markdown([spending.section(found, language("en"))]).split("\n", 2)[2].strip()
    stands = re.search(r"<!-- spending -->\n(.*?)\n<!-- end -->", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert stands is not None
    assert stands[1].strip() == told, "paste what `kelishim budget --published --format md` prints"


@pytest.mark.parametrize(("name", "value", "arithmetic"), [
    ("child_benefit 2022", 4698.4, (339_100 / (1 - 0.057) + 339_100) / 2 * (875 * 5 + 875 * 1200 / 810 * 7) / 1e6),
    ("child_benefit 2023", 5088.7, (339_100 + 284_794) / 2 * 1359.4 * 12 / 1e6),
    ("social_benefit 2023", 8380.3, 14_072 - 5088.7 - 603.0),
    ("pensions 2022", 56_534.0, (689_000 + (765_600 - 689_000) * 21 / 36) * (9 * 6000 + 3 * 7685) / 1e6),
    ("pensions 2023", 74_572.5, 765_600 * (9 * 7685 + 3 * 9413) / 1e6),
    ("assistants 2022", 611.2, 2 * 305.6),
    ("birth_grant 2022", 601.1, 150_267 * 4000 / 1e6),
    ("birth_grant 2023", 603.0, 150_759 * 4000 / 1e6),
])  # fmt: skip
def test_derived_figures_are_what_their_source_says(name, value, arithmetic):
    known = {f"{one.name} {one.year}": one for one in record.read(folder_of("kyrgyzstan"))}
    assert known[name].confidence == "derived"
    assert known[name].value == value
    assert value == pytest.approx(arithmetic, abs=0.06)


def test_every_derived_figure_is_checked_and_every_row_has_a_name():
    rows = record.read(folder_of("kyrgyzstan"))
    assert sum(one.confidence == "derived" for one in rows) == 8
    assert {one.name for one in rows} == set(spending.NAMES)


@pytest.mark.parametrize(("old", "new", "sentence"), [
    ("child_benefit,2022,4698", "child_benfit,2022,4698",
     "spending.csv, line 3: lines has 'child_benfit'; did you mean 'child_benefit'?"),
    ("derived,withheld", "derived,held",
     "spending.csv, line 3: use is 'held'; it must be one of fit, withheld, context"),
    (",2022,3000,", ",2031,3000,", "spending.csv, line 2: year is 2031; it must be between 2022 and 2023"),
    (",2022,3000,", ",2022,much,", "spending.csv, line 2: published is 'much'; it must be a number"),
])  # fmt: skip
def test_a_mistake_in_the_file_gets_one_sentence(old, new, sentence, tmp_path):
    shutil.copytree(folder_of("kyrgyzstan"), tmp_path / "kyrgyzstan")
    path = tmp_path / "kyrgyzstan" / record.FILE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CountryError) as caught:
        record.read(tmp_path / "kyrgyzstan")
    assert str(caught.value) == sentence


@pytest.mark.parametrize("code", ["en", "ru", "ky"])
def test_a_small_sample_says_that_luck_moves_a_line(found, code):
    grants = next(one for one in found if one.published.name == "grants")
    lucky = grants._replace(model=grants.published.value / 2)
    notes = spending.section([lucky], language(code)).notes
    assert len(notes) == 2
    assert notes[0].startswith(language(code).text(spending.NAMES["grants"]))


@pytest.mark.parametrize("more", [["--chart", "x.svg"], ["demo"], ["--csv", "x.csv"], ["--design", "today"]])
def test_the_record_has_no_designs(more):
    done = CliRunner().invoke(app, ["budget", "--published", *more])
    assert done.exit_code == 2
    assert "--published looks at the record and at no design; leave " in done.output
