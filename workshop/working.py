"""Working: the process that simulates: it reads orders from a pipe, one after the other, and sends back answers."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

PREPARE, RUN, TELL = "prepare", "run", "tell"
READY, FAILED = "ready", "failed"


def work(
    pipe: Connection, scenario: Mapping[str, Any], sets: Sequence[Mapping[str, float]], seeds: Sequence[int]
) -> None:
    """Carry out orders ``(number, kind, arguments...)`` until the pipe closes; every order gets one answer.

    An answer is ``(number, "ready" | "failed", value or text)``.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides when to end
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    from workshop.worlds import Country

    country = Country(scenario, sets, seeds)
    does: dict[str, Callable[..., Any]] = {
        PREPARE: country.prepare,
        RUN: country.run,
    }
    while True:
        try:
            number, kind, *arguments = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[int, str, Any] = (number, READY, does[kind](*arguments))
        except Exception:  # told to the server, which writes it down
            answer = (number, FAILED, traceback.format_exc())
        try:
            pipe.send(answer)
        except OSError:
            return
