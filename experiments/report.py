"""Report: one HTML file that needs nothing else, for people who decide and for people who check.

The front answers: the question, one sentence for each design, one table, reach beside effect, and four charts. What
follows is for who wants more: how it comes about, who wins and who loses, every outcome, what is assumed, what made it.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import (
    analysis,
    benefit_notes,
    blocks,
    coverage,
    drawing,
    fares,
    gainers,
    luck,
    quota_tables,
    reach,
    record,
    structure_words,
    structures,
    typical,
    words,
)
from experiments.certainty import FEWEST
from experiments.language import NAMES, Language, language
from experiments.store import write_atomically
from experiments.telling import POLICIES, Telling, Told
from sim import behaviour

if TYPE_CHECKING:
    from jinja2 import Environment

    from experiments.summary import Summary
    from sim.behaviour import Prior

MONEY = "waterfall-net-fiscal-cost"  # the waterfall of the front


def file_name(code: str = "en") -> str:
    """Return the name of the report in a language.

    >>> file_name(), file_name("ky")
    ('report.html', 'report.ky.html')
    """
    return "report.html" if code == "en" else f"report.{code}.html"


def write(summary: Summary, folder: Path, code: str = "en") -> Path:
    """Write the report in a language and return its path."""
    path = folder / file_name(code)
    page = html(summary, language(code), typical.read(folder), structures.read(folder))
    write_atomically(path, lambda temporary: _write(temporary, page))
    return path


def html(
    summary: Summary, say: Language | None = None, families: Mapping[str, Any] | None = None,
    structure: structures.Kept | None = None,
) -> str:  # fmt: skip
    """Return the report as one HTML page without any reference to the outside.

    With ``families``, three of them are told; with ``structure``, what makes the headlines uncertain.
    """
    told = Telling(summary, say or language("en"))
    cards = typical.cards(told, dict(families or {}))
    parted = None if structure is None else _parted(told, structure)
    filled = {**frame(told), **_figures(told), **charts(told), **_made(told), "families": cards, "parted": parted}
    return rendered("report.html", filled)


def _parted(told: Telling, structure: structures.Kept) -> dict[str, Any]:
    """Return the table of what is parameters, luck and structure."""
    return {
        "title": structure_words.title(told.say), "header": structure_words.head(told.say), "worded": False,
        "rows": structure_words.rows(told, structure), "said": list(structure_words.sentences(told.say, structure)),
    }  # fmt: skip


def rendered(template: str, filled: Mapping[str, Any]) -> str:
    """Return a page of a template."""
    return joined(_environment().get_template(template).render(**filled))


@cache
def _environment() -> Environment:
    """Return what reads templates; it keeps those that were read."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("experiments"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def joined(page: str) -> str:
    r"""Return a page in which no line ends between a number and its percent sign.

    >>> joined("the middle 90 % of")
    'the middle 90\xa0% of'
    """
    return re.sub(r"(\d) %", "\\1\N{NO-BREAK SPACE}%", page)


def frame(told: Telling) -> dict[str, Any]:
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
        "style": drawing.CLASSES,
        "light": drawing.tones(drawing.LIGHT),
        "dark": drawing.tones(drawing.DARK),
        "hatches": drawing.HATCHES,
    }


def _figures(told: Telling) -> dict[str, Any]:
    """Return the answer and the tables."""
    say, summary, first = told.say, told.summary, told.first
    others = [name for name in summary.headlines if name not in first]
    return {
        "answers": [told.verdict(design) for design in summary.designs[1:]],
        "headline": headline_rows(told, first),
        "reached": reach.section(told),
        "best": ranked_first(told, first),
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
        "benefit_notes": list(benefit_notes.of_summary(summary, say)),
    }


def front(told: Telling) -> list[blocks.Block]:
    """Return the four charts of the front, as far as a study has what they show: who, when, what money, how sure."""
    money = next((one for one in blocks.explained(told) if one.name == MONEY), None)
    charted = blocks.paired(told) if len(told.summary.designs) > 1 else None
    return _there([fares.everybody(told), blocks.over_time(told), money, charted])


def charts(told: Telling) -> dict[str, list[blocks.Block]]:
    """Return all blocks with charts by the part of the report in which they stand."""
    there = front(told)
    named = {block.name for block in there}
    why = [block for block in blocks.explained(told) if block.name not in named]
    return {
        "front": there,
        "how": _there([*why, *blocks.by_mechanism(told)]),
        "who": _there([fares.by_kind(told), *blocks.who(told)]),
        "costs": _there([blocks.costs(told)]),
    }


