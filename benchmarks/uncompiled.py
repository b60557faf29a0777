"""Whether plain Python gives what the compiled model gives, in a larger country and for longer than the test has it.

    python benchmarks/uncompiled.py [--households 500] [--months 60]

Every column of households, persons, employers, markets and books of every month is compared by a digest: through the
burn-in, then with and without contracts. Each month of plain Python is compared as soon as it is there and told in a
line, so that a run that is stopped has shown something; at the end how many were equal and the seconds of each way.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def told(compiled: str, households: int, months: int) -> Iterator[list]:
    """Yield what the model says of each month, as soon as it says it."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-u", str(ROOT / "tests" / "same_month.py"), str(households), str(months - 1)]
    environment = os.environ | {"KELISHIM_COMPILED": compiled, "PYTHONPATH": path}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            month = json.loads(line)
            if month[0] != "events":
                yield month
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def compared(mine: list[list], theirs: Iterator[list]) -> Iterator[tuple[int, list[str]]]:
    """Yield how many columns and figures each month has and which differ, and tell of each month in a line."""
    for (world, month, columns), (same_world, same, others) in zip(mine, theirs, strict=True):
        if (world, month) != (same_world, same) or columns.keys() != others.keys():
            raise SystemExit(f"the two ways do not tell of the same: {world} {month} and {same_world} {same}")
        wrong = [name for name in columns if columns[name] != others[name]]
        found = f"differ: {', '.join(wrong)}" if wrong else "all equal"
        print(f"{world}, month {month}: {len(columns)} columns and figures, {found}", flush=True)
        yield len(columns), wrong


def main() -> int:
    """Run both ways, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=500)
    parser.add_argument("--months", type=int, default=60)
    options = parser.parse_args()
    began = time.perf_counter()
    mine = list(told("1", options.households, options.months))
    between = time.perf_counter()
    found = list(compared(mine, told("0", options.households, options.months)))
    ended = time.perf_counter()
    wrong = sorted({name for _, names in found for name in names})
    print(f"{options.households} households, {options.months} months with and without contracts: {len(found)} months "
          f"of worlds, {sum(count for count, _ in found):,} columns and figures, "
          f"{sum(len(names) for _, names in found)} differ{': ' + ', '.join(wrong) if wrong else ''}; "
          f"compiled {between - began:.0f} s, plain Python {ended - between:.0f} s")  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
