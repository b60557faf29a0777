"""Reading: a table from a CSV, Parquet, Stata or SPSS file, with its labels; a mistake is one sentence.

Only the columns that are asked for are read. The labels of Stata and SPSS files come with them.
"""

from __future__ import annotations

import csv
import math
import numbers
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import InputError, nearest

LARGEST_FILE = 2_000_000_000  # bytes
MOST_ROWS, MOST_COLUMNS = 5_000_000, 10_000
MOST_CELLS_PER_BYTE = 100  # of a compressed file; a damaged one may claim any number of rows
LONGEST_HEAD = 4_000_000  # bytes of the first line
SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Heading:
    """What a file says of its columns."""

    names: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)  # of columns
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # column -> code -> label of the code
    separator: str = ","


def printable(text: str) -> str:
    r"""Return a text of a file that fits into a sentence: what cannot be printed becomes a space.

    >>> printable("a\nb")
    'a b'
    """
    return "".join(sign if sign.isprintable() else " " for sign in text)


def heading(path: Path) -> Heading:
    """Return the names and labels of the columns of a file."""
    reader = _reader(path)
    found = _guarded(path, lambda: reader(path, None, None))[0]
    if not found.names or len(found.names) > MOST_COLUMNS:
        raise InputError(f"{path}: the file has {len(found.names):,} columns; it must have 1 to {MOST_COLUMNS:,}")
    twice = sorted({name for name in found.names if found.names.count(name) > 1})
    if twice:
        raise InputError(
            f"{path}: the column '{printable(twice[0])}' occurs twice; every column must have its own name"
        )
    return found


def columns(path: Path, names: Iterable[str], rows: int | None = None) -> dict[str, Any]:
    """Return columns of a file as pandas series, of the first ``rows`` rows if a number is given."""
    wanted = list(dict.fromkeys(names))
    known = heading(path).names
    for name in wanted:
        if name not in known:
            raise InputError(f"{path}: there is no column '{printable(name)}'; {_near(name, known)}")
    frame = _guarded(path, lambda: _reader(path)(path, wanted, rows))[1]
    if len(frame) > MOST_ROWS:
        raise InputError(f"{path}: the file has {len(frame):,} rows; it must have at most {MOST_ROWS:,}")
    if len(frame) == 0:
        raise InputError(f"{path}: the file has no rows; it must have at least one below the names of the columns")
    return {name: frame[name] for name in wanted}


def _near(name: str, known: Iterable[str]) -> str:
    names = list(known)
    hint = nearest(name, names)
    few = hint if len(hint) < 200 else f"the file has {len(names)} columns, the first are: {', '.join(names[:8])}"
    return printable(few)


def text_of(value: Any) -> str | None:
    """Return a value as a map file writes it; ``None`` where there is none.

    >>> text_of(2.0), text_of(" a "), text_of(float("nan")), text_of(True), text_of("2.0")
    ('2', 'a', None, 'true', '2')
    """
    if value is None:
        return None
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, numbers.Real):
        number = float(value)
        if math.isnan(number):
            return None
        return str(int(number)) if math.isfinite(number) and number == int(number) else repr(number)
    if value != value:  # not a time, not a number
        return None
    text = str(value).strip()
    return re.sub(r"^([-+]?\d+)\.0+$", r"\1", text) or None


def texts(owner: str, series: Any) -> tuple[np.ndarray, list[str]]:
    """Return the place of each row's value among the distinct texts, -1 for none, and these texts."""
    import pandas

    try:
        place, found = pandas.factorize(series, use_na_sentinel=True)
    except (TypeError, ValueError):
        raise InputError(f"{owner}: the column holds lists or tables; it must hold numbers or texts") from None
    known: dict[str, int] = {}
    to = np.full(len(found) + 1, -1, np.int64)  # the last entry stands for no value
    for k, value in enumerate(found):
        text = text_of(value)
        if text is not None:
            to[k] = known.setdefault(text, len(known))
    return to[place], list(known)


# Each reader returns the heading, and a frame of the columns that are asked for.
Reader = Callable[[Path, "list[str] | None", "int | None"], tuple[Heading, Any]]


def _reader(path: Path) -> Reader:
    found = READERS.get(path.suffix.lower())
    if found is None:
        raise InputError(f"{path}: the name of the file must end in {', '.join(list(READERS)[:-1])} or .zsav")
    if not path.is_file():
        there = sorted(one.name for one in path.parent.iterdir()) if path.parent.is_dir() else []
        there = [name for name in there if Path(name).suffix.lower() in READERS]
        raise InputError(f"{path}: there is no such file{'; ' + _near(path.name, there) if there else ''}")
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise InputError(f"{path}: the file has {size:,} bytes; it must have at most {LARGEST_FILE:,}")
    return found


