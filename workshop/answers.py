"""Answers: what a comparison of two designs says, as finished sentences and formatted numbers in a language.

The sentences are those of the commands (:class:`experiments.telling.Telling`), by the one rule of verdict. A difference
has no more digits than its Monte Carlo error leaves: what another set of draws would change is not printed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.certainty import SAME, UNCLEAR, UNDEFINED, Errors
from experiments.gainers import LINES
from experiments.language import MISSING, Language
from experiments.marks import N_
from experiments.store import OK
from experiments.summary import Summary
from experiments.telling import Telling
from experiments.words import COUNTED, Scale, common_scale, interval, scale_of, sure
from sim.outcomes import CODEBOOK
from workshop.country import HORIZON, LAST_MONTH, START, TILES
from workshop.easy import IN_EASY_WORDS
from workshop.figures import Floats, Layout
from workshop.outcomes import BEHIND, CARDS, CHOICES, ON_MAP
from workshop.summary import TOO_EARLY, rough_error

if TYPE_CHECKING:
    import pandas

A, B = "A", "B"
SIDES = (A, B)
SPREAD = ("median", "low", "high")
SHADES = 4
APART = N_(
    "The middle of the differences is not the difference of the middles: in each draw B is compared with A under the "
    "same assumptions and luck. Read B less A."
)
LEVY_AHEAD = N_(
    "A levy is due in March for the year before. Employers know it from the first month and act on it at once, so jobs "
    "change before any money is paid."
)
FEW_ROWS = N_("fewer than 30 simulated households: not shown")
NO_SIGN = N_("more or fewer, not known")
EASY = {
    "more": (N_("B gives more than A: about {size} {unit}."), N_("B is higher than A: by about {size} {unit}.")),
    "fewer": (N_("B gives fewer than A: about {size} {unit}."), N_("B is lower than A: by about {size} {unit}.")),
    SAME: (N_("A and B are the same here."),) * 2,
    UNDEFINED: (N_("There is no figure here."),) * 2,
    UNCLEAR: (N_("We cannot say which has more, A or B."), N_("We cannot say which is higher, A or B.")),
}


@dataclass(frozen=True)
class Precise(Telling):
    """A telling that prints no digit which other draws would change."""

    errors: Mapping[str, float] = field(default_factory=dict)
    ends: Mapping[str, Sequence[float]] = field(default_factory=dict)  # median, low and high of each difference

    def apart(self, outcome: str, design: str = "") -> Scale:
        """Return how differences of an outcome are written; here of the one pair."""
        ends = self.ends[outcome]
        return sure(self.scale(outcome, ends), [self.errors.get(outcome, 0.0)], ends[:1])


def telling(
    layout: Layout, tables: Sequence[Floats], made: Mapping[str, Any], names: Sequence[str], say: Language,
    frame: pandas.DataFrame | None = None,
) -> Precise:  # fmt: skip
    """Return the telling of two designs; ``made`` are their FIGURES, ``frame`` the rows behind if they are needed."""
    import pandas

    rows = [
        (name, side, *_three(spreads[k])) for name, spreads in made["outcomes"].items() for k, side in enumerate(SIDES)
    ]
    draws = len(tables[0])
    ends = {name: _three(pair[1]) for name, pair in made["differences"].items()}
    scales = {
        name: common_scale((_three(spread)[0] for spread in made["outcomes"][name]), (ends[name][0],),
                           CODEBOOK[name].unit, say)
        for name in ends
    }  # fmt: skip
    manifest = {
        "scenario": {"start": START, "horizon": HORIZON,
                     "designs": {side: {"label": name} for side, name in zip(SIDES, names, strict=True)}},
        "asked": {"draws": draws, "replications": 1},
    }  # fmt: skip
    empty = pandas.DataFrame()
    summary = Summary(
        empty if frame is None else frame, pandas.DataFrame(rows, columns=["outcome", "design", *SPREAD]),
        empty, empty, empty, CODEBOOK, manifest,
    )  # fmt: skip
    return Precise(summary, say, scales, _errors(layout, tables), ends)


def _three(spread: Mapping[str, Any]) -> tuple[float, float, float]:
    median, low, high = (math.nan if spread[key] is None else float(spread[key]) for key in ("median", "low", "high"))
    return median, median if math.isnan(low) else low, median if math.isnan(high) else high


def _errors(layout: Layout, tables: Sequence[Floats]) -> dict[str, float]:
    """Return the Monte Carlo error of the median of each difference."""
    names = [name for name in dict.fromkeys((*CHOICES, *CARDS)) if name in layout.headlines]
    places = [layout.headline(name) for name in names]
    found = Errors(tables[1][:, places] - tables[0][:, places]).median
    return {name: float(error) for name, error in zip(names, found, strict=True)}


def headlines(told: Precise, made: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of each outcome that a reader can ask for."""
    return {name: _headline(told, name, made) for name in CHOICES if name in made["differences"]}


