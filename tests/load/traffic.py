"""Customers who write, as a carrier brings it, and agents who answer in Slack."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter, time

from domain.model import Thread
from tests.bench.feed import body
from tests.bench.journey import AGENT
from tests.bench.texts import number, webhook
from tests.bench.wire import Connection, connect, request
from tests.load.audience import TUNING, Ear
from tests.load.plan import Load
from tests.load.town import Town

ANSWERS = 500_000  # answers are numbered from here on
TRIES = 5
AGAIN_SECONDS = 1.0
BROKEN = 599  # no answer: idle connections are closed by the server
HAND_SIZE = 32
LISTENING_SECONDS = 60.0


@dataclass
class Traffic:
    """What was sent, and when: by the wall clock, as the ledger has it, and by this process's own.

    `taken` has the seconds until each text was acknowledged; `refused` counts tries that were not.
    """

    load: Load
    town: Town
    sent: dict[int, float] = field(default_factory=dict)
    begun: dict[int, float] = field(default_factory=dict)
    taken: dict[int, float] = field(default_factory=dict)
    answered: dict[int, float] = field(default_factory=dict)
    refused: int = 0

    async def tune(self, ears: Sequence[Ear]) -> None:
        """A subscription begins when it begins: send texts until everybody has heard one."""
        until = perf_counter() + LISTENING_SECONDS
        connection = await connect(self.town.webs[0].port)
        for place in count(TUNING):
            await connection.ask(self._signed(place))
            await asyncio.sleep(0.5)
            if all(ear.tuned for ear in ears):
                break
            if perf_counter() > until:
                raise RuntimeError("not everybody began to listen")
        connection.close()

    async def run(self) -> None:
        """Everybody writes until the time is over."""
        await asyncio.gather(self._customers(), self._agents())

    async def _customers(self) -> None:
        waiting: asyncio.Queue[int] = asyncio.Queue()
        hands = [
            asyncio.create_task(self._bring(waiting, self.town.webs[place % self.load.webs].port))
            for place in range(HAND_SIZE)
        ]
        began = perf_counter()
        for place, at in enumerate(self.load.texts):
            await asyncio.sleep(max(began + at - perf_counter(), 0))
            self.sent[place], self.begun[place] = time(), perf_counter()
            waiting.put_nowait(place)
        await waiting.join()
        for hand in hands:
            hand.cancel()

    async def _bring(self, waiting: "asyncio.Queue[int]", port: int) -> None:
        """One of the carrier's connections: a text that is refused is brought again."""
        connection = await connect(port)
        while True:
            place = await waiting.get()
            signed = self._signed(place)
            for _ in range(TRIES):
                status, connection = await _asked(connection, port, signed)
                if status < 300:
                    self.taken[place] = perf_counter() - self.begun[place]
                    break
                self.refused += status != BROKEN
                await asyncio.sleep(AGAIN_SECONDS if status != BROKEN else 0)
            waiting.task_done()

    def _signed(self, place: int) -> bytes:
        address = self.town.stage.settings["PUBLIC_URL"]
        return webhook(number(place % self.load.customers), body(place), address)

    async def _agents(self) -> None:
        """One answer after the other, each in the next channel that there is."""
        began, connection = perf_counter(), await connect(self.town.sandbox.port)
        for place in range(round(self.load.seconds * self.load.answers)):
            await asyncio.sleep(max(began + place / self.load.answers - perf_counter(), 0))
            channels = await asyncio.to_thread(_channels)
            if not channels:
                continue
            told = {"channel": channels[place % len(channels)], "user": AGENT}
            told["text"] = body(ANSWERS + place)
            said = time()
            kind = ("content-type", "application/json")
            asked = request("/sandbox/slack/messages", json.dumps(told).encode(), kind)
            status, why = await connection.ask(asked)
            if status >= 300:
                raise RuntimeError(f"an agent's message was refused: {why.decode()}")
            self.answered[ANSWERS + place] = said
        connection.close()


def _channels() -> list[str]:
    """Those of conversations that agents have been invited to by now."""
    own = Thread._get_collection()
    return sorted(own.distinct("channel.channelId", {"channel.step": "ready"}))


async def _asked(connection: Connection, port: int, signed: bytes) -> tuple[int, Connection]:
    """The answer's status, and the connection to go on with."""
    try:
        status, _ = await connection.ask(signed)
        return status, connection
    except OSError:
        return BROKEN, await connect(port)
