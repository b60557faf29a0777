"""Fuzz the workshop's server from its own description: no answer may be a failure of the server or take unbounded work.

    python benchmarks/fuzz.py --cases 5000

Starts a server of its own with the real model over an empty folder, makes requests from ``/openapi.json`` with
schemathesis, as anybody and as the facilitator with a session, right ones and wrong ones, and prints what came back.
Routes that simulate are asked a quarter as often as others. "Busy" (503 with a sentence and Retry-After, see
docs/decisions/page-answers.md) is no failure, but it must be true for a while only: the same request is made again
after the time that the answer names, and must be answered within AGAIN tries. It ends after --seconds at the latest and
says how many cases were made.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import product
from pathlib import Path

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from workshop.problems import PROBLEMS  # noqa: E402
from workshop.rooms import Rooms  # noqa: E402
from workshop.routes import OPERATIONS  # noqa: E402

BUSY = PROBLEMS["busy"][0]

SERVER = """
import sys
from pathlib import Path
import uvicorn
from workshop.server import Settings, application
settings = Settings(rate=1e9, burst=1e9, folder=Path(sys.argv[2]), runs=Path(sys.argv[2]), draws=int(sys.argv[3]))
uvicorn.run(application(settings), port=int(sys.argv[1]), log_level="error")
"""
LONGEST = 40.0  # seconds that one answer may take
AGAIN = 20  # times that a busy server is asked the same
SIMULATING = {(each.method, each.path.replace(":str", "").replace(":int", "")) for each in OPERATIONS
              if BUSY in each.refused}  # fmt: skip
FEWER = 4  # times fewer cases for routes that simulate
RIGHT = (
    "today", "none", "grant:200000", "exclusion:taper", "who:universal,levy:0.25", "coaching:yes,goods:yes",
    "grant:0", "envelope:0", "rate:0.15,size:10", "subsidy:1,coaches:500", "setaside:1", "loan:0,child:5000",
)  # fmt: skip
MOST_MEMORY = 600  # MiB of the server itself
NEVER_END = ("/events",)  # streams that go on as long as somebody watches


def main() -> None:
    """Run the fuzz and leave with 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--draws", type=int, default=4, help="runs of each design: few, so that much is simulated")
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        with subprocess.Popen(
            [sys.executable, "-c", SERVER, str(port), folder, str(asked.draws)], cwd=ROOT
        ) as process:
            try:
                found = _fuzz(f"http://127.0.0.1:{port}", Path(folder), asked, process.pid)
            finally:
                process.terminate()
    print(json.dumps(found, indent=2))
    sys.exit(bool(found["failed"]))


