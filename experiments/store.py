"""Store: a folder of results in which nothing is half-written, and which knows what made it.

    manifest.json            what was asked, hashes of everything that can change a number, machine, versions
    blocks/block=<id>.parquet   the finished units of one task, tidy: one row for each figure
    results.parquet          all finished units in the order of the study, the same bytes however they were computed

A *unit* is one parameter draw with one seed: all designs on the same simulated country with the same luck. A block is
a few units; it is written to a temporary file, flushed to disk and renamed, so it is there as a whole or not at all.
A unit that failed is a row with its error, never a gap.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.errors import ResultError

if TYPE_CHECKING:
    import pandas
    import pyarrow

FORMAT = 1
OK, FAILED = "ok", "failed"
MANIFEST = "manifest.json"
RESULTS = "results.parquet"
LEFT_OVER_SECONDS = 600

WHAT_DIFFERS = {
    "scenario": "the scenario",
    "population": "the simulated population",
    "code": "the code of the model",
    "priors": "the prior table",
}


class Unit(NamedTuple):
    """One parameter draw with one seed."""

    draw: int
    replication: int


class UnitResult(NamedTuple):
    """What a unit gave: its records, or its error."""

    unit: Unit
    seed: int
    records: Sequence[Mapping[str, Any]]
    error: str = ""


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` fill a temporary file, flush it to disk and rename it: a reader sees all of it or nothing."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, content: object) -> None:
    """Write JSON atomically, readable by people."""
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str, allow_nan=False) + "\n"
    write_atomically(path, lambda temporary: _write_text(temporary, text))


def digest(content: object) -> str:
    """Return sixteen hexadecimal digits of a value's canonical JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:16]


