"""The runner: the same bits for any workers and blocks; nothing lost, nothing silently dropped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import fake_simulator as fake
import pytest

from experiments import runner
from experiments.store import read_manifest
from experiments.study import prepare
from sim.errors import InputError, ResultError
from sim.scenario import Scenario


@pytest.fixture(autouse=True)
def _ready(tmp_path_factory, monkeypatch):
    mark = tmp_path_factory.mktemp("cache") / "ready"
    mark.touch()
    monkeypatch.setattr(runner, "compiled", lambda: mark)


def bits(folder: Path) -> bytes:
    return (folder / "results.parquet").read_bytes()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed") / "results"
    runner.run(fake.study(), folder, workers=1, block=1)
    return bits(folder)


@pytest.mark.parametrize(("workers", "block"), [(1, 5), (2, 1), (2, 4), (3, 0)])
def test_results_are_the_same_bits_for_any_workers_and_blocks(tmp_path, undisturbed, workers, block):
    runner.run(fake.study(), tmp_path / "results", workers=workers, block=block)
    assert bits(tmp_path / "results") == undisturbed


def test_every_finished_unit_is_counted_once(tmp_path):
    counted = []
    runner.run(fake.study(), tmp_path / "results", workers=2, block=3, advance=counted.append)
    assert sum(counted) == 12


def test_repeating_a_finished_study_computes_nothing(tmp_path, undisturbed):
    runner.run(fake.study(), tmp_path / "results", workers=1)
    counted = []
    runner.run(fake.study(fake.failing), tmp_path / "results", workers=1, advance=counted.append)
    assert counted == [12]
    assert bits(tmp_path / "results") == undisturbed


def test_more_draws_keep_the_runs_that_are_there(tmp_path):
    runner.run(fake.study(replications=1), tmp_path / "results", workers=1)
    counted = []
    outcome = runner.run(fake.study(replications=2), tmp_path / "results", workers=1, advance=counted.append)
    assert counted[0] == 6
    assert outcome.units == 12


def test_a_failed_run_is_stored_with_draw_seed_and_error(tmp_path):
    outcome = runner.run(fake.study(fake.failing, failures_allowed=0.5), tmp_path / "results", workers=1)
    assert list(outcome.failures["draw"]) == [1]
    assert "a rule divided by zero in month 7" in outcome.failures["error"].iloc[0]


def test_too_many_failed_runs_make_the_study_fail(tmp_path):
    with pytest.raises(ResultError, match=r"1 of 12 runs failed, more than the 5% allowed; the first is draw 1, seed"):
        runner.run(fake.study(fake.failing), tmp_path / "results", workers=1)


def test_a_wrong_input_stops_at_once(tmp_path):
    def wrong(scenario, values, seed):
        raise InputError("scenario.toml: grant is -1; it must be 0 or more")

    with pytest.raises(InputError, match="grant is -1"):
        runner.run(fake.study(wrong), tmp_path / "results", workers=1)


def test_killed_workers_lose_nothing(tmp_path, undisturbed):
    marks = tmp_path / "marks"
    marks.mkdir()
    said = []
    study = fake.study(fake.dying_once, trouble=str(marks))
    runner.run(study, tmp_path / "results", workers=2, block=2, say=said.append)
    assert len(list(marks.iterdir())) == 3
    assert any("A worker process died" in sentence for sentence in said)
    assert bits(tmp_path / "results") == undisturbed


def test_a_run_that_always_kills_its_worker_is_named_and_the_others_are_kept(tmp_path):
    with pytest.raises(ResultError, match=r"1 of 6 runs could not be finished.*draw 2 seed"):
        runner.run(fake.study(fake.dying_always, draws=3), tmp_path / "results", workers=2, block=2)
    counted = []
    runner.run(fake.study(draws=3), tmp_path / "results", workers=1, advance=counted.append)
    assert counted[0] == 5


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_study_continues_with_the_same_command(tmp_path, undisturbed, sign):
    program = (
        "import signal, sys; sys.path[:0] = [sys.argv[1], sys.argv[2]]\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell may have started the tests without it
        "import fake_simulator as fake; from experiments import runner; from pathlib import Path\n"
        "runner.compiled = lambda: Path(sys.argv[1])\n"
        "runner.run(fake.study(fake.slower_and_slower), Path(sys.argv[3]), workers=2, block=1)\n"
    )
    here = Path(__file__).parent
    folder = tmp_path / "results"
    command = [sys.executable, "-c", program, str(here), str(here.parent), str(folder)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 120
    while len(list(folder.glob("blocks/block=*.parquet"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(sign)
    process.wait(timeout=120)
    if sign is signal.SIGKILL:
        os.killpg(process.pid, signal.SIGKILL)
    there = len(list(folder.glob("blocks/block=*.parquet")))
    assert 3 <= there < 12
    counted = []
    runner.run(fake.study(), folder, workers=1, advance=counted.append)
    assert counted[0] >= 3
    assert bits(folder) == undisturbed


def test_the_manifest_says_what_made_the_result_and_no_machine_name(tmp_path):
    import platform

    runner.run(fake.study(), tmp_path / "results", workers=1)
    manifest = read_manifest(tmp_path / "results")
    assert manifest["identity"] == dict(fake.study().identity)
    assert manifest["asked"] == {"draws": 6, "replications": 2, "runs": 12}
    assert manifest["finished"] == 12
    assert manifest["versions"]["numpy"]
    assert manifest["interval"] == fake.study().coverage
    assert platform.node() not in (tmp_path / "results" / "manifest.json").read_text() or not platform.node()


def test_the_real_model_gives_the_same_bits_from_one_and_two_processes(tmp_path):

    scenario = Scenario.of(
        {
            "scale": 1000,
            "labour_scale": 100,
            "start": "2022-01",
            "horizon": "2022-06",
            "draws": 2,
            "replications": 2,
            "designs": {"today": {}, "larger": {"social_contract": {"grant": 200_000}}},
        }
    )
    for workers, block in ((1, 4), (2, 1)):
        outcome = runner.run(prepare(scenario), tmp_path / str(workers), workers=workers, block=block)
        assert not len(outcome.failures)
    assert bits(tmp_path / "1") == bits(tmp_path / "2")
    by_run = outcome.frame[(outcome.frame["outcome"] == "net_fiscal_cost") & (outcome.frame["month"] == -1)]
    whole = by_run[by_run["group"] == "all"]
    assert whole["value"].nunique() > 2, "draws and seeds differ"
