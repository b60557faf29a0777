"""Household calculator: worked examples by hand, thousands of families, and the command; nothing heavy is loaded."""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from experiments import cli, household, household_case
from experiments.design_of_law import TABLES, design_of_values, designs_of_file, law_of, today
from experiments.household import benefit_given_up, child_benefit_tests, reckon
from experiments.household_case import ADULT_WORDS, CHILD_WORDS, MOST_MONEY, Case, Job, made, member
from experiments.household_words import Answer, Teller
from experiments.household_work import CLIFFS, earning, feared, line, work_of
from experiments.language import language
from experiments.middles import middle, rows
from experiments.sections import on_screen
from sim import behaviour, months
from sim.agents import claiming
from sim.agents.persons.paying import net_pay
from sim.agents.persons.retiring import benefit_beside
from sim.engine.plain import plain
from sim.errors import InputError
from sim.outcomes.budget import SPENT
from sim.policies.registry import INSTRUMENTS
from sim.state.labour import Owner
from sim.taxes_benefits import contributions
from sim.taxes_benefits.flows import FLOWS

ROOT = Path(__file__).parents[1]
NOW = law_of(months.parse("2026-01"))
HEAVY = ("numba", "scipy", "pandas", "pyarrow", "matplotlib", "joblib", "mesa", "sim.labour", "sim.population")
TAKEN = ("contribution", "income_tax", "own_contribution", "patent", "single_tax", "instalment")


def call(*arguments):
    return CliRunner().invoke(cli.app, ["household", *arguments])


