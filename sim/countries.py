"""Countries: where the folder of numbers of a country is; one that comes along has a name, any other is a path.

Everything that is asked of a country takes one word for it: the name of one that comes along, or the path of a folder.
The environment variable ``KELISHIM_COUNTRY`` (the option ``kelishim --country``) says which is taken where a command
or a scenario names none.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sim.errors import CountryError, InputError, nearest

SHIPPED = Path(__file__).parent / "country"
USUAL = "kyrgyzstan"
VARIABLE = "KELISHIM_COUNTRY"
MARK = "regions.csv"  # a folder with this file is that of a country


@cache
def countries() -> tuple[str, ...]:
    """Return the names of the countries that come along."""
    return tuple(sorted(folder.name for folder in SHIPPED.iterdir() if (folder / MARK).is_file()))


def home() -> str:
    """Return the country of a command or a scenario that names none."""
    return resolved(os.environ.get(VARIABLE) or USUAL)


def resolved(country: str, beside: Path | None = None) -> str:
    """Return the one way to write a country: the name of one that comes along, or the whole path of a folder.

    A path is looked for from ``beside`` if it is not there from the folder that the command runs in.
    """
    if country in countries():
        return country
    for place in (Path(country), (beside or Path()) / country):
        folder = place.expanduser()
        if country and (folder / MARK).is_file():
            known = folder.resolve()
            return known.name if known.parent == SHIPPED.resolve() else known.as_posix()
    if country and Path(country).is_dir():
        raise InputError(f"country is '{country}', a folder without {MARK}; it must have the files of a country")
    raise InputError(f"country is '{country}'; {nearest(country, countries())}")


def country_folder(country: str) -> Path:
    """Return the folder of a country; one that does not exist is an ``InputError``."""
    found = resolved(country)
    return SHIPPED / found if found in countries() else Path(found)


def text_of(path: Path) -> str:
    """Return the text of a file of a country; one that cannot be read is a ``CountryError``."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CountryError(f"{path}: byte {error.start} is not UTF-8; save the file in the encoding UTF-8") from None
    except OSError as error:
        raise CountryError(f"{path}: the file cannot be read ({error.strerror})") from None


def table_of(path: Path) -> csv.DictReader[str]:
    """Return the rows of a CSV file of a country."""
    return csv.DictReader(io.StringIO(text_of(path), newline=""))


def name_of(country: str) -> str:
    """Return what a country is called: the name of its folder.

    >>> name_of("kyrgyzstan"), name_of("/home/me/oldland")
    ('kyrgyzstan', 'oldland')
    """
    return Path(country).name


def word_of(folder: Path) -> str:
    """Return the word for the country of a folder, as :func:`resolved` writes it.

    >>> word_of(SHIPPED / "kyrgyzstan")
    'kyrgyzstan'
    """
    return resolved(folder.as_posix())


def fingerprint(country: str) -> str:
    """Return twelve hexadecimal digits that change with any file of a country."""
    folder, digest = country_folder(country), hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        named = path.relative_to(folder).as_posix()
        if not any(part.startswith((".", "_")) for part in Path(named).parts):
            digest.update(f"{named} {path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def placed(values: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return the values of a scenario file with the paths of countries in it read from the file's own folder."""
    out = dict(values)
    study = out.get("study")
    if isinstance(study, Mapping) and isinstance(study.get("arms"), Mapping):
        out["study"] = {**study, "arms": {name: _placed(arm, folder) for name, arm in study["arms"].items()}}
    return dict(_placed(out, folder))


def _placed(table: Any, folder: Path) -> Any:
    country = table.get("country") if isinstance(table, Mapping) else None
    if not isinstance(country, str) or not country or country in countries() or (Path(country) / MARK).is_file():
        return table
    return {**table, "country": resolved(country, folder)} if (folder / country / MARK).is_file() else table
