"""Presets: every quota law on file, and services and benefits, as things to take into a design, in finished words.

A law is shown with the places that it asks of employers of some sizes and with what an empty place costs: in the law's
money, and in som as the same share of the average wage (:mod:`sim.policies.levy_bases`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from experiments import law_words as w
from experiments import laws
from experiments.language import MISSING, Language
from sim.errors import KelishimError
from sim.policies import levy_bases
from sim.policies.design import Design, codes, load
from sim.policies.levy_bases import Tier
from sim.policies.quota import usable
from sim.scenario import present_law
from workshop.country import COUNTRY, START_MONTH
from workshop.designs import read
from workshop.examples import BENEFITS, SERVICES, Preset
from workshop.results import asked_language

SIZES = (25, 50, 100, 250, 500)  # staff


async def presets(request: Request) -> Response:
    """Answer with all presets in the language of the request."""
    return JSONResponse(_presets(asked_language(request)))


@lru_cache(maxsize=3)
def _presets(say: Language) -> dict[str, Any]:
    text = say.text
    return {
        "sizes": [say.number(size) for size in SIZES],
        "columns": [text("Law"), *(text("{size} staff", size=say.number(size)) for size in SIZES),
                    text("An empty place costs a year")],
        "laws": [_law(load(code), say) for code in codes()],
        "services": [_preset(one, say) for one in SERVICES],
        "benefits": [_preset(one, say) for one in BENEFITS],
    }  # fmt: skip


def _preset(one: Preset, say: Language) -> dict[str, str]:
    return {"name": say.text(one.label), "about": say.text(one.about), "short": read(one.short).short}


def _law(design: Design, say: Language) -> dict[str, Any]:
    rows = laws.schedule([design], SIZES)
    short, why = _usable(design, say)
    return {
        "code": design.code, "name": say.law(design.name), "short": short, "why": why,
        "seats": [say.shortest(float(row["seats"])) for row in rows], "price": _price(design, say),
    }  # fmt: skip


def _usable(design: Design, say: Language) -> tuple[str | None, str]:
    """Return the design that has this law, or nothing and why there is none."""
    if usable(design.code):
        return read(f"law:{design.code}").short, ""
    return None, say.text("Cannot be simulated: the amount of its fine was not found.")


def _price(design: Design, say: Language) -> str:
    """Return what an empty place costs a year, in the law's money and in som."""
    economy: Any = present_law(COUNTRY).economy.terms(START_MONTH)
    try:
        found = levy_bases.tiers(design, economy, COUNTRY)
    except KelishimError:
        found = ()
    if not found:
        fine = w.said_of(design, "sanction.fine_max", say)
        known = design.figures["sanction.fine_max"].known
        return say.text("fine, at most {fine}", fine=fine) if known else say.text("fine; its amount was not found")
    native = _range((tier.native for tier in found), say)
    som = _range((_rounded(tier) for tier in found), say)
    return say.text("{native} {currency}; here {som} som", native=native, currency=design.currency, som=som)


def _rounded(tier: Tier) -> float:
    return round(tier.som, -3) if tier.som >= 10_000 else round(tier.som, -2)


def _range(values: Iterable[float], say: Language) -> str:
    known = sorted(values)
    if not known:
        return MISSING
    low, high = (say.number(known[k]) for k in (0, -1))
    return low if low == high else say.text("{low} to {high}", low=low, high=high)
