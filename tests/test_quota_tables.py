"""Quota tables on the screen, in the report and as a file: compact, adding up, with warnings, or not there at all."""

from __future__ import annotations

import csv
import dataclasses
from typing import Any

import pandas as pd
import pytest

from experiments import blocks, headline, quota_tables, report, screen, summary
from experiments.commands.shared import find_study
from experiments.language import language
from experiments.telling import Telling
from sim.outcomes import CODEBOOK, HEADLINES

DRAWS = 10
DESIGNS = {"today": {"label": "Today"}, "france": {"quota": "FR"}, "own": {"quota": {"design": "HU", "levy": 0.25}}}


def frame(with_quota: bool = True) -> pd.DataFrame:
    """Return tidy rows in which seats are split in round proportions that grow with the design."""
    rows: list[dict[str, Any]] = []

    def add(draw: int, design: str, outcome: str, value: float, group: str = "all") -> None:
        rows.append({"draw": draw, "replication": 0, "seed": draw, "design": design, "outcome": outcome, "group": group,
                     "month": -1, "value": value, "status": "ok", "error": ""})  # fmt: skip

    for draw in range(DRAWS):
        for k, design in enumerate(DESIGNS):
            add(draw, design, "net_jobs", 1000.0 + draw)
            if not with_quota:
                continue
            left = 1000.0 * (k + 1)
            add(draw, design, "seats_owed", left)
            for number, way in enumerate(quota_tables.WAYS):
                share = left / 2 if number < len(quota_tables.WAYS) - 1 else left
                add(draw, design, way, share)
                left -= share
            rest = {*quota_tables.COMPARED, *quota_tables.GAINED, *quota_tables.MONEY}
            rest |= {"seats_vacant", "levy_due", "employers_with_duty", "employers_below_step", "employers_hiding"}
            for outcome in sorted(rest):
                value = k * (100.0 + draw)
                add(draw, design, outcome, value)
                for owner, part in (("budget", 0.75), ("private", 0.25)):
                    add(draw, design, outcome, value * part, f"owner={owner}")
    return pd.DataFrame(rows)


def made(with_quota: bool = True) -> summary.Summary:
    manifest = {
        "scenario": {"name": "t", "country": "kyrgyzstan", "start": "2026-01", "designs": DESIGNS, "scale": 10,
                     "horizon": "2030-12", "seed": 1},
        "seconds": 1.0, "versions": {}, "machine": {"system": "x", "cores": 2}, "code": {},
        "asked": {"draws": DRAWS, "replications": 1, "runs": DRAWS}, "interval": "x", "identity": {}, "failed": 0,
    }  # fmt: skip
    return summary.summarise(frame(with_quota), manifest, CODEBOOK, HEADLINES)


def printed(found: summary.Summary) -> str:
    return screen.text(quota_tables.tables_for(found), 100)


def test_without_a_change_of_the_quota_nothing_is_shown(tmp_path):
    found = made(with_quota=False)
    assert printed(found) == ""
    assert quota_tables.sections(found) == []
    assert quota_tables.write_csv(found, tmp_path) is None


def test_the_table_is_compact_and_its_seats_add_up():
    text = printed(made())
    lines = text.splitlines()
    assert len(lines) < 45
    assert max(map(len, lines)) <= 100
    columns = [[0, 0], [0, 0], [0, 0]]
    for line in lines:
        numbers = [int(word.replace(",", "")) for word in line.split()[-3:] if word.replace(",", "").isdigit()]
        if len(numbers) == 3 and line.strip().startswith(("Seats owed", "Filled", "Met", "Bought", "Empty", "there",
                                                          "work", "staff", "measures")):  # fmt: skip
            for column, number in zip(columns, numbers, strict=True):
                column[0 if line.strip().startswith("Seats owed") else 1] += number
    for owed, filled in columns:
        assert owed > 0
        assert filled == pytest.approx(owed, abs=40)  # each figure is rounded to ten seats
    assert "Most jobs for persons with disabilities: own in 10 of 10 draws. Choosing france instead would give" in (
        " ".join(text.split())
    )
    assert "≈" in text


def test_with_few_draws_nothing_is_said_of_the_best_design():
    found = made()
    said = list(quota_tables.sentences(found, language("en")))
    found.manifest["asked"]["draws"] = 7
    assert list(quota_tables.sentences(found, language("en"))) == said[:1] != said


