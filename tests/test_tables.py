"""Every table of every command fits screens of 60, 80 and 120 columns in three languages, and no digit is lost."""

from __future__ import annotations

import re
from collections import Counter
from types import SimpleNamespace

import pandas
import pytest
from survey_files import MAP, REGISTER_MAP, survey_rows, written
from test_budget import made as made_budget
from test_evasion import findings
from test_inverse import imagined as imagined
from test_quota_tables import made as made_quota
from test_register import register_rows
from test_validation import ROWS
from typer.testing import CliRunner

from calibration.stocks import Figure, Stationary
from experiments import budget, cli, evasion, layout, reading, screen, sections, sensitivity, summary
from experiments.commands import abroad, comparing, forecasting, learning, looking, validating
from experiments.language import NAMES
from experiments.layout import Sheet
from sim.validation import Found

WIDTHS = (60, 80, 120)
NUMBER = re.compile(r"[+\N{MINUS SIGN}]?\d+(?:[.,\N{NO-BREAK SPACE}]\d+)*")
LAWS = ["KG_2025", "FR", "DE", "AT", "JP", "ES"]
SPOKEN = {  # commands that know --language
    "compare": ["report", "anywhere", "--read-only"],
    "compare --all": ["report", "anywhere", "--read-only", "--all"],
    "compare laws": ["report", "laws", "--read-only"],
    "compare laws --all": ["report", "laws", "--read-only", "--all"],
    "budget": ["budget"],
    "redteam": ["redteam", "KG_2025", "--levy", "0.25"],
    "design": ["design", "--at-least", "9000", "--free", "quota.levy=0..1", "--free", "services.coaches=0..200",
               "--evaluations", "8"],
    "household": ["household", "--adult", "35:woman:works:pay=25000", "--adult", "40:man:group=2", "--child", "4",
                  "--law", "social_contract.grant=200000"],
    "employer": ["employer", "--staff", "120", "--has", "3=2", "--law", "FR", "--law", "DE"],
    "quota list": ["quota", "list"],
    "quota seats": ["quota", "seats", *LAWS, "--staff", "1..300"],
    "quota seats of one": ["quota", "seats", "KG_2025", "--staff", "1..300"],
    "quota diff": ["quota", "diff", "DE", "AT"],
    "quota levy": ["quota", "levy", "DE"],
    "quota bill": ["quota", "bill", "FR", "--staff", "298", "--counted", "13.5", "--purchases", "50000"],
    "quota abroad": ["quota", "abroad"],
    "survey check": ["survey", "check", "survey.csv", "--map", "survey.toml"],
    "register": ["register", "register.csv", "--map", "register.toml"],
    "run": ["run", "--all"], "drivers": ["drivers", "anywhere"],
}  # fmt: skip
ENGLISH = {
    "population": ["population"], "population --all": ["population", "--all"],
    "validate": ["validate", "--all"], "worth": ["worth", "anywhere"],
}  # fmt: skip


def checks() -> pandas.DataFrame:
    """Return invented gaps of a country to its statistics."""
    names = ("table", "cell", "published", "simulated", "error", "role", "confidence")
    rows = [("population_by_oblast_and_age", f"Issyk-Kul, {k} to {k + 4}", 123456.0 + k, 124455.5, 999.5, role, "A")
            for k in range(0, 20, 5) for role in ("fitted", "withheld")]  # fmt: skip
    return pandas.DataFrame(rows, columns=names)


def one_run() -> pandas.DataFrame:
    """Return invented records of one run of the demonstration."""
    values = {"net_jobs": 14_990.0, "programme_cost": 6_365_123_456.0, "contracts": 53_210.0}
    found = [(design, outcome, month, value) for design in ("today", "grant_200", "taper", "levy")
             for outcome, value in values.items() for month in (-1, 59, 71)]  # fmt: skip
    return pandas.DataFrame(
        [(design, outcome, "all", month, value) for design, outcome, month, value in found],
        columns=["design", "outcome", "group", "month", "value"],
    )


def ranked() -> pandas.DataFrame:
    rows = [(f"feedback.steal_agriculture_{k}", 0.2345 / (k + 1), 0.0123, 0.05) for k in range(6)]
    return pandas.DataFrame(rows, columns=["parameter", "index", "error", "of_chance"]).assign(
        method="rank correlation, squared", runs=100, left_out=0
    )


@pytest.fixture
def invented(monkeypatch, imagined, tmp_path):
    """Let every command tell of invented runs, and give back the list of all that it puts on the screen."""
    monkeypatch.chdir(tmp_path)
    written(tmp_path, survey_rows(), MAP, "survey")
    written(tmp_path, register_rows(), REGISTER_MAP, "register")
    monkeypatch.setattr(budget, "run", lambda scenario, **options: made_budget(0.05))
    monkeypatch.setattr(evasion, "run", lambda *args, **options: findings({}))
    monkeypatch.setattr(
        summary, "read", lambda folder: made_quota() if str(folder) == "laws" else reading.told().summary
    )
    published = (Figure(0.0461, "", "", "A"), None, Figure(0.67, "", "", "A"))
    stock = (37, 0.0123, 0.0476, 0.318, 0.851, published)
    monkeypatch.setattr(abroad, "stationary", lambda name, behaviour: Stationary(name, *stock))
    built = SimpleNamespace(households=SimpleNamespace(identifier=range(70_000)), digest="0123456789abcdef",
                            persons=SimpleNamespace(identifier=range(9_000)),
                            employers=SimpleNamespace(identifier=range(4_000)))  # fmt: skip
    monkeypatch.setattr(looking, "load", lambda country, scale: built)
    monkeypatch.setattr(looking, "validation", lambda found: checks())
    monkeypatch.setattr(looking, "household_sizes", lambda found: {2022: 4.17, 2023: 4.2, 2026: 4.3})
    monkeypatch.setattr(comparing.single, "records", lambda scenario: one_run())
    monkeypatch.setattr(validating, "checked", lambda *args, **more: [
        Found(one, (one.published or 1.0) * 1.4) for one in ROWS[:40]])  # fmt: skip
    monkeypatch.setattr(sensitivity, "drivers", lambda *args: ranked())
    value = SimpleNamespace(value=1234.5, error=67.8)
    monkeypatch.setattr(learning.reckoned, "learning", lambda *args: SimpleNamespace(
        designs=("today", "levy"), best_in=(0.3, 0.7), draws=100, best="levy", everything=value, of_chance=12.0,
        ranked=[("working.relocated", value), ("starting.rate", value)]))  # fmt: skip
    shown: list[str | sections.Section] = []
    put = screen.Screen.print

    def kept(self, *parts):
        shown.extend([] if self.stderr else parts)
        put(self, *parts)

    monkeypatch.setattr(screen.Screen, "print", kept)
    return shown


