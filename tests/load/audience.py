"""Programs that follow the customers' texts, spread over the web processes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

import orjson

from tests.bench.feed import KEY, PATH, PROTOCOL, number_at
from tests.bench.socket import Socket, dial

AT_ONCE = 50
TUNING = 900_000  # texts numbered from here on only show that everybody listens
QUERY = """subscription { messages(direction: INBOUND) { cursor change
  message { id status from to body createdAt contact { name } } } }"""
ADDED = b'"change":"ADDED"'


@dataclass
class Ear:
    """One of them: the numbers of the texts that it heard of, in their order, and when."""

    heard: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    tuned: bool = False
    socket: Socket | None = None

    async def open(self, port: int, token: str) -> None:
        """Connect and subscribe."""
        self.socket = await dial(port, PATH, self._take, PROTOCOL)
        hello = {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
        wish = {"type": "subscribe", "id": "1", "payload": {"query": QUERY}}
        for message in (hello, wish):
            self.socket.say(orjson.dumps(message))

    def close(self) -> None:
        """Hang up."""
        if self.socket:
            self.socket.close()

    def _take(self, frame: bytes) -> None:
        if b'"errors"' in frame:
            raise RuntimeError(frame.decode())
        found = frame.find(KEY)
        if found < 0 or ADDED not in frame:
            return
        number = number_at(frame, found)
        if number >= TUNING:
            self.tuned = True
            return
        self.heard.append(number)
        self.times.append(perf_counter())


async def gathered(count: int, ports: Sequence[int], token: str) -> list[Ear]:
    """So many, connected, in turns over the ports."""
    ears = [Ear() for _ in range(count)]
    for start in range(0, count, AT_ONCE):
        batch = list(enumerate(ears))[start : start + AT_ONCE]
        await asyncio.gather(*(ear.open(ports[at % len(ports)], token) for at, ear in batch))
    return ears
