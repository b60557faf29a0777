"""Every screen of the page in every language, colour scheme and size: what axe finds, and whether anything sticks out.

With the made-up figures of the tests the first screen is looked at once more, while its figures are an estimate.

Run: ``python benchmarks/page_matrix.py [ADDRESS]``; without an address of a running server, the one of the tests is
used. Prints one line for each violation and the number of pages looked at; exits with 1 if there is any.
"""

import sys
import tempfile
import time
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import SCREENS, browser, go, leaves_loopback, opened, sideways, violations  # noqa: E402
from page_server import Running, delay  # noqa: E402

ESTIMATE = "explore, estimated"
LOANS = (100_000, 250_000, 300_000)  # a design for each language: one that was asked for is known

SIZES = {"smallest phone": (320, 700), "phone": (390, 844), "laptop": (1366, 768), "projector": (1920, 1080)}
COLOURS = {
    "light": {"color_scheme": "light"}, "dark": {"color_scheme": "dark"},
    "high contrast": {"color_scheme": "light"}, "forced": {"color_scheme": "light", "forced_colors": "active"},
}  # fmt: skip


def main() -> int:
    server = None
    if len(sys.argv) > 1:
        address = sys.argv[1]
    else:
        server = Running(Path(tempfile.mkdtemp()))
        address = server.address
    wrong, looked, began = [], 0, time.monotonic()
    with browser() as chromium:
        for (size, (width, height)), (colours, media) in product(SIZES.items(), COLOURS.items()):
            page = opened(chromium, address, "#explore?lang=en", viewport={"width": width, "height": height})
            page.emulate_media(**media)
            page.evaluate(
                "([theme, large]) => { localStorage.setItem('kelishim-theme', JSON.stringify(theme));"
                "localStorage.setItem('kelishim-projector', JSON.stringify(large)); }",
                ["contrast" if colours == "high contrast" else "auto", size == "projector"],
            )
            page.reload()
            page.wait_for_selector(".sentences")
            asked = product(enumerate(("en", "ky", "ru")), (*SCREENS, ESTIMATE) if server else SCREENS)
            for (k, code), screen in asked:
                if screen == ESTIMATE:
                    delay["seconds"] = 30.0
                    go(page, f"#explore?lang={code}&a=today&b=loan:{LOANS[k]}")
                    page.wait_for_selector(".answers > .waiting")
                    delay["seconds"] = 0.02
                else:
                    go(page, f"#{screen}?lang={code}&a=today&b=grant:200000")
                looked += 1
                where = f"{size}, {colours}, {code}, {screen}"
                wrong += [f"{where}: {rule} at {places}" for rule, places in violations(page)]
                if (out := sideways(page)) > 0:
                    wrong.append(f"{where}: {out} pixels wider than the window")
            wrong += [f"{size}, {colours}: {text}" for text in page.complaints]
            wrong += [f"{size}, {colours}: asked {url}" for url in leaves_loopback(page)]
            page.context.close()
            spent = time.monotonic() - began
            print(f"{size}, {colours}: {looked} pages, {len(wrong)} faults, {spent:.0f} s", flush=True)
    print("\n".join(wrong) or f"{looked} pages: nothing wrong")
    if server:
        server.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
