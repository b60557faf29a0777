"""Red team: seats out of reach are counted as worked by hand; a change is only said to close what it closes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from labour_samples import BEHAVIOUR, advance, economy, levy, population, start
from typer.testing import CliRunner

from experiments import cli, evasion
from sim.outcomes.evasion import avoided
from sim.policies.quota import Quota
from sim.scenario import Scenario
from sim.state.labour import BUDGET, PRIVATE
from sim.state.labour_state import NO_LIMIT


def law():
    quota = Quota.made({"design": "KG_2025", "assignment": "universal", "levy": 0.5}, "test")
    return quota.terms(48, economy(48), BEHAVIOUR)


def test_seats_out_of_reach_are_those_of_the_size_wanted_less_those_owed():
    world = start(population(300, 60))
    e, owner = world.employers, world.frame.employers.owner
    for column in e:
        column[:] = 0
    e.limit[:] = e.report_limit[:] = NO_LIMIT
    private = np.flatnonzero(owner == PRIVATE)[:3]
    budget = np.flatnonzero(owner == BUDGET)[0]
    e.wanted[private[0]], e.limit[private[0]], e.reported[private[0]], e.owed[private[0]] = 52.0, 49, 49, 1.0
    e.wanted[private[1]], e.report_limit[private[1]], e.reported[private[1]], e.owed[private[1]] = 101.0, 24, 24, 0.0
    e.wanted[private[2]], e.reported[private[2]], e.owed[private[2]] = 130.0, 130, 5.0
    e.wanted[budget], e.reported[budget], e.owed[budget] = 130.0, 130, 5.0
    found = avoided(world, law())
    weight = world.frame.weight
    assert found["avoided_smaller"] == (2 - 1) * weight  # 52 staff would owe two seats
    assert found["avoided_hiding"] == (4 - 0) * weight  # 101 staff would owe four
    # 49 private staff owe 1, as 24 + 25 would; 130 owe 5, as 65 + 65 owe 4; budget bodies do not split
    assert found["avoided_splitting"] == 1 * weight
    assert found["free_by_splitting"] == 0.0
    e.reported[private[0]] = 30
    assert avoided(world, law())["free_by_splitting"] == 1 * weight


def test_where_nobody_stays_smaller_or_hides_no_seat_is_out_of_reach():
    world = advance(start(population(600, 120)), 0, 12, levy(0.5))
    assert min(avoided(world, law()).values()) >= 0.0
    e = world.employers
    e.limit[:] = e.report_limit[:] = NO_LIMIT
    found = avoided(world, law())
    assert (found["avoided_smaller"], found["avoided_hiding"]) == (0.0, 0.0)


def findings(changes: dict[str, dict[str, float]]) -> evasion.Findings:
    """Return findings in which each change moves the outcomes named; as given each gap takes 100 of 1,000 seats."""
    closings = evasion.closings(0.25, 25.0)
    outcomes = {gap.outcome: 100.0 for gap in (*evasion.GAPS, *evasion.INSTEAD)}
    outcomes |= {"seats_owed": 1000.0, "seats_hired": 50.0, "seats_present": 50.0, "employed_disability": 500.0,
                 "employed_all": -200.0, "employer_cost": 1e9, "treasury_cost": 1e8,
                 "free_by_splitting": 30.0}  # fmt: skip
    rows: list[dict[str, Any]] = []
    for draw in range(4):
        for name in (evasion.GIVEN, *(closing.name for closing in closings)):
            for outcome, value in (outcomes | changes.get(name, {})).items():
                rows.append({"draw": draw, "replication": 0, "design": name, "outcome": outcome, "group": "all",
                             "month": -1, "value": value, "status": "ok"})  # fmt: skip
    return evasion.Findings(pd.DataFrame(rows), "A law", closings, 100_000.0, 4, collected=0.5)


def told(found: evasion.Findings) -> dict[str, str]:
    sentences = [" ".join(sentence.split()) for sentence in evasion.sentences(found)]
    return {sentence.partition(":")[0]: sentence for sentence in sentences}


def test_the_change_that_closes_most_without_costing_jobs_is_named():
    found = findings({
        "verified": {"seats_proforma": 0.0, "employed_disability": 520.0},
        "half_levy": {"seats_proforma": 0.0, "seats_relabelled": 60.0, "employed_disability": 300.0},
        "credible": {"seats_nothing": 95.0},
    })  # fmt: skip
    said = told(found)
    closing = "'only real work counts' (in a scenario: quota.proforma_counts = false) takes away 100 %"
    assert closing in said["Paper jobs"]
    assert "What else changes: employees with disabilities +20, jobs of everybody 0;" in said["Paper jobs"]
    at_a_price = "only at the price of jobs: 'levy 0.125' (in a scenario: quota.levy = 0.125) takes away 40 % of"
    assert at_a_price in said["Relabelling"]
    none = "none of the changes tried makes it much smaller"
    assert none in said["Shrinking in time"], "five of a hundred seats is no closing"
    assert "a fine is at stake" not in " ".join(said.values()), "there is a levy"
    assert "not simulated" in said["Splitting"]
    assert "30 employers would be free" in said["Splitting"]


def test_a_change_that_does_not_show_in_nine_of_ten_draws_is_not_named():
    found = findings({"verified": {"seats_proforma": 0.0}})
    worse = (found.frame["design"] == "verified") & (found.frame["draw"] == 3)
    found.frame.loc[worse & (found.frame["outcome"] == "seats_proforma"), "value"] = 150.0
    assert "no change makes it smaller in nine of ten of 4 draws" in told(found)["Paper jobs"]


def test_jobs_of_others_are_a_price_too():
    found = findings({"verified": {"seats_proforma": 0.0, "employed_disability": 520.0, "employed_all": -900.0}})
    assert "only at the price of jobs" in told(found)["Paper jobs"]
    assert "jobs of everybody \N{MINUS SIGN}700;" in told(found)["Paper jobs"]


def test_shares_leave_out_what_overlaps_and_only_collected_levies_are_lost():
    table = evasion.gaps(findings({}))
    cells = [[row.cells[k].text for row in table.rows] for k in range(len(table.columns))]
    shares = [float(cell.split()[0]) for cell in cells[2] if cell.strip("– ")]
    assert len(shares) == len(cells[2]) - 1
    lost = cells[3][0]
    assert lost == "5.0", "100 seats x 100,000 som, half of it collected"


def test_a_gap_that_hardly_exists_is_called_so():
    found = findings({})
    found.frame.loc[found.frame["outcome"] == "seats_proforma", "value"] = 1.0
    assert "hardly happens here (0.1 % of the seats owed)" in told(found)["Paper jobs"]


def test_a_red_team_changes_one_thing_at_a_time():
    tried = evasion.closings(0.25, 25.0)
    quota = {"design": "KG_2025", "assignment": "universal", "levy": 0.25}
    scenario = evasion.scenario_of(quota, Scenario.of({"name": "t"}), tried).as_dict()
    for closing in tried:
        mine = scenario["designs"][closing.name]["quota"]
        assert mine == quota | dict(closing.change)
        assert sum(mine.get(key) != quota.get(key) for key in mine) == 1
    assert scenario["common"]["social_contract"] == {"slots": 0.0}
    assert {c.name for c in evasion.closings(0.0, 25.0)} >= {"levy"}


def test_the_command_prints_gaps_changes_and_assumptions(monkeypatch, tmp_path):
    monkeypatch.setattr(evasion, "run", lambda *args, **options: findings({}))
    done = CliRunner().invoke(cli.app, ["redteam", "KG_2025", "--levy", "0.25", "--csv", str(tmp_path / "r.csv")])
    assert done.exit_code == 0, done.output
    for words in ("Staying smaller", "Paper jobs", "One thing changed at a time", "What this rests on", "judgement"):
        assert words in done.output
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    assert len(pd.read_csv(tmp_path / "r.csv")) == 9 * 7
    assert CliRunner().invoke(cli.app, ["redteam", "KG_2026"]).exit_code == 2


@pytest.mark.parametrize("values", [{"levy": 0.25}, {}])
def test_the_levy_of_a_seat_is_that_of_the_law(values):
    quota = {"design": "KG_2025", "assignment": "universal"} | values
    scenario = evasion.scenario_of(quota, Scenario.of({"name": "t", "horizon": "2026-12"}), ())
    expected = 12 * scenario.policies(evasion.GIVEN).economy.terms(59, ()).average_wage * values.get("levy", 0.0)
    assert evasion.levy_som(scenario) == pytest.approx(expected)
