"""Imports stand at the top of a module, no module needs itself in the end, and functions stay short."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("sim", "calibration", "experiments", "workshop")
LINES, ARGUMENTS = 60, 8


def modules(root: Path) -> dict[str, Path]:
    """All modules of our packages by name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(node: ast.AST, name: str, there: Mapping[str, Path]) -> Iterator[str]:
    """The modules of ours that an import statement of a module names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in there)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            up = node.level - (there[name].name == "__init__.py")
            parent = name.split(".")[: len(name.split(".")) - up]
            base = ".".join([*parent, *([base] if base else [])])
        for alias in node.names:
            yield from [one for one in (f"{base}.{alias.name}", base) if one in there][:1]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports_in_functions(root: Path, package: str) -> list[str]:
    there, found = modules(root), set()
    for name, path in there.items():
        if name.split(".")[0] != package:
            continue
        for function in functions(path):
            for node in ast.walk(function):
                for target in imported(node, name, there):
                    found.add((str(path.relative_to(root)), node.lineno, target))
    return [f"{path}:{line} imports {target}" for path, line, target in sorted(found)]


@cache
def cycles(root: Path) -> list[list[str]]:
    """Groups of modules that need each other, by imports of every kind: at the top, in functions, for types only."""
    there = modules(root)
    needs = {
        name: {t for n in ast.walk(parsed(path)) for t in imported(n, name, there)} - {name}
        for name, path in there.items()
    }
    reach = {name: _reached(name, needs) for name in needs}
    groups = {tuple(sorted(o for o in reach[n] if n in reach[o])) for n in needs if n in reach[n]}
    return [list(group) for group in sorted(groups)]


def _reached(name: str, needs: Mapping[str, set[str]]) -> set[str]:
    seen, open_ = set(), list(needs[name])
    while open_:
        here = open_.pop()
        if here not in seen:
            seen.add(here)
            open_ += needs[here]
    return seen


def too_large(root: Path, package: str) -> list[str]:
    found = []
    for name, path in modules(root).items():
        if name.split(".")[0] != package:
            continue
        for one in functions(path):
            given = one.args
            arguments = len([*given.posonlyargs, *given.args, *given.kwonlyargs])
            lines = (one.end_lineno or one.lineno) - one.lineno + 1
            if arguments > ARGUMENTS or lines > LINES:
                found.append(f"{path.relative_to(root)}:{one.lineno} {one.name}: {arguments} arguments, {lines} lines")
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_no_function_imports_a_module_of_ours(package):
    found = imports_in_functions(ROOT, package)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_need_each_other_under_any_kind_of_import(package):
    found = [group for group in cycles(ROOT) if any(name.split(".")[0] == package for name in group)]
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize("package", PACKAGES)
def test_no_function_has_more_than_sixty_lines_or_eight_arguments(package):
    found = too_large(ROOT, package)
    assert not found, "\n".join(found)


def test_a_breach_is_found(tmp_path):
    (tmp_path / "sim").mkdir()
    (tmp_path / "sim" / "__init__.py").write_text("")
    (tmp_path / "sim" / "first.py").write_text("import sim.second\n")
    (tmp_path / "sim" / "second.py").write_text("if TYPE_CHECKING:\n    from sim.third import Kind\n")
    (tmp_path / "sim" / "third.py").write_text("def late():\n    from . import first\n")
    (tmp_path / "sim" / "fourth.py").write_text("def large(a, b, c, d, e, *, f, g, h, i):\n" + "    a += b\n" * 60)
    assert imports_in_functions(tmp_path, "sim") == ["sim/third.py:2 imports sim.first"]
    assert cycles(tmp_path) == [["sim.first", "sim.second", "sim.third"]]
    assert too_large(tmp_path, "sim") == ["sim/fourth.py:1 large: 9 arguments, 61 lines"]