def _guarded(path: Path, read: Callable[[], tuple[Heading, Any]]) -> tuple[Heading, Any]:
    """Return what a library reads; whatever it stumbles over becomes one sentence."""
    try:
        return read()
    except InputError:
        raise
    except ImportError:
        raise InputError(
            f"{path}: the package pyreadstat, which reads Stata and SPSS files, is missing; install it with "
            "'pip install kelishim[survey]', or save the file as CSV"
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is not UTF-8; save it in the encoding UTF-8") from None
    except Exception as error:  # the libraries raise errors of many kinds for a damaged file
        said = printable(" ".join(str(error).split()))[:160] or type(error).__name__
        kind = {".dta": "Stata", ".parquet": "Parquet", ".sav": "SPSS", ".zsav": "SPSS"}.get(path.suffix.lower(), "CSV")
        raise InputError(f"{path}: the file is not a readable {kind} file ({said}); save it anew") from None


def _csv(path: Path, wanted: list[str] | None, rows: int | None) -> tuple[Heading, Any]:
    with path.open("rb") as file:
        first = file.readline(LONGEST_HEAD)
    line = first.decode("utf-8-sig").rstrip("\r\n")
    if "\x00" in line:
        raise InputError(f"{path}: the first line has a zero byte; save the file as CSV in the encoding UTF-8")
    separator = max(SEPARATORS, key=line.count)
    names = tuple(name.strip() for name in next(csv.reader([line], delimiter=separator), []))
    found = Heading(names, separator=separator)
    return found, None if wanted is None else _cells(path, found, wanted, rows)


def _cells(path: Path, found: Heading, wanted: list[str], rows: int | None) -> Any:
    """Return columns of a CSV file as texts; a line with too few or too many cells is refused, and not shown."""
    import pyarrow
    from pyarrow import csv as arrow

    options = (
        arrow.ReadOptions(column_names=found.names, skip_rows=1, use_threads=False),
        arrow.ParseOptions(delimiter=found.separator, newlines_in_values=True),
        arrow.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, pyarrow.string()), strings_can_be_null=False
        ),
    )
    try:
        if rows is None:
            return arrow.read_csv(path, *options).to_pandas()
        with arrow.open_csv(path, *options) as stream:
            return stream.read_next_batch().slice(0, rows).to_pandas()
    except StopIteration:
        return pyarrow.table({name: pyarrow.array([], pyarrow.string()) for name in wanted}).to_pandas()
    except pyarrow.ArrowInvalid as error:
        cells = re.search(r"(?:Row #(\d+): )?Expected (\d+) columns, got (\d+)", str(error))
        if cells:
            place = f"line {cells[1]}" if cells[1] else "a line"
            raise InputError(
                f"{path}: {place} has {int(cells[3]):,} cells; it must have {int(cells[2]):,} as the first line has, "
                "and a text with the separator in it must stand in quotation marks"
            ) from None
        if "UTF8" in str(error):
            raise InputError(f"{path}: the file is not UTF-8; save it in the encoding UTF-8") from None
        if "Empty CSV" in str(error):
            return pyarrow.table({name: pyarrow.array([], pyarrow.string()) for name in wanted}).to_pandas()
        raise InputError(f"{path}: the file is not a readable CSV file; save it anew") from None


def _parquet(path: Path, wanted: list[str] | None, rows: int | None) -> tuple[Heading, Any]:
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        names = tuple(file.schema_arrow.names)
        _plausible(path, file.metadata.num_rows, len(names))
        if wanted is None:
            return Heading(names), None
        if rows is not None:
            batch = next(file.iter_batches(batch_size=rows, columns=wanted), None)
            if batch is not None:
                batch.validate(full=True)
            some = file.schema_arrow.empty_table().select(wanted) if batch is None else batch
            return Heading(names), some.to_pandas()
        table = file.read(columns=wanted, use_threads=False)
        table.validate(full=True)  # a damaged text would else be found out where it is shown
        return Heading(names), table.to_pandas()


def _labelled(path: Path, wanted: list[str] | None, rows: int | None) -> tuple[Heading, Any]:
    import pyreadstat

    read = pyreadstat.read_dta if path.suffix.lower() == ".dta" else pyreadstat.read_sav
    _, about = read(str(path), metadataonly=True)
    names = tuple(map(str, about.column_names))
    if about.number_rows is not None:
        _plausible(path, int(about.number_rows), len(names))
    labels = {name: str(label) for name, label in about.column_names_to_labels.items() if label}
    words = {
        str(name): {text: str(label) for code, label in table.items() if (text := text_of(code)) is not None}
        for name, table in about.variable_value_labels.items()
    }
    found = Heading(names, labels, words)
    if wanted is None:
        return found, None
    frame, _ = read(str(path), usecols=wanted, row_limit=rows or 0, disable_datetime_conversion=False)
    return found, frame


def _plausible(path: Path, rows: int, width: int) -> None:
    """Refuse a file that claims more rows than its bytes can hold, before memory is asked for."""
    most = min(MOST_ROWS, MOST_CELLS_PER_BYTE * path.stat().st_size // max(width, 1))
    if rows > most:
        raise InputError(f"{path}: the file says it has {rows:,} rows; one of its size must have at most {most:,}")


READERS: Mapping[str, Reader] = {
    ".csv": _csv, ".tsv": _csv, ".parquet": _parquet, ".dta": _labelled, ".sav": _labelled, ".zsav": _labelled,
}  # fmt: skip
