"""Quota laws on the command line: schedules, comparisons, levies and their bases."""

from __future__ import annotations

import csv
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from experiments import cli, law_words, laws
from experiments.language import language
from sim.errors import InputError
from sim.policies import design as module
from sim.policies import levy_bases
from sim.policies.design import FORM, codes, load
from sim.policies.economy import economy
from sim.policies.law import regions
from sim.policies.quota import Quota, unit_charge

COUNTRY = "kyrgyzstan"
PRICES = economy(COUNTRY).terms(36, regions(COUNTRY))  # January 2025
WAGE = PRICES.average_wage


def call(*arguments: str) -> str:
    done = CliRunner().invoke(cli.app, ["quota", *arguments])
    assert done.exit_code == 0, done.output
    assert max(len(line) for line in done.output.splitlines()) <= 100
    return done.output


def rows(output: str) -> dict[str, list[str]]:
    """Return the first word of each line with the others."""
    return {words[0]: words[1:] for line in output.splitlines() if (words := line.split())}


def test_the_labour_code_of_2025_asks_for_the_published_seats():
    found = rows(call("seats", "KG_2025", "--staff", "24,25,49,50,74,75,99,100,130"))
    seats = {size: int(found[str(size)][0]) for size in (24, 25, 49, 50, 74, 75, 99, 100, 130)}
    assert list(seats.values()) == [0, 1, 1, 2, 2, 3, 3, 4, 5]


