"""Report: one HTML file that needs nothing else, for people who decide and for people who check.

The answer comes first, in one sentence for each design; then how sure it is, through which mechanisms, who wins and who
loses, what it costs, what is assumed, and what made it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import analysis, blocks, coverage, gainers, luck, quota_tables, record, typical, words
from experiments.language import NAMES, Language, language
from experiments.store import write_atomically
from experiments.telling import POLICIES, Telling
from sim import behaviour

if TYPE_CHECKING:
    import pandas

    from experiments.summary import Summary
    from sim.behaviour import Prior


LIKELY = 0.5  # a best design is named for an outcome that is not the first only if it is more likely best than not


def file_name(code: str = "en") -> str:
    """Return the name of the report in a language.

    >>> file_name(), file_name("ky")
    ('report.html', 'report.ky.html')
    """
    return "report.html" if code == "en" else f"report.{code}.html"


def write(summary: Summary, folder: Path, code: str = "en") -> Path:
    """Write the report in a language and return its path."""
    path = folder / file_name(code)
    page = html(summary, language(code), typical.read(folder))
    write_atomically(path, lambda temporary: _write(temporary, page))
    return path


def html(summary: Summary, say: Language | None = None, families: Mapping[str, Any] | None = None) -> str:
    """Return the report as one HTML page without any reference to the outside; with ``families``, three of them."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("experiments"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    told = Telling(summary, say or language("en"))
    cards = typical.cards(told, dict(families or {}))
    return environment.get_template("report.html").render(
        **_frame(told), **_figures(told), **_charts(told), **_made(told), families=cards
    )


def _frame(told: Telling) -> dict[str, Any]:
    """Return what every part of the page uses: words, names and the question."""
    say, summary = told.say, told.summary
    scenario = summary.manifest["scenario"]
    return {
        "_": say.text,
        "many": say.plural,
        "lang": say.code,
        "name": str(scenario.get("name", "Comparison")),
        "question": say.text(str(scenario.get("question", ""))),
        "summary": summary,
        "told": told,
        "designs": [(name, told.title(name), told.terms(name)) for name in summary.designs],
        "unit": lambda unit: say.text(unit, context="unit") if unit else "",
        "policies": POLICIES,
        "languages": NAMES,
        "number": say.number,
        "missing": words.MISSING,
    }


def _figures(told: Telling) -> dict[str, Any]:
    """Return the answer and the tables."""
    say, summary, first = told.say, told.summary, told.first
    others = [name for name in summary.headlines if name not in first]
    return {
        "answers": [(told.answer(first[0], design), told.briefly(design)) for design in summary.designs[1:]],
        "best": _best_sentences(told, first),
        "differences": _difference_rows(told, first),
        "other_differences": _difference_rows(told, others),
        "further_differences": _difference_rows(told, summary.further),
        "gainers": gainers.rows(told),
        "levels": _level_rows(told, first),
        "other_levels": _level_rows(told, others),
        "further": _level_rows(told, summary.further),
        "lucky": luck.sentences(summary, first, summary.designs, say),
        "ranked": _best_rows(told),
        "quota": quota_tables.sections(summary, say),
        "quota_notes": list(quota_tables.sentences(summary, say)) if quota_tables.shown(summary) else [],
        "quota_warnings": quota_tables.warned(summary, say),
    }


def _charts(told: Telling) -> dict[str, Any]:
    """Return the blocks with charts."""
    charted = [blocks.paired(told)] if len(told.summary.designs) > 1 else []
    return {
        "charted": _there(charted),
        "how": _there([blocks.parts(told), *blocks.by_mechanism(told), blocks.over_time(told)]),
        "who": list(blocks.who(told)),
        "costs": _there([blocks.costs(told)]),
    }


def _made(told: Telling) -> dict[str, Any]:
    """Return what the figures rest on: the record, the assumptions, the runs."""
    say, summary = told.say, told.summary
    lines = record.lines(summary, say)
    understood = coverage.translated(str(summary.manifest["interval"]), say)
    return {
        "outcomes": [(name, summary.codebook.get(name)) for name in summary.outcomes],
        "record": lines,
        "record_sentence": record.sentence(lines, say),
        "assumptions": _assumptions(str(summary.manifest["scenario"].get("country", "")), say),
        "failures": summary.failures.head(20).to_dict("records"),
        "manifest": summary.manifest,
        "identity": summary.manifest.get("identity", {}),
        "interval": understood or str(summary.manifest["interval"]),
        "understood": bool(understood),
        "rule": say.text(summary.rule),
        "runs": _runs(summary, say),
    }


def _there(found: Sequence[blocks.Block | None]) -> list[blocks.Block]:
    return [block for block in found if block is not None]


def _runs(summary: Summary, say: Language) -> str:
    draws = say.plural("{count} parameter draw", "{count} parameter draws", summary.draws)
    seeds = say.plural("{count} seed each", "{count} seeds each", summary.replications)
    return f"{draws}, {seeds}"


