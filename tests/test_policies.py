"""Policies: the law as it was, dated changes, and the arithmetic of published figures (V15, V18)."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import months, seed_figures
from sim.errors import CountryError
from sim.policies.dated import EVER, Dated, Step
from sim.policies.economy import economy
from sim.policies.economy import entries as economy_entries
from sim.policies.law import entries, regions
from sim.policies.policy import changes, declared
from sim.policies.social_contract import SocialContract
from sim.scenario import present_law
from sim.state.terms import FINANCING, FULL_EXCLUSION, NO_EXCLUSION, TAPER

COUNTRY = "kyrgyzstan"
LAW = present_law(COUNTRY)
REGIONS = regions(COUNTRY)
FOLDER = Path(__file__).parent.parent / "sim" / "country" / COUNTRY


def contract(month: str, **values: object):
    start = months.parse("2026-01")
    change = changes(SocialContract).model_validate(values)
    return LAW.social_contract.changed(change, start).terms(months.parse(month), REGIONS)


@pytest.mark.parametrize(
    ("month", "grant", "slots"),
    [
        ("2021-12", 100_000, 0),
        ("2022-08", 100_000, 2_800),
        ("2023-12", 100_000, 10_000),
        ("2024-12", 100_000, 20_000),
        ("2025-01", 150_000, 13_333),
        ("2026-01", 150_000, 13_333),
        ("2034-06", 150_000, 13_333),
    ],
)
def test_the_law_has_the_grants_and_slots_of_each_year(month, grant, slots):
    terms = LAW.social_contract.terms(months.parse(month), REGIONS)
    assert terms.grant.tolist() == [grant] * 9
    assert terms.slots == slots


@pytest.mark.parametrize("year", range(2022, 2031))
def test_each_year_pays_all_its_contracts(year):
    shares = [LAW.social_contract.terms(months.month_index(year, m)).pay_share for m in range(1, 13)]
    assert sum(shares) == pytest.approx(1.0, abs=1e-9)


def test_95_percent_of_2023_are_paid_by_mid_may():
    shares = [LAW.social_contract.terms(months.month_index(2023, m)).pay_share for m in range(1, 6)]
    assert 0.92 <= sum(shares[:4]) + shares[4] / 2 <= 0.98


def test_present_law_suspends_the_child_benefit_in_contract_months_4_to_39():
    terms = contract("2026-01")
    assert terms.exclusion == FULL_EXCLUSION
    assert [c for c in range(53) if terms.benefit_share[c] == 0.0] == list(range(4, 40))
    assert set(terms.benefit_share.tolist()) == {0.0, 1.0}


def test_a_family_with_3_4_children_forgoes_146_880_som():
    terms, benefit = contract("2026-01"), LAW.child_benefit.terms(months.parse("2026-01"))
    assert (1.0 - terms.benefit_share).sum() * benefit.per_child * 3.4 == pytest.approx(146_880)


def test_the_taper_pays_all_then_half_then_nothing_then_all():
    terms = contract("2026-01", exclusion="taper")
    assert terms.exclusion == TAPER
    assert [float(terms.benefit_share[c]) for c in (3, 4, 12, 13, 24, 25, 39, 40)] == [1, 1, 1, 0.5, 0.5, 0, 0, 1]


def test_without_exclusion_the_benefit_is_paid_in_every_contract_month():
    terms = contract("2026-01", exclusion="none")
    assert terms.exclusion == NO_EXCLUSION
    assert terms.benefit_share.min() == 1.0


@pytest.mark.parametrize(("month", "rate"), [("2020-01", 810), ("2022-05", 810), ("2022-06", 1200), ("2030-12", 1200)])
def test_the_child_benefit_rises_in_june_2022(month, rate):
    assert LAW.child_benefit.terms(months.parse(month)) == (rate, 1.08)


def test_follow_up_loans_begin_in_2024():
    assert [LAW.social_contract.terms(t).loan_max for t in (23, 24)] == [0.0, 200_000.0]


def test_a_change_leaves_the_months_before_its_date_alone():
    for t in range(-24, 48):
        old = LAW.social_contract.terms(t, REGIONS)
        new = contract(months.label(t), grant=1, slots=0, exclusion="none", loan_max=0)
        assert all(np.array_equal(a, b) for a, b in zip(old, new, strict=True))


def test_a_grant_of_one_oblast_leaves_the_others_alone():
    steps = [{"from": "2027-07", "oblast": "Naryn", "value": 250_000}]
    grants = dict(zip(REGIONS, contract("2027-07", grant=steps).grant, strict=True))
    assert grants.pop("Naryn") == 250_000
    assert set(grants.values()) == {150_000}
    assert set(contract("2027-06", grant=steps).grant) == {150_000}


def test_zero_grant_and_zero_slots_can_be_said():
    assert contract("2026-01", grant=0).grant.max() == 0.0
    assert contract("2026-01", slots=0).slots == 0.0


@pytest.mark.parametrize(
    ("values", "slots"),
    [
        ({"grant": 200_000}, 10_000),
        ({"grant": 150_000}, 13_333),
        ({"grant": 200_000, "envelope_share": 0.5}, 5_000),
        ({"grant": 200_000, "envelope_administration": 0.043}, 9_587),
        ({"grant": 0}, 0),
    ],
)
def test_an_envelope_buys_slots_at_the_grant_and_visible_administration(values, slots):
    assert contract("2027-05", slots="envelope", envelope=2e9, **values).slots == slots


@given(st.integers(1, 13), st.integers(1, 13), st.integers(0, 60))
def test_the_latest_step_that_applies_wins(first, second, t):
    steps = [Step(EVER, 1.0), Step(first, 2.0), Step(first + second, 3.0), Step(first, 9.0, "Naryn")]
    dated = Dated(sorted(steps, key=lambda s: (s.since, s.oblast or "")))
    assert dated.at(t) == (1.0 if t < first else 2.0 if t < first + second else 3.0)
    assert dated.at(t, "Naryn") == (1.0 if t < first else 9.0 if t < first + second else 3.0)


def test_a_later_change_replaces_the_steps_that_follow_its_date():
    law = Dated((Step(EVER, 1), Step(60, 2), Step(72, 3)))
    assert law.changed(Dated((Step(EVER, 7),)), 48).steps == (Step(EVER, 1), Step(48, 7))
    assert law.changed(Dated((Step(60, 7),)), 48).steps == (Step(EVER, 1), Step(60, 7))
    assert law.changed(Dated((Step(66, 7),)), 48).steps == (Step(EVER, 1), Step(60, 2), Step(66, 7))


def test_policies_are_values():
    assert present_law(COUNTRY).social_contract == LAW.social_contract
    assert hash(LAW.social_contract) == hash(SocialContract.model_validate(dict(LAW.social_contract)))
    with pytest.raises(ValueError, match="frozen"):
        LAW.social_contract.grant = 3
    with pytest.raises(AttributeError, match="in place"):
        LAW.social_contract.grant.steps = ()


@pytest.mark.parametrize("policy", [type(part) for part in vars(LAW).values()])
def test_every_parameter_declares_its_label_unit_and_source(policy):
    parameters = declared(policy)
    assert [parameter.name for parameter in parameters] == list(policy.model_fields)
    assert all(p.label and p.source and p.rule for p in parameters)


def test_prices_have_the_published_yearly_averages_and_no_jumps():
    level = [economy(COUNTRY).deflator(t) for t in range(-24, 180)]
    mean = [sum(level[12 * k : 12 * k + 12]) / 12 for k in range(10)]  # 2020, 2021, ...
    assert mean[3] == pytest.approx(1.0, abs=1e-12)
    assert [mean[k + 1] / mean[k] for k in range(3)] == pytest.approx([1.11905, 1.13923, 1.108], abs=1e-9)
    growth = np.diff(np.log(level))
    assert growth.min() > 0.0
    assert growth.max() < 0.015


@pytest.mark.parametrize(
    ("month", "name", "value"),
    [
        ("2023-06", "average_wage", 31_187),
        ("2025-03", "average_wage", 44_400),
        ("2024-01", "average_wage", (31_187 * 44_400) ** 0.5),
        ("2027-01", "average_wage", 44_400 * 1.1**2),
        ("2022-01", "subsistence", 7_178),
        ("2023-01", "subsistence", 7_681.54),
        ("2025-12", "subsistence", 8_697.32),
        ("2026-12", "subsistence", 8_697.32 * 1.0619),
        ("2026-05", "minimum_wage", 3_280),
        ("2024-07", "employer_contribution", 0.1725),
        ("2024-08", "employer_contribution", 0.0225),
        ("2024-08", "employer_contribution_budget", 0.1725),
        ("2024-08", "income_tax_disability", 0.05),
        ("2026-05", "export_open", 1.0),
        ("2026-05", "sewing_shock", 0),
    ],
)
def test_the_economy_has_published_values_and_visible_rules_between_them(month, name, value):
    assert getattr(economy(COUNTRY).terms(months.parse(month), REGIONS), name) == pytest.approx(value)


def test_oblast_wages_are_published_in_2025_and_keep_their_proportions():
    now, later = (economy(COUNTRY).terms(months.parse(m), REGIONS) for m in ("2025-06", "2029-06"))
    assert now.wages[REGIONS.index("Bishkek")] == pytest.approx(54_618)
    assert now.wages[REGIONS.index("Osh oblast")] == pytest.approx(26_914)
    assert later.wages / later.average_wage == pytest.approx(now.wages / now.average_wage)


def test_the_economy_names_the_oblasts_of_the_region_table():
    named = {entry.value[1] for entry in economy_entries(COUNTRY)} - {""}
    assert named == set(REGIONS)


def test_net_cost_is_not_covered_unless_a_design_says_so():
    assert {FINANCING[LAW.financing.terms(t).mode] for t in range(-24, 120)} == {"none"}


def test_every_value_of_a_law_carries_a_source():
    assert all(
        e.source and e.unit and e.confidence for n in ("social_contract", "child_benefit") for e in entries(COUNTRY, n)
    )


def test_the_seed_figures_agree_with_themselves():
    seed_figures.check(COUNTRY)


def test_the_seed_figures_agree_with_the_law():
    seeds = {figure.name: figure for figure in seed_figures.load(COUNTRY)}
    terms = {year: LAW.social_contract.terms(months.month_index(year), REGIONS) for year in range(2022, 2027)}
    for year in range(2022, 2027):
        assert terms[year].slots == pytest.approx(seeds[f"slots_{year}"].value, abs=1)
    assert terms[2022].grant[0] == seeds["grant_2022"].value
    assert terms[2025].grant[0] == seeds["grant_2025"].value
    assert economy(COUNTRY).wage(months.month_index(2025)) == seeds["wage_2025"].value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("financing_2023_printed", "1000000000"),
        ("jobs_2023", "19600"),
        ("share_animals", "0.72"),
        ("grant_2025", "100000"),
    ],
)
def test_a_repaired_seed_figure_fails_loudly(name, value):
    lines = (FOLDER / seed_figures.FILE).read_text(encoding="utf-8").splitlines()
    k = next(k for k, line in enumerate(lines) if line.startswith(name + ","))
    row = next(csv.reader([lines[k]]))
    changed = [*lines[:k], lines[k].replace(f",{row[1]},", f",{value},", 1), *lines[k + 1 :]]
    assert seed_figures.failures(seed_figures.read("\n".join(changed), "test"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (",2023,outcome,", ",2024,outcome,", "outcome of 2024"),
        (",B,as printed,", ",Z,as printed,", "confidence Z"),
        ("2800,families", "many,families", "not a number"),
        ("slots_2023,", "slots_2022,", "occurs twice"),
        (",as printed,0", ",,0", "no transformation"),
    ],
)
def test_a_damaged_seed_file_names_the_line(old, new, says):
    text = (FOLDER / seed_figures.FILE).read_text(encoding="utf-8").replace(old, new, 1)
    with pytest.raises(CountryError, match=says):
        seed_figures.read(text, "test")


def test_an_envelope_far_from_slots_times_grant_is_noticed():
    assert not list(LAW.social_contract.mismatches())
    wrong = changes(SocialContract).model_validate({"envelope": 1_000_000.0})
    assert [m[0] for m in LAW.social_contract.changed(wrong, 12).mismatches(12)][:1] == [12]
