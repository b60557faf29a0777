"""Whether plain Python gives what the compiled model gives, in a larger country and for longer than the test has it.

    python benchmarks/uncompiled.py [--households 500] [--months 60]

Every column of households, persons, employers, markets and books of every month is compared by a digest: through the
burn-in, then with and without contracts. Prints how many were equal and the seconds that each way took.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def told(compiled: str, households: int, months: int) -> tuple[list[list], float]:
    """Return what the model says of every month, and the seconds it took."""
    began = time.perf_counter()
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "same_month.py"), str(households), str(months - 1)],
        env=os.environ | {"KELISHIM_COMPILED": compiled, "PYTHONPATH": path}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [line for line in lines if line[0] != "events"], time.perf_counter() - began


def main() -> int:
    """Run both ways, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=500)
    parser.add_argument("--months", type=int, default=60)
    options = parser.parse_args()
    mine, fast = told("1", options.households, options.months)
    theirs, slow = told("0", options.households, options.months)
    pairs = [(name, one[2][name] == other[2][name]) for one, other in zip(mine, theirs, strict=True) for name in one[2]]
    wrong = sorted({name for name, equal in pairs if not equal})
    print(f"{options.households} households, {options.months} months with and without contracts: {len(mine)} months of "
          f"worlds, {len(pairs):,} columns and figures, {len(pairs) - sum(equal for _, equal in pairs)} differ"
          f"{': ' + ', '.join(wrong) if wrong else ''}; compiled {fast:.0f} s, plain Python {slow:.0f} s")  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
