"""The page in a real browser: accessible, by keyboard alone, in three languages, from 320 pixels to the projector."""

import json
import re

import pytest

uvicorn = pytest.importorskip(
    "uvicorn", reason="THE PAGE IS NOT TESTED: the packages of the workshop are not installed"
)

from browser import SCREENS, go, leaves_loopback, opened, sideways, until, violations  # noqa: E402
from page_server import delay  # noqa: E402

from experiments import words  # noqa: E402
from experiments.language import language  # noqa: E402

NOW = """() => { const now = document.activeElement;
  return [now.id, now.textContent.slice(0, 40), now.tagName].join('|'); }"""
KEPT = "#explore?lang=en&b=grant:200000,levy:0.25"


@pytest.fixture(scope="module")
def wide(chromium, server):
    """One page that the tests of looking share."""
    page = opened(chromium, server.address, "#explore?lang=en")
    yield page
    assert page.complaints == []
    assert leaves_loopback(page) == []
    page.context.close()


def settled(page):
    """Wait until the runs of the design shown are complete."""
    until(page, "!document.querySelector('[aria-busy=true]') && document.querySelector('progress')?.value === 48")


# Each screen in each language; colours and sizes take turns, so that every pair of them is seen.
LOOKS = [("light", 1280), ("dark", 360), ("dark", 1920), ("light", 320), ("light", 360), ("dark", 1280)]