def said(*arguments):
    done = call(*arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


# Worked examples, by hand ------------------------------------------------------------------------------------------


def test_a_couple_with_a_job_a_disability_and_two_children():
    """Pay 25,000 - 2,500 - 2,500 + 0.1 x (2,500 + 650 + 2 x 100) = 20,335; 3,000 of group II, 8,000 of the child."""
    account = reckon(made(["35:woman:works:pay=25000", "40:man:group=2"], ["4", "7:disability"]), NOW)
    assert account.of("tax_relief") == pytest.approx(335.0)
    assert account.monthly == pytest.approx(20_335.0 + 3_000.0 + 8_000.0)
    assert not account.needy.passed  # 31,335 / 4 = 7,834 som per person
    assert account.needy.income == pytest.approx(31_335.0 / 4)


def test_pay_before_deductions_is_that_of_a_published_example():
    """Mazars, tax guide of 2025: of 45,000 som 4,500 of contributions, 4,500 of tax, 36,000 in hand."""
    account = reckon(made(["35:man:works:pay=45000"], []), NOW)
    kept = account.of("gross_pay") - account.of("contribution") - account.of("income_tax")
    assert (account.of("contribution"), account.of("income_tax"), kept) == pytest.approx((4_500.0, 4_500.0, 36_000.0))


def test_a_parent_who_is_the_assistant_of_a_child_has_the_sum_of_the_petition():
    """7,681 for the assistant and 8,000 for the child: 15,681 som, as assistants wrote in 2025 (24.kg 339701)."""
    account = reckon(made(["38:woman:assistant"], ["9:disability"]), law_of(months.parse("2025-08")))
    assert account.monthly == 15_681.0


def test_poor_parents_of_three_have_the_child_benefit_and_give_it_up_for_a_grant():
    """3 x 1,200. A contract takes months 4 to 39: 9 months of three, then 27 of two children, for one turns 16."""
    account = reckon(made(["35:woman:seeking", "36:man:seeking"], ["2", "5", "15"]), NOW)
    assert account.monthly == account.of("child_benefit") == 3_600.0
    assert benefit_given_up(account.case, NOW) == (9 * 3 + 27 * 2) * 1_200.0
    held = reckon(made(["35:woman:seeking"], ["2"], contract_month=10), NOW)
    assert (held.of("child_benefit"), held.needy.passed) == (0.0, True)


def test_a_worker_of_group_one_in_a_budget_body():
    """2 % and 5 % of 20,000 are 400 and 1,000; deductions spare 0.05 x (400 + 650) = 52.5; 5,500 stay beside work."""
    account = reckon(made(["45:woman:budget:pay=20000:group=1"], []), NOW)
    assert account.monthly == pytest.approx(20_000.0 - 400.0 - 1_000.0 + 52.5 + 5_500.0)


def test_sensory_group_three_pays_the_lower_tax_and_others_of_group_three_do_not():
    taxes = [
        reckon(made([f"45:man:works:pay=20000:group=3{word}"], []), NOW).of("income_tax") for word in ("", ":sensory")
    ]
    assert taxes == pytest.approx([2_000.0, 1_000.0])


def test_amounts_are_those_of_their_month():
    family = ["35:woman:seeking", "50:man:group=1:seeking"], ["4"]
    for month, child, benefit in (("2022-05", 810.0, 2_500.0), ("2022-06", 1_200.0, 5_500.0)):
        account = reckon(made(*family, declared=0), law_of(months.parse(month)))
        assert (account.of("child_benefit"), account.of("social_benefit")) == (child, benefit)


AGED = {"64:man": 11_226.0, "62:man": 0.0, "58:woman": 11_226.0, "70:woman:pension=7000": 7_000.0,
        "70:woman:pension=0": 2_000.0}  # fmt: skip


@pytest.mark.parametrize(("adult", "som"), AGED.items())
def test_pensions_follow_age_sex_and_what_is_known(adult, som):
    assert reckon(made([adult], []), NOW).monthly == som


def test_of_a_pension_for_age_and_one_for_disability_the_larger_is_paid():
    """9,600 x 1.3 = 12,480 of group I beside 11,226: the first; of group III 7,680: the second."""
    assert reckon(made(["70:man:group=1:insured"], []), NOW).monthly == pytest.approx(12_480.0)
    assert reckon(made(["70:man:group=3:insured"], []), NOW).monthly == pytest.approx(11_226.0)


def test_own_work_pays_what_its_regime_says():
    """Turnover of 1 million a month is 12 million a year, above 8: 4 % are 40,000; 10 % of the average wage as well."""
    wage = NOW.economy.average_wage
    single = reckon(made(["40:man:own:income=200000:single-tax:turnover=1000000"], []), NOW)
    assert single.monthly == pytest.approx(200_000.0 - 40_000.0 - 0.1 * wage)
    small = reckon(made(["40:man:own:income=20000:single-tax:turnover=100000"], []), NOW)
    assert small.of("single_tax") == 0.0
    assert reckon(made(["40:man:own:income=20000:patent=1500"], []), NOW).monthly == 18_500.0
    assert reckon(made(["40:man:own:income=20000"], []), NOW).monthly == 20_000.0


def test_grants_for_births_come_once_and_beside_the_month():
    """Twins 2 x 4,000; triplets 3 x 50,000; in highlands 3,000 for each child from the third on, below three years."""
    twins = reckon(made(["30:woman"], ["0:newborn", "0:newborn"]), NOW)
    assert (twins.once, twins.of("birth_grant")) == (8_000.0, 8_000.0)
    triplets = reckon(made(["30:woman:informal:pay=90000"], ["0:newborn"] * 3 + ["5", "7"], highland=True), NOW)
    assert (triplets.once, triplets.monthly) == (150_000.0, 90_000.0 + 3 * 3_000.0)


def test_the_unemployment_benefit_needs_a_registration_and_a_record():
    money = [reckon(made([who], []), NOW).monthly for who in ("30:man:seeking:insured", "30:man:seeking", "30:man")]
    assert money == [300.0, 0.0, 0.0]


def test_a_design_changes_what_it_names_and_nothing_else():
    case = made(["35:woman:works:pay=12000", "50:man:group=2:insured"], ["4", "15"], declared=3_000)
    before = reckon(case, NOW)
    for values, moved in (
        (["child_benefit.per_child=1500", "social_protection.minimum_income=900"], {"child_benefit"}),
        (["social_protection.pension_ratio_2=1.2"], {"disability_pension"}),
        (["social_protection.extra_cost_2=1000"], {"extra_cost"}),
        (["social_protection.universal_child=700", "social_protection.universal_until=5"], {"universal_benefit"}),
        (["economy.income_tax=0.12"], {"income_tax", "tax_relief"}),
    ):
        after = reckon(case, law_of(NOW.t, "design", design_of_values(values)))
        found = {flow for flow in FLOWS if after.of(flow) != pytest.approx(before.of(flow))}
        assert found == moved, values
    tables = design_of_values(["social_protection.benefit_kept=0.25"])
    work = work_of(case, law_of(NOW.t, "design", tables), 1, 20_000.0, 1_000.0)
    assert work.lost_own == pytest.approx(0.75 * before.of("disability_pension"))


MOVED = {  # by the values in the table of questions of docs/household.md
    "social_protection.social_benefit_general_2=4000": {"social_benefit"},
    "social_protection.benefit_kept=0.5": {"disability_pension"},
    "social_protection.extra_cost_2=1500": {"extra_cost"},
    "social_protection.minimum_income=4000": {"child_benefit"},
    "social_protection.universal_child=500": {"universal_benefit"},
    "social_protection.age_pension=12500": {"age_pension"},
    "social_protection.assistant_pay=9000": {"assistant_pay"},
    "economy.income_tax=0.12": {"income_tax", "tax_relief"},
    "social_contract.grant=200000": set(),
    "social_protection.employer_relief=0.5": set(),
    "social_protection.first_hire_grant=50000": set(),
    "services.subsidy_share=0.5": set(),
    "quota.levy=0.25": set(),
}


@pytest.mark.parametrize("value", MOVED)
def test_each_question_of_the_page_moves_its_line_and_nothing_else(value):
    case = made(["35:woman:works:pay=12000", "50:man:group=2", "41:man:works:pay=8000:group=3:insured", "70:woman",
                 "38:woman:assistant"], ["1", "9:disability"], declared=14_000)  # fmt: skip
    law = law_of(NOW.t, "design", design_of_values([value]))
    before, after = reckon(case, NOW), reckon(case, law)
    assert {flow for flow in FLOWS if after.of(flow) != pytest.approx(before.of(flow))} == MOVED[value]
    if "grant=2" in value:
        assert law.contract.grant.mean() == 200_000.0


def test_the_page_lists_the_questions_that_are_tested():
    page = (ROOT / "docs/household.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| [^|]* \| `([a-z_.0-9]+=[0-9.]+)` \|", page, re.MULTILINE)
    assert listed == list(MOVED)


def test_what_is_feared_is_apart_from_what_the_law_takes():
    case = made(["40:man:group=3"], [])
    work = work_of(case, NOW, 0, 20_000.0, 1_000.0)
    fear = feared(work, 2_000.0, case.members[0], NOW)
    assert work.lost_own == 0.0
    assert fear.benefit == pytest.approx(middle("seeking.feared_loss") * 2_000.0)
    assert fear.left == pytest.approx(work.kept - fear.benefit - fear.travel - fear.care)
    assert fear.care == 0.0  # group III


def test_rates_of_work_by_hand():
    """Pay 20,000 alone: 4,000 less 0.1 x (2,000 + 650) = 265 are 3,735, 18.675 %; of the next som 19 %."""
    work = work_of(made(["35:man"], []), NOW, 0, 20_000.0, 1_000.0)
    assert (work.pay, work.taken, work.kept) == pytest.approx((20_000.0, 3_735.0, 16_265.0))
    assert (work.participation, work.marginal) == pytest.approx((0.18675, 0.19))


def test_what_a_family_declares_can_open_what_the_law_closes():
    """10,000 without a contract, three persons: 3,333 som each in law; half of it, 1,667, as the simulation has it."""
    family = ["35:woman:informal:pay=10000", "36:man:seeking"], ["4"]
    account = reckon(made(*family), NOW)
    assert (account.needy.passed, account.needy.income) == (False, pytest.approx(10_000.0 / 3))
    assert (account.practice.passed, account.practice.income) == (True, pytest.approx(5_000.0 / 3))
    assert account.practice.limit == pytest.approx(middle("claiming.threshold") * NOW.economy.deflator)
    output = " ".join(said("--adult", family[0][0], "--adult", family[0][1], "--child", "4").split())
    assert "offices would see 1,667 som per person" in output
    more = said("--adult", family[0][0], "--adult", family[0][1], "--child", "4", "--law",
                "social_protection.minimum_income=90000")  # fmt: skip
    assert more.count("offices would see") == 1  # of today alone: under the design the law itself is enough
    assert "who can work and does not must register" not in output


def test_a_job_of_an_assistant_costs_the_family_the_pay_for_care():
    """25,000 less 4,665 of taxes (one dependant) and less 7,681 of the assistant are 12,664 kept."""
    case = made(["38:woman:assistant"], ["9:disability"])
    work = work_of(case, NOW, 0, 25_000.0, 1_000.0)
    taken = 5_000.0 - 0.1 * (2_500.0 + 650.0 + 100.0)
    assert (work.taken, work.lost_own, work.lost_other) == pytest.approx((taken, 0.0, 7_681.0))
    assert work.kept == pytest.approx(25_000.0 - taken - 7_681.0)


def test_who_may_have_an_assistant_is_said_once_nobody_is_one():
    hint = "The state could pay an assistant, 7,681 som a month, for: Adult 1 (30) and Child 1 (9)."
    assert hint in " ".join(said("--adult", "30:man:group=1:childhood", "--child", "9:disability").split())
    assert "could pay an assistant" not in said("--adult", "35:woman:assistant", "--child", "9:disability")
    assert "could pay an assistant" not in said("--adult", "35:woman:group=1", "--child", "9")


def test_a_running_contract_says_that_it_suspends_the_child_benefit():
    output = " ".join(said("--adult", "35:woman:seeking", "--child", "4", "--contract-month", "10").split())
    assert "The social contract suspends the child benefit in its month 10; 0 % of it is paid." in output
    assert "Social contract: no, because the family has one." in output
    before = said("--adult", "35:woman:seeking", "--child", "4", "--contract-month", "2")
    assert "suspends" not in before


# The rules of the simulation ---------------------------------------------------------------------------------------


def test_the_calculator_calls_the_rules_that_the_simulation_runs():
    assert household.net_pay is net_pay
    assert claiming.is_needy is household.children.is_needy
    assert household.benefit_beside is benefit_beside
    assert household.income_tax_rate is contributions.income_tax_rate
    case, entries = made(["35:man:works:pay=20000"], ["4"]), []
    assert child_benefit_tests(case, NOW, entries)[0].passed
    contribution, tax = household.tax_rates(case.members[0], NOW)
    assert contribution == plain(contributions.worker_contribution)(Owner.PRIVATE, 3, NOW.economy, NOW.contributing)
    account = reckon(case, NOW)
    assert account.flows.earned - account.of("tax_relief") == pytest.approx(
        plain(net_pay)(20_000.0, 1, contribution, tax, 0.8)
    )


def test_medians_are_those_of_the_runs():
    checked = 0
    for name, value in behaviour.medians().items():
        if rows()[name]["family"] != "gamma":
            assert middle(name) == pytest.approx(value, rel=1e-9, abs=1e-12), name
            checked += 1
    assert checked > 250


def test_published_amounts_are_those_that_the_country_is_built_from():
    margins = list(csv.DictReader((ROOT / "sim/country/kyrgyzstan/margins_employers.csv").open(encoding="utf-8")))
    values = {row["name"]: float(row["value"]) for row in margins}
    terms = NOW.protection
    assert terms.social_benefit[5:8] == tuple(values[f"social_benefit[group_{g}]"] for g in (1, 2, 3))
    assert terms.social_benefit[1] == terms.social_benefit[2] == values["social_benefit[childhood]"]
    assert (terms.age_pension, terms.disability_pension) == (values["pension[age]"], values["pension[disability]"])


def test_tables_of_a_design_are_the_instruments_of_scenarios_and_social_protection():
    assert set(TABLES) == {one.name for one in INSTRUMENTS if one.name != "financing"} | {"social_protection"}
    assert {"child_benefit", "grants"} <= set(SPENT)


# Thousands of families ---------------------------------------------------------------------------------------------


def random_member(luck: random.Random) -> str:
    words = [str(luck.randint(16, 90)), luck.choice(("man", "woman"))]
    job = luck.choice(list(Job))
    group = luck.choice((0, 0, 0, 1, 2, 3))
    if job == Job.ASSISTANT or (group and luck.random() < 0.3):
        job = Job.HOME
    words.append(job.value)
    if job.value in ("works", "budget", "informal"):
        words.append(f"pay={luck.randint(500, 90_000)}")
    if job.value in ("own", "farm"):
        words.append(f"income={luck.randint(0, 60_000)}")
    if job.value == "own" and luck.random() < 0.5:
        words += luck.choice(
            (["registered"], ["patent=1200"], ["single-tax", f"turnover={luck.randint(1, 2_000_000)}"])
        )
    if group:
        words += [f"group={group}"] + [word for word in ("childhood", "insured", "sensory") if luck.random() < 0.4]
    elif job == Job.SEEKING and luck.random() < 0.5:
        words.append("insured")
    if luck.random() < 0.1 and (group or int(words[0]) >= 63):
        words.append(f"pension={luck.choice((0, 4_000, 12_000))}")
    if luck.random() < 0.1:
        words.append(f"compensation={luck.randint(1, 9_000)}")
    return ":".join(words)


def random_case(luck: random.Random):
    adults = [random_member(luck) for _ in range(luck.randint(1, 4))]
    words = ("", "", "", ":disability", ":orphan", ":half-orphan")
    children = [f"{luck.randint(0, 17)}{luck.choice(words)}" for _ in range(luck.randint(0, 5))]
    children += ["0:newborn"] * luck.choice((0, 0, 0, 1))
    if luck.random() < 0.3:
        adults.append("40:woman:assistant")
        children.append("9:disability")
    return made(
        adults, children, remittances=luck.choice((0.0, 8_000.0)), highland=luck.random() < 0.3,
        contract_month=luck.choice((0, 0, 0, 2, 20)), declared=luck.choice((None, None, 0.0, 500.0, 1e6)),
    )  # fmt: skip


LAWS = (NOW, law_of(NOW.t, "design", design_of_values([
    "social_protection.minimum_income=4000", "social_protection.benefit_kept=0.5", "social_protection.extra_cost_1=900",
    "child_benefit.per_child=2500", "social_protection.universal_child=500",
])))  # fmt: skip
DEPENDANT = 10.0  # som of income tax, 10 % of one calculation index: who earns is no dependant of another member
MOST_TAKEN = 0.21  # share of any step of pay, of 50 som or more, that goes where no cliff of the law is passed


def test_ten_thousand_families_have_no_negative_benefit_and_no_cliff_that_is_not_in_the_law():
    luck = random.Random(1)
    fell, met = 0, set()
    for number in range(10_000):
        case, law = random_case(luck), LAWS[number % 2]
        account = reckon(case, law)
        assert all(entry.amount >= 0.0 for entry in account.entries), case
        assert math.isfinite(account.monthly)
        assert account.monthly + account.once == pytest.approx(
            sum(FLOWS[e.flow].sign * e.amount for e in account.entries)
        )  # fmt: skip
        who, step = luck.randrange(sum(one.adult for one in case.members)), luck.choice((50.0, 500.0, 4_000.0))
        accounts = [reckon(earning(case, who, k * step), law) for k in range(4)]
        if number % 10 == 0:
            points = line(case, law, who, 3 * step, step)
            assert [point.money for point in points] == [one.monthly for one in accounts]
            assert all(math.isfinite(point.marginal) for point in points[1:])
        for before, after in itertools.pairwise(accounts):
            named = sum(before.of(flow) - after.of(flow) for flow in CLIFFS)
            own = before.own_benefits(who) - after.own_benefits(who) if law.protection.benefit_kept < 1.0 else 0.0
            taxes = step - (after.monthly - before.monthly) - named - own
            grows_up = DEPENDANT if case.members[who].age < 18 and before is accounts[0] else 0.0
            assert -1e-6 <= taxes <= MOST_TAKEN * step + grows_up, (case, who)
            fell += after.monthly < before.monthly
            met |= {flow for flow in CLIFFS if before.of(flow) > after.of(flow)}
    assert fell > 100
    assert met == set(CLIFFS), "a cliff of the law was never met"


def test_the_page_lists_the_cliffs_of_the_law():
    page = (ROOT / "docs" / "household.md").read_text(encoding="utf-8")
    part = page[page.index("## Cliffs of the law") :]
    assert re.findall(r"^\| [^|]+ \| `(\w+)` \|", part, re.MULTILINE) == [*CLIFFS, "tax_relief", "single_tax"]
    assert set(CLIFFS) | {"single_tax", "tax_relief"} <= set(FLOWS)
    assert f"{100 * MOST_TAKEN:.0f} %" in part


def test_dependants_are_deducted_where_it_spares_most_so_money_never_jumps_between_two_earners():
    """At 20,000 som a worker of group II pays as much tax (5 %) as another of 10,000 (10 %) with the larger relief."""
    case = made(["40:man:works:pay=10000", "38:woman:works:pay=19000:group=2"], ["4", "7", "9"])
    points = [reckon(earning(case, 1, pay), NOW) for pay in (19_999.0, 20_001.0)]
    assert points[1].monthly - points[0].monthly == pytest.approx(2.0 * (1.0 - 0.1 - 0.05 + 0.05 * 0.1))
    assert points[1].of("tax_relief", 0) == pytest.approx(0.1 * (1_000.0 + 650.0 + 300.0))


def test_the_single_tax_begins_at_once_on_all_of_turnover():
    """A year's turnover of 8,000,000 is free; a som more a month is taxed by 4 % of all: 666,667 x 0.04 = 26,667."""
    below, above = (
        reckon(made([f"40:man:own:income=100000:single-tax:turnover={turnover}"], []), NOW).of("single_tax")
        for turnover in (666_666, 666_667)
    )
    assert (below, above) == (0.0, pytest.approx(26_666.68))


def test_a_small_rise_of_pay_moves_money_a_little_where_no_limit_is_passed():
    """The only jumps of the line are the limit of the child benefit and what a first job ends."""
    case = made(["35:woman:works:pay=5000", "36:man:seeking:insured"], ["3", "5"])
    points = line(case, NOW, 0, 6_000.0, 10.0)
    jumps = [(a.pay, b.pay) for a, b in itertools.pairwise(points) if abs(b.money - a.money) > 10.0]
    assert len(jumps) == 1  # 4 x 1,000 = 4,000 of declared income less 300 of benefit: net pay of 3,700
    net = reckon(earning(case, 0, jumps[0][1]), NOW)
    assert net.flows.earned + 300.0 == pytest.approx(4_000.0, abs=10.0)


# The command -------------------------------------------------------------------------------------------------------

FAMILY = ("--adult", "35:woman:works:pay=25000", "--adult", "40:man:group=2", "--child", "4", "--child", "7:disability")


def test_the_screen_stays_below_eighty_columns_in_every_language():
    for code in ("en", "ru", "ky"):
        output = said(*FAMILY, "--law", "child_benefit.per_child=1500", "--language", code)
        assert max(len(one) for one in output.splitlines()) < 80
        assert "…" not in output
        assert "31,335" in output or "31 335" in output.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("code", ["en", "ru", "ky"])
def test_no_figure_is_cut_off_on_the_screen(code):
    """Every cell stands whole on the line of its row, also with two designs and large amounts."""
    adults = ["35:woman:works:pay=2500000", "40:man:group=2:insured"]
    case = made(adults, ["4", "7:disability"], remittances=1_234_567)
    laws = [
        NOW,
        *(law_of(NOW.t, f"design of a long name {k}", {"child_benefit": {"per_child": 1500.0}}) for k in (1, 2)),
    ]
    works = tuple(tuple((k, work_of(case, law, k, 2_500_000.0, 1_000.0)) for k in (0, 1)) for law in laws)
    lines = tuple(tuple(line(case, law, 0, 3e6, 1e6)) for law in laws)
    answer = Answer(tuple(reckon(case, law) for law in laws), works, (), 0, lines)
    found = list(Teller(answer, language(code)).sections())
    shown = " ".join(on_screen(found).replace("\N{NO-BREAK SPACE}", " ").split())
    for section in found:
        for row in section.rows:
            for cell in row.cells:
                figure = " ".join(cell.text.replace("\N{NO-BREAK SPACE}", " ").split())
                assert figure in shown, (section.key, row.key)


def test_every_line_that_the_simulation_does_not_hold_is_marked_and_explained():
    output = said(*FAMILY)
    marked = next(one for one in output.splitlines() if "spared by deductions" in one)
    assert " *" in marked
    assert "* The simulation does not hold this line." in output
    assert next(one for one in output.splitlines() if "Contribution of the worker" in one).rstrip()[-1].isdigit()
    assert "Contribution of the worker *" not in output


def test_assumptions_look_like_assumptions_until_somebody_gives_the_amount():
    unknown, known = ("30:man:group=3:childhood:home",), ("30:man:group=2:childhood:home",)
    assert "Monthly social benefit ? ~" in said("--adult", *unknown)
    assert "Monthly social benefit ~" in said("--adult", *known)
    given = said("--adult", "30:man:public-works:pay=6000")
    assert "Pay for public works *" in given
    assert "Pay for public works * ?" in said("--adult", "30:man:public-works")


def test_formats_hold_the_same_numbers():
    found = json.loads(said(*FAMILY, "--format", "json"))
    assert found["money"]["rows"]["monthly"]["today"] == 31_335.0
    assert found["rights"]["rows"]["child_benefit"]["today"] is False
    table = list(csv.DictReader(io.StringIO(said(*FAMILY, "--format", "csv"))))
    monthly = next(row for row in table if (row["section"], row["row"]) == ("money", "monthly"))
    assert float(monthly["value"]) == 31_335.0
    assert "| Money of the family a month | 31,335 |" in said(*FAMILY, "--format", "md")


def test_a_file_says_the_same_as_options(tmp_path):
    words = {"adults": ["35:woman:works:pay=25000", "40:man:group=2"], "children": ["4", "7:disability"]}
    (tmp_path / "family.json").write_text(json.dumps(words), encoding="utf-8")
    text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in words.items())
    (tmp_path / "family.toml").write_text(text, encoding="utf-8")
    outputs = {said("--file", str(tmp_path / name)) for name in ("family.json", "family.toml")} | {said(*FAMILY)}
    assert len(outputs) == 1