def _level_rows(told: Telling, outcomes: Sequence[str]) -> list[dict[str, Any]]:
    rows, summary, say = [], told.summary, told.say

    def text(said: str) -> str:
        return say.text(said) if said else ""

    for outcome in outcomes:
        mine = summary.levels[summary.levels["outcome"] == outcome].set_index("design")
        scale = told.scale(outcome, mine["median"])
        cells = [
            {**_cell(told, mine.loc[design], scale, "low", "high"), "luck": text(luck.of_level(mine.loc[design]))}
            for design in summary.designs
        ]
        noise = mine["noise_share"].dropna()
        cell = told.say.percent(float(noise.max())) if len(noise) else words.MISSING
        rows.append({"label": told.label(outcome), "unit": told.unit(outcome, scale), "cells": cells, "noise": cell})
    return rows


def _difference_rows(told: Telling, outcomes: Sequence[str]) -> list[dict[str, Any]]:
    rows, summary = [], told.summary
    for outcome in outcomes if len(summary.differences) else []:
        mine = summary.differences[summary.differences["outcome"] == outcome].set_index("design")
        scale = told.apart(outcome)
        cells = []
        for design in summary.designs[1:]:
            row = mine.loc[design]
            cell = _cell(told, row, scale, "band_low", "band_high", signed=True)
            better = words.chance(row["probability_better"], summary.draws, told.say)
            shown = row["verdict"] not in ("the same", "undefined")
            cells.append({**cell, "verdict": told.said(row["verdict"], outcome), "better": better, "shown": shown})
        gain = mine["pairing_gain"].dropna()
        rows.append({"label": told.label(outcome), "unit": told.unit(outcome, scale), "cells": cells,
                     "gain": words.times(float(gain.median()), told.say) if len(gain) else words.MISSING})  # fmt: skip
    return rows


def _best_sentences(told: Telling, first: Sequence[str]) -> list[str]:
    """Return for the main outcomes which of three or more designs is most probably the best."""
    summary = told.summary
    if len(summary.designs) < 3 or not len(summary.ranking):
        return []
    out = []
    for outcome in [name for name in first if name in set(summary.ranking["outcome"])]:
        mine = summary.ranking[summary.ranking["outcome"] == outcome].sort_values("probability_best", kind="stable")
        top = mine.iloc[-1]
        if outcome != first[0] and top["probability_best"] < LIKELY:
            continue
        out.append(told.say.text(
            "{outcome}: '{design}' is the best with probability {chance}.", outcome=told.label(outcome),
            design=told.title(str(top["design"])),
            chance=words.chance(float(top["probability_best"]), summary.draws, told.say)))  # fmt: skip
    return out


def _best_rows(told: Telling) -> list[dict[str, Any]]:
    rows, summary = [], told.summary
    ranked = set(summary.ranking["outcome"]) if len(summary.designs) > 1 else set()
    for outcome in [name for name in summary.headlines if name in ranked]:
        mine = summary.ranking[summary.ranking["outcome"] == outcome].set_index("design")
        scale = told.scale(outcome, mine["expected_regret"])
        cells = [
            {"chance": words.chance(mine.loc[design, "probability_best"], summary.draws, told.say),
             "regret": told.figure(mine.loc[design, "expected_regret"], scale)}
            for design in summary.designs
        ]  # fmt: skip
        more = summary.codebook[outcome].better == analysis.MORE
        better = told.say.text("more is better") if more else told.say.text("less is better")
        rows.append({"label": told.label(outcome), "unit": told.unit(outcome, scale), "better": better, "cells": cells})
    return rows


def _cell(
    told: Telling, row: pandas.Series, scale: words.Scale, low: str, high: str, *, signed: bool = False
) -> dict[str, str]:
    return {
        "figure": told.figure(row["median"], scale, signed=signed),
        "interval": told.interval(row[low], row[high], scale, signed=signed),
    }


def _assumptions(country: str, say: Language) -> list[dict[str, str]]:
    """Return the parameters that rest on judgement alone (confidence C), with their 90 % ranges."""
    rows = []
    for prior in behaviour.priors(country):
        if prior.confidence != "C":
            continue
        row = {"name": prior.name, "meaning": say.text(prior.meaning), "source": prior.source,
               "unit": say.text(prior.unit, context="unit") if prior.unit else ""}  # fmt: skip
        if prior.family == "fixed":
            rows.append({**row, "median": say.shortest(prior.p1, 4), "range": say.text("one value")})
        else:
            low, middle, high = (say.shortest(value) for value in _quantiles(prior))
            rows.append({**row, "median": middle, "range": say.text("{low} to {high}", low=low, high=high)})
    return rows


@lru_cache(maxsize=1024)
def _quantiles(prior: Prior) -> tuple[float, float, float]:
    return prior.quantile(0.05), prior.quantile(0.5), prior.quantile(0.95)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
