"""Kept: parameter sets that were drawn before are read from the user's cache folder, the same to the last bit.

Drawing them takes a second, most of it the import of the library that has the Sobol sequence. A file is named by all
that decides its numbers: priors, posterior, seed, this program's code and the versions of the libraries. One that
cannot be read is drawn anew, and where nothing can be written nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import numpy as np

from sim.engine.folders import cached

MOST_KEPT = 100  # files; 50 sets take 80 kB
SOURCES = ("kept.py", "priors.py", "sets.py", "posterior.py")
Sets = list[dict[str, float]]


def folder() -> Path:
    """Return the folder of parameter sets."""
    return cached("sets")


def kept(what: Sequence[object], names: Sequence[str], draws: int, make: Callable[[], Sets]) -> Sets:
    """Return the sets that ``make`` draws; ``what`` must change with anything that could change a number of them."""
    path = folder() / f"{_place([*what, list(names), draws])}.npz"
    with suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        with np.load(path) as file:
            values = file["values"]
        if values.shape == (draws, len(names)):
            return [dict(zip(names, row, strict=True)) for row in values.tolist()]
    made = make()
    if all(list(one) == list(names) for one in made):
        with suppress(OSError):
            _keep(path, np.array([list(one.values()) for one in made], dtype=np.float64))
    return made


def _place(what: Sequence[object]) -> str:
    code = [hashlib.sha256((Path(__file__).parent / name).read_bytes()).hexdigest() for name in SOURCES]
    made_by = [version("numpy"), version("scipy"), platform.machine(), platform.system()]
    return hashlib.sha256(json.dumps([*what, *code, *made_by]).encode()).hexdigest()[:24]


def _keep(path: Path, values: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.stem}-{os.getpid()}.npz")
    np.savez(draft, values=values)
    draft.replace(path)
    oldest = sorted(path.parent.glob("[!.]*.npz"), key=lambda one: one.stat().st_mtime)
    for one in oldest[:-MOST_KEPT]:
        one.unlink(missing_ok=True)
