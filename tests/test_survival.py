"""Survival: kills, full disks and damage cost time and nothing else; every backend gives the same bits.

``benchmarks/survival.py`` kills the real model twenty times at random moments; here each kill has its place.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import distributed
import fake_simulator as fake
import pyarrow.parquet
import pytest
from typer.testing import CliRunner

from experiments import backends, cli, provenance, runner
from experiments.backends import Pool
from experiments.precision import Stopping
from experiments.store import Store, read_manifest
from experiments.worlds import made_here, simulate
from sim.errors import InputError, ResultError

HERE = Path(__file__).parent
LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
KILL = """
import os, signal
kept, calls = os.fsync, []
def fsync(file):
    calls.append(file)
    if len(calls) == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
    return kept(file)
os.fsync = fsync
"""
PROGRAM = (
    "import sys; sys.path[:0] = [sys.argv[1], sys.argv[2]]\n{before}"
    "import fake_simulator as fake; from experiments import runner; from pathlib import Path\n"
    "runner.compiled = lambda: Path(sys.argv[1])\n"
    "try: runner.run(fake.study(), Path(sys.argv[3]), workers=1, block=2)\n"
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


def ended(folder, before):
    """The exit code and the words of the command in a process of its own; plain Python gives the same bits sooner."""
    command = [sys.executable, "-c", PROGRAM.format(before=before), str(HERE), str(HERE.parent), str(folder)]
    environment = {**os.environ, "KELISHIM_COMPILED": "0"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)
    return done.returncode, done.stderr


def test_killed_while_each_kind_of_file_is_written_a_study_still_ends_with_the_same_bits(tmp_path, undisturbed):
    """The first, second and later files: manifest, study file, first and second block; at last the table of all."""
    folder = tmp_path / "results"
    for at in (1, 2, 3, 4, 7):
        code, _ = ended(folder, KILL.format(at=at))
        assert code == -signal.SIGKILL, f"the command was not killed at file {at}"
        assert list(folder.rglob("*.tmp")), "it was killed with a half-written file"
    assert len(list(folder.glob("blocks/block=*"))) >= 5
    runner.run(fake.study(), folder, workers=1)
    assert bits(folder) == undisturbed
    assert not list(folder.rglob("*.tmp"))


def test_workers_whose_command_was_killed_begin_nothing_more(tmp_path):
    done = runner.Task(
        {"designs": {fake.DESIGNS[0]: {}}, "seed": 7}, fake.simulate, ((runner.Unit(0, 0), 1, {"additionality": 0.5}),),
        tmp_path, {}, parent=2**22 - 1,
    )  # fmt: skip
    assert not list(runner.simulated(done))


@pytest.mark.parametrize("room", ["for no file", "for all but the results"])
def test_a_full_disk_is_one_sentence_and_leaves_nothing_half_written(tmp_path, undisturbed, room):
    """The system refuses files above a size, as it would on a full disk; at first the first, then the last."""
    folder, size = tmp_path / "results", 500 if room == "for no file" else len(undisturbed) - 300
    code, said = ended(folder, LIMIT.format(size=size))
    assert code == 1
    assert "could not be written: file too large; nothing is half-written" in said
    assert "Traceback" not in said
    assert not list(folder.rglob("*.tmp"))
    assert bool(list(folder.glob("blocks/block=*"))) == (room != "for no file")
    store = Store(folder, fake.study().identity, repair=False)
    for path in folder.glob("blocks/block=*"):
        store.read(path)
    runner.run(fake.study(), folder, workers=1)
    assert bits(folder) == undisturbed


@pytest.fixture
def bad_disk(monkeypatch):
    """A disk that turns a bit of every block a moment after it was written."""
    written, put = [], Store.put

    def harmed(self, name, content):
        put(self, name, content)
        damaged(self.blocks / name)
        written.append(name)

    monkeypatch.setattr(Store, "put", harmed)
    return written


@pytest.mark.parametrize("stopping", [None, Stopping(6, 6, {"net_jobs": 1e9})])
def test_a_disk_that_damages_every_block_is_named_after_a_few_attempts(tmp_path, bad_disk, stopping):
    import dataclasses

    study = dataclasses.replace(fake.study(), stopping=stopping, outcomes=("net_jobs",))
    with pytest.raises(ResultError, match=r"blocks were damaged after this command wrote them, the last is block="):
        runner.run(study, tmp_path / "results", workers=1, block=12)
    assert len(bad_disk) <= 1 + runner.DAMAGED_AGAIN


def test_many_blocks_damaged_before_the_command_are_all_healed(tmp_path, undisturbed):
    runner.run(fake.study(), tmp_path, workers=1, block=1)
    for path in tmp_path.glob("blocks/block=*"):
        damaged(path)
    runner.run(fake.study(), tmp_path, workers=1, block=1)
    assert bits(tmp_path) == undisturbed


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
    runner.run(fake.study(), tmp_path, workers=1)
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
    outcome = runner.run(fake.study(fake.failing_in_a_world, failures_allowed=0.5), tmp_path, workers=1)
    row = outcome.failures.iloc[0]
    assert (row["draw"], row["month"]) == (1, 17)
    assert row["error"].splitlines()[0] == "ValueError: no seat is left"
    assert "tests/fake_simulator.py line" in row["error"]
    assert str(HERE.parent) not in row["error"], "no path of this computer"


def test_dask_gives_the_same_bits_and_survives_the_death_of_a_worker(tmp_path, undisturbed):
    marks = tmp_path / "marks"
    marks.mkdir()
    for later in ("2", "4"):
        (marks / later).touch()
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

    scenario = {"name": "a", "scale": 1000, "start": "2023-01", "horizon": "2023-06", "designs": {"today": {}}}
    with pytest.raises(ResultError, match="a worker has another version of the model than the study"):
        made_here(scenario, simulate, {"code": "0123", "population": ""})


def test_asking_for_the_commit_writes_nothing_into_the_repository_so_a_kill_leaves_no_lock(tmp_path):
    def git(*words):
        author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", "-C", str(tmp_path), *author, *words], check=True, capture_output=True)

    (tmp_path / "file").write_text("one")
    git("init", "--quiet")
    git("add", "file")
    git("commit", "--quiet", "--message", "Begin")
    os.utime(tmp_path / "file", (1, 1))  # the index is out of date, as after a checkout
    before = (tmp_path / ".git" / "index").read_bytes()
    assert provenance.commit(tmp_path)["changed_files"] is False
    assert (tmp_path / ".git" / "index").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"backend": "spark"}, "backend is 'spark'; it must be one of loky, dask, ray"),
        (
            {"scheduler": "tcp://127.0.0.1:1"},
            "scheduler is 'tcp://127.0.0.1:1', which loky does not use; name --backend",
        ),
    ],
)
def test_a_wrong_backend_is_one_sentence(options, says):
    with pytest.raises(InputError, match=says):
        Pool(**options)


@pytest.mark.parametrize(("backend", "package"), [("dask", "distributed"), ("ray", "ray")])
def test_a_backend_that_is_not_installed_is_one_sentence_that_says_how_to_get_it(
    tmp_path, monkeypatch, backend, package
):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError) as error:
        runner.run(fake.study(), tmp_path / "results", backend=backend)
    assert f"backend {backend} needs the package {package}, which is not installed here: pip install" in str(
        error.value
    )
    assert "leave --backend out" in str(error.value)
    assert not (tmp_path / "results").exists(), "nothing was begun"


@pytest.fixture
def other_program():
    """Give the port of a program that takes connections and is no scheduler."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.mark.parametrize(
    ("scheduler", "says"),
    [
        ("notahost", "scheduler is 'notahost'; it must be an address with a port, such as tcp://host:8786"),
        ("tcp://host:99999", "scheduler is 'tcp://host:99999'; it must be an address with a port"),
        ("two words:8786", "scheduler is 'two words:8786'; it must be an address with a port"),
        ("tcp://127.0.0.1:1", "scheduler 'tcp://127.0.0.1:1' cannot be reached (Connection refused); is it running"),
        ("[::1]:1", "scheduler '[::1]:1' cannot be reached ("),
        ("nobody.invalid:8786", "scheduler 'nobody.invalid:8786' cannot be reached ("),
        ("127.0.0.1:PORT", "cannot be reached (what answers there is no Dask scheduler); is it running"),
    ],
)
def test_a_wrong_scheduler_is_one_sentence_before_a_client_or_a_country_is_made(
    tmp_path, monkeypatch, other_program, scheduler, says
):
    monkeypatch.setattr(distributed, "Client", None)
    monkeypatch.setattr("experiments.study.prepare", None)
    scheduler = scheduler.replace("PORT", str(other_program))
    words = ["compare", "--backend", "dask", "--scheduler", scheduler, "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(cli.app, words)
    assert done.exit_code == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    with pytest.raises(InputError, match=re.escape(says)):
        Pool("dask", scheduler=scheduler)


def test_a_ray_cluster_that_is_not_there_is_one_sentence():
    backends.check("ray", "auto")
    with pytest.raises(InputError, match=r"scheduler 'ray://127.0.0.1:1' cannot be reached \(Connection refused\)"):
        Pool("ray", scheduler="ray://127.0.0.1:1")


def test_a_scheduler_without_workers_is_one_sentence_and_its_client_is_closed(tmp_path, monkeypatch):
    monkeypatch.setattr(backends, "SECONDS_FOR_WORKERS", 1)
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        with pytest.raises(InputError, match="gives no workers"):
            runner.run(fake.study(), tmp_path / "results", backend="dask", scheduler=address)
        assert not [name for name in cluster.scheduler.clients if name.startswith("Client-")]


def test_a_scheduler_with_workers_gives_the_same_bits(tmp_path, undisturbed):
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        runner.run(fake.study(), tmp_path / "results", block=2, backend="dask", scheduler=address)
    assert bits(tmp_path / "results") == undisturbed