def numbers(text: str) -> Counter[str]:
    return Counter(NUMBER.findall(text))


def fits(parts, width):
    """Say that parts fit a screen and that every number of every cell is on it, whole."""
    assert any(isinstance(part, sections.Section) and part.rows for part in parts)
    for part in parts:
        said = screen.text([part], width)
        for line in said.split("\n"):
            assert len(line) < width or len(line.split()) == 1, f"{len(line)} columns: {line}"
        if isinstance(part, str):
            assert numbers(said) == numbers(part)
            continue
        cells = sum((numbers(cell.text) for row in part.rows for cell in row.cells), Counter())
        names = sum((numbers(row.label) for row in part.rows), Counter())
        lost = (cells + names + numbers(part.title)) - numbers(said)
        assert not lost, f"{part.title}: {lost}"


@pytest.mark.parametrize("code", NAMES)
@pytest.mark.parametrize("name", SPOKEN)
def test_every_table_fits_every_screen_and_keeps_its_numbers(name, code, invented):
    done = CliRunner().invoke(cli.app, [*SPOKEN[name], "--language", code])
    assert done.exit_code == 0, done.output
    for width in WIDTHS:
        fits(invented, width)


@pytest.mark.parametrize("name", ENGLISH)
def test_every_table_of_a_command_in_english_fits_too(name, invented):
    done = CliRunner().invoke(cli.app, ENGLISH[name])
    assert done.exit_code in (0, 3), done.output
    for width in WIDTHS:
        fits(invented, width)


def test_the_table_of_the_forecast_fits():
    rows = [{"figure": "net_jobs_of_contracts", "unit": "jobs", "year": year, "middle": 12_345, "low": -1_234,
             "high": 23_456} for year in range(2024, 2031)]  # fmt: skip
    for width in WIDTHS:
        fits([forecasting.forecast_table(rows)], width)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("code", NAMES)
@pytest.mark.parametrize("command", ["outcomes", "parameters"])
def test_lists_to_search_fit_every_screen(command, code, width):
    for words in ((), ("levy",)):
        done = CliRunner().invoke(cli.app, [command, *words, "--language", code], env={"COLUMNS": str(width)})
        assert done.exit_code == 0, done.output
        assert [line for line in done.stdout.splitlines() if len(line) >= width and len(line.split()) > 1] == []


def test_a_pipe_has_the_width_that_columns_says_and_80_without(monkeypatch, invented):
    widths = {}
    for columns in (None, "60", "120"):
        done = CliRunner().invoke(cli.app, ["redteam"], env={"COLUMNS": columns})
        widths[columns] = max(map(len, done.stdout.splitlines()))
    assert 60 <= widths[None] < 80
    assert 50 <= widths["60"] < 60
    assert 80 <= widths["120"] < 120


@pytest.mark.parametrize("form", ["json", "csv", "md"])
@pytest.mark.parametrize("name", [*SPOKEN, *ENGLISH])
def test_every_command_with_a_table_gives_it_to_programs_too(name, form, invented):
    if name == "validate" and form != "md":
        pytest.skip("it has files of its own form, held by tests of their own")
    done = CliRunner().invoke(cli.app, [*{**SPOKEN, **ENGLISH}[name], "--format", form])
    assert done.exit_code in (0, 3), done.output
    assert done.stdout.startswith({"json": "{", "csv": "section,row,column,value\n", "md": ("#", "*", "|")}[form])
    for part in invented:
        for row in part.rows if isinstance(part, sections.Section) else ():
            named = row.label if form == "md" else row.key
            assert not row.cells or named.split("\n")[0].strip()[:20] in done.stdout.replace("\\", "")


def test_a_row_name_keeps_its_indent_when_it_is_broken():
    sheet = Sheet("", ["Spending", "  Grants of the social contract that were paid in the year"], ["2026", "2027"],
                  [["1", "2"], ["1,234,567", "−2"]])  # fmt: skip
    names = [line[:28].rstrip() for line in layout.lines(sheet, 50)[2:]]
    assert names[0].startswith("Spending")
    assert len(names) > 2
    assert all(name.startswith("  ") and not name.startswith("   ") for name in names[1:])


def test_a_table_that_does_not_fit_is_split_and_one_column_that_does_not_is_turned():
    wide = Sheet("", ["a"], [f"design-{k}" for k in range(12)], [[f"{k}00,000,000" for k in range(12)]])
    said = layout.lines(wide, 60)
    assert "" in said
    assert sum(numbers(" ".join(said)).values()) == 12 + 12
    turned = layout.lines(Sheet("", ["name"], ["h" * 30], [["9" * 56]]), 60)
    assert turned == ["name", "  " + "h" * 30 + ":", "  " + "9" * 56]
