"""Simulations: figures of designs on demand, for everybody who looks; each run is made once."""

from __future__ import annotations

import asyncio
import itertools
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from workshop.basis import Basis
from workshop.designs import TODAY
from workshop.estimating import Estimator, ahead
from workshop.figures import Floats, Layout
from workshop.memory import Memory
from workshop.orders import DIED, FAILED, LEFT, LEVELS, LIFE_RUNS, PREPARE, READY, RUN, SOME_RUNS, TELL, level
from workshop.pool import Job, Pool, Worker
from workshop.problems import Problem

MOST_WANTED, MOST_FORESEEN = 200, 150  # designs that wait or run at the same time, that nobody asked for yet
ENOUGH = 20  # runs of today's law to which an estimate can be added
MOST_STORIES, MOST_TOLD = 12, 200  # that wait, that are remembered
PATIENCE = 30.0  # seconds that an answer may take
DEATHS = 3  # of processes over one run, after which the run has failed
READY_DRAWS = 4
LEARN_ON = 16  # draws on which designs are simulated ahead for estimates
SOON = 0.02  # seconds after which whoever waits for first figures gets an estimate, if one can be made
QUIET = 1.0  # seconds after the last one left, in which the next lever may be moved, that nothing else is begun
MORE = 1.25  # times as many designs known as before: estimates are learnt anew