def test_a_scenario_file_gives_a_column_for_each_of_its_designs(tmp_path):
    scenario = tmp_path / "two.toml"
    scenario.write_text(
        'start = "2026-01"\n[designs.today]\n[designs.more]\nlabel = "More"\nchild_benefit = { per_child = 1500 }\n'
        "[designs.grants]\nsocial_contract = { grant = 200000 }\n", encoding="utf-8",
    )  # fmt: skip
    assert list(designs_of_file(scenario)) == ["More", "grants"]
    found = json.loads(
        said("--adult", "30:woman:seeking", "--child", "3", "--design", str(scenario), "--format", "json")
    )
    assert found["money"]["rows"]["child_benefit"] == {"today": 1200.0, "More": 1500.0, "grants": 1200.0}
    assert found["rights"]["rows"]["grant"]["grants"] == 200_000.0


def test_the_chart_is_one_readable_svg_without_gaps(tmp_path):
    path = tmp_path / "line.svg"
    done = call(*FAMILY, "--law", "child_benefit.per_child=1500", "--chart", str(path), "--language", "ru")
    assert done.exit_code == 0, done.output
    svg = path.read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "<title" in svg
    assert "nan" not in svg.lower()
    case = made(["35:woman:works:pay=25000"], ["4"])
    assert all(math.isfinite(point.marginal) for point in line(case, NOW, 0, 60_000.0, 2_000.0)[1:])


