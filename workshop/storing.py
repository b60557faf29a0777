"""Storing: where the server keeps what may be lost (runs) and what must not be lost (sessions)."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return the folder of runs."""
    named = os.environ.get("KELISHIM_CACHE")
    if named:
        return Path(named) / "workshop"
    import platformdirs

    return Path(platformdirs.user_cache_dir("kelishim")) / "workshop"


def data_folder() -> Path:
    """Return the folder of sessions."""
    import platformdirs

    return Path(platformdirs.user_data_dir("kelishim"))
