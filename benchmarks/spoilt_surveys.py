"""Spoil ten thousand surveys, registers, maps and margins: a result or one sentence, and nothing written by halves.

    python benchmarks/spoilt_surveys.py --cases 10000

Prints how often each kind gave a result (0) or a sentence (2), the peak of memory, and every fault; ends with 1 if
there is one.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from survey_mutations import KINDS, Samples, one  # noqa: E402


def main() -> None:
    """Spoil as many files as asked for and leave with 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    codes: Counter[str] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        samples = Samples(Path(place))
        for seed in range(asked.first, asked.first + asked.cases):
            kind = KINDS[seed % len(KINDS)]
            name, done, found = one(Path(place), samples, kind, seed)
            codes[f"{kind}: {done.exit_code}"] += 1
            wrong += [f"{name}: {fault}" for fault in found]
    for name, number in sorted(codes.items()):
        print(f"{name}  {number}")
    print(f"peak of memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    print(f"{len(wrong)} faults", *wrong[:20], sep="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
