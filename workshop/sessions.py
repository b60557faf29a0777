"""Sessions: the routes of room mode, for the facilitator and for groups on their phones."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from workshop.keeping import FIRST_OUTCOME
from workshop.problems import Problem
from workshop.qr import qr_response
from workshop.results import MOST_STREAMS, STREAM_HEADERS, event
from workshop.rooms import Member, Rooms
from workshop.security import Buckets, only, parsed

T = TypeVar("T")
FACILITATOR, DEVICE = "kelishim_facilitator", "kelishim_device"
TWO_WEEKS = 14 * 24 * 3600
HEARTBEAT = 15.0  # seconds
STEERING = ("round", "hidden", "spotlight", "question", "outcome", "timer", "archived")


class Desk:
    """The sessions with everybody who watches them; all writing goes through one thread, in order."""

    def __init__(self, rooms: Rooms, address: Callable[[], str]) -> None:
        self.rooms = rooms
        self.address = address  # of this server, as phones reach it
        self.thread = ThreadPoolExecutor(1)
        self.watching: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self.guesses = Buckets(rate=0.2, size=10)

    async def do(self, work: Callable[..., T], *arguments: Any) -> T:
        """Carry out something on the sessions."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, work, *arguments)

    def tell(self, code: str) -> None:
        """Tell everybody who watches a session that it changed."""
        for news in self.watching.get(code, ()):
            news.set()

    def close(self) -> None:
        """Finish what is under way and close the file."""
        self.thread.shutdown()
        self.rooms.close()

    async def state(self, code: str, member: Member | None, *, facilitator: bool, token: str = "") -> dict[str, Any]:
        """Return STATE as somebody sees it."""
        found = await self.do(lambda: self.rooms.state(code, member, facilitator=facilitator, token=token))
        return found | {"link": f"{self.address()}/r/{code}", "reachable": not is_loopback(self.address())}


def is_loopback(address: str) -> bool:
    """Tell whether an address of this server leads nowhere but to this computer.

    >>> is_loopback("http://127.0.0.1:8600"), is_loopback("http://192.168.1.5:8600"), is_loopback("http://localhost:1")
    (True, False, True)
    """
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def desk_of(request: Request) -> Desk:
    """Return the sessions of the server."""
    desk: Desk = request.app.state.desk
    return desk


def is_facilitator(request: Request) -> bool:
    """Tell whether a request comes from the facilitator."""
    return desk_of(request).rooms.is_token(request.cookies.get(FACILITATOR, ""))


def must_be_facilitator(request: Request) -> Desk:
    """Return the sessions; raises :class:`Problem` for anybody else."""
    if not is_facilitator(request):
        raise Problem("not_facilitator")
    return desk_of(request)


def token_of(request: Request) -> str:
    """Return the random number of a phone, nothing if it has none."""
    return request.cookies.get(DEVICE, "")[:100]


async def results_shown(request: Request) -> None:
    """Refuse figures to a phone of a session whose facilitator has hidden them."""
    desk, token = desk_of(request), token_of(request)
    if token and not is_facilitator(request) and await desk.do(desk.rooms.hidden_from, token):
        raise Problem("results_hidden")


async def member_of(request: Request, code: str) -> Member | None:
    """Return who asks, if the device joined the session."""
    token = token_of(request)
    return await desk_of(request).do(desk_of(request).rooms.member, code, token) if token else None


async def must_be_inside(request: Request, code: str) -> Member | None:
    """Return the member who asks, ``None`` for the facilitator; raises :class:`Problem` for anybody else."""
    await desk_of(request).do(desk_of(request).rooms.peek, code)
    member = await member_of(request, code)
    if member is None and not is_facilitator(request):
        raise Problem("not_member")
    return member


def _remember(response: Response, name: str, token: str) -> None:
    response.set_cookie(name, token, max_age=TWO_WEEKS, path="/", httponly=True, samesite="strict")


async def who(request: Request) -> Response:
    """Say whether this is the facilitator."""
    return JSONResponse({"facilitator": is_facilitator(request)})


