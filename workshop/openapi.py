"""OpenAPI: the description of all routes for machines, made from the same table that the server routes by."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from workshop.beliefs import AGREEMENT, STATEMENTS
from workshop.designs import LONGEST, MOST, TODAY
from workshop.keeping import LARGEST
from workshop.outcomes import ON_PAGE
from workshop.problems import PROBLEMS
from workshop.rooms import ANSWERS, LONGEST_NAME, LONGEST_TIMER, LONGEST_TITLE, ROUNDS

Handler = Callable[[Request], Awaitable[Response]]
Schema = Mapping[str, Any]

JSON, EVENTS, SVG, CSV, HTML = "application/json", "text/event-stream", "image/svg+xml", "text/csv", "text/html"
ANYBODY, MEMBER, FACILITATOR = "anybody", "members of the session", "the facilitator"

SHORT: Schema = {"type": "string", "maxLength": LONGEST, "example": TODAY}
SHORTS: Schema = {"type": "array", "items": SHORT, "minItems": 1, "maxItems": MOST}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}
NUMBER: Schema = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}
CODE: Schema = {"type": "string", "minLength": 1, "maxLength": 12, "example": "ABCD23"}
PAIR: Schema = {"type": "array", "items": SHORT, "minItems": 2, "maxItems": 2}


class Parameter(NamedTuple):
    """A value in the address of a request."""

    name: str
    schema: Schema
    required: bool = False


class Operation(NamedTuple):
    """One route: how it is asked, who may ask, what it answers."""

    method: str
    path: str
    handler: Handler
    summary: str
    query: tuple[Parameter, ...] = ()
    body: Schema | None = None
    who: str = ANYBODY
    answer: str = JSON
    status: int = 200
    refused: tuple[int, ...] = ()


def table(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """Return the schema of a JSON object with these keys and no other."""
    found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | ({"required": list(required)} if required else {})


OUTCOME: Schema = {"type": "string", "enum": list(ON_PAGE)}
AMOUNT: Schema = {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}
DESIGNS = Parameter("d", SHORTS, required=True)
LANGUAGE = Parameter("lang", {"type": "string", "enum": ["en", "ky", "ru"]})
STEERING = table(
    round={"type": "string", "enum": list(ROUNDS)}, hidden={"type": "boolean"}, question=PAIR,
    spotlight={"anyOf": [NUMBER, {"type": "null"}]}, outcome=OUTCOME, archived={"type": "boolean"},
    timer={"anyOf": [{"type": "number", "minimum": 1, "maximum": LONGEST_TIMER}, {"type": "null"}]},
)  # fmt: skip
BELIEFS: Schema = {
    "type": "array", "minItems": len(STATEMENTS), "maxItems": len(STATEMENTS),
    "items": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": len(AGREEMENT)}, {"type": "null"}]},
}  # fmt: skip
TITLE: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_TITLE}
ANSWER: Schema = {"type": "string", "enum": list(ANSWERS)}


def described(operations: tuple[Operation, ...], version: str | None) -> dict[str, Any]:
    """Return the OpenAPI document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = re.sub(r"{(\w+):\w+}", r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kelishim workshop", "version": version or "unknown",
            "description": "Simulations of policy designs for a room. workshop/API.md describes the answers.",
        },
        "paths": paths,
        "components": {"schemas": {"Problem": _problem()}},
    }  # fmt: skip


def _described(operation: Operation) -> dict[str, Any]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": NUMBER if kind == "int" else CODE}
        for name, kind in re.findall(r"{(\w+):(\w+)}", operation.path)
    ]
    query = [{"name": p.name, "in": "query", "required": p.required, "schema": p.schema} for p in operation.query]
    refused = {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    statuses = {400, 413, 429, *operation.refused}
    if operation.method != "GET":
        statuses |= {403, 415}
    if operation.who != ANYBODY:
        statuses |= {401, 404}
    if in_path:
        statuses |= {404}
    good = {"description": operation.summary}
    if operation.status != 204:
        schema = {"type": "object"} if operation.answer == JSON else {"type": "string"}
        good["content"] = {operation.answer: {"schema": schema}}  # type: ignore[assignment]
    found: dict[str, Any] = {
        "summary": operation.summary,
        "description": f"For {operation.who}.",
        "operationId": operation.handler.__name__,
        "parameters": [*in_path, *query],
        "responses": {str(operation.status): good}
        | {str(status): {"description": "Refused, with one sentence"} | refused for status in sorted(statuses)},
    }
    if operation.body is not None:
        found["requestBody"] = {"required": True, "content": {JSON: {"schema": operation.body}}}
    return found


def _problem() -> dict[str, Any]:
    return table(
        ("error",),
        error=table(
            ("code", "text", "values"),
            code={"type": "string", "enum": sorted(PROBLEMS)}, text={"type": "string"}, values={"type": "object"},
        ),
    )  # type: ignore[return-value]  # fmt: skip
