"""Refusing: how a problem is answered: as JSON for the page's scripts, as a page with one sentence for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response

from experiments.language import NAMES, Language, language
from experiments.marks import N_
from workshop.problems import Problem

WORDS = Path(__file__).parent / "languages"
START = N_("To the first page")


def wanted_language(accepted: str) -> Language:
    """Return the language that a browser asks for first, of those the page speaks.

    >>> wanted_language("de,ky;q=0.8,en;q=0.5").code, wanted_language("").code
    ('ky', 'en')
    """
    stems = [part.split(";")[0].strip().lower()[:2] for part in accepted.split(",")]
    return language(next((stem for stem in stems if stem in NAMES), "en"), WORDS)


def sentence(problem: Problem, say: Language) -> str:
    """Return a problem in words of a language; texts among its values are translated, numbers written."""
    values = {name: _said(value, say) for name, value in problem.values.items()}
    return say.text(problem.text, **values)


def refused(problem: Problem, headers: Mapping[str, str]) -> Response:
    """Return the answer to a request that was refused: a page if a reader's browser asked for one, else JSON."""
    more: dict[str, str] = {}
    if problem.status in (429, 503):
        more["retry-after"] = str(problem.values.get("seconds", 1))
    if "text/html" not in headers.get("accept", ""):
        return JSONResponse(problem.as_dict(), status_code=problem.status, headers=more)
    say = wanted_language(headers.get("accept-language", ""))
    return Response(_page(sentence(problem, say), say), problem.status, more, "text/html")


def _said(value: Any, say: Language) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, str):
        return say.text(value)
    return say.number(value, 0 if float(value).is_integer() else 3)


def _page(said: str, say: Language) -> str:
    return (
        f'<!doctype html>\n<html lang="{say.code}" data-theme="auto">\n<head>\n<meta charset="utf-8">\n'
        '<title>Kelishim</title>\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="/static/icon.svg" type="image/svg+xml">\n'
        '<link rel="stylesheet" href="/static/page.css">\n</head>\n<body>\n<main>\n<h1>Kelishim</h1>\n'
        f'<p>{escape(said)}</p>\n<p><a href="/">{escape(say.text(START))}</a></p>\n</main>\n</body>\n</html>\n'
    )
