"""Security: what stands before every route. No page outside this server can read, write or be shown what it does.

Refused are names that are not this server's (a foreign page that resolves its own name to this computer), writing
requests from other pages, bodies that are too large, and clients that ask too often. An answer never holds a path, a
stack trace or a secret: what goes wrong inside is written to the log and said in one sentence.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import time
from collections import OrderedDict
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workshop.problems import Problem
from workshop.refusing import refused

LARGEST_BODY = 32_768  # bytes
CLIENTS = 4_096  # remembered
WRITING = ("POST", "PUT", "PATCH", "DELETE")
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
log = logging.getLogger("kelishim.workshop")


class Buckets:
    """How much each client may still ask: a bucket that refills with time; the longest unseen are forgotten."""

    def __init__(self, rate: float, size: float) -> None:
        self.rate, self.size = rate, size
        self.left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str, amount: float = 1.0, now: float | None = None) -> float:
        """Take from a client's bucket; return 0, or the seconds to wait."""
        now = time.monotonic() if now is None else now
        left, then = self.left.pop(who, (self.size, now))
        left = min(self.size, left + (now - then) * self.rate)
        enough = left >= amount
        self.left[who] = (left - amount if enough else left, now)
        while len(self.left) > CLIENTS:
            self.left.popitem(last=False)
        return 0.0 if enough else (amount - left) / self.rate


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, *, names: frozenset[str], network: bool, buckets: Buckets) -> None:
        self.app, self.names, self.network, self.buckets = app, names, network, buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request, add the headers of safety to its answer, and turn every failure into one sentence."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)  # a report brings its own, stricter policy
                if scope["path"].startswith("/api/") and "cache-control" not in headers:
                    headers["cache-control"] = "no-store"
            await send(message)

        try:
            self._check(scope)
            await self.app(scope, _limited(receive), guarded)
        except Problem as problem:
            if not started:
                await refused(problem, Headers(scope=scope))(scope, receive, guarded)
        except Exception:
            log.exception("a request failed: %s %s", scope["method"], scope["path"])
            if not started:
                await refused(Problem("internal"), Headers(scope=scope))(scope, receive, guarded)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if not self._known(headers.get("host", "")):
            raise Problem("wrong_host")
        who = (scope.get("client") or ("?", 0))[0]
        wait = self.buckets.take(who)
        if wait:
            raise Problem("too_many", seconds=max(1, round(wait)))
        if scope["method"] in WRITING:
            origin = headers.get("origin")
            site = headers.get("sec-fetch-site", "same-origin")
            if (origin is not None and origin.partition("://")[2] != headers.get("host")) or site not in (
                "same-origin", "none",
            ):  # fmt: skip
                raise Problem("not_from_here")
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            if scope["method"] != "DELETE" and kind != "application/json":
                raise Problem("not_json_type")
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            raise Problem("too_large", most=LARGEST_BODY)

    def _known(self, host: str) -> bool:
        """Tell whether a host header names this server: its own names, or in a local network any of its addresses."""
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        name = name.strip("[]").lower()
        if name in self.names:
            return True
        if not self.network:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def _limited(receive: Receive) -> Receive:
    """Return the receiver of a body that refuses more than is allowed, whatever its header said."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            raise Problem("too_large", most=LARGEST_BODY)
        return message

    return limited


def parsed(body: bytes) -> dict[str, Any]:
    """Return a body as a table; raises :class:`Problem` if it is not a JSON object."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Problem("not_json") from None
    if not isinstance(found, dict):
        raise Problem("not_json")
    return found


def only(body: dict[str, Any], *known: str) -> dict[str, Any]:
    """Return a body if it has no other keys than those known."""
    for key in body:
        if key not in known:
            raise Problem("unknown_key", name=key[:40], known=", ".join(known))
    return body
