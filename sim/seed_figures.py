"""Seed figures: published numbers that disagree, how each is treated, and the arithmetic that shows it (section 11).

The file ``seed_figures.csv`` of a country has one row for each figure: value, unit, date, source, confidence, the
treatment and its tolerance. :func:`check` does the arithmetic and fails loudly, so that no one can "repair" a figure
silently.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from typing import NamedTuple

from sim.countries import country_folder, text_of
from sim.errors import CountryError
from sim.policies.law import CONFIDENCE

FILE = "seed_figures.csv"
COLUMNS = ("name", "value", "unit", "date", "kind", "source", "confidence", "transformation", "tolerance")
KINDS = ("input", "outcome", "context")
LAST_OUTCOME = 2023


class Figure(NamedTuple):
    """A published figure and its treatment."""

    name: str
    value: float
    unit: str
    date: int
    kind: str
    source: str
    confidence: str
    transformation: str
    tolerance: float


Values = Mapping[str, float]


class Check(NamedTuple):
    """A statement about figures: what is computed must lie within ``low`` and ``high``."""

    says: str
    value: Callable[[Values], float]
    low: float
    high: float


CHECKS = (
    Check("2022 financing exceeds slots x grant by 4.3 %, kept as visible administration",
          lambda v: v["financing_2022"] / (v["slots_2022"] * v["grant_2022"]) - 1.0, 0.0424, 0.0434),
    Check("2023 financing as printed is below a tenth of slots x grant and must be refused",
          lambda v: v["financing_2023_printed"] / (v["slots_2023"] * v["grant_2022"]), 0.0, 0.1),
    Check("2023 financing read as 1.0 billion equals slots x grant",
          lambda v: v["financing_2023"] / (v["slots_2023"] * v["grant_2022"]), 1.0, 1.0),
    Check("the plan of 2024 spends the envelope",
          lambda v: v["slots_2024"] * v["grant_2022"] / v["envelope_2024"], 1.0, 1.0),
    Check("the plan of 2025 divides the envelope by the new grant",
          lambda v: v["envelope_2024"] // v["grant_2025"] - v["slots_2025"], 0.0, 0.0),
    Check("the plans of 2025 and 2026 agree", lambda v: v["slots_2026"] - v["slots_2025"], -1.0, 1.0),
    Check("jobs per contract fall from 1.96", lambda v: v["jobs_2022"] / v["slots_2022"], 1.95, 1.97),
    Check("to 1.18 with the same grant: a definition, not productivity",
          lambda v: v["jobs_2023"] / v["slots_2023"], 1.17, 1.19),
    Check("persons per family of 2022 are 5.50", lambda v: v["persons_2022"] / v["slots_2022"], 5.45, 5.55),
    Check("persons per family of 2023 are 5.55", lambda v: v["persons_2023"] / v["slots_2023"], 5.50, 5.60),
    Check("persons per family in Jalal-Abad are 5.49",
          lambda v: v["jalal_abad_persons"] / v["jalal_abad_families"], 5.44, 5.54),
    Check("Jalal-Abad has 26.6 % of the contracts of both years",
          lambda v: v["jalal_abad_families"] / (v["slots_2022"] + v["slots_2023"]), 0.265, 0.267),
    Check("women hold 95.6 % of the contracts", lambda v: v["women_2023"] / v["slots_2023"], 0.955, 0.957),
    Check("95 % were paid by 12 May 2023", lambda v: v["paid_by_may_2023"] / v["slots_2023"], 0.92, 0.98),
    Check("reported failures of the 2022 cohort are about 11",
          lambda v: (1.0 - v["operating_share_2022_cohort"]) * v["slots_2022"], 11.0, 11.5),
    Check("reported failures of 2023 are below one in a thousand, far from any study of small firms",
          lambda v: v["not_completed_2023"] / v["slots_2023"], 0.0, 0.001),
    Check("the sector shares add up to one",
          lambda v: v["share_agriculture"] + v["share_production"] + v["share_trade"] + v["share_services"] - 1.0,
          -1e-4, 1e-4),
    Check("animal rearing fits into agriculture", lambda v: v["share_animals"] - v["share_agriculture"], -1.0, 0.0),
    Check("sewing fits into production", lambda v: v["share_sewing"] - v["share_production"], -1.0, 0.0),
    Check("the two counts of families with the child benefit agree within 5 %",
          lambda v: v["ubk_families_march_2022"] / v["ubk_families_2021"] - 1.0, -0.05, 0.05),
    Check("children with the benefit fell by 54 thousand in 2023",
          lambda v: v["ubk_children_start_2023"] - v["ubk_children_end_2023"], 54_000.0, 55_000.0),
    Check("of which contracts explain at most 32 thousand",
          lambda v: v["slots_2023"] * v["children_per_contract"], 31_000.0, 33_000.0),
    Check("families with the benefit have 3.40 children",
          lambda v: v["ubk_children_end_2023"] / v["ubk_families_end_2023"], 3.395, 3.405),
    Check("the mean regional coefficient is 1.08", lambda v: v["ubk_mean_paid"] / v["ubk_per_child_old"], 1.075, 1.085),
    Check("the benefit forgone by such a family is 146,880 som (V15)",
          lambda v: v["ubk_per_child"] * v["ubk_children_per_family"] * v["suspended_months"], 146_879.99, 146_880.01),
    Check("town and country add up to the census",
          lambda v: v["population_urban"] + v["population_rural"] - v["population_census"], -1000.0, 1000.0),
    Check("absent migrants are permanent less present residents",
          lambda v: v["population_census"] - v["population_present"] - v["population_absent"], -500.0, 500.0),
    Check("unemployment of two neighbours differs sevenfold: check only, not fitted",
          lambda v: v["unemployment_jalal_abad"] / v["unemployment_osh_oblast"], 7.0, 7.5),
    Check("poverty jumps by 8 points in 2021", lambda v: v["poverty_2021"] - v["poverty_2020"], 0.079, 0.081),
    Check("while extreme poverty rises nearly sevenfold: the line was redefined",
          lambda v: v["extreme_poverty_2021"] / v["extreme_poverty_2020"], 6.0, 7.0),
    Check("the wage of 2022 is the average of women and men, not the headline",
          lambda v: (v["wage_2022_women"] + v["wage_2022_men"]) / 2.0 - v["wage_2022"], -300.0, 300.0),
    Check("the headline leaves out small firms", lambda v: v["wage_2022_headline"] / v["wage_2022"], 0.9, 0.96),
    Check("the printed disability share does not follow from the count",
          lambda v: abs(v["disabled_2023"] / v["population_census"] - v["disability_share_printed"]), 0.001, 0.01),
    Check("a levy of one subsistence minimum is .20 of the average wage",
          lambda v: v["subsistence_2025"] / v["wage_2025"], 0.19, 0.20),
    Check("or .22 for the minimum of working age",
          lambda v: v["subsistence_working_age_2025"] / v["wage_2025"], 0.215, 0.225),
    Check("the pension budget is half of count x mean: other coverage, not used",
          lambda v: v["pension_budget"] / (v["pension_count"] * v["pension_mean"] * 12.0), 0.45, 0.55),
    Check("the quota of 2025 is lower than that of 2008",
          lambda v: v["quota_rate_2025"] - v["quota_rate_2008"], -0.0101, -0.0099),
)  # fmt: skip


def read(text: str, owner: str) -> tuple[Figure, ...]:
    """Return the figures of a file's text; an incomplete row or an outcome that is too late is a ``CountryError``."""
    rows = csv.DictReader(text.splitlines())
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise CountryError(f"{owner}: the columns must be {', '.join(COLUMNS)}")
    figures: list[Figure] = []
    for line, row in enumerate(rows, start=2):
        where = f"{owner}: line {line} ({row['name']})"
        blank = [name for name in COLUMNS if not row[name]]
        if blank:
            raise CountryError(f"{where} has no {blank[0]}")
        if row["confidence"] not in CONFIDENCE or row["kind"] not in KINDS:
            raise CountryError(f"{where} has confidence {row['confidence']} and kind {row['kind']}; one is not known")
        try:
            value, date, tolerance = float(row["value"]), int(row["date"]), float(row["tolerance"])
        except ValueError:
            raise CountryError(f"{where} has a value, date or tolerance that is not a number") from None
        if row["kind"] == "outcome" and date > LAST_OUTCOME:
            raise CountryError(f"{where} is an outcome of {date}; outcomes later than {LAST_OUTCOME} are sealed")
        if row["name"] in {figure.name for figure in figures}:
            raise CountryError(f"{where} occurs twice")
        figures.append(
            Figure(row["name"], value, row["unit"], date, row["kind"], row["source"], row["confidence"],
                   row["transformation"], tolerance)
        )
    return tuple(figures)


def load(country: str) -> tuple[Figure, ...]:
    """Return the seed figures of a country."""
    return read(text_of(country_folder(country) / FILE), f"{country}/{FILE}")


def failures(figures: tuple[Figure, ...]) -> list[str]:
    """Return a sentence for each check that does not hold."""
    values = {figure.name: figure.value for figure in figures}
    out = []
    for check in CHECKS:
        try:
            found = check.value(values)
        except KeyError as error:
            out.append(f"'{check.says}' needs the figure {error}, which is missing")
            continue
        if not check.low <= found <= check.high:
            out.append(f"'{check.says}' gives {found:.6g}; it must lie between {check.low:g} and {check.high:g}")
    return out


def check(country: str) -> None:
    """Do the arithmetic of a country's seed figures; ``CountryError`` names every check that does not hold.

    A country without such a file has nothing to check.
    """
    if not (country_folder(country) / FILE).is_file():
        return
    wrong = failures(load(country))
    if wrong:
        raise CountryError(f"{country}/{FILE}: " + "; ".join(wrong))
