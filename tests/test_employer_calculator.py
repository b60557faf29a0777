"""Employer calculator: the seats, prices and costs of one employer, by hand and against the bill and the runs."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments import cli
from experiments.bill import Case
from experiments.bill import reckon as bill_of
from experiments.design_of_law import design_of_values, law_of
from experiments.employer import Firm, behaviour, fitting, hire, seats, ways
from experiments.middles import middle
from sim import months
from sim.policies.design import codes, load
from sim.policies.law import regions
from sim.policies.quota import Quota
from sim.policies.terms_of_design import wage_ratio
from sim.state.labour import Owner

ROOT = Path(__file__).parents[1]
T = months.parse("2026-01")
NOW = law_of(T)
HEAVY = ("numba", "scipy", "pandas", "matplotlib", "joblib", "mesa", "sim.labour", "sim.population")


def under(code, **firm):
    return Firm(**firm), law_of(T, code, {"quota": {"design": code}})


def call(*arguments):
    return CliRunner().invoke(cli.app, ["employer", *arguments])


def said(*arguments):
    done = call(*arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


# Worked examples, by hand ------------------------------------------------------------------------------------------


def test_the_labour_code_asks_an_employer_of_120_for_four_seats():
    """4 % of 120 are 4.8, rounded down to 4; two of group III are there, one seat is for groups I and II: 2 missing."""
    firm = Firm(120.0, 30_000.0, workers={(3, False): 2.0})
    found = seats(firm, NOW)
    assert (found.bill.owed, found.bill.missing, found.bill.gap, found.bill.levy) == (4.0, 2.0, 1.0, 0.0)
    assert not found.fine_known
    assert found.bill.fines[1] == pytest.approx(middle("inspecting.fine"))
    risk = middle("inspecting.probability") * middle("inspecting.checked") * middle("inspecting.enforced")
    assert found.fine_expected == pytest.approx(risk * middle("inspecting.fine"))


def test_a_hire_costs_its_pay_and_contribution_and_brings_what_is_left_in_hand():
    """30,000 a month are 360,000; 2.25 % are 8,100; in hand 24,000 + 0.1 x (3,000 + 650), of group II less tax."""
    firm = Firm(60.0, 30_000.0)
    usual, second = hire(firm, NOW, 0), hire(firm, NOW, 2)
    assert (usual.cost, usual.net) == pytest.approx((368_100.0, 368_100.0))
    assert usual.in_hand == pytest.approx(24_365.0)
    assert second.in_hand == pytest.approx(30_000.0 - 3_000.0 - 1_500.0 + 0.05 * 3_650.0)
    assert (second.subsidy, second.premium, second.spared) == (0.0, 0.0, 0.0)


def test_budget_bodies_pay_less_for_groups_one_and_two():
    """17.25 % of 360,000 are 62,100; 15.25 % are 54,900."""
    firm = Firm(60.0, 30_000.0, Owner.BUDGET)
    assert [hire(firm, NOW, group).contribution for group in (0, 3, 2, 1)] == pytest.approx(
        [62_100.0] * 2 + [54_900.0] * 2
    )


def test_contributions_are_those_of_their_month_and_payer():
    """Business paid 17.25 % until July 2024 and 2.25 % since; budget bodies pay 17.25 % throughout."""
    for month, owner, share in (("2024-07", Owner.PRIVATE, 0.1725), ("2024-08", Owner.PRIVATE, 0.0225),
                                ("2024-08", Owner.BUDGET, 0.1725)):  # fmt: skip
        found = hire(Firm(60.0, 30_000.0, owner), law_of(months.parse(month)), 0)
        assert found.contribution == pytest.approx(360_000.0 * share)


def test_a_subsidy_of_half_the_wage_for_six_months_is_three_months_of_pay():
    law = law_of(T, "design", design_of_values(["services.subsidy_share=0.5", "services.accommodation_budget=1e8"]))
    assert hire(Firm(60.0, 30_000.0), law, 3).subsidy == pytest.approx(90_000.0)
    place = fitting(law)
    assert place.paid == pytest.approx(min(place.cost, 100_000.0))
    assert fitting(NOW).paid == 0.0


def test_help_that_no_law_gives_today_is_what_a_design_says():
    """Half of 8,100 of contributions is 4,050; 50,000 for a first hire, none where a worker is there already."""
    law = law_of(T, "design", design_of_values(
        ["social_protection.employer_relief=0.5", "social_protection.first_hire_grant=50000"]))  # fmt: skip
    first, second = (hire(Firm(60.0, 30_000.0, workers=there), law, 3) for there in ({}, {(3, False): 1.0}))
    assert first.net == pytest.approx(368_100.0 - 4_050.0 - 50_000.0)
    assert second.net == pytest.approx(368_100.0 - 4_050.0)
    assert hire(Firm(60.0, 30_000.0), law, 0).net == pytest.approx(368_100.0)
    assert "first hire" not in said("--staff", "60")


def test_a_levy_of_a_quarter_of_a_wage_is_spared_by_a_hire():
    """A quarter of a year's average wage for each of 2 missing seats; one hire spares one of them."""
    law = law_of(T, "design", design_of_values(["quota.levy=0.25", "quota.assignment=universal"]))
    firm = Firm(60.0, 30_000.0)
    unit = 0.25 * 12.0 * law.economy.average_wage
    found = seats(firm, law)
    assert (found.bill.missing, found.bill.levy) == pytest.approx((2.0, 2.0 * unit))
    assert hire(firm, law, 2).spared == pytest.approx(unit)
    assert {way.key: way.price for way in ways(firm, found)}["levy"] == pytest.approx(unit)


