"""Layout: a table as lines of text for a screen of any width.

A table that is too wide is written with its headings broken, then with its words broken, then as several tables with
fewer columns each, and at last turned: one line for each cell. A number is never broken, so no digit is lost.
"""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

USUAL, NARROWEST, WIDEST = 80, 40, 120  # columns of a screen
BETWEEN = 2  # spaces between columns
ENOUGH, LEAST = 24, 12  # letters that names of rows, and cells of words, should have, and must have
INDENT = "  "  # of the cells of a table that is turned


class Sheet(NamedTuple):
    """A table as texts: a name for each row, a heading for each column of cells; a text may have several lines."""

    first: str
    names: Sequence[str]
    headings: Sequence[str]
    cells: Sequence[Sequence[str]]


def screen_width() -> int:
    """Return how many columns there are: what COLUMNS says, else those of the terminal, else 80."""
    return max(NARROWEST, min(shutil.get_terminal_size((USUAL, 24)).columns, WIDEST))


def broken(text: str, width: int) -> str:
    r"""Return a text in lines of at most that width, broken at ordinary spaces alone; a longer word stays whole.

    What a line is indented by, the lines that are broken off are indented by too.

    >>> broken("about 84\u00a0683 som", 9), broken("a b", 9), broken("  less a b", 8)
    ('about\n84\xa0683\nsom', 'a b', '  less a\n  b')
    """
    return "\n".join(part for line in text.split("\n") for part in _broken(line, width))


