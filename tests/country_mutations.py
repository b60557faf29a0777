"""Spoilt folders of a country, and what the check and whoever reads the country make of one."""

from __future__ import annotations

import functools
import gc
import random
import shutil
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from experiments import cli
from sim.behaviour import medians
from sim.countries import country_folder, resolved
from sim.policies import design
from sim.population import load_country
from sim.scenario import present_law

OWN = ("sim.", "experiments.", "workshop.")
CELLS = (b"", b"nan", b"inf", b"-1", b"1e400", b"x", b'"', b"\xff", b"0", b"1e9", b"2024-13", b"[", "é".encode())
LONGEST = 700  # letters of a sentence


def mutated(text: bytes, draw: random.Random) -> bytes:
    """Return a text with one thing changed: a cell, a line, some bytes, an end that is missing."""
    lines = text.splitlines(keepends=True)
    at = draw.randrange(len(lines))
    cells = lines[at].split(b",")
    match draw.randrange(9):
        case 0 | 1:
            cells[draw.randrange(len(cells))] = draw.choice(CELLS)
            lines[at] = b",".join(cells)
        case 2:
            del lines[at]
        case 3:
            lines.insert(at, lines[draw.randrange(len(lines))])
        case 4:
            return text[: draw.randrange(len(text))]
        case 5:
            lines[at] = b",".join(reversed(cells))
        case 6:
            lines[at] = bytes(draw.randrange(256) for _ in range(40)) + b"\n"
        case 7:
            digits = [k for k, one in enumerate(lines[at]) if 48 <= one < 58] or [0]
            k = draw.choice(digits)
            lines[at] = lines[at][:k] + bytes([draw.randrange(48, 58)]) + lines[at][k + 1 :]
        case _:
            lines[at] = lines[at].replace(b"=", b"", 1).replace(b"[[", b"[", 1)
    return b"".join(lines)


def forget() -> None:
    """Forget all that was read of any country: the next folder of this name is another one."""
    for one in _caches(len(sys.modules)):
        one.cache_clear()


@functools.cache
def _caches(modules: int) -> list[Any]:
    """Return what remembers anything in our modules; it is looked for anew when one more was imported."""
    return [one for one in gc.get_objects()
            if isinstance(one, functools._lru_cache_wrapper) and str(getattr(one, "__module__", "")).startswith(OWN)
            ]  # fmt: skip


class Folders:
    """One folder of a country, of which one file at a time is spoilt, lost or strange."""

    def __init__(self, where: Path, country: str = "velnia") -> None:
        self.folder = where / "spoilt"
        shutil.copytree(country_folder(country), self.folder)
        self.files = sorted(path for path in self.folder.rglob("*") if path.suffix in (".csv", ".toml"))
        self.good = {path: path.read_bytes() for path in self.files}
        self.laws = set(design._known)

    def one(self, seed: int) -> tuple[str, Any, list[str]]:
        """Check the folder with one spoilt file; return its name, what came back and the faults of that."""
        draw = random.Random(f"country {seed}")
        path = draw.choice(self.files)
        before = sorted(self.folder.rglob("*"))
        if draw.randrange(40) == 0:
            path.unlink()
        else:
            path.write_bytes(mutated(self.good[path], draw))
        self._forget()
        done = CliRunner().invoke(cli.app, ["country", "check", str(self.folder)])
        found = _faults(done)
        if done.exit_code == 0:
            found += self._used()
        left = {one.name for one in self.folder.rglob("*")} - {one.name for one in before}
        found += [f"left behind: {name}" for name in left]
        path.write_bytes(self.good[path])
        return f"country {seed} {path.name}", done, found

    def _used(self) -> list[str]:
        """Read all of a country that has no fault; whatever goes wrong is a fault of the check."""
        country = resolved(str(self.folder))
        try:
            load_country(country)
            present_law(country)
            medians(country)
        except Exception as error:  # whatever it is, the check did not see it
            return [f"no fault was found, then {error!r}"]
        return []

    def _forget(self) -> None:
        forget()
        for code in set(design._known) - self.laws:
            design._known.pop(code)
        design._with_laws.clear()


def _faults(done: Any) -> list[str]:
    found = []
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        found.append(f"traceback: {done.exception!r}")
    if done.exit_code not in (0, 2):
        found.append(f"exit code {done.exit_code}")
    sentences = [line for line in done.stdout.splitlines() if line.startswith("- ")]
    if done.exit_code == 2 and not sentences and len(done.stderr.strip().splitlines()) != 1:
        found.append(f"no sentence: {done.stderr[:200]!r}")
    found += [f"too long: {line[:80]}" for line in sentences if len(line) > LONGEST]
    return found
