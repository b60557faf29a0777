"""Pictures of a session in seven states, for docs/page/rooms.md: `python benchmarks/room_pictures.py`.

The server is that of the tests, so every figure in the pictures is made up; they show the page and no result.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import browser, go, opened  # noqa: E402
from page_pictures import DESKTOP, PHONE, keep  # noqa: E402
from page_server import Running  # noqa: E402

WALL = {"width": 1280, "height": 720}
GROUPS = ("Профсоюз", "Работодатели", "Министерство")
QUESTION = ["today", "who:universal,rate:0.05,levy:0.2048"]
GUESSES = ({"low": 1000, "high": 9000}, {"low": 4000, "high": 10500}, {"answer": "fewer"})


def main() -> None:
    """Take the pictures."""
    server = Running(Path(tempfile.mkdtemp()))
    try:
        with browser() as chromium:
            session(chromium, server)
    finally:
        server.close()


def session(chromium, server) -> None:
    """Go through a session and take its pictures on the way."""
    lead = httpx.Client(base_url=server.address, timeout=30)
    lead.post("/api/facilitator", json={"token": server.token}).raise_for_status()
    made = {"title": "Ош, 3 декабря", "question": QUESTION, "outcome": "jobs_disability"}
    code = lead.post("/api/rooms", json=made).raise_for_status().json()["code"]
    room = f"/api/rooms/{code}"
    phone = opened(chromium, server.address, f"r/{code}", viewport=PHONE, locale="ru-RU")
    phone.locator("form input[type=text]").last.fill(GROUPS[0])
    phone.locator("form button[type=submit]").last.click()
    phone.wait_for_selector("body[data-screen=room]")
    desk, wall = (facilitator(chromium, server, code, window) for window in (DESKTOP, WALL))
    others = [httpx.Client(base_url=server.address, timeout=30) for _ in GROUPS]
    for client, group in zip(others, GROUPS, strict=True):
        client.post(f"{room}/join", json={"group": group}).raise_for_status()

    def steer(name: str) -> None:
        lead.patch(room, json={"round": name}).raise_for_status()
        phone.wait_for_timeout(2500)

    go(wall, "#wall?lang=ky")
    wall.wait_for_selector(".wall .big-code")
    keep(wall, "room-projector-join-ky")
    steer("predict")
    go(phone, "#predict?lang=ky")
    phone.wait_for_timeout(1000)
    keep(phone, "room-phone-guess-ky")
    for client, guess in zip(others, GUESSES, strict=True):
        client.post(f"{room}/prediction", json=guess).raise_for_status()
    go(phone, "#predict?lang=ru")
    go(wall, "#wall?lang=ru")
    steer("reveal")
    phone.wait_for_selector(".guesses li.truth")
    phone.evaluate("document.querySelector('.guesses').scrollIntoView({ block: 'center' })")
    keep(phone, "room-phone-reveal-ru")
    keep(wall, "room-projector-reveal-ru")
    for k, client in enumerate(others):
        client.post(f"{room}/designs", json={"name": f"План {k + 1}", "design": f"grant:{205_000 + 5000 * k}"})
    go(desk, "#room?lang=ru")
    steer("debate")
    desk.wait_for_selector(".standing .bars li:nth-child(3)")
    keep(desk, "room-desk-ru")
    steer("vote")
    numbers = [design["number"] for design in lead.get(room).json()["designs"]]
    for client, number in zip(others, (numbers[0], numbers[1], numbers[0]), strict=True):
        client.post(f"{room}/vote", json={"design": number}).raise_for_status()
    steer("closed")
    go(phone, "#room?lang=ru")
    phone.wait_for_selector(".standing .finding")
    phone.evaluate("document.querySelector('.standing').scrollIntoView()")
    keep(phone, "room-phone-result-ru")
    desk.goto(f"{server.address}{room}/report?lang=ru")
    keep(desk, "room-report-ru")


def facilitator(chromium, server, code: str, window):
    """Return the page of the facilitator in a session."""
    page = opened(chromium, server.address, f"#facilitator={server.token}", viewport=window, locale="ru-RU")
    page.wait_for_selector("#room-title")
    page.evaluate(f"localStorage.setItem('kelishim-room', '\"{code}\"')")
    page.reload()
    page.wait_for_selector("body[data-screen=room] .big-code")
    return page


if __name__ == "__main__":
    main()
