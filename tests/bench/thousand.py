"""Figures: 1,000 subscribers of one web process: what they cost, what they hear, and when."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import orjson
from bson import ObjectId
from pymongo import MongoClient

from adapters import startup
from tests.bench.feed import KEY, PATH, PROTOCOL, body, number_at
from tests.bench.socket import Socket, dial
from tests.bench.stage import Program
from tests.bench.table import Row, percentile

LISTENERS = 1_000
AT_ONCE = 50  # who connect at the same time
RATE = 2
TEXTS = 30
MISSED = 20
PATIENCE = 60.0
QUERY = """subscription ($after: Cursor) { messages(after: $after) { cursor change id status
  message { id direction status from to body createdAt } } }"""
CURSOR = b'"cursor":"'

Raw = dict[str, Any]


@dataclass
class Ear:
    """One subscriber: the numbers of the texts that it heard of, when, and its last cursor."""

    heard: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    cursor: str | None = None
    socket: Socket | None = None

    async def open(self, port: int, token: str) -> None:
        """Connect and subscribe after the last cursor, if there is one."""
        self.socket = await dial(port, PATH, self._take, PROTOCOL)
        hello = {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
        wish = {"query": QUERY, "variables": {"after": self.cursor}}
        self.socket.say(orjson.dumps(hello))
        self.socket.say(orjson.dumps({"type": "subscribe", "id": "1", "payload": wish}))

    def close(self) -> None:
        """Hang up."""
        if self.socket:
            self.socket.close()

    def _take(self, frame: bytes) -> None:
        if b'"errors"' in frame:
            raise RuntimeError(frame.decode())
        found = frame.find(KEY)
        if found >= 0:
            self.heard.append(number_at(frame, found))
            self.times.append(perf_counter())
            start = frame.find(CURSOR) + len(CURSOR)
            self.cursor = frame[start : frame.find(b'"', start)].decode()


@dataclass(frozen=True)
class Crowd:
    """What was measured; seconds, and bytes of the server's memory for each connection."""

    connecting: float
    memory: float
    delays: Sequence[float]
    resuming: float


def measure(web: Program, token: str, client: MongoClient[Raw], database: str) -> Iterator[Row]:
    """Fails when anybody misses a text, hears of one twice or in another order."""
    startup.roomy()
    seen = asyncio.run(gathered(web, token, client[database]["smsmessages"]))
    yield Row(f"{LISTENERS:,} sockets: all connected", "s", seen.connecting)
    yield Row(f"{LISTENERS:,} sockets: memory for each", "kB", seen.memory / 1024)
    for percent in (50, 99):
        delay = percentile(seen.delays, percent) * 1e3
        yield Row(f"{LISTENERS:,} sockets × {RATE}/s: p{percent}", "ms", delay)
    yield Row(f"{LISTENERS:,} sockets: all resumed at once", "s", seen.resuming)


async def gathered(web: Program, token: str, texts: Any) -> Crowd:
    """Connect everybody, tell them texts, hang up, and let all resume at once."""
    ears = [Ear() for _ in range(LISTENERS)]
    before, began = web.resident, perf_counter()
    await _open(ears, web.port, token)
    connecting = perf_counter() - began
    await _tuned(ears, texts)
    memory = (web.resident - before) * 2**20 / LISTENERS
    sent = await _told(texts, range(TEXTS))
    await _until_heard(ears, range(TEXTS))
    delays = [
        at - sent[number] for ear in ears for number, at in zip(ear.heard, ear.times, strict=True)
    ]
    for ear in ears:
        ear.close()
    return Crowd(connecting, memory, delays, await _resumed(ears, web.port, token, texts))


async def _open(ears: Sequence[Ear], port: int, token: str) -> None:
    for start in range(0, len(ears), AT_ONCE):
        await asyncio.gather(*(ear.open(port, token) for ear in ears[start : start + AT_ONCE]))


async def _tuned(ears: Sequence[Ear], texts: Any) -> None:
    """A subscription begins when it begins: tell texts until everybody hears, then forget them."""
    until = perf_counter() + PATIENCE
    while not all(ear.heard for ear in ears):
        if perf_counter() > until:
            raise RuntimeError("not everybody began to listen")
        await _told(texts, [999_999])
        await asyncio.sleep(1)
    for ear in ears:
        ear.heard.clear()
        ear.times.clear()


async def _told(texts: Any, numbers: Sequence[int]) -> dict[int, float]:
    """Texts at the rate, and when each was written."""
    sent, began = {}, perf_counter()
    for place, number in enumerate(numbers):
        await asyncio.sleep(max(began + place / RATE - perf_counter(), 0))
        sent[number] = perf_counter()
        await asyncio.to_thread(texts.insert_one, _text(number))
    return sent


def _text(number: int) -> Raw:
    own = ObjectId()
    return {
        "_id": own,
        "rev": 1,
        "origin": f"bench:{own}",
        "direction": "inbound",
        "status": "received",
        "from": "+17605550101",
        "to": "+17605550100",
        "body": body(number),
        "createdAt": own.generation_time,
    }


async def _until_heard(ears: Sequence[Ear], numbers: range) -> None:
    until = perf_counter() + PATIENCE
    while any(len(ear.heard) < len(numbers) for ear in ears) and perf_counter() < until:
        await asyncio.sleep(0.02)
    wrong = [ear.heard for ear in ears if ear.heard != list(numbers)]
    if wrong:
        raise RuntimeError(f"{len(wrong)} of {len(ears)} heard something else: {wrong[0]}")


async def _resumed(ears: Sequence[Ear], port: int, token: str, texts: Any) -> float:
    """Seconds until everybody has what was written while nobody listened."""
    for ear in ears:
        ear.heard.clear()
        ear.times.clear()
    for number in range(MISSED):
        await asyncio.to_thread(texts.insert_one, _text(number))
    began = perf_counter()
    await _open(ears, port, token)
    await _until_heard(ears, range(MISSED))
    took = perf_counter() - began
    for ear in ears:
        ear.close()
    return took
