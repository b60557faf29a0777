"""Write the golden outputs anew: ``python -m tests.golden``."""

from __future__ import annotations

from . import FOLDER, PARTS, written

if __name__ == "__main__":
    for part in PARTS:
        path = FOLDER / f"{part}.json"
        path.write_text(written(part), encoding="utf-8")
        print(f"{path.name}: {path.stat().st_size:,} bytes")
