"""Taking home: tables as CSV, a design as a scenario file with the command that gives the same figures, QR codes."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from experiments.language import Language
from sim import months
from sim.outcomes import CODEBOOK
from workshop import catalogue, later, results, whys
from workshop.country import START_MONTH
from workshop.designs import MOST, Design, read, scenario
from workshop.orders import LATER, PARTS, SOME_RUNS
from workshop.outcomes import described
from workshop.pages import LANGUAGES
from workshop.problems import Problem
from workshop.qr import qr_response
from workshop.rooms import clean
from workshop.sessions import results_shown
from workshop.simulations import Simulations
from workshop.telling import KINDS, finished

TABLES = ("outcomes", "differences", "monthly", "groups", "ranking", "draws")
FILE = "workshop.toml"
SPREAD = ("median", "low", "high")
LONGEST_LINK = 900

Row = Sequence[Any]


async def known_figures(request: Request, *, details: bool) -> tuple[list[Design], int, dict[str, Any]]:
    """Return designs, draws and FIGURES of all runs, or of as many as were asked for.

    A file waits until they are there: it holds what the command beside it gives.
    """
    simulations: Simulations = request.app.state.simulations
    designs = results.asked_designs(request)
    draws = results.asked_draws(request, simulations.draws, simulations.draws)
    await results_shown(request)
    await results.waited(simulations, designs, draws)
    return designs, draws, await results.figures(simulations, designs, draws, details=details)


async def table_file(request: Request) -> Response:
    """Answer with a table as CSV."""
    name = request.query_params.get("table", TABLES[0])
    if name not in TABLES:
        raise Problem("wrong_value", name="table", value=name[:40], wish="one of " + ", ".join(TABLES))
    designs, draws, found = await known_figures(request, details=True)
    if name == "draws":
        rows = _draws(request.app.state.simulations, designs, draws)
    else:
        rows = _ROWS[name](found, [design.short for design in designs])
    return csv_response(rows, f"kelishim-{name}.csv")


def csv_response(rows: Iterator[Row], name: str) -> Response:
    """Return rows as a CSV file that spreadsheets read, in any language."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return Response(
        b"\xef\xbb\xbf" + out.getvalue().encode(), media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


def _cell(value: Any) -> Any:
    """Return a value for a spreadsheet; a text that it would run as a formula is kept a text."""
    return "'" + value if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _outcomes(found: dict[str, Any], names: list[str]) -> Iterator[Row]:
    yield ("outcome", "label", "unit", "design", *SPREAD, "undefined", "draws", "interval")
    for outcome, spreads in found["outcomes"].items():
        said = described()[outcome]
        for name, spread in zip(names, spreads, strict=True):
            values = (spread[key] for key in SPREAD)
            yield (
                outcome, said["label"], said["unit"], name, *values, spread["undefined"], found["draws"],
                found["interval"]["method"],
            )  # fmt: skip


def _differences(found: dict[str, Any], names: list[str]) -> Iterator[Row]:
    yield ("outcome", "unit", "design", "compared_with", *SPREAD, "verdict", "probability_better", "draws", "interval")
    for outcome, changes in found["differences"].items():
        for name, change in zip(names, changes, strict=True):
            if change is not None:
                values = (change[key] for key in (*SPREAD, "verdict", "better"))
                method = found["interval"]["method"]
                yield (outcome, described()[outcome]["unit"], name, names[0], *values, found["draws"], method)


def _monthly(found: dict[str, Any], names: list[str]) -> Iterator[Row]:
    bands = (*SPREAD, "inner_low", "inner_high")
    yield ("outcome", "unit", "month", "design", *bands, "draws")
    for outcome, lines in found.get("details", {}).get("monthly", {}).items():
        for name, line in zip(names, lines, strict=True):
            for k, values in enumerate(zip(*(line[key] for key in bands), strict=True)):
                month = months.label(START_MONTH + k)
                yield (outcome, described()[outcome]["unit"], month, name, *values, found["draws"])


def _groups(found: dict[str, Any], names: list[str]) -> Iterator[Row]:
    yield ("outcome", "unit", "dimension", "group", "design", *SPREAD, "draws")
    for dimension, outcomes in found.get("details", {}).get("groups", {}).items():
        for outcome, groups in outcomes.items():
            for group, spreads in groups.items():
                for name, spread in zip(names, spreads, strict=True):
                    values = (spread[key] for key in SPREAD)
                    yield (outcome, CODEBOOK[outcome].unit, dimension, group, name, *values, found["draws"])


def _ranking(found: dict[str, Any], names: list[str]) -> Iterator[Row]:
    yield ("outcome", "unit", "design", "probability_best", "expected_regret", "draws")
    for outcome, rows in found.get("ranking", {}).items():
        for name, row in zip(names, rows, strict=True):
            yield (outcome, described()[outcome]["unit"], name, row["best"], row["regret"], found["draws"])