def _broken(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip(" "))]
    words = " ".join(word for word in line.split(" ") if word)
    return textwrap.wrap(
        words, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def lines(sheet: Sheet, width: int) -> list[str]:
    """Return a table as lines of less than ``width`` columns."""
    room = width - 1
    found = _widths(sheet, room)
    if found is not None:
        return _written(sheet, found)
    if len(sheet.headings) > 1:
        half = (len(sheet.headings) + 1) // 2
        first, last = (
            sheet._replace(headings=sheet.headings[part], cells=[row[part] for row in sheet.cells])
            for part in (slice(0, half), slice(half, None))
        )
        return [*lines(first, width), "", *lines(last, width)]
    return list(_turned(sheet, room))


def _widths(sheet: Sheet, room: int) -> list[int] | None:
    """Return the width of the names and of each column; nothing where a table does not fit."""
    whole, headings = _columns(sheet), [text.split("\n") for text in (sheet.first, *sheet.headings)]
    long = [max(map(len, lines)) for lines in headings]
    words = [_longest_word(lines) for lines in headings]
    flexible = [
        place == 0 or (width > ENOUGH and _is_text(whole[place])) for place, width in enumerate(map(_most, whole))
    ]
    for heads, least in ((long, ENOUGH), (words, ENOUGH), (words, LEAST)):
        wanted = [max(_most(lines), head) for lines, head in zip(whole, heads, strict=True)]
        low = [max(min(want, least), head, _number(lines)) if bends else want
               for want, head, lines, bends in zip(wanted, heads, whole, flexible, strict=True)]  # fmt: skip
        found = _shared(low, wanted, room - BETWEEN * len(sheet.headings))
        if found is not None:
            return found
    if len(sheet.headings) > 1:
        return None
    low = [max(_longest_word(lines), head) for lines, head in zip(whole, words, strict=True)]
    low[0] = max(min(low[0], LEAST), words[0], _number(whole[0]))
    return _shared(low, [max(_most(lines), head) for lines, head in zip(whole, words, strict=True)], room - BETWEEN)


def _shared(low: list[int], wanted: list[int], room: int) -> list[int] | None:
    """Return widths between the lowest and the wanted that fill the room; nothing where the lowest do not fit.

    >>> _shared([4, 10], [20, 12], 24), _shared([4, 10], [20, 12], 13)
    ([12, 12], None)
    """
    spare = room - sum(low)
    if spare < 0:
        return None
    widths = list(low)
    while spare > 0:
        short = [place for place, want in enumerate(wanted) if widths[place] < want]
        if not short:
            break
        narrowest = min(short, key=lambda place: widths[place])
        widths[narrowest] += 1
        spare -= 1
    return widths


def _written(sheet: Sheet, widths: Sequence[int]) -> list[str]:
    """Return the lines of a table that fits."""
    left = [True, *(_is_text(column) for column in _columns(sheet)[1:])]
    out = []
    if sheet.first or any(sheet.headings):
        blocks = [_block(text, width) for text, width in zip((sheet.first, *sheet.headings), widths, strict=True)]
        height = max(map(len, blocks))
        out += _side_by_side([[""] * (height - len(block)) + block for block in blocks], widths, left)
        out.append("─" * (sum(widths) + BETWEEN * len(sheet.headings)))
    for name, cells in zip(sheet.names, sheet.cells, strict=True):
        if not cells:  # a heading has the whole line
            out += broken(name, sum(widths) + BETWEEN * len(sheet.headings)).split("\n")
            continue
        filled = [name, *cells, *[""] * (len(sheet.headings) - len(cells))]
        out += _side_by_side([_block(text, width) for text, width in zip(filled, widths, strict=True)], widths, left)
    return out


def _side_by_side(blocks: Sequence[list[str]], widths: Sequence[int], left: Sequence[bool]) -> list[str]:
    out = []
    for k in range(max(map(len, blocks))):
        parts = [block[k] if k < len(block) else "" for block in blocks]
        put = (part.ljust(width) if words else part.rjust(width)
               for part, width, words in zip(parts, widths, left, strict=True))  # fmt: skip
        out.append((" " * BETWEEN).join(put).rstrip())
    return out


def _block(text: str, width: int) -> list[str]:
    """Return a text in lines; a word without a digit that is too long is cut."""
    out = []
    for line in broken(text, width).split("\n"):
        while len(line) > width and not any(letter.isdigit() for letter in line):
            out.append(line[:width])
            line = line[width:]
        out.append(line)
    return out


def _turned(sheet: Sheet, room: int) -> list[str]:
    """Return a table turned: the name of each row, and below it a line for each cell."""
    out: list[str] = []
    for name, cells in zip(sheet.names, sheet.cells, strict=True):
        out += broken(name, room).split("\n") if name else []
        for heading, cell in zip(sheet.headings, cells, strict=False):
            if cell:
                told = " ".join((f"{heading}: {cell}" if heading else cell).split("\n"))
                out += broken(INDENT + told, room).split("\n")
    return out


def _columns(sheet: Sheet) -> list[list[str]]:
    """Return the lines of the names, and of the cells of each column."""
    names = [name for name, cells in zip(sheet.names, sheet.cells, strict=True) if cells]
    columns = [names, *([row[k] for row in sheet.cells if k < len(row)] for k in range(len(sheet.headings)))]
    return [[line for text in column for line in text.split("\n")] or [""] for column in columns]


def _most(lines: Sequence[str]) -> int:
    return max(map(len, lines), default=0)


def _longest_word(lines: Sequence[str]) -> int:
    return max((len(word) for line in lines for word in line.split(" ")), default=0)


def _number(lines: Sequence[str]) -> int:
    """Return the width of the longest word that has a digit, with what its line is indented by."""
    return max((len(word) + len(line) - len(line.lstrip(" ")) for line in lines for word in line.split(" ")
                if any(letter.isdigit() for letter in word)), default=0)  # fmt: skip


def _is_text(lines: Sequence[str]) -> bool:
    """Return whether a column holds words: most of its lines begin with a letter.

    >>> _is_text(["more in 3 of 12", "", "5"]), _is_text(["−3 to 5", "12"])
    (False, False)
    """
    filled = [line.lstrip("*([ ") for line in lines if line.strip()]
    return sum(line[:1].isalpha() for line in filled) > len(filled) / 2