async def sign_in(request: Request) -> Response:
    """Make a page the facilitator's."""
    desk = desk_of(request)
    wait = desk.guesses.take(request.client.host if request.client else "?")
    if wait:
        raise Problem("too_many", seconds=max(1, round(wait)))
    token = only(parsed(await request.body()), "token").get("token")
    if not isinstance(token, str) or not desk.rooms.is_token(token[:200]):
        raise Problem("wrong_token")
    response = Response(status_code=204)
    _remember(response, FACILITATOR, token)
    return response


async def sign_out(request: Request) -> Response:
    """Make a page anybody's again."""
    response = Response(status_code=204)
    response.delete_cookie(FACILITATOR, path="/")
    return response


async def list_rooms(request: Request) -> Response:
    """Answer with all sessions."""
    desk = must_be_facilitator(request)
    return JSONResponse({"rooms": await desk.do(desk.rooms.sessions)})


async def open_room(request: Request) -> Response:
    """Begin a session."""
    desk = must_be_facilitator(request)
    body = only(parsed(await request.body()), "title", "question", "outcome")
    code = await desk.do(desk.rooms.open, body.get("title"), body.get("question"), body.get("outcome", FIRST_OUTCOME))
    return JSONResponse(await desk.state(code, None, facilitator=True), status_code=201)


async def show_room(request: Request) -> Response:
    """Answer with a session as the one who asks sees it."""
    desk, code = desk_of(request), request.path_params["code"]
    member, facilitator = await member_of(request, code), is_facilitator(request)
    if member is None and not facilitator:
        return JSONResponse(await desk.do(desk.rooms.peek, code))
    return JSONResponse(await desk.state(code, member, facilitator=facilitator, token=token_of(request)))


async def watch_room(request: Request) -> Response:
    """Answer with server-sent events: the session now and after every change."""
    desk, code = desk_of(request), request.path_params["code"]
    await must_be_inside(request, code)
    if len(request.app.state.streams) >= MOST_STREAMS:
        raise Problem("busy")
    return StreamingResponse(_watch(request, desk, code), media_type="text/event-stream", headers=STREAM_HEADERS)


async def _watch(request: Request, desk: Desk, code: str) -> AsyncIterator[bytes]:
    news, mark = asyncio.Event(), object()
    desk.watching[code].add(news)
    request.app.state.streams.add(mark)
    try:
        while True:
            news.clear()
            yield event("state", await _seen(request, desk, code))
            while not news.is_set():
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        await news.wait()
                except TimeoutError:
                    yield b": still here\n\n"
    except Problem as problem:
        yield event("problem", problem.as_dict())
    finally:
        desk.watching[code].discard(news)
        if not desk.watching[code]:
            del desk.watching[code]
        request.app.state.streams.discard(mark)


async def _seen(request: Request, desk: Desk, code: str) -> dict[str, Any]:
    """Return a session as the one who watches sees it; raises :class:`Problem` once that is nobody any more."""
    member = await must_be_inside(request, code)
    return await desk.state(code, member, facilitator=is_facilitator(request), token=token_of(request))


async def join(request: Request) -> Response:
    """Let a phone join a group."""
    desk, code = desk_of(request), request.path_params["code"]
    body = only(parsed(await request.body()), "group")
    token = token_of(request)
    if not 20 <= len(token) < 100:
        token = secrets.token_urlsafe(24)
    await desk.do(desk.rooms.join, code, token, body.get("group"))
    desk.tell(code)
    member = await desk.do(desk.rooms.member, code, token)
    response = JSONResponse(await desk.state(code, member, facilitator=is_facilitator(request), token=token))
    _remember(response, DEVICE, token)
    return response


async def _as_member(
    request: Request, keys: tuple[str, ...], work: Callable[[Rooms, Member, dict[str, Any]], None]
) -> Response:
    desk, code = desk_of(request), request.path_params["code"]
    body = only(parsed(await request.body()), *keys)
    await desk.do(desk.rooms.peek, code)
    member = await member_of(request, code)
    if member is None:
        raise Problem("not_member")
    await desk.do(work, desk.rooms, member, body)
    desk.tell(code)
    return JSONResponse(await desk.state(code, member, facilitator=is_facilitator(request), token=token_of(request)))


