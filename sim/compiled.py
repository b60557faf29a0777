"""Compilation of rules and sweeps: the only module that names the compiler.

A *rule* is scalar in, scalar out. A *sweep* is a loop over the rows of a table. Both are ordinary Python; they are
compiled unless the environment variable ``KELISHIM_COMPILED`` is ``0``, and give the same bits either way
(``fastmath`` is off, so no arithmetic is fused or reordered).

Compiled code is cached in the user's cache folder (``KELISHIM_CACHE`` overrides it), in a folder named by a hash of
every source file of the model: an edited rule can never meet stale code, and a read-only installation works.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ENABLED = os.environ.get("KELISHIM_COMPILED", "1") != "0"


def source_hash() -> str:
    """Return twelve hexadecimal digits that change with any source file of the model."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def cache_folder() -> Path:
    """Return a writable folder for compiled code, the system's temporary one if no other can be written."""
    named = os.environ.get("KELISHIM_CACHE")
    if named:
        base = Path(named)
    else:
        import platformdirs

        base = Path(platformdirs.user_cache_dir("kelishim"))
    folder = base / "compiled" / source_hash()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".write-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError:
        folder = Path(tempfile.gettempdir()) / "kelishim-compiled" / source_hash()
        folder.mkdir(parents=True, exist_ok=True)
    return folder


if ENABLED:
    os.environ["NUMBA_CACHE_DIR"] = str(cache_folder())
    import numba

    def rule(function: Callable[..., Any]) -> Any:
        """Compile a scalar rule; it stays callable from plain Python."""
        return numba.njit(nogil=True, error_model="numpy")(function)

    def sweep(function: Callable[..., Any]) -> Any:
        """Compile a loop over the rows ``first`` to ``last`` of a table; cached on disk, releases the interpreter."""
        return numba.njit(nogil=True, cache=True, error_model="numpy")(function)

else:

    def rule(function: Callable[..., Any]) -> Any:
        """Return the rule as plain Python."""
        return function

    def sweep(function: Callable[..., Any]) -> Any:
        """Return the sweep as plain Python."""
        return function
