"""Trial page: published trials beside the model's, as tables for the screen and as docs/trials.md.

``python -m calibration.trial_page`` writes the page from the results that come along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from calibration import offering, trialled, weighing
from calibration.report import number, table_of
from calibration.trialled import Trial
from calibration.weighing import CHECK, FIT, IN, NOT_REPRESENTED, OUT
from sim import behaviour

PAGE = Path(__file__).parents[1] / "docs" / "trials.md"
HEAD = ("id", "study", "measure", "published", "model", "model, fitted rows weighed", "", "factor")
MEASURES = {
    "size_elasticity": "elasticity of the gain in consumption to the grant, of families that both lots drew",
    "consumption": "gain in consumption",
    "closing_after_end": "closures a month in the half-year after the obligation, over the year before",
    "start_without": "have a business without the grant, over those with it",
    "hours": "gain in full-time equivalents of the operator",
    "profit_over_grant": "gain in monthly profit over the grant, families with a business before it",
    "women_over_men": "gain in profit of women over that of men",
    "persistence": "gain in consumption over that at 18 months",
    "survival": "share of businesses alive of those that lived at month 6",
    "survival_gain": "more with a live business, of families with one before the grant",
    "jobs_a_business": "jobs a live business",
    "applications_a_place": "applications a place",
}
TOO_FEW = "too few"
OPENING = """# Published trials and the model's own

The model runs a trial: in January 2024 {places:,} places are drawn by lot among those who applied, the grant of 100,000
som (or 200,000) is paid in March and never again, markets do not answer, and the families that were drawn are compared
with themselves in the world without the offer. Months count from the payment; the obligation ends with month 36. How
this is done, which rows are fitted and which are checks, was [decided before any run](decisions/trials-as-targets.md),
and what was corrected later is told there.

*Model*: median and middle 90 % of {runs} runs at draws of the {drawn}, one household for {scale}. *Weighed*: the same
draws, each counted by how well it meets the fitted row; they are then worth {effective:g} draws. *In*: the weighed band
meets the published interval, widened by nothing but the study's own error. *Factor*: middle of the weighed draws over
the published figure. *Too few*: the figure of a run rests on fewer than {fewest:.0f} sampled families, so its band is
mostly luck and no verdict is given.

A run has {all:.0f} sampled families that were drawn; {both:.0f} of them were drawn by the lot for the larger grant too;
{women:.0f} of women and {men:.0f} of men had a business in the month before the payment. The families that were drawn
consumed {balance:.2f} times as much before the payment as those of the same raion that were not. The grant is
{grant:.0%} of what a drawn family consumes in a year, so a gain in per cent is not that of a study whose families are
poorer: TR02 and TR05 carry this difference.
"""


CONTEXT = """
## What differs between a study and the model

Each row measures the families, the months and the unit of its study as far as the model has them; what differs is in
the note of the row below. Places are drawn within a raion, so a raion with few applicants has no lot. The model sees
money and work only: health, schooling, weekly visits and moving away are not in it.
"""


def measure(trial: Trial) -> str:
    """Return what a row measures, whom and when.

    >>> measure(trialled.trials()[0])
    'elasticity of the gain in consumption to the grant, of families that both lots drew, month 24'
    """
    whom = "" if trial.whom == "all" else f", {trial.whom}"
    return f"{MEASURES[trial.measure]}{whom}" + (f", month {trial.month}" if trial.month else "")


def band(values: Iterable[float]) -> str:
    """Return a band as its median and ends.

    >>> band([1.0, 2.0, 3.0])
    '2.00 [1.00, 3.00]'
    """
    low, middle, high = values
    return f"{number(middle)} [{number(low)}, {number(high)}]"


def rows(found: Mapping[str, Any], use: str) -> list[list[str]]:
    """Return the rows of one use as cells."""
    known, out = {trial.id: trial for trial in trialled.trials()}, []
    for row in found["rows"]:
        trial = known[row["id"]]
        if trial.use == use:
            out.append([
                trial.id, f"{trial.study}: {trial.setting}", measure(trial),
                band((trial.published.low, trial.published.value, trial.published.high)), band(row["drawn"]),
                band(row["weighed"]), *verdict(trial, weighing.believed(found, row), found["families"][trial.behind]),
            ])  # fmt: skip
    return out


def verdict(trial: Trial, band_: Sequence[float], families: float) -> list[str]:
    """Return whether a band meets the study, if enough families are behind it, and the factor between them."""
    times = weighing.factor(band_[1], trial.published.value)
    said = TOO_FEW if families < trialled.FEWEST else IN if weighing.meets(trial.published, band_) else OUT
    return [said, "–" if times is None else f"{times:.2f}"]


def sentences(found: Mapping[str, Any]) -> Iterable[str]:
    """Yield how many rows are inside, and what the fitted rows move."""
    for kind, words in ((FIT, "fitted rows"), (CHECK, "checks")):
        said = [cells[6] for cells in rows(found, kind)]
        judged = [one for one in said if one != TOO_FEW]
        few = f"; {len(said) - len(judged)} more rest on too few families" if len(said) > len(judged) else ""
        yield f"{judged.count(IN)} of {len(judged)} {words} are in{few}."
    meaning = {prior.name: prior.meaning for prior in behaviour.priors(found["country"])}
    named = [f"{row['name']} {row['moved']:+.2f} ({meaning[row['name']]})" for row in found["moved"]]
    moves = "; ".join(named) if named else "none beyond chance"
    yield f"Parameters that the fitted rows move, in prior standard deviations: {moves}."


def page(found: Mapping[str, Any]) -> str:
    """Return the page of results."""
    drawn = "prior" if str(found["drawn"]).startswith("none") else "posterior"
    facts = {**found, **found["families"], "drawn": drawn, "places": offering.PLACES, "fewest": trialled.FEWEST}
    lines = [OPENING.format(**facts)]
    for use, title in ((FIT, "Fitted"), (CHECK, "Checks")):
        lines += [f"## {title}\n", *table_of(HEAD, rows(found, use)), ""]
    known = trialled.trials()
    left = [[t.id, f"{t.study}: {t.setting}", measure(t), t.note] for t in known if t.use == NOT_REPRESENTED]
    lines += [*sentences(found), "\n## Not represented\n", *table_of(("id", "study", "measure", "why"), left)]
    lines += [CONTEXT, "## Where the figures come from\n"]
    cells = [
        [t.id, t.use, f"{t.published.discrepancy:g} ({t.published.scale})", t.confidence, t.source, t.note]
        for t in known
    ]
    lines += table_of(("id", "use", "discrepancy", "confidence", "source", "note"), cells)
    lines += ["", f"Drawn from: {found['drawn']}; seed {found['seed']}; fingerprint of the runs {found['digest']}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(weighing.kept(trialled.RESULTS)), encoding="utf-8")