@pytest.mark.parametrize("code", ["en", "ky", "ru"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_wrong(wide, screen, code):
    turn = SCREENS.index(screen) + 2 * ["en", "ky", "ru"].index(code)
    scheme, width = LOOKS[turn % len(LOOKS)]
    wide.set_viewport_size({"width": width, "height": 900})
    wide.emulate_media(color_scheme=scheme)
    go(wide, f"#{screen}?lang={code}&a=today&b=grant:200000")
    assert violations(wide) == []
    if width <= 360:
        assert sideways(wide) <= 0
    wide.emulate_media(color_scheme="light")


def test_axe_finds_nothing_wrong_with_everything_unfolded(wide):
    wide.set_viewport_size({"width": 1280, "height": 900})
    go(wide, "#explore?lang=en&b=grant:200000")
    settled(wide)
    wide.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert violations(wide) == []
    wide.reload()
    wide.wait_for_selector(".sentences")


def test_axe_finds_nothing_wrong_in_high_contrast_easy_words_and_large(chromium, server):
    page = opened(chromium, server.address, "#explore?lang=ru&easy=1")
    page.wait_for_selector(".sentences")
    page.click("summary:has-text('Вид')")
    page.select_option("#theme", "contrast")
    page.check("#large")
    page.wait_for_selector(".sentences")
    assert violations(page) == []
    assert page.inner_text(".sentences").startswith(("Нельзя сказать", "B даёт"))
    names = "[...document.querySelectorAll('.card h4')].map((e) => e.textContent)"
    until(page, f"{names}.includes('Сколько платит государство')")
    page.context.close()


def test_a_wrong_number_gets_one_sentence_and_changes_nothing(wide):
    wide.set_viewport_size({"width": 1280, "height": 900})
    go(wide, "#explore?lang=en&b=grant:200000")
    before = wide.evaluate("location.hash")
    wide.fill("#lever-grant", "a lot")
    wide.press("#lever-grant", "Enter")
    said = wide.inner_text(".lever[data-key=grant] .error")
    assert said == "Grant is “a lot”; give a number from 0 som per family to 500,000\u00a0som per family.".replace(
        "0 som", "0\u00a0som", 1
    )
    assert wide.get_attribute("#lever-grant", "aria-invalid") == "true"
    assert wide.evaluate("location.hash") == before
    assert violations(wide) == []
    wide.fill("#lever-grant", "210 000")
    wide.press("#lever-grant", "Enter")
    assert "grant:210000" in wide.evaluate("location.hash")
    assert wide.inner_text(".lever[data-key=grant] .error") == ""


def test_the_main_path_by_keyboard_alone(chromium, server):
    """Language, a lever by arrows, the sentence, the chart's cursor, the table, another screen: no mouse."""
    page = opened(chromium, server.address)
    page.wait_for_selector(".sentences")
    journey = []

    def tab_to(what, most=80):
        for _ in range(most):
            page.keyboard.press("Tab")
            now = page.evaluate(NOW)
            journey.append(now)
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none" or "BODY" in now
            if what in now:
                return
        raise AssertionError(f"{what} was not reached: {journey}")

    tab_to("Skip to the answer")
    tab_to("English")
    page.keyboard.press("Enter")
    page.wait_for_selector("html[lang=en]")
    tab_to("lever-levy-range")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    until(page, "location.hash.includes('levy:0.0205')")
    assert page.get_attribute("#lever-levy-range", "aria-valuetext").startswith("1,000")
    until(page, "document.querySelector('.sentences').textContent.includes('your design')")
    settled(page)
    tab_to("cursor-")
    page.keyboard.press("Home")
    assert page.get_attribute(":focus", "aria-valuetext").startswith("January 2026. B less A: ")
    page.keyboard.press("ArrowRight")
    assert page.get_attribute(":focus", "aria-valuetext").startswith("February 2026. B less A: ")
    tab_to("Table and files")
    page.keyboard.press("Enter")
    assert page.locator("details.files[open] caption").inner_text() == "B less A, month by month"
    page.keyboard.press("Shift+Tab")
    page.focus("nav a[data-screen=compare]")
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-screen=compare]")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert "Levy for each missing place" in page.inner_text(".differs")
    page.context.close()


def test_every_slider_has_a_name_a_value_in_words_and_todays_law(wide):
    go(wide, KEPT)
    wide.evaluate("document.querySelectorAll('.levers details').forEach((part) => { part.open = true; })")
    for slider in wide.query_selector_all(".lever input[type=range]"):
        assert wide.evaluate("e => document.getElementById(e.getAttribute('aria-labelledby')).textContent", slider)
        assert slider.get_attribute("aria-valuetext")
        lever = wide.evaluate("e => e.closest('.lever').textContent", slider)
        assert "Today: " in lever
    assert wide.get_attribute("#lever-rate-range", "aria-valuetext") == "4.0\u00a0%"


def test_targets_are_large_enough_to_touch(wide):
    go(wide, "#explore?lang=ky")
    small = wide.evaluate("""() => [...document.querySelectorAll('button, select, summary, nav a, input')]
      .filter((e) => e.offsetParent && e.type !== 'checkbox')
      .map((e) => [e.textContent.slice(0, 20), e.getBoundingClientRect().height]).filter(([, tall]) => tall < 43.5)""")
    assert small == []


def test_results_are_said_once_after_a_pause_and_say_the_finding(wide):
    go(wide, "#explore?lang=en&b=today")
    wide.evaluate("""() => {
      const live = document.getElementById('live');
      window.spoken = [];
      const watch = new MutationObserver(() => window.spoken.push(live.textContent));
      watch.observe(live, { subtree: true, childList: true });
    }""")
    wide.evaluate("""() => { for (const value of ["160 000", "170 000", "180 000"]) {
      const field = document.getElementById("lever-grant");
      field.value = value;
      field.dispatchEvent(new Event("change"));
    } }""")
    settled(wide)
    until(wide, "/your design.*All 48 paired runs are in[.]$/.test(window.spoken.at(-1) ?? '')")
    spoken = [text for text in wide.evaluate("window.spoken") if "your design" in text]
    assert len(spoken) <= 2  # the last of three movements only: first figures, then all runs
    assert spoken[-1].startswith("Net jobs: 'your design' ")
    assert spoken[-1].endswith("All 48 paired runs are in.")


def test_old_figures_are_never_shown_as_those_of_the_new_design(wide, monkeypatch):
    go(wide, "#explore?lang=en&b=grant:200000")
    settled(wide)
    first = wide.inner_text(".headline")
    monkeypatch.setitem(delay, "seconds", 1.0)
    wide.fill("#lever-grant", "300 000")
    wide.press("#lever-grant", "Enter")
    status, busy = wide.evaluate("""() => {
      const answers = document.querySelector(".answers");
      return [answers.querySelector(":scope > .status").innerText, answers.getAttribute("aria-busy")];
    }""")
    assert "These figures belong to the design before" in status
    assert wide.text_content(".pinned").endswith("The new figures are on their way.")
    assert busy == "true"
    monkeypatch.setitem(delay, "seconds", 0.0)
    settled(wide)
    assert wide.inner_text(".headline") != first


def test_an_estimate_says_what_it_is_and_gives_way_to_the_simulation(wide, monkeypatch):
    go(wide, "#explore?lang=en&b=today")
    settled(wide)
    monkeypatch.setitem(delay, "seconds", 1.0)  # longer than the page waits before it says anything aloud
    go(wide, "#explore?lang=en&b=loan:100000")
    until(wide, "document.querySelector('.answers > .status').textContent.startsWith('An estimate from runs of other')")
    assert "off by less than 2,500" in wide.inner_text(".answers > .status")
    assert "no run of this design is in yet" in wide.inner_text(".progress")
    assert wide.inner_text(".headline .badge") == "estimate"
    assert "– estimate:" in wide.text_content(".pinned")
    until(wide, "document.querySelector('#live').textContent.endsWith('no run of this design is in yet.')")
    settled(wide)
    assert "estimate" not in wide.text_content(".pinned")
    assert "stimate" not in wide.inner_text(".answers > .status") + wide.inner_text(".progress")


def test_the_link_holds_the_whole_design(chromium, server):
    page = opened(chromium, server.address, "#explore?lang=ky&a=exclusion:taper&b=grant:200000,who:universal,levy:0.25")
    page.wait_for_selector(".sentences")
    assert page.input_value("#lever-grant") == "200\u00a0000"
    assert page.input_value("#lever-levy") == "12\u00a0210"
    assert page.input_value("#lever-who") == "universal"
    kept = page.evaluate("location.href")
    other = opened(chromium, server.address, kept.split("/", 3)[3])
    other.wait_for_selector(".sentences")
    assert other.evaluate("location.href") == kept
    assert other.inner_text(".lever[data-key=levy]") == page.inner_text(".lever[data-key=levy]")
    page.context.close()
    other.context.close()


@pytest.mark.parametrize("panel", ["months", "dots", "regions", "who", "poor", "why-net_fiscal_cost"])
def test_every_chart_has_a_finding_a_table_and_files_that_are_not_empty(wide, panel):
    go(wide, KEPT)
    settled(wide)
    place = wide.locator(f".panel-{panel}")
    assert len(place.locator(".finding").inner_text()) > 40
    place.locator("details.files").evaluate("e => { e.open = true; }")
    assert place.locator("tbody tr").count() >= 2
    for name, least in (("Table (CSV)", 100), ("Picture (SVG)", 1000), ("Picture (PNG)", 3000)):
        with wide.expect_download() as waiting:
            place.get_by_role("button", name=name).click()
        content = waiting.value.path().read_bytes()
        assert len(content) > least
        if "SVG" in name:
            text = content.decode()
            assert "<title" in text
            assert "var(--" not in text
            assert re.search(r'fill="rgb\(', text)
        if "PNG" in name:
            assert content.startswith(b"\x89PNG")
        if "CSV" in name:
            assert len(content.decode("utf-8-sig").splitlines()) >= 3


def test_the_cheapest_design_that_reaches_a_number_is_found_by_keyboard_and_said(wide):
    wide.set_viewport_size({"width": 360, "height": 900})
    go(wide, "#compare?lang=en&a=today&b=grant:200000")
    wide.get_by_role("button", name="Compare the designs that are ticked").press("Enter")
    wide.wait_for_selector(".panel-cheapest svg.chart .goal")
    number = wide.get_by_role("spinbutton", name="at least")
    number.press("Control+a")
    number.type("1000")
    until(wide, "document.querySelector('.panel-cheapest .finding').textContent.includes('at least 1,000 jobs')")
    until(wide, "document.querySelector('[aria-live]').textContent.includes('at least 1,000 jobs')")
    wide.locator(".panel-cheapest summary").press("Enter")
    rows = "document.querySelectorAll('.panel-cheapest tbody tr')"
    ranked = "document.querySelectorAll('.ranked tbody tr').length"
    until(wide, f"{rows}.length >= 2 && {ranked} === 2 * {rows}.length && {rows}[0].innerText.startsWith('A, ')")
    sure = "is the cheapest design that reaches it surely. Cost: "
    until(wide, f"document.querySelector('.panel-cheapest .finding').textContent.includes('{sure}')")
    assert violations(wide) == []
    assert sideways(wide) <= 0
    wide.set_viewport_size({"width": 1280, "height": 900})


def test_large_text_and_wide_spacing_keep_everything_on_the_page(chromium, server):
    page = opened(chromium, server.address, "#explore?lang=ru", viewport={"width": 640, "height": 900})
    page.wait_for_selector(".sentences")
    page.evaluate("""() => {
      document.documentElement.style.fontSize = '200%';
      Object.assign(document.body.style, { letterSpacing: '.12em', wordSpacing: '.16em' });
    }""")
    page.wait_for_timeout(200)
    assert sideways(page) <= 0
    page.evaluate("document.body.style.letterSpacing = document.body.style.wordSpacing = ''")
    page.set_viewport_size({"width": 360, "height": 740})
    for fragment in ("#explore?lang=ky&b=grant:200000", "#compare?lang=ru", "#predict?lang=ky", "#explore?lang=ru"):
        go(page, fragment)
        page.wait_for_timeout(100)
        assert sideways(page) <= 0, fragment
    page.set_viewport_size({"width": 1280, "height": 900})
    wide = page.evaluate("document.querySelector('.answer').getBoundingClientRect().width")
    assert wide > 1000, "beside the levers the answers would be a strip of single words"
    page.context.close()


def test_the_first_load_sends_less_than_150_kilobytes_to_a_browser(chromium, server):
    page = opened(chromium, server.address, "#explore?lang=ky")
    page.wait_for_selector(".sentences")
    sent = page.evaluate("""() => ['resource', 'navigation'].flatMap((kind) => performance.getEntriesByType(kind))
      .reduce((sum, entry) => sum + (entry.transferSize || 0), 0)""")
    assert sent < 150_000
    page.context.close()


def test_numbers_on_the_page_are_rounded_as_everywhere_else(wide):
    values = [0.0, 1.5, -2.5, 0.125, 12.345, 999.5, 1234.5, -13333.3, 811354.0, 1.55e6, 2.1e9, -0.004]
    for code in ("en", "ru", "ky"):
        go(wide, f"#how?lang={code}")
        say = language(code)
        for unit in ("jobs", "som", "share of staff", "points"):
            for value in values:
                scale = words.scale_of([value], unit, say)
                wish = words.figure(value, scale, say, signed=True)
                got = wide.evaluate(
                    """async ([value, unit]) => { const n = await import('/static/js/numbers.js');
                    return n.figure(value, n.scaleOf([value], unit), true); }""",
                    [value, unit],
                )
                assert (unit, value, got) == (unit, value, wish)


def test_kyrgyz_plurals_and_months(wide):
    go(wide, "#how?lang=ru")
    forms = wide.evaluate("""async () => { const w = await import('/static/js/words.js');
      return [1, 2, 5, 11, 21, 104].map((n) => w.tn("{count} vote", "{count} votes", n)); }""")
    assert forms == ["1 голос", "2 голоса", "5 голосов", "11 голосов", "21 голос", "104 голоса"]
    go(wide, "#how?lang=ky")
    assert wide.evaluate("async () => (await import('/static/js/numbers.js')).month('2027-03')") == "2027-жылдын марты"


def test_the_tree_of_roles_names_what_people_use(wide):
    go(wide, "#explore?lang=en")
    tree = json.dumps(wide.locator("main").aria_snapshot())
    for part in ("slider", "Month to read", "Try a question", "Where in the country", "Who gains, who pays"):
        assert part in tree


def test_net_jobs_are_taken_apart_on_demand(wide):
    go(wide, "#explore?lang=en&b=grant:200000")
    settled(wide)
    wide.get_by_role("button", name="Take the net jobs apart").click()
    wide.wait_for_selector(".panel-why-net_jobs")
    assert "In all: +400 jobs." in wide.inner_text(".panel-why-net_jobs .finding")
    assert wide.locator(".panel-why-net_jobs .rung").count() == 3
    assert violations(wide) == []


def test_net_jobs_are_followed_on_after_the_last_contract_on_demand(wide):
    go(wide, KEPT)
    settled(wide)
    wide.get_by_role("button", name="Follow net jobs on").click()
    wide.wait_for_selector(".later svg.chart")
    assert "60 months after the last new contract" in wide.inner_text(".later .finding")
    assert violations(wide) == []
    go(wide, KEPT.replace("200000", "250000"))
    settled(wide)
    assert wide.locator(".later svg.chart").count() == 0


def test_one_life_is_told_under_both_designs_and_another_one_on_demand(wide):
    go(wide, "#explore?lang=en&b=grant:200000")
    settled(wide)
    wide.get_by_role("button", name="A woman with three children in Naryn").click()
    wide.wait_for_selector(".lives")
    assert wide.inner_text(".story .apart") == "Until March 2027 both lives are the same."
    assert wide.locator(".lives li").all_inner_texts() == [
        "March 2027: It is paid a grant of 150,000 som.", "April 2027: The business closes.",
    ]  # fmt: skip
    assert wide.locator(".lanes path.tone-good").count() == wide.locator(".lanes path.tone-bad").count() == 1
    assert violations(wide) == []
    with wide.expect_response(lambda answer: "number=1" in answer.url):
        wide.get_by_role("button", name="Another one like this").click()
    wide.get_by_role("button", name="A school with 80 staff").click()
    until(wide, "document.querySelector('.story').textContent.includes('Nobody like this lives')")
    assert wide.locator(".lives").count() == 0
