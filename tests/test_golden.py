"""Golden outputs: laws, dated policies, payments and accounts give what they gave in version 0.5.0."""

from __future__ import annotations

import golden
import pytest


@pytest.mark.parametrize("part", golden.PARTS)
def test_a_part_gives_what_it_gave_in_0_5_0(part: str) -> None:
    now, then = golden.made(part), golden.kept(part)
    assert now.keys() == then.keys()
    for name, values in then.items():
        assert now[name] == values, f"{part}: {name}"


def test_the_golden_files_are_written_by_their_script_and_stay_small() -> None:
    files = sorted(golden.FOLDER.glob("*.json"))
    assert [path.stem for path in files] == sorted(golden.PARTS)
    assert sum(path.stat().st_size for path in files) < 300_000
    for part in ("selection", "pay"):
        assert golden.written(part) == (golden.FOLDER / f"{part}.json").read_text(encoding="utf-8")