def test_a_long_range_is_shown_as_stretches_and_written_in_full(tmp_path):
    output = call("seats", "KG_2025", "--staff", "25..130", "--csv", str(tmp_path / "seats.csv"))
    assert re.search(r"75 to 99 +3 ", output)
    written = list(csv.DictReader((tmp_path / "seats.csv").open()))
    assert [int(row["staff"]) for row in written] == list(range(25, 131))
    assert all(float(row["seats"]) == int(row["staff"]) // 25 for row in written)


def test_every_design_on_file_is_listed():
    found = rows(call("list"))
    assert set(codes()) <= set(found)


def test_every_parameter_of_the_form_has_words():
    assert list(law_words.PARAMETERS) == [f"{block}.{name}" for block, names in FORM.items() for name in names]


@pytest.mark.parametrize("code", codes())
def test_every_parameter_of_a_design_is_shown_with_its_confidence_and_unknowns_as_unknown(code, tmp_path):
    output = call("diff", code, "KG_2025", "--csv", str(tmp_path / "both.csv"))
    design = load(code)
    said = {row["parameter"]: row for row in csv.DictReader((tmp_path / "both.csv").open()) if row["design"] == code}
    assert set(said) == set(design.figures)
    for key, figure in design.figures.items():
        assert said[key]["confidence"] == figure.confidence
        assert (figure.value == "unknown") == said[key]["in_words"].startswith("unknown"), key
    assert "Legal" not in output
    assert design.legal_basis.split(";")[0][:30] in " ".join(output.split())


def test_designs_that_are_the_same_have_nothing_to_show():
    tables = list(laws.comparison([load("FR"), load("FR")], differing=True))
    assert not tables
    assert len(list(laws.comparison([load("FR"), load("DE")], differing=True))) > 5


def test_a_design_of_ones_own_is_read_from_a_file(tmp_path):

    text = (module.FOLDER / "KG_2025.toml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text(text.replace("value = [[25, 50, 1]", "value = [[25, 50, 2]"), encoding="utf-8")
    assert rows(call("seats", str(mine), "--staff", "30"))["30"][0] == "2"
    with pytest.raises(InputError, match="there is no such file"):
        laws.design_of("nothing.toml")


@pytest.mark.parametrize("text", ["abc", "30..20", "1..9000", "", "5;6"])
def test_wrong_sizes_are_refused_in_one_sentence(text):
    with pytest.raises(InputError, match="staff is"):
        laws.sizes(text)


@pytest.mark.parametrize(
    ("code", "words"), [("FR", "hourly minimum wage"), ("HU", "minimum wage"), ("KR", "minimum wage")]
)
def test_a_formula_in_minimum_wages_is_said_to_collapse(code, words):
    lost = levy_bases.collapsed(load(code), PRICES, COUNTRY)
    assert lost.base == words
    assert max(lost.words) < 0.5 * max(lost.kept)
    sentence = law_words.collapse_sentence(lost, language("en"))
    assert f"units of the {words}." in sentence
    assert "collapse" in sentence
    assert "Warning" in call("levy", code)


@pytest.mark.parametrize("code", ["AT", "DE", "JP", "PL", "UA", "ES", "KG_2025"])
def test_other_formulas_do_not(code):
    assert levy_bases.collapsed(load(code), PRICES, COUNTRY) is None


def test_levies_have_the_published_scale_at_the_wage_of_2025():
    """Levy scale of the specification: share of the average wage of 44,400 som, 2025 (section 10)."""
    year = 12 * 44400.0
    assert pytest.approx(44400.0) == WAGE
    french = levy_bases.tiers(load("FR"), PRICES, COUNTRY)
    share = {round(tier.native / 11.88): tier.literal / year for tier in french}
    lower = 3280.0 / PRICES.minimum_wage  # the minimum wage of 2026 follows prices back to 2025
    assert share[400] * lower == pytest.approx(0.015, abs=6e-4)
    assert share[600] * lower == pytest.approx(0.022, abs=6e-4)
    assert share[1500] * lower == pytest.approx(0.055, abs=6e-4)
    hungarian = levy_bases.tiers(load("HU"), PRICES, COUNTRY)[0]
    assert hungarian.literal * lower / year == pytest.approx(0.055, abs=6e-4)
    known = [(10, "calculation index", 12, 0.023), (1, "subsistence minimum", 12, 0.196),
             (1, "working-age subsistence minimum", 12, 0.219), (0.4, "average wage", 12, 0.4)]  # fmt: skip
    for amount, base, times, expected in known:
        assert levy_bases.som_a_year(amount, base, times, PRICES, COUNTRY) / year == pytest.approx(expected, abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(amount=st.floats(0.01, 100.0), base=st.sampled_from(levy_bases.BASES))
def test_translating_there_and_back_gives_the_amount(amount, base):
    times = 1 if base == levy_bases.HOURLY else 12
    som = levy_bases.som_a_year(amount, base, times, PRICES, COUNTRY)
    assert levy_bases.translated(som, PRICES, COUNTRY)[base] == pytest.approx(amount)


def test_a_levy_keeps_its_share_of_the_average_wage_as_the_runs_apply_it():
    from types import SimpleNamespace

    behaviour = SimpleNamespace(
        inspecting=SimpleNamespace(fine=20000.0),
        complying=SimpleNamespace(cheapest_full_time=0.563, cheapest_half_time=0.338),
    )
    for code in ("FR", "AT", "HU", "PL"):
        applied = unit_charge(Quota.made({"design": code}, "test").terms(36, PRICES, behaviour))
        assert levy_bases.tiers(load(code), PRICES, COUNTRY)[0].som == pytest.approx(applied)


def test_an_unknown_base_is_named():
    done = CliRunner().invoke(cli.app, ["quota", "levy", "--amount", "1", "--base", "average-vage"])
    assert done.exit_code == 2
    assert "did you mean 'average wage'?" in done.stderr


def test_all_official_examples_are_in_the_table_of_tests():
    from pathlib import Path

    found = list(csv.DictReader((Path(__file__).parent / "data" / "quota_examples.csv").open(encoding="utf-8")))
    assert len(found) == 138
    named = {row["design"] for row in found}
    assert {code for code in codes() if code in named} >= {"KG_2008", "KG_2025", "FR", "ES", "DE", "AT", "HU", "PL",
                                                          "IT", "JP", "KR", "UA", "BR", "CL", "KZ"}  # fmt: skip
