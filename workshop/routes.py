"""Routes: everything that the server answers, as one table; the server and its description are made from it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sim.state.labour import OWNERS
from workshop import calculating, cheapest, pages, picture, presets, reports, results, sessions, taking
from workshop.basis import DRAWS
from workshop.designs import MOST
from workshop.openapi import (
    AMOUNT,
    ANSWER,
    BELIEFS,
    CSV,
    DESIGNS,
    EVENTS,
    FACILITATOR,
    HTML,
    LANGUAGE,
    MEMBER,
    NAME,
    NUMBER,
    OUTCOME,
    PAIR,
    SHORT,
    STEERING,
    SVG,
    TITLE,
    Operation,
    Parameter,
    described,
    table,
)
from workshop.taking import LONGEST_LINK, TABLES
from workshop.telling import KINDS

ROOM = "/api/rooms/{code:str}"
FLAG = {"type": "string", "enum": ["0", "1"]}
DETAILS = Parameter("details", FLAG)
SOME_DRAWS = Parameter("draws", {"type": "integer", "minimum": 1, "maximum": DRAWS})
LABELS = Parameter("label", {"type": "array", "items": {"type": "string", "maxLength": 120}, "maxItems": MOST})
WORDS = {"type": "array", "items": {"type": "string", "maxLength": 120}, "maxItems": 12}
POSITIVE = {"type": "number", "minimum": 0}
ZERO_OR_ONE = {"type": "string", "enum": ["0", "1"]}
NOTHING = table()


async def description(request: Request) -> Response:
    """Answer with this table as OpenAPI."""
    return JSONResponse(described(OPERATIONS, request.app.state.version))


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/", pages.index, "The page", answer=HTML),
    Operation("GET", "/r/{code:str}", pages.index_of_room, "The page, opened by the QR code of a session", answer=HTML),
    Operation("GET", "/openapi.json", description, "This description"),
    Operation("GET", "/api/health", pages.health, "Whether the model can answer"),
    Operation("GET", "/api/start", pages.start, "Everything that the first paint needs", (LANGUAGE,)),
    Operation("GET", "/api/presets", presets.presets, "Quota laws on file, services and benefits to take into a design",
              (LANGUAGE,)),
    Operation("GET", "/api/levers", pages.show_levers, "The levers"),
    Operation("GET", "/api/design", pages.show_design, "A design in canonical form", (Parameter("d", SHORT),)),
    Operation("POST", "/api/design", pages.make_design, "The canonical form of some changes",
              body=table(("changes",), changes={"type": "object", "maxProperties": 30})),
    Operation("GET", "/api/languages/{code:str}", pages.language, "The words of the page", (Parameter("ids", FLAG),)),
    Operation("GET", "/api/languages/{code:str}/review.csv", taking.review, "All messages of the page for reviewers",
              answer=CSV),
    Operation("GET", "/api/stream", results.stream, "Figures of designs as they come in",
              (DESIGNS, SOME_DRAWS, DETAILS, LANGUAGE, LABELS), answer=EVENTS, refused=(503,)),
    Operation("GET", "/api/result", results.result, "Figures of designs after some draws",
              (DESIGNS, SOME_DRAWS, DETAILS, LANGUAGE, LABELS), refused=(503,)),
    Operation("GET", "/api/cheapest", cheapest.show, "The cheapest design that reaches a number; cost against outcome",
              (DESIGNS, SOME_DRAWS, LABELS, Parameter("outcome", {"type": "string", "enum": list(cheapest.WANTED)}),
               Parameter("target", AMOUNT), LANGUAGE), refused=(409, 503)),
    Operation("GET", "/api/csv", taking.table_file, "A table of figures",
              (DESIGNS, SOME_DRAWS, Parameter("table", {"type": "string", "enum": list(TABLES)})), answer=CSV,
              refused=(409, 503)),
    Operation("GET", "/api/scenario", taking.scenario_file, "Designs as a scenario file",
              (DESIGNS, SOME_DRAWS, LABELS), answer="application/toml"),
    Operation("GET", "/api/command", taking.show_command, "The command that gives the same figures",
              (DESIGNS, SOME_DRAWS, LABELS)),
    Operation("GET", "/api/story", taking.story, "One life under two designs",
              (Parameter("d", SHORT), Parameter("versus", SHORT),
               Parameter("kind", {"type": "string", "enum": list(KINDS)}),
               Parameter("number", {"type": "integer", "minimum": 0, "maximum": 999}), LANGUAGE), refused=(503,)),
    Operation("GET", "/api/parts", taking.parts, "Where the net jobs of two designs differ, step by step",
              (DESIGNS, LANGUAGE), refused=(503,)),
    Operation("GET", "/api/later", taking.after_contracts, "Net jobs of two designs after the last new contract",
              (DESIGNS, LANGUAGE), refused=(503,)),
    Operation("GET", "/api/report", reports.of_designs, "A printable report of a comparison",
              (DESIGNS, LANGUAGE), answer=HTML, refused=(409, 503)),
    Operation("GET", "/api/slides", reports.slides_of_designs, "A comparison as slides",
              (DESIGNS, LANGUAGE), answer=HTML, refused=(409, 503)),
    Operation("GET", "/api/household", calculating.household, "What a household has under today's law and a design",
              (Parameter("adult", WORDS), Parameter("child", WORDS), Parameter("highland", ZERO_OR_ONE),
               Parameter("d", SHORT), LANGUAGE)),
    Operation("GET", "/api/employer", calculating.employer, "What an employer owes under today's law and a design",
              (*(Parameter(name, POSITIVE) for name in ("staff", "pay", "group1", "group2", "group3")),
               Parameter("owner", {"type": "string", "enum": list(OWNERS)}), Parameter("d", SHORT), LANGUAGE)),
    Operation("GET", "/api/qr.svg", taking.qr, "The QR code of a path of this page",
              (Parameter("path", {"type": "string", "maxLength": LONGEST_LINK}),), answer=SVG),
    Operation("GET", "/api/facilitator", sessions.who, "Whether this is the facilitator"),
    Operation("POST", "/api/facilitator", sessions.sign_in, "Become the facilitator",
              body=table(("token",), token={"type": "string", "maxLength": 200}), status=204, refused=(401,)),
    Operation("DELETE", "/api/facilitator", sessions.sign_out, "Stop being the facilitator", status=204),
    Operation("GET", "/api/rooms", sessions.list_rooms, "All sessions", who=FACILITATOR),
    Operation("POST", "/api/rooms", sessions.open_room, "Begin a session",
              body=table(("title",), title=TITLE, question=PAIR, outcome=OUTCOME), who=FACILITATOR, status=201,
              refused=(409,)),
    Operation("GET", ROOM, sessions.show_room, "A session as the one who asks may see it"),
    Operation("PATCH", ROOM, sessions.steer, "Steer a session", body=STEERING, who=FACILITATOR),
    Operation("DELETE", ROOM, sessions.delete_room, "Delete a session and all that is in it", who=FACILITATOR,
              status=204),
    Operation("GET", ROOM + "/events", sessions.watch_room, "A session now and after every change", who=MEMBER,
              answer=EVENTS, refused=(503,)),
    Operation("GET", ROOM + "/qr.svg", sessions.show_qr, "The QR code of the joining link", answer=SVG),
    Operation("POST", ROOM + "/join", sessions.join, "Join a group", body=table(("group",), group=NAME),
              refused=(409,)),
    Operation("POST", ROOM + "/designs", sessions.submit, "Submit a design of the group",
              body=table(("name", "design"), name=NAME, design=SHORT), who=MEMBER, refused=(409,)),
    Operation("DELETE", ROOM + "/designs/{number:int}", sessions.withdraw, "Take a design back", who=MEMBER),
    Operation("POST", ROOM + "/leave", sessions.part, "Leave a session; what the group gave stays", body=NOTHING,
              status=204),
    Operation("POST", ROOM + "/prediction", sessions.predict, "Guess, for the group: a word, a number or a range",
              body=table(answer=ANSWER, low=AMOUNT, high=AMOUNT), who=MEMBER, refused=(409,)),
    Operation("POST", ROOM + "/beliefs", sessions.believe, "Answer the questionnaire, for the device",
              body=table(("answers",), answers=BELIEFS), who=MEMBER, refused=(409,)),
    Operation("GET", ROOM + "/picture", picture.picture, "What designs give and how guesses did, in finished words",
              (LANGUAGE,), who=MEMBER),
    Operation("POST", ROOM + "/vote", sessions.vote, "Vote, for the device", body=table(("design",), design=NUMBER),
              who=MEMBER, refused=(409,)),
    Operation("POST", ROOM + "/undo", sessions.undo, "Take back the last steering", body=NOTHING, who=FACILITATOR,
              refused=(409,)),
    Operation("DELETE", ROOM + "/groups/{number:int}", sessions.remove_group, "Remove a group", who=FACILITATOR),
    Operation("GET", ROOM + "/export.json", reports.export_json, "The whole session", who=FACILITATOR),
    Operation("GET", ROOM + "/export.csv", reports.export_csv, "A table of the session",
              (Parameter("table", {"type": "string", "enum": list(reports.SESSION_TABLES)}),), answer=CSV,
              who=FACILITATOR),
    Operation("GET", ROOM + "/report", reports.of_session, "A printable report of the session", (LANGUAGE,),
              answer=HTML, who=MEMBER),
    Operation("GET", ROOM + "/slides", reports.slides_of_session, "The session as slides", (LANGUAGE,),
              answer=HTML, who=MEMBER),
)  # fmt: skip