def test_a_worker_who_counts_twice_spares_two_seats_of_a_levy():
    """In Germany one worker may count for two by assignment; in Japan groups I and II count double at full time."""
    firm, law = under("JP", staff=400.0, pay=30_000.0)
    one, two = hire(firm, law, 3), hire(firm, law, 1)
    assert two.spared == pytest.approx(2.0 * one.spared)
    assert one.spared > 0.0


def test_a_hire_adds_to_those_of_the_same_group():
    """60 staff owe 2 seats, one for groups I and II: with one of group II, a second of it fills the last."""
    firm = Firm(60.0, 30_000.0, workers={(2, False): 1.0})
    assert (seats(firm, NOW).bill.missing, seats(firm, NOW, {(2, False): 1.0}).bill.missing) == (1.0, 0.0)
    law = law_of(T, "design", design_of_values(["quota.bonus=0.1"]))
    more = seats(Firm(60.0, 30_000.0, workers={(2, False): 2.0}), law, {(2, False): 1.0})
    assert more.bill.bonus == pytest.approx(12.0 * 0.1 * law.economy.average_wage)  # one seat above the quota
    firm = Firm(3.0, 30_000.0, workers={(2, False): 3.0})
    assert seats(firm, NOW, {(2, False): 2.0}).bill.base == 5.0  # staff is at least those who work there


def test_who_is_outside_the_law_owes_nothing():
    design = {"quota": {"design": "KG_2025", "smallest_size": 200.0}}
    assert seats(Firm(120.0, 30_000.0), law_of(T, "design", design)).bill.owed == 0.0
    for code in codes():
        for owner in Owner:
            firm, law = under(code, staff=500.0, pay=30_000.0, owner=owner)
            found = seats(firm, law)
            assert found.covered == (owner.name.lower() in load(code).of("scope.owners"))
            assert found.covered or (found.bill.owed, found.bill.levy) == (0.0, 0.0)


# Against the bill and the runs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", codes())
def test_the_levy_is_that_of_quota_bill_at_the_same_share_of_the_wage(code):
    design = load(code)
    for staff in (30.0, 120.0, 800.0):
        firm, law = under(code, staff=staff, pay=30_000.0)
        found = seats(firm, law)
        if not found.covered:
            continue
        ratio = wage_ratio(design, law.economy.average_wage)
        payroll = 12.0 * firm.pay * staff / ratio
        there = bill_of(design, Case(staff, severe=0.0, payroll=payroll))
        assert (found.bill.owed, found.bill.missing) == (there.owed, there.missing)
        assert found.bill.levy == pytest.approx(there.levy * ratio)


@pytest.mark.parametrize("code", codes())
def test_terms_without_compiling_are_those_of_the_runs(code):
    quota, economy = Quota(design=code, fine=5_000.0 if code == "CL" else None), NOW.economy
    bare, whole = quota.bare(T, economy, behaviour()), quota.terms(T, economy, behaviour(), regions("kyrgyzstan"))
    for name in whole._fields:
        if name not in ("steps", "largest_jump", "largest_fine", "announced"):
            assert np.array_equal(getattr(bare, name), getattr(whole, name)), name


