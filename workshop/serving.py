"""Serving: starts the server on this computer, or for the local network, and says where it is."""

from __future__ import annotations

import importlib
import os
import socket
from pathlib import Path

from experiments import kit
from experiments.language import language
from sim.countries import countries, home
from sim.errors import InputError
from workshop.orders import THREADS
from workshop.pool import Pool

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 only when the room is asked for

NO_NETWORK = "Phones cannot join: this computer is in no local network. Connect it to one and start again."


def serve(*, network: bool, port: int, folder: Path | None = None) -> None:
    """Serve until interrupted."""
    try:
        import uvicorn
    except ImportError:
        raise InputError("the workshop page needs three small packages more: pip install 'kelishim[web]'") from None
    if home() not in countries():  # of one's own; a fault would be found in the middle of the start
        kit.require(home(), language("en"))
    host = EVERYWHERE if network else LOOPBACK
    _refuse_taken(host, port)
    # Before anything loads them: for matrices this small more threads are slower, and they would take turns with the
    # processes that simulate: learning estimates took a minute on a busy computer with two threads, a second with one.
    os.environ.update(dict.fromkeys(THREADS, "1"))
    pool = Pool()
    pool.spawn()  # the processes that simulate load the model while this one loads the page
    server = importlib.import_module("workshop.server")
    address = f"http://{_own_address() if network else LOOPBACK}:{port}"
    app = server.application(server.Settings(network=network, address=address, folder=folder), pool)
    print(f"Kelishim workshop: {address}/")
    print(f"For the facilitator alone: http://{LOOPBACK}:{port}/#facilitator={app.state.desk.rooms.token}")
    if address.partition("://")[2].startswith(LOOPBACK):
        print(NO_NETWORK if network else "Phones cannot join: only this computer is served. For a room add --room.")
    print("Stop with Ctrl-C; sessions are kept and go on at the next start.", flush=True)
    uvicorn.run(
        app, host=host, port=port, log_level="warning", access_log=False, server_header=False, date_header=False,
        timeout_graceful_shutdown=1, timeout_keep_alive=30, limit_concurrency=400, proxy_headers=False,
    )  # fmt: skip


def _own_address() -> str:
    """Return this computer's address in the local network; nothing is sent to find it."""
    for somewhere in ("10.255.255.255", "192.168.255.255", "172.31.255.255"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((somewhere, 1))
                return str(probe.getsockname()[0])
            except OSError:
                continue
    return LOOPBACK


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise InputError(f"port {port} is in use by another program; give another one with --port") from None
