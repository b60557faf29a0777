"""The command line: plain words, one-sentence errors, exit codes, files where it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import fake_simulator as fake
import pytest
from typer.testing import CliRunner

from experiments import cli, runner, study, summary
from sim.errors import InputError

CODEBOOK = {
    "net_jobs": SimpleNamespace(
        label="Net jobs", unit="jobs", definition="Jobs that would not exist.", rule="A5", source="", better="more"
    ),
    "programme_cost": SimpleNamespace(
        label="Programme cost", unit="som", definition="Grants and offices.", rule="Y9", source="", better="less"
    ),
    "cost_per_net_job": SimpleNamespace(
        label="Cost per net job", unit="som", definition="Ratio.", rule="Y10", source="", better="less"
    ),
}
ROOT = Path(__file__).parent.parent


@pytest.fixture
def faked(monkeypatch, tmp_path):
    """Replace the model by arithmetic; everything around it is real."""

    def prepare(plan):
        scenario = plan.scenario
        made = fake.study(designs=fake.DESIGNS, draws=scenario.draws, replications=scenario.replications)
        made.scenario.update(scenario.as_dict(), designs=made.scenario["designs"])
        return made

    mark = tmp_path / "ready"
    mark.touch()
    monkeypatch.setattr(runner, "compiled", lambda: mark)
    monkeypatch.setattr(study, "prepare", prepare)
    monkeypatch.setattr(summary, "codebook", lambda: (CODEBOOK, list(CODEBOOK)))
    monkeypatch.chdir(tmp_path)


def call(*arguments):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def compared(folder, *more):
    return call("compare", "--draws", 20, "--replications", 2, "--workers", 1, "--out", folder, *more)


def test_help_is_quick_and_needs_no_heavy_package():
    program = "import sys, experiments.cli as c\ntry: c.app(['--help'])\nexcept SystemExit: pass\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "compare" in done.stdout
    loaded = set(done.stdout.splitlines()[-1].split())
    assert not loaded & {"numpy", "numba", "pandas", "scipy", "matplotlib", "joblib", "mesa", "pydantic"}
    commands = {name for name in loaded if name.startswith("experiments.commands.")}
    assert commands <= {f"experiments.commands.{name}" for name in ("listed", "options", "usage")}


@pytest.mark.parametrize("command", ["compare", "run", "population", "prepare", "explain", "check", "report"])
def test_every_command_explains_itself(command):
    done = call(command, "--help")
    assert done.exit_code == 0
    assert len(done.output.splitlines()) > 5


def test_compare_prints_readable_tables_and_writes_the_files_it_names(faked, tmp_path):
    done = compared(tmp_path / "out")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert "Larger grant" in done.output
    assert re.search(r" +\d,\d{3} +\d,\d{3} +\d,\d{3}\n", done.output), "median and interval, with thousands separators"
    assert re.search(r" +\+\d+ +\+\d+ +\+\d+ +more in \d+ of 20\n", done.output), "verdicts in words and draws"
    assert "prior scenario" in done.output
    assert max(len(line) for line in lines if "/" not in line) < 80
    for name in ("report.html", "summary.json", "results.parquet", "manifest.json", "draws.parquet"):
        assert (tmp_path / "out" / name).stat().st_size > 0, name


def test_the_summary_is_strict_json_with_meaning_and_provenance(faked, tmp_path):
    compared(tmp_path / "out")
    content = json.loads((tmp_path / "out" / "summary.json").read_text(), parse_constant=lambda word: 1 / 0)
    assert content["outcomes"]["net_jobs"]["unit"] == "jobs"
    assert content["rule_of_comparison"]
    assert content["provenance"]["identity"]
    assert {row["design"] for row in content["paired_differences"]} == set(fake.DESIGNS[1:])


def test_the_same_command_again_computes_nothing_and_says_so(faked, tmp_path):
    first = compared(tmp_path / "out")
    again = compared(tmp_path / "out")
    assert "40 of 40 runs are already there" in again.output
    assert first.stdout == again.stdout


def state(folder):
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def test_the_headline_of_a_folder_is_shown_without_writing_into_it(faked, tmp_path):
    assert compared(tmp_path / "out").exit_code == 0
    before = state(tmp_path / "out")
    read = call("report", tmp_path / "out", "--read-only")
    assert read.exit_code == 0
    assert "Net jobs" in read.stdout
    assert "Written" not in read.stderr
    assert state(tmp_path / "out") == before
    refused = call("report", tmp_path / "out", "--read-only", "--families")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("--read-only writes nothing; leave out --families")


def test_the_report_can_be_written_anew(faked, tmp_path):
    compared(tmp_path / "out")
    before = (tmp_path / "out" / "report.html").read_text()
    (tmp_path / "out" / "report.html").unlink()
    assert call("report", tmp_path / "out").exit_code == 0
    assert (tmp_path / "out" / "report.html").read_text() == before


def test_what_people_open_in_a_folder_is_verified_too(faked, tmp_path):
    folder, names = tmp_path / "out", ("summary.json", "report.html", "report.ru.html", "codebook.csv")
    assert compared(folder).exit_code == 0
    assert call("report", folder, "--language", "ru").exit_code == 0
    sound = call("verify", folder)
    assert sound.exit_code == 0, sound.output
    assert "Summary and reports, made anew from the runs" in sound.stdout
    for name in names:
        (folder / name).write_text((folder / name).read_text(encoding="utf-8").replace("1", "2", 1), encoding="utf-8")
    found = call("verify", folder)
    assert found.exit_code == 1
    said = " ".join(found.stdout.split()).partition(": not what the runs give today")[0]
    assert [name for name in names if name not in said] == []


def test_all_tables_hold_every_outcome_of_the_study(faked, tmp_path, monkeypatch):
    monkeypatch.setattr(summary, "codebook", lambda: (CODEBOOK, ["net_jobs"]))
    assert compared(tmp_path / "out").exit_code == 0
    said = call("report", tmp_path / "out", "--read-only", "--all").stdout
    assert all(said.count(label) >= 2 for label in ("Net jobs", "Programme cost", "Cost per net job"))


def test_errors_are_one_sentence_with_an_exit_code_and_no_traceback(faked, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").touch()
    cases = {
        ("check", "missing.toml"): (2, "missing.toml: there is no such scenario file"),
        ("compare", "dmo.toml"): (2, "there is no such scenario file"),
        ("compare", "todya", "none"): (2, "neither a scenario file, nor a design, nor a quota law"),
        ("report", "other"): (1, "is not a results folder"),
        ("compare", "--out", "other"): (1, "not empty and not a results folder"),
    }
    for arguments, (code, words) in cases.items():
        done = call(*arguments)
        assert done.exit_code == code, (arguments, done.output)
        assert words in done.stderr.replace("\n", " ")
        assert "Traceback" not in done.output
        assert isinstance(done.exception, SystemExit)


def test_an_error_of_the_user_inside_the_run_stops_with_its_sentence(faked, tmp_path, monkeypatch):
    def wrong(plan):
        raise InputError("grant is -1; it must be 0 or more")

    monkeypatch.setattr(study, "prepare", wrong)
    done = compared(tmp_path / "out")
    assert (done.exit_code, done.stderr.strip().splitlines()[-1]) == (2, "grant is -1; it must be 0 or more")
    assert not (tmp_path / "out").exists()


def test_a_valid_scenario_is_described_without_running(tmp_path):
    done = call("check", ROOT / "experiments" / "scenarios" / "demo.toml")
    assert done.exit_code == 0, done.output
    assert "is valid" in done.output
