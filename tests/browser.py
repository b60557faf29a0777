"""A browser for tests of the page, and how to go about in it; skips with a loud reason where there is none."""

import time
from contextlib import contextmanager
from pathlib import Path

import chromium as finding
import pytest

MISSING = "THE PAGE IS NOT TESTED: no browser"  # tests skipped for this are counted at the end of the run
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
PATIENCE = 90.0  # seconds; a machine that does other work is slow, and nothing is tested by giving up early
# After a step the facilitator's page takes no other for a while, which is against slips; one test is about it.
PAUSE, SHORT = 600, 30  # milliseconds
QUICK = f"""
    const wait = window.setTimeout, fetched = window.fetch;
    window.pending = 0;
    const done = () => {{ window.pending -= 1; }};
    window.fetch = (...given) => {{
      window.pending += 1;
      const answer = fetched(...given);
      answer.finally(() => wait(done, 50)).catch(() => {{}});
      return answer;
    }};
    window.setTimeout = (action, time, ...given) => {{
      if (time !== {PAUSE}) return wait(action, time, ...given);
      window.pending += 1;
      return wait(() => {{ action(...given); done(); }}, {SHORT});
    }};
"""
SCREENS = ("explore", "compare", "reckon", "predict", "room", "join", "how", "save")


@contextmanager
def browser():
    """Yield a browser: the one named by KELISHIM_BROWSER, or the first that is found and starts."""
    with finding.running() as found:
        if found is None:
            pytest.skip(MISSING)
        yield found


def opened(chromium, address, fragment="", before="", **context):
    """Return a page that shows a screen; everything it asks for and complains of is kept on it.

    ``before`` is run in it before its own scripts.
    """
    settings = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | context
    page = chromium.new_context(**settings).new_page()
    if before:
        page.add_init_script(before)
    page.set_default_timeout(PATIENCE * 1000)
    page.asked, page.complaints = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{address}/{fragment}")
    page.wait_for_selector("nav")
    return page


def go(page, fragment):
    """Go to a fragment of the page that is open and wait until the screen stands."""
    screen = fragment.lstrip("#").split("?")[0]
    page.evaluate("fragment => { location.hash = fragment; }", fragment)
    page.wait_for_selector(f"body[data-screen={screen}]")
    language = fragment.split("lang=")[1].split("&")[0] if "lang=" in fragment else ""
    if language:
        page.wait_for_selector(f"html[lang={language}]")
    if screen in ("explore", "compare"):
        page.wait_for_selector(".sentences")


def until(page, expression, seconds=PATIENCE):
    """Wait until an expression is true; waiting inside the page would need what its security policy forbids."""
    end = time.monotonic() + seconds
    while not (found := page.evaluate(expression)):
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:g} s: {expression}")
        time.sleep(0.02)
    return found


def rested(page, since, pause=SHORT):
    """Wait until a facilitator's page takes another step; where it is quick, until nothing is being sent."""
    until(page, f"performance.now() > {since} + {pause} + 100 && !window.pending")


def violations(page, rules=RULES):
    """Return what axe finds wrong: (rule, places)."""
    axe = pytest.importorskip("axe_playwright_python")
    if not page.evaluate("'axe' in window"):  # a page is given the rules once, and hands over what it breaks alone
        page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(rules).then((found) => found.violations)", rules)
    return [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]


def leaves_loopback(page):
    """Return what was asked of any other computer."""
    return [url for url in page.asked if not url.startswith(("http://127.0.0.1", "data:", "blob:"))]


def sideways(page):
    """Return how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
