"""Expected margins: which numbers a country folder must hold, in which unit and between which bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sim.errors import CountryError, nearest
from sim.population.expected_work import WORK
from sim.population.margins import COUNTRY, Margins
from sim.state.labour import INDUSTRIES

NATION, REGIONS, BOTH, SOME, AREAS = "nation", "regions", "both", "some", "areas"


class Expect(NamedTuple):
    """One row, or one row for each region, that a country folder must hold."""

    name: str
    unit: str
    low: float
    high: float
    where: str = NATION
    years: tuple[int, ...] = ()  # empty: at least one year


OUTCOME_YEARS = (2021, 2022, 2023)
LAST_OUTCOME_YEAR = 2023
LONGEST_HINT = 80  # letters

# Levels set in advance or exogenous to the programmes; only these may be dated after LAST_OUTCOME_YEAR.
EXOGENOUS = (
    "average_wage", "pension", "social_benefit", "social_benefit_recipients", "price_level",
    "pension_path", "disability_register", "disability_children", "disability_childhood_group_1", "disability_pensions",
    "births", "deaths", "death_rate", "population",
)  # fmt: skip


def _shares(name: str, categories: Sequence[str]) -> tuple[Expect, ...]:
    return tuple(Expect(f"{name}[{c}]", "percent", 0, 100) for c in categories)


def _ratios(*names: str) -> tuple[Expect, ...]:
    return tuple(Expect(name, "ratio", 0, 10) for name in names)


KINDS = ("mobility", "sensory", "intellectual", "psychosocial", "somatic")
ANIMALS = ("cattle", "sheep", "horses")
SURVEY_AGES = ("0-9", "10-19", "60-69", "70-79", "80-89")
SIZE_CLASSES = ("small", "medium", "large")

EXPECTED: tuple[Expect, ...] = (
    Expect("population_1jan", "persons", 1000, 1e9, REGIONS),
    Expect("population_census", "persons", 1000, 1e9),
    Expect("population_census[urban]", "persons", 0, 1e9),
    Expect("children_under_16", "persons", 0, 1e9),
    Expect("population_abroad", "persons", 0, 1e9),
    Expect("household_size_surveys", "persons", 1, 12),
    *_shares("household_size_share", ("1", "2-3", "4-5", "6+")),
    *_shares("household_type", ("one_person", "couple", "couple_with_children", "lone_mother", "lone_father",
                                "extended", "non_relatives")),
    Expect("three_generations", "percent", 0, 100),
    Expect("household_size", "persons", 1.5, 9, AREAS),
    Expect("couple_with_parents", "percent", 0, 100, AREAS),
    *(Expect(f"age_share[{band}]", "percent", 0, 100, AREAS) for band in SURVEY_AGES),
    *(Expect(f"household_size[{p}]", "persons", 1.5, 9) for p in ("rural", "urban")),
    *(Expect(f"couple_with_parents[{p}]", "percent", 0, 100) for p in ("rural", "urban")),
    *(Expect(f"age_share[{band}|{p}]", "percent", 0, 100) for band in SURVEY_AGES for p in ("rural", "urban")),
    Expect("spouse_gap", "years", -5, 15),
    Expect("sex_ratio_at_birth", "boys per girl", 0.5, 2),
    Expect("marriage_age", "years", 17, 40),
    *(Expect(name, "years", 0.1, 15) for name in ("marriage_spread", "spouse_gap_spread", "leaving_spread")),
    *(Expect(f"leaving_age[{who}]", "years", 17, 60) for who in ("sons", "daughters")),
    *(Expect(f"median_age_at_death[{who}]", "years", 40, 100) for who in ("men", "women")),
    *_shares("start_share", ("one_person", "non_relatives", "with_parents", "daughter_with_children", "grandchildren",
                             "relative", "partner_away", "mother_away")),
    *_ratios("past_births", "remittance_odds[incomplete]", "remittance_odds[alone]"),
    Expect("education_likeness", "correlation", 0, 1),
    Expect("education_town", "standard deviations", -3, 3),
    Expect("poverty", "percent", 0.5, 99, BOTH, OUTCOME_YEARS),
    *(Expect(f"poverty[{g}]", "percent", 0, 100, NATION, OUTCOME_YEARS)
      for g in ("children", "adults", "elders", "urban", "rural")),
    Expect("extreme_poverty", "percent", 0, 100, NATION, OUTCOME_YEARS),
    Expect("extreme_line_ratio", "ratio", 0.05, 1),
    Expect("gdp_per_person", "thousand som per year", 1, 1e6, BOTH, (2022,)),
    Expect("employment_rate", "percent", 1, 99, NATION, OUTCOME_YEARS),
    *(Expect(f"employment_rate[{g}]", "percent", 1, 99, NATION, OUTCOME_YEARS)
      for g in ("women", "men", "urban", "rural")),
    *(Expect(f"informal_employment[{g}]", "thousand persons", 0, 1e6, NATION, OUTCOME_YEARS)
      for g in ("agriculture", "industry", "construction", "services", "urban", "rural")),
    Expect("manufacturing_share", "percent", 0, 100, REGIONS, OUTCOME_YEARS),
    Expect("peasant_farms", "farms", 0, 1e8, SOME),
    Expect("registered_entrepreneurs", "persons", 0, 1e8),
    *(Expect(f"livestock[{a}]", "head", 0, 1e9) for a in ANIMALS),
    *(Expect(f"livestock_share[{a}]", "percent", 0, 100, REGIONS) for a in ANIMALS),
    *(Expect(f"sheep_equivalent[{a}]", "sheep", 0.01, 100) for a in ANIMALS),
    Expect("remittances_gdp", "percent of GDP", 0, 100, NATION),
    Expect("child_benefit_families", "families", 0, 1e8, NATION, (2021,)),
    Expect("benefit_children_per_family", "children", 0, 10),
    Expect("child_benefit_families", "families", 0, 1e8),
    *_shares("education_higher", ("urban", "rural")),
    *_shares("experience", [f"{s}|{u}" for s in ("agriculture", "trade", "services") for u in ("urban", "rural")]),
    *_ratios("experience_ratio[production]", "land_odds[urban]", "herd_land_elasticity"),
    Expect("land_mean", "hectares", 0.01, 1000),
    *(Expect(name, "log points", 0, 3)
      for name in ("land_spread", "herd_spread", "remittance_spread", "pension_spread", "distance_spread",
                   "wage_spread", "organisation_spread")),
    *_shares("herd_owner", ("land", "rural", "town", "urban")),
    *_shares("may_farm", ("town", "urban")),
    *_shares("slot_weight", ("city",)),
    Expect("remittance_receivers", "percent", 0, 100, REGIONS),
    Expect("remittance_mean", "som per month", 0, 1e7),
    Expect("abroad_per_receiver", "persons", 0.1, 10),
    Expect("return_abroad", "percent", 0, 100),
    *_ratios(*(f"coverage[{kind}]" for kind in ("earned", "own_income", "transfers", "remittances"))),
    Expect("distance[urban]", "km", 0, 250),
    Expect("price_level", "2023 = 1", 0.1, 100),
    Expect("disability_register", "persons", 10, 1e8, NATION, (2021,)),
    Expect("disability_children", "persons", 0, 1e8),
    Expect("disability_childhood_group_1", "persons", 0, 1e8),
    Expect("disability_pensions", "persons", 0, 1e8),
    *_ratios("disability_ratio[elders]", "disability_ratio[men]", "disability_clustering", "certificate_benefit"),
    *_shares("group_share", ("1", "2", "3")),
    *(e for role in ("children", "adults") for e in _shares("disability_kind", [f"{role}|{k}" for k in KINDS])),
    Expect("disability_secondary", "percent", 0, 100),
    Expect("disability_secondary[intellectual]", "percent", 0, 100),
    *_ratios(*(f"pension_ratio[group_{g}]" for g in (1, 2, 3))),
    *(Expect(f"pension[{k}]", "som per month", 0, 1e7) for k in ("age", "disability")),
    *(Expect(f"social_benefit[{k}]", "som per month", 0, 1e7)
      for k in ("group_1", "group_2", "group_3", "childhood", "mean")),
    Expect("social_benefit_recipients", "persons", 0, 1e8),
    Expect("social_benefit_recipients[disability]", "persons", 0, 1e8),
    Expect("operator_woman_share", "percent", 0, 100),
    Expect("consumption_sd", "log points", 0.05, 2),
    Expect("permanent_sd", "log points", 0.01, 2),
    *(Expect(f"jobs[{c}]", "jobs", 1, 1e8) for c in (*SIZE_CLASSES, "organisations")),
    Expect("enterprises[small_medium]", "enterprises", 1, 1e8),
    Expect("enterprises_share[small]", "percent", 1, 99),
    *(Expect(f"enterprises[{c}]", "enterprises", 0, 1e8, SOME) for c in ("small", "medium")),
    *_shares("small_medium_jobs", ("manufacturing", "trade", "construction", "other_services",
                                   "transport_information", "agriculture")),
    *_shares("other_services", ("hospitality", "education", "health_other", "administration", "energy_water",
                                "mining")),
    *_shares("transport_information", ("transport", "information_finance")),
    *_shares("large_jobs", INDUSTRIES),
    Expect("large_jobs_region", "percent", 0, 100, REGIONS),
    *(Expect(f"wage[{i}]", "som per month", 100, 1e7) for i in INDUSTRIES),
    Expect("average_wage", "som per month", 100, 1e7, BOTH),
    Expect("explicit_from", "staff", 2, 50),
    Expect("pareto_exponent", "exponent", 0.2, 4),
    *(Expect(f"staff_limit[{c}|{k}]", "staff", 2, 1e5) for c in SIZE_CLASSES for k in ("production", "services")),
    *_shares("accessible", ("budget", "state", "private")),
    *(Expect(n, "percent", 0, 100) for n in ("tender_firms", "tender_firms[construction]", "tender_mean")),
    *(Expect(f"business_groups[{i}]", "groups", 0, 1000) for i in ("information_finance", "trade")),
    Expect("business_group_member", "percent", 0, 100),
    Expect("discriminating_share", "percent", 0, 100),
    Expect("trade_share_of_services", "percent", 0, 100),
    Expect("construction_to_services", "percent", 0, 100),
    *_ratios("urban_density[agriculture]", "urban_density[services]"),
    Expect("births", "births", 0, 1e8, NATION, tuple(range(2022, 2036))),
    Expect("deaths", "deaths", 1, 1e8, NATION, tuple(range(2022, 2036))),
    *(Expect(f"population[{sex}]", "persons", 0, 1e9, NATION, tuple(range(2024, 2036))) for sex in ("man", "woman")),
    *_ratios(*(f"birth_odds[{who}]" for who in ("alone", "daughter", "urban"))),
    # For comparison only.
    *(Expect(f"employment_2018[{i}]", "persons", 0, 1e8) for i in ("administration", "health")),
    Expect("disability_share_2012", "percent", 0, 100, SOME),
    *_shares("newly_certified_2013", ("women", "rural")),
    *(Expect(*row) for row in WORK),
)  # fmt: skip

# Families of rows whose categories a country chooses itself: name -> (unit, low, high).
OPEN_FAMILIES = {
    "disability_age": ("percent", 0.0, 100.0),  # [role|first-last]
    "industry_affinity": ("ratio", 0.0, 100.0),  # [industry]
    "population_single_age": ("persons", 0.0, 1e9),  # [man or woman|age]
    "population_by_age": ("persons", 0.0, 1e9),  # [man or woman|first-last]
    "abroad_share": ("percent", 0.0, 100.0),  # [man or woman|first-last]
    "education_share": ("percent", 0.0, 100.0),  # [man or woman|first-last|below_basic or higher]
    "death_rate": ("deaths per person and year", 0.0, 2.0),  # [man or woman|first-last], first year of the period
    "births_by_age": ("births per 1000 women", 0.0, 1000.0),  # [first-last], age of the mother
}


def check(margins: Margins, regions: Sequence[str]) -> None:
    """Raise :class:`CountryError` unless every expected margin is there, in its unit and between its bounds."""
    for fault in faults(margins, regions):
        raise CountryError(fault)


def faults(margins: Margins, regions: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each margin that is unknown, wrong or missing."""
    known = {e.name: (e.unit, e.low, e.high) for e in EXPECTED}
    for margin in margins:
        family = margin.name.partition("[")[0]
        bounds = known.get(margin.name) or OPEN_FAMILIES.get(family)
        if bounds is None:
            hint = nearest(margin.name, known)
            hint = hint if len(hint) < LONGEST_HINT else "leave the row out, or take a name of another country's file"
            yield f"{margin.place}: name is '{margin.name[:LONGEST_HINT]}'; {hint}"
            continue
        unit, low, high = bounds
        owner = f"{margin.place}: {margin.name} of {margin.region} in {margin.year}"
        if margin.unit != unit:
            yield f"{owner} is in '{margin.unit}'; it must be in '{unit}'"
        if not low <= margin.value <= high:
            yield f"{owner} is {margin.value:g} {unit}; it must be between {low:g} and {high:g}"
        if margin.year > LAST_OUTCOME_YEAR and family not in EXOGENOUS:
            yield f"{owner} is an outcome; outcomes after {LAST_OUTCOME_YEAR} must not be in a country"
    for expect in EXPECTED:
        where = {NATION: (COUNTRY,), REGIONS: tuple(regions), BOTH: (COUNTRY, *regions), SOME: (),
                 AREAS: tuple(margins.area(expect.name, region) for region in regions)}[expect.where]  # fmt: skip
        for region in where:
            for year in expect.years or (None,):
                if not margins.has(expect.name, region, year):
                    yield (
                        f"{expect.name} of {region}{f' in {year}' if year else ''} is missing; add a row in "
                        f"'{expect.unit}' between {expect.low:g} and {expect.high:g} to margins_households.csv, "
                        "margins_persons.csv, margins_employers.csv or assumptions.csv"
                    )
