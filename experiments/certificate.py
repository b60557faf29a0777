"""Certificate: hashes of everything that a study's figures rest on, and the proof that they can be made again.

``certificate.json`` lists the manifest (what made the result), the study file as it was before the first run, the
parameter sets, every block of runs and the table of all of them. The tables of the summary are not listed: they follow
from the runs, and ``verify`` makes them anew and compares.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from experiments import summary, worlds
from experiments.planned import seed_of
from experiments.runner import Task, simulated
from experiments.store import RESULTS, Store, Unit, content_digest, digest, read_manifest, table_of, write_json
from sim.errors import ResultError

if TYPE_CHECKING:
    from experiments.worlds import Simulator

FILE = "certificate.json"
FORMAT = 1
LISTED = ("manifest.json", "study*.toml", "draws.parquet", RESULTS, "blocks/block=*.parquet")


class Check(NamedTuple):
    """One thing that was checked, and a sentence on what was found."""

    sound: bool
    sentence: str


def write(folder: Path) -> None:
    """Write the certificate of a finished study."""
    manifest = read_manifest(folder)
    content = {
        "format": FORMAT,
        "what": "SHA-256 of the files that the figures rest on; kelishim verify checks them",
        "identity": manifest["identity"],
        "registered": manifest.get("registered"),
        "stopped": manifest.get("stopped"),
        "failed_runs": manifest.get("failed"),
        "results_content": _content_of(folder / RESULTS),
        "files": {name: _hash(folder / name) for name in _listed(folder)},
    }
    write_json(folder / FILE, content)


def verify(
    folder: Path, *, rerun: int = 0, simulator: Simulator | None = None, say: Callable[[str], None] = lambda text: None
) -> list[Check]:
    """Check a results folder against its certificate, and make ``rerun`` blocks of runs, chosen at random, anew."""
    try:
        certificate = json.loads((folder / FILE).read_text(encoding="utf-8"))
        files, manifest = dict(certificate["files"]), read_manifest(folder)
    except FileNotFoundError:
        raise ResultError(
            f"{folder} has no {FILE}: the study is not finished; repeat the command that made it"
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise ResultError(
            f"{folder / FILE} is damaged; repeat the command that made the study to write it anew"
        ) from None
    checks = [*_files(folder, files), *_registered(folder, manifest), *_contents(folder, certificate, manifest)]
    if all(check.sound for check in checks):
        checks += _tables(folder)
    if rerun:
        checks += _recomputed(folder, manifest, rerun, simulator, say)
    return checks


def _files(folder: Path, files: Mapping[str, str]) -> Iterator[Check]:
    """Check every file that is listed, and that no block was added."""
    wrong = []
    for name, known in files.items():
        if not (folder / name).exists():
            wrong.append(f"{name} is missing")
        elif _hash(folder / name) != known:
            wrong.append(f"{name} was changed")
    wrong += [f"{name} was added" for name in sorted(set(_listed(folder)) - set(files))]
    for sentence in wrong:
        yield Check(False, f"{sentence} after the certificate was written.")
    if not wrong:
        yield Check(True, f"All {len(files)} files are as they were when the study finished.")


def _registered(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Check]:
    """Check the study file against the hash taken before the first run."""
    registered = manifest.get("registered") or {}
    path = folder / "study.toml"
    if not registered or not path.exists():
        yield Check(False, "The study file from before the first run is missing.")
        return
    if hashlib.sha256(path.read_bytes()).hexdigest() != registered["sha256"]:
        yield Check(False, "study.toml is not the study that was written down before the first run.")
        return
    yield Check(True, f"The study was written down on {registered['when']}, before the first run.")
    for change in registered["changes"]:
        yield Check(
            True,
            f"Note: it was changed on {change['when']}, when {change['blocks_finished_then']} blocks were finished.",
        )


def _contents(folder: Path, certificate: Mapping[str, Any], manifest: Mapping[str, Any]) -> Iterator[Check]:
    """Check that the table of all runs holds what the blocks hold."""
    import pyarrow

    store = Store(folder, manifest["identity"], repair=False)
    try:
        found = content_digest(pyarrow.Table.from_pandas(store.load(_units(manifest)), preserve_index=False))
        known = _content_of(folder / RESULTS)
    except (ResultError, OSError, pyarrow.ArrowException) as error:
        yield Check(False, f"The runs cannot be read: {error}.")
        return
    if not found == known == certificate["results_content"]:
        yield Check(False, f"{RESULTS} does not hold what the blocks hold.")
        return
    failed = manifest.get("failed") or 0
    yield Check(True, f"{RESULTS} holds the {len(_units(manifest))} runs of the blocks; {failed} of them failed.")


def _tables(folder: Path) -> Iterator[Check]:
    """Make the tables of the summary anew and compare them with the files."""
    import pandas

    wrong = []
    for name, table in summary.read(folder).tables.items():
        path = folder / f"{name}.parquet"
        try:
            there = pandas.read_parquet(path)
            pandas.testing.assert_frame_equal(there, table.reset_index(drop=True), check_dtype=False, check_exact=True)
        except (OSError, ValueError, AssertionError):
            wrong.append(path.name)
    if wrong:
        yield Check(False, f"{', '.join(wrong)}: not what the runs give today; kelishim report makes tables anew.")
    else:
        yield Check(True, "The tables, made anew from the runs, are those in the files.")


def _recomputed(
    folder: Path, manifest: Mapping[str, Any], count: int, simulator: Simulator | None, say: Callable[[str], None]
) -> Iterator[Check]:
    """Simulate random blocks again and compare every bit."""
    import pandas

    identity = manifest["identity"]
    scenario = scenario_of(manifest)
    if simulator is None:
        here = worlds.identity_here(json.dumps(scenario))
        differs = [name for name, value in here.items() if identity.get(name) != value]
        if differs:
            made = (manifest.get("code") or {}).get("commit", "another version")
            yield Check(
                False, f"The runs cannot be made anew here: {' and '.join(differs)} differ; they were made by {made}."
            )
            return
    sets = pandas.read_parquet(folder / "draws.parquet").drop(columns="draw").to_dict("records")
    store = Store(folder, identity, repair=False)
    where = store.finished()
    paths = sorted({where[unit] for unit in _units(manifest) if unit in where})
    chosen = random.SystemRandom().sample(paths, min(count, len(paths)))
    shared = bool(manifest.get("shared_luck"))
    for path in chosen:
        say(f"Making {path.name} anew ({len(store.units_in(path))} runs).")
        rows = []
        for unit in store.units_in(path):
            seed = seed_of(scenario["seed"], 0 if shared else unit.draw, unit.replication)
            rows.append((unit, seed, sets[unit.draw]))
        task = Task(scenario, simulator or worlds.simulate, tuple(rows), folder, identity)
        again = table_of(list(simulated(task)))
        try:
            same = content_digest(again) == content_digest(store.read(path))
        except ResultError as error:
            yield Check(False, f"{error}.")
            continue
        found = (
            "gives the same bits"
            if same
            else "gives other figures: the runs of this folder were not made by this model"
        )
        yield Check(same, f"{path.name}, made anew ({len(rows)} runs), {found}.")


def scenario_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scenario of a manifest as the simulator takes it."""
    arms = manifest.get("arms") or {}
    if not any(set(arm) - {"label"} for arm in arms.values()):
        return dict(manifest["scenario"])
    return {
        **manifest["scenario"],
        "arms": {n: {k: v for k, v in arm.items() if k != "label"} for n, arm in arms.items()},
    }


def _units(manifest: Mapping[str, Any]) -> list[Unit]:
    draws, seeds = int(manifest["stopped"]["draws"]), int(manifest["asked"]["replications"])
    return [Unit(draw, replication) for replication in range(seeds) for draw in range(draws)]


def _listed(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for pattern in LISTED for path in folder.glob(pattern))


def _hash(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            found.update(part)
    return found.hexdigest()


def _content_of(path: Path) -> str:
    import pyarrow.parquet

    return content_digest(pyarrow.parquet.read_table(path))


def short(identity: Mapping[str, str]) -> str:
    """Return sixteen digits that stand for everything that made a result, to be cited."""
    return digest(dict(identity))
