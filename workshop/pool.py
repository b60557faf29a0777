"""Pool: the processes that simulate, and who gets their time.

Each draw of the parameters lives in one process. Orders are given one at a time, so nothing that is no longer wanted is
ever begun: whoever stops following a design takes its waiting runs along. First come the first draws of every design,
in the order of asking, then more draws of each. A run that can wait is left between two months.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from workshop.child import start
from workshop.orders import BEGIN, DIED, FAILED, LEAVE, PREPARE, READY

MOST_WORKERS = 4
KILLED = 9  # the signal that a system short of memory sends
LONGEST_PAUSE = 30.0  # seconds before a process that dies again and again is started once more
log = logging.getLogger("kelishim.workshop")


@dataclass
class Job:
    """Something that a process is asked to do; ``done`` gets "ready", "failed", "died" or "left", and the answer."""

    kind: str
    arguments: tuple[Any, ...]
    done: Callable[[str, Any], None]


@dataclass
class Worker:
    """A process with its draws."""

    number: int
    draws: tuple[int, ...] = ()
    prepared: set[int] = field(default_factory=set)
    process: Any = None
    pipe: Any = None
    job: Job | None = None
    orders: int = 0
    leaving: bool = False  # it was asked to leave the order in hand
    deaths: int = 0  # since it last finished something


Next = Callable[[Worker], Job | None]


def ended(code: int | None) -> str:
    """Return how a process ended, by its exit code.

    >>> ended(-9), ended(1)
    ('was killed by signal 9 (the computer may be short of memory)', 'ended with status 1')
    """
    if code == -KILLED:
        return f"was killed by signal {KILLED} (the computer may be short of memory)"
    return f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with status {code}"


class Pool:
    """The processes. They load the model from :meth:`spawn` or :meth:`start` on, and simulate from :meth:`begin` on."""

    def __init__(self, workers: int = 0) -> None:
        """``workers`` is the number of processes; 0 is one for each core, at most four."""
        count = workers or min(os.cpu_count() or 1, MOST_WORKERS)
        self.workers = [Worker(number) for number in range(count)]
        self.arguments: tuple[Any, ...] | None = None
        self.choose: Next = lambda worker: None
        self.closed = False
        self.context = multiprocessing.get_context("spawn")
        self.loop: asyncio.AbstractEventLoop | None = None

    def spawn(self) -> None:
        """Let the processes load the model already, before there is an event loop to listen to them."""
        for worker in self.workers:
            self._spawn(worker)

    def start(self) -> None:
        """Start the processes that do not run yet and listen to all; call it inside the event loop."""
        self.loop = asyncio.get_running_loop()
        for worker in self.workers:
            self._start(worker)

    def begin(self, arguments: tuple[Any, ...], draws: int, choose: Next) -> None:
        """Say what is simulated, with how many draws; ``choose`` then says what a free process does next."""
        self.arguments, self.choose = arguments, choose
        for worker in self.workers:
            worker.draws = tuple(range(worker.number, draws, len(self.workers)))
            if worker.process is not None:
                self._give(worker, Job(BEGIN, arguments, lambda kind, value: None))

    def stop(self) -> None:
        """End the processes."""
        self.closed = True
        for worker in self.workers:
            self._end(worker)

    def wake(self) -> None:
        """Give every free process something to do."""
        for worker in self.workers:
            if worker.job is None and not self.closed and worker.process is not None:
                job = self.choose(worker)
                if job is not None:
                    self._give(worker, job)

    def wake_later(self, seconds: float) -> None:
        """Give every process that is free by then something to do."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_later(seconds, self.wake)

    def leave(self, worker: Worker) -> None:
        """Ask a process to leave the order in hand; unless it is finished before, its answer is "left"."""
        if worker.job is not None and not worker.leaving:
            worker.leaving = True
            with suppress(OSError):  # a process that died is noticed by _answer
                worker.pipe.send((worker.orders, LEAVE))

    def _give(self, worker: Worker, job: Job) -> None:
        worker.job, worker.leaving = job, False
        worker.orders += 1
        try:
            worker.pipe.send((worker.orders, job.kind, *job.arguments))
        except OSError:
            return  # the process died; its closed pipe is noticed by _answer

    def _spawn(self, worker: Worker) -> None:
        worker.pipe, theirs = self.context.Pipe()
        worker.process = self.context.Process(
            target=start, args=(theirs,), daemon=True, name=f"kelishim-{worker.number}"
        )
        worker.process.start()
        theirs.close()

    def _start(self, worker: Worker) -> None:
        assert self.loop is not None
        if worker.process is None:
            self._spawn(worker)
        worker.prepared.clear()
        self.loop.add_reader(worker.pipe.fileno(), self._answer, worker)
        if self.arguments is not None:
            self._give(worker, Job(BEGIN, self.arguments, lambda kind, value: None))

    def _end(self, worker: Worker) -> None:
        if worker.process is None:
            return
        if self.loop is not None and not self.loop.is_closed():
            self.loop.remove_reader(worker.pipe.fileno())
        worker.pipe.close()
        worker.process.terminate()
        worker.process.join(2)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join(2)
        worker.process = None

    def _answer(self, worker: Worker) -> None:
        """Take the answer of a process, or notice that it died."""
        try:
            _, kind, value = worker.pipe.recv()
        except (EOFError, OSError):
            self._died(worker)
            return
        job, worker.job = worker.job, None
        worker.deaths = 0
        if job is not None:
            if job.kind == PREPARE and kind == READY:
                worker.prepared.add(job.arguments[0])
            if kind == FAILED:
                log.error("a simulation failed: %s %s\n%s", job.kind, job.arguments, value)
            job.done(kind, value)
        self.wake()

    def _died(self, worker: Worker) -> None:
        job, worker.job = worker.job, None
        worker.process.join(2)
        how = ended(worker.process.exitcode)
        self._end(worker)
        if self.closed:
            return
        pause = min(LONGEST_PAUSE, 0.1 * 2.0**worker.deaths)
        worker.deaths += 1
        log.error("a simulating process %s and is started again in %.1f seconds", how, pause)
        if job is not None:
            job.done(DIED, None)
        assert self.loop is not None
        self.loop.call_later(pause, self._again, worker)

    def _again(self, worker: Worker) -> None:
        if not self.closed:
            self._start(worker)
            self.wake()
