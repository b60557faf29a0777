"""The workshop's server in a process of its own, over a folder, so that a test can kill it."""

import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx

from workshop.rooms import Rooms

SERVER = """
import sys
from pathlib import Path
import uvicorn
from workshop.server import Settings, application
app = application(Settings(folder=Path(sys.argv[2])))
uvicorn.run(app, port=int(sys.argv[1]), lifespan="off", log_level="error")
"""


class Client(httpx.Client):
    """A client that knows its server's process."""

    server: subprocess.Popen
    port: int


class running:  # noqa: N801 reads as what it is
    """A server in a process of its own, over a folder."""

    def __init__(self, folder, port=0):
        self.folder, self.port = folder, port or free_port()

    def __enter__(self):
        root = Path(__file__).parents[1]
        self.server = subprocess.Popen([sys.executable, "-c", SERVER, str(self.port), str(self.folder)], cwd=root)
        client = Client(base_url=f"http://127.0.0.1:{self.port}", timeout=20)
        client.server, client.port = self.server, self.port
        for _ in range(600):
            with suppress(httpx.TransportError):
                client.get("/api/facilitator").raise_for_status()
                break
            time.sleep(0.1)
        return client

    def __exit__(self, *error):
        if self.server.poll() is None:
            self.server.kill()
            self.server.wait(10)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def begun(client, folder):
    rooms = Rooms(folder / "sessions.sqlite")
    token = rooms.token
    rooms.close()
    client.post("/api/facilitator", json={"token": token}).raise_for_status()
    return client.post("/api/rooms", json={"title": "t"}).json()["code"]
