"""Workbook: tables as one file for spreadsheet programs (Office Open XML), with the standard library alone.

Text and numbers, one sheet a table, no styles. The same tables give the same bytes.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

LONGEST = 31  # letters of the name of a sheet
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
WHEN = (1980, 1, 1, 0, 0, 0)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

Cell = object
Rows = Sequence[Sequence[Cell]]


def write(path: Path, sheets: Mapping[str, Rows]) -> None:
    """Write sheets, a name and its rows each, into one file."""
    names = sheet_names(list(sheets))
    numbered = list(enumerate(sheets.values(), start=1))
    overrides = "".join(f'<Override PartName="/xl/worksheets/sheet{k}.xml" ContentType="{KIND}.worksheet+xml"/>'
                        for k, _ in numbered)  # fmt: skip
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{k}" r:id="r{k}"/>' for k, name in enumerate(names, 1))
    related = "".join(f'<Relationship Id="r{k}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{k}.xml"/>'
                      for k, _ in numbered)  # fmt: skip
    parts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>{overrides}</Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
        **{f"xl/worksheets/sheet{k}.xml": _sheet(rows) for k, rows in numbered},
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(zipfile.ZipInfo(name, WHEN), HEAD + text, zipfile.ZIP_DEFLATED)


def sheet_names(names: Sequence[str]) -> list[str]:
    """Return names that a workbook can have: short, without forbidden signs, each once.

    >>> sheet_names(["a/b", "a:b", "x" * 40])
    ['a b', 'a b 2', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx']
    """
    out: list[str] = []
    for name in names:
        plain = FORBIDDEN.sub(" ", name)[:LONGEST]
        made, number = plain, 2
        while made.lower() in {one.lower() for one in out}:
            made = f"{plain[: LONGEST - len(str(number)) - 1]} {number}"
            number += 1
        out.append(made)
    return out


def column(number: int) -> str:
    """Return the letters of a column.

    >>> column(1), column(26), column(27), column(703)
    ('A', 'Z', 'AA', 'AAA')
    """
    out = ""
    while number:
        number, rest = divmod(number - 1, 26)
        out = chr(ord("A") + rest) + out
    return out


def _sheet(rows: Rows) -> str:
    lines = "".join(
        f'<row r="{y}">{"".join(_cell(f"{column(x)}{y}", value) for x, value in enumerate(row, 1))}</row>'
        for y, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _cell(place: str, value: Cell) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<c r="{place}"><v>{float(value)!r}</v></c>' if math.isfinite(value) else ""
    text = escape(str(value))
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
