"""Child: how a process that simulates begins: it is set up, then loads the model, while the server goes on."""

from __future__ import annotations

import importlib
import os
import signal
from multiprocessing.connection import Connection

from workshop.orders import THREADS


def start(pipe: Connection) -> None:
    """Set the process up and carry out orders until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides when to end
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # nor does a signal to the whole group of the server, as `timeout` sends it, end it
    os.environ.update(dict.fromkeys(THREADS, "1"))  # read by libraries when they are loaded
    if hasattr(os, "nice"):
        os.nice(5)  # whoever asks is answered before more is computed
    importlib.import_module("workshop.working").work(pipe)
