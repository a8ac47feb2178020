"""A line between the product and MongoDB that reads what it carries, and spoils it on order."""

import asyncio
import struct
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import bson
from bson.codec_options import CodecOptions

from tests.crash.points import named

HEAD = struct.Struct("<iiii")  # length, own number, number it answers, kind
MESSAGE = 2013
SEQUENCE = 1
TIME = b"\x09localTime\x00"
RAW: CodecOptions[dict[str, Any]] = CodecOptions(unicode_decode_error_handler="ignore")
Frame = bytes


@dataclass
class Tap:
    """What is spoiled, from now on.

    `lose`: so many more writes of that name lose their answer, the deed being done (`after NAME`),
    or never arrive (`before NAME`); so does the driver's own second try of the same. `delay`:
    seconds by which every answer is late. `skew`: how far the server's clock seems to be ahead.
    While `flowing` is not set nothing passes.
    """

    lose: Counter[str] = field(default_factory=Counter)
    delay: float = 0.0
    skew: timedelta = timedelta(0)
    flowing: asyncio.Event = field(default_factory=asyncio.Event)
    seen: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    _again: dict[Any, str] = field(default_factory=dict)

    def fate(self, frame: Frame) -> str:
        """`before`, `after`, or nothing: what becomes of this request."""
        name, which = write_of(frame)
        if name is None:
            return ""
        if when := self._again.pop(which, ""):
            return when
        self.seen[name] += 1
        for when in ("before", "after"):
            if self.lose[f"{when} {name}"] > 0:
                self.lose[f"{when} {name}"] -= 1
                self.lost[f"{when} {name}"] += 1
                self._again[which] = when
                return when
        return ""

    def told(self, frame: Frame) -> Frame:
        """The answer as it arrives."""
        place = frame.find(TIME)
        if not self.skew or place < 0:
            return frame
        start = place + len(TIME)
        (moment,) = struct.unpack_from("<q", frame, start)
        moved = moment + int(self.skew.total_seconds() * 1000)
        return frame[:start] + struct.pack("<q", moved) + frame[start + 8 :]


async def read(reader: asyncio.StreamReader) -> Frame:
    """One message of MongoDB's wire protocol."""
    head = await reader.readexactly(HEAD.size)
    return head + await reader.readexactly(HEAD.unpack(head)[0] - HEAD.size)


def write_of(frame: Frame) -> tuple[str | None, Any]:
    """What that request writes, as a named point, and its number; None when it only asks."""
    if HEAD.unpack_from(frame)[3] != MESSAGE:
        return None, None
    command = _command(frame)
    session = command.get("lsid") or {}
    return named(next(iter(command), ""), command), (session.get("id"), command.get("txnNumber"))


def _command(frame: Frame) -> Mapping[str, Any]:
    """Its body, with the documents that follow it put in their place."""
    place, command, others = HEAD.size + 4, dict[str, Any](), dict[str, list[Any]]()
    while place < len(frame):
        kind, place = frame[place], place + 1
        (size,) = struct.unpack_from("<i", frame, place)
        if kind == SEQUENCE:
            name, _, documents = frame[place + 4 : place + size].partition(b"\0")
            others[name.decode()] = bson.decode_all(documents, RAW)
        else:
            command = bson.decode(frame[place : place + size], RAW)
        place += size
    return command | others


class Line:
    """One connection, both ways."""

    def __init__(self, tap: Tap, port: int) -> None:
        self._tap = tap
        self._port = port
        self._doomed = set[int]()

    async def carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """Until either side ends, or it is to break."""
        with suppress(OSError):
            far, out = await asyncio.open_connection("127.0.0.1", self._port)
            ways = {
                asyncio.create_task(self._ask(near, out)),
                asyncio.create_task(self._answer(far, back)),
            }
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
                out.transport.abort()
        back.transport.abort()

    async def _ask(self, near: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        while True:
            frame = await read(near)
            fate = self._tap.fate(frame)
            if fate == "before":
                return
            if fate == "after":
                self._doomed.add(HEAD.unpack_from(frame)[1])
            await self._tap.flowing.wait()
            out.write(frame)
            await out.drain()

    async def _answer(self, far: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        while True:
            frame = await read(far)
            if HEAD.unpack_from(frame)[2] in self._doomed:
                return
            await asyncio.sleep(self._tap.delay)
            await self._tap.flowing.wait()
            back.write(self._tap.told(frame))
            await back.drain()


@asynccontextmanager
async def tapped(uri: str) -> AsyncIterator[tuple[Tap, str]]:
    """A tap on that server, and the URI that leads through it."""
    tap, calls = Tap(), set[asyncio.Task[None]]()
    tap.flowing.set()

    def accept(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        call = asyncio.create_task(Line(tap, urlsplit(uri).port or 27017).carry(near, back))
        calls.add(call)
        call.add_done_callback(calls.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield tap, f"mongodb://127.0.0.1:{port}/?directConnection=true"
    finally:
        server.close()
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
