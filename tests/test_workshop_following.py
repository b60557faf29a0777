"""Whoever waits for first figures hears something soon, however busy the room is, and gets the processes."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
from contextlib import nullcontext

import pytest

from workshop import working
from workshop.basis import Basis
from workshop.orders import BEGIN, LEAVE, LEFT, PARTS, PREPARE, READY, RUN, TELL
from workshop.pool import Job, Pool
from workshop.simulations import Simulations


class Room(Simulations):
    """A room in which nothing is known of any design and somebody else's runs end all the time."""

    def __init__(self) -> None:
        self.broken, self.draws = False, 48
        self.listening = set()

    def known(self, design: str) -> int:
        return 0

    def _interest(self, designs, draws):
        return nullcontext()


def test_news_of_other_designs_does_not_keep_an_estimate_back() -> None:
    async def busy(room: Room) -> None:
        while True:
            await asyncio.sleep(0.02)
            room._tell_news()

    async def heard() -> int:
        room = Room()
        noise = asyncio.create_task(busy(room))
        try:
            async for draws in room.follow(["grant:150000"], 48):
                return draws
        finally:
            noise.cancel()
        return -1

    assert asyncio.run(asyncio.wait_for(heard(), 20)) == 0


class Country:
    """A country whose run of "long" goes on until it is left."""

    def __init__(self, shared, sets, seeds, attend) -> None:
        self.attend, self.began = attend, threading.Event()
        COUNTRIES.append(self)

    def run(self, design: str, k: int) -> int:
        self.began.set()
        while design == "long":
            self.attend()
        self.attend()
        return k

    prepare = parts = later = run


COUNTRIES: list[Country] = []


@pytest.fixture
def process(monkeypatch):
    """The server's end of the pipe of a process that simulates, here a thread; it must end when the pipe closes."""
    monkeypatch.setattr(working, "Country", Country)
    COUNTRIES.clear()
    mine, theirs = multiprocessing.Pipe()
    thread = threading.Thread(target=working.work, args=(theirs,), daemon=True)
    thread.start()
    mine.send((1, BEGIN, {}, [], []))
    assert mine.recv() == (1, READY, None)
    yield mine
    mine.close()
    thread.join(20)
    assert not thread.is_alive()


def begins(process, number: int, design: str) -> None:
    """Give an order to run and wait until it is in hand."""
    process.send((number, RUN, design, 7))
    assert COUNTRIES[0].began.wait(20)
    COUNTRIES[0].began.clear()


def test_a_process_leaves_its_order_between_two_months_and_takes_the_next(process):
    begins(process, 2, "long")
    process.send((2, LEAVE))
    assert process.recv() == (2, LEFT, None)
    process.send((3, RUN, "short", 5))
    assert process.recv() == (3, READY, 5)


def test_to_leave_what_is_finished_leaves_nothing_else(process):
    process.send((2, RUN, "short", 4))
    assert process.recv() == (2, READY, 4)
    process.send((2, LEAVE))
    begins(process, 3, "long")
    process.send((2, LEAVE))
    process.send((3, LEAVE))
    assert process.recv() == (3, LEFT, None)


def test_a_process_ends_with_its_server_in_the_middle_of_a_run(process):
    begins(process, 2, "long")  # the fixture closes the pipe and waits for the end


@pytest.fixture
def busy(tmp_path):
    """Simulations whose only process, here none, has all draws and an order that a test gives it; and what was left."""
    pool, left = Pool(1), []
    found = Simulations(Basis({}, [{}] * 48, list(range(48)), "prior", "m", "w"), tmp_path, pool)
    [worker] = pool.workers
    worker.draws, worker.prepared = tuple(range(48)), set(range(48))
    pool.leave = lambda asked: left.append(asked.job)
    yield found, worker, left
    found.memory.close()


@pytest.mark.parametrize("order", [(RUN, ("grant:200000", 9)), (RUN, ("grant:1000", 0)), (PREPARE, (9,))])
def test_what_can_wait_is_left_where_somebody_waits_for_first_figures(busy, order):
    simulations, worker, left = busy
    worker.job = Job(*order, lambda kind, value: None)
    with simulations._interest(["grant:200000"], 48):
        assert left == [worker.job]


@pytest.mark.parametrize("order", [(RUN, ("grant:200000", 3)), (PREPARE, (3,)), (TELL, ()), (BEGIN, ())])
def test_what_a_first_answer_or_a_reader_hangs_on_is_never_left(busy, order):
    simulations, worker, left = busy
    worker.job = Job(*order, lambda kind, value: None)
    with simulations._interest(["grant:200000"], 48):
        assert left == []


def test_a_design_that_is_let_go_gives_its_process_to_the_one_that_is_looked_at(busy):
    simulations, worker, left = busy
    with simulations._interest(["grant:200000"], 48):
        with simulations._interest(["grant:300000"], 48):
            worker.job = Job(RUN, ("grant:300000", 0), lambda kind, value: None)
        assert left == [worker.job]


def test_a_run_that_was_left_is_made_again(busy):
    simulations, worker, _ = busy
    with simulations._interest(["grant:200000"], 1):
        job = simulations._next(worker)
        assert (job.kind, job.arguments) == (RUN, ("grant:200000", 0))
        assert simulations._next(worker) is None
        job.done(LEFT, None)
        assert simulations._next(worker).arguments == ("grant:200000", 0)
    assert not simulations.deaths


def test_net_jobs_are_taken_apart_once_the_runs_for_it_are_prepared_and_keep_no_story_waiting(busy):
    simulations, worker, _ = busy
    simulations.stories = [(0, Job(PARTS, (), print)), (1, Job(TELL, (), print))]
    worker.prepared = {0}
    simulations.background = {"grant:400000": None}  # what nobody asked for comes later
    assert simulations._next(worker).kind == PREPARE  # a life told from one run would change with the second
    worker.prepared = {0, 1}
    assert simulations._next(worker).kind == TELL
    assert simulations._next(worker).kind == PREPARE
    worker.prepared = {0, 1, 2, 3}
    simulations.background = {}
    assert simulations._next(worker).kind == PARTS


def test_no_more_runs_are_waited_for_than_there_are(tmp_path, monkeypatch):
    monkeypatch.setattr(Simulations, "known", lambda self, design: 2)
    few = Simulations(Basis({}, [{}] * 2, [0, 1], "prior", "m", "w"), tmp_path, Pool(1))

    async def shown() -> list[int]:
        async with asyncio.timeout(20):
            return [draws async for draws in few.follow(["today"], 4)]

    assert asyncio.run(shown()) == [2]
    few.memory.close()
