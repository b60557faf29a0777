"""Documentation: what is made from code and data is what stands in the pages."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from experiments import documentation, documented
from sim.outcomes import CODEBOOK
from sim.schedule import SCHEDULE

DOCS = documentation.DOCS


@pytest.mark.parametrize("name", documentation.PAGES)
def test_a_page_is_what_code_and_data_make_of_it(name):
    text = (DOCS / name).read_text(encoding="utf-8")
    assert documentation.made(text) == text, "run: python -m experiments.documentation"


def test_every_table_has_a_place_and_every_place_a_table():
    named = [found[2] for name in documentation.PAGES
             for found in documentation.PLACE.finditer((DOCS / name).read_text(encoding="utf-8"))]  # fmt: skip
    assert sorted(named) == sorted(documentation.MADE)


def test_a_table_that_nobody_makes_is_noticed():
    with pytest.raises(KeyError):
        documentation.made("<!-- made: nothing of the kind -->\n<!-- end -->")


def test_the_page_of_the_model_names_every_rule_of_the_schedule():
    known = set(documented.named(documented.rules()))
    for step in SCHEDULE:
        assert set(documented.named(step.rules)) <= known | set(documented.named("X1 to X3, T1 to T5, Y1 to Y10")), (
            step.name
        )


def test_every_outcome_stands_in_the_page_of_outcomes():
    page = (DOCS / "outcomes.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in page for name in CODEBOOK)


def test_every_number_of_the_ledger_has_a_source_and_a_confidence():
    for line in documented.numbers().splitlines():
        cells = re.split(r"(?<!\\)\|", line)
        if len(cells) == 7 and "---" not in line and "| figure |" not in line:
            assert cells[-3].strip(), line
            assert cells[-2].strip() in {"A", "B", "derived", "B-judged", "C"}, line


@pytest.mark.parametrize(
    "path", [documented.COUNTRY / "contradictions.csv", documented.ROOT / "calibration/literature.csv"]
)
def test_contradictions_and_studies_are_complete(path: Path):
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 20
    assert all(all(value and value.strip() for value in row.values()) for row in rows)
    assert {row["confidence"] for row in rows} <= {"A", "B", "derived", "B-judged", "C"}


def test_the_page_of_faults_names_tests_that_exist_and_all_sixteen_faults_and_fifteen_wounds():
    text = (DOCS / "faults.md").read_text(encoding="utf-8")
    tests = {path.name: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")}
    rows = re.findall(r"^\| (\d+) \|.*\| ([^|]*) \|$", text, re.MULTILINE)
    assert [int(number) for number, _ in rows] == [*range(1, 17), *range(1, 16)]
    for file, names in re.findall(r"`(test_\w+\.py)`: ((?:`test_\w+`(?:,\s)?)+)", text):
        for name in re.findall(r"`(test_\w+)`", names):
            assert f"def {name}(" in tests[file], f"{file} has no {name}"
    assert all("`test_" in held for _, held in rows), "a fault without a test"


def test_the_readme_is_short_and_every_page_of_the_documentation_is_in_the_index():
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) < 150
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([\w./-]+?)(?:#[\w-]+)?\)", index))
    pages = {path.name for path in (*DOCS.glob("*.md"), *DOCS.glob("*.ipynb"))}
    assert pages - {"README.md"} <= linked
    for place, text in ((DOCS.parent, readme), (DOCS, index)):
        for target in re.findall(r"\]\(([\w./-]+?)\)", text):
            assert (place / target).exists(), target
