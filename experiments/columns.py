"""Columns: what every column of every file of a result means, with unit and source; written as ``codebook.csv``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sim import behaviour

if TYPE_CHECKING:
    import pandas

    from experiments.summary import Summary

CODEBOOK = "codebook.csv"
DOCS = "docs/studies.md"


class Column(NamedTuple):
    """One column of one file."""

    file: str
    column: str
    unit: str
    definition: str
    source: str


RUNS = {
    "draw": ("", "Number of the parameter set, a row of draws.parquet"),
    "replication": ("", "Number of the seed within the parameter set"),
    "seed": ("", "Seed of all luck of the run, shared by all designs"),
    "status": ("", "ok, or failed: then value is empty and error says why"),
    "design": ("", "A design of the scenario, or an arm of the study"),
    "outcome": ("", "What was counted; each outcome has a line below"),
    "group": ("", "all: the whole country; dimension=value: a part of it; history: the years before the designs"),
    "month": ("months since January 2022", "-1: the whole horizon; of a failed run, the month in which it failed"),
    "error": ("", "Of a failed run: the error and where in the program it was raised"),
}
TABLES = {
    "outcome": ("", "What was counted"),
    "unit": ("", "Unit of the figures of this row"),
    "design": ("", "The design"),
    "compared_with": ("", "Design that is subtracted, on the same people, parameters and luck"),
    "median": ("of the outcome", "The figure: median over draws; of ratios, the ratio of the means (see made)"),
    "low": ("of the outcome", "5 % quantile over draws; a verdict rests on it and the next"),
    "high": ("of the outcome", "95 % quantile over draws"),
    "undefined": ("share", "Draws without a figure (left out), or with one without limit (kept)"),
    "median_error": ("of the outcome", "Monte Carlo standard error of the median, by bootstrap over draws"),
    "band_low": ("of the outcome", "Lower end of a band wide enough to hold for all designs in 90 % of draws"),
    "band_high": ("of the outcome", "Upper end of that band"),
    "band_low_error": ("of the outcome", "Monte Carlo standard error of the lower end"),
    "band_high_error": ("of the outcome", "Monte Carlo standard error of the upper end"),
    "verdict": ("", "more, fewer, the same, cannot be told apart, or undefined"),
    "stability": ("share", "Resamples of the draws that say the same; below 0.9 designs cannot be told apart"),
    "probability_better": ("share", "Draws in which the design is better than the first, ties half"),
    "probability_error": ("share", "Monte Carlo standard error of the probability (Agresti-Coull)"),
    "noise_share": ("share", "Part of the variance that is luck of the simulation; empty with one seed a draw"),
    "pairing_gain": ("ratio", "Variance of the difference under independent seeds over that under shared seeds"),
    "made": ("", "How the figure is made: median over draws, or ratio of means over draws"),
    "probability_best": ("share", "Draws in which the design is the best of all, ties shared"),
    "probability_best_error": ("share", "Monte Carlo standard error of the probability"),
    "expected_regret": ("of the outcome", "Mean over draws of what the best design of the draw gives beyond this one"),
    "probability_on_front": (
        "share",
        "Draws in which no other design is as good in cost, jobs and well-being and better in one",
    ),
    "on_front_of_means": ("", "Whether that holds for the means over draws"),
    "beaten_by": ("", "Arms that are as good in all three means and better in one"),
}


def table(summary: Summary) -> pandas.DataFrame:
    """Return the codebook of a result, one row for each column of each file."""
    import pandas

    return pandas.DataFrame(list(_columns(summary)), columns=list(Column._fields))


def _columns(summary: Summary) -> Iterator[Column]:
    for name, (unit, definition) in RUNS.items():
        yield Column("results.parquet", name, unit, definition, DOCS)
    for outcome in dict.fromkeys(summary.frame["outcome"].astype(object)):
        if outcome in summary.codebook:
            made = summary.codebook[outcome]
            source = f"rule {made.rule}; {made.source}".strip("; ")
            yield Column("results.parquet", f"value of {outcome}", made.unit, made.definition, source)
        elif outcome:
            yield Column(
                "results.parquet", f"value of {outcome}", "", "Figure of the years before the designs", "docs/model.md"
            )
    yield from _parameters(summary)
    for file, frame in summary.tables.items():
        for name in frame.columns:
            unit, definition = TABLES[name]
            yield Column(f"{file}.parquet", str(name), unit, definition, DOCS)


def _parameters(summary: Summary) -> Iterator[Column]:
    country = str(summary.manifest["scenario"].get("country", ""))
    known = {prior.name: prior for prior in behaviour.priors(country)} if country else {}
    yield Column("draws.parquet", "draw", "", RUNS["draw"][1], DOCS)
    for name in summary.parameters.columns.drop("draw", errors="ignore"):
        if name in known:
            prior = known[name]
            source = f"{prior.source} (confidence {prior.confidence}), rule {prior.rule}"
            yield Column("draws.parquet", name, prior.unit, prior.meaning, source)
        else:
            yield Column("draws.parquet", name, "", "Value at this address of the scenario", "docs/scenario.md")