def cards(told: Precise, made: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the outcomes beside the headline, each with its sentence."""
    names = dict.fromkeys((*CHOICES, *CARDS))
    text = told.say.text

    def card(name: str) -> dict[str, Any]:
        easy = IN_EASY_WORDS.get(name)
        found = {"key": name, "definition": text(CODEBOOK[name].definition)}
        if easy is not None:
            found |= {"easyLabel": text(easy.name), "easyDefinition": text(easy.meaning)}
        return _headline(told, name, made) | found

    return [card(name) for name in names if name in made["differences"]]


def _headline(told: Precise, name: str, made: Mapping[str, Any]) -> dict[str, Any]:
    change = made["differences"][name][1]
    low, high = change["low"], change["high"]
    scale, text = told.apart(name), told.say.text
    verdict = UNCLEAR if change["verdict"] == TOO_EARLY else change["verdict"]
    median = math.nan if change["median"] is None else change["median"]
    size, counted = told.figure(abs(median), scale), told.summary.unit(name) in COUNTED
    levels = [_level(told, name, made, k) for k in range(2)]
    return {
        "label": told.label(name), "sentence": told.answered(_row(told, name, verdict)), "verdict": verdict,
        "easy": text(EASY[verdict][0 if counted else 1], size=size, unit=scale.unit),
        "value": "0" if verdict == SAME else told.figure(median, scale, signed=True), "unit": scale.unit,
        "when": told.priced(name) or text("in {month}", month=told.say.month(LAST_MONTH)),
        "note": text(APART) if _contradicts(told, name, made) else "",
        "band": MISSING if low is None else interval(low, high, scale, told.say, signed=True), "sides": levels,
    }  # fmt: skip


def _row(told: Precise, name: str, verdict: str) -> dict[str, Any]:
    ends = dict(zip(SPREAD, told.ends[name], strict=True))
    return {"outcome": name, "design": B, "compared_with": A, "verdict": verdict, **ends}


def _level(told: Precise, name: str, made: Mapping[str, Any], k: int) -> dict[str, str]:
    spread = made["outcomes"][name][k]
    median, low, high = _three(spread)
    scale = sure(told.scale(name, [median, low, high]), [told.errors.get(name, 0.0)], [median])
    band = "" if spread["low"] is None else told.interval(low, high, scale)
    return {"letter": SIDES[k], "value": f"{told.figure(median, scale)} {scale.unit}", "band": band}


def notes(told: Precise, made: Mapping[str, Any]) -> Iterator[str]:
    """Yield what must be known to read the figures of these two designs."""
    if any(float(design["changes"].get("levy", 0) or 0) > 0 for design in made["designs"]):
        yield told.say.text(LEVY_AHEAD)


def _contradicts(told: Precise, name: str, made: Mapping[str, Any]) -> bool:
    """Tell whether the medians of A and B, as they are printed, miss the median of B less A by more than its size."""
    a, b = (made["outcomes"][name][k]["median"] for k in range(2))
    change = made["differences"][name][1]["median"]
    return None not in (a, b, change) and abs(change) > 0.0 and abs(b - a - change) > 0.5 * abs(change)


def regions(told: Precise, made: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return for each outcome what B less A is in each region; shaded only where its sign is known."""
    found = made.get("details", {}).get("group_differences", {}).get("oblast", {})
    return {
        name: {"label": told.label(behind), "regions": list(_regions(told, behind, found[behind]))}
        for name, behind in ON_MAP.items() if behind in found
    }  # fmt: skip


def _regions(told: Precise, name: str, groups: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    text = told.say.text
    told.scales.setdefault(name, scale_of(
        [change[1][key] for change in groups.values() for key in ("low", "high") if change[1][key] is not None],
        told.summary.unit(name), told.say))  # fmt: skip
    known = {region: groups[region][1] for region in TILES if region in groups}
    signed = {
        region: abs(change["median"]) for region, change in known.items() if change["verdict"] in ("more", "fewer")
    }
    ends = [change[key] for change in known.values() for key in ("low", "high") if change[key] is not None]
    whole = told.scale(name, ends)
    for region in TILES:
        change = known.get(region)
        scale = whole
        if change is not None and change["low"] is not None:
            scale = sure(whole, [rough_error(change, told.summary.draws)], [change["median"]])
        loss = change is not None and change["verdict"] == "fewer"
        if change is None or change["low"] is None:
            said = text(FEW_ROWS) if change is None else MISSING
        elif region in signed:
            said = f"{told.figure(change['median'], scale, signed=True)} {scale.unit}"
        else:
            said = text("no change") if change["verdict"] == SAME else text(NO_SIGN)
        band = MISSING if change is None or change["low"] is None else told.interval(
            change["low"], change["high"], scale, signed=True)  # fmt: skip
        shade = max(1, round(SHADES * signed[region] / max(signed.values()))) if region in signed else 0
        row, column = TILES[region]
        yield {"region": text(region), "key": region, "text": said, "band": band, "shade": shade, "loss": loss,
               "row": row, "column": column}  # fmt: skip


def rows_of(layout: Layout, tables: Sequence[Floats]) -> pandas.DataFrame:
    """Return the figures of two designs over the horizon as tidy rows, as a study keeps them."""
    import pandas

    lines = {(line.outcome, line.group) for line in LINES}
    places = [
        k for k, place in enumerate(layout.places)
        if place.month < 0 and (place.outcome in BEHIND or (place.outcome, place.group) in lines)
    ]  # fmt: skip
    draws = len(tables[0])
    values = np.stack([table[:, places] for table in tables])  # designs, draws, places
    shape = values.shape
    of = [layout.places[k] for k in places]
    draw = np.broadcast_to(np.arange(draws)[None, :, None], shape).ravel()

    def named(names: list[str]) -> Any:
        known = list(dict.fromkeys(names))
        codes = np.tile([known.index(name) for name in names], shape[0] * shape[1])
        return pandas.Categorical.from_codes(codes, known)

    return pandas.DataFrame({
        "draw": draw, "replication": 0,
        "design": pandas.Categorical.from_codes(np.repeat([0, 1], shape[1] * shape[2]), list(SIDES)),
        "outcome": named([place.outcome for place in of]), "group": named([place.group for place in of]),
        "month": -1, "value": values.ravel(), "status": pandas.Categorical.from_codes(np.zeros(values.size, int), [OK]),
    })  # fmt: skip
