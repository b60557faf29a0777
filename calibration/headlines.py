"""Headlines: what is kept of the analysis of what drives them, and the sentence that every study says of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from calibration import posterior

SAID = {"net_jobs": "net jobs", "income_gain": "families' income gain", "net_fiscal_cost": "the net fiscal cost"}


def headline_file(country: str, folder: Path = posterior.FOLDER) -> Path:
    """Return where the analysis of the headlines is kept."""
    about = posterior.files(country, folder)[1]
    return about.with_name(f"{about.stem}.headlines.json")


def analysed(country: str, folder: Path = posterior.FOLDER) -> dict[str, Any]:
    """Return the analysis of the headlines under the shipped posterior; empty if there is none for it."""
    file, found = headline_file(country, folder), posterior.read(country, folder)
    if found is None or not file.is_file():
        return {}
    known = json.loads(file.read_text(encoding="utf-8"))
    return dict(known) if known.get("posterior") == found.fingerprint else {}


def sentence(country: str) -> str:
    """Return one sentence on how much of the headlines' uncertainty no published figure informs; empty if not known."""
    known = analysed(country).get("shares", {})
    parts = [f"{known[name]['prior_driven']:.0%} for {words}" for name, words in SAID.items() if name in known]
    if not parts:
        return ""
    return (
        "Share of the parameters' uncertainty that no published figure informs, under today's law: "
        f"{', '.join(parts[:-1])} and {parts[-1]}."
    )
