"""Working: the process that simulates: it reads orders from a pipe, one after the other, and sends back answers."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from sim.engine.math import logistic
from workshop.orders import BEGIN, FAILED, PARTS, PREPARE, READY, RUN, TELL
from workshop.telling import tell
from workshop.worlds import Country


def work(pipe: Connection) -> None:
    """Carry out orders ``(number, kind, arguments...)`` until the pipe closes; every order gets one answer.

    An answer is ``(number, "ready" | "failed", value or text)``. The first order is ``begin``: it says what the
    country is; until it comes, the process has loaded the model already.
    """
    logistic(0.0)  # loads the compiler while the server works out what there is to simulate

    does: dict[str, Callable[..., Any]] = {}

    def begin(*arguments: Any) -> None:
        country = Country(*arguments)
        does.update({PREPARE: country.prepare, RUN: country.run, TELL: partial(tell, country), PARTS: country.parts})

    does[BEGIN] = begin
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
