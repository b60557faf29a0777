"""Spoil ten thousand files of four kinds that a user brings: a result or sentences, and nothing written by halves.

    python benchmarks/spoilt_files.py --cases 10000

Kinds: surveys (CSV, Parquet, Stata, SPSS, margins), maps (of surveys and registers, and first maps), registers, folders
of a country. Prints how often each gave a result (0) or sentences (2), processor seconds, the peak of memory, and every
fault; ends with 1 if there is one. A case is known by its kind and number: ``--only country --first 17 --cases 1``.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from country_mutations import Folders  # noqa: E402
from survey_mutations import Samples, one  # noqa: E402

FILES = {
    "survey": ("survey", "parquet", "dta", "sav", "margins"), "map": ("survey map", "register map", "first map"),
    "register": ("register",),
}  # fmt: skip
COUNTRY = "country"
Tried = tuple[str, Any, list[str]]


def main() -> None:
    """Spoil as many files as asked for and leave with 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", choices=(*FILES, COUNTRY))
    asked = parser.parse_args()
    kinds = (asked.only,) if asked.only else (*FILES, COUNTRY)
    codes: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        tries = _tries(Path(place))
        for case in range(asked.cases):
            kind, begun = kinds[case % len(kinds)], time.process_time()
            name, done, found = tries[kind](asked.first + case // len(kinds))
            seconds[kind] += time.process_time() - begun
            codes[f"{kind}: {done.exit_code}"] += 1
            wrong += [f"{name}: {fault}" for fault in found]
    for name, number in sorted(codes.items()):
        print(f"{name}  {number}")
    print(", ".join(f"{kind} {number:.0f} s" for kind, number in seconds.items()))
    print(f"peak of memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    print(f"{len(wrong)} faults", *wrong[:40], sep="\n")
    sys.exit(bool(wrong))


def _tries(place: Path) -> dict[str, Callable[[int], Tried]]:
    """Return for each kind what makes of a number a case that is tried."""
    (place / "files").mkdir()
    samples, folders = Samples(place / "files"), Folders(place)

    def of(kind: str) -> Callable[[int], Tried]:
        given = FILES[kind]
        return lambda seed: one(place / "files", samples, given[seed % len(given)], seed)

    return {kind: of(kind) for kind in FILES} | {COUNTRY: folders.one}


if __name__ == "__main__":
    main()
