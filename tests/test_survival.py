"""Survival: kills, full disks and damage cost time and nothing else; every backend gives the same bits."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import fake_simulator as fake
import pyarrow.parquet
import pytest

from experiments import runner
from experiments.backends import Pool
from experiments.store import Store, read_manifest
from sim.errors import InputError, ResultError

HERE = Path(__file__).parent
LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
PROGRAM = (
    "import sys; sys.path[:0] = [sys.argv[1], sys.argv[2]]\n{before}"
    "import fake_simulator as fake; from experiments import runner; from pathlib import Path\n"
    "runner.compiled = lambda: Path(sys.argv[1])\n"
    "try: runner.run(fake.study(fake.{simulator}), Path(sys.argv[3]), workers={workers}, block=2)\n"
    "except Exception as error: sys.exit(str(error))\n"
)


@pytest.fixture(autouse=True)
def _ready(tmp_path_factory, monkeypatch):
    mark = tmp_path_factory.mktemp("cache") / "ready"
    mark.touch()
    monkeypatch.setattr(runner, "compiled", lambda: mark)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed") / "results"
    runner.run(fake.study(), folder, workers=1, block=1)
    return bits(folder)


def bits(folder):
    return (folder / "results.parquet").read_bytes()


def started(folder, *, workers=1, simulator="brief", before=""):
    program = PROGRAM.format(before=before, workers=workers, simulator=simulator)
    command = [sys.executable, "-c", program, str(HERE), str(HERE.parent), str(folder)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)


def test_killed_again_and_again_a_study_still_ends_with_the_same_bits(tmp_path, undisturbed):
    """A short form of benchmarks/survival.py, which kills the real model twenty times on three backends."""
    folder, luck, kills = tmp_path / "results", random.Random(3), 0
    for _ in range(4):
        there = len(list(folder.glob("blocks/block=*")))
        process = started(folder)
        deadline = time.monotonic() + 60
        while len(list(folder.glob("blocks/block=*"))) <= there and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(0.15 * luck.random())
        kills += process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert kills >= 2
    runner.run(fake.study(), folder, workers=1)
    assert bits(folder) == undisturbed
    assert not list(folder.rglob("*.tmp"))


def test_workers_whose_command_was_killed_begin_nothing_more(tmp_path):
    done = runner.Task(
        {"designs": {fake.DESIGNS[0]: {}}, "seed": 7}, fake.simulate, ((runner.Unit(0, 0), 1, {"additionality": 0.5}),),
        tmp_path, {}, parent=2**22 - 1,
    )  # fmt: skip
    assert not list(runner.simulated(done))


@pytest.mark.parametrize("size", [2_000, 12_000])
def test_a_full_disk_is_one_sentence_and_leaves_nothing_half_written(tmp_path, undisturbed, size):
    """The system refuses files above a size, as it would on a full disk; at first blocks fail, then the results."""
    folder = tmp_path / "results"
    process = started(folder, simulator="simulate", before=LIMIT.format(size=size))
    said = process.communicate(timeout=120)[1]
    assert process.returncode == 1
    assert "could not be written: file too large; nothing is half-written" in said
    assert "Traceback" not in said
    assert not list(folder.rglob("*.tmp"))
    store = Store(folder, fake.study().identity, repair=False)
    for path in folder.glob("blocks/block=*"):
        store.read(path)
    runner.run(fake.study(), folder, workers=1)
    assert bits(folder) == undisturbed


def damaged(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(content)


def shortened(path):
    path.write_bytes(path.read_bytes()[:-40])


def edited(path):
    """Take rows out with the right tools, keeping everything that the file says about itself."""
    table = pyarrow.parquet.read_table(path)
    pyarrow.parquet.write_table(table.slice(0, table.num_rows - 3), path)


def changed(path):
    table = pyarrow.parquet.read_table(path)
    values = table["value"].to_pylist()
    values[0] = values[0] + 1.0
    place = table.schema.get_field_index("value")
    made = table.set_column(place, "value", pyarrow.array(values)).replace_schema_metadata(table.schema.metadata)
    pyarrow.parquet.write_table(made, path)


@pytest.mark.parametrize("harm", [damaged, shortened, edited, changed])
def test_a_block_that_was_harmed_is_healed_by_the_same_command(tmp_path, undisturbed, harm):
    runner.run(fake.study(), tmp_path, workers=1, block=5)
    harm(sorted(tmp_path.glob("blocks/block=*"))[1])
    said = []
    runner.run(fake.study(), tmp_path, workers=1, say=said.append)
    assert bits(tmp_path) == undisturbed
    assert len(list(tmp_path.glob("blocks/*.damaged"))) == 1


def test_a_block_of_another_study_is_not_taken_for_ones_own(tmp_path, undisturbed):
    other = tmp_path / "other"
    runner.run(fake.study(seed=8), other, workers=1)
    mine = tmp_path / "mine"
    runner.run(fake.study(), mine, workers=1)
    stranger = next(other.glob("blocks/block=*"))
    (mine / "blocks" / stranger.name).write_bytes(stranger.read_bytes())
    runner.run(fake.study(), mine, workers=1)
    assert bits(mine) == undisturbed


def test_a_failed_run_says_in_which_month_and_where_in_the_program(tmp_path):
    outcome = runner.run(fake.study(fake.failing_in_a_world), tmp_path, workers=1, failed_share_allowed=0.5)
    row = outcome.failures.iloc[0]
    assert (row["draw"], row["month"]) == (1, 17)
    assert row["error"].splitlines()[0] == "ValueError: no seat is left"
    assert "tests/fake_simulator.py line" in row["error"]
    assert str(HERE.parent) not in row["error"], "no path of this computer"


def test_dask_gives_the_same_bits_and_survives_the_death_of_a_worker(tmp_path, undisturbed):
    marks = tmp_path / "marks"
    marks.mkdir()
    study = fake.study(fake.dying_once, trouble=str(marks))
    runner.run(study, tmp_path / "results", workers=2, block=2, backend="dask")
    assert len(list(marks.iterdir())) == 3
    assert bits(tmp_path / "results") == undisturbed
    assert read_manifest(tmp_path / "results")["backend"] == "dask"


def test_a_worker_that_cannot_reach_the_folder_gives_its_block_back(tmp_path, undisturbed, monkeypatch):
    monkeypatch.setattr(Store, "is_here", lambda self: False)
    runner.run(fake.study(), tmp_path, workers=1, block=4)
    assert bits(tmp_path) == undisturbed


def test_a_worker_with_another_version_of_the_model_is_refused():
    from experiments.worlds import made_here, simulate

    scenario = {"name": "a", "scale": 1000, "start": "2023-01", "horizon": "2023-06", "designs": {"today": {}}}
    with pytest.raises(ResultError, match="a worker has another version of the model than the study"):
        made_here(scenario, simulate, {"code": "0123", "population": ""})


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"backend": "spark"}, "backend is 'spark'; it must be one of loky, dask, ray"),
        ({"scheduler": "tcp://127.0.0.1:1"}, "loky does not use"),
    ],
)
def test_a_wrong_backend_is_one_sentence(options, says):
    with pytest.raises(InputError, match=says):
        Pool(**options)


def test_a_scheduler_that_is_not_there_is_one_sentence(tmp_path, monkeypatch):
    from experiments import backends

    monkeypatch.setattr(backends, "SECONDS_FOR_WORKERS", 1)
    with pytest.raises(InputError, match="gives no workers"):
        runner.run(fake.study(), tmp_path / "results", backend="dask", scheduler="tcp://127.0.0.1:1")