class Simulations:
    """All runs known, all designs wanted, and the pool that makes the one out of the other."""

    def __init__(self, basis: Basis, folder: Path, pool: Pool, background: Sequence[str] = ()) -> None:
        self.basis = basis
        self.draws = len(basis.sets)
        self.memory = Memory(folder, basis.world)
        self.pool = pool
        self.background: dict[str, None] = dict.fromkeys(background)  # simulated when nobody asks for anything
        self.wanted: Counter[tuple[str, int]] = Counter()  # (design, draws) -> followers
        self.asked: dict[str, int] = {}  # design -> place in the order of asking
        self.order = itertools.count()
        self.running: set[tuple[str, int]] = set()
        self.preparing: set[int] = set()
        self.stories: list[tuple[int, Job]] = []  # with their places in the order of asking
        self.told: dict[tuple[Any, ...], Any] = {}
        self.deaths: Counter[tuple[str, int]] = Counter()
        self.broken = False  # not even the first run of all could be made
        self.listening: set[asyncio.Event] = set()
        self.to_learn: dict[str, int] = {}  # designs simulated ahead for estimates, and the draw of each
        self.estimator: Estimator | None = None
        self.learning: asyncio.Task[None] | None = None
        self.learnt_from = 0  # designs

    # --- looking ---

    @property
    def layout(self) -> Layout | None:
        """Where each figure stands, once the first run is known."""
        return self.memory.layout

    @property
    def prepared(self) -> int:
        """Draws in memory."""
        return sum(len(worker.prepared) for worker in self.pool.workers)

    @property
    def ready(self) -> bool:
        """Whether any design can be simulated at once."""
        first = range(min(READY_DRAWS, self.draws))
        prepared = all(any(k in w.prepared for w in self.pool.workers) for k in first)
        return prepared and self.known(TODAY) >= len(first)

    @property
    def ahead(self) -> int:
        """Designs that wait for their first figures."""
        return sum(self.known(design) < LEVELS[0] for design in self.asked)

    def known(self, design: str) -> int:
        """Return how many draws of a design are known without a gap from the first."""
        runs = self.memory.runs(design)
        return next((k for k in range(self.draws) if k not in runs), self.draws)

    def table(self, design: str, draws: int) -> Floats:
        """Return the figures of the first draws of a design, shape (draws, figures)."""
        runs = self.memory.runs(design)
        return np.array([runs[k] for k in range(draws)])

    # --- asking ---

    async def follow(self, designs: Sequence[str], draws: int) -> AsyncIterator[int]:
        """Yield the number of draws that all designs share, each time a further showing is reached: ``draws``, or all.

        While nothing can be shown yet, 0 is yielded soon, and then every second. Leaving the loop ends the interest in
        the designs.
        """
        draws = min(draws, self.draws)
        loop, shown, news = asyncio.get_running_loop(), 0, asyncio.Event()
        due = loop.time() + SOON  # counted from the question: in a busy room there is news all the time
        self.listening.add(news)
        try:
            with self._interest(designs, draws):
                while True:
                    if self.broken:
                        raise Problem("internal")
                    known = min(min(self.known(design) for design in designs), draws)
                    steps = [step for step in (*LEVELS, draws) if shown < step <= known]
                    if steps:
                        shown = max(steps)
                        yield shown
                        if shown >= draws:
                            return
                        continue
                    if shown == 0 and loop.time() >= due:
                        due = loop.time() + 1.0
                        yield 0
                        continue
                    news.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout_at(due if shown == 0 else None):
                            await news.wait()
        finally:
            self.listening.discard(news)

    def estimates(self) -> Estimator | None:
        """Return what the runs known so far teach about other designs; it is learnt in the background, now and then."""
        many = sum(bool(runs) for runs in self.memory.known.values())
        busy = self.learning is not None and not self.learning.done()
        if not busy and many >= MORE * self.learnt_from and self.draws >= ENOUGH and self.known(TODAY) == self.draws:
            self.learnt_from = many
            self.learning = asyncio.create_task(self._learn())
        return self.estimator

    async def _learn(self) -> None:
        assert self.layout is not None
        runs = []
        for design, found in self.memory.known.items():
            if found and design != TODAY:
                k = sorted(found)[zlib.crc32(design.encode()) % len(found)]
                runs.append((design, k, found[k]))
        table = self.table(TODAY, self.draws)
        made = await asyncio.to_thread(Estimator.learnt, self.layout, table, runs)
        self.estimator = made or self.estimator

    async def story(self, *asked: Any, order: str = TELL) -> Any:
        """Return a story, or what another order makes of two designs; the last ones told are remembered."""
        known = (order, *asked)
        return self.told[known] if known in self.told else await self._tell(known)

    async def _tell(self, known: tuple[Any, ...]) -> Any:
        """Let a free process tell a story; it waits for its turn among the first figures of designs."""
        if len(self.stories) >= MOST_STORIES:
            raise Problem("busy")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def done(kind: str, value: Any) -> None:
            if kind == READY:  # also for whoever asks again after giving up
                self.told[known] = value
                while len(self.told) > MOST_TOLD:
                    del self.told[next(iter(self.told))]
            if not future.done():
                if kind == READY:
                    future.set_result(value)
                else:
                    future.set_exception(Problem("internal"))

        place = next(self.order), Job(known[0], known[1:], done)
        self.stories.append(place)
        self.pool.wake()
        try:
            async with asyncio.timeout(PATIENCE):
                return await future
        except TimeoutError:
            raise Problem("busy" if self.ready else "getting_ready") from None
        finally:
            if place in self.stories:
                self.stories.remove(place)

    def foresee(self, designs: Sequence[str]) -> None:
        """Simulate designs that somebody is likely to ask for, whenever there is nothing else to do."""
        self.background = {name: None for name in self.background if self.known(name) < self.draws}
        for design in designs:
            if len(self.background) < MOST_FORESEEN and self.known(design) < self.draws:
                self.background.setdefault(design)
        self.pool.wake()

    def begin(self) -> None:
        """Let the processes simulate; they must have been started."""
        if self.draws >= ENOUGH:  # with fewer runs of today's law there is nothing to add an estimate to
            places = {design: k % LEARN_ON for k, design in enumerate(ahead())}
            self.to_learn = {design: k for design, k in places.items() if k not in self.memory.runs(design)}
            self.estimates()
        self.pool.begin((dict(self.basis.scenario), self.basis.sets, self.basis.seeds), self.draws, self._next)

    # --- deciding ---

    @contextmanager
    def _interest(self, designs: Sequence[str], draws: int) -> Iterator[None]:
        new = [design for design in dict.fromkeys(designs) if design not in self.asked]
        if new and len(self.asked) + len(new) > MOST_WANTED:
            raise Problem("busy")
        for design in dict.fromkeys(designs):
            self.wanted[design, draws] += 1
            self.asked.setdefault(design, next(self.order))
        self.pool.wake()
        self._hurry()
        try:
            yield
        finally:
            for design in dict.fromkeys(designs):
                self.wanted[design, draws] -= 1
                if self.wanted[design, draws] <= 0:
                    del self.wanted[design, draws]
                if not any(name == design for name, _ in self.wanted):
                    del self.asked[design]
            self.memory.trim(set(self.asked))
            self._hurry()  # the design looked at before may be let go after the next one was asked for
            self.pool.wake_later(QUIET)  # the last run ended while somebody looked on: now for what nobody asked for

    def _next(self, worker: Worker) -> Job | None:
        """Return what a free process does next: first draws before more draws, in the order of asking."""
        if self.broken:
            return None
        best = min(self._runs(worker), default=None)
        first = best[1] if best is not None and best[0] == 0 and best[3] in self.asked else None
        told = next((one for one in self.stories if self._can_tell(worker, one[1].kind)), None)
        if told is not None and (first is None or told[0] < first):
            self.stories.remove(told)
            return told[1]
        prepare = next((k for k in worker.draws if k not in worker.prepared and k not in self.preparing), None)
        waited = first is None and bool(self.stories)  # those that are left need draws that are not there yet
        if prepare is not None and (best is None or waited or max(1, level(prepare)) <= best[0]):
            return self._prepare(prepare)
        return self._run(best[3], best[2]) if best is not None else None

    def _hurry(self) -> None:
        """Let processes leave what can wait where somebody waits for first figures."""
        for worker in self.pool.workers:
            if worker.job is not None and self._can_wait(worker.job):
                best = min(self._runs(worker), default=None)
                if best is not None and best[0] == 0 and best[3] in self.asked:
                    self.pool.leave(worker)

    def _can_wait(self, job: Job) -> bool:
        """Tell whether a job is none that a first answer hangs on, nor one that a reader waits for by itself."""
        if job.kind == PREPARE:
            return level(job.arguments[0]) > 0
        return job.kind == RUN and (level(job.arguments[1]) > 0 or job.arguments[0] not in self.asked)

    def _can_tell(self, worker: Worker, kind: str) -> bool:
        """Tell whether a process has the draws that a story, or what is made of some runs, is told from."""
        return len(worker.prepared) >= min(LIFE_RUNS if kind == TELL else SOME_RUNS, max(1, len(worker.draws)))

    def _runs(self, worker: Worker) -> Iterator[tuple[int, int, int, str]]:
        """Yield what is wanted and can be run here: (level, order of asking, draw, design)."""
        most: dict[str, int] = {}
        for (design, draws), followers in self.wanted.items():
            if followers > 0:
                most[design] = max(most.get(design, 0), draws)
        for design, draws in most.items():
            run = self._missing(worker, design, draws)
            if run is not None:
                yield level(run), self.asked[design], run, design
        if not most:
            for place, design in enumerate(self.background):
                run = self._missing(worker, design, self.draws)
                if run is not None:
                    yield level(run), place, run, design
            free = (run for run in self.to_learn.items() if run[1] in worker.prepared and run not in self.running)
            for design, k in itertools.islice(free, 1):
                yield max(1, level(k)), len(self.background), k, design

    def _missing(self, worker: Worker, design: str, draws: int) -> int | None:
        runs = self.memory.runs(design)
        return next(
            (
                k
                for k in worker.draws
                if k < draws and k not in runs and k in worker.prepared and (design, k) not in self.running
            ),
            None,
        )

    def _prepare(self, k: int) -> Job:
        self.preparing.add(k)

        def done(kind: str, value: Any) -> None:
            self.preparing.discard(k)
            self.broken = self.broken or kind == FAILED
            self._tell_news()

        return Job(PREPARE, (k,), done)

    def _run(self, design: str, k: int) -> Job:
        self.running.add((design, k))

        def done(kind: str, value: Any) -> None:
            self.running.discard((design, k))
            if kind != LEFT and self.to_learn.get(design) == k:
                del self.to_learn[design]
            if kind == DIED:
                self.deaths[design, k] += 1
            if kind == READY:
                self.memory.add(design, k, *value)
                self.estimates()
            elif kind == FAILED or self.deaths[design, k] >= DEATHS:
                if self.layout is None:
                    self.broken = True
                else:  # a run that fails is a run without figures, never a gap
                    self.memory.runs(design)[k] = np.full(len(self.layout.places), np.nan)
            self._tell_news()

        return Job(RUN, (design, k), done)

    def _tell_news(self) -> None:
        for news in self.listening:
            news.set()
