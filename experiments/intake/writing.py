"""Writing: a file that is there whole or not at all, and never in place of another."""

from __future__ import annotations

from pathlib import Path

from sim.errors import InputError


def free(path: Path, ending: str) -> Path:
    """Return a path at which a new file can be written; one that cannot is an ``InputError``."""
    if path.suffix.lower() != ending:
        raise InputError(f"{path}: the name of the file must end in {ending}")
    if path.exists():
        raise InputError(f"{path}: the file is there already; name another, or remove it first")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}; make it first")
    return path


def fresh(folder: Path) -> Path:
    """Return a folder that can be made; one that cannot is an ``InputError``."""
    if folder.exists():
        raise InputError(f"{folder}: the folder is there already; name a new one")
    if not folder.parent.is_dir():
        raise InputError(f"{folder}: there is no folder {folder.parent}; make it first")
    return folder


def put(path: Path, text: str) -> None:
    """Write a text; whoever reads the file finds all of it."""
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