class Store:
    """A folder of finished blocks that belong to one identity: what may change a number, and nothing else."""

    def __init__(self, folder: Path, identity: Mapping[str, str]) -> None:
        self.folder = folder
        self.identity = dict(identity)
        self.blocks = folder / "blocks"

    def open(self, manifest: Mapping[str, Any]) -> None:
        """Create the folder, or accept it if the same identity made it; raises ``ResultError`` otherwise."""
        path = self.folder / MANIFEST
        if path.exists():
            self._refuse_others(read_manifest(self.folder))
        elif self.folder.exists() and any(self.folder.iterdir()):
            raise ResultError(
                f"{self.folder} is not empty and not a results folder; nothing was written, name another one with --out"
            )
        try:
            self.blocks.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ResultError(
                f"{self.folder} cannot be written: {error.strerror}; name another one with --out"
            ) from None
        for left_over in self.folder.rglob("*.tmp"):
            if time.time() - left_over.stat().st_mtime > LEFT_OVER_SECONDS:
                left_over.unlink(missing_ok=True)
        self.describe(manifest)

    def describe(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest."""
        write_json(self.folder / MANIFEST, {"format": FORMAT, "identity": self.identity, **manifest})

    def write(self, results: Sequence[UnitResult]) -> Sequence[UnitResult]:
        """Write one block and return what it holds."""
        import pyarrow.parquet

        units = [list(result.unit) for result in results]
        path = self.blocks / f"block={digest([self.identity, units])}.parquet"
        table = _table(results).replace_schema_metadata({"units": json.dumps(units)})
        write_atomically(
            path,
            lambda temporary: pyarrow.parquet.write_table(
                table, temporary, compression="zstd", write_page_checksum=True
            ),
        )
        return results

    def finished(self) -> dict[Unit, Path]:
        """Return the units on disk and the block that holds each; a damaged block is set aside, so it is redone."""
        import pyarrow
        import pyarrow.parquet

        found: dict[Unit, Path] = {}
        for path in sorted(self.blocks.glob("block=*.parquet")):
            try:
                units = json.loads(pyarrow.parquet.read_schema(path).metadata[b"units"])
            except (pyarrow.ArrowException, OSError, KeyError, TypeError, ValueError):
                self.set_aside(path)
                continue
            for unit in units:
                found.setdefault(Unit(*unit), path)
        return found

    def set_aside(self, path: Path) -> None:
        """Rename a damaged block, so that it is neither read nor lost."""
        path.replace(path.with_suffix(".damaged"))

    def load(self, units: Iterable[Unit]) -> pandas.DataFrame:
        """Return the rows of the given units by draw and replication; raises ``ResultError`` if one is missing."""
        import pandas
        import pyarrow
        import pyarrow.parquet

        wanted = sorted(units)
        where = self.finished()
        missing = [unit for unit in wanted if unit not in where]
        if missing:
            raise ResultError(f"{self.folder}: {len(missing)} of {len(wanted)} runs are not there; repeat the command")
        owner = {(unit.draw, unit.replication): where[unit] for unit in wanted}
        parts = []
        for path in sorted(set(owner.values())):
            try:
                table = pyarrow.parquet.read_table(path, page_checksum_verification=True, read_dictionary=WORDS)
            except (pyarrow.ArrowException, OSError):
                self.set_aside(path)
                raise ResultError(f"{path} is damaged and was set aside; repeat the command to redo it") from None
            part = table.to_pandas()
            mine = {key for key, holder in owner.items() if holder == path}
            keep = pandas.MultiIndex.from_frame(part[["draw", "replication"]]).isin(mine)
            parts.append(part[keep])
        for column in WORDS:
            union = sorted(set().union(*[set(part[column].cat.categories) for part in parts]))
            parts = [part.assign(**{column: part[column].cat.set_categories(union)}) for part in parts]
        frame = pandas.concat(parts, ignore_index=True)
        return frame.sort_values(["draw", "replication"], kind="stable", ignore_index=True)

    def consolidate(self, units: Iterable[Unit]) -> pandas.DataFrame:
        """Write ``results.parquet`` from the blocks of the given units and return its rows."""
        frame = self.load(units)
        write_table(self.folder / RESULTS, frame)
        return frame

    def _refuse_others(self, manifest: Mapping[str, Any]) -> None:
        theirs = manifest.get("identity", {})
        if manifest.get("format") == FORMAT and theirs == self.identity:
            return
        differing = [words for key, words in WHAT_DIFFERS.items() if theirs.get(key) != self.identity.get(key)]
        raise ResultError(
            f"{self.folder} holds results of another configuration (what differs: "
            f"{', '.join(differing) or 'the file format'}); nothing was overwritten, name another folder with --out"
        )


WORDS = ["status", "design", "outcome", "group", "error"]


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a results folder; raises ``ResultError`` if there is none or it is damaged."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ResultError(f"{folder} is not a results folder: it has no {MANIFEST}") from None
    except (OSError, ValueError):
        raise ResultError(f"{path} is damaged; restore it or name another folder with --out") from None
    if not isinstance(manifest, dict):
        raise ResultError(f"{path} is damaged; restore it or name another folder with --out")
    return manifest


def write_table(path: Path, frame: pandas.DataFrame) -> None:
    """Write a table as Parquet, atomically."""
    write_atomically(path, lambda temporary: frame.to_parquet(temporary, index=False, compression="zstd"))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _table(results: Sequence[UnitResult]) -> pyarrow.Table:
    import pyarrow

    schema = pyarrow.schema(
        [
            ("draw", pyarrow.int32()),
            ("replication", pyarrow.int32()),
            ("seed", pyarrow.int64()),
            ("status", pyarrow.string()),
            ("design", pyarrow.string()),
            ("outcome", pyarrow.string()),
            ("group", pyarrow.string()),
            ("month", pyarrow.int32()),
            ("value", pyarrow.float64()),
            ("error", pyarrow.string()),
        ]
    )
    columns: dict[str, list[Any]] = {field.name: [] for field in schema}
    for (draw, replication), seed, records, error in results:
        rows: Sequence[Mapping[str, Any]] = records
        if error:
            rows = [{"design": "", "outcome": "", "group": "", "month": -1, "value": None}]
        count = len(rows)
        columns["draw"] += [draw] * count
        columns["replication"] += [replication] * count
        columns["seed"] += [seed] * count
        columns["status"] += [FAILED if error else OK] * count
        columns["error"] += [error] * count
        for name in ("design", "outcome", "group", "month", "value"):
            columns[name] += [row[name] for row in rows]
    return pyarrow.table(columns, schema=schema)
