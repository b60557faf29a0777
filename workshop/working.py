"""Working: the process that simulates: it reads orders from a pipe, one after the other, and sends back answers."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from sim.engine.math import logistic
from workshop.orders import BEGIN, FAILED, LATER, LEAVE, LEFT, PARTS, PREPARE, READY, RUN, TELL
from workshop.telling import tell
from workshop.worlds import Country


class Left(Exception):  # noqa: N818 no error: somebody waits for something else
    """The server needs the process for something more urgent."""


def work(pipe: Connection) -> None:
    """Carry out orders ``(number, kind, arguments...)`` until the pipe closes; every order gets one answer.

    An answer is ``(number, "ready" | "failed" | "left", value or text)``. The first order is ``begin``: it says what
    the country is; until it comes, the process has loaded the model already. ``leave`` may come while an order is
    carried out, bears that order's number and gets no answer of its own.
    """
    logistic(0.0)  # loads the compiler while the server works out what there is to simulate

    does: dict[str, Callable[..., Any]] = {}
    number = 0

    def attend() -> None:
        while pipe.poll():
            about, kind, *_ = pipe.recv()  # raises where the server is gone
            if kind == LEAVE and about == number:
                raise Left

    def begin(*arguments: Any) -> None:
        shared, sets, seeds = arguments
        country = Country(shared, sets, seeds, attend)
        does.update(
            {
                PREPARE: country.prepare, RUN: country.run, TELL: partial(tell, country), PARTS: country.parts,
                LATER: country.later,
            }
        )  # fmt: skip

    does[BEGIN] = begin
    while True:
        try:
            number, kind, *arguments = pipe.recv()
        except (EOFError, OSError):
            return
        if kind == LEAVE:  # what it is about was finished before it came
            continue
        try:
            answer: tuple[int, str, Any] = (number, READY, does[kind](*arguments))
        except Left:
            answer = (number, LEFT, None)
        except Exception:  # told to the server, which writes it down
            answer = (number, FAILED, traceback.format_exc())
        try:
            pipe.send(answer)
        except OSError:
            return
