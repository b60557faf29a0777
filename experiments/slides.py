"""Slides: the front of a report as pages of one idea each, in large type; printed, one slide is one page.

One HTML file that needs nothing else. The charts are those of the report, in parts where a whole would be too small to
read across a room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from experiments import blocks, drawing, fares, reach, report
from experiments.language import language
from experiments.store import write_atomically
from experiments.telling import Telling
from sim.errors import InputError

if TYPE_CHECKING:
    from experiments.summary import Summary

NAME = "slides"
CHARTED = 3  # parts of a chart of differences that become slides


class Slide(NamedTuple):
    """One page: its idea as a heading, what to say, and a chart or a table."""

    name: str
    title: str
    said: Sequence[str] = ()
    chart: str = ""
    table: tuple[Sequence[str], Sequence[Sequence[str]]] | None = None  # header and rows
    below: str = ""


def target(where: Path, code: str) -> Path:
    """Return the file that slides go to: the one that is named, or one in the folder that is named.

    >>> target(Path("talk"), "ky").as_posix(), target(Path("talk/mine.html"), "ky").as_posix()
    ('talk/slides.ky.html', 'talk/mine.html')
    """
    if where.suffix.lower() == ".html":
        return where
    return where / (f"{NAME}.html" if code == "en" else f"{NAME}.{code}.html")


def free(path: Path, option: str) -> None:
    """Refuse a file that is there already or has no folder to be in; nothing is overwritten unasked."""
    if path.exists():
        raise InputError(f"{option}: {path} is there already; give another name, or remove it first")
    if path.suffix and path.parent.exists() and not path.parent.is_dir():
        raise InputError(f"{option}: {path.parent} is a file; name a folder, or a file that ends in .html")


def write(summary: Summary, path: Path, code: str = "en") -> Path:
    """Write the slides of a study in a language and return their path."""
    page = html(summary, code)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, lambda temporary: _write(temporary, page))
    return path


def html(summary: Summary, code: str = "en") -> str:
    """Return all slides as one HTML page without any reference to the outside."""
    told = Telling(summary, language(code))
    made = list(pages(told))
    return report.rendered("slides.html", {**report.frame(told), "slides": made, "foot": foot(told)})


def pages(told: Telling) -> Iterator[Slide]:
    """Yield the slides: question, answer, figures, reach and effect, charts, what the figures mean."""
    text, summary = told.say.text, told.summary
    question = str(summary.manifest["scenario"].get("question", ""))
    first = told.title(summary.designs[0])
    designs = [
        f"{told.title(name)}: {'; '.join(told.terms(name)) or text('The law as it is.')}" for name in summary.designs
    ]
    yield Slide("question", text(question) if question else text("The designs"), designs)
    if len(summary.designs) > 1:
        yield Slide("answer", text("The answer"), [told.verdict(design) for design in summary.designs[1:]])
        yield figures(told, first)
    yield from _reached(told)
    for block in (fares.everybody(told), blocks.over_time(told)):
        yield from charted(block) if block is not None else ()
    yield from (slide for block in blocks.explained(told) for slide in charted(block))
    kinds = fares.by_kind(told)
    yield from charted(kinds) if kinds else ()
    differences = blocks.paired(told) if len(summary.designs) > 1 else None
    yield from list(charted(differences))[:CHARTED] if differences else ()
    yield Slide("meaning", text("What the numbers mean and do not mean"), list(_meaning(told)))


def charted(block: blocks.Block) -> Iterator[Slide]:
    """Yield a slide for each part of a chart."""
    parts = list(block.pages) or [drawing.broad(block.svg)]
    for number, svg in enumerate(parts, start=1):
        name = f"{block.name}-{number}" if block.pages else block.name
        title = f"{block.title} ({number}/{len(parts)})" if len(parts) > 1 else block.title
        yield Slide(name, title, [block.message] if len(parts) == 1 else [], svg, None, block.reading)


def figures(told: Telling, first: str) -> Slide:
    """Return the table of the answer: the first design as it is, the others as differences, without their bands."""
    text, rows = told.say.text, []
    for row in report.headline_rows(told, told.first):
        cells = [
            f"{cell['figure']}, {cell['verdict']}" if cell["shown"] else str(cell["verdict"]) for cell in row["cells"]
        ]
        rows.append([f"{row['label']} ({row['unit']})", row["level"]["figure"], *cells])
    header = [text("Outcome"), *(told.title(design) for design in told.summary.designs)]
    below = text("'{first}' as it is, the others as differences to it: medians; bands are in the report", first=first)
    return Slide("figures", text("The answer in figures"), [], "", (header, rows), below)


def foot(told: Telling) -> str:
    """Return what stands below each slide: whose figures these are, and how sure."""
    status, say = str(told.summary.manifest.get("status", "")), told.say
    draws = say.plural("{count} parameter draw", "{count} parameter draws", told.summary.draws)
    return ", ".join(part for part in ("Kelishim", say.text(status) if status else "", draws) if part)


def _reached(told: Telling) -> Iterator[Slide]:
    found = reach.section(told)
    if found is None:
        return
    header = ["", *(label for _, label in found.columns)]
    rows = [[row.label, *(cell.text.replace("\n", " (") + ")" for cell in row.cells)] for row in found.rows]
    yield Slide("reach", told.say.text("Reach beside effect"), [], "", (header, rows), found.notes[0])


def _meaning(told: Telling) -> Iterator[str]:
    text = told.say.text
    yield text("Medians and intervals describe what follows from the stated beliefs about behaviour. If a belief is "
               "wrong, so is the interval. The model does not forecast.")  # fmt: skip
    yield text("'Cannot be told apart' does not mean that two designs are equal. It means that the draws disagree on "
               "which has more.")  # fmt: skip
    yield text("The people are simulated. No row is a real household, person or employer; the totals follow published "
               "statistics. One simulated household stands for {scale} households.",
               scale=told.say.number(int(told.summary.manifest["scenario"].get("scale", 0))))  # fmt: skip


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
