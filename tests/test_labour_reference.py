"""The compiled labour block equals, bit for bit, itself in plain Python and an independent loop over plain objects."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import reference_labour as reference

HERE = Path(__file__).parent


def plain(which: str, *policies: str) -> dict[str, list[str]]:
    """Return digests of a process without compilation."""
    path = os.pathsep.join([str(HERE), str(HERE.parent)])
    run = subprocess.run(
        [sys.executable, str(HERE / "reference_labour.py"), which, *policies],
        env=os.environ | {"KELISHIM_COMPILED": "0", "PYTHONPATH": path}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, list[str]] = json.loads(run.stdout)
    return found


def test_the_compiled_model_equals_plain_python_bit_for_bit() -> None:
    assert plain("model", "levy")["levy"] == reference.digests("levy", plain=False)


def test_the_compiled_model_equals_an_independent_loop_over_objects_bit_for_bit() -> None:
    found = plain("reference", *reference.POLICIES)
    for policy in reference.POLICIES:
        expected = reference.digests(policy, plain=False)
        same = [a == b for a, b in zip(found[policy], expected, strict=True)]
        assert all(same), f"{policy}: month {same.index(False)} differs"


def test_the_digest_sees_a_single_changed_person() -> None:
    quota, services = reference.POLICIES["present"]
    world = reference.samples.begin(reference.samples.population(), reference.samples.BEHAVIOUR, 5)
    prices = reference.samples.economy(0)
    world.month(
        0, quota.terms(0, prices, reference.samples.BEHAVIOUR), services.terms(0), prices, reference.samples.INCUMBENTS
    )
    before = reference.digest(world)
    world.persons.willing[0] = 1 - world.persons.willing[0]
    assert reference.digest(world) != before
