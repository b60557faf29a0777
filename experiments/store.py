"""Store: a folder of results in which nothing is half-written, and which knows what made it.

    manifest.json            what was asked, hashes of everything that can change a number, machine, versions
    blocks/block=<id>.parquet   the finished units of one task, tidy: one row for each figure
    results.parquet          all finished units in the order of the study, the same bytes however they were computed

A *unit* is one parameter draw with one seed: all designs on the same simulated country with the same luck. A block is
a few units; it is written to a temporary file, flushed to disk and renamed, so it is there as a whole or not at all.
It carries a hash of every value in it and the study it belongs to, so damage, edits and strangers are noticed on
reading. A unit that failed is a row with its error, never a gap.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.errors import RepairableError, ResultError

if TYPE_CHECKING:
    import pandas
    import pyarrow

FORMAT = 2
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
    month: int = -1  # in which a failed unit failed, if known


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` fill a temporary file, flush it to disk and rename it: a reader sees all of it or nothing.

    Raises ``ResultError`` when that cannot be done, for example because the disk is full.
    """
    temporary = path.with_name(f"{path.name}.{_here()}-{os.getpid()}-{uuid.uuid4().hex[:6]}.tmp")
    try:
        write(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise ResultError(
            f"{path} could not be written: {why.lower()}; nothing is half-written and what is finished is kept: make "
            "room and repeat the same command"
        ) from None
    finally:
        temporary.unlink(missing_ok=True)


def tidy_up(folder: Path) -> None:
    """Remove temporary files of processes that are gone."""
    for left_over in folder.rglob("*.tmp"):
        if _abandoned(left_over):
            left_over.unlink(missing_ok=True)


def _here() -> str:
    """Return eight digits that tell this machine from others that may share the folder."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _abandoned(path: Path) -> bool:
    """Return whether the process that wrote a temporary file is gone; on other machines, whether it is old."""
    machine, _, process = path.name.rsplit(".", 2)[-2].partition("-")
    if machine == _here() and process.split("-")[0].isdigit():
        try:
            os.kill(int(process.split("-")[0]), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
    try:
        return time.time() - path.stat().st_mtime > LEFT_OVER_SECONDS
    except OSError:
        return False


def write_json(path: Path, content: object) -> None:
    """Write JSON atomically, readable by people."""
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str, allow_nan=False) + "\n"
    write_atomically(path, lambda temporary: _write_text(temporary, text))


def digest(content: object) -> str:
    """Return sixteen hexadecimal digits of a value's canonical JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:16]


class Store:
    """A folder of finished blocks that belong to one identity: what may change a number, and nothing else."""

    def __init__(self, folder: Path, identity: Mapping[str, str], *, repair: bool = True) -> None:
        self.folder = folder
        self.identity = dict(identity)
        self.blocks = folder / "blocks"
        self.repair = repair  # whether damaged blocks are set aside
        self.damaged: list[Path] = []  # blocks set aside since this store was made
        self._units: dict[Path, list[Unit]] = {}  # of blocks already looked into

    def open(self, manifest: Mapping[str, Any]) -> None:
        """Create the folder, or accept it if the same identity made it; raises ``ResultError`` otherwise."""
        path = self.folder / MANIFEST
        if path.exists():
            self._refuse_others(read_manifest(self.folder))
        elif self.folder.exists() and not self._barely_begun():
            raise ResultError(
                f"{self.folder} is not empty and not a results folder; nothing was written, name another one with --out"
            )
        try:
            self.blocks.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ResultError(
                f"{self.folder} cannot be written: {error.strerror}; name another one with --out"
            ) from None
        tidy_up(self.folder)
        self.describe(manifest)

    def _barely_begun(self) -> bool:
        """Return whether a folder is empty but for what a command leaves that ends while it writes its first file."""
        left = [path for path in self.folder.rglob("*") if path != self.blocks]
        return all(path.match(f"{MANIFEST}.*.tmp") and path.parent == self.folder for path in left)

    def describe(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest."""
        write_json(self.folder / MANIFEST, {"format": FORMAT, "identity": self.identity, **manifest})

    def encode(self, results: Sequence[UnitResult]) -> tuple[str, bytes]:
        """Return the file name and the bytes of a block."""
        import io

        import pyarrow.parquet

        units = [list(result.unit) for result in results]
        table = table_of(results)
        about = {"units": json.dumps(units), "study": digest(self.identity), "content": content_digest(table)}
        sink = io.BytesIO()
        pyarrow.parquet.write_table(
            table.replace_schema_metadata(about), sink, compression="zstd", write_page_checksum=True
        )
        return f"block={digest([self.identity, units])}.parquet", sink.getvalue()

    def put(self, name: str, content: bytes) -> None:
        """Write the bytes of a block."""
        write_atomically(self.blocks / name, lambda temporary: _write_bytes(temporary, content))

    def write(self, results: Sequence[UnitResult]) -> Sequence[UnitResult]:
        """Write one block and return what it holds."""
        self.put(*self.encode(results))
        return results

    def finished(self) -> dict[Unit, Path]:
        """Return the units on disk and the block that holds each; a damaged block is set aside, so it is redone."""
        found: dict[Unit, Path] = {}
        there = sorted(self.blocks.glob("block=*.parquet"))
        for path in there:
            if path not in self._units:
                try:
                    self._units[path] = self._units_of(path)
                except ResultError:
                    self.set_aside(path)
                    continue
            for unit in self._units[path]:
                found.setdefault(unit, path)
        self._units = {path: self._units[path] for path in there if path in self._units}
        return found

    def _units_of(self, path: Path) -> list[Unit]:
        import pyarrow
        import pyarrow.parquet

        try:
            about = pyarrow.parquet.read_schema(path).metadata
            if about[b"study"].decode() != digest(self.identity):
                raise ResultError(f"{path} belongs to another study")
            return [Unit(*unit) for unit in json.loads(about[b"units"])]
        except (pyarrow.ArrowException, OSError, KeyError, TypeError, ValueError):
            raise ResultError(f"{path} is damaged") from None

    def units_in(self, path: Path) -> list[Unit]:
        """Return the units of a block that :meth:`finished` has named."""
        return self._units[path]

    def is_here(self) -> bool:
        """Return whether the folder can be reached from this computer and belongs to this study."""
        try:
            return bool(read_manifest(self.folder).get("identity") == self.identity)
        except ResultError:
            return False

    def set_aside(self, path: Path) -> None:
        """Rename a damaged block, so that it is neither read nor lost."""
        self._units.pop(path, None)
        self.damaged.append(path)
        if self.repair:
            path.replace(path.with_suffix(".damaged"))

    def read(self, path: Path) -> pyarrow.Table:
        """Return the rows of a block; one that is damaged or was edited is set aside and raises ``ResultError``."""
        import pyarrow
        import pyarrow.parquet

        try:
            table = pyarrow.parquet.read_table(path, page_checksum_verification=True, read_dictionary=WORDS)
            sound = content_digest(table) == table.schema.metadata[b"content"].decode()
        except (pyarrow.ArrowException, OSError, KeyError, TypeError, ValueError):
            sound = False
        if not sound:
            self.set_aside(path)
            if self.repair:
                raise RepairableError(
                    f"{path} is damaged or was edited and was set aside; repeat the command to redo it"
                )
            raise ResultError(f"{path} is damaged or was edited and cannot be trusted; repeat the command to redo it")
        return table

    def load(self, units: Iterable[Unit]) -> pandas.DataFrame:
        """Return the rows of the given units by draw and replication; raises ``ResultError`` if one is missing."""
        import numpy
        import pyarrow

        wanted = sorted(units)
        where = self.finished()
        missing = [unit for unit in wanted if unit not in where]
        if missing:
            raise ResultError(f"{self.folder}: {len(missing)} of {len(wanted)} runs are not there; repeat the command")
        mine: dict[Path, set[Unit]] = {}
        for unit in wanted:
            mine.setdefault(where[unit], set()).add(unit)
        parts = []
        for path, keep in sorted(mine.items()):
            table = self.read(path)
            if keep != set(self._units[path]):
                rows = zip(table["draw"].to_pylist(), table["replication"].to_pylist(), strict=True)
                table = table.filter(pyarrow.array([row in keep for row in rows]))
            parts.append(table.replace_schema_metadata(None))
        whole = pyarrow.concat_tables(parts).unify_dictionaries()
        order = numpy.lexsort((whole["replication"].to_numpy(), whole["draw"].to_numpy()))
        frame = whole.take(pyarrow.array(order)).to_pandas()
        for column in WORDS:
            frame[column] = frame[column].cat.set_categories(sorted(set(frame[column].astype(object))))
        return frame

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


def content_digest(table: pyarrow.Table) -> str:
    """Return a hash of the names, types, order and every value of a table, however it is encoded or compressed."""
    import pyarrow
    import pyarrow.compute

    found = hashlib.sha256()
    for name in table.column_names:
        column = table.column(name)
        if pyarrow.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pyarrow.types.is_large_string(column.type):
            column = column.cast(pyarrow.string())
        found.update(json.dumps([name, str(column.type), len(column)]).encode())
        if pyarrow.types.is_string(column.type):
            coded = column.combine_chunks().dictionary_encode()
            coded = coded.combine_chunks() if isinstance(coded, pyarrow.ChunkedArray) else coded
            found.update(json.dumps(coded.dictionary.to_pylist()).encode())
            column = coded.indices
        found.update(column.is_null().cast(pyarrow.int8()).to_numpy().tobytes())
        found.update(pyarrow.compute.fill_null(column, 0).to_numpy().tobytes())
    return found.hexdigest()


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _write_bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def table_of(results: Sequence[UnitResult]) -> pyarrow.Table:
    """Return the rows of units: one for each figure, and one with its error for each unit that failed."""
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
    for (draw, replication), seed, records, error, month in results:
        rows: Sequence[Mapping[str, Any]] = records
        if error:
            rows = [{"design": "", "outcome": "", "group": "", "month": month, "value": None}]
        count = len(rows)
        columns["draw"] += [draw] * count
        columns["replication"] += [replication] * count
        columns["seed"] += [seed] * count
        columns["status"] += [FAILED if error else OK] * count
        columns["error"] += [error] * count
        for name in ("design", "outcome", "group", "month", "value"):
            columns[name] += [row[name] for row in rows]
    return pyarrow.table(columns, schema=schema)