def test_random_employers_owe_no_less_than_nothing_and_a_hire_never_raises_what_is_due():
    luck = random.Random(2)
    for _ in range(300):
        owner = luck.choice(list(Owner))
        staff, pay = float(luck.randint(1, 3_000)), luck.uniform(5_000.0, 90_000.0)
        firm, law = under(luck.choice(codes()), staff=staff, pay=pay, owner=owner)
        found = seats(firm, law)
        assert found.bill.levy >= 0.0
        assert not found.fine_expected < 0.0  # not a number where nobody knows the fine
        assert all(not way.price < 0.0 and way.seats > 0.0 for way in ways(firm, found))
        for group in (1, 2, 3):
            one = hire(firm, law, group)
            assert one.spared >= -1e-6
            assert one.net <= one.cost + 1e-6


# The command -------------------------------------------------------------------------------------------------------


def test_the_screen_stays_below_eighty_columns_with_five_laws_in_every_language():
    for code in ("en", "ru", "ky"):
        laws = [part for law in ("FR", "DE", "ES", "services.subsidy_share=0.5") for part in ("--law", law)]
        output = said("--staff", "120", "--has", "3=1", "--has", "2h=1", "--owner", "budget", *laws, "--language", code)
        assert max(len(one) for one in output.splitlines()) < 80


@pytest.mark.parametrize("code", codes())
def test_every_law_on_file_can_be_asked_about(code):
    found = json.loads(said("--staff", "300", "--law", code, "--format", "json"))
    assert set(found["seats"]["rows"]["owed"]) == {"today", code}


def test_the_list_of_assigned_places_and_foreign_amounts_are_named():
    output = " ".join(said("--staff", "120", "--law", "FR").split())
    assert "Only employers on the yearly list of assigned places owe these seats." in output
    assert "FR: A foreign law: its amounts keep their size as a share of the average wage." in output
    assert "No duty below 25 staff." in said("--staff", "10")


WRONG = [
    (["--staff", "10", "--has", "4=1"], "--has is '4=1'; write GROUP=N, such as 3=2, or 2h=1 for half time"),
    (["--staff", "10", "--has", "3=1", "--has", "3=2"], "--has names 3 twice; say it once"),
    (["--staff", "1", "--has", "3=2"], "--has names 2 workers of 1 staff; it must be at most --staff"),
    (["--staff", "10", "--law", "XX"], ("--law is 'XX'; known: AT, BR, CL, DE, ES, FR, HU, IT, JP, KG_2008, KG_2025, "
     "KR, KZ, PL, TH, UA")),
    (["--staff", "10", "--law", "KG_2026"], "--law is 'KG_2026'; did you mean 'KG_2025'?"),
    (["--staff", "10", "--owner", "x"], "--owner is 'x'; it must be one of: private, budget, state"),
    (["--staff", "10", "--pay", "0"], "--pay is '0'; it must be a number from 1 to 10,000,000"),
    (["--staff", "x"], "--staff is 'x'; it must be a number from 0 to 1,000,000"),
    (["--staff", "10", "--sector", "farming"], ("--sector is 'farming'; known: agriculture, mining, manufacturing, "
     "energy_water, construction, trade, transport, hospitality, information_finance, administration, education, "
     "health_other")),
    (["--staff", "10", *(part for code in ("FR", "DE", "ES", "IT", "AT") for part in ("--law", code))],
     "5 laws are given; beside today's at most 4 fit on a page"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "sentence"), WRONG, ids=[" ".join(one) for one, _ in WRONG])
def test_each_mistake_gets_one_clear_sentence(arguments, sentence):
    done = call(*arguments)
    assert done.exit_code == 2
    assert done.stderr.strip() == sentence


@pytest.mark.parametrize("command", [["employer", "--staff", "120", "--law", "FR"],
                                     ["quota", "bill", "FR", "--staff", "120", "--reference", "11.65"]])  # fmt: skip
def test_nothing_is_compiled_for_an_answer(command):
    script = (
        f"import sys; from experiments import cli\ntry: cli.app({command})\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY[:3]} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"
