"""Opened: whether what people open in a results folder is what its runs say; made anew beside it and compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from experiments import columns, finishing, quota_tables, report, structures, summary, typical
from experiments.certificate import Check
from experiments.language import NAMES, language
from experiments.summary import Summary


def checks(folder: Path) -> Iterator[Check]:
    """Check the summary, the tables for people and the reports of a folder whose runs are sound."""
    found = summary.read(folder)
    wrong = [name for name, made in _anew(found, folder) if (folder / name).read_bytes() != made]
    if wrong:
        yield Check(False, f"{', '.join(wrong)}: not what the runs give today; kelishim report makes them anew.")
    else:
        yield Check(True, "Summary and reports, made anew from the runs, are those in the folder.")


def _anew(found: Summary, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file that is there and that people open."""
    with TemporaryDirectory() as place:
        beside = Path(place)
        finishing.write(found, beside)
        quota_tables.write_csv(found, beside)
        for name in ("summary.json", columns.CODEBOOK, quota_tables.FILE):
            if (folder / name).exists():
                yield name, (beside / name).read_bytes() if (beside / name).exists() else b""
    for code in NAMES:
        name = report.file_name(code)
        if (folder / name).exists():
            yield name, report.html(found, language(code), typical.read(folder), structures.read(folder)).encode()
