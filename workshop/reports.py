"""Reports: a comparison or a whole session as a page to print, and a session as files."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from experiments import certainty, words
from experiments.language import Language
from experiments.law_words import worded
from experiments.marks import N_
from sim import months
from sim.policies.design import load
from workshop import beliefs, charts, pages, picture, results, session_report, taking
from workshop.designs import MOST, TODAY, Design, letter, read
from workshop.levers import CHOICE, LAW, YES_NO, by_key
from workshop.orders import LEVELS
from workshop.outcomes import CARDS, described
from workshop.problems import Problem
from workshop.rooms import Rooms
from workshop.security import POLICY
from workshop.sessions import (
    Desk,
    desk_of,
    is_facilitator,
    must_be_facilitator,
    must_be_inside,
    results_shown,
    token_of,
)
from workshop.simulations import Simulations
from workshop.summary import rough_error

HERE = Path(__file__).parent
LONGEST_LABEL = 120  # of a design in a scenario file
HOPE = 20.0  # seconds that a session's report waits for figures that are still being made
SESSION_TABLES = ("designs", "guesses", "beliefs")
STYLE = (
    """
body { font: 11pt/1.45 system-ui, sans-serif; color: #111; background: #fff; margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 1.6rem; break-after: avoid; }
table { border-collapse: collapse; width: 100%; break-inside: avoid; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { border: 1px solid #767676; padding: .25rem .45rem; text-align: left; vertical-align: top; }
td ul { margin: 0; padding-left: 1.1rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #767676; padding: .5rem; font-size: 9pt; }
@page { size: A4; margin: 16mm; }
@media (max-width: 40rem) { table { display: block; overflow-x: auto; } }
.slide { break-after: page; min-height: 92vh; padding: 1.5rem 0; border-bottom: 1px solid #767676; font-size: 1.4em; }
.slide h1 { font-size: 2.2rem; } .slide h2 { font-size: 1.8rem; margin-top: 0; }
@media print { .slide { border: 0; min-height: 0; } }
"""
    + charts.STYLE
)
YES_AND_NO = {True: N_("Yes"), False: N_("No")}


class Named(NamedTuple):
    """A design of a report."""

    name: str
    design: Design


async def of_designs(request: Request) -> Response:
    """Answer with a printable report of a comparison."""
    return await _comparison(request, "report.html")


async def slides_of_designs(request: Request) -> Response:
    """Answer with a comparison as slides, one outcome a page, the last one with the sources."""
    return await _comparison(request, "slides.html")


async def _comparison(request: Request, template: str) -> Response:
    say = results.asked_language(request)
    designs = results.asked_designs(request)
    await results_shown(request)
    simulations: Simulations = request.app.state.simulations
    await results.waited(simulations, designs, LEVELS[0])
    named = [Named(_name_of(design, k, say), design) for k, design in enumerate(designs)]
    return await _report(simulations, say, template, named)


async def of_session(request: Request) -> Response:
    """Answer with a printable report of a session: all that was asked, guessed, submitted, simulated and voted."""
    return await _session(request, "session.html")


async def slides_of_session(request: Request) -> Response:
    """Answer with the session as slides, one idea a page."""
    return await _session(request, "session_slides.html")


async def _session(request: Request, template: str) -> Response:
    say, code, desk = results.asked_language(request), request.path_params["code"], desk_of(request)
    member, facilitator = await must_be_inside(request, code), is_facilitator(request)
    state = await desk.state(code, member, facilitator=facilitator, token=token_of(request))
    told = facilitator or state["predictions"] is not None
    asked = await desk.do(_asked, desk.rooms, code) if told else []
    answers = await desk.do(desk.rooms.believed, code)
    simulations: Simulations = request.app.state.simulations
    shown = facilitator or not state["hidden"]
    shorts = list(dict.fromkeys([TODAY, *(each["design"]["short"] for each in state["designs"])]))
    if shown:
        await _hoped_for(simulations, shorts)
    html = await asyncio.to_thread(_told, template, simulations, say, state, asked, answers, shown)
    return _as_page(html)


def _asked(rooms: Rooms, code: str) -> list[tuple[tuple[str, str, str], list[dict[str, Any]]]]:
    return [(question, rooms.guesses(code, question)) for question in rooms.questions(code)]


async def _hoped_for(simulations: Simulations, shorts: Sequence[str]) -> None:
    """Wait a little until all designs are complete; a report shows what there is then."""

    async def wait() -> None:
        async for known in simulations.follow(shorts, simulations.draws):
            if known >= simulations.draws:
                return

    with suppress(Problem, TimeoutError):
        await asyncio.wait_for(wait(), HOPE)


def _told(
    template: str, simulations: Simulations, say: Language, state: dict[str, Any],
    asked: Sequence[tuple[tuple[str, str, str], list[dict[str, Any]]]], answers: Sequence[dict[str, Any]], shown: bool,
) -> str:  # fmt: skip
    designs = sorted(state["designs"], key=lambda each: -(each["votes"] or 0))
    ordered = list(dict.fromkeys([TODAY, *(each["design"]["short"] for each in designs)]))
    draws = picture.common_draws(simulations, ordered[1:]) or simulations.draws
    done = [short for short in ordered if simulations.known(short) >= draws]
    labels = [session_report.name_of(short, state, say)[:LONGEST_LABEL] for short in done]
    groups = {group["number"]: group["name"] for group in state["groups"]}
    return _template(template).render(
        **_frame(simulations, say, state["title"]), session=state, shown=shown,
        questions=list(session_report.questions(simulations, state, asked, say, shown=shown)),
        designs=[
            {"name": each["name"], "group": groups.get(each["group"], say.text("facilitator")), "votes": each["votes"],
             **_described(read(each["design"]["short"]), say)}
            for each in state["designs"]
        ],
        votes=session_report.votes(state, say),
        outcomes=list(session_report.outcomes(simulations, state, say)) if shown else [],
        regions=session_report.regions(simulations, state, say) if shown else None,
        beliefs=session_report.believed(answers, say),
        command=taking.command(draws), left_out=max(0, len(done) - MOST),
        toml=taking.scenario_text(simulations, [read(short) for short in done[:MOST]], draws, labels),
    )  # fmt: skip


async def export_json(request: Request) -> Response:
    """Answer with everything that is kept of a session."""
    desk, code = must_be_facilitator(request), request.path_params["code"]
    state = await _whole(desk, code)
    kept = ("code", "title", "round", "question", "outcome", "groups", "predictions", "guesses", "designs")
    answers, believed = await desk.do(desk.rooms.answers, code), await desk.do(desk.rooms.believed, code)
    return JSONResponse(
        {
            "format": 2, "model": request.app.state.simulations.basis.model, **{key: state[key] for key in kept},
            "answers": answers, "statements": list(beliefs.STATEMENTS), "beliefs": believed,
        },
        headers={"content-disposition": f'attachment; filename="kelishim-{code}.json"'},
    )  # fmt: skip


async def export_csv(request: Request) -> Response:
    """Answer with a table of a session: designs with votes, guesses, or the questionnaire."""
    desk, code = must_be_facilitator(request), request.path_params["code"]
    name = request.query_params.get("table", SESSION_TABLES[0])
    if name not in SESSION_TABLES:
        raise Problem("wrong_value", name="table", value=name[:40], wish="one of " + ", ".join(SESSION_TABLES))
    state = await _whole(desk, code)
    if name == "beliefs":
        rows = _belief_rows(await desk.do(desk.rooms.believed, code))
    elif name == "guesses":
        rows = _guess_rows(await desk.do(desk.rooms.answers, code))
    else:
        rows = _design_rows(state)
    return taking.csv_response(rows, f"kelishim-{code}-{name}.csv")


def _design_rows(state: dict[str, Any]) -> Iterator[Sequence[Any]]:
    groups = {group["number"]: group["name"] for group in state["groups"]}
    yield ("number", "group", "name", "design", "contracts_a_year", "votes")
    for each in state["designs"]:
        design = each["design"]
        group = groups.get(each["group"], "")
        yield (each["number"], group, each["name"], design["short"], design["contracts"], each["votes"])


def _guess_rows(answers: Sequence[dict[str, Any]]) -> Iterator[Sequence[Any]]:
    yield ("group", "first", "second", "outcome", "answer", "low", "high")
    for group in answers:
        for guess in group["guesses"]:
            yield (group["name"], *guess["question"], *(guess[key] for key in ("outcome", "answer", "low", "high")))


def _belief_rows(believed: Sequence[dict[str, Any]]) -> Iterator[Sequence[Any]]:
    yield ("person", "moment", *(f"statement_{k + 1}" for k in range(len(beliefs.STATEMENTS))))
    for k, person in enumerate(believed):
        for moment, given in person.items():
            if given:
                yield (k + 1, moment, *given)


async def _whole(desk: Desk, code: str) -> dict[str, Any]:
    await desk.do(desk.rooms.peek, code)
    return await desk.state(code, None, facilitator=True)


def _name_of(design: Design, k: int, say: Language) -> str:
    """Return what a design without a name is called."""
    called = letter(k)
    return say.text("{letter}: today's law", letter=called) if design == Design() else called


async def _report(simulations: Simulations, say: Language, template: str, named: Sequence[Named]) -> Response:
    first = named[0].design
    draws = pages.first_level(min(simulations.known(each.design.short) for each in named))
    pairs = [
        await results.figures(simulations, [first, each.design], draws, details=False) if draws else None
        for each in named
    ]
    return _as_page(await asyncio.to_thread(_rendered, template, simulations, say, named, pairs))


def _as_page(html: str) -> Response:
    """Return a page of the report; its one sheet is allowed by its hash, scripts are not."""
    hashed = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = POLICY.replace("style-src 'self'", f"style-src 'sha256-{hashed}'").replace(
        "script-src 'self'", "script-src 'none'"
    )
    return Response(html, media_type="text/html", headers={"content-security-policy": policy})


def _frame(simulations: Simulations, say: Language, title: str) -> dict[str, Any]:
    """Return what every report says of itself."""
    behind = simulations.basis
    return {
        "code": say.code, "say": say, "_": say.text, "many": say.plural, "title": title, "style": STYLE,
        "basis": say.text(behind.as_dict()["basis"]["text"]), "scale": behind.scenario["scale"], "model": behind.model,
        "first": say.month(_month(behind.scenario["start"])), "last": say.month(_month(behind.scenario["horizon"])),
        "rule": say.text(certainty.RULE), "file": taking.FILE,
    }  # fmt: skip


def _described(design: Design, say: Language) -> dict[str, Any]:
    none = say.text("No new contracts") if design.closed else say.text("Nothing")
    return {"changes": list(_changes(design, say)), "none": none}


def _rendered(
    template: str, simulations: Simulations, say: Language, named: Sequence[Named],
    pairs: Sequence[dict[str, Any] | None],
) -> str:  # fmt: skip
    distinct = list(dict.fromkeys(each.design for each in named))
    draws = pages.first_level(min(simulations.known(design.short) for design in distinct)) or simulations.draws
    return _template(template).render(
        **_frame(simulations, say, say.text("Kelishim: designs compared")),
        reference=named[0].name,
        command=taking.command(draws),
        toml=taking.scenario_text(simulations, distinct, draws, ()),
        designs=[{"name": each.name, **_described(each.design, say)} for each in named],
        outcomes=[_outcome(name, named, pairs, say) for name in CARDS], laws=list(_laws(distinct, say)),
    )  # fmt: skip


def _laws(designs: Sequence[Design], say: Language) -> Iterator[str]:
    """Yield name and legal basis of each quota law that a design takes."""
    for code in dict.fromkeys(value for design in designs for key, value in design.changes if key == LAW):
        law = load(code)
        yield f"{say.law(law.name)}: {worded(law.legal_basis, say)}"


def _outcome(
    name: str, named: Sequence[Named], pairs: Sequence[dict[str, Any] | None], say: Language
) -> dict[str, Any]:
    about = described()[name]
    known = [value for pair in pairs if pair for spread in pair["outcomes"][name] for value in _numbers(spread)]
    scale = words.scale_of(known, about["unit"], say)
    rows = []
    for each, pair in zip(named, pairs, strict=True):
        row = {"name": each.name, "draws": say.number(pair["draws"]) if pair else words.MISSING}
        row |= dict.fromkeys(("median", "interval", "change", "verdict"), words.MISSING)
        if pair:
            spread, change = pair["outcomes"][name][1], pair["differences"][name][1]
            sure, apart = (
                words.sure(scale, [rough_error(one, pair["draws"])], [one["median"] or 0.0]) for one in (spread, change)
            )
            row["median"], row["interval"] = _said(spread, sure, say)
            if each.design != named[0].design:
                row["change"] = " / ".join(_said(change, apart, say, signed=True))
                row["verdict"] = _judged(change, about["unit"], pair["draws"], say)
        rows.append(row)
    return {
        "label": say.text(about["label"]), "definition": say.text(about["definition"]).rstrip("."), "unit": scale.unit,
        "rows": rows,
    }  # fmt: skip


def _judged(change: dict[str, Any], unit: str, draws: int, say: Language) -> str:
    said = words.said(change["verdict"], unit, say)
    low, high = (float("nan") if change[key] is None else change[key] for key in ("low", "high"))
    why = certainty.reason(change["verdict"], low, high, draws)
    return f"{said} ({say.text(why)})" if why else said


def _numbers(spread: dict[str, Any]) -> list[float]:
    return [value for key in ("median", "low", "high") if (value := spread[key]) is not None]


def _said(spread: dict[str, Any], scale: words.Scale, say: Language, *, signed: bool = False) -> tuple[str, str]:
    """Return the middle and the interval in words."""
    low, median, high = (float("nan") if spread[key] is None else spread[key] for key in ("low", "median", "high"))
    return words.figure(median, scale, say, signed=signed), words.interval(low, high, scale, say, signed=signed)


def _changes(design: Design, say: Language) -> Iterator[str]:
    for key, value in design.changes:
        lever = by_key()[key]
        label = say.text(lever.label)
        if lever.kind == YES_NO:
            yield f"{label}: {say.text(YES_AND_NO[value])}"
        elif lever.kind == CHOICE:
            names = {choice.value: say.text(choice.label) for choice in lever.choices}
            yield say.text(
                "{lever}: {value} (today: {today})", lever=label, value=names[value], today=names[lever.today]
            )
        else:
            scale = words.scale_of([value, lever.today], lever.unit, say)
            shown = [say.shortest(number / scale.divisor, 4) for number in (value, lever.today)]
            said = say.text("{lever}: {value} (today: {today})", lever=label, value=shown[0], today=shown[1])
            yield f"{said}, {scale.unit}" if scale.unit else said


def _month(text: str) -> int:
    return months.parse(text)


@cache
def _template(name: str) -> Any:
    from jinja2 import Environment, FileSystemLoader

    found = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True)
    return found.get_template(name)
