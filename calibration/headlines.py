"""Headlines: what is kept of the analysis of what drives them, and the sentence that every study says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from calibration import posterior

SAID = {"net_jobs": "jobs", "income_gain": "gain", "net_fiscal_cost": "cost"}
ON_JUDGEMENT = (
    "Of the uncertainty under today's law, {jobs} % for net jobs, {gain} % for families' income gain and {cost} % for "
    "the net fiscal cost rest on judgement: on parameters that no published figure informs and on the form of the "
    "rules."
)
WITHOUT_FORM = (
    "Share of the parameters' uncertainty that no published figure informs, under today's law: {jobs} % for net jobs, "
    "{gain} % for families' income gain and {cost} % for the net fiscal cost."
)


class Shares(NamedTuple):
    """The variance of a headline as shares; ``structure`` is ``None`` where the forms of rules have not been run."""

    informed: float  # parameters that figures inform, well or a little
    judged: float  # parameters that no figure informs
    structure: float | None
    structure_error: float  # Monte Carlo error of that share
    luck: float  # of one run and of the synthetic population
    population: float  # part of it that is the synthetic population's

    @property
    def on_judgement(self) -> float:
        """What rests on judgement: parameters that no figure informs, and the form of the rules where it is known."""
        return self.judged + (self.structure or 0.0)


def headline_file(country: str, folder: Path = posterior.FOLDER) -> Path:
    """Return where the analysis of the headlines is kept."""
    return _beside(country, "headlines", folder)


def structure_file(country: str, folder: Path = posterior.FOLDER) -> Path:
    """Return where it is kept how far the headlines hang on the form of the rules."""
    return _beside(country, "structure", folder)


def _beside(country: str, what: str, folder: Path) -> Path:
    about = posterior.files(country, folder)[1]
    return about.with_name(f"{about.stem}.{what}.json")


def analysed(country: str, folder: Path = posterior.FOLDER) -> dict[str, Any]:
    """Return the analysis of the headlines under the shipped posterior; empty if there is none for it."""
    return _of_posterior(country, headline_file(country, folder), folder)


def structured(country: str, folder: Path = posterior.FOLDER) -> dict[str, Any]:
    """Return what the form of the rules does to the headlines under the shipped posterior; empty if not known."""
    return _of_posterior(country, structure_file(country, folder), folder)


def _of_posterior(country: str, file: Path, folder: Path) -> dict[str, Any]:
    found = posterior.read(country, folder)
    if found is None or not file.is_file():
        return {}
    known = json.loads(file.read_text(encoding="utf-8"))
    return dict(known) if known.get("posterior") == found.fingerprint else {}


def shares(row: Mapping[str, Any], structure: Mapping[str, Any] | None) -> Shares:
    """Return the shares of a headline's variance; ``structure`` is its part in the file about the form of rules.

    A variance of 80 of which nine tenths are parameters, half of them informed, and a structure of 20:

    >>> row = {"variance": 80.0, "parameters": 0.9, "prior_driven": 0.5, "luck": 0.05, "population": 0.05}
    >>> [round(one, 3) for one in shares(row, {"variance": 20.0, "error": 5.0})]
    [0.36, 0.36, 0.2, 0.04, 0.08, 0.04]
    >>> shares(row, None).structure is None, round(shares(row, None).informed, 3)
    (True, 0.45)
    """
    known = structure is not None and "variance" in row
    form = float(structure["variance"]) if structure is not None and known else 0.0
    total = float(row["variance"]) + form if known else 1.0
    rest = float(row["variance"]) / total if known else 1.0
    parameters, judged = rest * float(row["parameters"]), float(row["prior_driven"])
    return Shares(
        parameters * (1.0 - judged), parameters * judged, form / total if known else None,
        float(structure["error"]) * rest / total if structure is not None and known else 0.0,
        rest * (float(row["luck"]) + float(row["population"])), rest * float(row["population"]),
    )  # fmt: skip


def of_headlines(country: str) -> dict[str, Shares]:
    """Return the shares of every headline that has been analysed under the shipped posterior."""
    return shares_of(analysed(country), structured(country))


def shares_of(known: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Shares]:
    """Return the shares of every headline of an analysis; ``form`` is what the form of the rules does to them."""
    formed = form.get("outcomes", {})
    return {name: shares(row, formed.get(name)) for name, row in known.get("shares", {}).items()}


def said(country: str) -> tuple[str, dict[str, str]]:
    """Return what every study says of its headlines, and the figures in it; empty if it is not known."""
    rows, known = analysed(country).get("shares", {}), of_headlines(country)
    if not set(SAID) <= set(known):
        return "", {}
    formed = all(known[name].structure is not None for name in SAID)
    of = {name: known[name].on_judgement if formed else float(rows[name]["prior_driven"]) for name in SAID}
    return ON_JUDGEMENT if formed else WITHOUT_FORM, {SAID[name]: f"{100.0 * of[name]:.0f}" for name in SAID}


def sentence(country: str) -> str:
    """Return one sentence on how much of the headlines' uncertainty rests on judgement; empty if not known."""
    text, figures = said(country)
    return text.format(**figures)
