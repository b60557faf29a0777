"""Every rule is shown by a table of worked values, and the tables hold without the compiler (V1)."""

from __future__ import annotations

import ast
import doctest
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.outcomes import CODEBOOK

ROOT = Path(sim.__file__).parent


def rules() -> list[tuple[str, ast.FunctionDef]]:
    """Return every function that carries ``@rule``, with the name of its module."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                named = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
                carried = [d.id for d in named if isinstance(d, ast.Name)]
                if "rule" in carried and node.name != "rule":
                    found.append((name, node))
    return found


def values(text: str) -> int:
    """Return how many values a docstring's examples state: the elements of each printed tuple, else one a line."""
    count = 0
    for example in doctest.DocTestParser().get_examples(text):
        if not example.want.strip():
            continue
        try:
            found = ast.literal_eval(example.want.strip())
        except (ValueError, SyntaxError):
            found = None
        count += len(found) if isinstance(found, (tuple, list)) else 1
    return count


def works_on_tables(node: ast.FunctionDef) -> bool:
    """Return whether a rule takes tables or a whole quota law instead of numbers.

    The references hold the first to the bit, the published examples of ``test_quota_law.py`` the second.
    """
    tables = {
        "households", "endowments", "persons", "employers", "state", "law", "w", "register", "firms",
    }  # fmt: skip
    return {a.arg for a in node.args.args} & tables != set()


def test_there_are_rules():
    assert len(rules()) > 80


RULES = [pytest.param(m, n, id=f"{m}.{n.name}") for m, n in rules() if not works_on_tables(n)]


@pytest.mark.parametrize(("module", "node"), RULES)
def test_every_rule_states_at_least_two_values(module, node):
    exempt = {f"sim.engine.draws.{name}" for name in ("bits", "uniform", "subkey")}  # test_draws.py knows their bits
    exempt |= {f"sim.engine.math.{name}" for name in ("power_of_two", "parts")}  # test_math.py knows theirs
    if f"{module}.{node.name}" not in exempt:
        text = ast.get_docstring(node) or ""
        assert values(text) >= 2, f"{module}.{node.name}: the docstring needs at least two worked values"


def test_the_tables_of_the_model_hold_in_plain_python():
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--doctest-modules", str(ROOT)],
        env=os.environ | {"KELISHIM_COMPILED": "0", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, cwd=ROOT.parent,
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]


def test_every_outcome_is_explained_in_the_docs_as_in_the_code():
    from pathlib import Path

    page = (Path(__file__).parent.parent / "docs" / "outcomes.md").read_text(encoding="utf-8")
    for name, outcome in CODEBOOK.items():
        assert f"| `{name}` | {outcome.label} | {outcome.unit} |" in page, name
        assert outcome.definition in page, name
