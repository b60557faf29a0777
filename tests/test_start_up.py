"""Start-up: nothing heavy is loaded before it is needed, and what is kept on disk is the same to the last bit."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from calibration import kept, posterior, sets
from sim import behaviour
from sim.behaviour import priors
from sim.engine import compiled, folders
from sim.population import load

ROOT = Path(__file__).parents[1]
HEAVY = ("numba", "scipy", "pandas", "pyarrow", "matplotlib", "joblib")


def told(script: str, cache: Path | None = None) -> str:
    """What a fresh process prints."""
    environment = {**os.environ, **({"KELISHIM_CACHE": str(cache)} if cache else {})}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_study_is_read_and_described_before_anything_heavy_is_imported():
    script = (
        "import sys; from experiments.commands.shared import described_study, find_study; "
        f"described_study(find_study(['demo'])); print([name for name in {HEAVY} if name in sys.modules])"
    )
    assert told(script) == "[]"


@pytest.mark.skipif(not compiled.ENABLED, reason="the model runs in plain Python")
def test_a_rule_is_compiled_once_and_then_found_on_disk_by_every_process(tmp_path):
    script = (
        "import sys; from sim.engine.math import normal; "
        "print('numba' in sys.modules, normal(0.975), 'numba.typed.typeddict' in sys.modules)"
    )
    first, second = told(script, tmp_path).split(), told(script, tmp_path).split()
    assert first[0] == second[0] == "False", "the compiler was imported before a rule was called"
    assert first[1] == second[1], "the number changed with the cache"
    assert (first[2], second[2]) == ("True", "False"), "the second process compiled again"


def test_a_cache_that_cannot_be_written_costs_time_and_nothing_else(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    assert float(told("from sim.engine.math import logistic; print(logistic(0.0))", tmp_path / "file")) == 0.5


@pytest.mark.skipif(not compiled.ENABLED, reason="the model runs in plain Python")
def test_code_in_a_cache_that_can_only_be_read_is_read(tmp_path, monkeypatch):
    script = (
        "import sys; from sim.engine.math import normal; print(normal(0.5), 'numba.typed.typeddict' in sys.modules)"
    )
    assert told(script, tmp_path) == "0.0 True"
    (tmp_path / "compiled" / "ready-0").touch()
    closed = (  # as on a disk mounted read-only: no file can be made
        "from pathlib import Path\n"
        "def refuse(*names, **more): raise PermissionError(13, 'read-only')\n"
        "Path.touch = refuse\n" + script
    )
    assert told(closed, tmp_path) == "0.0 False"


CLOSED = """
import os, sys
closed = tuple(os.path.realpath(place) for place in {places!r})
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def refuse(event, names):
    changes = event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink")
    if event == "open":
        changes = bool(names[2] & WRITES) if isinstance(names[2], int) else False
    if changes and isinstance(names[0], (str, bytes)):
        if os.path.realpath(os.fsdecode(names[0])).startswith(closed):
            raise PermissionError(13, "Permission denied", os.fsdecode(names[0]))
sys.addaudithook(refuse)  # as on a disk mounted read-only, also for the administrator
"""
SMALL = """
scale = 1000
draws = 1
replications = 1
start = "2022-01"
horizon = "2022-03"

[designs.today]
"""


def ran(folder, *words, places, **environment):
    """What a command says where some places are closed to writing."""
    script = CLOSED.format(places=[str(place) for place in places]) + (
        f"sys.argv = {['kelishim', *words]!r}\nfrom experiments.cli import main\nmain()"
    )
    given = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    return subprocess.run([sys.executable, "-c", script], cwd=folder, env=given, capture_output=True, text=True)


@pytest.fixture
def shipped(tmp_path):
    """A cache with a built country at 1:1000 and the code that is compiled on this computer, as an image has it."""
    cache = tmp_path / "shipped"
    cache.mkdir()
    load("kyrgyzstan", 1000)
    for kind in ("compiled", "population"):
        (cache / kind).symlink_to(folders.cached(kind))
    (tmp_path / "small.toml").write_text(SMALL)
    return cache


@pytest.mark.skipif(not compiled.ENABLED, reason="the model runs in plain Python")
def test_a_program_and_a_cache_that_can_only_be_read_run_a_comparison_and_build_nothing(tmp_path, shipped):
    (tmp_path / "temporary").mkdir()
    places = [ROOT, shipped, folders.cached("compiled"), folders.cached("population")]
    where = {"KELISHIM_CACHE": str(shipped), "TMPDIR": str(tmp_path / "temporary")}
    done = ran(tmp_path, "compare", "small.toml", "--workers", "1", "--out", "out", places=places, **where)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.html").is_file()
    built = list((tmp_path / "temporary").rglob("population.json"))
    assert built == [], "a country was built although the cache has it"


def test_where_no_folder_can_be_written_one_sentence_says_what_to_name(tmp_path):
    places, where = ["/"], {"KELISHIM_CACHE": str(tmp_path / "none"), "TMPDIR": str(tmp_path)}
    done = ran(tmp_path, "population", "--scale", "1000", places=places, **where)
    assert done.returncode == 2
    (said,) = [line for line in done.stderr.splitlines() if line.startswith(str(tmp_path))] or [done.stderr]
    assert "Traceback" not in done.stderr
    assert "KELISHIM_CACHE" in " ".join(done.stderr.split()), said


@pytest.mark.skipif(not compiled.ENABLED, reason="the model runs in plain Python")
@pytest.mark.parametrize("damage", ["half of it", "one bit"])
def test_damaged_code_in_the_cache_is_compiled_anew(tmp_path, damage):
    script = (
        "import sys; from sim.engine.math import logistic; print(logistic(1.0), 'numba.typed.typeddict' in sys.modules)"
    )
    number = told(script, tmp_path).split()[0]
    (file,) = (tmp_path / "compiled").glob("*.code")
    sound = file.read_bytes()
    bit = sound[:-9] + bytes([sound[-9] ^ 1]) + sound[-8:]
    file.write_bytes(bit if damage == "one bit" else sound[: len(sound) // 2])
    assert told(script, tmp_path) == f"{number} True"
    assert told(script, tmp_path) == f"{number} False", "the damaged file was not replaced"


TABLE = """
from typing import NamedTuple
import numpy as np
from sim.engine.compiled import sweep

