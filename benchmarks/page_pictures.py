"""Pictures of the page in twelve states, for docs/page: `python benchmarks/page_pictures.py`.

The server is that of the tests, so every figure in the pictures is made up; they show the page and no result.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import browser, opened, until  # noqa: E402
from page_server import Running  # noqa: E402

FOLDER = ROOT / "docs" / "page"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 800}
B = "b=who:universal,rate:0.05,levy:0.2048&h=jobs_disability"
LARGE = "document.documentElement.classList.add('projector')"
MOVE = """() => { const field = document.getElementById('lever-grant'); field.scrollIntoView({ block: 'center' });
  field.value = '200000'; field.dispatchEvent(new Event('change')); }"""
TO = "name => document.querySelector(name).scrollIntoView()"
COLOURS = 32

# name -> fragment, window, what is done before the picture is taken
STATES = {
    "explore-desktop": ("#explore?lang=en", DESKTOP, ""),
    "explore-phone": ("#explore?lang=ky", PHONE, ""),
    "explore-projector": (f"#explore?lang=ru&{B}", {"width": 1280, "height": 720}, LARGE),
    "explore-print": (f"#explore?lang=en&{B}", {"width": 794, "height": 1123}, "print"),
    "answer-desktop": (f"#explore?lang=en&{B}", DESKTOP, ".panel-who"),
    "map-desktop": (f"#explore?lang=en&{B}", DESKTOP, ".panel-regions"),
    "lever-phone": ("#explore?lang=en&a=today&b=today", PHONE, MOVE),
    "presets-desktop": ("#explore?lang=en", DESKTOP, "presets"),
    "calculator-desktop": ("#reckon?lang=en&b=allowance:2000", DESKTOP, ""),
    "life-phone": (f"#explore?lang=ru&{B}", PHONE, "life"),
    "cheapest-desktop": (f"#compare?lang=en&{B}", DESKTOP, "cheapest"),
    "later-phone": (f"#explore?lang=ky&{B}", PHONE, "later"),
}


def main() -> None:
    """Take the pictures."""
    FOLDER.mkdir(exist_ok=True)
    server = Running(Path(tempfile.mkdtemp()))
    try:
        with browser() as chromium:
            for name, (fragment, window, done) in STATES.items():
                page = opened(chromium, server.address, fragment, viewport=window)
                page.wait_for_selector(".reckoned .finding" if "reckon" in fragment else ".sentences")
                until(page, "(document.querySelector('progress')?.value ?? 48) === 48")
                prepare(page, done)
                page.wait_for_timeout(1000)
                keep(page, name)
                page.context.close()
    finally:
        server.close()


def keep(page, name: str) -> None:
    """Keep a picture of what a page shows, in few colours."""
    image = Image.open(io.BytesIO(page.screenshot()))
    image.convert("P", palette=Image.Palette.ADAPTIVE, colors=COLOURS).save(FOLDER / f"{name}.png", optimize=True)


def prepare(page, done: str) -> None:
    """Bring the page into the state of a picture."""
    if done == "print":
        page.emulate_media(media="print")
    elif done == "life":
        page.locator("button.persona").first.click()
        page.wait_for_selector(".lives")
        page.evaluate(TO, ".story")
    elif done == "cheapest":
        page.locator(".ranked .buttons button").first.click()
        page.wait_for_selector(".panel-cheapest .goal")
        until(page, "document.querySelector('.ranked progress').value === 48")
        page.evaluate(TO, ".panel-cheapest")
    elif done == "later":
        page.locator(".later button").first.click()
        page.wait_for_selector(".later .line")
        page.evaluate(TO, ".later")
    elif done == "presets":
        page.locator(".presets summary").click()
        page.wait_for_selector(".laws")
        page.evaluate(TO, ".presets")
    elif done.startswith("."):
        page.evaluate(TO, done)
    elif done:
        page.evaluate(done)


if __name__ == "__main__":
    main()
