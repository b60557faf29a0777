"""Serving: starts the server on this computer, or for the local network, and says where it is."""

from __future__ import annotations

import socket

from sim.errors import InputError

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 only when the room is asked for


def serve(*, network: bool, port: int) -> None:
    """Serve until interrupted."""
    try:
        import uvicorn
    except ImportError:
        raise InputError("the workshop page needs three small packages more: pip install 'kelishim[web]'") from None
    _compile()
    from workshop.server import Settings, application

    host = EVERYWHERE if network else LOOPBACK
    _refuse_taken(host, port)
    app = application(Settings(network=network))
    print(f"Kelishim workshop: http://{LOOPBACK}:{port}/   (stop with Ctrl-C)", flush=True)
    uvicorn.run(
        app, host=host, port=port, log_level="warning", access_log=False, server_header=False, date_header=False,
        timeout_graceful_shutdown=1, timeout_keep_alive=30, limit_concurrency=400, proxy_headers=False,
    )  # fmt: skip


def _compile() -> None:
    """Compile the model if this version of it never ran on this computer."""
    from experiments import study
    from workshop.designs import Design, scenario

    if not study.compiled().exists():
        print("Compiling the model for this computer (a minute or two, once after each change of the program).")
        study.compile_model(scenario([Design()], scale=study.SMALLEST_COUNTRY))


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise InputError(f"port {port} is in use by another program; give another one with --port") from None
