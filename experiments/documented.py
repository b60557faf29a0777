"""Documented: tables of the documentation, made from the code and the data that they speak of."""

from __future__ import annotations

import ast
import csv
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from experiments.household_words import LABELS
from sim import behaviour
from sim.engine.columns import codebook
from sim.outcomes import CODEBOOK
from sim.outcomes.yardsticks import yardsticks
from sim.policies.policy import declared
from sim.population.expected import OPEN_FAMILIES
from sim.scenario import present_law
from sim.schedule import SCHEDULE
from sim.state.households import Endowments, Households, HouseholdState
from sim.state.labour import Employers, Persons
from sim.state.labour_state import EmployerState, PersonState
from sim.state.persons import Persons as Everyone
from sim.taxes_benefits.flows import FLOWS, Held

ROOT = Path(__file__).parents[1]
SIM = ROOT / "sim"
COUNTRY = SIM / "country" / "kyrgyzstan"
PARTS = {
    "X": "shocks from outside", "H": "households", "B": "household money", "W": "work and pay", "R": "reporting",
    "O": "social-protection offices",
    "P": "persons with disabilities", "E": "employers", "S": "employment service", "T": "treasury", "M": "markets",
    "Q": "quota form", "A": "accounting identities", "Y": "outcomes",
}  # fmt: skip
RULE = re.compile(r"(?<![\w#])([XHBWROPESTMQAY])(\d{1,2})([ab]?)(?:(?:-|\s+to\s+)(?:[XHBWROPESTMQAY])(\d{1,2}))?(?!\w)")


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""Return a Markdown table.

    >>> print(table(("a", "b"), [(1, "x|y")]))
    | a | b |
    |---|---|
    | 1 | x\|y |
    """
    lines = ["| " + " | ".join(_cell(cell) for cell in line) + " |" for line in (header, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(header), *lines[1:]])


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def entities() -> str:
    """Return the columns of each table of agents: type and unit, and what they mean."""
    parts = []
    tables = (Households, Endowments, HouseholdState, Everyone, Persons, PersonState, Employers, EmployerState)
    for kind in tables:
        about = (kind.__doc__ or "").strip().splitlines()[0]
        path = (kind.__module__.replace(".", "/")) + ".py"
        rows = [(f"`{column}`", unit, meaning) for column, _, unit, meaning in codebook(kind)]
        parts.append(f"**`{kind.__name__}`** (`{path}`). {about}\n\n" + table(("column", "unit", "meaning"), rows))
    return "\n\n".join(parts)


def schedule() -> str:
    """Return the steps of a month in their order, with their rules and where they are."""
    rows = []
    for number, step in enumerate(SCHEDULE, start=1):
        about = (step.run.__doc__ or "").strip().splitlines()[0] if step.run.__doc__ else ""
        where = f"`{step.run.__module__.replace('.', '/')}.py`: `{step.run.__name__}`"
        rows.append((number, step.name, step.rules, about, where))
    return table(("", "step", "rules", "what it does", "where"), rows)


def rules() -> str:
    """Return for each rule id the functions and classes whose docstring names it, or else the modules that do."""
    found: dict[tuple[str, int], set[str]] = {}
    modules: dict[tuple[str, int], set[str]] = {}
    for path in sorted(SIM.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if path.parent.name == "explain":
            continue  # stories tell the rules, they do not make them
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for rule in named(ast.get_docstring(tree) or ""):
            modules.setdefault(rule, set()).add(f"`{name}`")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and (about := ast.get_docstring(node)):
                for rule in named(about):
                    found.setdefault(rule, set()).add(f"`{name}`: `{node.name}`")
    found = {rule: found.get(rule) or places for rule, places in {**modules, **found}.items()}
    order = list(PARTS)
    rows = [
        (f"{letter}{number}", PARTS[letter], ", ".join(sorted(places)))
        for (letter, number), places in sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    ]
    return table(("id", "part of the model", "where"), rows)


def named(text: str) -> Iterator[tuple[str, int]]:
    """Yield the rules that a text names, ranges one by one.

    >>> list(named("(model.md H6, H9a and A1 to A3)"))
    [('H', 6), ('H', 9), ('A', 1), ('A', 2), ('A', 3)]
    """
    for found in RULE.finditer(text):
        first, last = int(found[2]), int(found[4] or found[2])
        yield from ((found[1], number) for number in range(first, last + 1))


def policy_parameters() -> str:
    """Return the parameters that a scenario can change, by policy."""
    parts = []
    for name, policy in vars(present_law(COUNTRY.name)).items():
        rows = [
            (f"`{p.name}`", p.label, p.unit, _value(p.default), _range(p.low, p.high), p.rule, p.source, p.confidence)
            for p in declared(type(policy))
        ]
        about = (type(policy).__doc__ or "").strip().splitlines()[0]
        header = ("parameter", "meaning", "unit", "default", "range", "rule", "source of the default", "confidence")
        parts.append(f"**`{name}`**. {about}\n\n" + table(header, rows))
    return "\n\n".join(parts)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, tuple | list):
        return ", ".join(f"{part:.2g}" if isinstance(part, int | float) else str(part) for part in value)
    return "" if value is None else str(value)


def _range(low: float | None, high: float | None) -> str:
    return "" if low is None and high is None else f"{_value(low)} to {_value(high)}"


def behaviour_parameters() -> str:
    """Return the uncertain parameters with prior, source and confidence."""
    rows = []
    for prior in behaviour.priors(COUNTRY.name):
        if prior.family == "fixed":
            spread = f"{prior.p1:.4g}, fixed"
        else:
            low, middle, high = (prior.quantile(share) for share in (0.05, 0.5, 0.95))
            spread = f"{middle:.3g} ({low:.3g} to {high:.3g}), {prior.family}"
        support = f"{prior.least:.10g} to {prior.most:.10g}"
        rows.append((f"`{prior.name}`", prior.rule, prior.meaning, prior.unit, spread, support, prior.source,
                     prior.confidence))  # fmt: skip
    header = ("parameter", "rule", "meaning", "unit", "median (90 %), family", "may be", "source", "confidence")
    return table(header, rows)


def targets() -> str:
    """Return the published figures that the calibration looks at, and how it uses each."""
    rows = [
        (row["id"], row["metric"], row["period"], f"{row['value']} {row['unit']}", row["use"], row["source"],
         row["confidence"])
        for row in _read(ROOT / "calibration" / "targets.csv")
    ]  # fmt: skip
    return table(("id", "figure", "period", "value", "use", "source", "confidence"), rows)


def outcomes() -> str:
    """Return all outcomes with unit, direction, rule, the groups they are told for, and definition."""
    rows = [(f"`{name}`", each.label, each.unit, each.better or "-", each.rule, ", ".join(each.by), each.definition)
            for name, each in CODEBOOK.items()]  # fmt: skip
    return table(("name", "label", "unit", "better", "rule", "groups", "definition"), rows)


def measures() -> str:
    """Return the numbers that outcomes measure with, with source and confidence."""
    rows = [(f"`{name}`", f"{each.value:g}", f"{each.low:g} to {each.high:g}", each.unit, each.meaning, each.source,
             each.confidence) for name, each in yardsticks(COUNTRY).items()]  # fmt: skip
    return table(("name", "value", "range", "unit", "meaning", "source", "confidence"), rows)


def contradictions() -> str:
    """Return where published figures contradict each other or cannot be right, and what is done about it."""
    rows = [[row[key] for key in ("topic", "figure", "one", "another", "why", "treatment", "source", "confidence")]
            for row in _read(COUNTRY / "contradictions.csv")]  # fmt: skip
    header = ("topic", "figure", "one source", "another", "why", "what is done", "source", "confidence")
    return table(header, rows)


def literature() -> str:
    """Return the studies that parameters rest on."""
    rows = [[row[key] for key in ("topic", "study", "setting", "finding", "informs", "confidence")]
            for row in _read(ROOT / "calibration" / "literature.csv")]  # fmt: skip
    return table(("topic", "study", "setting", "finding", "informs", "confidence"), rows)


def numbers() -> str:
    """Return every number of the country folder, by file; values of one name and source stand in one row."""
    parts = []
    for path in sorted(COUNTRY.glob("*.csv")):
        if path.stem.startswith("behaviour_") or path.stem in ("contradictions", "regions", "tiles", "region_names"):
            continue
        rows = _read(path)
        held = _held(list(rows[0]))
        tell: Callable[[dict[str, str]], tuple[str, str]] = _place_of(list(rows[0]))
        grouped: dict[tuple[str, str, str, str], list[str]] = {}
        for row in rows:
            if held and not row[held]:
                continue  # what is looked at and published nowhere is no number
            name, value = tell(row)
            key = (name, row.get("unit", ""), row.get("source", ""), row.get("confidence", ""))
            grouped.setdefault(key, []).append(value)
        lines = [(name, "; ".join(values), unit, source, confidence)
                 for (name, unit, source, confidence), values in grouped.items()]  # fmt: skip
        parts.append(f"**`{path.relative_to(ROOT).as_posix()}`**\n\n"
                     + table(("figure", "values", "unit", "source", "confidence"), lines))  # fmt: skip
    return "\n\n".join(parts)


NAMING = ("name", "series", "industry", "variable", "oblast", "raion", "label", "children", "outcome")
ASIDE = (
    "unit",
    "source",
    "confidence",
    "note",
    "transformation",
    "tolerance",
    "kind",
    "used",
    "lower",
    "upper",
    "label",
    "id",
    "use",
)


def _held(columns: Sequence[str]) -> str:
    """Return the column that holds the number of a row, or nothing where several do."""
    return next((column for column in ("value", "published") if column in columns), "")


def _place_of(columns: Sequence[str]) -> Callable[[dict[str, str]], tuple[str, str]]:
    """Return how a row of a file is told: what it is called, and its value with where and when it holds."""
    first = next(column for column in NAMING if column in columns)
    value = _held(columns)

    def tell(row: dict[str, str]) -> tuple[str, str]:
        family, _, category = row[first].partition("[")
        if family in OPEN_FAMILIES:  # one row for all of its categories
            name = f"{family.replace('_', ' ')} ({row['year']}, {row['region']})"
            return name, f"{category.removesuffix(']')}: {row['value']}"
        name = row[first].replace("_", " ")
        rest = {key: text for key, text in row.items() if key not in (*ASIDE, first, value) and text}
        if value:
            return name, " ".join([row[value], *([f"({', '.join(rest.values())})"] if rest else [])])
        if len(rest) == 1:
            return name, next(iter(rest.values()))
        return name, ", ".join(f"{key.replace('_', ' ')} {text}" for key, text in rest.items())

    return tell


def laws() -> str:
    """Return the dated law of the country and the quota laws, each number with source and confidence."""
    import tomllib

    parts = []
    for path in sorted(COUNTRY.glob("*.toml")):
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        rows = [
            (f"`{key}`", step.get("from", "always"), _value(step["value"]),
             *(step.get(name, "") for name in ("unit", "source", "confidence")))
            for key, steps in raw.items() if isinstance(steps, list) for step in steps
        ]  # fmt: skip
        header = ("parameter", "from", "value", "unit", "source", "confidence")
        parts.append(f"**`{path.relative_to(ROOT).as_posix()}`**\n\n" + table(header, rows))
    return "\n\n".join(parts)


def flows() -> str:
    """Return every flow between a household and others: law, rule, its place in the books, and what a run holds."""
    held = {Held.YES: "yes", Held.PARTLY: "simpler", Held.NO: "no"}
    rows = [
        (LABELS.get(name, "Grant of the social contract"), "in" if flow.sign > 0 else "out", flow.law or "-",
         f"`{flow.rule}`" if flow.rule else "-", f"`{flow.identity}`", f"`{flow.line}`" if flow.line else "-",
         held[flow.held])
        for name, flow in FLOWS.items()
    ]  # fmt: skip
    return table(("flow", "", "law", "rule", "in the identity", "line of the books", "in the simulation"), rows)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def questions() -> str:
    """Return the questions that a scenario can ask, each with its lines of TOML, what moves and what does not."""
    parts = []
    for one in _asked()["question"]:
        sides = (("Rises", one["up"]), ("Falls", one["down"]), ("Stays the same to the last bit", one["same"]))
        said = " ".join(f"{side}: {_listed(names)}." for side, names in sides if names)
        about = f" {one['note']}" if one["note"] else ""
        lines = one["toml"].strip()
        parts.append(f"## {one['number']}. {one['asks']}\n\n```toml\n{lines}\n```\n\n{said}{about}\n")
    return "\n" + "\n".join(parts)


def not_asked() -> str:
    """Return the questions that no scenario can ask, with the reason."""
    refused = ((one["number"], one["asks"], one["why"]) for one in _asked()["not_asked"])
    return table(("", "question", "why not"), refused)


def _asked() -> dict[str, Any]:
    return tomllib.loads((ROOT / "docs" / "questions.toml").read_text(encoding="utf-8"))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
