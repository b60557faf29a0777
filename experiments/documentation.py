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

from experiments import documented, reading

DOCS = Path(__file__).parents[1] / "docs"
PAGES = (
    "../README.md", "model.md", "outcomes.md", "evidence.md", "parameters.md", "household.md", "questions.md",
    "reading.md",
)  # fmt: skip
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
    "first screen": reading.screen,
    "reading question": reading.question,
    "reading net jobs": lambda: reading.headline("net_jobs"),
    "reading from gross to net": lambda: reading.waterfall("net_jobs"),
    "reading jobs of persons with disabilities": lambda: reading.headline("jobs_disability"),
    "reading reach": reading.reached,
    "reading who gains": reading.classes,
    "reading net exits from poverty": lambda: reading.headline("poverty_exits"),
    "reading income of all families": lambda: reading.headline("income_change"),
    "reading money of families": lambda: reading.waterfall("consumption_change"),
    "reading net cost to the budget": lambda: reading.headline("net_fiscal_cost"),
    "reading money of the budget": lambda: reading.waterfall("net_fiscal_cost"),
    "reading cost of a net job": lambda: reading.headline("cost_per_net_job"),
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
