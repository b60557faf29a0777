"""The compiled model and the model in plain Python are the same to the last bit (principle 9)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import same_month

HERE = Path(__file__).parent


LIVING = (60, 9, 9)  # households, last month, and the last in which persons are born, die and go abroad


def plain_model(*arguments: object) -> list[list]:
    """Return what the model makes of the country in another process, without the compiler."""
    path = os.pathsep.join([str(HERE.parent), str(HERE), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, str(HERE / "same_month.py"), *map(str, arguments)],
        capture_output=True, text=True, check=False,
        env=os.environ | {"KELISHIM_COMPILED": "0", "PYTHONPATH": path},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("size", [(same_month.HOUSEHOLDS, same_month.LAST), LIVING], ids=["still", "living"])
def test_every_column_of_every_month_is_equal_bit_for_bit(size):
    """Households, persons, employers, markets and books: the burn-in, then half a year with and without contracts."""
    mine = [line for line in same_month.shortly(*size) if line[0] != "events"]
    theirs = [line for line in plain_model("shortly", *size) if line[0] != "events"]
    assert len(mine) == len(theirs) == 24 + 2 * (size[1] + 1)
    if size == LIVING:
        sizes = [columns["composition size"] for world, month, columns in mine if world == "never"]
        assert len(set(sizes)) > 1, "nobody is born, dies or goes"
    for (world, month, columns), (same_world, same, others) in zip(mine, theirs, strict=True):
        assert (world, month) == (same_world, same)
        assert columns.keys() == others.keys()
        wrong = [name for name in columns if columns[name] != others[name]]
        assert not wrong, f"first difference in month {month} of the world '{world}': {', '.join(wrong)}"


def test_everything_that_can_happen_to_a_family_happens():
    events = next(line[2] for line in same_month.model(same_month.MANY, same_month.LONG) if line[0] == "events")
    never = [name for name, count in events.items() if count == 0 and name != "contract 1"]
    assert not never, "an application is decided in its own month; all else must be seen at the end of some month"
    assert events["oblasts"] == 9
