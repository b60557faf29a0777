"""Country: which country the room looks at, for how long, and how large the simulated one is."""

from __future__ import annotations

import math

from sim import months
from sim.countries import country_folder, home
from sim.errors import CountryError, nearest
from sim.policies.law import regions
from sim.population.margins import number, rows

COUNTRY = home()
START, HORIZON = "2026-01", "2029-12"
START_MONTH = months.parse(START)
LAST_MONTH = months.parse(HORIZON)
FILE, COLUMNS = "tiles.csv", ("region", "row", "column")
MOST = 20.0  # rows or columns


def tiles(country: str) -> dict[str, tuple[int, int]]:
    """Return where the equal tiles of the regions stand: row and column, north up; in rows if the country says nothing.

    >>> tiles("kyrgyzstan")["Naryn"]
    (2, 3)
    """
    folder, names = country_folder(country), regions(country)
    if not (folder / FILE).is_file():
        across = math.ceil(math.sqrt(len(names)))
        return {name: (k // across + 1, k % across + 1) for k, name in enumerate(names)}
    found: dict[str, tuple[int, int]] = {}
    for place, row in rows(folder / FILE, COLUMNS):
        if row["region"] not in names:
            raise CountryError(f"{place}: region is '{row['region']}'; {nearest(row['region'], names)}")
        at = int(number(place, row, "row", 1.0, MOST)), int(number(place, row, "column", 1.0, MOST))
        if at in found.values():
            raise CountryError(f"{place}: another region stands in row {at[0]}, column {at[1]}; give it another place")
        found[row["region"]] = at
    for name in names:
        if name not in found:
            raise CountryError(f"{FILE}: {name} is missing; give it a row and a column")
    return found


TILES = tiles(COUNTRY)
