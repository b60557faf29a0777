"""A room of twenty phones from joining to the result, its facilitator through two questions, by visible names."""

import json
import re
from pathlib import Path

import httpx
import pytest

uvicorn = pytest.importorskip(
    "uvicorn", reason="THE PAGE IS NOT TESTED: the packages of the workshop are not installed"
)

from browser import PAUSE, QUICK, SHORT, go, opened, rested, sideways, until, violations  # noqa: E402

import workshop  # noqa: E402
from experiments.language import language  # noqa: E402
from workshop.outcomes import ON_PAGE  # noqa: E402

WORDS = Path(workshop.__file__).parent / "languages"
SEEN = 2  # phones in a browser; the others ask the server as a phone's page does
ROUNDS = ("briefing", "predict", "reveal", "debate", "vote", "closed")
LOOKS = {"light": 1280, "dark": 320}


class Room:
    """A session in one language: the facilitator's page, phones in browsers and phones that only ask."""

    def __init__(self, chromium, server, code, title, pause=SHORT):
        self.chromium, self.server, self.code = chromium, server, code
        self.say = language(code, WORDS).text
        self.many = language(code, WORDS).plural
        self.paused = pause
        quick = QUICK if pause < PAUSE else ""
        self.lead = opened(chromium, server.address, f"#facilitator={server.token}", quick, locale=code)
        self.lead.wait_for_selector("#room-title")
        go(self.lead, f"#explore?lang={code}&b=who:universal,levy:0.25")
        self.lead.get_by_role("link", name=self.say("Room"), exact=True).click()
        self.lead.get_by_label(self.say("Title of the session")).fill(title)
        self.lead.get_by_role("button", name=self.say("Start a session")).click()
        self.lead.wait_for_selector(".big-code")
        self.room = self.lead.inner_text(".big-code")
        self.phones = []
        self.others = []
        self.moved = 0.0  # when the last step was seen to be done, on the clock of the facilitator's page

    def join(self, seen, others):
        for k in range(seen):
            page = opened(self.chromium, self.server.address, f"r/{self.room}", viewport={"width": 375, "height": 760},
                          locale=self.code)  # fmt: skip
            page.get_by_label(self.say("Name of your group")).fill(f"Group {k}")
            page.get_by_role("button", name=self.say("Join"), exact=True).click()
            page.get_by_role("heading", name=self.say("The room"), exact=True).wait_for()
            self.phones.append(page)
        for k in range(others):
            client = httpx.Client(base_url=self.server.address, timeout=20, verify=False)
            assert (
                client.post(f"/api/rooms/{self.room}/join", json={"group": f"Group {seen + k % 6}"}).status_code == 200
            )
            self.others.append(client)

    def post(self, client, path, **body):
        answer = client.post(f"/api/rooms/{self.room}/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def pause(self):
        """Wait until the next step is no longer taken for a slip of the one before."""
        rested(self.lead, self.moved, self.paused)

    def arrived(self):
        self.moved = self.lead.evaluate("performance.now()")

    def next(self, name):
        """Go to a round by the button that names it."""
        self.pause()
        bar = self.lead.get_by_role("region", name=self.say("Facilitator"))
        bar.get_by_role("button", name=self.say("Next: {round}", round=self.say(name))).click()
        self.lead.locator(".rounds [aria-current]", has_text=self.say(name)).wait_for()
        self.arrived()

    def back(self, name):
        self.pause()
        self.lead.get_by_label(self.say("Round"), exact=True).select_option(label=self.say(name))
        self.lead.locator(".rounds [aria-current]", has_text=self.say(name)).wait_for()
        self.arrived()

    def close(self):
        for page in (self.lead, *self.phones):
            assert page.complaints == []
            page.context.close()
        for client in self.others:
            client.close()


@pytest.mark.parametrize(("code", "phones"), [("en", 20), ("ky", 8), ("ru", 8)])
def test_twenty_phones_and_a_facilitator_go_from_joining_to_the_result(chromium, server, code, phones):
    room = Room(chromium, server, code, f"Osh {code}")
    say = room.say
    room.join(SEEN, phones - SEEN)
    lead, first = room.lead, room.phones[0]
    lead.get_by_text(room.many("{count} phone", "{count} phones", phones)).wait_for()

    first.get_by_text(say("Six questions before we begin")).click()
    for group in first.locator("fieldset.scale").all():
        group.get_by_label(say("Rather yes")).check()
    first.get_by_role("button", name=say("Send the answers")).click()
    first.get_by_text(say("Thank you. Your answers are in; nobody can see which ones are yours.")).wait_for()
    for k, client in enumerate(room.others):
        room.post(client, "beliefs", answers=[1 + k % 5] * 6)

    label = say(ON_PAGE["jobs_disability"].label)
    lead.get_by_label(say("Outcome that the groups guess")).select_option(label=label)
    lead.get_by_role("button", name=say("Start the timer")).click()
    first.get_by_role("timer").wait_for()
    room.next("Guessing")
    for k, page in enumerate(room.phones):  # they went along by themselves
        page.get_by_role("heading", name=say("What do you think?")).wait_for()
        assert label in page.inner_text(".choices legend")
        page.get_by_label(say("From"), exact=True).fill("-200" if k else "100")
        page.get_by_label(say("To"), exact=True).fill("900")
        page.get_by_role("button", name=say("Send the guess")).click()
        page.locator(".status:not(:empty)").first.wait_for()
    for k, client in enumerate(room.others):
        room.post(client, "prediction", **({"low": 50 * k} if k % 2 else {"answer": "more"}))
    room.next("Figures")
    first.get_by_text(re.compile(r"100")).first.wait_for()
    first.locator(".guesses li.truth").wait_for()
    assert first.locator(".guesses > li").count() == 1 + 8  # the simulation and eight groups

    room.next("Debate")
    for k, page in enumerate(room.phones):
        page.get_by_role("heading", name=say("The room"), exact=True).wait_for()
        grant = 205_000 + 5_000 * k
        go(page, f"#room?lang={code}&b=grant:{grant}")
        until(page, f"document.querySelector('form.keep')?.textContent.replace(/\\D/g, '').includes('{grant}')")
        page.get_by_label(say("Name of the design")).fill(f"Plan {k}")
        page.get_by_role("button", name=say("Submit"), exact=True).click()
        page.get_by_role("rowheader", name=f"Plan {k}").wait_for()
    for k, client in enumerate(room.others):
        room.post(client, "designs", name=f"Idea {k}", design=f"grant:{300_000 + 1000 * k}")
    designs = SEEN + len(room.others)
    lead.get_by_text(room.many("{count} design", "{count} designs", designs), exact=True).wait_for()
    first.locator(f".standing .bars li:nth-child({designs})").wait_for()

    room.back("Guessing")  # a second question in the same session
    first.get_by_role("heading", name=say("What do you think?")).wait_for()
    room.next("Figures")
    room.next("Debate")
    room.next("Voting")
    for page in room.phones:
        page.get_by_role("button", name=say("Vote for {name}", name="Plan 1")).click()
        page.get_by_role("button", name=say("Your vote: {name}", name="Plan 1")).wait_for()
    numbers = [design["number"] for design in room.others[0].get(f"/api/rooms/{room.room}").json()["designs"]]
    for k, client in enumerate(room.others):
        room.post(client, "vote", design=numbers[1 if k % 3 else 2])
    room.next("Result")
    votes = SEEN + sum(bool(k % 3) for k in range(len(room.others)))
    for page in (lead, *room.phones):
        found = page.locator(".standing .finding", has_text="Plan 1")
        found.wait_for()
        assert str(votes) in found.inner_text()
    assert sideways(first) <= 0

    lead.get_by_role("link", name=say("Save"), exact=True).click()
    for name in ("Report of the session", "Slides of the session"):
        link = lead.get_by_role("link", name=say("{document} (opens in a new tab)", document=say(name)))
        page = httpx.get(server.address + link.get_attribute("href"), cookies=cookies(lead))
        assert page.status_code == 200
        assert "Plan 1 (Group 1)" in page.text
        assert f'lang="{code}"' in page.text
    lead.get_by_role("link", name=say("Room"), exact=True).click()
    lead.get_by_role("button", name=say("Close this session here and see all sessions")).click()
    lead.get_by_role("button", name=say("Put “{title}” away", title=f"Osh {code}")).click()
    lead.get_by_text(say("Sessions that were put away")).click()
    lead.get_by_role("button", name=say("Take up “{title}” again", title=f"Osh {code}")).click()
    lead.get_by_role("button", name=say("Open “{title}”", title=f"Osh {code}")).click()
    lead.locator(".standing .finding", has_text="Plan 1").wait_for()
    room.close()


def cookies(page):
    return {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}


@pytest.mark.parametrize(("scheme", "code"), [("light", "ky"), ("dark", "ru")])
def test_axe_finds_nothing_wrong_in_any_state_of_a_session(chromium, server, scheme, code):
    room = Room(chromium, server, code, "States")
    assert violations(room.lead) == []
    room.join(1, 2)
    phone, width = room.phones[0], LOOKS[scheme]
    wall = opened(chromium, server.address, f"#facilitator={server.token}", viewport={"width": 1280, "height": 720})
    wall.wait_for_selector("#room-title")
    wall.evaluate(f"localStorage.setItem('kelishim-room', '\"{room.room}\"')")
    wall.reload()
    wall.wait_for_selector("body[data-screen=room] .big-code")
    go(wall, f"#wall?lang={code}")
    wall.wait_for_selector(".wall .big-code")
    for page in (phone, wall, room.lead):
        page.emulate_media(color_scheme=scheme)
    phone.set_viewport_size({"width": width, "height": 800})
    for k, client in enumerate(room.others):
        room.post(
            client,
            "designs",
            name=f"A rather long name of a design, number {k}"[:40],
            design=f"grant:{200_000 + 5000 * k}",
        )
    for round_ in ROUNDS:
        room.pause()
        room.lead.get_by_label(room.say("Round"), exact=True).select_option(value=round_)
        room.arrived()
        for page in (phone, wall):
            page.wait_for_selector(
                "body[data-screen=predict]" if page is phone and round_ in ("predict", "reveal")
                else "body[data-screen=room]" if page is phone else ".wall-stage > *"
            )  # fmt: skip
        if round_ in ("reveal", "debate", "closed"):
            phone.wait_for_selector(".standing .bars li")
        phone.evaluate("document.querySelectorAll('main details').forEach((part) => { part.open = true; })")
        for page in (phone, wall, room.lead):
            assert (round_, violations(page)) == (round_, [])
            assert sideways(page) <= 0, round_
        if round_ == "predict":
            for client in room.others:
                room.post(client, "prediction", low=-100, high=4000)
    assert wall.complaints == []
    wall.context.close()
    room.close()


def test_one_enter_too_many_hides_nothing_and_undo_says_what_it_does(chromium, server):
    assert f"PAUSE = {PAUSE};" in (Path(workshop.__file__).parent / "static/js/facilitator.js").read_text("utf-8")
    room = Room(chromium, server, "en", "Keys", pause=PAUSE)
    lead = room.lead
    lead.get_by_label("Round", exact=True).select_option(value="vote")
    until(lead, "document.querySelector('[data-bar=next]')?.textContent === 'Next: Result'")
    room.arrived()
    room.pause()
    lead.focus("[data-bar=next]")
    for _ in range(4):
        lead.keyboard.press("Enter")
        lead.wait_for_timeout(250)
    state = httpx.get(f"{server.address}/api/rooms/{room.room}", cookies=cookies(lead)).json()
    assert (state["round"], state["hidden"]) == ("closed", False)
    assert lead.evaluate("document.activeElement.dataset.bar") == "round"
    assert lead.get_by_role("button", name="Back to the round “Voting”").count() == 1
    assert lead.get_by_role("button", name="Undo", exact=True).count() == 0
    lead.get_by_role("button", name="Back to the round “Voting”").click()
    lead.locator(".rounds [aria-current]", has_text="Voting").wait_for()
    room.close()


def test_a_design_travels_to_another_room_by_its_link(chromium, server):
    room = Room(chromium, server, "en", "First")
    room.join(1, 0)
    phone = room.phones[0]
    go(phone, "#room?lang=en&b=grant:245000")
    until(phone, "document.querySelector('form.keep')?.textContent.includes('245,000')")
    phone.get_by_label("Name of the design").fill("Traveller")
    phone.get_by_role("button", name="Submit", exact=True).click()
    phone.get_by_role("rowheader", name="Traveller").wait_for()
    phone.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not here')); }")
    phone.get_by_role("button", name="Link that takes Traveller to another room").click()
    link = phone.get_by_label("Link", exact=True).input_value()
    other = Room(chromium, server, "en", "Second")
    other.join(1, 0)
    guest = other.phones[0]
    guest.evaluate("link => { location.hash = new URL(link).hash; }", link)
    until(guest, "document.querySelector('#submit-name')?.value === 'Traveller'")
    guest.get_by_role("button", name="Submit", exact=True).click()
    guest.get_by_role("rowheader", name="Traveller").wait_for()
    designs = httpx.get(f"{server.address}/api/rooms/{other.room}", cookies=cookies(guest)).json()["designs"]
    assert [(design["name"], design["design"]["short"]) for design in designs] == [("Traveller", "grant:245000")]
    assert json.dumps(designs).count("Traveller") == 1
    room.close()
    other.close()


def test_a_phone_that_does_not_follow_stays_where_it_is(chromium, server):
    room = Room(chromium, server, "en", "Still")
    room.join(2, 0)
    stays, goes = room.phones
    stays.get_by_label("Follow the facilitator").uncheck()
    room.next("Guessing")
    goes.wait_for_selector("body[data-screen=predict]")
    stays.locator(".bar", has_text="Guessing").wait_for()
    assert stays.evaluate("document.body.dataset.screen") == "room"
    until(stays, "document.getElementById('live').textContent.includes('Guessing')")
    stays.get_by_label("Follow the facilitator").check()
    stays.wait_for_selector("body[data-screen=predict]")
    room.close()
