"""Examples: designs that stand on the page from the beginning."""

from __future__ import annotations

from typing import NamedTuple


class Example(NamedTuple):
    """A named design."""

    name: str
    label: str
    short: str


EXAMPLES = (
    Example("larger", "Larger grants, fewer families", "grant:200000"),
    Example("taper", "Child benefit lost step by step", "exclusion:taper"),
    Example("levy", "Every employer owes places, with a levy", "who:universal,levy:0.25"),
    Example(
        "support", "Wage subsidy, coaches and adapted workplaces", "subsidy:0.5,coaches:100,accommodation:100000000"
    ),
)