def _draws(simulations: Simulations, designs: Sequence[Design], draws: int) -> Iterator[Row]:
    """Yield every run: what a researcher needs to make any other table."""
    layout = simulations.layout
    assert layout is not None
    yield ("draw", "seed", "design", *layout.headlines)
    places = [layout.headline(name) for name in layout.headlines]
    for design in designs:
        for k, row in enumerate(simulations.table(design.short, draws)):
            values = (float(row[place]) if row[place] == row[place] else "" for place in places)
            yield (k, simulations.basis.seeds[k], design.short, *values)


_ROWS = {
    "outcomes": _outcomes,
    "differences": _differences,
    "monthly": _monthly,
    "groups": _groups,
    "ranking": _ranking,
}


def scenario_text(simulations: Simulations, designs: Sequence[Design], draws: int, labels: Sequence[str]) -> str:
    """Return the scenario file that gives the same figures, with a line that says where it comes from."""
    behind = simulations.basis
    made = scenario(
        designs, scale=behind.scenario["scale"], labour_scale=behind.labour_scale, draws=draws, labels=labels
    )
    head = (
        f"# Designs of a Kelishim workshop, model {simulations.basis.model}. The same figures:\n"
        f"#   {command(draws)}\n\n"
    )
    return head + made.to_toml()


def command(draws: int) -> str:
    """Return the command that gives the figures of the page."""
    return f"kelishim compare {FILE} --draws {draws} --replications 1"


def _asked_labels(request: Request) -> list[str]:
    given = request.query_params.getlist("label")
    if len(given) > MOST:
        raise Problem("wrong_value", name="label", value=str(len(given)), wish=f"at most {MOST} names")
    return [clean(text, "label", 120) if text else "" for text in given]


async def scenario_file(request: Request) -> Response:
    """Answer with the scenario file of some designs."""
    simulations: Simulations = request.app.state.simulations
    designs, labels = results.asked_designs(request), _asked_labels(request)
    draws = results.asked_draws(request, simulations.draws, simulations.draws)
    return Response(
        scenario_text(simulations, designs, draws, labels), media_type="application/toml",
        headers={"content-disposition": f'attachment; filename="{FILE}"'},
    )  # fmt: skip


async def show_command(request: Request) -> Response:
    """Answer with the scenario file and the command that gives the same figures."""
    simulations: Simulations = request.app.state.simulations
    designs, labels = results.asked_designs(request), _asked_labels(request)
    draws = results.asked_draws(request, simulations.draws, simulations.draws)
    toml = scenario_text(simulations, designs, draws, labels)
    return JSONResponse({"file": FILE, "toml": toml, "command": command(draws)})


async def review(request: Request) -> Response:
    """Answer with a table of all messages of the page in one language, for reviewers."""
    code = request.path_params["code"]
    if code not in LANGUAGES:
        raise Problem("not_found")
    return csv_response(catalogue.review(code), f"kelishim-words-{code}.csv")


async def story(request: Request) -> Response:
    """Answer with one life under two designs."""
    simulations: Simulations = request.app.state.simulations
    texts = [request.query_params.get(name, "today") for name in ("d", "versus")]
    first, second = (read(text) for text in texts)
    kind = request.query_params.get("kind", KINDS[0])
    if kind not in KINDS:
        raise Problem("wrong_value", name="kind", value=kind[:40], wish="one of " + ", ".join(KINDS))
    text = request.query_params.get("number", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise Problem("wrong_value", name="number", value=text[:40], wish="a whole number from 0 to 999")
    found = await simulations.story(first.short, second.short, kind, int(text))
    return JSONResponse(finished(found, results.asked_language(request)))


async def parts(request: Request) -> Response:
    """Answer with what net jobs of two designs differ by, step by step."""
    say, (first, second), simulations = _asked_pair(request)
    return JSONResponse(whys.jobs(await simulations.story(first, second, order=PARTS), say))


async def after_contracts(request: Request) -> Response:
    """Answer with net jobs of two designs after the last new contract; each run is an order of its own."""
    say, (first, second), simulations = _asked_pair(request)
    runs = [simulations.story(first, second, k, order=LATER) for k in range(min(SOME_RUNS, simulations.draws))]
    return JSONResponse(later.finished(await asyncio.gather(*runs), say))


def _asked_pair(request: Request) -> tuple[Language, list[str], Simulations]:
    """Return the language of a request, its two designs, and what simulates them."""
    designs = results.asked_designs(request)
    if len(designs) != 2:
        raise Problem("wrong_value", name="d", value=str(len(designs)), wish="two designs")
    return results.asked_language(request), [design.short for design in designs], request.app.state.simulations


async def qr(request: Request) -> Response:
    """Answer with the QR code of a link to this server."""
    path = request.query_params.get("path", "/")
    if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST_LINK or not path.isprintable():
        raise Problem(
            "wrong_value", name="path", value=path[:40], wish=f"a path of this page, at most {LONGEST_LINK} long"
        )
    return qr_response(request.app.state.settings.address + path)
