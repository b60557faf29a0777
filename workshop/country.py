"""Country: which country the room looks at, for how long, and how large the simulated one is."""

from __future__ import annotations

from sim import months
from sim.countries import home

COUNTRY = home()
START, HORIZON = "2026-01", "2029-12"
START_MONTH = months.parse(START)
LAST_MONTH = months.parse(HORIZON)

# Where the equal tiles of the regions stand: row and column, north up.
TILES = {
    "Talas": (1, 1), "Chui": (1, 2), "Bishkek": (1, 3), "Issyk-Kul": (1, 4),
    "Jalal-Abad": (2, 2), "Naryn": (2, 3),
    "Batken": (3, 1), "Osh oblast": (3, 2), "Osh city": (3, 3),
}  # fmt: skip
