"""Contracts: who is selected and paid when, at three scales, among applicants and scores that never change."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim import months
from sim.offices.accounting import administration, loan_interest
from sim.offices.paying import ROUNDING, pay
from sim.offices.selecting import Applicants, allocation_shares, raion_slots, select
from sim.policies.law import regions
from sim.scenario import present_law
from sim.state.households import fitting

from .fixed import SCALES, scattered

OBLASTS, IN_EACH = 9, 5
RAIONS = OBLASTS * IN_EACH
YEARS = (2022, 2023, 2024, 2025, 2026)
POOR = 1_000 + (np.arange(RAIONS) * 7_919) % 20_000
FAMILIES = 500 + (np.arange(RAIONS) * 104_729) % 4_000
DUE = scattered(RAIONS, 12_289) - 0.5  # where each raion rounds its payments


def slots_and_payments() -> dict[str, Any]:
    """Return for each scale the slots of raions, and contracts paid by month and oblast and to whom, by year."""
    return {f"one household for {scale}": _programme(scale) for scale in SCALES} | {"costs": _costs()}


def _programme(scale: int) -> dict[str, Any]:
    """Return the years of present law among applicants who file in January, more than four for each place."""
    law = present_law("kyrgyzstan").social_contract
    shares = allocation_shares(POOR, FAMILIES, np.repeat(1.0 + np.arange(OBLASTS) % 2, IN_EACH), 0.5)
    due, paid = scale * DUE, np.zeros(RAIONS, dtype=np.int64)
    out: dict[str, Any] = {}
    waiting: dict[str, np.ndarray] = {}
    for year in YEARS:
        slots = law.terms(months.month_index(year), regions("kyrgyzstan")).slots
        places = raion_slots(slots, shares, 0.25, scale)
        new = _applicants(year, scale, 20 + 4 * math.ceil(slots / scale))
        taken = _selected(new, places, 0.125, 0.0)
        chosen = {name: values[taken] for name, values in new.items()} | {"year": np.full(len(taken), year)}
        waiting = {name: np.concatenate([waiting[name], chosen[name]]) for name in chosen} if waiting else chosen
        monthly, people = np.zeros((12, OBLASTS), dtype=np.int64), []
        for month in range(1, 13):
            due = due + places * law.terms(months.month_index(year, month), regions("kyrgyzstan")).pay_share
            rows = pay(
                waiting["year"], waiting["score"], waiting["identifier"], waiting["raion"], waiting["weight"],
                due - paid,
            )  # fmt: skip
            np.add.at(paid, waiting["raion"][rows], scale)
            np.add.at(monthly[month - 1], waiting["raion"][rows] // IN_EACH, scale)
            people.append(waiting["identifier"][rows])
            left = np.ones(len(waiting["raion"]), dtype=bool)
            left[rows] = False
            waiting = {name: values[left] for name, values in waiting.items()}
        out[f"{year} slots of raions"] = places // scale
        out[f"{year} contracts paid by month and oblast"] = monthly
        out[f"{year} identifiers paid by month"] = people
    return out


def _applicants(year: int, scale: int, count: int) -> dict[str, np.ndarray]:
    luck = [scattered(count, (step + year) * 101 + scale) for step in (17, 1_009, 5_003, 9_001)]
    return {
        "identifier": (year - 2_000) * 100_000 + np.arange(count),
        "raion": np.floor(luck[0] * RAIONS).astype(np.int64),
        "score": np.floor(luck[1] * 64.0) / 8.0 - 4.0,  # eighths, so that ties occur
        "patron": luck[2],
        "disability": (luck[3] < 0.25).astype(np.int64),
        "weight": np.full(count, scale),
    }


def _selected(given: dict[str, np.ndarray], places: np.ndarray, patronage: float, set_aside: float) -> np.ndarray:
    return select(Applicants(**given), places, patronage, set_aside)


def selection() -> dict[str, Any]:
    """Return who of 200 applicants is selected, in order, for several shares of patronage and of places set aside."""
    given = _applicants(2024, 1, 200)
    places = np.arange(RAIONS) % 5
    out: dict[str, Any] = {}
    for patronage in (0.0, 0.25, 1.0):
        chosen = {f"set aside {aside}": _selected(given, places, patronage, aside) for aside in (0.0, 0.5, 1.0)}
        out[f"patronage {patronage}"] = chosen
    out["slots by rounding point"] = {
        offset: raion_slots(13.333, allocation_shares(POOR, FAMILIES, np.ones(RAIONS), 0.75), offset, 1)
        for offset in (0.0, 0.5, 0.9)
    }
    out["payments due"] = [
        [fitting(np.ones(9), due / 4.0 - paid + ROUNDING) for due in range(13)] for paid in range(3)
    ]  # fmt: skip
    return out


def _costs() -> dict[str, Any]:
    """Return what 13,333 contracts cost beyond the grants."""
    return {
        "administration": [administration(13_333.0 * grant, 0.043, 0.05) for grant in (100_000.0, 150_000.0)],
        "loan interest": [loan_interest(owed, 0.09) for owed in (0.0, 2e8, 1.5e9)],
    }
