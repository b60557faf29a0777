"""The page needs no network: server and browser in a network namespace without a route show every screen."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="THE PAGE IS NOT TESTED: the packages of the workshop are not installed")

from browser import SCREENS


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
def test_every_screen_is_shown_with_the_network_cut(chromium):
    """A browser that starts here is there for the script too, which starts its own behind the cut."""
    script = Path(__file__).with_name("cut_off.py")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=300)
    if done.returncode == 2:
        pytest.skip(f"THE PAGE IS NOT TESTED WITHOUT A NETWORK: {done.stdout.strip()}")
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["reached"] == [], "the namespace has a route"
    assert set(seen["screens"]) == set(SCREENS)
    assert min(seen["screens"].values()) > 30
    assert seen["complaints"] == []
    assert seen["asked_elsewhere"] == []
    assert seen["asked"] > 30
