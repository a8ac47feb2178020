"""A line to a server that a test can cut and mend."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Line:
    """Carries bytes between a local port and the server; cut, it refuses and resets."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self.port = 0

    async def mend(self) -> None:
        """Accept connections, always on the same port."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Break what is connected and refuse what comes."""
        if self._server:
            self._server.close()
            self._server = None
        for end in tuple(self._ends):
            end.transport.abort()
        await asyncio.gather(*self._calls)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.create_task(self._carry(reader, writer))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _carry(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        far_in, far_out = await asyncio.open_connection("127.0.0.1", self._target)
        self._ends |= {near_out, far_out}
        await asyncio.gather(_pour(near_in, far_out), _pour(far_in, near_out))
        self._ends -= {near_out, far_out}


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await source.read(65_536):
            target.write(chunk)
            await target.drain()
    target.close()


@asynccontextmanager
async def line_to(uri: str) -> AsyncIterator[tuple[Line, str]]:
    """A line to that MongoDB, and the URI that leads through it."""
    line = Line(urlsplit(uri).port or 27017)
    await line.mend()
    try:
        yield line, f"mongodb://127.0.0.1:{line.port}/?directConnection=true"
    finally:
        await line.cut()
