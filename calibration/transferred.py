"""Transferred: every figure of foreign laws beside the model's, as results and as a part of docs/calibration.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from calibration import bank, forecasting, weighing
from calibration.forecasting import Effort
from calibration.pipeline import Say
from calibration.report import number, table_of
from calibration.transferring import COUNTRIES, OWN_SAKE, Row, rows
from calibration.weighing import FIT, IN, OUT
from sim.engine.compiled import source_hash

RESULTS = Path(__file__).parent / "transfer.json"
USUAL = Effort(runs=48)
FAR = 1.5  # times the published figure, above or below
SAID = 6  # column that says in or out
HEAD = ("id", "country", "figure", "age of the law", "published", "model", "", "factor", "factor without W6's answer")


def run(
    country: str, folder: Path, effort: Effort = USUAL, say: Say = lambda text: None,
    advance: bank.Advance = lambda runs: None,
) -> dict[str, Any]:  # fmt: skip
    """Return every row beside the model at parameter draws; draws of the prior are weighed by Austria and Hungary.

    Draws of the posterior have met these two countries already and are not weighed again.
    """
    drawn = forecasting.drawn(country, effort)
    sources = bank.source("transferring.py", "foreign.py", "foreign.csv", "stocks.py", "stocks.csv")
    identity = {"drawn": drawn.of, "code": source_hash(), "figures": sources}
    say(f"Foreign laws: {effort.runs} parameter draws, each law run to its age.")
    plan = bank.Plan("transfer", drawn.points, effort.seed, 1, country, identity, "transfer")
    runs = bank.run(plan, folder, effort.workers, advance)
    fitted = [(row.name, row.published) for row in rows() if row.use == FIT and effort.prior == forecasting.PRIOR]
    weights = weighing.weights(fitted, runs)
    return {
        "drawn": drawn.of, "runs": effort.runs, "seed": effort.seed, "digest": bank.digest(runs),
        "effective": weighing.effective(weights),
        "rows": [
            {"id": row.id} | weighing.bands(row.name, runs, weights)
            | {"own_sake": weighing.bands(f"{row.name}{OWN_SAKE}", runs, weights)["drawn"][1]}
            for row in rows()
        ],
    }  # fmt: skip


# What is said of it ----------------------------------------------------------------------------------------------


def cells(row: Row, found: Mapping[str, Any], one: Mapping[str, Any]) -> list[str]:
    """Return a row of the table."""
    of, band = row.published, weighing.believed(found, one)
    times = [weighing.factor(middle, of.value) for middle in (band[1], one["own_sake"])]
    return [
        row.id, COUNTRIES[row.country], f"{row.what} ({row.kind})", f"{row.age} years",
        _band((of.low, of.value, of.high)), _band(band), IN if weighing.meets(of, band) else OUT,
        *("–" if one is None else f"{one:.2f}" for one in times),
    ]  # fmt: skip


def table(found: Mapping[str, Any]) -> list[list[str]]:
    """Return all rows of the table."""
    by_id = {one["id"]: one for one in found["rows"]}
    return [cells(row, found, by_id[row.id]) for row in rows()]


def of_prior(found: Mapping[str, Any]) -> bool:
    """Return whether the draws are those of the prior."""
    return str(found["drawn"]).startswith("none")


def front(found: Mapping[str, Any]) -> str:
    """Return the sentences for the front of the page: what is predicted, what does not transfer, by how much."""
    fitted, predicted = _told(found, fit=True), _told(found, fit=False)
    out, missed = ([cells for cells in some if cells[SAID] != IN] for some in (predicted, fitted))
    text = (
        f"**Quota rules abroad.** At draws of the {'prior' if of_prior(found) else 'posterior'}, "
        f"{len(predicted) - len(out)} of {len(predicted)} figures that were never fitted lie in the model's bands "
        f"within their measurement error. {_width(found)}"
    )
    if out:
        text += f" These do not transfer: {_listed(out)}."
    if of_prior(found):
        return f"{text} {_weighed(found)}"
    lie = "lies" if len(missed) == 1 else "lie"
    text += (
        " The fit compares Hungary and Austria with the first year of a law. Run to its age, with the staff who "
        f"acquire a disability at work, {len(missed)} of these {len(fitted)} figures {lie} outside"
        f"{': ' if missed else ''}{_listed(missed)}."
    )
    wide = [cells for cells in (*fitted, *predicted) if cells[SAID] == IN and _far(cells[SAID + 1])]
    return f"{text} In, but with a middle more than a half off: {_listed(wide)}." if wide else text


def _far(times: str) -> bool:
    """Return whether a factor is more than a half off.

    >>> _far("1.51"), _far("0.66"), _far("1.2"), _far("–")
    (True, True, False, False)
    """
    return times != "–" and not 1.0 / FAR <= float(times) <= FAR


def _told(found: Mapping[str, Any], *, fit: bool) -> list[list[str]]:
    """Return the rows of the table that are fitted, or those that are predicted."""
    return [cells for cells, row in zip(table(found), rows(), strict=True) if (row.use == FIT) is fit]


def _listed(some: Iterable[list[str]]) -> str:
    return "; ".join(f"{cells[1]}, {cells[2]}, factor {cells[SAID + 1]}" for cells in some)


def _width(found: Mapping[str, Any]) -> str:
    """Return how wide the bands of the predicted figures are, and how far their middles lie off."""
    both = zip(rows(), found["rows"], strict=True)
    of = [(row, weighing.believed(found, one)) for row, one in both if row.use != FIT]
    wide = sorted(band[2] / band[0] for _, band in of if band[0] > 0.0)
    times = {row: weighing.factor(band[1], row.published.value) for row, band in of}
    known = {row: factor for row, factor in times.items() if factor is not None}
    low, high = min(known, key=lambda row: known[row]), max(known, key=lambda row: known[row])
    return (
        f"The bands are wide: the upper end of the middle one is {wide[len(wide) // 2]:.1f} times the lower. Their "
        f"middles are {known[low]:g} ({COUNTRIES[low.country]}, {low.what}) to {known[high]:g} times the published "
        f"figures ({COUNTRIES[high.country]}, {high.what})."
    )


def _weighed(found: Mapping[str, Any]) -> str:
    """Return what Austria and Hungary make of draws of the prior."""
    if found["effective"] >= weighing.FEWEST:
        return f"Weighed by the figures of Austria and Hungary the draws are worth {found['effective']:g}."
    missed = [row for row, known, one in zip(table(found), rows(), found["rows"], strict=True)
              if known.use == FIT and not weighing.meets(known.published, one["weighed"])]  # fmt: skip
    return (
        f"Weighed by the figures of Austria and Hungary the draws are worth only {found['effective']:g}, too few for a "
        f"band, and {len(missed)} of these figures still lie outside: draws that fill so few seats as Hungary does "
        "fill too few elsewhere."
    )


def part(found: Mapping[str, Any]) -> Iterable[str]:
    """Yield the part about foreign laws."""
    yield "\n## Quota rules in other countries\n"
    weighed = (
        f" The band is that of draws weighed by the rows of Austria and Hungary where these are worth "
        f"{weighing.FEWEST:g} or more, else that of the draws; they are worth {found['effective']:g}."
    )
    yield (
        "Each law is run to the age that it had when the figure was taken, stocks with stocks and the years after a "
        "change with as many years ([why](decisions/foreign-stocks.md)). *In*: the band covers the published figure "
        "within its own measurement error; nothing else is added. *Factor*: middle of the band over the published "
        f"figure. {found['runs']} draws of the {'prior' if of_prior(found) else 'posterior'}."
        f"{weighed if of_prior(found) else ''} *Without W6's answer*: the same draws, if nobody who acquires a "
        "disability at work were certified for the employer's sake; what is left is hiring and those who would be "
        "certified anyway.\n"
    )
    yield from table_of(HEAD, table(found))
    yield "\nHow units and employers behind a figure differ from the model's:\n"
    yield from table_of(("id", "difference"), [[row.id, row.note] for row in rows() if row.note])
    yield ""


def _band(values: Iterable[float]) -> str:
    low, middle, high = values
    return f"{number(middle)} [{number(low)}, {number(high)}]"
