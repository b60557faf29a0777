"""Every screen of the page with the network cut: server and browser in a network namespace that has no route.

    python tests/cut_off.py            # made-up figures, seconds
    python tests/cut_off.py --real     # `kelishim serve` with the model behind it

Only loopback exists in the namespace; that nothing else can be reached is tried first. Prints what was seen as JSON.
Exits with 2 and a reason where the system does not allow such a namespace, or no browser starts in it.
"""

import ctypes
import errno
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 0x1
ELSEWHERE = ("192.0.2.1", "10.0.0.1", "1.1.1.1")  # documentation, a home network, the internet
SHOWN = {"explore": ".sentences", "compare": ".sentences", "reckon": ".reckoned .finding",
         "predict": ".choices input", "room": "h1",
         "join": "#code", "how": "main p",
         "save": "main button"}  # fmt: skip


def cut_off() -> None:
    """Move this process into a network of its own in which only loopback is up; leave with 2 if that is not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_NETWORK) and libc.unshare(NEW_USER | NEW_NETWORK):
        print(f"no network namespace: {os.strerror(ctypes.get_errno())}")
        sys.exit(2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name = struct.pack("16sh", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(any_socket, GET_FLAGS, name))[1]
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh", b"lo", flags | UP))


def reached() -> list[str]:
    """Return which other computers a connection could be begun to."""
    out = []
    for address in ELSEWHERE:
        with socket.socket() as probe:
            probe.settimeout(1.0)
            if probe.connect_ex((address, 443)) != errno.ENETUNREACH:
                out.append(address)
    return out


def looked_at(address: str) -> dict[str, object]:
    """Return what a browser sees of every screen."""
    from browser import SCREENS, browser, go, leaves_loopback, opened, until

    with browser() as chromium:
        page = opened(chromium, address, "#explore?lang=ky")
        page.wait_for_selector(".sentences")
        first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        seen = {}
        for screen in SCREENS:
            go(page, f"#{screen}?lang=ky&a=today&b=grant:200000")
            page.wait_for_selector(SHOWN[screen])
            until(page, "document.querySelector('main').innerText.length > 30")  # words come after the frame
            seen[screen] = len(page.inner_text("main"))
        return {
            "reached": reached(), "screens": seen, "first_paint_ms": round(first), "complaints": page.complaints,
            "asked_elsewhere": leaves_loopback(page), "asked": len(page.asked),
        }  # fmt: skip


def main() -> None:
    """Cut the network, look, and say what was seen or why nothing could be."""
    cut_off()
    try:
        look()
    except pytest.skip.Exception as reason:
        print(reason)
        sys.exit(2)


def look() -> None:
    """Start the server, and say what a browser sees of it."""
    with tempfile.TemporaryDirectory() as folder:
        if "--real" in sys.argv:
            port = 8655
            command = [sys.executable, "-m", "experiments.cli", "serve", "--port", str(port), "--folder", folder]
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
            try:
                _listening(port)
                print(json.dumps(looked_at(f"http://127.0.0.1:{port}")))
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(20)
        else:
            from page_server import Running

            server = Running(Path(folder))
            try:
                print(json.dumps(looked_at(server.address)))
            finally:
                server.close()


def _listening(port: int, seconds: float = 300.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main()
