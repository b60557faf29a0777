"""What newcomers stumbled over: luck called luck, money with its months and prices, one sentence for a wrong number."""

from __future__ import annotations

import re
from types import SimpleNamespace

import fake_simulator as fake
import pytest
import typer
from test_cli import call, compared, faked  # noqa: F401 a fixture
from typer.testing import CliRunner

from experiments import blocks, cli, evasion, evasion_words, luck, quota_tables, store
from experiments.commands import usage
from experiments.commands.shared import described
from experiments.headline import shown
from experiments.language import NAMES, language
from experiments.screen import text
from experiments.summary import summarise
from experiments.telling import Telling
from sim.outcomes import CODEBOOK, HEADLINES
from sim.scenario import Scenario


def a_study(tmp_path, *, noisy, seeds=2):
    """Return the summary of a study of two designs in which one outcome is luck alone, or no luck at all."""
    import numpy as np
    import pandas

    rng = np.random.default_rng(1)
    rows = []
    for draw in range(20):
        for seed in range(seeds):
            for design in ("today", "levy"):
                lucky = 600.0 * rng.standard_normal() if noisy else 40.0 * draw
                values = {"net_jobs": 9000.0 + 50.0 * draw, "jobs_disability": 400.0 + lucky, "net_fiscal_cost": 6.2e9}
                rows += [{"draw": draw, "replication": seed, "design": design, "outcome": name, "group": "all",
                          "month": -1, "value": value, "status": store.OK, "error": ""}
                         for name, value in values.items()]  # fmt: skip
    scenario = {"scale": 500, "start": "2026-01", "horizon": "2029-12", "country": "kyrgyzstan",
                "designs": {"today": {}, "levy": {}}}  # fmt: skip
    manifest = {"scenario": scenario, "asked": {"draws": 20, "replications": seeds, "runs": 20 * seeds}, "failed": 0,
                "interval": "", "study": {"outcomes": ["jobs_disability", "net_fiscal_cost"]}}  # fmt: skip
    return summarise(pandas.DataFrame(rows), manifest, CODEBOOK, HEADLINES)


def screen(summary, code="en"):
    """Return what the screen shows, on one line."""
    return re.sub(r"\s+", " ", text(shown(summary, language(code)), 80))


def test_a_figure_that_is_luck_of_few_people_is_called_so(tmp_path):
    lucky, sure = (luck.sentences(found, found.primary, found.designs, language("en"))
                   for found in (a_study(tmp_path, noisy=True), a_study(tmp_path, noisy=False)))  # fmt: skip
    assert len(lucky) == 1
    assert "Net jobs of persons with disabilities" in lucky[0]
    assert "one simulated family stands for 500" in lucky[0]
    assert sure == []
    found = a_study(tmp_path, noisy=True)
    rows = found.levels[found.levels["outcome"] == "jobs_disability"]
    assert [luck.of_level(row) for _, row in rows.iterrows()] == [luck.ZERO] * 2
    assert lucky[0] in screen(found)


def test_with_one_seed_nobody_claims_to_know_the_luck(tmp_path):
    found = a_study(tmp_path, noisy=True, seeds=1)
    assert [luck.of_level(row) for _, row in found.levels.iterrows()] == [""] * len(found.levels)
    assert "with one seed nobody can tell" in screen(found)


@pytest.mark.parametrize("code", NAMES)
def test_money_has_its_prices_and_months_in_its_row(tmp_path, code):
    found = a_study(tmp_path, noisy=False)
    told = Telling(found, language(code))
    said = told.unit("net_fiscal_cost", told.scale("net_fiscal_cost"))
    assert re.findall(r"\d{4}", said)[:1] == ["2023"]
    assert {"2026", "2029"} <= set(re.findall(r"\d{4}", said))
    assert told.priced("net_jobs") == ""
    assert "2026" not in told.priced("levy_due")
    assert told.priced("net_fiscal_cost") in blocks.costs(told).reading
    assert {"2023", "2026", "2029"} <= set(re.findall(r"\d{4}", screen(found, code)))
    assert told.priced("treasury_cost") in next(iter(quota_tables.sentences(found, language(code))))


MARKS = {
    "en": "; write decimals with a point, 0.25, and thousands without a mark",
    "ru": "; дробная часть отделяется точкой, 0.25, разряды не отделяются",
}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("redteam", "--levy", -1), "--levy is '-1'; it must be a number from 0 to 10"),
        (("redteam", "--levy=-1", "--language", "ru"), "--levy: дано «-1», нужно число от 0 до 10"),
        (("compare", "--draws", "many", "--language", "ky"),
         "--draws: «many» берилди, 1 менен 10\u00a0000 ортосундагы бүтүн сан керек"),
        (("compare", "--scale", "1e9"), "--scale is '1e9'; it must be a whole number from 1 to 1,000"),
        (("compare", "--minutes", -3), "--minutes is '-3'; it must be a number from 0 on"),
        (("design", "--at-least", -5), "--at-least is '-5'; it must be a number from 0 on"),
        (("redteam", "--levy", "0,25"), f"--levy is '0,25'; it must be a number from 0 to 10{MARKS['en']}"),
        (("explain", "--happened", "fired"),
         "--happened is 'fired'; it must be one of: quota, hired, lost, own, farm, retired, school"),
        (("validate", "--format=xml"), "--format is 'xml'; it must be one of: text, json, csv, md"),
        (("redteam", "--levy=0,25", "--language", "ru"), f"--levy: дано «0,25», нужно число от 0 до 10{MARKS['ru']}"),
    ],
)  # fmt: skip
def test_a_wrong_number_or_word_gets_one_sentence_in_the_language_asked_for(arguments, says):
    done = call(*arguments)
    assert (done.exit_code, done.stderr.strip()) == (2, says)
    assert isinstance(done.exception, SystemExit)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("grant",), "has no command 'grant'; known: backfires, budget, "),
        (("comprae",), "has no command 'comprae'; did you mean 'compare'?"),
        (("quota", "bil"), "has no command 'bil'; did you mean 'bill'?"),
    ],
)
def test_a_command_that_does_not_exist_gets_one_sentence(arguments, says):
    done = call(*arguments)
    assert done.exit_code == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def amounts(command=None, path=()):
    """Yield the words of every command that has an option for an amount, and the option."""
    command = command or typer.main.get_command(cli.app)
    if hasattr(command, "list_commands"):
        for name in command.list_commands(None):
            yield from amounts(command.get_command(None, name), (*path, name))
    for option in command.params:
        wanted = option.param_type_name == "option" and path
        number = usage._number(*usage._wanted(command, option.name)) if wanted else None
        if number is not None and not number[0]:
            yield path, max(option.opts, key=len), [one for one in command.params if one.param_type_name == "argument"]


