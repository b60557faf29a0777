"""Quota laws: seats by size, what a missing seat costs, and what a worker counts, for every law on file."""

from __future__ import annotations

from typing import Any

from sim.policies.design import codes, load
from sim.policies.levy_bases import tiers
from sim.policies.terms_of_design import native_terms
from sim.state.quota_charge import (
    bonus_due,
    bought_out_seats,
    fine_amount,
    gross_levy,
    marginal_levy,
    net_levy,
    yearly_charge,
)
from sim.state.quota_law import NO_SANCTION, missing_seats, required_seats, reserved_seats, worker_weight

from .fixed import ECONOMY, stretches

SIZES = (*range(261), *range(299, 1002, 50), 2_000, 5_000, 8_000)
STAFF = (10, 15, 20, 25, 30, 36, 49, 50, 75, 100, 101, 150, 200, 250, 300, 500, 750, 1_000, 5_000)
FILLED = (0.0, 0.5, 1.0)  # share of the seats owed, rounded down
YEARS = (0, 3)  # with nothing done
HOURS, AGES, PAY = (0.25, 0.4, 0.5, 1.0), (30, 55), (0.05, 1.0)


def seats() -> dict[str, Any]:
    """Return by law the sizes at which seats change and the seats from there: all, severe groups, public bodies."""
    out = {}
    for code in codes():
        law = native_terms(load(code))
        out[code] = {
            "seats": stretches((n, float(required_seats(law, 0, float(n)))) for n in SIZES),
            "reserved": stretches((n, float(reserved_seats(law, float(n)))) for n in SIZES),
            "public": stretches((n, float(required_seats(law, 1, float(n)))) for n in SIZES),
            "steps": [float(n) for n in law.steps if n <= SIZES[-1]][:40],
        }
    return out


def charges() -> dict[str, Any]:
    """Return by law and size what a year costs in the law's own currency, and the levy's amounts in som here."""
    out: dict[str, Any] = {}
    for code in codes():
        law, design = native_terms(load(code)), load(code)
        rows = {f"{n} staff": [_charge(law, float(n), share, y) for share in FILLED for y in YEARS] for n in STAFF}
        found = [[*list(tier)[:3], tier.native, tier.share, tier.som, tier.literal] for tier in
                 tiers(design, ECONOMY, "kyrgyzstan")]  # fmt: skip
        out[code] = (rows if law.kind != NO_SANCTION else {}) | {"in som here": found}
    return out


def _charge(law: Any, n: float, share: float, years: int) -> list[float]:
    """Return levy, net levy, gain of one seat more, fine, bonus, seats bought out and expected charge of a year."""
    owed = float(required_seats(law, 0, n))
    counted = float(int(share * owed))
    missing = float(missing_seats(owed, counted, 0.0, 0.0))
    gross = gross_levy(law, n, counted, owed, missing, years)
    return [
        counted, gross, net_levy(law, gross, n, counted, 1_000.0, 500.0, 20_000.0 * n),
        marginal_levy(law, n, counted, owed, missing, years), fine_amount(law, n, missing),
        bonus_due(law, n, counted + 1.0, owed), bought_out_seats(law, n, owed, missing),
        yearly_charge(law, 0, n, counted, 1.0, years, 0.01),
    ]  # fmt: skip


def workers() -> dict[str, Any]:
    """Return by law what a worker counts, by group, hours, age, pay and whether it is a first hire."""
    out = {}
    for code in codes():
        law = native_terms(load(code))
        out[code] = {
            f"group {group}": [
                float(worker_weight(law, group, hours, age, pay, first))
                for hours in HOURS for age in AGES for pay in PAY for first in (0, 1)
            ]
            for group in (1, 2, 3)
        }  # fmt: skip
    return out