async def submit(request: Request) -> Response:
    """Take a design of a group, or of the facilitator."""
    desk, code = desk_of(request), request.path_params["code"]
    body = only(parsed(await request.body()), "name", "design")
    member, facilitator = await must_be_inside(request, code), is_facilitator(request)
    await desk.do(desk.rooms.submit, code, member, body.get("name"), body.get("design"))
    desk.tell(code)
    if hasattr(request.app.state, "simulations"):
        request.app.state.simulations.foresee(await desk.do(desk.rooms.submitted))
    return JSONResponse(await desk.state(code, member, facilitator=facilitator, token=token_of(request)))


async def predict(request: Request) -> Response:
    """Take the guess of a group."""
    code = request.path_params["code"]

    def order(rooms: Rooms, me: Member, body: dict[str, Any]) -> None:
        rooms.predict(code, me, body.get("answer"), body.get("low"), body.get("high"))

    return await _as_member(request, ("answer", "low", "high"), order)


async def believe(request: Request) -> Response:
    """Take the six answers of a phone; they are kept apart from its group."""
    code, token = request.path_params["code"], token_of(request)
    return await _as_member(
        request, ("answers",), lambda rooms, me, body: rooms.believe(code, token, body.get("answers"))
    )


async def part(request: Request) -> Response:
    """Let a phone leave a session; what its group gave stays."""
    desk, code = desk_of(request), request.path_params["code"]
    only(parsed(await request.body()))
    await desk.do(desk.rooms.peek, code)
    member = await member_of(request, code)
    if member is not None:
        await desk.do(desk.rooms.part, code, member)
        desk.tell(code)
    return Response(status_code=204)


async def vote(request: Request) -> Response:
    """Take the vote of a device."""
    code = request.path_params["code"]
    return await _as_member(request, ("design",), lambda rooms, me, body: rooms.vote(code, me, body.get("design")))


async def withdraw(request: Request) -> Response:
    """Remove a design."""
    desk, code, number = desk_of(request), request.path_params["code"], request.path_params["number"]
    member, facilitator = await must_be_inside(request, code), is_facilitator(request)
    await desk.do(desk.rooms.withdraw, code, number, None if facilitator else member)
    desk.tell(code)
    return JSONResponse(await desk.state(code, member, facilitator=facilitator, token=token_of(request)))


async def _as_facilitator(request: Request, work: Callable[[Rooms, str], None]) -> Response:
    desk, code = must_be_facilitator(request), request.path_params["code"]
    await desk.do(work, desk.rooms, code)
    desk.tell(code)
    return JSONResponse(await desk.state(code, await member_of(request, code), facilitator=True))


async def steer(request: Request) -> Response:
    """Change round, hiding, spotlight, question, outcome or timer; put a session away or take it up again."""
    must_be_facilitator(request)
    body = only(parsed(await request.body()), *STEERING)
    return await _as_facilitator(request, lambda rooms, code: rooms.steer(code, body))


async def undo(request: Request) -> Response:
    """Take back the facilitator's last change."""
    return await _as_facilitator(request, lambda rooms, code: rooms.undo(code))


async def remove_group(request: Request) -> Response:
    """Remove a group and all it gave."""
    number = request.path_params["number"]
    return await _as_facilitator(request, lambda rooms, code: rooms.remove_group(code, number))


async def delete_room(request: Request) -> Response:
    """Delete a session with everything in it."""
    desk, code = must_be_facilitator(request), request.path_params["code"]
    await desk.do(desk.rooms.delete, code)
    desk.tell(code)
    return Response(status_code=204)


async def show_qr(request: Request) -> Response:
    """Answer with the QR code of the joining link."""
    desk, code = desk_of(request), request.path_params["code"]
    await desk.do(desk.rooms.peek, code)
    return qr_response(f"{desk.address()}/r/{code}")
