"""Telling: what the analysis of the headlines and the forecast found, as sentences and tables.

``python -m calibration.telling`` writes the page about the posterior that comes along, ``docs/calibration.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from calibration import headlines, posterior, transferred, weighing
from calibration.outlook import DESIGNS
from calibration.posterior import Posterior
from calibration.report import number, status, table_of, text
from calibration.structural import VARIANTS
from sim import behaviour
from sim.errors import InputError
from sim.outcomes import CODEBOOK

BEFORE = "## What was done"
SURE = 2.0  # errors that a move must exceed to be named
AIM = {"net_jobs": ("net jobs", "net jobs"), "net_jobs_per_som": ("net jobs for the money", "net jobs a million som")}


WITHDRAWN = (
    "**Withdrawn: everything is a prior scenario.** {why_not} Scenarios draw from the priors until the country of "
    "today is calibrated. What follows tells how that posterior was made and judged, with the model and the "
    "parameters of its time."
)
PAGE = Path(__file__).parents[1] / "docs" / "calibration.md"


def shipped_page(country: str = "kyrgyzstan") -> str:
    """Return the page about the posterior that comes with a country."""
    found = posterior.read(country)
    if found is None:
        raise InputError(f"country is '{country}': it has no posterior; make one by kelishim calibrate --use")
    why_not = posterior.withdrawn(found, country, behaviour.priors(country))
    return page(found, headlines.analysed(country), why_not, headlines.structured(country))


def page(found: Posterior, known: Mapping[str, Any], why_not: str = "", form: Mapping[str, Any] | None = None) -> str:
    """Return the page of a country: the report, and what drives the headlines where that has been worked out.

    ``why_not`` says why the posterior is not used; the page then starts with it. ``form`` is what the form of the rules
    does to the headlines.
    """
    report = text(found)
    if why_not:
        report = report.replace(status(found), f"{WITHDRAWN.format(why_not=why_not)}\n\n{found.coverage}", 1)
    if known:
        first = report.replace(BEFORE, f"{resting(known, form or {})}\n\n{BEFORE}", 1)
        report = first + "\n".join(_headlines(known, form or {})) + "\n"
    return _with_transfer(report)


def _with_transfer(report: str) -> str:
    """Return the page with what transfers to other countries: a sentence on its front, and a part of its own."""
    found = weighing.kept(transferred.RESULTS)
    if not found:
        return report
    first = report.replace(BEFORE, f"{transferred.front(found)}\n\n{BEFORE}", 1)
    return first + "\n".join(transferred.part(found)) + "\n"


def resting(known: Mapping[str, Any], form: Mapping[str, Any]) -> str:
    """Return the sentences for the front of the page: what each headline's uncertainty is made of."""
    told = []
    for name, of in headlines.shares_of(known, form).items():
        structure = "not run" if of.structure is None else f"{of.structure:.0%}"
        told.append(
            f"{CODEBOOK[name].label}: {of.informed:.0%} parameters that figures inform, {of.judged:.0%} parameters "
            f"from judgement, {structure} structure, {of.luck:.0%} Monte Carlo error of one run"
        )
    return f"**What the headlines are uncertain by**, as shares of the variance under today's law. {'; '.join(told)}."


def _headlines(known: Mapping[str, Any], form: Mapping[str, Any]) -> Iterable[str]:
    yield "\n## What drives the headlines\n"
    yield (f"{known['runs']} draws of the posterior, today's law, 2026 to 2030, one household for {known['scale']}; "
           f"{known['again']} of them with another seed and in another synthetic population. Single runs far out count "
           "as the outer hundredths in this split. *From judgement*: what remains of the parameters' variance when the "
           "informed and weak parameters are held at their means; what the polynomial does not explain counts as "
           "judgement. *Structure*: variants of the weakest rules, each "
           f"question's answers taken for equally likely{_formed(form)}. *Monte Carlo error*: the luck of one run, in "
           "brackets that of the synthetic population in it; a study of many draws and seeds has less. *Explained*: "
           "share of the variance that the polynomial behind this explains.\n")  # fmt: skip
    rows = []
    for outcome, of in headlines.shares_of(known, form).items():
        covered = [f"{known['covered'][which][outcome]:.3f}" for which in ("prior", "posterior")
                   if which in known["covered"]]  # fmt: skip
        structure = "not run" if of.structure is None else f"{of.structure:.0%} ± {of.structure_error:.0%}"
        rows.append([
            CODEBOOK[outcome].label, f"{of.informed:.0%}", f"{of.judged:.0%}", structure,
            f"{of.luck:.0%} ({of.population:.0%})", f"{known['shares'][outcome]['explained']:.0%}",
            ", ".join(covered) or "not asked",
        ])  # fmt: skip
    yield from table_of(
        ["headline", "parameters that figures inform", "parameters from judgement", "structure", "Monte Carlo error",
         "explained", "covers invented truths (prior, posterior)"], rows,
    )  # fmt: skip
    yield ""
    for line in drivers(known):
        yield f"- {line}"
    yield from _moved(form)
    yield from _meanings(known)


