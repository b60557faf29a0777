"""Sessions in a real browser: the facilitator's page and the groups' phones, from the first round to the vote."""

import pytest

uvicorn = pytest.importorskip(
    "uvicorn", reason="THE PAGE IS NOT TESTED: the packages of the workshop are not installed"
)

from browser import QUICK, go, opened, rested, sideways, until, violations  # noqa: E402

SUBMIT = """async ([code, group]) => { for (let k = 0; k < 8; k += 1) {
  const body = JSON.stringify({ name: `D${k}`, design: `grant:${205000 + 40000 * group + 5000 * k}` });
  const headers = { "content-type": "application/json" };
  await fetch(`/api/rooms/${code}/designs`, { method: "POST", headers, body }); } }"""


def joined(page, group):
    """Join with the phone that is open, by Enter as people do."""
    page.fill("#group", group)
    page.press("#group", "Enter")
    page.wait_for_selector("body[data-screen=room] .groups")


def step(lead, name="next"):
    """Click a button of the facilitator's bar, once the one before has been taken."""
    rested(lead, lead.evaluate("performance.now()"))
    lead.click(f"[data-bar={name}]")


def session(chromium, server, title):
    """Return the facilitator's page, and the code of a session that has begun."""
    lead = opened(chromium, server.address, f"#facilitator={server.token}", QUICK)
    lead.wait_for_selector("#room-title")
    lead.fill("#room-title", title)
    lead.press("#room-title", "Enter")
    lead.wait_for_selector(".big-code")
    return lead, lead.inner_text(".big-code")


def test_script_text_in_a_group_name_is_shown_as_text(chromium, server):
    lead, code = session(chromium, server, "<b>bold</b>")
    page = opened(chromium, server.address, "#join?lang=en")
    page.fill("#code", code.lower())
    joined(page, "<img src=x onerror=a()><script>b()</script>"[:40])
    assert page.inner_text(".groups li").startswith("<img src=x onerror=a()>")
    assert page.locator(".room img, .room script, .room b").count() == 0
    assert page.complaints == lead.complaints == []
    page.context.close()
    lead.context.close()


def test_a_session_from_briefing_to_vote(chromium, server):
    lead, code = session(chromium, server, "Bishkek, morning")
    assert violations(lead) == []
    phone = opened(chromium, server.address, f"r/{code}", viewport={"width": 360, "height": 740}, locale="ru-RU")
    joined(phone, "Ош-1")
    lead.wait_for_selector(".groups li:has-text('Ош-1')")
    step(lead)
    phone.wait_for_selector("body[data-screen=predict]")  # phones follow the round
    phone.check("#guess-more")
    phone.wait_for_selector(".status:has-text('принята')")
    assert violations(phone) == []
    assert phone.locator(".reveal").is_hidden()
    step(lead)
    phone.wait_for_selector(".reveal .counts")
    assert "1 группа" in phone.inner_text(".counts")
    phone.wait_for_selector(".guesses")
    assert violations(phone) == []
    step(lead, "hide")
    phone.wait_for_selector(".reveal", state="hidden")
    step(lead, "hide")
    step(lead)
    phone.wait_for_selector("body[data-screen=room]")
    go(phone, "#room?lang=ru&b=grant:250000")
    until(phone, "document.querySelector('form.keep')?.textContent.replace(/\\D/g, '').includes('250000')")
    phone.fill("#submit-name", "Большой грант")
    phone.press("#submit-name", "Enter")
    lead.wait_for_selector("th:has-text('Большой грант')")
    phone.wait_for_selector(".standing .bars li:has-text('Большой грант')")
    assert violations(phone) == []
    step(lead)
    phone.click("button.vote")
    phone.wait_for_selector("button.vote[aria-pressed=true]")
    assert violations(phone) == []
    assert sideways(phone) <= 0
    step(lead)
    phone.wait_for_selector("td:has-text('1 голос')")
    phone.wait_for_selector(".standing .finding:has-text('Большой грант')")
    phone.reload()
    phone.wait_for_selector("td:has-text('1 голос')")
    assert violations(phone) == violations(lead) == []
    assert lead.complaints == phone.complaints == []
    lead.context.close()
    phone.context.close()


def test_more_designs_than_one_table_holds_are_compared_in_parts_and_the_page_says_so(chromium, server):
    lead, code = session(chromium, server, "A large room")
    phones = []
    for k in range(3):
        phone = opened(chromium, server.address, f"r/{code}", viewport={"width": 390, "height": 800}, locale="ru-RU")
        joined(phone, f"Ош-{k}")
        phones.append(phone)
    phone = phones[-1]
    go(phone, "#compare?lang=ru")
    assert phone.locator(".parts").count() == 0
    for k, each in enumerate(phones):
        each.evaluate(SUBMIT, [code, k])
    phone.wait_for_selector(".ranked .parts")
    assert "24 варианта" in phone.inner_text(".parts")
    assert violations(phone) == []
    assert sideways(phone) <= 0
    step(lead, "round")
    lead.select_option("[data-bar=round]", "debate")
    lead.wait_for_selector(".standing .bars li:nth-child(24)")
    assert violations(lead) == []
    for each in (lead, *phones):
        assert each.complaints == []
        each.context.close()
