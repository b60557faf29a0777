"""Documentation: pages whose tables are made from code and data by ``python -m experiments.documentation``.

A page names each table where it stands::

    <!-- made: schedule -->
    ...
    <!-- end -->

What stands between is replaced; everything else is written by hand. A test holds the pages to what this makes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from experiments import documented

DOCS = Path(__file__).parents[1] / "docs"
PAGES = ("model.md", "outcomes.md", "evidence.md", "parameters.md", "household.md", "questions.md")
MADE: dict[str, Callable[[], str]] = {
    "entities": documented.entities,
    "schedule": documented.schedule,
    "rules": documented.rules,
    "policy parameters": documented.policy_parameters,
    "behaviour parameters": documented.behaviour_parameters,
    "targets": documented.targets,
    "outcomes": documented.outcomes,
    "yardsticks": documented.measures,
    "contradictions": documented.contradictions,
    "literature": documented.literature,
    "numbers": documented.numbers,
    "laws": documented.laws,
    "flows": documented.flows,
    "questions": documented.questions,
    "questions not asked": documented.not_asked,
}
PLACE = re.compile(r"(<!-- made: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def made(text: str) -> str:
    """Return a page with every table made anew; an unknown name is a ``KeyError``."""
    return PLACE.sub(lambda found: f"{found[1]}{MADE[found[2]]()}\n{found[3]}", text)


def main() -> None:
    """Write all pages, or with ``--check`` only say which are stale and fail if any is."""
    stale = []
    for name in PAGES:
        path = DOCS / name
        before = path.read_text(encoding="utf-8")
        after = made(before)
        if after != before:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(after, encoding="utf-8")
    print("Up to date." if not stale else f"{'Stale' if '--check' in sys.argv else 'Written'}: {', '.join(stale)}")
    sys.exit(1 if stale and "--check" in sys.argv else 0)


if __name__ == "__main__":
    main()