def _made(told: Telling) -> dict[str, Any]:
    """Return what the figures rest on: the record, the assumptions, the runs."""
    say, summary = told.say, told.summary
    lines = record.lines(summary, say)
    understood = coverage.translated(str(summary.manifest["interval"]), say)
    return {
        "outcomes": [(name, summary.codebook.get(name)) for name in summary.outcomes],
        "defined": {*summary.headlines, *told.first},
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
        mine = told.levels[outcome]
        scale = told.level(outcome)
        cells = [
            {**_cell(told, mine[design], scale, "low", "high"), "luck": text(luck.of_level(mine[design]))}
            for design in summary.designs
        ]
        noise = [share for row in mine.values() if not math.isnan(share := float(row["noise_share"]))]
        cell = told.say.percent(max(noise)) if noise else words.MISSING
        rows.append({"label": told.label(outcome), "unit": told.unit(outcome, scale), "cells": cells, "noise": cell})
    return rows


def _difference_rows(told: Telling, outcomes: Sequence[str]) -> list[dict[str, Any]]:
    rows, summary = [], told.summary
    for outcome in outcomes if len(summary.differences) else []:
        mine = told.differences[outcome]
        scale = told.apart(outcome)
        cells = []
        for design in summary.designs[1:]:
            row = mine[design]
            cell = _cell(told, row, told.apart(outcome, design), "low", "high", signed=True)
            better = words.of_draws(row["probability_better"], summary.draws, told.say)
            shown = row["verdict"] not in ("the same", "undefined")
            cells.append({**cell, "verdict": told.judged(row), "better": better, "shown": shown})
        gain = [one for row in mine.values() if not math.isnan(one := float(row["pairing_gain"]))]
        rows.append({"label": told.label(outcome), "unit": told.unit(outcome, scale), "cells": cells,
                     "gain": words.times(statistics.median(gain), told.say) if gain else words.MISSING})  # fmt: skip
    return rows


def headline_rows(told: Telling, outcomes: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of the first table: the first design as it is, the others as differences to it."""
    levels = _level_rows(told, outcomes)
    apart = _difference_rows(told, outcomes) or [{"cells": []}] * len(levels)
    return [{**level, "level": level["cells"][0], "cells": row["cells"]}
            for level, row in zip(levels, apart, strict=True)]  # fmt: skip


def ranked_first(told: Telling, outcomes: Sequence[str]) -> list[str]:
    """Return for each outcome which design ranks first, and in how many parameter sets; nothing with two designs."""
    summary, out = told.summary, []
    if len(summary.designs) < 3 or not len(summary.ranking) or summary.draws < FEWEST:
        return []
    for outcome in [name for name in outcomes if name in set(summary.ranking["outcome"])]:
        mine = summary.ranking[summary.ranking["outcome"] == outcome]
        shares = {str(row["design"]): float(row["probability_best"]) for _, row in mine.iterrows()}
        alike = quota_tables.alike(summary, outcome)
        shares[alike[0]] = sum(shares.pop(name) for name in alike)
        top = max(shares, key=lambda name: shares[name])
        told_as = quota_tables.together(told, alike if top == alike[0] else [top])
        out.append(told.say.text(
            "{outcome}: {design} ranked first in {count} of {draws} parameter sets.", outcome=told.label(outcome),
            design=told_as, count=told.say.number(shares[top] * summary.draws),
            draws=told.say.number(summary.draws)))  # fmt: skip
    return out


def _best_rows(told: Telling) -> list[dict[str, Any]]:
    rows, summary = [], told.summary
    ranked = set(summary.ranking["outcome"]) if len(summary.designs) > 1 else set()
    for outcome in [name for name in summary.headlines if name in ranked]:
        mine = summary.ranking[summary.ranking["outcome"] == outcome].set_index("design")
        scale = told.scale(outcome, mine["expected_regret"])
        cells = [
            {"chance": words.of_draws(mine.loc[design, "probability_best"], summary.draws, told.say),
             "regret": told.figure(mine.loc[design, "expected_regret"], scale)}
            for design in summary.designs
        ]  # fmt: skip
        more = summary.codebook[outcome].better == analysis.MORE
        better = told.say.text("more is better") if more else told.say.text("less is better")
        rows.append({"label": told.label(outcome), "unit": told.unit(outcome, scale), "better": better, "cells": cells})
    return rows


def _cell(told: Telling, row: Told, scale: words.Scale, low: str, high: str, *, signed: bool = False) -> dict[str, str]:
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
