"""Examples: designs that stand on the page from the beginning."""

from __future__ import annotations

from typing import NamedTuple

from sim.countries import country_folder
from sim.population.margins import rows
from workshop.country import COUNTRY


class Example(NamedTuple):
    """A named design."""

    name: str
    label: str
    short: str


FILE, COLUMNS = "examples.csv", ("name", "label", "short")
USUAL = (
    Example("larger", "Larger grants, fewer families", "grant:200000"),
    Example("taper", "Child benefit lost step by step", "exclusion:taper"),
    Example("levy", "Every employer owes places, with a levy", "who:universal,levy:0.25"),
    Example(
        "support", "Wage subsidy, coaches and adapted workplaces", "subsidy:0.5,coaches:100,accommodation:100000000"
    ),
)


def examples(country: str) -> tuple[Example, ...]:
    """Return the examples of a country: its own where it has some, else the usual ones."""
    path = country_folder(country) / FILE
    return tuple(Example(**row) for _, row in rows(path, COLUMNS)) if path.is_file() else USUAL


EXAMPLES = examples(COUNTRY)
