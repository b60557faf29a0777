"""Storing: where the server keeps what may be lost (runs) and what must not be lost (sessions)."""

from __future__ import annotations

from pathlib import Path

from sim.engine.folders import cached


def cache_folder() -> Path:
    """Return the folder of runs."""
    return cached("workshop")


def data_folder() -> Path:
    """Return the folder of sessions."""
    import platformdirs

    return Path(platformdirs.user_data_dir("kelishim"))
