"""Finishing: the files that are written beside the runs of a study: tables, codebook, ``summary.json``, certificate."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import certificate, columns, record, summary
from experiments.store import write_atomically, write_json, write_table
from experiments.summary import Summary

if TYPE_CHECKING:
    import pandas


def finish(folder: Path) -> Summary:
    """Write all files of a finished study beside its runs and return its summary."""
    found = summary.read(folder)
    write(found, folder)
    certificate.write(folder)
    return found


def write(found: Summary, folder: Path) -> None:
    """Write ``summary.json``, the tables as Parquet, and the codebook of all their columns."""
    for name, table in found.tables.items():
        write_table(folder / f"{name}.parquet", table)
    text = columns.table(found).to_csv(index=False)
    write_atomically(folder / columns.CODEBOOK, lambda temporary: _write_text(temporary, text))
    write_json(folder / "summary.json", content_of(found))


def content_of(found: Summary) -> dict[str, Any]:
    """Return what ``summary.json`` holds."""
    return {
        "interval": found.manifest["interval"],
        "rule_of_comparison": found.rule,
        "designs": found.designs,
        "outcomes": {
            name: {
                key: getattr(found.codebook[name], key, "")
                for key in ("label", "unit", "definition", "rule", "source", "better")
            }
            for name in found.outcomes
            if name in found.codebook
        },
        "levels": _rows(found.levels),
        "paired_differences": _rows(found.differences),
        "ranking": _rows(found.ranking),
        "front": _rows(found.front),
        "stopped": found.stopped,
        "beside_the_record": [line._asdict() for line in record.lines(found)],
        "failed_runs": [
            {"draw": int(row["draw"]), "seed": int(row["seed"]), "error": str(row["error"])}
            for _, row in found.failures.iterrows()
        ],
        "provenance": dict(found.manifest),
    }


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _rows(table: pandas.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as JSON values; undefined is null, infinite is a word."""
    return [{str(key): _plain(str(key), value) for key, value in row.items()} for row in table.to_dict("records")]


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, float) and math.isinf(value):
        return "exact" if key == "pairing_gain" else "no limit"
    return value
