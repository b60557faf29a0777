"""Outcomes: which figures the page shows, and the words for how sure they are."""

from __future__ import annotations

from typing import Any

from sim.outcomes import CODEBOOK

COVERAGE = 0.9

# The cards of the page first, then what "more figures" opens; all of them need only the worlds that the page runs.
CARDS = (
    "net_jobs", "jobs_disability", "families_better", "families_worse", "poverty_exits", "programme_cost",
    "net_fiscal_cost", "social_cost",
)  # fmt: skip
OTHERS = (
    "contracts", "people_reached", "net_job_years", "income_gain", "income_gain_before_loss",
    "families_worse_off", "benefit_lost", "market_gain",
)  # fmt: skip
HEADLINES = CARDS + OTHERS
MONTHLY = ("net_jobs", "poverty_exits", "contracts", "programme_cost")
DIMENSIONS = {
    "oblast": "Region",
    "decile": "Tenth of the population, by consumption",
    "disability": "Disability in the family",
    "operator": "Who would run the business",
}
NEVER_NEGATIVE = frozenset({
    "families_better", "families_worse", "families_worse_off", "contracts", "people_reached"
})  # fmt: skip
BY_GROUP = ("net_jobs", "contracts", "income_gain", "families_better", "families_worse")

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
            "label": CODEBOOK[name].label, "unit": CODEBOOK[name].unit, "definition": CODEBOOK[name].definition,
            "better": CODEBOOK[name].better, "main": name in CARDS, "monthly": name in MONTHLY,
        }
        for name in HEADLINES
    }  # fmt: skip
