"""Reading and writing of TOML; the standard library can only read it, and answers with tracebacks."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.errors import InputError, nearest

LARGEST_FILE = 1_000_000  # bytes
WITH_MARKS = re.compile(r"[-+]?\d+(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?|[-+]?\d+(?:,\d+)+")  # as in 0,25 or 200 000
BARE = re.compile(r"([\w-]+)\s*=\s*([^\W\d][^,\]}#=\"']*|\d{4}-\d{2})(?=\s*(?:[,\]}#]|$))")  # a text without marks


def key_text(key: str) -> str:
    """Return a key, in quotation marks where it needs them.

    >>> key_text("grant"), key_text("Osh oblast")
    ('grant', '"Osh oblast"')
    """
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else value_text(key)


def value_text(value: Any) -> str:
    """Return a value on one line.

    >>> value_text([{"from": "2026-01", "value": 2e5}, True, "a"])
    '[{ from = "2026-01", value = 200000.0 }, true, "a"]'
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key_text(key)} = {value_text(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    return "[" + ", ".join(value_text(item) for item in value) + "]"


def toml_text(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> str:
    """Return a table as TOML: plain values first, then the tables inside it, each under its own heading.

    >>> print(toml_text({"name": "a", "designs": {"today": {}}}), end="")
    name = "a"
    <BLANKLINE>
    [designs.today]
    """
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    inner = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    text = ""
    if path and (plain or not inner):
        text += "\n[" + ".".join(key_text(part) for part in path) + "]\n"
    text += "".join(f"{key_text(key)} = {value_text(value)}\n" for key, value in plain.items())
    return text + "".join(toml_text(value, (*path, key)) for key, value in inner.items())


def toml_tables(path: Path) -> dict[str, Any]:
    """Return the raw content of a TOML file."""
    if path.suffix.lower() != ".toml":
        raise InputError(f"{path}: a scenario must be a file whose name ends in .toml")
    if not path.is_file():
        found = sorted(p.name for p in path.parent.glob("*.toml")) if path.parent.is_dir() else []
        hint = f"; {nearest(path.name, found)}" if found else ""
        raise InputError(f"{path}: there is no such file{hint}")
    return file_tables(path, "a scenario")


def file_tables(path: Path, what: str) -> dict[str, Any]:
    """Return the raw content of a TOML file that is there, of a scenario or a law; a mistake is an ``InputError``."""
    try:
        content = path.read_bytes()
        if len(content) > LARGEST_FILE:
            raise InputError(f"{path}: the file has {len(content):,} bytes; {what} has at most {LARGEST_FILE:,}")
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: the file cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is not UTF-8; save the file in the encoding UTF-8") from None
    return parsed(text, str(path))


def parsed(text: str, owner: str) -> dict[str, Any]:
    """Return the raw content of a TOML text; a mistake is an ``InputError`` that begins with ``owner``."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{owner}: the file nests lists or tables too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{owner}: {_mistake(str(error), text)}") from None


def _mistake(error: str, text: str) -> str:
    """Return what is wrong with a text that is not TOML."""
    twice = re.search(r"Cannot declare \((.*?),?\) twice", error)
    if twice:
        key = ".".join(re.findall(r"'([^']*)'", twice[1]))
        return f"[{key}] occurs twice; every design and table needs its own name"
    place = re.search(r"at line (\d+), column (\d+)", error)
    number, column = (int(place[1]), int(place[2])) if place else (0, 0)
    line = text.split("\n")[number - 1] if place else ""
    for found in WITH_MARKS.finditer(line):
        if found.start() < column and not line[found.end() : column - 1].strip():
            return f"line {number} has {found[0]}; {marks_hint(found[0])}"
    quoted = f"; line {number} is {line.strip()[:60]!r}" if line.strip() else ""
    return f"the file is not valid TOML: {error}{quoted}{_bare_hint(line, column)}"


def _bare_hint(line: str, column: int) -> str:
    """Return how a text without quotation marks is written; empty if the mistake is another one.

    >>> _bare_hint("quota = FR  # France", 9), _bare_hint("loan = True", 8), _bare_hint("x = [", 5)
    ('; write text in quotation marks: quota = "FR"', '; write true or false in small letters', '')
    """
    for found in BARE.finditer(line):
        if found.start(2) < column <= found.end(2) + 1:
            key, value = found[1], found[2].rstrip()
            if value.lower() in ("true", "false"):
                return "; write true or false in small letters"
            return f'; write text in quotation marks: {key} = "{value[:60]}"'
    return ""


def marks_hint(number: str) -> str:
    """Return how a number with a comma, or with spaces, is written; empty for any other text.

    >>> marks_hint("0,25"), marks_hint("200 000"), marks_hint("two")
    ('write decimals with a point, 0.25', 'write thousands without a mark, 200000', '')
    >>> marks_hint("200,000")
    'write decimals with a point, 200.000, and thousands without a mark, 200000'
    """
    if not WITH_MARKS.fullmatch(number.strip()):
        return ""
    plain = re.sub(r"[ \u00a0\u202f]", "", number.strip())
    decimals, thousands = plain.replace(",", "."), plain.replace(",", "")
    if plain.count(",") != 1:
        return f"write thousands without a mark, {thousands}"
    if re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", plain):
        return f"write decimals with a point, {decimals}, and thousands without a mark, {thousands}"
    return f"write decimals with a point, {decimals}"