WRONG = [
    (["--adult", "x"], "adult 1 has the age 'x'; it must be a whole number from 16 to 110, before the first colon"),
    (["--adult", "35:workz"], "adult 1 has the word 'workz'; did you mean 'works'?"),
    (["--adult", "35:works"], "adult 1 works without pay; say pay=NUMBER, som a month before tax"),
    (["--adult", "35:pay"], "adult 1 has the word 'pay'; write pay=NUMBER"),
    (["--adult", "35:works=3"], "adult 1 has the word 'works=3'; write works alone"),
    (["--adult", "35:works:pay=25,5"], ("adult 1: pay is '25,5'; it must be a number from 0 to 10,000,000; write "
     "decimals with a point, 25.5")),
    (["--adult", "35:works:pay=nan"], "adult 1: pay is 'nan'; it must be a number from 0 to 10,000,000"),
    (["--adult", "35:group=4"], "adult 1: group is '4'; it must be 1, 2 or 3"),
    (["--adult", "35:man:woman"], "adult 1: woman contradicts a word before it; keep one of the two"),
    (["--adult", "35:pay=3000"], "adult 1 has pay but no job; say works, budget, informal or public-works"),
    (["--adult", "35:sensory"], "adult 1 has a word about a disability but no group; say group=1, group=2 or group=3"),
    (["--adult", "60"], "adult 1 is 60 years old; say man or woman, because the pension ages differ"),
    (["--adult", "35", "--child", "18"], ("child 1 has the age '18'; it must be a whole number from 0 to 17, before "
     "the first colon")),
    (["--child", "3"], "the household has no adult; give at least one, such as --adult 35:woman:works:pay=25000"),
    (["--adult", "35:assistant"], ("adult 1 is an assistant, but no member is left who may have one: a child with a "
     "disability, or an adult of group I since childhood")),
    (["--adult", "35", "--vary", "2"], "--vary is 2; it must be from 1 to 1, the number of adults"),
    (["--adult", "35", "--law", "child_benefit=3"], ("--law is 'child_benefit=3'; write TABLE.KEY=VALUE, such as "
     "child_benefit.per_child=1500")),
    (["--adult", "35", "--law", "benefit.per_child=3"],
     "--law names the table 'benefit'; did you mean 'child_benefit'?"),
    (["--adult", "35", "--law", "child_benefit.perchild=3"], ("child_benefit.perchild=3: child_benefit: perchild is "
     "not a known key; did you mean 'per_child'?")),
    (["--adult", "35", "--chart", "a.png"], "--chart is a.png; the name must end in .svg"),
    (["--adult", "35", "--oblast", "Osh"], ("--oblast is 'Osh'; known: Batken, Bishkek, Chui, Issyk-Kul, Jalal-Abad, "
     "Naryn, Osh city, Osh oblast, Talas")),
    (["--adult", "35", "--month", "2019-01"], "month is '2019-01'; it must be a month from 2020-01 to 2035-12"),
    (["--adult", "35", "--file", "a.toml"], ("--file says what the family is; leave --adult out, or the file")),
    (["--adult", "35", "--step", "9000", "--to", "10"], "--step is 9000 up to 10; it must make 1 to 400 steps"),
    (["--adult", "35:works:pay=25.000"], "adult 1: pay is '25.000'; write 25000 for thousands, or 25"),
    (["--adult", "35:works:seeking:pay=5"], "adult 1: seeking contradicts a word before it; keep one of the two"),
    (["--adult", "35:man:man"], "adult 1: man says again what another word has said; say it once"),
    (["--adult", "35", "--format", "xml"], "--format is 'xml'; it must be one of: text, json, csv, md"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "sentence"), WRONG, ids=[" ".join(one) for one, _ in WRONG])
