"""No file, constant or test contains a programme outcome dated after 2023 (V19, data discipline of model.md section 0).

The rule is closed: a row of a data file that is dated later must be marked as an input or a context, or be a price, a
benefit, a wage or a count of persons that is named here. Text and code may not state a figure of a later outcome.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest

from sim.policies.child_benefit import ChildBenefit
from sim.policies.social_contract import SocialContract

ROOT = Path(__file__).parent.parent
LAST = 2023
FORECASTS = ROOT / "calibration" / "forecasts"  # the model's own figures, which nobody has compared with anything
PARTS = ("sim", "calibration", "experiments", "tests", "docs", "benchmarks")
DATED = ("year", "date", "from", "period", "time")
NAMED = ("name", "series", "id", "figure", "quantity", "moment", "parameter")

# What may be dated later without being marked: prices, wages, benefits, and counts of persons that no programme makes.
ALLOWED = re.compile(
    r"^(price_level|average_wage|minimum_wage|subsistence|pension|social_benefit|disability_|inspect|labour_inspect|fine_"
    r"|adults with disabilities ready to work|ready_to_work|PD04|enterprises|staff|population|births|deaths|death_rate)"
)
OUTCOME = re.compile(
    r"contract|famil(y|ies) (paid|reached)|jobs|placement|placed|quota_places|quota places|filled|caseload|reach"
    r"|failure|survival|operating|completed|ubk_(families|children|recipients)|graduat|women_share|unemployment|poverty"
)
WORDS = re.compile(
    r"(contracts? (were )?(signed|paid|concluded)|families (were )?(paid|reached|contracted)"
    r"|jobs (were )?(created|reported)|placements?|people reached|caseload|projects? (not )?completed|still operating)",
    re.IGNORECASE,
)
LATER = re.compile(r"\b20(2[4-9]|3\d)\b")
FIGURE = re.compile(r"\b\d{1,3}(,\d{3})+\b|\b\d{3,}\b|\b\d+(\.\d+)? ?(%|thousand|percent)")


def files(*endings: str) -> list[Path]:
    found = [path for part in PARTS for path in (ROOT / part).rglob("*") if path.suffix in endings and path.is_file()]
    found = [path for path in found if path.parent != FORECASTS]
    return sorted([*found, *(path for path in ROOT.glob("*.md") if ".md" in endings)])


def years(text: str) -> list[int]:
    return [int(year) for year in re.findall(r"\b(?:19|20)\d{2}\b", text)]


def faults(rows: list[dict[str, str]]) -> list[str]:
    """Return the rows that are dated after 2023 and not known to be something else than an outcome."""
    wrong = []
    for row in rows:
        date = " ".join(row.get(column) or "" for column in DATED)
        name = next((row[column] for column in NAMED if row.get(column)), "")
        if max(years(date), default=0) <= LAST or (not name and "places" not in row):
            continue
        kind = row.get("kind", "")
        if kind == "outcome" or OUTCOME.search(name) or (kind not in ("input", "context") and not ALLOWED.match(name)):
            wrong.append(f"{name or row} ({date.strip()})")
    return wrong


@pytest.mark.parametrize("path", files(".csv"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_row_of_a_data_file_is_a_later_outcome(path):
    with path.open(encoding="utf-8", newline="") as file:
        assert not faults(list(csv.DictReader(file)))


# The targets whose period is not a year up to 2023: studies of other countries, and one count of persons.
NOT_BY_2023 = {"PD04"}
STUDIES = {"HU01", "HU02", "HU03", "HU04", "HU05", "AT01", "AT02", "AT03", "DE01", "MB01"}


def test_no_target_is_dated_after_2023():
    with (ROOT / "calibration" / "targets.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    later = {name for name, row in rows.items() if max(years(row["period"]), default=0) > LAST}
    undated = {name for name, row in rows.items() if not years(row["period"])}
    assert later == NOT_BY_2023
    assert rows["PD04"]["metric"] == "adults with disabilities ready to work"  # a population count, no outcome
    assert undated <= STUDIES


def test_a_forecast_is_the_models_own_and_stays_as_it_was_written():
    for path in FORECASTS.glob("*.csv"):
        about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        assert hashlib.sha256(path.read_bytes()).hexdigest() == about["file"]
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert row["kind"] == "forecast"
                assert float(row["low"]) <= float(row["middle"]) <= float(row["high"])


@pytest.mark.parametrize("policy", [("social_contract", SocialContract), ("child_benefit", ChildBenefit)])
def test_a_law_file_has_only_parameters_of_the_law(policy):
    name, declared = policy
    for path in (ROOT / "sim" / "country").glob(f"*/{name}.toml"):
        assert set(tomllib.loads(path.read_text(encoding="utf-8"))) <= set(declared.model_fields)


@pytest.mark.parametrize(
    "path", files(".py", ".md", ".toml", ".csv"), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_no_line_states_the_figure_of_a_later_outcome(path):
    wrong = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        bare = LATER.sub("", line)
        if WORDS.search(line) and LATER.search(line) and FIGURE.search(re.sub(r"\b(19|20)\d{2}\b", "", bare)):
            wrong.append(f"line {number}: {line.strip()[:100]}")
    assert not wrong


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ({"name": "placements", "value": "1", "year": "2024"}, True),
        ({"name": "contracts_signed", "value": "1", "date": "2025", "kind": "context"}, True),
        ({"name": "anything", "value": "1", "date": "2024-06", "kind": "outcome"}, True),
        ({"name": "something new", "value": "1", "year": "2025"}, True),
        ({"id": "XX1", "value": "1", "period": "2023-2024"}, True),
        ({"name": "placements", "value": "1", "year": "2023"}, False),
        ({"name": "average_wage", "value": "1", "year": "2025"}, False),
        ({"name": "grant_2025", "value": "1", "date": "2025", "kind": "input"}, False),
    ],
)
def test_the_rule_refuses_what_it_should(row, refused):
    assert bool(faults([row])) is refused


def test_the_rule_for_lines_finds_a_later_figure():
    line = "In 20" + "24 the service made 1,2" + "34 place" + "ments."
    assert WORDS.search(line)
    assert LATER.search(line)
    assert FIGURE.search(LATER.sub("", line))
