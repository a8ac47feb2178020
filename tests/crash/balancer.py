"""A load balancer: connections go to web processes that say they are ready, in turn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

LOOK_SECONDS = 0.1
CHUNK = 65_536
ASK = b"GET /readyz HTTP/1.1\r\nHost: balancer\r\nConnection: close\r\n\r\n"
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Balancer:
    """Who is `ready` is asked again and again; who refuses a connection is passed over."""

    ports: list[int]
    ready: set[int] = field(default_factory=set)
    seen: list[tuple[int, str]] = field(default_factory=list)
    _turn: int = 0

    async def watch(self) -> None:
        """Ask all of them, until cancelled."""
        while True:
            for port in self.ports:
                await self._look(port)
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, port: int) -> None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return self._say(port, "away")
        try:
            writer.write(ASK)
            status = (await reader.readline()).split(b" ", 2)[1:2]
        except OSError:
            status = []
        finally:
            writer.close()
        return self._say(port, "ready" if status == [b"200"] else "leaving")

    def _say(self, port: int, state: str) -> None:
        """What it says now; `seen` are the changes."""
        (self.ready.add if state == "ready" else self.ready.discard)(port)
        last = next((one for where, one in reversed(self.seen) if where == port), None)
        if state != last:
            self.seen.append((port, state))

    async def reached(self) -> Line | None:
        """A connection to the next in turn, those that are ready first; None when nobody is."""
        self._turn += 1
        inturn = [
            self.ports[(self._turn + one) % len(self.ports)] for one, _ in enumerate(self.ports)
        ]
        for port in sorted(inturn, key=lambda port: port not in self.ready):
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        return None


@asynccontextmanager
async def balancing(balancer: Balancer) -> AsyncIterator[int]:
    """The port at which it takes connections, until left."""
    under_way = set[asyncio.Task[None]]()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_joined(balancer, reader, writer))
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    watching = asyncio.create_task(balancer.watch())
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in (watching, *under_way):
            task.cancel()
        await asyncio.gather(watching, *under_way, return_exceptions=True)


async def _joined(
    balancer: Balancer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Whatever either says goes to the other, until one of them has hung up."""
    behind = await balancer.reached()
    if behind is None:
        writer.transport.abort()
        return
    ways = [_pumped(reader, behind[1]), _pumped(behind[0], writer)]
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        for end in (writer, behind[1]):
            end.close()


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