def test_designs_that_no_other_beats_are_told_with_their_draws_and_not_at_all_with_few():
    shares = pd.DataFrame({"design": list(DESIGNS), "probability_on_front": [0.9, 1.0, 0.0]})
    found = dataclasses.replace(made(), front=shares)
    said = "well-being (not a ranking): france in 10 of 10 draws, Today in 9, own in 0."
    assert any(said in line for line in headline.notes(found))
    assert "france в 10 из 10 наборов, Today в 9, own в 0." in " ".join(headline.notes(found, language("ru")))
    found.manifest["asked"]["draws"] = 7
    assert not any("No other design" in line for line in headline.notes(found))


def test_every_language_says_that_draws_are_too_few_to_tell():
    found = made()
    found.manifest["asked"]["draws"] = 2
    found.differences["verdict"] = "cannot be told apart"
    for code in ("en", "ru", "ky"):
        few = Telling(found, language(code)).few()
        assert "2" in few
        assert few in Telling(found, language(code)).verdict("own")
        assert few in Telling(found, language(code)).answer("employed_disability", "own")


def test_a_key_of_a_design_stays_as_it_is_written_and_a_label_is_translated():
    told = Telling(made(), language("ru"))
    told.summary.manifest["scenario"]["designs"]["levy"] = {}
    assert [told.title("levy"), told.title("own")] == ["levy", "own"]
    told.summary.manifest["scenario"]["designs"]["levy"] = {"label": "no spread"}
    assert told.title("levy") == language("ru").text("no spread") != "no spread"


def test_a_collapsing_formula_is_named_unless_the_design_sets_its_own_levy():
    found = list(quota_tables.warnings(made().manifest["scenario"]))
    assert len(found) == 1
    assert found[0].startswith("Warning. FR: the levy is written in units of the hourly minimum wage.")
    dated = {"designs": {"x": {"quota": {"design": [{"value": "KG_2025"}, {"from": "2027-01", "value": "HU"}]}}}}
    assert "HU" in next(iter(quota_tables.warnings(dated)))
    assert not list(quota_tables.warnings({"designs": {"x": {"quota": "AT"}, "y": {}}}))


def test_the_file_has_every_group_with_its_interval(tmp_path):
    path = quota_tables.write_csv(made(), tmp_path)
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    mine = {(row["design"], row["outcome"], row["group"]): row for row in rows}
    row = mine["france", "employed_disability", "owner=budget"]
    assert float(row["low"]) < float(row["median"]) < float(row["high"])
    assert float(row["median"]) == pytest.approx(0.75 * 104.5)
    assert row["unit"] == "jobs"


def test_the_report_has_the_tables_and_the_warning(monkeypatch):
    for chart in ("paired", "over_time", "costs"):
        monkeypatch.setattr(blocks, chart, lambda told: None)
    for several in ("by_mechanism", "who"):
        monkeypatch.setattr(blocks, several, lambda told: [])
    monkeypatch.setattr(report, "_assumptions", lambda country, say: [])
    page = report.html(made())
    for words in ("What becomes of the seats", "Where counted seats come from", "private", "hourly minimum wage"):
        assert words in page


def test_quota_laws_alone_are_compared_without_contracts_and_by_what_they_can_move():

    laws = find_study(["KG_2025", "FR", "DE"])
    assert laws.scenario.worlds == "whole"
    assert laws.scenario.policies("FR").social_contract.slots_of(60) == 0.0
    assert set(laws.protocol.outcomes) == set(quota_tables.COMPARED)
    mixed = find_study(["today", "FR"])
    assert mixed.scenario.worlds == "all"
    assert "net_jobs" in mixed.protocol.outcomes


def test_a_group_too_small_to_be_told_is_named_under_its_table_and_seats_are_means_that_add_up():
    found = made()
    kept = found.frame[~found.frame["group"].astype(str).str.startswith("owner=")]
    owners = kept[kept["group"] == "all"].assign(group="owner=private")
    small = dataclasses.replace(found, frame=pd.concat([kept, owners], ignore_index=True))
    section = next(one for one in quota_tables.sections(small) if one.header[0] == "Owner of the employer")
    assert "fewer than 30 simulated ones stand behind it: budget and state" in section.text
    seats = next(one for one in quota_tables.sections(found) if "in exactly one row" in one.text)
    values = {row[0].split(" (")[0]: [float(cell.split(" (")[0].replace(",", "")) for cell in row[1:]]
              for row in seats.rows}  # fmt: skip
    owed = values.pop(CODEBOOK["seats_owed"].label)
    ways = [values[CODEBOOK[name].label] for name in quota_tables.WAYS]
    for place, whole in enumerate(owed):
        assert sum(way[place] for way in ways) == pytest.approx(whole, abs=10 * len(ways))
