"""Outcomes: which figures the page shows, and the words for how sure they are."""

from __future__ import annotations

from typing import Any

from experiments.mechanisms import ACCOUNTS
from sim.outcomes import CODEBOOK
from sim.outcomes.outcome import Shown

COVERAGE = 0.9
WHY = ("net_fiscal_cost", "consumption_change", "gained_gross", "gained_netall")  # accounts that one world can give

# What a reader can ask of two designs, in the order of the list; the first is asked where nothing is chosen.
CHOICES = (
    "net_jobs", "jobs_disability", "poverty_exits", "income_change", "net_fiscal_cost", "employer_cost",
    "people_reached",
)  # fmt: skip
ON_PAGE = {
    name: found for name, found in CODEBOOK.items() if {Shown.CARD, Shown.PAGE} & {*found.shown} or name in CHOICES
}
CARDS = tuple(name for name, found in ON_PAGE.items() if Shown.CARD in found.shown)
OTHERS = tuple(name for name in ON_PAGE if name not in CARDS)
HEADLINES = CARDS + OTHERS  # the cards first, then what "more figures" opens
MONTHLY = tuple(name for name in HEADLINES if ON_PAGE[name].by_month)
BY_GROUP = tuple(name for name in HEADLINES if ON_PAGE[name].by_group)
NEVER_NEGATIVE = frozenset(name for name in HEADLINES if ON_PAGE[name].never_negative)
# Measured for the account of why, who gains and who is poor; each with the dimensions that are shown of it.
OF_PERSONS = ("sex", "age", "disability group", "disability", "place")
BEHIND: dict[str, tuple[str, ...]] = {
    line: () for account in ACCOUNTS for line in (account.total, *(name for name, _ in account.lines.values()))
    if account.total in WHY
} | {"poverty": OF_PERSONS, "levy_due": ("size",), "employed_disability": ("oblast",)}  # fmt: skip
ON_MAP = {
    "net_jobs": "net_jobs", "jobs_disability": "employed_disability", "poverty_exits": "poverty_exits",
    "income_change": "income_change",
}  # fmt: skip
DIMENSIONS = {
    "oblast": "Region",
    "decile": "Tenth of the population, by consumption",
    "disability": "Disability in the family",
    "operator": "Who would run the business",
}

NO_INTERVAL, STUDENT, QUANTILE, ESTIMATE = "none", "student", "quantile", "estimate"
INTERVALS = {
    NO_INTERVAL: "Too few runs for an interval yet.",
    STUDENT: "A wide interval, because there are few runs yet: in 9 of 10 cases one more run would fall inside.",
    ESTIMATE: "An estimate from runs of other designs, its own error included; the simulation of exactly these "
    "levers is on its way.",
    QUANTILE: "The middle 90 % of the runs; each run is another set of assumptions with other luck.",
}
PRIOR, POSTERIOR, UNSOUND = "prior", "posterior", "unsound"
BASIS = {
    PRIOR: "A prior scenario, not a forecast: parameters come from literature and judgement and have not been "
    "calibrated to the figures of 2022 and 2023.",
    POSTERIOR: "Parameters were calibrated to the figures of 2022 and 2023; what follows later is a scenario, not a "
    "forecast.",
    UNSOUND: "Parameters were fitted to the figures of 2022 and 2023, but the fit did not pass its own checks: a "
    "scenario, not a forecast.",
}


def described() -> dict[str, Any]:
    """Return what the codebook says about each figure of the page."""
    return {
        name: {
            "label": found.label, "unit": found.unit, "definition": found.definition, "better": found.better,
            "main": Shown.CARD in found.shown, "monthly": found.by_month is not None,
        }
        for name, found in ((name, ON_PAGE[name]) for name in HEADLINES)
    }  # fmt: skip
