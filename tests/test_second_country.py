"""Every command on the second country, from its folder: each works or says in one sentence why not, in its words."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from calibration import bank, posterior, targets
from calibration.pipeline import QUICK, Calibration
from experiments import kit
from experiments.commands.calibrating import can_be_fitted
from experiments.commands.listed import COMMANDS, Group
from sim.countries import country_folder
from sim.errors import InputError
from sim.toml import toml_text

ROOT = Path(__file__).parents[1]
# Words of the other country. Its laws keep their names, and its language its own.
FOREIGN = re.compile(
    r"\b(soms?|an province|oblasts?|Kyrgyz\w*|Bishkek|Naryn|Osh|Jalal-Abad|Issyk-Kul|Chuy|Talas|Batken|Labour Code|"
    r"сома?|сомов|облус\w*|област\w*|Кыргыз\w*)\b"
)
PROPER = re.compile(
    r"(or|and) Kyrgyz\b|^KG_20\d\d .*$|for kyrgyzstan|beside kyrgyzstan|^Region +oblast .*$|'naryn'", re.MULTILINE
)
INVENTED = "Invented for Velnia, a country that does not exist"
TINY = {
    "country": "velnia", "name": "tiny", "scale": 1000, "labour_scale": 1000, "start": "2026-01", "horizon": "2026-12",
    "draws": 1, "study": {"outcomes": ["net_jobs", "programme_cost", "poverty_exits"]},
    "designs": {"today": {"label": "Today"},
                "contracts": {"label": "Contracts", "social_contract": {"slots": 1500, "grant": 9000}}},
}  # fmt: skip
SENTENCE = {  # what cannot be, and what is said of it
    "outlook": "country is 'velnia': it has no posterior yet",
    "trials": "published trials and laws abroad are set beside kyrgyzstan alone",
    "transfer": "published trials and laws abroad are set beside kyrgyzstan alone",
    "verify posterior": "there is no posterior for velnia",
    "drivers out": "sensitivity needs at least 60",
    "backfires out": "sensitivity needs at least 60",
    "worth out": "at least 40 are needed",
    "design": "the usual --within and --free are amounts of another money",
    "check naryn": "scenario 'naryn' is written for kyrgyzstan, with amounts of its money; velnia has demo, envelope",
    "compare envelope contracts": "is a whole scenario, so it stands alone",
    "register nothing.csv --map nothing.toml": "nothing.toml: there is no such map",
}
WORKS = {  # what works, and what stands in it
    "compare tiny.toml --out out --workers 1": "Contracts, compared with 'Today'",
    "report out --language ru": "out/report.ru.html",
    "verify out": "out is what was computed",
    "run tiny.toml --all": "Balance for society, a tal of the poor",
    "population --scale 1000": "Highvale",
    "prepare tiny.toml": "The model is compiled",
    "explain tiny.toml": "Design 'today'",
    "check demo": "4 designs",
    "check envelope": "4 designs",
    "outcomes cost_per_net_job": "tal per job",
    "parameters oblast_wage": "Average wage of a province",
    "household --adult 35:woman:works:pay=1500 --child 4": "tal a month",
    "household --adult 63:woman --language ky": "тал",
    "employer --staff 60": "tal",
    "budget --published --scale 1000": "million tal",
    "budget tiny.toml --draws 1 --workers 1": "million tal",
    "redteam VL_2018 --draws 1 --scale 1000 --horizon 2026-12 --workers 1": "million tal",
    "design --scenario tiny.toml --draws 5 --evaluations 6 --scale 1000 --within 2e7 --free quota.levy=0..1 "
    "--at-least 1 --workers 1": "tal",
    "validate --scale 1000": "withheld figures lie within their tolerance",
    "quota list": "VL_2018",
    "quota seats VL_2018": "Velnia, Work for All Act of 2018",
    "quota bill VL_2018 --staff 60": "660 tal",
    "quota diff VL_2018 AT": "Velnia, Work for All Act of 2018",
    "quota levy VL_2018": "calculation indices",
    "survey example try": "The examples are in try",
    "survey check try/survey.csv --map try/survey.toml": "Mean pay of employees, tal a month",
    "survey weigh try/survey.csv --map try/survey.toml": "Every target is met",
    "country check velnia": "The country can be used",
    "--help": "a simulated Velnia",
    "calibrate --help": "Fit the model to published figures",
    "design --help": "tal of 2023",
    "quota --help": "in tal and in every base",
}
RUNS = """
import json, sys
from typer.testing import CliRunner
from experiments import cli
found = {}
for asked in json.loads(sys.argv[1]):
    done = CliRunner().invoke(cli.app, asked.split(), prog_name="kelishim")
    wrong = "" if done.exception is None or isinstance(done.exception, SystemExit) else repr(done.exception)
    found[asked] = [done.exit_code, done.stdout, done.stderr, wrong]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What every command answers, all of them in one process that speaks of Velnia."""
    folder = tmp_path_factory.mktemp("velnia")
    (folder / "tiny.toml").write_text(toml_text(TINY), encoding="utf-8")
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "KELISHIM_COUNTRY": "velnia", "COLUMNS": "160"}
    command = [sys.executable, "-c", RUNS, json.dumps([*WORKS, *SENTENCE])]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings, cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), folder


def test_every_command_of_the_program_is_among_those_that_are_tried():
    tried = {tuple(asked.split()[:2]) for asked in (*WORKS, *SENTENCE)}
    every = {(name, one) for name, found in COMMANDS.items() if isinstance(found, Group) for one in found.commands}
    served = {"serve"}  # tests of the page open it
    alone = {name for name, found in COMMANDS.items() if not isinstance(found, Group)} - served
    assert alone <= {first for first, *_ in tried}
    elsewhere = {("country", "new"), ("survey", "map"), ("quota", "abroad")}  # nothing in them speaks of the country
    assert every - elsewhere <= tried


@pytest.mark.parametrize("asked", WORKS)
def test_each_command_works_and_speaks_of_the_country(answers, asked):
    code, out, err, wrong = answers[0][asked]
    assert (code, wrong) == (0, ""), out + err
    assert WORKS[asked] in " ".join((out + err).split())
    found = FOREIGN.search(PROPER.sub("", out + err))
    assert found is None, out[max(0, found.start() - 80) : found.end() + 80]


@pytest.mark.parametrize("asked", SENTENCE)
def test_each_command_that_cannot_work_says_why_in_one_sentence(answers, asked):
    code, out, err, wrong = answers[0][asked]
    assert code in (1, 2)
    assert wrong == ""
    assert out == ""
    said = " ".join(err.split())
    assert SENTENCE[asked] in said
    assert FOREIGN.search(PROPER.sub("", said)) is None


def test_the_model_can_be_fitted_to_the_country_from_its_folder_alone(tmp_path):
    """No fit is run: its figures, and the first runs that it would make, are planned."""
    can_be_fitted("velnia")
    rows = targets.read("velnia")
    assert all(row.note and row.source == INVENTED and row.confidence == "C" for row in rows)
    of = Calibration("velnia", 1, QUICK, tmp_path, {"code": "x"})
    assert [f.target for f in of.figures] == [row.name for row in rows if row.fitted]
    assert {"UB02", "PD12", "QP04", "MB01"} <= {f.target for f in of.figures}
    assert all(f.discrepancy > 0.0 and f.width > 0.0 for f in of.figures)
    points = QUICK.bank_points(len(of.names), of.seed)
    plan = bank.Plan("bank", points, of.seed, QUICK.scale, of.country, of.identity)
    kyrgyz = bank.Plan("bank", points, of.seed, QUICK.scale, "kyrgyzstan", of.identity)
    assert plan.digest != kyrgyz.digest, "a folder never mixes the runs of two countries"
    assert posterior.files("velnia", tmp_path) == (tmp_path / "velnia.npz", tmp_path / "velnia.json")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("UB02,", "UB99,", "its targets.csv fits 'UB99', a figure that the model does not have"),
        (",fit,", ",check,", "its targets.csv has no row with the use fit"),
        ("UB02,", "SC04,", "its targets.csv has SC04, a figure of families with contracts, and it had none in 2022"),
    ],
)
def test_a_country_that_cannot_be_fitted_is_told_why_in_one_sentence(tmp_path, old, new, says):
    folder = tmp_path / "oldland"
    shutil.copytree(country_folder("velnia"), folder)
    text = (folder / "targets.csv").read_text(encoding="utf-8")
    assert old in text
    (folder / "targets.csv").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(says)):
        can_be_fitted(str(folder))
    with pytest.raises(InputError, match=r"it has no targets\.csv"):
        can_be_fitted(kit.new("bare", "velnia", tmp_path)[0].as_posix())


def test_reports_in_two_languages_speak_of_the_country(answers):
    folder = answers[1] / "out"
    for name in ("report.html", "report.ru.html"):
        page = re.sub(r"<(style|script|svg).*?</\1>", "", (folder / name).read_text("utf-8"), flags=re.S)
        page = re.sub(r"<[^>]*>", "", page)
        found = FOREIGN.search(page)
        assert found is None, page[max(0, found.start() - 80) : found.end() + 80]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["scenario"]["country"], manifest["status"]) == ("velnia", "prior scenario")


def test_a_law_keeps_its_name_in_a_country_with_words_of_its_own(answers):
    assert "Kyrgyzstan, Labour Code of 2025" in answers[0]["quota list"][1]
