"""Library of studies: each file of ``studies`` asks one question and ships what it gives in a small country.

``python -m experiments.library`` runs all of them, at one household for 200 and in a single draw of the prior, and says
where the result differs from the one that is written down; with ``--write`` it writes the results down anew. Names of
studies restrict it to these. The small figures check the program; they answer no question.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments import study
from experiments.protocol import Plan
from experiments.store import write_json

STUDIES = Path(__file__).parent / "studies"
EXPECTED = STUDIES / "expected"
SMALL = {"scale": 200, "draws": 1, "replications": 1, "start": "2023-01", "horizon": "2024-12", "prior": "draws"}
CLOSE = 1e-9  # relative; processors round the last bit of exponentials differently


def names() -> list[str]:
    """Return the names of the studies."""
    return sorted(path.stem for path in STUDIES.glob("*.toml"))


def result(name: str) -> dict[str, Any]:
    """Return what a study gives in a very small country: arm -> outcome -> value."""
    plan = Plan.read(STUDIES / f"{name}.toml")
    made = study.prepare(small(plan))
    unit = made.units[0]
    rows = made.simulator(made.plain, made.parameter_sets[unit.draw], made.seed(unit))
    wanted = set(plan.protocol.outcomes)
    values: dict[str, dict[str, float | None]] = {}
    for row in rows:
        if row["group"] == "all" and row["month"] == -1 and row["outcome"] in wanted:
            value = float(row["value"])
            values.setdefault(row["design"], {})[row["outcome"]] = value if math.isfinite(value) else None
    return {"size": SMALL, "arms": values}


def small(plan: Any) -> Any:
    """Return a plan cut down to a very small country and two years.

    Dates in the designs are moved with the start, so that what changes in a design changes in the check too.
    """
    shift = int(SMALL["start"][:4]) - int(plan.scenario.start[:4])  # type: ignore[index]
    moved = json.loads(json.dumps(plan.as_dict()), object_hook=lambda part: _moved(part, shift))
    return type(plan).of(moved | SMALL, plan.scenario.name)


def _moved(part: dict[str, Any], years: int) -> dict[str, Any]:
    if "from" not in part or "value" not in part:
        return part
    return part | {"from": f"{int(part['from'][:4]) + years}{part['from'][4:]}"}


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Return one sentence for each figure that is not as expected."""
    if expected["size"] != found["size"]:
        return [f"the check has another size: {expected['size']} and {found['size']}"]
    wrong = []
    for arm in sorted(set(expected["arms"]) | set(found["arms"])):
        one, other = expected["arms"].get(arm, {}), found["arms"].get(arm, {})
        for outcome in sorted(set(one) | set(other)):
            was, now = one.get(outcome, "missing"), other.get(outcome, "missing")
            if not _same(was, now):
                wrong.append(f"{arm}: {outcome} was {was}, is {now}")
    return wrong


def _same(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
    return one == other


def expected(name: str) -> dict[str, Any]:
    """Return the result of a study that is written down."""
    found: dict[str, Any] = json.loads((EXPECTED / f"{name}.json").read_text(encoding="utf-8"))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Check or write the results of studies; return 1 if one differs."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    write = "--write" in given
    chosen = [name for name in given if name != "--write"] or names()
    wrong = 0
    for name in chosen:
        found = result(name)
        if write:
            EXPECTED.mkdir(exist_ok=True)
            write_json(EXPECTED / f"{name}.json", found)
            print(f"{name}: written")
            continue
        faults = differences(expected(name), found)
        wrong += bool(faults)
        print(f"{name}: {'as expected' if not faults else '; '.join(faults)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
