"""Targets: the published figures of 2021 to 2023 as intervals, with what each may be used for.

The file ``targets.csv`` says for every figure how it is used: *fit* (enters the likelihood), *input*, *solved* (a
quantity of the model is found so that it is met), *reported* (met by the reporting definition, R1), *prior* (is the
source of a prior and not used twice), *implied* (the same information as others), *not represented*, or *check*
(compared, never fitted). ``lower`` to ``upper`` is the rounding or range of publication; ``discrepancy`` is one
standard deviation, in the figure's unit, of what a correct model may miss.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.countries import country_folder, table_of
from sim.errors import CountryError, nearest

FILE = Path(__file__).parent / "targets.csv"
USES = ("fit", "input", "solved", "reported", "prior", "implied", "not represented", "check")
SCALES = ("log", "logit", "linear")
BETWEEN = {"log": (0.0, math.inf), "logit": (0.0, 1.0)}  # what has a scale
KINDS = ("stock", "flow", "share", "ratio")
COUNTRIES = ("kyrgyzstan",)
COLUMNS = (
    "id", "metric", "period", "value", "lower", "upper", "unit", "kind", "discrepancy", "scale", "use", "identifies",
    "source", "confidence", "note",
)  # fmt: skip
WIDEST = 10.0  # discrepancy on the scale of residuals, as a multiple of a linear figure, beyond which it is an error
LEAST = 1e-4  # a share of nothing counts as this much, a ratio or count of nothing as one in a million


@dataclass(frozen=True)
class Target:
    """A published figure."""

    name: str
    metric: str
    period: str
    value: float
    lower: float
    upper: float
    unit: str
    kind: str
    discrepancy: float  # in the figure's unit; not a number where it is never compared
    scale: str  # on which residuals are taken: log, logit or linear
    use: str
    identifies: str
    source: str
    confidence: str
    note: str

    @property
    def fitted(self) -> bool:
        """Whether it enters the likelihood."""
        return self.use == "fit"

    @property
    def compared(self) -> bool:
        """Whether the model has such a figure at all."""
        return bool(self.scale)

    def transformed(self, value: float) -> float:
        """Return a value on the scale of residuals.

        >>> made = Target("a", "", "", 1.0, 0.5, 1.5, "", "flow", 0.1, "log", "fit", "", "", "B", "")
        >>> made.transformed(1.0), round(made.transformed(math.e), 9)
        (0.0, 1.0)
        """
        if self.scale == "linear":
            return value
        if self.scale == "log":
            return math.log(max(value, 1e-6 * self.value))
        share = min(max(value, LEAST), 1.0 - LEAST)
        return math.log(share / (1.0 - share))

    def back(self, value: float) -> float:
        """Return a value of the scale of residuals in the figure's unit."""
        if self.scale == "linear":
            return value
        return math.exp(value) if self.scale == "log" else 1.0 / (1.0 + math.exp(-value))

    def spread(self) -> float:
        """Return the discrepancy on the scale of residuals, by its slope at the published value."""
        if self.scale == "linear":
            return self.discrepancy
        slope = 1.0 / self.value if self.scale == "log" else 1.0 / (self.value * (1.0 - self.value))
        return self.discrepancy * slope

    def interval(self) -> tuple[float, float]:
        """Return the published interval on the scale of residuals."""
        return self.transformed(self.lower), self.transformed(self.upper)

    def widened(self) -> tuple[float, float]:
        """Return the published interval with two standard deviations of discrepancy on either side, in its unit."""
        low, high = self.interval()
        return self.back(low - 2.0 * self.spread()), self.back(high + 2.0 * self.spread())


def file_of(country: str, file: Path = FILE) -> Path:
    """Return the file of a country's targets: in its own folder, but for the country that the program's are of."""
    return file if country in COUNTRIES else country_folder(country) / FILE.name


@cache
def read(country: str = "kyrgyzstan", file: Path = FILE) -> tuple[Target, ...]:
    """Return the targets of a country in the order of the file; raises ``CountryError`` for a bad row."""
    file = file_of(country, file)
    if not file.is_file():
        return ()
    rows, out = table_of(file), []
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise CountryError(f"{file.name}: the column {missing[0]} is missing; the columns are {', '.join(COLUMNS)}")
    for line, row in enumerate(rows, start=2):
        out.append(_target(f"{file.name} line {line}", {name: row[name] or "" for name in COLUMNS}))
    names = [target.name for target in out]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise CountryError(f"{file.name}: target '{sorted(twice)[0]}' is given twice; each belongs in one row")
    return tuple(out)


def fitted(country: str = "kyrgyzstan") -> tuple[Target, ...]:
    """Return the targets that enter the likelihood."""
    return tuple(target for target in read(country) if target.fitted)


def fingerprint(given: Sequence[Target]) -> str:
    """Return twelve hexadecimal digits that change with any number of any target that is fitted, and with which are."""
    rows = [[t.name, t.value, t.lower, t.upper, repr(t.discrepancy), t.scale] for t in given if t.fitted]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:12]


def _target(owner: str, row: dict[str, str]) -> Target:
    for key, known in (("use", USES), ("kind", KINDS)):
        if row[key] not in known:
            raise CountryError(f"{owner}: {key} is '{row[key]}'; {nearest(row[key], known)}")
    if row["scale"] and row["scale"] not in SCALES:
        raise CountryError(f"{owner}: scale is '{row['scale']}'; {nearest(row['scale'], SCALES)}")
    try:
        value, lower, upper = (float(row[key]) for key in ("value", "lower", "upper"))
        discrepancy = float(row["discrepancy"] or "nan")
    except ValueError:
        raise CountryError(f"{owner}: {row['id']} has a value that is not a number") from None
    if math.isinf(upper - lower):
        raise CountryError(f"{owner}: {row['id']} has a bound that is not finite; give the published interval")
    if not lower <= value <= upper:
        raise CountryError(f"{owner}: {row['id']} is {value:g}; it must lie between its bounds {lower:g} and {upper:g}")
    above, below = BETWEEN.get(row["scale"], (-math.inf, math.inf))
    if not above < value < below:
        limits = f"above {above:g}" + (f" and below {below:g}" if math.isfinite(below) else "")
        raise CountryError(f"{owner}: {row['id']} is {value:g}; on the scale {row['scale']} it must be {limits}")
    if row["scale"] and not discrepancy > 0.0:
        raise CountryError(f"{owner}: {row['id']} has no discrepancy; a figure that is compared needs one above zero")
    made = Target(
        row["id"], row["metric"], row["period"], value, lower, upper, row["unit"], row["kind"], discrepancy,
        row["scale"], row["use"], row["identifies"], row["source"], row["confidence"], row["note"],
    )  # fmt: skip
    if made.compared and made.spread() > WIDEST * (max(1.0, abs(value)) if made.scale == "linear" else 1.0):
        raise CountryError(f"{owner}: {row['id']} has the discrepancy {discrepancy:g}; it must be smaller")
    return made