def test_each_mistake_gets_one_clear_sentence(arguments, sentence):
    done = call(*arguments)
    assert done.exit_code == 2
    assert done.stderr.strip() == sentence


def test_mistakes_in_a_file_name_the_file(tmp_path):
    for text, wish in (
        ('adults = ["35"]\nadult = 3\n', "adult is not a known key; did you mean 'adults'?"),
        ('adults = "35"\n', "adults is '35'; it must be a list of texts such as [\"35:woman\"]"),
        ('adults = ["35"]\nhighland = 1\n', "highland is 1; it must be true or false"),
        ('adults = ["35"]\ncontract_month = 53\n', "contract_month is 53; it must be a whole number from 0 to 52"),
    ):
        path = tmp_path / "family.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as error:
            household_case.from_file(path)
        assert str(error.value) == f"{path}: {wish}"


@pytest.mark.parametrize("text", ["designs = 3\n", "[designs]\na = 3\n", "common = 1\n[designs.a]\n"])
def test_a_design_that_is_no_table_gets_one_sentence(tmp_path, text):
    path = tmp_path / "design.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="it must be a table"):
        designs_of_file(path)


WORDS = st.sampled_from([*ADULT_WORDS, *CHILD_WORDS, "pay=", "pay=1", "group=2", "income=5", "turnover=1", "patent=2"])


