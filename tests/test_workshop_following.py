"""Whoever waits for first figures hears something soon, however busy the room is."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext

from workshop.simulations import Simulations


class Room(Simulations):
    """A room in which nothing is known of any design and somebody else's runs end all the time."""

    def __init__(self) -> None:
        self.broken = False
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
