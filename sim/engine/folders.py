"""Folders: where the program keeps what it can make again."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sim.errors import InputError


def cached(kind: str) -> Path:
    """Return the folder of one kind: in ``KELISHIM_CACHE`` if that is set, else in the user's cache folder."""
    named = os.environ.get("KELISHIM_CACHE")
    if named:
        return Path(named) / kind
    import platformdirs

    return Path(platformdirs.user_cache_dir("kelishim")) / kind


def writable(kind: str, ready: str = "") -> Path:
    """Return the folder of one kind, or a temporary one where it cannot be written.

    With ``ready`` a folder that has a file of that pattern is taken as it is, to be read only. Raises ``InputError``
    where neither can be written.
    """
    folder = cached(kind)
    if _can_be_written(folder) or (ready and any(folder.glob(ready))):
        return folder
    try:
        temporary = Path(tempfile.gettempdir()) / f"kelishim-{kind}"
    except OSError:
        temporary = folder
    if not _can_be_written(temporary):
        raise InputError(
            f"{folder} cannot be written, and no temporary folder can; name a folder that can be written with the "
            "environment variable KELISHIM_CACHE or TMPDIR"
        )
    return temporary


def _can_be_written(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".write-{os.getpid()}-{os.urandom(4).hex()}"
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True
