"""Expected margins of work: the labour force figures that a country folder must hold, in margins_work.csv."""

from __future__ import annotations

from sim.state.labour import INDUSTRIES

Row = tuple[str, str, float, float, str, tuple[int, ...]]  # name, unit, low, high, where, years

SEXES = ("men", "women")
AGE_GROUPS = ("15-24", "25-34", "35-44", "45-54", "55-64", "65+")
STATUSES = ("employee", "employer", "own_account", "family_worker")
UNEMPLOYMENT_YEARS = (2021, 2022, 2023)
LABOUR_FORCE, THOUSAND = "percent of labour force", "thousand persons"

WORK: tuple[Row, ...] = (
    *((f"employment_to_population[{s}|{a}]", "percent", 0.1, 99.0, "nation", ()) for s in SEXES for a in AGE_GROUPS),
    *((f"neet[{s}]", "percent", 0.0, 99.0, "nation", ()) for s in SEXES),
    ("unemployment", LABOUR_FORCE, 0.1, 60.0, "nation", UNEMPLOYMENT_YEARS),
    *((f"unemployment[{s}]", LABOUR_FORCE, 0.1, 60.0, "both", UNEMPLOYMENT_YEARS) for s in SEXES),
    *((f"unemployment[{a}]", LABOUR_FORCE, 0.1, 60.0, "nation", ()) for a in AGE_GROUPS),
    *((f"employed_by_status[{s}|{k}]", THOUSAND, 0.0, 1e6, "nation", ()) for s in SEXES for k in STATUSES),
    *((f"employed_by_activity[{i}]", THOUSAND, 0.0, 1e6, "nation", ()) for i in INDUSTRIES),
    *((f"own_account_by_activity[{i}]", THOUSAND, 0.0, 1e6, "nation", ()) for i in INDUSTRIES),
    *((f"employers_by_activity[{i}]", THOUSAND, 0.0, 1e6, "some", ()) for i in INDUSTRIES),
    *((f"wage[{s}|{i}]", "som per month", 100.0, 1e7, "nation", ()) for s in SEXES for i in INDUSTRIES),
    *((f"women_share[{i}]", "percent of employees", 0.5, 99.5, "nation", ()) for i in INDUSTRIES),
    *((f"women_share_own[{i}]", "percent of own-account workers", 0.5, 99.5, "some", ()) for i in INDUSTRIES),
    ("men_in_farming", "percent of employed men", 0.0, 100.0, "regions", ()),
    ("family_workers_farming", "percent", 0.0, 100.0, "nation", ()),
    *((f"pension_age[{s}]", "years", 40.0, 75.0, "nation", ()) for s in SEXES),
    ("pension_path", "som per month", 1.0, 1e7, "nation", ()),
)
