"""Tax and benefit rules on a million persons: the rules of this project in a loop over rows, against whole arrays.

    python benchmarks/peers/tax_rules.py [--persons 1000000] [--repeats 7]

The other side is written as formulas of PolicyEngine and OpenFisca are: each flow is a NumPy formula over the whole
population, with ``where`` and ``select`` for conditions and ``bincount`` for sums over the members of a household. Both
take the law of January 2023 from this project's files and give the same figures to the last bit, which is checked.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]
import small_model as m  # noqa: E402 - found beside this file

from experiments.design_of_law import law_of  # noqa: E402 - found two folders above
from sim.agents.claiming import benefit_amount  # noqa: E402
from sim.agents.persons.paying import net_pay  # noqa: E402
from sim.engine.columns import Array, row  # noqa: E402
from sim.engine.compiled import sweep  # noqa: E402
from sim.state.labour import Owner  # noqa: E402
from sim.state.protection_terms import ProtectionTerms  # noqa: E402
from sim.state.terms import BenefitTerms, EconomyTerms  # noqa: E402
from sim.taxes_benefits import children as of_children  # noqa: E402
from sim.taxes_benefits import contributions, disability, taxing  # noqa: E402

MONTH = 12  # January 2023
CHILD_UNTIL, OF_AGE = 16, 18  # years: of the child benefit; of dependants and of the categories of social benefit
FORMAL = 1
benefit_of, needy_of, universal_of = benefit_amount, of_children.is_needy, of_children.universal_benefit
tax_rate_of, worker_of, employer_of = (
    contributions.income_tax_rate, contributions.worker_contribution, contributions.employer_contribution,
)  # fmt: skip
relief_of, indirect_of = taxing.tax_relief, taxing.indirect_tax
category_of, social_of, pension_of, kept_of = (
    disability.category_of, disability.social_benefit, disability.disability_pension, disability.kept_at_work,
)  # fmt: skip


class Survey(NamedTuple):
    """What is known of persons, and the first member of each household; one more at the end."""

    household: Array
    age: Array
    group: Array  # of disability, 0 for none
    sensory: Array
    childhood: Array  # 1: disability since childhood
    insured: Array  # 1: has a right to a pension
    owner: Array
    pay: Array  # of a job with a contract, som a month
    deducts: Array  # 1: deducts the dependants of the household
    first: Array


class Terms(NamedTuple):
    """What the rules need of the law of a month."""

    economy: EconomyTerms
    benefit: BenefitTerms
    protection: ProtectionTerms
    contributing: contributions.Contributing


class Flows(NamedTuple):
    """What comes out: five columns of persons, five of households, in som a month."""

    contribution: Array
    employer: Array
    tax: Array  # less what deductions spare
    pension: Array
    benefit: Array  # for a disability or at old age
    net_pay: Array  # of households
    child_benefit: Array
    universal: Array
    money: Array
    indirect: Array


def survey(persons: int, seed: int = 1) -> Survey:
    """Return persons in households."""
    people, rng = m.people(persons, seed), np.random.default_rng(seed)
    child, old = people.state == m.State.CHILD, people.state == m.State.OLD
    age = np.select([child, old], [rng.integers(0, 18, persons), rng.integers(63, 90, persons)],
                    rng.integers(18, 63, persons))  # fmt: skip
    group = np.where((people.disabled == 1) | (rng.random(persons) < 0.01), rng.integers(1, 4, persons), 0)
    works = people.state == m.State.HIRED
    pay = np.where(works, np.round(30_000.0 * np.exp(people.skill.astype(float))), 0.0)
    _, earners = np.unique(np.where(works, people.household, -1), return_index=True)
    deducts = np.zeros(persons, np.int64)
    deducts[earners] = works[earners]
    owner = np.where(works, rng.choice([0, 1, 2], persons, p=[0.3, 0.05, 0.65]), Owner.PRIVATE)
    return Survey(
        people.household.astype(np.int64), age, group, (rng.random(persons) < 0.1).astype(np.int64),
        (rng.random(persons) < 0.3).astype(np.int64), (old & (rng.random(persons) < 0.95)).astype(np.int64), owner, pay,
        deducts, people.first.astype(np.int64),
    )  # fmt: skip


@sweep
def reckon(first: int, last: int, s: Survey, out: Flows, law: Terms) -> None:
    """Work out every flow of some households, member by member."""
    terms, economy = law.protection, law.economy
    for h in range(row(first), row(last)):
        start, end = s.first[h], s.first[h + 1]
        dependants, children, pay, universal, money = 0, 0, 0.0, 0.0, 0.0
        for i in range(row(start), row(end)):
            dependants += 1 if s.age[i] < OF_AGE else 0
            children += 1 if s.age[i] < CHILD_UNTIL else 0
        for i in range(row(start), row(end)):
            group = s.group[i]
            contribution = worker_of(s.owner[i], group if group > 0 else 3, economy, law.contributing)
            rate = tax_rate_of(group, s.sensory[i], economy) if group > 0 else economy.income_tax
            severe = 1 if group in (1, 2) else 0
            gross = s.pay[i]
            out.contribution[i] = gross * contribution
            out.employer[i] = gross * employer_of(s.owner[i], severe, economy, law.contributing)
            deducted = terms.deduction_own + (dependants * terms.deduction_dependant if s.deducts[i] == 1 else 0.0)
            counted = out.contribution[i] if terms.contributions_deducted == 1 else 0.0
            relief = relief_of(gross * rate, rate, counted, deducted)
            out.tax[i] = gross * rate - relief
            insured = s.insured[i] == 1
            category = 0 if insured else category_of(s.age[i], group, s.childhood[i], 0, 1 if s.age[i] >= 63 else 0)
            works = 1 if gross > 0.0 else 0
            own = terms.age_pension if group == 0 else pension_of(group, terms.disability_pension, terms.pension_ratio)
            out.pension[i] = own if insured else 0.0
            out.benefit[i] = kept_of(social_of(category, terms.social_benefit), works, terms.benefit_kept)
            universal += universal_of(s.age[i], terms.universal_from, terms.universal_until, terms.universal_child)
            pay += net_pay(gross, FORMAL, contribution, rate, 1.0) + relief
            money += out.pension[i] + out.benefit[i]
        income = pay + money
        needy = needy_of(income / (end - start), terms.minimum_income, children)
        child = benefit_of(needy, law.benefit.per_child, children, law.benefit.coefficient, 1.0, 1.0)
        out.net_pay[h], out.child_benefit[h], out.universal[h] = pay, child, universal
        out.money[h] = income + child + universal
        out.indirect[h] = indirect_of(out.money[h], terms.indirect_tax)


def whole_arrays(s: Survey, law: Terms) -> Flows:
    """Work out every flow as a formula over all persons or all households."""
    terms, economy, contributing = law.protection, law.economy, law.contributing
    members = np.diff(s.first)

    def household_sum(values: Array) -> Array:
        return np.bincount(s.household, weights=values, minlength=len(members))

    budget, severe = s.owner == Owner.BUDGET, (s.group >= 1) & (s.group <= 2)
    worker = np.where(budget & severe, contributing.worker_severe, economy.worker_contribution)
    staff = np.where(severe, contributing.employer_severe, economy.employer_contribution_budget)
    employer = s.pay * np.where(budget, staff, economy.employer_contribution)
    contribution = s.pay * worker
    lower = severe | ((s.group > 0) & (s.sensory == 1))
    rate = np.where(lower, economy.income_tax_disability, economy.income_tax)
    dependants = household_sum(s.age < OF_AGE)[s.household]
    deducted = terms.deduction_own + np.where(s.deducts == 1, dependants * terms.deduction_dependant, 0.0)
    counted = contribution if terms.contributions_deducted == 1 else 0.0
    before = s.pay * rate
    relief = np.minimum(before, rate * (counted + deducted))
    tax = before - relief
    insured, disabled, young = s.insured == 1, s.group > 0, s.age < OF_AGE
    general, childhood = disability.Category.GENERAL_1 - 1 + s.group, disability.Category.CHILDHOOD_1 - 1 + s.group
    category = np.select(
        [insured, disabled & young, disabled & (s.childhood == 1), disabled, s.age >= 63],
        [disability.Category.NONE, disability.Category.CHILD, childhood, general, disability.Category.OLD],
        disability.Category.NONE,
    )
    ratios = np.array((0.0, *terms.pension_ratio))
    usual = np.where(disabled, terms.disability_pension * ratios[s.group], terms.age_pension)
    pension = np.where(insured, usual, 0.0)
    social = np.array(terms.social_benefit)[category]
    benefit = np.where(s.pay > 0.0, social * terms.benefit_kept, social)
    universal = household_sum(
        np.where((s.age >= terms.universal_from) & (s.age < terms.universal_until), terms.universal_child, 0.0)
    )
    pay = household_sum(s.pay * (1.0 - worker - rate) + relief)
    income = pay + household_sum(pension + benefit)
    children = household_sum(s.age < CHILD_UNTIL)
    needy = (children > 0) & (income / members < terms.minimum_income)
    child = needy * law.benefit.per_child * children * law.benefit.coefficient
    money = income + child + universal
    indirect = terms.indirect_tax * money
    return Flows(contribution, employer, tax, pension, benefit, pay, child, universal, money, indirect)


def rules(s: Survey, law: Terms, threads: int = 1) -> Flows:
    """Work out every flow by the rules of this project, households in blocks on some threads."""
    persons, households = len(s.age), len(s.first) - 1
    out = Flows(*(np.empty(persons) for _ in range(5)), *(np.empty(households) for _ in range(5)))
    edges = [households * part // threads for part in range(threads + 1)]
    if threads == 1:
        reckon(0, households, s, out, law)
        return out
    with ThreadPoolExecutor(threads) as workers:
        list(workers.map(lambda first, last: reckon(first, last, s, out, law), edges[:-1], edges[1:]))
    return out


def terms() -> Terms:
    """Return the law of the month."""
    law = law_of(MONTH)
    return Terms(law.economy, law.benefit, law.protection, law.contributing)


def differing(one: Flows, other: Flows) -> list[str]:
    """Return the columns that differ by a bit or more."""
    columns = zip(Flows._fields, one, other, strict=True)
    return [name for name, mine, theirs in columns if not np.array_equal(mine, theirs)]


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Return seconds of the clock and of the processor."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - used


def main() -> None:
    """Measure both sides in turns, and compare their figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    asked = parser.parse_args()
    s, law = survey(asked.persons), terms()
    wrong = differing(rules(s, law), whole_arrays(s, law)) or differing(rules(s, law), rules(s, law, 2))
    if wrong:
        sys.exit(f"the two sides differ in {', '.join(wrong)}")
    sides = {
        "rules in a loop over rows": lambda: rules(s, law),
        "the same, two threads": lambda: rules(s, law, 2),
        "whole arrays": lambda: whole_arrays(s, law),
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for _ in range(asked.repeats):
        for name, work in sides.items():
            found[name].append(timed(work))
    print(f"{asked.persons:,} persons, {len(s.first) - 1:,} households, ten flows equal bit for bit; "
          f"medians of {asked.repeats}")  # fmt: skip
    print(f"{'':28}{'ms':>8}{'CPU ms':>8}{'ns a person':>13}{'x whole arrays':>16}{'by CPU':>8}")
    whole = found["whole arrays"]
    for name, mine in found.items():
        wall, cpu = (statistics.median(times) for times in zip(*mine, strict=True))
        by_wall, by_cpu = (
            statistics.median(theirs[k] / ours[k] for ours, theirs in zip(mine, whole, strict=True)) for k in (0, 1)
        )
        print(f"{name:28}{wall * 1e3:>8.1f}{cpu * 1e3:>8.1f}{wall / asked.persons * 1e9:>13.1f}{by_wall:>16.1f}"
              f"{by_cpu:>8.1f}")  # fmt: skip


if __name__ == "__main__":
    main()
