"""Examples: designs that stand on the page from the beginning, and the questions that they answer.

Each question was tried with 24 draws of the posterior in force: the outcome that it asks for is told apart.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.countries import country_folder
from sim.population.margins import rows
from workshop.country import COUNTRY


class Example(NamedTuple):
    """A named design, and the outcome that is looked at first."""

    name: str
    label: str
    short: str
    headline: str = "net_jobs"


class Question(NamedTuple):
    """A question of the first screen: two designs, and the outcome that is asked for."""

    name: str
    label: str
    about: str
    first: str
    second: str
    headline: str


class Preset(NamedTuple):
    """Values of some levers under one name; a reader takes them into a design."""

    name: str
    label: str
    about: str
    short: str


MORE_GRANTS, LARGER_GRANTS = "envelope:6000000000", "grant:450000,envelope:6000000000"
LEVY = "who:universal,rate:0.05,levy:0.2048"
ALLOWANCE = "allowance:2000"

FILE, COLUMNS = "examples.csv", ("name", "label", "short", "headline")
USUAL = (
    Example("levy", "Quota of 5 % for all, with a levy", LEVY),
    Example("allowance", "Disability allowance of 2,000 som", ALLOWANCE),
    Example("more", "Three times the money, more grants", MORE_GRANTS),
    Example("larger", "Three times the money, larger grants", LARGER_GRANTS),
    Example("taper", "Child benefit lost step by step", "exclusion:taper"),
    Example(
        "support", "Wage subsidy, coaches and adapted workplaces", "subsidy:0.5,coaches:100,accommodation:100000000"
    ),
)
USUAL_QUESTIONS = (
    Question(
        "grants", "Larger grants, or more of them?",
        "Three times the money of today: in more grants of 150,000 som (A), or in fewer of 450,000 som (B).",
        MORE_GRANTS, LARGER_GRANTS, "people_reached",
    ),
    Question(
        "levy", "A quota with a levy?",
        "Every employer owes 5 places per 100 staff and pays 10,000 som a month for each that is missing (B); "
        "today’s list and fine (A).",
        "today", LEVY, "jobs_disability",
    ),
    Question(
        "allowance", "What would a disability allowance do?",
        "2,000 som a month for everybody with a disability certificate (B); today’s law (A).",
        "today", ALLOWANCE, "poverty_exits",
    ),
)  # fmt: skip
USUAL_SERVICES = (
    Preset("coaches", "Coaches and adapted workplaces", "100 job coaches and 100 million som a year for workplaces.",
           "coaches:100,accommodation:100000000"),
    Preset("subsidy", "Wage subsidy", "Half of the wage of a new worker with a disability, for six months.",
           "subsidy:0.5"),
    Preset("employers", "Help for employers", "No social contributions for workers with disabilities, and 100,000 som "
           "for a first hire.", "relief:1,first:100000"),
    Preset("all", "Services together", "Coaches, adapted workplaces, wage subsidy and 200 placement officers.",
           "coaches:100,accommodation:100000000,subsidy:0.5,officers:200"),
)  # fmt: skip
USUAL_BENEFITS = (
    Preset("allowance", "Disability allowance", "2,000 som a month with every disability certificate.", ALLOWANCE),
    Preset("child", "Higher child benefit", "2,000 som a month for each child of a poor family; today 1,200.",
           "child:2000"),
    Preset("everychild", "Benefit for every child", "1,500 som a month for every child under three.",
           "everychild:1500"),
    Preset("pension", "Higher pensions", "Mean age pension 13,500 som and mean disability pension 11,500 som a month.",
           "pension:13500,invalidity:11500"),
)  # fmt: skip


def examples(country: str) -> tuple[Example, ...]:
    """Return the examples of a country: its own where it has some, else the usual ones."""
    path = country_folder(country) / FILE
    return tuple(Example(**row) for _, row in rows(path, COLUMNS)) if path.is_file() else USUAL


def asked(found: tuple[Example, ...]) -> tuple[Question, ...]:
    """Return the questions of the first screen: what each example of a country's own does beside its law."""
    if found is USUAL:
        return USUAL_QUESTIONS
    return tuple(Question(one.name, one.label, one.label, "today", one.short, one.headline) for one in found[:3])


EXAMPLES = examples(COUNTRY)
QUESTIONS = asked(EXAMPLES)
SERVICES, BENEFITS = (USUAL_SERVICES, USUAL_BENEFITS) if EXAMPLES is USUAL else ((), ())