@settings(max_examples=300)
@given(st.lists(st.one_of(st.text(max_size=6), st.sampled_from(["35", "7", "60"]), WORDS), max_size=6), st.booleans())
def test_whatever_is_written_is_a_member_or_one_sentence(parts, adult):
    said_wrong = ""
    try:
        one = member(":".join(parts), adult=adult, owner="adult 1")
        account = reckon(Case((one,)), NOW)
    except InputError as error:
        said_wrong = str(error)
    assert said_wrong.startswith("adult 1") if said_wrong else math.isfinite(account.monthly)
    assert len(said_wrong.splitlines()) <= 1


def test_the_largest_amounts_are_taken_and_reckoned():
    account = reckon(made([f"35:man:works:pay={MOST_MONEY:.0f}"], []), NOW)
    assert account.monthly == pytest.approx(0.81 * MOST_MONEY + 65.0)


def test_nothing_heavy_is_loaded_for_an_answer():
    script = (
        "import sys; from experiments import cli\n"
        "try: cli.app(['household', '--adult', '35:works:pay=20000', '--child', '4'])\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_todays_law_is_read_once():
    assert today() is today()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--adult", "55:woman:pension=9000"], "adult 1 has a pension at 55 and no group"),
        (["--adult", "30", "--child", "4:newborn"], "child 1 is 4 years old and newborn"),
    ],
)
def test_words_that_would_be_passed_over_are_refused(words, said):
    done = CliRunner().invoke(cli.app, ["household", *words])
    assert done.exit_code != 0
    assert said in done.stderr


def test_a_chart_overwrites_nothing_and_a_missing_folder_is_said_first(tmp_path):
    there = tmp_path / "b.svg"
    there.write_text("precious")
    for path, said in ((there, "it is there already"), (tmp_path / "no" / "x.svg", "there is no folder")):
        done = CliRunner().invoke(cli.app, ["household", "--adult", "35:works:pay=9000", "--chart", str(path)])
        assert done.exit_code != 0
        assert said in done.stderr
    assert there.read_text() == "precious"


def test_a_design_that_is_called_today_is_not_taken_for_the_law_of_today(tmp_path):
    path = tmp_path / "e.toml"
    path.write_text("[designs.today]\nchild_benefit = { per_child = 5000 }\n")
    assert list(designs_of_file(path)) == ["e: today"]


def test_a_file_that_nests_too_deeply_is_one_sentence(tmp_path):
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000 + "]" * 100_000)
    done = CliRunner().invoke(cli.app, ["household", "--file", str(path)])
    assert done.exit_code != 0
    assert "nests lists or tables too deeply" in done.stderr