def _formed(form: Mapping[str, Any]) -> str:
    return f" ({form['runs']} draws, one household for {form['scale']}, ± its own error)" if form else ""


def _moved(form: Mapping[str, Any]) -> Iterable[str]:
    """Yield which form of a rule moves a headline most, where that is beyond luck."""
    label = {variant.name: variant.label for variant in VARIANTS}
    for outcome, row in form.get("outcomes", {}).items():
        sure = {name: mean for name, (mean, error) in row["moves"].items() if abs(mean) > SURE * error}
        if sure:
            most = max(sure, key=lambda name: abs(sure[name]))
            yield (
                f'- {CODEBOOK[outcome].label}: of the forms of rules "{label[most]}" moves it most, by '
                f"{number(sure[most])} (error {number(row['moves'][most][1])}) of {number(row['middle'])}."
            )


def _meanings(known: Mapping[str, Any]) -> Iterable[str]:
    """Yield what the parameters are that the sentences name."""
    named = {r["name"] for row in known["shares"].values() for r in row["leading"]}
    named |= {r["name"] for row in known["worth"].values() for r in row["of_one"]}
    rows = [[p.name, p.meaning] for p in behaviour.priors() if p.name in named]
    if rows:
        yield "\nParameters named here:\n"
        yield from table_of(["parameter", "what it is"], rows)


def drivers(known: Mapping[str, Any]) -> Iterable[str]:
    """Yield sentences on what makes the headlines uncertain."""
    for outcome, row in known["shares"].items():
        leading = ", ".join(f"{r['name']} {r['share']:.0%}" for r in row["leading"])
        yield (
            f"{CODEBOOK[outcome].label}: {number(row['mean'])} [{number(row['low'])}, {number(row['high'])}] "
            f"{CODEBOOK[outcome].unit}; luck {row['luck']:.0%}, synthetic population {row['population']:.0%}, "
            f"parameters {row['parameters']:.0%} of the variance, of which no figure informs "
            f"{row['prior_driven']:.0%}. Most from: {leading}."
        )
    yield from _turning(known["break_even"])
    yield from _worth(known["worth"])


def _turning(even: Mapping[str, Any]) -> Iterable[str]:
    at, least, largest = even["share_at_which_net_jobs_vanish"], even["least_share_seen"], even["largest_share_seen"]
    if at is None:
        most, side = (largest, "above") if even["chance_of_net_jobs"] > 0.5 else (least, "below")
        yield (
            f"Break-even: even if {most:.0%} of contract holders would have had work anyway, net jobs are expected to "
            f"stay {side} zero; they are above it in {even['chance_of_net_jobs']:.0%} of draws. The draws range from "
            f"{least:.0%} to {largest:.0%}, and nothing is said beyond."
        )
    else:
        yield (
            f"Break-even: net jobs are expected to vanish if {at:.0%} [{even['low']:.0%}, {even['high']:.0%}] of "
            f"contract holders would have had work anyway. The draws range from {least:.0%} to {largest:.0%}."
        )


def _worth(worth: Mapping[str, Any]) -> Iterable[str]:
    label = {name: str(design["label"]) for name, design in DESIGNS.items()}  # type: ignore[index]

    for aim, row in worth.items():
        of, unit = AIM[aim]
        one = ", ".join(f"{r['name']} {r['value']:,g} (error {r['error']:,g})" for r in row["of_one"])
        best = max(row["best_in"], key=lambda design: row["best_in"][design])
        yield (
            f"If a design is chosen by {of}: {label[best]} is best in {row['best_in'][best]:.0%} of draws. "
            f"Knowing everything before choosing, luck included, would improve that by {row['of_everything']:,g} "
            f"{unit} (error {row['of_everything_error']:,g}). Learning one parameter first, of {row['tried']}: "
            f"{one or 'for none is any improvement seen'}. {_chance(row['of_chance'], unit)}"
        )


def _chance(of_chance: float, unit: str) -> str:
    if of_chance <= 0.0:
        return "Parameters without any effect would seem to bring nothing."
    return f"One in twenty without any effect would seem to bring {of_chance:,g} {unit} or more, by chance alone."


if __name__ == "__main__":
    PAGE.write_text(shipped_page(), encoding="utf-8")