class Table(NamedTuple):
    read: np.ndarray
    left: np.ndarray

@sweep
def double(first, last, table):
    for i in range(first, last):
        table.read[i] *= 2.0

def main():
    table = Table(np.ones(3), np.ones(3))
    double(0, 3, table)
    print(table.read.sum())

if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif(not compiled.ENABLED, reason="the model runs in plain Python")
def test_code_of_a_script_that_was_run_is_compiled_anew_where_the_script_is_imported(tmp_path):
    (tmp_path / "table.py").write_text(TABLE)
    where = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}", "KELISHIM_CACHE": str(tmp_path / "cache")}
    for words in (["table.py"], ["-c", "import table; table.main()"], ["table.py"]):
        done = subprocess.run([sys.executable, *words], cwd=tmp_path, env=where, capture_output=True, text=True)
        assert done.stdout.strip() == "6.0", done.stderr


def frozen(prior):
    """The same prior as the library of statistics has it."""
    made = {
        "normal": lambda: stats.norm(prior.p1, prior.p2),
        "lognormal": lambda: stats.lognorm(prior.p2, scale=math.exp(prior.p1)),
        "beta": lambda: stats.beta(prior.p1, prior.p2),
        "gamma": lambda: stats.gamma(prior.p1, scale=1.0 / prior.p2),
        "uniform": lambda: stats.uniform(prior.p1, prior.p2 - prior.p1),
    }
    return made[prior.family]()


@pytest.mark.parametrize("probability", [0.05, 0.5, 0.95])
def test_quantiles_of_priors_are_those_of_the_statistics_library_to_the_last_bit(probability):
    for prior in priors():
        if prior.family == "fixed":
            continue
        library = frozen(prior)
        low, high = library.cdf(prior.lower), library.cdf(prior.upper)
        value = float(library.ppf(low + probability * (high - low)))
        assert prior.quantile(probability) == min(max(value, prior.lower), prior.upper), prior.name


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KELISHIM_CACHE", str(tmp_path))
    return tmp_path / "sets"


@pytest.mark.parametrize("choice", ["posterior", "draws"])
def test_parameter_sets_read_from_disk_are_those_that_were_drawn(cache, choice, monkeypatch):
    drawn = sets.parameter_sets(choice, 5, 1)
    assert len(list(cache.iterdir())) == 1
    monkeypatch.setattr(sets.priors, "_at", None)  # nothing can be drawn any more
    found = sets.parameter_sets(choice, 5, 1)
    assert found == drawn
    assert [list(one) for one in found.values] == [list(one) for one in drawn.values]


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no such file", None])
def test_a_damaged_file_of_parameter_sets_is_drawn_anew(cache, damage):
    drawn = sets.parameter_sets("draws", 5, 1)
    (path,) = cache.iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content) if damage is None else damage)
    assert sets.parameter_sets("draws", 5, 1) == drawn
    assert sets.parameter_sets("draws", 5, 1) == drawn


def test_other_seeds_and_counts_have_other_files(cache):
    for draws, seed in ((5, 1), (6, 1), (5, 2)):
        sets.parameter_sets("draws", draws, seed)
    assert len(list(cache.iterdir())) == 3


def test_draws_of_a_posterior_have_a_file_of_their_own(cache, monkeypatch):
    sets.parameter_sets("draws", 5, 1)
    sets.parameter_sets("posterior", 5, 1)
    table = behaviour.priors()
    found, _ = posterior.shipped("kyrgyzstan", table)
    assert len(list(cache.iterdir())) == (1 if found is None else 2), "where it is withdrawn, the prior's file is read"
    names = [prior.name for prior in table if prior.family != "fixed"][:2]
    for latent in (0.5, 0.25):
        about = {"sound": True, "coverage": "", "quick": False}
        made = posterior.Posterior(tuple(names), np.full((20, 2), latent), about)
        monkeypatch.setattr(posterior, "shipped", lambda *_, made=made: (made, ""))
        before = len(list(cache.iterdir()))
        sets.parameter_sets("posterior", 5, 1)
        assert len(list(cache.iterdir())) == before + 1


def test_only_the_newest_parameter_sets_are_kept(cache, monkeypatch):
    monkeypatch.setattr(kept, "MOST_KEPT", 2)
    for seed in range(4):
        sets.parameter_sets("draws", 3, seed)
    assert len(list(cache.iterdir())) == 2


def test_where_nothing_can_be_written_parameter_sets_are_drawn_each_time(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    drawn = sets.parameter_sets("draws", 3, 1)
    monkeypatch.setenv("KELISHIM_CACHE", str(tmp_path / "file"))
    assert sets.parameter_sets("draws", 3, 1) == drawn