@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e999"])
def test_an_infinite_amount_and_one_that_is_no_number_are_refused_by_every_command(value):
    found = list(amounts())
    assert {"levy", "design", "compare", "redteam", "backfires"} <= {path[-1] for path, _, _ in found}
    for path, option, arguments in found:
        needed = ["anything" for argument in arguments if argument.required]
        done = call(*path, *needed, f"{option}={value}")
        assert done.exit_code == 2
        assert done.stderr.startswith(f"{option} is '{value}'; it must be a number")
        assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("content", ["", 'name = "empty"\ndraws = 20\n'])
def test_a_file_without_designs_compares_nothing_and_writes_nothing(faked, tmp_path, content):  # noqa: F811
    (tmp_path / "empty.toml").write_text(content)
    done = call("compare", "empty.toml", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert done.stderr.startswith("empty.toml: it names no design, so there is nothing to compare;")
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_what_is_kept_is_said_only_once_something_runs(faked, tmp_path):  # noqa: F811
    refused = call("compare", "--backend", "abacus", "--out", tmp_path / "out")
    assert refused.exit_code == 2
    assert "is kept in" not in refused.output
    assert "is kept in" in compared(tmp_path / "out").stderr


def test_a_large_whole_number_with_an_exponent_is_told_what_is_wrong_with_it(tmp_path):
    (tmp_path / "big.toml").write_text("scale = 1e9\n[designs.today]\n")
    done = call("compare", tmp_path / "big.toml")
    assert "without a point or an exponent" in done.stderr


@pytest.mark.parametrize(("code", "one"), [("en", "1 design ("), ("ru", "1 вариант ("), ("ky", "1 вариант (")])
def test_one_design_is_one_design(code, one):
    scenario = Scenario.of({"designs": {"today": {}}, "draws": 1, "replications": 1})
    said = described(scenario, language(code))
    assert said.startswith(one)
    assert "1 наборов" not in said
    assert "1 parameter draws" not in said


def test_all_tables_speak_the_language_asked_for(faked, tmp_path):  # noqa: F811
    said = compared(tmp_path / "out", "--all", "--language", "ru").stdout
    assert {"Что даёт каждый вариант", "Какой вариант лучший"} <= set(re.findall(r"Что даёт каждый вариант|Какой "
                                                                                 r"вариант лучший", said))  # fmt: skip
    labels = ("Net jobs", "Programme cost", "programme cost", "Cost per net job")  # no language knows them
    own = " ".join([*fake.DESIGNS, *labels, "--scale", "--replications"])
    assert set(re.findall(r"[A-Za-z]{4,}", said)) <= set(re.findall(r"[A-Za-z]{4,}", own))


@pytest.mark.parametrize("code", NAMES)
def test_what_a_red_team_rests_on_fits_the_screen_with_the_numbers_of_its_sources(code):
    say = language(code)
    found = SimpleNamespace(gaps=evasion.GAPS, levy_som=1.0, sets=())
    said = text([evasion_words.assumptions(found, "kyrgyzstan", say)], 80)
    assert say.text("source") in said
    number = sum(len(evasion_words.ASSUMPTIONS.get(gap.name, ())) for gap in evasion.GAPS) + len(evasion_words.WISH)
    assert str(number) in {line.split()[-1] for line in said.splitlines() if line.split()}
    assert "log odds" not in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("quota", "seats", "FRA", "--language", "ru"), "закона о квоте «FRA» нет в списке; возможно, «FR»?"),
        (("compare", "grant_sise", "--language", "ru"), "«grant_sise» — не файл сценария, не вариант и не закон о "),
        (("compare", "nothing.toml", "--language", "ky"), "nothing.toml: мындай файл жок; "),
        (("design", "--outcome", "net_jbs", "--language", "ru"), "outcome: дано «net_jbs»; возможно, «net_jobs»?"),
        (("compare", "FR", "FR", "--language", "ru"), "Ошибка, описана по-английски: FR, FR: two of these"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_the_language_asked_for_or_says_that_it_is_in_english(arguments, says):
    done = call(*arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith(says)


def test_a_long_mistake_is_wrapped_where_the_width_is_known_and_one_line_in_a_pipe():
    asked = ["quota", "seats", "XX"]
    pipe = CliRunner().invoke(cli.app, asked)
    assert len(pipe.stderr.strip().splitlines()) == 1
    narrow = CliRunner().invoke(cli.app, asked, env={"COLUMNS": "60"})
    assert max(map(len, narrow.stderr.splitlines())) < 60
    assert " ".join(narrow.stderr.split()) == " ".join(pipe.stderr.split())
