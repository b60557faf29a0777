"""The compiled model, the model in plain Python and the reference are the same to the last bit (principle 9)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import same_month

HERE = Path(__file__).parent


def start_plain(kind: str) -> subprocess.Popen[str]:
    """Start another process that runs ``kind`` without the compiler."""
    path = os.pathsep.join([str(HERE.parent), str(HERE), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, str(HERE / "same_month.py"), kind],
        env=os.environ | {"KELISHIM_COMPILED": "0", "PYTHONPATH": path},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def lives() -> dict[str, list]:
    """What each of the three made of 500 households, month by month: burn-in, reference world, programme."""
    running = {"plain model": start_plain("model"), "reference": start_plain("reference")}
    found = {"compiled model": [list(line) for line in same_month.model(same_month.HOUSEHOLDS, same_month.LAST)]}
    for name, process in running.items():
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        found[name] = [json.loads(line) for line in out.splitlines()]
    return found


@pytest.mark.parametrize("other", ["plain model", "reference"])
def test_every_column_of_every_month_is_equal_bit_for_bit(lives, other):
    months = 24 + 2 * (same_month.LAST + 1)
    mine = [line for line in lives["compiled model"] if line[0] != "events"]
    theirs = [line for line in lives[other] if line[0] != "events"]
    assert len(mine) == len(theirs) == months
    for (world, month, columns), (same_world, same, others) in zip(mine, theirs, strict=True):
        assert (world, month) == (same_world, same)
        wrong = [name for name in columns if columns[name] != others[name]]
        assert not wrong, f"first difference in month {month} of the world '{world}': {', '.join(wrong)}"


def test_everything_that_can_happen_to_a_family_happens(lives):
    events = next(line[2] for line in lives["compiled model"] if line[0] == "events")
    never = [name for name, count in events.items() if count == 0 and name != "contract 1"]
    assert not never, "an application is decided in its own month; all else must be seen at the end of some month"
    assert events["oblasts"] == 9
