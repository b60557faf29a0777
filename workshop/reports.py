"""Reports: a comparison or a whole session as a page to print, and a session as files."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from experiments import certainty, words
from experiments.language import Language, language
from experiments.marks import N_
from sim import months
from workshop import results, taking
from workshop.designs import Design, read
from workshop.levers import CHOICE, YES_NO, by_key
from workshop.orders import LEVELS
from workshop.outcomes import CARDS, described
from workshop.pages import LANGUAGES, first_level
from workshop.problems import Problem
from workshop.security import POLICY
from workshop.sessions import Desk, desk_of, is_facilitator, member_of, must_be_facilitator
from workshop.simulations import Simulations

HERE = Path(__file__).parent
MOST_IN_FILE = 24  # designs of one scenario file
STYLE = """
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
"""
YES_AND_NO = {True: N_("Yes"), False: N_("No")}


class Named(NamedTuple):
    """A design of a report."""

    name: str
    design: Design
    group: str = ""
    votes: int | None = None


async def of_designs(request: Request) -> Response:
    """Answer with a printable report of a comparison."""
    say = _asked_language(request)
    designs = results.asked_designs(request)
    simulations: Simulations = request.app.state.simulations
    await results.waited(simulations, designs, LEVELS[0])
    named = [Named(_name_of(design, k, say), design) for k, design in enumerate(designs)]
    return await _report(simulations, say, say.text("Kelishim: designs compared"), named, None)


async def of_session(request: Request) -> Response:
    """Answer with a printable report of a session: all designs against today's law, as far as they are simulated."""
    say, code, desk = _asked_language(request), request.path_params["code"], desk_of(request)
    await desk.do(desk.rooms.peek, code)
    facilitator, member = is_facilitator(request), await member_of(request, code)
    if member is None and not facilitator:
        raise Problem("not_member")
    state = await desk.state(code, member, facilitator=facilitator)
    groups = {group["number"]: group["name"] for group in state["groups"]}
    named = [Named(say.text("Today's law"), Design())]
    named += [
        Named(each["name"], read(each["design"]["short"]), groups[each["group"]], each["votes"])
        for each in state["designs"]
    ]
    return await _report(request.app.state.simulations, say, state["title"], named, state)


async def export_json(request: Request) -> Response:
    """Answer with everything that is kept of a session."""
    desk, code = must_be_facilitator(request), request.path_params["code"]
    state = await _whole(desk, code)
    found = {key: state[key] for key in ("code", "title", "round", "question", "groups", "predictions", "designs")}
    answers = await desk.do(desk.rooms.answers, code)
    return JSONResponse(
        {"format": 1, "model": request.app.state.simulations.basis.model, **found, "answers": answers},
        headers={"content-disposition": f'attachment; filename="kelishim-{code}.json"'},
    )


async def export_csv(request: Request) -> Response:
    """Answer with designs and votes of a session as a table."""
    desk, code = must_be_facilitator(request), request.path_params["code"]
    state = await _whole(desk, code)
    groups = {group["number"]: group["name"] for group in state["groups"]}

    def rows() -> Iterator[Sequence[Any]]:
        yield ("number", "group", "name", "design", "contracts_a_year", "votes")
        for each in state["designs"]:
            design = each["design"]
            yield (each["number"], groups[each["group"]], each["name"], design["short"], design["contracts"],
                   each["votes"])  # fmt: skip

    return taking.csv_response(rows(), f"kelishim-{code}.csv")


async def _whole(desk: Desk, code: str) -> dict[str, Any]:
    await desk.do(desk.rooms.peek, code)
    return await desk.state(code, None, facilitator=True)


def _asked_language(request: Request) -> Language:
    code = request.query_params.get("lang", "en")
    if code not in LANGUAGES:
        raise Problem("wrong_value", name="lang", value=code[:20], wish="one of " + ", ".join(LANGUAGES))
    return language(code, HERE / "languages")


def _name_of(design: Design, k: int, say: Language) -> str:
    """Return what a design without a name is called."""
    letter = "ABCDEFGH"[k]
    return say.text("{letter}: today's law", letter=letter) if design == Design() else letter


async def _report(
    simulations: Simulations, say: Language, title: str, named: Sequence[Named], session: dict[str, Any] | None
) -> Response:
    first = named[0].design
    pairs = []
    for each in named:
        draws = first_level(min(simulations.known(first.short), simulations.known(each.design.short)))
        both = [first, each.design]
        pairs.append(await results.figures(simulations, both, draws, details=False) if draws else None)
    html = await asyncio.to_thread(_rendered, simulations, say, title, named, pairs, session)
    hashed = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = POLICY.replace("style-src 'self'", f"style-src 'sha256-{hashed}'").replace(
        "script-src 'self'", "script-src 'none'"
    )
    return Response(html, media_type="text/html", headers={"content-security-policy": policy})


def _rendered(
    simulations: Simulations, say: Language, title: str, named: Sequence[Named], pairs: Sequence[dict[str, Any] | None],
    session: dict[str, Any] | None,
) -> str:  # fmt: skip
    behind = simulations.basis
    distinct = list(dict.fromkeys(each.design for each in named))[:MOST_IN_FILE]
    draws = first_level(min((simulations.known(design.short) for design in distinct), default=0)) or simulations.draws
    return _template().render(
        code=say.code, say=say, _=say.text, many=say.plural, title=title, style=STYLE,
        basis=say.text(behind.as_dict()["basis"]["text"]), scale=behind.scenario["scale"], model=behind.model,
        first=say.month(_month(behind.scenario["start"])), last=say.month(_month(behind.scenario["horizon"])),
        session=session, reference=named[0].name, file=taking.FILE, command=taking.command(draws),
        toml=taking.scenario_text(simulations, distinct, draws, ()),
        designs=[
            {"name": each.name, "group": each.group, "votes": each.votes, "changes": list(_changes(each.design, say)),
             "none": say.text("No new contracts") if each.design.closed else say.text("Nothing")}
            for each in named
        ],
        outcomes=[_outcome(name, named, pairs, say) for name in CARDS], rule=say.text(certainty.RULE),
    )  # fmt: skip


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
            row["median"], row["interval"] = _said(spread, scale, say)
            if each.design != named[0].design:
                row["change"] = " / ".join(_said(change, scale, say, signed=True))
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
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader

    found = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True)
    return found.get_template("report.html")
