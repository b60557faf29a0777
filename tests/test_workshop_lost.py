"""Nothing is lost: kills at any moment of a session, and addresses that nobody meant.

The suite tries a few; KELISHIM_KILLS=20, KELISHIM_PATHS=1000 and KELISHIM_FRAGMENTS=1000 ask for all.
"""

import os
import random
import signal
import string
from urllib.parse import quote

import pytest

pytest.importorskip("starlette")
httpx = pytest.importorskip("httpx")
pytest.importorskip("uvicorn")

import page_server  # noqa: E402
from browser import opened, until  # noqa: E402
from server_process import begun, running  # noqa: E402
from starlette.testclient import TestClient  # noqa: E402

KILLS = int(os.environ.get("KELISHIM_KILLS", "3"))
PATHS = int(os.environ.get("KELISHIM_PATHS", "200"))
FRAGMENTS = int(os.environ.get("KELISHIM_FRAGMENTS", "40"))
GROUPS = 4


def moments(code):
    """Yield what happens in a session: (who, method, path, body); 0 is the facilitator."""
    room = f"/api/rooms/{code}"
    steer = lambda **order: (0, "PATCH", room, order)  # noqa: E731
    yield from ((k, "POST", f"{room}/join", {"group": f"Group {k}"}) for k in range(1, GROUPS + 1))
    yield from ((k, "POST", f"{room}/beliefs", {"answers": [k, None, 3, 4, 5, 1]}) for k in range(1, GROUPS + 1))
    yield steer(outcome="jobs_disability", question=["today", "who:universal,levy:0.25"])
    yield steer(round="predict")
    yield from ((k, "POST", f"{room}/prediction", {"low": -100 * k, "high": 900 * k}) for k in range(1, GROUPS))
    yield (GROUPS, "POST", f"{room}/prediction", {"answer": "same"})
    yield steer(round="reveal")
    yield steer(hidden=True)
    yield (0, "POST", f"{room}/undo", {})
    yield steer(round="debate")
    for k in range(1, GROUPS + 1):
        for j in range(3):
            short = f"grant:{155_000 + 1000 * (3 * k + j)}"
            yield (k, "POST", f"{room}/designs", {"name": f"Plan {j}", "design": short})
    yield (1, "POST", f"{room}/leave", {})
    yield (1, "POST", f"{room}/join", {"group": "Group 1"})
    yield steer(round="vote")
    yield from ((k, "POST", f"{room}/vote", {"design": k}) for k in range(1, GROUPS + 1))
    yield steer(round="closed")
    yield from ((k, "POST", f"{room}/beliefs", {"answers": [1, 2, 3, 4, 5, None]}) for k in range(1, GROUPS + 1))
    yield steer(archived=True)


def test_a_server_killed_at_random_moments_of_a_session_loses_nothing(tmp_path):
    chance = random.Random(20)
    server = running(tmp_path)
    client = server.__enter__()
    try:
        code = begun(client, tmp_path)
        script = list(moments(code))
        phones = [client, *(httpx.Client(base_url=client.base_url, timeout=20) for _ in range(GROUPS))]
        fatal = set(chance.sample(range(len(script)), min(KILLS, len(script))))
        for k, (who, method, path, body) in enumerate(script):
            answer = phones[who].request(method, path, json=body)
            assert answer.status_code in (200, 204), (path, body, answer.text)
            if k not in fatal:
                continue
            before = [each.get(f"/api/rooms/{code}").json() for each in phones]
            exported = len(client.get(f"/api/rooms/{code}").json()["designs"])
            server.server.send_signal(signal.SIGKILL)
            server.server.wait(10)
            server = running(tmp_path, port=client.port)
            again = server.__enter__()
            again.close()
            assert [each.get(f"/api/rooms/{code}").json() for each in phones] == before, (k, path)
            assert len(before[0]["designs"]) == exported
        found = client.get(f"/api/rooms/{code}").json()
    finally:
        server.__exit__()
    assert (len(found["designs"]), found["voted"], found["archived"]) == (3 * GROUPS, GROUPS, True)
    assert found["beliefs"]["counts"] == {"before": GROUPS, "after": GROUPS}
    assert [guess["high"] for guess in found["guesses"]] == [900, 1800, 2700, None]


def words(chance, letters=string.ascii_letters + string.digits + "-_.~%:,;=&?#/'\"<>{}жөү "):
    return "".join(chance.choice(letters) for _ in range(chance.randrange(1, 24)))


def test_random_paths_are_pages_with_a_sentence(tmp_path):
    chance = random.Random(21)
    app = page_server.application(tmp_path, "http://127.0.0.1:8600")
    client = TestClient(app, base_url="http://127.0.0.1:8600", raise_server_exceptions=False)
    stems = ("/", "/r/", "/api/", "/api/rooms/", "/static/", "/static/js/", "/api/languages/", "/r/ABC/", "//", "/%ff")
    for _ in range(PATHS):
        path = chance.choice(stems) + quote(words(chance), safe="/%" if chance.random() < 0.2 else "")
        answer = client.get(path, headers={"accept": "text/html", "accept-language": chance.choice(("ky", "ru", "en"))})
        assert answer.status_code in (200, 400, 401, 404, 405, 409), (path, answer.status_code)
        assert answer.headers["content-type"].startswith("text/html"), path
        assert "<p" in answer.text, path
        assert "Traceback" not in answer.text
    app.state.desk.close()


def fragments(chance):
    """Yield fragments that nobody meant, and some that name things every script object has."""
    yield from ("#constructor", "#toString?b=today", "#__proto__", "#explore?lang=constructor", "#?", "##", "#%E0%A4%A")
    yield from ("#explore?b=__proto__:1", "#compare?a=none&b=none", "#room?name=x&b=grant:1e999", "#facilitator=nobody")
    screens = ("explore", "compare", "predict", "room", "join", "how", "save", "wall")
    keys = ("a", "b", "lang", "model", "easy", "name", "screen", "x")
    while True:
        screen = chance.choice(screens) if chance.random() < 0.7 else quote(words(chance))
        query = "&".join(
            f"{chance.choice(keys)}={quote(words(chance), safe=':,%')}" for _ in range(chance.randrange(3))
        )
        yield f"#{screen}?{query}"


def test_random_fragments_are_pages_with_a_sentence(chromium, server):
    page = opened(chromium, server.address, "#explore?lang=en")
    wrong = 0
    made = fragments(random.Random(22))
    for _ in range(FRAGMENTS):
        fragment = next(made)
        page.evaluate(
            "fragment => { document.querySelector('main').dataset.old = '1'; location.hash = fragment; }", fragment
        )
        until(
            page,
            "document.querySelector('main h1')?.textContent && [...document.querySelectorAll('main p, .alert')]"
            ".some((part) => part.textContent.trim().length > 5) && document.querySelectorAll('nav a').length > 5",
        )
        wrong += bool(page.inner_text(".error.alert").strip())
        if fragment == "#constructor":
            until(page, "document.querySelector('.error.alert').textContent.includes('constructor')")
    refused = ("Failed to load resource", "net::ERR")  # the server said what is wrong with a design or a name
    assert [text for text in page.complaints if not text.startswith(refused)] == []
    assert wrong > 0
    page.context.close()
