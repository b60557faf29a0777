"""Provenance: what made a result, so that somebody else can make it again."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("kelishim", "numpy", "numba", "scipy", "pandas", "pyarrow", "joblib", "mesa", "pydantic", "matplotlib")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that can change a number or a table."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def machine() -> dict[str, Any]:
    """Return what kind of machine this is, without its name or its owner's."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "implementation": sys.implementation.name,
    }


def commit(folder: Path | None = None) -> dict[str, Any]:
    """Return the git commit of the code and whether files were changed since; empty outside a git checkout."""
    root = folder or Path(__file__).resolve().parent.parent
    if not (root / ".git").exists():
        return {}
    name = _git(root, "rev-parse", "HEAD")
    return {"commit": name, "changed_files": bool(_git(root, "status", "--porcelain"))} if name else {}


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "--no-optional-locks", "-C", str(root), *arguments]  # a kill in it leaves no lock behind
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603 fixed words
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
