"""Variables: what a survey or a register may say, under the names that a map file uses."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from experiments.marks import N_
from sim.state.households import SECTORS
from sim.state.labour import INDUSTRIES


class Kind(Enum):
    """What the values of a column are."""

    NAME = "name"  # of a household, person, stratum, PSU: any text or number
    NUMBER = "number"
    CODE = "code"  # one of some words
    DAY = "day"  # YYYY-MM-DD


class Variable(NamedTuple):
    """One variable: its label, what its values are, and whether it belongs to the household or to the person."""

    label: str
    kind: Kind
    words: tuple[str, ...] = ()  # of a code; of a region, the names of the country's regions
    low: float = 0.0
    high: float = 1e9
    of_household: bool = False
    required: bool = False
    above: bool = False  # the number must lie above ``low``


DIFFICULTY = ("none", "some", "much", "cannot")  # answers of the Washington Group short set
WASHINGTON = ("seeing", "hearing", "walking", "remembering", "self_care", "communicating")
SEXES = ("man", "woman")
RELATIONS = ("head", "spouse", "child", "parent", "other")
EDUCATION = ("below", "secondary", "higher")
WORK = (
    "employee", "own_account", "farm", "family_worker", "seeking", "student", "retired", "home", "child", "abroad",
)  # fmt: skip
AT_WORK = ("employee", "own_account", "farm", "family_worker")
CERTIFICATES = ("none", "group1", "group2", "group3")
PLACES = ("rural", "urban")
YES_NO = ("no", "yes")
STATUSES = ("operating", "completed", "closed", "failed")

_LABELS_OF_DIFFICULTY = (
    N_("Difficulty seeing"), N_("Difficulty hearing"), N_("Difficulty walking"), N_("Difficulty remembering"),
    N_("Difficulty with self-care"), N_("Difficulty communicating"),
)  # fmt: skip

SURVEY: Mapping[str, Variable] = {
    "household": Variable(N_("Household"), Kind.NAME, required=True),
    "person": Variable(N_("Person"), Kind.NAME),
    "weight": Variable(N_("Weight"), Kind.NUMBER, high=1e7, of_household=True, required=True, above=True),
    "stratum": Variable(N_("Stratum"), Kind.NAME, of_household=True),
    "psu": Variable(N_("Primary sampling unit"), Kind.NAME, of_household=True),
    "region": Variable(N_("Region"), Kind.CODE, of_household=True),
    "place": Variable(N_("Town or village"), Kind.CODE, PLACES, of_household=True),
    "consumption": Variable(N_("Consumption of the household, som a month"), Kind.NUMBER, of_household=True),
    "age": Variable(N_("Age"), Kind.NUMBER, high=120, required=True),
    "sex": Variable(N_("Sex"), Kind.CODE, SEXES, required=True),
    "relation": Variable(N_("Relation to the head"), Kind.CODE, RELATIONS),
    "education": Variable(N_("Education"), Kind.CODE, EDUCATION),
    "work": Variable(N_("Work"), Kind.CODE, WORK),
    "industry": Variable(N_("Industry"), Kind.CODE, INDUSTRIES),
    "pay": Variable(N_("Pay, som a month"), Kind.NUMBER),
    "benefits": Variable(N_("Pensions and benefits, som a month"), Kind.NUMBER),
    "certificate": Variable(N_("Disability certificate"), Kind.CODE, CERTIFICATES),
    **{
        name: Variable(label, Kind.CODE, DIFFICULTY)
        for name, label in zip(WASHINGTON, _LABELS_OF_DIFFICULTY, strict=True)
    },
}

REGISTER: Mapping[str, Variable] = {
    "contract": Variable(N_("Contract"), Kind.NAME, required=True),
    "year": Variable(N_("Year of the contract"), Kind.NUMBER, low=2015, high=2040, required=True),
    "region": Variable(N_("Region"), Kind.CODE),
    "raion": Variable(N_("Raion"), Kind.NAME),
    "sector": Variable(N_("Sector of the business"), Kind.CODE, SECTORS),
    "size": Variable(N_("Members of the household"), Kind.NUMBER, low=1, high=40),
    "children": Variable(N_("Children under 16"), Kind.NUMBER, high=30),
    "child_benefit": Variable(N_("Child benefit at entry"), Kind.CODE, YES_NO),
    "disability": Variable(N_("A member with a disability"), Kind.CODE, YES_NO),
    "sex": Variable(N_("Sex of the contract holder"), Kind.CODE, SEXES),
    "paid": Variable(N_("Day of payment"), Kind.DAY),
    "grant": Variable(N_("Grant, som"), Kind.NUMBER),
    "status": Variable(N_("Status at the last visit"), Kind.CODE, STATUSES),
}


def with_regions(variables: Mapping[str, Variable], regions: tuple[str, ...]) -> dict[str, Variable]:
    """Return the variables with the names of a country's regions as the words of ``region``."""
    return {
        name: one._replace(words=regions) if name == "region" else one for name, one in variables.items()
    }  # fmt: skip
