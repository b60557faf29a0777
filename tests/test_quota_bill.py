"""Bills: what a quota law charges one employer, step by step, by the rules that the runs use."""

from __future__ import annotations

import csv
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from experiments import cli
from experiments.bill import Case, has_fine, has_levy, reckon
from experiments.bill_words import TIMED, Teller, table_of
from experiments.language import language
from sim.errors import InputError
from sim.policies import design as module
from sim.policies.design import UNLESS_GIVEN, codes, load
from sim.policies.economy import economy
from sim.policies.law import regions
from sim.policies.terms_of_design import native_terms, wage_ratio
from sim.state.quota_charge import yearly_charge
from sim.state.quota_law import counted_base

DATA = Path(__file__).parent / "data"
ROWS = [
    row for name in ("quota_examples.csv", "quota_corrections.csv", "quota_published.csv")
    for row in csv.DictReader((DATA / name).open(encoding="utf-8"))
]  # fmt: skip
KNOWN = ("seats", "missing", "levy_year", "levy_gross", "levy_period", "fine_total", "bonus_year", "gap_months")
TOLD = [row for row in ROWS if row["quantity"] in KNOWN]
PRICES = economy("kyrgyzstan").terms(48, regions("kyrgyzstan"))


def call(*arguments: str) -> str:
    done = CliRunner().invoke(cli.app, ["quota", "bill", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def steps(output: str) -> dict[str, str]:
    """Return the result of each step of an English bill."""
    return dict(re.findall(r"^ *\d+\. (.+?)  +.*?(\S+(?: [A-Z]{3}| som)?) *$", output, re.MULTILINE))


def case_of(row: dict, extra: dict) -> Case:
    severe = extra.get("sev")
    law = native_terms(load(row["design"]))
    spent = extra["alt"] / law.alternative_rate if "alt" in extra else 0.0
    return Case(
        float(row["n"]), float(row["X"] or 0.0), severe=severe, idle=extra.get("yrs_zero", 0.0), purchases=spent,
        reference=extra.get("ref"), fine=extra.get("fine"),
    )  # fmt: skip


@pytest.mark.parametrize("row", TOLD, ids=[row["example_id"] for row in TOLD])
def test_the_bill_of_a_published_example_is_the_published_one(row: dict) -> None:
    extra = json.loads(row["extra"]) if row["extra"] else {}
    bill = reckon(load(row["design"]), case_of(row, extra))
    found = {
        "seats": bill.owed, "missing": bill.missing, "levy_year": bill.levy, "levy_gross": bill.gross,
        "levy_period": bill.gross / max(bill.law.per_year, 1.0), "bonus_year": bill.bonus,
        "gap_months": bill.short * bill.law.per_year, "fine_total": bill.fines[round(2 * extra.get("place", 0.5))],
    }[row["quantity"]]  # fmt: skip
    assert found == pytest.approx(float(row["expected"]), abs=float(row["tolerance"]) + 1e-9)


def test_the_worked_example_of_the_french_contribution_is_told_step_by_step() -> None:
    output = call("FR", "--staff", "298", "--counted", "13.5", "--reference", "10.48", "--month", "2025-12")
    found = steps(output)
    assert (found["Seats owed"], found["Seats missing"]) == ("17", "3.5")
    assert found["For each missing seat"] == "5,240 EUR"
    assert found["Levy of the year"] == found["Due in a year"] == "18,340 EUR"
    assert "6 % × 298 = 17.88, rounded down" in output
    assert "3.5 × 5,240 EUR" in output
    som = 18340 * wage_ratio(load("FR"), 44400.0)
    assert f"{som:,.0f} som" in output


def test_purchases_lower_the_french_contribution_to_a_quarter_as_published() -> None:
    output = call("FR", "--staff", "298", "--counted", "13.5", "--reference", "10.48", "--purchases", "60000")
    assert steps(output)["Less for purchases"] == "−13,755 EUR"
    assert steps(output)["Due in a year"] == "4,585 EUR"


def test_full_time_equivalents_are_taken_where_the_law_counts_them_and_persons_where_it_counts_persons() -> None:
    assert reckon(load("FR"), Case(249.99)).units == 400.0
    assert reckon(load("FR"), Case(250.0)).units == 500.0
    assert reckon(load("JP"), Case(100.0)).gross == 0.0
    assert reckon(load("JP"), Case(100.5)).gross > 0.0
    for code in ("AT", "IT", "KG_2025", "KR", "UA"):
        with pytest.raises(InputError, match=f"--staff is 97.5, but {code} counts whole persons; give a number such"):
            reckon(load(code), Case(97.5))


@pytest.mark.parametrize("code", codes())
@pytest.mark.parametrize("staff", [7, 30, 60, 121, 450, 1101])
def test_every_law_gives_a_bill_that_adds_up_at_every_size(code: str, staff: int) -> None:
    design = load(code)
    for counted in (0.0, 1.0, 400.0 if staff > 400 else 0.0):
        bill = reckon(design, Case(staff, counted))
        told = list(Teller(design, Case(staff, counted), bill, PRICES, language("en")).lines())
        assert [line.value for line in told if line.step == "Seats owed"] == [bill.owed]
        assert bill.owed >= 0.0
        assert bill.missing >= 0.0
        assert (bill.gross > 0.0) <= has_levy(bill.law)
        unknown = has_fine(bill.law) and bill.missing > 0.0 and not design.figures["sanction.fine_min"].known
        assert math.isnan(bill.due) == unknown
        if bill.owed == 0.0:
            assert bill.due == 0.0
        due = next(line.value for line in told if line.step == "Due in a year")
        parts = {line.step: line.value for line in told}
        if not unknown:
            signed = sum(parts.get(name, 0.0) for name in (
                "Levy of the year", "Less for purchases", "Less for other spending", "Price of seats bought out",
                "Premium above the quota", "Fine of one finding"))  # fmt: skip
            assert due == pytest.approx(signed)
            if design.of("translation.average_wage") != "own":
                assert parts["The same here"] == pytest.approx(due * wage_ratio(design, PRICES.average_wage))


@settings(max_examples=80, deadline=None)
@given(n=st.integers(0, 3000), x=st.integers(0, 60), code=st.sampled_from([c for c in codes() if c != "CL"]))
def test_a_bill_charges_what_the_rule_of_the_runs_charges(n: int, x: int, code: str) -> None:
    design, counted = load(code), float(min(x, n))
    bill = reckon(design, Case(float(n), counted))
    law = native_terms(design)
    base = float(counted_base(law, float(n), counted))
    assert bill.gross == float(yearly_charge(law, 0, base, counted, counted, 0, 0.0))


@pytest.mark.parametrize("code", codes())
@pytest.mark.parametrize("tongue", ["en", "ru", "ky"])
def test_a_bill_is_readable_at_eighty_columns_in_every_language(code: str, tongue: str) -> None:
    design, say = load(code), language(tongue)
    fine = 50000.0 if has_fine(native_terms(design)) else None
    for case in (Case(1101, 3, fine=fine), Case(60, 0), Case(121, 1)):
        show = Console(width=80, highlight=False)
        with show.capture() as captured:
            show.print(table_of(Teller(design, case, reckon(design, case), PRICES, say)))
        printed = captured.get()
        assert max(len(line.rstrip()) for line in printed.splitlines()) <= 80
        assert "…" not in printed


def test_a_year_is_told_with_its_one_rounding() -> None:
    output = call("DE", "--staff", "121", "--counted", "3")
    assert "6.05 × 12 = 72.6, rounded once: 73; less 3 × 12" in output
    assert steps(output)["Missing over the year"] == "37"
    assert steps(output)["Levy of the year"] == "10,175 EUR"
    case, design = Case(121, 3), load("DE")
    assert TIMED in [line.unit for line in Teller(design, case, reckon(design, case), PRICES, language("en")).lines()]


def test_a_fine_is_told_with_its_range_and_limits() -> None:
    output = " ".join(call("BR", "--staff", "1101", "--counted", "46").split())
    assert "10 × 3,100.06 BRL, raised by 40 to 50 %, at most" in output
    assert "43,400.84 BRL to 46,500.90 BRL" in output
    most = reckon(load("BR"), Case(30000, 0)).fines
    assert most == pytest.approx((310004.7, 310004.7, 310004.7))


def test_a_fine_that_nobody_found_is_said_to_be_unknown_until_one_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert re.search(r"Due in a year .* not known", call("CL", "--staff", "300"))
    assert steps(call("CL", "--staff", "300", "--fine", "900000"))["Due in a year"] == "900,000 CLP"
    output = call("KG_2025", "--staff", "60", "--counted", "2", "--severe", "0")
    assert "but 1 of the seats for groups I and II" in output
    assert "In runs the fine is judged: 19,993 som" in output
    assert steps(call("KG_2025", "--staff", "60", "--fine", "30000"))["Due in a year"] == "30,000 som"


def test_both_prices_of_an_alternative_are_shown_and_replace_seats() -> None:
    output = " ".join(call("ES", "--staff", "200", "--counted", "1", "--donations", "25200").split())
    assert "purchases of 25,200 EUR or donations of 12,600 EUR" in output
    assert reckon(load("ES"), Case(200, 1, donations=25200)).missing == 1.0
    assert reckon(load("ES"), Case(200, 1, purchases=25200 * 9)).missing == 0.0


def test_seats_are_bought_out_up_to_the_share_of_the_law() -> None:
    bill = reckon(load("IT"), Case(100, 0, bought=6))
    assert (bill.owed, bill.bought, bill.missing) == (7.0, 4.0, 3.0)
    assert bill.buyout == pytest.approx(4 * 39.21 * 260)
    assert bill.levy == pytest.approx(3 * 196.05 * 260)


def test_a_public_body_has_its_own_share() -> None:
    assert reckon(load("JP"), Case(38, public=True)).owed == 1.0
    assert reckon(load("JP"), Case(38)).owed == 0.0


def test_a_worker_who_counts_double_leaves_the_base_once() -> None:
    one, two = (reckon(load("AT"), Case(100, 2, persons=persons)) for persons in (1, 2))
    assert (one.base, two.base) == (99.0, 98.0)


def test_a_bill_is_written_as_a_table_for_a_file(tmp_path: Path) -> None:
    call("FR", "--staff", "298", "--counted", "13.5", "--reference", "10.48", "--csv", str(tmp_path / "bill.csv"))
    written = list(csv.DictReader((tmp_path / "bill.csv").open(encoding="utf-8")))
    due = next(row for row in written if row["step"] == "Due in a year")
    assert (due["unit"], float(due["value"])) == ("EUR", pytest.approx(18340.0))
    assert [int(row["number"]) for row in written] == list(np.arange(len(written)) + 1)


def test_a_law_of_ones_own_has_a_bill(tmp_path: Path) -> None:

    text = (module.FOLDER / "KG_2025.toml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text(text.replace("value = [[25, 50, 1]", "value = [[25, 50, 2]"), encoding="utf-8")
    assert steps(call(str(mine), "--staff", "30"))["Seats owed"] == "2"


@pytest.mark.parametrize(("code", "arguments", "said"), [
    ("FR", ["--staff", "nan"], "--staff is 'nan'; it must be a number"),
    ("FR", ["--staff", "inf"], "--staff is 'inf'; it must be a number"),
    ("FR", ["--staff", "1e9"], "--staff is 1e+09; it must be at most 10,000,000"),
    ("FR", ["--staff", "30", "--counted", "-1"], "--counted is -1; it must be a number from 0 up"),
    ("FR", ["--staff", "30", "--idle-years", "nan"], "--idle-years is 'nan'; it must be a number"),
    ("FR", ["--staff", "30", "--counted", "31"], "--counted is 31 of 30 staff; if persons count more than one, say"),
    ("FR", ["--staff", "30", "--persons", "31"], "--persons is 31 of 30 staff; it must be at most --staff"),
    ("KG_2025", ["--staff", "30", "--counted", "1", "--severe", "2"], "--severe is 2 of 1 persons; it must be at most"),
    ("AT", ["--staff", "30", "--reference", "2"], "--reference is given, but AT has no levy in units of an amount"),
    ("AT", ["--staff", "30", "--purchases", "2"], "--purchases is given, but AT lets no purchases replace a seat"),
    ("AT", ["--staff", "30", "--fine", "2"], "--fine is given, but AT has no fine; leave it out"),
    ("FR", ["--staff", "30", "--donations", "2"], "--donations is given, but FR lets no donations replace a seat"),
    ("AT", ["--staff", "30", "--other-spending", "2"], "AT lets no other spending lower the levy; leave it out"),
    ("AT", ["--staff", "30", "--bought-out", "2"], "--bought-out is given, but AT lets no seats be bought out"),
    ("FX", ["--staff", "30"], "quota law is 'FX', which is not on file; known: AT, BR, CL"),
])  # fmt: skip
def test_what_cannot_be_or_the_law_does_not_know_is_refused(code: str, arguments: list, said: str) -> None:
    done = CliRunner().invoke(cli.app, ["quota", "bill", code, *arguments])
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.output


@pytest.mark.parametrize(("month", "told"), [
    ("2028-06", "Average wage: carried forward from 2025 at 10.0 % a year (assumed)."),
    ("2024-06", "Average wage: between known years, from 2023 on at 19.3 % a year (assumed)."),
    ("2025-06", ""),
])  # fmt: skip
def test_som_of_a_year_that_is_not_known_say_from_when_the_wage_is_carried(month: str, told: str) -> None:
    output = " ".join(call("FR", "--staff", "30", "--month", month).split())
    assert told in output
    assert ("(assumed)" in output) == bool(told)
    assert "(assumed)" not in call("KG_2025", "--staff", "30", "--month", month)


def test_the_page_of_sources_has_a_row_for_every_law_on_file() -> None:
    page = (Path(__file__).parent.parent / "docs" / "quota_sources.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| ([A-Z_0-9]+) \|", page, re.MULTILINE)
    assert told == sorted(codes())

    for key in UNLESS_GIVEN:
        assert key.partition(".")[2] in page, key
