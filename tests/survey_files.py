"""Small surveys, registers and maps for the tests, and ways to spoil them."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from pathlib import Path

COLUMNS = (
    "household", "person", "weight", "stratum", "psu", "region", "place", "age", "sex", "work", "pay", "certificate",
    "consumption",
)  # fmt: skip
REGIONS = ("Chui", "Osh oblast", "Naryn")
MAP = "[columns]\n" + "".join(f'{name} = "{name}"\n' for name in COLUMNS)
REGISTER_COLUMNS = ("contract", "year", "region", "raion", "sector", "size", "children", "child_benefit", "sex", "paid",
                    "status")  # fmt: skip
REGISTER_MAP = "[columns]\n" + "".join(f'{name} = "{name}"\n' for name in REGISTER_COLUMNS)


def survey_rows(households: int = 60) -> list[dict[str, str]]:
    """Return a survey of households of one to five persons in three regions; values are the words of the map."""
    out = []
    for h in range(households):
        region = h % 3
        for p in range(1 + h % 5):
            grown = p < 2
            out.append({
                "household": f"h{h}", "person": str(p + 1), "weight": str(100 + 10 * region + h % 7),
                "stratum": str(region), "psu": str(h // 3 % 5), "region": REGIONS[region],
                "place": "urban" if h % 4 == 0 else "rural", "age": str(25 + (7 * h) % 45 if grown else (3 * h) % 15),
                "sex": "woman" if (h + p) % 2 else "man",
                "work": ("employee" if h % 2 else "farm") if grown else "child",
                "pay": str(15000 + 100 * h) if grown and h % 2 else "",
                "certificate": "group2" if grown and h % 11 == 0 else "none", "consumption": str(20000 + 500 * h),
            })  # fmt: skip
    return out


def register_rows(contracts: int = 200) -> list[dict[str, str]]:
    """Return a register of contracts."""
    return [
        {
            "contract": str(k + 1), "year": "2022" if k % 4 == 0 else "2023", "region": REGIONS[k % 3],
            "raion": f"raion {k % 6}", "sector": ("agriculture", "trade")[k % 5 == 0], "size": str(3 + k % 5),
            "children": str(k % 4), "child_benefit": "yes" if k % 6 else "no", "sex": "man" if k % 9 == 0 else "woman",
            "paid": f"{2022 if k % 4 == 0 else 2023}-0{1 + k % 9}-15", "status": "operating" if k % 7 else "closed",
        }
        for k in range(contracts)
    ]  # fmt: skip


def as_csv(rows: list[dict[str, str]]) -> str:
    """Return rows as CSV."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def written(folder: Path, rows: list[dict[str, str]], map_text: str = MAP, name: str = "survey") -> tuple[Path, Path]:
    """Write rows and a map; return both paths."""
    file, made = folder / f"{name}.csv", folder / f"{name}.toml"
    file.write_text(as_csv(rows), encoding="utf-8")
    made.write_text(map_text, encoding="utf-8")
    return file, made


VALUES = (
    "", " ", "-1", "0", "1e999", "nan", "inf", "abc", "12,5", "200 000", "9" * 400, "é", '"', "\x00", "1;2", "'",
    "=1+1",     "2023-02-30", "woman", "{owner}", "{", "[x]", "true", "None", "\u202e", "1_000", "0x10", "１２",
)  # fmt: skip
LINES = (
    "", "=", "[columns]", "[codes.sex]", 'sex = "sex"', 'sex = ""', "sex = 1", 'sx = "sex"',
    '[codes.weight]\n1 = "a"',     "[missing]\nage = [99]", "[missing]\nage = 99", "[missing]\nage = [inf]",
    "[factors]\nconsumption = 0.5",
    "[factors]\nconsumption = -1", "[factors]\nsex = 2", "[factors]\nconsumption = nan", 'country = "france"',
    "country = 1", 'households_file = "nowhere.csv"', '[household_columns]\nhousehold = "household"', "x = [[[[",
    '[columns]\nweight = "sex"', '[columns]\nage = "household"', "\x00", "é = 1", "[codes]\nsex = 1", "codes = []",
    '[codes.sex]\nwoman = "man"', "[codes.sex]\n1 = 2", "[columns.sex]", '"" = ""', "[missing]\nx = []",
)  # fmt: skip


def spoilt_rows(text: str, chance: random.Random) -> str:
    """Return a CSV with one thing changed."""
    lines = text.split("\n")
    k = chance.randrange(len(lines))
    cells = lines[k].split(",")
    place = chance.randrange(len(cells))

    def cell(value: str) -> str:
        return "\n".join([*lines[:k], ",".join([*cells[:place], value, *cells[place + 1 :]]), *lines[k + 1 :]])

    kinds: list[Callable[[], str]] = [
        lambda: cell(chance.choice(VALUES)),
        lambda: cell(chance.choice(lines[chance.randrange(len(lines))].split(","))),
        lambda: "\n".join(lines[:k] + lines[k + 1 :]),
        lambda: "\n".join([*lines[:k], lines[k], *lines[k:]]),
        lambda: "\n".join([*lines[:k], chance.choice(VALUES), *lines[k:]]),
        lambda: text.replace(",", chance.choice(";\t| ")),
        lambda: text[: chance.randrange(len(text) + 1)],
        lambda: text.replace(chance.choice(lines[-2].split(",")) or "x", chance.choice(VALUES)),
        lambda: "\n".join(",".join(c for i, c in enumerate(line.split(",")) if i != place) for line in lines),
        lambda: "\n".join(",".join([*line.split(","), *line.split(",")[:1]]) for line in lines),
        lambda: "\n".join(lines[:1]),
        lambda: "\ufeff" + text,
        lambda: text.replace("\n", chance.choice(("\r\n", "\r", "\n\n"))),
    ]
    return chance.choice(kinds)()


def spoilt_map(text: str, chance: random.Random) -> str:
    """Return a map with one thing changed."""
    lines = text.split("\n")
    k = chance.randrange(len(lines))
    kinds: list[Callable[[], str]] = [
        lambda: "\n".join(lines[:k] + lines[k + 1 :]),
        lambda: "\n".join([*lines[:k], lines[k], *lines[k:]]),
        lambda: "\n".join([*lines[:k], chance.choice(LINES), *lines[k:]]),
        lambda: "\n".join([*lines, chance.choice(LINES)]),
        lambda: text[: chance.randrange(len(text) + 1)],
        lambda: text.replace(chance.choice(COLUMNS), chance.choice(VALUES)),
    ]
    return chance.choice(kinds)()


def spoilt_bytes(content: bytes, chance: random.Random) -> bytes:
    """Return bytes of which some are changed, lost or added."""
    k = chance.randrange(len(content))
    kinds: list[Callable[[], bytes]] = [
        lambda: content[:k] + bytes([chance.randrange(256)]) + content[k + 1 :],
        lambda: content[:k],
        lambda: content[:k] + chance.randbytes(8) + content[k + 8 :],
        lambda: content[:k] + content[k + 1 :],
        lambda: content[: k % 600] + bytes([chance.randrange(256)]) + content[k % 600 + 1 :],
    ]
    return chance.choice(kinds)()