def _fuzz(url: str, folder: Path, asked: argparse.Namespace, process: int) -> dict[str, object]:
    anybody, facilitator = httpx.Client(base_url=url, timeout=LONGEST), httpx.Client(base_url=url, timeout=LONGEST)
    _wait(anybody)
    code = _session(facilitator, folder)
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    operations = [each for each in operations if not each.path.endswith(NEVER_END)]
    each = -(-asked.cases // (2 * len(operations)))
    statuses: Counter[int] = Counter()
    busy: Counter[int] = Counter()  # tries until a busy server answered
    failed: list[str] = []
    slowest: tuple[float, str] = (0.0, "")
    done, began = 0, time.monotonic()
    until = began + asked.seconds
    before = _memory(process)

    def ask(case, client: httpx.Client) -> None:
        nonlocal done, slowest
        if time.monotonic() > until:
            return
        if "code" in (case.path_parameters or {}) and done % 2:
            case.path_parameters["code"] = code
        if "d" in (case.query or {}) and done % 3 == 0:  # right ones are rare by chance
            number = len(case.query["d"]) if isinstance(case.query["d"], list) else 1
            case.query["d"] = [RIGHT[(done + k) % len(RIGHT)] for k in range(min(number, 25))]
        given_request = case.as_transport_kwargs(base_url=url)
        headers = {k: v for k, v in dict(given_request.get("headers") or {}).items() if k.lower() != "cookie"}
        if (case.method, case.path) in ENDING:
            return
        try:
            request = client.build_request(
                given_request["method"], given_request["url"], params=given_request.get("params"), headers=headers,
                json=given_request.get("json"), content=given_request.get("data"),
            )  # fmt: skip
        except httpx.InvalidURL:  # longer than any client sends
            return
        done += 1
        started = time.monotonic()
        try:
            answer = client.send(request)
        except httpx.TimeoutException:
            failed.append(f"longer than {LONGEST:.0f} s: {request.method} {request.url}")
            return
        slowest = max(slowest, (time.monotonic() - started, f"{request.method} {str(request.url)[:120]}"))
        statuses[answer.status_code] += 1
        if answer.status_code == BUSY:
            tries, answer = _patiently(client, request, answer, until)
            busy[tries] += 1
            if answer.status_code == BUSY and time.monotonic() > until:
                return
        if answer.status_code >= 500:
            failed.append(f"{answer.status_code}: {request.method} {request.url} {request.content[:200]!r}")
        elif answer.status_code >= 400 and "error" not in answer.json():
            failed.append(f"no sentence: {request.method} {request.url}")
        if "Traceback" in answer.text or str(ROOT) in answer.text or str(folder) in answer.text:
            failed.append(f"tells of its inside: {request.method} {request.url}")

    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    rounds = 0
    while done < asked.cases and time.monotonic() < until:  # routes with few ways to be asked are asked again
        for number, operation in enumerate(operations):
            for client, mode in product((anybody, facilitator), modes):
                strategy = operation.as_strategy(generation_mode=mode)
                if time.monotonic() > until:
                    continue
                ways = asked.seed + 1000 * rounds + number
                fewer = FEWER if (operation.method.upper(), operation.path) in SIMULATING else 1
                _many(strategy, lambda case, client=client: ask(case, client), -(-each // (2 * fewer)), ways)
        rounds += 1
    if _memory(process) > MOST_MEMORY:
        failed.append(f"the server took {_memory(process)} MiB")
    health = anybody.get("/api/health").json()
    return {
        "cases": done, "operations": len(operations), "statuses": dict(sorted(statuses.items())),
        "busy_then_answered_at_try": dict(sorted(busy.items())), "failed": failed[:20],
        "slowest_seconds": round(slowest[0], 2), "slowest": slowest[1], "seconds": round(time.monotonic() - began),
        "server_memory_mb": [before, _memory(process)], "ready_afterwards": health["ready"],
    }  # fmt: skip


ENDING = {("DELETE", "/api/facilitator"), ("DELETE", "/api/rooms/{code}")}  # would end the session that is fuzzed


def _patiently(
    client: httpx.Client, request: httpx.Request, answer: httpx.Response, until: float
) -> tuple[int, httpx.Response]:
    """Ask a busy server again after the time that it names; return the tries and the last answer."""
    for tries in range(1, AGAIN + 1):
        time.sleep(float(answer.headers["retry-after"]))
        answer = client.send(request)
        if answer.status_code != BUSY or time.monotonic() > until:
            return tries, answer
    return AGAIN, answer


def _many(strategy, ask, count: int, number: int) -> None:
    """Make ``count`` requests of a strategy; one that cannot be made wrong makes none."""
    @seed(number)
    @settings(max_examples=max(count, 1), deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=strategy)
    def run(case) -> None:
        ask(case)

    try:
        run()
    except (schemathesis.errors.SchemathesisError, Exception) as error:
        if type(error).__name__ not in ("Unsatisfiable", "SkipTest", "InvalidArgument"):
            raise


def _session(client: httpx.Client, folder: Path) -> str:
    rooms = Rooms(folder / "sessions.sqlite")
    client.post("/api/facilitator", json={"token": rooms.token}).raise_for_status()
    rooms.close()
    code = str(client.post("/api/rooms", json={"title": "fuzz"}).json()["code"])
    client.post(f"/api/rooms/{code}/join", json={"group": "fuzz"}).raise_for_status()
    return code


def _wait(client: httpx.Client) -> None:
    for _ in range(1800):
        try:
            if client.get("/api/health").json().get("ready"):
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit("the server did not get ready")


def _memory(process: int) -> int:
    """Return the memory of a process, MiB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
