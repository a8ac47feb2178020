"""HTTP for a load generator: one keep-alive connection, ready-made requests, no parsing to spare.

A client library would cost more than the server that is measured.
"""

import asyncio
import re
from collections.abc import Sequence
from time import perf_counter

END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


class Connection(asyncio.Protocol):
    """One request at a time; the answer is its status and body."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Collect until the answer is whole."""
        self._received += data
        head, found, body = self._received.partition(END_OF_HEAD)
        if not found or self._answer is None:
            return
        length = LENGTH.search(head)
        if length is None or len(body) >= int(length[1]):
            self._received = b""
            self._answer.set_result((int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits for an answer learns that none comes."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server hung up"))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a whole request, head and body; its answer's status and body.

        ConnectionError when the server has hung up, as it does after some idle seconds.
        """
        assert self._transport is not None
        if self._transport.is_closing():
            raise ConnectionError("the server hung up")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()


async def connect(port: int) -> Connection:
    """A connection to a server on this machine."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
    return connection


def request(path: str, body: bytes, *headers: tuple[str, str], method: str = "POST") -> bytes:
    """A whole request."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(lines).encode() + END_OF_HEAD + body


async def rush(port: int, requests: Sequence[bytes], clients: int) -> tuple[float, list[float]]:
    """All requests by so many clients at once: requests a second, and each one's seconds."""
    waiting = iter(requests)
    taken: list[float] = []

    async def client(connection: Connection) -> None:
        for each in waiting:
            began = perf_counter()
            status, body = await connection.ask(each)
            if status >= 300:
                raise RuntimeError(f"refused with {status}: {body[:200]!r}")
            taken.append(perf_counter() - began)

    connections = [await connect(port) for _ in range(clients)]
    began = perf_counter()
    await asyncio.gather(*(client(connection) for connection in connections))
    whole = perf_counter() - began
    for connection in connections:
        connection.close()
    return len(taken) / whole, taken
